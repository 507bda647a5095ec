"""A sale as `--json` prints it and as `expect` reads it."""

from __future__ import annotations

from functools import partial
from typing import Any

from pos.domain.money import format_money
from pos.domain.reason_text import worded
from pos.domain.sale import Sale


def printed(sale: Sale, exponent: int) -> dict[str, Any]:
    """A sale as JSON has it, its reasons as sentences in the language in use."""
    return worded(sale, partial(format_money, exponent=exponent)).model_dump(mode="json")
