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
    option = config.getoption
    selected = any("::" in str(argument) for argument in config.args) or option("lf", False) or option("keyword")
    selected = selected or option("collectonly")
    return [] if selected else config.stash[ALBUM].unused()


@pytest.fixture
def till_options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """How the till is opened: the marks `till`. Override it in a conftest to say what holds for a folder."""
    return marked(request)


def marked(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The arguments of all marks `till` of a test. Raises TypeError for one that `open_till_app` has not."""
    options: dict[str, Any] = {}
    for mark in reversed(list(request.node.iter_markers("till"))):
        options |= _arguments(*mark.args, **mark.kwargs)
    return options


def _arguments(*args: Any, **kwargs: Any) -> dict[str, Any]:
    """Arguments of `open_till_app` by their names."""
    from inspect import signature

    from pos.testing.running import open_till_app

    known = signature(open_till_app)
    try:
        return known.bind_partial(*args, **kwargs).arguments
    except TypeError as error:
        raise TypeError(f"The mark till: {error}. It takes {', '.join(known.parameters)}.") from None


@pytest.fixture
def _opened_with(till_options: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    """How the till is opened; a catalog's file is looked for beside the test."""
    options = _arguments(**till_options)
    catalog = options.get("catalog")
    if isinstance(catalog, str | Path) and catalog != "demo":
        options["catalog"] = request.path.parent / catalog
    return options


@pytest.fixture
def till(_opened_with: dict[str, Any]) -> Iterator[Till]:
    """A till without a screen: what the mark `till` says of screens is let be."""
    from pos.testing.running import open_till_alone

    with open_till_alone(**_opened_with) as opened:
        yield opened


async def _cashier(_opened_with: dict[str, Any]) -> AsyncIterator[Cashier]:
    """Someone at the keyboard of a running app, opened as the mark `till` says."""
    from pos.testing.running import open_till_app

    async with open_till_app(**_opened_with) as cashier:
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

    request.config.stash[ALBUM].begin(request.node.nodeid)
    taking = Snap(request.config.stash[ALBUM], request.node.nodeid, request.path)
    yield taking
    if taking.open:
        pytest.fail("No picture was taken, since it was not awaited: " + ", ".join(map(repr, taking.open)), False)
