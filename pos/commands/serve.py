"""`pos serve`: the till in the browser."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any, Final

from pos.commands.options import DONE, USAGE, common_options, completed, new_command, sources, store_options
from pos.commands.streams import complain, say
from pos.domain.i18n import _
from pos.domain.message import quoted
from pos.files.user_folders import usual_store
from pos.own_program import own_program

OF_A_TILL: Final = ("settings", "log", "store", "lane", "latency", "timeout", "trust")
APPS: Final = {
    "till": OF_A_TILL,
    "training": (*OF_A_TILL, "catalog"),
    "display": ("settings", "store", "lane"),
    "demo": ("settings", "log", "catalog"),
}
"""What can be served: the command that shows it, and the options that it takes."""
SESSIONS: Final = 4


def add_serve(commands: Any) -> None:
    """Add `pos serve`, its options and what runs it."""
    serve = new_command(commands, "serve", _("the till in the browser"), _serve)
    serve.add_argument("what", nargs="?", choices=tuple(APPS), default="till", help=_("what is served (till)"))
    serve.add_argument(
        "--host", default="127.0.0.1", help=_("the address to listen at (127.0.0.1: this machine alone)")
    )
    serve.add_argument("--port", type=_port, default=8000, help=_("the port to listen at (8000)"))
    for name, text in (("tls-cert", _("the file of a certificate, for TLS")), ("tls-key", _("the file of its key"))):
        completed(serve.add_argument(f"--{name}", metavar=_("FILE"), type=Path, help=text), "FILE")
    serve.add_argument(
        "--behind-proxy", action="store_true", help=_("a proxy before this server has the certificate and does TLS")
    )
    serve.add_argument("--public-url", metavar="https://…", help=_("the address that browsers use"))
    told = _("how many browsers at once ({count}; of a shop's till always 1)", count=SESSIONS)
    serve.add_argument("--sessions", type=_count, metavar="N", help=told)
    common_options(serve, suppress=True)
    store_options(serve, suppress=True)


def child(options: argparse.Namespace) -> list[str]:
    """The command that runs for one browser: the same program, with the options that were given for it."""
    words = [] if options.what == "till" else [options.what]
    for name in APPS[options.what]:
        value = getattr(options, name, None)
        if value is True:
            words.append(f"--{name}")
        elif value is not None and value is not False:
            words += [f"--{name}", str(value)]
    return own_program(*words)


def _serve(options: argparse.Namespace) -> int:
    import asyncio

    from pos.log import guarded
    from pos.serving.address import Address

    address = Address(
        options.host,
        options.port,
        options.tls_cert,
        options.tls_key,
        options.behind_proxy,
        options.public_url,
    )

    def tell(line: str) -> None:
        say(line, at_once=True)

    def tell_later(line: str) -> None:
        try:
            tell(line)
        except OSError:
            # A pipe or a terminal that has gone, a full disk: whoever comes in does so all the same.
            complain(line)

    try:
        from pos.serving.lifecycle import serve
    except ModuleNotFoundError:
        complain(_("pos: textual-serve is missing: pip install 'tillkey[serve]'"))
        return USAGE
    if options.what in ("till", "display"):
        from pos.bootstrap import store_at
        from pos.settings.loading import load
        from pos.settings.server import server_options

        # What no browser could be shown is told here, at once.
        held = load(sources(options)).settings
        where = store_at(held.till.store or usual_store(), server_options(held), held.till.lane)
        where.exists()
        if options.what == "till":
            where.check_writer()
    if options.what == "till" and options.catalog is not None:
        # As a setting it fills an empty store; as an option it would refuse the store that it filled before.
        os.environ["TILLKEY_TILL_CATALOG"] = str(options.catalog.absolute())
    # All but a shop's till leave its store alone, so that several browsers may have them at once.
    sessions = 1 if options.what == "till" else options.sessions or SESSIONS
    # Loaded now: when there is something to warn of, there may be no file left to load it from.
    guarded("")
    asyncio.run(serve(child(options), address, sessions, tell, tell_later, lambda line: tell_later(guarded(line))))
    return DONE


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else -1
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(_("{text} is no port from 0 to 65535", text=quoted(text)))
    return port


def _count(text: str) -> int:
    count = int(text) if text.isdecimal() else 0
    if not 1 <= count <= 100:
        raise argparse.ArgumentTypeError(_("{text} is no number from 1 to 100", text=quoted(text)))
    return count
