"""The till's language on the scan line: doing what was typed after a `/`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from pos.domain.i18n import _
from pos.domain.message import lazy
from screens.gateway.answers import told
from screens.kit import actions
from screens.kit.host import Navigation, Notifier, OpenTill, Steps
from screens.kit.input.arguments import argument
from screens.kit.values import Formatting, TicketView
from screens.ticket.payments import queued_text

if TYPE_CHECKING:
    from pos.domain.errors import TillError
    from pos.language.command import Command
    from pos.language.verb import CommandResult, TillStep
    from screens.kit.input.slash import SlashLine


class Commanded(Formatting, TicketView, Notifier, OpenTill, Steps, Navigation, Protocol):
    """What does a line: the till or the screen in front, and what tells what came of it."""


def perform_line(app: Commanded, line: SlashLine) -> None:
    """Do a line: an action by its word, alone or with what it takes, else a command of the language."""
    from pos.domain.errors import TillError

    action, rest = actions.by_word(line.word), line.text.strip().partition(" ")[2].strip()
    if action is not None and action.on(app.kind) and not rest:
        app.front.act(action)
        return
    command = line.command
    if action is not None and action.on(app.kind) and _is_argument(app, action, rest, command):
        app.front.act_with(action, rest)
        return
    if isinstance(command, TillError):
        app.refuse(command)
    elif command is not None:
        try:
            _perform(app, command)
        except TillError as error:
            app.refuse(error)


def _is_argument(app: Commanded, action: actions.Action, rest: str, command: Command | TillError | None) -> bool:
    """Whether an action takes what is typed behind its word as if it stood before its key, and the language does not.

    The language knows numbers and codes, where a hand may type a name.
    """
    from pos.domain.errors import TillError
    from pos.language.command import Command
    from pos.language.executor import step_of
    from pos.language.verb import Where
    from pos.language.verbs.lines import SCAN

    catalog = app.till.catalog
    is_open = app.current is None or app.current.editable
    if not is_open or '"' in rest or argument(action.id, rest, app.till) is None:
        return False
    if action.id == "member":
        return rest != "-" and catalog.member(rest) is None
    if action.id == "check-price":
        return not catalog.is_known(rest)
    if not isinstance(command, Command) or command.verb == SCAN.word:
        return True
    try:
        step_of(command, app.till, Where.TILL)
    except TillError:
        return True
    return False


def _perform(app: Commanded, command: Command) -> None:
    """Do a command. What a screen has no part in but to tell what came of it is a step of the till."""
    from pos.domain.errors import TillError
    from pos.language.assertions import expect
    from pos.language.executor import step_of
    from pos.language.table import row
    from pos.language.verb import Where
    from pos.language.verbs.devices import PrintReceipt
    from pos.language.verbs.directives import Expect, PressKeys
    from pos.language.verbs.lines import AddProduct
    from screens.terminal.keys import Key

    _refuse_misspelt(app, command)
    failed = partial(_refused, app) if row(command.verb).money else None
    try:
        step = step_of(command, app.till, Where.TILL)
    except TillError as error:
        if failed is None:
            raise
        app.wait_for(partial(_raise, error), partial(_tell, app), failed)
        return
    match step.args:
        case Expect() as asked:
            assert app.sale is not None
            expect(app.till, app.sale, asked)
            app.say(_("As expected."), "good")
        case PrintReceipt(order):
            app.find_and_print(order)
        case AddProduct(code, None) if (product := app.till.catalog.find(code)) is not None and product.weighed:
            app.front.add_hit(product.sku)
        case PressKeys(names):
            for name in names:
                app.front.take(Key(name, name if len(name) == 1 else None))
        case _:
            app.begin(step, partial(_done, app, step), failed)


def _refuse_misspelt(app: Commanded, command: Command) -> None:
    """Raises TillError `bad_command` for words that begin with letters and are neither a command nor a code."""
    from pos.domain.errors import TillError
    from pos.language.verbs.lines import SCAN
    from pos.till.till_input import shortened

    line = command.args[0] if command.verb == SCAN.word and command.quantity is None else ""
    word = line.partition(" ")[0]
    if word.isalpha() and not app.till.catalog.is_known(line):
        text = lazy("There is no command /{word}. Type / alone to see them all.", word=shortened(word))
        raise TillError("bad_command", text)


async def _raise(error: TillError) -> CommandResult:
    raise error


def _refused(app: Commanded, error: TillError) -> None:
    """Told so, the keys that were typed meanwhile are dropped, as on the payment screen."""
    app.say(error.message, "bad")


def _done(app: Commanded, step: TillStep[object], performed: CommandResult) -> None:
    """Tell or show what came of a step: how the ticket stands now, or the command's own words."""
    from pos.language.verbs.devices import TellGateway

    sale, plan = performed.sale, app.till.gateway_plan
    match step.args:
        case TellGateway(words) if plan is not None:
            app.say(told(words, plan), "good")
            return
    match None if step.verb.looks else sale.state:
        case "paid":
            app.find_receipt(sale.order)
        case "part_paid":
            app.front.act(actions.by_id("pay"))
        case "held":
            app.say(_("Ticket set aside. {key} takes it up again.", key=app.cap("recall")), "good")
        case "queued":
            app.say(queued_text(app.till, sale.ticket), "good")
        case _state:
            _tell(app, performed)


def _tell(app: Commanded, performed: CommandResult) -> None:
    if performed.output:
        app.say(performed.output)
    else:
        app.notice = None
