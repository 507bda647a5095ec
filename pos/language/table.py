"""The one table of the language's words: what reads, does, types or explains a line is drawn from it.

A new word is a row in the module of `pos.language.verbs` that is about its subject, and a line of the manual.
"""

from __future__ import annotations

from typing import Final

from pos.language.verb import NOWHERE, AnyVerb, Where
from pos.language.verbs import counters, devices, directives, lines, paying, reserved, ticket
from pos.language.verbs.lines import AS_WRITTEN, SCAN

ROWS: Final[tuple[AnyVerb, ...]] = (
    *lines.VERBS,
    *ticket.VERBS,
    *paying.VERBS,
    *counters.VERBS,
    *devices.VERBS,
    *directives.VERBS,
    *reserved.VERBS,
)
"""The program's own words, in the order in which help, completion and the manual tell them."""

TABLE: Final[dict[str, AnyVerb]] = {}
"""Every word that a line may begin with, those included that are kept for later. All else is a scan."""

USAGES: Final[dict[str, str]] = {}
"""Every verb with how it is used."""

AT_A_TILL: Final[dict[str, str]] = {}
"""Verbs that mean something to whoever stands at a till, with how each is used."""

LATER: Final = frozenset(verb.word for verb in ROWS if verb.where == NOWHERE)
"""Words that are kept for verbs of a later version."""

_SCANS: Final[dict[str, AnyVerb]] = {SCAN.word: SCAN, AS_WRITTEN.word: AS_WRITTEN}


def put(verb: AnyVerb) -> None:
    """Put a word into the table, or another row in the place of its row."""
    TABLE[verb.word] = verb
    if verb.where != NOWHERE:
        USAGES[verb.word] = verb.usage
    if Where.TILL in verb.where:
        AT_A_TILL[verb.word] = verb.usage


def take_out(word: str) -> None:
    """Take a word out of the table: it is a scan again."""
    for table in (TABLE, USAGES, AT_A_TILL):
        table.pop(word, None)


def is_added(word: str) -> bool:
    """Whether a word is another package's."""
    return word in TABLE and all(word != verb.word for verb in ROWS)


def row(verb: str) -> AnyVerb:
    """What the table says of a command's verb, a scan's included."""
    return TABLE[verb] if verb in TABLE else _SCANS[verb]


for _verb in ROWS:
    put(_verb)
