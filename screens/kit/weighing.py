"""What is asked of a thing that is sold by weight or measure, if nothing was typed before its code."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, Protocol

from pos.domain.i18n import _, number_text
from pos.domain.message import lazy
from screens.kit.host import Keyboard, Steps
from screens.kit.prompts import Prompt
from screens.kit.values import Formatting

if TYPE_CHECKING:
    from pos.domain.catalog import Product

EXAMPLE: Final = Decimal("0.412")
"""A weight, to show how one is typed."""
SHORTEST_CODE: Final = 4
"""From so many digits on a number that is a code of the shop is no weight."""


class Weigher(Formatting, Keyboard, Steps, Protocol):
    """What asks for a weight, and sells by it."""


def weight_question(app: Weigher, product: Product) -> Prompt:
    """The question how much of a product is sold; the answer sells it."""

    def answer(text: str) -> object:
        from pos.domain.errors import TillError
        from pos.language.quantities import typed_quantity
        from pos.language.verbs.lines import ADD, AddProduct

        if len(text) >= SHORTEST_CODE and text.isdecimal() and app.is_code(text):
            raise TillError("bad_quantity", lazy("{text} is the code of something, and no weight.", text=text))
        return app.attempt(ADD.step(AddProduct(product.sku, typed_quantity(text))))

    hint = _("such as {example} · {back} adds nothing", example=number_text(EXAMPLE), back=app.cap("back"))
    return Prompt(_("How many {unit} of {name}?", unit=product.unit, name=product.name), hint, answer, waits=True)
