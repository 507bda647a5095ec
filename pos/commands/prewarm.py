"""Filling a shop on a server before its doors open, and bringing it in step with a file while its tills sell."""

from __future__ import annotations

import argparse
import gc
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pos.commands.options import (
    DONE,
    FAILED,
    catalog_option,
    common_options,
    completed,
    folder,
    new_command,
    sources,
    store_option,
)
from pos.commands.streams import MOST_LINES, ProgressLine, complain_of, say
from pos.domain.i18n import N_, _, plural

if TYPE_CHECKING:
    from pos.domain.progress import Progress, Tell
    from pos.till.prewarming import Goods, Outcome

_STAGES: Final = {
    "store": N_("Reading what is on the server…"),
    "catalog": N_("Reading the catalog's file…"),
    "products": N_("Reading the catalog, {done} of {total}"),
    "writing": N_("Writing to the server, {done} of {total}"),
}
"""What takes its time."""


def add_prewarm(commands: Any) -> None:
    """Add `pos prewarm`."""
    parser = new_command(commands, "prewarm", _("load a shop onto its server, before its tills are opened"), _run)
    parser.description = _(
        "Loads a shop onto its server: its rules, taxes, products, coupons and members, and what is on hand. Said "
        "again it changes nothing. In a shop whose tills sell it adds what is new; what differs is listed and stays, "
        "and the command ends with 1. What was sold is no difference."
    )
    common_options(parser, suppress=True)
    store_option(parser, suppress=True)
    catalog_option(parser, suppress=True, text=_("load what is in this file"))
    other = parser.add_argument(
        "--from",
        dest="folder",
        metavar=_("FOLDER"),
        type=folder,
        help=_("load what another store has now, with what is on hand, coupons' uses, carts and tickets set aside"),
    )
    completed(other, "DIR")
    parser.add_argument("--check", action="store_true", help=_("change nothing, and list what would be done"))
    told = _("have the catalog's records as the file has them, and take away what it does not have; stock stays")
    parser.add_argument("--force", action="store_true", help=told)
    told = _("take `stock` and coupons' `used` from the file, too: what is on hand moves by as much as they differ")
    parser.add_argument("--stock", action="store_true", help=told)


def _run(options: argparse.Namespace) -> int:
    from pos.bootstrap import shop_on_server
    from pos.domain.errors import TillError
    from pos.domain.message import lazy
    from pos.settings.loading import load
    from pos.settings.server import server_options
    from pos.till.prewarming import prewarm

    # What is loaded is kept to the end: looking through it for garbage would cost a sixth of the time.
    gc.disable()
    held = load(sources(options)).settings
    if (options.folder is None and held.till.catalog is None) or (options.folder and options.catalog):
        text = N_("Name what to load, and one of these: {file} or {folder}.")
        raise TillError("catalog_invalid", lazy(text, file="--catalog FILE", folder="--from FOLDER"))
    with ExitStack() as stack:
        shop = stack.enter_context(shop_on_server(held.till.store, server_options(held)))
        line = stack.enter_context(ProgressLine())
        goods = _goods(options.folder, held.till.catalog, stack, tell := _teller(line))
        outcome = prewarm(shop, goods, force=options.force, stock=options.stock, check=options.check, tell=tell)
    for told in _told(outcome, shop.name, check=options.check):
        say(told, done=not options.check)
    return FAILED if outcome.records_left or (outcome.stock_left and not options.force) else DONE


def _goods(folder: Path | None, file: Path | None, stack: ExitStack, tell: Tell) -> Goods:
    """What is to be loaded. A folder's store stays open until the end, so that nobody sells from it meanwhile."""
    from pos.bootstrap import open_store, store_at
    from pos.till.prewarming import goods_of_file, goods_of_store

    if folder is None:
        assert file is not None, "one of both is named"
        return goods_of_file(file, complain_of, tell)
    store_at(folder).require()
    store = open_store(folder)
    stack.callback(store.close)
    store.prepare()
    return goods_of_store(store, str(folder), tell)


def _teller(line: ProgressLine) -> Tell:
    from pos.domain.money import format_money

    def tell(progress: Progress) -> None:
        done, total = format_money(progress.done, 0), format_money(progress.total, 0)
        line.show(_(_STAGES[progress.stage], done=done, total=total))

    return tell


def _told(outcome: Outcome, shop: str, *, check: bool) -> Iterator[str]:
    """What is said in the end."""
    yield from map(str, outcome.listed[:MOST_LINES])
    if (more := len(outcome.listed) - MOST_LINES) > 0:
        yield plural("… and {count} more.", "… and {count} more.", more)
    if outcome.records_left:
        yield plural(
            "{count} differs and stays: `--force` has it as the file does.",
            "{count} differ and stay: `--force` has them as the file does.",
            outcome.records_left,
        )
    if outcome.stock_left:
        yield plural(
            "{count} has another `stock` or `used`, which stays: `--stock` takes it.",
            "{count} have another `stock` or `used`, which stays: `--stock` takes it.",
            outcome.stock_left,
        )
    parts = [
        text
        for many, text in (
            (outcome.added, plural("{count} record added", "{count} records added", outcome.added)),
            (outcome.changed, plural("{count} changed", "{count} changed", outcome.changed)),
            (outcome.gone, plural("{count} taken away", "{count} taken away", outcome.gone)),
        )
        if many
    ]
    if not parts:
        yield _("Nothing is changed in {shop}.", shop=shop)
    elif check:
        yield _("Nothing is changed in {shop}. It would be: {what}.", shop=shop, what=", ".join(parts))
    else:
        yield _("{shop} is loaded: {what}.", shop=shop, what=", ".join(parts))
