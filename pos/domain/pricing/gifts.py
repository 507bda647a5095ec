"""Buy X get Y: the dearest pieces are bought, the cheapest of the others are gifts, and each piece serves once."""

from __future__ import annotations

from math import lcm
from typing import NamedTuple

from pos.domain.catalog import BuyXGetYCoupon
from pos.domain.money import divide, share
from pos.domain.pricing.working_ticket import WorkingLine, WorkingTicket, eligible
from pos.domain.reasons import NOTHING_LEFT, Reason, gifts_off, too_few


class Pick(NamedTuple):
    """Pieces of one line: how many, and what one is worth, in minor units times a scale common to all lines."""

    line: WorkingLine
    units: int
    worth: int


def buy_x_get_y(ticket: WorkingTicket, coupon: BuyXGetYCoupon, step: str, code: str) -> tuple[int, Reason]:
    """Apply the coupon as often as it fits. Returns what it took off, and its reason or why it took nothing off."""
    lines = [line for line in ticket.lines if line.free_units]
    bought_from, given_from = eligible(lines, coupon.bought), eligible(lines, coupon.given)
    buy, get = coupon.buy, coupon.get
    times = _applications(bought_from, given_from, buy, get)
    if coupon.max_applications is not None:
        times = min(times, coupon.max_applications)
    if not times:
        return 0, too_few(code="too_few_pieces", buy=buy, get=get)
    bought, gifts, scale = _choose(bought_from, given_from, times * buy, times * get)
    reason = gifts_off(code="buy_x_get_y", buy=buy, get=get, percent=coupon.get_discount)
    amounts = _discounts(gifts, scale, coupon)
    for pick in bought:
        pick.line.use(pick.units, pick.worth, scale, 0)
    for pick, amount in zip(gifts, amounts, strict=True):
        pick.line.use(pick.units, pick.worth, scale, amount)
    ticket.note([pick.line for pick in gifts], amounts, step, code, reason)
    total = sum(amounts)
    return total, reason if total else NOTHING_LEFT


def _applications(bought_from: list[WorkingLine], given_from: list[WorkingLine], buy: int, get: int) -> int:
    """The most applications for which bought pieces and gifts can be found apart from each other."""
    to_buy, to_get = _units(bought_from), _units(given_from)
    either = _units(set(bought_from) | set(given_from))
    return min(to_buy // buy, to_get // get, either // (buy + get))


def _choose(
    bought_from: list[WorkingLine], given_from: list[WorkingLine], buy: int, get: int
) -> tuple[list[Pick], list[Pick], int]:
    """The pieces that are bought and, in line order, those that are gifts, with the scale of their worths."""
    pool = list(dict.fromkeys(bought_from + given_from))
    ratios = {line: line.free.as_integer_ratio() for line in pool}
    scale = lcm(*(line.free_units * ratios[line][1] for line in pool))
    worth = {line: free * (scale // (line.free_units * parts)) for line, (free, parts) in ratios.items()}
    givable = set(given_from)
    gifts_alone = _units(givable - set(bought_from))
    spare = _units(givable & set(bought_from)) - max(0, get - gifts_alone)
    bought: list[Pick] = []
    left = {line: line.free_units for line in given_from}
    for line in sorted(bought_from, key=lambda line: -worth[line]):
        units = min(buy, line.free_units, spare if line in givable else buy)
        if units:
            bought.append(Pick(line, units, worth[line]))
            buy -= units
            if line in givable:
                spare -= units
                left[line] -= units
    given: dict[WorkingLine, int] = {}
    for line in sorted(given_from, key=worth.__getitem__):
        given[line] = min(get, left[line])
        get -= given[line]
    gifts = [Pick(line, given[line], worth[line]) for line in given_from if given[line]]
    return bought, gifts, scale


def _discounts(gifts: list[Pick], scale: int, coupon: BuyXGetYCoupon) -> list[int]:
    """What to take off each gift: a percentage of their worth together, rounded once, split by the worth of each.

    The gifts are in line order, in which `share` breaks ties.
    """
    weights = [pick.units * pick.worth for pick in gifts]
    percent, parts = coupon.get_discount.as_integer_ratio()
    exact = share(divide(sum(weights) * percent, 100 * parts * scale), weights) if any(weights) else (0,) * len(gifts)
    amounts = [min(amount, pick.line.left) for amount, pick in zip(exact, gifts, strict=True)]
    excess = sum(exact) - sum(amounts)
    for index, pick in enumerate(gifts):
        more = min(excess, pick.line.left - amounts[index])
        amounts[index] += more
        excess -= more
    return amounts


def _units(lines: list[WorkingLine] | set[WorkingLine]) -> int:
    return sum(line.free_units for line in lines)
