"""What a screen may know of the app that shows it, by purpose: of the app itself it knows nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

from screens.kit.values import Activity, Formatting, OpeningState, ShopRules, Terminal, TicketView

if TYPE_CHECKING:
    from pos.domain.errors import TillError
    from pos.domain.reservations import Order
    from pos.language.verb import TillStep
    from pos.settings.model import Settings
    from pos.settings.sources import Sources
    from pos.till.parking import HeldTicket
    from pos.till.receipts import PrintedReceipt
    from pos.till.till import Till
    from screens.kit.actions import Action
    from screens.kit.availability import Subject
    from screens.kit.input.slash import SlashLine
    from screens.kit.keymap import Keymap
    from screens.kit.prompts import Notice, Prompt
    from screens.render.tags import Tag
    from screens.terminal.keys import Key, Scanned

T = TypeVar("T")


class FrontScreen(Protocol):
    """The screen in front, as the others know it."""

    KIND: ClassVar[str]

    def take(self, key: Key) -> None:
        """Do what a key says."""
        ...

    def scanned(self, scan: Scanned) -> None:
        """Take in a scan, however busy the screen is with something else."""
        ...

    def clicked(self, tag: Tag) -> None:
        """Do what a click on something drawn means."""
        ...

    def act(self, action: Action) -> None:
        """Do an action, or say why it cannot be done now."""
        ...

    def act_with(self, action: Action, text: str) -> None:
        """Do an action with what is typed behind its word."""
        ...

    def add_hit(self, sku: str) -> None:
        """Add a chosen product; of a weighed one the weight is asked."""
        ...

    def pick_held(self, held: Sequence[HeldTicket], back: str = "") -> None:
        """Let one of the tickets that are set aside be chosen."""
        ...

    def left_behind(self) -> None:
        """What was typed before the key that led here was refused, which was told."""
        ...

    def plain_text(self) -> str:
        """What the screen is about, to be copied."""
        ...


class Keyboard(Protocol):
    """Keys: what they mean now, and which of them wait."""

    keymap: Keymap
    """Which key stands for which action; it may be exchanged at any time."""

    scan_adds: bool
    """Whether a product that is scanned on the payment screen goes on the ticket while nothing is paid."""

    @property
    def kept_keys(self) -> tuple[Key, ...]:
        """The keys that wait, the first one first."""
        ...

    @property
    def occupied(self) -> bool:
        """Whether keys have to wait: the till is opening, or a step that takes time is under way."""
        ...

    @property
    def flashing(self) -> bool:
        """Whether the line's frame stands in alarm: what was done last was refused."""
        ...

    def hand_on(self, key: Key) -> None:
        """Give a key to the widget that has the focus; keys wait until all that follows from it is done."""
        ...

    def expect_echo(self, *, of_step: bool = True) -> None:
        """The key that has begun a step, or is taken now, does nothing if it is pressed again within half a second."""
        ...

    def heed(self) -> None:
        """A key or a click is taken: what was said before belongs to what was done before."""
        ...

    def is_code(self, text: str) -> bool:
        """Whether a text is a code of the shop, with or without a quantity before it."""
        ...

    def entered(self, text: str) -> str:
        """What was typed or scanned, without a card's data. Raises TillError `card_swiped`."""
        ...


class Notifier(Protocol):
    """What is said to whoever stands at the till."""

    notice: Notice | None
    """What was said last."""
    remark: Notice | None
    """What is told beside the sale, for some seconds."""
    refusal: TillError | None
    """Why something could not be done, the last time."""

    def say(self, text: str, kind: str = "faint") -> None:
        """Say something in the message line; a card's number in it is masked. `kind` is bad, good or faint."""
        ...

    def toast(self, text: str, kind: str = "faint") -> None:
        """Tell something that is beside the sale, at the bar below. `kind` is bad, good or faint."""
        ...

    @property
    def lines_below(self) -> int:
        """The lines of the bar below: one, and those that are told above the keys for the moment."""
        ...

    def ask(self, prompt: Prompt) -> None:
        """Ask something on the line of the screen in front."""
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


