"""What is typed before an action's key is meant for it, as on every till with a number pad: `3` F2, `50` F12."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pos.till.till import Till
    from screens.kit.actions import Action

_NUMBER: Final = re.compile(r"[\d.,'’]*\d[\d.,'’]*")
_SIZE: Final = re.compile(r"-?[.,]?\d.*")
"""How much is taken off, and why."""

Taker = Callable[[str, "Till"], str | None]
"""What of a typed text an action takes: the text as its question wants it, None if it is nothing for it."""


def _number(text: str, till: Till) -> str | None:
    return text if _NUMBER.fullmatch(text) and not till.catalog.is_known(text) else None


def _size(text: str, till: Till) -> str | None:
    return text.removeprefix("-") if _SIZE.fullmatch(text) and not till.catalog.is_known(text) else None


def _amount(text: str, till: Till) -> str | None:
    from pos.language.amounts import means_code

    return _number(text, till) if not means_code(text, till) else None


def _name(text: str, till: Till) -> str | None:
    return text if not till.catalog.is_known(text) else None


def _member(text: str, till: Till) -> str | None:
    return text if till.catalog.member(text) is not None else _name(text, till)


def _coupon(text: str, till: Till) -> str | None:
    return text if text.upper() in till.catalog.coupons else _name(text, till)


def _anything(text: str, _till: Till) -> str:
    return text


def _nothing(_text: str, _till: Till) -> None:
    return None


_TAKERS: Final[Mapping[str, Taker]] = {
    "quantity": _number,
    "discount": _size,
    "ticket-discount": _size,
    "price": _number,
    "pay": _amount,
    "coupon": _coupon,
    "member": _member,
    "hold": _name,
    "recall": _name,
    "check-price": _anything,
}
"""What takes what is typed before it, by the action's id."""
_LEAVING: Final = ("help", "menu", "palette", "back")
"""What leads to something that is done with what is typed, or leads back to it."""


def is_size(text: str) -> bool:
    """Whether a text says how much is taken off: a number with a decimal mark or a percentage, and maybe why."""
    return _SIZE.fullmatch(text) is not None and not text.isdecimal() and "*" not in text


def concerns(action: Action) -> bool:
    """Whether an action ends what was typed before it, taken or not; what only looks leaves it as it is."""
    return not action.looks and action.id not in _LEAVING


def is_count(text: str) -> bool:
    """Whether a text says how many or how much, alone or with the sign for it: 3, 3*, 0.5."""
    return any(map(str.isdecimal, text)) and not any(map(str.isalpha, text))


def argument(action_id: str, text: str, till: Till) -> str | None:
    """What of a typed text an action takes; None if it takes nothing of it. A product's code is never a number."""
    return _TAKERS.get(action_id, _nothing)(text, till)
