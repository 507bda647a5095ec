"""Taking back the last change of the ticket in front, step by step, and making it again, until it is paid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

from pos.domain.cart import Cart
from pos.domain.cart_edits import checked_quantity
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import NOTHING, Message, joined, lazy
from pos.domain.model import changed
from pos.domain.ports import Document, Records
from pos.domain.sale import Sale
from pos.domain.ticket_changes import History, TicketChange, Written
from pos.domain.ticket_records import SAVED_CARTS, kept_cart
from pos.stores.records import FAULTS
from pos.till.current_ticket import CurrentTicket
from pos.till.lane import Lane
from pos.till.levels import Levels
from pos.till.record_writer import RecordWriter
from pos.till.services import Services
from pos.till.ticket_state import TicketState
from pos.till.till_input import shortened


@dataclass(frozen=True, slots=True)
class Undone:
    """The sale after a change was taken back, or made again, and which change that was."""

    sale: Sale
    change: Message


@dataclass(frozen=True, slots=True)
class _Turn:
    """A change that is turned: what goes and what comes of the lines it touched, and how the ticket stands then."""

    kind: Literal["undone", "redone"]
    change: TicketChange
    gone: Cart
    come: Cart
    cart: Cart
    history: History
    records: Written

    def refused(self, why: Message) -> TillError:
        """The refusal of this turn."""
        text = (
            N_("{change} cannot be undone: {why}") if self.kind == "undone" else N_("{change} cannot be redone: {why}")
        )
        return TillError("undo_refused", lazy(text, change=self.change.words, why=why))


class Undoing:
    """Takes changes of the ticket back. Every method raises TillError, the sale unchanged, for what cannot be done."""

    def __init__(
        self, services: Services, lane: Lane, current: CurrentTicket, steps: RecordWriter, levels: Levels
    ) -> None:
        self._services = services
        self._lane = lane
        self._current = current
        self._steps = steps
        self._levels = levels

    @property
    def undoable(self) -> Message | None:
        """What would be taken back now; None: nothing."""
        change = self._current.history.last
        return change.words if change is not None and self._current.sale.editable else None

    @property
    def redoable(self) -> Message | None:
        """What would be made again now; None: nothing."""
        change = self._current.history.following
        return change.words if change is not None and self._current.sale.editable else None

    async def undo(self) -> Undone:
        """Take the last change of the ticket back.

        Raises TillError `nothing_to_undo`, `ticket_frozen` once a payment was begun, and `undo_refused` if something in
        it is not in the catalog any more, or the cart that it took up cannot be put back.
        """
        ticket = self._ready(lazy("Nothing to undo."))
        history = self._current.history
        change = history.last
        if change is None:
            raise TillError("nothing_to_undo", lazy("Nothing to undo."))
        turn = _Turn("undone", change, change.after, change.before, change.taken_back(ticket.cart), *history.back())
        self._require_sold(turn)
        if change.taken is None:
            return self._turned(turn)
        key = SAVED_CARTS, change.taken.member
        if not await self._moved(turn, {key: change.taken.record}, {key: None}):
            raise turn.refused(lazy("another cart was set aside for this member since."))
        return Undone(self._current.sale, change.words)

    async def redo(self) -> Undone:
        """Make the change again that was taken back last. Raises as `undo`."""
        ticket = self._ready(lazy("Nothing to redo."))
        history = self._current.history
        change = history.following
        if change is None:
            raise TillError("nothing_to_undo", lazy("Nothing to redo."))
        turn = _Turn("redone", change, change.before, change.after, change.made_again(ticket.cart), *history.forth())
        self._require_sold(turn)
        if change.taken is None:
            return self._turned(turn)
        services, key = self._services, (SAVED_CARTS, change.taken.member)
        saved = await services.read(services.store.get, *key)
        if not _is_same(saved, change.taken.record) or not await self._moved(turn, {key: None}, {key: saved}):
            raise turn.refused(lazy("the cart that was set aside for this member is not the same any more."))
        return Undone(self._current.sale, change.words)

    def _require_sold(self, turn: _Turn) -> None:
        """Raises TillError `undo_refused` for what cannot be on a ticket any more, as the catalog has changed."""
        rules = self._services.catalog.rules
        for line in turn.come.lines:
            product = rules.products.get(line.sku)
            if product is None:
                raise turn.refused(lazy("the catalog does not have {sku} any more.", sku=shortened(line.sku)))
            try:
                checked_quantity(line.quantity, product)
            except TillError as error:
                raise turn.refused(error.words) from None
        member = turn.come.member
        if member is not None and member != turn.gone.member and member not in rules.members:
            raise turn.refused(lazy("the shop does not know the member {member} any more.", member=shortened(member)))

    def _turned(self, turn: _Turn) -> Undone:
        """Put the cart on the ticket, and tell what of it is not free any more."""
        current = self._current
        current.turn((turn.history, turn.records), turn.cart, turn.kind, turn.change.words)
        touched = {line.sku for line in turn.come.lines}
        lines = tuple(line for line in turn.cart.lines if line.sku in touched)
        current.notify(self._levels.short_of_stock(changed(turn.cart, lines=lines)))
        return Undone(current.sale, turn.change.words)

    async def _moved(self, turn: _Turn, records: Records, expect: Records) -> bool:
        """The same in one step with the record of the member's cart; False if that is not as expected."""
        current = self._current
        with current.alone():
            written = {**records, **turn.records, **self._lane.records(current.state.number, turn.cart)}
            return await self._steps.write(written, partial(self._turned, turn), expect=expect)

    def _ready(self, nothing: Message) -> TicketState:
        """The ticket, which can be changed; unlike any other step, this one begins no new ticket."""
        current = self._current
        sale, where = current.sale, current.sale.called
        told = NOTHING
        if current.busy:
            told = lazy("A payment, or another step, is under way: nothing is undone until it has ended.")
        elif sale.state == "part_paid":
            told = lazy(
                "A payment stands on ticket {ticket}: nothing of it is undone until that is abandoned.", ticket=where
            )
        elif sale.state in ("charging", "checking", "queued"):
            told = lazy("A payment of ticket {ticket} is not at its end: nothing of it is undone.", ticket=where)
        if told:
            raise TillError("ticket_frozen", told)
        if sale.state == "paid":
            told = lazy("Ticket {ticket} is paid, and stays as it is.", ticket=where)
        elif sale.state == "held":
            told = lazy("Ticket {ticket} is set aside: it can be taken up again.", ticket=where)
        if told:
            raise TillError("nothing_to_undo", joined((nothing, told)))
        return current.editable()


def _is_same(saved: Document | None, taken: Document) -> bool:
    """Whether a member's cart on record is the one that was taken up, whichever program wrote it."""
    try:
        return saved is not None and kept_cart(saved) == kept_cart(taken)
    except FAULTS:
        return False
