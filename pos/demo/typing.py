"""How a cashier types what a line of a flow asks for: by function keys and answers, as at a real till.

A piece of keys is written as `screens.headless.keyboard` reads it: `<f12>` is a key by its name, a line feed is Enter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pos.domain.words import decimal_mark
from pos.language.parsing import VERBS, Command
from pos.language.performing import card_and_amount
from pos.payments.swipes import swipe_in

SCANNED: Final = 8
"""From so many digits on a code comes from the scanner, in one go."""
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


@dataclass(frozen=True, slots=True)
class Stroke:
    """Keys that are typed one after the other, or come all at once as from a scanner."""

    keys: str
    at_once: bool = False


def strokes(command: Command, line: str, scene: Scene) -> tuple[Stroke, ...]:
    """The keys for a command; `line` is how the flow has it, for what has no other way than a `/` and the command."""
    frozen = scene.kind == "payment" and scene.part_paid and command.verb not in _WHILE_PAID
    if frozen:
        make: _Maker = _by_command_there
    elif all(map(scene.can, _needed(command))):
        make = _MAKERS.get(command.verb, _by_command)
    else:
        make = _by_command
    return tuple(stroke for stroke in make(command.args, line, scene, command) if stroke.keys)


def _needed(command: Command) -> tuple[str, ...]:
    """The actions by which a command is typed."""
    first = command.args[0].lower() if command.args else ""
    return _NEEDED.get((command.verb, first), _NEEDED.get((command.verb, ""), ()))


def text_of(text: str) -> str:
    """A text as it is written among keys."""
    return text.replace("<", "<<>")


def _by_command(args: tuple[str, ...], line: str, scene: Scene, command: Command) -> list[Stroke]:
    return [*_home(scene), *_by_command_there(args, line, scene, command)]


def _by_command_there(_args: tuple[str, ...], line: str, _scene: Scene, command: Command) -> list[Stroke]:
    """Typed on the screen that is in front."""
    return [Stroke(f"/{text_of(_in_words(line, command))}\n")]


def _in_words(line: str, command: Command) -> str:
    """A line as it means the same behind a `/`: an action's word alone is the action there, a word no code."""
    if command.verb != "scan":
        return _IN_FULL.get(line.lower(), line)
    code, many = command.args[0], "" if command.quantity is None else f"{command.quantity:f}"
    # A quotation mark behind a swipe would be a scan of its own: the screen takes the swipe at its end sentinel.
    if '"' in code or swipe_in(code) is not None:
        return f"{many}*{code}" if many else code
    return f'add "{code}" {many}'.rstrip()


def _scan(args: tuple[str, ...], line: str, scene: Scene, command: Command) -> list[Stroke]:
    if not _is_scanned(args[0], command.quantity, scene):
        return _by_command(args, line, scene, command)
    many = "" if command.quantity is None else f"{_localised(format(command.quantity, 'f'))}*"
    code = args[0]
    scanned = code.isdecimal() and len(code) >= SCANNED
    return [*_before_scan(scene), Stroke(many), Stroke(f"{text_of(code)}\n", at_once=scanned)]


def _add(args: tuple[str, ...], line: str, scene: Scene, command: Command) -> list[Stroke]:
    if len(args) not in (1, 2) or args[0].lower() in VERBS or not _is_scanned(args[0], None, scene):
        return _by_command(args, line, scene, command)
    many = [Stroke(f"{_localised(args[1])}*")] if args[1:] else []
    return [*_before_scan(scene), *many, Stroke(f"{text_of(args[0])}\n")]


def _qty(args: tuple[str, ...], line: str, scene: Scene, _command: Command) -> list[Stroke]:
    return _on_line(args, line, scene, "quantity", [_localised(text) for text in args[1:]])


def _discount(args: tuple[str, ...], line: str, scene: Scene, _command: Command) -> list[Stroke]:
    if not args or args[0].lower() != "all":
        return _on_line(args, line, scene, "discount", [_localised(args[1]), *args[2:]] if args[1:] else [])
    typed = " ".join((_localised(args[1]), *args[2:])) if args[1:] else ""
    return [*_home(scene), Stroke(scene.key("ticket-discount")), Stroke(f"{text_of(typed)}\n")]


def _price(args: tuple[str, ...], line: str, scene: Scene, _command: Command) -> list[Stroke]:
    return _on_line(args, line, scene, "price", [_localised(text) for text in args[1:]])


def _void(args: tuple[str, ...], line: str, scene: Scene, command: Command) -> list[Stroke]:
    if args and args[0].isdecimal():
        return _on_line(args, line, scene, "void", None)
    return _by_command(args, line, scene, command)


def _coupon(args: tuple[str, ...], line: str, scene: Scene, command: Command) -> list[Stroke]:
    if not args or args[0].startswith("-"):
        return _by_command(args, line, scene, command)
    there = [] if scene.kind == "coupon" else [*_home(scene), Stroke(scene.key("coupon"))]
    return [*there, Stroke(f"{text_of(args[0])}\n")]


def _member(args: tuple[str, ...], _line: str, scene: Scene, _command: Command) -> list[Stroke]:
    return _asked("member", args, scene)


