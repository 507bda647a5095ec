"""Who did something: kept if somebody signed in, and nothing at all in what is written if nobody did."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from pos.domain.events import Event
from pos.domain.model import Value
from pos.domain.reservations import Order
from pos.domain.sale import Sale
from pos.stores.codec import body

NOON = datetime(2025, 11, 22, 12, tzinfo=UTC)
SOLD = {
    "id": "o", "receipt": "1-1-1", "reservation": "1-1/1", "lane": "1", "at": NOON.isoformat(),
    "sale": Sale(ticket="1-1", state="paid").model_dump(mode="json"), "refunds": None,
}  # fmt: skip
SAID = {"event": "said", "at": NOON.isoformat(), "ticket": "1-1", "text": "Good morning"}

each_kind = pytest.mark.parametrize(("kind", "document"), [(Order, SOLD), (Event, SAID)])


@each_kind
def test_what_nobody_signed_for_is_written_without_an_actor(kind: type[Value], document: dict[str, object]) -> None:
    value = kind.model_validate(document)
    for written in (value.model_dump(mode="json"), json.loads(value.model_dump_json()), json.loads(body(value))):
        assert "actor" not in written
        assert kind.model_validate(written) == value


@each_kind
def test_who_signed_for_it_is_kept(kind: type[Value], document: dict[str, object]) -> None:
    value = kind.model_validate({**document, "actor": "kim"})
    written = json.loads(body(value))
    assert written["actor"] == "kim"
    assert kind.model_validate(written) == value
