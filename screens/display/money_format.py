"""How the shop's money is written on the display, in words' size and large."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from screens.render.letters import largest_sum
from screens.render.rows import Piece, Row, row


class MoneyFormat(NamedTuple):
    """The currency's decimals and sign."""

    exponent: int = 2
    symbol: str = ""

    def money(self, amount: int) -> str:
        """Minor units as the locale writes them."""
        from pos.domain.money import format_money

        return format_money(amount, self.exponent).replace("-", "−")

    def sum(self, amount: int) -> str:
        """The same with the currency's sign."""
        from pos.domain.money import format_sum

        return format_sum(amount, self.exponent, self.symbol).replace("-", "−")

    def large(self, amount: int, columns: int, lines: int, *, up_to: int = 2) -> Sequence[Row]:
        """The same in digits as large as fit, at most of a size; where none fit, in one line."""
        found = largest_sum(self.money(amount), self.symbol, columns, lines, up_to=up_to)
        return found or (row(Piece(self.sum(amount), "digits")),)
