"""What the mock gateway has done with money: an append-only file of its own, apart from the till's store.

A test that kills the till can compare this file with the orders, as a shop compares its bank statement.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import threading
import zlib
from dataclasses import dataclass, replace
from io import FileIO
from pathlib import Path
from typing import Any, Final, Literal, Protocol, runtime_checkable

from pos.domain.errors import TillError
from pos.domain.message import lazy
from pos.files.fingerprint import Fingerprint, fingerprint
from pos.files.private_files import make_folder, open_own

_LARGEST: Final = 10**24
"""No charge is larger, in minor units."""


@dataclass(frozen=True, slots=True)
class Card:
    """What is kept of a card behind its token. `decline_code` is the answer this test card always gets."""

    brand: str
    last4: str
    decline_code: str | None = None
    reader: bool = False


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge by its attempt id, amounts in minor units.

    `asked` is a request that arrived and is not yet decided: it may still land. `decline_code` is then the answer it
    will get. A `voided` one is refused for ever; its amount is what was asked for, 0 if nothing ever was.
    """

    attempt: str
    amount: int
    state: Literal["asked", "captured", "declined", "voided"]
    decline_code: str | None = None
    brand: str | None = None
    last4: str | None = None
    refunded: int = 0

    @property
    def kept(self) -> int:
        """The money that the shop has of it: captured less refunded."""
        return self.amount - self.refunded if self.state == "captured" else 0