class ActionRunner(Protocol):
    """What can be done now, and how the till is told to do it."""

    @property
    def working(self) -> bool:
        """Whether a step that takes time is under way."""
        ...

    def perform(self, handler: str) -> None:
        """Do what an action's handler does, such as to show a screen."""
        ...

    @property
    def has_queue(self) -> bool:
        """Whether the shop has a queue between checkout and payment."""
        ...

    @property
    def scriptable(self) -> bool:
        """Whether the gateway may be told what to answer: what is done counts for nobody."""
        ...

    @property
    def subject(self) -> Subject:
        """What the actions of the screen in front are about besides the ticket."""
        ...


class OpenTill(Protocol):
    """The till itself, for those that are there only while it is open."""

    @property
    def till(self) -> Till:
        """The till. To ask for it before it is open is a fault of the program: RuntimeError."""
        ...


class Steps(Protocol):
    """What an open till is asked to do."""

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

    def say_after(self, text: str) -> None:
        """Say something behind what is said at the end of the step that is under way."""
        ...

    def wait_for(
        self,
        work: Callable[[], Awaitable[T]],
        done: Callable[[T], None],
        failed: Callable[[TillError], None] | None = None,
    ) -> None:
        """Do what takes time and is no step of the till. Keys wait for it, as for a step."""
        ...

    def command(self, line: SlashLine) -> None:
        """Do what was typed behind a `/`."""
        ...

    def take_up(self, name: str) -> None:
        """Take up the ticket that was set aside under a name."""
        ...

    def handed_over(self) -> None:
        """The customer was given what was to be handed over."""
        ...

    def find_receipt(self, order: str | None = None) -> None:
        """The receipt of an order, by its id or number, or of the last one. Keys wait if it has to be looked up."""
        ...

    def find_and_print(self, order: str | None = None) -> None:
        """Show the receipt of an order, which is found as `find_receipt` does, and print it."""
        ...

    def print_receipt(self, order: Order, done: Callable[[PrintedReceipt], None]) -> None:
        """Print a receipt, while keys go on; `done` hears what was printed, as long as the screen is there."""
        ...

    def show_receipt(self, order: Order) -> None:
        """The receipt of an order on its own screen."""
        ...


class Navigation(Protocol):
    """Which screen is in front, and the way to others."""

    @property
    def front(self) -> FrontScreen:
        """The screen in front, as the others know it."""
        ...

    @property
    def kind(self) -> str:
        """The kind of the screen in front."""
        ...

    def home(self) -> None:
        """Back to the home screen."""
        ...

    def leave(self) -> None:
        """Close the till and the app."""
        ...

    def start_again(self) -> None:
        """Leave the page of an error: all screens are made anew, on the same till."""
        ...


class Sharing(Protocol):
    """What leaves the screen, as text or as a picture."""

    def copy(self) -> None:
        """Copy what the screen is about, as plain text, to the terminal's clipboard."""
        ...

    def screenshot(self) -> None:
        """Write a picture of the screen into a file, and tell where it is."""
        ...

    def ticket_text(self) -> str:
        """The ticket as plain text; empty if there is none."""
        ...


class Configured(Protocol):
    """Where the settings are from, and what becomes of a changed one."""

    sources: Sources | None
    """Where the settings are read from and changed; None if nobody said."""

    def adopt(self, settings: Settings) -> None:
        """Let settings count from now on."""
        ...


class Host(
    Formatting,
    TicketView,
    ShopRules,
    Activity,
    Terminal,
    Keyboard,
    Notifier,
    OpeningState,
    ActionRunner,
    Navigation,
    Sharing,
    Configured,
    Protocol,
):
    """The app as each of its screens sees it, also while no till is open."""


class TillHost(Host, OpenTill, Steps, Protocol):
    """The app as those screens see it that are there only while its till is open."""
