"""The shop on a server, and its queue between checkout and payment, that a command is about."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, cast

from pos.commands.options import common_options, store_option
from pos.domain.i18n import _

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from typing import Protocol

    from pos.domain.queue_options import QueueOptions
    from pos.domain.queue_ports import JobQueue, QueuedOrders, QueuedShop
    from pos.stores.location import StoreLocation

    class QueuedLocation(StoreLocation, QueuedShop, Protocol):
        """Where a store is whose checkouts can be queued."""


def shop_options(parser: argparse.ArgumentParser) -> None:
    """The options that say which shop it is."""
    common_options(parser, suppress=True)
    store_option(parser, suppress=True)


def queue_option(parser: argparse.ArgumentParser) -> None:
    """The options that say where its queue is."""
    text = _("the queue's address, if it is not on the store's server")
    parser.add_argument("--queue", metavar=_("ADDRESS"), help=text)
    text = _("use the store's server although it may lose what it was told")
    parser.add_argument("--trust", action="store_true", help=text)


def order_option(parser: Any, **more: Any) -> None:
    """The argument that names an order; what is no text names none."""

    def named(text: str) -> str:
        return text.encode("utf-8", "replace").decode("utf-8")

    parser.add_argument("order", metavar=_("ID"), type=named, help=_("the order's id"), **more)


def queued_shop(options: argparse.Namespace) -> QueuedLocation:
    """The shop of the options and settings. Raises TillError `store_unusable` for one that has no queue."""
    from pos.commands.many_tills import many_tills
    from pos.domain.errors import TillError
    from pos.domain.message import lazy
    from pos.domain.queue_ports import QueuedShop

    where = many_tills(options, trust=getattr(options, "trust", False))
    if not isinstance(where, QueuedShop):
        raise TillError("store_unusable", lazy("{place} has no queue of checkouts.", place=where.name))
    return cast("QueuedLocation", where)


def used_as(options: argparse.Namespace) -> QueueOptions:
    """How its queue is used, by the options and settings."""
    from dataclasses import replace

    from pos.commands.options import sources
    from pos.settings.loading import load
    from pos.settings.queue import queue_options

    used = queue_options(load(sources(options)).settings)
    return used if options.queue is None else replace(used, address=options.queue)


@contextmanager
def known_orders(where: QueuedLocation) -> Iterator[QueuedOrders]:
    """What the shop knows of its queued checkouts. Raises TillError `store_unusable` if no shop is there."""
    # A name that is wrong must not begin a queue that nobody works on.
    where.read()
    with closing(where.queued_orders()) as orders:
        yield orders


@contextmanager
def opened_queue(where: QueuedLocation, used: QueueOptions) -> Iterator[JobQueue]:
    """The shop's queue, used like this. Raises TillError `settings_invalid` for an address that is none."""
    from pos.queue.engines import job_queue

    with closing(job_queue(where, used.address, used.kafka)) as queue:
        yield queue


def amounts(where: QueuedLocation) -> Callable[[int], str]:
    """How an amount of the shop, in minor units, is written; the shop is asked for its currency once, when one is."""
    from functools import cache

    from pos.domain.money import exponent_of, format_money
    from pos.maintenance.orders import shop_of

    @cache
    def currency() -> str:
        return shop_of(where.read()).currency

    return lambda amount: f"{format_money(amount, exponent_of(currency()))} {currency()}"


def printed(value: Any) -> str:
    """A value of the domain as JSON, in one line."""
    from pos.domain.json_text import json_text

    return json_text(value.model_dump(mode="json"))
