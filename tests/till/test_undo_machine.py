"""Whatever is changed on a ticket, in whatever order: all of it undone is the beginning, all redone the end again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import ExitStack, suppress
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pos.domain.cart import Cart, ManualDiscount
from pos.domain.errors import TillError
from pos.domain.sale import Sale
from pos.domain.ticket_changes import CHANGES, History
from pos.till.one_change import Word, one_change
from pos.till.till import Till
from tests.till.invariants import adds_up
from tests.till.support import BREAD, CAKE, POOR_CARD, TEA, TOMATO, Counter, counter, new_store

Step = Callable[[Till], Coroutine[Any, Any, object]]
NUMBERS = st.integers(1, 6)
DISCOUNTS = st.one_of(
    st.none(),
    st.integers(0, 100).map(lambda percent: ManualDiscount(percent=Decimal(percent))),
    st.integers(0, 900).map(lambda amount: ManualDiscount(amount=amount)),
)


class UndoneAndRedone(RuleBasedStateMachine):
    """One till beside a plain list of every sale that was seen, of which one is the present."""

    @initialize()
    def open_shop(self) -> None:
        self.runner, self.doors = asyncio.Runner(), ExitStack()
        self.store = new_store()
        self.begin()

    def begin(self) -> None:
        """A new ticket, of which nothing has been seen but its beginning."""
        self.at: Counter = self.doors.enter_context(counter(self.store))
        self.seen, self.now = [self.at.sale], 0

    @property
    def history(self) -> History:
        return self.at.till._current.history

    def change(self, do: Callable[[Till], object]) -> None:
        """A step that changes the ticket, or is refused, or changes nothing."""
        with suppress(TillError):
            do(self.at.till)
        if self.history.done > self.now:
            self.seen, self.now = [*self.seen[: self.now + 1], self.at.sale], self.now + 1

    @rule(sku=st.sampled_from([TEA, CAKE, BREAD]), quantity=st.integers(1, 3))
    def scan(self, sku: str, quantity: int) -> None:
        self.change(lambda till: till.add(sku, Decimal(quantity)))

    @rule(grams=st.integers(1, 2000))
    def weigh(self, grams: int) -> None:
        self.change(lambda till: till.add(TOMATO, Decimal(grams) / 1000))

    @rule(line=NUMBERS, quantity=st.integers(0, 4))
    def quantity(self, line: int, quantity: int) -> None:
        self.change(lambda till: till.set_quantity(line, Decimal(quantity)))

    @rule(line=st.one_of(st.none(), NUMBERS))
    def void(self, line: int | None) -> None:
        self.change(lambda till: till.void(line))

    @rule()
    def void_all(self) -> None:
        self.change(Till.void_all)

    @rule(line=NUMBERS, discount=DISCOUNTS)
    def discount(self, line: int, discount: ManualDiscount | None) -> None:
        self.change(lambda till: till.discount(line, discount))

    @rule(discount=DISCOUNTS)
    def discount_ticket(self, discount: ManualDiscount | None) -> None:
        self.change(lambda till: till.discount_ticket(discount))

    @rule(line=NUMBERS, price=st.one_of(st.none(), st.integers(0, 900)))
    def price(self, line: int, price: int | None) -> None:
        self.change(lambda till: till.price(line, price))

    @rule(code=st.sampled_from(["TEN", "ONE", "TODAY"]), off=st.booleans())
    def coupon(self, code: str, off: bool) -> None:
        self.change(lambda till: till.remove_coupon(code) if off else till.apply_coupon(code))

    @rule(member=st.sampled_from(["M1", "M2", None]))
    def member(self, member: str | None) -> None:
        self.change(
            lambda till: till.detach_member() if member is None else self.runner.run(till.attach_member(member))
        )

    @rule()
    def a_word_of_several(self) -> None:
        """A word of another package, which changes more than one thing."""

        def several(till: Till) -> None:
            with one_change(Word("several")):
                till.add(TEA)
                till.add(BREAD)
                till.discount_ticket(ManualDiscount(percent=Decimal(5)))

        self.change(several)

    @precondition(lambda self: self.now > 0)
    @rule()
    def undo(self) -> None:
        self.now -= 1
        assert self.runner.run(self.at.till.undo()).sale == self.seen[self.now]

    @precondition(lambda self: self.now + 1 < len(self.seen))
    @rule()
    def redo(self) -> None:
        self.now += 1
        assert self.runner.run(self.at.till.redo()).sale == self.seen[self.now]

    @rule()
    def undo_all_and_redo_all(self) -> None:
        """Everything taken back is the beginning, and everything made again is the end."""
        while self.now:
            self.undo()
        assert self.at.till._current.state.cart == Cart()
        assert self.refused(self.at.till.undo) == "nothing_to_undo"
        while self.now + 1 < len(self.seen):
            self.redo()
        assert self.refused(self.at.till.redo) == "nothing_to_undo"

    @rule()
    def restart(self) -> None:
        """The till stops and is opened again: the ticket and all of its past and future are there."""
        self.at.till.close()
        self.at = self.doors.enter_context(counter(self.store))

    @precondition(lambda self: self.at.sale.total > 0)
    @rule()
    def declined(self) -> None:
        """A payment that comes to nothing takes nothing of it."""
        assert self.refused(lambda: self.at.till.pay_card(POOR_CARD)) in ("payment_declined", "out_of_stock")

    @precondition(lambda self: self.at.sale.lines)
    @rule(how=st.sampled_from([Till.pay_cash, Till.hold]))
    def end(self, how: Step) -> None:
        """The ticket is paid or set aside: nothing of it is known any more, and the next one begins with nothing."""
        if self.refused(lambda: how(self.at.till)):
            return
        assert self.refused(self.at.till.undo) == "nothing_to_undo"
        self.runner.run(self.at.till.flush())
        assert self.store.keys(CHANGES) == ()
        self.seen, self.now = [self.at.till.next_ticket()], 0

    def refused(self, step: Callable[[], Coroutine[Any, Any, object]]) -> str:
        """The code with which a step is refused; empty if it is not."""
        try:
            self.runner.run(step())
        except TillError as error:
            return error.code
        return ""

    @invariant()
    def what_is_seen_is_what_was_seen(self) -> None:
        if hasattr(self, "at"):
            assert self.shown(self.at.sale) == self.shown(self.seen[self.now])
            adds_up(self.at.sale)
            assert (self.at.till.undoable is None) == (self.now == 0)
            assert (self.at.till.redoable is None) == (self.now + 1 == len(self.seen))

    @staticmethod
    def shown(sale: Sale) -> tuple[object, ...]:
        """A sale but for the attempts of payments that came to nothing."""
        return sale.priced, sale.ticket, sale.state, sale.due, sale.member

    def teardown(self) -> None:
        if hasattr(self, "at"):
            self.doors.close()
            self.runner.close()


TestUndoneAndRedone = UndoneAndRedone.TestCase
TestUndoneAndRedone.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
