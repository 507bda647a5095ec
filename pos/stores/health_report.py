"""What an examination found, check by check."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from pos.domain.i18n import _, plural
from pos.domain.terminal_text import clean, width

TOLD: Final = 5
"""How many faults of a kind are told one by one."""
LONGEST: Final = 300
"""Characters of a fault that are told: a name from a damaged file may have any length."""


class HealthCheck(NamedTuple):
    """One thing that was looked at: its name for programs, whether it is as it should be, and what was seen."""

    name: str
    ok: bool
    detail: str


def checked(name: str, faults: Iterable[str], seen: str) -> HealthCheck:
    """A check from its faults: a sentence of them all, or of what was `seen` if there are none."""
    found = list(faults)
    told = [fault if len(fault) <= LONGEST else f"{fault[: LONGEST - 1]}…" for fault in found[:TOLD]]
    if len(found) > TOLD:
        told.append(plural("{count} more", "{count} more", len(found) - TOLD))
    return HealthCheck(name, not found, clean("; ".join(told)) if found else seen)


def as_json(checks: Iterable[HealthCheck]) -> dict[str, Any]:
    """The whole as programs read it."""
    found = [check._asdict() for check in checks]
    return {"ok": all(check["ok"] for check in found), "checks": found}


def table(checks: Iterable[HealthCheck]) -> list[str]:
    """A line for each check: whether all was well, its name, and what was found."""
    words = {True: _("ok"), False: _("WRONG")}
    wide = max(map(width, words.values()))
    found = list(checks)
    named = max((9, *(len(check.name) for check in found)))
    return [
        f"{words[check.ok]}{' ' * (wide - width(words[check.ok]))}  {check.name:<{named}}  {clean(check.detail)}"
        for check in found
    ]
