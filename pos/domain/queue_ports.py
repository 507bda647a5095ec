"""What a queue between checkout and payment stands on: an engine that hands out jobs, and what the shop knows of each.

The engine delivers at least once, to any worker, in any order. What makes it once is on the shop's server: each taking
up of a job has a number there, and of two workers the one with the older number changes nothing any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Protocol, runtime_checkable

from pos.domain.checkout_request import CheckoutRequest, OrderState, QueuedOrder, Short
from pos.domain.message import NOTHING, Message
from pos.domain.ports import Store
from pos.domain.reservations import Reservation

LEASE: Final = timedelta(seconds=30)
"""A worker that has given no sign for so long is dead: its jobs are another one's."""


@dataclass(frozen=True, slots=True)
class Job:
    """What the engine has handed out. `handle` is the engine's own, `request` as whoever asked for it wrote it."""

    order: str
    """The order's id as the engine knows it; empty if it has none, as of what is no request."""
    request: bytes
    handle: object = field(compare=False)
    again: bool | None = False
    """Whether it was handed out before, to this worker or to one that is dead; None: the engine cannot tell."""


class JobQueue(Protocol):
    """An engine. Methods block, are called beside the event loop by one thread at a time, and raise TillError
    `queue_away`, with the reason, if it cannot be asked: what was told may then have been done, or not.
    """

    @property
    def name(self) -> str:
        """The address as people write it, without a secret."""
        ...

    def send(self, order: str, request: bytes) -> None:
        """Put a request into the queue, durably; told twice it is there twice, which is harmless."""
        ...

    def take(self, most: int, seconds: float) -> Sequence[Job]:
        """So many jobs at most, waited for so long: those of dead workers first. None is handed out to two at once,
        as long as each gives a sign within `LEASE`.
        """
        ...

    def keep(self, jobs: Sequence[Job]) -> None:
        """Give a sign of life for jobs that this worker has taken and not ended."""
        ...

    def done(self, *jobs: Job) -> None:
        """Jobs are at their end, which is on record: they are handed out no more. An engine may hear of it with what
        it is asked next: one that this worker did not live to tell it is handed out again.
        """
        ...

    def give_back(self, jobs: Sequence[Job]) -> None:
        """Jobs that were taken and not begun: whoever asks next gets them."""
        ...

    def depth(self) -> int:
        """How many are waiting or being worked on, as near as the engine knows."""
        ...

    def close(self) -> None:
        """Give the connection back; what was taken and not ended is another worker's after the lease, or at once."""
        ...


@dataclass(frozen=True, slots=True)
class Begun:
    """A job that a worker has taken up: the `fence` of this taking up, and how often it was begun by now.

    `request` is what was asked for first by this order's id: whatever else comes by that id is not worked on. `left` is
    what an earlier worker has left open of it: its payment is asked for before anything else is done. `voiding` is the
    attempt that one was about to make void, or has: nobody may count it as paid. `foreign`: another program has put it
    into the queue itself, so that nobody at the shop has registered it. Without a `fence` nobody has taken it up yet.
    """

    request: CheckoutRequest
    fence: int = 0
    tries: int = 0
    left: Reservation | None = None
    voiding: str = ""
    foreign: bool = False


