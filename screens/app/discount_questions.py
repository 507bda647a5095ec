"""What is asked for a discount: how much, never in silence more than there is, and why, where the shop wants that."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from pos.domain.discountable import discountable
from pos.domain.i18n import N_, _, decimal_mark, percent_text
from screens.app.changes import discount_text, tell_change
from screens.kit.prompts import Instead, Prompt

if TYPE_CHECKING:
    from pos.domain.cart import ManualDiscount
    from pos.language.verbs.lines import Which
    from screens.app.editor import Editor

FEWEST: Final = 5
"""The lowest percentage that figures alone may mean: less is an amount."""
WHOLE: Final = 100
"""The highest percentage."""


def ask_discount(app: Editor) -> None:
    """Ask for the chosen line's discount."""
    line = app.chosen_line
    assert line is not None, "the action's reason was asked first"

    text = N_("10% or {amount} off the line, then why · 0 for none")
    app.ask(_question(app, line.line, line.name, _("Discount on {name}", name=line.name), text, "discount"))


def ask_ticket_discount(app: Editor) -> None:
    """Ask for the ticket's discount."""
    from pos.language.verbs.lines import Which

    text = N_("10% or {amount} off the ticket, then why · 0 for none")
    app.ask(
        _question(app, Which.ALL, _("the whole ticket"), _("Discount on the whole ticket"), text, "ticket-discount")
    )


def _question(app: Editor, what: int | Literal[Which.ALL], called: str, title: str, hint: str, action: str) -> Prompt:
    """The question for a discount on what is `called` so, which an action asks."""

    def answer(text: str) -> object:
        from pos.language.verbs.lines import DISCOUNT, GiveDiscount

        discount = _typed_discount(app, text)
        amount = (discount.amount if discount is not None else None) or 0
        most = discountable(app.current, what if isinstance(what, int) else None) or 0
        if amount > most or (_is_bare(text) and amount > most // 2):
            return _too_much(app, text, called, amount, most)
        if app.asks.discount_reason and discount is not None:
            if discount.reason is None:
                app.ask(_why(text, called, answer, action))
                return None
            _refuse_figures(discount.reason)
        given = app.attempt(DISCOUNT.step(GiveDiscount(what, discount)))
        if given:
            tell_change(app, discount_text(app, what if isinstance(what, int) else None, called, discount))
        return given

    return Prompt(title, _(hint, amount=app.money(150)), answer, action=action)


def _why(size: str, called: str, answer: Callable[[str], object], action: str) -> Prompt:
    """The question for what is missing behind a discount's size; nothing is taken off until it is answered."""

    def give(reason: str) -> object:
        _refuse_figures(reason)
        return answer(f"{size} {reason}")

    return Prompt(
        _("Why {size} off {name}?", size=size, name=called),
        _("it is kept with the sale · Esc takes nothing off"),
        give,
        empty=True,
        action=action,
        waits=True,
    )


def _refuse_figures(reason: str) -> None:
    """A reason has words in it. Raises TillError `bad_discount` for one that is empty, or figures alone."""
    from pos.domain.errors import TillError
    from pos.domain.message import lazy

    if not any(map(str.isalpha, reason)):
        raise TillError("bad_discount", lazy("A reason is wanted, in words, such as “dented box”."))


def _is_bare(text: str) -> bool:
    """Whether a size is figures alone, which may be a percentage as well as an amount."""
    size = text.split(None, 1)[0]
    return size.isascii() and size.isdecimal() and FEWEST <= int(size) <= WHOLE


def _too_much(app: Editor, text: str, called: str, amount: int, most: int) -> Instead:
    """Offer a percentage in the place of an amount that is more than there is, or figures that take most of it.

    Raises TillError `bad_discount` where none can be meant.
    """
    from pos.domain.errors import TillError
    from pos.domain.message import lazy

    words = {"amount": app.money(amount), "name": called, "worth": app.money(most)}
    if not _is_bare(text):
        raise TillError("bad_discount", lazy("{amount} is more than {name} comes to ({worth}).", **words))
    size, *why = text.split(None, 1)
    percent = percent_text(Decimal(size))
    if amount > most:
        told = N_("{amount} is more than {name} comes to ({worth}). {percent}? Enter takes it off, {key} nothing.")
    else:
        told = N_("{amount} of {worth}? Enter takes {percent} off; type {exact} for the amount, {key} takes nothing.")
    exact = f"{size}{decimal_mark()}{'0' * app.till.catalog.exponent}"
    facts = {"percent": percent, "key": app.cap("back"), "exact": exact, **words}
    return Instead(" ".join((f"{size}%", *why)), _(told, **facts))


def _typed_discount(app: Editor, text: str) -> ManualDiscount | None:
    """A discount as typed, None for none. Raises TillError `bad_discount`."""
    from pos.language.amounts import typed_discount

    return typed_discount(text, app.till.catalog.exponent)
