"""An error in the code of another package: whoever meets it is told which package, which line, and where it was met."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest

from pos.extensions.blame import blamed, place_of
from pos.extensions.installed import load_extensions
from pos.language.verb import CommandResult, Verb, no_words
from pos.testing import open_till_app
from screens.extensions import register_action
from tests.extensions.packages import Site
from tests.extensions.test_installed import pos

WORDS = """
from pos.domain.tenders import Tender
from pos.language.verb import CommandResult, Verb, no_words

def breaks(till, _args):
    return till.add("MILK-1L", quantity=deep())

def deep():
    raise ZeroDivisionError("no\\x1b[31mthing of 4242424242424242")

def unread(_command, _view):
    raise ZeroDivisionError("unreadable")

BREAKS = Verb(word="breaks", usage="breaks", parse=no_words, perform=breaks)
UNREAD = Verb(word="unread", usage="unread", parse=unread, perform=breaks)
"""
POINTS = {"tillkey.verbs breaks": "odd_shop.words:BREAKS", "tillkey.verbs unread": "odd_shop.words:UNREAD"}


@pytest.fixture
def odd(site: Site) -> Site:
    """A package in which something breaks."""
    site.install("odd-shop", POINTS, version="1.2")
    folder = site.folder / "odd_shop"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "words.py").write_text(WORDS, "utf-8")
    return site


def raised_by(verb: str) -> Exception:
    """What a word of the package raises."""
    load_extensions(lambda: {"tillkey.verbs": lambda _name, _row: None})
    words = sys.modules["odd_shop.words"]
    with pytest.raises(ZeroDivisionError) as caught:
        vars(words)[verb](None, None)
    return caught.value


def test_the_innermost_line_of_a_package_is_told(odd: Site) -> None:
    error = raised_by("unread")
    assert str(place_of(error)) == "odd-shop 1.2 (odd_shop.words, line 12)"
    assert str(blamed(error)) == "a fault of odd-shop 1.2 (odd_shop.words, line 12): ZeroDivisionError: unreadable"


def test_packages_with_the_first_part_of_a_name_in_common_are_told_apart(site: Site) -> None:
    for name in ("gifts", "loyalty", "points"):
        site.install(f"acme-{name}", {f"tillkey.verbs {name}": f"acme.{name}.words:UNREAD"}, version="1.0")
        folder = site.folder / "acme" / name
        folder.mkdir(parents=True)
        (folder / "words.py").write_text(WORDS, "utf-8")
    load_extensions(lambda: {"tillkey.verbs": lambda _name, _row: None})
    for name in ("gifts", "loyalty", "points"):
        with pytest.raises(ZeroDivisionError) as caught:
            sys.modules[f"acme.{name}.words"].unread(None, None)
        assert str(place_of(caught.value)) == f"acme-{name} 1.0 (acme.{name}.words, line 12)"


def test_an_error_of_the_program_itself_is_no_package_s(odd: Site) -> None:
    load_extensions(lambda: {"tillkey.verbs": lambda _name, _row: None})
    with pytest.raises(ZeroDivisionError) as caught:
        _ = 1 / 0
    assert not place_of(caught.value)
    assert str(blamed(caught.value)) == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize("filename", [b"odd", 5, object()], ids=["bytes", "number", "object"])
def test_a_syntax_error_of_a_package_s_own_may_say_anything_of_its_file(odd: Site, filename: object) -> None:
    load_extensions(lambda: {"tillkey.verbs": lambda _name, _row: None})
    error = SyntaxError("odd")
    error.filename = filename  # type: ignore[assignment]
    assert not place_of(error)


def test_nothing_of_it_reaches_a_terminal_as_a_control() -> None:
    odd_type = type("Odd\x1b[31m", (Exception,), {})
    assert str(blamed(odd_type("re\x1b[32md."))) == "Odd: red"


def test_a_script_that_it_ends_is_told_with_file_and_line(odd: Site) -> None:
    (odd.folder.parent / "home").mkdir()
    (odd.folder.parent / "home" / "day.pos").write_text("MILK-1L\n\nbreaks\nBREAD-RYE\n", "utf-8")
    ran = pos(odd, "run", "--json", "--keep-going", "day.pos")
    where, stopped = ran.stderr.splitlines()
    assert (ran.returncode, len(ran.stdout.splitlines())) == (1, 1)
    assert where == (
        "pos: day.pos:3: a fault of odd-shop 1.2 (odd_shop.words, line 9): ZeroDivisionError: nothing of visa••4242"
    )
    assert stopped.startswith("pos: Tillkey had to stop. Nothing that was sold is lost. The report is in ")


def test_a_flow_that_it_ends_is_told_with_file_and_line(odd: Site) -> None:
    home = odd.folder.parent / "home"
    home.mkdir()
    (home / "own.pos").write_text("# Own\nMILK-1L\nunread\n", "utf-8")
    ran = pos(odd, "demo", "own.pos", "--headless")
    assert (ran.returncode, ran.stderr) == (
        2,
        "own.pos:3: bad_command: a fault of odd-shop 1.2 (odd_shop.words, line 12): ZeroDivisionError: unreadable\n",
    )
    (home / "own.pos").write_text("# Own\nMILK-1L\nbreaks\n", "utf-8")
    ran = pos(odd, "demo", "own.pos", "--headless")
    assert (ran.returncode, ran.stdout) == (
        1,
        "✗ own: own.pos:3: a fault of odd-shop 1.2 (odd_shop.words, line 9): ZeroDivisionError\n",
    )


async def test_the_page_of_an_error_names_the_package(odd: Site, tmp_path: Path) -> None:
    error = raised_by("unread")

    def breaks(_till: object, _args: object) -> CommandResult:
        raise error

    word: Verb[None, CommandResult] = Verb(word="breaks", usage="breaks", parse=no_words, perform=breaks)
    async with open_till_app(extensions=[word], catch=True) as cashier:
        cashier.app.reports = tmp_path
        await cashier.keys("/breaks\n").sees("This is a fault of odd-shop 1.2 (odd_shop.words, line 12), and none of")
        await cashier.presses("enter").scan("MILK-1L").pays_cash().sees("paid")


ENDS = """
import asyncio
import sys
from pos.language.verb import CommandResult, Verb, no_words

