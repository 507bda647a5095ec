"""Plays a flow on the tills of a shop: types what each line asks for, lets time pass, and puts all of it on a tape."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pos.demo.flow_keystrokes import strokes
from pos.demo.flows import Flow, FlowLine, coded
from pos.demo.shop import BEGIN, DemoShop
from pos.domain.errors import TillError
from pos.domain.i18n import N_, _
from pos.domain.message import lazy, verbatim
from pos.language.assertions import expect
from pos.language.executor import step_of
from pos.language.keystrokes import Stroke
from pos.language.verb import Where, finished
from pos.language.verbs.directives import (
    CrashTill,
    Expect,
    Say,
    StartTill,
    SwitchServer,
    SwitchTill,
    SwitchWorker,
    TakePicture,
    Wait,
)
from screens.demo.demo_till import DemoTill, Stuck
from screens.demo.layout import layout
from screens.demo.tape import Frame, Tape
from screens.driver.keyboard import parsed, struck
from screens.kit.keymap import cap_of
from screens.render.rows import wrapped

if TYPE_CHECKING:
    from pos.domain.events import CounterMove, Event
    from pos.domain.sale import Sale
    from pos.settings.model import Settings

LETTER: Final = 0.09
"""Seconds from one typed character to the next."""
PRESS: Final = 0.5
"""Seconds that a key with a name, such as F12, is seen before what comes next."""
LOOK: Final = 0.9
"""Seconds to look at what a line has done."""
SHOCK: Final = 2.2
"""The same after something was refused."""
READ: Final = 0.055
"""Seconds for each character of a caption."""
SHORTEST: Final = 2.0
"""Seconds that a caption stands at least."""
LONGEST: Final = 4.0
"""Seconds that any waiting is watched at most: what takes longer goes by as fast as that."""
BEAT: Final = 0.5
"""Seconds after which a till that waits is looked at again."""

APART: Final = 0.01
"""Seconds from the end of a line to the beginning of the next."""
EDGES: Final = 2
"""Columns beside a caption."""

LOOKING: Final = frozenset({"printed", "said", "gateway", "notice"})
"""Kinds of event that tell of no sale."""


class Director:
    """Plays one flow, once, on a terminal of so many columns and lines; `begin` is when it happens."""

    def __init__(
        self,
        flow: Flow,
        *,
        size: tuple[int, int],
        theme: str,
        begin: datetime = BEGIN,
        settings: Settings | None = None,
        catalog: Path | None = None,
    ) -> None:
        self.flow = flow
        self.tape = Tape()
        self.shop = DemoShop(begin, catalog=catalog, on_server=flow.on_server, queued=flow.has_workers)
        self.size = size
        till_size = layout(*size, len(flow.lanes), queued=flow.has_workers).till
        self.tills = {lane: DemoTill(self.shop, lane, till_size, theme, settings) for lane in flow.lanes}
        self.active = flow.lanes[0]
        self._caption, self._key = "", ""
        self._said = False
        """Whether what stands below was said and not yet played."""
        self._step = -1
        self._at = 0.0
        """How much was watched, in seconds."""
        self.stock: tuple[CounterMove, ...] = ()
        """The counters that were moved last, at any till."""
        self._sales: dict[str, Sale] = {}
        """The sale that each till told of last: what a flow expects is looked for in it."""
        self._pending: dict[str, FlowLine] = {}
        """The lines whose payment goes on while another till is typed on, by lane."""
        self._failed: dict[str, tuple[FlowLine, TillError] | None] = {}
        """What each till's last line was refused with, until it is known whether that was expected."""

    async def play(self, until: int | None = None) -> None:
        """Play to the end, or up to the beginning of a line; the tape tells how it ended."""
        try:
            for till in self.tills.values():
                await self._open(till)
            await self._say(self.flow.title)
            for step, line in enumerate(self.flow.lines[:until]):
                # A moment apart, so that the end of a line and the beginning of the next can be told.
                self._step, self._at = step, self._at + APART
                await self._line(line)
            for lane in self.tills if until is None else ():
                await self._finish(lane)
                self._judge(lane)
            await self._pass(LOOK)
        except TillError as error:
            self.tape.failure = error
            self._look()
        except Stuck as error:
            self.tape.failure = self.flow.error(self.flow.lines[max(self._step, 0)], verbatim(str(error)))
            self._look()
        self.tape.complete = True

    async def close(self) -> None:
        """Take everything away."""
        for till in self.tills.values():
            await till.stop()
        await self.shop.end_workers()
        self.shop.close()

    @property
    def till(self) -> DemoTill:
        """The till that is typed on."""
        return self.tills[self.active]

    def _running(self) -> DemoTill:
        """The same, if it is there. Raises TillError `demo_only`."""
        if not self.till.running:
            raise TillError("demo_only", lazy("This till was stopped: `start` opens it again."))
        return self.till

    async def _line(self, line: FlowLine) -> None:
        if isinstance(line.own, SwitchTill):
            self.active, self._key = line.lane, ""
            self._look()
            await self._pass(LOOK)
            return
        await self._finish(line.lane)
        if line.expected_error is not None:
            self._expect_error(line, line.expected_error)
            return
        self._judge(line.lane)
        self._caption_of(line)
        try:
            await self._do(line)
        except TillError as error:
            if error.code != line.allowed:
                raise self._told(line, error) from None
            self._failed[line.lane] = (line, error)

    async def _do(self, line: FlowLine) -> None:
        match line.own:
            case Say():
                await self._say(line.caption)
            case TakePicture(name):
                self._look(snap=name)
            case Expect() as asked:
                till = self._running().app.till
                expect(till, self._sales.get(line.lane, till.sale), asked)
            case Wait(seconds):
                await self._wait(seconds)
                await self._look_after()
            case CrashTill(event):
                await self._crash(line, event)
            case StartTill():
                await self._start(line)
            case SwitchServer(on):
                await self.shop.switch_server(on=on)
                await self._show_dark()
            case SwitchWorker(on):
                await self._switch_worker(on=on)
            case _ if line.verb.offstage:
                await self._do_offstage(line)
            case _:
                await self._type(line)

    def _caption_of(self, line: FlowLine) -> None:
        """What was said stands for the line that follows it; each later one tells of itself."""
        if line.verb.quiet:
            return
        if self._said:
            self._said = False
        else:
            self._caption = f"› {line.shown}"

    async def _say(self, text: str) -> None:
        """Tell something, in as many parts as there are lines in it; the shop waits as long for one as for many."""
        parts = wrapped(text, max(self.size[0] - EDGES, EDGES))
        times = [_reading(part) for part in parts]
        for part, watched in zip(parts, times, strict=True):
            self._caption, self._key = part, ""
            self._look()
            await self._pass(_reading(text) * watched / sum(times), sum(times) / _reading(text))
        self._said = True

    async def _type(self, line: FlowLine) -> None:
        till = self._running()
        till.app.refusal = None
        for stroke in strokes(line.command, line.text, till.scene()):
            await self._strike(stroke)
            if not till.running:
                await self._show_dark()
                return
        self._pending[line.lane] = line
        if not self._goes_on_elsewhere():
            await self._finish(line.lane)

    async def _strike(self, stroke: Stroke) -> None:
        till = self.till
        if stroke.at_once:
            self._key = _("scan")
            for event in struck(stroke.keys, self.shop.time.now().timestamp(), apart=0.0):
                till.post(event)
            await till.rest()
            self._look()
            await self._pass(PRESS)
            return
        for event in parsed(stroke.keys):
            named = event.character is None or not event.character.isprintable()
            self._key = cap_of(event.key) if named else event.character or ""
            if named:
                self._look()
                await self._pass(PRESS / 2)
            till.post(event)
            await till.rest()
            self._look()
            if not till.running:
                return
            await self._pass(PRESS if named else LETTER)

    def _goes_on_elsewhere(self) -> bool:
        """Whether the till is left to itself, waiting for its bank, while another is typed on next."""
        following = self.flow.lines[self._step + 1 : self._step + 2]
        return bool(following) and isinstance(following[0].own, SwitchTill)

    async def _finish(self, lane: str) -> None:
        """Wait for the end of what a till was told last."""
        line, till = self._pending.pop(lane, None), self.tills[lane]
        if line is None:
            return
        while till.running and till.app.working:
            await self._wait(self.shop.time.due or 0)
        if not till.running:
            await self._show_dark()
            return
        refused = till.app.refusal
        self._failed[lane] = None if refused is None else (line, refused)
        told = self._sales.get(lane)
        done_with = told is not None and told.state in ("paid", "held")
        if refused is not None and done_with and not line.verb.looks:
            # What comes after a sale that was paid or set aside is the next ticket's, refused or not.
            self._sales[lane] = till.app.till.next_ticket()
        self._key = ""
        self._look()
        await self._pass(LOOK if refused is None else SHOCK)

    def _expect_error(self, line: FlowLine, code: str) -> None:
        failed = self._failed.pop(line.lane, None)
        if failed is None:
            message = lazy("Expected the error {code}, but the line before did not fail.", code=code)
            raise self.flow.error(line, message)
        if failed[1].code != code:
            raise self._told(*failed)

    def _judge(self, lane: str) -> None:
        failed = self._failed.pop(lane, None)
        if failed is not None:
            raise self._told(*failed)

    def _told(self, line: FlowLine, error: TillError) -> TillError:
        return error if error.code == "flow_failed" else self.flow.error(line, coded(error))

    async def _do_offstage(self, line: FlowLine) -> None:
        """Do what no cashier does, such as to tell the bank what to answer."""
        till = self._running().app.till
        await finished(step_of(line.command, till, Where.DEMO), till)
        self._key = ""
        self._look()
        await self._pass(LOOK)

    async def _crash(self, line: FlowLine, event: str | None) -> None:
        if event is not None:
            self.shop.cut_power_at(line.lane, event)
        else:
            await self.till.stop()
            await self._show_dark()

    async def _switch_worker(self, *, on: bool) -> None:
        if (workers := self.shop.workers) is None:
            return
        await (workers.begin() if on else workers.kill())
        await workers.rest()
        self._key = ""
        self._look()
        await self._pass(LOOK if on else SHOCK)

    async def _show_dark(self) -> None:
        """Let it be seen that a till is not running any longer."""
        self._key = ""
        self._look()
        await self._pass(SHOCK)

    async def _start(self, line: FlowLine) -> None:
        if self.till.running:
            text = N_("The till is running: nothing has stopped it before this line.")
            raise self.flow.error(line, lazy(text))
        await self._open(self.till)
        self._look()
        await self._look_after(ask=False)

    async def _open(self, till: DemoTill) -> None:
        await till.open()
        self._sales.pop(till.lane, None)
        till.app.till.subscribe(partial(self._heard, till.lane))

    def _heard(self, lane: str, sale: Sale, event: Event | None) -> None:
        if event is not None and event.event not in LOOKING:
            self._sales[lane] = sale
            self.stock = event.counters or self.stock

    async def _look_after(self, *, ask: bool = True) -> None:
        """Do what a till does now and then by itself, and wait for its end."""
        if not self.till.running:
            return
        if ask:
            self.till.recover()
        while self.till.recovering:
            await self.till.rest()
            if self.till.recovering:
                await self._wait(self.shop.time.due or 0)
        await (self._pass(LOOK) if self.till.running else self._show_dark())

    async def _wait(self, seconds: float) -> None:
        """Let time pass that nobody wants to watch for long."""
        await self._pass(seconds, min(LONGEST / seconds, 1.0) if seconds else 1.0)

    async def _pass(self, seconds: float, watched: float = 1.0) -> None:
        """Let time pass for all tills; whoever waits for it goes on at the right moment.

        Of each second so much is `watched`.
        """
        end = self.shop.time.elapsed + seconds
        await self._rest()
        while True:
            due = self.shop.time.due
            left = end - self.shop.time.elapsed
            waiting = any(till.running and till.app.working for till in self.tills.values())
            step = max(min(left, BEAT / watched if waiting else left, left if due is None else due), 0)
            self.shop.time.advance(step)
            self._at += step * watched
            await self._rest()
            for till in self.tills.values():
                till.beat()
                await till.rest()
            self._look()
            if self.shop.time.elapsed >= end - 1e-9:
                break

    async def _rest(self) -> None:
        """Wait until the workers of the queue go on only with time."""
        if self.shop.workers is not None:
            await self.shop.workers.rest()

    def _look(self, snap: str = "") -> None:
        panes = tuple(till.pane() for till in self.tills.values())
        queue = None if self.shop.workers is None else self.shop.workers.standing
        frame = Frame(self._at, self._step, self._caption, self._key, panes, self.active, self.stock, queue, snap)
        if snap or not self.tape.frames or self.tape.frames[-1].look != frame.look:
            self.tape.add(frame)


def _reading(text: str) -> float:
    """How long a text takes to be read, in seconds."""
    return max(SHORTEST, READ * len(text))
