"""What the screens draw and what they may say and do: the one value of the sale, and steps that wait for nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from io import StringIO
from typing import TYPE_CHECKING, Final

from textual.reactive import var

from pos import log
from pos.domain.words import _
from screens.app.chosen_line import chosen_after
from screens.app.guard import Guard
from screens.kit.line import shown
from screens.kit.prompts import Notice

if TYPE_CHECKING:
    from datetime import datetime

    from pos.domain.errors import TillError
    from pos.domain.events import Event
    from pos.domain.progress import Progress
    from pos.domain.reservations import Order
    from pos.domain.sale import Sale, SaleLine
    from pos.language.verb import TillStep
    from pos.till.till import Till
    from screens.app.routes import Router

KEPT_EVENTS: Final = 400
FINISHED: Final = ("paid", "held", "checking")


class Showing(Guard):
    """An app that shows a till. It takes in what happens to the sale, and hands on what is asked of the till."""

    sale: var[Sale | None] = var(None, init=False, always_update=True)
    """The ticket as it stands: the one value that every screen draws."""
    notice: var[Notice | None] = var(None, init=False)
    chosen: var[int | None] = var(None, init=False)
    """The number of the line that keys such as F2 mean."""
    inspecting: var[bool] = var(False, init=False)
    happened: var[int] = var(0, init=False)
    """How many events there were; they are in `log_of_events`."""
    checking: var[int] = var(0, init=False)
    """How many payments are being checked."""
    parked: var[int] = var(0, init=False)
    """How many tickets are paid in part and not on the screen."""
    working: var[bool] = var(False, init=False)
    """Whether a step that takes time is under way."""
    progress: var[Progress | None] = var(None, init=False)
    """How far the opening has come."""
    minute: var[str] = var("", init=False)

    def __init__(self, *, same_burst: float, live: bool, catch: bool) -> None:
        super().__init__(same_burst=same_burst, live=live, catch=catch)
        self.till: Till | None = None
        self.symbol = ""
        self.products = 0
        self.parked_since: datetime | None = None
        """Since when the first ticket that is paid in part and not on the screen is; None if there is none."""
        self.refusal: TillError | None = None
        """Why something could not be done, the last time."""
        self.log_of_events: deque[Event] = deque(maxlen=KEPT_EVENTS)
        self._told: deque[str] = deque(maxlen=KEPT_EVENTS)
        """What the till had to say since the last step was begun."""

    @property
    def host(self) -> Router:
        """The app as its screens see it."""
        raise NotImplementedError

    @property
    def current(self) -> Sale | None:
        """The ticket that is edited; None once it is paid, held or being checked, and nothing new was begun."""
        return self.sale if self.sale is not None and self.sale.state not in FINISHED else None

    @property
    def chosen_line(self) -> SaleLine | None:
        """The line that is chosen, if it is still there."""
        lines = self.current.lines if self.current is not None else ()
        return next((line for line in lines if line.line == self.chosen), None)

    @property
    def any_held(self) -> bool:
        """Whether a ticket is set aside."""
        return self.till is not None and bool(self.till.held_tickets())

    @property
    def scriptable(self) -> bool:
        """Whether the gateway may be told what to answer: what is done counts for nobody."""
        return self.till is not None and self.till.gateway_plan is not None

    def say(self, text: str, kind: str = "faint") -> None:
        """Say something in the message line; a card's number in it is masked. What is bad rings or flashes."""
        self.mention(text, kind)
        if kind == "bad":
            self.alarm()

    def mention(self, text: str, kind: str = "faint") -> None:
        """The same without an alarm: of what nobody at the till has done just now."""
        self._fresh = True
        self.notice = Notice(shown(self.host, text), "bad" if kind == "bad" else "good" if kind == "good" else "faint")

    def forget_notice(self) -> None:
        """Say nothing any longer."""
        self.notice = None

    def refuse(self, error: TillError) -> None:
        """Tell why something could not be done: in the message line and in the log."""
        self.refused(error)
        self.say(error.message, "bad")

    def refuses(self, text: str) -> bool:
        """Whether a text is a card's track, typed by a swipe, which is told then: nothing of it may be kept."""
        return self.till is not None and self._refuses(self.till.refuse_swipe, text)

    def refuses_card(self, text: str) -> bool:
        """The same of a text that has a card's number in it."""
        return self.till is not None and self._refuses(self.till.refuse_card, text)

    def _refuses(self, check: Callable[[str], None], text: str) -> bool:
        from pos.domain.errors import TillError

        try:
            check(text)
        except TillError as error:
            self.refuse(error)
            return True
        return False

    def refused(self, error: TillError) -> None:
        """Keep and log why something could not be done."""
        # What raised it and what that was caused by may hold what was typed, such as a card's number.
        error.__context__ = error.__cause__ = None
        self.refusal = error.with_traceback(None)
        log.refused(error)

    def attempt(self, step: TillStep[object], done: str = "") -> bool:
        """Do one step of the till that waits for nothing; whether it went well. What went wrong is told."""
        from pos.domain.errors import TillError

        assert self.till is not None
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

    def copy(self) -> None:
        """Copy what the screen is about to the terminal's clipboard, without any card's number."""
        from screens.app.sharing import copied_text, copied_words

        text = copied_text(self.host)
        if text:
            self.copy_to_clipboard(text)
        self.toast(*copied_words(text))

    def screenshot(self) -> None:
        """Write a picture of the screen into a file, and tell where it is; a browser gets it as a download."""
        from screens.app.sharing import picture_name, saved_picture

        picture = self.export_screenshot()
        if self.is_web:
            name = f"{picture_name(self.host)}.svg"
            self.deliver_text(StringIO(picture), save_filename=name, mime_type="image/svg+xml")
            self.toast(_("The picture {name} is among the browser's downloads.", name=name), "good")
        else:
            self.toast(*saved_picture(self.host, picture, self.pictures))

    def command(self, line: str) -> None:
        """Do one line of the till's language."""
        from screens.app.commands import perform_line

        perform_line(self.host, line)

    def perform(self, handler: str) -> None:
        """Do what an action's handler does, unless the screen in front has done it itself."""
        from screens.app.handlers import HANDLERS

        HANDLERS[handler](self.host)

    def take_up(self, name: str) -> None:
        """Take up the ticket that was set aside under a name."""
        from screens.app.handlers import take_up

        take_up(self.host, name)

    def find_receipt(self, order: str | None = None) -> None:
        """The receipt of an order, by its id or number, or of the last one. Keys wait if it has to be looked up."""
        from pos.language.verbs.devices import PRINT, PrintReceipt

        assert self.till is not None
        if (at_hand := self.till.order_at_hand(order)) is not None:
            self.show_receipt(at_hand)
        else:
            step = PRINT.step_by(PrintReceipt(order), lambda till: till.find_order(order))
            self.host.begin(step, self.show_receipt)

    def show_receipt(self, order: Order) -> None:
        """The receipt of an order on its own screen."""
        from screens.app.routes import show_receipt

        show_receipt(self.host, order)

    def ticket_text(self) -> str:
        """The ticket as plain text; empty if there is none."""
        from screens.app.sharing import ticket_text

        return ticket_text(self.host)

    def money(self, amount: int) -> str:
        """An amount in major units, as it is drawn."""
        from pos.domain.money import format_money

        return format_money(amount, self.till.catalog.exponent if self.till is not None else 2)

    def _heard(self, sale: Sale, event: Event | None) -> None:
        """Take in what happened. An error in here must never break the step off that tells of it: money may move."""
        try:
            self._take_in(sale, event)
        except Exception as error:
            if not self._catch:
                raise
            self.fail(error)

    def _take_in(self, sale: Sale, event: Event | None) -> None:
        if self._in_front(sale):
            self.chosen = chosen_after(self.sale, sale, self.chosen)
            self.sale = sale
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
        unseen = [notice for notice in dict.fromkeys(self._told) if shown(self.host, notice) not in text]
        self._told.clear()
        if unseen:
            self.mention(" ".join([text, *unseen]).lstrip(), told.kind if told is not None else "faint")

    def _in_front(self, sale: Sale) -> bool:
        """Whether a sale is the one that is shown or edited: another one's payment may be settled meanwhile."""
        assert self.till is not None
        return self.sale is None or sale.ticket in (self.sale.ticket, self.till.sale.ticket)
