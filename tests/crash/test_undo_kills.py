"""kill -9 while a ticket is changed, undone and redone: it stands as it was told last, with all its past and future."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from pos.bootstrap import open_till
from pos.domain.errors import TillError
from pos.language.executor import execute
from pos.language.parsing import parse
from pos.till.till import Till
from tests.language.test_killed import kill_after
from tests.till.support import catalog_file, counter

LINES = 150
WORDS = (
    "TEA", "BREAD", "2*BREAD", "0.25*TOMATO", "void", "void last", "qty last 3", "discount last 10%", "price last 1.50",
    "discount all 5%", "coupon TEN", "coupon -TEN", "member M1", "member -", "undo", "undo", "undo", "redo",
)  # fmt: skip


class Standing(NamedTuple):
    """A ticket: what is on it, and what can be undone and redone, the next one first."""

    ticket: object
    undone: tuple[str, ...]
    redone: tuple[str, ...]


async def standing(till: Till) -> Standing:
    """How a ticket stands; all of it is undone for that, and redone, until it is as before."""
    shown = till.sale.priced, till.sale.member
    redone = await turned(till, forth=True)
    for _ in redone:
        await till.undo()
    assert (till.sale.priced, till.sale.member) == shown
    undone = await turned(till, forth=False)
    assert (till.sale.lines, till.sale.coupons, till.sale.member) == ((), (), None)
    for _ in undone:
        await till.redo()
    assert (till.sale.priced, till.sale.member) == shown
    return Standing(shown, undone, redone)


async def turned(till: Till, *, forth: bool) -> tuple[str, ...]:
    """Undo or redo everything; what that was."""
    told = []
    while (till.redoable if forth else till.undoable) is not None:
        told.append(str((await (till.redo() if forth else till.undo())).change))
    return tuple(told)


async def after_each(script: list[str]) -> list[Standing]:
    """How a ticket stands before a script and after each of its lines, at a till that nobody kills."""
    with counter() as at:
        found = [await standing(at.till)]
        for line in script:
            command = parse(line)
            assert command is not None
            with suppress(TillError):
                await execute(at.till, command)
            found.append(await standing(at.till))
        return found


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 6))])
def test_what_was_told_is_kept_and_so_is_all_that_can_be_undone(tmp_path: Path, seed: int) -> None:
    folder, chance = tmp_path / "store", random.Random(seed)
    open_till(folder, catalog=catalog_file()).close()
    script = [chance.choice(WORDS) for _ in range(LINES)]
    told = len(kill_after(folder, "\n".join(script) + "\n", lines=chance.randrange(1, LINES // 2), go_on=True))
    expected = asyncio.run(after_each(script))
    till = open_till(folder)
    try:
        found = asyncio.run(standing(till))
    finally:
        till.close()
    assert found in expected[told : told + 2]
