"""DSPURX00: DBRC commands in batch. Source: IMS Commands, Volume 3, "Database Recovery Control utility (DSPURX00)"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from zoslab import ebcdic
from zoslab.ims import acb
from zoslab.ims.dbrc import Dbrc, DbrcError
from zoslab.ims.dbrc.errors import NotAllowed
from zoslab.ims.dbrc.grammar import GRAMMAR
from zoslab.ims.dbrc.messages import message
from zoslab.ims.dbrc.processor import REFUSED, run
from zoslab.ims.errors import ImsError, StartupFailed
from zoslab.ims.utilities.environment import RECONS, recon_data_set
from zoslab.programs.registry import program
from zoslab.programs.statements import parse

if TYPE_CHECKING:
    from zoslab.ims.dbd import Dbd
    from zoslab.jes.step import Step


@program("DSPURX00")
def dspurx00(step: Step) -> int:
    """Run the commands in SYSIN against the RECON of RECON1 to RECON3, or of the DFSMDA members of these names."""
    listing = step.print("SYSPRINT")

    def note(text: str) -> None:
        listing.line(text)
        step.wto(text)

    commands = list(step.dd("SYSIN").records())
    try:
        datasets = [recon_data_set(step, ddname) for ddname in RECONS]
        if any(not statement.verb.startswith("LIST.") for statement in parse(commands, GRAMMAR)):
            for dataset in datasets:
                step.authorise(dataset.dsname, "UPDATE")
        dbrc = Dbrc.open(datasets, step.system.clock, note, names_may_differ=True)
        dbrc.definition = lambda dbname: _definition(step, dbname)
    except (DbrcError, StartupFailed) as error:
        listing.line(error.message if isinstance(error, DbrcError) else str(error))
        listing.line(message("DSP0209I", code=REFUSED))
        return REFUSED
    return run(dbrc, commands, listing.line, _Skeletons(step) if step.has("JCLOUT") else None)


def _definition(step: Step, name: str) -> Dbd | None:
    """Return a DBD from DBDLIB, which the DD IMS names.

    :raises NotAllowed: the member is no DBD.
    """
    for dataset in step.dd("IMS").datasets if step.has("IMS") else ():
        library = dataset.pds()
        if name in library:
            try:
                return acb.parse_dmb(b"".join(library.blocks(name)))
            except ImsError as error:
                raise NotAllowed(f"MEMBER {name} OF {dataset.dsname} CANNOT BE USED: {error}") from None
    return None


class _Skeletons:
    """JCLPDS, a library of skeletons, and JCLOUT, often the internal reader."""

    def __init__(self, step: Step) -> None:
        self._step = step

    def skeleton(self, member: str) -> list[str] | None:
        """Return a member of the first library of JCLPDS that has it."""
        for dataset in self._step.dd("JCLPDS").datasets:
            library = dataset.pds()
            if any(one.name == member for one in library.members()):
                return [ebcdic.decode(record).rstrip() for record in library.read(member)]
        return None

    def write(self, records: Iterable[str]) -> None:
        """Write JCL."""
        self._step.dd("JCLOUT").write(records)
