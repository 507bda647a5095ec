"""A checkout that waits its turn, as another program writes it and reads what became of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pos.domain.cart_edits import MOST_LINES
from pos.domain.checkout_request import LONGEST, CheckoutRequest, QueuedOrder, is_expired, request_of, written
from pos.domain.errors import TillError
from pos.domain.message import lazy

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
REQUEST: dict[str, Any] = {
    "version": 1,
    "order": "web-2026-11-27-0001",
    "lane": "web",
    "cart": {"lines": [{"line": 1, "sku": "MILK-1L", "quantity": "1"}]},
    "total": 149,
    "currency": "USD",
    "card": {"token": "tok_1", "brand": "visa", "last4": "4242"},
    "at": NOW.isoformat(),
}


def line(number: int) -> dict[str, Any]:
    return {"line": number, "sku": "MILK-1L", "quantity": 1}


def asked(**more: Any) -> CheckoutRequest:
    return request_of(json.dumps(REQUEST | more))


def test_a_request_is_read_and_written() -> None:
    request = asked(ticket="1-17")
    assert request_of(written(request)) == request
    assert (request.name, asked().name) == ("1-17", "web-2026-11-27-0001")


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"version": 2}, "version"),
        ({"order": "short"}, "order"),
        ({"order": "a b c d e f g"}, "order"),
        ({"total": -1}, "total"),
        ({"total": "1.49"}, "total"),
        ({"currency": "usd"}, "currency"),
        ({"cart": {"lines": [{"line": 1, "sku": "MILK-1L", "quantity": "0"}]}}, "cart.lines.0.quantity"),
        ({"number": "4242424242424242"}, "number"),
        ({"answer": "a:b"}, "answer"),
        ({"total": "149"}, "total"),
        ({"total": 149.0}, "total"),
        ({"version": True}, "version"),
        ({"at": "2026-11-27"}, "at"),
        ({"at": "2026-11-27T09:00:00"}, "at"),
        ({"at": "2026-02-30T09:00:00Z"}, "at"),
        ({"expires": "20261127T093000Z"}, "expires"),
        ({"cart": {}}, "cart.lines"),
        ({"cart": {"lines": [line(1), line(2), line(1)]}}, "cart.lines"),
        ({"cart": {"lines": [line(0)]}}, "cart.lines"),
        ({"cart": {"lines": [line(1)], "latest": -1}}, "cart"),
        ({"cart": {"lines": [line(at + 1) for at in range(MOST_LINES + 1)]}}, "cart.lines"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(more: dict[str, Any], place: str) -> None:
    with pytest.raises(TillError) as refused:
        asked(**more)
    assert refused.value.code == "request_invalid"
    assert f": {place} " in refused.value.message
    assert "4242424242424242" not in refused.value.message


@pytest.mark.parametrize(
    "more",
    [
        {"card": {"token": "4242424242424242", "brand": "visa", "last4": "4242"}},
        {"card": {"token": "4242 4242 4242 4242", "brand": "visa", "last4": "4242"}},
        {"card": {"token": "card=3782-822463-10005;", "brand": "amex", "last4": "0005"}},
        {"card": {"token": "tok_4242_4242_4242_4242", "brand": "visa", "last4": "4242"}},
        {"card": {"token": "4242\u20134242\u20134242\u20134242", "brand": "visa", "last4": "4242"}},
        {"card": {"token": "4242\u200b4242\u200b4242\u200b4242", "brand": "visa", "last4": "4242"}},
        {"card": {"token": "4242４２４２42424242", "brand": "visa", "last4": "4242"}},
        {"card": {"token": "tok_1", "brand": "visa", "last4": "4242424242424242"}},
        {"order": "4242424242424242"},
        {"order": "web-4242424242424242"},
        {"order": "2026-4242-4242-4242-4242"},
        {"ticket": "Ada, 4242 4242 4242 4242"},
        {"actor": "4242424242424242"},
        {"cart": {"lines": [{**line(1), "discount": {"percent": 5, "reason": "4242424242424242"}}]}},
        {"4242424242424242": "number"},
    ],
)
def test_a_card_s_number_is_refused_and_not_repeated(more: dict[str, Any]) -> None:
    with pytest.raises(TillError) as refused:
        asked(**more)
    assert refused.value.code == "request_invalid"
    assert "4242" not in refused.value.message
    assert "10005" not in refused.value.message


@pytest.mark.parametrize(
    "more",
    [
        {"order": "4-20261127-0000001"},
        {"order": "4006381333931"},
        {"order": "550e8400-e29b-41d4-a716-446655440000"},
        {"order": "550e8400-e29b-41d4-a716-630495000000"},
        {"order": "web.a4242424242424242c0ffee00c0ffee0"},
        {"card": {"token": "4242424242424243", "brand": "visa", "last4": "4243"}},
        {"ticket": "Ada, +49 170 1234567"},
        {"cart": {"lines": [line(1)], "member": "6304985028090561515"}},
    ],
)
def test_what_is_no_card_s_number_is_taken(more: dict[str, Any]) -> None:
    assert asked(**more)


def test_what_is_no_json_or_too_long_is_refused() -> None:
    for text in ("", "{", "[]", "null", "x" * (LONGEST + 1)):
        with pytest.raises(TillError, match="request"):
            request_of(text)


def test_it_is_charged_until_it_expires() -> None:
    request = asked(expires=(NOW + timedelta(minutes=5)).isoformat())
    assert not is_expired(request, NOW + timedelta(minutes=4))
    assert is_expired(request, NOW + timedelta(minutes=5))
    assert not is_expired(asked(), NOW + timedelta(days=900))


def test_what_became_of_it_is_told_in_the_language_of_whoever_reads_it() -> None:
    told = QueuedOrder(order="web-2026-11-27-0001", state="refused", words=lazy("No answer."))
    assert QueuedOrder.model_validate_json(written(told)) == told
    assert told.is_over
