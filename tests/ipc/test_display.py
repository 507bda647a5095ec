"""The display on a real channel: it finds the till, loses it, and finds it again."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

from pos.testing.isolation import plain_surroundings
from screens.display.app import DisplayApp
from screens.driver.idle import wait_until
from tests.ipc.test_channel import line, process, published, type_line
from tests.till.support import TEA


async def until(app: DisplayApp, wanted: Callable[[DisplayApp], bool]) -> None:
    assert await wait_until(lambda: wanted(app), 20)


async def test_a_display_shows_what_another_process_sells_until_it_is_killed(socket_path: Path) -> None:
    with plain_surroundings():
        app = DisplayApp(lambda: socket_path, live=False)
        async with app.run_test():
            await until(app, lambda app: app.view is not None and app.face == "closed")
            with process("seller", socket_path) as till:
                assert await line(till) == "open"
                await until(app, lambda app: app.face == "welcome")
                type_line(till)
                await until(app, lambda app: app.face == "ticket")
                till.send_signal(signal.SIGKILL)
                await until(app, lambda app: app.face == "closed")
            async with published(socket_path) as at:
                at.till.add(TEA)
                await until(app, lambda app: app.face == "ticket")
                await at.till.pay_cash(500)
                await until(app, lambda app: app.face == "thanks")


async def test_ctrl_q_is_the_only_key(socket_path: Path) -> None:
    with plain_surroundings():
        app = DisplayApp(lambda: socket_path, live=False)
        async with app.run_test(notifications=True) as pilot:
            await until(app, lambda app: app.view is not None)
            before = app.export_screenshot(simplify=True)
            await pilot.press("ctrl+c", "ctrl+p", "f1", "a", "enter", "escape", "tab")
            assert app.export_screenshot(simplify=True).partition("<text")[2] == before.partition("<text")[2]
            assert app.is_running
            await pilot.press("ctrl+q")
        assert app.return_code == 0
