"""What a script or a flow says to whoever runs it, rather than to a cashier."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pos.language.keying import Asked, Stroke, Typing
from pos.language.verb import ANY, EVERYWHERE, Performed, Verb, Where
from pos.payments.masking import entered

if TYPE_CHECKING:
    from pos.language.command import Command
    from pos.till.till import Till

LONGEST_WAIT: Final = 366 * 24 * 3600
"""Seconds: nobody waits longer than a year."""

_TIME: Final = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|)", re.ASCII)
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "": 1.0}


def seconds_of(text: str) -> float:
    """How long to wait, from `2s`, `500ms` or `11m`. Raises TillError `bad_command`."""
    times = _TIME.fullmatch(text)
    if times is None or (seconds := float(times[1]) * _UNITS[times[2]]) > LONGEST_WAIT:
        raise WAIT.misfit()
    return seconds


async def _say(till: Till, command: Command) -> Performed:
    text = entered(" ".join(command.args), till.catalog.is_named)
    return Performed(till.say(text), text)


async def _wait(till: Till, command: Command) -> Performed:
    return Performed(await till.wait(seconds_of(command.args[0])))


async def _snap(till: Till, _command: Command) -> Performed:
    return Performed(till.sale)


def _key_keys(asked: Asked) -> list[Stroke]:
    return [Stroke(name if len(name) == 1 else f"<{name}>") for name in asked.args]


EXPECT: Final = Verb(word="expect", usage="expect FIELD VALUE", takes=(2, ANY), looks=True, stays=True, quiet=True)
SAY: Final = Verb(word="say", usage='say "…"', takes=(0, ANY), perform=_say, looks=True, stays=True, quiet=True)
WAIT: Final = Verb(word="wait", usage="wait 2s", takes=(1, 1), perform=_wait, looks=True, stays=True, quiet=True)
KEY: Final = Verb(
    word="key",
    usage="key f5",
    takes=(1, ANY),
    where=Where.TILL | Where.DEMO,
    typing=Typing(_key_keys, while_paid=True),
)
SNAP: Final = Verb(
    word="snap",
    usage="snap NAME",
    takes=(1, 1),
    perform=_snap,
    where=EVERYWHERE & ~Where.TILL,
    looks=True,
    quiet=True,
)
TILL: Final = Verb(word="till", usage="till NAME", takes=(1, 1), where=Where.DEMO, quiet=True)
CRASH: Final = Verb(word="crash", usage="crash [EVENT]", takes=(0, 1), where=Where.DEMO, quiet=True)
START: Final = Verb(word="start", usage="start", where=Where.DEMO, quiet=True)

VERBS: Final = (EXPECT, SAY, WAIT, KEY, SNAP, TILL, CRASH, START)
