"""Every word at every place, on the scan line, in a script, in a flow: what it does is seen, or it is refused."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Final

import pytest

from pos.bootstrap import open_till
from pos.clock_and_ids import FrozenClock, SequentialIds
from pos.demo.flow_keystrokes import strokes
from pos.demo.flows import read_flow
from pos.language.keystrokes import Scene
from pos.language.parsing import parse
from pos.language.script_runner import ScriptRunner
from pos.language.table import ROWS, row
from pos.language.verb import NOWHERE, AnyVerb, Where
from pos.testing import open_till_app
from screens.demo.director import Director
from screens.demo.tape import Frame
from tests.till.support import NOON

MEANT: Final = {
    "LINE|last|all": "1",
    "LINE|last": "1",
    "QTY": "3",
    "10%|1.50|0": "10%",
    "4.99|-": "4.99",
    "ID|-": "M1001",
    "SKU": "MILK-1L",
    "CODE": "SAVE10",
    "NAME": "2",
    "FIELD": "lines",
    "VALUE": "7",
}
"""What stands for the words in capitals in a usage, on a ticket with one product."""
OTHER: Final = {
    "gateway": "gateway down",
    "key": "key f1",
    "server": "server off",
    "worker": "worker on",
    "wait": "wait 65s",
}
"""A line for each word whose usage is none, or one whose end is not seen."""


def line_of(verb: AnyVerb) -> str:
    """The first form of a word, without what may be left out."""
    form = re.sub(r" \[[^]]*\]", "", verb.usage.split(" | ")[0])
    for meant, text in MEANT.items():
        form = form.replace(meant, text)
    return OTHER.get(verb.word, form)


PASSED_OVER: Final = frozenset({"snap"})
"""A picture is for who keeps pictures: a script that runs without a screen goes on without a word."""

LINES: Final = {verb.word: line_of(verb) for verb in ROWS if verb.where != NOWHERE}
SOLD: Final = "MILK-1L"


@pytest.mark.parametrize("word", sorted(LINES.keys() - PASSED_OVER))
async def test_in_a_script(word: str) -> None:
    out, clock = io.StringIO(), FrozenClock(NOON)
    till = open_till(clock=clock, ids=SequentialIds())
    try:
        runner = ScriptRunner(till, out, as_json=True)
        await runner.run([SOLD])
        begun = clock.now()
        await runner.run([LINES[word]])
        before, after = map(json.loads, out.getvalue().splitlines())
    finally:
        till.close()
    told = set(after) - set(before)
    assert after["events"] or told or after["sale"] != before["sale"] or clock.now() != begun
    if Where.SCRIPT not in row(word).where:
        assert after["error"]["code"] in ("screen_only", "demo_only")


@pytest.mark.parametrize("word", LINES)
async def test_on_the_scan_line(word: str) -> None:
    async with open_till_app() as cashier:
        await cashier.strike(f"{SOLD}\n")
        before = cashier.text(), cashier.clock.now()
        await cashier.strike(f"/{LINES[word]}\n")
        assert (cashier.text(), cashier.clock.now()) != before
        if Where.TILL not in row(word).where:
            assert cashier.app.refusal is not None
            assert cashier.app.refusal.code == "demo_only"


@pytest.mark.parametrize("word", [word for word in LINES if not row(word).of_runner and not row(word).offstage])
def test_in_a_flow_it_is_typed(word: str) -> None:
    command = parse(LINES[word])
    assert command is not None
    scene = Scene(
        kind="sale",
        lines=(1,),
        chosen=1,
        part_paid=False,
        known=lambda _code: True,
        can=lambda _action: True,
        key=lambda action: f"<{action}>",
    )
    assert strokes(command, LINES[word], scene)


@pytest.mark.parametrize("word", [word for word in LINES if row(word).of_runner or row(word).offstage])
async def test_in_a_flow_it_is_done_by_whoever_plays_it(word: str, tmp_path: Path) -> None:
    file = tmp_path / "own.pos"
    stopped = ["crash"] if word == "start" else []
    lines = [SOLD, *stopped, LINES[word]]
    file.write_text("\n".join([*lines, "say done"]), "utf-8")
    flow = read_flow(file)
    director = Director(flow, size=(80, 24), theme="tillkey-light")
    try:
        await director.play()
    finally:
        await director.close()
    frames = director.tape.frames
    step = len(lines) - 1
    before = [looks(frame) for frame in frames if frame.step < step][-1]
    seen = [frame for frame in frames if frame.step == step and looks(frame) != before]
    assert seen or director.tape.failure is not None


def looks(frame: Frame) -> tuple[object, ...]:
    """What whoever watches a demo sees, or keeps of it."""
    return frame.panes, frame.active, frame.caption, frame.queue, frame.snap
