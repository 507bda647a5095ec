"""`pos enqueue` and `pos order`: ask for a checkout by card, and hear what became of it, in another program."""

from __future__ import annotations

import argparse
import io
import math
import re
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pos.commands.options import DONE, FAILED, USAGE, completed, new_command, seconds
from pos.commands.queued_shop import order_option, queue_option, shop_options
from pos.commands.streams import complain, say
from pos.domain.i18n import _

if TYPE_CHECKING:
    from pos.domain.checkout_request import CheckoutRequest, QueuedOrder
    from pos.domain.queue_ports import QueuedOrders

PENDING: Final = 3
"""The exit code of an order that is pending yet."""
_ONE_LOOK: Final = 60.0
"""Seconds for which the shop is asked at once, where it is waited for without end."""
_PAUSE: Final = 1.0
"""Seconds until a server that was away while something was waited for is asked again."""
_TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*(?:"|$)')
_OWN: Final = frozenset({"request_invalid", "request_differs", "queue_full"})
"""The codes with which one request is refused, and others may be taken."""


def add_enqueue(commands: Any) -> None:
    """Add `pos enqueue` and `pos order`."""
    enqueue = new_command(commands, "enqueue", _("queue checkouts that are to be paid by card"), _enqueue)
    text = _("a file of requests, one JSON object or one a line, or - for standard input")
    completed(enqueue.add_argument("file", metavar=_("FILE|-"), help=text), "FILE")
    shop_options(enqueue)
    queue_option(enqueue)
    enqueue.add_argument("--json", action="store_true", help=_("print one JSON object a request"))
    order = new_command(commands, "order", _("tell what became of a queued checkout"), _order)
    order_option(order)
    shop_options(order)
    text = _("wait until it is over, so long at most (without a number: as long as it takes)")
    order.add_argument("--wait", metavar=_("SECONDS"), nargs="?", type=seconds, const=math.inf, help=text)
    order.add_argument("--json", action="store_true", help=_("print one JSON object"))


def requests(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The requests in these lines, each as soon as it is whole, with the number of the line that it begins with.

    Each is an object, in one line or in several; a line that begins with `{` begins a request. What is no request is
    handed on too, and of one that is too long only so much that this is seen.
    """
    from pos.domain.checkout_request import LONGEST

    begun: list[str] = []
    start = depth = size = 0
    for number, line in enumerate(lines, 1):
        if begun and line.startswith("{"):
            yield start, "".join(begun)
            begun = []
        if not begun:
            if not line.strip():
                continue
            start, depth, size = number, 0, 0
        if size <= LONGEST:
            begun.append(line)
            size += len(line)
        bare = _TEXT.sub("", line)
        depth += sum(map(bare.count, "{[")) - sum(map(bare.count, "}]"))
        if depth <= 0:
            yield start, "".join(begun)
            begun = []
    if begun:
        yield start, "".join(begun)


def _enqueue(options: argparse.Namespace) -> int:
    from pos.commands.queued_shop import amounts, known_orders, opened_queue, printed, queued_shop, used_as
    from pos.commands.queued_words import sentence
    from pos.domain.checkout_request import OWN_PRICES, order_in, request_of
    from pos.domain.errors import TillError
    from pos.domain.json_text import json_text

    if (lines := _lines(options.file)) is None:
        return USAGE
    where, used, result = queued_shop(options), used_as(options), DONE
    money = amounts(where)
    with known_orders(where) as orders, opened_queue(where, used) as queue:
        for number, text in requests(lines):
            try:
                request = _expiring(request_of(text), used.expires)
                if request.cart.has_own_prices and not used.foreign_prices:
                    raise TillError("request_invalid", OWN_PRICES)
                found = orders.enqueue(request, queue, used.most)
            except TillError as error:
                if error.code not in _OWN:
                    raise
                result = FAILED
                told = {"line": number, "order": order_in(text.encode()) or None, "error": error.as_json()}
                words = _("line {line}: {reason}", line=number, reason=f"{error.code}: {error.message}")
                say(json_text(told) if options.json else words, at_once=True)
            else:
                say(printed(found) if options.json else sentence(found, money), at_once=True)
    return result


def _lines(file: str) -> Iterable[str] | None:
    """The lines of a file, or of standard input as they come; None if it cannot be read, which is told."""
    from pos.commands.scripts import given_lines, script_lines

    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace", newline=None)
    if file == "-":
        return given_lines()
    try:
        return script_lines(Path(file))
    except OSError as error:
        complain(_("pos: {file}: cannot be read: {error}", file=file, error=error.strerror or error))
    except UnicodeDecodeError as error:
        complain(_("pos: {file}: cannot be read: {error}", file=file, error=error))
    return None


def _expiring(request: CheckoutRequest, after: timedelta) -> CheckoutRequest:
    """A request that says until when it may be charged."""
    from pos.domain.model import changed

    return request if request.expires is not None else changed(request, expires=request.at + after)


def _order(options: argparse.Namespace) -> int:
    from pos.commands.queued_shop import amounts, known_orders, printed, queued_shop
    from pos.commands.queued_words import sentence
    from pos.domain.errors import TillError
    from pos.domain.message import lazy

    where = queued_shop(options)
    with known_orders(where) as orders:
        found = _found(orders, options.order, options.wait)
    if found is None:
        raise TillError("unknown_request", lazy("No checkout {order} was queued.", order=options.order))
    say(printed(found) if options.json else sentence(found, amounts(where)))
    if not found.is_over:
        return PENDING
    return DONE if found.state == "paid" else FAILED


def _found(orders: QueuedOrders, order: str, wait: float | None) -> QueuedOrder | None:
    """How an order stands, waited for, also while the server is away.

    What nobody has heard of is waited for only if there is an end to that.
    """
    from pos.domain.errors import TillError

    found = orders.find(order)
    if wait is None or (found is None and wait == math.inf):
        return found
    end, away = time.monotonic() + wait, False
    while (left := end - time.monotonic()) > 0 and (found is None or not found.is_over):
        try:
            found = orders.find(order) if away else orders.wait(order, min(left, _ONE_LOOK))
        except TillError as error:
            if error.code != "server_away" or left <= _PAUSE:
                raise
            if not away:
                complain(f"pos: {error} {_('It is waited for.')}")
            away = True
            time.sleep(_PAUSE)
            continue
        if away:
            complain(f"pos: {_('The server is there again.')}")
        away = False
        if found is None and wait == math.inf:
            break
    return found
