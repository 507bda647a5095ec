"""A checkout that waits its turn, as another program writes it and reads what became of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

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
    ],
)
def test_what_is_wrong_is_named_with_its_place(more: dict[str, Any], place: str) -> None:
    with pytest.raises(TillError) as refused:
        asked(**more)
    assert refused.value.code == "request_invalid"
    assert f": {place} " in refused.value.message
    assert "4242424242424242" not in refused.value.message


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
