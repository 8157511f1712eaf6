"""Lists of names: those that come with the product, and a site's own. One name on each line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import overload

from imsclone.errors import Place
from imsclone.masking.errors import ListUnusable

FOLDER = Path(__file__).parent / "lists"
FULL = "full-names"
SHIPPED = (*sorted(path.stem for path in FOLDER.glob("*.txt")), FULL)


class FullNames(Sequence[str]):
    """Every given name with every family name, made when asked for."""

    def __init__(self, given: Sequence[str], family: Sequence[str]) -> None:
        self.given, self.family = given, family

    def __len__(self) -> int:
        return len(self.given) * len(self.family)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        family, given = divmod(place, len(self.given))
        return f"{self.given[given]} {self.family[family]}"


def names_of(name: str, own: dict[str, str], folder: Path, code_page: str, place: Place | None = None) -> Sequence[str]:
    """Return the names of a list, a site's own before one that is shipped. Raises ListUnusable."""
    if name not in own and name == FULL:
        return FullNames(*(names_of(part, {}, folder, code_page) for part in ("given-names", "family-names")))
    path = folder / own[name] if name in own else FOLDER / f"{name}.txt"
    known = ", ".join(SHIPPED)
    if name not in own and not path.exists():
        raise ListUnusable(place, name=name, reason="there is no such list", known=known)
    try:
        names = list(dict.fromkeys(line.strip() for line in path.read_text(encoding="utf-8").splitlines()))
        names = [one for one in names if one and not one.startswith("#")]
        for one in names:
            (one + one.upper()).encode(code_page)
    except UnicodeEncodeError as error:
        reason = f"{error.object!r} is not in code page {code_page}"
        raise ListUnusable(place, name=name, reason=reason, known=known) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = f"{path}: {getattr(error, 'strerror', None) or error}"
        raise ListUnusable(place, name=name, reason=reason, known=known) from error
    if len({one.upper() for one in names}) < 2:
        raise ListUnusable(place, name=name, reason=f"{path} holds fewer than two names", known=known)
    return names
