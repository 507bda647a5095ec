"""The commands that look after the store that the till would open; each prints what it has to say."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos.commands.options import (
    DONE,
    FAILED,
    common_options,
    completed,
    new_command,
    sources,
    store_option,
)
from pos.commands.streams import complain_of, say
from pos.domain.i18n import _, plural
from pos.files.user_folders import usual_store
from pos.reports.table import REPORTS

if TYPE_CHECKING:
    from pos.stores.location import Holding, StoreLocation
    from pos.stores.reader import StoreReader

Task = Callable[["StoreLocation", argparse.Namespace], int]
"""A command, told where the store is and its options. Raises TillError."""


def add_maintenance(commands: Any) -> None:
    """Add `pos orders`, `doctor`, `backup`, `restore` and `close-day`."""

    def add(name: str, task: Task, text: str) -> argparse.ArgumentParser:
        parser = new_command(commands, name, text, _run, extended=True)
        common_options(parser, suppress=True)
        store_option(parser, suppress=True)
        parser.set_defaults(task=task)
        return parser

    def file(parser: argparse.ArgumentParser, text: str) -> None:
        completed(parser.add_argument("file", metavar=_("FILE"), type=Path, help=text), "FILE")

    def of_a_day(parser: argparse.ArgumentParser) -> None:
        told = _("of one business day alone: its date, such as 2026-11-22, today or yesterday (all days)")
        parser.add_argument("--day", metavar=_("DAY"), help=told)

    orders = add("orders", _orders, _("list the orders, the newest last"))
    of_a_day(orders)
    orders.add_argument("--json", action="store_true", help=_("print one JSON object a line"))
    report = add("report", _report, _("tell what was sold, counted from the orders"))
    names = ", ".join(f"{each.name} ({_(each.title)})" for each in REPORTS.values())
    usual, told = next(iter(REPORTS)), _("which one, the first if none is named: {names}", names=names)
    report.add_argument("name", metavar=_("NAME"), nargs="?", choices=tuple(REPORTS), default=usual, help=told)
    of_a_day(report)
    report.add_argument("--json", action="store_true", help=_("print one JSON object"))
    doctor = add("doctor", _doctor, _("examine the store: its files, and whether stock, money and numbers agree"))
    doctor.add_argument("--json", action="store_true", help=_("print one JSON object"))
    doctor.add_argument("--repair", action="store_true", help=_("repair what can be repaired; a copy is kept"))
    backup = add("backup", _backup, _("copy the store into a file, also while a till sells"))
    file(backup, _("where the copy goes, such as shop.tar.gz"))
    backup.add_argument("--force", action="store_true", help=_("overwrite a file that is there"))
    restore = add("restore", _restore, _("make a store from a backup, in a folder that is new or empty"))
    file(restore, _("the backup"))
    close = add("close-day", _close_day, _("end the business day: its orders become a file that is never changed"))
    label = _("its name (the date of its last order)")
    close.add_argument("--label", metavar=_("NAME"), type=_day_name, help=label)


def _day_name(text: str) -> str:
    from pos.stores.closed_days import free_name

    try:
        return free_name(text, ())
    except ValueError as error:
        raise argparse.ArgumentTypeError(_("a day's name is up to 31 letters, digits and hyphens")) from error


def _orders(where: StoreLocation, options: argparse.Namespace) -> int:
    from pos.maintenance.orders import as_json, as_row, day_named, listed, shop_of

    store = _reading(where)
    shop = shop_of(store)
    for order in listed(store, day_named(options.day, shop)):
        say(as_json(order) if options.json else as_row(order, shop))
    return DONE


def _reading(where: StoreLocation) -> StoreReader:
    """What is on record there; what is to be known of it is told beside it."""
    store = where.read()
    if store.remark:
        complain_of([store.remark])
    return store


def _report(where: StoreLocation, options: argparse.Namespace) -> int:
    from functools import partial

    from pos.domain.json_text import json_text
    from pos.domain.money import exponent_of, format_money
    from pos.maintenance.orders import day_named, listed, shop_of
    from pos.reports.report import columns

    store = _reading(where)
    shop, report = shop_of(store), REPORTS[options.name]
    day = day_named(options.day, shop)
    counted = report.count(listed(store, day), shop)
    if options.json:
        head = {"report": report.name, "day": day, "currency": shop.currency}
        say(json_text(head | counted.as_json()))
    else:
        say(" · ".join((_(report.title), day or _("all days"), shop.currency)))
        for line in columns(counted.rows(partial(format_money, exponent=exponent_of(shop.currency)))):
            say(line)
    return DONE


def _doctor(where: StoreLocation, options: argparse.Namespace) -> int:
    from pos.domain.json_text import json_text
    from pos.domain.lane_status import ManyTills
    from pos.stores.health_report import as_json, table

    done = where.repair() if options.repair else []
    found = where.examine()
    healthy = all(check.ok for check in found)
    if options.json:
        told = as_json(found)
        say(json_text(told | {"repaired": done} if options.repair else told))
    else:
        for line in done:
            say(line, done=True)
        for line in table(found):
            say(line)
        if healthy:
            say(_("All is well."))
        elif isinstance(where, ManyTills):
            # Nothing of it is repaired from a till.
            say(_("Not all is well: {command} says what to do.", command="`pos manual lanes`"))
        else:
            say(_("Not all is well. `pos doctor --repair` repairs what can be repaired."))
    return DONE if healthy else FAILED


def _backup(where: StoreLocation, options: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    summary = where.back_up(options.file, now=datetime.now(UTC), force=options.force)
    say(_("{file} holds the store up to step {number}: {content}.", **_held(options.file, summary)), done=True)
    return DONE


def _restore(where: StoreLocation, options: argparse.Namespace) -> int:
    from pos.stores.health_report import table

    restored = where.restore(options.file)
    told = _held(where.name, restored.summary)
    say(_("{file} is the store up to step {number}: {content}. Receipts begin a new series.", **told), done=True)
    wrong = [check for check in restored.checks if not check.ok]
    for line in table(wrong):
        say(line)
    if wrong:
        say(_("Not all is well. `pos doctor --repair` repairs what can be repaired."))
    return FAILED if wrong else DONE


def _close_day(where: StoreLocation, options: argparse.Namespace) -> int:
    from pos.maintenance.close_day import close_day

    nothing = True
    for name, orders in close_day(where, options.label):
        nothing, count = False, plural("{count} order", "{count} orders", orders)
        say(_("The day {day} is closed: {content}.", day=name, content=count), done=True)
    if nothing:
        say(_("Nothing was sold since a day was closed."))
    return DONE


def _held(place: Path | str, summary: Holding) -> dict[str, object]:
    orders = plural("{count} order", "{count} orders", summary.orders)
    days = plural("{count} closed day", "{count} closed days", summary.days)
    return {"file": place, "number": summary.sequence, "content": f"{orders}, {days}"}


def _run(options: argparse.Namespace) -> int:
    from pos.bootstrap import store_at
    from pos.settings.loading import load
    from pos.settings.server import server_options

    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name that the terminal has no letters for is printed with a mark in its place.
        sys.stdout.reconfigure(errors="replace")
    held = load(sources(options)).settings
    where = store_at(held.till.store or usual_store(), server_options(held), held.till.lane)
    return int(options.task(where, options))
