"""The sentences of reasons: made where they are shown, never kept.

`money` gives minor units as they are written there: as they are drawn, or as the `Money` of a message.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar, assert_never

from pos.domain.cart import ManualDiscount
from pos.domain.catalog import Moment
from pos.domain.message import NOTHING, Fact, Message, Percentage, When, lazy, lazy_plural, verbatim
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

Money = Callable[[int], Fact]
Reasoned = TypeVar("Reasoned", Discount, SaleCoupon)


def reason_text(of: Discount | SaleCoupon, money: Money) -> str:
    """Why a discount was given, or a coupon takes off what it does or nothing, in the language in use."""
    return str(reason_words(of, money))


def reason_words(of: Discount | SaleCoupon, money: Money) -> Message:
    """Why a discount was given, or a coupon takes off what it does or nothing: "10 % off, dented"."""
    return _reason_words(of.reason, of.code or "", money)


def manual_words(discount: ManualDiscount, money: Money) -> Message:
    """A manual discount as a ticket tells it."""
    size = money(discount.amount or 0) if discount.percent is None else Percentage(discount.percent)
    return _manual(size, discount.reason)


def refusal_words(refusal: Refusal, money: Money) -> Message:
    """Why a coupon does not count, with the limit behind what is the matter."""
    matter, limit = matter_words(refusal, money), limit_words(refusal, money)
    return lazy("{matter} ({limit})", matter=matter, limit=limit) if limit else matter


def matter_words(refusal: Refusal, money: Money) -> Message:
    """What is the matter with a coupon that does not count."""
    match refusal:
        case Barred(code="coupon_unknown"):
            return lazy("is not known any longer")
        case Barred(code="coupon_inactive"):
            return lazy("is switched off")
        case Barred():
            return lazy("is for members only")
        case OutOfDate(code="coupon_not_started"):
            return lazy("is valid from {day}", day=_day(refusal.day))
        case OutOfDate():
            return lazy("expired after {day}", day=_day(refusal.day))
        case UsedUp():
            return lazy("has been used up by this member") if refusal.by == "member" else lazy("has been used up")
        case BelowMinimum(of="money"):
            return lazy("needs goods for {amount} more", amount=money(refusal.missing))
        case BelowMinimum():
            return lazy_plural(
                "needs {count} more of what it applies to", "needs {count} more of what it applies to", refusal.missing
            )
        case NotStackable():
            return lazy("cannot be combined with {code}", code=refusal.other)
        case _other:
            assert_never(_other)


def limit_words(refusal: Refusal, money: Money) -> Message:
    """By which limit a coupon does not count; empty where there is none."""
    match refusal:
        case UsedUp():
            return lazy("{used} of {limit}", used=refusal.limit, limit=refusal.limit)
        case BelowMinimum():
            minimum = money(refusal.minimum) if refusal.of == "money" else refusal.minimum
            return lazy("minimum {minimum}", minimum=minimum)
        case _other:
            return NOTHING


def advice_words(refusal: Refusal) -> Message:
    """What to do so that a coupon counts; empty where there is nothing to say."""
    match refusal:
        case Barred(code="coupon_needs_member"):
            return lazy("Attach the member first.")
        case NotStackable():
            return lazy("Take {code} off first.", code=refusal.other)
        case _other:
            return NOTHING


def worded(sale: Sale, money: Money) -> Sale:
    """A sale with its reasons as sentences, as scripts print it."""

    def said(parts: tuple[Reasoned, ...]) -> tuple[Reasoned, ...]:
        return tuple(changed(part, reason=told(code="told", text=reason_text(part, money))) for part in parts)

    lines = tuple(changed(line, discounts=said(line.discounts)) for line in sale.lines)
    return changed(sale, lines=lines, discounts=said(sale.discounts), coupons=said(sale.coupons))


def _reason_words(reason: Reason, code: str, money: Money) -> Message:
    match reason:
        case PercentOff(code="member_percent"):
            return lazy("Member {percent}", percent=Percentage(reason.percent))
        case PercentOff():
            return lazy("Coupon {code}, {percent}", code=code, percent=Percentage(reason.percent))
        case AmountOff():
            return lazy("Coupon {code}, {amount} off", code=code, amount=money(reason.amount))
        case ManualPercent():
            return _manual(Percentage(reason.percent), reason.why)
        case ManualAmount():
            return _manual(money(reason.amount), reason.why)
        case Several():
            return lazy("Line discounts")
        case Gifts():
            return _gifts(reason)
        case TooFew():
            return lazy("not enough on the ticket to buy {buy} and get {get}", buy=reason.buy, get=reason.get)
        case Nothing(code="nothing_eligible"):
            return lazy("nothing on the ticket that it applies to")
        case Nothing():
            return lazy("nothing left to take it off")
        case Told():
            return verbatim(reason.text)
        case _refusal:
            return refusal_words(_refusal, money)


def _manual(size: Fact, why: str | None) -> Message:
    return lazy("{size} off, {why}", size=size, why=why) if why else lazy("{size} off", size=size)


def _gifts(reason: Gifts) -> Message:
    buy, get = reason.buy, reason.get
    if reason.percent == 100:
        return lazy("Buy {buy} get {get}", buy=buy, get=get)
    return lazy("Buy {buy} get {get} at {percent} off", buy=buy, get=get, percent=Percentage(reason.percent))


def _day(moment: Moment) -> When:
    return When(moment, "stamp" if isinstance(moment, datetime) else "day")
