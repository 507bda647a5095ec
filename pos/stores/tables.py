"""What the store holds in memory: tables of encoded rows, found by id and by key, changed by whole steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from threading import Lock
from typing import NamedTuple

from pos.domain.ports import Document
from pos.stores import codec


class RowChange(NamedTuple):
    """One row as a step leaves it, encoded; None: it is deleted. `key` is its record's, where that is known."""

    table: str
    id: int
    row: bytes | None
    key: str | None = None


Rows = dict[int, bytes]
Ids = dict[str, int]
Writes = Mapping[tuple[str, str], Document | bytes | None]
"""Records by (table, key): documents, or lines from `codec.body`; None deletes."""


class Table:
    """Rows by id, and the ids of those that have a key. Rows are bytes: what is read is always a fresh copy."""

    def __init__(self, load: Callable[[], tuple[Rows, Ids]] | None = None) -> None:
        """`load` gives the rows and ids when they are first asked for."""
        self._rows: Rows = {}
        self._ids: Ids = {}
        self._next_id = 1
        self._shared = False
        """Whether another table has the same rows."""
        self._load = load
        self._loading = Lock()

    @classmethod
    def of(cls, documents: Mapping[str, Document]) -> Table:
        """A new table of these records. Raises ValueError for a `key` field."""
        table = cls()
        for row_id, (key, document) in enumerate(documents.items(), 1):
            table._rows[row_id] = with_key(key, document)
            table._ids[key] = row_id
        table._next_id = len(documents) + 1
        return table

    @classmethod
    def of_rows(cls, rows: Iterable[tuple[str, bytes]]) -> Table:
        """A new table of these records' rows, each under its key."""
        table = cls()
        for row_id, (key, row) in enumerate(rows, 1):
            table._rows[row_id] = row
            table._ids[key] = row_id
        table._next_id = len(table._rows) + 1
        return table

    @property
    def rows(self) -> Rows:
        """Every row by its id; not to be changed."""
        if self._load is not None:
            self.fill()
        return self._rows

    @property
    def ids(self) -> Ids:
        """The id of every key; not to be changed."""
        if self._load is not None:
            self.fill()
        return self._ids

    @property
    def next_id(self) -> int:
        """An id that no row has nor had since the store was opened."""
        if self._load is not None:
            self.fill()
        return self._next_id

    def row(self, key: str) -> bytes | None:
        """The row of the record with this key, None if there is none. A table still to be read is read first."""
        if self._load is not None:
            self.fill()
        found = self._ids.get(key)
        return None if found is None else self._rows.get(found)

    def frozen(self) -> Table:
        """A table with the same rows that later changes do not reach. Nothing is copied until one of both changes."""
        other = Table()
        other._rows, other._ids, other._next_id = self.rows, self._ids, self._next_id
        other._shared = self._shared = True
        return other

    def having(self, keys: Iterable[str]) -> Table:
        """A table with the rows of these keys."""
        copy = Table()
        copy._ids = {key: self.ids[key] for key in keys}
        copy._rows = {row_id: self.rows[row_id] for row_id in copy._ids.values()}
        return copy

    def apply(self, row_id: int, row: bytes | None, record: str | None = None) -> None:
        """Put a row, or take it away; `record` is its key, if that is known and the id's before and after."""
        rows = self.rows
        if self._shared:
            rows = self._rows = dict(rows)
            self._ids, self._shared = dict(self._ids), False
        old = rows.get(row_id) if record is None else None
        key = record if record is not None or row is None else codec.key_of(row)
        if old is not None and (key is None or self._ids.get(key) != row_id):
            old_key = codec.key_of(old)
            if old_key is not None and self._ids.get(old_key) == row_id:
                del self._ids[old_key]
        if row is None:
            rows.pop(row_id, None)
            if key is not None:
                self._ids.pop(key, None)
            return
        rows[row_id] = row
        if key is not None:
            self._ids[key] = row_id
        if row_id >= self._next_id:
            self._next_id = row_id + 1

    def fill(self) -> None:
        """Load the rows and ids, if that was not done yet."""
        with self._loading:
            if self._load is not None:
                self._rows, self._ids = self._load()
                self._next_id = max(self._rows, default=0) + 1
                self._load = None


