"""What a till works with that a test has in its hands: a clock and a bank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from pos.environment import FrozenClock
from pos.testing.bank import Bank

if TYPE_CHECKING:
    from pos.testing.bank import ScriptedGateway
    from pos.till.till import Till

__tracebackhide__ = True


@dataclass(slots=True)
class Outside:
    """The clock and the bank of a till; `bank` is None if the till asks one that takes no words."""

    clock: FrozenClock
    bank: Bank | None

    def adopt(self, till: Till, gateway: str) -> Till:
        """Take over the clock and the bank that a till has brought itself, and tell the bank `gateway` first.

        Raises TillError `bad_command` for words that the bank does not know, ValueError if it takes none.
        """
        from pos.till.till import Scripted

        desk = till._desk
        if isinstance(desk.clock, FrozenClock):
            self.clock = desk.clock
        if isinstance(desk.gateway, Bank):
            self.bank = desk.gateway
        elif isinstance(desk.gateway, Scripted):
            desk.gateway = self.bank = Bank(desk.clock, mock=cast("ScriptedGateway", desk.gateway))
        else:
            self.bank = None
        if self.bank is not None:
            self.bank.say(gateway)
        elif gateway:
            till.close()
            raise ValueError(f"gateway={gateway!r}: the till that `opening` made has a bank of its own, without words.")
        return till
