"""What a screen may draw of its app, by purpose: values, each as it stands now."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol

from textual.geometry import Size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pos.domain.errors import TillError
    from pos.domain.events import Event
    from pos.domain.lane_status import ServerStanding
    from pos.domain.progress import Progress
    from pos.domain.sale import Sale, SaleLine


class Identity(NamedTuple):
    """Whose till it is: the shop's name, the lane's, whether it is a demo, and whether its cards move no money."""

    shop: str
    lane: str
    demo: bool = False
    simulated_cards: bool = False


class Asks(NamedTuple):
    """What the shop wants the till to ask for beside what it must know."""

    discount_reason: bool = False
    """Why a discount is given."""
    hold_name: bool = True
    """Under which name a ticket is set aside."""


class ShopRules(Protocol):
    """What the shop has chosen of how it sells."""

    asks: Asks
    """What the till asks for."""


class Formatting(Protocol):
    """Values as they are worded: amounts, keys and the time."""

    def money(self, amount: int) -> str:
        """An amount in major units, as it is drawn."""
        ...

    symbol: str
    """The currency's."""

    def cap(self, action_id: str) -> str:
        """An action's key as it is printed on the keyboard, such as `F8`: for every text that names a key."""
        ...

    @property
    def now(self) -> datetime:
        """The time in the shop's zone."""
        ...

    @property
    def minute(self) -> str:
        """The time as it is shown."""
        ...

    def masked(self, typed: str) -> str:
        """What was typed as it may be drawn: without a card's data."""
        ...


class TicketView(Protocol):
    """The ticket: the one value that every screen draws, and which of its lines is chosen."""

    @property
    def sale(self) -> Sale | None:
        """The ticket as it stands: the one value that every screen draws."""
        ...

    @property
    def current(self) -> Sale | None:
        """The ticket that is edited; None once it is paid, held or being checked, and nothing new was begun."""
        ...

    @property
    def last_sale(self) -> Sale | None:
        """The sale that was finished last at this till; None if none was since it was opened."""
        ...

    @property
    def to_hand_over(self) -> Mapping[str, int]:
        """What is to be given from the drawer, minor units by tender, until somebody says that it is done."""
        ...

    chosen: int | None
    """The number of the line that keys such as F2 mean."""

    @property
    def chosen_line(self) -> SaleLine | None:
        """The line that is chosen, if it is still there."""
        ...

    @property
    def any_held(self) -> bool:
        """Whether a ticket is set aside."""
        ...

    @property
    def can_undo(self) -> bool:
        """Whether a change of the ticket can be taken back."""
        ...

    @property
    def can_redo(self) -> bool:
        """Whether one that was taken back can be made again."""
        ...

    @property
    def part_paid_since(self) -> datetime | None:
        """Since when the ticket is paid in part; None if it is not."""
        ...


class Activity(Protocol):
    """What happened at the till, and what waits for a decision."""

    log_of_events: deque[Event]
    """What happened last, the newest last."""
    happened: int
    """How many events there were in all."""

    @property
    def checking(self) -> int:
        """How many payments are being checked."""
        ...

    @property
    def queued(self) -> int:
        """How many tickets are in the shop's queue."""
        ...

    @property
    def aside(self) -> int:
        """How many tickets are set aside."""
        ...

    @property
    def uncharged(self) -> int:
        """How many of those came back unpaid, from the queue or a bank."""
        ...

    @property
    def parked(self) -> int:
        """How many tickets are paid in part and not on the screen."""
        ...

    parked_since: datetime | None
    """Since when the first of those is paid in part; None if there is none."""

    @property
    def decide_after(self) -> timedelta:
        """How long a ticket may be paid in part before it asks for a decision."""
        ...

    inspecting: bool
    """Whether the inspector is open."""

    @property
    def server(self) -> ServerStanding | None:
        """How the till and its shop's server stand; None for a store of one machine."""
        ...


class Terminal(Protocol):
    """The terminal, and what of it there is to draw on."""

    @property
    def size(self) -> Size:
        """Columns and lines of the terminal."""
        ...

    @property
    def roomy(self) -> bool:
        """Whether the terminal has room for everything at once: then the inspector stands open."""
        ...

    embedded: bool
    """Whether it is a part of a greater screen, so that nobody need be told that its own is small."""

    @property
    def ending(self) -> bool:
        """Whether the app is about to end: its screens may not be whole any more, or never have been."""
        ...

    live: bool
    """Whether time passes by itself."""

    motion: bool
    """Whether something may light up or move for a moment to be noticed."""

    @property
    def watermark(self) -> str:
        """The word that says so wherever there is room; empty: it is none."""
        ...

    @property
    def training(self) -> bool:
        """Whether what is done here is an exercise."""
        ...


class OpeningState(Protocol):
    """How far the till is: opening, open, or refused."""

    @property
    def opened(self) -> bool:
        """Whether it is open."""
        ...

    @property
    def identity(self) -> Identity | None:
        """Whose till it is; None until that is known."""
        ...

    @property
    def progress(self) -> Progress | None:
        """How far the opening of the till is; None if there is nothing to tell."""
        ...

    @property
    def failure(self) -> TillError | None:
        """Why the till could not be opened."""
        ...
