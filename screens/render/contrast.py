"""Colours that can be read: each is changed until it stands out from what is behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.color import BLACK, WHITE, Color

NORMAL: Final = 4.5
"""The contrast that WCAG 2 asks of normal text."""
FAINT: Final = 3.0
"""The contrast of what matters less, and of coloured text in an alarm, which has a mark besides."""
SHADES: Final = ("surface", "raised")
"""What most text stands on; nothing but a shade parts them from what is behind them."""
SURFACES: Final = (*SHADES, "bar", "chosen", "alarm")
COLOURED: Final = ("accent", "success", "error", "warning")
SEEN: Final = 1.3
"""How much a surface must differ from the background to be seen as one."""
SHADED: Final = 1.06
"""And how much a shade must differ from the one behind it."""
ROOM: Final = 7.0
"""How much the background must differ from white or black, so that there is room for surfaces and text on it."""
LEGIBLE: Final = NORMAL + 0.1
"""And how much any surface must: text that is pushed as far as it goes can be read on it then."""
PICKED: Final = 1.12
"""How much the chosen row must differ from what is around it, besides its mark and its weight."""
STEPS: Final = 20


def contrast(one: Color, other: Color) -> float:
    """The contrast of two opaque colours as WCAG 2 defines it, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(variables: Mapping[str, str]) -> dict[str, str]:
    """A theme's variables with every colour that the screens use made readable; one that is so already stays.

    First the surfaces come nearer to the background, as long as they are still seen; then the colours leave it. Of a
    theme that has no room for text, since its grounds are neither dark nor light, the grounds themselves are changed.
    """
    background = Color.parse(variables["background"])
    far, near = (WHITE, BLACK) if contrast(background, WHITE) > contrast(background, BLACK) else (BLACK, WHITE)
    background = _pushed(background, near, {far: ROOM})
    seen = {name: _opaque(variables[name], background) for name in ("foreground", *SURFACES, *COLOURED)}
    seen["surface"] = _parted(seen["surface"], background, far)
    seen["raised"] = _parted(seen["raised"], seen["surface"], far)
    text = _pushed(seen["foreground"], far, {background: NORMAL})
    colours = {name: _pushed(seen[name], far, {background: NORMAL}) for name in COLOURED}
    behind: dict[Color, float] = {background: NORMAL}
    for name in SURFACES:
        wanted = FAINT if name == "alarm" else NORMAL
        needed = {text: NORMAL} | ({} if name in SHADES else dict.fromkeys(colours.values(), wanted))
        nearer = _near(seen[name], background, needed, SHADED if name in SHADES else SEEN)
        seen[name] = _pushed(nearer, near, {far: LEGIBLE})
        if name == "chosen":
            seen[name] = _picked(seen[name], (background, seen["surface"]), far, near)
        behind[seen[name]] = max(wanted, behind.get(seen[name], wanted))
    text = _pushed(text, far, dict.fromkeys(behind, NORMAL))
    colours = {name: _pushed(color, far, behind) for name, color in colours.items()}
    faint = variables.get("faint", "auto")
    mild = background.blend(text, 0.6) if faint.startswith("auto") else _opaque(faint, background)
    colours["faint"] = _pushed(mild, text, dict.fromkeys(behind, FAINT) | {seen["chosen"]: NORMAL})
    colours["rim"] = _opaque(variables["rim"], background)
    found = colours | {"background": background, "foreground": text} | {name: seen[name] for name in SURFACES}
    return {**variables, **{name: color.hex for name, color in found.items()}}


def _parted(shade: Color, behind: Color, far: Color) -> Color:
    """A shade that can be told from what is behind it, the nearest one to it."""
    for step in range(STEPS):
        parted = shade.blend(far, step / STEPS / 2) if step else shade
        if contrast(parted, behind) >= SHADED:
            return parted
    return shade


def _near(surface: Color, background: Color, others: Mapping[Color, float], least: float) -> Color:
    """A surface on which the others can be read, or the nearest one to it that is still seen."""
    best = surface
    for step in range(STEPS):
        nearer = surface.blend(background, step / STEPS)
        if contrast(nearer, background) < least:
            break
        best = nearer
        if all(contrast(best, other) >= wanted for other, wanted in others.items()):
            break
    return best


def _picked(chosen: Color, around: tuple[Color, ...], far: Color, near: Color) -> Color:
    """A chosen row's colour that is told from what is around it and can be written on, the nearest one to it."""
    for step in range(STEPS + 1):
        for picked in (chosen.blend(far, step / STEPS), chosen.blend(near, step / STEPS)) if step else (chosen,):
            if contrast(picked, far) >= LEGIBLE and all(contrast(picked, other) >= PICKED for other in around):
                return picked
    return chosen


def _pushed(color: Color, towards: Color, others: Mapping[Color, float]) -> Color:
    """A colour as near to itself as it can be with such a contrast to each of the others."""
    for step in range(STEPS + 1):
        pushed = color.blend(towards, step / STEPS) if step else color
        if all(contrast(pushed, other) >= wanted for other, wanted in others.items()):
            return pushed
    return towards


def _opaque(value: str, background: Color) -> Color:
    """A colour as it is seen on the background."""
    return background + Color.parse(value)


def _luminance(color: Color) -> float:
    red, green, blue = (_linear(part) for part in color.normalized)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
