"""What kind of thing a text is that was typed, and what is said of one that nothing has."""

from __future__ import annotations

import pytest

from pos.domain.typed_kinds import Kind, kind_of, no_coupon, no_member, no_order, no_product
from pos.domain.typed_numbers import typed_number

KINDS: dict[Kind, str] = {
    "code": "4711|2000900000023A|abc123|MILK-1L|milk-1l|NOPE|RYE-B|L1-1-7|1-1-99|4 006381 333931",
    "name": "zz top|milkmilk|oat milk 2|Jürgen|t-shirt|5 kg|o'neill|?||milk, 1 l",
    "number": "3.5|3,5|.5|5.|-2|+3|1,000|1.000,50|1'000.00|$5|3,50 €|1 000,5|−2|1,00,000",
    "percentage": "20%|20 %|2,5%|-20%|%20|20% dented box| 100% ",
}
"""Texts of each kind, parted by bars."""


@pytest.mark.parametrize(("text", "kind"), [(text, kind) for kind, texts in KINDS.items() for text in texts.split("|")])
def test_a_text_is_what_it_looks_like(text: str, kind: Kind) -> None:
    assert kind_of(text) == kind
    assert kind_of(f" {text} ") == kind


def test_what_is_not_found_is_called_what_it_is() -> None:
    for tell in (no_product, no_member, no_coupon, no_order):
        for kind in ("number", "percentage"):
            for text in KINDS[kind].split("|"):
                said = str(tell(text, text))
                assert said.startswith(f"“{text}” is a {kind}"), said
        assert "zz top" in str(tell("zz top", "zz top"))
        assert "the code zz" not in str(tell("zz top", "zz top"))
    assert str(no_product("4711", "4711")).startswith("No product has the code 4711.")
    assert str(no_product("milkmilk", "milkmilk")).startswith("No product is called “milkmilk”.")
    assert str(no_member("4711", "4711")).startswith("No member has the number 4711.")
    assert str(no_member("ZZ", "ZZ")).startswith("No member is called “ZZ”.")
    assert str(no_coupon("nope", "nope")).startswith("No coupon has the code nope.")
    assert str(no_coupon("zz top", "zz top")).startswith("“zz top” is no coupon's code")
    assert str(no_order("L1-1-7", "L1-1-7")) == "No order has the number L1-1-7."


@pytest.mark.parametrize("text", ["1-1-99", "1 2 3", "9,9,9", "1.2.3"])
def test_what_is_no_number_is_not_said_to_be_two(text: str) -> None:
    assert typed_number(text) == text
