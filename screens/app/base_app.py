"""The base app: which screen is in front, what it looks like, and every key taken in order. It knows no till."""

from __future__ import annotations

from pathlib import Path, PurePath
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual.reactive import var
from textual.screen import Screen

from pos.domain.i18n import plural, use_language
from pos.domain.terminal_text import clean
from screens.kit.availability import Subject
from screens.kit.base_screen import TillScreen
from screens.kit.input.bursts import BURST, Burst
from screens.kit.input.echoes import EchoGuard
from screens.kit.input.intake import Intake
from screens.kit.input.scanning import hand_of
from screens.kit.input.split_swipes import (
    TRACK_SIGNS,
    SwipePhase,
    before,
    begins_card,
    is_of,
    scan_is_of,
    swipe_after,
    written_after,
)
from screens.kit.keymap import Keymap, standard
from screens.kit.prompts import Notice, Prompt
from screens.kit.remarks import lines_above
from screens.kit.theming import Themed
from screens.kit.values import Asks
from screens.render.sizes import is_roomy
from screens.terminal.internals.drivers import use_mouse
from screens.terminal.internals.settling import answered
from screens.terminal.keys import Key, Lull, Scanned, is_timed

if TYPE_CHECKING:
    from textual.await_complete import AwaitComplete
    from textual.timer import Timer

    from pos.settings.model import Settings
    from pos.settings.sources import Sources

STYLE_SHEETS: Final[list[str | PurePath]] = [
    Path(__file__).with_name("base_app.tcss"),
    Path(__file__).parents[1] / "catalog" / "screen.tcss",
]
"""The home screen's is among them, since Textual loads no style sheet of a default screen."""
REMARK: Final = 6.0
"""Seconds that something stands that is told beside the sale."""
LATE: Final = 0.02
"""Seconds: a pause that is told of so much too late was none, for all that is known."""