class Taken(Exception):
    """A job is none that can be worked on as a new one: it was `begun` as it says there; None: it is over."""

    def __init__(self, begun: Begun | None) -> None:
        super().__init__()
        self.begun = begun


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of a job that was not paid."""

    state: OrderState
    words: Message = NOTHING
    decline_code: str | None = None
    total: int | None = None
    short: tuple[Short, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """How a shop's queue stands: how many are pending, for how long the oldest one, how many are stuck, and how many
    came to an end so far, by state.
    """

    pending: int
    oldest: timedelta
    stuck: int
    ended: dict[str, int]


class QueuedOrders(Protocol):
    """What the shop knows of the checkouts that are queued, on its server. Methods block, and raise TillError
    `server_away`.
    """

    def enqueue(self, request: CheckoutRequest, queue: JobQueue, most: int) -> QueuedOrder:
        """Register a request and put it into the queue, unless it is known: then how it stands.

        Raises TillError `queue_full`, with `wait`, whole seconds, in its details, if so many are pending already, and
        `request_differs`, with the fields in `differs`, if it is known with something else to be paid: that one counts.
        """
        ...

    def find(self, order: str) -> QueuedOrder | None:
        """How a checkout stands; None if nobody has heard of it."""
        ...

    def expire(self, order: str) -> QueuedOrder | None:
        """End a checkout that nobody has begun, since its time is over; one that somebody has begun goes on.

        How it stands then; None if nobody has heard of it.
        """
        ...

    def wait(self, order: str, seconds: float) -> QueuedOrder | None:
        """The same as soon as it is over, or how it stands after so many seconds."""
        ...

    def figures(self) -> QueueFigures:
        """How the queue stands."""
        ...

    def stuck(self) -> Sequence[QueuedOrder]:
        """Those that failed too often, the oldest first."""
        ...

    def retry(self, order: str, queue: JobQueue) -> bool:
        """Put one that is stuck into the queue once more, or one that never got there; whether there is such a one."""
        ...

    def drop(self, order: str) -> bool:
        """Give one that is stuck up: it ends as `refused`, and what it holds is given back unless its payment is open.

        Whether there is such a one. Raises TillError `payment_unknown` while nobody knows what became of its payment.
        """
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


class CheckoutQueue(Protocol):
    """The queue of a shop as whoever asks for checkouts has it: the engine and the registry in one.

    Methods block, and are called beside the event loop by one thread at a time. They raise TillError `queue_away` and
    `server_away`: what was asked for may then have been taken, and is asked for again by the same id.
    """

    def require(self) -> None:
        """See whether the queue can be used as the settings say; nobody is asked, so that any thread may.

        Raises TillError `settings_invalid` for an address that is none, `queue_away` without what speaks to its engine.
        """
        ...

    def enqueue(self, request: CheckoutRequest) -> QueuedOrder:
        """Put a request into the queue; one that is there already is the same order.

        How it stands. Raises TillError `queue_full`, with `wait`, whole seconds, in its details, and `store_unusable`,
        `request_invalid`, `request_differs` for what cannot be queued at all: it is not in the queue then.
        """
        ...

    def find(self, order: str) -> QueuedOrder | None:
        """How a checkout stands; None if the shop has not heard of it."""
        ...

    def expire(self, order: str) -> QueuedOrder | None:
        """End a checkout that nobody has begun, since its time is over. How it stands then, as `find` says it."""
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...


class JobStore(Store, Protocol):
    """The shop for one job of a worker: its verbs are carried out on the server alone, and only as long as nobody else
    has taken the job up since. Then they raise TillError `job_lost`: nothing of it may be touched any more.
    """

    @property
    def is_lost(self) -> bool:
        """Whether a step was refused since somebody else has the job."""
        ...

    def will_void(self, attempt_id: str) -> None:
        """Say that an attempt is about to be made void: from now on nobody counts it as paid, see `Begun`."""
        ...

    def end(self, how: Ending) -> None:
        """Bring the job to its end without an order, its reservation given back in the same step."""
        ...

    def stick(self, words: Message) -> None:
        """Set the job aside as stuck; what it holds stays held."""
        ...


class WorkerShop(Protocol):
    """A store, open for a worker of the queue."""

    def begin(self, job: Job, request: CheckoutRequest, *, again: bool, counted: bool = True) -> Begun | None:
        """Take a job up: from now on nobody who has it from before changes anything. None if it is over.

        `again` if this worker has begun it before, and failed; not `counted` if that was not the job's own failure.
        """
        ...

    def new_job(self, job: Job, request: CheckoutRequest, tries: int) -> JobStore:
        """The shop for a job that seems to be nobody's yet: it is taken up by `reserve`, its first step.

        That raises `Taken`, and holds nothing, if an earlier worker has left something of it open, if something else
        was asked for first by its order's id, if it was begun more than `tries` times, or is over. So does `end`
        before it: whatever ends without a reservation is looked at as it was taken up.
        """
        ...

    def unsent(self, *, empty: bool) -> Sequence[tuple[str, bytes]]:
        """Orders and requests that were registered some time ago by somebody who died before they were in the queue.

        Of a queue that is `empty` also those that it has lost: nobody has begun them for long.
        """
        ...

    def sent(self, order: str) -> None:
        """One of these is in the queue."""
        ...

    def refuse(self, job: Job, words: Message) -> str:
        """Set a job aside as stuck that nobody can read, for this reason; under which order's id."""
        ...

    def job(self, begun: Begun) -> JobStore:
        """The shop for a job that was taken up."""
        ...


@runtime_checkable
class WithJobs(Protocol):
    """A store in which a worker can work."""

    def jobs(self) -> WorkerShop:
        """The shop for a worker, as long as the store is open."""
        ...


@runtime_checkable
class QueuedShop(Protocol):
    """Where a store is whose checkouts can be queued."""

    @property
    def shop(self) -> str:
        """The name of the shop there."""
        ...

    def queued_orders(self) -> QueuedOrders:
        """What it knows of them."""
        ...

    def job_queue(self, address: str) -> JobQueue:
        """The shop's queue on a server of the same kind; at an empty address on its own. Raises ValueError, with a
        message that repeats nothing of it, for an address that is none, or names another shop.
        """
        ...
