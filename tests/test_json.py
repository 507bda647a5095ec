"""JSON for other programs: one object is one line for every reader, whatever is in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pos.demo.asciicast import CastFrame, cast_lines
from pos.demo.flows import read_flow
from pos.domain.json_text import json_text
from pos.ipc.messages import StateChange, said
from tests import prefork
from tests.till.support import TEA, counter, shop

BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""Every character at which Python's `splitlines`, JavaScript or an editor begins a line."""
NAME = f"Tea{BREAKS}\x00\x7f\x9b2J\u202e ä 💥"


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    small = shop()
    small["products"][0]["name"] = NAME
    path = tmp_path / "catalog.json"
    path.write_text(json.dumps(small), "utf-8")
    return path


def printed(*arguments: str | Path, script: str = "") -> str:
    done = prefork.run("pos", *arguments, given=script.encode())
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode("ascii").replace("\r\n", "\n")


@pytest.mark.parametrize("char", [*BREAKS, "\x00", "\x7f", "\x9b", "\u202e", "\ud800", "ä", "💥"])
def test_no_character_breaks_a_line_or_is_obeyed(char: str) -> None:
    text = json_text({char: [char]})
    assert text.isascii()
    assert text.isprintable()
    assert json.loads(text) == {char: [char]}


def test_a_script_and_its_orders_are_a_line_for_each_object(catalog: Path, tmp_path: Path) -> None:
    store = ("--store", tmp_path / "shop")
    script = f"{TEA}\nsay a\u2028b\x85c\x1ed\npay cash\n"
    lines = printed("run", "-", "--json", "--catalog", catalog, *store, script=script).splitlines()
    assert [json.loads(line)["line"] for line in lines] == [1, 2, 3]
    name = json.loads(lines[0])["sale"]["lines"][0]["name"]
    assert {*BREAKS} - {*"\u2028\u2029"} <= {*name}, "only the blanks among them are taken together"
    assert json.loads(lines[1])["command"] == "say a\u2028b\x85c\x1ed"
    (order,) = printed("orders", "--json", *store).splitlines()
    assert json.loads(order)["sale"]["lines"][0]["name"] == name


def test_a_script_has_the_same_lines_in_a_file_as_by_a_pipe(catalog: Path, tmp_path: Path) -> None:
    script = f"{TEA}\nsay a{BREAKS[2:]}b\n\nhold c\u2028d\n"
    file = tmp_path / "lunch.pos"
    file.write_text(script, "utf-8")
    by_file, by_pipe = (
        [(said["line"], said["command"]) for said in map(json.loads, text.splitlines())]
        for text in (
            printed("run", file, "--json", "--catalog", catalog),
            printed("run", "-", "--json", "--catalog", catalog, script=script),
        )
    )
    assert by_file == by_pipe == [(1, TEA), (2, f"say a{BREAKS[2:]}b"), (4, "hold c\u2028d")]


def test_a_flow_has_lines_where_a_script_has_them(tmp_path: Path) -> None:
    file = tmp_path / "lunch.pos"
    file.write_text(f"# Lunch\nsay a{BREAKS[2:]}b\nMILK-1L\n", "utf-8")
    assert [(line.number, line.text) for line in read_flow(file).lines] == [(2, f"say a{BREAKS[2:]}b"), (3, "MILK-1L")]


def test_what_other_commands_print_holds_no_control(catalog: Path, tmp_path: Path) -> None:
    file = tmp_path / f"a{BREAKS}b.toml"
    file.write_text('[screen]\ntheme = "nord"\n', "utf-8")
    store = ("--store", tmp_path / "shop")
    printed("run", "-", "--catalog", catalog, *store)
    (health,) = printed("doctor", "--json", *store).splitlines()
    settings = printed("settings", "--json", "--settings", file)
    assert json.loads(health)["ok"]
    assert str(file) in {item["place"] for item in json.loads(settings)}
    schemas = [printed("schema", *words) for words in ((), ("checkout-request",), ("events",))]
    for text in (health, settings, *schemas):
        assert all(line.isprintable() for line in text.split("\n"))


async def test_a_message_of_the_channel_is_one_line() -> None:
    with counter() as at:
        at.till.say(NAME)
        line = said(StateChange(sale=at.sale, event=at.events[-1]))
    assert line.decode("ascii").splitlines() == [line.decode().rstrip("\n")]


def test_each_line_of_a_recording_is_one_line() -> None:
    made = list(cast_lines([CastFrame(0.0, (NAME,), marker=NAME)], 80, 24, NAME))
    assert "\n".join(made).splitlines() == made
    assert json.loads(made[0])["title"] == NAME
