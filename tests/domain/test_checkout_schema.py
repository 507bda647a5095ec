"""The schema of a checkout request: it says what `request_of` does, as far as a schema can say it."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.checkout_request import CheckoutRequest, request_of, written
from pos.domain.checkout_schema import DIALECT, EXAMPLE, checkout_schema
from pos.domain.errors import TillError
from tests.manual.papers import page

UNSAYABLE = ("has two lines of one number", "has a card's number", "must be a moment with its distance from UTC", "day")
"""Why a request is refused that the schema takes: it knows no numbers that are equal, and no calendar."""

# A text that ends a line ends one for Python's `$` and for no other program's.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=20)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: number % 1)
NEAR = (
    *(
        "",
        "0",
        "0.000",
        "1",
        "0.001",
        "-1",
        "1000000000",
        "1000000000.001",
        "1.0000",
        "100",
        "100.5",
        "USD",
        "12345678",
    ),
    *("2026-11-27T09:00:00Z", "2026-11-27T09:00:00.5+01:00", "2026-11-27T24:00:00Z", "2026-11-27 09:00:00Z"),
    *(0, -1, 1, 10**9, 10**9 + 1, 10**12, 10**12 + 1, 10**15, 10**15 + 1, True, None, 0.5),
)
near = st.sampled_from(NEAR)
leaves = st.none() | st.booleans() | numbers | texts | near
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=5
)


@cache
def schema() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(checkout_schema())


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where something stands in a document."""
    within = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in within:
        yield (*path, key)
        yield from places(inner, (*path, key))


WHOLE: dict[str, Any] = {
    **EXAMPLE,
    "ticket": "Ada",
    "actor": "ada",
    "cart": {
        **EXAMPLE["cart"],
        "lines": [
            {
                "line": 1,
                "sku": "MILK-1L",
                "quantity": 2,
                "price": 99,
                "discount": {"percent": "12.5", "reason": "torn"},
            },
            {"line": 2, "sku": "APPLES", "quantity": "0.412", "discount": {"amount": 10, "reason": "torn"}},
        ],
        "discount": {"percent": 5},
        "last_line": 2,
        "latest": 1,
    },
}


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """A request with something in it changed, taken away or added."""
    document = copy.deepcopy(draw(st.sampled_from([EXAMPLE, WHOLE])))
    for _ in range(draw(st.integers(0, 2))):
        *path, last = draw(st.sampled_from([*places(document), ("more",)]))
        within = document
        for key in path:
            within = within[key]
        if draw(st.booleans()) and last in within:
            del within[last]
        elif isinstance(last, int) or isinstance(within, dict):
            within[last] = draw(near | values)
        if not document:
            break
    return document


def refusal(document: Any) -> str:
    try:
        request_of(json.dumps(document))
    except TillError as error:
        return error.message
    return ""


@given(documents())
def test_the_schema_refuses_what_is_refused_and_nothing_else(document: Any) -> None:
    told = refusal(document)
    if any(words in told for words in UNSAYABLE):
        return
    assert schema().is_valid(document) == (not told), told


@given(values)
def test_what_is_something_else_is_refused_by_both(document: Any) -> None:
    assert not schema().is_valid(document)
    assert refusal(document)


@given(documents().filter(lambda document: not refusal(document)))
def test_what_the_program_writes_is_as_the_schema_says(document: Any) -> None:
    request = request_of(json.dumps(document))
    schema().validate(json.loads(written(request)))
    assert request_of(written(request)) == request


def test_it_is_a_schema_of_a_version_with_an_example() -> None:
    found = checkout_schema()
    jsonschema.Draft202012Validator.check_schema(found)
    assert (found["$schema"], found["$id"], found["title"]) == (
        DIALECT,
        "urn:tillkey:checkout-request:1",
        "Tillkey checkout request, version 1",
    )
    assert found["examples"] == [EXAMPLE]
    for document in (EXAMPLE, WHOLE):
        schema().validate(document)
        assert refusal(document) == ""


def test_every_field_is_described() -> None:
    found = checkout_schema()
    kinds = [found, *found["$defs"].values()]
    assert all(kind["description"] for kind in kinds)
    assert [name for kind in kinds for name, field in kind["properties"].items() if not field["description"]] == []
    assert found["properties"].keys() == CheckoutRequest.model_fields.keys()


def test_the_schema_has_no_words_of_its_own() -> None:
    text = json.dumps(checkout_schema())
    assert not any(f'"{word}":' in text for word in ("ge", "le", "gt", "lt"))


@pytest.mark.parametrize("at", ["2026-02-30T09:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"])
def test_no_schema_knows_the_calendar(at: str) -> None:
    assert schema().is_valid({**EXAMPLE, "at": at})
    assert refusal({**EXAMPLE, "at": at})


def test_the_manual_s_request_is_the_example() -> None:
    (shown,) = re.findall(r"^```json\n(.*?)^```$", page("rush"), re.DOTALL | re.MULTILINE)
    assert json.loads(shown) == EXAMPLE
