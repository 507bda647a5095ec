"""One line of the till's language to one command. Pure: nothing is looked up, nothing is done."""

from __future__ import annotations

import re
from typing import Final

from pos.domain.errors import TillError
from pos.domain.message import lazy
from pos.domain.spelling import spelled
from pos.language.command import Command
from pos.language.quantities import quantity
from pos.language.table import TABLE
from pos.language.verb import NOWHERE, AnyVerb
from pos.language.verbs.lines import SCAN

LONGEST: Final = 2000
"""How many characters a line has at most; no code or name comes near it."""

_TOKEN = re.compile(r'"([^"]*)"|(\S+)')
_TIMES = re.compile(r"([+-]?[\d.]+)\s*\*\s*(\S.*)", re.DOTALL | re.ASCII)


def parse(line: str) -> Command | None:
    """The command on a line; None for a blank line or a comment. Raises TillError `bad_command`, `bad_quantity`."""
    text = line.strip()
    if not text or text.startswith("#"):
        return None
    if len(text) > LONGEST:
        raise TillError("bad_command", lazy("A line has at most {count} characters.", count=LONGEST))
    verb = verb_of(text)
    if verb is None:
        return scan(text)
    if verb.where == NOWHERE:
        raise TillError("bad_command", lazy("This version of the till has no `{verb}` yet.", verb=verb.word))
    return Command(verb.word, _arguments("".join(text.split(None, 1)[1:]), verb))


def read(line: str) -> Command | TillError | None:
    """The same as `parse`, with what it raises as an answer: for lines that are read before any is done."""
    try:
        return parse(line)
    except TillError as error:
        return error


def verb_of(line: str) -> AnyVerb | None:
    """The word of the language that a line begins with, one that is kept for later included; None: it is a scan."""
    first = line.split(None, 1)[:1]
    return TABLE.get(spelled(first[0]).lower()) if first else None


def scan(text: str) -> Command:
    """A scanned or typed code, with how many of it: `3*4006381333931`. Raises TillError `bad_quantity`."""
    times = _TIMES.fullmatch(text)
    if times is None:
        return Command(SCAN.word, (text,))
    return Command(SCAN.word, (times[2].strip(),), quantity(times[1]))


def _arguments(rest: str, verb: AnyVerb) -> tuple[str, ...]:
    if rest.count('"') % 2:
        message = lazy("A double quote is not closed. Type it as: {usage}", usage=verb.usage)
        raise TillError("bad_command", message)
    return words(rest)


def words(text: str) -> tuple[str, ...]:
    """The words of a text: blanks separate, double quotes group."""
    return tuple(quoted or bare for quoted, bare in _TOKEN.findall(text))
