"""A page of the manual as plain text, for pipes, files and terminals that draw nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO
from typing import TYPE_CHECKING, ClassVar, Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown, MarkdownElement, TableElement
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from pos.manual import Page

PAGE_LINK: Final = re.compile(r"\[([^\]]+)\]\((\w+)\.md(?:#[^)]*)?\)")
FILE_LINK: Final = re.compile(r"\[([^\]]+)\]\((?!https:)[^)]*\)")
UNDER: Final = {"h1": "=", "h2": "-"}


class PlainHeading(Heading):
    """A heading at the left, underlined by signs."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The heading's line, and the signs below it."""
        yield Text(self.text.plain)
        if self.tag in UNDER:
            yield Text(UNDER[self.tag] * self.text.cell_len)


class PlainTable(TableElement):
    """A table whose long words go on in the next line: none is cut off."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table as it is drawn, each cell whole."""
        for each in super().__rich_console__(console, options):
            if isinstance(each, Table):
                for column in each.columns:
                    column.overflow = "fold"
            yield each


class PlainCode(CodeBlock):
    """A block of code, indented, its lines as they are."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines."""
        for line in self.text.plain.rstrip().split("\n"):
            yield Segment(f"    {line}\n")


class PlainMarkdown(Markdown):
    """Markdown without colours."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = Markdown.elements | {
        "heading_open": PlainHeading,
        "table_open": PlainTable,
        "fence": PlainCode,
        "code_block": PlainCode,
    }


def plain_lines(page: Page, columns: int) -> Iterator[str]:
    """The lines of a page, as wide as so many columns; code may be wider."""
    text = FILE_LINK.sub(r"\1", PAGE_LINK.sub(r"\1 (`pos manual \2`)", page.text))
    out = StringIO()
    console = Console(file=out, width=columns, color_system=None, force_terminal=False, legacy_windows=False)
    console.print(PlainMarkdown(text, hyperlinks=False), crop=False)
    yield from re.sub(r"\n{3,}", "\n\n", re.sub(r" +$", "", out.getvalue(), flags=re.MULTILINE)).strip("\n").split("\n")
