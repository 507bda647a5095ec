"""A tender of another package with a counter behind it, filled and spent: by its till, by two tills, on a disk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from pos.bootstrap import open_till, store_at
from pos.domain.counters import CounterKind
from pos.domain.errors import TillError
from pos.domain.message import verbatim
from pos.domain.reservations import Counter
from pos.domain.tenders import Tender
from pos.extensions import register_tender, register_verb
from pos.language.command import Command
from pos.language.verb import CommandResult, TillView, Verb
from pos.till.till import Till
from tests.till.other_tenders import say
from tests.till.support import CAKE, catalog_file, counter, new_store

GIFT = Tender(
    name="gift", label="gift card", behind="counter", counter="balance", usage="gift NUMBER [AMOUNT]", key="g",
    counts=CounterKind(
        label=lambda parts, _rules: verbatim(f"gift card {parts[0]}"), code="tender_short",
        sentence="{name}: {free} left.",
    ),
)  # fmt: skip


def _read(command: Command, _view: TillView) -> tuple[str, int]:
    return command.args[0], int(command.args[1])


async def _fill(till: Till, asked: tuple[str, int]) -> CommandResult:
    now = await till.fill("gift", *asked)
    return CommandResult(till.sale, f"{now.free} left")


FILL = Verb(word="fill", usage="fill NUMBER CENTS", takes=(2, 2), parse=_read, perform=_fill, looks=True)


@pytest.fixture(autouse=True)
def gift_cards() -> Iterator[None]:
    with register_tender(GIFT), register_verb(FILL):
        yield


async def test_what_is_put_there_is_spent_however_the_number_is_written() -> None:
    with counter() as at:
        assert at.till.balance("gift", "G-1").free == 0
        await say(at.till, "fill G-1 700")
        filled = at.events[-1]
        assert (filled.event, str(filled.words)) == ("filled", "gift card G-1: 7.00 more")
        assert [(move.on_hand_before, move.on_hand) for move in filled.counters] == [(0, 700)]
        at.till.add(CAKE)
        await say(at.till, "pay gift g-1")
        assert (at.sale.state, at.till.balance("gift", "G-1").free) == ("paid", 200)
        assert (await at.till.fill("gift", "g-1", 100)).free == 300


async def test_more_than_is_free_is_not_taken_off_nor_more_put_there_than_fits() -> None:
    with counter() as at:
        await at.till.fill("gift", "G-1", 700)
        at.till.add(CAKE, Decimal(2))
        await say(at.till, "pay gift G-1 4.00")
        with pytest.raises(TillError, match="gift card G-1: 300 left") as refused:
            await at.till.fill("gift", "G-1", -301)
        assert refused.value.code == "tender_short"
        assert (await at.till.fill("gift", "G-1", -300)).free == 0
        assert str(at.events[-1].words) == "gift card G-1: 3.00 less"
        with pytest.raises(TillError, match="more than may be there"):
            await at.till.fill("gift", "G-1", 10**13)
        with pytest.raises(LookupError, match="no counter is behind cash"):
            await at.till.fill("cash", "G-1", 1)


@pytest.mark.parametrize("amount", [1.5, 2.0, True, Decimal(3), "4"], ids=repr)
async def test_what_is_no_whole_number_of_minor_units_is_never_on_record(amount: object) -> None:
    with counter() as at:
        with pytest.raises(TypeError, match="whole number, not"):
            await at.till.fill("gift", "G-1", amount)  # type: ignore[arg-type]
        assert at.till.balance("gift", "G-1").on_hand == 0


async def test_two_tills_at_once_lose_nothing() -> None:
    store = new_store()
    with counter(store) as one, counter(store, lane="2") as two:
        for _ in range(5):
            await asyncio.gather(*(at.till.fill("gift", "G-1", 100) for at in (one, two)))
        assert two.till.balance("gift", "G-1") == Counter(name="balance:G-1", on_hand=1000)


async def test_it_is_there_after_the_next_start_and_nothing_is_wrong_with_it(tmp_path: Path) -> None:
    store = tmp_path / "store"
    catalog = tmp_path / "shop.json"
    catalog.write_text(catalog_file().model_dump_json(), "utf-8")
    for free in (500, 1000):
        till = open_till(store, catalog=catalog if free == 500 else None)
        assert (await till.fill("gift", "G-1", 500)).free == free
        till.close()
    assert all(check.ok for check in store_at(store).examine())
