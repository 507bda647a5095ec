"""What is asked for a discount: how much, never in silence more than there is, and why, where the shop wants that."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from pos.domain.i18n import N_, _, percent_text
from screens.kit.prompts import Instead, Prompt

if TYPE_CHECKING:
    from pos.domain.cart import ManualDiscount
    from pos.language.verbs.lines import Which
    from screens.app.editor import Editor

WHOLE: Final = 100
"""The highest percentage."""
BEFORE: Final = ("line_discount", "coupon")
"""The steps of a price that come before the discount on the whole ticket."""


def ask_discount(app: Editor) -> None:
    """Ask for the chosen line's discount."""
    line = app.chosen_line
    assert line is not None, "the action's reason was asked first"

    def worth() -> int:
        lines = app.current.lines if app.current is not None else ()
        return next((each.subtotal for each in lines if each.line == line.line), 0)

    text = N_("10% or {amount} off the line, then why · 0 for none")
    app.ask(_question(app, line.line, line.name, _("Discount on {name}", name=line.name), text, worth))


def ask_ticket_discount(app: Editor) -> None:
    """Ask for the ticket's discount."""
    from pos.language.verbs.lines import Which

    def worth() -> int:
        sale = app.current
        if sale is None:
            return 0
        return sale.subtotal - sum(discount.amount for discount in sale.discounts if discount.step in BEFORE)

    text = N_("10% or {amount} off the ticket, then why · 0 for none")
    app.ask(_question(app, Which.ALL, _("the whole ticket"), _("Discount on the whole ticket"), text, worth))


def _question(
    app: Editor, what: int | Literal[Which.ALL], called: str, title: str, hint: str, worth: Callable[[], int]
) -> Prompt:
    """The question for a discount on what is `called` so, and is `worth` so many minor units before it."""

    def answer(text: str) -> object:
        from pos.language.verbs.lines import DISCOUNT, GiveDiscount

        discount = _typed_discount(app, text)
        amount, most = (discount.amount if discount is not None else None) or 0, worth()
        if amount > most:
            return _too_much(app, text, called, amount, most)
        if app.asks.discount_reason and discount is not None and discount.reason is None:
            app.ask(_why(text, called, answer))
            return None
        return app.attempt(DISCOUNT.step(GiveDiscount(what, discount)))

    return Prompt(title, _(hint, amount=app.money(150)), answer)


def _why(size: str, called: str, answer: Callable[[str], object]) -> Prompt:
    """The question for what is missing behind a discount's size; nothing is taken off until it is answered."""
    return Prompt(
        _("Why {size} off {name}?", size=size, name=called),
        _("it is kept with the sale · Esc takes nothing off"),
        lambda reason: answer(f"{size} {reason}"),
    )


def _too_much(app: Editor, text: str, called: str, amount: int, most: int) -> Instead:
    """Offer a percentage in the place of an amount that is more than there is.

    Raises TillError `bad_discount` where none can be meant.
    """
    from pos.domain.errors import TillError
    from pos.domain.message import lazy

    words = {"amount": app.money(amount), "name": called, "worth": app.money(most)}
    size, *why = text.split(None, 1)
    if not (size.isascii() and size.isdecimal() and int(size) <= WHOLE):
        raise TillError("bad_discount", lazy("{amount} is more than {name} comes to ({worth}).", **words))
    percent = percent_text(Decimal(size))
    told = N_("{amount} is more than {name} comes to ({worth}). {percent}? Enter takes it off, {key} nothing.")
    return Instead(" ".join((f"{size}%", *why)), _(told, percent=percent, key=app.cap("back"), **words))


def _typed_discount(app: Editor, text: str) -> ManualDiscount | None:
    """A discount as typed, None for none. Raises TillError `bad_discount`."""
    from pos.language.amounts import typed_discount

    return typed_discount(text, app.till.catalog.exponent)
