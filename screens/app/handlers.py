"""What the actions do, but for what the screen in front does itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from pos.domain.words import N_, _, typed_start
from pos.language.steps import TillStep
from screens.app.routes import ROUTES, Router
from screens.kit.prompts import Prompt

if TYPE_CHECKING:
    from collections.abc import Callable

    from pos.domain.cart import ManualDiscount
    from pos.domain.sale import Sale, SaleLine
    from pos.till.till import Till
    from screens.kit.host import Host

YES: Final = N_("y yes")
"""What answers a question with yes, in small letters, with blanks between."""


def show_last_receipt(app: Host) -> None:
    """The receipt of the last sale."""
    app.find_receipt()


def copy(app: Host) -> None:
    """Copy what the screen is about."""
    app.copy()


def take_picture(app: Host) -> None:
    """Save a picture of the screen."""
    app.screenshot()


def quit_till(app: Host) -> None:
    """Close the till."""
    app.leave()


def void_line(app: Host) -> None:
    """Take the chosen line off."""
    line = _line(app)
    app.attempt(TillStep("void", lambda till: till.void(line.line)), _("{name} taken off.", name=line.name))


def ask_quantity(app: Host) -> None:
    """Ask for the chosen line's quantity."""
    from pos.language.quantities import typed_quantity

    line = _line(app)
    each = line.unit == "each"
    title = N_("Quantity of {name}") if each else N_("How many {unit} of {name}")
    app.ask(
        Prompt(
            _(title, name=line.name, unit=line.unit),
            _("Enter changes it · Esc keeps it"),
            lambda text: app.attempt(TillStep("qty", lambda till: till.set_quantity(line.line, typed_quantity(text)))),
        )
    )


def ask_discount(app: Host) -> None:
    """Ask for the chosen line's discount."""
    line = _line(app)
    app.ask(
        Prompt(
            _("Discount on {name}", name=line.name),
            _("10% or {amount} off the line, 0 for none", amount=app.money(150)),
            lambda text: app.attempt(
                TillStep("discount", lambda till: till.discount(line.line, _typed_discount(till, text)))
            ),
        )
    )


def ask_ticket_discount(app: Host) -> None:
    """Ask for the ticket's discount."""
    app.ask(
        Prompt(
            _("Discount on the whole ticket"),
            _("10% or {amount} off the ticket, 0 for none", amount=app.money(150)),
            lambda text: app.attempt(
                TillStep("discount", lambda till: till.discount_ticket(_typed_discount(till, text)))
            ),
        )
    )


def ask_price(app: Host) -> None:
    """Ask for the chosen line's price."""
    line = _line(app)
    app.ask(
        Prompt(
            _("Price of {name}", name=line.name),
            _("per piece or unit, - for the catalog's price"),
            lambda text: app.attempt(TillStep("price", lambda till: till.price(line.line, _typed_price(till, text)))),
        )
    )


def _typed_discount(till: Till, text: str) -> ManualDiscount | None:
    """A discount as typed, None for none. Raises TillError `bad_discount`."""
    from pos.language.amounts import discount_of

    return discount_of(typed_start(text, "bad_discount"), till.catalog.exponent)


def _typed_price(till: Till, text: str) -> int | None:
    """A price as typed, None for the catalog's. Raises TillError `bad_price`."""
    from pos.domain.errors import TillError
    from pos.domain.money import typed_money

    if text == "-":
        return None
    try:
        return typed_money(text, till.catalog.exponent)
    except TillError as error:
        raise TillError("bad_price", error.message) from None


def ask_member(app: Host) -> None:
    """Ask for a member's number."""
    current = app.current.member_name if app.current is not None else None
    items = app.current.items if app.current is not None else 0

    def done(sale: Sale) -> None:
        told = [_("Member {name}.", name=sale.member_name)]
        if sale.items != items and app.notice is None:
            told.append(_("The cart that was set aside is on this ticket now."))
        app.say(" ".join(told), "good")

    def answer(text: str) -> None:
        if text == "-":
            app.attempt(TillStep("member", lambda till: till.detach_member()), _("The member was taken off."))
        else:
            app.begin(TillStep("member", lambda till: till.attach_member(text)), done)

    app.ask(
        Prompt(
            _("Member instead of {name}", name=current) if current else _("Member's number"),
            _("- takes the member off") if current else _("Enter puts the member on the ticket"),
            answer,
            scans=lambda text: app.till is not None and app.till.catalog.member(text) is not None,
        )
    )


def ask_hold(app: Host) -> None:
    """Ask for a name to set the ticket aside under."""

    def done(sale: Sale) -> None:
        app.say(
            _("Ticket {ticket} is set aside. {key} takes it up again.", ticket=sale.ticket, key=app.cap("recall")),
            "good",
        )

    def answer(text: str) -> None:
        app.begin(TillStep("hold", lambda till: till.hold(text or None)), done)

    hint = _("Enter alone: its number, or its member's cart")
    app.ask(Prompt(_("Hold under which name?"), hint, answer, empty=True))


def ask_void_all(app: Host) -> None:
    """Ask before everything is taken off."""

    def answer(text: str) -> None:
        if text.lower() in _(YES).split():
            app.attempt(TillStep("void", lambda till: till.void_all()), _("Everything was taken off the ticket."))
        else:
            app.say(_("Nothing was taken off."))

    app.ask(Prompt(_("Take everything off this ticket? Type Y"), _("Y and Enter · Esc keeps it"), answer))


def recall(app: Host) -> None:
    """Take up the only ticket that is set aside, or let one be chosen."""
    assert app.till is not None
    held = app.till.held_tickets()
    if len(held) == 1:
        take_up(app, held[0].name)
    else:
        app.front.pick_held(held)


def take_up(app: Host, name: str) -> None:
    """Take up the ticket that was set aside under a name."""
    done = N_("Ticket {ticket} is taken up again.")
    app.begin(
        TillStep("recall", lambda till: till.recall(name)), lambda sale: app.say(_(done, ticket=sale.ticket), "good")
    )


def _line(app: Host) -> SaleLine:
    line = app.chosen_line
    assert line is not None, "the action's reason was asked first"
    return line


HANDLERS: Final[Mapping[str, Callable[[Router], None]]] = {
    **ROUTES,
    "show_last_receipt": show_last_receipt,
    "copy": copy,
    "take_picture": take_picture,
    "quit_till": quit_till,
    "void_line": void_line,
    "ask_quantity": ask_quantity,
    "ask_discount": ask_discount,
    "ask_ticket_discount": ask_ticket_discount,
    "ask_price": ask_price,
    "ask_member": ask_member,
    "ask_hold": ask_hold,
    "ask_void_all": ask_void_all,
    "recall": recall,
}
"""What the app does for actions, by the names of their handlers."""
