"""Looking up what a product costs, on a screen of its own."""

from typing import Final

from screens.app.routes import Router
from screens.extensions import AddedAction


def _show_price_check(app: Router) -> None:
    # The screen is loaded when it is first shown.
    from .price_check.screen import PriceCheckScreen

    app.show(PriceCheckScreen())


PRICE_CHECK: Final = AddedAction(
    id="price-check",
    key="ctrl+l",
    word="price-check",
    short="Check",
    label="Price check",
    help="Look up what a product costs, without selling it.",
    screens=("sale", "cart"),
    rank=5,
    handler="show_price_check",
    does=_show_price_check,
)
