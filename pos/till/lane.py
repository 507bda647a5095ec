"""What one lane must not lose between two sales: its open ticket and its ticket numbers."""

from __future__ import annotations

from pos.domain.cart import Cart
from pos.domain.errors import TillError
from pos.domain.ports import Document
from pos.till.desk import Desk

TABLE = "tickets"


class Lane:
    """The lane's own record, written behind the cashier's back: only the newest state of a burst of edits."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        document = desk.store.get(TABLE, desk.lane) or {}
        self._next = int(document.get("next", 1))
        self._document: Document = document
        self._pending = False
        self._failure: TillError | None = None

    def restore(self) -> tuple[str, Cart] | None:
        """The ticket that was open when the till stopped, unless it was paid or is being charged."""
        ticket, cart = self._document.get("ticket"), self._document.get("cart")
        if ticket is None or cart is None or self._charged(ticket):
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
            self._desk.store.write({(TABLE, self._desk.lane): self._document})
            self._failure = None
        except TillError as error:
            self._failure = error

    def _charged(self, ticket: str) -> bool:
        cycle = 1
        while (reservation := self._desk.store.reservation(f"{ticket}/{cycle}")) is not None:
            if reservation.state not in ("released", "expired"):
                return True
            cycle += 1
        return False
