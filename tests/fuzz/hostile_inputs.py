"""What a fuzz is made of: words that have broken programs, in settings, catalogs, themes, flows and scripts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from hypothesis import strategies as st

from pos.domain.errors import ERROR_CODES
from pos.language.table import USAGES as VERBS
from pos.settings.listing import settings
from screens.render.custom_themes import COLOURS, OURS
from tests.till.support import GOOD_CARD, POOR_CARD, TEA_GTIN, shop

SHARP: Final = (
    *("", " ", "0", "-0", "-1", "+1", "1", "1.", ".5", "0.412", "1e5", "1E999999999", "1e-999999999", "nan", "inf"),
    *("9" * 13, "9" * 400, "9" * 5000, "0" * 5000, "0." + "0" * 500 + "1", "1" * 2001, "1_000", "0x10", "1,000.00"),
    *("٣", "１２", "½", "²", "𝟙", "−1", "¹", "ⅷ", "10 %", "%", "100.000%", "10%%", "-5%", "1" * 30 + "%", "sNaN"),
    *("\x00", "\x1b[2J", "\x1b]0;x\x07", "\x9b31m", "\u202eabc", "\u200b", "\ufeff", "\u00ad", "a\u0301" * 50),
    *(
        "'",
        '"',
        '""',
        '"a',
        "\\",
        "#",
        "[",
        "]]",
        "{}",
        "=",
        "*",
        "3*",
        "*3",
        "**",
        "3*3*3",
        ".",
        "..",
        "\r",
        "\t",
        "\x85",
    ),
    *(
        "../../../x",
        "/dev/zero",
        "~",
        "~nobody",
        "$HOME",
        "{name}",
        "%s",
        "{0.__class__}",
        "none",
        "true",
        "last",
        "all",
    ),
    *("LAST", "ı", "İ", "ß", "ǅ", TEA_GTIN, "TEA", "tea", "4664", GOOD_CARD, POOR_CARD, "reader", "M1", "TEN", "ONE"),
    *("]C1" + TEA_GTIN, "01" + "0" * 14, "2026-11-22", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59+00:00"),
    *("0001-01-01T00:00:00+14:00", "2026-02-30", "a.b.c", "lines.1.total", "stock.TEA.free", "uses.ONE.left", "error"),
    *("checks.1-1.due", "due", *list(ERROR_CODES)[:5]),
)
"""Words at which some reader of some program has failed."""

words = st.one_of(st.sampled_from(SHARP), st.text(max_size=12), st.integers().map(str))
"""A word, sharp or any."""
numbers = st.one_of(
    st.sampled_from((0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**12, 10**13, 10**400, 0.5, -0.0, 1e308)),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, words),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=3)),
    max_leaves=6,
)
"""A value as JSON has it."""


TIMES: Final = ("3", "0.4", ".5", "5.", ".", "..", "1.2.3", "-1", "+.", "9" * 5000, "0." + "9" * 5000)
PIECES: Final = (b"", b"\x00", b"\xff", b"\xef\xbb\xbf", b"[", b'"', b"\n", b"=")
OF_TOML: Final = (
    *("'x'", '"#123456"', "1979-05-27", "07:32:00", "nan", "-inf", "0xff", "[1, [2]]", "{a = 1}", '"""\n"""'),
    *("0x" + "f" * 5000, "1" * 5000),
)
"""Values that are TOML's own."""
DEEP: Final = ("[" * 2000, "{a = " * 2000)
"""Values that are nested further than a reader may go."""


# What is drawn from is made once: to make it takes longer than to draw.
FEW, SIZE, SOME, WAY = st.integers(0, 3), st.integers(0, 9), st.integers(0, 5), st.booleans()
ENCODING = st.sampled_from(("utf-8",) * 8 + ("utf-16", "utf-8-sig", "latin-1"))
DEPTH = st.sampled_from((1,) * 9 + (2, 3000))
VALUE = st.one_of(values.map(json.dumps), words, words.map(json.dumps), st.sampled_from(OF_TOML), st.sampled_from(DEEP))
HEADING = st.sampled_from(("", "", "", "[{}]\n", "[[{}]]\n"))


