"""Orders that other tills have sold, as the server has them."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Final

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import lazy
from pos.domain.reservations import Order
from pos.stores.records import FAULTS, order_of
from pos.stores.redis.away import ServerAway
from pos.stores.redis.delivery import Calls
from pos.stores.redis.link import Link
from pos.stores.redis.resp import text_of
from pos.stores.redis.standing import needs_server

_RECEIPT: Final = re.compile(r"(.+)-[^-]+-[1-9][0-9]*")


def order_on_server(link: Link, calls: Calls, wanted: str, *, lane: str) -> Order | None:
    """An order by its id or receipt number, None if there is none; this `lane` has its own at hand.

    Raises TillError `server_away` for a receipt, `unknown_order` for one that the server keeps no more.
    """
    keys, number = calls.keys, _RECEIPT.fullmatch(wanted)
    try:
        found = link.read("GET", keys.receipt(wanted)) if number else wanted.encode()
        text = None if found is None else link.read("GET", keys.order(text_of(found)))
        sold = text is None and number is not None and link.read("SISMEMBER", keys.lanes, number[1])
    except ServerAway:
        if number is None:
            return None
        raise needs_server(link) from None
    if text is not None:
        with suppress(*FAULTS):
            return order_of(json.loads(text))
    if number is None or not sold or number[1] == lane:
        return None
    told = N_("Receipt {number} is not on the server, which keeps them for {days} days: till {lane} has it.")
    days = calls.options.order_days
    raise TillError("unknown_order", lazy(told, number=wanted, days=days, lane=number[1]))
