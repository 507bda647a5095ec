"""What a till makes of a server's faults: it keeps away from it, or uses it and tells the risk, once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING

from pos.domain.message import Message, joined, lazy
from pos.stores.redis.away import ServerAway, Untrusted
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.trust import Severity, faults_of, not_known

if TYPE_CHECKING:
    from pos.stores.redis.client import Client


class Caution:
    """Of one till. Its link looks, and any thread may ask what is to be told."""

    def __init__(self, options: ServerOptions) -> None:
        self._options = options
        self._told: set[Message] = set()
        self._news: list[Message] = []
        self._lock = Lock()

    def look(self, client: Client) -> None:
        """Look at a server before it is used. Raises ServerAway, Untrusted."""
        facts = client.facts()
        if not facts.compatible:
            raise ServerAway(lazy("what answers at {place} is no Redis or Valkey", place=client.place))
        faults = faults_of(facts, now=datetime.now(UTC), replicas=self._options.replicas)
        refused = [fault for fault in faults if fault.severity is Severity.REFUSED]
        if refused and not self._options.trust:
            told = tuple(fault.message for fault in refused)
            self._tell(told)
            checks = ", ".join(dict.fromkeys(fault.name for fault in refused))
            reason = lazy("it is not to be trusted with a shop ({checks})", checks=checks)
            risk = lazy("A till that takes the risk is begun with {option}.", option="`--trust`")
            raise Untrusted(reason, joined((*told, risk)))
        taken = (lazy("A risk is taken ({option}): {risk}", option="`--trust`", risk=each.message) for each in refused)
        warned = (fault.message for fault in faults if fault.severity is Severity.WARNING)
        self._tell((*taken, *warned, not_known(facts)))

    def take_notices(self) -> tuple[Message, ...]:
        """What was seen since this was asked last; of each thing once."""
        with self._lock:
            news, self._news = self._news, []
            return tuple(news)

    def _tell(self, messages: Iterable[Message]) -> None:
        with self._lock:
            new = [each for each in messages if each and each not in self._told]
            self._told.update(new)
            self._news += new