def read(command, _view):
    sys.exit("no option")

def leaves(till, _args):
    sys.exit(7)

async def cancelled(till, _args):
    task = asyncio.create_task(asyncio.sleep(60))
    task.cancel()
    await task

def no_step(till, _args):
    raise AssertionError

ROWS = {
    "read": Verb(word="ends", usage="ends", parse=read, perform=no_step),
    "leaves": Verb(word="ends", usage="ends", parse=no_words, perform=leaves),
    "cancelled": Verb(word="ends", usage="ends", parse=no_words, perform=cancelled),
}
"""


@pytest.mark.parametrize(
    ("how", "line", "told"),
    [
        ("read", 7, "SystemExit: no option"),
        ("leaves", 10, "SystemExit: 7"),
        ("cancelled", 15, "CancelledError"),
    ],
)
async def test_a_word_that_would_end_the_program_or_its_task_ends_neither(
    odd: Site, tmp_path: Path, how: str, line: int, told: str
) -> None:
    (odd.folder / "odd_shop" / "words.py").write_text(ENDS, "utf-8")
    load_extensions(lambda: {"tillkey.verbs": lambda _name, _row: None})
    word = sys.modules["odd_shop.words"].ROWS[how]
    async with open_till_app(extensions=[word], catch=True) as cashier:
        cashier.app.reports = tmp_path / "reports"
        await cashier.keys("/ends\n").sees(f"a fault of odd-shop 1.2 (odd_shop.words, line {line})")
        (report,) = (tmp_path / "reports").iterdir()
        assert report.read_text("utf-8").endswith(f"RuntimeError: {told}\n")
        await cashier.presses("enter").scan("MILK-1L").pays_cash().sees("paid")


LOOK = """
from collections.abc import Sequence
from textual.widget import Widget
from textual.widgets import Static
from screens.extensions import AddedAction
from screens.kit.base_screen import TillScreen

class Loud(Static):
    DEFAULT_CSS = "Loud {\\n    width: purple;\\n}"

