"""Replace names in load modules and blocks by AMASPZAP: dump, VER and REP, dump again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from imsclone_airflow.errors import NamesSource
from imsclone_airflow.operators.job import ZosJobOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from imsclone.errors import CloneError
    from imsclone.listings.amaspzap import Dump
    from imsclone.zap import Zap
    from imsclone_airflow.operators.zap_parts import Place, ZapPart


class ZapOperator(ZosJobOperator):
    """Find the source's names in dumped bytes, replace each behind a VER, and prove by a second dump that none is left.

    Run again, it finds nothing to replace.
    """

    layer: ClassVar[str]
    """Which part of the clone."""

    derived = True

    @cached_property
    def part(self) -> ZapPart:
        """The part of the clone."""
        from imsclone_airflow.operators.zap_parts import PARTS

        return PARTS[self.layer]

    def work(self, context: Context) -> int:
        places = self.part.places(self.client, self.the_plan)
        count = sum(self.change(number, place) for number, place in enumerate(places, 1))
        self.evidence.counts[f"names replaced in {self.layer}"] = count
        return count

    def change(self, number: int, place: Place) -> int:
        """Change one data set, and return how many names were replaced."""
        label = f"zap{number}"
        attempt = self.desk.attempt(label)
        zaps = self.zaps(f"dump{number}a{attempt}", place)
        if not zaps:
            return 0
        self.replace(label, place, zaps)
        for problem in still_named(self.layer, place, self.zaps(f"again{number}a{attempt}", place)):
            raise problem
        return sum(len(zap.changes) for zap in zaps)

    def zaps(self, label: str, place: Place) -> Sequence[Zap]:
        """Dump a data set and return what must be replaced in it."""
        return self.part.zaps(self.dumped(label, place), self.the_plan)

    def dumped(self, label: str, place: Place) -> tuple[Dump, ...]:
        """Dump a data set."""
        from imsclone.listings import amaspzap

        output = self.auxiliary(label, self.part.templates[0], place.values, f"{self.part.letters}D")
        return amaspzap.dumps(output.sysprint("DUMP"))

    def replace(self, label: str, place: Place, zaps: Sequence[Zap]) -> None:
        """Run VER and REP. Raises ZapRejected."""
        from imsclone.listings import amaspzap
        from imsclone.zap.errors import ZapRejected

        template = self.jcl_template or self.part.templates[1]
        maker = self.maker(template, self.part.letters, {**place.values, "zaps": zaps})
        output = self.desk.run(label, maker)
        self.keep(output)
        result = amaspzap.zapped(output.sysprint("ZAP"))
        if not result.done:
            shown = "; ".join(str(one) for one in (*result.rejected, *result.problems))
            raise ZapRejected(rejected=len(result.rejected), shown=shown[:300])


def still_named(layer: str, place: Place, left: Sequence[Zap]) -> list[CloneError]:
    """Return a problem for each name of the source that is left in a data set."""
    return [
        NamesSource(layer=layer, where=f"{place.dsname} {zap.member or zap.cchhr}".strip(), shown=change.old)
        for zap in left
        for change in zap.changes
    ]
