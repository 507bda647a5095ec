"""The keys of a shop on its server. All begin with `{SHOP}:`, so that they lie in one slot of a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

KINDS: Final = ("shop", "taxes", "products", "coupons", "members", "names")
"""The tables of the catalog: each is a HASH of that name, from a record's key to its JSON."""
FORMAT: Final = 1
"""The version of what stands under the keys."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one shop."""

    shop: str

    def __call__(self, *parts: str) -> str:
        """A key by what stands behind the shop, joined by colons."""
        return f"{{{self.shop}}}:{':'.join(parts)}"

    @property
    def meta(self) -> str:
        """What is said of the shop as a whole; it is there once the shop is filled."""
        return self("meta")

    @property
    def on_hand(self) -> str:
        """Each counter's amount on hand."""
        return self("on_hand")

    @property
    def held(self) -> str:
        """Each counter's amount that is held."""
        return self("held")

    @property
    def deadlines(self) -> str:
        """The `held` reservations by when they end."""
        return self("deadlines")

    @property
    def changes(self) -> str:
        """The stream of what changed."""
        return self("changes")

    @property
    def review(self) -> str:
        """The stream of what somebody has to look at."""
        return self("review")

    @property
    def events(self) -> str:
        """The stream of what was done, for other programs."""
        return self("events")

    @property
    def events_read(self) -> str:
        """How far each reader of the events that has a name has read: the last event's id."""
        return self("events", "read")

    @property
    def orders(self) -> str:
        """The orders by when they were sold."""
        return self("orders")

    @property
    def carts(self) -> str:
        """The carts by when they expire."""
        return self("carts")

    @property
    def queue(self) -> str:
        """The stream of the checkouts that wait for a worker."""
        return self("queue")

    @property
    def lanes(self) -> str:
        """The names of the lanes."""
        return self("lanes")

    @property
    def queued(self) -> str:
        """The orders that are pending, by when they were asked for."""
        return self("queued")

    @property
    def stuck(self) -> str:
        """The orders that failed too often, by when they did."""
        return self("stuck")

    @property
    def queue_ended(self) -> str:
        """How many queued checkouts came to an end, by state."""
        return self("queue", "ended")

    @property
    def queue_open(self) -> str:
        """The ids of the reservations of checkouts that were queued."""
        return self("queue", "open")

    @property
    def simulated_ledger(self) -> str:
        """What the simulated gateway of the queue's workers has done, line by line."""
        return self("simulated", "ledger")

    def job(self, order_id: str) -> str:
        """What is known of a queued checkout."""
        return self("queued", order_id)

    def answers(self, name: str) -> str:
        """The stream of what became of the checkouts that ask for it by this name."""
        return self("answers", name)

    def order_of(self, kind: str) -> str:
        """The order in which a kind's records were first written."""
        return self(kind, "order")

    def lane(self, name: str) -> str:
        """What is known of a lane."""
        return self("lane", name)

    def open(self, lane: str) -> str:
        """The ids of a lane's open reservations."""
        return self("open", lane)

    def owned(self, lane: str) -> str:
        """The ids of the carts that a lane is taking up."""
        return self("owned", lane)

    def reservation(self, reservation_id: str) -> str:
        """An open reservation."""
        return self("reservation", reservation_id)

    def ended(self, reservation_id: str) -> str:
        """What became of a reservation."""
        return self("ended", reservation_id)

    def order(self, order_id: str) -> str:
        """An order."""
        return self("order", order_id)

    def receipt(self, number: str) -> str:
        """The id of the order with this receipt number."""
        return self("receipt", number)

    def printed(self, number: str) -> str:
        """The lane at which the receipt with this number was printed first."""
        return self("printed", number)

    def cart(self, cart_id: str) -> str:
        """A cart."""
        return self("cart", cart_id)
