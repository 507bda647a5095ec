"""The till's language on the scan line: doing what was typed after a `/`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from pos.domain.words import _
from pos.language.steps import TillStep
from screens.gateway.answers import told
from screens.kit import actions

if TYPE_CHECKING:
    from pos.domain.errors import TillError
    from pos.language.command import Command
    from pos.language.verb import Performed
    from screens.kit.host import Host


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


def _begin(app: Host, command: Command) -> None:
    """What a screen has no part in but to tell what came of it."""
    from pos.language.performing import perform
    from pos.language.table import row

    step = TillStep(command.verb, lambda till: perform(till, command))
    app.begin(step, partial(_done, app, command), partial(_refused, app) if row(command.verb).money else None)


def _scan(app: Host, command: Command) -> None:
    from pos.domain.errors import TillError
    from pos.till.entry import shortened

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
    app.find_receipt(*command.args)


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
        app.find_receipt(sale.order)
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
