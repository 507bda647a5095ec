"""What can be set. A setting is one line here; files, variables, lists and the settings screen follow from it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from pos.domain.addresses import without_passwords
from pos.domain.i18n import N_
from pos.stores.address import FOLDER, kind_of
from pos.stores.typed_address import typed_address

LANE: Final = r"^[A-Za-z0-9]{1,12}$"
"""What a lane may be called."""
ADDRESS: Final = r"^[A-Za-z][A-Za-z0-9+.-]*://\S*$"
"""How the address of a gateway or a printer is written."""
LONGEST_WAIT: Final = 600
"""Seconds that the simulated gateway may take, or be waited for."""
LONGEST_AGE: Final = 1440
"""Minutes that a ticket may be paid in part before it asks for a decision."""
_TENDERS: Final = r"^ *[a-z][a-z0-9_-]*( *, *[a-z][a-z0-9_-]*)* *$"
_ADDRESS: Final = re.compile(r"(^|/)[a-z][a-z0-9+]+:/")


def _one_line(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError
    return text


def _place(path: Path) -> Path:
    # Whoever gives a path has made it absolute: it is relative to the settings file, or to where one is.
    # An address such as redis://… is no path of this machine; as a Path it has lost one of its slashes.
    if not path.is_absolute() or not str(path).isprintable() or _ADDRESS.search(path.as_posix()):
        raise ValueError
    return path


def _address(store: object) -> object:
    return typed_address(store) if isinstance(store, str) else store


def _store(place: Path | str) -> Path | str:
    if isinstance(place, Path):
        return _place(place)
    if kind_of(place) == FOLDER:
        raise ValueError
    return _one_line(place)


def _without_password(address: str) -> str:
    if without_passwords(address) != address:
        raise ValueError
    return _one_line(address)


def _secret(secret: SecretStr) -> SecretStr:
    _one_line(secret.get_secret_value())
    return secret


def _language(code: str) -> str:
    from pos.locales import AUTO, languages

    if code not in (AUTO, *languages()):
        raise ValueError
    return code


def _locale(name: str) -> str:
    from pos.locales import AUTO, language_of

    if name != AUTO:
        language_of(locale=name)
    return name


def _whole(amount: object) -> object:
    # 50.00 is meant as fifty, and would be fifty cents.
    if isinstance(amount, float) or "." in str(amount):
        raise ValueError
    return amount


Word = Annotated[str, AfterValidator(_one_line), Field(json_schema_extra={"allowed": N_("a name")})]
LaneName = Annotated[str, Field(pattern=LANE, json_schema_extra={"allowed": N_("up to 12 letters and digits")})]
Language = Annotated[str, AfterValidator(_language), Field(json_schema_extra={"choices": "languages"})]
Locale = Annotated[
    str, AfterValidator(_locale), Field(json_schema_extra={"allowed": N_("auto, or a locale such as de_DE")})
]
Store = Annotated[
    Path | str,
    BeforeValidator(_address),
    AfterValidator(_store),
    Field(json_schema_extra={"allowed": N_("a folder, or redis://HOST:PORT/DB?shop=NAME")}),
]
Gateway = Annotated[
    str,
    AfterValidator(_one_line),
    Field(pattern=ADDRESS, json_schema_extra={"allowed": N_("an address such as simulated://")}),
]
Printer = Annotated[
    str,
    AfterValidator(_one_line),
    Field(pattern=ADDRESS, json_schema_extra={"allowed": N_("an address such as screen://")}),
]
QueueAddress = Annotated[
    str,
    AfterValidator(_without_password),
    Field(pattern=ADDRESS, json_schema_extra={"allowed": N_("an address such as kafka://HOST:PORT/TOPIC")}),
]
Folder = Annotated[Path, AfterValidator(_place), Field(json_schema_extra={"allowed": N_("a folder")})]
File = Annotated[Path, AfterValidator(_place), Field(json_schema_extra={"allowed": N_("a file")})]
Minutes = Annotated[int, Field(ge=1, le=LONGEST_AGE, json_schema_extra={"allowed": N_("minutes from 1 to 1440")})]
Secret = Annotated[SecretStr, AfterValidator(_secret), Field(json_schema_extra={"allowed": N_("a line of text")})]
ShortSeconds = Annotated[float, Field(ge=0.1, le=30, json_schema_extra={"allowed": N_("seconds from 0.1 to 30")})]
Days = Annotated[int, Field(ge=1, le=3660, json_schema_extra={"allowed": N_("days from 1 to 3660")})]
Replicas = Annotated[int, Field(ge=0, le=9, json_schema_extra={"allowed": N_("a number from 0 to 9")})]
TenderNames = Annotated[
    str, Field(pattern=_TENDERS, json_schema_extra={"allowed": N_("names of tenders, such as cash, card")})
]
MinorUnits = Annotated[
    int,
    BeforeValidator(_whole),
    Field(ge=0, json_schema_extra={"allowed": N_("an amount in the smallest unit: 5000 is 50.00")}),
]
Waiting = Annotated[int, Field(ge=1, le=10_000_000, json_schema_extra={"allowed": N_("a number from 1 to 10000000")})]
Tries = Annotated[int, Field(ge=1, le=100, json_schema_extra={"allowed": N_("a number from 1 to 100")})]
MinutesAway = Annotated[int, Field(ge=0, le=525_600, json_schema_extra={"allowed": N_("minutes from 0 to 525600")})]
Seconds = Annotated[float, Field(ge=0, le=LONGEST_WAIT, json_schema_extra={"allowed": N_("seconds from 0 to 600")})]


class Section(BaseModel):
    """Some settings that belong together."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True, defer_build=True)


