"""`pos run`: what it prints, when it stops, and its exit codes, as another program sees them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from tests.language.support import pos, run
from tests.till.support import GOOD_CARD, POOR_CARD, TEA_GTIN, shop


def test_a_sale_line_by_line(catalog: Path) -> None:
    code, lines = run(catalog, f"# tea time\n\n2*{TEA_GTIN}\ncoupon TEN\npay cash 20\nexpect change 16.04\n")
    assert code == 0
    assert [(said["line"], said["command"], said["ok"]) for said in lines] == [
        (3, f"2*{TEA_GTIN}", True),
        (4, "coupon TEN", True),
        (5, "pay cash 20", True),
        (6, "expect change 16.04", True),
    ]
    sale = lines[2]["sale"]
    assert sale["lines"] == [
        {
            "line": 1,
            "sku": "TEA",
            "name": "Green Tea",
            "quantity": 2,
            "unit": "each",
            "list_price": 200,
            "unit_price": 200,
            "subtotal": 400,
            "discounts": [{"step": "coupon", "code": "TEN", "amount": 40, "reason": "Coupon TEN, 10 %"}],
            "net": 360,
            "tax": 36,
            "total": 396,
            "tax_name": "standard",
            "tax_rate": "10",
        }
    ]
    money = ("subtotal", "discount_total", "tax", "total", "paid", "due", "change", "cash_rounding")
    assert [sale[name] for name in money] == [400, 40, 36, 396, 396, 0, 1604, 0]
    assert sale["taxes"] == [{"name": "standard", "rate": "10", "net": 360, "tax": 36}]
    assert (sale["state"], sale["receipt"]) == ("paid", "1-1-1")
    assert [event["event"] for event in lines[2]["events"]] == ["committed"]


def test_a_weighed_quantity_is_a_decimal_string(catalog: Path) -> None:
    _, lines = run(catalog, "0.500*4664\nadd TOMATO 2\n")
    assert [line["quantity"] for line in lines[1]["sale"]["lines"]] == ["0.5", "2"]


def test_a_picture_is_passed_over_in_silence_where_there_is_no_screen(catalog: Path) -> None:
    code, lines = run(catalog, "BREAD\nsnap bread\n")
    assert code == 0
    assert lines[1] == {"line": 2, "command": "snap bread", "ok": True, "events": [], "sale": lines[0]["sale"]}


@pytest.mark.parametrize("typed", ["10%", "10 %", "10% torn", '10 % "torn"', "0.30 torn"])
def test_a_discount_may_have_a_reason(catalog: Path, typed: str) -> None:
    _, lines = run(catalog, f"BREAD\ndiscount 1 {typed}\n")
    (discount,) = lines[1]["sale"]["lines"][0]["discounts"]
    assert (discount["step"], discount["amount"]) == ("line_discount", 30)
    assert discount["reason"] == ("10 % off" if "%" in typed else "0.30 off") + (", torn" if "torn" in typed else "")


def test_the_last_line_can_be_said(catalog: Path) -> None:
    script = (
        "price last 1\nexpect error empty_ticket\nadd BREAD 6\nadd CAKE\nadd BREAD 10\nprice last 2.55\n"
        "expect lines.1.total 40.80\nadd BREAD\ndiscount LAST 10% dented\nexpect lines.3.total 2.70\n"
        "qty last 2\nexpect lines.3.total 5.40\nprice last -\nqty last 0\nexpect lines 2\nvoid last\nexpect lines 1\n"
        "discount latest 1\nexpect error bad_command\n"
    )
    code, lines = run(catalog, script)
    assert (code, lines[-1]["sale"]["lines"][0]["sku"]) == (0, "BREAD")


def test_an_expected_failure_is_no_failure(catalog: Path) -> None:
    script = f"LAMP\npay card {POOR_CARD}\n\nexpect error payment_declined\npay card {GOOD_CARD}\nexpect state paid\n"
    code, lines = run(catalog, script)
    assert code == 0
    declined = lines[1]
    assert (declined["ok"], declined["error"]["code"]) == (False, "payment_declined")
    assert declined["error"]["decline_code"] == "insufficient_funds"
    assert [event["event"] for event in declined["events"]] == ["reserved", "charging", "declined", "released"]
    assert declined["sale"]["state"] == "open"


def test_it_stops_at_the_first_unexpected_failure(catalog: Path) -> None:
    script = f"NOPE\n{TEA_GTIN}\n"
    code, lines = run(catalog, script)
    assert (code, [said["ok"] for said in lines]) == (1, [False])
    code, lines = run(catalog, script, "--keep-going")
    assert (code, [said["ok"] for said in lines]) == (1, [False, True])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("expect total 1.00", "expectation_failed"),
        ("expect nonsense 1", "expectation_failed"),
        ("expect error out_of_stock", "expectation_failed"),
        ("expect total", "bad_command"),
        ("qty 1", "bad_command"),
        ("qty x 1", "bad_command"),
        ("discount 1 101%", "bad_discount"),
        ("discount 1 ten", "bad_discount"),
        ("price 1 -4", "bad_price"),
        ("price 1 abc", "bad_price"),
        ("pay cash abc", "bad_amount"),
        ("pay cash -5", "bad_amount"),
        ("pay cash 0", "bad_amount"),
        ("pay cash 4006381333931", "card_not_an_amount"),
        ("pay card reader 4242424242424242", "card_not_an_amount"),
        ("wait 99999999999999h", "bad_command"),
        ("٣*TEA", "unknown_code"),
        ("say " + "x" * 3000, "bad_command"),
        ("pay cash 1.234", "bad_amount"),
        ("pay card", "bad_command"),
        ("pay card reader 100", "payment_too_much"),
        ("pay gold", "bad_command"),
        ("wait long", "bad_command"),
        ("gateway explode", "bad_command"),
        ("key f5", "screen_only"),
        ("print 9-9-9", "unknown_order"),
    ],
)
def test_bad_lines_are_told_and_change_nothing(catalog: Path, line: str, code: str) -> None:
    exit_code, lines = run(catalog, f"{TEA_GTIN}\n{line}\nqty 1 2\n", "--keep-going")
    assert exit_code == 1
    assert lines[1]["error"]["code"] == code
    assert lines[1]["error"]["message"]
    assert lines[1]["sale"] == lines[0]["sale"]
    assert lines[2]["ok"]


def test_every_verb_has_its_line(catalog: Path) -> None:
    script = """
    add TEA 2
    qty 1 3
    discount 1 10%
    discount 1 0
    discount all 1.00
    price 1 1.50
    price 1 -
    CAKE
    void
    void 1
    BREAD
    void all
    BREAD
    coupon TEN
    coupon -TEN
    member M1
    member -
    hold "for later"
    recall "for later"
    say "hello"
    wait 1s
    gateway approve
    pay card 4242 4242 4242 4242 1.00
    abandon
    pay cash
    print
    """
    code, lines = run(catalog, script)
    assert [said["error"] for said in lines if not said["ok"]] == []
    assert code == 0
    assert "THANK" in lines[-1]["output"].upper()


def test_numbers_are_never_echoed(catalog: Path, tmp_path: Path) -> None:
    typed = (
        GOOD_CARD,
        "4242 4242 4242 4242",
        "4242-4242-4242-4242",
        "4242.4242.4242.4242",
        "4242\t4242\t4242\t4242",
        "5555-5555-5555-4444",
        POOR_CARD,
    )
    places = (
        *("pay card {}", "pay card {} 1.00", 'pay "card" {}', "pay\tcard\t{}", "pay cash {}", "pay card reader {}"),
        *("{}", "{}*BREAD", "add {}", "add BREAD {}", "qty 1 {}", "qty {} 1", "void {}", "discount 1 10% for {}"),
        *("discount {} 1", "price 1 {}", "coupon {}", "coupon -{}", "member {}", "hold {}", "recall {}", "print {}"),
        *("say {}", 'say "paid with {}"', "expect total {}", "expect {} 1", "expect error {}", "wait {}", "gateway {}"),
        *("pay cash\nprint", "key {}", "say x{}", "# {}"),
    )
    script = "".join(f"void all\nBREAD\n{place.format(number)}\n" for number in typed for place in places)
    script += "pay card 4242424242424241\nlogin anna 975313579\n"
    store = tmp_path / "store"
    as_json = pos("run", "-", "--catalog", catalog, "--json", "--keep-going", "--store", store, script=script)
    for_people = pos("run", "-", "--catalog", catalog, "--keep-going", script=script)
    said = [as_json.stdout, as_json.stderr, for_people.stdout, for_people.stderr]
    said += [path.read_text("utf-8", "replace") for path in store.rglob("*") if path.is_file()]
    assert "visa••4242" in "".join(said)
    for text in said:
        together = re.sub(r"[ \t.-]|\\t", "", text)
        for number in (*typed, "4242424242424241", "975313579"):
            assert re.sub(r"[ \t.-]", "", number) not in together


@pytest.mark.parametrize(
    ("typed", "echo"),
    [
        ("pay card 4242 4242 4242 4242", "pay card visa••4242"),
        ("pay card 4242424242424242 1.00", "pay card visa••4242 1.00"),
        ("pay card 4242 4242 4242 4242 1.00", "pay card visa••4242 1.00"),
        ("pay card reader 1.00", "pay card reader 1.00"),
        ("pay card 4242424242424241", "pay card ••••"),
    ],
)
def test_a_card_payment_is_echoed_without_its_number(catalog: Path, typed: str, echo: str) -> None:
    _, lines = run(catalog, f"CAKE\n{typed}\n", "--keep-going")
    assert lines[1]["command"] == echo
    assert lines[1]["ok"] == ("4241" not in typed)


def test_blanks_of_every_kind_separate(catalog: Path) -> None:
    code, lines = run(catalog, "\ufeffadd\tTEA\t2\nvoid\tall\n")
    assert (code, [said["ok"] for said in lines]) == (0, [True, True])


def test_what_is_no_text_is_refused_without_a_traceback(catalog: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pos", "run", "-", "--json", "--keep-going", "--catalog", str(catalog)],
        input=b"\xfe\xfe\nTEA\n",
        capture_output=True,
        check=False,
        env={"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"},
    )
    assert (done.returncode, done.stderr) == (1, b"")
    assert [json.loads(line)["ok"] for line in done.stdout.decode().splitlines()] == [False, True]


def test_text_for_people_holds_no_escape(catalog: Path) -> None:
    done = pos("run", "-", "--catalog", catalog, script='say "\x1b[31mred \x07 \x9b2J"\n\x1b]0;x\x07\n')
    assert not [char for char in done.stdout if not (char.isprintable() or char == "\n")]


def test_a_reader_who_stops_reading_is_no_wrong_usage(catalog: Path) -> None:
    script = catalog.with_name("long.pos")
    script.write_text("TEA\nvoid\n" * 3000, "utf-8")
    command = [sys.executable, "-m", "pos", "run", str(script), "--json", "--catalog", str(catalog)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.readline()
        program.stdout.close()
        errors = program.stderr.read()
    assert program.returncode == 1
    assert re.fullmatch(rb"pos: line \d+ of the script was done, and none after it\.\n", errors)


def test_a_line_that_fails_after_a_finished_sale_belongs_to_the_next(catalog: Path) -> None:
    _, lines = run(catalog, "BREAD\npay cash\nexpect state paid\npay bank\n", "--keep-going")
    assert [said["sale"]["state"] for said in lines] == ["open", "paid", "paid", "open"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("run",),
        ("run", "missing.pos"),
        ("run", "-", "--now", "yesterday"),
        ("run", "-", "--latency", "-1"),
        ("run", "-", "--catalog", "missing.json"),
    ],
)
def test_wrong_usage_is_2(arguments: tuple[str, ...]) -> None:
    done = pos(*arguments, script="TEA\n")
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_the_gateways_pace_can_be_set(catalog: Path) -> None:
    script = "CAKE\npay card reader\nCAKE\ngateway timeout after\npay card reader\n"
    _, lines = run(catalog, script, "--latency", "2", "--timeout", "7", "--keep-going")
    at = [datetime.fromisoformat(event["at"]) for said in lines for event in said["events"]]
    charged = [event["event"] for said in lines for event in said["events"]]
    first, second = charged.index("charging"), len(charged) - 1 - charged[::-1].index("charging")
    assert (at[first + 1] - at[first]).total_seconds() == 2
    assert (at[second + 1] - at[second]).total_seconds() == 2 + 7


def test_the_schema_describes_the_catalog() -> None:
    import jsonschema

    schema = json.loads(pos("schema").stdout)
    jsonschema.validate(shop(), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"products": [{"sku": "A", "name": "A", "price": -1}]}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"prodcts": []}, schema)
