"""An app that sells: it asks an open till for steps, waits for those that take time, and takes in what happens."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from pos.domain.i18n import N_, _
from screens.app.payment_outcomes import ending_text, standing_text
from screens.app.sale_app import KEPT_EVENTS, SaleApp
from screens.app.selection import chosen_after
from screens.kit.input.scanning import split
from screens.kit.line import shown

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from textual.screen import Screen

    from pos.domain.errors import TillError
    from pos.domain.events import Event
    from pos.domain.reservations import Order
    from pos.domain.sale import Sale
    from pos.language.verb import TillStep
    from pos.till.receipts import PrintedReceipt
    from pos.till.ticket_state import TicketState
    from pos.till.till import Till
    from screens.kit.base_screen import TillScreen
    from screens.kit.input.slash import SlashLine

T = TypeVar("T")


class OwnTillApp(SaleApp):
    """An app with a till of its own, once that is open."""

    def __init__(self, *, same_burst: float, live: bool, catch: bool) -> None:
        super().__init__(same_burst=same_burst, live=live, catch=catch)
        self._till: Till | None = None
        self._told: deque[str] = deque(maxlen=KEPT_EVENTS)
        """What the till had to say since the last step was begun."""
        self._broken = False
        """Whether a step broke off in the middle, so that its end has to be found out."""

    @property
    def till(self) -> Till:
        """The till. To ask for it before it is open is a fault of the program: RuntimeError."""
        if self._till is None:
            raise RuntimeError("The till is not open.")
        return self._till

    @property
    def opened(self) -> bool:
        """Whether the till is open."""
        return self._till is not None

    def sell_on(self, till: Till) -> None:
        """Take up a till that is open: what happens there is shown from now on."""
        from screens.kit.values import Identity

        self.identity = Identity(
            till.catalog.shop.name, till.lane, demo=till.gateway_control, simulated_cards=till.simulated_cards
        )
        self.exponent, self.training = till.catalog.exponent, till.training
        self._till, self.progress, self.to_hand_over = till, None, till.to_hand_over
        till.subscribe(self._heard)

    @property
    def any_held(self) -> bool:
        """Whether a ticket is set aside."""
        return self.opened and self.till.held_count > 0

    @property
    def can_undo(self) -> bool:
        """Whether a change of the ticket can be taken back."""
        return self.opened and self.till.undoable is not None

    @property
    def can_redo(self) -> bool:
        """Whether one that was taken back can be made again."""
        return self.opened and self.till.redoable is not None

    @property
    def part_paid_since(self) -> datetime | None:
        """Since when the ticket is paid in part; None if it is not."""
        return self.till.part_paid_since

    @property
    def decide_after(self) -> timedelta:
        """How long a ticket may be paid in part before it asks for a decision."""
        return self.till.decide_after

    @property
    def has_queue(self) -> bool:
        """Whether the shop has a queue between checkout and payment."""
        return self.opened and self.till.has_queue

    @property
    def scriptable(self) -> bool:
        """Whether the gateway may be told what to answer: what is done counts for nobody."""
        return self.opened and self.till.gateway_plan is not None

    def masked(self, typed: str) -> str:
        """What was typed as it may be drawn: without a card's data."""
        return shown(typed, self.till.catalog.is_named if self.opened else None)

    def entered(self, text: str) -> str:
        """What was typed or scanned, without a card's data. Raises TillError `card_swiped`."""
        return self.till.entered(text)

    def is_named(self, text: str) -> bool:
        """Whether a text is a product's, a member's or a coupon's code, so that it is no card's number."""
        return self.opened and self.till.catalog.is_named(text)

    def is_code(self, text: str) -> bool:
        """Whether a text is a code of the shop, with or without a quantity before it."""
        rest = split(text).rest
        return bool(rest) and self.opened and self.till.catalog.is_known(rest)

    def refuses(self, text: str) -> bool:
        """Whether a text is a card's track, typed by a swipe, which is told then: nothing of it may be kept."""
        return self.opened and self._refuses(self.till.refuse_swipe, text)

    def refuses_card(self, text: str) -> bool:
        """The same of a text that has a card's number in it."""
        return self.opened and self._refuses(self.till.refuse_card, text)

    def _refuses(self, check: Callable[[str], None], text: str) -> bool:
        from pos.domain.errors import TillError

        try:
            check(text)
        except TillError as error:
            self.refuse(error)
            return True
        return False

    def attempt(self, step: TillStep[object], done: str = "") -> bool:
        """Do one step of the till that waits for nothing; whether it went well. What went wrong is told."""
        from pos.domain.errors import TillError

        self._told.clear()
        try:
            step(self.till)
        except TillError as error:
            self.refuse(error)
            return False
        if done:
            self.say(done)
        else:
            self.notice = None
        self._tell_notices()
        return True

    def begin(
        self,
        step: TillStep[Awaitable[T]],
        done: Callable[[T], None],
        failed: Callable[[TillError], None] | None = None,
    ) -> None:
        """Do a step that takes time. Keys wait for it; if it fails and `failed` is told, they are dropped."""
        from pos.language.verb import finished

        self.wait_for(partial(finished, step, self.till), done, failed)

    def say_after(self, text: str) -> None:
        """Say something behind what is said at the end of the step that is under way."""
        self._told.append(text)

    def wait_for(
        self,
        work: Callable[[], Awaitable[T]],
        done: Callable[[T], None],
        failed: Callable[[TillError], None] | None = None,
    ) -> None:
        """Do what takes time and is no step of the till. Keys wait for it, as for a step."""
        self.working = True
        self._echoes.begun()
        self._told.clear()
        self.run_worker(self._run(work, done, failed), name="step", exit_on_error=True)

    async def _run(
        self, work: Callable[[], Awaitable[T]], done: Callable[[T], None], failed: Callable[[TillError], None] | None
    ) -> None:
        from pos.domain.errors import TillError

        home = self.screen_stack[0]
        try:
            result = await work()
        except TillError as error:
            self.working = False
            if self._started_again(home):
                self.refuse(error)
            elif failed is None:
                self.refuse(error)
                self.front.ask_again()
            else:
                self.refused(error)
                dropped = self._intake.drop()
                failed(error)
                if dropped:
                    self.front.dropped(dropped)
        except Exception:
            self.working, self._broken = False, True
            raise
        else:
            self.working = False
            if self._started_again(home):
                self._tell_where_it_stands()
            else:
                done(result)
                self._tell_notices()
        self.step_ended()
        self._intake.drain()

    def step_ended(self) -> None:
        """See to what waited for the end of a step; keys that waited come after it."""

    def _started_again(self, home: Screen[Any]) -> bool:
        """Whether the screens that a step was begun on are gone, or behind the page of an error."""
        return self.fault is not None or self.screen_stack[0] is not home

    def start_again(self) -> None:
        """Go on after an error: on the same till if it is open, the end of a step that broke off found out first."""
        super().start_again()
        self.notice = None
        if not self.opened or self.working:
            return
        if self._broken:
            self._broken = False
            self.wait_for(self.till.rescue, self._rescued)
        else:
            self._tell_where_it_stands()

    def _rescued(self, endings: Sequence[TicketState]) -> None:
        self._tell_where_it_stands()
        self.tell_endings(endings)

    def _tell_where_it_stands(self) -> None:
        """Say what became of a payment whose screens are gone."""
        text, kind = standing_text(self.sale, self) if self.sale is not None else ("", "")
        if text:
            self.say(text, kind)

    def tell_endings(self, endings: Sequence[TicketState]) -> None:
        """Say what became of payments that were left open."""
        for ending in endings:
            if text := ending_text(ending, self.current, self.cap):
                self.say(text, "good")

    def command(self, line: SlashLine) -> None:
        """Do what was typed behind a `/`."""
        from screens.app.slash_commands import perform_line

        perform_line(self, line)

    def perform(self, handler: str) -> None:
        """Do what an action's handler does, unless the screen in front has done it itself."""
        from screens.app.handlers import handler_of

        handler_of(handler)(self)

    def take_up(self, name: str) -> None:
        """Take up the ticket that was set aside under a name."""
        from screens.app.handlers import take_up

        take_up(self, name)

    def handed_over(self) -> None:
        """The customer was given what was to be handed over."""
        self.till.handed_over()
        self.to_hand_over = self.till.to_hand_over

    def find_receipt(self, order: str | None = None) -> None:
        """The receipt of an order, by its id or number, or of the last one. Keys wait if it has to be looked up."""
        self._find(order, self.show_receipt)

    def find_and_print(self, order: str | None = None) -> None:
        """Show the receipt of an order, which is found as `find_receipt` does, and print it."""
        self._find(order, self._show_and_print)

    def _show_and_print(self, order: Order) -> None:
        self.show_receipt(order)
        self.front.perform("print_receipt")

    def _find(self, order: str | None, found: Callable[[Order], None]) -> None:
        from pos.language.verbs.devices import PRINT, PrintReceipt

        if (at_hand := self.till.order_at_hand(order)) is not None:
            found(at_hand)
        else:
            self.begin(PRINT.step_by(PrintReceipt(order), lambda till: till.find_order(order)), found)

    def show_receipt(self, order: Order) -> None:
        """The receipt of an order on its own screen."""
        from screens.app.routes import show_receipt

        show_receipt(self, order)

    def print_receipt(self, order: Order, done: Callable[[PrintedReceipt], None]) -> None:
        """Print a receipt, while keys go on; `done` hears what was printed, as long as the screen is there.

        What came of it is told on the screen that asked for it, or beside the sale once that is left. Without a printer
        nothing is printed, and nothing is on record as printed.
        """
        if not self.till.has_printer:
            # What a screen shows is no print: the first one of a printer that is set up later is no copy.
            self.say(_("The receipt is on the screen: no printer is set up."))
            return
        self.printing += 1
        self.say(_("Receipt {number} is being printed …", number=order.receipt))
        begun: Callable[[], Awaitable[None]] = partial(self._print_beside, order, done, self.front)
        self.run_worker(begun, name="print", exit_on_error=True)

    async def _print_beside(self, order: Order, done: Callable[[PrintedReceipt], None], screen: TillScreen) -> None:
        from pos.domain.errors import TillError
        from pos.language.verb import finished
        from pos.language.verbs.devices import PRINT, PrintReceipt

        step = PRINT.step_by(PrintReceipt(order.id), lambda till: till.print_receipt(order.id))
        try:
            printed: PrintedReceipt = await finished(step, self.till)
        except TillError as error:
            if self.screen is screen:
                self.refuse(error)
            else:
                self.refused(error)
                self.toast(error.message, "bad")
                self.alarm()
        else:
            if screen in self.screen_stack:
                done(printed)
            tell = self.say if self.screen is screen else self.toast
            text = N_("A copy of receipt {number} is printed.") if printed.copy else N_("Receipt {number} is printed.")
            tell(_(text, number=order.receipt), "good")
        finally:
            self.printing -= 1

    def ticket_text(self) -> str:
        """The ticket as plain text; empty if there is none."""
        from screens.app.sharing import ticket_text

        sale = self.sale
        if sale is None or not sale.lines:
            return ""
        return ticket_text(sale, self.money, self.till.catalog.products, training=self.training)

    def _heard(self, sale: Sale, event: Event | None) -> None:
        """Take in what happened. An error in here must never break the step off that tells of it: money may move."""
        try:
            self._take_in(sale, event)
        except Exception as error:
            if not self._catch:
                raise
            self.fail(error)

    def _take_in(self, sale: Sale, event: Event | None) -> None:
        self.to_hand_over = self.till.to_hand_over
        if self._in_front(sale):
            self.chosen = chosen_after(self.sale, sale, self.chosen)
            self.sale = sale
            if sale.state == "paid":
                self.last_sale = sale
        if event is not None:
            self.log_of_events.append(event)
            self.happened += 1
            if event.event == "notice":
                self._told.append(event.text)
                self.say(event.text)

    def _tell_notices(self) -> None:
        """Tell what the till had to say in a step that is done, behind what is said of its end."""
        told = self.notice
        text = told.text if told is not None else ""
        unseen = [notice for notice in dict.fromkeys(self._told) if self.masked(notice) not in text]
        self._told.clear()
        if unseen:
            if text and text[-1] not in ".!?…:":
                text += "."
            self.mention(" ".join([text, *unseen]).lstrip(), told.kind if told is not None else "faint")

    def _in_front(self, sale: Sale) -> bool:
        """Whether a sale is the one that is shown or edited: another one's payment may be settled meanwhile."""
        return self.sale is None or sale.ticket in (self.sale.ticket, self.till.sale.ticket)
