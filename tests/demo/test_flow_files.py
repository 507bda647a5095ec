"""Flows as files, and how their lines are typed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pos.demo.flow_keystrokes import strokes
from pos.demo.flows import find_flow, read_flow
from pos.domain.errors import TillError
from pos.domain.i18n import using_language
from pos.domain.message import verbatim
from pos.language.keystrokes import Scene, Stroke
from pos.language.parsing import parse
from pos.locales import language_of

UNKNOWN = ("TOTTE", "4006381333932", "foo bar", '5"-TV', "4242424242424242")
KEYS = {"back": "<escape>", "pay": "<f12>", "card": "k", "cash": "c", "abandon": "a"}


def scene(
    kind: str = "sale",
    *,
    lines: tuple[int, ...] = (),
    chosen: int | None = None,
    part_paid: bool = False,
    can: bool = True,
) -> Scene:
    return Scene(
        kind,
        lines,
        chosen,
        part_paid,
        lambda code: code not in UNKNOWN,
        lambda _: can,
        lambda action: KEYS.get(action, f"<{action}>"),
    )


def typed(line: str, at: Scene) -> str:
    command = parse(line)
    assert command is not None
    return "".join(stroke.keys for stroke in strokes(command, line, at))


@pytest.mark.parametrize(
    ("line", "at", "keys"),
    [
        ("MILK-1L", scene(), "MILK-1L\n"),
        ("3*MILK-1L", scene(), "3*MILK-1L\n"),
        ("MILK-1L", scene("receipt"), "MILK-1L\n"),
        ("MILK-1L", scene("coupon"), "<escape>MILK-1L\n"),
        ("add MILK-1L", scene(), "MILK-1L\n"),
        ("add MILK-1L 3", scene("coupon"), "<escape>3*MILK-1L\n"),
        ("add void", scene(), "/add void\n"),
        ("coupon SAVE10", scene(), "<coupon>SAVE10\n"),
        ("coupon BIGSHOP", scene("coupon"), "BIGSHOP\n"),
        ("coupon -SAVE10", scene("coupon"), "<escape>/coupon -SAVE10\n"),
        ("qty 1 12", scene(lines=(1, 2, 4), chosen=4), "<up><up><quantity>12\n"),
        ("qty 9 12", scene(lines=(1, 2), chosen=1), "/qty 9 12\n"),
        ("void 2", scene(lines=(1, 2), chosen=1), "<down><void>"),
        ("void", scene(lines=(1, 2), chosen=1), "/void last\n"),
        ("discount 1 10% torn", scene(lines=(1,), chosen=1), "<discount>10% torn\n"),
        ("discount all 1.50", scene(), "<ticket-discount>1.50\n"),
        ("member M1001", scene(), "<member>M1001\n"),
        ("hold", scene(), "<hold>\n"),
        ("undo", scene("cart"), "<escape><undo>"),
        ("redo", scene(), "<redo>"),
        ("undo", scene(can=False), "/undo last\n"),
        ("pay cash 20", scene(), "<f12>20\n"),
        ("pay cash 200", replace(scene(), sure=lambda typed: typed != "200"), "/pay cash 200\n"),
        ("pay cash", scene("payment"), "c"),
        ("pay card reader 10.00", scene(), "<f12>10.00k"),
        ("pay card 4242424242424242", scene("receipt"), "<escape><f12>4242424242424242k"),
        ("MILK-1L", scene("payment", part_paid=True), '/add "MILK-1L"\n'),
        ("TOTTE", scene("payment", part_paid=True), '/add "TOTTE"\n'),
        ("abandon", scene("payment", part_paid=True), "aa"),
        ("TOTTE", scene("coupon"), '<escape>/add "TOTTE"\n'),
        ("3*TOTTE", scene(), '/add "TOTTE" 3\n'),
        ("foo bar", scene(), '/add "foo bar"\n'),
        ('5"-TV', scene(), '/5"-TV\n'),
        ('3*5"-TV', scene("coupon"), '<escape>/3*5"-TV\n'),
        ('5"-PIPE', scene(), '5"-PIPE\n'),
        ("pay card 4111111111111111", scene(), "/pay card 4111111111111111\n"),
        ("add TOTTE 3", scene(), "/add TOTTE 3\n"),
        ("+A99912345", scene(), '/add "+A99912345"\n'),
        ("-2*MILK-1L", scene(), '/add "MILK-1L" -2\n'),
        ("pay cash", scene(can=False), "/pay cash\n"),
        ("pay cash", scene("payment", can=False), "<escape>/pay cash\n"),
        ("hold", scene(can=False), '/hold ""\n'),
        ("void", scene(can=False), "/void last\n"),
        ("key f11 x", scene(), "<f11>x"),
        ("say <b>", scene(), "/say <<>b>\n"),
    ],
)
def test_a_line_is_typed_as_a_cashier_types_it(line: str, at: Scene, keys: str) -> None:
    assert typed(line, at) == keys


def test_a_barcode_comes_in_one_go_from_the_scanner() -> None:
    command = parse("2000100000014")
    assert command is not None
    assert strokes(command, "2000100000014", scene()) == (Stroke("2000100000014\n", at_once=True),)


def test_amounts_are_typed_in_the_form_of_the_locale() -> None:
    with using_language(language_of("de", "de_DE", {})):
        assert typed("pay cash 20.50", scene()) == "<f12>20,50\n"
        assert typed("0.412*4664", scene()) == "0,412*4664\n"


@pytest.mark.parametrize(
    ("text", "number", "told"),
    [
        ('MILK-1L\nsay "open', 2, "double quote"),
        ("\n# title\nqty 1 2\ncrash whenever\n", 4, "A till can be stopped at"),
        ("MILK-1L\nstart\n", 2, "has stopped before"),
        ("snap\n", 1, "snap NAME"),
        ("snap a/../b\n", 1, "snap NAME"),
        ("expect error out_of_stock\n", 1, "follows the line that fails"),
        ("till 1 2\n", 1, "till NAME"),
        ("login ANN 1234\n", 1, "no `login` yet"),
    ],
)
def test_a_line_that_cannot_be_done_is_told_before_anything_plays(
    tmp_path: Path, text: str, number: int, told: str
) -> None:
    file = tmp_path / "own.pos"
    file.write_text(text, "utf-8")
    with pytest.raises(TillError) as caught:
        read_flow(file)
    assert caught.value.code == "flow_failed"
    assert caught.value.message.startswith(f"{file}:{number}: ")
    assert told in caught.value.message


def test_an_error_follows_the_line_of_its_own_till(tmp_path: Path) -> None:
    file = tmp_path / "two.pos"
    file.write_text("LAMP\npay card reader\ntill 2\nLAMP\ntill 1\nexpect error payment_declined\n", "utf-8")
    assert read_flow(file).lanes == ("1", "2")


def test_a_flow_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(TillError, match="plain-sale, coupon-and-member") as caught:
        find_flow("plain-sail")
    assert caught.value.code == "flow_unknown"
    empty = tmp_path / "empty.pos"
    empty.write_text("# nothing\n", "utf-8")
    with pytest.raises(TillError, match="nothing in it to play"):
        find_flow(str(empty))


def test_no_card_number_is_told(tmp_path: Path) -> None:
    file = tmp_path / "card.pos"
    file.write_text('# t\npay card 4242 4242 4242 4242\nsay "Type 4242 4242 4242 4242"\n', "utf-8")
    flow = read_flow(file)
    told = [line.shown for line in flow.lines] + [
        flow.lines[1].caption,
        flow.error(flow.lines[0], verbatim("4242424242424242 no")).message,
    ]
    assert [text for text in told if "4242 4242" in text or "42424242" in text] == []
