"""The shop of many tills that a command is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pos.commands.options import sources

if TYPE_CHECKING:
    import argparse
    from typing import Protocol

    from pos.domain.lane_status import ManyTills
    from pos.stores.location import StoreLocation

    class SharedLocation(StoreLocation, ManyTills, Protocol):
        """Where a store is that many tills share."""


def many_tills(options: argparse.Namespace, lane: str | None = None, *, trust: bool = False) -> SharedLocation:
    """The shop's server, for a lane, else that of the settings. Raises TillError `store_unusable` for a store of one
    machine.
    """
    from pos.bootstrap import store_at
    from pos.domain.errors import TillError
    from pos.domain.lane_status import ManyTills
    from pos.domain.message import lazy
    from pos.files.user_folders import usual_store
    from pos.settings.loading import load
    from pos.settings.server import server_options

    held = load(sources(options)).settings
    where = store_at(held.till.store or usual_store(), server_options(held, trust=trust), lane or held.till.lane)
    if not isinstance(where, ManyTills):
        text = lazy(
            "{place} is a store of one machine: name a shop on a server, `--store redis://…`.", place=where.name
        )
        raise TillError("store_unusable", text)
    return cast("SharedLocation", where)
