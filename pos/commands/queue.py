"""`pos queue`: how the queue between checkout and payment stands, and what is done with a checkout that is stuck."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Any

from pos.commands.options import DONE, FAILED, new_command
from pos.commands.queued_shop import order_option, queue_option, shop_options
from pos.commands.streams import say
from pos.domain.i18n import N_, _, plural

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pos.domain.checkout_request import QueuedOrder
    from pos.domain.queue_ports import QueuedOrders, QueueFigures


def add_queue(commands: Any) -> None:
    """Add `pos queue` and what is done with checkouts that are stuck."""
    shown = new_command(
        commands, "queue", _("tell how a shop's queue of checkouts stands, and which are stuck"), _queue
    )
    shown.add_argument("--json", action="store_true", help=_("print one JSON object"))
    shown.add_argument("--watch", action="store_true", help=_("print it anew every second, until a key is pressed"))
    more = shown.add_subparsers(title=_("commands"), metavar=_("COMMAND"))
    retry = more.add_parser("retry", help=_("put checkouts that are stuck into the queue again"), allow_abbrev=False)
    which = retry.add_mutually_exclusive_group(required=True)
    order_option(which, nargs="?")
    which.add_argument("--all", action="store_true", help=_("all of them"))
    queue_option(retry)
    retry.set_defaults(command=_retry)
    drop = more.add_parser("drop", help=_("give up a checkout that is stuck"), allow_abbrev=False)
    order_option(drop)
    drop.set_defaults(command=_drop)
    for parser in shown, retry, drop:
        shop_options(parser)


def _queue(options: argparse.Namespace) -> int:
    from pos.commands.queued_shop import amounts, known_orders, queued_shop
    from pos.commands.watching import watch
    from pos.domain.errors import TillError

    where = queued_shop(options)
    with known_orders(where) as orders:
        picture = Picture(orders, amounts(where), as_json=options.json)

        def lines_or_reason() -> list[str]:
            try:
                return picture.lines(time.monotonic())
            except TillError as error:
                return [f"pos: {error.code}: {error.message}"] if not options.json else []

        if options.watch:
            # That there is such a shop is known before: what fails then is a while away.
            picture.lines(time.monotonic())
            watch(lines_or_reason)
            return DONE
        for line in picture.lines():
            say(line)
    return DONE


class Picture:
    """How a queue stands, as often as it is asked for; from the second time on with how fast it is worked off."""

    def __init__(self, orders: QueuedOrders, money: Callable[[int], str], *, as_json: bool) -> None:
        self._orders, self._money, self._as_json = orders, money, as_json
        self._before: tuple[float, int] | None = None

    def lines(self, at: float | None = None) -> list[str]:
        """The lines of the next picture, which is shown `at` so many seconds; None for one that is alone."""
        figures, stuck = self._orders.figures(), self._orders.stuck()
        rate = self._rate(figures, at) if at is not None else None
        if self._as_json:
            from pos.domain.json_text import json_text

            return [json_text(_as_json(figures, stuck, rate))]
        return self._told(figures, stuck, rate)

    def _rate(self, figures: QueueFigures, at: float) -> float | None:
        """How many came to their end each second since the last picture."""
        ended, before = sum(figures.ended.values()), self._before
        self._before = at, ended
        if before is None or at <= before[0]:
            return None
        return max(0, ended - before[1]) / (at - before[0])

    def _told(self, figures: QueueFigures, stuck: Sequence[QueuedOrder], rate: float | None) -> list[str]:
        from decimal import Decimal

        from pos.commands.queued_words import figures_lines, sentence
        from pos.domain.i18n import number_text

        lines = figures_lines(figures)
        if rate is not None:
            lines.append(_("{rate} a second come to their end.", rate=number_text(Decimal(f"{rate:.1f}"))))
        if stuck:
            lines.append(plural("{count} checkout is stuck:", "{count} checkouts are stuck:", figures.stuck))
        return [*lines, *(sentence(each, self._money) for each in stuck)]


def _as_json(figures: QueueFigures, stuck: Sequence[QueuedOrder], rate: float | None) -> dict[str, Any]:
    return {
        "pending": figures.pending,
        "oldest_seconds": round(figures.oldest.total_seconds(), 3),
        "ended": figures.ended,
        "ended_per_second": None if rate is None else round(rate, 3),
        "stuck": [each.model_dump(mode="json") for each in stuck],
    }


def _retry(options: argparse.Namespace) -> int:
    from pos.commands.queued_shop import known_orders, opened_queue, queued_shop, used_as

    where, used = queued_shop(options), used_as(options)
    with known_orders(where) as orders, opened_queue(where, used) as queue:
        if options.all:
            many = sum(orders.retry(each.order, queue) for each in orders.stuck())
            text = plural("{count} checkout is in the queue again.", "{count} checkouts are in the queue again.", many)
            say(text, done=True)
            return DONE
        if not orders.retry(options.order, queue):
            return _not_stuck(options.order)
        say(_("Order {order} is in the queue again.", order=options.order), done=True)
    return DONE


def _drop(options: argparse.Namespace) -> int:
    from pos.commands.queued_shop import known_orders, queued_shop

    with known_orders(queued_shop(options)) as orders:
        if not orders.drop(options.order):
            return _not_stuck(options.order)
        text = N_("Order {order} is given up: nothing was charged, and nothing is held for it.")
        say(_(text, order=options.order), done=True)
    return DONE


def _not_stuck(order: str) -> int:
    from pos.payments.masking import mask

    say(_("No order {order} is stuck.", order=mask(order)))
    return FAILED
