"""What must hold for whatever a reader is given: it is taken and can be used, or refused in words that can be shown."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from pos.bootstrap import open_till
from pos.clock_and_ids import FrozenClock, SequentialIds
from pos.demo.dry_run import DryRun
from pos.demo.flows import read_flow
from pos.domain.catalog_file import CatalogFile
from pos.domain.errors import TillError
from pos.domain.terminal_text import clean
from pos.language.parsing import parse
from pos.language.script_runner import ScriptRunner, masked, safe
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from pos.settings import early_settings
from pos.settings.loading import load
from pos.settings.sources import Sources
from pos.till.catalog_loading import read_catalog
from pos.till.till import Till
from screens.demo.launch import check_key
from screens.kit.keymap import faults
from screens.render.custom_themes import read_themes
from screens.render.themes import completed
from tests.till.support import NOON, catalog_file

T = TypeVar("T")
LONGEST_TOLD = 20_000
"""Characters of a refusal, all its lines together."""


def can_be_shown(text: str) -> None:
    """It is some lines of words, cleaned where they are shown, and not too many."""
    assert len(text) <= LONGEST_TOLD
    assert all(map(clean, text.split("\n"))), ascii(text)


def taken_or_refused(step: Callable[[], T], *codes: str) -> T | None:
    """What a step gives; None if it is refused with one of these codes, in words."""
    try:
        return step()
    except TillError as error:
        if error.code not in codes:
            raise
        can_be_shown(error.message)
        return None


def read_settings(path: Path) -> None:
    """Settings are in force, or refused; a first look at them never fails."""
    early_settings(path, {})
    sources = Sources(path, {}, {}, lambda keys: [(fault.action, fault.words) for fault in faults(keys)])
    taken_or_refused(lambda: load(sources), "settings_invalid")


def read_a_catalog(path: Path) -> None:
    """A shop opens with it, and each of its products can be sold, or refused; or the catalog is."""
    found = taken_or_refused(lambda: read_catalog(path), "catalog_invalid")
    if found is None:
        return
    till = new_till(found)
    steps = [*(partial(till.add, each.sku) for each in found.products)]
    steps += [*(partial(till.apply_coupon, each.code) for each in found.coupons)]
    try:
        for step in steps:
            try:
                step()
            except TillError as error:
                can_be_shown(safe(error, till).message)
        assert till.sale.total >= 0
    finally:
        till.close()


def read_a_theme(path: Path) -> None:
    """A theme has all colours that the screens use, or is told as wrong."""
    found = read_themes(path.parent)
    for theme in found.themes:
        variables = theme.to_color_system().generate()
        assert completed({**variables, **theme.variables}, dark=theme.dark)
    for _name, fault in found.faults:
        can_be_shown(fault)
    assert len(found.themes) + len(found.faults) == 1


def read_a_flow(path: Path) -> None:
    """A flow can be played, or is refused line by line."""
    till = new_till(catalog_file())
    try:
        dry_run = DryRun(till, FrozenClock(NOON), check_key)
        taken_or_refused(lambda: read_flow(path, dry_run), "flow_unknown", "flow_failed")
        assert not till.sale.lines
    finally:
        till.close()


def run_a_script(script: str) -> None:
    """Every line is answered by one object of JSON, and every refusal has a published code."""
    till = new_till(catalog_file())
    out = io.StringIO()
    try:
        asyncio.run(ScriptRunner(till, out, as_json=True, keep_going=True).run(script.split("\n")))
    finally:
        till.close()
    for line in out.getvalue().splitlines():
        said = json.loads(line)
        can_be_shown(line)
        assert said["ok"] == ("error" not in said)


def read_a_line(line: str) -> None:
    """A line is a command, nothing, or refused; and it can be echoed."""
    till = new_till(catalog_file())
    try:
        taken_or_refused(lambda: parse(line), "bad_command", "bad_quantity")
        assert len(masked(line, till)) <= 4 * max(len(line), 8)
    finally:
        till.close()


def new_till(catalog: CatalogFile) -> Till:
    """A till on a store that is thrown away."""
    clock = FrozenClock(NOON)
    gateway = MockGateway(clock, Ledger(), ids=SequentialIds())
    return open_till(None, catalog=catalog, clock=clock, ids=SequentialIds(), gateway=gateway)
