"""What was typed or scanned: never a card's data, and found in the catalog by its code or number."""

from __future__ import annotations

from typing import Final

from pos.domain.cart import ManualDiscount
from pos.domain.catalog import Member, Product
from pos.domain.codes import has_bad_check_digit, meant
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import lazy
from pos.domain.model import changed
from pos.domain.spelling import CONTROLS
from pos.domain.typed_kinds import A_MEMBERS_NAME, kind_of, no_member, no_product
from pos.payments.masking import bare, entered, kept, mask, swiped
from pos.till.catalog import Catalog

MOST_SHOWN: Final = 30
"""How many characters of a code a message repeats."""


class TillInput:
    """Takes what cashiers and scanners enter."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def refuse_swipe(self, text: str) -> None:
        """Raises TillError `card_swiped` for what a reader of cards types."""
        entered(text)

    def refuse_card(self, text: str) -> None:
        """Raises TillError `card_swiped` for what has a card's data in it, however it was typed."""
        if self.entered(text) != text:
            raise swiped()

    def entered(self, text: str) -> str:
        """What was typed or scanned, without a card's data. Raises TillError `card_swiped`."""
        return bare(entered(text, self._catalog.is_named))

    def masked(self, text: str) -> str:
        """A text as it may be shown: a card's number masked."""
        return mask(text, self._catalog.is_named)

    def kept(self, text: str) -> str:
        """A text as it may be kept and shown anywhere: blanks for controls. Raises TillError `card_swiped`."""
        return CONTROLS.sub(" ", kept(text, self._catalog.is_named))

    def kept_discount(self, discount: ManualDiscount | None) -> ManualDiscount | None:
        """A discount whose reason may be kept. Raises TillError `card_swiped`."""
        if discount is None or discount.reason is None:
            return discount
        return changed(discount, reason=self.kept(discount.reason))

    def product(self, code: str) -> Product:
        """The product with this code. Raises TillError `card_swiped`, `unknown_code`, `bad_check_digit`."""
        self.refuse_swipe(code)
        product = self._catalog.find(code)
        if product is not None:
            return product
        if has_bad_check_digit(meant(code)):
            text = N_("{code} is misread or mistyped: its check digit is wrong. Scan or type it again.")
            raise TillError("bad_check_digit", lazy(text, code=shortened(code)))
        raise TillError("unknown_code", no_product(code, shortened(code.strip())))

    def member(self, number: str) -> Member:
        """The member with this number. Raises TillError `card_swiped`, `unknown_member`."""
        number = self.entered(number)
        member = self._catalog.member(number)
        if member is None:
            shown = shortened(number.strip())
            found = kind_of(number) == "name" and self._catalog.find_members(number, 1)
            told = lazy(A_MEMBERS_NAME, text=shown) if found else no_member(number, shown)
            raise TillError("unknown_member", told)
        return member


def shortened(code: str) -> str:
    """A code as a message repeats it: no longer than a code can be, and without a card's data, whole or cut."""
    code = bare(mask(code))
    return code if len(code) <= MOST_SHOWN else f"{code[:MOST_SHOWN]}…"
