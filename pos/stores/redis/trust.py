"""Whether a server can be trusted with a shop: it keeps what it acknowledged, forgets nothing, and tells the time.

`read_server` asks in one round trip, `faults_of` judges. What a server does not tell, as managed ones often do not, is
no fault (`not_known`); what it tells and nobody understands is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pos.domain.message import NOTHING, Message, Number, Percentage, joined, lazy, lazy_plural
from pos.stores.redis.server_facts import SETTINGS, ServerFacts, facts_of

if TYPE_CHECKING:
    from redis import Redis

OLDEST_REDIS: Final = (7, 0)
"""The first Redis with functions. Every Valkey has them."""
SKEW_WARNED: Final = 2
"""Seconds that the server's clock may be off before it is told."""
SKEW_REFUSED: Final = 60
"""Seconds that the server's clock may be off before the server is refused."""
FULL: Final = 80
"""Percent of maxmemory beyond which it is told."""
_QUESTIONS: Final[tuple[tuple[str | bytes, ...], ...]] = ((b"INFO",), (b"CONFIG", b"GET", *SETTINGS), (b"TIME",))
"""The first word is bytes, for which redis-py has no reader: the answer comes as the server gave it."""


class Severity(StrEnum):
    """What a till does about a fault."""

    REFUSED = "refused"
    """It does not sell on this server, unless it is told to with `--trust`."""
    WARNING = "warning"


class TrustFault(NamedTuple):
    """What is wrong with a server: the check's name for programs, how bad it is, and the sentence.

    The sentence says what is so, what it risks and what to change.
    """

    name: str
    severity: Severity
    message: Message


