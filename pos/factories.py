"""What makes a store, a gateway or a printer of a kind from its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

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
