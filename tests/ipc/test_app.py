"""The till on a terminal, and who listens to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos import log
from pos.domain.errors import TillError
from pos.domain.message import verbatim
from pos.testing.isolation import plain_surroundings
from pos.till.till import Till
from screens.app.till_app import TillApp
from tests.ipc.listener import Listener, listening
from tests.ipc.test_channel import published
from tests.till.support import BREAD, counter


def connected(listener: Listener) -> bool:
    return listener.sale is not None


async def test_what_is_sold_on_a_terminal_is_heard_elsewhere_until_the_till_is_closed(socket_path: Path) -> None:
    with plain_surroundings(), counter() as at:
        app = TillApp(lambda: at.till, live=False, catch=False, channel=lambda _: socket_path)
        async with listening(socket_path) as listener:
            async with app.run_test() as pilot:
                await listener.until(connected)
                await pilot.press(*BREAD, "enter")
                await listener.until(lambda listener: listener.items == 1)
            await listener.until(lambda listener: listener.heard[-1] == "gone")


@pytest.mark.parametrize("busy", [True, False])
async def test_a_till_that_cannot_be_listened_to_sells_on_and_its_log_says_why(
    socket_path: Path, tmp_path: Path, busy: bool
) -> None:
    def channel(till: Till) -> Path:
        if busy:
            return socket_path
        raise TillError("channel_unusable", verbatim("It is too long."))

    log.open_log(tmp_path / "log")
    try:
        with plain_surroundings(), counter() as at:
            app = TillApp(lambda: at.till, live=False, catch=False, channel=channel)
            async with published(socket_path), app.run_test() as pilot:
                await app.workers.wait_for_complete()
                await pilot.press(*BREAD, "enter")
                await pilot.pause()
                assert at.sale.items == 1
                assert app.notice is None
    finally:
        log.close_log()
    assert "refused code=channel_unusable" in (tmp_path / "log").read_text("utf-8")
