"""What one lane must not lose between two sales: its open ticket and its ticket numbers."""

from __future__ import annotations

from pos.domain.cart import Cart
from pos.domain.errors import TillError
from pos.domain.holds import OPEN_TICKETS, Reservation
from pos.domain.ports import Document, Records, Store
from pos.till.desk import Desk


class Lane:
    """The lane's own record, written behind the cashier's back: only the newest state of a burst of edits."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        document = desk.store.get(OPEN_TICKETS, desk.lane) or {}
        self._next = int(document.get("next", 1))
        self._document: Document = document
        self._pending = False
        self._failure: TillError | None = None

    def restore(self) -> tuple[str, Cart] | None:
        """The ticket that was open when the till stopped, unless it was paid or is being charged."""
        ticket, cart = self._document.get("ticket"), self._document.get("cart")
        if ticket is None or cart is None:
            return None
        if charged(self._desk.store, ticket):
            # What has become an order is not to be found open by whoever starts after the order's day is closed.
            self.keep()
            return None
        return ticket, Cart.model_validate(cart)

    def new_ticket(self) -> str:
        """The next ticket's id: the lane and a number, ascending, not gapless."""
        ticket = f"{self._desk.lane}-{self._next}"
        self._next += 1
        return ticket

    def document(self, ticket: str | None = None, cart: Cart | None = None) -> Document:
        """The lane's record with this open ticket, or with none."""
        if ticket is None or cart is None:
            return {"next": self._next}
        return {"next": self._next, "ticket": ticket, "cart": cart.model_dump(mode="json", exclude_defaults=True)}

    def keep(self, ticket: str | None = None, cart: Cart | None = None) -> None:
        """Write the open ticket down soon; a newer one takes the place of one that is still waiting."""
        self._document = self.document(ticket, cart)
        if not self._pending:
            self._pending = True
            self._desk.begin(self._write)

    async def flush(self) -> None:
        """Wait until the newest state is durable. Raises the TillError with which writing it fails."""
        await self._desk.durable(lambda: None)
        if self._failure is not None:
            await self._desk.durable(self._write)
        if self._failure is not None:
            raise self._failure

    def _write(self) -> None:
        self._pending = False
        try:
            self._desk.store.write({(OPEN_TICKETS, self._desk.lane): self._document})
            self._failure = None
        except TillError as error:
            self._failure = error


def last_reservation(store: Store, ticket: str) -> Reservation | None:
    """The newest reservation of a ticket, open or ended."""
    last, cycle = None, 1
    while (found := store.reservation(f"{ticket}/{cycle}")) is not None:
        last, cycle = found, cycle + 1
    return last


def charged(store: Store, ticket: str) -> bool:
    """Whether a ticket is paid, or may be: its newest reservation was not given back."""
    last = last_reservation(store, ticket)
    return last is not None and last.state not in ("released", "expired")


def forget_paid(store: Store, lane: str) -> Records:
    """The records to write so that other lanes than `lane` do not find a ticket open that is paid by now."""
    return {
        (OPEN_TICKETS, name): {"next": document["next"]}
        for name, document in store.items(OPEN_TICKETS)
        if name != lane and "ticket" in document and charged(store, document["ticket"])
    }
