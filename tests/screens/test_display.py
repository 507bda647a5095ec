"""What the customer sees, as pictures and as words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from pos.ipc.messages import StateChange
from screens.testing.snapshots import Snap
from tests.screens import customers
from tests.screens.display_harness import display

Sales = Callable[[], Awaitable[list[StateChange]]]
SIZES = ("80x24", "120x30", "160x50")
STATES: dict[str, Sales] = {
    "ticket": customers.ticket,
    "long_ticket": customers.long_ticket,
    "charging": customers.charging,
    "declined": customers.declined,
    "checking": customers.unanswered,
    "queued": customers.queued,
    "part_paid": customers.part_paid,
    "change": customers.change,
    "exact": customers.exact,
}


def shown(snap: Snap, name: str, picture: str) -> None:
    wrong = snap.compare(name, picture)
    assert not wrong, wrong


@pytest.mark.parametrize("size", [*SIZES, "40x12"])
async def test_each_state_of_a_sale_at_each_size(snap: Snap, size: str) -> None:
    for name, told in STATES.items():
        async with display(size) as at:
            at.connect()
            at.hear(await told())
            shown(snap, f"{name}-{size}", at.picture)


@pytest.mark.parametrize("size", [*SIZES, "40x12"])
async def test_before_and_between_sales(snap: Snap, size: str) -> None:
    async with display(size) as at:
        shown(snap, f"waiting-{size}", at.picture)
        at.connect()
        shown(snap, f"welcome-{size}", at.picture)
        at.app.hear("gone")
        shown(snap, f"closed-{size}", at.picture)


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light", "nord", "textual-light"])
async def test_every_state_in_other_themes(theme: str) -> None:
    async with display(theme=theme) as at:
        at.connect(training=True)
        for told in STATES.values():
            at.hear(await told())
            assert "TRAINING" in at.text


async def test_in_a_light_theme_without_colours_and_in_training(snap: Snap) -> None:
    async with display(theme="tillkey-light") as at:
        at.connect()
        at.hear(await customers.ticket())
        shown(snap, "ticket-80x24-tillkey-light", at.picture)
    async with display(no_color=True) as at:
        at.connect(training=True)
        shown(snap, "welcome-80x24-training", at.picture)
        at.hear(await customers.declined())
        shown(snap, "declined-80x24-training-no-colour", at.picture)
