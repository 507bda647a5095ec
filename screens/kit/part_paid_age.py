"""How long a ticket has been paid in part, in words, and whether that is too long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pos.domain.i18n import _, plural

if TYPE_CHECKING:
    from datetime import datetime, timedelta

HOUR: Final = 60
DAY: Final = 24 * HOUR


def age_text(since: datetime | None, now: datetime) -> str:
    """The age of a moment, such as `12 min` or `3 h`; empty in the first minute, and if a clock was put back."""
    minutes = int((now - since).total_seconds()) // 60 if since is not None else 0
    if minutes < 1:
        return ""
    if minutes < HOUR:
        return _("{minutes} min", minutes=minutes)
    if minutes < DAY:
        return _("{hours} h", hours=minutes // HOUR)
    return plural("{count} day", "{count} days", minutes // DAY)


def wants_decision(since: datetime | None, now: datetime, after: timedelta) -> bool:
    """Whether a ticket that is paid in part since then asks what is to become of it, as all do `after` so long."""
    return since is not None and now - since >= after
