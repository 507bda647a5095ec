"""What leaves the screen: its text for the clipboard, and its picture as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from pos.domain.i18n import _
from pos.files.private_files import write_new
from pos.files.user_folders import user_folder
from pos.settings.origins import expanded
from screens.render.rows import row

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pos.domain.catalog import Product
    from pos.domain.sale import Sale
    from screens.ticket.rows import Money

COLUMNS: Final = 60
LONGEST: Final = 10_000
"""Lines: more than any ticket has."""


def ticket_text(sale: Sale, money: Money, products: Mapping[str, Product], *, training: bool) -> str:
    """A ticket as it is drawn, without colours and without the mark of the chosen line."""
    from screens.ticket import rows as ticket
    from screens.ticket.price_steps import sum_rows

    rows = [
        *([row(_("*** TRAINING ***"))] if training else []),
        row(_("Ticket {ticket}", ticket=sale.called)),
        *ticket.ticket_rows(sale, None, ticket.TicketStyle(money, products, wide=True), COLUMNS, LONGEST),
        *sum_rows(sale, money, COLUMNS),
    ]
    return "\n".join(line.text.rstrip() for line in rows)


def pictures_folder() -> Path:
    """Where the platform keeps pictures; the user's own folder if there is none, else the current one."""
    pictures = user_folder("pictures")
    if pictures is not None and pictures.is_dir():
        return pictures
    home = expanded("~")
    return home if home.is_dir() else Path.cwd()


def copied_words(text: str) -> tuple[str, str]:
    """What is told when a text was copied, and the kind of message that is."""
    if text:
        return _("Copied: the terminal's clipboard has it."), "good"
    return _("There is nothing to copy."), "faint"


def picture_name(now: datetime, kind: str) -> str:
    """What a picture of a kind of screen is called: when it was taken, and of what."""
    return f"tillkey-{now:%Y%m%d-%H%M%S}-{kind}"


def saved_picture(name: str, picture: str, folder: Path | None) -> tuple[str, str]:
    """Write a picture into a folder, None for the platform's; what is told of it, and the kind of message that is."""
    folder = folder or pictures_folder()
    try:
        path = write_new(folder, name, ".svg", picture)
    except OSError as error:
        reason = error.strerror or str(error)
        return _("No picture was saved in {folder}: {reason}", folder=folder, reason=reason), "bad"
    return _("The picture is in {path}", path=path), "good"