class BaseApp(Themed):
    """An app of till screens. Keys go to the screen in front, one by one; while `occupied` they wait."""

    TITLE = "Tillkey"
    CSS_PATH = STYLE_SHEETS
    ENABLE_COMMAND_PALETTE = False

    keymap: var[Keymap] = var(standard, init=False)
    """Which key stands for which action."""
    flashing: var[bool] = var(False, init=False)
    """Whether the line's frame stands in alarm, until the next key: what was done last was refused."""
    remark: var[Notice | None] = var(None, init=False)
    """What is told beside the sale, for some seconds."""
    sources: Sources | None = None
    """Where the settings are read from and changed; None if nobody said."""

    embedded = False
    """Whether it is a part of a greater screen."""

    def __init__(self, *, same_burst: float = BURST, live: bool = True) -> None:
        super().__init__()
        self.live = live
        """Whether time passes by itself."""
        self.refusals = "bell"
        """What a refusal does besides its message: bell, flash, both or off."""
        self.motion = True
        """Whether something may light up for a moment."""
        self.scan_adds = True
        """Whether a scan on the payment screen, while nothing is paid, goes back and adds its product."""
        self.asks = Asks()
        """What the till asks for."""
        self.pictures: Path | None = None
        """Where pictures of the screen are written; None: where the platform keeps pictures."""
        self._same_burst = same_burst
        self._intake = Intake(self, same_burst=same_burst, scan_context=self)
        self._echoes = EchoGuard()
        self.handing = False
        """Whether a widget has a key that it is not done with."""
        self._pause: Timer | None = None
        self._unsaid: Timer | None = None
        """Takes away what is told beside the sale."""
        self._silence = 0.0
        """When a burst is over if nothing is heard until then."""
        self._listens_again = False
        self._fresh = False
        """Whether what the till says was said since the last key or click."""
        self._written = ""
        """What was typed in one go, on whatever screens."""
        self._swipe = SwipePhase.NONE
        """How far the swipe is that was told of last."""

    def get_default_screen(self) -> Screen[None]:
        """The home screen, on which all others are put."""
        from screens.app.routes import home_screen

        return home_screen()

    @property
    def front(self) -> TillScreen:
        """The till's screen that takes keys and scans now."""
        screen = self.screen
        assert isinstance(screen, TillScreen)
        return screen

    @property
    def subject(self) -> Subject:
        """What the actions of the screen in front are about besides the ticket."""
        return self.front.subject

    @property
    def roomy(self) -> bool:
        """Whether the terminal has room for everything at once."""
        return is_roomy(self.size)

    @property
    def kind(self) -> str:
        """The kind of the screen in front."""
        return self.front.KIND

    def cap(self, action_id: str) -> str:
        """An action's key as it is printed on the keyboard, such as `F8`."""
        return self.keymap.cap(action_id)

    def adopt(self, settings: Settings) -> None:
        """Let settings count from now on. A theme that is not there or wrong is told, and changes nothing else."""
        from pos.locales import language_of

        screen = settings.screen
        use_language(language_of(screen.language, screen.locale))
        self.keymap = Keymap.of(settings.keys)
        self.refusals, self.pictures = screen.refused, screen.screenshots
        self.scan_adds = screen.scan_adds
        # Textual's variable says the same of every app.
        self.motion = screen.motion and self.animation_level != "none"
        self.asks = Asks(settings.ask.discount_reason, settings.ask.hold_name)
        use_mouse(self, screen.mouse)
        self._use_theme(screen.theme, screen.themes)

    def _use_theme(self, name: str, folder: Path | None) -> None:
        """Take up a theme, with those of a folder; without one of those beside the settings."""
        if folder is None and self.sources is not None:
            beside = self.sources.folder
            folder = beside / "themes" if beside is not None else None
        faults = self.wear(name, folder)
        if faults:
            more = plural("{count} more fault.", "{count} more faults.", len(faults) - 1) if faults[1:] else ""
            self.toast(f"{faults[-1]} {more}", "bad")

    def show(self, screen: TillScreen) -> None:
        """Put a screen in front; the next key is its. Raises TypeError for one of no kind: no key would leave it."""
        if not screen.KIND:
            raise TypeError(f"{type(screen).__name__} has no KIND")
        self.front.covered(screen)
        self.push_screen(screen)
        self._leave_notice()

    def pop_screen(self) -> AwaitComplete:
        """Leave the screen in front, and with it what was said there."""
        left = super().pop_screen()
        self._leave_notice()
        return left

    def _leave_notice(self) -> None:
        """What was said on one screen does not follow to another, unless it belongs to what was done just now."""
        if not self._fresh:
            self.forget_notice()
            if self.remark is not None and self.remark.kind != "bad":
                self._unsay()

    def forget_notice(self) -> None:
        """Say nothing any longer."""

    def heed(self) -> None:
        """A key or a click is taken: what was said before belongs to what was done before."""
        self._fresh = False

    def home(self) -> None:
        """Back to the home screen."""
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def expect_echo(self, *, of_step: bool = True) -> None:
        """The key that has begun a step, or is taken now, does nothing if it is pressed again within half a second."""
        self._echoes.expect(monotonic() if self.live else self._intake.heard_at, of_step=of_step)

    def ask(self, prompt: Prompt) -> None:
        """Ask something on the line of the screen in front."""
        self.front.ask(prompt)

    def alarm(self) -> None:
        """Ring or flash because something was refused, as the settings say."""
        if self.refusals in ("bell", "both"):
            self.bell()
        if self.refusals in ("flash", "both"):
            self.flashing = True

    def toast(self, text: str, kind: str = "faint") -> None:
        """Tell something that is beside the sale, for some seconds, at the bar below, where it hides nothing.

        Where time does not pass by itself it stands until something else is told.
        """
        self._unsay()
        self.remark = Notice(clean(text), "bad" if kind == "bad" else "good" if kind == "good" else "faint")
        self._unsaid = self.set_timer(REMARK, self._unsay) if self.live else None

    def _unsay(self) -> None:
        if self._unsaid is not None:
            self._unsaid.stop()
        self.remark = self._unsaid = None

    def notify(self, message: str, **_: Any) -> None:
        """What Textual and other packages' widgets tell stands where all else does that is beside the sale."""
        self.toast(message)

    @property
    def lines_below(self) -> int:
        """The lines of the bar below: one, and those that are told above the keys for the moment."""
        return 1 + lines_above(self.remark, self.size)

    async def on_event(self, event: events.Event) -> None:
        """Take keys before Textual forwards them; all else goes its way."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self.app_focus = True
            self._intake.hear(event, by_hand=not (self.live or is_timed(event)))
        elif isinstance(event, Lull):
            self._intake.pause()
        elif isinstance(event, events.Paste) and not event.is_forwarded:
            self._intake.paste(event.text, event.time)
        else:
            await super().on_event(event)

    @property
    def occupied(self) -> bool:
        """Whether keys have to wait."""
        return self.handing

    def hand_on(self, key: Key) -> None:
        """Give a key to the widget that has the focus; keys wait until all that follows from it is done."""
        self.handing = True
        self.run_worker(self._hand_on(key), name="widget", exit_on_error=True)

    async def _hand_on(self, key: Key) -> None:
        try:
            await super().on_event(events.Key(key.sent or key.name, key.char))
            focused = self.focused
            path = [*focused.ancestors_with_self, self] if focused is not None else [self.screen, self]
            # A binding is done by the app, and what its widget then tells takes the same way once more.
            for pump in (*path, *path):
                await answered(pump)
        finally:
            self.handing = False
        self._intake.drain()

    @property
    def kept_keys(self) -> tuple[Key, ...]:
        """The keys that wait until a step is done, the first one first."""
        return self._intake.waiting

    def take(self, key: Key) -> None:
        """Give a key to the screen in front."""
        if self._echoes.takes(key):
            return
        screen = self.screen
        if is_of(self._swipe, key):
            self._written = written_after(self._written, key)
            self._go_on_with_swipe(key.char or "", ended=key.name == "enter")
            return
        self.flashing = False
        self.heed()
        if isinstance(screen, TillScreen):
            if isinstance(key, Scanned):
                self._take_scan(screen, key)
            else:
                self._take_key(screen, key)

    def _take_key(self, screen: TillScreen, key: Key) -> None:
        """A key by itself. Nothing stays of a swipe that comes as slowly as hands type, and no letter of it acts."""
        self._swipe = SwipePhase.NONE
        if key.name == "enter" and self._is_swipe(screen):
            self._written = ""
            screen.clear()
            return
        self._written = written_after(self._written, key)
        screen.take(key)
        front = self.screen
        if self.occupied:
            self._written = ""
            return
        char = key.char if key.char is not None and key.char in TRACK_SIGNS else ""
        if char and isinstance(front, TillScreen) and self._is_swipe(front):
            front.clear()
            self._go_on_with_swipe(char)

    def _take_scan(self, screen: TillScreen, scan: Scanned) -> None:
        """A scan. On a slow line a card's data comes in pieces: its beginning as a hand's, the rest as a scan."""
        begun, goes_on = self._begun(screen, scan), scan_is_of(self._swipe, scan)
        self._swipe, self._written = SwipePhase.NONE, written_after(self._written, scan)
        if self.refuses(scan.text):
            if any(map(begins_card, begun)):
                screen.clear()
            else:
                screen.unscanned(scan)
        elif not self.is_code(scan.text) and (goes_on or self._ends_card(begun, scan)):
            screen.clear()
        else:
            screen.scanned(scan)
            return
        self._go_on_with_swipe(scan.text, ended=scan.ended)

    def _is_swipe(self, screen: TillScreen) -> bool:
        """Whether what was typed is a swipe, which is told then."""
        return any(map(self.refuses, dict.fromkeys((self._written, screen.begun))))

    def _begun(self, screen: TillScreen, scan: Scanned) -> set[str]:
        """What was typed before a scan, on whatever screens and on this one's line."""
        return {before(self._written, scan), hand_of(screen.begun, scan.text)} - {""}

    def _ends_card(self, begun: set[str], scan: Scanned) -> bool:
        """Whether a scan is the rest of a card's data, which is told then."""
        return any(self.refuses_card(text + scan.text) for text in begun)

    def _go_on_with_swipe(self, text: str, *, ended: bool = False) -> None:
        """A text was a swipe's, which is told; behind its track's end something else may come."""
        self._swipe = SwipePhase.NONE if ended else swipe_after(text)
        if self._swipe is SwipePhase.ENDED:
            self._written = ""

    def refuses(self, text: str) -> bool:
        """Whether a text is a card's track, typed by a swipe, which is told then; this knows of no cards."""
        return False

    def refuses_card(self, text: str) -> bool:
        """The same of a text that has a card's number in it."""
        return False

    def holds(self, key: Key) -> bool:
        """Whether a key would act at once on the screen in front."""
        screen = self.screen
        return isinstance(screen, TillScreen) and screen.holds(key)

    def is_code(self, text: str) -> bool:
        """Whether a text is a code of the shop; this knows of none."""
        return False

    def meant(self, burst: Burst) -> int:
        """How many keys of a burst were written for the screen in front."""
        screen = self.screen
        return screen.meant(burst) if isinstance(screen, TillScreen) else 0

    def held(self) -> bool:
        """Tell of the pause that lets the keys that are held act; where time does not pass, others do."""
        if self.live:
            self._listen()
        return self.live

    def _listen(self) -> None:
        """Wait for the silence after the key that came now. One timer does for all keys of a burst."""
        self._silence, self._listens_again = monotonic() + self._same_burst, True
        if self._pause is None:
            self._pause = self.set_timer(self._same_burst, self._silent)

    def _silent(self) -> None:
        """Nothing was heard. A machine that stood still meanwhile heard nothing of a scan either: it listens again."""
        now, self._pause = monotonic(), None
        if self._listens_again and now - self._silence > LATE:
            self._silence, self._listens_again = now + self._same_burst, False
        if now < self._silence:
            self._pause = self.set_timer(self._silence - now, self._silent)
        else:
            self._intake.pause()

    def urgent(self, key: Key) -> bool:
        """Do what a key says although it should wait, if it is one of the few that may; whether it was."""
        return False

    def kept(self) -> None:
        """Show that keys wait."""
        self.front.redraw()