class LookScreen(TillScreen):
    KIND = "look"
    CSS_PATH = "look.tcss"

    def body(self) -> Sequence[Widget]:
        return (Loud(),)

LOOK = AddedAction(
    id="look", key="ctrl+l", word="look", short="Look", label="Look", help="Look.", screens=("sale",),
    handler="show_look", shows=LookScreen,
)
"""


@pytest.mark.parametrize(
    ("sheet", "place", "why"),
    [
        ("LookScreen {\n    colour: red;\n}\n", "look.tcss, line 2", "Invalid CSS property 'colour'"),
        ("LookScreen {\n}\n]\n", "look.tcss, line 3", "Expected selector or end of file"),
        ("LookScreen {\n}\n", "look.py, line 2", "Loud.DEFAULT_CSS: Invalid value"),
    ],
)
async def test_a_style_sheet_that_cannot_be_read_is_told_with_its_line(
    odd: Site, tmp_path: Path, sheet: str, place: str, why: str
) -> None:
    (odd.folder / "odd_shop" / "look.py").write_text(LOOK, "utf-8")
    (odd.folder / "odd_shop" / "look.tcss").write_text(sheet, "utf-8")
    load_extensions(lambda: {"tillkey.verbs": lambda _name, _row: None})
    look = vars(import_module("odd_shop.look"))["LOOK"]
    async with open_till_app(extensions=[look], catch=True, size="160x50") as cashier:
        cashier.app.reports = tmp_path / "reports"
        await cashier.scan("MILK-1L").presses("ctrl+l").sees(f"This is a fault of odd-shop 1.2 ({place})")
        (report,) = (tmp_path / "reports").iterdir()
        assert why in report.read_text("utf-8")
        await cashier.presses("enter").pays_cash().sees("paid")


def test_a_style_sheet_that_is_no_text_is_told_as_its_screen_is_added(odd: Site) -> None:
    (odd.folder / "odd_shop" / "look.py").write_text(LOOK, "utf-8")
    (odd.folder / "odd_shop" / "look.tcss").write_bytes(b"/* gr\xfcn */")
    load_extensions(lambda: {"tillkey.verbs": lambda _name, _row: None})
    look = vars(import_module("odd_shop.look"))["LOOK"]
    with pytest.raises(ValueError, match=r"look\.tcss.*, the style sheet of LookScreen, cannot be read: .*utf-8"):
        register_action(look)


ENDING = """
import asyncio
import sys
from collections.abc import Sequence
from textual.widget import Widget
from screens.extensions import AddedAction
from screens.kit.base_screen import TillScreen
from screens.terminal.keys import Key

class EndingScreen(TillScreen):
    KIND = "ending"

    def body(self) -> Sequence[Widget]:
        return ()

    async def on_mount(self) -> None:
        if HOW == "mounted":
            task = asyncio.create_task(asyncio.sleep(60))
            task.cancel()
            await task

    def press(self, key: Key) -> None:
        sys.exit(5)

LOOK = AddedAction(
    id="ending", key="ctrl+l", word="ending", short="End", label="End", help="End.", screens=("sale",),
    handler="show_ending", shows=EndingScreen,
)
"""


@pytest.mark.parametrize(("how", "told"), [("mounted", "CancelledError"), ("pressed", "SystemExit: 5")])
async def test_a_screen_that_would_end_the_program_or_its_task_ends_neither(
    odd: Site, tmp_path: Path, how: str, told: str
) -> None:
    (odd.folder / "odd_shop" / "look.py").write_text(f"HOW = {how!r}\n{ENDING}", "utf-8")
    load_extensions(lambda: {"tillkey.verbs": lambda _name, _row: None})
    look = vars(import_module("odd_shop.look"))["LOOK"]
    async with open_till_app(extensions=[look], catch=True) as cashier:
        cashier.app.reports = tmp_path / "reports"
        await cashier.scan("MILK-1L").presses("ctrl+l", *(["up"] if how == "pressed" else []))
        await cashier.sees("This is a fault of odd-shop 1.2 (odd_shop.look, line")
        (report,) = (tmp_path / "reports").iterdir()
        assert report.read_text("utf-8").endswith(f"RuntimeError: {told}\n")
        await cashier.presses("enter").pays_cash().sees("paid")
