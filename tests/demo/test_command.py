"""`pos demo` as a command: as a check, as a recording, and on a real terminal."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pos.demo.flows import Flow, shipped
from pos.domain.i18n import using_language
from pos.locales import language_of
from pos.resources import data_folder
from screens.demo.director import Director
from tests import prefork
from tests.prefork import Loaded
from tests.terminal.driver import Terminal

HERE = Path(__file__).resolve().parents[2]
CTRL_B = b"\x02"
SPOKEN_IN_GERMAN = [
    flow if flow.name in ("coupon-and-member", "split-tender", "rush") else pytest.param(flow, marks=pytest.mark.slow)
    for flow in shipped()
]
"""Lines, coupons, each way to pay, and a server; the others play there by hand."""


def demo(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": str(HERE)}
    return prefork.text(prefork.run("pos", "demo", *arguments, cwd=home, env=environment))


def test_a_check_tells_each_flow_and_ends_well(tmp_path: Path) -> None:
    done = demo(tmp_path, "split-tender", "--headless")
    assert (done.returncode, done.stdout) == (0, "✓ split-tender: 20 lines\n"), done.stderr


def test_a_check_ends_with_1_where_a_flow_does_not_do_as_it_expects(tmp_path: Path) -> None:
    (tmp_path / "own.pos").write_text("# Own\nMILK-1L\nexpect total 2.00\n", "utf-8")
    done = demo(tmp_path, "own.pos", "--headless")
    assert done.returncode == 1
    told = "own.pos:3: expectation_failed: Expected total 2.00, but it is 1.53."
    assert done.stdout == f"✗ own: {told}\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nowhere",), "pos: flow_unknown: There is no flow nowhere: name one of plain-sale, "),
        (("bad.pos", "--headless"), "bad.pos:2: bad_command: "),
        (("--record", "x.cast"), "pos: name the flow to be recorded"),
        (("plain-sale",), "pos: a demo needs a terminal; --headless checks it without one"),
    ],
)
def test_what_cannot_be_played_is_told(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    (tmp_path / "bad.pos").write_text("MILK-1L\nrefund X\n", "utf-8")
    done = demo(tmp_path, *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith(told)


def test_a_flow_of_ones_own_with_ones_own_products_becomes_files(tmp_path: Path) -> None:
    shop = {"store": {"name": "Kiosk <b>", "currency": "EUR", "timezone": "Europe/Berlin"}}
    tea = {"sku": "TEA", "name": "Tea [red]", "price": 300, "stock": 4}
    (tmp_path / "shop.json").write_text(json.dumps(shop | {"products": [tea]}), "utf-8")
    (tmp_path / "tea.pos").write_text("# Tea\n2*TEA\nexpect total 6.00\nsnap two-teas\ngateway down\n", "utf-8")
    made = ("tea.pos", "--catalog", "shop.json", "--size", "80x24", "--svg", "pictures")
    done = demo(tmp_path, *made, "--record", "tea.cast")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Tea&#160;[red]" in (tmp_path / "pictures" / "two-teas.svg").read_text("utf-8")
    header, *events = map(json.loads, (tmp_path / "tea.cast").read_text("utf-8").splitlines())
    assert (header["version"], header["width"], header["height"], header["title"]) == (2, 80, 24, "Tea")
    assert "KIOSK <B>" in "".join(data for _, kind, data in events if kind == "o")
    assert demo(tmp_path, *made, "--record", "tea.svg").returncode == 0
    moving = ElementTree.parse(tmp_path / "tea.svg").getroot()
    assert moving.findtext("{http://www.w3.org/2000/svg}title") == "Tea"
    assert len(list(moving.iter("{http://www.w3.org/2000/svg}animate"))) > 10


def test_the_readmes_command_makes_the_picture_that_moves(tmp_path: Path) -> None:
    name, size = "declined-then-cash", "80x24"
    assert f"`pos demo {name} --record FILE.svg --size {size}`" in (HERE / "README.md").read_text("utf-8")
    assert demo(tmp_path, name, "--record", "moving.svg", "--size", size).returncode == 0
    kept = Path(__file__).parent / "__tillkey_snapshots__" / "test_flows" / f"{name}-{size}.svg"
    assert (tmp_path / "moving.svg").read_text("utf-8") == kept.read_text("utf-8")


@pytest.mark.parametrize("flow", SPOKEN_IN_GERMAN, ids=lambda flow: flow.name)
async def test_a_flow_plays_in_german_too(flow: Flow) -> None:
    with using_language(language_of("de", "de_DE", {})):
        director = Director(flow, size=(80, 24), theme="tillkey-light")
        await director.play()
        await director.close()
    assert director.tape.failure is None, director.tape.failure.message


def test_on_a_terminal_it_plays_and_gives_the_till_away(tmp_path: Path) -> None:
    flow = str(data_folder() / "flows" / "declined-then-cash.pos")
    with Terminal(Loaded("demo", flow), home=tmp_path, size=(100, 30)) as terminal:
        terminal.wait_for("A declined card: what was held is free again")
        terminal.wait_for("3  Dark Chocolate")
        terminal.write(b" ")
        terminal.wait_for("paused")
        terminal.write(b"\x1b")
        terminal.wait_for("The till is yours")
        terminal.write(b"BREAD-RYE\r")
        terminal.wait_for("Rye Bread, seeded 750 g")
        terminal.write(CTRL_B)
        terminal.wait_for(lambda text: "paused" in text and "Rye Bread" not in text, "the demo again")
        terminal.close()
