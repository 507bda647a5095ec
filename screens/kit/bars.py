"""The bar above, which says whose till this is and how it is, and the bar below with the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos.domain.text import clean, width
from pos.domain.words import _, plural
from screens.kit import actions
from screens.kit.waiting import age_text, wants_decision
from screens.render.rows import Piece, Row, apart
from screens.render.tags import Act

if TYPE_CHECKING:
    from datetime import datetime

    from screens.kit.host import Host

SMALLEST = (80, 24)


def inspector_caption(app: Host) -> tuple[str, str]:
    """What stands in the inspector's frame: its name, and the key that shows it on the whole screen."""
    return _("What happened"), _("{key} whole screen", key=app.cap("inspector"))


def header_row(app: Host, columns: int) -> Row:
    """Whether this is training; shop, lane and state, and the time in the shop's zone."""
    shop = clean(app.till.catalog.shop.name).upper() if app.till is not None else "TILLKEY"
    mark = [Piece(f" {app.watermark} ", "pick")] if app.watermark else []
    start = [*mark, Piece(" "), Piece(shop, "strong")]
    if app.till is not None:
        start.append(Piece("  " + _("lane {name}", name=app.till.lane)))
        if app.till.playground and not app.training:
            start += [Piece("  ·  "), Piece(_("demo"), "accent")]
    size = (app.size.width, app.size.height)
    if not app.embedded and (size[0] < SMALLEST[0] or size[1] < SMALLEST[1]):
        start = []
    end = [*_state(app)]
    if app.minute and size[0] >= SMALLEST[0]:
        end += [Piece("  ·  "), Piece(app.minute)]
    end.append(Piece(" "))
    if not start:
        room = columns - Row((*mark, *end)).width
        start = [*mark, Piece(_small(size, room), "warn")]
    return apart(start, end, columns)


def _small(size: tuple[int, int], columns: int) -> str:
    """That a terminal is smaller than what the screens were made for, in as many words as there is room for."""
    here, made = _across(size), _across(SMALLEST)
    whole = _("small terminal {size}, made for {smallest}", size=here, smallest=made)
    told = (f" {text}" for text in (whole, f"! {here} < {made}"))
    return next((text for text in told if width(text) < columns), f" {here}")


def _across(size: tuple[int, int]) -> str:
    return f"{size[0]}×{size[1]}"


def _state(app: Host) -> list[Piece]:
    if app.till is None:
        return (
            [Piece("✗ ", "bad"), Piece(_("not open"))] if app.failure else [Piece("○ ", "warn"), Piece(_("opening…"))]
        )
    if app.checking:
        return [
            Piece("◐ ", "warn"),
            Piece(plural("{count} being checked", "{count} being checked", app.checking), "warn"),
        ]
    if app.parked:
        parked = plural("{count} paid in part", "{count} paid in part", app.parked)
        return _aged(app, parked, app.parked_since)
    if app.working:
        return [Piece("◌ ", "warn"), Piece(_("one moment"))]
    if app.sale is not None and app.sale.state == "part_paid" and age_text(app, app.till.part_paid_since):
        return _aged(app, _("paid in part"), app.till.part_paid_since)
    return [Piece("● ", "good"), Piece(_("till ready"))]


def _aged(app: Host, text: str, since: datetime | None) -> list[Piece]:
    """What is paid in part with its age; in alarm once it asks for a decision."""
    age, late = age_text(app, since), wants_decision(app, since)
    told = f"{text} · {age}" if age else text
    return [Piece("! " if late else "◑ ", "bad" if late else "warn"), Piece(told, "bad" if late else "warn")]


def footer_row(app: Host, kind: str, columns: int) -> Row:
    """The keys of a kind of screen, as many as fit; what cannot be done now is grey."""
    found = actions.on_screen(kind)
    wide = columns >= 110
    labels = {action.id: _(action.label if wide else action.short) for action in found}
    caps = {action.id: app.cap(action.id) for action in found}
    widths = {action.id: width(f"{caps[action.id]} {labels[action.id]}") + 2 for action in found}
    pieces = [Piece(" ")]
    for action in actions.footer_choice(found, widths, columns - 1):
        off = (app.till is None and kind != actions.WATCHING) or action.reason(app) is not None
        pieces += [
            Piece(caps[action.id], "faint" if off else "key", Act(action.id)),
            Piece(f" {labels[action.id]}", "faint" if off else "", Act(action.id)),
            Piece("  "),
        ]
    return Row(tuple(pieces))
