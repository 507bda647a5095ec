"""What a till works with that a test has in its hands: a clock and a bank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from pos.clock_and_ids import FrozenClock
from pos.testing.bank import Bank

if TYPE_CHECKING:
    from pos.testing.bank import ScriptedGateway
    from pos.till.till import Till

__tracebackhide__ = True


@dataclass(slots=True)
class Doubles:
    """The clock and the bank of a till; `bank` is None if the till asks one that takes no words."""

    clock: FrozenClock
    bank: Bank | None

    def adopt(self, till: Till, gateway: str) -> Till:
        """Take over the clock and the bank that a till has brought itself, and tell the bank `gateway` first.

        Raises TillError `bad_command` for words that the bank does not know, ValueError if it takes none.
        """
        from pos.till.gateway_control import ScriptableGateway

        services = till._services
        if isinstance(services.clock, FrozenClock):
            self.clock = services.clock
        if isinstance(services.gateway, Bank):
            self.bank = services.gateway
        elif isinstance(services.gateway, ScriptableGateway):
            services.gateway = self.bank = Bank(services.clock, mock=cast("ScriptedGateway", services.gateway))
        else:
            self.bank = None
        if self.bank is not None:
            self.bank.say(gateway)
        elif gateway:
            till.close()
            raise ValueError(f"gateway={gateway!r}: the till that `opening` made has a bank of its own, without words.")
        return till
