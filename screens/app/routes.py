"""The way to every screen: the one place that knows them all. Each is imported when it is first shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, Protocol

from screens.kit.host import TillHost

if TYPE_CHECKING:
    from pos.domain.reservations import Order
    from screens.kit.base_screen import TillScreen

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
    """The receipt of an order."""
    from screens.receipt.screen import ReceiptScreen

    app.show(ReceiptScreen(order))


def show_help(app: Router) -> None:
    """The help screen."""
    from screens.help.screen import HelpScreen

    app.show(HelpScreen(app.kind))


def show_menu(app: Router) -> None:
    """The menu of the actions of the screen in front."""
    from screens.help.menu import MenuScreen

    app.show(MenuScreen(app.kind))


def show_palette(app: Router) -> None:
    """The palette, over the screen in front."""
    from screens.palette.screen import PaletteScreen

    app.notice = None
    app.show(PaletteScreen(app.kind))


def show_settings(app: Router) -> None:
    """The settings."""
    from screens.settings.screen import SettingsScreen

    app.notice = None
    app.show(SettingsScreen())


def show_cart(app: Router) -> None:
    """The Cart screen."""
    from screens.cart.screen import CartScreen

    app.notice = None
    app.show(CartScreen())


def show_coupons(app: Router) -> None:
    """The Coupon screen."""
    from screens.coupon.screen import CouponScreen

    app.notice = None
    app.show(CouponScreen())


def show_checks(app: Router) -> None:
    """The payments that are being checked."""
    from screens.checks.screen import ChecksScreen

    app.notice = None
    app.show(ChecksScreen())


def show_gateway(app: Router) -> None:
    """What the simulated gateway can be told to answer."""
    from screens.gateway.screen import GatewayScreen

    app.notice = None
    app.show(GatewayScreen())


def show_payment(app: Router) -> None:
    """The Payment screen."""
    from screens.payment.screen import PaymentScreen

    app.notice = None
    app.show(PaymentScreen())


def show_inspector(app: Router) -> None:
    """The inspector beside the sale; then, or where it stands open or has no place, the whole screen; then none."""
    from screens.inspector.screen import InspectorScreen

    if app.inspecting or app.roomy or app.kind not in INSPECTED or app.size.width < BESIDE:
        app.notice = None
        app.show(InspectorScreen())
    else:
        app.inspecting = True


ROUTES: Final[Mapping[str, Callable[[Router], None]]] = {
    "show_help": show_help,
    "show_menu": show_menu,
    "show_palette": show_palette,
    "show_settings": show_settings,
    "show_cart": show_cart,
    "show_coupons": show_coupons,
    "show_checks": show_checks,
    "show_gateway": show_gateway,
    "show_payment": show_payment,
    "show_inspector": show_inspector,
}
"""The handlers of actions that show a screen."""
