"""The manual that comes with the program: Markdown files, in the order in which the first of them lists the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import lazy
from pos.domain.terminal_text import clean
from pos.resources import data_folder

INDEX: Final = "index"
"""The page that lists the others."""

_ROW: Final = re.compile(r"^\| \[[^\]]+\]\((\w+)\.md\) \| (.+) \|$", re.MULTILINE)
_PICTURE: Final = re.compile(r"^!\[[^\]]*\]\([^)]*\)\n+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its name on the command line, its title, what one can do with it, and its Markdown."""

    name: str
    title: str
    about: str
    text: str


def pages() -> tuple[Page, ...]:
    """Every page, the index first. Raises OSError."""
    return tuple(_pages(data_folder() / "manual"))


def page_named(name: str) -> Page:
    """One page, by its name or its file's; no name is the index. Raises TillError `page_unknown`, OSError."""
    found = pages()
    wanted = clean(name).casefold().removesuffix(".md") or INDEX
    page = next((page for page in found if page.name == wanted), None)
    if page is None:
        names = ", ".join(page.name for page in found)
        text = N_("There is no page {name}. There are: {names}.")
        raise TillError("page_unknown", lazy(text, name=clean(name), names=names))
    return page


def _pages(folder: Path) -> Iterator[Page]:
    index = _text(folder, INDEX)
    yield Page(INDEX, _title(index), "", index)
    for name, about in _ROW.findall(index):
        text = _text(folder, name)
        yield Page(name, _title(text), about, text)


def _text(folder: Path, name: str) -> str:
    """A page's Markdown; its pictures are files of the repository, which no terminal shows."""
    return _PICTURE.sub("", (folder / f"{name}.md").read_text("utf-8"))


def _title(text: str) -> str:
    return text.partition("\n")[0].removeprefix("# ").replace("`", "")
