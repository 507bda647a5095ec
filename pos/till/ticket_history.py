"""What was changed on the ticket in front, as it is on record beside it."""

from __future__ import annotations

from pos.domain.cart import Cart
from pos.domain.message import Message, verbatim
from pos.domain.ports import Document
from pos.domain.ticket_changes import (
    CHANGES,
    History,
    TakenCart,
    Written,
    change_between,
    history_of,
    ticket_and_number,
)
from pos.domain.ticket_records import OPEN_TICKETS, QUEUED
from pos.stores.records import FAULTS
from pos.till.one_change import Word, doing
from pos.till.services import Services


class TicketHistory:
    """Keeps the history of the ticket in front, and says what to write of it with the next step."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._word: Word | None = None
        """The word that made the last change."""
        self.now = History("")

    def turn_to(self, ticket: str, cart: Cart) -> None:
        """Go on with another ticket: with what is on record of it as far as that belongs to its cart."""
        found: dict[int, Document] = {}
        view, products = self._services.view, self._services.catalog.products
        self._word, self.now = None, History(ticket)
        try:
            for key in view.keys(CHANGES):
                owner, number = ticket_and_number(key)
                if owner == ticket and (record := view.get(CHANGES, key)) is not None:
                    found[number] = record
            if found and (known := history_of(ticket, found)).fits(cart, lambda line: line.sku not in products):
                self.now = known
        except FAULTS:
            # Nobody misses more than that it can be taken back; the doctor tells what is wrong with it.
            self.now = History(ticket)

    def with_change(
        self, before: Cart, after: Cart, words: Message, taken: TakenCart | None = None
    ) -> tuple[History, Written]:
        """The history once the ticket's cart is changed, and what to write for it; nothing is kept here yet."""
        now, top, word = self.now, self.now.last, doing()
        same = word is not None and word is self._word and now.following is None
        if top is not None and word is not None and same and not (top.taken and taken):
            whole = change_between(top.taken_back(before), after, verbatim(word.word), taken or top.taken)
            return now.without_last() if whole is None else now.then(whole, instead=True)
        change = change_between(before, after, words, taken)
        if change is None:
            return now, {}
        history, records = now.then(change)
        return history, records if now.changes else {**self._left_over(), **records}

    def keep(self, history: History) -> None:
        """This is the history from now on; what was done last in it, its word has done."""
        self._word, self.now = doing(), history

    def _left_over(self) -> Written:
        """The records to delete of tickets that have ended elsewhere, such as by a payment that was being checked."""
        view = self._services.view
        if not (keys := view.keys(CHANGES)):
            return {}
        going_on = {record.get("ticket") for table in (OPEN_TICKETS, QUEUED) for _key, record in view.items(table)}
        going_on |= {held.sale.ticket for held in view.open_reservations()}
        going_on.discard(self.now.ticket)
        return {(CHANGES, key): None for key in keys if key.rpartition("/")[0] not in going_on}
