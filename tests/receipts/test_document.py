"""The document: what stands on it adds up, says what it is, and loses nothing in whatever columns it is set."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.i18n import Language
from pos.domain.receipt_document import Figure, FigureKind, ReceiptDocument
from pos.domain.reservations import Order
from pos.domain.terminal_text import clean, width
from pos.locales import language_of
from pos.receipts.document import receipt_document
from pos.receipts.layout import paper_lines
from pos.receipts.text import receipt_text
from tests.receipts.test_text import SHOP, SOLD
from tests.reports.sold import orders

GERMAN = language_of("de", "de_DE", {})
WIDTHS = (32, 40, 42, 48, 80)


def sum_of(figures: tuple[Figure, ...], *kinds: FigureKind) -> int:
    return sum(figure.amount.minor for figure in figures if figure.kind in kinds)


@given(orders())
def test_what_stands_on_it_adds_up_to_the_total_and_to_what_was_paid(order: Order) -> None:
    document = receipt_document(order, SHOP)
    totals, paid = document.totals, document.payments
    assert sum(item.amount.minor for item in document.items) == sum_of(totals, "subtotal")
    assert sum_of(totals, "subtotal", "discount", "tax") == sum_of(totals, "total") == order.sale.total
    told = [figure.amount.minor for item in document.items for figure in item.discounts]
    assert sum(told) == -sum(each.amount for each in order.sale.discounts if each.step == "line_discount")
    assert sum_of(totals, "total", "rounding") == sum_of(paid, "tender") - sum_of(paid, "change")


@given(orders(), st.sampled_from(WIDTHS), st.booleans(), st.sampled_from((None, GERMAN)))
def test_every_width_fits_and_loses_no_amount_nor_the_number_and_all_words_are_safe(
    order: Order, columns: int, copy: bool, language: Language | None
) -> None:
    document = receipt_document(order, SHOP, copy=copy, language=language)
    lines = receipt_text(document, columns).splitlines()
    assert max(map(width, lines)) <= columns
    rest = iter(lines)
    for figure in (*(Figure("subtotal", "", item.amount) for item in document.items), *document.totals):
        assert any(line.endswith(f" {figure.amount.text}") for line in rest)
    for figure in document.payments:
        assert any(line.endswith(f" {figure.amount.text}") for line in rest)
    assert document.number in " ".join(lines)
    assert (" ".join(lines).count("***") == 4) is copy
    assert [text for text in texts(document) if clean(text) != text] == []


def test_words_from_outside_are_made_safe() -> None:
    document = receipt_document(SOLD, SHOP.model_copy(update={"name": "Shop\x1b[2J\u202e"}))
    assert (document.shop, document.items[3].name) == ("Shop", "牛乳 1L [bold]")


def test_a_number_that_does_not_fit_beside_the_moment_stands_above_it() -> None:
    order = SOLD.model_copy(update={"receipt": "CHECKOUT12-14-123456"})
    lines = [line.text for line in paper_lines(receipt_document(order, SHOP), 32)]
    assert lines[2:4] == ["Receipt CHECKOUT12-14-123456", "                2026-03-14 14:05"]


def test_a_german_receipt_says_that_it_is_a_copy() -> None:
    document = receipt_document(SOLD, SHOP, copy=True, language=GERMAN)
    assert document.marks == ("*** KOPIE ***",)
    assert document.title == "Beleg 1-1-42"


def test_emphasis_is_told_by_what_it_means() -> None:
    lines = paper_lines(receipt_document(SOLD, SHOP, copy=True), 42)
    assert [line.text.strip() for line in lines if line.emphasis == "strong"] == [
        "*** COPY ***",
        "Corner Shop",
        "*** COPY ***",
    ]
    assert [line.text.split() for line in lines if line.emphasis == "large"] == [["TOTAL", "USD", "22.22"]]


def test_a_card_is_masked_and_the_barcode_is_the_number() -> None:
    document = receipt_document(SOLD, SHOP)
    assert [figure.label for figure in document.payments] == ["visa ••4242", "Cash", "Change"]
    assert document.barcode == "1-1-42"
    assert receipt_document(SOLD.model_copy(update={"receipt": "Kasse–1-1-42"}), SHOP).barcode == ""


def test_it_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        receipt_document(SOLD, SHOP).copy = True  # type: ignore[misc]
    assert replace(receipt_document(SOLD, SHOP)) == receipt_document(SOLD, SHOP)


def texts(document: ReceiptDocument) -> list[str]:
    figures = (*document.totals, *document.payments, *(each for item in document.items for each in item.discounts))
    plain = [value for field in fields(document) if isinstance(value := getattr(document, field.name), str)]
    return [
        *plain,
        *document.marks,
        *document.details,
        *(text for item in document.items for text in (item.name, item.quantity)),
        *(text for figure in figures for text in (figure.label, figure.amount.text)),
    ]
