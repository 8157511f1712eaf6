"""Whatever is on a volume and whatever the masks say: what is renamed is what the rules say, the volume is sound."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from zoslab.dasd.check import check_volume
from zoslab.dasd.geometry import Geometry
from zoslab.dasd.image import CkdImage
from zoslab.dasd.volume import DataSetAttributes, Space, Volume
from zoslab.dasd.vsam.component import require_vvds, vvds_for
from zoslab.dasd.vvds_check import check_vvds
from zoslab.dasd.vvds_record import VvdsRecord
from zoslab.recondition.request import Request
from zoslab.recondition.volume import VolumeSurvey, recondition

FIRST = st.sampled_from(["A", "B", "C"])
NAMES = st.sets(st.tuples(FIRST, st.sampled_from(["X", "Y", "Z", "LONGNAME"])).map(".".join), max_size=8)
MASKS = st.lists(st.tuples(FIRST, st.sampled_from(["A", "B", "NEW.ONE"])), max_size=3)
VSAM = DataSetAttributes("VS", blksize=4096, option_codes=0x80)


def model(name: str, masks: list[tuple[str, str]]) -> str | None:
    """The rule once more: the first mask that matches."""
    for old, new in masks:
        if re.match(rf"{old}\.", name):
            return new + name[len(old) :]
    return None


@settings(max_examples=60, deadline=None)
@given(NAMES, NAMES, MASKS, st.booleans(), st.sampled_from(["KEEP", "DELETE"]))
def test_any_volume_is_renamed_as_the_masks_say(tmp_path_factory, plain, keyed, masks, indexed, policy):
    path = tmp_path_factory.mktemp("v") / "v.ckd"
    with CkdImage.create(path, Geometry("3390", 4)) as device:
        volume = Volume.init(device, "OLD001", 2, 1 if indexed else 0)
        for name in plain - keyed:
            volume.allocate(name, DataSetAttributes("DA", "F", 80, 80), Space("TRK", 1))
        for name in keyed:
            volume.allocate(name, VSAM, Space("TRK", 1))
            vvds_for(volume, "A.CATALOG").add(VvdsRecord("Z", name, f"{name}.C", "A.CATALOG", (b"\0\3\x55",)))
        old = {name: volume.vtoc.require(name).extents for name in plain | keyed}
        volume.relabel("NEW001")
        request = Request.of([("OLD001", "NEW001")], [(f"{o}.**", f"{n}.**") for o, n in masks], notrenamed=policy)
        plan = VolumeSurvey(volume, "OLD001", "NEW001", request).run()
        wanted = {name: model(name, masks) or (name if policy == "KEEP" else None) for name in old}
        new = [name for name in wanted.values() if name]
        if len(set(new)) < len(new):
            assert next(problem.code for problem in plan.problems if problem.is_error) == "RCD208E"
            return
        assert not [problem for problem in plan.problems if problem.is_error]
        recondition(volume, plan, request)
        found = {name: volume.vtoc.require(name) for name in volume.vtoc.names() if not name.startswith("SYS1.")}
        assert {name: entry.extents for name, entry in found.items()} == {
            target: old[name] for name, target in wanted.items() if target
        }
        assert {entry.dscb.ds1dssn for entry in volume.vtoc.entries()} <= {"NEW001"}
        assert check_volume(device) == []
        if keyed:
            vvds = require_vvds(volume)
            assert check_vvds(vvds) == []
            assert {record.name for record in vvds.entries()} == {wanted[name] for name in keyed if wanted[name]}
