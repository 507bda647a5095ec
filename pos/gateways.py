"""Where a shop's gateway is: which one an address leads to, and what is had instead if it leads nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import Message, lazy
from pos.domain.patience import ANSWER_WITHIN
from pos.factories import GatewayFactory, worded

if TYPE_CHECKING:
    from pathlib import Path

    from pos.domain.ports import Clock, Gateway, Ids
    from pos.payments.ledger import Ledger

SIMULATED: Final = "simulated://"
"""The address of the gateway that charges no card."""


def _simulated_bank(address: str, /, *, clock: Clock, ids: Ids, timeout: float) -> Gateway:
    from pos.payments.bank_client import BankClient

    return BankClient(address, clock=clock, ids=ids, timeout=timeout)


SIMULATED_BANK: Final = "simulated-bank"
"""The kind of gateway of a simulation's processes, of which a shop hears nothing."""
GATEWAYS: Final[dict[str, GatewayFactory]] = {SIMULATED_BANK: _simulated_bank}
"""The kinds of gateway but the simulated one, by what stands before `://` in an address; of a simulation, its bank."""


def gateway_at(address: str, *, clock: Clock, ids: Ids, timeout: float) -> Gateway:
    """The gateway at an address, `KIND://PLACE`, but the simulated one. Raises TillError `gateway_down`."""
    kind = address.partition("://")[0].lower()
    if kind not in GATEWAYS:
        known = ", ".join((SIMULATED, *(f"{each}://" for each in GATEWAYS if each != SIMULATED_BANK)))
        text = N_("{kind} is no gateway that this version has: it has {known}.")
        raise TillError("gateway_down", lazy(text, kind=f"{kind}://", known=known))
    from pos import log
    from pos.payments.foreign import ForeignGateway

    with worded("gateway_down", address):
        return ForeignGateway(GATEWAYS[kind](address, clock=clock, ids=ids, timeout=timeout), log.refused)


def simulated_gateway(
    clock: Clock, ids: Ids, ledger: Path | Ledger | None, *, latency: float | None = None, timeout: float | None = None
) -> Gateway:
    """The gateway that charges no card, with a ledger, or one in a file, or in memory; seconds as in `open_till`."""
    from pos.payments.ledger import Ledger
    from pos.payments.mock import MockGateway

    patience = ANSWER_WITHIN if timeout is None else timeout
    books = ledger if isinstance(ledger, Ledger) else Ledger(ledger)
    return MockGateway(clock, books, ids=ids, latency=latency or 0.0, timeout=patience)


def gateway_or_reason(address: str, clock: Clock, ids: Ids, timeout: float) -> tuple[Gateway, tuple[Message, ...]]:
    """The gateway at an address; without it the till takes cash, and tells why no card is charged."""
    from pos.payments.absent import AbsentGateway

    try:
        return gateway_at(address, clock=clock, ids=ids, timeout=timeout), ()
    except TillError as error:
        return AbsentGateway(), (lazy("No card can be charged: {reason}", reason=error.words),)
