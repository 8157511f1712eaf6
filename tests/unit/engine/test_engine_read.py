"""Which facts are asked of a reader, and that source and target volumes are never mixed up in one question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from imsclone.facts import CatalogFacts, DataSetFacts, ReconFacts, SystemFacts, VolumeFacts, VolumeSelection
from imsclone.plan import Plan, make_plan, read_facts
from imsclone.plan.pairing import matches_volume
from imsclone.spec import EnvironmentSpec


class SampleReader:
    """Answers from facts as a z/OS would, and remembers what was asked."""

    def __init__(self, facts: SystemFacts) -> None:
        self.facts = facts
        self.asked_volsers: list[list[str]] = []

    def volumes(self, selection: VolumeSelection) -> Sequence[VolumeFacts]:
        return [
            volume
            for volume in self.facts.volumes
            if volume.unit in selection.units
            or (volume.online and volume.volser in selection.volsers)
            or (volume.online and any(matches_volume(mask, volume.volser) for mask in selection.masks))
        ]

    def data_sets(self, volsers: Sequence[str]) -> Sequence[DataSetFacts]:
        self.asked_volsers.append(list(volsers))
        return [found for found in self.facts.data_sets if set(found.volsers) & set(volsers)]

    def catalogs(self, names: Sequence[str]) -> Sequence[CatalogFacts]:
        return [catalog for catalog in self.facts.catalogs if catalog.name in names]

    def recon(self, dsnames: Sequence[str]) -> ReconFacts:
        return self.facts.recon

    def members(self, libraries: Sequence[str]) -> Mapping[str, Sequence[str]]:
        return {library: ["MEMBER"] for library in libraries}

    def ims_active(self, imsids: Sequence[str]) -> Sequence[str]:
        return [imsid for imsid in self.facts.ims_active if imsid in imsids]


def test_what_is_read_makes_the_same_plan(spec: EnvironmentSpec, facts: SystemFacts, plan: Plan) -> None:
    foreign = VolumeFacts("PAYROL", "0B00", cylinders=100)
    reader = SampleReader(replace(facts, volumes=(*facts.volumes, foreign)))
    read = read_facts(reader, spec)
    assert make_plan(spec, read) == plan
    assert "PAYROL" not in {volume.volser for volume in read.volumes}
    assert set(read.members) == {"IMSP.PROCLIB", "IMSP.JOBS", "IMSP.USER1.JCL", "IMSP.USER2.JCL", "IMSP.MDALIB"}


def test_source_and_target_volumes_are_asked_about_apart(spec: EnvironmentSpec, facts: SystemFacts) -> None:
    reader = SampleReader(facts)
    read_facts(reader, spec)
    assert reader.asked_volsers == [[f"{ims}{n:02}" for n in range(1, 7)] for ims in ("IMSP", "IMST")]


def test_an_offline_target_is_read_by_its_device_number_and_not_asked_for_data_sets(
    spec: EnvironmentSpec, facts: SystemFacts, plan: Plan
) -> None:
    volumes = tuple(
        VolumeFacts("", volume.unit, online=False) if volume.volser == "IMST03" else volume for volume in facts.volumes
    )
    reader = SampleReader(replace(facts, volumes=volumes))
    assert make_plan(spec, read_facts(reader, spec)).fingerprint == plan.fingerprint
    assert "IMST03" not in reader.asked_volsers[1]
