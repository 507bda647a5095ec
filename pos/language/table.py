"""The one table of the language's words: what reads, does, types or explains a line is drawn from it.

A new word is a row in the module of `pos.language.verbs` that is about its subject, and a line of the manual.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
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
"""Every word, in the order in which help, completion and the manual tell them."""

TABLE: Final[Mapping[str, AnyVerb]] = MappingProxyType({verb.word: verb for verb in ROWS})
"""Every word that a line may begin with, those included that are kept for later. All else is a scan."""

USAGES: Final[Mapping[str, str]] = {verb.word: verb.usage for verb in ROWS if verb.where != NOWHERE}
"""Every verb with how it is used."""

AT_A_TILL: Final = {verb.word: verb.usage for verb in ROWS if Where.TILL in verb.where}
"""Verbs that mean something to whoever stands at a till."""

LATER: Final = frozenset(verb.word for verb in ROWS if verb.where == NOWHERE)
"""Words that are kept for verbs of a later version."""

_ROW_OF: Final[Mapping[str, AnyVerb]] = {**TABLE, SCAN.word: SCAN, AS_WRITTEN.word: AS_WRITTEN}


def row(verb: str) -> AnyVerb:
    """What the table says of a command's verb, a scan's included."""
    return _ROW_OF[verb]
