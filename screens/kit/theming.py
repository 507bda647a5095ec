"""An app that knows our themes and a shop's own, and completes every theme with what only we use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.segment import Segments
from textual.filter import LineFilter, Monochrome, NoColor
from textual.reactive import var
from textual.theme import BUILTIN_THEMES

from pos.domain.i18n import _
from pos.domain.terminal_text import clean
from screens.render.themes import ADDED, DARK, THEMES, completed
from screens.terminal.app import TerminalApp
from screens.terminal.internals.drawing import composed, forget_css

if TYPE_CHECKING:
    from rich.terminal_theme import TerminalTheme


class Themed(TerminalApp):
    """An app in our colours. Another theme that the environment names for Textual counts."""

    training: var[bool] = var(False, init=False)
    """Whether what is done here is an exercise: said in words and by a tint."""

    def __init__(self) -> None:
        super().__init__()
        for theme in (*THEMES, *ADDED.values()):
            self.register_theme(theme)
        if self.theme == "textual-dark":
            self.theme = DARK.name

    def wear(self, name: str, folder: Path | None) -> list[str]:
        """Take up a theme, of another package or a folder too; our own if there is none of this name.

        What is wrong, in sentences.
        """
        from screens.render.custom_themes import read_themes

        for added in ADDED.values():
            self.register_theme(added)
        broken: dict[str, str] = {}
        if folder is not None:
            found = read_themes(folder, taken=BUILTIN_THEMES.keys() | {theme.name for theme in THEMES} | ADDED.keys())
            broken = dict(found.faults)
            for own in found.themes:
                self.register_theme(own)
        # Textual's variable may name several, of which the first that is there counts.
        theme = self.get_theme(name)
        self.theme = theme.name if theme is not None else DARK.name
        faults = [fault for stem, fault in broken.items() if theme is not None or stem != name]
        if theme is None and name in broken:
            faults.append(_("{fault} {used} is used.", fault=broken[name], used=DARK.name))
        elif theme is None:
            faults.append(_("There is no theme {theme}: {used} is used.", theme=clean(name), used=DARK.name))
        return faults

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """The screen as SVG. What is in the terminal's own colours is drawn in those of a usual one."""
        from screens.render.svg import aligned

        columns, lines = self.size
        console = Console(
            width=columns, height=lines, file=StringIO(), force_terminal=True, color_system="truecolor", record=True,
            legacy_windows=False, safe_box=False,
        )  # fmt: skip
        console.print(Segments(aligned(composed(self, simplify=simplify).strips)))
        theme = self.terminal_colors() if self.native_ansi_color else None
        return console.export_svg(title=title or self.title, theme=theme)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, which take the colours away for NO_COLOR.

        A terminal's own colours are left out then: nobody knows their greys, and Textual's are black on black.
        """
        found = super().get_line_filters()
        if not self.native_ansi_color:
            return found
        return [NoColor() if isinstance(each, Monochrome) else each for each in found]

    def terminal_colors(self) -> TerminalTheme:
        """What a terminal's own colours look like in a picture: those of a usual one, on the theme's ground."""
        from screens.render.svg import DARK as DARK_TERMINAL
        from screens.render.svg import LIGHT as LIGHT_TERMINAL
        from screens.render.svg import grounded

        usual = DARK_TERMINAL if self.current_theme.dark else LIGHT_TERMINAL
        if self.native_ansi_color:
            return usual
        return grounded(usual, self.theme_variables["background"], self.theme_variables["foreground"])

    def watch_training(self) -> None:
        """Take on the tint, or lose it."""
        forget_css(self)
        self.call_next(partial(self.refresh_css, animate=False))

    @property
    def watermark(self) -> str:
        """A word to be drawn faintly where a panel has nothing to show; empty: none."""
        return _("TRAINING") if self.training else ""

    @property
    def shadeless(self) -> bool:
        """Whether surfaces cannot be told by their shades: in a terminal's own colours, and without any."""
        return self.no_color or self.native_ansi_color

    def get_css_variables(self) -> dict[str, str]:
        """The theme's variables, completed with ours."""
        self.theme_variables = completed(
            super().get_css_variables(), dark=self.current_theme.dark, training=self.training
        )
        return self.theme_variables
