"""What the till tells beside the sale: toasts, copies, pictures, bells and flashes, and how far it is in opening."""

from __future__ import annotations

import re
import stat
import threading
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from pos.domain.errors import TillError
from pos.domain.message import verbatim
from pos.domain.progress import Progress
from pos.settings.model import ScreenSettings, Settings
from pos.testing import Cashier, open_till_app
from pos.testing.opening import make_till
from screens.app.till_app import TillApp
from screens.render.panel import Panel
from tests.screens.test_accent import VISITS

pytestmark = pytest.mark.till(catalog="demo")

FULL = "2*MILK-1L\nBREAD-RYE\n3*CHOC-DARK\n0.412*TOM-VINE\nYOG-GREEK\n/coupon SAVE10\n/member M1001\n"
SIZES = ("80x24", "120x30", "160x50")
SHORT = "Copied: the terminal has it."
LONG = "The picture is in /home/somebody/with/a/long/name/" + "pictures/of/screens/" * 6 + "tillkey.svg"


def adopted(cashier: Cashier, **screen: Any) -> None:
    """Let settings of the screen count."""
    with cashier.app._context():
        cashier.app.adopt(Settings(screen=ScreenSettings(**({"language": "en"} | screen))))


def toasts(cashier: Cashier) -> list[str]:
    remark = cashier.app.remark
    return [f"{remark.mark}{remark.text}"] if remark is not None else []


def tell(cashier: Cashier, text: str) -> None:
    with cashier.app._context():
        cashier.app.toast(text, "good")


COUNTING: Final = ("line", "totals", "paying", "paid")
"""The panels whose every figure counts, besides the row that is chosen."""


class Seen(NamedTuple):
    """What is read on a screen: the figures that count, rows that are chosen, the keys, and all above their bar."""

    figures: list[str]
    chosen: list[str]
    keys: set[str]
    above: str


async def read(cashier: Cashier) -> Seen:
    await cashier.rests()
    panels = [panel for panel in cashier.app.screen.query(Panel) if panel.is_on_screen and panel.id != "footer"]
    text = {panel.id: "\n".join(panel.render_line(y).text for y in range(panel.size.height)) for panel in panels}
    assert all(panel.region.bottom <= cashier.app.size.height for panel in panels)
    *_above, keys = cashier.text("footer").splitlines()
    return Seen(
        re.findall(r"\d+\.\d\d", "\n".join(text.get(panel, "") for panel in COUNTING)),
        [line.strip(" ▐") for each in text.values() for line in each.splitlines() if "▸" in line],
        {part.split()[0] for part in re.split(r"  +", keys.strip())},
        "\n".join(cashier.text().splitlines()[:-1]),
    )


@pytest.mark.parametrize("keys", [FULL, f"{FULL}<ctrl+t>", f"{FULL}<f12>", f"{FULL}<f12>50\n", f"{FULL}<f5>", "<f9>"])
async def test_what_is_told_beside_the_sale_hides_nothing_that_counts(cashier: Cashier, keys: str) -> None:
    await cashier.keys(keys)
    for size in SIZES:
        await cashier.resize(*map(int, size.split("x")))
        before = await read(cashier)
        tell(cashier, SHORT)
        few = await read(cashier)
        assert few.above == before.above, f"{size}: something moved for a few words"
        assert SHORT in cashier.text("footer")
        assert len(few.keys & before.keys) > 1, f"{size}: {few.keys}"
        tell(cashier, LONG)
        many = await read(cashier)
        assert (many.figures, many.chosen, many.keys) == before[:3], size
        cashier.app.remark = None
        assert await read(cashier) == before


@pytest.mark.parametrize("size", ["80x24", "160x50"])
async def test_on_every_screen_nothing_gives_way_to_a_few_words_and_no_choice_to_many(size: str) -> None:
    async with open_till_app(size=size) as cashier:
        await cashier.keys(FULL)
        for keys, _kind in VISITS:
            await cashier.keys(keys).settled()
            cashier.app.remark = None
            before = await read(cashier)
            tell(cashier, SHORT)
            assert (await read(cashier)).above == before.above, keys
            tell(cashier, LONG)
            assert (await read(cashier)).chosen == before.chosen, keys


