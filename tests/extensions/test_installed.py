"""Packages that add something to the till, installed as pip installs them; broken ones are named and left out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from pos.domain.tenders import TENDERS
from pos.extensions import installed
from pos.extensions.installed import (
    Extension,
    Groups,
    added,
    left_out,
    load_extensions,
    may_be_installed,
    packages,
    told_in_short,
)
from pos.language.table import TABLE
from screens.extensions import groups
from screens.kit import actions
from screens.kit.keymap import faults
from screens.render import themes
from tests import prefork
from tests.extensions.packages import Site

ROOT: Final = Path(__file__).resolve().parents[2]
GOOD: Final = """
from textual.theme import Theme
from pos.domain.tenders import Tender
from pos.language.verb import CommandResult, Verb, no_words
GIFT = Tender(name="gift", label="gift card", behind="drawer", usage="gift")
HELLO = Verb(word="hello", usage="hello", parse=no_words, perform=lambda till, _: CommandResult(till.sale, "Hello."))
PLUM = Theme(name="plum", primary="#884488")
"""
GOOD_POINTS: Final = {
    "tillkey.tenders gift": "good_shop:GIFT",
    "tillkey.verbs hello": "good_shop:HELLO",
    "tillkey.themes plum": "good_shop:PLUM",
}
BAD: Final = """
import sys
WORD = "gift"
HELLO = None
def __getattr__(name):
    if name == "LEAVES":
        sys.exit(3)
    raise RuntimeError("a line\\nand \\x1b[31mred")
