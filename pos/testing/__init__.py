"""The kit for tests of the screens: a till on which nothing is left to chance, a cashier to drive it, and pictures.

With pytest, the fixtures `cashier`, `till` and `snap` and the mark `till` are there once Tillkey is installed
(`pip install 'tillkey[testing]'`). `open_till_app` is the same for a test that needs several apps, or another runner.
"""

from __future__ import annotations

from pos.testing.bank import Bank
from pos.testing.cashier import Cashier, Chain
from pos.testing.places import NOW, SIZES
from pos.testing.running import open_till_app
from pos.testing.snapping import Snap

__all__ = ["NOW", "SIZES", "Bank", "Cashier", "Chain", "Snap", "open_till_app"]
