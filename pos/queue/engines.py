"""Which engine a shop's queue has: its address says so."""

from __future__ import annotations

from pos.domain.queue_ports import JobQueue, QueuedShop


def job_queue(location: QueuedShop, address: str) -> JobQueue:
    """The queue of a shop at an address; an empty one: on the shop's own server. It is asked when it is first used.

    Raises ValueError, with a message that repeats nothing of it, for an address that is none.
    """
    return location.job_queue(address)
