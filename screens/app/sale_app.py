"""What the screens draw and what is said on them: the one value of the sale, what happened, and notices."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING, Final

from textual.reactive import var

from pos import log
from pos.domain.i18n import _
from screens.app.crash_guard import CrashGuard
from screens.kit.line import shown
from screens.kit.prompts import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pos.domain.errors import TillError
    from pos.domain.events import Event
    from pos.domain.lane_status import ServerStanding
    from pos.domain.progress import Progress
    from pos.domain.sale import Sale, SaleLine
    from screens.kit.values import Identity

KEPT_EVENTS: Final = 400
FINISHED: Final = ("paid", "held", "checking", "queued")


class SaleApp(CrashGuard):
    """An app that shows what happens at a till. Alone it knows of none: nothing is held or paid there."""

    sale: var[Sale | None] = var(None, init=False, always_update=True)
    """The ticket as it stands: the one value that every screen draws."""
    notice: var[Notice | None] = var(None, init=False)
    last_sale: var[Sale | None] = var(None, init=False)
    """The sale that was finished last."""
    to_hand_over: var[Mapping[str, int]] = var(dict[str, int], init=False)
    """What customers are to be given from the drawer, minor units by tender, until somebody says that it is done."""
    chosen: var[int | None] = var(None, init=False)
    """The number of the line that keys such as F2 mean."""
    inspecting: var[bool] = var(False, init=False)
    happened: var[int] = var(0, init=False)
    """How many events there were; they are in `log_of_events`."""
    checking: var[int] = var(0, init=False)
    """How many payments are being checked."""
    queued: var[int] = var(0, init=False)
    """How many tickets are in the shop's queue."""
    aside: var[int] = var(0, init=False)
    """How many tickets are set aside."""
    uncharged: var[int] = var(0, init=False)
    """How many of those came back unpaid, from the queue or a bank."""
    parked: var[int] = var(0, init=False)
    """How many tickets are paid in part and not on the screen."""
    server: var[ServerStanding | None] = var(None, init=False)
    """How the till and its shop's server stand; None for a store of one machine."""
    working: var[bool] = var(False, init=False)
    """Whether a step that takes time is under way."""
    progress: var[Progress | None] = var(None, init=False)
    """How far the opening has come."""
    minute: var[str] = var("", init=False)

    def __init__(self, *, same_burst: float, live: bool, catch: bool) -> None:
        super().__init__(same_burst=same_burst, live=live, catch=catch)
        self.failure: TillError | None = None
        """Why there is nothing to show."""
        self.identity: Identity | None = None
        """Whose till it is; None until that is known."""
        self.symbol = ""
        self.exponent = 2
        """How many decimals the shop's amounts have."""
        self.parked_since: datetime | None = None
        """Since when the first ticket that is paid in part and not on the screen is; None if there is none."""
        self.learning = False
        """Whether what was sold before is looked through, beside the keys."""
        self.printing = 0
        """How many receipts were given to the printer, and are not done with."""
        self.refusal: TillError | None = None
        """Why something could not be done, the last time."""
        self.log_of_events: deque[Event] = deque(maxlen=KEPT_EVENTS)

    @property
    def opened(self) -> bool:
        """Whether there is something to show; until then nothing can be done."""
        raise NotImplementedError

    @property
    def now(self) -> datetime:
        """The time in the shop's zone."""
        raise NotImplementedError

    def perform(self, handler: str) -> None:
        """Do what an action's handler does, unless the screen in front has done it itself."""
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
        return False

    @property
    def can_undo(self) -> bool:
        """Whether a change of the ticket can be taken back."""
        return False

    @property
    def can_redo(self) -> bool:
        """Whether one that was taken back can be made again."""
        return False

    @property
    def part_paid_since(self) -> datetime | None:
        """Since when the ticket is paid in part; None if it is not."""
        return None

    @property
    def decide_after(self) -> timedelta:
        """How long a ticket may be paid in part before it asks for a decision."""
        return timedelta.max

    @property
    def has_queue(self) -> bool:
        """Whether the shop has a queue between checkout and payment."""
        return False

    @property
    def scriptable(self) -> bool:
        """Whether the gateway may be told what to answer: what is done counts for nobody."""
        return False

    def money(self, amount: int) -> str:
        """An amount in major units, as it is drawn."""
        from pos.domain.money import format_money

        return format_money(amount, self.exponent)

    def masked(self, typed: str) -> str:
        """What was typed as it may be drawn: without a card's data."""
        return shown(typed, None)

    def entered(self, text: str) -> str:
        """What was typed or scanned, without a card's data."""
        return text

    def is_named(self, text: str) -> bool:
        """Whether a text is a product's, a member's or a coupon's code, so that it is no card's number."""
        return False

    def say(self, text: str, kind: str = "faint") -> None:
        """Say something in the message line; a card's number in it is masked. What is bad rings or flashes."""
        self.mention(text, kind)
        if kind == "bad":
            self.alarm()

    def mention(self, text: str, kind: str = "faint") -> None:
        """The same without an alarm: of what nobody at the till has done just now."""
        self._fresh = True
        self.notice = Notice(self.masked(text), "bad" if kind == "bad" else "good" if kind == "good" else "faint")

    def forget_notice(self) -> None:
        """Say nothing any longer."""
        self.notice = None

    def refuse(self, error: TillError) -> None:
        """Tell why something could not be done: in the message line and in the log."""
        self.refused(error)
        self.say(error.message, "bad")

    def refused(self, error: TillError) -> None:
        """Keep and log why something could not be done."""
        # What raised it and what that was caused by may hold what was typed, such as a card's number.
        error.__context__ = error.__cause__ = None
        self.refusal = error.with_traceback(None)
        log.refused(error)

    def ticket_text(self) -> str:
        """The ticket as plain text; empty if there is none."""
        return ""

    def copy(self) -> None:
        """Copy what the screen is about to the terminal's clipboard, without any card's number."""
        from screens.app.sharing import copied_words

        text = log.guarded_lines(self.front.plain_text(), self.is_named)
        if text:
            self.copy_to_clipboard(text)
        self.toast(*copied_words(text))

    def screenshot(self) -> None:
        """Write a picture of the screen into a file, and tell where it is; a browser gets it as a download."""
        from screens.app.sharing import picture_name, saved_picture

        name, picture = picture_name(self.now, self.kind), self.export_screenshot()
        if self.is_web:
            name += ".svg"
            self.deliver_text(StringIO(picture), save_filename=name, mime_type="image/svg+xml")
            self.toast(_("The picture {name} is among the browser's downloads.", name=name), "good")
        else:
            self.toast(*saved_picture(name, picture, self.pictures))
