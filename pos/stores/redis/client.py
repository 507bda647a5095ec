"""One connection to the shop's server, by redis-py. Nothing is ever told twice by itself.

Imported late: redis-py takes a third of a second to load.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import ssl
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

import redis
from redis import exceptions
from redis.backoff import NoBackoff
from redis.retry import Retry

from pos.domain.message import Message, lazy
from pos.stores.redis.address import ServerAddress
from pos.stores.redis.away import Answered, Interrupted, Moved, ServerAway
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.server_facts import ServerFacts
from pos.stores.redis.trust import read_server

Reply = Any
"""What RESP says: bytes, int, None, or a list of these."""
Command = tuple[str | bytes | int, ...]

_NOT_FOUND: Final = "Function not found"
_FORBIDDEN: Final = re.compile(r"(ERR )?(ACL failure in script|The user executing the script can't run)")
"""What a function ends with that may not do something: of Valkey and newer Redis, and of Redis 7.0."""


PARTS: Final = ("shared", "sales", "catalog", "carts", "queue")
"""The files of the functions, in this order one text: what `shared` has is at hand in all of them."""


@cache
def library() -> tuple[str, str]:
    """The name of the library of functions, which is that of its text, and the text."""
    folder = files("pos.stores.redis").joinpath("functions")
    text = "\n".join(folder.joinpath(f"{name}.lua").read_text("utf-8") for name in PARTS)
    name = f"tillkey_{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    return name, f"#!lua name={name}\n{text.replace('NAME_', f'{name}_')}"


class Client:
    """A connection, opened when it is first used. Methods raise ServerAway, with the reason; it is closed then.

    One thread at a time uses it.
    """

    def __init__(
        self, address: ServerAddress, options: ServerOptions, *, timeout: float | None = None, name: str = "pos"
    ) -> None:
        """For the server at an address; each answer is waited for so many seconds, else for those of the options."""
        self.place = f"{address.host}:{address.port}"
        patience = self._patience = options.timeout if timeout is None else timeout
        self._kind: Any = redis.SSLConnection if address.tls else redis.Connection
        self._said: dict[str, Any] = {
            "host": address.host,
            "port": address.port,
            "db": address.db,
            "username": address.user or options.user,
            "password": options.password,
            "socket_timeout": patience,
            "socket_connect_timeout": patience,
            "retry": Retry(NoBackoff(), 0),
            "retry_on_error": [],
            "health_check_interval": 0,
            "client_name": f"tillkey-{name}",
            "protocol": 2,
        }
        if address.tls:
            self._said |= {
                "ssl_cert_reqs": "required",
                "ssl_check_hostname": True,
                "ssl_ca_certs": None if options.ca is None else str(options.ca),
                "ssl_certfile": None if options.certificate is None else str(options.certificate),
                "ssl_keyfile": None if options.key is None else str(options.key),
                "ssl_min_version": ssl.TLSVersion.TLSv1_2,
            }
        self._connection: Any = None
        self._interrupted = False

    def connect(self) -> None:
        """Open the connection, if it is not open."""
        self._opened()

    def ask(self, *command: str | bytes | int) -> Reply:
        """The answer to one command."""
        return self._each((command,))[0]

    def ask_each(self, commands: Sequence[Command]) -> list[Reply]:
        """The answers to commands that are sent together and carried out one after the other."""
        return self._each(commands)

    def call(
        self, function: str, keys: Sequence[str], args: Sequence[str | bytes | int], *, seconds: float | None = None
    ) -> list[Reply]:
        """What a function of the library answers, loaded if the server does not know it; at most `seconds` later."""
        return self.call_each(((function, keys, args),), seconds=seconds)[0]

    def call_each(
        self,
        calls: Sequence[tuple[str, Sequence[str], Sequence[str | bytes | int]]],
        *,
        seconds: float | None = None,
    ) -> list[list[Reply]]:
        """What functions answer that are called one after the other; all are sent together."""
        commands = [("FCALL", f"{library()[0]}_{name}", len(keys), *keys, *args) for name, keys, args in calls]
        try:
            return self._each(commands, seconds)
        except _LibraryMissing:
            # A server without the library has done nothing of it, so that all may be said again.
            self._each((("FUNCTION", "LOAD", "REPLACE", library()[1]),))
            return self._each(commands)

    def wait_for(self, *command: str | bytes | int, seconds: float) -> Reply:
        """The answer to a command that may take so many seconds longer than others."""
        return self._each((command,), seconds + self._patience)[0]

    def redis(self) -> redis.Redis:
        """A client of redis-py for the same server, which tries nothing twice either."""
        names = {
            "ssl_cert_reqs", "ssl_check_hostname", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_min_version",
        }  # fmt: skip
        said = dict(self._said)
        return redis.Redis(**said, ssl=bool(names & said.keys()))

    def facts(self) -> ServerFacts:
        """What the server says of itself, by a connection of its own."""
        with self.redis() as client:
            try:
                return read_server(client)
            except _FAULTS as error:
                raise self._away(error) from None

    def interrupt(self) -> None:
        """Break off what another thread is waiting for."""
        connection = self._connection
        self._interrupted = True
        if connection is not None:
            with contextlib.suppress(*_FAULTS):
                connection.disconnect()

    def close(self) -> None:
        """Close the connection, if it is open."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.disconnect()

    def _each(self, commands: Sequence[Command], seconds: float | None = None) -> list[Reply]:
        connection = self._opened()
        try:
            connection.send_packed_command(connection.pack_commands(commands), check_health=False)
            if seconds is not None and not connection.can_read(timeout=max(seconds, 0.001)):
                raise exceptions.TimeoutError
            answers, missing = [], False
            wrong: Exception | None = None
            for _command in commands:
                try:
                    answers.append(connection.read_response())
                except exceptions.ResponseError as error:
                    missing = missing or str(error).startswith(_NOT_FOUND)
                    wrong = wrong or error
        except _FAULTS as error:
            raise self._away(error) from None
        if missing:
            raise _LibraryMissing(lazy("the server at {place} keeps no functions", place=self.place))
        if wrong is not None:
            raise self._away(wrong) from None
        return answers

    def _opened(self) -> Any:
        if self._connection is None:
            connection = self._kind(**self._said)
            try:
                connection.connect()
            except _FAULTS as error:
                connection.disconnect()
                raise self._away(error) from None
            # Else redis-py opens it again by itself, behind the back of who has broken it off.
            connection.connect = connection.connect_check_health = _stay_closed
            self._connection = connection
            if self._interrupted:
                raise self._away(exceptions.ConnectionError())
        return self._connection

    def _away(self, error: BaseException) -> ServerAway:
        """What an error means for the till; the connection is not used again."""
        self.close()
        if self._interrupted:
            return Interrupted()
        if isinstance(error, exceptions.MovedError):
            return Moved(error.host, error.port)
        if isinstance(error, exceptions.ResponseError):
            return Answered(_reason(error, self.place), str(error).partition(" ")[0])
        return ServerAway(_reason(error, self.place))


