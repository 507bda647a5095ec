"""What was changed on an open ticket, one change after the other, so that each can be taken back and made again.

A change keeps of the cart only what it touched, as that stood before and stands after it: a long ticket costs each
change no more than a short one. Prices are no part of it; a ticket is priced as of now whatever is done with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pos.domain.cart import Cart, CartLine
from pos.domain.events import Said
from pos.domain.message import Message
from pos.domain.model import Value, changed
from pos.domain.ports import Document

CHANGES: Final = "ticket_changes"
"""The table of what was changed on tickets that are open, by the ticket and the number of the change."""
MOST_CHANGES: Final = 1_000
"""So many changes of a ticket can be taken back; of more, the last ones."""
MOST_TOUCHED: Final = 20_000
"""So many lines are kept of all of them together, as they stood before and after: whole tickets may be voided often."""

Written = dict[tuple[str, str], Document | None]
"""Records to write, by (table, key); None deletes."""


class TakenCart(Value):
    """The cart that waited for a member until a change took it up: its record, as it was."""

    member: str
    record: dict[str, Any]


class TicketChange(Value):
    """One change. `words` are what to call it; `before` and `after` have, of all lines, those that it touched."""

    words: Said
    before: Cart
    after: Cart
    undone: bool = False
    """Whether it was taken back, and can be made again."""
    taken: TakenCart | None = None
    """The member's saved cart that it took up."""

    @property
    def touched(self) -> int:
        """How many lines are kept of it."""
        return len(self.before.lines) + len(self.after.lines)

    def taken_back(self, cart: Cart) -> Cart:
        """The cart as it was before this change, which is the last of it."""
        return _put(cart, self.after, self.before)

    def made_again(self, cart: Cart) -> Cart:
        """The cart as it was after this change, which was taken back."""
        return _put(cart, self.before, self.after)


def change_between(before: Cart, after: Cart, words: Message, taken: TakenCart | None = None) -> TicketChange | None:
    """The change from one cart to the next; None if nothing differs."""
    if before == after:
        return None
    old = {line.line: line for line in before.lines}
    new = {line.line: line for line in after.lines}
    gone = tuple(line for line in before.lines if _differs(line, new))
    come = tuple(line for line in after.lines if _differs(line, old))
    return TicketChange(
        words=words,
        before=changed(before, lines=gone),
        after=changed(after, lines=come),
        taken=taken,
    )


@dataclass(frozen=True, slots=True)
class History:
    """The changes of one ticket, oldest first: of all `changes` the first so many are `done`, the others taken back.

    `first` is the number of the oldest that is still known. Every method that gives another history gives the records
    of the difference with it.
    """

    ticket: str
    changes: tuple[TicketChange, ...] = ()
    done: int = 0
    first: int = 1
    touched: int = 0
    """How many lines are kept of all of them."""

    @property
    def last(self) -> TicketChange | None:
        """The change to take back next."""
        return self.changes[self.done - 1] if self.done else None

    @property
    def following(self) -> TicketChange | None:
        """The change to make again next."""
        return self.changes[self.done] if self.done < len(self.changes) else None

    def then(self, change: TicketChange, *, instead: bool = False) -> tuple[History, Written]:
        """The history with one change more, or with it `instead` of the last one; what was taken back is forgotten."""
        kept, records = self._until(self.done - instead)
        changes, touched, spare = (*kept.changes, change), kept.touched + change.touched, 0
        while len(changes) - spare > MOST_CHANGES or (touched > MOST_TOUCHED and len(changes) - spare > 1):
            records[self._key(spare)] = None
            touched -= changes[spare].touched
            spare += 1
        records[self._key(len(kept.changes))] = _record(change)
        return History(self.ticket, changes[spare:], len(changes) - spare, self.first + spare, touched), records

    def without_last(self) -> tuple[History, Written]:
        """The history without its last change, of which nothing is left, and without what was taken back."""
        return self._until(self.done - 1)

    def back(self) -> tuple[History, Written]:
        """The history once its last change is taken back."""
        return self._marked(self.done - 1, undone=True)

    def forth(self) -> tuple[History, Written]:
        """The history once the change that was taken back last is made again."""
        return self._marked(self.done, undone=False)

    def ended(self) -> Written:
        """The records of a ticket that has ended: none is left."""
        return self._until(0)[1]

    def fits(self, cart: Cart, gone: Callable[[CartLine], bool]) -> bool:
        """Whether it belongs to a cart that was found on record: another program may have changed that meanwhile.

        `gone` tells of a line that the cart may have lost, as the catalog does not have it any more.
        """
        back, forth = _State(cart, gone), _State(cart, gone)
        done, undone = reversed(self.changes[: self.done]), self.changes[self.done :]
        return all(back.turned(each.after, each.before) for each in done) and all(
            forth.turned(each.before, each.after) for each in undone
        )

    def _marked(self, place: int, *, undone: bool) -> tuple[History, Written]:
        marked = changed(self.changes[place], undone=undone)
        changes = (*self.changes[:place], marked, *self.changes[place + 1 :])
        return replace(self, changes=changes, done=place + (not undone)), {self._key(place): _record(marked)}

    def _until(self, place: int) -> tuple[History, Written]:
        """The first so many changes alone."""
        gone = self.changes[place:]
        touched = self.touched - sum(each.touched for each in gone)
        records: Written = {self._key(each): None for each in range(place, len(self.changes))}
        return replace(self, changes=self.changes[:place], done=place, touched=touched), records

    def _key(self, place: int) -> tuple[str, str]:
        return CHANGES, f"{self.ticket}/{self.first + place}"


