"""Which product each code stands for, however the code is spelled."""

from __future__ import annotations

from collections.abc import Iterable

from pos.domain.codes import code_key, gtin_key, readings
from pos.domain.spelling import folded


class CodeIndex:
    """The codes of a shop. A barcode counts before an SKU that is spelled like it, an SKU as it is before its likes."""

    def __init__(self) -> None:
        self._barcodes: dict[str, str] = {}
        self._skus: dict[str, str] = {}
        self._gtins: dict[str, str] = {}

    def add(self, sku: str, barcodes: Iterable[str] = ()) -> None:
        """Let a product be found by its SKU and its barcodes."""
        for barcode in barcodes:
            self._barcodes[code_key(folded(barcode))] = sku
        plain = folded(sku)
        if self._skus.setdefault(plain, sku) != sku:
            self._skus[sku] = sku
        if (key := gtin_key(plain)) is not None:
            self._gtins.setdefault(key, sku)

    def find(self, code: str) -> str | None:
        """The SKU of the product with this code, None if there is none."""
        return next(filter(None, map(self._known_as, readings(code))), None)

    def _known_as(self, code: str) -> str | None:
        plain = folded(code)
        key = code_key(plain)
        return self._barcodes.get(key) or self._skus.get(code) or self._skus.get(plain) or self._gtins.get(key)