async def test_what_is_told_goes_by_itself_and_only_the_last_stands(cashier: Cashier, monkeypatch: Any) -> None:
    monkeypatch.setattr("screens.app.base_app.REMARK", 0.01)
    tell(cashier, "first")
    tell(cashier, "second")
    assert toasts(cashier) == ["✓ second"]
    cashier.app.live = True
    try:
        tell(cashier, "third")
        await cashier.until(lambda: toasts(cashier) == [])
    finally:
        cashier.app.live = False


async def test_what_a_widget_of_another_package_tells_stands_there_too(cashier: Cashier) -> None:
    with cashier.app._context():
        cashier.app.screen.notify("A table was sorted.", title="Sorted")
    await cashier.rests()
    assert "A table was sorted." in cashier.text("footer")


async def test_text_from_outside_is_told_as_it_is(cashier: Cashier) -> None:
    with cashier.app._context():
        cashier.app.toast("[b]bold[/b] [/] \x1b[31m\u202e$x", "bad")
    await cashier.rests()
    assert "✗ [b]bold[/b] [/] $x" in cashier.text("footer")


@pytest.mark.parametrize(
    ("keys", "copied"),
    [
        (FULL, ["Ticket 1-1", "Whole Milk 1 L", "13.49"]),
        (f"{FULL}<ctrl+t>", ["Whole Milk 1 L", "Rye Bread", "13.49"]),
        (f"{FULL}<f12>", ["Whole Milk 1 L", "13.49"]),
        (f"{FULL}<f12>50\n", ["Receipt 1-1-1", "Whole Milk 1 L", "36.51"]),
    ],
    ids=["sale", "cart", "payment", "receipt"],
)
async def test_what_the_screen_is_about_is_copied(cashier: Cashier, keys: str, copied: list[str]) -> None:
    await cashier.keys(f"{keys}<ctrl+c>")
    text = cashier.app.clipboard
    assert [part for part in copied if part not in text] == []
    assert all(char.isprintable() or char == "\n" for char in text)
    assert toasts(cashier) == ["✓ Copied: the terminal's clipboard has it."]


async def test_a_card_s_number_is_not_copied() -> None:
    catalog = {
        "store": {"name": "Shop", "currency": "USD"},
        "products": [{"sku": "A", "name": "Card 4242424242424242", "price": 100}],
    }
    async with open_till_app(catalog) as cashier:
        await cashier.keys("A\n<ctrl+c>")
        assert "visa••4242" in cashier.app.clipboard
        assert "4242424242424242" not in cashier.app.clipboard


async def test_an_empty_ticket_copies_nothing(cashier: Cashier) -> None:
    await cashier.keys("<ctrl+c>")
    assert cashier.app.clipboard == ""
    assert toasts(cashier) == ["There is nothing to copy."]


async def test_a_picture_of_the_screen_is_saved_for_its_owner(cashier: Cashier, tmp_path: Path) -> None:
    adopted(cashier, screenshots=tmp_path / "pictures")
    await cashier.keys("MILK-1L\n")
    await cashier.keys("<ctrl+s><ctrl+s>")
    first, second = sorted((tmp_path / "pictures").iterdir())
    assert first.name == "tillkey-20251122-140300-sale-2.svg"
    assert second.name == "tillkey-20251122-140300-sale.svg"
    assert stat.S_IMODE(second.stat().st_mode) == 0o600
    assert "Milk" in second.read_text("utf-8")
    assert str(first) in toasts(cashier)[0]