class Tables:
    """All tables by name. Reading needs no lock; one writer at a time resolves and applies."""

    def __init__(self, tables: Mapping[str, Table] | None = None) -> None:
        self._tables: dict[str, Table] = dict(tables or {})

    def __iter__(self) -> Iterator[tuple[str, Table]]:
        return iter(tuple(self._tables.items()))

    def fill(self) -> None:
        """Load every table now that was not asked for yet, so that nobody who writes has to wait for it."""
        for _name, table in self:
            table.fill()

    def frozen(self) -> Tables:
        """The tables as they stand now, which no later change reaches. Rows are shared."""
        return Tables({name: table.frozen() for name, table in self})

    def table(self, name: str) -> Table:
        """A table; one never written is empty, and not remembered."""
        return self._tables.get(name) or Table()

    def rows(self) -> dict[str, Rows]:
        """The rows of every table that has any; not to be changed."""
        return {name: table.rows for name, table in self if table.rows}

    def own(self, name: str) -> None:
        """Put a copy in a table's place, whose changes the others who share it do not see."""
        self._tables[name] = self.table(name).frozen()

    def forget(self, name: str) -> None:
        """Let a table that is empty begin anew with its first id; who still reads the old one is not disturbed."""
        if not self.table(name).rows:
            self._tables.pop(name, None)

    def get(self, table: str, key: str) -> Document | None:
        """A record without its key field, as a fresh copy."""
        row = self.table(table).row(key)
        return None if row is None else without_key(row)

    def items(self, table: str) -> Iterator[tuple[str, Document]]:
        """The records of a table as they stood when it was asked, each decoded when it is reached."""
        return ((key, without_key(row)) for key, row in self.keyed(table))

    def keyed(self, table: str) -> Iterator[tuple[str, bytes]]:
        """The rows of a table's records as they stood when it was asked, by key."""
        found = self.table(table)
        ids = tuple(found.ids.items())
        return ((key, row) for key, row_id in ids if (row := found.rows.get(row_id)) is not None)

    def resolve(self, records: Writes) -> list[RowChange]:
        """Records as changes of rows; what would change nothing is left out. Raises ValueError for a `key` field."""
        changes: list[RowChange] = []
        next_ids: dict[str, int] = {}
        tables = self._tables
        for (name, key), document in records.items():
            table = tables.get(name) or Table()
            row_id = table.ids.get(key)
            if document is None:
                if row_id is not None:
                    changes.append(RowChange(name, row_id, None, key))
                continue
            row = codec.keyed(key, document) if isinstance(document, bytes) else with_key(key, document)
            if row_id is None:
                row_id = next_ids.get(name) or table.next_id
                next_ids[name] = row_id + 1
            elif table._rows[row_id] == row:
                continue
            changes.append(RowChange(name, row_id, row, key))
        return changes

    def apply(self, changes: Iterable[RowChange]) -> None:
        """Carry out changes that are durable."""
        for name, row_id, row, key in changes:
            if (table := self._tables.get(name)) is None:
                table = self._tables[name] = Table()
            table.apply(row_id, row, key)


def with_key(key: str, document: Document) -> bytes:
    """A record as a row. Raises ValueError if it has a field named like the key's."""
    if codec.KEY in document:
        raise ValueError(f"record {key!r}: the field {codec.KEY!r} is the store's own")
    return codec.encode(document, key)


def without_key(row: bytes) -> Document:
    """A record as it was written, without the key field."""
    document = codec.decode(row)
    document.pop(codec.KEY, None)
    return document