def history_of(ticket: str, records: Mapping[int, Document]) -> History:
    """The history of a ticket from its records by number. Raises ValueError for what is none."""
    numbers = sorted(records)
    changes = tuple(TicketChange.model_validate(records[number]) for number in numbers)
    done = next((place for place, change in enumerate(changes) if change.undone), len(changes))
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))) or not all(each.undone for each in changes[done:]):
        raise ValueError("changes are missing, or one that stands comes after one that was taken back")
    return History(ticket, changes, done, numbers[0], sum(each.touched for each in changes))


def ticket_and_number(key: str) -> tuple[str, int]:
    """The ticket and the number of a change, from the key of its record. Raises ValueError."""
    ticket, _slash, number = key.rpartition("/")
    return ticket, int(number)


class _State:
    """A cart's lines and all else of it, turned from change to change without a copy of all lines each time."""

    def __init__(self, cart: Cart, gone: Callable[[CartLine], bool]) -> None:
        self._lines = {line.line: line for line in cart.lines}
        self._rest = _rest(cart)
        self._gone = gone

    def turned(self, one: Cart, other: Cart) -> bool:
        """Whether it is as `one` side of a change has it; it is as the other one has it then."""
        numbers = {line.line for line in (*one.lines, *other.lines)}
        known = {line.line: line for line in one.lines}
        for number in numbers:
            here, wanted = self._lines.get(number), known.get(number)
            if here != wanted and not (here is None and wanted is not None and self._gone(wanted)):
                return False
        if self._rest != _rest(one):
            return False
        for number in numbers:
            self._lines.pop(number, None)
        self._lines |= {line.line: line for line in other.lines}
        self._rest = _rest(other)
        return True


def _rest(cart: Cart) -> Cart:
    """A cart without its lines; which of them was the latest follows from those that are left."""
    return changed(cart, lines=(), latest=0)


def _put(cart: Cart, one: Cart, other: Cart) -> Cart:
    touched = {line.line for line in (*one.lines, *other.lines)}
    left = (line for line in cart.lines if line.line not in touched)
    lines = tuple(sorted((*left, *other.lines), key=lambda line: line.line))
    there = any(line.line == other.latest for line in lines)
    return changed(other, lines=lines, latest=other.latest if there else lines[-1].line if lines else 0)


def _differs(line: CartLine, others: Mapping[int, CartLine]) -> bool:
    other = others.get(line.line)
    return other is not line and other != line


def _record(change: TicketChange) -> Document:
    return change.model_dump(mode="json", exclude_defaults=True)
