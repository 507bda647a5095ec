"""The app: it opens the till behind its first frame, looks after it while it sells, and closes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pos import log
from pos.domain.i18n import Language, _, current_language, moment_text
from pos.domain.message import verbatim
from screens.app.own_till_app import OwnTillApp
from screens.app.selection import chosen_after
from screens.kit.input.bursts import BURST
from screens.terminal.keys import Key

if TYPE_CHECKING:
    from pos.crash_report import CrashReport
    from pos.domain.progress import Progress, Tell
    from pos.ipc.publisher import Publisher
    from pos.settings.model import Settings
    from pos.till.till import Till
    from screens.app.crash import CrashScreen


class TillApp(OwnTillApp):
    """Tillkey on a terminal. `open_till` makes the till, in a thread, after `settings` were read there.

    `now` is the clock that is shown. An error of the program ends it only with `catch=False`. `channel` says at which
    socket other programs may listen to the till; without it none can.
    """

    def __init__(
        self,
        open_till: Callable[[], Till],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        live: bool = True,
        same_burst: float = BURST,
        catch: bool = True,
        settings: Callable[[], Settings] | None = None,
        channel: Callable[[Till], Path] | None = None,
    ) -> None:
        super().__init__(same_burst=same_burst, live=live, catch=catch)
        self.reports: Path | None = None
        """Where reports of errors are written; None: where the platform keeps logs."""
        self._open_till = open_till
        self._read_settings = settings
        self._now = now
        self._channel = channel
        self._publisher: Publisher | None = None
        self._leaving = False
        self._receipt_language: Language | None = None
        """The language of receipts; None: the one in use."""
        self._unrecovered = ""
        """Why open payments could not be looked at the last time."""
        self._troubles: set[str] = set()
        """What is wrong beside the sales, in all the words in which it was told."""
        self._priced_at = 0
        """How often the catalog had changed when the ticket was priced."""

    def on_mount(self) -> None:
        """Open the till once the first frame is out."""
        self.call_after_refresh(self._begin_opening)

    def _begin_opening(self) -> None:
        self._in_background(self._open, "open")

    def _in_background(self, work: Callable[[], Coroutine[None, None, None]], name: str) -> None:
        """Run something beside the keys. It is given as a function, so that one that never begins leaves nothing."""
        begun: Callable[[], Awaitable[None]] = work
        self.run_worker(begun, name=name, exit_on_error=True)

    async def _open(self) -> None:
        from pos.domain.errors import TillError
        from pos.worker import run_in_thread

        try:
            if self._read_settings is not None:
                self.adopt(await run_in_thread(self._read_settings))
            till, self.symbol = await run_in_thread(_prepared, self._open_till, self.hear)
        except TillError as error:
            from screens.app.start_failure import StartFailureScreen

            self.failure = error
            self.push_screen(StartFailureScreen(error))
            return
        till.use_receipt_language(self._receipt_language)
        log.follow(till)
        self.sell_on(till)
        self.learning = True
        self.tick()
        self.sale = till.sale
        self.chosen = chosen_after(None, till.sale, None)
        if till.notices:
            self.say(" ".join(map(str, till.notices)), "bad")
        self.front.redraw()
        self._intake.drain()
        self.call_after_refresh(self._in_background, _load_language, "language")
        self.call_after_refresh(self._in_background, partial(self._learn, till), "learn")
        self.look_after()
        if self._channel is not None:
            self._in_background(partial(self._publish, till, self._channel), "publish")
        if self.live:
            self.set_interval(1, self.tick)
            self.set_interval(15, self.recover)

    async def _learn(self, till: Till) -> None:
        """Learn what is sold often, so that it is found first, and what was sold today before the till was opened.

        Without that the catalog's order counts, and nothing is said of an earlier sale.
        """
        from pos.domain.errors import TillError

        try:
            await till.learn_what_sells()
        except TillError as error:
            log.refused(error)
            return
        finally:
            self.learning = False
        if not self.ending:
            self._see_last_sale()
            self.front.redraw()

    def _see_last_sale(self) -> None:
        """Tell the last sale of today, as long as none was made since the till was opened."""
        if self.last_sale is None:
            self.last_sale = self.till.last_sale_today

    async def _publish(self, till: Till, channel: Callable[[Till], Path]) -> None:
        """Let other programs listen to the till. If they cannot, it sells all the same, and its log tells why."""
        from pos.domain.errors import TillError
        from pos.ipc.publisher import Publisher
        from pos.worker import run_in_thread

        try:
            publisher = Publisher(till, await run_in_thread(channel, till))
            await publisher.open()
        except TillError as error:
            log.refused(error)
        except OSError as error:
            log.refused(TillError("channel_unusable", verbatim(str(error))))
        else:
            self._publisher = publisher

    def on_unmount(self) -> None:
        """Tell those who listen that the till has ended."""
        if self._publisher is not None:
            self._publisher.close()

    def hear(self, progress: Progress) -> None:
        """Show how far the opening has come; called from the thread that opens."""
        self.call_later(self._show_progress, progress)

    def _show_progress(self, progress: Progress) -> None:
        if not self.opened:
            self.progress = progress

    def adopt(self, settings: Settings) -> None:
        """Let settings count from now on; what is shown is worded anew."""
        from pos.locales import other_speech, symbol_of

        super().adopt(settings)
        self.minute = ""
        self._receipt_language = other_speech(settings.receipt.language)
        if self.opened:
            self.till.use_receipt_language(self._receipt_language)
            self.symbol = symbol_of(self.till.catalog.shop.currency, current_language())
            self.tick()
            if not self.working:
                # Who listens to the till is told of the language with the ticket.
                self.till.refresh()

    def leave(self) -> None:
        """Close the till and the app."""
        if not self.opened:
            self.exit(self._status, return_code=self._status)
        elif self.working:
            self._leaving = True
        else:
            self.working = True
            self._in_background(partial(self._leave, self.till), "leave")

    async def _leave(self, till: Till) -> None:
        from pos.domain.errors import TillError

        try:
            await till.flush()
        except TillError as error:
            if self.signalled:
                from rich.text import Text

                from pos.domain.terminal_text import legible

                self.exit(self._status, return_code=self._status, message=Text(legible(error.message)))
                return
            self.working = False
            self.refuse(error)
            self._intake.drain()
        else:
            self._intake.drop()
            self.exit(self._status, return_code=self._status)

    @property
    def _status(self) -> int:
        """What the program ends with: 1 from the page of an error."""
        return 1 if self.failure is not None or self.fault is not None else 0

    def close_till(self) -> None:
        """Give the store back; after the app has ended."""
        if self.opened:
            self.till.close()

    def look_after(self) -> None:
        """Look after open payments beside the keys."""
        self._in_background(self.recover, "recover")

    async def recover(self) -> None:
        """Find out about payments that were left open."""
        from pos.domain.errors import TillError

        if self.kind == "sale" and self.current is None:
            # Nobody looks at the finished ticket any longer: one that is paid in part may take its place.
            self.till.next_ticket()
        try:
            endings = await self.till.recover()
            await self.till.close_earlier_day()
        except TillError as error:
            # It is tried again and again, and told once.
            if error.message != self._unrecovered:
                self._unrecovered = error.message
                log.refused(error)
                self.mention(error.message, "bad")
            return
        self._unrecovered = ""
        self._see_last_sale()
        self.tell_endings(endings)
        self._count_open()

    def _count_open(self) -> None:
        found = self.till.checking()
        parked = [held for held in found if held.part_paid]
        self.parked_since = min((since for held in parked if (since := held.part_paid_since)), default=None)
        self.parked, self.checking = len(parked), len(found) - len(parked)
        self.queued, self.aside, self.uncharged = (
            len(self.till.queued()),
            self.till.held_count,
            len(self.till.uncharged()),
        )

    def step_ended(self) -> None:
        """Count what is open now, and leave if that was asked meanwhile."""
        self._count_open()
        self._see_server()
        if self._leaving:
            self._leaving = False
            self.leave()

    def _see_server(self) -> None:
        """Show how the till and its server stand; for how long it has been so is drawn nowhere."""
        standing = self.till.server if self.opened else None
        self.server = standing and standing._replace(silent_for=0.0)

    def tick(self) -> None:
        """Show the time, price the ticket anew with each minute, and see to what the clock brings about.

        What another till has changed is seen at once, but while somebody pays: they are told before they do.
        """
        if self.opened and not self.working and self.till.something_is_due:
            self._in_background(self._keep_time, "time")
        self._see_server()
        if self.opened:
            self._take_back_what_is_over()
            if self.aside != self.till.held_count:
                # Another till has set one aside, or taken one up.
                self._count_open()
            if self.kind in ("sale", "cart") and not self.working and self._priced_at != self.till.catalog.changes:
                self._priced_at = self.till.catalog.changes
                self.till.refresh()
        shown = moment_text(self.now, "header")
        if shown != self.minute:
            first, self.minute = not self.minute, shown
            if self.opened and not first and not self.working:
                self.till.refresh()

    def _take_back_what_is_over(self) -> None:
        """What was told of a trouble goes out of the message line once it is over."""
        if trouble := self.masked(str(self.till.trouble)):
            self._troubles.add(trouble)
            return
        told, self._troubles = self._troubles, set()
        if self.notice is not None and any(trouble in self.notice.text for trouble in told):
            text = self.notice.text
            for trouble in told:
                text = text.replace(trouble, "").strip()
            self.notice = replace(self.notice, text=text) if text else None

    async def _keep_time(self) -> None:
        from pos.domain.errors import TillError

        # What cannot be written now is tried again and told by `recover`.
        with suppress(TillError):
            await self.till.keep_time()
        self._count_open()

    @property
    def now(self) -> datetime:
        """The time in the shop's zone."""
        now = self._now()
        return now.astimezone(self.till.catalog.zone) if self.opened else now

    @property
    def occupied(self) -> bool:
        """Whether keys have to wait."""
        if self.fault is not None:
            return self.crashing
        return not (self.opened or self.failure) or self.working or super().occupied

    def urgent(self, key: Key) -> bool:
        """Escape takes a card payment back at once, what only looks does so; a till that does not open can be left."""
        if self.only_looks(key):
            self.take(key)
            return True
        if key.name == "escape" and self.opened and self.till.waiting_for_card:
            # What has ended the step is this key: a second press of it leaves nothing, and the first one's acts again.
            self._echoes.ending(key)
            self.till.cancel_payment()
            self.say(_("Cancelling…"))
            return True
        if key.name == self.keymap.key("quit") and not self.opened:
            self.leave()
            return True
        return False

    def only_looks(self, key: Key) -> bool:
        """Whether a key only shows something else of the till, which it does also while a card is charged."""
        if not self.opened or not self.till.waiting_for_card or self.fault is not None or self.kept_keys:
            return False
        action = self.keymap.action(self.kind, key.name)
        if action is not None and action.looks:
            return True
        return self.front.looks_on(key)

    def report_of(self, error: BaseException) -> CrashReport:
        """Write a report of an error, and a line into the log."""
        from pos.crash_report import report_folder, write_report

        report = write_report(error, self._now(), self._till, self.log_of_events, self.reports or report_folder())
        log.crashed(error, str(report.path or ""))
        return report

    def crashed(self, page: CrashScreen) -> None:
        """Write the ticket down."""
        if self.opened:
            page.saved = "saving"
            self._in_background(partial(self._secure, page), "secure")

    async def _secure(self, page: CrashScreen) -> None:
        from pos.domain.errors import TillError

        try:
            await self.till.flush()
        except TillError as error:
            page.lose(error.message)
        else:
            page.saved = "safe"

    def start_again(self) -> None:
        """Go on after an error; a till that was not open yet is opened once more."""
        super().start_again()
        if not self.opened:
            self._begin_opening()


async def _load_language() -> None:
    """Load the words of the language while nothing is typed: the first scan finds them there."""
    from pos.worker import run_in_thread

    def load() -> None:
        import pos.language.table  # noqa: F401

    await run_in_thread(load)


def _prepared(open_till: Callable[[], Till], tell: Tell) -> tuple[Till, str]:
    """An open till with every index built, and its currency's symbol: all that takes time."""
    till = open_till()
    try:
        till.catalog.prepare(tell)
    except BaseException:
        till.close()
        raise
    from pos.locales import symbol_of

    return till, symbol_of(till.catalog.shop.currency, current_language())
