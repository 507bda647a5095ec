"""Catalog files that are wrong: file, place and field are named, and nothing is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pos.domain.errors import TillError
from pos.domain.message import Message
from pos.till.catalog_loading import parse_catalog, read_catalog
from tests.till.catalogs import coupon, fixed, gift, product
from tests.till.support import shop


@pytest.mark.parametrize(
    ("catalog", "place", "sentence"),
    [
        (product(price=-1), "products[0] (A).price", "greater than or equal to 0"),
        (product(price=1.5), "products[0] (A).price", "valid integer"),
        (product(price="1.50"), "products[0] (A).price", "valid integer"),
        (product(colour="red"), "products[0] (A).colour", "unknown field"),
        (product(tax="luxury"), "products[0] (A).tax", "no tax is named “luxury”"),
        (product(stock="1.5"), "products[0] (A).stock", "whole number"),
        (product(sale_ends="soon"), "products[0] (A).sale_ends", "must be a day such as"),
        (shop(products=[{"sku": "A", "price": 1}]), "products[0] (A).name", "is missing"),
        (
            shop(products=[{"sku": "A", "name": "x", "price": 1}] * 2),
            "products[1].sku",
            "“A” is at products[0] already",
        ),
        (
            shop(products=[{"sku": sku, "name": "x", "price": 1, "barcodes": ["4664"]} for sku in "AB"]),
            "products[1] (B).barcodes",
            "“4664” is a code of “A” already",
        ),
        (coupon(value="101"), "coupons[0] (C).value", "from 0 to 100"),
        (coupon(value=10.5), "coupons[0] (C).value", "not a float"),
        (coupon(type="buy_x_get_y"), "coupons[0] (C).buy", "is missing"),
        (shop(coupons=[{"code": "C", "type": "percentage"}]), "coupons[0] (C).value", "is missing"),
        (shop(coupons=[{"code": "C", "value": 1}]), "coupons[0] (C).type", "is missing"),
        (coupon(get_products=["TEA"]), "coupons[0] (C).get_products", "is no option of the type percentage"),
        (coupon(buy=2), "coupons[0] (C).buy", "is no option of the type percentage"),
        (coupon(get_discount="50"), "coupons[0] (C).get_discount", "is no option of the type percentage"),
        (fixed(max_applications=3), "coupons[0] (C).max_applications", "is no option of the type fixed_amount"),
        (fixed(value="5.00"), "coupons[0] (C).value", "whole number of minor units"),
        (fixed(percentage=1), "coupons[0] (C).percentage", "unknown field"),
        (gift(value="10"), "coupons[0] (C).value", "is no option of the type buy_x_get_y"),
        (gift(fixed_amount=1), "coupons[0] (C).fixed_amount", "unknown field"),
        (
            gift(products=["TEA"], buy_products=["TEA"], get_categories=["Sweet"]),
            "coupons[0] (C).products",
            "has no effect: what is bought and what is given have lists of their own",
        ),
        (product(sale_price=101), "products[0] (A).sale_price", "is above the price"),
        (product(stock=3, low_stock="1.5"), "products[0] (A).low_stock", "whole number"),
        (shop(taxes=[{"name": " ", "rate": "7"}]), "taxes[0].name", "is blank"),
        (coupon(type="fixed_amount", value="1.5"), "coupons[0] (C).value", "whole number of minor units"),
        (coupon(type="gift"), "coupons[0] (C).type", "percentage"),
        (shop(settings={"currency": "XXQ"}), "store.currency", "no ISO 4217 currency"),
        (shop(settings={"timezone": "Mars/Olympus"}), "store.timezone", "no time zone"),
        (shop(settings={"tax_scope": "never"}), "store.tax_scope", "one of “line”, “order”"),
        (shop(prodcts=[]), "prodcts", "unknown field"),
        (shop(currency="EUR"), "currency", "belongs in `store`"),
        ([], "the file", "dictionary"),
        (shop(products={}), "products", "must be a list"),
        (shop(taxes="10"), "taxes", "must be a list"),
        (product(barcodes="4664"), "products[0] (A).barcodes", "must be a list"),
        (shop(staff=[{"name": "Ada"}]), "staff", "staff come with a later version; leave the list empty"),
        (shop(staff={}), "staff", "staff come with a later version; leave the list empty"),
        (shop(settings={"tax_inclusive": "no"}), "store.tax_inclusive", "valid boolean"),
        (product(oversell=1), "products[0] (A).oversell", "valid boolean"),
        (coupon(active="true"), "coupons[0] (C).active", "valid boolean"),
        (coupon(stackable="off"), "coupons[0] (C).stackable", "valid boolean"),
        (product(stock="1e999999999"), "products[0] (A).stock", "decimal string"),
        (product(stock="-1e400000"), "products[0] (A).stock", "decimal string"),
        (product(stock="NaN"), "products[0] (A).stock", "decimal string"),
        (product(stock=10**9 + 1), "products[0] (A).stock", "from -1000000000 to 1000000000"),
        (product(stock="-1000000000.001"), "products[0] (A).stock", "from -1000000000 to 1000000000"),
        (product(unit="kg", stock="0.0005"), "products[0] (A).stock", "at most 3 decimals"),
        (product(low_stock=-1), "products[0] (A).low_stock", "from 0 to 1000000000"),
        (product(stock=True), "products[0] (A).stock", "decimal string"),
        (coupon(value="1e-400000"), "coupons[0] (C).value", "decimal string"),
        (shop(taxes=[{"name": "vat", "rate": "1000.01"}]), "taxes[0].rate", "from 0 to 1000"),
        (shop(members=[{"id": "M", "name": "x", "discount": "-1"}]), "members[0] (M).discount", "from 0 to 100"),
        (shop(members=[{"id": "M", "name": "x", "discount": "100.5"}]), "members[0] (M).discount", "from 0 to 100"),
        (product(sku="  "), "products[0] (  ).sku", "is blank"),
        (product(sku="\u200b"), "products[0] (\\u200b).sku", "is blank"),
        (product(sku="A\nB"), "products[0] (A\\nB).sku", "cannot be seen"),
        (shop(members=[{"id": "\x1b", "name": "x"}]), "members[0] (\\x1b).id", "cannot be seen"),
        (
            product(sale_price=90, sale_starts="2025-02-01", sale_ends="2025-01-31"),
            "products[0] (A).sale_ends",
            "before sale_starts",
        ),
        (coupon(starts="2025-02-01", ends="2025-01-31T23:59"), "coupons[0] (C).ends", "is before starts"),
        (coupon(starts="2025-02-01T10:00Z", ends="2025-02-01T10:59+01:00"), "coupons[0] (C).ends", "before starts"),
        (coupon(products=["TEE"]), "coupons[0] (C).products", "no product has the SKU “TEE”"),
        (gift(get_products=["TEE"]), "coupons[0] (C).get_products", "no product has the SKU “TEE”"),
        (gift(buy_categories=["Sour"]), "coupons[0] (C).buy_categories", "no product is in the category “Sour”"),
        (shop(**{"a\nb": 1}), "a\\nb", "unknown field"),
        (shop(**{"\ud800": 1}), "the file", "unicode"),
        (product(tax="a\nb"), "products[0] (A).tax", "no tax is named “a\\nb”"),
        (shop(settings={"timezone": "a\nb"}), "store.timezone", "“a\\nb” is no time zone"),
    ],
)
def test_a_wrong_catalog_is_named_by_place_and_field(catalog: Any, place: str, sentence: str) -> None:
    with pytest.raises(TillError) as refusal:
        parse_catalog(catalog, "shop.json")
    assert refusal.value.code == "catalog_invalid"
    assert refusal.value.message.startswith(f"shop.json: {place}: ")
    assert sentence in refusal.value.message.splitlines()[0]
    assert all(line.startswith("shop.json: ") for line in refusal.value.message.splitlines())


@pytest.mark.parametrize(
    ("catalog", "place", "sentence"),
    [
        (gift(get_products=["TOMATO"]), "coupons[0] (C).get_products", "“TOMATO” is sold by weight"),
        (gift(categories=["Loose"]), "coupons[0] (C).categories", "all in “Loose” is sold by weight"),
        (product(sale_price=99, allow_increase=True), "products[0] (A).allow_increase", "not above the price"),
        (product(allow_increase=True), "products[0] (A).allow_increase", "has no effect without sale_price"),
        (product(sale_starts="2025-01-01"), "products[0] (A).sale_starts", "has no effect without sale_price"),
        (product(sale_ends="2025-01-01"), "products[0] (A).sale_ends", "has no effect without sale_price"),
        (product(low_stock=3), "products[0] (A).low_stock", "has no effect without stock"),
        (product(oversell=True), "products[0] (A).oversell", "has no effect without stock"),
        (coupon(max_uses=2, max_uses_per_member=3), "coupons[0] (C).max_uses_per_member", "max_uses is less"),
        (product(unit="pcs"), "products[0] (A).unit", "of pieces the unit is “each”"),
        (product(unit="Each"), "products[0] (A).unit", "of pieces the unit is “each”"),
        (product(unit="kg", cart_merge="sum"), "products[0] (A).cart_merge", "has no effect on weighed goods"),
        (
            shop(settings={"cash_rounding": {"step": 1, "mode": "up"}}),
            "store.cash_rounding.mode",
            "has no effect with a step of 1",
        ),
    ],
)
def test_what_merely_has_no_effect_is_told_and_taken(catalog: Any, place: str, sentence: str) -> None:
    told: list[Sequence[Message]] = []
    parse_catalog(catalog, "shop.json", told.append)
    ((line,),) = told
    assert str(line).startswith(f"shop.json: {place}: ")
    assert sentence in str(line)


def test_of_a_catalog_that_is_refused_only_the_faults_are_told() -> None:
    told: list[Sequence[Message]] = []
    with pytest.raises(TillError) as refusal:
        parse_catalog(product(sale_price=101, low_stock=3), "shop.json", told.append)
    assert (refusal.value.message.count("\n"), "low_stock" in refusal.value.message, told) == (0, False, [])


def test_a_unit_that_reads_like_pieces_stays_one_of_measure() -> None:
    (pen,) = parse_catalog(product(unit="pcs", stock="1.5"), "shop.json").products
    assert (pen.weighed, pen.unit) == (True, "pcs")


@pytest.mark.parametrize(
    ("sku", "barcode"),
    [
        ("4664", "4664"),
        ("0012345678905", "012345678905"),
        ("ab-1", "AB-1"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_barcode_is_no_other_products_sku(sku: str, barcode: str, first: bool) -> None:
    goods = [{"sku": sku, "name": "x", "price": 1}, {"sku": "B", "name": "y", "price": 1, "barcodes": [barcode]}]
    with pytest.raises(TillError) as refusal:
        parse_catalog(shop(products=goods if first else goods[::-1]), "shop.json")
    place = f"products[{int(first)}] (B).barcodes"
    assert refusal.value.message == f"shop.json: {place}: “{barcode}” is the SKU of “{sku}”."


@pytest.mark.parametrize(
    ("first", "second", "fault"),
    [
        (
            {"sku": "036000291452"},
            {"sku": "0036000291452"},
            "sku: is the same GTIN as “036000291452”, in another spelling",
        ),
        ({"sku": "042100005264"}, {"sku": "04252614"}, "sku: is the same GTIN as “042100005264”, in another spelling"),
        ({"barcodes": ["042100005264"]}, {"barcodes": ["04252614"]}, "barcodes: “04252614” is a code of “X” already"),
        ({"sku": "042100005264"}, {"barcodes": ["04252614"]}, "barcodes: “04252614” is the SKU of “042100005264”"),
        ({"sku": "\u00c9CLAIR"}, {"sku": "e\u0301clair "}, "sku: “\u00c9CLAIR” is at products[0] already"),
        ({"barcodes": ["A-1"]}, {"barcodes": [" a\u20111"]}, "barcodes: “a\u20111” is a code of “X” already"),
    ],
)
def test_two_spellings_of_one_code_are_told_by_name(first: dict[str, Any], second: dict[str, Any], fault: str) -> None:
    goods = [{"sku": "X", "name": "x", "price": 1} | first, {"sku": "Y", "name": "y", "price": 1} | second]
    with pytest.raises(TillError) as refusal:
        parse_catalog(shop(products=goods), "shop.json")
    assert fault in refusal.value.message


def test_names_and_codes_are_kept_in_one_spelling() -> None:
    catalog = parse_catalog(
        shop(
            taxes=[{"name": "standard ", "rate": "10"}],
            products=[
                {"sku": " cafe\u0301 ", "name": "Cafe\u0301  cre\u0300me", "price": 1, "category": "Dairy",
                 "tax": "STANDARD", "barcodes": ["4664\u00a0"]},
                {"sku": "0036000291452", "name": " \u0646\u06cc\u0645\u200c\u0628\u0631\u0634 ", "price": 1,
                 "category": "dairy "},
            ],
            coupons=[
                {"code": "te\u200bst  ", "type": "percentage", "value": "10", "categories": ["DAIRY"],
                 "products": ["CAFE\u0301", "036000291452"]},
            ],
            members=[{"id": " m\u00a01", "name": "Ada\u00a0\u00a0Byron"}],
        ),
        "shop.json",
    )  # fmt: skip
    coffee, tissues = catalog.products
    assert (coffee.sku, coffee.name, coffee.barcodes) == ("caf\u00e9", "Caf\u00e9 cr\u00e8me", ("4664",))
    assert tissues.name == "\u0646\u06cc\u0645\u200c\u0628\u0631\u0634", "a joiner is part of a Persian word"
    assert (coffee.tax, coffee.category, tissues.category) == ("standard", "Dairy", "Dairy")
    (coupon,) = catalog.coupons
    assert (coupon.code, coupon.products, coupon.categories) == ("test", ("caf\u00e9", "0036000291452"), ("Dairy",))
    assert [(member.id, member.name) for member in catalog.members] == [("m 1", "Ada Byron")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"products": [}', "line 1, column 15: broken JSON"),
        (b'{"store": \xff}', "is not UTF-8 text"),
        (b'{"products": [{"sku": "A", "name": "x", "price": NaN}]}', "NaN is no number"),
        (b"", "line 1, column 1: broken JSON"),
        (b"[" * 100_000, "broken JSON"),
        (b'{"products": [{"price": 1, "sku": "A", "price": 2}]}', "the field price is there twice"),
        (b'{"a\\nb": 1, "a\\nb": 2}', "the field a\\nb is there twice"),
    ],
)
def test_a_broken_file_is_named_by_line(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "shop.json"
    path.write_bytes(content)
    with pytest.raises(TillError) as refusal:
        read_catalog(path)
    assert refusal.value.message.startswith(f"{path}: ")
    assert sentence in refusal.value.message


def test_a_catalog_with_many_faults_tells_the_first_ones() -> None:
    with pytest.raises(TillError) as refusal:
        parse_catalog(shop(products=[{"sku": str(n), "name": "x", "price": -1} for n in range(50)]), "shop.json")
    lines = refusal.value.message.splitlines()
    assert len(lines) == 6
    assert lines[-1] == "shop.json: and 45 more."
