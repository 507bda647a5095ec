"""`snap`: pictures of the screen at several sizes and in several themes, compared with those on disk."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos.testing.defaults import size_name, size_of
from pos.testing.snapshot_files import packed
from screens.driver.headless import picture
from screens.testing import app_runner

if TYPE_CHECKING:
    from pos.testing.snapshot_files import SnapshotFiles
    from screens.testing.cashier import Cashier

__tracebackhide__ = True


class Snap:
    """Takes pictures for one test. Made by the fixture `snap`."""

    def __init__(self, snapshot_files: SnapshotFiles, test: str, function: str, module: Path) -> None:
        self.open: list[Snapshots] = []
        """Those that nobody awaited yet."""
        self.taken: list[dict[str, Any]] = []
        """What was shown and not yet reported, as plain values."""
        self._album = snapshot_files
        self._test = test
        self._function = function
        self._module = module
        snapshot_files.begin(test)

    def __call__(
        self,
        name: str,
        *,
        sizes: str | Sequence[str | tuple[int, int]] = (),
        themes: str | Sequence[str] = (),
        of: Cashier | None = None,
    ) -> Snapshots:
        """Pictures of the app that runs, or of another cashier's, to be awaited.

        Without `sizes` and `themes` one at the size and in the theme that it has; else one each, and everything must
        be as it was afterwards: the ticket, what is typed, the focus. A picture is called `NAME-SIZE.svg`, and
        `NAME-SIZE-THEME.svg` if themes are named. A single one needs no brackets.
        """
        sizes = (sizes,) if isinstance(sizes, str) else tuple(sizes)
        themes = (themes,) if isinstance(themes, str) else tuple(themes)
        if of is None and not app_runner.running:
            raise RuntimeError(f"snap({name!r}): no app runs. Open one first, with the fixture `cashier`.")
        shots = Snapshots(self, of or app_runner.running[-1], name, sizes, themes)
        self.open.append(shots)
        return shots

    def compare(self, name: str, picture: str) -> str:
        """What is wrong with a picture; empty if nothing is."""
        shot, wrong = self._album.compare(self._test, self._function, self._module, name, picture)
        if shot is not None:
            self.taken.append(packed(shot))
        return wrong

    @property
    def report(self) -> Path:
        """Where the pictures that differ will be shown."""
        return self._album.report


class Snapshots:
    """Some pictures of one state; `await` takes them. Raises AssertionError that tells all that differs."""

    def __init__(
        self, snap: Snap, cashier: Cashier, name: str, sizes: tuple[str | tuple[int, int], ...], themes: tuple[str, ...]
    ) -> None:
        self._snap = snap
        self._cashier = cashier
        self._name = name
        self._sizes = sizes
        self._themes = themes

    def __repr__(self) -> str:
        return f"snap({self._name!r})"

    def __await__(self) -> Generator[Any, None, None]:
        return self._take().__await__()

    async def _take(self) -> None:
        cashier = self._cashier
        self._snap.open.remove(self)
        cashier.check_loop()
        await cashier.rests()
        size, theme = (cashier.app.size.width, cashier.app.size.height), cashier.app.theme
        before, wrong = _kept(cashier), []
        for shown in self._themes or (theme,):
            await cashier.give_theme(shown)
            for wanted in self._sizes or (size,):
                await cashier.give_size(size_of(wanted))
                name = "-".join((self._name, size_name(wanted), *((shown,) if self._themes else ())))
                wrong.append(self._snap.compare(name, await take(cashier)))
        await cashier.give_size(size)
        await cashier.give_theme(theme)
        for what, was in before.items():
            now = _kept(cashier)[what]
            if now != was:
                wrong.append(f"{self._name}: another size or theme changed {what}: it was {was!r}, it is {now!r}.")
        wrong = [text for text in wrong if text]
        if wrong:
            raise AssertionError("\n\n".join((*wrong, f"Side by side, after the run: {self._snap.report}")))


def _kept(cashier: Cashier) -> dict[str, object]:
    """What another size or theme must not change."""
    app = cashier.app
    return {
        "the ticket": app.sale,
        "the screen": [type(screen).__name__ for screen in app.screen_stack],
        "what is typed": getattr(app.screen, "typed", None),
        "the chosen line": app.chosen,
        "the focus": repr(app.focused),
    }


async def take(cashier: Cashier) -> str:
    """A picture of the screen, once it is at rest."""
    for widget in cashier.app.screen.walk_children():
        if hasattr(widget, "cursor_blink"):
            widget.cursor_blink = False
    await cashier.rests()
    return picture(cashier.app)
