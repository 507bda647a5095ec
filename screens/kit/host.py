"""What a screen may know of the app that shows it. The app knows the screens' types; they know only this."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from textual.geometry import Size
from textual.screen import Screen

if TYPE_CHECKING:
    from pos.domain.errors import TillError
    from pos.domain.events import Event
    from pos.domain.progress import Progress
    from pos.domain.sale import Sale, SaleLine
    from pos.language.steps import TillStep
    from pos.settings.model import Settings
    from pos.settings.sources import Sources
    from pos.till.till import Till
    from screens.kit.base_screen import TillScreen
    from screens.kit.keymap import Keymap
    from screens.kit.prompts import Notice, Prompt
    from screens.terminal.keys import Key

T = TypeVar("T")


class Host(Protocol):
    """The app as its screens see it: the till, the values that they draw, and ways to do and to say something."""

    till: Till | None
    """None until it is open."""
    notice: Notice | None
    """What was said last."""
    chosen: int | None
    """The number of the line that keys such as F2 mean."""
    inspecting: bool
    """Whether the inspector is open."""
    symbol: str
    """The currency's."""
    products: int
    """How many there are."""
    log_of_events: deque[Event]
    """What happened last, the newest last."""
    happened: int
    """How many events there were in all."""
    failure: TillError | None
    """Why the till could not be opened."""
    keymap: Keymap
    """Which key stands for which action; it may be exchanged at any time."""
    live: bool
    """Whether time passes by itself."""
    embedded: bool
    """Whether it is a part of a greater screen, so that nobody need be told that its own is small."""
    sources: Sources | None
    """Where the settings are read from and changed; None if nobody said."""

    @property
    def sale(self) -> Sale | None:
        """The ticket as it stands: the one value that every screen draws."""
        ...

    @property
    def current(self) -> Sale | None:
        """The ticket that is edited; None once it is paid, held or being checked, and nothing new was begun."""
        ...

    @property
    def chosen_line(self) -> SaleLine | None:
        """The line that is chosen, if it is still there."""
        ...

    @property
    def checking(self) -> int:
        """How many payments are being checked."""
        ...

    @property
    def parked(self) -> int:
        """How many tickets are paid in part and not on the screen."""
        ...

    parked_since: datetime | None
    """Since when the first of those is paid in part; None if there is none."""

    @property
    def working(self) -> bool:
        """Whether a step that takes time is under way."""
        ...

    @property
    def occupied(self) -> bool:
        """Whether keys have to wait: the till is opening, or a step that takes time is under way."""
        ...

    @property
    def kept_keys(self) -> tuple[Key, ...]:
        """The keys that wait."""
        ...

    @property
    def now(self) -> datetime:
        """The time in the shop's zone."""
        ...

    @property
    def flashing(self) -> bool:
        """Whether the line's frame stands in alarm: what was done last was refused."""
        ...

    @property
    def progress(self) -> Progress | None:
        """How far the opening of the till is; None if there is nothing to tell."""
        ...

    @property
    def minute(self) -> str:
        """The time as it is shown."""
        ...

    @property
    def ending(self) -> bool:
        """Whether the app is about to end: its screens may not be whole any more, or never have been."""
        ...

    @property
    def training(self) -> bool:
        """Whether what is done here is an exercise."""
        ...

    @property
    def watermark(self) -> str:
        """The word that says so wherever there is room; empty: it is none."""
        ...

    @property
    def size(self) -> Size:
        """The terminal's."""
        ...

    @property
    def roomy(self) -> bool:
        """Whether the terminal has room for everything at once: then the inspector stands open."""
        ...

    @property
    def front(self) -> TillScreen:
        """The screen in front."""
        ...

    @property
    def kind(self) -> str:
        """The kind of the screen in front."""
        ...

    @property
    def screen_stack(self) -> Sequence[Screen[Any]]:
        """All screens, the one in front last."""
        ...

    def is_code(self, text: str) -> bool:
        """Whether a text is a code of the shop, with or without a quantity before it."""
        ...

    def cap(self, action_id: str) -> str:
        """An action's key as it is printed on the keyboard, such as `F8`: for every text that names a key."""
        ...

    def adopt(self, settings: Settings) -> None:
        """Let settings count from now on."""
        ...

    def show(self, screen: TillScreen) -> None:
        """Put a screen in front; the next key is its."""
        ...

    def home(self) -> None:
        """Back to the home screen."""
        ...

    def leave(self) -> None:
        """Close the till and the app."""
        ...

    def heed(self) -> None:
        """A key or a click is taken: what was said before belongs to what was done before."""
        ...

    def say(self, text: str, kind: str = "faint") -> None:
        """Say something in the message line; a card's number in it is masked. `kind` is bad, good or faint."""
        ...

    def ask(self, prompt: Prompt) -> None:
        """Ask something on the line of the screen in front."""
        ...

    def attempt(self, step: TillStep[object], done: str = "") -> bool:
        """Do one step of the till that waits for nothing; whether it went well. What went wrong is told."""
        ...

    def begin(
        self,
        step: TillStep[Awaitable[T]],
        done: Callable[[T], None],
        failed: Callable[[TillError], None] | None = None,
    ) -> None:
        """Do a step that takes time. Keys wait for it; if it fails and `failed` is told, they are dropped."""
        ...

    def wait_for(self, work: Callable[[], Awaitable[T]], done: Callable[[T], None]) -> None:
        """Do what takes time and is no step of the till. Keys wait for it."""
        ...

    def refuse(self, error: TillError) -> None:
        """Tell why something could not be done: in the message line and in the log."""
        ...

    def refuses(self, text: str) -> bool:
        """Whether a text is a card's track, typed by a swipe, which is told then: nothing of it may be kept."""
        ...

    def refuses_card(self, text: str) -> bool:
        """The same of a text that has a card's number in it."""
        ...

    def start_again(self) -> None:
        """Leave the page of an error: all screens are made anew, on the same till."""
        ...

    def copy(self) -> None:
        """Copy what the screen is about, as plain text, to the terminal's clipboard."""
        ...

    def screenshot(self) -> None:
        """Write a picture of the screen into a file, and tell where it is."""
        ...

    def toast(self, text: str, kind: str = "faint") -> None:
        """Tell something that is beside the sale, where it hides no amount. `kind` is bad, good or faint."""
        ...

    def command(self, line: str) -> None:
        """Do one line of the till's language."""
        ...

    def show_receipt(self, order: str | None = None) -> None:
        """The receipt of an order, or of the last one, on its own screen."""
        ...

    def money(self, amount: int) -> str:
        """An amount in major units, as it is drawn."""
        ...
