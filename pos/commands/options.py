"""The options that several commands share, what they may be, and the exit codes."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pos.domain.i18n import _
from pos.domain.message import quoted

if TYPE_CHECKING:
    from pos.domain.message import Message
    from pos.extensions.installed import Extension
    from pos.settings.sources import Sources

DONE, FAILED, USAGE = 0, 1, 2
"""The exit codes: done; not as a script expected, or not well; wrong usage or an unusable store."""

MOST_AT_ONCE: Final = 256

Command = Callable[[argparse.Namespace], int]
"""Does what the options say; the exit code. Raises TillError."""

COMPLETERS: Final = {
    "FILE": {
        "bash": "_shtab_compgen_files",
        "zsh": "_files",
        "fish": "(__fish_complete_path (commandline -ct))",
        "tcsh": "f",
    },
    "DIR": {
        "bash": "_shtab_compgen_dirs",
        "zsh": "_files -/",
        "fish": "(__fish_complete_directories)",
        "tcsh": "d",
    },
}
"""How shtab lets each shell complete a path; written out, so that shtab is loaded for a completion only."""


def new_command(
    commands: Any, name: str, text: str, command: Command, *, prints: bool = True, extended: bool = False
) -> argparse.ArgumentParser:
    """A parser for one command, and what does it; whether it prints, so that it wants standard output.

    One that is `extended` begins once the installed extensions are added that need no screen.
    """
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, allow_abbrev=False)
    parser.set_defaults(command=command, prints=prints, extended=extended)
    return parser


def completed(argument: argparse.Action, what: str) -> None:
    """Let a shell complete an argument: FILE or DIR."""
    vars(argument)["complete"] = COMPLETERS[what]


class Offered:
    """Words that a shell offers for an argument, found out when it asks; any other may be typed too."""

    def __init__(self, words: Callable[[], Iterable[str]]) -> None:
        self._words = words

    def __iter__(self) -> Iterator[str]:
        return iter(self._words())

    def __contains__(self, _word: object) -> bool:
        return True


def settings_option(parser: argparse.ArgumentParser, *, suppress: bool = False) -> None:
    """The option that says where settings are; with `suppress` on a command, where the parser has it too."""
    _file_option(parser, "settings", _("the settings file"), suppress)


def common_options(parser: argparse.ArgumentParser, *, suppress: bool = False) -> None:
    """The options that say where settings and log are; `suppress` as in `settings_option`."""
    settings_option(parser, suppress=suppress)
    _file_option(parser, "log", _("write what happens to the end of this file"), suppress)


def _file_option(parser: argparse.ArgumentParser, name: str, text: str, suppress: bool) -> None:
    default = argparse.SUPPRESS if suppress else None
    option = parser.add_argument(f"--{name}", metavar=_("FILE"), type=_file, default=default, help=text)
    completed(option, "FILE")


def store_option(parser: argparse.ArgumentParser, *, suppress: bool) -> None:
    """The option that names the store's folder."""
    default = argparse.SUPPRESS if suppress else None
    store = parser.add_argument(
        "--store",
        metavar=_("FOLDER"),
        type=_address,
        default=default,
        help=_("the folder of the store, or its address on a server"),
    )
    completed(store, "DIR")


def lane_option(parser: argparse.ArgumentParser, *, suppress: bool) -> None:
    """The option that names the lane."""
    default = argparse.SUPPRESS if suppress else None
    parser.add_argument(
        "--lane", metavar=_("NAME"), type=lane_name, default=default, help=_("the name of this till (1)")
    )


def catalog_option(parser: argparse.ArgumentParser, *, suppress: bool, text: str | None = None) -> None:
    """The option that names a file of products; `text` says what is done with it if it is not to fill a store."""
    default = argparse.SUPPRESS if suppress else None
    told = _("fill an empty store from this") if text is None else text
    completed(parser.add_argument("--catalog", metavar=_("FILE"), type=_file, default=default, help=told), "FILE")


def store_options(parser: argparse.ArgumentParser, *, suppress: bool = False) -> None:
    """The options that say with what a till is opened."""
    default = argparse.SUPPRESS if suppress else None
    store_option(parser, suppress=suppress)
    catalog_option(parser, suppress=suppress)
    lane_option(parser, suppress=suppress)
    for name, text in (
        ("latency", _("how long the simulated gateway takes, in seconds")),
        ("timeout", _("how long an answer of the gateway is waited for, in seconds")),
    ):
        parser.add_argument(f"--{name}", metavar=_("SECONDS"), type=seconds, default=default, help=text)
    trusted = argparse.SUPPRESS if suppress else False
    text = _("use the store's server although it may lose what it was told")
    parser.add_argument("--trust", action="store_true", default=trusted, help=text)


