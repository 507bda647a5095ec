"""No error of the program ends with exit status 0, wherever it is made; nor with a traceback."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.prefork import Loaded
from tests.terminal.driver import Terminal

ZERO = "def broken(*_, **__): raise ZeroDivisionError('nobody expected this')\n"
OPENING = "opening"
FAULTS = {
    "the thread that reads": ("screens.terminal.input_reader.InputReader.feed", [], b"a"),
    OPENING: ("pos.bootstrap.open_till", [], None),
    "a worker of the inspector": ("screens.inspector_app.app.InspectorApp.hear", ["--inspect"], None),
    "a message of the display": ("screens.display.app.DisplayApp._begin", ["display"], None),
    "a timer of a demo": ("screens.demo.player.DemoApp._tick", ["demo"], None),
    "the making of a demo": ("screens.demo.director.Director.play", ["demo", "plain-sale"], None),
    "a till of a demo": ("screens.demo.demo_till.DemoTill.open", ["demo", "plain-sale"], None),
    "the driver's beginning": ("screens.terminal.driver.TillDriver.start_application_mode", [], None),
    "the end": ("screens.app.till_app.TillApp.on_unmount", [], b"\x11"),
}
PAGE = "Something went wrong"


def process(before: str, words: Sequence[str]) -> Sequence[str]:
    code = f"{before}import sys\nfrom pos.__main__ import main\nsys.exit(main({words!r}))"
    return [sys.executable, "-c", code]


@pytest.mark.parametrize("where", FAULTS)
def test_an_error_of_the_program_is_told_by_the_status(tmp_path: Path, where: str) -> None:
    named, words, keys = FAULTS[where]
    owner, _, name = named.rpartition(".")
    before = f"import pydoc\n{ZERO}owner = pydoc.locate({owner!r})\nsetattr(owner, {name!r}, broken)\n"
    # A function that others have imported by its name is broken before they do.
    begun = process(before, words) if where == OPENING else Loaded(*words, before=before)
    with Terminal(begun, home=tmp_path) as terminal:
        if keys:
            terminal.wait_for("till ready")
            terminal.write(keys)
        if terminal.wait_until_over(PAGE):
            assert PAGE in terminal.text
            terminal.write(b"\x11")
        assert terminal.ended() == 1
        terminal.assert_as_found()
        assert b"Traceback" not in terminal.raw
    assert list(tmp_path.glob("**/crash-*.txt"))
