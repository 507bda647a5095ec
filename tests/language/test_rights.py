"""Rights: what needs one is refused to whoever has none, said as a line or done on a screen; nothing is half done.

No row needs one yet, so these tests give a row one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pos.bootstrap import open_till
from pos.domain.errors import TillError
from pos.language import table
from pos.language.executor import execute
from pos.language.parsing import parse
from pos.language.table import ROWS
from pos.language.verb import no_right
from pos.language.verbs import lines
from pos.language.verbs.lines import GiveDiscount
from pos.testing import open_till_app
from pos.till.till import Till

BIG = "big_discount"
LIMIT = 20


class FewRights:
    """The port `Rights` of a shop where nobody may give a big discount, and which was asked of whom for what."""

    def __init__(self) -> None:
        self.asked: list[tuple[str | None, str]] = []

    def allows(self, actor: str | None, right: str) -> bool:
        self.asked.append((actor, right))
        return right != BIG


def needs(asked: GiveDiscount) -> str | None:
    """What the row of these tests says: more than 20 % needs a right."""
    percent = asked.discount.percent if asked.discount is not None else None
    return BIG if percent is not None and percent > LIMIT else None


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    row = replace(lines.DISCOUNT, right=needs)
    monkeypatch.setattr(lines, "DISCOUNT", row)
    monkeypatch.setitem(table.TABLE, row.word, row)


@pytest.fixture
def rights() -> FewRights:
    return FewRights()


@pytest.fixture
def at(rights: FewRights) -> Iterator[Till]:
    till = open_till(rights=rights)
    try:
        till.add("MILK-1L")
        yield till
    finally:
        till.close()


async def said(till: Till, line: str) -> None:
    command = parse(line)
    assert command is not None
    await execute(till, command)


def test_no_row_needs_a_right_yet() -> None:
    assert {verb.word for verb in ROWS if verb.right is not no_right} == set()


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("line", ["discount 1 21%", "discount all 50% torn", "discount last 99.9%"])
async def test_a_line_is_refused_to_whoever_has_no_right_to_it(at: Till, rights: FewRights, line: str) -> None:
    before = at.sale
    with pytest.raises(TillError) as refusal:
        await said(at, line)
    assert (refusal.value.code, refusal.value.details) == ("not_allowed", {"right": BIG})
    assert at.sale == before
    assert rights.asked == [(None, BIG)]


@pytest.mark.usefixtures("guarded")
async def test_what_needs_no_right_asks_nobody(at: Till, rights: FewRights) -> None:
    await said(at, "discount 1 20%")
    assert at.sale.discount_total > 0
    assert rights.asked == []


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("typed", ["/discount 1 50%\n", "<f4>50%\n", "<ctrl+d>50%\n"])
async def test_a_screen_refuses_it_by_key_and_by_line(rights: FewRights, typed: str) -> None:
    async with open_till_app(opening=lambda: open_till(rights=rights)) as cashier:
        await cashier.strike("MILK-1L\n")
        before = cashier.sale
        await cashier.strike(typed)
        assert cashier.app.refusal is not None
        assert cashier.app.refusal.code == "not_allowed"
        assert "no right to this" in cashier.text("line")
        assert cashier.sale == before
        await cashier.strike(typed.replace("50", "10"))
        assert cashier.sale.discount_total > 0
