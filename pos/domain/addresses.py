"""Addresses of servers, and the passwords that some of them have in them."""

from __future__ import annotations

import re
from typing import Final

_HIDDEN: Final = "••••"
_PASSWORD: Final = re.compile(
    # Greedy: a password may have any sign in it but a blank, an @ too. No part is longer than one is in earnest.
    r"(?P<user>\b[a-z][a-z0-9+.-]{0,30}://[^\s:@/?#]{0,200}?(?::|%3a))\S{0,1000}(?P<host>@)"
    r"|(?P<name>[?&;](?:pass(?:word|wd)?|pwd|secret|token)=)[^\s&;]+",
    re.IGNORECASE,
)


def without_passwords(text: str) -> str:
    """`text` with every password in an address hidden: `redis://anna:••••@host`, `?password=••••`."""
    if "://" not in text:
        return text
    return _PASSWORD.sub(lambda found: f"{found['user'] or found['name']}{_HIDDEN}{found['host'] or ''}", text)
