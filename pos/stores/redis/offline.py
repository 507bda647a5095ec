"""What a till sells while the server is away: what needs nobody else's word, within the shop's limits."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from pos.domain.counters import refused_alone
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import Message, joined, lazy
from pos.domain.tenders import tender_of

if TYPE_CHECKING:
    from pos.domain.reservations import Reservation
    from pos.stores.redis.options import OfflineLimits


class Away(Protocol):
    """A link whose server is away."""

    reason: Message
    since: float


def require_offline(reservation: Reservation, limits: OfflineLimits, link: Away) -> None:
    """Raise TillError `server_away` for a sale that is not taken without the server."""
    told = _refusal(reservation, limits, time.monotonic() - link.since)
    if told is not None:
        text = lazy("The server is away: {reason}", reason=link.reason)
        raise TillError("server_away", joined((text, told), ". "))


def _refusal(reservation: Reservation, limits: OfflineLimits, seconds: float) -> Message | None:
    if limits.minutes is not None and seconds > limits.minutes * 60:
        return lazy("It has been away longer than this shop sells without it.")
    if reservation.refunds is not None:
        return lazy("Nothing is taken back until it is there again.")
    for payment in reservation.attempts or reservation.sale.payments:
        tender = tender_of(payment)
        if tender.behind == "counter" or (limits.tenders is not None and payment.tender not in limits.tenders):
            return tender.said(N_("Until it is there again this cannot be paid by {tender}."))
    for claim in reservation.taken:
        if claim.floor is not None and (refused := refused_alone(claim.counter)):
            return refused
    if limits.most is not None and reservation.sale.total > limits.most:
        return lazy("Until it is there again no sale of this amount is taken.")
    return None
