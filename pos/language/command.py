"""What one line of the till's language asks for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Command:
    """What one line asks for. A scan has the verb `scan`, its code, and the quantity typed before a `*`.

    It is a value: it can be done again, as it was, once what was in its way is gone.
    """

    verb: str
    args: tuple[str, ...] = ()
    quantity: Decimal | None = None
