"""The one table of the language's words: what reads, does, types or explains a line is drawn from it.

A new word is a row in the module of `pos.language.verbs` that is about its subject, and a line of the README.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pos.domain.errors import TillError
from pos.language.verb import NOWHERE, Verb, Where
from pos.language.verbs import counters, devices, later, lines, paying, staging, ticket
from pos.language.verbs.lines import SCAN

ROWS: Final[tuple[Verb, ...]] = (
    *lines.VERBS,
    *ticket.VERBS,
    *paying.VERBS,
    *counters.VERBS,
    *devices.VERBS,
    *staging.VERBS,
    *later.VERBS,
)
"""Every word, in the order in which help, completion and the README tell them."""

TABLE: Final[Mapping[str, Verb]] = MappingProxyType({verb.word: verb for verb in ROWS})
"""Every word that a line may begin with, those included that are kept for later. All else is a scan."""

USAGES: Final[Mapping[str, str]] = {verb.word: verb.usage for verb in ROWS if verb.where != NOWHERE}
"""Every verb with how it is used."""

AT_A_TILL: Final = {verb.word: verb.usage for verb in ROWS if Where.TILL in verb.where}
"""Verbs that mean something to whoever stands at a till."""

OF_DEMOS: Final = frozenset(verb.word for verb in ROWS if verb.where == Where.DEMO)
"""Verbs that only a demo can do: it has several tills, and may stop one dead."""

LATER: Final = frozenset(verb.word for verb in ROWS if verb.where == NOWHERE)
"""Words that are kept for verbs of a later version."""

ONLY_LOOKING: Final = frozenset(verb.word for verb in ROWS if verb.looks)
"""Verbs that change no ticket."""

QUIET: Final = frozenset(verb.word for verb in ROWS if verb.quiet)
"""Verbs that nobody types in a demo: they are for whoever watches."""


def row(verb: str) -> Verb:
    """What the table says of a command's verb, a scan's included."""
    return SCAN if verb == SCAN.word else TABLE[verb]


def usage(verb: str) -> TillError:
    """What to say when a verb's words do not fit."""
    return TABLE[verb].misfit()
