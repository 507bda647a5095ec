"""What is wrong with a flow is told before anything plays, all of it, each with file and line."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from pos.__main__ import main
from pos.demo.dry_run import dry_running
from pos.domain.errors import TillError
from pos.language.parsing import parse
from pos.language.table import USAGES as VERBS
from screens.demo.launch import check_key

Told = Callable[..., list[str]]


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """Check a flow as a command: what is told of it, its file's name left out; nothing may be played."""
    monkeypatch.chdir(tmp_path)

    def check(text: str, *options: str) -> list[str]:
        (tmp_path / "own.pos").write_text(text, "utf-8")
        monkeypatch.setattr("screens.demo.launch.film_flow", None)
        assert main(["demo", "own.pos", "--headless", *options]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        return [line.removeprefix("own.pos:") for line in err.splitlines()]

    return check


@pytest.mark.parametrize(
    ("line", "code", "text"),
    [
        ("TOTTE", "unknown_code", "No product has the code TOTTE."),
        ("2*CHOC-DRK", "unknown_code", "CHOC-DRK"),
        ("add milk", "unknown_code", "milk"),
        ("whole milk", "unknown_code", "whole milk"),
        ("eggs 2000100000199", "unknown_code", "eggs 2000100000199"),
        ("2000100000013", "bad_check_digit", "2000100000013 is misread or mistyped"),
        ("4664", "bad_quantity", "is sold by kg"),
        ("1.5*MILK-1L", "bad_quantity", "sold by the piece"),
        ("0*MILK-1L", "bad_quantity", "above zero"),
        ("coupon SAVE1", "coupon_unknown", "SAVE1"),
        ("coupon -SAVE1", "coupon_not_applied", "SAVE1"),
        ("member M9", "unknown_member", "M9"),
        ("expect stock.TOTTE.free 1", "unknown_code", "No product has the code TOTTE."),
        ("expect uses.SAVE1.left 1", "coupon_unknown", "SAVE1"),
        ("expect uses.SAVE10.M9.left 1", "unknown_member", "M9"),
        ("gateway bang", "bad_command", "The gateway knows approve"),
        ("gateway", "bad_command", "Type it as: gateway"),
        ("gateway slow 15", "bad_command", "waits 15 seconds"),
        ("wait soon", "bad_command", "wait 2s"),
        ("wait", "bad_command", "wait 2s"),
        ("expect totl 3.00", "expectation_failed", "The sale has no field totl."),
        ("expect lines.1.qty 3", "expectation_failed", "no field lines.1.qty"),
        ("expect total.net 3", "expectation_failed", "no field total.net"),
        ("expect discounts.SAVE10.reason.percent 10", "expectation_failed", "no field discounts.SAVE10.reason.percent"),
        ("expect total much", "expectation_failed", "total is a number"),
        ("expect lines many", "expectation_failed", "lines is a number"),
        ("expect state payed", "expectation_failed", "It is one of open, held"),
        ("expect error no_such", "expectation_failed", "There is no error no_such."),
        ("expect", "bad_command", "expect FIELD VALUE"),
        ("expect total", "bad_command", "expect FIELD VALUE"),
        ("expect error", "bad_command", "expect FIELD VALUE"),
        ("expect error out_of_stock now", "bad_command", "expect FIELD VALUE"),
        ("key f99", "bad_command", "There is no key f99."),
        ("key enter hyper+q", "bad_command", "There is no key hyper+q."),
        ("key Escape", "bad_command", "Try escape."),
        ("key", "bad_command", "key f5"),
        ("pay card 4242424242424241", "card_number_invalid", "not a card number"),
        ("pay cash much", "bad_amount", "much"),
        ("pay cash 4006381333931", "card_not_an_amount", "not an amount"),
        ("pay cheque", "bad_command", "pay cash"),
        ("qty first 2", "bad_command", "Type it as: qty"),
        ("qty 1 two", "bad_quantity", "two"),
        ("discount 1 120%", "bad_discount", "120%"),
        ("price 1 free", "bad_price", "free"),
        ("void it", "bad_command", "Type it as: void"),
        ("abandon all", "bad_command", "abandon"),
        ("crash tomorrow", "bad_command", "A till can be stopped at"),
        ("crash captured twice", "bad_command", "A till can be stopped at"),
        ("start", "bad_command", "has stopped before"),
        ("worker", "bad_command", "worker on|off"),
        ("worker dies", "bad_command", "worker on|off"),
        ("worker off", "bad_command", "that `worker on` has begun before"),
        ("till", "bad_command", "till NAME"),
        ("till 1/2", "bad_command", "till NAME"),
        ("snap one.svg", "bad_command", "snap NAME"),
        ("snap", "bad_command", "snap NAME"),
        ('say "open', "bad_command", "double quote"),
        ("login ANN 1234", "bad_command", "no `login` yet"),
    ],
)
def test_a_line_that_can_never_be_done_is_told(told: Told, line: str, code: str, text: str) -> None:
    (only,) = told(f"# One\nMILK-1L\n{line}\n")
    assert only.startswith(f"3: {code}: ")
    assert text in only


@pytest.mark.parametrize("field", ["discounts.SAVE10.reason", "coupons.SAVE10.reason"])
def test_a_reason_is_expected_as_the_sentence_that_a_sale_tells(told: Told, field: str) -> None:
    (only,) = told(f"MILK-1L\ncoupon SAVE10\nexpect {field} Coupon SAVE10, 10 %\nTOTTE\n")
    assert only.startswith("4: unknown_code: ")


def test_all_of_it_is_told_at_once_in_order(told: Told) -> None:
    text = "TOTTE\nMILK-1L\ntill 2\nkey f99\ngateway bang\nsnap a\nsnap A\nwait soon\n"
    assert [line.partition(": ")[0] for line in told(text)] == ["1", "4", "5", "7", "8"]


def test_a_name_of_a_picture_is_given_once_at_whatever_till(told: Told) -> None:
    (only,) = told("snap sold\ntill 2\nsnap other\nsnap Sold\n")
    assert only == "4: bad_command: There is a picture Sold already, of line 1: a name is given once."


def test_nothing_is_typed_on_a_till_that_was_stopped(told: Told) -> None:
    lines = told("MILK-1L\ncrash\nMILK-1L\nsay hm\ntill 2\nMILK-1L\ntill 1\nexpect lines 1\nstart\nMILK-1L\nstart\n")
    assert [line.partition(": ")[0] for line in lines] == ["3", "8", "11"]


def test_workers_are_killed_after_they_were_begun_and_begun_where_a_server_is(told: Told) -> None:
    begun = "worker on\n" * 8
    lines = told(f"worker on\nworker off\nworker off\nserver off\nworker on\nserver on\n{begun}till 2\nworker on\n")
    assert [line.partition(": ")[0] for line in lines] == ["3", "5", "16"]
    assert "9 workers at most" in lines[-1]


def test_the_folder_is_told_as_it_was_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "own.pos"
    file.write_text("TOTTE\n", "utf-8")
    assert main(["demo", str(file)]) == 2
    assert capsys.readouterr().err.startswith(f"{file}:1: unknown_code: ")


def test_products_are_those_of_the_catalog_that_is_named(told: Told, tmp_path: Path) -> None:
    shop = {"store": {"name": "Kiosk", "currency": "EUR", "timezone": "Europe/Berlin"}}
    (tmp_path / "shop.json").write_text(json.dumps(shop | {"products": [{"sku": "TEA", "name": "Tea", "price": 3}]}))
    (only,) = told("TEA\nMILK-1L\n", "--catalog", "shop.json")
    assert only.startswith("2: unknown_code: ")


def test_the_flows_of_the_program_are_checked_against_it_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = {"store": {"name": "Kiosk", "currency": "EUR", "timezone": "Europe/Berlin"}, "products": []}
    (tmp_path / "shop.json").write_text(json.dumps(shop))
    assert main(["demo", "--catalog", str(tmp_path / "shop.json"), "--headless"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert {line.partition(":")[0] for line in lines} >= {"plain-sale.pos", "last-unit.pos", "split-tender.pos"}


REFUSED = (
    "MILK-1L\nTOTTE\nexpect error unknown_code\n3*TOTTE\nexpect error unknown_code\nadd TOTTE 2\n"
    "expect error unknown_code\nexpect stock.TOTTE.free 1\nexpect error unknown_code\n"
    "2000100000013\nexpect error bad_check_digit\n-2*MILK-1L\nexpect error bad_quantity\n"
    "coupon SAVE1\nexpect error coupon_unknown\nmember M9\nexpect error unknown_member\n"
    "gateway bang\nexpect error bad_command\nexpect total 99\nexpect error expectation_failed\n"
    'say "open\nexpect error bad_command\nwhole milk\nexpect error unknown_code\n'
    "pay card 4242424242424241\nexpect error card_number_invalid\npay cash much\nExpect Error bad_amount\n"
    "qty 1 x\nexpect error bad_quantity\nexpect lines 1\nexpect lines.1.quantity 1\npay cash 2\nexpect state paid\n"
)


WORDS_ALONE = "MILK-1L\n" + "".join(
    f"{line}\nexpect error bad_command\n"
    for line in ("pay", "coupon", "member", "discount", "price", "gateway", "expect", "print 1 2")
)
"""What is an action behind a `/`, or a screen's own."""
BEFORE_WORDS = (
    "pay card visa\nexpect error empty_ticket\nMILK-1L\npay card visa 5\nexpect error payment_too_much\n"
    "pay card 4242424242424242 1\nexpect state part_paid\nKIWI\nexpect error ticket_frozen\n"
    "4664\nexpect error ticket_frozen\nmember M9\nexpect error ticket_frozen\npay cash\nexpect state paid\n"
)
"""What is wrong with a line is not asked while something else is wrong before it."""
LAST_LINE = (
    "MILK-1L\nEGGS-6\nqty 1 3\nvoid\nexpect lines 1\nexpect lines.1.sku MILK-1L\n"
    '"MILK-1L"\nexpect error unknown_code\n2*"milk"\nexpect error unknown_code\nexpect lines.1.quantity 3\n'
)
"""What is chosen on the screen is neither the last line nor a code."""

NEXT_TICKET = (
    "EGGS-6\npay cash 100\nexpect change 97.14\nadd 4664 0.0001\nexpect error bad_quantity\n"
    "expect change 0\nexpect state open\nMILK-1L\nhold Bob\nqty 9 1\nexpect error unknown_line\nexpect total 0\n"
    "MILK-1L\npay cash\nprint nope\nexpect error unknown_order\nexpect state paid\n"
)
"""What follows a finished sale is the next ticket's, refused or not, unless it only looks."""


@pytest.mark.parametrize("flow", [REFUSED, WORDS_ALONE, BEFORE_WORDS, LAST_LINE, NEXT_TICKET])
def test_what_a_flow_expects_to_be_refused_is_refused_on_its_screens_as_without_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flow: str
) -> None:
    file = tmp_path / "own.pos"
    file.write_text(flow, "utf-8")
    assert main(["run", str(file)]) == 0
    capsys.readouterr()
    assert main(["demo", str(file), "--headless"]) == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    "flow",
    [
        "CAR\npay cash 20000000\nexpect change 7500000\n",
        "CAR\npay cash 123456789.\nexpect state paid\n",
        "CAR\npay card reader 10000000\nexpect due 2500000\n",
        "CAR\ncrash\nCAR\nexpect error demo_only\nexpect lines 1\nexpect error demo_only\nstart\nexpect lines 1\n",
    ],
)
def test_what_only_the_ticket_decides_is_left_to_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flow: str
) -> None:
    shop = {"store": {"name": "Toko", "currency": "IDR", "timezone": "Asia/Jakarta"}}
    products = [{"sku": "CAR", "name": "Car", "price": 12_500_000_00}]
    (tmp_path / "shop.json").write_text(json.dumps(shop | {"products": products}))
    (tmp_path / "own.pos").write_text(flow, "utf-8")
    options = ("--headless", "--catalog", str(tmp_path / "shop.json"))
    assert main(["demo", str(tmp_path / "own.pos"), *options]) == 0, capsys.readouterr()


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_form_of_every_command_can_be_rehearsed(verb: str) -> None:
    """What only a till that sells can tell is not told before."""
    with dry_running(None, check_key) as dry_run:
        for form in VERBS[verb].split(" | "):
            command = parse(form.replace("SKU", "MILK-1L").replace("[", "").replace("]", ""))
            assert command is not None
            with suppress(TillError):
                dry_run(command)
        for line in ("qty last 2", "void last", "discount last 10%", "price last 2.00", "recall", "hold X"):
            command = parse(line)
            assert command is not None
            dry_run(command)
