"""The kit for tests of the screens: a till on which nothing is left to chance, a cashier to drive it, and pictures.

With pytest, the fixtures `cashier`, `till` and `snap` and the mark `till` are there once Tillkey is installed
(`pip install 'tillkey[testing]'`). `open_till_app` is the same for a test that needs several apps, or another runner,
`open_shop` for several tills of one shop. Nothing of the screens is loaded before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pos.testing.bank import Bank
    from pos.testing.defaults import NOW, SIZES
    from pos.testing.extending import extended
    from pos.testing.opening import open_till_app
    from pos.testing.shop import Shop, open_shop
    from screens.testing.cashier import Cashier, Chain
    from screens.testing.snapshots import Snap

__all__ = ["NOW", "SIZES", "Bank", "Cashier", "Chain", "Shop", "Snap", "extended", "open_shop", "open_till_app"]

_HOMES: Final = {
    "NOW": "pos.testing.defaults",
    "SIZES": "pos.testing.defaults",
    "Bank": "pos.testing.bank",
    "extended": "pos.testing.extending",
    "open_till_app": "pos.testing.opening",
    "Cashier": "screens.testing.cashier",
    "Chain": "screens.testing.cashier",
    "Shop": "pos.testing.shop",
    "Snap": "screens.testing.snapshots",
    "open_shop": "pos.testing.shop",
}


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from pos.testing.packages import check_screens

        check_screens()
        return getattr(import_module(_HOMES[name]), name)
