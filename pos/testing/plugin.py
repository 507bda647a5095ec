"""The pytest plugin by its name: `-p pos.testing.plugin` finds it, whether Tillkey is installed or not.

The plugin itself is `tillkey_pytest`, which is loaded in every run of pytest where Tillkey is installed, beside
whatever packages named `pos` or `screens` there may be.
"""

from __future__ import annotations

import sys

import tillkey_pytest

sys.modules[__name__] = tillkey_pytest
