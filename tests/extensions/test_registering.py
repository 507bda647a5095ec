"""Adding rows to the till's tables, taking them out again, and what is refused with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from textual.theme import Theme

from pos.bootstrap import PRINTERS, STORES
from pos.domain.counters import COUNTERS, CounterKind
from pos.domain.tenders import TENDERS, Tender
from pos.extensions import (
    Registration,
    register_gateway,
    register_printer,
    register_store,
    register_tender,
    register_verb,
)
from pos.gateways import GATEWAYS
from pos.language import table
from pos.language.verb import CommandResult, Verb, no_words
from pos.testing import open_till_app
from screens import extensions as with_screens
from screens.app.handlers import HANDLERS
from screens.extensions import AddedAction, register_action, register_theme
from screens.kit import actions
from screens.kit.base_screen import TillScreen
from screens.kit.keymap import STANDARD, Keymap, faults, standard
from screens.render import themes

GIFT = Tender(
    name="gift", label="gift card", behind="counter", counter="balance", usage="gift CODE [AMOUNT]", key="g",
    counts=CounterKind(),
)  # fmt: skip
MORE: Verb[None, CommandResult] = Verb(
    word="more", usage="more", parse=no_words, perform=lambda till, _args: CommandResult(till.sale)
)
LOOK = AddedAction(
    id="look", key="ctrl+l", word="look", short="Look", label="Look", help="Look.", screens=("sale",),
    handler="show_look", does=lambda app: None,
)  # fmt: skip


class Payment(TillScreen):
    KIND = "payment"


class Sheetless(TillScreen):
    KIND = "look"
    CSS_PATH = "gone.tcss"


PLUM = Theme(name="plum", primary="#884488")


def make(*_args: Any, **_kwargs: Any) -> Any:
    """A factory that is never called."""
    raise AssertionError


ALL: tuple[Callable[[], Registration], ...] = (
    lambda: register_gateway("acme", make),
    lambda: register_store("ram", make),
    lambda: register_printer("tape", make),
    lambda: register_tender(GIFT),
    lambda: register_verb(MORE),
    lambda: register_action(LOOK),
    lambda: register_theme(PLUM),
)


def everything() -> tuple[object, ...]:
    """All tables as they are."""
    tables: tuple[Mapping[str, object], ...] = (
        GATEWAYS, STORES, PRINTERS, TENDERS, COUNTERS, table.TABLE, table.USAGES, table.AT_A_TILL, HANDLERS,
        themes.ADDED,
    )  # fmt: skip
    return (*map(dict, tables), actions.every(), standard())


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Every test leaves the tables as they were."""
    before = everything()
    yield
    assert everything() == before


def test_all_that_is_added_is_taken_out_again() -> None:
    before = everything()
    with ExitStack() as added:
        for register in ALL:
            added.enter_context(register())
        assert all(one != other for one, other in zip(before, everything(), strict=True))
    assert everything() == before


def test_it_is_taken_out_once() -> None:
    first = register_theme(PLUM)
    first.undo()
    with register_theme(PLUM):
        first.undo()
        assert "plum" in themes.ADDED


def test_a_tenders_words_are_told() -> None:
    with register_tender(GIFT):
        assert table.USAGES["pay"].endswith(" | pay gift CODE [AMOUNT]")
        assert table.row("pay").usage == table.AT_A_TILL["pay"] == table.USAGES["pay"]
    assert "gift" not in table.USAGES["pay"]


