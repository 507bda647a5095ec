"""A word of the till's language: what its row in the table says, and the step of a till that it is with arguments."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Flag, auto
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar, cast

from pos.domain.errors import TillError
from pos.domain.message import lazy, raised
from pos.language.command import Command
from pos.language.keystrokes import BY_COMMAND, TypingRule
from pos.till.one_change import Word, awaited, one_change

if TYPE_CHECKING:
    from pos.domain.sale import Sale
    from pos.language.command import Command
    from pos.till.catalog import Catalog
    from pos.till.till import Till

Args = TypeVar("Args")
Result = TypeVar("Result")
Other = TypeVar("Other")
Answer = TypeVar("Answer", covariant=True)


@dataclass(frozen=True, slots=True)
class CommandResult:
    """The sale after a command, and text for whoever watches, such as a receipt."""

    sale: Sale
    output: str | None = None
    found: Mapping[str, Any] | None = None
    """What was looked at, under its verb, as JSON has it."""


class Where(Flag):
    """Where a line can be said."""

    TILL = auto()
    """On the scan line, where it is offered."""
    SCRIPT = auto()
    """In a script that runs without a screen."""
    DEMO = auto()
    """In a flow that a demo plays."""


EVERYWHERE: Final = Where.TILL | Where.SCRIPT | Where.DEMO
NOWHERE: Final = Where(0)
"""Of a word that is kept for a later version, so that no script means a scan by it."""
ANY: Final = 10_000
"""More words than a line has room for."""


class TillView(Protocol):
    """What of a till the words of a line are read by."""

    @property
    def catalog(self) -> Catalog:
        """The shop's currency, and which codes it knows."""
        ...

    @property
    def sale(self) -> Sale:
        """What is due: by it long digits are a code or an amount."""
        ...


class _NoTill:
    """What the words are read by of a verb that is for whoever runs the lines."""

    @property
    def catalog(self) -> Catalog:
        raise LookupError("words that need a till are read without one")

    @property
    def sale(self) -> Sale:
        raise LookupError("words that need a till are read without one")


NO_TILL: Final[TillView] = _NoTill()


def no_words(_command: Command, _view: TillView) -> None:
    """How a verb without arguments reads its words."""


