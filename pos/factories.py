"""What makes a store, a gateway or a printer of a kind from its address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from pos.domain.addresses import without_passwords
from pos.domain.errors import TillError
from pos.domain.message import joined, raised, words_of
from pos.domain.terminal_text import clean

if TYPE_CHECKING:
    from pathlib import Path

    from pos.domain.ports import Clock, Gateway, Ids, Printer
    from pos.stores.location import StoreLocation


class StoreFactory(Protocol):
    """Finds stores of a kind."""

    def __call__(self, address: Path | str, /) -> StoreLocation:
        """The place that an address names; nothing is touched. Raises ValueError, with a message, if it names none."""
        ...


class GatewayFactory(Protocol):
    """Makes gateways of a kind."""

    def __call__(self, address: str, /, *, clock: Clock, ids: Ids, timeout: float) -> Gateway:
        """The gateway at an address, which raises GatewayUnknown for an answer that does not come in `timeout` seconds.

        Nothing is asked yet. Raises ValueError, with a message, if the address names none.
        """
        ...


class PrinterFactory(Protocol):
    """Makes printers of a kind."""

    def __call__(self, address: str, /) -> Printer:
        """The printer at an address. Raises ValueError, with a message, if it names none."""
        ...


@contextmanager
def worded(code: str, address: Path | str) -> Iterator[None]:
    """Tell what is made of an address as a TillError of this code: another package's may fail in whatever way."""
    try:
        yield
    except TillError:
        raise
    except ValueError as error:
        raise TillError(code, joined((words_of(error), "."), by="")) from None
    except (Exception, SystemExit) as error:
        raise TillError(
            code, joined((clean(without_passwords(str(address))), ": ", raised(error), "."), by="")
        ) from error
