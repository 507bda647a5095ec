"""The demo on a terminal: a menu of flows, a flow that plays itself, and the till when the audience takes it over."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual import events
from textual.reactive import var

from pos.demo.flows import Flow
from screens.demo.demo_screen import DemoScreen
from screens.demo.director import Director
from screens.demo.menu import FlowMenu
from screens.demo.playback import Playback
from screens.demo.takeover import Takeover
from screens.kit.theming import Themed

if TYPE_CHECKING:
    from pos.domain.errors import TillError
    from pos.settings.model import Settings
    from screens.demo.tape import Frame, Pane

PICTURES: Final = 30
"""How often in a second it is looked whether another frame is due."""


class DemoApp(Themed):
    """Plays flows: the one that is named at once, else the one that is chosen from a menu.

    The tape of a flow is made beside what is watched, in a second or two; so it can be stepped through and paused
    like a film, and nothing that is pressed can break it. With `live` off, time does not pass by itself.
    """

    TITLE = "Tillkey"
    CSS_PATH = "player.tcss"
    ENABLE_COMMAND_PALETTE = False

    playback: var[Playback | None] = var(None, init=False)
    """Where whoever watches is; None in the menu."""

    def __init__(
        self,
        flows: Sequence[Flow],
        *,
        settings: Settings | None = None,
        catalog: Path | None = None,
        live: bool = True,
    ) -> None:
        super().__init__()
        self.flows = flows
        self.live = live
        self.flow = flows[0]
        self.takeover: Takeover | None = None
        """The till in the hands of the audience."""
        self.failure: TillError | None = None
        """Why the last flow did not come to its end."""
        self._settings, self._catalog = settings, catalog
        self._director: Director | None = None
        self._making: set[asyncio.Task[None]] = set()
        """The tapes that are being made: the last one, and those that are being given up."""
        self._drawn: Frame | None = None
        self._ending: list[asyncio.Task[None]] = []
        """The tills that are being taken away from the audience."""

    def on_mount(self) -> None:
        """Begin with the only flow, or with the menu."""
        if self._settings is not None:
            self.wear(self._settings.screen.theme, self._settings.screen.themes)
        self.push_screen(DemoScreen())
        if self.live:
            self.set_interval(1 / PICTURES, self._tick)
            if len(self.flows) == 1:
                self.call_after_refresh(self.play, self.flow)
            else:
                self.push_screen(FlowMenu(self.flows, self.play, leave=False))

    def play(self, flow: Flow) -> None:
        """Play a flow from its beginning, at the pace that was chosen for the last one."""
        self.flow = flow
        self._leave_takeover()
        pace = self.playback.pace if self.playback is not None else 1.0
        self.playback = Playback(self._make(self.directed()).tape, pace=pace)

    def directed(self, size: tuple[int, int] | None = None) -> Director:
        """Whoever plays the flow, at the size of this terminal if none is said."""
        size = size or (self.size.width, self.size.height)
        # What the menu offers at the end of a flow of one's own happens in the demo shop.
        catalog = self._catalog if self.flow in self.flows else None
        return Director(self.flow, size=size, theme=self.theme, settings=self._settings, catalog=catalog)

    def _make(self, director: Director) -> Director:
        """Make a tape in the place of the one that is being made."""
        self._director = director
        self._break_off()
        task = self.watched(asyncio.create_task(self._made(director, tuple(self._making))))
        self._making.add(task)
        task.add_done_callback(self._making.discard)
        return director

    def _break_off(self) -> tuple[asyncio.Task[None], ...]:
        """Let no tape be made any longer; what is not at its end yet."""
        for task in self._making:
            # Told twice it would not tidy up.
            if not task.cancelling():
                task.cancel()
        return tuple(self._making)

    async def _made(self, director: Director, before: Collection[asyncio.Task[None]]) -> None:
        try:
            if before:
                await asyncio.wait(before)
            await director.play()
            self.failure = director.tape.failure
        finally:
            await director.close()

    async def on_event(self, event: events.Event) -> None:
        """Take keys before Textual forwards them: to the till that the audience has, or to whoever watches."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._take(event)
        elif isinstance(event, events.Paste) and not event.is_forwarded:
            if self.takeover is not None:
                self.takeover.post(event)
        else:
            await super().on_event(event)

    def on_resize(self, event: events.Resize) -> None:
        """Make the tape anew for another size; until it has come as far, the one that is watched is watched on."""
        size = (event.size.width, event.size.height)
        if self.live and self._director is not None and self._director.size != size:
            if self.takeover is not None:
                self.takeover.resize(size)
            self._make(self.directed(size))

    def _take(self, event: events.Key) -> None:
        screen = self.screen
        if event.key == "ctrl+q" or (event.key == "ctrl+c" and self.takeover is None):
            self.leave()
        elif isinstance(screen, FlowMenu):
            screen.take(event.key, event.character)
        elif self.takeover is not None:
            self._give(event, self.takeover)
        elif self.playback is not None:
            self._watch(event.key, self.playback)

    def _watch(self, key: str, playback: Playback) -> None:
        match key:
            case "space":
                self.playback = playback.toggled()
            case "right":
                self.playback = playback.forward()
            case "left":
                self.playback = playback.back()
            case "plus" | "minus":
                self.playback = playback.faster(1 if key == "plus" else -1)
            case "enter" if playback.ended:
                self.choose()
            case "escape":
                self._take_over(playback)

    def _give(self, event: events.Key, takeover: Takeover) -> None:
        if event.key == "ctrl+b":
            self._leave_takeover()
        elif event.key == "ctrl+n":
            takeover.other_till()
        else:
            takeover.post(event)

    def choose(self) -> None:
        """Show the menu."""
        from pos.demo.flows import shipped

        flows = self.flows if len(self.flows) > 1 else shipped()
        self.push_screen(FlowMenu(flows, self.play, leave=True))

    def _take_over(self, playback: Playback) -> None:
        """Hand the till over as it is seen: the flow is played anew up to there, which takes a moment."""
        done = playback.tape.end_of(playback.step)
        until = playback.step + (1 if done is not None and playback.moment >= done else 0)
        self.playback = playback.toggled() if playback.playing else playback
        # A till draws in its own app's context: this app is told, and draws in its own.
        self.takeover = Takeover(self.directed(), max(until, 0), partial(self.call_later, self.redraw))
        self.watched(self.takeover.begin())

    @property
    def seen(self) -> tuple[tuple[Pane, ...], str]:
        """The tills as they are seen now, and which of them acts."""
        if self.takeover is not None and self.takeover.ready:
            return self.takeover.panes(), self.takeover.active
        frame = self.playback.frame if self.playback is not None else None
        return (frame.panes, frame.active) if frame is not None else ((), "")

    def _leave_takeover(self) -> None:
        takeover, self.takeover = self.takeover, None
        if takeover is not None:
            self._ending.append(self.watched(asyncio.create_task(takeover.close())))
            self.redraw()

    def leave(self) -> None:
        """End the demo; everything is thrown away."""
        self.run_worker(self._leave(), name="leave")

    async def _leave(self) -> None:
        await self.close_demo()
        self.exit(1 if self.failure is not None else 0)

    async def close_demo(self) -> None:
        """Take away whatever is running."""
        await asyncio.gather(*self._ending, return_exceptions=True)
        takeover, self.takeover = self.takeover, None
        if takeover is not None:
            await takeover.close()
        await asyncio.gather(*self._break_off(), return_exceptions=True)

    def _tick(self) -> None:
        self._catch_up()
        if self.takeover is not None:
            if self.takeover.over:
                self._leave_takeover()
            return
        if self.playback is not None:
            self.playback = self.playback.passed(1 / PICTURES)
            if self.playback.frame is not self._drawn:
                self.redraw()

    def _catch_up(self) -> None:
        """Change to the tape of this size as soon as the same moment is on it."""
        playback, director = self.playback, self._director
        if playback is not None and director is not None and playback.tape is not director.tape:
            self.playback = playback.on(director.tape) or playback

    def watch_playback(self, before: Playback | None, now: Playback | None) -> None:
        """Draw what is seen now, if it is something else."""
        if (
            before is None
            or now is None
            or now.frame is not self._drawn
            or (before.playing, before.pace, before.ended) != (now.playing, now.pace, now.ended)
        ):
            self.redraw()

    def redraw(self) -> None:
        """Draw the frame of this moment on all that shows the demo."""
        self._drawn = self.playback.frame if self.playback is not None else None
        for screen in self.screen_stack:
            if isinstance(screen, DemoScreen):
                screen.redraw()
