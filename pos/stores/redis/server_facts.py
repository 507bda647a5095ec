"""What a server says of itself, read leniently: versions, managed servers and imitations differ in what they tell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from pos.domain.terminal_text import clean
from pos.stores.redis.resp import text_of

T = TypeVar("T")
LONGEST: Final = 40
"""How much of a text of the server's is repeated."""
SETTINGS: Final = (
    *("appendonly", "appendfsync", "maxmemory", "maxmemory-policy", "save"),
    *("min-replicas-to-write", "min-replicas-max-lag"),
)
"""What CONFIG GET is to be asked for."""
_POLICY: Final = re.compile(r"(noeviction|(allkeys|volatile)-[a-z]{2,8})\Z")
_VERSION: Final = re.compile(r"([0-9]{1,6})(?:\.([0-9]{1,6}))?")
_COUNT: Final = re.compile(r"[0-9]{1,19}\Z")
_LARGEST: Final = 10**19
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ROLES: Final = {"master": "master", "slave": "slave"}
_SYNCS: Final = {"always": "always", "everysec": "everysec", "no": "no"}
_YES: Final = {"yes": True, "no": False, "1": True, "0": False}
_OK: Final = {"ok": True, "err": False}


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What a server says of itself. None is what it does not tell."""

    compatible: bool = True
    """False for what is neither a Redis nor a Valkey."""
    valkey: bool = False
    """Whether it is a Valkey, whose versions are its own."""
    version: str | None = None
    role: str | None = None
    """`master`, `slave` or `sentinel`."""
    primary: str = ""
    """Of which server it is the replica, as HOST:PORT."""
    append_only: bool | None = None
    appendfsync: str | None = None
    wrote: bool | None = None
    """Whether the append-only file could be written to the last time."""
    rewrote: bool | None = None
    """Whether the append-only file could be rewritten the last time."""
    saved: bool | None = None
    """Whether the last snapshot could be made."""
    snapshots: bool = False
    """Whether snapshots are made by themselves."""
    used_memory: int | None = None
    maxmemory: int | None = None
    """Bytes; 0 is no limit."""
    policy: str | None = None
    connected_replicas: int | None = None
    min_replicas: int | None = None
    max_lag: int | None = None
    """Seconds; 0 is the end of `min_replicas`."""
    at: datetime | None = None
    """The server's clock, in UTC."""
    strange: tuple[str, ...] = ()
    """What of its answers is not understood."""

    @property
    def release(self) -> tuple[int, int] | None:
        """The first two parts of the version."""
        found = _VERSION.match(self.version or "")
        return (int(found[1]), int(found[2] or 0)) if found else None


def facts_of(info: object, config: object, time: object) -> ServerFacts:
    """Read the answers to INFO, CONFIG GET and TIME: text, bytes, lists or mappings, or the error that came instead."""
    told = _Answers(info, config)
    version = told.matching(_VERSION, "valkey_version", "redis_version")
    return ServerFacts(
        compatible=bool(told.text("valkey_version", "redis_version")) or isinstance(info, Exception),
        valkey=bool(told.text("valkey_version")) or told.text("server_name") == "valkey",
        version=version,
        role="sentinel" if told.text("server_mode", "redis_mode") == "sentinel" else told.choice(_ROLES, "role"),
        primary=":".join(filter(None, (told.text("master_host"), told.text("master_port")))),
        append_only=told.choice(_YES, "aof_enabled", "appendonly"),
        appendfsync=told.choice(_SYNCS, "appendfsync"),
        wrote=told.choice(_OK, "aof_last_write_status"),
        rewrote=told.choice(_OK, "aof_last_bgrewrite_status"),
        saved=told.choice(_OK, "rdb_last_bgsave_status"),
        snapshots=bool(told.text("save")),
        used_memory=told.count("used_memory"),
        maxmemory=told.count("maxmemory"),
        policy=told.matching(_POLICY, "maxmemory_policy", "maxmemory-policy"),
        connected_replicas=told.count("connected_slaves"),
        min_replicas=told.count("min-replicas-to-write"),
        max_lag=told.count("min-replicas-max-lag"),
        at=told.moment(time),
        strange=tuple(told.strange),
    )


class _Answers:
    """What a server said under names, read leniently: what cannot be read is None, and listed in `strange`."""

    def __init__(self, info: object, config: object) -> None:
        self.strange: list[str] = []
        self._told = {**self._named("CONFIG", config), **self._named("INFO", info)}

    def text(self, *names: str) -> str:
        """What is told under the first of the names that is told at all, fit to be shown; nothing if none is."""
        return next((told for name in names if (told := self._told.get(name))), "")

    def choice(self, words: Mapping[str, T], *names: str) -> T | None:
        """The meaning of a word."""
        told = self.text(*names)
        if told and told not in words:
            self._is_strange(names[0], told)
        return words.get(told)

    def matching(self, pattern: re.Pattern[str], *names: str) -> str | None:
        """A text of some shape."""
        told = self.text(*names)
        if told and not pattern.match(told):
            self._is_strange(names[0], told)
            return None
        return told or None

    def count(self, name: str) -> int | None:
        """A number of something."""
        told = self.matching(_COUNT, name)
        return None if told is None else int(told)

    def moment(self, answer: object) -> datetime | None:
        """What TIME answers: seconds since 1970, and microseconds."""
        if isinstance(answer, Exception):
            return None
        if isinstance(answer, Sequence) and len(answer) == 2:
            seconds, micros = map(_text, answer)
            if all(map(_COUNT.match, (seconds, micros))):
                with suppress(OverflowError):
                    return _EPOCH + timedelta(seconds=int(seconds), microseconds=int(micros))
        self._is_strange("TIME", _text(answer) or type(answer).__name__)
        return None

    def _named(self, question: str, answer: object) -> dict[str, str]:
        """Names and values of an answer: lines as INFO has them, or a list or a mapping."""
        if isinstance(answer, Exception):
            return {}
        if isinstance(answer, str | bytes):
            pairs = (line.split(":", 1) for line in _decoded(answer).splitlines() if ":" in line)
            return {name: clean(value)[:LONGEST] for name, value in pairs}
        if isinstance(answer, Mapping):
            return {_text(name): _text(value) for name, value in answer.items()}
        if isinstance(answer, Sequence) and len(answer) % 2 == 0:
            return dict(zip(map(_text, answer[::2]), map(_text, answer[1::2]), strict=True))
        self._is_strange(question, _text(answer))
        return {}

    def _is_strange(self, name: str, told: str) -> None:
        self.strange.append(f"{name} {told}")


def _decoded(text: str | bytes) -> str:
    return text_of(text) if isinstance(text, bytes) else text


def _text(value: object) -> str:
    """A value as it may be shown: text, or what a reader of numbers made of it; else its type, which no number is."""
    if isinstance(value, str | bytes):
        return clean(_decoded(value))[:LONGEST]
    if isinstance(value, int | float) and abs(value) < _LARGEST:
        return str(int(value) if isinstance(value, bool) else value)
    return type(value).__name__