@pytest.mark.parametrize(
    ("register", "reason"),
    [
        (lambda: register_gateway("simulated", make), "“simulated” is there already"),
        (lambda: register_store("tinydb", make), "“tinydb” is there already"),
        (lambda: register_store("a b", make), "“a b” is nothing that stands before :// in an address"),
        (lambda: register_printer("tape", "nothing"), "it is a str, and cannot be called"),  # type: ignore[arg-type]
        (lambda: register_tender(replace(GIFT, name="cash", usage="cash")), "“cash” is there already"),
        (lambda: register_tender(replace(GIFT, name="Gift")), "“Gift” is no name of small letters"),
        (lambda: register_tender(replace(GIFT, usage="card")), "its usage does not begin with gift"),
        (lambda: register_tender(replace(GIFT, counter="")), "it names a counter if there is one behind it"),
        (lambda: register_tender(replace(GIFT, counter="stock")), "“stock” is there already"),
        (lambda: register_tender(replace(GIFT, behind="unknown")), "nothing is behind it"),
        (lambda: register_tender(MORE), "it is a Verb, no Tender"),  # type: ignore[arg-type]
        (lambda: register_tender(Tender), "it is a class, no Tender"),  # type: ignore[arg-type]
        (lambda: register_verb(replace(MORE, word="add", usage="add")), "“add” is there already"),
        (lambda: register_verb(replace(MORE, word="refund", usage="refund")), "“refund” is there already"),
        (lambda: register_verb(replace(MORE, usage="other")), "its usage does not begin with more"),
        (lambda: register_verb(replace(MORE, perform=None)), "nothing is done for it"),
        (lambda: register_action(replace(LOOK, id="pay")), "“pay” is there already"),
        (lambda: register_action(replace(LOOK, word="qty")), "“qty” is there already"),
        (lambda: register_action(replace(LOOK, handler="go_back")), "“go_back” is there already"),
        (lambda: register_action(replace(LOOK, key="F12")), "pay has the key F12 already"),
        (lambda: register_action(replace(LOOK, key="l")), "L cannot be its key: F1 to F12, or Ctrl and a letter"),
        (lambda: register_action(replace(LOOK, key="", word="")), "it has neither a key nor a word"),
        (lambda: register_theme(replace_theme(name="nord")), "“nord” is there already"),
        (lambda: register_theme(replace_theme(variables={"rim": "}"})), "“rim” = “}” is no colour"),
        (lambda: register_theme(replace_theme(variables={"rim": 5})), "“rim” = “5” is no colour"),
        (lambda: register_theme(replace_theme(dark="no")), "dark is neither true nor false"),
        (lambda: register_tender(replace(GIFT, label=5)), "its label is a int, no str"),  # type: ignore[arg-type]
        (lambda: register_tender(replace(GIFT, title="\x1b[31m")), "its title has characters that no screen shows"),
        (lambda: register_tender(replace(GIFT, counts=CounterKind(code="mine"))), "“mine” is no published error code"),
        (lambda: with_screens.register_tender(replace(GIFT, key="1")), "1 cannot be its key: a small letter"),
        (lambda: with_screens.register_tender(replace(GIFT, name="help", usage="help")), "“help” is there already"),
        (lambda: with_screens.register_tender(replace(GIFT, name="again", usage="again")), "“again” is there already"),
        (lambda: register_verb(replace(MORE, takes=1)), "its takes is a int, no tuple"),  # type: ignore[arg-type]
        (lambda: register_verb(replace(MORE, parse=None)), "its parse cannot be called"),  # type: ignore[arg-type]
        (lambda: register_action(replace(LOOK, rank=None)), "its rank is a NoneType, no int"),  # type: ignore[arg-type]
        (lambda: register_action(replace(LOOK, screens="sale")), "its screens is a str, no tuple"),  # type: ignore[arg-type]
        (lambda: register_action(replace(LOOK, does=5)), "its does cannot be called"),  # type: ignore[arg-type]
        (lambda: register_action(replace(LOOK, does=None)), "it shows a screen or does something, one of both"),
        (lambda: register_action(replace(LOOK, shows=Sheetless)), "it shows a screen or does something, one of both"),
        (lambda: register_action(showing("Sheetless")), "it shows a str, no TillScreen"),
        (lambda: register_action(showing(TillScreen)), "its screen TillScreen has no KIND"),
        (lambda: register_action(showing(Payment)), "“payment” is there already"),
        (lambda: register_action(showing(Sheetless)), "“gone.tcss”, the style sheet of Sheetless, is not installed"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_reason(register: Callable[[], Registration], reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        register()


def showing(screen: Any) -> AddedAction:
    return replace(LOOK, does=None, shows=screen)


def replace_theme(**changes: Any) -> Theme:
    return Theme(**({"name": "plum", "primary": "#884488"} | changes))


async def test_an_action_that_fails_to_say_why_it_cannot_be_done_keeps_no_till_from_selling() -> None:
    def fails(_standing: object) -> str | None:
        raise RuntimeError("no reason")

    async with open_till_app(extensions=[replace(LOOK, reason=fails)]) as cashier:
        await cashier.keys("/look\n").sees("RuntimeError: no reason").scan("MILK-1L").pays_cash().sees("paid")


def test_colours_that_are_none_are_found_before_the_theme_is_worn() -> None:
    with pytest.raises(Exception, match="nonsense"):
        register_theme(replace_theme(primary="nonsense"))


def test_a_key_gives_way_to_the_shops_and_to_an_earlier_extensions() -> None:
    other = replace(LOOK, id="other", word="other", handler="show_other")
    with register_action(LOOK), register_action(other):
        assert (standard().key("look"), standard().cap("other")) == ("ctrl+l", "/other")
        chosen = {"pay": "ctrl+l"}
        assert faults(chosen) == ()
        assert Keymap.of(chosen).cap("look") == "/look"
        assert Keymap.of({"look": "f10", "menu": "none"}).action("sale", "f10") == LOOK
    assert standard() is STANDARD


def test_a_kind_of_screen_that_the_program_has_not_has_the_keys_that_are_everywhere() -> None:
    with register_action(replace(LOOK, screens=("look",))):
        found = {action.id for action in actions.on_screen("look")}
        assert found == {"help", "menu", "copy", "screenshot", "back", "quit", "look"}
        assert [standard().action("look", key) for key in ("f1", "escape", "f12", "ctrl+l")] == [
            actions.by_id("help"), actions.by_id("back"), None, actions.by_id("look"),
        ]  # fmt: skip
        with pytest.raises(ValueError, match="help has the key F1 already"):
            register_action(replace(LOOK, id="other", word="", handler="show_other", key="f1", screens=("look",)))
