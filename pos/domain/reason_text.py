"""The sentences of reasons, in the language in use: made where they are shown, never kept.

`money` writes minor units as they are drawn there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar, assert_never

from pos.domain.cart import ManualDiscount
from pos.domain.catalog import Moment
from pos.domain.model import changed
from pos.domain.reasons import (
    AmountOff,
    Barred,
    BelowMinimum,
    Gifts,
    ManualAmount,
    ManualPercent,
    Nothing,
    NotStackable,
    OutOfDate,
    PercentOff,
    Reason,
    Refusal,
    Several,
    Told,
    TooFew,
    UsedUp,
    told,
)
from pos.domain.sale import Discount, Sale, SaleCoupon
from pos.domain.words import _, moment_text, percent_text, plural

Money = Callable[[int], str]
Reasoned = TypeVar("Reasoned", Discount, SaleCoupon)


def reason_text(of: Discount | SaleCoupon, money: Money) -> str:
    """Why a discount was given, or a coupon takes off what it does or nothing: "10 % off, dented"."""
    return _reason_text(of.reason, of.code or "", money)


def manual_text(discount: ManualDiscount, money: Money) -> str:
    """A manual discount as a ticket tells it."""
    size = money(discount.amount or 0) if discount.percent is None else percent_text(discount.percent)
    return _manual(size, discount.reason)


def refusal_text(refusal: Refusal, money: Money) -> str:
    """Why a coupon does not count, with the limit behind what is the matter."""
    matter, limit = matter_text(refusal, money), limit_text(refusal, money)
    return _("{matter} ({limit})", matter=matter, limit=limit) if limit else matter


def matter_text(refusal: Refusal, money: Money) -> str:
    """What is the matter with a coupon that does not count."""
    match refusal:
        case Barred(code="coupon_unknown"):
            return _("is not known any longer")
        case Barred(code="coupon_inactive"):
            return _("is switched off")
        case Barred():
            return _("is for members only")
        case OutOfDate(code="coupon_not_started"):
            return _("is valid from {day}", day=_day(refusal.day))
        case OutOfDate():
            return _("expired after {day}", day=_day(refusal.day))
        case UsedUp():
            return _("has been used up by this member") if refusal.by == "member" else _("has been used up")
        case BelowMinimum(of="money"):
            return _("needs goods for {amount} more", amount=money(refusal.missing))
        case BelowMinimum():
            return plural(
                "needs {count} more of what it applies to", "needs {count} more of what it applies to", refusal.missing
            )
        case NotStackable():
            return _("cannot be combined with {code}", code=refusal.other)
        case _other:
            assert_never(_other)


def limit_text(refusal: Refusal, money: Money) -> str:
    """By which limit a coupon does not count; empty where there is none."""
    match refusal:
        case UsedUp():
            return _("{used} of {limit}", used=refusal.limit, limit=refusal.limit)
        case BelowMinimum():
            minimum = money(refusal.minimum) if refusal.of == "money" else refusal.minimum
            return _("minimum {minimum}", minimum=minimum)
        case _other:
            return ""


def advice_text(refusal: Refusal) -> str:
    """What to do so that a coupon counts; empty where there is nothing to say."""
    match refusal:
        case Barred(code="coupon_needs_member"):
            return _("Attach the member first.")
        case NotStackable():
            return _("Take {code} off first.", code=refusal.other)
        case _other:
            return ""


def worded(sale: Sale, money: Money) -> Sale:
    """A sale with its reasons as sentences, as scripts print it."""

    def said(parts: tuple[Reasoned, ...]) -> tuple[Reasoned, ...]:
        return tuple(changed(part, reason=told(code="told", text=reason_text(part, money))) for part in parts)

    lines = tuple(changed(line, discounts=said(line.discounts)) for line in sale.lines)
    return changed(sale, lines=lines, discounts=said(sale.discounts), coupons=said(sale.coupons))


def _reason_text(reason: Reason, code: str, money: Money) -> str:
    match reason:
        case PercentOff(code="member_percent"):
            return _("Member {percent}", percent=percent_text(reason.percent))
        case PercentOff():
            return _("Coupon {code}, {percent}", code=code, percent=percent_text(reason.percent))
        case AmountOff():
            return _("Coupon {code}, {amount} off", code=code, amount=money(reason.amount))
        case ManualPercent():
            return _manual(percent_text(reason.percent), reason.why)
        case ManualAmount():
            return _manual(money(reason.amount), reason.why)
        case Several():
            return _("Line discounts")
        case Gifts():
            return _gifts(reason)
        case TooFew():
            return _("not enough on the ticket to buy {buy} and get {get}", buy=reason.buy, get=reason.get)
        case Nothing(code="nothing_eligible"):
            return _("nothing on the ticket that it applies to")
        case Nothing():
            return _("nothing left to take it off")
        case Told():
            return reason.text
        case _refusal:
            return refusal_text(_refusal, money)


def _manual(size: str, why: str | None) -> str:
    return _("{size} off, {why}", size=size, why=why) if why else _("{size} off", size=size)


def _gifts(reason: Gifts) -> str:
    buy, get = reason.buy, reason.get
    if reason.percent == 100:
        return _("Buy {buy} get {get}", buy=buy, get=get)
    return _("Buy {buy} get {get} at {percent} off", buy=buy, get=get, percent=percent_text(reason.percent))


def _day(moment: Moment) -> str:
    return moment_text(moment, "stamp" if isinstance(moment, datetime) else "day")
