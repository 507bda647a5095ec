"""The pytest plugin: fixtures, the mark `till`, and what is said of pictures at the end of a run.

It has a name of its own and loads none of Tillkey's packages until a fixture of the kit is used: a project where
Tillkey is only installed may have a package `pos` or `screens` itself.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
from importlib import import_module
from inspect import iscoroutinefunction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import pytest

if TYPE_CHECKING:
    from pos.testing import Cashier, Snap
    from pos.testing.snapshot_files import SnapshotFiles, SnapshotRun
    from pos.till.till import Till

__tracebackhide__ = True

FOLDER: Final = "__tillkey_snapshots__"
"""As the album has it, which is not loaded before a picture is taken; the option too."""
UPDATE: Final = "--snap-update"
REPORT: Final = "snap_report.html"
FIXTURES: Final = frozenset({"cashier", "till", "snap"})
PACKED: Final = "tillkey_collected"
SHOTS: Final = "tillkey_shots"
"""What a test's report carries: the pictures that the test has shown."""
MARK: Final = (
    "till(catalog=…, size=…, theme=…, now=…, gateway=…, extensions=…, …): how the fixtures `till` and `cashier` open "
    "the till: the arguments of pos.testing.open_till_app; the nearest mark counts, argument by argument"
)
CLASH: Final = (
    "The package 'pos' is {found} here, not Tillkey's ({ours}): the kit cannot work beside a package of that name. "
    "Give yours another name, or test the till in a folder or an environment of its own."
)


class Run:
    """What is known of a run: which tests there are, which passed, and what they have shown."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.items: list[pytest.Item] = []
        self.collected: dict[str, list[str]] = {}
        """The tests of each module beside which there are pictures."""
        self.passed: set[str] = set()
        self.shots: dict[str, list[Mapping[str, Any]]] = {}
        """What each test has shown, as plain values."""
        self.gallery: SnapshotRun | None = None
        self._album: SnapshotFiles | None = None

    @property
    def update(self) -> bool:
        """Whether pictures are put as they are now."""
        return bool(self.config.getoption("snap_update"))

    @property
    def snapshot_files(self) -> SnapshotFiles:
        """What pictures are compared with."""
        if self._album is None:
            from pos.testing.snapshot_files import SnapshotFiles

            report = self.config.rootpath / self.config.getoption("snap_report")
            self._album = SnapshotFiles(self.config.rootpath, report, update=self.update)
        return self._album

    def hear(self, report: pytest.TestReport) -> None:
        """Take in a test's report, of this process or of another."""
        test = report.nodeid
        if report.when == "setup":
            # It begins, perhaps anew.
            self.shots.pop(test, None)
            self.passed.discard(test)
        self.shots.setdefault(test, []).extend(getattr(report, SHOTS, ()))
        if report.when == "call" and report.passed:
            self.passed.add(test)
        elif report.failed:
            self.passed.discard(test)

    def collect(self) -> None:
        """Take down which tests there are, run or not, where there are pictures."""
        for item in self.items:
            if (item.path.parent / FOLDER).is_dir():
                self.collected.setdefault(item.path.as_posix(), []).append(item.nodeid)
        self.items.clear()

    @property
    def whole(self) -> bool:
        """Whether the run was about whole modules: one of chosen tests says nothing of the others' pictures."""
        option = self.config.getoption
        chosen = any("::" in str(argument) for argument in self.config.args) or option("keyword")
        return not (chosen or option("lf", False) or option("collectonly"))

    def finish(self) -> SnapshotRun | None:
        """All pictures of the run; None if there are none."""
        shown = [shot for shots in self.shots.values() for shot in shots]
        if shown or (self.collected and _stranger() is None):
            from pos.testing.snapshot_files import SnapshotRun

            self.gallery = SnapshotRun(self.config.rootpath, shown, self.collected if self.whole else {}, self.passed)
        return self.gallery


