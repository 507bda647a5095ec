"""The pytest plugin: fixtures, the mark `till`, and what is said of pictures at the end of a run.

Textual is loaded by the first test that opens an app, not before.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from pos.testing.album import FOLDER, UPDATE, Album

if TYPE_CHECKING:
    from pos.testing.cashier import Cashier
    from pos.testing.snapping import Snap
    from pos.till.till import Till

F = TypeVar("F", bound=Callable[..., Any])

ALBUM = pytest.StashKey[Album]()
UNUSED = pytest.StashKey[list[Path]]()
REPORT = "snap_report.html"
PACKED = "tillkey_pictures"
MARK = (
    "till(catalog=…, size=…, theme=…, now=…, gateway=…, latency=…, …): how the fixtures `till` and `cashier` open the "
    "till: the arguments of pos.testing.open_till_app; the nearest mark counts, argument by argument"
)


class _Outcomes:
    """Takes down which tests of a run passed."""

    def __init__(self, album: Album) -> None:
        self._album = album

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test's report, of this process or of a worker."""
        if report.when == "call" and report.passed:
            self._album.passed.add(report.nodeid)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Two options for pictures."""
    group = parser.getgroup("tillkey", "pictures of Tillkey's screens")
    group.addoption(UPDATE, action="store_true", help="put the pictures as they are now; remove those of no test")
    group.addoption("--snap-report", metavar="FILE", default=REPORT, help=f"where differences are shown ({REPORT})")


def pytest_configure(config: pytest.Config) -> None:
    """Open the album."""
    config.addinivalue_line("markers", MARK)
    report = config.rootpath / config.getoption("snap_report")
    album = config.stash[ALBUM] = Album(config.rootpath, report, update=config.getoption("snap_update"))
    config.pluginmanager.register(_Outcomes(album))


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Modules of which tests are left out tell nothing of unused pictures."""
    for item in items:
        item.config.stash[ALBUM].leave_out(item.path)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Take down which tests there are."""
    album = session.config.stash[ALBUM]
    album.collect((item.path, item.nodeid) for item in session.items if (item.path.parent / FOLDER).is_dir())


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take in what a worker knows."""
    packed = getattr(node, "workeroutput", {}).get(PACKED)
    if packed is not None:
        twice = node.config.stash[ALBUM].add(packed)
        if twice:
            raise pytest.UsageError("two tests show one picture: " + "; ".join(twice))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the report, and find the pictures that no test shows any more."""
    album = session.config.stash[ALBUM]
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[PACKED] = album.packed()
        return
    if album.mismatches:
        from pos.testing.report import write_report

        write_report(album.report, album.mismatches)
    unused = _unused(session.config)
    if unused and album.update:
        for path in unused:
            path.unlink()
    elif unused and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    session.config.stash[UNUSED] = unused


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what became of the pictures."""
    album, unused = config.stash[ALBUM], config.stash.get(UNUSED, [])
    say = terminalreporter.write_line
    if album.mismatches or unused or album.written:
        terminalreporter.write_sep("=", "pictures")
    if album.written:
        say(f"{album.written} written.")
    if album.mismatches:
        say(f"{len(album.mismatches)} not as they were: file://{album.report}", red=True)
    for path in unused:
        told = path.relative_to(config.rootpath) if path.is_relative_to(config.rootpath) else path
        say(f"removed, no test shows it: {told}" if album.update else f"unused, no test shows it: {told}", yellow=True)
    if unused and not album.update:
        say(f"{UPDATE} removes what is unused.")


def _unused(config: pytest.Config) -> list[Path]:
    """Pictures of no test, if this run was about whole modules."""
    selected = any("::" in str(argument) for argument in config.args) or config.getoption("lf", False)
    return [] if selected else config.stash[ALBUM].unused()


@pytest.fixture
def till_options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """How the till is opened: the marks `till`. Override it in a conftest to say what holds for a folder."""
    return marked(request)


def marked(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The arguments of all marks `till` of a test; a catalog's path is looked for beside the test."""
    options: dict[str, Any] = {}
    for mark in reversed(list(request.node.iter_markers("till"))):
        options |= mark.kwargs
    catalog = options.get("catalog")
    if isinstance(catalog, str | Path) and catalog != "demo":
        options["catalog"] = request.path.parent / catalog
    return options


@pytest.fixture
def till(till_options: dict[str, Any]) -> Iterator[Till]:
    """A till without a screen: a clock that stands still, counted ids, the catalog and the bank of the mark `till`."""
    from pos.environment import FrozenClock
    from pos.testing.bank import Bank
    from pos.testing.places import NOW
    from pos.testing.running import DEMO, make_till

    clock = FrozenClock(till_options.get("now", NOW))
    bank = Bank(clock, latency=till_options.get("latency", 0.0), timeout=till_options.get("patience", 5.0))
    bank.say(till_options.get("gateway", ""))
    opened = make_till(till_options.get("catalog", DEMO), clock=clock, gateway=bank, store=till_options.get("store"))
    yield opened
    opened.close()


async def _cashier(till_options: dict[str, Any]) -> AsyncIterator[Cashier]:
    """Someone at the keyboard of a running app, opened as the mark `till` says."""
    from pos.testing.running import open_till_app

    async with open_till_app(**till_options) as cashier:
        yield cashier


def _needs_asyncio() -> None:
    pytest.fail("The fixture `cashier` needs pytest-asyncio: pip install 'tillkey[testing]'", pytrace=False)


def _cashier_fixture() -> Any:
    try:
        import pytest_asyncio
    except ImportError:
        return pytest.fixture(_needs_asyncio, name="cashier")
    return pytest_asyncio.fixture(_cashier, name="cashier")


cashier = _cashier_fixture()


@pytest.fixture
def snap(request: pytest.FixtureRequest) -> Iterator[Snap]:
    """`await snap("declined", sizes=("80x24", "160x50"), themes=("tillkey-light",))`: pictures of the app that runs."""
    from pos.testing.snapping import Snap

    taking = Snap(request.config.stash[ALBUM], request.node.nodeid, request.path)
    yield taking
    if taking.open:
        pytest.fail("No picture was taken, since it was not awaited: " + ", ".join(map(repr, taking.open)), False)
