"""The keys by which a cashier types a line of a flow: as its verb says, or a `/` and the line itself."""

from __future__ import annotations

from pos.language.command import Command
from pos.language.keystrokes import Maker, Scene, Stroke, TypingRequest, by_command, by_command_here
from pos.language.table import TABLE, USAGES, row
from pos.language.verbs.lines import SCAN
from pos.payments.swipes import swipe_in


def strokes(command: Command, line: str, scene: Scene) -> tuple[Stroke, ...]:
    """The keys for a command; `line` is how the flow has it, for what has no other way than a `/` and the command."""
    request = TypingRequest(command, line, _behind_slash(line, command), scene, lambda text: text.lower() in USAGES)
    typing = row(command.verb).typing
    if scene.kind == "payment" and scene.part_paid and not typing.while_paid:
        make: Maker = by_command_here
    else:
        make = typing.strokes if all(map(scene.can, typing.needs(command.args))) else by_command
    return tuple(stroke for stroke in make(request) if stroke.keys)


def _behind_slash(line: str, command: Command) -> str:
    """A line as it means the same behind a `/`: an action's word alone is the action there, a word no code."""
    if command.verb != SCAN.word:
        # A word that is an action if it stands alone: what comes to the same without being one.
        alone = TABLE.get(line.lower())
        return alone.typing.alone or line if alone is not None else line
    code, many = command.args[0], "" if command.quantity is None else f"{command.quantity:f}"
    # A quotation mark behind a swipe would be a scan of its own: the screen takes the swipe at its end sentinel.
    if '"' in code or swipe_in(code) is not None:
        return f"{many}*{code}" if many else code
    return f'add "{code}" {many}'.rstrip()
