"""What other packages add to the till: gateways, stores, printers, tenders and words of the language.

A program or a test adds one with a function of these; an installed package by an entry point, which
`pos.extensions.installed` reads. Actions and themes are added by `screens.extensions`. Nothing is loaded before it is
used: the tables come with all that is in them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pos.extensions.registering import (
        Registration,
        register_gateway,
        register_printer,
        register_store,
        register_tender,
        register_verb,
    )

__all__ = [
    "Registration",
    "register_gateway",
    "register_printer",
    "register_store",
    "register_tender",
    "register_verb",
]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module("pos.extensions.registering"), name)
