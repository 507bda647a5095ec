"""The ticket in front of the cashier: the one place that holds it, and lets one step at a time change it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final, Literal

from pos.domain.cart import Cart
from pos.domain.errors import TillError
from pos.domain.events import EventKind
from pos.domain.i18n import N_
from pos.domain.message import Message, lazy
from pos.domain.model import changed
from pos.domain.sale import Sale
from pos.domain.ticket_changes import History, TakenCart, Written
from pos.till.lane import Lane, open_elsewhere
from pos.till.pricing import Pricing
from pos.till.services import Services
from pos.till.ticket_history import TicketHistory
from pos.till.ticket_state import TicketState, UncertainWrite

ENDED: Final = ("held", "paid")
"""The states of a sale after which nothing of it can be taken back: a ticket set aside begins anew with its recall."""


class CurrentTicket:
    """Holds the state of the ticket in front, puts the next one in its place, and tells whoever listens."""

    def __init__(self, services: Services, lane: Lane, pricing: Pricing) -> None:
        self._services = services
        self._lane = lane
        self._pricing = pricing
        self._step: Literal["cashier's", "till's"] | None = None
        """Whose step is being finished."""
        self._last_order: str | None = None
        self._history = TicketHistory(services)
        told: tuple[Message, ...] = ()
        if (found := lane.restore()) is None:
            self._state = self._blank()
        else:
            self._state, told = pricing.restored(*found)
        self._history.turn_to(self._state.number, self._state.cart)
        self.restored: tuple[Message, ...] = (*told, *self.elsewhere())
        """What the cashier is to be told of the ticket that the till was opened with, in sentences."""

    @property
    def state(self) -> TicketState:
        """The whole state of the ticket in front, of which the sale is a part."""
        return self._state

    @property
    def sale(self) -> Sale:
        """The sale that screens draw of the ticket in front."""
        return self._state.sale

    @property
    def history(self) -> History:
        """What was changed on the ticket in front, and can be taken back or made again."""
        return self._history.now

    @property
    def last_order(self) -> str | None:
        """The id of the order that was made of a ticket in front last."""
        return self._last_order

    @property
    def busy(self) -> bool:
        """Whether a step is being finished."""
        return self._step is not None

    @property
    def idle(self) -> bool:
        """Whether nobody is being served: nothing is on the ticket, or it is done with, as a paid one is."""
        return not self.busy and (self._state.done or self._state.empty)

    @property
    def untouched(self) -> bool:
        """Whether another ticket may take its place: nothing was done yet on it, nor on one before that is shown."""
        state = self._state
        return not (self.busy or state.done or state.uncertain) and state.empty

    def editable(self) -> TicketState:
        """The ticket that is edited now, a new one if the last is done with. Raises TillError `ticket_frozen`."""
        self._require_rest()
        if self._state.uncertain is not None:
            text = N_(
                "The last step of ticket {ticket} could not be written down: it is looked at again in a moment. "
                "Or do that step again."
            )
            raise TillError("ticket_frozen", lazy(text, ticket=self._state.sale.called))
        self.begin_next()
        self._leave_out_what_has_gone()
        if not self.sale.editable:
            text = N_("Ticket {ticket} is paid in part: take the rest, or abandon it to change it.")
            raise TillError("ticket_frozen", lazy(text, ticket=self._state.sale.called))
        return self._state

    @contextmanager
    def alone(self, step: Literal["cashier's", "till's"] = "cashier's") -> Iterator[None]:
        """One durable step at a time; the sale is shown again if it ends with an error.

        Raises TillError `ticket_frozen` while another one is being finished.
        """
        self._require_rest()
        with self.occupied(step):
            try:
                yield
            except TillError:
                self.tell()
                raise

    @contextmanager
    def occupied(self, step: Literal["cashier's", "till's"] = "cashier's") -> Iterator[None]:
        """A step, or a part of one, during which the cashier begins none."""
        before, self._step = self._step, self._step or step
        try:
            yield
        finally:
            self._step = before

    def is_paying(self) -> bool:
        """Whether a payment is under way, so that another one is a second Enter.

        Raises TillError `ticket_frozen` while the till itself asks about earlier ones.
        """
        if self._step == "till's":
            text = N_("One moment: the till is asking about an earlier payment of this ticket.")
            raise TillError("ticket_frozen", lazy(text))
        return self.busy

    def begin_next(self) -> None:
        """Begin a new ticket if the one in front is done with."""
        if self._state.done:
            self.put(self._blank())

    def put(self, state: TicketState) -> None:
        """Put a ticket in front, or what became of the one there; told of by whoever does it.

        If it is done with, it is off the lane's record, and shown.
        """
        self._state = state
        self._last_order = state.sale.order or self._last_order
        if state.sale.state in ENDED and not state.uncertain:
            gone = self.history.ended()
            self._history.keep(History(state.number))
            self._lane.keep(also=gone)
        elif state.done:
            self._lane.keep()
        elif self.history.ticket != state.number:
            self._history.turn_to(state.number, state.cart)
        if state.done:
            self.tell()

    def doubt(self, uncertain: UncertainWrite) -> None:
        """Nobody knows whether the last step was written: the ticket waits for that."""
        self._state = replace(self._state, uncertain=uncertain)

    def trust(self) -> None:
        """It is known again what became of the last step."""
        self._state = replace(self._state, uncertain=None)

    def reprice(self) -> None:
        """Price it anew, as time or another till may have changed it; the rest stays."""
        self._leave_out_what_has_gone()
        priced = self._pricing.priced(self._state.number, self._state.cart)
        self._state = replace(self._state, sale=priced.sale)

    def _leave_out_what_has_gone(self) -> None:
        """Take off what the catalog does not have any more, and tell of it."""
        number, cart = self._state.number, self._state.cart
        if not self.sale.editable or not self._pricing.has_gone(cart):
            return
        cart, told = self._pricing.still_sold(cart)
        self._state = replace(self._state, cart=cart, sale=self._pricing.priced(number, cart).sale)
        self._lane.keep(number, cart, self.sale.total)
        self.notify(told)

    def edit(
        self, cart: Cart, kind: EventKind, words: Message, change: Message, *, taken: TakenCart | None = None
    ) -> Sale:
        """Put another cart on the ticket, write it down soon, and tell of it.

        `change` is what to call it when it is taken back, `taken` the member's cart that it took up.
        """
        if cart.empty and cart.name is not None:
            # Whoever it was called after has nothing on it any more: what comes next is somebody else's.
            cart = changed(cart, name=None)
        return self.turn(self._history.with_change(self._state.cart, cart, change, taken), cart, kind, words)

    def records_of(self, cart: Cart, change: Message, taken: TakenCart) -> Written:
        """The records of the history that `edit` would write, for a step that writes them itself."""
        return self._history.with_change(self._state.cart, cart, change, taken)[1]

    def turn(self, history: tuple[History, Written], cart: Cart, kind: EventKind, words: Message) -> Sale:
        """Put another cart on the ticket with its history and the records of that, and tell of it."""
        self._history.keep(history[0])
        self._state = self._pricing.priced(self._state.number, cart)
        self._lane.keep(self._state.number, cart, self.sale.total, also=history[1])
        self._services.emit(self.sale, kind, words)
        return self.sale

    def tell(self) -> None:
        """Show the sale to all who listen."""
        self._services.tell(self.sale)

    def notify(self, notices: Iterable[Message]) -> None:
        """Tell of this, beside the sale."""
        for notice in notices:
            self._services.emit(self.sale, "notice", notice)

    def elsewhere(self) -> tuple[Message, ...]:
        """A sentence for each other ticket that is open with the same member, or is being paid."""
        return open_elsewhere(self._services.view, self._state)

    def _require_rest(self) -> None:
        if self.busy:
            raise TillError("ticket_frozen", lazy("One moment: the last step is still being finished."))

    def _blank(self) -> TicketState:
        return self._pricing.priced(self._lane.new_ticket(), Cart())
