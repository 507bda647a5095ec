"""Tills that are broken on purpose, so that a nemesis that finds nothing proves something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from unittest import mock

from pos.stores.redis import client
from pos.stores.redis.away import ServerAway


def drop_entries() -> None:
    """What the server is to hear of is never delivered."""
    mock.patch("pos.stores.redis.session.Session.deliveries", return_value=[]).start()
    mock.patch("pos.stores.redis.store.LaneStore.undelivered", 0).start()


def retry_blindly() -> None:
    """What got no answer is told again, and done again."""
    name, text = client.library()
    blind = text.replace(name, f"{name}_blind")
    for idempotent in (
        "if this <= delivered then return {'ok', ''} end",
        "if this > delivered + 1 then return {'gap', text(delivered)} end",
    ):
        assert idempotent in blind
        blind = blind.replace(idempotent, "")
    known = "ended and string.sub(ended, 1, 9) == 'committed'"
    assert known in blind
    blind = blind.replace(known, "false")
    call_each = client.Client.call_each

    def twice(self: client.Client, *args: Any, **named: Any) -> Any:
        try:
            return call_each(self, *args, **named)
        except ServerAway:
            return call_each(self, *args, **named)

    mock.patch("pos.stores.redis.client.library", return_value=(f"{name}_blind", blind)).start()
    mock.patch("pos.stores.redis.client.Client.call_each", twice).start()


CONTROLS: Final[dict[str, Callable[[], None]]] = {"no outbox": drop_entries, "blind retry": retry_blindly}
"""What breaks the till of the process it is called in, by name."""
