"""The table of the language's words: what each row says is true of it, and the manual tells the same."""

from __future__ import annotations

import pytest

from pos.domain.errors import TillError
from pos.language.executor import execute
from pos.language.parsing import parse, verb_of
from pos.language.table import ROWS, TABLE, USAGES
from pos.language.verb import NOWHERE, AnyVerb, Where
from tests.manual.papers import page
from tests.till.support import counter

SAID = tuple(verb for verb in ROWS if verb.where != NOWHERE)


def test_no_word_is_there_twice() -> None:
    assert [verb.word for verb in ROWS] == list(TABLE)


def test_the_manuals_table_of_commands_is_the_table_of_verbs() -> None:
    rows = [
        line.strip("| ").replace("\\|", "¦").split(" | ") for line in page("language").splitlines() if line[:3] == "| `"
    ]
    told = [(line.replace("¦", "|"), bool(about)) for line, about in rows if verb_of(line.strip("`")) is not None]
    assert told == [(f"`{usage}`", True) for usage in USAGES.values()]


@pytest.mark.parametrize("verb", SAID, ids=lambda verb: verb.word)
def test_every_form_begins_with_its_word_and_is_a_command(verb: AnyVerb) -> None:
    for form in verb.usage.split(" | "):
        command = parse(form.replace("[", "").replace("]", ""))
        assert command is not None
        assert command.verb == verb.word
        verb.check(command.args)


@pytest.mark.parametrize("verb", SAID, ids=lambda verb: verb.word)
def test_words_that_do_not_fit_are_told_with_the_usage(verb: AnyVerb) -> None:
    fewest, most = verb.takes
    for many in {max(fewest - 1, 0), most + 1} - set(range(fewest, most + 1)):
        with pytest.raises(TillError) as refusal:
            verb.check(("1",) * many)
        assert (refusal.value.code, verb.usage in refusal.value.message) == ("bad_command", True)


@pytest.mark.parametrize("verb", SAID, ids=lambda verb: verb.word)
async def test_what_no_script_can_do_is_refused_without_a_screen(verb: AnyVerb) -> None:
    command = parse(verb.word)
    assert command is not None
    with counter() as at:
        if Where.SCRIPT in verb.where:
            assert verb.perform is not None or verb.word == "expect"
        else:
            with pytest.raises(TillError) as refusal:
                await execute(at.till, command)
            assert refusal.value.code in ("demo_only", "screen_only")


@pytest.mark.parametrize("verb", [verb for verb in ROWS if verb.where == NOWHERE], ids=lambda verb: verb.word)
def test_a_word_that_is_kept_for_later_is_no_scan(verb: AnyVerb) -> None:
    with pytest.raises(TillError) as refusal:
        parse(f"{verb.word} 1")
    assert (refusal.value.code, verb.word in refusal.value.message) == ("bad_command", True)
