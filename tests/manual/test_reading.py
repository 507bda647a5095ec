"""`pos manual`: its pages as plain text, and on a screen with contents and a search."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from markdown_it import MarkdownIt
from textual.pilot import Pilot
from textual.widgets import Input, Markdown, OptionList

from pos.domain.errors import TillError
from pos.manual import Page, page_named, pages
from pos.testing.isolation import plain_surroundings
from screens.driver.headless import picture
from screens.manual.app import PIECES, ManualApp, ManualScreen
from screens.manual.passages import PARSER, found, passages_of
from screens.manual.plain import plain_lines
from screens.terminal.internals.drawing import strips
from screens.testing.snapshots import Snap
from tests.keyboard import press, rest
from tests.manual.papers import MANUAL, ROOT

PAYING = """# Paying

In [cash](sell.md#by-weight), or by `card`.

| key | what |
| --- | --- |
| `F12` | pay it |

## Later

- never pay later
- [elsewhere](../../README.md)

```sh
pos
```
"""
SELLING = """# Selling

Scan it.

## By weight

Put it on the scales.

| what | by |
| --- | --- |
| unrecognizable things | their categories |

```sh
pos --store FOLDER --catalog FILE --lane 2
```
"""
SMALL = (
    Page("index", "The manual", "", "# The manual\n\nWhat you may want to do.\n"),
    Page("sell", "Selling", "sell what lies there", SELLING),
    Page("pay", "Paying", "take the money", PAYING),
)


@asynccontextmanager
async def reading(first: int = 0, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[int]]:
    with plain_surroundings():
        app = ManualApp(SMALL, SMALL[first])
        app.animation_level = "none"
        async with app.run_test(size=size) as pilot:
            await rest(app)
            yield pilot


def screen_of(pilot: Pilot[int]) -> ManualScreen:
    screen = pilot.app.screen
    assert isinstance(screen, ManualScreen)
    return screen


async def seen(pilot: Pilot[int], *keys: str) -> str:
    """What is on the screen once some keys were pressed, and all that follows is drawn."""
    app = pilot.app
    await press(app, *keys)
    await rest(app)
    return "\n".join(strip.text for strip in strips(app))


def test_the_pages_are_the_files_and_the_index_comes_first() -> None:
    found_pages = pages()
    assert found_pages[0].name == "index"
    assert sorted(page.name for page in found_pages) == sorted(path.stem for path in MANUAL.iterdir())
    assert all(page.about for page in found_pages[1:])
    assert not any("![" in page.text for page in found_pages)
    assert [page_named(name).title for name in ("KEYS", " keys ", "keys.md")] == ["Keys"] * 3
    assert page_named("").name == "index"


def test_another_page_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(TillError, match=r"There is no page a\. There are: index, cashier, keys, ") as refusal:
        page_named("a\x1bb")
    assert refusal.value.code == "page_unknown"


def test_in_a_pipe_a_page_is_plain_text_without_textual() -> None:
    code = "import sys\nfrom pos.__main__ import main\nmain(['manual', 'keys'])\nassert 'textual' not in sys.modules"
    environ = {**os.environ, "COLUMNS": "60", "TILLKEY_SCREEN_REFUSED": "wrong"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT, env=environ
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:4] == ["Keys", "====", "", "Here you find every key, its second way for terminals that"]
    assert max(map(len, lines)) <= 60


def joined(text: str) -> str:
    """A text without its spaces, and without the commands that take the place of links."""
    return re.sub(r"\((`?posmanual\w+`?|https:[^)]+)\)", "", "".join(text.split()))


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_plain_text_has_every_sentence_and_no_sign_of_markdown(page: Page) -> None:
    lines = list(plain_lines(page, 80))
    text = joined("".join(lines))
    for passage in passages_of(page):
        if passage.pieces == 1:
            assert joined(passage.text) in text, passage.text
    outside = "\n".join(line for line in lines if not line.startswith("    "))
    assert not re.search(r"(?<!\*)\*\*(?!\*)|\]\(|\| ---|^#", outside, re.MULTILINE)


async def test_what_is_found_is_what_is_drawn() -> None:
    with plain_surroundings():
        app = ManualApp(pages(), page_named("index"))
        async with app.run_test(size=(100, 30)) as pilot:
            for name in ("keys", "payments", "money"):
                page = page_named(name)
                await screen_of(pilot).show(page)
                drawn = [str(getattr(each, "_content", "")) for each in app.screen.query(PIECES)]
                last = list(passages_of(page))[-1]
                assert len(drawn) == last.first + last.pieces
                for passage in passages_of(page):
                    if drawn[passage.first]:
                        assert drawn[passage.first].strip() == passage.text.strip()


def test_a_row_is_found_by_words_of_all_its_cells() -> None:
    (hit,) = found(list(passages_of(SMALL[2])), "PAY f12")
    assert (hit.heading, hit.text, hit.pieces) == ("Paying", " F12 pay it", 2)
    assert found(list(passages_of(SMALL[2])), "  ") == []


async def test_the_contents_lead_to_a_page_and_a_heading_and_back() -> None:
    async with reading() as pilot:
        assert "take the money" in await seen(pilot)
        text = await seen(pilot, "down", "enter")
        assert "Scan it." in text
        assert "take the money" not in text
        await seen(pilot, "tab", "down")
        contents = pilot.app.screen.query_one(OptionList)
        assert contents.has_focus
        assert str(contents.get_option_at_index(2).prompt) == "  By weight"
        assert "In cash, or by card." in await seen(pilot, "escape", "right")
        assert "What you may want to do." in await seen(pilot, "right", "left", "left")
        await press(pilot.app, "q")
    assert pilot.app.return_code == 0


async def test_typing_filters_the_contents_and_keeps_the_place() -> None:
    async with reading() as pilot:
        contents = pilot.app.screen.query_one(OptionList)
        await seen(pilot, "down", "down")
        before = contents.highlighted_option
        assert before is not None
        text = await seen(pilot, *"pay")
        assert "pay▏ · 1 of 3 · Esc shows all" in text
        assert contents.option_count == 1
        assert "Nothing fits that" in await seen(pilot, *"xyz")
        await seen(pilot, "escape")
        assert contents.option_count > 1
        assert contents.highlighted_option is not None
        assert contents.highlighted_option.id == before.id
        assert "In cash, or by card." in await seen(pilot, *"pay", "enter")
        await press(pilot.app, "q")


async def test_words_are_found_on_all_pages_one_after_the_other() -> None:
    async with reading(1) as pilot:
        assert "1/3 Paying › Paying" in await seen(pilot, "slash", *"PAY", "enter")
        assert "2/3 Paying › Paying" in await seen(pilot, "n")
        assert len(pilot.app.screen.query(".hit")) == 2
        assert "3/3 Paying › Later" in await seen(pilot, "N", "N")
        await seen(pilot, "ctrl+f")
        assert pilot.app.screen.query_one(Input).has_focus
        assert "No page has nothing such." in await seen(pilot, *"nothing", "space", *"such", "enter")
        assert "Esc leave" in await seen(pilot, "escape")
        await press(pilot.app, "escape")
    assert pilot.app.return_code == 0


async def test_a_hit_on_the_page_that_is_read_is_in_sight_and_escape_leaves_the_page_where_it_is() -> None:
    async with reading(2, (40, 8)) as pilot:
        assert "never pay later" not in await seen(pilot)
        for _again in range(2):
            assert "never pay later" in await seen(pilot, "slash", *"never", "enter")
        assert "never pay later" in await seen(pilot, "slash", "escape")


async def test_of_what_is_wider_than_the_terminal_nothing_is_missing() -> None:
    async with reading(1, (24, 60)) as pilot:
        drawn = "".join(re.sub(r"[^\w-]", "", await seen(pilot)))
        assert "pos--storeFOLDER--catalogFILE--lane2" in drawn
        lines = (re.sub(r"[^\w│]", "", line).split("│") for line in (await seen(pilot)).splitlines())
        columns = zip(*(line for line in lines if len(line) == 4), strict=True)
        assert ["".join(column) for column in columns][1:3] == ["whatunrecognizablethings", "bytheircategories"]


async def test_a_link_leads_to_its_page_and_heading_or_says_that_it_is_elsewhere() -> None:
    async with reading(2) as pilot:
        await screen_of(pilot).follow("sell.md#by-weight")
        assert "Put it on the scales." in await seen(pilot)
        await screen_of(pilot).follow("../../README.md")
        assert "Not in the manual: ../../README.md" in await seen(pilot)
        assert pilot.app.screen.query_one(Markdown).source == SMALL[1].text


@pytest.mark.parametrize(("size", "first"), [((80, 24), 0), ((80, 24), 2), ((120, 30), 2)])
async def test_it_looks_as_it_did(snap: Snap, size: tuple[int, int], first: int) -> None:
    async with reading(first, size) as pilot:
        await seen(pilot, *(("slash", *"pay", "enter", "n") if first else ()))
        columns, lines = size
        wrong = snap.compare(f"{SMALL[first].name}-{columns}x{lines}", picture(pilot.app))
    assert not wrong, wrong


def test_an_entry_of_a_table_that_goes_on_is_moved_in() -> None:
    page = Page("any", "Any", "", "| line | what |\n| --- | --- |\n| `take one and two` | does it |\n| `a` | b |\n")
    entries = [line[:14].rstrip() for line in plain_lines(page, 24)]
    assert entries[2:] == [" take one and", "   two", " a"]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_what_is_quoted_in_prose_has_the_marks_of_the_messages(page: Page) -> None:
    parts = (part for token in MarkdownIt(PARSER).parse(page.text) for part in token.children or ())
    assert [part.content for part in parts if part.type == "text" and '"' in part.content] == []
