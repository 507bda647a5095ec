"""What the environment says to Textual and Rich: they take each value as it is, and a wrong one ends them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import lazy

COLOUR_SYSTEMS: Final = ("auto", "standard", "256", "truecolor", "windows")
"""As Rich names them."""


def check_variables(environ: Mapping[str, str]) -> None:
    """Raise TillError `settings_invalid`, naming the variable and what is allowed, for what no screen opens with."""
    for name, (read, allowed) in _READ.items():
        value = environ.get(name)
        if value is None or (name == "TEXTUAL_DRIVER" and not value):
            continue
        try:
            read(value)
        except (ValueError, ImportError, AttributeError, OSError):
            from pos.settings.loading import shown

            what = lazy("{value} is not allowed. Allowed: {allowed}.", value=shown(value), allowed=lazy(allowed))
            raise TillError("settings_invalid", lazy("{place}: {what}", place=name, what=what)) from None


def _driver(value: str) -> None:
    from textual.driver import Driver

    module, _colon, name = value.partition(":")
    driver = getattr(import_module(module), name)
    if not (isinstance(driver, type) and issubclass(driver, Driver)):
        raise ValueError(value)


def _log(value: str) -> None:
    with Path(value).open("a"):
        pass


def _size(value: str) -> None:
    # Another text than digits counts as none given.
    if value.isdigit():
        int(value)


_READ: Final[Mapping[str, tuple[Callable[[str], object], str]]] = {
    "TEXTUAL_COLOR_SYSTEM": (COLOUR_SYSTEMS.index, ", ".join(COLOUR_SYSTEMS)),
    "TEXTUAL_DRIVER": (_driver, N_("a driver of Textual as module:class")),
    "TEXTUAL_LOG": (_log, N_("a file that can be written")),
    "COLUMNS": (_size, N_("a number of characters")),
    "LINES": (_size, N_("a number of characters")),
}
"""How each is read, and what it may be."""
