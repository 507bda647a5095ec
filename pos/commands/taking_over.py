"""`pos lanes take-over`: the payments of a till that is dead for good are asked about and ended here."""

from __future__ import annotations

import argparse
import asyncio
import socket
from typing import TYPE_CHECKING

from pos.commands.many_tills import many_tills
from pos.commands.options import DONE, FAILED, sources
from pos.commands.streams import complain_of, say
from pos.domain.i18n import N_, _, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos.domain.lane_status import TakenOver
    from pos.domain.reservations import Reservation
    from pos.settings.model import Settings
    from pos.stores.location import StoreLocation
    from pos.till.till import Till


def take_over(options: argparse.Namespace) -> int:
    """Do so; 1 if the gateway has not answered about all payments. Raises TillError."""
    from pos.settings.loading import load

    held = load(sources(options)).settings
    where = many_tills(options, options.taken, trust=options.trust)
    taken = where.take_over(socket.gethostname(), force=options.force)
    try:
        say(_("Lane {lane} is this machine's now.", lane=options.taken), done=True)
        if taken.aside is not None:
            say(_("The journal that was here is kept in {folder}.", folder=taken.aside), done=True)
        if taken.handed_in:
            late = plural(
                "{count} sale in it was handed in late.", "{count} sales in it were handed in late.", taken.handed_in
            )
            say(late, done=True)
        return asyncio.run(_end_payments(where, taken, held, options.taken))
    finally:
        taken.store.close()


async def _end_payments(where: StoreLocation, taken: TakenOver, held: Settings, lane: str) -> int:
    from pos.bootstrap import open_till
    from pos.clock_and_ids import RandomIds, SystemClock
    from pos.gateways import SIMULATED, simulated_gateway
    from pos.log import close_log, follow, open_log

    clock, ids, settings = SystemClock(), RandomIds(), held.till
    named = settings.gateway if settings.gateway and not settings.gateway.lower().startswith(SIMULATED) else None
    gateway = named or simulated_gateway(clock, ids, where.ledger, latency=settings.latency, timeout=settings.timeout)
    if held.log.file is not None:
        open_log(held.log.file, store=settings.store)
    opened = taken.store.view.open_reservations()
    till = open_till(
        taken.store, lane=lane, clock=clock, ids=ids, gateway=gateway, timeout=settings.timeout,
        decide_after=settings.decide_after,
    )  # fmt: skip
    try:
        follow(till)
        complain_of(till.notices)
        await till.recover()
        await till.flush()
        told = [await _told(till, reservation, taken.store.view.reservation(reservation.id)) for reservation in opened]
    finally:
        till.close()
        close_log()
    for line, _ended in told:
        say(line, done=True)
    if not told:
        say(_("It had no payment open."))
    return DONE if all(ended for _line, ended in told) else FAILED


async def _told(till: Till, before: Reservation, now: Reservation | None) -> tuple[str, bool]:
    """What became of a reservation, and whether it is at an end, or waits for a cashier only."""
    from pos.domain.message import Money

    ticket, exponent = before.sale.called, till.catalog.exponent
    amount = Money(before.sale.total, exponent)
    if now is not None and now.state == "committed":
        order = await till.find_order(now.order)
        text = N_("Ticket {ticket}: {amount} was charged, and is receipt {receipt}.")
        return _(text, ticket=ticket, amount=amount, receipt=order.receipt), True
    if now is None or now.ended:
        kept = _kept(till, before.sale.ticket)
        text = N_("Ticket {ticket}: nothing was charged, and never will be; its goods are free. {kept}")
        return _(text, ticket=ticket, kept=kept).rstrip(), True
    if now.part_paid:
        text = N_("Ticket {ticket}: {paid} of {amount} is paid. Lane {lane} takes the rest, or gives it back.")
        paid = Money(now.sale.total - now.outstanding, exponent)
        return _(text, ticket=ticket, paid=paid, amount=amount, lane=till.lane), True
    text = N_("Ticket {ticket}: the gateway has not answered about {amount}. Lane {lane} asks again once it is opened.")
    return _(text, ticket=ticket, amount=amount, lane=till.lane), False


def _kept(till: Till, ticket: str) -> str:
    """Where a ticket is now whose payment did not go through."""
    if till.sale.ticket == ticket:
        return _("It is on the screen of lane {lane}.", lane=till.lane)
    names: Sequence[str] = [str(held.called) for held in till.held_tickets() if held.ticket == ticket]
    return _("It is set aside as {name}.", name=names[0]) if names else ""
