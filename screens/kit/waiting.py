"""How long a ticket has been paid in part, in words, and whether that is too long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pos.domain.words import _, plural

if TYPE_CHECKING:
    from datetime import datetime

    from screens.kit.host import Host

HOUR: Final = 60
DAY: Final = 24 * HOUR


def age_text(app: Host, since: datetime | None) -> str:
    """The age of a moment, such as `12 min` or `3 h`; empty in the first minute, and if a clock was put back."""
    minutes = int((app.now - since).total_seconds()) // 60 if since is not None else 0
    if minutes < 1:
        return ""
    if minutes < HOUR:
        return _("{minutes} min", minutes=minutes)
    if minutes < DAY:
        return _("{hours} h", hours=minutes // HOUR)
    return plural("{count} day", "{count} days", minutes // DAY)


def wants_decision(app: Host, since: datetime | None) -> bool:
    """Whether a ticket that is paid in part since then asks what is to become of it."""
    return since is not None and app.till is not None and app.now - since >= app.till.decide_after
