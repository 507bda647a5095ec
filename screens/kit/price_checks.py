"""Telling what something costs, with nothing sold: a `?` on the line, or a question in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from pos.domain.i18n import _
from screens.kit.host import Notifier, OpenTill
from screens.kit.input.scanning import split
from screens.kit.listing import hits_listing
from screens.kit.prompts import Prompt
from screens.kit.values import Formatting

if TYPE_CHECKING:
    from screens.kit.listing import Listing

ASKS: Final = "?"
"""What stands before a code or a name on the line to see its price."""


class Checker(Formatting, Notifier, OpenTill, Protocol):
    """What tells prices: it asks, looks, and says what it saw."""


def tell_price(app: Checker, code: str) -> bool:
    """Say what the product with a code costs and how much of it there is; whether there is one, which is told."""
    from pos.domain.errors import TillError
    from pos.language.verbs.counters import CHECK, CheckPrice

    try:
        told = CHECK.step(CheckPrice(code))(app.till).output
    except TillError as error:
        app.refuse(error)
        return False
    app.say(told or "", "good")
    return True


def found_products(app: Checker, text: str) -> Listing | None:
    """What a name finds, to be looked at; None for a code, and for what names nothing."""
    if not split(text).searched or app.till.catalog.is_known(text):
        return None
    return hits_listing(app.till.catalog, app, text)


def ask_price_check(app: Checker) -> None:
    """Ask what is to be looked at: the next scan is not sold."""
    app.ask(
        Prompt(
            _("What does it cost? It is not sold"),
            _("scan it, or type its code or name · {back} sells on", back=app.cap("back")),
            lambda text: tell_price(app, text.removeprefix(ASKS).strip() or text),
            scans=app.till.catalog.is_known,
            offers=lambda typed: found_products(app, typed),
            action="check-price",
        )
    )
