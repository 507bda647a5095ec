"""How a cashier types what a line asks for: by function keys and answers, as at a real till.

A piece of keys is written as `screens.driver.keyboard` reads it: `<f12>` is a key by its name, a line feed is Enter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pos.domain.i18n import decimal_mark
from pos.language.command import Command

HOME: Final = "sale"


@dataclass(frozen=True, slots=True)
class Scene:
    """What whoever types sees: the kind of the screen in front, the ticket's lines, the chosen one, and the keys."""

    kind: str
    lines: tuple[int, ...]
    chosen: int | None
    part_paid: bool
    known: Callable[[str], bool]
    """Whether a product has a code: what is typed without one is searched for."""
    can: Callable[[str], bool]
    """Whether an action can be done now, by its id: one that cannot only says so, and refuses no command."""
    key: Callable[[str], str]
    """The key of an action by its id, as it is written among others."""
    asked: bool = False
    """Whether a question or a line is open still: what was typed before was no answer to it."""
    sure: Callable[[str], bool] = lambda _sum: True
    """Whether a sum that is typed is taken as cash, and not asked about or refused as a code."""
    asks: Callable[[str], bool] = lambda _code: False
    """Whether a code that is typed without a quantity is asked about, not refused."""

    def scans(self, code: str, quantity: Decimal | None = None) -> bool:
        """Whether a code can be typed on the scan line and means itself there: no search's hit, nor a `+` or a `/`."""
        return self.known(code) and code[:1] not in ("+", "-", "/") and (quantity is None or quantity >= 0)


@dataclass(frozen=True, slots=True)
class Stroke:
    """Keys that are typed one after the other, or come all at once as from a scanner."""

    keys: str
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class TypingRequest:
    """What is to be typed, and before which screen. `line` is how the flow has it."""

    command: Command
    line: str
    behind_slash: str
    """The line as it means the same behind a `/`, where an action's word alone is the action."""
    scene: Scene
    is_word: Callable[[str], bool]
    """Whether a text is a word of the language."""

    @property
    def args(self) -> tuple[str, ...]:
        """The command's words."""
        return self.command.args


Maker = Callable[[TypingRequest], list[Stroke]]


def nothing(_args: tuple[str, ...]) -> tuple[str, ...]:
    """No action is needed."""
    return ()


@dataclass(frozen=True, slots=True)
class TypingRule:
    """How a verb is typed: its keys, and the actions behind them, by its words.

    If one of these cannot be done now, it is typed as a `/` and the command.
    """

    strokes: Maker
    needs: Callable[[tuple[str, ...]], tuple[str, ...]] = nothing
    while_paid: bool = False
    """Whether it is done on the payment screen while a part is paid; for all else that is not left."""
    alone: str = ""
    """What comes to the same as the word alone, where that is an action behind a `/`."""


def text_of(text: str) -> str:
    """A text as it is written among keys."""
    return text.replace("<", "<<>")


def localised(text: str) -> str:
    """A number of the language as the locale types it."""
    return text.replace(".", decimal_mark())


def home(scene: Scene) -> list[Stroke]:
    """Back to the ticket: every other screen is one step away, and so is the end of a question."""
    return [Stroke(scene.key("back"))] * ((scene.kind != HOME) + scene.asked)


def there(scene: Scene, kind: str, action: str) -> list[Stroke]:
    """To the screen of a kind, by the action that shows it."""
    if scene.kind == kind:
        return [Stroke(scene.key("back"))] * scene.asked
    return [*home(scene), Stroke(scene.key(action))]


def by_command(request: TypingRequest) -> list[Stroke]:
    """A `/` and the command, back at the ticket."""
    return [*home(request.scene), *by_command_here(request)]


def by_command_here(request: TypingRequest) -> list[Stroke]:
    """The same on the screen that is in front."""
    return [Stroke(f"/{text_of(request.behind_slash)}\n")]


def answered(action: str, alone: str) -> TypingRule:
    """An action's key, and the answer to what it asks."""

    def strokes(request: TypingRequest) -> list[Stroke]:
        scene = request.scene
        return [*home(scene), Stroke(scene.key(action)), Stroke(f"{text_of(' '.join(request.args))}\n")]

    return TypingRule(strokes, lambda _args: (action,), alone=alone)


def on_line(request: TypingRequest, action: str, answer: list[str] | None) -> list[Stroke]:
    """Choose a line with the arrows, then an action's key and the answer; a line that is not there is typed."""
    args, scene = request.args, request.scene
    wanted = int(args[0]) if args and args[0].isdecimal() else None
    if wanted not in scene.lines:
        return [*home(scene), Stroke(f"/{text_of(request.line)}\n")]
    at = scene.lines.index(scene.chosen) if scene.chosen in scene.lines else len(scene.lines)
    steps = scene.lines.index(wanted) - at
    arrows = ("<down>" if steps > 0 else "<up>") * abs(steps)
    typed = [] if answer is None else [Stroke(f"{text_of(' '.join(answer))}\n")]
    return [*home(scene), Stroke(arrows), Stroke(scene.key(action)), *typed]


def number_on_line(action: str, alone: str = "") -> TypingRule:
    """An action's key on the chosen line, and a number as the answer."""
    return TypingRule(
        lambda request: on_line(request, action, [localised(text) for text in request.args[1:]]), alone=alone
    )


BY_COMMAND: Final = TypingRule(by_command)
