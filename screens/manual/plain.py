"""A page of the manual as plain text, for pipes, files and terminals that draw nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO
from typing import TYPE_CHECKING, ClassVar, Final

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown, MarkdownElement, TableElement
from rich.measure import Measurement
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from pos.manual import Page

PAGE_LINK: Final = re.compile(r"\[([^\]]+)\]\((\w+)\.md(?:#[^)]*)?\)")
FILE_LINK: Final = re.compile(r"\[([^\]]+)\]\((?!https:)[^)]*\)")
MOVED_IN: Final = "  "
UNDER: Final = {"h1": "=", "h2": "-"}


class PlainHeading(Heading):
    """A heading at the left, underlined by signs."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The heading's line, and the signs below it."""
        yield Text(self.text.plain)
        if self.tag in UNDER:
            yield Text(UNDER[self.tag] * self.text.cell_len)


class Hanging:
    """A text whose lines after the first are moved in, so that none looks like another entry of its column."""

    def __init__(self, text: Text) -> None:
        self._text = text

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """As wide as the text."""
        return Measurement.get(console, options, self._text)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The first line, and what is left of the text below it."""
        first = self._text.wrap(console, options.max_width, overflow="fold")[0]
        yield first
        rest = Text(self._text.plain[len(first.plain.rstrip()) :].lstrip())
        room = max(options.max_width - len(MOVED_IN), 1)
        for line in rest.wrap(console, room, overflow="fold") if rest else ():
            yield Text(MOVED_IN) + line


class PlainTable(TableElement):
    """A table whose long words go on in the next line: none is cut off, and no entry is taken for two."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table as it is drawn, each cell whole."""
        table = Table(box=box.SIMPLE, pad_edge=False, show_edge=True, collapse_padding=True)
        assert self.header is not None
        assert self.header.row is not None
        for cell in self.header.row.cells:
            table.add_column(cell.content, overflow="fold")
        for row in self.body.rows if self.body is not None else ():
            first, *others = (cell.content for cell in row.cells)
            table.add_row(Hanging(first), *others)
        yield table


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
