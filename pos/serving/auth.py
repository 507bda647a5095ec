"""Who may come in: a token that works once, exchanged for a secret that a cookie keeps."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import deque
from collections.abc import Callable
from typing import Final

SECRET_BYTES: Final = 32
FAILURES: Final = 10
"""Wrong tokens from one network within `PERIOD` seconds, after which further ones are slowed."""
PERIOD: Final = 60.0
DELAY: Final = 2.0
"""Seconds that a wrong token then takes to be refused."""
NETWORKS: Final = 1000
"""So many networks are remembered, those that failed last."""


class Authenticator:
    """Knows one token at a time, and the browsers that were let in; nothing of it outlives the server.

    `now` is in seconds, `secret` makes what nobody guesses.
    """

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        secret: Callable[[], str] = lambda: secrets.token_urlsafe(SECRET_BYTES),
    ) -> None:
        self._now = now
        self._secret = secret
        self._token = secret()
        self._sessions: set[str] = set()
        self._failures: dict[str, deque[float]] = {}

    @property
    def token(self) -> str:
        """The token that lets the next browser in."""
        return self._token

    def enter(self, token: str) -> str | None:
        """Exchange the token for a new session's secret, however many wrong ones came; None if it is not the one."""
        if not hmac.compare_digest(_digest(token), _digest(self._token)):
            return None
        self._token = self._secret()
        secret = self._secret()
        self._sessions.add(_digest(secret))
        return secret

    def delay(self, network: str) -> float:
        """Seconds to wait before a wrong token from a network is refused; it is counted."""
        now = self._now()
        failures = self._failures.pop(network, None) or deque(maxlen=FAILURES)
        self._failures[network] = failures
        if len(self._failures) > NETWORKS:
            del self._failures[next(iter(self._failures))]
        slowed = len(failures) == FAILURES and now - failures[0] < PERIOD
        failures.append(now)
        return DELAY if slowed else 0.0

    def session(self, secret: str) -> str | None:
        """The session that a secret belongs to: a name that opens nothing. None if there is none."""
        digest = _digest(secret)
        # All are compared, so that the time tells nothing.
        found = [known for known in self._sessions if hmac.compare_digest(known, digest)]
        return found[0] if found else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