def broken(data: bytes, draw: Callable[[st.SearchStrategy[Any]], Any]) -> bytes:
    """Bytes with a piece cut out, put twice, or in another one's place."""
    for _ in range(draw(FEW)):
        at, size = draw(st.integers(0, len(data))), draw(SIZE)
        piece = draw(st.sampled_from((data[at : at + size] * 2, *PIECES)))
        data = data[:at] + piece + data[at + size :]
    encoding = draw(ENCODING)
    if encoding in ("utf-16", "utf-8-sig"):
        return data.decode("utf-8", "replace").encode(encoding)
    return data


def toml(names: tuple[str, ...]) -> st.SearchStrategy[bytes]:
    """A file of TOML with some of these names, each with a value that might be its own, or any."""
    some_name = st.one_of(st.sampled_from(names), words)

    @st.composite
    def file(draw: Any) -> bytes:
        lines = []
        for _ in range(draw(SOME)):
            name = draw(some_name)
            key = ".".join([name if draw(WAY) else json.dumps(name)] * draw(DEPTH))
            lines.append(f"{draw(HEADING).format(key)}{key} = {draw(VALUE)}")
        return broken("\n".join(lines).encode("utf-8", "replace"), draw)

    return file()


SETTINGS: Final = (*(each.name for each in settings()), "keys.pay", "keys.menu", "keys", "till", "screen")
THEME: Final = ("name", "dark", *COLOURS, *OURS)
settings_files = toml(SETTINGS)
theme_files = toml(THEME).map(lambda rest: b'primary = "#123456"\n' + rest)


def _places(data: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [here, *(place for key, value in inner for place in _places(value, (*here, key)))]


def _changed(data: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    key, *rest = place
    inner = dict(data) if isinstance(data, dict) else list(data)
    inner[key] = _changed(data[key], tuple(rest), value)
    return inner


OPTIONS: Final = (
    *("sale_price", "sale_starts", "sale_ends", "allow_increase", "barcodes", "category", "tax", "stock", "low_stock"),
    *(
        "oversell",
        "unit",
        "cart_merge",
        "min_order",
        "min_quantity",
        "max_uses",
        "max_uses_per_member",
        "used",
        "starts",
    ),
    *(
        "ends",
        "active",
        "stackable",
        "priority",
        "products",
        "categories",
        "buy",
        "get",
        "get_discount",
        "buy_products",
    ),
    *("max_applications", "currency", "timezone", "tax_inclusive", "tax_scope", "cash_rounding", "staff"),
)


@st.composite
def catalog_files(draw: Any) -> bytes:
    """The small shop with some of its values changed, options added, and perhaps broken as a file."""
    data: Any = shop()
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.sampled_from(_places(data)))
        data = _changed(data, place, draw(values))
        holders = [place for place in _places(data) if isinstance(_at(data, place), dict)]
        if holders and draw(st.booleans()):
            holder = draw(st.sampled_from(holders))
            more = {draw(st.sampled_from(OPTIONS)): draw(values)}
            data = _changed(data, holder, {**_at(data, holder), **more})
    return broken(_json(data), draw) if draw(st.integers(0, 3)) == 0 else _json(data)


def _json(data: Any) -> bytes:
    return json.dumps(data).encode()


def _at(data: Any, place: tuple[Any, ...]) -> Any:
    for key in place:
        data = data[key]
    return data


@st.composite
def lines(draw: Any, verbs: tuple[str, ...] = tuple(VERBS)) -> str:
    """A line of the till's language, or nearly one."""
    verb = draw(st.one_of(st.sampled_from(verbs), st.sampled_from(verbs).map(str.upper), words, st.just("TEA")))
    if draw(st.integers(0, 4)) == 0:
        verb = f"{draw(st.one_of(st.sampled_from(TIMES), words))}*{verb}"
    given = draw(st.lists(words, max_size=3))
    return " ".join([verb, *given])


@st.composite
def scripts(draw: Any) -> str:
    """A script: a sale that goes well, with lines of all kinds between its own."""
    plan = ["TEA", "2*TEA", "coupon TEN", "0.4*4664", "member M1", "hold x", "recall x"]
    plan += [f"pay card {GOOD_CARD}", "pay cash"]
    for _ in range(draw(st.integers(1, 5))):
        plan.insert(draw(st.integers(0, len(plan))), draw(lines()))
    return "\n".join(plan[: draw(st.integers(1, len(plan)))])


flow_files = scripts().map(lambda text: text.encode("utf-8", "replace"))
