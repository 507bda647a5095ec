"""How a shop on a server is used, as the settings say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from pos.domain.errors import TillError
from pos.domain.message import Message, lazy, words_of
from pos.files.input_files import given_text
from pos.settings.model import LanesSettings, Settings
from pos.settings.origins import short
from pos.stores.address import SERVERS, kind_of

if TYPE_CHECKING:
    from pos.stores.redis.options import ServerOptions

LARGEST_PASSWORD: Final = 4096
"""Bytes of a file with a password."""


def server_options(settings: Settings, *, trust: bool = False) -> ServerOptions | None:
    """How the store of the settings is used if it is a shop on a server, its password read; None if it is not.

    `trust`: the server is used although it may lose what it was told. Raises TillError `settings_invalid` for a file
    that has no password, and for a certificate without its key.
    """
    store, lanes = settings.till.store, settings.lanes
    if store is None or kind_of(store) not in SERVERS:
        return None
    from pos.stores.redis.options import OfflineLimits, ServerOptions

    if (lanes.certificate is None) != (lanes.key is None):
        names = {"certificate": "lanes.certificate", "key": "lanes.key"}
        raise TillError("settings_invalid", lazy("{certificate} and {key} belong together: set both.", **names))
    tenders = lanes.offline_tenders
    return ServerOptions(
        user=lanes.user,
        password=_password(lanes),
        ca=lanes.ca,
        certificate=lanes.certificate,
        key=lanes.key,
        timeout=lanes.timeout,
        journals=lanes.journals,
        cart_days=lanes.cart_days,
        order_days=lanes.order_days,
        replicas=lanes.replicas,
        offline=OfflineLimits(
            tenders=tuple(name.strip() for name in tenders.split(",")) if tenders is not None else None,
            most=lanes.offline_most,
            minutes=lanes.offline_minutes,
        ),
        trust=trust,
    )


def _password(lanes: LanesSettings) -> str | None:
    if lanes.password is not None:
        return lanes.password.get_secret_value()
    if lanes.password_file is None:
        return None
    try:
        password = given_text(lanes.password_file, LARGEST_PASSWORD).removesuffix("\n")
    except UnicodeDecodeError:
        raise _no_password(lanes.password_file, lazy("it is not UTF-8 text")) from None
    except OSError as error:
        raise _no_password(lanes.password_file, words_of(error)) from None
    if not password.strip() or not password.isprintable():
        raise _no_password(lanes.password_file, lazy("it has not one line of text"))
    return password


def _no_password(file: Path, why: Message) -> TillError:
    text = lazy(
        "{file}: the password of {setting} cannot be read: {why}.",
        file=short(file),
        setting="lanes.password_file",
        why=why,
    )
    return TillError("settings_invalid", text)
