"""What a browser is sent besides the till's own screen: pages in plain words, their files, and the rules they obey."""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Final

import textual_serve
from aiohttp import hdrs

from pos.domain.i18n import N_, _, current_language
from pos.domain.terminal_text import clean
from pos.serving.process import CloseCode

HERE: Final = Path(__file__).parent / "static"
THEIRS: Final = Path(textual_serve.__file__).parent / "static"
FILES: Final[Mapping[str, Path]] = {
    "page.css": HERE / "page.css",
    "notice.css": HERE / "notice.css",
    "page.js": HERE / "page.js",
    "textual.js": THEIRS / "js/textual.js",
    "xterm.css": THEIRS / "css/xterm.css",
    "roboto.ttf": THEIRS / "fonts/RobotoMono-VariableFont_wght.ttf",
    "roboto-italic.ttf": THEIRS / "fonts/RobotoMono-Italic-VariableFont_wght.ttf",
}
"""Every file that a page may ask for, by its name: there is no other way to one."""

ENDINGS: Final = {
    CloseCode.QUIT: N_("The till is closed."),
    CloseCode.BROKE: N_("The till has stopped unexpectedly."),
    CloseCode.MOVED: N_("The till was opened in another tab or window of this browser."),
    CloseCode.STOPPED: N_("The server was stopped."),
    CloseCode.TAKEN: N_("Another browser has just opened the till."),
}
LOST: Final = N_("There is no connection to the till.")


def headers(origin: str) -> dict[str, str]:
    """What every answer says to a browser: to keep nothing, to load nothing from elsewhere, to be framed nowhere."""
    socket = socket_url(origin)
    # The terminal makes style elements of its own, so styles are the one thing that may stand in the page.
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
        f"img-src 'self' data:; connect-src {socket}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": policy,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        hdrs.SERVER: "Tillkey",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


def socket_url(origin: str) -> str:
    """Where the page's socket is."""
    return f"ws{origin.removeprefix('http')}/ws"


def till_page(origin: str) -> str:
    """The HTML page that shows the till, with a sentence for each way in which it may end."""
    endings = [(str(int(ending)), text) for ending, text in ENDINGS.items()] + [("", LOST)]
    told = "\n        ".join(f'<p data-code="{code}" hidden>{html.escape(_(text))}</p>' for code, text in endings)
    texts = {"title": "Tillkey", "opening": _("Opening the till…"), "again": _("Open it again")}
    return _filled("page.html", texts | {"socket": socket_url(origin)}, endings=told)


def notice_page(title: str, text: str, link: str = "") -> str:
    """A page that only says something; `link` is the words of a link that tries again."""
    more = f'<p><a class="button" href="/" autofocus>{html.escape(link)}</a></p>' if link else ""
    style = FILES["notice.css"].read_text("utf-8")
    return _filled("notice.html", {"title": title, "text": text}, more=more, style=style)


def _filled(name: str, texts: Mapping[str, str], **markup: str) -> str:
    page = Template((HERE / name).read_text("utf-8"))
    safe = {key: html.escape(clean(text)) for key, text in texts.items()}
    return page.substitute(safe, language=current_language().code, **markup)
