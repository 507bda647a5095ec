"""Whatever is typed over a list and however the arrows go, Enter does nothing but what is drawn as chosen and seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

import pytest

from pos.domain.terminal_text import clean
from pos.settings.sources import Sources
from pos.testing import Cashier
from screens.render.panel import Panel

SIZES: Final = [(80, 24), (60, 20), (40, 10), (40, 7), (30, 5), (20, 3), (120, 30)]
ARROWS: Final = ("", "<down>", "<down><down><down>", "<up>", "<pagedown><up>", "<pagedown><pagedown><pagedown>")


LEFT_OUT: Final = ("Quit", "Picture")
"""What would end the till, or writes a file."""


class Case(NamedTuple):
    """A list: the keys that open it, what is typed there, its panels, and what Enter means and has done."""

    name: str
    opening: str
    typed: tuple[str, ...]
    panels: tuple[str, ...]
    meant: Callable[[Any], str | None]
    """The name of what the screen says that Enter means, told from the screen."""


def of_listing(screen: Any) -> str | None:
    listed = screen._listing
    picked = screen._picked(listed) if listed is not None else None
    key = listed.key(picked) if picked is not None else None
    return listed.item(key).text if key is not None else None


def of_menu(screen: Any) -> str | None:
    keys = screen.listed_keys
    return screen._actions[keys[screen.picked]].label if keys and screen.picked is not None else None


def of_palette(screen: Any) -> str | None:
    return screen.chosen.text if screen.chosen is not None and screen.picked is not None else None


CASES: Final = [
    Case("hits", "", ("milk", "ch", "batery"), ("list",), of_listing),
    Case("categories", "<right>", ("", "fr", "milk"), ("list",), of_listing),
    Case("category", "<right><down>\n", ("", "ry", "choc"), ("list",), of_listing),
    Case("held", "<f8>", ("", "a", "carlo"), ("list",), of_listing),
    Case("coupons found", "", ("save", "big"), ("list",), of_listing),
    Case("commands", "/", ("v", "co", "h"), ("list",), of_listing),
    Case("coupons", "<f5>", ("", "o", "save"), ("applied", "offered"), lambda screen: screen.chosen),
    Case("menu", "<f10>", ("", "v", "undo"), ("page",), of_menu),
    Case("palette", "<ctrl+p>", ("", "milk", "voi"), ("page",), of_palette),
    Case("gateway", "<ctrl+g>", ("", "card"), ("list",), lambda screen: screen.chosen and screen.chosen.text),
    Case("settings", "<ctrl+o>", ("", "screen", "price"), ("list",), lambda screen: screen.chosen.label),
]


def lines_drawn_as_chosen(cashier: Cashier, *names: str) -> list[str]:
    """The lines of these panels that are painted as chosen and lie on the terminal."""
    found = []
    with cashier.app._context():
        for panel in cashier.app.screen.query(Panel):
            if panel.id not in names or not panel.display:
                continue
            ground = panel._style("", "chosen").bgcolor
            for y in range(min(panel.size.height, cashier.app.size.height - panel.region.y)):
                strip = panel.render_line(y)
                if any(part.style is not None and part.style.bgcolor == ground for part in strip):
                    found.append(strip.text)
    return found


def standing(cashier: Cashier) -> tuple[object, ...]:
    """All that Enter may change: the ticket, where the till is, what it asks, and what the gateway was told."""
    app, screen = cashier.app, cashier.app.screen
    asked = [getattr(screen, name, None) for name in ("prompt", "category", "choosing", "capturing", "swapping")]
    plan = cashier.till.gateway_plan
    asked.append(app.front.begun if app.front.begun.endswith(" ") else "")
    return (app.current, app.kind, len(cashier.till.held_tickets()), asked, plan.answers if plan is not None else ())


async def at_home(cashier: Cashier) -> None:
    """The sale screen with one milk on the ticket and three tickets set aside, whatever was done before."""
    while cashier.kind != "sale":
        await cashier.keys("<escape>")
    await cashier.keys("<escape>" * 4)
    if cashier.app.current is None or [line.sku for line in cashier.sale.lines] != ["MILK-1L"] or cashier.sale.coupons:
        cashier.app.handed_over()
        await cashier.keys("/void all\n")
        while len(cashier.till.held_tickets()) < 3:
            await cashier.keys(f"BREAD-RYE\n<f7>{'ABC'[len(cashier.till.held_tickets())]}nna\n")
        await cashier.keys("MILK-1L\n")


async def does_only_what_is_seen(cashier: Cashier, case: Case, way: tuple[str, str]) -> bool:
    """Whether Enter did anything behind two kinds of keys; if so, it was drawn as chosen on the screen."""
    await at_home(cashier)
    await cashier.keys(case.opening + "".join(way))
    screen = cashier.app.screen
    meant, seen, before = case.meant(screen), lines_drawn_as_chosen(cashier, *case.panels), standing(cashier)
    shown = cashier.text()
    if meant in LEFT_OUT:
        return False
    await cashier.keys("\n")
    if standing(cashier) == before:
        return False
    place = f"{case.name} {cashier.app.size}, {way}: {meant}\n{shown}"
    assert meant is not None, place
    assert any(clean(meant)[:5].strip() in line for line in seen), place
    return True


@pytest.mark.till(catalog="demo", training=True)
async def test_nothing_is_done_that_is_not_seen(cashier: Cashier, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.touch()
    cashier.app.sources = Sources(file, {})
    random = Random(17)
    for size in SIZES:
        await cashier.resize(*size)
        for case in CASES:
            ways = [(typed, random.choice(ARROWS)) for typed in case.typed]
            ways = [way if random.random() < 0.7 else way[::-1] for way in ways]
            if size == SIZES[0]:
                ways = [(typed, "<down>") for typed in case.typed]
            done = [await does_only_what_is_seen(cashier, case, way) for way in ways]
            assert any(done) or size != SIZES[0], f"nothing could be done: {case.name} {ways}"
