"""The way to every screen: the one place that knows them all. Each is imported when it is first shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol

from screens.kit.host import TillHost

if TYPE_CHECKING:
    from pos.domain.reservations import Order
    from screens.kit.base_screen import TillScreen

SHOW: Final = "show_"
"""How the name of a handler begins that shows a screen; the name of that screen's room follows."""
INSPECTED: Final = ("sale", "cart", "payment")
"""The kinds of screen beside which the inspector can be opened."""
BESIDE: Final = 80
"""From how many columns on there is room for it."""


class Router(TillHost, Protocol):
    """The app as it shows screens."""

    def show(self, screen: TillScreen) -> None:
        """Put a screen in front; the next key is its."""
        ...


def home_screen() -> TillScreen:
    """The screen that an app begins with."""
    from screens.catalog.screen import CatalogScreen

    return CatalogScreen()


def show_receipt(app: Router, order: Order) -> None:
    """Show the receipt of an order that was found."""
    from screens.receipt.screen import ReceiptScreen

    app.show(ReceiptScreen(order))


def screen_of(room: str) -> type[TillScreen]:
    """The screen of a room: `PriceCheckScreen` of `screens/price_check/screen.py`."""
    from screens.kit.base_screen import TillScreen

    screen: object = vars(import_module(f"screens.{room}.screen"))[f"{room.title().replace('_', '')}Screen"]
    assert isinstance(screen, type)
    assert issubclass(screen, TillScreen)
    return screen


def show(app: Router, room: str) -> None:
    """The screen of a room that needs to be told nothing."""
    app.notice = None
    app.show(screen_of(room)())


def show_help(app: Router) -> None:
    """Show what can be done on the screen in front, and on the others."""
    from screens.help.screen import HelpScreen

    app.show(HelpScreen(app.kind, app.subject))


def show_menu(app: Router) -> None:
    """The menu of the actions of the screen in front."""
    from screens.help.menu import MenuScreen

    app.show(MenuScreen(app.kind, app.subject))


def show_palette(app: Router) -> None:
    """The palette, over the screen in front."""
    from screens.palette.screen import PaletteScreen

    app.notice = None
    app.show(PaletteScreen(app.kind, app.subject))


def show_inspector(app: Router) -> None:
    """The inspector beside the sale; then, or where it stands open or has no place, the whole screen; then none."""
    if app.inspecting or app.roomy or app.kind not in INSPECTED or app.size.width < BESIDE:
        show(app, "inspector")
    else:
        app.inspecting = True


ROUTES: Final[Mapping[str, Callable[[Router], None]]] = {
    "show_help": show_help,
    "show_menu": show_menu,
    "show_palette": show_palette,
    "show_inspector": show_inspector,
}
"""The handlers of actions that show a screen which has to be told what it is about, or not always."""


def route(handler: str) -> Callable[[Router], None] | None:
    """What shows the screen that a handler names; None: it shows none."""
    if handler in ROUTES or not handler.startswith(SHOW):
        return ROUTES.get(handler)
    return partial(show, room=handler.removeprefix(SHOW))
