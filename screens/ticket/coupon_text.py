"""A coupon's rule in words, and whether it would count on a sale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from pos.domain.i18n import N_, _, moment_text, percent_text, plural
from pos.domain.model import changed
from pos.domain.terminal_text import clean, fit

if TYPE_CHECKING:
    from pos.domain.cart import Cart
    from pos.domain.catalog import BuyXGetYCoupon, Coupon, Goods, Product
    from pos.domain.sale import Sale
    from pos.till.till import Till

NAME: Final = 32
"""How long a product's name is at most within a rule."""
_MISSING: Final = 1
OVER: Final = 3
"""The rank of what is over: it cannot be put on any more, whatever is bought."""
_RANKS: Final = {"coupon_below_minimum": _MISSING, "coupon_needs_member": _MISSING, "coupon_not_stackable": 2}


def rule(coupon: Coupon, till: Till) -> str:
    """What a coupon takes off, from what, and under which conditions."""
    return ", ".join(_parts(coupon, till))


def _parts(coupon: Coupon, till: Till) -> Iterator[str]:
    from pos.domain.money import format_money

    exponent = till.catalog.exponent
    yield offer(coupon, till)
    if coupon.min_order is not None:
        yield _("from {amount}", amount=format_money(coupon.min_order, exponent))
    if coupon.min_quantity is not None:
        yield plural("from {count} piece", "from {count} pieces", coupon.min_quantity)
    if coupon.max_uses_per_member is not None:
        yield _("{count} for each member", count=coupon.max_uses_per_member)
    if coupon.ends is not None:
        yield _("until {day}", day=day_text(coupon.ends))
    if coupon.stackable:
        yield _("with others")


def offer(coupon: Coupon, till: Till) -> str:
    """What a coupon takes off, and from what."""
    from pos.domain.money import format_money

    products = till.catalog.products
    if coupon.type == "buy_x_get_y":
        return _gift(coupon, products)
    what = _what(coupon.goods[0], products)
    if coupon.type == "percentage":
        return _("{percent} off {what}", percent=percent_text(coupon.value), what=what)
    amount = format_money(int(coupon.value), till.catalog.exponent)
    return _("{amount} off {what}", amount=amount, what=what)


def _gift(coupon: BuyXGetYCoupon, products: Mapping[str, Product]) -> str:
    bought, given = _what(coupon.bought, products), _what(coupon.given, products)
    buy, get, same = coupon.buy, coupon.get, coupon.given == coupon.bought
    if coupon.get_discount == 100:
        if same:
            return _("buy {buy} of {bought}, get {get} free", buy=buy, bought=bought, get=get)
        return _("buy {buy} of {bought}, get {get} of {given} free", buy=buy, bought=bought, get=get, given=given)
    off = percent_text(coupon.get_discount)
    if same:
        return _("buy {buy} of {bought}, get {get} {percent} off", buy=buy, bought=bought, get=get, percent=off)
    text = N_("buy {buy} of {bought}, get {get} of {given} {percent} off")
    return _(text, buy=buy, bought=bought, get=get, given=given, percent=off)


def _what(goods: Goods, products: Mapping[str, Product]) -> str:
    """The first thing that a coupon is for, by its name, and how many others there are."""
    if goods.all:
        return _("everything")
    first = next(named(goods.products, goods.categories, products))
    more = len(goods.products) + len(goods.categories) - 1
    first = fit(first, NAME)
    return plural("{name} and {count} more", "{name} and {count} more", more, name=first) if more else first


def named(skus: Iterable[str], categories: Iterable[str], products: Mapping[str, Product]) -> Iterator[str]:
    """Names as they are drawn: of categories, then of products; the SKU of one that is not in the catalog."""
    yield from map(clean, categories)
    for sku in skus:
        product = products.get(sku)
        yield clean(product.name if product is not None else sku)


def day_text(moment: date) -> str:
    """A coupon's day, with the time if it has one."""
    return moment_text(moment, "stamp" if isinstance(moment, datetime) else "day")


class CouponStanding(NamedTuple):
    """How a coupon stands to a sale: `rank` orders the list, what takes something off now (0) first.

    `short` is for a column; `limit` and `advice` say more.
    """

    rank: int
    short: str
    limit: str = ""
    advice: str = ""

    @property
    def words(self) -> str:
        """How it stands, its limit, and what to do, in one line."""
        said = f"{self.short} ({self.limit})" if self.limit else self.short
        return f"{said}. {self.advice}" if self.advice else said


def standing(till: Till, sale: Sale, code: str, now: datetime) -> CouponStanding:
    """Whether a coupon can be put on this sale now and what it would take off, else what is missing or in its way."""
    from pos.domain.coupons import refusal_now
    from pos.domain.money import format_money
    from pos.domain.pricing import price
    from pos.domain.reason_text import advice_words, limit_words, matter_words, reason_text

    money = partial(format_money, exponent=till.catalog.exponent)
    rules, cart = till.catalog.rules, cart_of(sale)
    refusal = refusal_now(till.catalog.coupons[code], cart, sale, rules, now)
    if refusal is not None:
        rank = _RANKS.get(refusal.code, OVER)
        told = (matter_words(refusal, money), limit_words(refusal, money), advice_words(refusal))
        return CouponStanding(rank, *map(str, told))
    priced = price(changed(cart, coupons=(*cart.coupons, code)), rules, now)
    counted = next(coupon for coupon in priced.coupons if coupon.code == code)
    if not counted.amount:
        return CouponStanding(_MISSING, reason_text(counted, money))
    return CouponStanding(0, _("takes {amount} off", amount=money(counted.amount)))


def cart_of(sale: Sale, without: str = "") -> Cart:
    """A sale as the cart that coupons are judged by: its lines as they are before any coupon, and its other coupons."""
    from pos.domain.cart import Cart, CartLine, ManualDiscount

    lines = []
    for line in sale.lines:
        off = sum(discount.amount for discount in line.discounts if discount.step == "line_discount")
        discount = ManualDiscount(amount=off) if off else None
        lines.append(
            CartLine(line=line.line, sku=line.sku, quantity=line.quantity, price=line.unit_price, discount=discount)
        )
    codes = tuple(coupon.code for coupon in sale.coupons if coupon.code != without)
    return Cart(lines=tuple(lines), coupons=codes, member=sale.member)