def _is(default: object, about: str) -> Any:
    """A setting with its default and what it does; None where the program finds the value by itself."""
    return Field(default=default, description=about)


class TillSettings(Section):
    """The till: its store, its name, its gateway, its printer."""

    store: Store | None = _is(
        None, N_("The folder of the store, or a server's address. Without: where the platform keeps data.")
    )
    catalog: File | None = _is(None, N_("The catalog that fills an empty store. Without one: the demo shop."))
    lane: LaneName = _is("1", N_("The name of this till."))
    gateway: Gateway = _is("simulated://", N_("What charges cards, as an address. The simulated gateway charges none."))
    latency: Seconds | None = _is(None, N_("How many seconds the simulated gateway takes. Without: 0.8 on a screen."))
    timeout: Seconds = _is(5.0, N_("After how many seconds an answer of the gateway is given up."))
    decide_after: Minutes = _is(10, N_("After how many minutes a ticket that is paid in part asks for a decision."))
    printer: Printer = _is(
        "screen://", N_("The printer's address. screen:// has no paper: receipts are on the screen.")
    )


class ScreenSettings(Section):
    """What the screens look like, and how they speak."""

    theme: Word = _is("tillkey-dark", N_("The colours: a theme of the program, or of the folder of themes."))
    language: Language = _is("auto", N_("The language of the texts; auto takes the environment's."))
    locale: Locale = _is("auto", N_("How amounts and dates are written; auto goes with the language."))
    refused: Literal["bell", "flash", "both", "off"] = _is("bell", N_("What a refused scan does besides its message."))
    scan_adds: bool = _is(
        True, N_("Whether a product scanned on the payment screen goes on the ticket while nothing is paid.")
    )
    motion: bool = _is(True, N_("Whether a line that was added or changed lights up for a moment."))
    mouse: bool = _is(True, N_("Whether the mouse is used. Without it the terminal selects text."))
    screenshots: Folder | None = _is(None, N_("Where pictures of the screen go. Without one: your pictures."))
    themes: Folder | None = _is(None, N_("Where themes of your own are. Without one: themes, beside the settings."))


class AskSettings(Section):
    """What the till asks for beside what it must know."""

    discount_reason: bool = _is(False, N_("Whether the till asks why, for a discount on a line or on the ticket."))
    hold_name: bool = _is(True, N_("Whether the till asks under which name a ticket is set aside."))