def _hold(args: tuple[str, ...], _line: str, scene: Scene, _command: Command) -> list[Stroke]:
    return _asked("hold", args, scene)


def _pay(args: tuple[str, ...], line: str, scene: Scene, command: Command) -> list[Stroke]:
    how = args[0].lower() if args else ""
    there = [] if scene.kind == "payment" else [*_home(scene), Stroke(scene.key("pay"))]
    if how == "cash":
        if len(args) == 1:
            return [*there, Stroke(scene.key("cash"))]
        return [*there, Stroke(f"{text_of(_localised(args[1]))}\n")]
    if how == "card" and args[1:]:
        number, amount = card_and_amount(args[1:])
        if number.lower() == "reader":
            return [*there, Stroke(_localised(amount or "")), Stroke(scene.key("card"))]
        if amount is None and not scene.known(number):
            return [*there, Stroke(text_of(number)), Stroke(scene.key("card"))]
    return _by_command(args, line, scene, command)


def _abandon(_args: tuple[str, ...], _line: str, scene: Scene, _command: Command) -> list[Stroke]:
    there = [] if scene.kind == "payment" else [*_home(scene), Stroke(scene.key("pay"))]
    # It is asked before money is given back, and the same key says yes.
    return [*there, Stroke(scene.key("abandon")), Stroke(scene.key("abandon"))]


def _print(args: tuple[str, ...], line: str, scene: Scene, command: Command) -> list[Stroke]:
    if args:
        return _by_command(args, line, scene, command)
    return [
        *([] if scene.kind == "receipt" else [*_home(scene), Stroke(scene.key("reprint"))]),
        Stroke(scene.key("print")),
    ]


def _key(args: tuple[str, ...], _line: str, _scene: Scene, _command: Command) -> list[Stroke]:
    return [Stroke(name if len(name) == 1 else f"<{name}>") for name in args]


def _is_scanned(code: str, quantity: Decimal | None, scene: Scene) -> bool:
    """Whether a code can be typed on the scan line and means itself there: no hit of a search, nor a `+` or a `/`."""
    return scene.known(code) and code[:1] not in ("+", "-", "/") and (quantity is None or quantity >= 0)


def _home(scene: Scene) -> list[Stroke]:
    """Back to the ticket: every other screen is one step away."""
    return [] if scene.kind == HOME else [Stroke(scene.key("back"))]


def _before_scan(scene: Scene) -> list[Stroke]:
    """The receipt goes by itself with the next scan."""
    return [] if scene.kind == "receipt" else _home(scene)


def _asked(action: str, args: tuple[str, ...], scene: Scene) -> list[Stroke]:
    """An action's key, and the answer to what it asks."""
    return [*_home(scene), Stroke(scene.key(action)), Stroke(f"{text_of(' '.join(args))}\n")]


def _on_line(args: tuple[str, ...], line: str, scene: Scene, action: str, answer: list[str] | None) -> list[Stroke]:
    """Choose a line with the arrows, then an action's key and the answer; a line that is not there is typed."""
    wanted = int(args[0]) if args and args[0].isdecimal() else None
    if wanted not in scene.lines:
        return [*_home(scene), Stroke(f"/{text_of(line)}\n")]
    at = scene.lines.index(scene.chosen) if scene.chosen in scene.lines else len(scene.lines)
    steps = scene.lines.index(wanted) - at
    arrows = ("<down>" if steps > 0 else "<up>") * abs(steps)
    typed = [] if answer is None else [Stroke(f"{text_of(' '.join(answer))}\n")]
    return [*_home(scene), Stroke(arrows), Stroke(scene.key(action)), *typed]


def _localised(text: str) -> str:
    """A number of the language as the locale types it."""
    return text.replace(".", decimal_mark())


_WHILE_PAID: Final = frozenset({"pay", "abandon", "key"})
"""What is done on the payment screen while a part is paid; for all else it is not left."""

_NEEDED: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("pay", "cash"): ("pay", "cash"),
    ("pay", "card"): ("pay", "card"),
    ("discount", "all"): ("ticket-discount",),
    ("coupon", ""): ("coupon",),
    ("member", ""): ("member",),
    ("hold", ""): ("hold",),
    ("abandon", ""): ("abandon",),
    ("void", ""): ("void",),
    ("recall", ""): ("recall",),
}
"""The actions behind a verb and its first word, or whatever that is."""

_IN_FULL: Final = {
    "hold": 'hold ""',
    "recall": 'recall ""',
    "void": "void last",
    "discount": 'discount ""',
    "price": 'price ""',
    "pay": 'pay ""',
    "gateway": 'gateway ""',
    "coupon": 'coupon "" ""',
    "member": 'member "" ""',
}
"""Commands whose word alone, after a `/`, is an action: as they come to the same without being one."""

_Maker = Callable[[tuple[str, ...], str, Scene, Command], list[Stroke]]

_MAKERS: Final[dict[str, _Maker]] = {
    "scan": _scan,
    "add": _add,
    "qty": _qty,
    "discount": _discount,
    "price": _price,
    "void": _void,
    "coupon": _coupon,
    "member": _member,
    "hold": _hold,
    "pay": _pay,
    "abandon": _abandon,
    "print": _print,
    "key": _key,
}
