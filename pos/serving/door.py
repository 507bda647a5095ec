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
"""Wrong tokens within `PERIOD` seconds, after which none is looked at."""
PERIOD: Final = 60.0


class TooManyTokens(Exception):
    """Too many wrong tokens came; none is looked at for a while."""


class Door:
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
        self._failures: deque[float] = deque(maxlen=FAILURES)

    @property
    def token(self) -> str:
        """The token that lets the next browser in."""
        return self._token

    def enter(self, token: str) -> str | None:
        """Exchange a token for a new session's secret; None if it is not the one. Raises TooManyTokens."""
        now = self._now()
        if len(self._failures) == FAILURES and now - self._failures[0] < PERIOD:
            raise TooManyTokens
        if not hmac.compare_digest(_digest(token), _digest(self._token)):
            self._failures.append(now)
            return None
        self._token = self._secret()
        secret = self._secret()
        self._sessions.add(_digest(secret))
        return secret

    def session(self, secret: str) -> str | None:
        """The session that a secret belongs to: a name that opens nothing. None if there is none."""
        digest = _digest(secret)
        # All are compared, so that the time tells nothing.
        found = [known for known in self._sessions if hmac.compare_digest(known, digest)]
        return found[0] if found else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
