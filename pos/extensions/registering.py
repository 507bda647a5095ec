"""Adding a row to one of the till's tables, until that is undone.

Each function raises ValueError, with a message for people, for a row that is of another type, is not whole or takes a
name that is taken; then nothing was added. A till takes up what was added before it was opened.
"""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from contextlib import AbstractContextManager
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pos.bootstrap import PRINTERS, STORES
from pos.domain.counters import COUNTERS, CounterKind
from pos.domain.errors import ERROR_CODES
from pos.domain.message import Message, lazy, verbatim
from pos.domain.tenders import TENDERS, Tender
from pos.domain.terminal_text import clean
from pos.gateways import GATEWAYS, SIMULATED
from pos.language import table
from pos.language.verb import Verb, Where
from pos.language.verbs.lines import AS_WRITTEN, SCAN
from pos.language.verbs.paying import PAY, pay_usage

if TYPE_CHECKING:
    from types import TracebackType

    from pos.factories import GatewayFactory, PrinterFactory, StoreFactory
    from pos.language.verb import AnyVerb

Row = TypeVar("Row")

LONGEST_NAME: Final = 24
"""How many characters a name has at most that is typed, or stands in records."""
_NAME: Final = re.compile(rf"[a-z][a-z0-9-]{{0,{LONGEST_NAME - 1}}}")
_PLAIN: Final[dict[str, type[Any]]] = {
    "str": str, "int": int, "bool": bool, "tuple[str, ...]": tuple, "tuple[int, int]": tuple, "Where": Where
}  # fmt: skip
"""What fields of these types are."""
_CALLED: Final = ("Callable[", "Reason")
"""How the types begin of what is called."""
_KIND: Final = re.compile(r"[a-z][a-z0-9+.-]*")
"""As `pos.stores.address` reads what stands before `://`."""


class Registration(AbstractContextManager["Registration"]):
    """Something that was added. `undo`, or the end of a `with`, takes it out again; once more changes nothing."""

    def __init__(self, undo: Callable[[], object]) -> None:
        self._undo: Callable[[], object] | None = undo

    def undo(self) -> None:
        """Take it out."""
        undo, self._undo = self._undo, None
        if undo is not None:
            undo()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.undo()


def register_gateway(kind: str, make: GatewayFactory) -> Registration:
    """Add a payment gateway: what makes it, for the addresses `KIND://…` of the setting `till.gateway`."""
    require_free(kind, f"{kind}://" == SIMULATED)
    return _add_kind(GATEWAYS, kind, make)


def register_store(kind: str, make: StoreFactory) -> Registration:
    """Add a kind of store: what finds it, for the addresses `KIND://…` of the setting `till.store` and `--store`.

    It is given the address, and raises ValueError with a message for one that names no place.
    """
    return _add_kind(STORES, kind, make)


def register_printer(kind: str, make: PrinterFactory) -> Registration:
    """Add a kind of receipt printer: what makes it, for the addresses `KIND://…` of the setting `till.printer`."""
    return _add_kind(PRINTERS, kind, make)


def register_tender(tender: Tender) -> Registration:
    """Add a way to pay: its key on the payment screen, `pay NAME`, and the kind of counter behind it if it has one."""
    require_row(tender, Tender)
    require_name(tender.name)
    require_free(tender.name, tender.name in TENDERS)
    if not tender.label:
        raise ValueError(lazy("it has no label"))
    if tender.usage.split()[:1] != [tender.name]:
        raise ValueError(lazy("its usage does not begin with {name}", name=tender.name))
    if tender.behind not in ("drawer", "gateway", "counter"):
        raise ValueError(lazy("nothing is behind it: drawer, gateway or counter"))
    if (tender.behind == "counter") is not bool(tender.counter):
        raise ValueError(lazy("it names a counter if there is one behind it, and only then"))
    if tender.counts is not None:
        require_row(tender.counts, CounterKind)
        require_free(tender.counter, tender.counter in COUNTERS)
        if tender.counts.code not in ERROR_CODES:
            raise ValueError(lazy("{name} is no published error code", name=shown(tender.counts.code)))
        COUNTERS[tender.counter] = tender.counts
    TENDERS[tender.name] = tender
    table.put(replace(PAY, usage=pay_usage()))

    def undo() -> None:
        TENDERS.pop(tender.name, None)
        if tender.counts is not None:
            COUNTERS.pop(tender.counter, None)
        table.put(replace(PAY, usage=pay_usage()))

    return Registration(undo)


def register_verb(verb: AnyVerb) -> Registration:
    """Add a word of the till's language: in scripts, on the scan line after a `/`, and in the help."""
    require_row(verb, Verb)
    require_name(verb.word)
    require_free(verb.word, verb.word in table.TABLE or verb.word in (SCAN.word, AS_WRITTEN.word))
    if any(form.split()[:1] != [verb.word] for form in verb.usage.split(" | ")):
        raise ValueError(lazy("its usage does not begin with {name}", name=verb.word))
    if verb.perform is None:
        raise ValueError(lazy("nothing is done for it"))
    table.put(verb)
    return Registration(lambda: table.take_out(verb.word))


def require_row(given: object, wanted: type[Any]) -> None:
    """Raises ValueError for what is no row of a table, and for one that the screens could not show.

    A field's own type is checked where it is a plain one: a wrong one would be found when somebody sells.
    """
    require_type(given, wanted)
    for field in fields(wanted):
        value, said = getattr(given, field.name), str(field.type)
        if said in _PLAIN and not isinstance(value, _PLAIN[said]):
            found = clean(type(value).__name__)
            text = lazy(
                "its {field} is a {found}, no {wanted}", field=field.name, found=found, wanted=_PLAIN[said].__name__
            )
            raise ValueError(text)
        if said.startswith(_CALLED) and not callable(value) and not (value is None and said.endswith("None")):
            raise ValueError(lazy("its {field} cannot be called", field=field.name))
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and not text.isprintable():
                raise ValueError(lazy("its {field} has characters that no screen shows", field=field.name))


def require_type(given: object, wanted: type[Any]) -> None:
    """Raises ValueError for what is of another type."""
    if not isinstance(given, wanted):
        found = "class" if isinstance(given, type) else type(given).__name__
        raise ValueError(lazy("it is a {found}, no {wanted}", found=clean(found), wanted=wanted.__name__))


def require_name(name: object) -> None:
    """Raises ValueError for what is no name that can be typed."""
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        what = lazy(
            "{name} is no name of small letters, digits and hyphens, {most} at most",
            name=shown(name),
            most=LONGEST_NAME,
        )
        raise ValueError(what)


def require_free(name: str, taken: bool) -> None:
    """Raises ValueError for a name that is taken."""
    if taken:
        raise ValueError(lazy("{name} is there already", name=shown(name)))


def shown(given: object) -> Message:
    """What somebody else's program has given, as it may stand in a sentence."""
    return verbatim(f"“{clean(str(given))[:LONGEST_NAME]}”")


def _add_kind(
    table_of_kinds: MutableMapping[str, Callable[..., Row]], kind: str, make: Callable[..., Row]
) -> Registration:
    if _KIND.fullmatch(kind) is None:
        raise ValueError(lazy("{name} is nothing that stands before :// in an address", name=shown(kind)))
    require_free(kind, kind in table_of_kinds)
    if not callable(make):
        raise ValueError(lazy("it is a {found}, and cannot be called", found=clean(type(make).__name__)))
    table_of_kinds[kind] = make
    return Registration(lambda: table_of_kinds.pop(kind, None))
