"""A receipt set in columns: the lines of its paper, for whatever prints characters of one width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

from pos.domain.receipt_document import Figure, Item, ReceiptDocument
from pos.domain.terminal_text import fit, width

NARROWEST: Final = 24
"""The fewest columns in which a receipt can be set."""

Emphasis = Literal["plain", "strong", "large"]
"""How much a line is to be seen: as all others, bold, or of double height. No line is wider for it."""


class PaperLine(NamedTuple):
    """One line of paper, cleaned, no wider than the paper, without blanks at its end."""

    text: str
    emphasis: Emphasis = "plain"


def paper_lines(document: ReceiptDocument, columns: int) -> Sequence[PaperLine]:
    """A receipt in lines of at most so many columns. No amount is ever cut.

    The right column adds up: items to the subtotal; less discounts, with tax where it is added, to the total; with cash
    rounding to what was paid. Raises ValueError if `columns` is below `NARROWEST`.
    """
    if columns < NARROWEST:
        raise ValueError(f"a receipt needs at least {NARROWEST} columns")
    return tuple(_Paper(columns).lines(document))


class _Paper:
    def __init__(self, columns: int) -> None:
        self._columns = columns

    def lines(self, document: ReceiptDocument) -> Iterator[PaperLine]:
        rule = PaperLine("-" * self._columns)
        for mark in document.marks:
            yield from self._centred(mark, "strong")
        if document.marks:
            yield PaperLine("")
        yield from self._centred(document.shop, "strong")
        yield PaperLine("")
        yield from self._whole_row(document.title, document.moment)
        for detail in document.details:
            yield PaperLine(fit(detail, self._columns))
        yield rule
        for item in document.items:
            yield from self._item(item)
        yield rule
        for figure in document.totals:
            yield from self._figure(figure)
        yield rule
        for figure in document.payments:
            yield from self._figure(figure)
        yield PaperLine("")
        yield from self._centred(document.thanks)
        if document.marks:
            yield PaperLine("")
        for mark in document.marks:
            yield from self._centred(mark, "strong")

    def _item(self, item: Item) -> Iterator[PaperLine]:
        yield from self._row(item.name, item.amount.text)
        yield from self._wrapped(item.quantity, indent=2)
        for discount in item.discounts:
            yield from self._wrapped(f"{discount.label}: {discount.amount.text}", indent=2)

    def _figure(self, figure: Figure) -> Iterator[PaperLine]:
        if figure.kind in ("tax", "tax_included"):
            yield from self._whole_row(figure.label, figure.amount.text)
        else:
            label = figure.label.upper() if figure.kind == "tender" else figure.label
            emphasis: Emphasis = "large" if figure.kind == "total" else "plain"
            yield from self._row(label, figure.amount.text, emphasis)

    def _row(self, label: str, amount: str, emphasis: Emphasis = "plain") -> Iterator[PaperLine]:
        """A label and, at the right edge, an amount, which is never cut: the label is, or it stands alone."""
        if len(amount) + 8 > self._columns:
            yield PaperLine(fit(label, self._columns), emphasis)
            yield from self._wrapped(amount, emphasis=emphasis)
        else:
            label = fit(label, self._columns - len(amount) - 1)
            yield PaperLine(label + " " * (self._columns - width(label) - len(amount)) + amount, emphasis)

    def _whole_row(self, label: str, end: str) -> Iterator[PaperLine]:
        """A label of which nothing may be cut, as it has a number in it, over as many lines as both need."""
        if width(label) + 1 + len(end) <= self._columns:
            yield from self._row(label, end)
        else:
            yield from self._wrapped(label)
            yield PaperLine(" " * (self._columns - len(end)) + end)

    def _centred(self, text: str, emphasis: Emphasis = "plain") -> Iterator[PaperLine]:
        for line in self._wrapped(text, emphasis=emphasis):
            yield line._replace(text=" " * ((self._columns - width(line.text)) // 2) + line.text)

    def _wrapped(self, text: str, indent: int = 0, emphasis: Emphasis = "plain") -> Iterator[PaperLine]:
        """Text over as many lines as it takes, broken at blanks, or anywhere in a word that is wider than a line."""
        for line in _broken(text, self._columns - indent):
            yield PaperLine(" " * indent + line, emphasis)


def _broken(text: str, columns: int) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and width(line) + 1 + width(word) > columns:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
        while width(line) > columns:
            head = _beginning(line, columns)
            yield head
            line = line[len(head) :]
    if line:
        yield line


def _beginning(text: str, columns: int) -> str:
    """As much of the beginning of `text` as fits into `columns`."""
    end = 0
    while end < len(text) and width(text[: end + 1]) <= columns:
        end += 1
    return text[:end]
