"""Carts of the server: every record comes back as it was, and nothing hostile in a field becomes a record."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.cart import Cart, CartLine, ManualDiscount
from pos.domain.message import quoted, words_of
from pos.domain.repricing import QuotedPrices
from pos.domain.terminal_text import legible
from pos.domain.ticket_records import SAVED_CARTS, SET_ASIDE, saved_cart
from pos.stores.records import understood
from pos.stores.redis.carts import LARGEST, cart_id, from_fields, table_and_key, to_fields

MILK = '{"sku":"MILK-1L","quantity":2}'
AT = "2026-11-22T12:00:00+00:00"

letters = st.characters(exclude_categories=("C", "Zl", "Zp"))
names = st.text(letters, min_size=1, max_size=12).filter(lambda name: bool(name.strip()))
prices = st.none() | st.integers(0, 10**12)
quantities = st.integers(1, 10**8).map(Decimal) | st.integers(1, 10**8).map(lambda grams: Decimal(grams).scaleb(-3))
reasons = st.none() | st.text(letters, max_size=200)
discounts = st.none() | st.one_of(
    st.builds(ManualDiscount, percent=st.decimals(0, 100, places=3), reason=reasons),
    st.builds(ManualDiscount, amount=st.integers(0, 10**12), reason=reasons),
)
quotes = st.builds(
    QuotedPrices,
    total=st.integers(-(10**23) + 1, 10**24 - 1),
    prices=st.dictionaries(names, st.integers(0, 10**12), max_size=3),
    coupons=st.dictionaries(names, st.integers(0, 10**12), max_size=3),
)


@st.composite
def carts(draw: st.DrawFn, members: st.SearchStrategy[str | None]) -> Cart:
    """A cart as a till makes them: its lines in the order of their numbers, of which some are gone."""
    numbers = sorted(draw(st.sets(st.integers(1, 12_000), max_size=5)))
    lines = [
        CartLine(line=number, sku=draw(names), quantity=draw(quantities), discount=draw(discounts), price=draw(prices))
        for number in numbers
    ]
    return Cart(
        lines=tuple(lines),
        coupons=tuple(code.upper() for code in draw(st.lists(names, max_size=3))),
        member=draw(members),
        discount=draw(discounts),
        last_line=max([*numbers, draw(st.integers(0, 20_000))]),
        latest=draw(st.sampled_from(numbers)) if numbers else 0,
    )


def as_bytes(fields: dict[str, str]) -> dict[bytes, bytes]:
    return {name.encode(): value.encode() for name, value in fields.items()}


def refused(cart: str, fields: dict[Any, Any]) -> str:
    """What is said of a cart, which is one sentence that a terminal may be given as it is."""
    with pytest.raises(ValueError, match=r"(?i)cart") as error:
        from_fields(cart, fields)
    said = str(words_of(error.value))
    assert legible(said) == said
    assert len(said) < 400
    return said


@given(names, st.data())
def test_a_members_cart_comes_back_as_it_was(number: str, data: st.DataObject) -> None:
    cart = data.draw(carts(st.just(number)))
    record = saved_cart(cart, data.draw(quotes))
    fields = to_fields(SAVED_CARTS, number, record)
    assert from_fields(f"member:{number}", as_bytes(fields)) == (SAVED_CARTS, number, record)
    assert understood(SAVED_CARTS, number, record)


@given(names, carts(st.none() | names), st.none() | quotes, names)
def test_a_ticket_set_aside_comes_back_as_it_was(
    name: str, cart: Cart, shown: QuotedPrices | None, ticket: str
) -> None:
    at = datetime(2026, 11, 22, 12, 0, 0, 120, tzinfo=UTC).isoformat()
    record: dict[str, Any] = {"ticket": ticket, "at": at, "cart": cart.model_dump(mode="json")}
    if shown is not None:
        record["shown"] = shown.model_dump(mode="json")
    fields = to_fields(SET_ASIDE, name, record)
    assert from_fields(cart_id(SET_ASIDE, name), as_bytes(fields)) == (SET_ASIDE, name, record)


@given(names)
def test_a_carts_name_is_its_table_and_key(key: str) -> None:
    assert {table_and_key(cart_id(table, key)) for table in (SET_ASIDE, SAVED_CARTS)} == {
        (SET_ASIDE, key),
        (SAVED_CARTS, key),
    }


def test_a_till_writes_a_field_a_line() -> None:
    cart = Cart(
        lines=(
            CartLine(line=1, sku="MILK-1L", quantity=Decimal(2)),
            CartLine(line=3, sku="TOM", quantity=Decimal("0.412"), discount=ManualDiscount(percent=Decimal(10))),
        ),
        coupons=("SAVE10",),
        member="0421",
        last_line=4,
        latest=3,
    )
    record = saved_cart(cart, QuotedPrices(total=300, prices={"MILK-1L": 129}, coupons={}))
    assert to_fields(SAVED_CARTS, "0421", record) == {
        "line:0001": '{"sku":"MILK-1L","quantity":2}',
        "line:0003": '{"sku":"TOM","quantity":"0.412","discount":{"percent":"10"}}',
        "coupon:1": "SAVE10",
        "member": "0421",
        "last_line": "4",
        "shown": '{"total":300,"prices":{"MILK-1L":129},"coupons":{}}',
    }


def test_what_a_web_shop_leaves_out_is_filled_in() -> None:
    fields = {b"line:2": b'{"sku":"TOM","quantity":0.412}', b"line:1": b'{"sku":"MILK-1L"}', b"coupon:1": b"save10"}
    table, key, record = from_fields("member:0421", {**fields, b"version": b"1", b"owner": b"1", b"by": b"2"})
    assert (table, key) == (SAVED_CARTS, "0421")
    milk = CartLine(line=1, sku="MILK-1L", quantity=Decimal(1))
    tomatoes = CartLine(line=2, sku="TOM", quantity=Decimal("0.412"))
    cart = Cart(lines=(milk, tomatoes), coupons=("SAVE10",), member="0421", last_line=2, latest=2)
    assert record == cart.model_dump(mode="json")
    assert from_fields("member:0421", {}) == (SAVED_CARTS, "0421", Cart(member="0421").model_dump(mode="json"))


def test_a_line_that_another_program_takes_off_or_adds_leaves_a_cart_that_a_till_goes_on_with() -> None:
    fields = {"line:0002": MILK, "line:7": MILK, "latest": "1", "last_line": "3"}
    record = from_fields("member:1", fields)[2]
    assert ([line["line"] for line in record["lines"]], record["latest"], record["last_line"]) == ([2, 7], 7, 7)


DEEP = '{"sku":"MILK","discount":' + "[" * 5_000 + "]" * 5_000 + "}"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("line:1", "", "is no object of JSON"),
        ("line:1", "MILK", "is no object of JSON"),
        ("line:1", "[1]", "is no object of JSON"),
        ("line:1", '{"sku":"A","sku":"B"}', "has a name twice"),
        ("line:1", '{"sku":"A","quantity":NaN}', "has a number with"),
        ("line:1", '{"sku":"A","quantity":1e999}', "has a number with"),
        ("line:1", '{"sku":"A","quantity":' + "9" * 5_000 + "}", "has a number with"),
        ("line:1", DEEP, "cannot be read"),
        ("line:1", "[" * 400_000, "is no object of JSON"),
        ("line:1", '{"quantity":1}', "sku is missing"),
        ("line:1", '{"sku":5}', "sku input should be a valid string"),
        ("line:1", '{"sku":""}', "is blank"),
        ("line:1", '{"sku":"A\\u001b[2J"}', "has characters that cannot be seen"),
        ("line:1", '{"sku":"A\\ud800"}', "cannot be read"),
        ("line:1", '{"sku":"A\\u202e"}', "has characters that cannot be seen"),
        ("line:1", '{"sku":"A","quantity":0}', "quantity"),
        ("line:1", '{"sku":"A","quantity":-1}', "quantity"),
        ("line:1", '{"sku":"A","quantity":"two"}', "quantity must be a whole number"),
        ("line:1", '{"sku":"A","quantity":0.30000000000000004}', "has a number with"),
        ("line:1", '{"sku":"A","quantity":0.3001}', "quantity must be from"),
        ("line:1", '{"sku":"A","quantity":true}', "quantity must be"),
        ("line:1", '{"sku":"A","price":1.5}', "price input should be a valid integer"),
        ("line:1", '{"sku":"A","price":-1}', "price"),
        ("line:1", '{"sku":"A","line":2}', "line is an unknown field"),
        ("line:1", '{"sku":"A","\\u001b]0;x\\u0007":2}', "“\\x1b]0;x\\x07” is an unknown field"),
        ("line:1", '{"sku":"A","discount":{}}', "has either `percent` or `amount`"),
        ("line:1", '{"sku":"A","discount":{"percent":"5","amount":5}}', "has either `percent` or `amount`"),
        ("line:1", '{"sku":"A","discount":{"amount":5,"reason":"\\u001b"}}', "has characters that cannot be seen"),
        ("line:0", MILK, "is an unknown field"),
        ("line:-1", MILK, "is an unknown field"),
        ("line:1234567890", MILK, "is an unknown field"),
        ("line:١", MILK, "is an unknown field"),
        ("lines", MILK, "is an unknown field"),
        ("line:\x1b[31m", MILK, "“line:\\x1b[31m” is an unknown field"),
        ("x" * 5_000, MILK, "is an unknown field"),
        ("coupon:1", " ", "is blank"),
        ("coupon:1", "SAVE\n10", "has characters that cannot be seen"),
        ("coupon:1", "S" * 5_000, "is longer than 1,000 characters"),
        ("member", "0422", "is not the member whose cart it is"),
        ("ticket", "1-7", "is an unknown field"),
        ("discount", '{"percent":"101"}', "percent must be from 0 to 100"),
        ("shown", '{"total":1}', "prices is missing"),
        ("shown", '{"total":"1","prices":{},"coupons":{}}', "total input should be a valid integer"),
        ("shown", '{"total":1,"prices":{"\\u0007":1},"coupons":{}}', "has characters that cannot be seen"),
        ("last_line", "1e9", "is no number of a line"),
        ("latest", "9" * 400, "is no number of a line"),
    ],
)
def test_what_is_wrong_is_told_with_the_cart_and_the_field(field: str, value: str, said: str) -> None:
    fields = {"line:5": MILK, field: value}
    for told in (refused("member:0421", fields), refused("member:0421", as_bytes_kept(fields))):
        assert told.startswith(f"Cart “member:0421” cannot be read: its field {quoted(field, 60)} "), told
        assert said in told


def as_bytes_kept(fields: dict[str, str]) -> dict[bytes, bytes]:
    """As a server hands out what it was given, half characters too."""
    return {
        name.encode("utf-8", "surrogatepass"): value.encode("utf-8", "surrogatepass") for name, value in fields.items()
    }


def test_bytes_that_are_no_text_are_told_as_such() -> None:
    assert "its field “coupon:1” is no text in UTF-8" in refused("member:1", {b"coupon:1": b"\xff"})
    assert "its field “coupon:1” " in refused("member:1", {"coupon:1": "A\ud800"})
    assert r"“\xff” is an unknown field" in refused("member:1", {b"\xff": b"1"})


def test_more_than_a_till_takes_is_refused_before_it_is_read() -> None:
    lines: dict[Any, Any] = {f"line:{number}": MILK for number in range(1, 10_001)}
    assert "its field “line:1001” is one more than the 1,000 there can be" in refused("member:1", lines)
    codes: dict[Any, Any] = {f"coupon:{number}": str(number) for number in range(1, 52)}
    assert "its field “coupon:51” is one more than the 50 there can be" in refused("member:1", codes)
    assert f"holds more than {LARGEST:,} bytes" in refused("member:1", {"line:1": " " * LARGEST})
    assert "has the number of another one" in refused("member:1", {"line:1": MILK, "line:0001": MILK})


@pytest.mark.parametrize("cart", ["", "0421", "basket:1", "member:", "member: ", "ticket:\x1b[2J", "member:\ud800"])
def test_what_is_no_name_of_a_cart_is_refused(cart: str) -> None:
    assert "is no name of a cart" in refused(cart, {"line:1": MILK})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"at": AT}, "“ticket” is missing"),
        ({"ticket": "1-7"}, "“at” is missing"),
        ({"ticket": "1-7", "at": "now"}, "“at” must be a moment"),
        ({"ticket": "1-7", "at": "2026-11-22T12:00"}, "“at” must be a moment"),
        ({"ticket": "\x07", "at": AT}, "“ticket” has characters that cannot be seen"),
    ],
)
def test_a_ticket_needs_its_number_and_its_moment(fields: dict[str, str], said: str) -> None:
    assert said in refused("ticket:Ada", fields)
    record = from_fields("ticket:Ada", {"ticket": "1-7", "at": AT, "line:1": MILK})[2]
    assert json.loads(json.dumps(record)) == record
    assert understood(SET_ASIDE, "Ada", record)


@given(
    st.dictionaries(
        st.sampled_from(["line:1", "line:2", "coupon:1", "member", "discount", "shown", "latest", "at", "x"])
        | st.binary(max_size=9),
        st.binary(max_size=40) | st.text(max_size=40) | st.sampled_from([MILK, "{}", '{"percent":"5"}', "1"]),
        max_size=4,
    )
)
def test_whatever_stands_there_is_a_record_or_a_sentence(fields: dict[Any, Any]) -> None:
    try:
        table, key, record = from_fields("member:M1", fields)
    except ValueError as error:
        said = str(words_of(error))
        assert said.startswith("Cart “member:M1” ")
        assert legible(said) == said
    else:
        assert understood(table, key, record)


def test_lines_out_of_order_are_never_written() -> None:
    lines = tuple(CartLine(line=number, sku="A", quantity=Decimal(1)) for number in (2, 1))
    with pytest.raises(ValueError, match="do not stand in the order of their numbers"):
        to_fields(SAVED_CARTS, "1", Cart(lines=lines).model_dump(mode="json"))
    with pytest.raises(ValueError, match="no carts are in the table products"):
        cart_id("products", "MILK")