def metrics_option(parser: argparse.ArgumentParser, *, suppress: bool = False) -> None:
    """The option that serves a till's metrics."""
    default = argparse.SUPPRESS if suppress else None
    text = _("serve metrics for Prometheus on this port of this machine")
    parser.add_argument("--metrics", metavar=_("PORT"), type=_port, default=default, help=text)


def inspect_option(parser: argparse.ArgumentParser, *, suppress: bool = False) -> None:
    """The option to watch a till that is open in another terminal, instead of opening it here."""
    default = argparse.SUPPRESS if suppress else False
    text = _("watch what happens at the till that is open in another terminal")
    parser.add_argument("--inspect", action="store_true", default=default, help=text)


def sources(options: argparse.Namespace, *, keys: bool = False) -> Sources:
    """Where the settings are from; the keys of actions are checked for those who use them."""
    from pos.settings.sources import OPTIONS, Sources

    named = {name: getattr(options, option.removeprefix("--")) for name, option in OPTIONS.items()}
    return Sources(options.settings, os.environ, named, _key_faults if keys else None)


def _key_faults(keys: Mapping[str, str]) -> list[tuple[str, Message]]:
    from screens.kit.keymap import faults

    all_extensions()
    return [(fault.action, fault.words) for fault in faults(keys)]


def all_extensions() -> tuple[Extension, ...]:
    """Add all installed extensions, those of the screens included; what was found, and what is in no group."""
    from pos.extensions.installed import load_extensions, may_be_installed, strangers

    if not may_be_installed():
        return ()
    from screens.extensions import groups

    return (*load_extensions(groups), *strangers(groups()))


def add_all_extensions() -> None:
    """Add all installed extensions, and tell on standard error which are left out."""
    import sys
    from contextlib import redirect_stdout

    from pos.commands.streams import complain_of

    # What a package prints as it is loaded is no part of an answer.
    with redirect_stdout(sys.stderr):
        found = all_extensions()
    complain_of([each.told for each in found if each.fault])


def seconds(text: str) -> float:
    """A time as typed, from 0 to 600 seconds. Raises ArgumentTypeError."""
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 600:
        raise argparse.ArgumentTypeError(_("{text} is no time from 0 to 600 seconds", text=quoted(text)))
    return found


def _port(text: str) -> int:
    port = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
    if not 0 < port < 65536:
        raise argparse.ArgumentTypeError(_("{text} is no port from 1 to 65535", text=quoted(text)))
    return port


def _address(text: str) -> Path | str:
    if not text.strip():
        raise argparse.ArgumentTypeError(_("name the store's folder"))
    from pos.stores.typed_address import typed_address

    try:
        return typed_address(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def folder(text: str) -> Path:
    """A folder as typed. Raises ArgumentTypeError for none."""
    if not text.strip():
        raise argparse.ArgumentTypeError(_("name the store's folder"))
    return Path(text)


def _file(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError(_("name a file"))
    return Path(text)


def lane_name(text: str) -> str:
    """A lane's name as typed. Raises ArgumentTypeError."""
    if not text.isascii() or not text.isalnum() or len(text) > 12:
        raise argparse.ArgumentTypeError(_("a lane's name is up to 12 letters and digits"))
    return text


def at_once(text: str) -> int:
    """How many at once, as typed. Raises ArgumentTypeError."""
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= MOST_AT_ONCE):
        raise argparse.ArgumentTypeError(_("a number from 1 to {most}", most=MOST_AT_ONCE))
    return int(text)


def moment(text: str) -> datetime:
    """A moment as typed; without a zone it is UTC. Raises ArgumentTypeError."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        example = "2026-11-22T14:03:00+00:00"
        told = _("{text} is no moment such as {example}", text=quoted(text), example=example)
        raise argparse.ArgumentTypeError(told) from None
    if not 1970 <= found.year < 9000:
        raise argparse.ArgumentTypeError(_("{text} lies outside the years 1970 to 8999", text=quoted(text)))
    return found if found.tzinfo else found.replace(tzinfo=UTC)
