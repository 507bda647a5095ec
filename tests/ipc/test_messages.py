"""What a listener makes of messages, also of those of another version of the till."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from pos.ipc.messages import FullState, Hello, StateChange, said, understood
from tests.till.support import TEA, TOMATO, counter

HELLO = Hello(version="1", store="", lane="1", shop="Test Shop", currency="USD", exponent=2, timezone="UTC")


async def messages() -> tuple[FullState, StateChange]:
    with counter() as at:
        at.till.add(TEA)
        at.till.add(TOMATO, Decimal("0.412"))
        at.till.apply_coupon("TEN")
        await at.till.attach_member("M1")
        present = FullState(hello=HELLO, past=tuple(at.events), sale=at.sale)
        return present, StateChange(sale=at.sale, event=at.events[-1])


async def test_a_message_is_one_line_that_is_understood_as_it_was_meant() -> None:
    for message in await messages():
        line = said(message)
        assert line.count(b"\n") == 1
        assert understood(line) == message


async def test_fields_that_are_not_known_are_ignored_wherever_they_stand() -> None:
    present, change = (json.loads(said(message)) for message in await messages())
    for place in (present, present["hello"], present["past"][0], present["sale"], present["sale"]["lines"][0], change):
        place["later"] = {"than": "this"}
    assert tuple(understood(json.dumps(found).encode()) for found in (present, change)) == await messages()


async def test_kinds_of_events_that_are_not_known_are_left_out() -> None:
    present, change = (json.loads(said(message)) for message in await messages())
    present["past"][0]["event"] = change["event"]["event"] = "teleported"
    before, after = (understood(json.dumps(found).encode()) for found in (present, change))
    assert isinstance(before, FullState)
    assert isinstance(after, StateChange)
    assert before.past == (await messages())[0].past[1:]
    assert after == StateChange(sale=(await messages())[1].sale)


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"7", b"\xff", b'{"hello": 1}', b'{"sale": {}}', b"[" * 100_000])
def test_what_is_no_message_is_not_understood(line: bytes) -> None:
    assert understood(line) is None


def test_an_empty_change_says_nothing() -> None:
    found: Any = understood(b'{"sale": null, "event": null}')
    assert found == StateChange()
