"""What is said on one screen is not found on another: every pair of a cashier's screens, both ways."""

from __future__ import annotations

import pytest

from pos.testing import Cashier
from screens.app.handlers import handler_of
from screens.app.till_app import TillApp
from screens.terminal.keys import Key

HANDLERS = {
    "inspect": "show_inspector",
    "cart": "show_cart",
    "coupon": "show_coupon",
    "payment": "show_payment",
    "receipt": "show_last_receipt",
    "checks": "show_checks",
    "settings": "show_settings",
    "palette": "show_palette",
    "gateway": "show_gateway",
    "help": "show_help",
    "menu": "show_menu",
}
TOLD = "This was told there."


def go(app: TillApp, kind: str) -> None:
    """Take a key that leads to a screen, over the one in front or back to the sale."""
    app.heed()
    if kind == "sale":
        app.home()
    else:
        handler_of(HANDLERS[kind])(app)


@pytest.mark.till(catalog="demo")
async def test_no_notice_follows_to_another_screen(cashier: Cashier) -> None:
    app = cashier.app
    await cashier.resize(160, 50)
    await cashier.keys("MILK-1L\n<f12>c").settled()
    await cashier.keys("\nMILK-1L\n").settled()
    followed = []

    def tell() -> None:
        app.say(TOLD, "bad")

    def note(one: str, other: str) -> None:
        assert app.kind == other
        if app.notice is not None:
            followed.append((one, other))

    for one in ("sale", *HANDLERS):
        with app._context():
            go(app, "sale")
            go(app, one)
        await cashier.settled()
        for other in HANDLERS:
            if other != one:
                with app._context():
                    tell()
                    go(app, other)
                    note(one, other)
                    tell()
                    app.take(Key("escape"))
                    note(other, app.kind)
                    if app.kind != one:
                        go(app, "sale")
                        go(app, one)
        with app._context():
            tell()
            go(app, "sale")
            if one != "sale":
                note(one, "sale")
        await cashier.settled()
    assert followed == []
