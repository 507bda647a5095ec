"""The till's language on the scan line: `/` and a command, what fits while it is typed, and doing it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from pos.domain.words import N_, _, plural
from pos.language.steps import TillStep
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
    from screens.kit.input.slash import SlashLine


def commands_listing(app: Host, line: SlashLine) -> Listing:
    """The actions and commands that begin with what was typed after the `/`, with their usage."""
    from pos.language.table import AT_A_TILL, USAGES

    word, blank = line.word, line.ended
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


def complete(line: SlashLine, chosen: str | None) -> str | None:
    """The chosen suggestion, if only the first letters of a command were typed: an action, or a verb and `|`s."""
    from pos.language.table import TABLE

    if line.ended or line.word in TABLE or actions.by_word(line.word) is not None or chosen is None:
        return None
    return chosen


def perform_line(app: Host, line: str) -> None:
    """Do a line: an action by its word alone, else a command of the language."""
    from pos.domain.errors import TillError
    from pos.language.parsing import parse
    from pos.language.performing import without_cards

    action = actions.by_word(line.strip())
    if action is not None and app.kind in action.screens:
        app.front.act(action)
        return
    assert app.till is not None
    try:
        command = parse(line)
        if command is not None:
            _HANDLERS.get(command.verb, _begin)(app, without_cards(command, app.till))
    except TillError as error:
        app.refuse(error)


def add_line(till: Till, line: str) -> Sale:
    """Add what a line scans, with the quantity before its `*` in the locale's form. Raises TillError."""
    from pos.language.quantities import typed_quantity

    entry = split(line)
    if not entry.times:
        return till.add(entry.rest)
    return till.add(entry.rest, typed_quantity(entry.times[:-1]))


def _begin(app: Host, command: Command) -> None:
    """What a screen has no part in but to tell what came of it."""
    from pos.language.performing import perform
    from pos.language.table import row

    step = TillStep(command.verb, lambda till: perform(till, command))
    app.begin(step, partial(_done, app, command), partial(_refused, app) if row(command.verb).money else None)


def _scan(app: Host, command: Command) -> None:
    from pos.domain.errors import TillError
    from pos.till.editing import shortened

    (code,) = command.args
    assert app.till is not None
    if command.quantity is None and code.isalpha() and not app.till.catalog.is_known(code):
        text = _("There is no command /{word}. Type / alone to see them all.", word=shortened(code))
        raise TillError("bad_command", text)
    app.attempt(TillStep("scan", lambda till: till.add(code, command.quantity)))


def _expect(app: Host, command: Command) -> None:
    from pos.language.expecting import expect
    from pos.language.table import row

    row("expect").check(command.args)
    if app.sale is not None and app.till is not None:
        expect(app.till, app.sale, command.args[0], " ".join(command.args[1:]))
        app.say(_("As expected."), "good")


def _print(app: Host, command: Command) -> None:
    from pos.language.table import row

    row("print").check(command.args)
    app.show_receipt(*command.args)


def _press(app: Host, command: Command) -> None:
    from screens.terminal.keys import Key

    for name in command.args:
        app.front.take(Key(name, name if len(name) == 1 else None))


_HANDLERS: Final[dict[str, Callable[[Host, Command], None]]] = {
    "scan": _scan,
    "expect": _expect,
    "print": _print,
    "key": _press,
}
"""Verbs that are done with what is on the screen; all others are the till's alone."""


def _refused(app: Host, error: TillError) -> None:
    """Told so, the keys that were typed meanwhile are dropped, as on the payment screen."""
    app.say(error.message, "bad")


def _done(app: Host, command: Command, performed: Performed) -> None:
    tell = _TELLERS.get(command.verb)
    if tell is None or not tell(app, command, performed):
        _tell(app, performed)


def _tell(app: Host, performed: Performed) -> None:
    if performed.output:
        app.say(performed.output)
    else:
        app.notice = None


def _tell_payment(app: Host, _command: Command, performed: Performed) -> bool:
    sale = performed.sale
    if sale.state == "paid":
        app.show_receipt(sale.order)
    elif sale.state == "part_paid":
        app.front.act(actions.by_id("pay"))
    return sale.state in ("paid", "part_paid")


def _tell_held(app: Host, _command: Command, _performed: Performed) -> bool:
    app.say(_("Ticket set aside. {key} takes it up again.", key=app.cap("recall")), "good")
    return True


def _tell_plan(app: Host, command: Command, _performed: Performed) -> bool:
    plan = app.till.gateway_plan if app.till is not None else None
    if plan is not None:
        app.say(told(" ".join(command.args), plan), "good")
    return True


_TELLERS: Final[dict[str, Callable[[Host, Command, Performed], bool]]] = {
    "pay": _tell_payment,
    "take": _tell_payment,
    "hold": _tell_held,
    "gateway": _tell_plan,
}
"""Verbs of whose end more is told or shown than the command's own words; whether that was done."""
