"""The one table of what can be done: keys, `/words`, footer, menu and help are all drawn from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pos.domain.i18n import N_
from pos.domain.tenders import TENDERS, Tender
from screens.kit import availability

Reason = Callable[[availability.TillStanding], str | None]

EDITING: Final = ("sale", "cart")
OTHERS: Final = "*"
"""Stands for the screens of other packages, of whatever kinds they are."""
ALL: Final = ("sale", "cart", "coupon", "payment", "receipt", "help", "menu", "checks", "lanes", "inspect", OTHERS)
WATCHING: Final = "watch"
"""The kind of screen in a terminal of its own, which only shows what happens at a till."""
EVERYWHERE: Final = (*ALL, "palette", "settings", "gateway", WATCHING)
BARE: Final = ("failure", "crash", "")
"""The kinds of screen on which nothing can be done but what they say."""
_OWN_KINDS: Final = frozenset((*EVERYWHERE, *BARE))


def is_other(screen: str) -> bool:
    """Whether a kind of screen is another package's."""
    return screen not in _OWN_KINDS


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a cashier can do. `key` is its usual one, which a `Keymap` may change; `word` is its second way,
    typed after a `/`; `handler` names what does it, on the screen in front or else in the app: `show_cart` shows the
    screen of `screens/cart`. `rank` orders the footer's choice, where a label that `yields` may be left out for others.
    What only `looks` is done also while a card is charged. Of what is `seldom` there, the footer tells only where it
    can be done.
    """

    id: str
    key: str
    word: str
    short: str
    label: str
    help: str
    screens: tuple[str, ...]
    handler: str
    reason: Reason = availability.always
    rank: int = 5
    looks: bool = False
    yields: bool = False
    seldom: bool = False

    def on(self, screen: str) -> bool:
        """Whether it can be done on a kind of screen."""
        return screen in self.screens or (OTHERS in self.screens and is_other(screen))

    def meets(self, other: Action) -> bool:
        """Whether both can be done on some screen, so that they need different keys."""
        return any(map(other.on, self.screens)) or any(map(self.on, other.screens))


@lru_cache
def taking(tender: Tender) -> Action:
    """What takes a payment by a tender, under its name."""
    reason = availability.needs_payment if tender.settles == "in_cash" else availability.needs_due
    return Action(
        tender.name, tender.key, "", tender.title, tender.title, tender.help,
        ("payment",), f"pay_{tender.name}", reason=reason, rank=2, yields=True,
    )  # fmt: skip


_FIRST: Final = (
    Action(
        "help", "f1", "help", N_("Help"), N_("Help"), N_("Every key and every command."),
        ALL, "show_help", rank=1,
    ),
    Action(
        "quantity", "f2", "quantity", N_("Qty"), N_("Qty"), N_("Change how many of the chosen line are sold."),
        EDITING, "ask_quantity", reason=availability.needs_line, rank=2,
    ),
    Action(
        "void", "f3", "void", N_("Void"), N_("Void"), N_("Take the chosen line off the ticket."),
        EDITING, "void_line", reason=availability.needs_line, rank=2,
    ),
    Action(
        "discount", "f4", "discount", N_("Disc"), N_("Discount"),
        N_("Take a percentage or an amount off the chosen line."),
        EDITING, "ask_discount", reason=availability.needs_line, rank=3,
    ),
    Action(
        "coupon", "f5", "coupon", N_("Coupon"), N_("Coupon"),
        N_("Put coupons on the ticket, see which apply, take them off."),
        EDITING, "show_coupon", reason=availability.needs_editable, rank=3,
    ),
    Action(
        "member", "f6", "member", N_("Member"), N_("Member"),
        N_("Put a member on the ticket, or take them off."),
        EDITING, "ask_member", reason=availability.needs_editable, rank=3,
    ),
    Action(
        "hold", "f7", "hold", N_("Hold"), N_("Hold"), N_("Set the ticket aside and begin a new one."),
        EDITING, "ask_hold", reason=availability.needs_lines, rank=4,
    ),
    Action(
        "recall", "f8", "recall", N_("Recall"), N_("Recall"), N_("Take up a ticket that was set aside."),
        ("sale",), "recall", reason=availability.needs_swap, rank=6,
    ),
    Action(
        "checks", "f9", "checks", N_("Checks"), N_("Checks"),
        N_("Card payments that are being checked or queued, and tickets paid in part."),
        ("sale", "cart", "payment"), "show_checks", rank=8,
    ),
    Action(
        "ask", "ctrl+r", "", N_("Ask now"), N_("Ask now"),
        N_("Ask the gateway about every payment that is being checked."),
        ("checks",), "ask_now", reason=availability.needs_open_payment, rank=2,
    ),
    Action(
        "take-up", "ctrl+t", "", N_("Take up"), N_("Take up"),
        N_("Put a ticket that is paid in part on the screen, for the rest or to give the money back."),
        ("checks",), "take_up_payment", reason=availability.needs_part_paid, rank=2,
    ),
    Action(
        "menu", "f10", "menu", N_("Menu"), N_("Menu"),
        N_("All actions in a list, to choose with the arrows or by typing."),
        ALL, "show_menu", rank=7,
    ),
    Action(
        "inspector", "f11", "inspector", N_("Inspect"), N_("Inspector"),
        N_("What happens to the sale and the stock; once more: on the whole screen."),
        ("sale", "cart", "payment", "receipt", "checks", "inspect"), "show_inspector", rank=7, looks=True,
    ),
    Action(
        "pay", "f12", "pay", N_("Pay"), N_("Pay"), N_("Take the payment."),
        EDITING, "show_payment", reason=availability.needs_payable, rank=0,
    ),
    Action(
        "palette", "ctrl+p", "palette", N_("Find"), N_("Find anything"),
        N_("Find an action, a product, a ticket or a receipt by a part of its name, and do it."),
        ("sale", "cart", "coupon", "payment"), "show_palette", rank=9,
    ),
    Action(
        "cart", "ctrl+t", "cart", N_("Cart"), N_("Cart"), N_("Every line with every step of its price."),
        ("sale",), "show_cart", reason=availability.needs_lines, rank=9,
    ),
    Action(
        "price", "ctrl+e", "price", N_("Price"), N_("Price"), N_("Sell the chosen line at another price."),
        EDITING, "ask_price", reason=availability.needs_line, rank=9,
    ),
    Action(
        "check-price", "insert", "check", N_("Check"), N_("Price check"),
        N_("See what something costs and how much of it there is, without selling it."),
        EDITING, "ask_price_check", rank=9,
    ),
    Action(
        "ticket-discount", "ctrl+d", "discount-all", N_("Disc all"), N_("Ticket discount"),
        N_("Take a percentage or an amount off the whole ticket."),
        EDITING, "ask_ticket_discount", reason=availability.needs_lines, rank=10,
    ),
    Action(
        "void-all", "ctrl+x", "void-all", N_("Void all"), N_("Void all"), N_("Take everything off the ticket."),
        EDITING, "ask_void_all", reason=availability.needs_entered, rank=10,
    ),
    Action(
        "undo", "ctrl+z", "undo", N_("Undo"), N_("Undo change"),
        N_("Take back the last change of the ticket."),
        (*EDITING, "coupon", "payment", "receipt"), "undo", reason=availability.needs_change, rank=8,
    ),
    Action(
        "redo", "ctrl+y", "redo", N_("Redo"), N_("Redo change"),
        N_("Make the change again that was taken back last."),
        (*EDITING, "coupon"), "redo", reason=availability.needs_undone, rank=11,
    ),
    Action(
        "reprint", "ctrl+r", "receipt", N_("Receipt"), N_("Last receipt"),
        N_("Show the receipt of the last sale again."),
        ("sale",), "show_last_receipt", rank=10,
    ),
    Action(
        "copy", "ctrl+c", "copy", N_("Copy"), N_("Copy"),
        N_("Copy the ticket, the receipt or the time line to the terminal's clipboard."),
        ("sale", "cart", "coupon", "payment", "receipt", "inspect", OTHERS, WATCHING), "copy", rank=12, looks=True,
    ),
    Action(
        "screenshot", "ctrl+s", "screenshot", N_("Picture"), N_("Picture"),
        N_("Save a picture of the screen as a file."),
        EVERYWHERE, "take_picture", rank=19, looks=True,
    ),
)  # fmt: skip
_LAST: Final = (
    Action(
        "queue", "q", "", N_("Queue"), N_("Queue the card"),
        N_("Let the card wait in the shop's queue, and serve the next customer."),
        ("payment",), "queue_card", reason=availability.needs_queue, rank=3, seldom=True,
    ),
    Action(
        "again", "r", "", N_("Try again"), N_("Try again"),
        N_("Charge the same amount to the same card once more, or what is left to pay."),
        ("payment",), "pay_again", reason=availability.needs_declined, rank=10,
    ),
    Action(
        "abandon", "a", "", N_("Abandon"), N_("Abandon"), N_("Give back what was paid, to change the ticket."),
        ("payment",), "abandon", reason=availability.needs_payments, rank=3,
    ),
    Action(
        "print", "ctrl+r", "", N_("Print"), N_("Print the receipt"),
        N_("Print the receipt; a second one says COPY."),
        ("receipt",), "print_receipt", rank=2,
    ),
    Action(
        "back", "escape", "", N_("Back"), N_("Back"),
        N_("Clear what is typed, or go back. It never loses a ticket."),
        tuple(screen for screen in EVERYWHERE if screen != "sale"), "go_back", rank=4,
    ),
    Action(
        "gateway", "ctrl+g", "gateway", N_("Gateway"), N_("Card gateway"),
        N_("Choose what the simulated gateway answers next."),
        ("sale", "cart", "payment"), "show_gateway", availability.needs_playground, rank=18,
    ),
    Action(
        "lanes", "ctrl+a", "lanes", N_("Tills"), N_("All tills"),
        N_("How every till of the shop is: its last sale, what is open, what is to be delivered."),
        ("sale",), "show_lanes", availability.needs_many_tills, rank=30,
    ),
    Action(
        "settings", "ctrl+o", "settings", N_("Settings"), N_("Settings"),
        N_("Every setting, where it is from, and its change: theme, language, keys."),
        ("sale", "cart", "receipt"), "show_settings", rank=19,
    ),
    Action(
        "quit", "ctrl+q", "quit", N_("Quit"), N_("Quit"),
        N_("Close the till. An open ticket is there again at the next start."),
        EVERYWHERE, "quit_till", rank=20,
    ),
)  # fmt: skip
ADDED: Final[dict[str, Action]] = {}
"""The actions of other packages, by id."""


def every() -> tuple[Action, ...]:
    """Every action that there is now, in the order in which footer and help show them."""
    takings = (taking(tender) for tender in TENDERS.values() if tender.key)
    return (*_FIRST, *takings, *_LAST, *ADDED.values())


ACTIONS: Final = every()
"""The program's own actions."""
_OWN: Final[Mapping[str, Action]] = {action.id: action for action in ACTIONS}


def by_id(action_id: str) -> Action:
    """The action with this id. Raises KeyError."""
    own = _OWN.get(action_id)
    return own or {action.id: action for action in every()}[action_id]


def by_word(word: str) -> Action | None:
    """The action of a word behind a `/`, in whatever case; None if there is none."""
    said = word.lower()
    return next((action for action in every() if said and action.word == said), None)


def on_screen(screen: str) -> tuple[Action, ...]:
    """The actions of a kind of screen, in the table's order."""
    return tuple(action for action in every() if action.on(screen))


def footer_choice(actions: Sequence[Action], widths: Mapping[str, int], columns: int) -> list[Action]:
    """Those of the actions that fit into a footer, the most important first in, in the order given."""
    chosen: set[str] = set()
    used = 0
    for action in sorted(actions, key=lambda action: action.rank):
        if used + widths[action.id] <= columns:
            chosen.add(action.id)
            used += widths[action.id]
    return [action for action in actions if action.id in chosen]
