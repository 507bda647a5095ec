"""The colours: a dark and a light theme of our own, and what other themes get for the parts that only we have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.color import Color
from textual.theme import Theme

from screens.render.contrast import readable

DARK: Final = Theme(
    name="tillkey-dark",
    primary="#2f81c7",
    secondary="#6aa5d8",
    accent="#ffa62b",
    warning="#f2d15c",
    error="#d6587c",
    success="#8ad7a2",
    foreground="#e4e4e4",
    background="#101113",
    surface="#191b1e",
    panel="#25282d",
    dark=True,
    variables={
        "bar": "#0d2a45",
        "chosen": "#0f3a63",
        "rim": "#5c5c5c",
        "faint": "#9c9c9c",
        "alarm": "#43202b",
        "training": "#47246b",
    },
)

LIGHT: Final = Theme(
    name="tillkey-light",
    primary="#1f6fb2",
    secondary="#3f7cab",
    accent="#a85400",
    warning="#6b5f00",
    error="#b3264e",
    success="#1b7a3d",
    foreground="#1c1c1c",
    background="#e9e6df",
    surface="#f7f5f0",
    panel="#ffffff",
    dark=False,
    variables={
        "bar": "#d5e3ef",
        "chosen": "#c3dcf2",
        "rim": "#a9a49a",
        "faint": "#6b675f",
        "alarm": "#f8dde5",
        "training": "#d9c3f0",
    },
)

THEMES: Final = (DARK, LIGHT)
"""The program's own."""
ADDED: Final[dict[str, Theme]] = {}
"""The themes of other packages, by name."""

_FALLBACKS: Final = {
    "bar": "primary-muted",
    "chosen": "primary-muted",
    "rim": "foreground-muted",
    "faint": "text-muted",
    "alarm": "error-muted",
    "training": "accent-muted",
    "raised": "panel",
}
TINT: Final = 0.2
"""How much of the training's colour is in the background."""

STYLES: Final[Mapping[str, str]] = {
    "": "",
    "gap": "on $background",
    "surface": "on $surface",
    "raised": "on $raised",
    "strong": "bold",
    "key": "bold",
    "focus": "$accent",
    "rim": "$rim",
    "faint": "$faint",
    "good": "$success",
    "bad": "$error",
    "bad-strong": "bold $error",
    "warn": "$warning",
    "digits": "bold $success",
    "cursor": "reverse",
    "pick": "bold reverse",
    "chosen": "bold on $chosen",
    "kept": "bold",
    "touched": "reverse",
    "match": "bold underline",
    "told": "on $chosen",
    "alarm": "on $alarm",
    "refused": "bold $error on $alarm",
}
"""What a kind of text looks like. All colours are the theme's."""


def completed(variables: dict[str, str], *, dark: bool, training: bool = False) -> dict[str, str]:
    """The variables of any theme, with those that only our own themes define, and all of them legible.

    For training bars and background are tinted. A terminal's own sixteen colours are left alone: nobody knows what they
    look like, and they cannot be mixed; there the frames get another colour.
    """
    own = {name: variables.get(other, "white") for name, other in _FALLBACKS.items()}
    if variables.get("background") != "ansi_default":
        found = own | variables
        return readable(found | _tinted(found) if training else found)
    plain = {"bar": "ansi_default", "alarm": "ansi_default", "chosen": "ansi_blue" if dark else "ansi_white"}
    frames = {"rim": ("ansi_magenta" if dark else "ansi_cyan") if training else "ansi_bright_black"}
    shades = {"surface": "ansi_default", "raised": "ansi_default"}
    return own | plain | {"faint": "dim ansi_default"} | variables | frames | shades


def _tinted(variables: Mapping[str, str]) -> dict[str, str]:
    """The surfaces of a theme as they are while somebody trains."""
    background = Color.parse(variables["background"])
    training = background + Color.parse(variables["training"])
    shades = {name: Color.parse(variables[name]).blend(training, TINT).hex for name in ("surface", "raised")}
    return {"bar": training.hex, "background": background.blend(training, TINT).hex, **shades}