RUN: Final = pytest.StashKey[Run]()
TAKEN: Final = pytest.StashKey[list[dict[str, Any]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Two options for pictures."""
    group = parser.getgroup("tillkey", "pictures of Tillkey's screens")
    group.addoption(UPDATE, action="store_true", help="put the pictures as they are now; remove those of no test")
    group.addoption("--snap-report", metavar="FILE", default=REPORT, help=f"where differences are shown ({REPORT})")


def pytest_configure(config: pytest.Config) -> None:
    """Begin a run."""
    config.addinivalue_line("markers", MARK)
    run = config.stash[RUN] = Run(config)
    config.pluginmanager.register(_Ear(run))


class _Ear:
    """Hears what becomes of the tests of a run."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test's report, of this process or of a worker."""
        self._run.hear(report)

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """A test, before some are left out."""
        self._run.items.append(item)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_pycollect_makeitem(collector: pytest.Collector) -> Generator[None, Any, Any]:
    """Let pytest-asyncio run the tests that await the kit, in its strict mode too."""
    made = yield
    for item in made if isinstance(made, list) else [made]:
        if (
            isinstance(item, pytest.Function)
            and iscoroutinefunction(item.obj)
            and any(_is_asked_for(name, item) for name in FIXTURES)
            and not any(item.get_closest_marker(other) for other in ("asyncio", "anyio", "trio"))
            and _has_asyncio(collector.config)
        ):
            item.add_marker("asyncio")
    return made


def _has_asyncio(config: pytest.Config) -> bool:
    """Whether pytest-asyncio takes part in the run, under whatever name."""
    plugin = sys.modules.get("pytest_asyncio.plugin")
    return plugin is not None and config.pluginmanager.is_registered(plugin)


def _is_asked_for(name: str, item: pytest.Function) -> bool:
    """Whether a test uses the kit's fixture of a name, perhaps by way of one of the same name; not another's alone."""
    for found in reversed(item._fixtureinfo.name2fixturedefs.get(name, ())):
        if found.func.__module__ == __name__:
            return True
        if name not in found.argnames:
            return False
    return False


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Take down which tests there are."""
    session.config.stash[RUN].collect()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a test's report tell what the test has shown: it arrives wherever the run is judged."""
    report = yield
    taken = item.stash.get(TAKEN, None)
    if taken:
        setattr(report, SHOTS, taken[:])
        taken.clear()
    return report


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take in which tests a worker knows."""
    node.config.stash[RUN].collected |= getattr(node, "workeroutput", {}).get(PACKED, {})


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the report, and find the pictures that no test shows any more."""
    run = session.config.stash[RUN]
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[PACKED] = run.collected
        return
    gallery = run.finish()
    if gallery is None:
        return
    if gallery.mismatches:
        from pos.testing.diff_report import write_report

        write_report(run.snapshot_files.report, gallery.mismatches)
    if run.update:
        gallery.remove_unused()
    wrong = gallery.clashes or (gallery.unused and not run.update)
    if wrong and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what became of the pictures."""
    run = config.stash[RUN]
    told = run.gallery.told(run.snapshot_files.report, update=run.update) if run.gallery is not None else []
    if told:
        terminalreporter.write_sep("=", "pictures")
    for text, colour in told:
        terminalreporter.write_line(text, **({colour: True} if colour else {}))


def _stranger() -> str | None:
    """Whose package `pos` is, in a sentence, if it is not Tillkey's."""
    here = Path(__file__).resolve()
    # The wheel brings this file a second name, beside the packages; see pyproject.toml.
    ours = (here.parents[1] if __package__ else here.with_name("pos")) / "__init__.py"
    try:
        found = import_module("pos").__file__
    except Exception as error:
        return CLASH.format(found=f"one that cannot be loaded ({error})", ours=ours)
    if found is None or Path(found).resolve() != ours.resolve():
        return CLASH.format(found=found or "a folder without __init__.py", ours=ours)
    return None


def _check_packages(*, screens: bool) -> None:
    """Fail the test, in a sentence, if another package has the name of one that the kit works with."""
    stranger = _stranger()
    if stranger is None and screens:
        from pos.testing.packages import check_screens

        try:
            check_screens()
        except ImportError as error:
            stranger = str(error)
    if stranger is not None:
        pytest.fail(stranger, pytrace=False)


@pytest.fixture
def till_options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """How the till is opened: the marks `till`. Override it in a conftest to say what holds for a folder."""
    return marked(request)


def marked(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The arguments of all marks `till` of a test; the test fails for one that `open_till_app` has not."""
    options: dict[str, Any] = {}
    for mark in reversed(list(request.node.iter_markers("till"))):
        options |= _arguments(*mark.args, **mark.kwargs)
    return options


def _arguments(*args: Any, **kwargs: Any) -> dict[str, Any]:
    """Arguments of `open_till_app` by their names."""
    from inspect import signature

    _check_packages(screens=False)
    from pos.testing.opening import open_till_app

    known = signature(open_till_app)
    try:
        return known.bind_partial(*args, **kwargs).arguments
    except TypeError as error:
        text = f"The mark till: {error}. It takes {', '.join(known.parameters)}."
        raise pytest.fail.Exception(text, pytrace=False) from None


@pytest.fixture
def _opened_with(till_options: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    """How the till is opened; a catalog's file is looked for beside the test."""
    options = _arguments(**till_options)
    catalog = options.get("catalog")
    if isinstance(catalog, str | Path) and catalog != "demo":
        options["catalog"] = request.path.parent / catalog
    return options


def _fail_at_the_mark(error: Exception, options: Mapping[str, Any], request: pytest.FixtureRequest) -> NoReturn:
    """Fail a test whose till cannot be opened as its mark says. What a till's own opening raises is raised."""
    if "opening" in options:
        raise error
    told = ", ".join(f"{name}={value!s:.60}" for name, value in options.items())
    path, line, _ = request.node.reportinfo()
    place = f"{path}:{line + 1}: " if line is not None else ""
    text = f"{place}the till cannot be opened as the mark says, till({told}):\n{error}"
    raise pytest.fail.Exception(text, pytrace=False) from None


def _refusals() -> tuple[type[Exception], ...]:
    """The errors that tell what is wrong with an argument of the mark."""
    from pos.domain.errors import TillError

    return TillError, ValueError, TypeError


@pytest.fixture
def till(_opened_with: dict[str, Any], request: pytest.FixtureRequest) -> Iterator[Till]:
    """A till without a screen: what the mark `till` says of screens is let be."""
    _check_packages(screens=False)
    from pos.testing.opening import open_till_alone

    opening = open_till_alone(**_opened_with)
    try:
        opened = opening.__enter__()
    except _refusals() as error:
        _fail_at_the_mark(error, _opened_with, request)
    yield opened
    opening.__exit__(None, None, None)


def _opener() -> Callable[..., AsyncIterator[Cashier]]:
    """A new function that opens an app: pytest-asyncio notes an event loop's scope at the function itself."""

    async def opened(_opened_with: dict[str, Any], request: pytest.FixtureRequest) -> AsyncIterator[Cashier]:
        _check_packages(screens=True)
        from pos.testing.opening import open_till_app

        opening = open_till_app(**_opened_with)
        try:
            cashier = await opening.__aenter__()
        except _refusals() as error:
            _fail_at_the_mark(error, _opened_with, request)
        yield cashier
        try:
            await opening.__aexit__(None, None, None)
        except AssertionError as error:
            raise pytest.fail.Exception(str(error), pytrace=False) from None

    return opened


SCOPES: Final = ("function", "class", "module", "package", "session")
"""Of what pytest-asyncio may make an event loop: the app has to run in the one of its test."""

try:
    import pytest_asyncio
except ImportError:
    pass
else:
    for _scope in SCOPES:
        _name = f"_cashier_{_scope}"
        globals()[_name] = pytest_asyncio.fixture(_opener(), loop_scope=_scope, name=_name)


@pytest.fixture
def cashier(request: pytest.FixtureRequest) -> Any:
    """Someone at the keyboard of a running app, opened as the mark `till` says."""
    if not _has_asyncio(request.config):
        pytest.fail("The fixture `cashier` needs pytest-asyncio: pip install 'tillkey[testing]'", pytrace=False)
    mark = request.node.get_closest_marker("asyncio")
    said = mark.kwargs.get("loop_scope") or mark.kwargs.get("scope") if mark is not None else None
    scope = said or request.config.getini("asyncio_default_test_loop_scope")
    return request.getfixturevalue(f"_cashier_{scope}")


@pytest.fixture
def snap(request: pytest.FixtureRequest) -> Iterator[Snap]:
    """`await snap("declined", sizes=("80x24", "160x50"), themes=("tillkey-light",))`: pictures of the app that runs."""
    _check_packages(screens=True)
    from pos.testing import Snap

    node = request.node
    function = f"{node.parent.nodeid}::{getattr(node, 'originalname', None) or node.name}"
    taking = Snap(request.config.stash[RUN].snapshot_files, node.nodeid, function, request.path)
    node.stash[TAKEN] = taking.taken
    yield taking
    if taking.open:
        pytest.fail("No picture was taken, since it was not awaited: " + ", ".join(map(repr, taking.open)), False)