def read_server(client: Redis) -> ServerFacts:
    """Ask a server, in one round trip. Whatever comes back, if anything does, there are facts.

    Raises redis.ConnectionError (also for a server that is loading, or a wrong password) and redis.TimeoutError. The
    client's connection is not to be used again for a server that is not compatible.
    """
    from redis import InvalidResponse

    pipeline: Any = client.pipeline(transaction=False)
    for question in _QUESTIONS:
        pipeline.execute_command(*question)
    try:
        answers = pipeline.execute(raise_on_error=False)
    except (InvalidResponse, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        # So does redis-py end on what is no RESP.
        return ServerFacts(compatible=False)
    return facts_of(*answers)


def not_known(facts: ServerFacts) -> Message:
    """Which settings a server does not tell, so that nobody has looked at them; nothing if there are none."""
    settings = {
        "redis_version": facts.version,
        "appendonly": facts.append_only,
        "appendfsync": facts.appendfsync,
        "maxmemory-policy": facts.policy,
        "min-replicas-to-write": facts.min_replicas,
        "TIME": facts.at,
    }
    untold = ", ".join(name for name, value in settings.items() if value is None)
    if not untold or not facts.compatible:
        return NOTHING
    return lazy("The server does not tell {settings}: see to it where the server is kept.", settings=untold)


def faults_of(facts: ServerFacts, *, now: datetime, replicas: int) -> tuple[TrustFault, ...]:
    """What is wrong with a server. `now` is this machine's clock, with its zone, when the answers came; `replicas` is
    how many replicas the tills wait for.
    """
    if not facts.compatible:
        message = lazy(
            "What answers there is neither Redis nor Valkey: nothing can be kept on it. "
            "Correct the host and the port in the store's address."
        )
        return (_refused("server", message),)
    return (
        *_of_answers(facts),
        *_of_version(facts),
        *_of_role(facts),
        *_of_append_only(facts),
        *_of_eviction(facts),
        *_of_memory(facts),
        *_of_disk(facts),
        *_of_replicas(facts, replicas),
        *_of_clock(facts, now),
    )


def _of_answers(facts: ServerFacts) -> Iterator[TrustFault]:
    if facts.strange:
        message = lazy(
            "The server's answers are not understood: {answers}. What it keeps cannot be relied on. "
            "Look whether the store's address names a Redis or Valkey, and nothing in between changes its answers.",
            answers=", ".join(facts.strange),
        )
        yield _refused("answers", message)


def _of_version(facts: ServerFacts) -> Iterator[TrustFault]:
    if not facts.valkey and facts.release is not None and facts.release < OLDEST_REDIS:
        message = lazy(
            "The server is Redis {version}, which has no functions: a reservation cannot be taken in one step. "
            "Install Redis 7.0 or newer, or Valkey.",
            version=facts.version,
        )
        yield _refused("version", message)


def _of_role(facts: ServerFacts) -> Iterator[TrustFault]:
    if facts.role == "slave":
        message = lazy(
            "The server is a replica of {primary}: it takes no writes, or loses them. "
            "Name {primary} in the store's address. Only if that one is gone for good: REPLICAOF NO ONE",
            primary=facts.primary or "?",
        )
        yield _refused("role", message)
    elif facts.role == "sentinel":
        message = lazy(
            "The server is a Sentinel, which keeps no data. Name the server that it watches in the store's address."
        )
        yield _refused("role", message)


def _of_append_only(facts: ServerFacts) -> Iterator[TrustFault]:
    if facts.append_only is False:
        risk = lazy(
            "The server keeps no append-only file: a crash takes back all that it acknowledged since its last snapshot."
        )
        trap = lazy("A server with data must not get it from its file alone: started so, it is empty.")
        change = _change({"appendonly": "yes", "appendfsync": "always"})
        yield _refused("append-only", joined((risk, change, trap)))
    elif facts.appendfsync == "no":
        risk = lazy(
            "The server leaves to the operating system when its append-only file reaches the disk: "
            "a power cut takes back what it acknowledged in the last half minute."
        )
        yield _refused("append-only", joined((risk, _change({"appendfsync": "always"}))))
    elif facts.appendfsync == "everysec":
        risk = lazy(
            "The server writes to its disk once a second: a power cut takes back what it acknowledged in the last "
            "two seconds. Finished sales and parked tickets come again from the tills' outboxes; reservations of those "
            "seconds are lost, and what was sold twice for that is listed for review."
        )
        yield _warning("append-only", joined((risk, _change({"appendfsync": "always"}))))


def _of_eviction(facts: ServerFacts) -> Iterator[TrustFault]:
    if facts.policy is not None and facts.policy != "noeviction":
        risk = lazy(
            "The server throws data away when its memory is full ({setting}): stock, reservations and orders vanish.",
            setting=f"maxmemory-policy {facts.policy}",
        )
        yield _refused("eviction", joined((risk, _change({"maxmemory-policy": "noeviction"}))))


def _of_memory(facts: ServerFacts) -> Iterator[TrustFault]:
    if facts.maxmemory and facts.used_memory is not None and facts.used_memory * 100 > facts.maxmemory * FULL:
        risk = lazy(
            "{percent} of the memory that the server may use is taken: when it is full, no reservation is taken any "
            "more.",
            percent=Percentage(Decimal(facts.used_memory * 100 // facts.maxmemory)),
        )
        double = -(-facts.maxmemory * 2 // 2**20)
        yield _warning("memory", joined((risk, _change({"maxmemory": f"{double}mb"}))))


def _of_disk(facts: ServerFacts) -> Iterator[TrustFault]:
    room = lazy("Make room on its disk, and look for the cause in its log.")
    if facts.wrote is False:
        risk = lazy(
            "The server could not write its append-only file: it takes no writes until it can, and a crash takes back "
            "what it acknowledged last."
        )
        yield _refused("disk", joined((risk, room)))
    if facts.rewrote is False:
        risk = lazy("The server could not rewrite its append-only file, which grows until the disk is full.")
        again = lazy("Then: `{command}`.", command="BGREWRITEAOF")
        yield _refused("disk", joined((risk, room, again)))
    if facts.saved is False and facts.snapshots:
        risk = lazy("The server could not make its last snapshot: unless it is told otherwise, it takes no writes.")
        again = lazy("Then: `{command}`.", command="BGSAVE")
        yield _warning("disk", joined((risk, room, again)))


def _of_replicas(facts: ServerFacts, wanted: int) -> Iterator[TrustFault]:
    if facts.connected_replicas is not None and facts.connected_replicas < wanted:
        message = lazy_plural(
            "The tills wait for {count} replica, and the server has {found}: their outboxes do not empty. "
            "Connect it (`replicaof HOST PORT` in its file), or have the tills wait for fewer.",
            "The tills wait for {count} replicas, and the server has {found}: their outboxes do not empty. "
            "Connect them (`replicaof HOST PORT` in their files), or have the tills wait for fewer.",
            wanted,
            found=facts.connected_replicas,
        )
        yield _warning("replicas", message)
    if facts.min_replicas is None or not wanted:
        return
    wrong: dict[str, object] = {}
    if facts.min_replicas < wanted:
        wrong["min-replicas-to-write"] = wanted
    if facts.max_lag == 0:
        wrong["min-replicas-max-lag"] = 10
    if wrong:
        risk = lazy(
            "The server takes writes also when it has lost its replicas: what it acknowledges then is gone when one of "
            "them takes its place."
        )
        yield _warning("replicas", joined((risk, _change(wrong))))


def _of_clock(facts: ServerFacts, now: datetime) -> Iterator[TrustFault]:
    if facts.at is None:
        return
    ahead = (facts.at - now).total_seconds()
    if abs(ahead) <= SKEW_WARNED:
        return
    seconds = Number(Decimal(round(abs(ahead))))
    how = (
        lazy("The server's clock is {seconds} s ahead of this machine's.", seconds=seconds)
        if ahead > 0
        else lazy("The server's clock is {seconds} s behind this machine's.", seconds=seconds)
    )
    risk = lazy(
        "Reservations end and coupons run out at another moment than is shown. Set both clocks by the network's time: "
        "`{command}`.",
        command="timedatectl set-ntp true",
    )
    message = joined((how, risk))
    yield _refused("clock", message) if abs(ahead) > SKEW_REFUSED else _warning("clock", message)


def _refused(name: str, message: Message) -> TrustFault:
    return TrustFault(name, Severity.REFUSED, message)


def _warning(name: str, message: Message) -> TrustFault:
    return TrustFault(name, Severity.WARNING, message)


def _change(settings: Mapping[str, object]) -> Message:
    """How settings of the server are changed for now and for good."""
    lines = [f"{name} {value}" for name, value in settings.items()]
    return lazy(
        "Tell it {command}, and write {lines} into its file.",
        command=f"CONFIG SET {' '.join(lines)}",
        lines=", ".join(f"`{line}`" for line in lines),
    )