class _LibraryMissing(ServerAway):
    """The server has lost the functions, or never had them."""


_FAULTS: Final = (exceptions.RedisError, OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What redis-py raises on connections and on what is no RESP."""


def _stay_closed(*_args: object, **_named: object) -> None:
    raise exceptions.ConnectionError


def _reason(error: BaseException, place: str) -> Message:
    """Why a server is away, as a part of a sentence. No text of the server is repeated but its own word for it."""
    words = str(error).split(maxsplit=1)
    match error:
        case exceptions.BusyLoadingError():
            return lazy("the server at {place} is still reading its files", place=place)
        case exceptions.ReadOnlyError():
            return lazy("the server at {place} is a replica now: another one has taken over", place=place)
        case exceptions.OutOfMemoryError():
            return lazy("the server at {place} has no memory left (`maxmemory`)", place=place)
        case exceptions.NoPermissionError():
            return lazy("the server at {place} forbids this till what it needs: see its ACL", place=place)
        case exceptions.ResponseError() if _FORBIDDEN.match(str(error)):
            return lazy("the server at {place} forbids this till what it needs: see its ACL", place=place)
        case exceptions.AuthenticationError():
            return lazy("the server at {place} refuses the user or the password", place=place)
        case exceptions.ClusterDownError() | exceptions.MasterDownError() | exceptions.TryAgainError():
            return lazy("the cluster of the server at {place} does not answer for this shop now", place=place)
        case exceptions.TimeoutError() | TimeoutError():
            return lazy("no answer from the server at {place}", place=place)
        case ssl.SSLError():
            return lazy("no trusted connection to the server at {place}: see its certificate", place=place)
        case exceptions.InvalidResponse():
            return lazy("what answers at {place} is no Redis or Valkey", place=place)
        case exceptions.ConnectionError() | OSError():
            # The place is somebody's own name.
            said = str(error).lower().replace(place.rpartition(":")[0], "")
            if "certificate" in said or "ssl" in said:
                return lazy("no trusted connection to the server at {place}: see its certificate", place=place)
            if "invalid" in said or "protocol" in said:
                return lazy("what answers at {place} is no Redis or Valkey", place=place)
            return lazy("the server at {place} cannot be reached", place=place)
        case exceptions.ResponseError() if words and words[0] == "MISCONF":
            return lazy("the server at {place} cannot write to its disk", place=place)
        case exceptions.ResponseError() if words and words[0] == "BUSY":
            return lazy("the server at {place} is busy with a function of somebody else", place=place)
        case exceptions.ResponseError() if words and words[0] == "NOREPLICAS":
            return lazy("the server at {place} has too few replicas", place=place)
        case exceptions.ResponseError():
            word = words[0][:20] if words and words[0].isalnum() else "ERR"
            return lazy("the server at {place} refuses what the till says ({word})", place=place, word=word)
    return lazy("what answers at {place} is no Redis or Valkey", place=place)
