"""A till that a server starts runs the program's own modules, wherever the server was started."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pos.own_program import own_program, safe_paths
from tests.serving.served import program, stranger
from tests.terminal.pseudo import ROOT, environment

PLANTED = ("tinydb", "json", "random", "textual", "pos", "screens", "sitecustomize", "usercustomize")


def planted(folder: Path) -> Path:
    """A folder with modules that tell when they are run, as a folder of downloads may have."""
    folder.mkdir()
    for name in PLANTED:
        (folder / f"{name}.py").write_text(f"open({str(folder / 'ran')!r}, 'a').write({name!r})\n")
    return folder


@pytest.mark.parametrize("paths", [None, "", ".", os.pathsep, f".{os.pathsep}/nowhere", "../here", "{here}"])
def test_a_served_till_runs_nothing_of_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, paths: str | None
) -> None:
    here = planted(tmp_path / "here")
    monkeypatch.chdir(here)
    given = {} if paths is None else {"PYTHONPATH": paths.replace("{here}", str(here))}
    environ = safe_paths(environment(tmp_path, **given))
    code = "import sys, json; print(json.dumps(sys.path))"
    command = [*own_program()[:3], code]
    found = subprocess.run(command, cwd=here, env=environ, capture_output=True, text=True, check=True)
    assert not {"", ".", "../here", str(here)} & set(json.loads(found.stdout))
    assert not (here / "ran").exists()


@pytest.mark.parametrize("flags", [["-E"], ["-s", "-E"], ["-I"]])
def test_variables_that_the_server_did_not_heed_lead_its_till_nowhere_else(tmp_path: Path, flags: list[str]) -> None:
    elsewhere = planted(tmp_path / "elsewhere")
    environ = safe_paths(environment(tmp_path, PYTHONPATH=str(elsewhere)))
    # Started as an installed copy is: the checkout is in no path of an isolated interpreter.
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from pos.own_program import own_program; import json; "
    started = [sys.executable, *flags, "-c", code + "print(json.dumps(own_program('--version')))"]
    found = subprocess.run(started, env=environ, cwd=tmp_path, capture_output=True, text=True, check=True)
    told = subprocess.run(json.loads(found.stdout), env=environ, cwd=tmp_path, capture_output=True, text=True)
    assert told.stdout.startswith("Tillkey "), told.stderr
    assert not (elsewhere / "ran").exists()


async def test_a_server_in_such_a_folder_shows_its_till(tmp_path: Path) -> None:
    here = planted(tmp_path / "here")
    async with program(tmp_path, "training", folder=here) as served:
        url, _, way = (await served.link()).rpartition("/")
        async with stranger(url) as browser:
            assert await browser.status(f"/{way}") == 303
            async with browser.window() as window:
                await window.shows("TRAINING")
        assert await served.stop() == 0
    assert not (here / "ran").exists()


def test_the_same_program_is_run_and_not_another_copy(tmp_path: Path) -> None:
    import pos

    look = "import pos, screens, sys; print(pos.__file__, screens.__file__, sys.argv, sys.path)"
    command = own_program("a", "--b")
    command[3] = command[3].replace("from pos.__main__ import main\nsys.exit(main())", look)
    told = subprocess.run(command, cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, check=True)
    root = Path(pos.__file__).parent.parent
    assert told.stdout.startswith(f"{root}/pos/__init__.py {root}/screens/__init__.py ['pos', 'a', '--b'] ")
    assert command[0] == sys.executable
