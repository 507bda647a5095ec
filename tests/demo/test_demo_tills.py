"""The tills of a demo: closed, stopped and opened again, what they share, and how little a film says of itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.strip import Strip

from pos.__main__ import main
from pos.demo.flows import read_flow
from pos.domain.events import CounterMove
from pos.domain.message import verbatim
from pos.settings.model import Settings
from screens.demo.bars import stock_row
from screens.demo.director import Director
from screens.demo.launch import film_flow
from screens.demo.recording import demo_app, film
from screens.demo.tape import Tape

CLOSED_AND_OPENED = "MILK-1L\nkey ctrl+q\nstart\nMILK-1L\nexpect lines.1.quantity 2\npay cash\nexpect state paid\n"
OF_TWO = (
    "MILK-1L\ntill 2\nBREAD-RYE\ntill 1\npay card reader\ntill 2\nkey ctrl+q\ntill 1\nexpect state paid\n"
    "till 2\nstart\nexpect lines.1.sku BREAD-RYE\nkey ctrl+q\n"
)
STOPPED_WHILE_IT_LOOKS = (
    "MILK-1L\ngateway timeout after\npay card reader\nexpect error payment_unknown\n"
    "crash committed\nwait 15s\nstart\nMILK-1L\npay cash\nexpect receipt 1-1-2\n"
)


async def played(path: Path, text: str, size: tuple[int, int] = (80, 24)) -> Tape:
    file = path / "own.pos"
    file.write_text(text, "utf-8")
    director = Director(read_flow(file), size=size, theme="tillkey-dark")
    await director.play()
    await director.close()
    return director.tape


def told(tape: Tape) -> str:
    return "" if tape.failure is None else tape.failure.message.rpartition("/")[2]


@pytest.mark.parametrize("text", [CLOSED_AND_OPENED, OF_TWO, STOPPED_WHILE_IT_LOOKS], ids=["one", "two", "looks"])
async def test_a_till_that_is_closed_or_stopped_is_opened_again_by_start(tmp_path: Path, text: str) -> None:
    assert told(await played(tmp_path, text)) == ""


@pytest.mark.parametrize("steps", range(12))
async def test_one_that_is_given_up_while_it_opens_leaves_nothing_behind(tmp_path: Path, steps: int) -> None:
    file = tmp_path / "own.pos"
    file.write_text("MILK-1L\n", "utf-8")
    director = Director(read_flow(file), size=(80, 24), theme="tillkey-dark")
    before = asyncio.all_tasks()
    opening = asyncio.create_task(director.play())
    for _ in range(steps):
        await asyncio.sleep(0)
    opening.cancel()
    await asyncio.wait((opening,))
    await director.close()
    assert asyncio.all_tasks() - before == set()


async def test_a_swipe_is_typed_as_one_and_refused_as_one(tmp_path: Path) -> None:
    swipe = "MILK-1L\n%B4000056655665556^DOE/JOHN^25121010000123?\nexpect error card_swiped\n"
    assert told(await played(tmp_path, swipe)) == ""


REFUSED = [
    ("pay cash", "empty_ticket"),
    ("pay card reader", "empty_ticket"),
    ("hold", "empty_ticket"),
    ("discount all 10%", "empty_ticket"),
    ("abandon", "nothing_to_abandon"),
    ("qty 1 2", "unknown_line"),
    ("void", "empty_ticket"),
    ("recall", "unknown_ticket"),
    ("MILK-1L\ndiscount all 100%\npay card reader", "nothing_due"),
    ("MILK-1L\npay cash 1.00\ncoupon SAVE10", "ticket_frozen"),
    ("MILK-1L\npay cash 5\npay cash", "empty_ticket"),
]


@pytest.mark.parametrize(("lines", "code"), REFUSED)
async def test_what_a_till_without_screens_refuses_is_refused_here_too(tmp_path: Path, lines: str, code: str) -> None:
    assert f": {code}: " in told(await played(tmp_path, lines))


async def test_a_refusal_that_is_expected_stops_no_flow(tmp_path: Path) -> None:
    flows = [f"{lines}\nexpect error {code}\n" for lines, code in REFUSED]
    changing = [flow for flow in flows if flow.startswith("MILK-1L")]
    for flow in ("".join(flow for flow in flows if flow not in changing), *changing):
        assert told(await played(tmp_path, flow)) == ""


@pytest.mark.parametrize(("lines", "code"), REFUSED)
def test_and_it_is_refused_without_screens(tmp_path: Path, lines: str, code: str) -> None:
    file = tmp_path / "own.pos"
    file.write_text(lines, "utf-8")
    assert main(["run", str(file)]) == 1
    file.write_text(f"{lines}\nexpect error {code}\n", "utf-8")
    assert main(["run", str(file)]) == 0


async def test_a_till_that_was_opened_again_is_asked_how_it_stands_now(tmp_path: Path) -> None:
    tape = await played(tmp_path, "MILK-1L\npay card reader\nkey ctrl+q\nstart\nexpect lines 0\nexpect state open\n")
    assert told(tape) == ""


async def test_a_closed_till_is_seen_as_closed_and_one_without_power_as_that(tmp_path: Path) -> None:
    tape = await played(tmp_path, "MILK-1L\nkey ctrl+q\ntill 2\ncrash\n", (120, 30))
    assert [pane.doing for pane in tape.frames[-1].panes] == ["closed", "off"]


async def test_a_key_that_closes_the_till_while_a_card_is_charged_waits_for_the_card(tmp_path: Path) -> None:
    tape = await played(tmp_path, "MILK-1L\nkey f12 k ctrl+q\nstart\npay cash\n")
    assert told(tape) == "own.pos:4: empty_ticket: There is nothing on this ticket to pay."


@pytest.mark.parametrize("line", ["MILK-1L", "expect state open", "gateway down", "key enter"])
async def test_nothing_is_done_on_a_till_that_was_closed(tmp_path: Path, line: str) -> None:
    tape = await played(tmp_path, f"MILK-1L\nkey ctrl+q\n{line}\n")
    assert told(tape) == "own.pos:3: demo_only: This till was stopped: `start` opens it again."


async def test_a_till_that_runs_is_not_started(tmp_path: Path) -> None:
    tape = await played(tmp_path, "MILK-1L\nkey f2 escape\nstart\n")
    assert told(tape) == "own.pos:3: The till is running: nothing has stopped it before this line."


@pytest.mark.parametrize("stop", ["crash captured\npay card reader", "key f12 k ctrl+q"])
async def test_the_time_line_goes_on_from_before_the_till_was_stopped(tmp_path: Path, stop: str) -> None:
    tape = await played(tmp_path, f"MILK-1L\n{stop}\nstart\nBREAD-RYE\n", (120, 30))
    assert told(tape) == ""
    rows = tape.frames[-1].panes[0].rows
    assert rows is not None
    seen = "\n".join(row.text for row in rows)
    assert all(word in seen for word in ("1 Whole Milk", "charging", "captured", "committed", "1 Rye Bread")), seen


async def test_a_shop_whose_actions_have_no_keys_plays_by_their_words(tmp_path: Path) -> None:
    file = tmp_path / "own.pos"
    file.write_text("2*MILK-1L\nqty 1 3\ncoupon SAVE10\nmember M1001\npay cash 10\nprint\nexpect state paid\n", "utf-8")
    keys = dict.fromkeys(("quantity", "coupon", "member", "pay", "reprint"), "none")
    director = Director(read_flow(file), size=(80, 24), theme="tillkey-dark", settings=Settings(keys=keys))
    await director.play()
    await director.close()
    assert told(director.tape) == ""


MILK = CounterMove(
    name="stock:MILK", label=verbatim("Milk"), on_hand=4, held=1, free=3, held_before=0, on_hand_before=4
)
USES = CounterMove(
    name="uses:SAVE10",
    label=verbatim("SAVE10 uses"),
    on_hand=-37,
    held=1,
    free=-38,
    held_before=0,
    on_hand_before=-37,
    limit=100,
)
ENDLESS = USES.model_copy(update={"name": "uses:ANY", "label": verbatim("ANY uses"), "limit": None})
TOMATOES = CounterMove(
    name="stock:4664",
    label=verbatim("Tomatoes"),
    on_hand=16400,
    held=400,
    free=16000,
    held_before=400,
    on_hand_before=16400,
    unit="kg",
)


@pytest.mark.parametrize(
    ("moves", "columns", "seen"),
    [
        ((MILK,), 80, " STOCK  Milk: 4 on hand, 1 held, 3 free"),
        ((USES,), 80, " STOCK  SAVE10 uses: 37/100 used, 1 held, 62 free"),
        ((ENDLESS,), 80, " STOCK  ANY uses: 37 used, 1 held"),
        ((TOMATOES,), 80, " STOCK  Tomatoes: 16.4 kg on hand, 0.4 kg held, 16 kg free"),
        ((MILK, USES), 120, " STOCK  Milk: 4 on hand, 1 held, 3 free  SAVE10 uses: 37/100 used, 1 held, 62 free"),
        ((MILK, USES, ENDLESS), 80, f"{' STOCK  Milk: 4 on hand, 1 held, 3 free':73}2 more"),
        ((USES,), 30, " STOCK  SAVE10 uses: 37/100 u…"),
    ],
)
def test_what_the_tills_share_is_told_as_the_inspector_tells_it(
    moves: tuple[CounterMove, ...], columns: int, seen: str
) -> None:
    row = stock_row(moves, columns)
    assert (row.text.rstrip(), row.width) == (seen, columns)


async def test_a_film_says_little_of_itself(tmp_path: Path) -> None:
    file = tmp_path / "own.pos"
    file.write_text("MILK-1L\nsnap one\n", "utf-8")
    async with demo_app(read_flow(file), (80, 24)) as app:
        made = await film(app)
    assert made.snaps
    assert all(len(repr(part)) < 1000 for part in (made, made.shots[0], made.shots[0].frame, app.playback))


def test_nobody_makes_the_text_of_a_whole_film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some versions of Python make the text of what the main task gives back, only to throw it away."""
    asked: list[Strip] = []

    def spelled(strip: Strip) -> str:
        asked.append(strip)
        return ""

    file = tmp_path / "own.pos"
    file.write_text("MILK-1L\n", "utf-8")
    monkeypatch.setattr(Strip, "__repr__", spelled)
    made = film_flow(read_flow(file), (80, 24), Settings(), None)
    assert (made.failure, asked) == (None, [])
