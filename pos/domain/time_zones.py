"""Time zones by name, from the machine's own data or from the package tzdata."""

from __future__ import annotations

from datetime import tzinfo
from zoneinfo import ZoneInfo, available_timezones

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import Message, lazy


def zone_of(name: str) -> tzinfo:
    """The time zone of a name such as Europe/Berlin.

    Raises ValueError if there is none of this name, TillError `time_zone_missing` if this machine knows none at all.
    """
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        if (missing := missing_data()) is not None:
            raise TillError("time_zone_missing", missing) from None
        raise ValueError(f"{name!r} is no time zone") from None


def missing_data() -> Message | None:
    """What to install, in a sentence, if this machine knows no time zone at all; None if it knows some."""
    if available_timezones():
        return None
    return lazy("This machine has no time-zone data: install the package tzdata (`pip install tzdata`).")


def shop_zone(name: str) -> tzinfo:
    """The time zone that a store was made with. Raises TillError `time_zone_missing`."""
    try:
        return zone_of(name)
    except ValueError:
        text = N_(
            "This machine does not know the shop's time zone {zone}: "
            "bring its time-zone data up to date (`pip install --upgrade tzdata`)."
        )
        raise TillError("time_zone_missing", lazy(text, zone=name)) from None
