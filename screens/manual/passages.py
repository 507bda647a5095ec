"""What can be found on the pages of the manual: passages, each of them a heading, a paragraph, a row or a block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from markdown_it.token import Token

    from pos.manual import Page

PARSER: Final = "gfm-like"
"""The Markdown that Textual draws."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of a page: the heading above it, and which of the page's pieces it is made of.

    A page's pieces are, in their order, what Textual draws as a widget each: headings, paragraphs, cells and code.
    """

    page: str
    heading: str
    text: str
    first: int
    pieces: int = 1


def passages_of(page: Page) -> Iterator[Passage]:
    """All passages of a page, in their order."""
    heading, piece, row = page.title, 0, ""
    tokens = MarkdownIt(PARSER).parse(page.text)
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "tr_open":
            first, row = piece, ""
        elif token.type == "tr_close":
            yield Passage(page.name, heading, row, first, piece - first)
        elif token.type in ("inline", "fence", "code_block"):
            text = _plain(token)
            if before is not None and before.type == "heading_open":
                heading = text
            if before is not None and before.type in ("td_open", "th_open"):
                row = f"{row} {text}"
            else:
                yield Passage(page.name, heading, text, piece)
            piece += 1


def found(passages: Iterable[Passage], words: str) -> Sequence[Passage]:
    """The passages in which all words occur, in small or capital letters."""
    wanted = words.casefold().split()
    return [each for each in passages if wanted and all(word in each.text.casefold() for word in wanted)]


def _plain(token: Token) -> str:
    if token.children is None:
        return token.content
    return "".join(" " if child.type == "softbreak" else child.content for child in token.children)
