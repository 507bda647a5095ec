"""What a simulation needs on this machine. Nothing of it is loaded here."""

from __future__ import annotations

from pos.demo.server import GET, missing
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import lazy


def require_server() -> None:
    """Raises TillError `store_unusable`, with how to get it, where no server is, or nothing that speaks to one."""
    if missing():
        text = N_("A simulation starts a server of its own, and there is none here: {command}")
        raise TillError("store_unusable", lazy(text, command=GET))
