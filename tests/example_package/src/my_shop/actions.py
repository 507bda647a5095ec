"""Looking up what a product costs, on a screen of its own."""

from typing import Final

from screens.extensions import AddedAction

from .price_check.screen import PriceCheckScreen

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
    shows=PriceCheckScreen,
)
