"""The till's language on the scan line: `/` and a command, what fits while it is typed, and doing it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from pos.domain.words import N_, _, plural
from screens.gateway.answers import told
from screens.kit import actions
from screens.kit.input.scanning import split
from screens.kit.listing import Item, Listing

if TYPE_CHECKING:
    from pos.domain.errors import TillError
    from pos.domain.sale import Sale
    from pos.language.command import Command
    from pos.language.verb import Performed
    from pos.till.till import Till
    from screens.kit.host import Host


PAYING: Final = ("pay", "abandon")
"""Commands after whose failure the keys typed meanwhile are dropped, as on the payment screen."""


def commands_listing(app: Host, typed: str) -> Listing:
    """The actions and commands that begin with what was typed after the `/`, with their usage."""
    from pos.language.table import AT_A_TILL, USAGES

    word, blank = _begun(typed)
    found: dict[str, Item] = {}
    for action in actions.ACTIONS:
        fits = action.word == word if blank else action.word.startswith(word)
        if action.word and fits and app.kind in action.screens and not (blank and action.word in USAGES):
            found[action.word] = Item(action.word, f"/{action.word}", app.cap(action.id))
    for verb, usage in AT_A_TILL.items():
        if verb == word if blank else verb.startswith(word):
            for number, form in enumerate(usage.split(" | "), start=1):
                found[f"{verb}{'|' * number}"] = Item(verb, f"/{form}")
    return Listing(
        _("Commands"),
        tuple(found),
        found.__getitem__,
        plural("{count} command", "{count} commands", len(found)),
        _("No command begins like this."),
        enter=N_("↑↓ choose · ⏎ take"),
    )


def complete(app: Host, typed: str, chosen: str | None) -> str | None:
    """The chosen suggestion, if only the first letters of a command were typed: an action, or a verb and `|`s."""
    from pos.language.table import TABLE

    word, blank = _begun(typed)
    if blank or word in TABLE or actions.by_word(word) is not None or chosen is None:
        return None
    return chosen


def perform_line(app: Host, line: str) -> None:
    """Do a line: an action by its word alone, else a command of the language."""
    from pos.domain.errors import TillError
    from pos.language.expecting import expect
    from pos.language.parsing import parse
    from pos.language.performing import perform, without_cards
    from pos.language.table import usage
    from pos.till.editing import shortened

    action = actions.by_word(line.strip())
    if action is not None and app.kind in action.screens:
        app.front.act(action)
        return
    assert app.till is not None
    try:
        parsed = parse(line)
        if parsed is None:
            return
        command = without_cards(parsed, app.till)
        if command.verb == "key":
            _press(app, command.args)
        elif command.verb == "expect":
            if len(command.args) < 2:
                raise usage("expect")
            if app.sale is not None:
                expect(app.till, app.sale, command.args[0], " ".join(command.args[1:]))
                app.say(_("As expected."), "good")
        elif command.verb == "scan":
            code = command.args[0]
            if line.split()[0].lower() == code.lower() and code.isalpha() and not app.till.catalog.is_known(code):
                text = _("There is no command /{word}. Type / alone to see them all.", word=shortened(code))
                raise TillError("bad_command", text)
            app.attempt(lambda till: till.add(code, command.quantity))
        elif command.verb == "print":
            if len(command.args) > 1:
                raise usage("print")
            app.show_receipt(*command.args)
        else:
            failed = partial(_refused, app) if command.verb in PAYING else None
            app.begin(perform(app.till, command), partial(_done, app, command), failed)
    except TillError as error:
        app.refuse(error)


def add_line(till: Till, line: str) -> Sale:
    """Add what a line scans, with the quantity before its `*` in the locale's form. Raises TillError."""
    from pos.language.quantities import typed_quantity

    entry = split(line)
    if not entry.times:
        return till.add(entry.rest)
    return till.add(entry.rest, typed_quantity(entry.times[:-1]))


def _press(app: Host, names: tuple[str, ...]) -> None:
    from screens.terminal.keys import Key

    for name in names:
        app.front.take(Key(name, name if len(name) == 1 else None))


def _refused(app: Host, error: TillError) -> None:
    app.say(error.message, "bad")


def _done(app: Host, command: Command, performed: Performed) -> None:
    sale, verb = performed.sale, command.verb
    if verb in ("pay", "take") and sale.state == "paid":
        app.show_receipt(sale.order)
    elif verb in ("pay", "take") and sale.state == "part_paid":
        app.front.act(actions.by_id("pay"))
    elif verb == "hold":
        app.say(_("Ticket set aside. {key} takes it up again.", key=app.cap("recall")), "good")
    elif verb == "gateway":
        plan = app.till.gateway_plan if app.till is not None else None
        if plan is not None:
            app.say(told(" ".join(command.args), plan), "good")
    elif performed.output:
        app.say(performed.output)
    else:
        app.notice = None


def _begun(typed: str) -> tuple[str, bool]:
    """The first word of a command in small letters, and whether it was ended by a blank."""
    word, blank, _rest = typed.removeprefix("/").lower().partition(" ")
    return word, bool(blank)
