"""Codes, coupons and members at a till, however they are typed or scanned, also in a store that was written before."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pos.bootstrap import open_till
from pos.clock_and_ids import FrozenClock
from pos.domain.catalog import Member, PercentageCoupon, Product
from pos.domain.catalog_file import CatalogFile
from pos.domain.code_index import CodeIndex
from pos.domain.errors import TillError
from pos.language.executor import execute
from pos.language.parsing import parse
from pos.stores.embedded.store import open_store
from pos.till.catalog_loading import load_catalog, parse_catalog
from tests.till.support import NOON, counter

DECOMPOSED = "E\u0301CLAIR"
COMPOSED = "\u00c9CLAIR"


def goods(*products: dict[str, Any]) -> dict[str, Any]:
    """The changes that make a shop of these products, whatever is left out made up."""
    made = [
        {"name": f"Product {number}", "price": 100, "sku": f"P{number}"} | each for number, each in enumerate(products)
    ]
    return {"products": made, "coupons": []}


@pytest.mark.parametrize(
    ("product", "codes"),
    [
        ({"barcodes": ["042100005264"]}, ("04252614", "0425261", "4252614", "425261", "0042100005264", "]E004252614")),
        ({"barcodes": ["04252614"]}, ("042100005264", "0042100005264", "00042100005264", "0425261", "425261")),
        ({"barcodes": ["01234565"]}, ("012345000065", "0012345000065", "0123456", "123456", "]E00123456", "1234565")),
        ({"barcodes": ["013000002868"]}, ("01328608", "1328608", "132860")),
        ({"sku": "04252614"}, ("042100005264", "]C10100042100005264")),
        ({"barcodes": ["12345670"]}, ("123456000070", "0123456000070")),
        ({"sku": "036000291452"}, ("0036000291452", "00036000291452", "]E00036000291452", "]d2010003600029145210AB")),
        ({"sku": "00036000291452"}, ("036000291452", "0036000291452")),
        ({"sku": "12345678"}, ("12345678", " 12345678", "]A012345678")),
        ({"barcodes": ["10042100005261"]}, ("10042100005261", "]I110042100005261", "0110042100005261")),
        ({"barcodes": ["2000100000038"]}, ("]C1012000100000038", "2000100000038", "]C10102000100000038")),
        ({"sku": COMPOSED}, (DECOMPOSED, "e\u0301clair", " \u00e9clair\u200b ")),
        ({"sku": "stra\u00dfe 1"}, ("STRASSE 1", "strasse\u00a01")),
        ({"sku": "MILK-1L"}, ("milk\u20111l", "MILK-1L\ufeff", "]C0milk-1L")),
        ({"barcodes": ["+A99912345"]}, ("+a99912345", "]C0+A99912345")),
    ],
)
def test_a_product_is_found_in_every_spelling(product: dict[str, Any], codes: tuple[str, ...]) -> None:
    with counter(**goods(product, {})) as at:
        for code in codes:
            assert at.till.catalog.is_known(code)
            at.till.add(code)
        assert [(line.name, int(line.quantity)) for line in at.sale.lines] == [("Product 0", len(codes))]


@pytest.mark.parametrize("code", ["10042100005261", "]C10110042100005261", "042100005265", "0100042100005265"])
def test_a_case_or_a_misread_code_is_not_the_product(code: str) -> None:
    with counter(**goods({"barcodes": ["042100005264"]})) as at, pytest.raises(TillError):
        at.till.add(code)


@pytest.mark.parametrize("code", ["042100005265", "]E00042100005265", "]C10100042100005265"])
def test_a_misread_code_is_told_whatever_the_scanner_sends_before_it(code: str) -> None:
    with counter(**goods({})) as at, pytest.raises(TillError) as refusal:
        at.till.add(code)
    assert refusal.value.code == "bad_check_digit"


@pytest.mark.parametrize("as_barcodes", [True, False])
def test_a_shops_own_running_numbers_of_eight_digits_are_all_different(as_barcodes: bool) -> None:
    numbers = [str(number) for number in range(10_000_000, 10_000_400)]
    catalog = parse_catalog(
        {
            "products": [
                {"name": "x", "price": 1, "sku": f"P{number}", "barcodes": [number]}
                if as_barcodes
                else {"name": "x", "price": 1, "sku": number}
                for number in numbers
            ]
        },
        "shop.json",
    )
    codes = CodeIndex()
    for product in catalog.products:
        codes.add(product.sku, product.barcodes)
    assert [codes.find(number) for number in numbers] == [product.sku for product in catalog.products]


def test_a_store_that_was_written_before_sells_what_a_code_is_as_it_stands() -> None:
    codes = CodeIndex()
    codes.add("UPC-A", ["042100005264"])
    codes.add("OURS", ["04252614"])
    assert [codes.find(code) for code in ("042100005264", "04252614", "425261")] == ["UPC-A", "OURS", "UPC-A"]


def test_an_ean_8_counts_before_what_it_is_as_a_upc_e() -> None:
    with counter(**goods({"barcodes": ["01234565"]}, {"barcodes": ["012345000065"]})) as at:
        for code in ("01234565", "]E401234565", "012345000065"):
            at.till.add(code)
    assert [(line.sku, int(line.quantity)) for line in at.sale.lines] == [("P0", 2), ("P1", 1)]


@pytest.mark.parametrize(
    "line", ['coupon "ten  "', "coupon ten", 'coupon "\u00a0TEN"', "coupon te\u200bn", "\ufeffcoupon ten"]
)
async def test_a_coupon_in_every_spelling(line: str) -> None:
    with counter() as at:
        command = parse(line)
        assert command is not None
        await execute(at.till, command)
        assert [coupon.code for coupon in at.sale.coupons] == ["TEN"]
        with pytest.raises(TillError) as refusal:
            at.till.apply_coupon(" ten")
        assert refusal.value.code == "coupon_already_applied"
        assert at.till.remove_coupon("t\u200ben ").coupons == ()


@pytest.mark.parametrize("code", ["indirim", "INDIRIM", "\u0130ND\u0130R\u0130M", "\u0131nd\u0131r\u0131m"])
async def test_a_coupon_with_a_turkish_i(code: str) -> None:
    coupons = [{"code": "\u0130ndirim", "type": "percentage", "value": "10"}]
    with counter(coupons=coupons) as at:
        at.till.add("BREAD")
        (coupon,) = at.till.apply_coupon(code).coupons
        assert (coupon.code, coupon.amount) == ("\u0130NDIRIM", 30)


@pytest.mark.parametrize("number", ["zo\u00eb 1", "ZOE\u0308 1", " zoe\u0308\u00a01 ", "Zo\u200b\u00eb  1"])
async def test_a_member_in_every_spelling(number: str) -> None:
    with counter(members=[{"id": "Zoe\u0308 1", "name": "Zo\u00eb"}]) as at:
        assert (await at.till.attach_member(number)).member == "Zo\u00eb 1"


async def test_a_store_that_was_written_before_sells_what_it_holds(tmp_path: Path) -> None:
    catalog = CatalogFile(
        products=(
            Product(sku=DECOMPOSED, name="Decomposed", price=100, stock=Decimal(5), category="Cakes"),
            Product(sku="12345678", name="Short", price=200),
            Product(sku="000012345678", name="Long", price=300),
            Product(sku="036000291452", name="Tissues", price=400, category="cakes "),
            Product(sku="0036000291452", name="The same", price=500),
        ),
        coupons=(PercentageCoupon(code=f" {DECOMPOSED}10", type="percentage", value=Decimal(10), max_uses=1),),
        members=(Member(id="Zoe\u0308", name="Zoe"),),
    )
    store = open_store(tmp_path)
    load_catalog(store, catalog, demo=False)
    store.close()
    till = open_till(tmp_path, clock=FrozenClock(NOON))
    try:
        for code in (COMPOSED, DECOMPOSED, "12345678", "000012345678", "036000291452", "0036000291452"):
            till.add(code)
        assert [line.name for line in till.sale.lines] == ["Decomposed", "Short", "Long", "Tissues", "The same"]
        assert next(iter(till.catalog.categories)) == "Cakes"
        assert set(till.catalog.categories["Cakes"]) == {DECOMPOSED, "036000291452"}
        assert (await till.attach_member("ZO\u00cb")).member == "Zoe\u0308"
        till.apply_coupon(f"{COMPOSED}10")
        assert (await till.pay_cash()).state == "paid"
        assert till.catalog.availability(till.catalog.products[DECOMPOSED]).on_hand == 3
        till.add(COMPOSED)
        with pytest.raises(TillError) as refusal:
            till.apply_coupon(f"{DECOMPOSED}10 ")
        assert refusal.value.code == "coupon_exhausted"
    finally:
        till.close()


@pytest.mark.parametrize(
    "other", ["caf\u00e9 table", "CAFE\u0301 TABLE", " Caf\u00e9\u00a0 table ", "cafe\u0301\u200b table"]
)
async def test_a_ticket_set_aside_in_every_spelling(other: str) -> None:
    with counter() as at:
        at.till.add("BREAD")
        await at.till.hold("Cafe\u0301  table")
        assert [ticket.name for ticket in at.till.held_tickets()] == ["Caf\u00e9 table"]
        at.till.add("TEA")
        with pytest.raises(TillError) as refusal:
            await at.till.hold(other)
        assert refusal.value.code == "name_taken"
        at.till.void_all()
        assert (await at.till.recall(other)).lines[0].sku == "BREAD"


@pytest.mark.parametrize("blank", ["  ", "\u00a0", "\u200b"])
async def test_a_blank_name_is_none(blank: str) -> None:
    with counter() as at:
        at.till.add("BREAD")
        await at.till.hold(blank)
        assert [ticket.name for ticket in at.till.held_tickets()] == ["1-1"]
        assert (await at.till.recall(blank)).lines[0].sku == "BREAD"


async def test_names_that_a_store_from_before_holds_apart_are_taken_up_as_they_are() -> None:
    with counter() as at:
        at.till.add("BREAD")
        await at.till.hold(COMPOSED)
        record = at.store.get("held", COMPOSED)
        at.store.write({("held", DECOMPOSED): {**(record or {}), "ticket": "1-7"}})
        for name, ticket in ((DECOMPOSED, "1-7"), (COMPOSED, "1-1")):
            with pytest.raises(TillError):
                await at.till.recall()
            assert (await at.till.recall(name)).ticket == ticket
            at.till.void_all()
            at.store.write({("held", "another"): record})


@pytest.mark.parametrize("name", ["bar2", "BAR2", "Bar2"])
async def test_a_lane_is_the_same_in_any_case(tmp_path: Path, name: str) -> None:
    till = open_till(tmp_path, lane="Bar2", clock=FrozenClock(NOON))
    till.add("MILK-1L")
    await till.flush()
    till.close()
    again = open_till(tmp_path, lane=name, clock=FrozenClock(NOON))
    try:
        assert (again.lane, again.sale.ticket, again.sale.lines[0].sku) == ("Bar2", "Bar2-1", "MILK-1L")
    finally:
        again.close()


@pytest.mark.parametrize("number", [" A-1-1", "a\u20111\u20111", "A-1-1\u200b"])
async def test_a_receipt_by_its_number_in_every_spelling(number: str) -> None:
    with counter(lane="A") as at:
        at.till.add("BREAD")
        await at.till.pay_cash()
        assert (await at.till.find_order(number)).receipt == "A-1-1"
