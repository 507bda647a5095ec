"""What is said on one screen is not found on another: every pair of a cashier's screens, both ways."""

from __future__ import annotations

import pytest

from pos.testing import Cashier
from screens.app.handlers import handler_of
from screens.app.routes import SHOW
from screens.app.till_app import TillApp
from screens.kit.actions import ACTIONS
from screens.terminal.keys import Key

KINDS = {"pay": "payment", "inspector": "inspect", "reprint": "receipt"}
"""The kinds of the screens that actions of another name show."""
HANDLERS = {
    KINDS.get(action.id, action.id): action.handler
    for action in ACTIONS
    if action.handler.startswith(SHOW) and action.id != "lanes"
}
"""What shows each screen; the tills of a shop need a server, on which this one is not."""
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
