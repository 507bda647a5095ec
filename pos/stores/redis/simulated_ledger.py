"""What the simulated gateway has done with money, on the shop's server: one ledger for all workers of its queue.

A worker that takes over what another one has begun asks the bank what became of it, so that both must have one bank.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final, TypeVar

from pos.payments.ledger import Card, Charge, Ledger
from pos.stores.redis.address import ServerAddress
from pos.stores.redis.away import ServerAway
from pos.stores.redis.client import Client
from pos.stores.redis.keys import Keys
from pos.stores.redis.options import ServerOptions

T = TypeVar("T")
PIECE: Final = 1_000
"""So many lines are read at once."""


class SharedLedger(Ledger):
    """A ledger whose lines are a list on the server: each is added only behind those that were taken into account.

    Steps raise OSError while the server is away.
    """

    def __init__(self, address: ServerAddress, options: ServerOptions) -> None:
        """Nothing is asked yet."""
        super().__init__()
        self._client = Client(address, options, name="bank")
        self._key = Keys(address.shop).simulated_ledger
        self._read = 0
        """So many lines were taken into account."""

    @property
    def on_disk(self) -> bool:
        """See `Ledger`: they wait for the server."""
        return True

    def charges(self) -> tuple[Charge, ...]:
        """See `Ledger`."""
        return self._agreed(super().charges)

    def charge(self, attempt: str) -> Charge | None:
        """See `Ledger`."""
        return self._agreed(lambda: super(SharedLedger, self).charge(attempt))

    def card(self, token: str) -> Card | None:
        """See `Ledger`."""
        return self._agreed(lambda: super(SharedLedger, self).card(token))

    def add_card(self, token: str, card: Card) -> None:
        """See `Ledger`."""
        self._agreed(lambda: super(SharedLedger, self).add_card(token, card))

    def ask(self, attempt: str, amount: int, card: Card, decline_code: str | None) -> Charge:
        """See `Ledger`."""
        return self._agreed(lambda: super(SharedLedger, self).ask(attempt, amount, card, decline_code))

    def decide(self, attempt: str) -> Charge:
        """See `Ledger`."""
        return self._agreed(lambda: super(SharedLedger, self).decide(attempt))

    def void(self, attempt: str) -> None:
        """See `Ledger`."""
        self._agreed(lambda: super(SharedLedger, self).void(attempt))

    def refund(self, attempt: str, refund: str, amount: int) -> bool:
        """See `Ledger`."""
        return self._agreed(lambda: super(SharedLedger, self).refund(attempt, refund, amount))

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()

    def _agreed(self, step: Callable[[], T]) -> T:
        """Do a step by all that is on the server; once more if somebody else was there first."""
        with self._lock:
            while True:
                try:
                    self._catch_up()
                    return step()
                except _Behind:
                    continue
                except ServerAway as error:
                    raise OSError(str(error.reason)) from error

    def _catch_up(self) -> None:
        while True:
            lines = self._client.ask("LRANGE", self._key, self._read, self._read + PIECE - 1)
            for line in lines:
                self._apply(json.loads(line))
            self._read += len(lines)
            if len(lines) < PIECE:
                return

    def _append(self, line: dict[str, Any], *, durable: bool = True) -> None:
        answer = self._client.call("ledger", (self._key,), (self._read, json.dumps(line)))
        if answer[0] == b"behind":
            raise _Behind
        self._apply(dict(line))
        self._read += 1


class _Behind(Exception):
    """Somebody else has added a line since."""
