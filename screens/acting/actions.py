"""The one table of what can be done: keys, `/words`, footer, menu and help are all drawn from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from screens.acting import doing

if TYPE_CHECKING:
    from screens.host import Host

Reason = Callable[["Host"], str | None]

EDITING: Final = ("sale", "cart")
ALL: Final = ("sale", "cart", "coupon", "payment", "receipt", "help", "menu", "checks")


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a cashier can do. `key` is its usual one, which a `Keymap` may change; `word` is its second way,
    typed after a `/`; `rank` orders the footer's choice.
    """

    id: str
    key: str
    word: str
    short: str
    label: str
    help: str
    screens: tuple[str, ...]
    run: Callable[[Host], None]
    reason: Reason = doing.always
    rank: int = 5


ACTIONS: Final[tuple[Action, ...]] = (
    Action("help", "f1", "help", "Help", "Help", "Every key and every command.", ALL, doing.show_help, rank=1),
    Action(
        "quantity", "f2", "quantity", "Qty", "Qty", "Change how many of the chosen line are sold.",
        EDITING, doing.ask_quantity, doing.needs_line, rank=2,
    ),
    Action(
        "void", "f3", "void", "Void", "Void", "Take the chosen line off the ticket.",
        EDITING, doing.void_line, doing.needs_line, rank=2,
    ),
    Action(
        "discount", "f4", "discount", "Disc", "Discount", "Take a percentage or an amount off the chosen line.",
        EDITING, doing.ask_discount, doing.needs_line, rank=3,
    ),
    Action(
        "coupon", "f5", "coupon", "Coupon", "Coupon", "Put coupons on the ticket, see which apply, take them off.",
        EDITING, doing.show_coupons, doing.needs_editable, rank=3,
    ),
    Action(
        "member", "f6", "member", "Member", "Member", "Put a member on the ticket, or take them off.",
        EDITING, doing.ask_member, doing.needs_editable, rank=3,
    ),
    Action(
        "hold", "f7", "hold", "Hold", "Hold", "Set the ticket aside and begin a new one.",
        EDITING, doing.ask_hold, doing.needs_lines, rank=4,
    ),
    Action(
        "recall", "f8", "recall", "Recall", "Recall", "Take up a ticket that was set aside.",
        ("sale",), doing.recall, doing.needs_held, rank=6,
    ),
    Action(
        "checks", "f9", "checks", "Checks", "Checks", "Card payments without an answer, which are being checked.",
        ("sale", "cart", "payment"), doing.show_checks, doing.always, rank=8,
    ),
    Action(
        "menu", "f10", "menu", "Menu", "Menu", "All actions in a list, to choose with the arrows.",
        ALL, doing.show_menu, rank=7,
    ),
    Action(
        "inspector", "f11", "inspector", "Inspect", "Inspector", "What happens to the sale, and the stock it moves.",
        ("sale", "cart", "payment"), doing.toggle_inspector, rank=9,
    ),
    Action("pay", "f12", "pay", "Pay", "Pay", "Take the payment.", EDITING, doing.show_payment, doing.needs_payable, 0),
    Action(
        "cart", "ctrl+t", "cart", "Cart", "Cart", "Every line with every step of its price.",
        ("sale",), doing.show_cart, doing.needs_lines, rank=9,
    ),
    Action(
        "price", "ctrl+p", "price", "Price", "Price", "Sell the chosen line at another price.",
        EDITING, doing.ask_price, doing.needs_line, rank=9,
    ),
    Action(
        "ticket-discount", "ctrl+d", "discount-all", "Disc all", "Ticket discount",
        "Take a percentage or an amount off the whole ticket.",
        EDITING, doing.ask_ticket_discount, doing.needs_lines, rank=10,
    ),
    Action(
        "void-all", "ctrl+x", "void-all", "Void all", "Void all", "Take everything off the ticket.",
        EDITING, doing.ask_void_all, doing.needs_entered, rank=10,
    ),
    Action(
        "reprint", "ctrl+r", "receipt", "Receipt", "Last receipt", "Show the receipt of the last sale again.",
        ("sale",), doing.show_last_receipt, doing.always, rank=10,
    ),
    Action("cash", "c", "", "Cash", "Cash", "Take the typed amount in cash, or exactly what is due.",
           ("payment",), doing.pay_cash, doing.needs_payment, rank=2),
    Action("card", "k", "", "Card", "Card", "Charge the typed amount, or all that is due, to a card.",
           ("payment",), doing.pay_card, doing.needs_due, rank=2),
    Action("again", "r", "", "Try again", "Try again", "Charge the same amount to the same card once more.",
           ("payment",), doing.pay_again, doing.needs_declined, rank=3),
    Action("abandon", "a", "", "Abandon", "Abandon", "Give back what was paid, to change the ticket.",
           ("payment",), doing.abandon, doing.needs_payments, rank=3),
    Action(
        "print", "ctrl+r", "", "Print again", "Print again", "Print the receipt once more.",
        ("receipt",), doing.print_receipt, rank=2,
    ),
    Action(
        "back", "escape", "", "Back", "Back", "Clear what is typed, or go back. It never loses a ticket.",
        ("cart", "coupon", "payment", "receipt", "help", "menu", "checks"), doing.go_back, rank=4,
    ),
    Action(
        "quit", "ctrl+q", "quit", "Quit", "Quit", "Close the till. An open ticket is there again at the next start.",
        ALL, doing.quit_till, rank=20,
    ),
)  # fmt: skip
"""Every action, in the order in which footer and help show them."""

_BY_ID: Final[Mapping[str, Action]] = {action.id: action for action in ACTIONS}
_BY_WORD: Final[Mapping[str, Action]] = {action.word: action for action in ACTIONS if action.word}


def by_id(action_id: str) -> Action:
    """The action with this id."""
    return _BY_ID[action_id]


def by_word(word: str) -> Action | None:
    """The action with this `/word`."""
    return _BY_WORD.get(word.lower())


def on_screen(screen: str) -> tuple[Action, ...]:
    """The actions of a kind of screen, in the table's order."""
    return tuple(action for action in ACTIONS if screen in action.screens)


def footer_choice(actions: Iterable[Action], widths: Mapping[str, int], columns: int) -> list[Action]:
    """The actions that fit into a footer, the most important first in and all in the table's order."""
    chosen: list[Action] = []
    used = 0
    for action in sorted(actions, key=lambda action: action.rank):
        if used + widths[action.id] <= columns:
            chosen.append(action)
            used += widths[action.id]
    order = [action.id for action in ACTIONS]
    return sorted(chosen, key=lambda action: order.index(action.id))