class ReceiptSettings(Section):
    """What a customer is given."""

    language: Language = _is("auto", N_("The language of receipts; auto takes that of the texts."))


class LogSettings(Section):
    """What is written down besides the store."""

    file: File | None = _is(None, N_("A file that gets a line for each event. Without one: no log."))


class LanesSettings(Section):
    """A shop on a server, which many tills share: how it is used. A store in a folder has nothing to do with it."""

    user: Word | None = _is(None, N_("The till's user at the server, where the address names none."))
    password: Secret | None = _is(None, N_("The password at the server, which is never shown."))
    password_file: File | None = _is(None, N_("A file with that password, where none is set here."))
    ca: File | None = _is(None, N_("Certificates that the server's is checked by. Without: the system's."))
    certificate: File | None = _is(None, N_("The till's own certificate, for a server that asks for one."))
    key: File | None = _is(None, N_("The file of that certificate's key."))
    timeout: ShortSeconds = _is(2.0, N_("How long a sale waits for the server at most. Then it is sold without it."))
    journals: Folder | None = _is(
        None, N_("Where the tills' own journals are. Without: where the platform keeps data.")
    )
    cart_days: Days = _is(7, N_("How many days a cart stays on the server."))
    order_days: Days = _is(90, N_("How many days an order stays on the server, to be found from every till."))
    replicas: Replicas = _is(0, N_("How many replicas must have a sale before the till stops sending it."))
    offline_tenders: TenderNames | None = _is(
        None, N_("What may be paid by while the server is away. Without: all that needs no counter of the server.")
    )
    offline_most: MinorUnits | None = _is(
        None, N_("What a sale may come to while the server is away. Without: any amount.")
    )
    offline_minutes: MinutesAway | None = _is(
        None, N_("How many minutes the till sells while the server is away. Without: all the time.")
    )


class CheckoutSettings(Section):
    """How a ticket of this till is paid."""

    queue: bool = _is(False, N_("Whether card payments wait in the shop's queue, while the next customer is served."))


class QueueSettings(Section):
    """The queue between checkout and payment, of a shop on a server. All who use it should have the same settings."""

    address: QueueAddress | None = _is(None, N_("The queue's address. Without: the shop's own server."))
    most: Waiting = _is(10_000, N_("How many checkouts may be pending. Then no other one is taken."))
    tries: Tries = _is(10, N_("How often a checkout is tried that fails. Then it is set aside as stuck."))
    expires_minutes: Minutes = _is(30, N_("After how many minutes a pending checkout is charged no more."))
    foreign_prices: bool = _is(False, N_("Whether other programs may ask with prices and discounts of their own."))
    kafka_user: Word | None = _is(None, N_("Who the tills and the workers are to Kafka. Without: nobody is asked for."))
    kafka_password: Secret | None = _is(None, N_("The password of that user, which is never shown."))
    kafka_mechanism: Literal["SCRAM-SHA-512", "PLAIN"] = _is(
        "SCRAM-SHA-512", N_("How that password is proved to Kafka. PLAIN needs TLS.")
    )
    kafka_tls: Literal["off", "tls"] = _is("off", N_("Whether Kafka is reached by TLS."))
    kafka_ca: File | None = _is(None, N_("Certificates that Kafka's are checked by. Without: the system's."))


class Settings(Section):
    """All settings; what is not set has its default."""

    till: TillSettings = TillSettings()
    screen: ScreenSettings = ScreenSettings()
    ask: AskSettings = AskSettings()
    receipt: ReceiptSettings = ReceiptSettings()
    keys: dict[str, str] = Field(default={}, description=N_("Keys of actions: an action's name and its key."))
    log: LogSettings = LogSettings()
    lanes: LanesSettings = LanesSettings()
    checkout: CheckoutSettings = CheckoutSettings()
    queue: QueueSettings = QueueSettings()
