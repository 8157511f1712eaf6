"""Where each value of a spec was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from imsclone.errors import Place

Key = tuple[str | int, ...]


@dataclass(frozen=True)
class Places:
    """File and line for each key path of a document."""

    by_key: Mapping[Key, Place] = field(default_factory=dict)

    def find(self, key: Sequence[str | int]) -> Place | None:
        """Give the place of a value, or of the nearest thing around it that was written."""
        steps: Key = ()
        for step in key:
            if (*steps, step) in self.by_key:
                steps = (*steps, step)
        return self.by_key.get(steps)


def described(key: Key) -> str:
    """Write a key path for a reader: ``rename[2]``, ``libraries.proclib[1]``; list positions count from 1."""
    text = ""
    for step in key:
        if isinstance(step, int):
            text += f"[{step + 1}]"
        else:
            text += ("." if text else "") + (step if step.isprintable() else repr(step))
    return text