async def test_a_folder_that_takes_no_picture_is_named(cashier: Cashier, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    adopted(cashier, screenshots=tmp_path / "file")
    await cashier.keys("<ctrl+s>")
    assert toasts(cashier)[0].startswith(f"✗ No picture was saved in {tmp_path / 'file'}: ")


@pytest.mark.parametrize(
    ("refused", "rings", "flashes"), [("bell", 1, False), ("flash", 0, True), ("both", 1, True), ("off", 0, False)]
)
async def test_a_refused_scan_rings_or_flashes_as_the_settings_say(
    cashier: Cashier, monkeypatch: pytest.MonkeyPatch, refused: str, rings: int, flashes: bool
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(TillApp, "bell", lambda app: rung.append(1))
    adopted(cashier, refused=refused)
    await cashier.keys("MILK-1L\n")
    assert not rung
    await cashier.keys("99999999\n")
    assert len(rung) == rings
    assert ("✗ Scan" in cashier.text("line")) is flashes
    await cashier.keys("x")
    assert "✗ Scan" not in cashier.text("line")


async def test_what_fails_in_the_background_is_told_once_and_rings_no_bell(
    cashier: Cashier, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    failing = [True]
    # Until then the look at the start may find out in between that all is well.
    await cashier.app.workers.wait_for_complete()
    recover = cashier.till.recover

    async def fails() -> Any:
        if failing[0]:
            raise TillError("store_unusable", verbatim("The disk is full."))
        return await recover()

    monkeypatch.setattr(TillApp, "bell", lambda app: rung.append(1))
    monkeypatch.setattr(cashier.till, "recover", fails)
    await cashier.app.recover()
    await cashier.sees("✗ The disk is full.", "line").keys("MILK-1L\n").sees_not("full", "line")
    await cashier.app.recover()
    await cashier.sees_not("full", "line")
    failing[0] = False
    await cashier.app.recover()
    failing[0] = True
    await cashier.app.recover()
    await cashier.sees("✗ The disk is full.", "line")
    assert not rung


async def test_of_several_themes_the_first_that_is_there_counts(cashier: Cashier) -> None:
    adopted(cashier, theme="sparkles, nord")
    assert cashier.app.theme == "nord"


@pytest.mark.parametrize("keys", ["<f12>", "<ctrl+t>", "<f5>"])
async def test_a_refusal_is_not_told_on_the_screen_that_is_opened_next(cashier: Cashier, keys: str) -> None:
    await cashier.keys("MILK-1L\n99999999\n").sees("✗ 99999999", "line").keys(keys).sees_not("99999999")


async def test_a_theme_that_is_not_there_is_told_and_the_till_goes_on(cashier: Cashier) -> None:
    adopted(cashier, theme="sparkles")
    await cashier.rests()
    assert cashier.app.theme == "tillkey-dark"
    assert toasts(cashier) == ["✗ There is no theme sparkles: tillkey-dark is used."]


async def test_a_wrong_theme_of_the_shop_s_own_is_told_with_its_file(cashier: Cashier, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("sparkle = 1\n", "utf-8")
    (tmp_path / "sea.toml").write_text('primary = "#004488"\n', "utf-8")
    adopted(cashier, theme="mine", themes=tmp_path)
    await cashier.rests()
    assert toasts(cashier) == ["✗ Theme mine.toml: sparkle is no field of a theme. tillkey-dark is used."]
    adopted(cashier, theme="yours", themes=tmp_path)
    await cashier.rests()
    assert toasts(cashier) == ["✗ There is no theme yours: tillkey-dark is used. 1 more fault."]
    adopted(cashier, theme="sea", themes=tmp_path)
    await cashier.rests()
    assert cashier.app.theme == "sea"
    assert toasts(cashier) == ["✗ Theme mine.toml: sparkle is no field of a theme."]


async def test_settings_that_are_changed_count_at_once_and_keep_what_is_typed(cashier: Cashier) -> None:
    await cashier.keys("MILK-1L\nbre")
    adopted(cashier, theme="nord", language="de")
    try:
        await cashier.rests()
        assert cashier.app.theme == "nord"
        assert "bre" in cashier.text("line")
        assert "Kasse" in cashier.text("header") or "bereit" in cashier.text("header")
    finally:
        adopted(cashier)


async def test_a_ticket_is_worded_in_the_new_language_and_is_paid(cashier: Cashier) -> None:
    await cashier.keys("MILK-1L\n<f4>10%\n").sees("10 % off", "ticket")
    adopted(cashier, language="de")
    try:
        await cashier.sees("10 % Rabatt", "ticket").keys("<f12>c")
        assert cashier.state == "paid"
    finally:
        adopted(cashier)


async def test_how_far_the_opening_is_stands_on_the_line_and_keys_typed_meanwhile_too() -> None:
    from pos.clock_and_ids import FrozenClock
    from pos.testing import NOW, Bank

    told, opened = threading.Event(), threading.Event()
    apps: list[TillApp] = []

    def opening() -> Any:
        told.wait(30)
        apps[0].hear(Progress("products", 43_000, 100_000))
        opened.wait(30)
        clock = FrozenClock(NOW)
        return make_till(clock=clock, gateway=Bank(clock))

    async with open_till_app(opening=opening, ready=False) as cashier:
        apps.append(cashier.app)
        told.set()
        await cashier.until(lambda: "Reading the catalog, 43,000 of 100,000" in cashier.text("line"))
        cashier.write("MILK")
        await cashier.until(lambda: "MILK" in cashier.text("line"))
        assert "43,000" in cashier.text("line")
        opened.set()
        await cashier.until(lambda: cashier.app.opened)
        assert "43,000" not in cashier.text("line")
        assert "MILK" in cashier.text("line")


def test_a_new_store_tells_how_far_its_catalog_is() -> None:
    from pos.bootstrap import open_till

    heard: list[Progress] = []
    till = open_till(None, tell=heard.append)
    till.catalog.prepare(heard.append)
    stages = list(dict.fromkeys(progress.stage for progress in heard))
    assert stages == ["store", "products", "writing", "codes", "names"]
    assert Progress("products", 0, 265) in heard


async def test_a_refusal_is_logged_with_its_code(cashier: Cashier, tmp_path: Path) -> None:
    from pos import log

    log.open_log(tmp_path / "till.log")
    try:
        await cashier.keys("99999999\n")
        cashier.app.refuse(TillError("gateway_down", verbatim("No answer.")))
    finally:
        log.close_log()
    lines = (tmp_path / "till.log").read_text("utf-8").splitlines()
    assert "refused code=" in lines[0]
    assert lines[-1].endswith('code=gateway_down text="No answer."')


@pytest.mark.till(
    catalog={
        "store": {"currency": "USD"},
        "products": [{"sku": "APPLE", "name": "Apple", "price": 300}],
        "coupons": [
            {"code": "G", "type": "percentage", "value": "10"},
            {"code": "M", "type": "percentage", "value": "20"},
        ],
        "members": [{"id": "M1", "name": "Ada"}],
    }
)
async def test_all_that_a_merge_leaves_out_is_seen(cashier: Cashier) -> None:
    for line in ("add APPLE 3", "coupon M", "discount all 5%", "member M1"):
        await cashier.says(line)
    await cashier.keys("<f7>\n")
    for line in ("add APPLE 2", "discount 1 1.00", "coupon G", "discount all 1.00", "member M1"):
        await cashier.says(line)
    told = cashier.app.notice
    assert told is not None
    assert told.text == (
        "Apple: 1.00 off was left out, as the saved cart's line counts. "
        "Coupon G was left out: the saved cart has M. "
        "1.00 off on this whole ticket was left out: the saved cart has 5 % off."
    )
    await cashier.sees("Apple: 1.00 off was left out, as the saved cart's line counts.")


@pytest.mark.till(
    catalog={
        "store": {"currency": "USD", "timezone": "UTC"},
        "products": [{"sku": "A", "name": "Apple", "price": 300, "sale_price": 250, "sale_ends": "2025-11-22"}],
    }
)
async def test_what_changed_on_a_ticket_that_is_taken_up_is_seen(cashier: Cashier) -> None:
    await cashier.scan("A", times=2)
    await cashier.keys("<f7>\n")
    cashier.clock.advance(24 * 3600)
    await cashier.keys("<f8>")
    await cashier.sees("is taken up again. Apple costs 3.00 now, it was 2.50.")
    await cashier.sees("The total is 6.00 now, it was 5.00.")


@pytest.mark.till(catalog={"products": [{"sku": "MUG", "name": "Mug", "price": 300, "stock": 20}]})
async def test_a_typed_price_says_of_how_many_and_a_quantity_of_0_takes_the_line_off(cashier: Cashier) -> None:
    await cashier.scan("MUG", times=6).keys("<ctrl+e>2.55\n").sees("6 Mug: each costs 2.55 now.")
    await cashier.scan("MUG").says("price last 1.00").sees_not("each costs")
    await cashier.says("discount last 10%")
    assert [line.total for line in cashier.sale.lines] == [1530, 90]
    await cashier.keys("<f2>0\n")
    assert [line.quantity for line in cashier.sale.lines] == [6]
    await cashier.says("qty last 0")
    assert cashier.sale.lines == ()


async def test_what_was_told_of_a_picture_does_not_follow_to_another_screen(cashier: Cashier, tmp_path: Path) -> None:
    adopted(cashier, screenshots=tmp_path / "pictures")
    await cashier.keys("<ctrl+s>").sees("The picture is in", "footer").keys("<f10>").sees_not("The picture is in")
