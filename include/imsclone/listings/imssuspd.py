"""IMSSUSPD listings: when a source IMS stopped its updates and when it went on.

Messages of the program that is shipped with the embedded z/OS in the place of a site's suspend service.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from imsclone.listings.messages import Message, messages
from imsclone.listings.stamps import STAMP, stamp

_SUSPENDED = re.compile(rf"(\S+) SUSPENDED AT ({STAMP})")
_RESUMED = re.compile(rf"(\S+) RESUMED AT ({STAMP})")
_EXPIRED = re.compile(rf"(\S+) TIMER EXPIRED AT ({STAMP})")
_SINCE = re.compile(rf"(\S+) IS SUSPENDED SINCE ({STAMP})")


@dataclass(frozen=True, slots=True)
class Window:
    """The time a source was held. A copy is good only if :attr:`holds`.

    ``expired`` says that IMS's own timer released it, so that what was copied afterwards is not consistent.
    """

    imsid: str
    suspended_at: datetime | None
    resumed_at: datetime | None
    expired: bool
    problems: tuple[Message, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the source was held from beginning to end."""
        return self.suspended_at is not None and self.resumed_at is not None and not self.expired and not self.problems

    @property
    def lost(self) -> timedelta | None:
        """The source time lost; None while the source is not known to be released."""
        if self.suspended_at is None or self.resumed_at is None:
            return None
        return self.resumed_at - self.suspended_at


def windows(listings: str | Iterable[str], offset: timedelta = timedelta()) -> tuple[Window, ...]:
    """Read the listings of the suspend and the resume step together: one window for each IMS."""
    text = listings if isinstance(listings, str) else "\n".join(listings)
    found: dict[str, Window] = {}
    for message in messages(text, "SUS"):
        imsid = message.text.split()[0]
        window = found.get(imsid, Window(imsid, None, None, False))
        found[imsid] = _after(window, message, offset)
    return tuple(found.values())


def together(all_windows: Sequence[Window]) -> Window:
    """Return the window of all members of a sharing group together.

    Lost counts from the first suspend to the last resume. It holds only if every member's does.
    """
    if not all_windows:
        return Window("", None, None, False)
    begun = [one.suspended_at for one in all_windows if one.suspended_at is not None]
    ended = [one.resumed_at for one in all_windows if one.resumed_at is not None]
    whole = len(begun) == len(all_windows), len(ended) == len(all_windows)
    return Window(
        imsid=",".join(one.imsid for one in all_windows),
        suspended_at=min(begun) if whole[0] else None,
        resumed_at=max(ended) if whole[1] else None,
        expired=any(one.expired for one in all_windows),
        problems=tuple(problem for one in all_windows for problem in one.problems),
    )


def window(listings: str | Iterable[str], offset: timedelta = timedelta()) -> Window:
    """Read the listings of the suspend and the resume step together, those of all members as one window."""
    return together(windows(listings, offset))


def suspended(listing: str, offset: timedelta = timedelta()) -> dict[str, datetime]:
    """Return the IMSs that a STATUS found suspended, and since when."""
    matches = (_SINCE.match(message.text) for message in messages(listing, "SUS"))
    return {match[1]: stamp(match[2], offset) for match in matches if match}


def not_released(listing: str, imsids: Iterable[str]) -> tuple[str, ...]:
    """Return those of some IMSs that a resume did not leave running.

    One runs that was resumed, had been released, or was not suspended.
    """
    running = {one.imsid for one in windows(listing) if not one.problems or one.expired}
    return tuple(imsid for imsid in imsids if imsid not in running)


def _after(window: Window, message: Message, offset: timedelta) -> Window:
    if match := _SUSPENDED.match(message.text):
        return Window(window.imsid, stamp(match[2], offset), None, window.expired, window.problems)
    if match := _EXPIRED.match(message.text):
        return Window(window.imsid, window.suspended_at, stamp(match[2], offset), True, window.problems)
    if match := _RESUMED.match(message.text):
        when = window.resumed_at if window.expired else stamp(match[2], offset)
        return Window(window.imsid, window.suspended_at, when, window.expired, window.problems)
    if message.severity == "I":
        return window
    problems = (*window.problems, message)
    return Window(window.imsid, window.suspended_at, window.resumed_at, window.expired, problems)
