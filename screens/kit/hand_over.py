"""What is to be given back from the drawer, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pos.domain.i18n import _
from pos.domain.tenders import tender_named
from pos.domain.terminal_text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HAND_OVER_SIGN: Final = "↩"
"""Stands before what is to be given back where there is no room for a box."""


def hand_over_text(amounts: Mapping[str, int], money: Callable[[int], str]) -> str:
    """A sentence for each tender with its amount, minor units; empty if nothing is to be given back."""
    tenders = ((tender_named(name), money(amount)) for name, amount in amounts.items())
    return clean(" ".join(str(tender.said(tender.hand_back, amount=each)) for tender, each in tenders))


def hand_over_badge(amounts: Mapping[str, int], money: Callable[[int], str]) -> tuple[str, str]:
    """The same in a few words for the bar above, and in one."""
    each = " + ".join(money(amount) for amount in amounts.values())
    return _("give back {amount}", amount=each), each
