"""The business day: the date in the shop's own zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def local_date(moment: datetime, timezone: str) -> str:
    """The date of a moment in a zone such as Europe/Berlin, as ISO 8601 writes it."""
    return moment.astimezone(ZoneInfo(timezone)).date().isoformat()