class Ledger:
    """Cards and charges, in memory and, if `path` is given, in a file of JSON lines.

    Each method is one atomic step and may be called from any thread; a step that moves money is durable (fsync)
    when it returns. A torn last line, which a kill leaves, is cut off. Raises TillError `store_damaged` if any other
    line cannot be read, and OSError if a line cannot be written, or if somebody else took or changed the file; then
    nothing has changed.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._cards: dict[str, Card] = {}
        self._charges: dict[str, Charge] = {}
        self._refunds: dict[str, tuple[str, int]] = {}
        self._size = self._checksum = 0
        """Of the lines in the file."""
        self._left: Fingerprint | None = None
        """The file as it was after the last line, if one was written."""
        if path is not None:
            make_folder(path.parent)
            if path.exists():
                self._load(path)

    @property
    def on_disk(self) -> bool:
        """Whether its steps wait for a disk."""
        return self._path is not None

    def close(self) -> None:
        """Give back what it holds: a file is open for a step only."""

    def charges(self) -> tuple[Charge, ...]:
        """Every charge, in the order of arrival."""
        with self._lock:
            return tuple(self._charges.values())

    def charge(self, attempt: str) -> Charge | None:
        """What is known of one attempt id."""
        return self._charges.get(attempt)

    def captured_total(self) -> int:
        """The money taken and kept, in minor units: captured less voided less refunded."""
        return sum(charge.kept for charge in self.charges())

    def card(self, token: str) -> Card | None:
        """The card that a token was given for, None if there is none."""
        return self._cards.get(token)

    def add_card(self, token: str, card: Card) -> None:
        """Keep a card under its token."""
        line = {"op": "card", "token": token, "brand": card.brand, "last4": card.last4}
        self._append(line | {"decline_code": card.decline_code, "reader": card.reader}, durable=False)

    def ask(self, attempt: str, amount: int, card: Card, decline_code: str | None) -> Charge:
        """Note that a charge was asked for, with the answer it will get. The id's first request counts for ever.

        Raises ValueError if the id was used for another amount before.
        """
        with self._lock:
            known = self._charges.get(attempt)
            if known is None:
                line = {"op": "asked", "attempt": attempt, "amount": amount, "decline_code": decline_code}
                self._append(line | {"brand": card.brand, "last4": card.last4}, durable=False)
            elif known.state != "voided" and known.amount != amount:
                raise ValueError(f"attempt {attempt} was used for another amount")
            return self._charges[attempt]

    def decide(self, attempt: str) -> Charge:
        """Capture or decline what was asked for, once; a decided or voided charge stays as it is."""
        with self._lock:
            if self._charges[attempt].state == "asked":
                declined = self._charges[attempt].decline_code is not None
                self._append({"op": "declined" if declined else "captured", "attempt": attempt})
            return self._charges[attempt]

    def void(self, attempt: str) -> None:
        """Refuse this id for ever after, and give back what was captured and not yet refunded."""
        with self._lock:
            charge = self._charges.get(attempt)
            if charge is None or charge.state != "voided":
                self._append({"op": "voided", "attempt": attempt})

    def refund(self, attempt: str, refund: str, amount: int) -> bool:
        """Give back `amount` of a capture; False if that is more than is left of it. The same id counts once.

        Raises ValueError if the id was used for another amount or charge, or for an amount that is not positive.
        """
        with self._lock:
            if refund in self._refunds:
                if self._refunds[refund] != (attempt, amount):
                    raise ValueError(f"refund {refund} was used for another amount or charge")
                return True
            if amount <= 0:
                raise ValueError("a refund gives back a positive amount")
            charge = self._charges.get(attempt)
            if charge is None or amount > charge.kept:
                return False
            self._append({"op": "refunded", "attempt": attempt, "refund": refund, "amount": amount})
            return True

    def _apply(self, line: dict[str, Any]) -> None:
        """Take a line into account. Raises ValueError, or what a line raises that was made otherwise."""
        if not all(_is_right(name, value) for name, value in line.items()):
            raise ValueError("a field is not what belongs there")
        op = line.pop("op")
        if op == "card":
            token = line.pop("token")
            self._cards[token] = Card(**line)
            return
        attempt = line["attempt"]
        if op == "asked":
            self._charges[attempt] = Charge(**line, state="asked")
        elif op == "refunded":
            charge = self._charges[attempt]
            self._charges[attempt] = replace(charge, refunded=charge.refunded + line["amount"])
            self._refunds[line["refund"]] = (attempt, line["amount"])
        elif op in ("captured", "declined", "voided"):
            charge = self._charges.get(attempt) or Charge(attempt, 0, "voided")
            self._charges[attempt] = replace(charge, state=op)
        else:
            raise ValueError(op)

    def _append(self, line: dict[str, Any], *, durable: bool = True) -> None:
        with self._lock:
            if self._path is not None:
                self._write(self._path, json.dumps(line).encode() + b"\n", durable)
            self._apply(dict(line))

    def _write(self, path: Path, data: bytes, durable: bool) -> None:
        with os.fdopen(open_own(path, make=not self._size), "r+b", buffering=0) as file:
            self._require_known(file)
            try:
                file.truncate(self._size)
                file.seek(self._size)
                if file.write(data) != len(data):
                    raise OSError(f"{path} could not be written in full")
                if durable:
                    os.fsync(file)
                left = os.fstat(file.fileno())
                if not os.path.samestat(left, path.stat()):
                    raise _changed(path)
            except OSError:
                with contextlib.suppress(OSError):
                    file.truncate(self._size)
                raise
        self._left = fingerprint(left)
        self._size += len(data)
        self._checksum = zlib.crc32(data, self._checksum)

    def _require_known(self, file: FileIO) -> None:
        """Make sure that nobody else wrote to the file, or put another one in its place. Raises OSError."""
        if fingerprint(os.fstat(file.fileno())) == self._left:
            return
        content = file.readall()
        if zlib.crc32(content[: self._size]) != self._checksum or b"\n" in content[self._size :]:
            raise _changed(self._path)

    def _load(self, path: Path) -> None:
        content = path.read_bytes()
        *lines, torn = content.split(b"\n")
        self._size = len(content) - len(torn)
        self._checksum = zlib.crc32(content[: self._size])
        for number, line in enumerate(lines, 1):
            try:
                self._apply(json.loads(line))
            except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
                message = lazy("The gateway's ledger is damaged: {file}, line {number}.", file=path, number=number)
                raise TillError("store_damaged", message, file=str(path), line=number) from error


@runtime_checkable
class WithSharedLedger(Protocol):
    """Where a store is whose simulated gateway has one ledger for several programs."""

    def shared_ledger(self) -> Ledger:
        """That ledger; to be closed by whoever gives the store back."""
        ...


def _changed(path: Path | None) -> OSError:
    return OSError(errno.ESTALE, os.strerror(errno.ESTALE), str(path))


def _is_right(name: str, value: object) -> bool:
    """Whether a line may have this field with this value; amounts are minor units."""
    if name == "amount":
        return type(value) is int and 0 <= value <= _LARGEST
    if name == "reader":
        return isinstance(value, bool)
    return isinstance(value, str) or (value is None and name in ("decline_code", "brand", "last4"))