"""
BAD_POINTS: Final = {
    "tillkey.stores gone": "no_such_module:STORE",
    "tillkey.gateways leaves": "bad_shop:LEAVES",
    "tillkey.tenders text": "bad_shop:WORD",
    "tillkey.verbs hello": "bad_shop:HELLO",
    "tillkey.verbs raises": "bad_shop:OTHER",
    "tillkey.tender typo": "bad_shop:WORD",
}
LEFT_OUT: Final = {
    "gone": "it cannot be loaded (ModuleNotFoundError: No module named 'no_such_module')",
    "leaves": "it cannot be loaded (SystemExit: 3)",
    "text": "it is a str, no Tender",
    "hello": "it is a NoneType, no Verb",
    "raises": "it cannot be loaded (RuntimeError: a line and red)",
}


@contextmanager
def loaded(of: Groups) -> Iterator[dict[str, Extension]]:
    """All that is installed is added, until the end of the block."""
    done = added(of, packages())
    try:
        yield {extension.name: extension for extension, _registration in done}
    finally:
        for _extension, registration in done:
            if registration is not None:
                registration.undo()


def pos(site: Site, *arguments: str, say: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """What the command does where the packages are installed."""
    home = site.folder.parent / "home"
    home.mkdir(exist_ok=True)
    kept = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": f"{ROOT}:{site.folder}"}
    return prefork.text(prefork.run("pos", *arguments, given=say.encode(), cwd=home, env=kept | environ))


def test_each_is_added_by_itself_and_what_is_broken_is_named(site: Site) -> None:
    site.install("good-shop", GOOD_POINTS, GOOD, version="2.1")
    site.install("bad-shop", BAD_POINTS, BAD)
    with loaded(groups()) as found:
        reasons = {name: str(each.fault) for name, each in found.items() if each.package == "bad-shop"}
        assert reasons == {name: reason for name, reason in LEFT_OUT.items() if name != "hello"}
        assert (TENDERS["gift"].label, TABLE["hello"].usage, themes.ADDED["plum"].name) == (
            "gift card",
            "hello",
            "plum",
        )
        assert found["gift"] == Extension("tillkey.tenders", "gift", "good_shop:GIFT", "good-shop", "2.1")
        told = found["text"].told
        assert str(told) == "bad-shop 1.0: text of tillkey.tenders is left out: it is a str, no Tender."


def test_a_name_is_the_first_ones_by_the_packages_names(site: Site) -> None:
    site.install("b-shop", {"tillkey.verbs hello": "b_shop:HELLO"}, GOOD)
    site.install("a-shop", {"tillkey.verbs hello": "a_shop:HELLO"}, GOOD)
    done = added(groups(), packages())
    assert [(each.package, str(each.fault)) for each, _ in done] == [
        ("a-shop", ""),
        ("b-shop", "“hello” is there already"),
    ]
    for _, registration in done:
        if registration is not None:
            registration.undo()


def test_of_a_package_that_is_there_twice_the_first_one_counts(site: Site, tmp_path: Path) -> None:
    site.install("good-shop", {"tillkey.themes plum": "good_shop:PLUM"}, GOOD, version="2.0")
    older = Site(tmp_path / "older")
    older.folder.mkdir()
    older.install("Good_Shop", {"tillkey.themes plum": "good_shop:PLUM"}, GOOD, version="1.0")
    sys.path.append(str(older.folder))
    with loaded(groups()) as found:
        assert [each.version for each in found.values()] == ["2.0"]
    sys.path.remove(str(older.folder))


def test_where_nothing_is_installed_no_package_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = Site(tmp_path / "other")
    other.folder.mkdir()
    other.install("other", {"console_scripts x": "other:X"})
    monkeypatch.setattr(sys, "path", [str(other.folder), str(tmp_path / "gone"), ""])
    monkeypatch.setattr(installed, "packages", None)
    assert not may_be_installed()
    assert load_extensions() == ()


def test_a_key_of_an_action_that_was_left_out_is_no_fault(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [fault.action for fault in faults({"look": "f10"})] == ["look"]
    site.install("bad-shop", {"tillkey.actions look": "bad_shop:LOOK"}, BAD)
    extension = load_extensions(groups)[0]
    assert left_out() == (extension,)
    assert faults({"look": "ctrl+l"}) == ()
    assert "look" not in {action.id for action in actions.every()}


def test_a_key_is_a_fault_if_nothing_that_has_keys_was_left_out(site: Site) -> None:
    site.install("bad-shop", {"tillkey.verbs look": "bad_shop:LOOK"}, BAD)
    load_extensions(groups)
    assert left_out()
    assert [fault.action for fault in faults({"recal": "ctrl+l"})] == ["recal"]


@pytest.mark.parametrize("listed", [b"[tillkey.verbs]\nno sign of one\n", b"[tillkey.verbs]\nx = \xff:Y\n"])
def test_a_package_whose_list_cannot_be_read_is_named(site: Site, listed: bytes) -> None:
    for name in ("bad-shop", "other"):
        site.install(name, {})
    file = "entry_points.txt"
    (site.folder / "bad_shop-1.0.dist-info" / file).write_bytes(listed)
    (site.folder / "other-1.0.dist-info" / file).write_bytes(listed.replace(b"tillkey", b"other"))
    (extension,) = load_extensions(groups)
    assert str(extension.told).startswith(
        "bad-shop 1.0: entry_points.txt of tillkey.* is left out: it cannot be read: "
    )
    assert load_extensions() == left_out() == (extension,)
    assert faults({"look": "ctrl+l"}) == ()


@pytest.mark.parametrize("metadata", [None, b"\xff\xfe"], ids=["none", "no text"])
def test_packages_that_do_not_say_what_they_are_called_are_named_by_their_folders(
    site: Site, metadata: bytes | None
) -> None:
    for name in ("a-shop", "b-shop"):
        site.install(name, {"tillkey.verbs x": "no_such_module:X"})
        file = site.folder / f"{name.replace('-', '_')}-1.0.dist-info" / "METADATA"
        file.unlink() if metadata is None else file.write_bytes(metadata)
    assert [each.package for each in load_extensions(groups)] == ["a_shop-1.0.dist-info", "b_shop-1.0.dist-info"]


def test_whatever_a_package_raises_the_others_are_added_and_names_are_cut(site: Site) -> None:
    code = """
