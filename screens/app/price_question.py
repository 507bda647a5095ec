"""What is asked for a price of the chosen line: never in silence nothing, or many times what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pos.domain.i18n import N_, _, decimal_mark
from screens.app.changes import tell_change
from screens.kit.prompts import Instead, Prompt

if TYPE_CHECKING:
    from screens.app.editor import Editor

FAR_MORE: Final = 10
"""How many times the price a price without decimals is asked about: cents were meant."""


def ask_price(app: Editor) -> None:
    """Ask for the chosen line's price."""
    from pos.language.verbs.lines import PRICE, SetPrice

    line = app.chosen_line
    assert line is not None, "the action's reason was asked first"

    def answer(text: str) -> object:
        price = _typed_price(app, text)
        doubt = _doubt(app, text, price, line.unit_price or line.list_price) if price is not None else None
        if doubt is not None:
            return doubt
        changed = app.attempt(PRICE.step(SetPrice(line.line, price)))
        now = app.money(line.list_price if price is None else price)
        if changed:
            tell_change(app, _("Price of {name}: {price}.", name=line.name, price=now))
        return changed

    app.ask(
        Prompt(
            _("Price of {name}", name=line.name),
            _("per piece or unit, - for the catalog's price"),
            answer,
            action="price",
        )
    )


def _doubt(app: Editor, text: str, price: int, before: int) -> Instead | None:
    """What is asked about figures alone that sell a thing for nothing, or for many times its price."""
    exponent = app.till.catalog.exponent
    if not (text.isascii() and text.isdecimal() and exponent):
        return None
    exact = f"{text}{decimal_mark()}{'0' * exponent}"
    if price == 0 and before:
        return Instead(exact, _("Sell it for nothing? Enter does, {key} leaves the price.", key=app.cap("back")))
    if price >= FAR_MORE * before > 0:
        told = N_("{price} instead of {before}? Enter takes {cents}; type {exact} to mean it.")
        cents = app.money(int(text))
        return Instead(cents, _(told, price=app.money(price), before=app.money(before), cents=cents, exact=exact))
    return None


def _typed_price(app: Editor, text: str) -> int | None:
    """A price as typed, None for the catalog's. Raises TillError `bad_price`."""
    from pos.domain.errors import TillError
    from pos.domain.money import typed_money

    if text == "-":
        return None
    try:
        return typed_money(text, app.till.catalog.exponent)
    except TillError as error:
        raise TillError("bad_price", error.words) from None
