"""A card's data in every place of every command: nothing of it is printed, logged or stored."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pos.demo.flows import read_flow
from pos.domain.errors import TillError
from pos.language.redaction import redacted
from tests.language.support import pos
from tests.payments.test_card_data import SWIPES, shows
from tests.till.support import shop

CARD = "4000056655665556"
TEXTS = [
    "4000 0566 5566 5556",
    "4000/0566:5566|5556",
    "4000    0566\t5566 \u30005556",
    "\uff14\uff10\uff10\uff10\u0660\u0665\u0666\u0666 5566 5556",
    "4000\u200b0566\u00ad5566\x005556",
    "4000\x1b[31m0566\x1b[0m55665556",
    f"{'x' * 25}{CARD}",
    f"card{CARD}",
    f"{CARD} 12/28 987",
    f"{CARD} exp 12/2028 cvc 987 name DOE JOHN",
    "exp 12/2028 cvc 987",
    *SWIPES[:2],
    *SWIPES[4:6],
]
PLACES = [
    *(
        "{}",
        "3*{}",
        "add {}",
        "add BREAD {}",
        "qty 1 {}",
        "qty {} 1",
        "void {}",
        "price 1 {}",
        "coupon {}",
        "member {}",
    ),
    *(
        "discount 1 {}",
        "discount 1 10% {}",
        "discount all 10% {}",
        "discount {} 10%",
        "hold {}",
        "recall {}",
        "take {}",
    ),
    *("pay card {}", "p\u200bay card {}", "pay cash {}", "pay {}", "gateway {}", "gateway decline {}", "print {}"),
    *("say {}", "expect total {}", "expect {} 1", "expect error {}", "wait {}", "key {}", "snap {}", "till {}"),
    *("stock {}", "uses {}", "login {}", "login {} 1", "lo\u00adgin anna {}", "refund {}", "abandon {}", "# {}"),
]


def tells(text: str) -> bool:
    """Whether a line of a text has anything of the card but its network and last four digits."""
    lines = (re.sub(r"\d{4}-\d\d-\d\d\S*", "", line) for line in text.split("\n"))
    return any(shows(line, CARD) or re.search(r"(?i)doe.?john|2512101|12/2028|cvc\W*9", line) for line in lines)


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_no_command_prints_logs_or_stores_a_card(tmp_path: Path, options: tuple[str, ...]) -> None:
    catalog, store, log = tmp_path / "catalog.json", tmp_path / "store", tmp_path / "log"
    catalog.write_text(json.dumps(shop()), "utf-8")
    lines = [line for text in TEXTS for place in PLACES for line in ("BREAD", place.format(text))]
    script = tmp_path / "script.pos"
    script.write_text("\n".join([*lines, "void all", "BREAD", "pay cash", "print"]), "utf-8")
    done = pos("run", script, "--catalog", catalog, "--keep-going", "--store", store, "--log", log, *options)
    assert "visa" in done.stdout
    assert "card_swiped" in done.stdout
    for text in (done.stdout, done.stderr, *(path.read_text("utf-8", "replace") for path in (log, *files(store)))):
        assert not tells(text)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_script_that_nobody_masked_would_tell() -> None:
    """The control."""
    assert all(tells(text) for text in TEXTS)


@pytest.mark.parametrize("line", [f"snap {CARD}", f"till {CARD}", f"gateway decline card{CARD}"])
def test_a_name_that_is_a_cards_number_is_refused_in_a_demo(tmp_path: Path, line: str) -> None:
    file = tmp_path / "flow.pos"
    file.write_text(f"# a demo\nMILK-1L\n{line}\n", "utf-8")
    if line.startswith("gateway"):
        assert not tells(read_flow(file).lines[1].shown)
        return
    with pytest.raises(TillError) as refused:
        read_flow(file)
    assert not tells(refused.value.message)


def test_a_demos_title_and_file_show_no_card(tmp_path: Path) -> None:
    file = tmp_path / f"flow-{CARD}.pos"
    file.write_text(f"# How {CARD} 12/28 987 is declined\nMILK-1L\nsay {SWIPES[0]}\n", "utf-8")
    flow = read_flow(file)
    assert flow.title == "How visa••5556 •••• •••• is declined"
    assert not any(tells(text) for text in (flow.name, flow.title, flow.lines[1].shown, flow.lines[1].caption))


def test_what_is_wrong_with_an_argument_shows_no_card(tmp_path: Path) -> None:
    for arguments in (("receipt", CARD), ("orders", "--store", tmp_path / f"no {CARD}"), (f"run{CARD}",)):
        done = pos(*arguments)
        assert done.returncode
        assert not tells(done.stdout + done.stderr)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (f"pay card {CARD} 100", "pay card visa••5556 100"),
        (f"pay card {CARD} 20.00", "pay card visa••5556 20.00"),
        (f"pay card {CARD} 1228", "pay card visa••5556 ••••"),
        (f"pay card {CARD} 12/28", "pay card visa••5556 ••••"),
        (f"pay card {CARD} 12/28 987", "pay card ••••"),
        (f"pay card {CARD} DOE", "pay card visa••5556 ••••"),
        (f"p\u00aday  CARD {CARD} 5", "p\u00aday CARD visa••5556 5"),
        ("pay card reader 5", "pay card reader 5"),
        (f"login {CARD}", "login ••••"),
        ("login 4000 0566 5566 5556", "login •••• •••• •••• ••••"),
        ("login anna 4711", "login anna ••••"),
    ],
)
def test_what_is_echoed_of_a_payment_and_of_a_login(typed: str, shown: str) -> None:
    assert redacted(typed) == shown


@pytest.mark.parametrize(
    "line",
    [
        *(f"hold {CARD} JANE ROE", "hold JANE ROE 4000 0566 5566 5556", "hold Jane Roe cvc 987"),
        *(f"discount 1 10% JANE ROE {CARD}", "discount all 10% for 4000-0566 5566 5556 Jane Roe"),
        *(f"{CARD} JANE ROE", f"coupon {CARD} JANE ROE", f'member "JANE ROE {CARD}"', f"recall JANE ROE {CARD}"),
        *(f'stock "{CARD} JANE ROE"', f'uses "{CARD} JANE ROE"', f'take "{CARD} JANE ROE"', f'print "Jane Roe {CARD}"'),
    ],
)
def test_no_name_beside_a_card_is_kept_or_logged(tmp_path: Path, line: str) -> None:
    catalog, store, log = tmp_path / "catalog.json", tmp_path / "store", tmp_path / "log"
    catalog.write_text(json.dumps(shop()), "utf-8")
    script = tmp_path / "script.pos"
    script.write_text(f"BREAD\n{line}\nBREAD\npay cash\n", "utf-8")
    pos("run", script, "--catalog", catalog, "--keep-going", "--store", store, "--log", log)
    for path in (log, *files(store)):
        told = path.read_text("utf-8", "replace")
        assert told
        assert not re.search("(?i)jane|roe", told)


@pytest.mark.parametrize("before", [1980, 1990, 1999])
def test_a_line_that_is_too_long_is_echoed_up_to_where_no_number_is_cut(before: int) -> None:
    shown = redacted(f"{'x' * before}{CARD}{'4' * 1_000_000}")
    assert shown == f"{'x' * before}\u2026"
    assert redacted("hold " + "4" * 1_000_000) == "hold\u2026"