class Panic(BaseException):
    pass
def __getattr__(name):
    raise Panic("of another language")
"""
    site.install("a-shop", {"tillkey.verbs panics": "a_shop:X", f"tillkey.verbs {'x' * 500}": "a_shop:Y"}, code)
    site.install("good-shop", GOOD_POINTS, GOOD)
    with loaded(groups()) as found:
        assert str(found["panics"].fault) == "it cannot be loaded (Panic: of another language)"
        assert max(map(len, found)) == 80
        assert not found["hello"].fault


def test_what_a_package_prints_is_no_part_of_an_answer(site: Site) -> None:
    site.install("good-shop", GOOD_POINTS, f"print('Here I am.')\n{GOOD}")
    for arguments in (("plugins", "--json"), ("run", "--json", "-")):
        ran = pos(site, *arguments, say="hello\n")
        assert ran.stderr == "Here I am.\n"
        assert all(json.loads(line) for line in ran.stdout.splitlines())


def test_a_flow_of_ones_own_has_the_words_and_tenders_of_packages(site: Site) -> None:
    site.install("good-shop", GOOD_POINTS, GOOD)
    site.install("bad-shop", {"tillkey.verbs more": "no_such_module:MORE"})
    flow = site.folder.parent / "home" / "own.pos"
    flow.parent.mkdir()
    flow.write_text("# Own\nMILK-1L\nhello\npay gift\nexpect state paid\n", "utf-8")
    ran = pos(site, "demo", "own.pos", "--headless")
    assert (ran.returncode, ran.stdout) == (0, "✓ own: 4 lines\n"), ran.stderr
    assert ran.stderr.startswith("pos: bad-shop 1.0: more of tillkey.verbs is left out: ")


def test_many_that_are_left_out_are_told_in_two_sentences(site: Site) -> None:
    site.install("bad-shop", {f"tillkey.verbs x{number}": "no_such_module:X" for number in range(3)})
    found = load_extensions(groups)
    assert told_in_short(found[:1]) == (found[0].told,)
    first, more = told_in_short(found)
    assert (first, str(more)) == (found[0].told, "2 more extensions are left out: `pos plugins` tells why.")


def test_plugins_lists_them_and_ends_with_1_if_one_is_left_out(site: Site) -> None:
    site.install("good-shop", GOOD_POINTS, GOOD)
    ran = pos(site, "plugins")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == [
        "tillkey.tenders  gift   good-shop 1.0  ok",
        "tillkey.verbs    hello  good-shop 1.0  ok",
        "tillkey.themes   plum   good-shop 1.0  ok",
    ]
    site.install("bad-shop", BAD_POINTS, BAD)
    ran = pos(site, "plugins", "--json")
    assert ran.returncode == 1
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [each["name"] for each in found if each["ok"]] == ["gift", "hello", "plum"]
    assert {each["name"]: each["reason"] for each in found if each["package"] == "bad-shop"} == LEFT_OUT | {
        "typo": f"there is no such group: there are {', '.join(groups())}"
    }
    german = pos(site, "plugins", TILLKEY_SCREEN_LANGUAGE="de").stdout
    assert "ausgelassen\n    es ist ein str, kein Tender\n" in german


def test_a_script_says_what_is_left_out_and_goes_on(site: Site) -> None:
    site.install("good-shop", GOOD_POINTS, GOOD)
    site.install("worse-shop", {"tillkey.tenders cash": "worse_shop:GIFT"}, GOOD.replace('"gift"', '"cash"'))
    ran = pos(site, "run", "-", say="MILK-1L\nhello\npay gift\nexpect state paid\n")
    assert (ran.returncode, "Hello." in ran.stdout) == (0, True)
    assert ran.stderr == (
        "pos: worse-shop 1.0: cash of tillkey.tenders is left out: “cash” is there already.\n"
    )  # fmt: skip
