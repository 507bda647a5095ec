"""The house rules that a reader cannot see at a glance: what is imported when, and what a wheel carries."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from pos.clock_and_ids import FrozenClock, RandomIds, SequentialIds, SystemClock
from pos.domain.errors import ERROR_CODES
from pos.domain.ports import Clock, Gateway, Ids, Store
from pos.language.table import USAGES as VERBS
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from pos.stores.memory import MemoryStore
from tests.manual.papers import PAPERS, page
from tests.till.support import NOON

HERE = Path(__file__).resolve().parent.parent
HEAVY = ("textual", "rich", "screens")
LATE = ("biip", "escpos", "textual_serve", "plotext", "redis", "prometheus_client", "rapidfuzz", "tomlkit", "shtab")


def modules_after(code: str) -> set[str]:
    """The modules that are loaded once `code` has run in an interpreter of its own."""
    script = f"import sys\n{code}\nprint(*sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=HERE)
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    "code",
    [
        "import pos",
        "from pos.__main__ import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass",
        "from pos.__main__ import main\nmain(['schema'])",
        f"from pos.__main__ import main\nmain(['run', {str(HERE / 'data/flows/split-tender.pos')!r}])",
    ],
)
def test_nothing_but_the_till_loads_textual(code: str) -> None:
    assert modules_after(code).isdisjoint(HEAVY)


def test_help_loads_next_to_nothing() -> None:
    code = "from pos.__main__ import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass"
    assert modules_after(code).isdisjoint({*LATE, "pydantic", "tinydb", "babel"})


def test_a_sale_loads_no_library_that_is_for_later() -> None:
    code = f"from pos.__main__ import main\nmain(['run', {str(HERE / 'data/flows/split-tender.pos')!r}])"
    assert modules_after(code).isdisjoint(LATE)


@pytest.mark.parametrize(
    ("app", "options"),
    [("screens.app.till_app.TillApp", []), ("screens.inspector_app.app.InspectorApp", ["--inspect"])],
)
def test_the_first_frame_waits_for_nothing_heavy(app: str, options: list[str]) -> None:
    """All that `pos` does until Textual has the terminal: the mount is where the first frame begins."""
    module, _dot, name = app.rpartition(".")
    loaded = modules_after(
        f"from {module} import {name}\n"
        f"async def ran(self, **_): return 0\n{name}.run_async = ran\n"
        "import pos.commands.till\n"
        "pos.commands.till.has_screen = lambda: True\n"
        "from pos.__main__ import main\n"
        f"main(['--store', '/nowhere', *{options}])"
    )
    assert "textual" in loaded
    assert loaded.isdisjoint({*LATE, "pydantic", "tinydb", "babel"})
    later = {"pos.commands.run", "pos.reports", "pos.language", "pos.till", "pos.stores.embedded", "pos.maintenance"}
    assert loaded.isdisjoint(later)


def test_the_first_frame_of_the_display_waits_for_nothing_heavy() -> None:
    loaded = modules_after(
        "from pathlib import Path\n"
        "from pos.settings.sources import Sources\n"
        "from screens.display.app import DisplayApp\n"
        "from screens.display.launch import run_display\n"
        "async def ran(self, **_): return 0\nDisplayApp.run_async = ran\n"
        "run_display(Sources(None, {}), lambda: Path('/nowhere'))"
    )
    assert "textual" in loaded
    assert loaded.isdisjoint({*LATE, "pydantic", "tinydb", "babel"})


def test_the_ports_are_kept() -> None:
    """Checked by mypy: what stands behind each port is what the port says."""
    store: Store = MemoryStore()
    gateway: Gateway = MockGateway(FrozenClock(NOON), Ledger())
    clocks: tuple[Clock, ...] = (SystemClock(), FrozenClock(NOON))
    ids: tuple[Ids, ...] = (RandomIds(), SequentialIds())
    assert isinstance(store, MemoryStore)
    assert all((gateway, clocks, ids))


def test_the_manual_lists_every_error_code_and_verb() -> None:
    assert [code for code in ERROR_CODES if f"| `{code}` | {ERROR_CODES[code]} |" not in page("errors")] == []
    assert [usage for usage in VERBS.values() if usage.replace("|", "\\|") not in page("language")] == []


def test_textual_is_pinned_and_every_library_has_a_lower_bound() -> None:
    project = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))["project"]
    assert "textual==8.2.8" in project["dependencies"]
    assert all("==" in needed or ">=" in needed for needed in project["dependencies"])


def test_the_commands_of_the_papers_install_what_was_tested() -> None:
    """The versions of `uv.lock`, for pip."""
    locked = tomllib.loads((HERE / "uv.lock").read_text("utf-8"))["package"]
    tested = {f"{package['name']}=={package['version']}" for package in locked if "registry" in package["source"]}
    lines = (HERE / "tests/constraints.txt").read_text("utf-8").splitlines()
    assert {line.partition(";")[0].strip() for line in lines} == tested, "run: .ci/constraints"
    papers = "\n".join(paper.read_text("utf-8") for paper in PAPERS)
    installs = re.findall(r"^(?:.* )?pip install .*?(?= &&|$)", papers, re.MULTILINE)
    ours = [command for command in installs if re.search(r"install .*'?\.(\[|$|')", command)]
    assert len(ours) >= 3
    assert [command for command in ours if "pip install -c tests/constraints.txt " not in command] == []


def test_an_installed_copy_works_outside_the_repository(tmp_path: Path) -> None:
    """What `pip install .` put into this environment, seen from another folder: code, data and style sheets."""
    probe = (
        "import json, pathlib, pos, screens, pos.resources as r; here = pathlib.Path(screens.__file__).parent;"
        "files = (p for p in r.data_folder().rglob('*') if p.is_file() and p.suffix != '.pyc');"
        "print(json.dumps([pos.__file__, sorted(p.name for p in files),"
        "sorted(p.relative_to(here).as_posix() for p in here.rglob('*.tcss'))]))"
    )
    found = subprocess.run(
        [sys.executable, "-I", "-c", probe], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, "install this checkout first: python3 -m pip install '.[test]'\n" + found.stderr
    package, data, styles = json.loads(found.stdout)
    assert Path(package).parent != HERE / "pos"
    files = (path for path in (HERE / "data").rglob("*") if path.is_file() and path.suffix != ".pyc")
    assert data == sorted(path.name for path in files)
    assert styles == sorted(
        path.relative_to(HERE / "screens").as_posix() for path in (HERE / "screens").rglob("*.tcss")
    )
    flow = HERE / "data/flows/plain-sale.pos"
    ran = subprocess.run(
        [Path(sys.executable).with_name("pos"), "run", flow], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
