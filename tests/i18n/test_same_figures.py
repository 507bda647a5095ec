"""A language changes words and nothing else: every flow of the demo shop computes alike, to the last field."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, Final

import pytest

from pos.bootstrap import open_till
from pos.clock_and_ids import FrozenClock, SequentialIds
from pos.domain.i18n import ENGLISH, Language, using_language
from pos.language.script_runner import ScriptRunner
from pos.locales import language_of
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from tests.language.test_flows import AFTERNOON, OF_ONE_TILL, read

FOR_PEOPLE: Final = frozenset({"message", "reason", "text", "label", "output"})
"""The fields that hold sentences."""


async def told(flow: Path, language: Language) -> list[Any]:
    """What a run prints as JSON, in a language."""
    clock, ids, out = FrozenClock(AFTERNOON), SequentialIds(), io.StringIO()
    with using_language(language):
        till = open_till(None, clock=clock, ids=ids, gateway=MockGateway(clock, Ledger(), ids=ids))
        try:
            assert await ScriptRunner(till, out, as_json=True).run(read(flow)), out.getvalue()
        finally:
            till.close()
    return [json.loads(line) for line in out.getvalue().splitlines()]


def figures(found: Any) -> Any:
    """What is there for programs."""
    if isinstance(found, dict):
        return {name: figures(value) for name, value in found.items() if name not in FOR_PEOPLE}
    return [figures(value) for value in found] if isinstance(found, list) else found


@pytest.mark.parametrize("flow", OF_ONE_TILL, ids=lambda flow: flow.stem)
async def test_a_flow_computes_alike_in_every_language(flow: Path) -> None:
    english, german = await told(flow, ENGLISH), await told(flow, language_of("de"))
    assert figures(german) == figures(english)
    assert german != english