def no_right(_args: object) -> str | None:
    """Whoever is at the till may."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb(Generic[Args, Result]):
    """One row of the table of the language. What a row does not say is what holds of most.

    `Args` is the frozen value that its words are read as, `Result` what doing it answers: `CommandResult`, or an
    awaitable of it if that takes time.
    """

    word: str
    usage: str
    """Its forms, with ` | ` between them. Capitals stand for what is meant; what is in brackets may be left out."""
    parse: Callable[[Command, TillView], Args]
    """Reads words that are as many as it takes; changes nothing. Raises TillError."""
    perform: Callable[[Till, Args], Result] | None = None
    """Does what was read. Raises TillError. None for what only whoever runs the lines can do: press a key, look at the
    sale that was printed last."""
    takes: tuple[int, int] = (0, 0)
    """How many words may follow it, at least and at most."""
    where: Where = EVERYWHERE
    looks: bool = False
    """Whether it neither begins nor changes a ticket, so that a finished sale is still the one that is talked about."""
    as_typed: bool = False
    """Whether its words are used as they were typed: codes that may have been misread, a card's number, or a text that
    is masked whole."""
    echo: Callable[[Sequence[str]], Sequence[str] | None] | None = None
    """Its words as they may be shown where some are secret; None, or an answer of None: as any text is, masked."""
    right: Callable[[Args], str | None] = no_right
    """The right that whoever says it needs for what was read; None: whoever is at the till may."""
    money: bool = False
    """Whether money changes hands: if it fails, nothing that was typed meanwhile means what it did."""
    minds_due: bool = False
    """Whether it is refused if what is due is not what was told last."""
    scanned: bool = False
    """Whether a scan may end what a hand has begun: no money and no quantity is scanned."""
    stays: bool = False
    """Whether the payment screen stays in front; for all else the till goes back to the ticket first."""
    quiet: bool = False
    """Whether nobody types it in a demo: it is for whoever watches."""
    offstage: bool = False
    """Whether it is done without the till's keys in a demo: it is no cashier who does it."""
    needs_till: bool = True
    """Whether it is for a till that runs: others may follow in a flow where one was stopped, and are read without."""
    never_fails: bool = False
    """Whether no error can be expected after it."""
    typing: TypingRule = BY_COMMAND

    @property
    def of_runner(self) -> bool:
        """Whether it speaks to whoever runs the lines rather than to a till: its words are read without one."""
        return self.perform is None or not self.needs_till

    def misfit(self) -> TillError:
        """What to say when its words do not fit."""
        return TillError("bad_command", lazy("Type it as: {usage}", usage=self.usage))

    def check(self, args: Sequence[str]) -> None:
        """Raises TillError `bad_command` for too few words, or too many."""
        fewest, most = self.takes
        if not fewest <= len(args) <= most:
            raise self.misfit()

    def read(self, command: Command, view: TillView = NO_TILL) -> Args:
        """What a command's words mean, read once for all that is done with them. Raises TillError.

        `view` may be left out for a verb `of_runner`.
        """
        self.check(command.args)
        try:
            return self.parse(command, view)
        except SystemExit as error:
            raise broken_off(error) from None

    def step(self, args: Args) -> TillStep[Result]:
        """The step of a till that this verb is, with what was read, typed or chosen."""
        return TillStep(self, args)

    def step_by(self, args: Args, do: Callable[[Till], Other]) -> TillStep[Other]:
        """A step that comes to the same, and is done by `do`, as no line of the language can say it."""
        return TillStep(self, args, do)


AnyVerb = Verb[Any, Any]


@dataclass(frozen=True, slots=True)
class TillStep(Generic[Answer]):
    """A word of the language with its arguments as they were read, typed or chosen; made by its row, see `Verb.step`.

    It does nothing until it is called, and the same each time. What takes time is an awaitable, made anew by each call.
    """

    verb: Verb[Any, Any]
    args: Any = field(repr=False)
    do: Callable[[Till], Answer] | None = field(default=None, repr=False)
    """What does it, where the verb's own way has no words for it."""

    @property
    def right(self) -> str | None:
        """The right that whoever does it needs; None: whoever is at the till may."""
        return self.verb.right(self.args)

    def __call__(self, till: Till) -> Answer:
        """Do it; all that it changes is one change of the ticket, which is undone at once.

        Raises TillError, `not_allowed` before anything else for whoever has no right to it.
        """
        till.require_right(self.right)
        word = Word(self.verb.word)
        with one_change(word):
            done = self._begun(till)
        return cast(Answer, awaited(word, done)) if isawaitable(done) else done

    def _begun(self, till: Till) -> Answer:
        if self.do is not None:
            return self.do(till)
        assert self.verb.perform is not None, "whoever runs the lines does it"
        done: Answer = self.verb.perform(till, self.args)
        return done


async def finished(step: TillStep[Any], till: Till) -> Any:
    """Do a step and wait for its end; what waits for nothing is done at once. Raises TillError."""
    try:
        answer = step(till)
        return await answer if isawaitable(answer) else answer
    except (SystemExit, asyncio.CancelledError) as error:
        if is_broken_off(error):
            raise broken_off(error) from None
        raise


def is_broken_off(error: BaseException) -> bool:
    """Whether another package ends what is not its own: the program, or a task that nobody has cancelled."""
    task = asyncio.current_task()
    unasked = type(error) is asyncio.CancelledError and task is not None and not task.cancelling()
    return unasked or isinstance(error, SystemExit)


def broken_off(error: BaseException) -> RuntimeError:
    """What would end more than the step of another package: its library's command line, or a task of its own."""
    return RuntimeError(str(raised(error))).with_traceback(error.__traceback__)
