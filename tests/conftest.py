"""What every test relies on: one copy of the program, and the kit for tests of its screens."""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import pos
import pos.locales
import screens
from pos.testing.isolation import keep_out
from tests.i18n.locale_formats import written_by_hand
from tests.syncing import sync_nothing

pytest_plugins = ("pos.testing.tillkey_pytest", "tests.servers.plugin", "tests.servers.on_server", "tests.certificates")
collect_ignore = ["example_package"]

HERE = Path(__file__).resolve().parent.parent
HANGS = 300
"""Seconds after which a test hangs that the time limit of pytest's has not ended."""
STDERR = pytest.StashKey[int]()
"""Where it is told, whatever the test captures."""

# No test is about time: on a machine with other work one example may take a second. Every run tries the same examples,
# so that one that fails tells of a change; `--hypothesis-profile=explore` tries others, and more of them.
settings.register_profile(
    "same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], print_blob=False
)
settings.register_profile("explore", parent=settings.get_profile("same"), derandomize=False, max_examples=1000)
settings.load_profile("same")


def pytest_configure(config: pytest.Config) -> None:
    """Know the standard error before a test captures it."""
    config.stash[STDERR] = os.dup(2)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Three processes for two processors with `-n auto`: many tests wait for a server, a terminal or a disk."""
    return len(os.sched_getaffinity(0)) * 3 // 2


def pytest_sessionstart() -> None:
    """Stop when an installed copy of the program would be tested instead of this one, or mixed with it.

    Numbers and days are written as the tests know it, whatever edition of the locales' data is installed, and the
    programs that tests start speak English, whatever is spoken here.
    """
    # Begun in the background a run may ignore Ctrl+C, and so would the programs that it is told of by that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    strays = [package.__file__ for package in (pos, screens) if not _is_ours(package.__file__)]
    if strays:
        pytest.exit(f"These tests would run against {strays[0]}. Run `python3 -m pytest` in {HERE} instead.", 4)
    keep_out()
    # Thousands of tests are there to stay: what is garbage among them is looked for less often.
    gc.set_threshold(10_000, 20, 20)
    patch = pytest.MonkeyPatch()
    patch.setattr(pos.locales, "locale_format_of", written_by_hand)
    sync_nothing(patch)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """End a process whose test hangs where no signal is heard, as in a library of C: the run goes on, and names it."""
    faulthandler.dump_traceback_later(HANGS, exit=True, file=item.config.stash[STDERR])
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End a process, too, that hangs when all its tests are done."""
    faulthandler.dump_traceback_later(HANGS, exit=True, file=session.config.stash[STDERR])


def _is_ours(file: str | None) -> bool:
    return file is not None and Path(file).resolve().is_relative_to(HERE)


@pytest.fixture(scope="session", autouse=True)
def loop_to_come_back_to() -> Iterator[None]:
    """The loop that pytest-asyncio finds before its own and puts back after it; one that it made it would not close."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    loop.close()
