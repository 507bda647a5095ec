"""`pos demo`: a flow that plays itself in the real screens, on a shop of its own that is thrown away."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pos import terminal_echo
from pos.commands.options import (
    DONE,
    FAILED,
    USAGE,
    add_all_extensions,
    catalog_option,
    common_options,
    completed,
    new_command,
    sources,
)
from pos.commands.streams import complain, complain_of, need, say
from pos.commands.till import has_screen
from pos.domain.i18n import _, plural
from pos.domain.message import quoted

if TYPE_CHECKING:
    from pos.demo.flows import Flow

SIZE: Final = (120, 30)
"""Columns and lines of what is recorded, if nothing else is said."""


def add_demo(commands: Any) -> None:
    """Add `pos demo`, its options and what runs it."""
    demo = new_command(
        commands, "demo", _("play a flow in the real screens; without one a menu of them"), _demo, prints=False
    )
    text = _("the name of a flow, or a file of the till's language")
    completed(demo.add_argument("flow", metavar=_("FLOW"), nargs="?", help=text), "FILE")
    common_options(demo, suppress=True)
    catalog_option(demo, suppress=True)
    record = demo.add_argument(
        "--record",
        metavar=_("FILE"),
        type=Path,
        help=_("write a recording: FILE.cast for asciinema, FILE.svg as a picture that moves"),
    )
    completed(record, "FILE")
    svg = demo.add_argument(
        "--svg", metavar=_("FOLDER"), type=Path, help=_("write a picture for each `snap` of the flow")
    )
    completed(svg, "DIR")
    demo.add_argument(
        "--headless",
        action="store_true",
        help=_("check without a terminal: exit 1 if a flow does not do as it expects"),
    )
    demo.add_argument(
        "--size",
        metavar=_("COLUMNSxLINES"),
        type=_size,
        default=SIZE,
        help=_("how large the terminal of a recording is (120x30)"),
    )


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{2,3})x(\d{2,3})", text, re.ASCII)
    if found is None:
        raise argparse.ArgumentTypeError(_("{text} is no size such as 120x30", text=quoted(text)))
    return int(found[1]), int(found[2])


def _demo(options: argparse.Namespace) -> int:
    if options.flow is not None and Path(options.flow).is_file():
        # Somebody's own flow may have words of other packages; those that come along are the same everywhere.
        add_all_extensions()
    flows, wrong = _checked(options)
    for text in wrong:
        complain(text)
    if wrong:
        return USAGE
    if options.headless or options.record is not None or options.svg is not None:
        return _film(options, flows)
    if not has_screen():
        complain(_("pos: a demo needs a terminal; --headless checks it without one"))
        return USAGE
    from pos.settings.loading import load
    from screens.demo.launch import run_demo

    return run_demo(flows, load(sources(options, keys=True)).settings, options.catalog)


def _checked(options: argparse.Namespace) -> tuple[Sequence[Flow], Sequence[str]]:
    """What is to be played, and all that is wrong with it and with where it is to be written."""
    from pos.demo.dry_run import dry_running
    from pos.demo.flows import find_flow, shipped
    from pos.demo.output_paths import place_faults
    from pos.domain.errors import TillError
    from pos.domain.terminal_text import clean
    from screens.demo.launch import check_key

    wrong = [f"pos: {fault}" for fault in place_faults(options.record, options.svg)]
    if options.record is not None and options.flow is None:
        return (), (_("pos: name the flow to be recorded"), *wrong)
    try:
        with dry_running(options.catalog, check_key, complain_of) as dry_run:
            return shipped(dry_run) if options.flow is None else (find_flow(options.flow, dry_run),), wrong
    except TillError as error:
        before = "" if error.code == "flow_failed" else f"pos: {error.code}: "
        return (), (*(f"{before}{clean(line)}" for line in error.message.splitlines()), *wrong)


def _film(options: argparse.Namespace, flows: Sequence[Flow]) -> int:
    """Play without a terminal, and write what was asked for; what a flow did not do is told with file and line."""
    from pos.demo.output_paths import write_picture
    from pos.demo.server import missing
    from pos.settings.loading import load
    from screens.demo.launch import film_flow, write_recording

    terminal_echo.show()
    need("stdout")
    settings = load(sources(options, keys=True)).settings
    code = DONE
    for flow in flows:
        if flow.on_server and (lacking := missing()):
            say(f"- {flow.name}: {lacking}", done=True)
            code = FAILED if options.flow is not None else code
            continue
        made = film_flow(flow, options.size, settings, options.catalog, named=options.record is None)
        try:
            if options.record is not None:
                write_recording(made, options.record)
            for name, picture in made.snaps.items() if options.svg is not None else ():
                write_picture(options.svg, name, picture)
        except BrokenPipeError:
            raise
        except OSError as error:
            file = error.filename or options.record or options.svg
            told = _("{file}: cannot be written: {error}", file=file, error=error.strerror)
            complain(f"pos: {told}")
            return FAILED
        if made.failure is not None:
            code = FAILED
            say(f"✗ {flow.name}: {made.failure.message}", done=True)
        else:
            count = plural("{count} line", "{count} lines", len(flow.lines))
            say(f"✓ {flow.name}: {count}", done=options.record is not None or options.svg is not None)
    return code
