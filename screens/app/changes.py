"""What is said on the line of a change that was made: in a few words, as undo says what it took back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pos.domain.i18n import _, number_text, percent_text

if TYPE_CHECKING:
    from pos.domain.cart import ManualDiscount
    from pos.domain.sale import SaleLine
    from screens.app.editor import Editor


def tell_change(app: Editor, text: str) -> None:
    """Say what was changed by a step that is done, before what the till itself had to say of it."""
    told = app.notice
    app.say(f"{text} {told.text}" if told is not None else text)


def quantity_text(line: SaleLine, quantity: Decimal) -> str:
    """What is sold of a line now; none of it: it is off the ticket."""
    if quantity == 0:
        return _("{name} taken off.", name=line.name)
    if line.unit == "each":
        return _("{quantity} × {name}.", quantity=number_text(quantity), name=line.name)
    return _("{quantity} {unit} of {name}.", quantity=number_text(quantity), unit=line.unit, name=line.name)


def discount_text(app: Editor, number: int | None, called: str, discount: ManualDiscount | None) -> str:
    """What is taken off a line of the ticket, or off all of it (None), by hand now; it is `called` so."""
    if discount is None:
        return _("No discount on {name}.", name=called)
    step = "ticket_discount" if number is None else "line_discount"
    lines = app.current.lines if app.current is not None else ()
    found = (each for line in lines if number in (None, line.line) for each in line.discounts)
    amount = app.money(sum(each.amount for each in found if each.step == step))
    if discount.percent is None:
        return _("{amount} off {name}.", amount=amount, name=called)
    return _("{size} off {name}: −{amount}.", size=percent_text(discount.percent), name=called, amount=amount)
