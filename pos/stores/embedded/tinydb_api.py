"""TinyDB's own interface on a store: queries read what the store holds, changes go through its journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from threading import get_ident
from typing import Any, Protocol, cast

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table as TinyTable

from pos.domain.ports import Document
from pos.stores import codec
from pos.stores.embedded.journal import META
from pos.stores.embedded.transaction import Transaction
from pos.stores.tables import RowChange, Table, Tables


class Engine(Protocol):
    """What this interface needs of the store."""

    @property
    def tables(self) -> Tables:
        """What the store holds."""
        ...

    def exclusive(self) -> AbstractContextManager[object]:
        """Keep other writers out meanwhile."""
        ...

    def keep(self, changes: list[RowChange]) -> None:
        """Make changes of rows durable, as one step, then visible."""
        ...

    def close(self) -> None:
        """Give the store back."""
        ...


class EngineStorage(Storage):
    """The whole content at once, as TinyDB asks for it of a storage. The tables below do not go this way."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._transaction: tuple[int, Transaction] | None = None

    @property
    def engine(self) -> Engine:
        """The store; for who is within a transaction, that."""
        begun = self._transaction
        return begun[1] if begun is not None and begun[0] == get_ident() else self._engine

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Let the changes made within be one step; one within another belongs to it."""
        with self._engine.exclusive():
            if self._transaction is not None:
                yield
                return
            transaction = Transaction(self._engine.tables)
            self._transaction = get_ident(), transaction
            try:
                yield
            finally:
                self._transaction = None
            self._engine.keep(transaction.changes)

    def read(self) -> dict[str, dict[str, Any]]:
        """Every document of every table."""
        return {
            name: {str(row_id): codec.decode(row) for row_id, row in table.rows.items()}
            for name, table in self.engine.tables
        }

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Make every table what `data` says, in one step."""
        with self.engine.exclusive():
            changes: list[RowChange] = []
            names = dict.fromkeys([*data, *(name for name, _ in self.engine.tables)])
            for name in names:
                draft = Draft(self.engine.tables.table(name))
                draft.clear()
                draft.update({int(row_id): dict(document) for row_id, document in data.get(name, {}).items()})
                changes += draft.changes(name)
            self.engine.keep(changes)
            for name in names:
                self.engine.tables.forget(name)

    def close(self) -> None:
        """Close the store with it."""
        self.engine.close()


class EngineTable(TinyTable):
    """A table whose reads decode only what they look at, and whose changes are steps of the journal."""

    def __init__(self, storage: Storage, name: str, cache_size: int = 0, persist_empty: bool = False) -> None:
        """Results are never cached, since the till's own steps would not be seen; `cache_size` is ignored."""
        if name == META:
            raise ValueError(f"the table {META} is the store's own")
        self._last_id = 0
        super().__init__(storage, name, cache_size=0, persist_empty=persist_empty)

    @property
    def _engine(self) -> Engine:
        return cast(EngineStorage, self._storage).engine

    def insert(self, document: Mapping[str, Any]) -> int:
        """See TinyDB."""
        with self._engine.exclusive():
            return super().insert(document)

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
        """See TinyDB."""
        with self._engine.exclusive():
            return super().insert_multiple(documents)

    def upsert(self, document: Mapping[str, Any], cond: Any = None) -> list[int]:
        """See TinyDB."""
        with self._engine.exclusive():
            return super().upsert(document, cond)

    def get(self, cond: Any = None, doc_id: int | None = None, doc_ids: list[int] | None = None) -> Any:
        """See TinyDB. By ids, only those documents are decoded."""
        if doc_id is not None or doc_ids is None:
            return super().get(cond, doc_id)
        wanted = set(doc_ids)
        rows = self._engine.tables.table(self.name).rows
        found = [(row_id, row) for row_id, row in tuple(rows.items()) if row_id in wanted]
        return [self.document_class(codec.decode(row), row_id) for row_id, row in found]

    def truncate(self) -> None:
        """See TinyDB."""
        with self._engine.exclusive():
            super().truncate()
            self._engine.tables.forget(self.name)
            self._last_id = 0

    def __len__(self) -> int:
        return len(self._engine.tables.table(self.name).rows)

    def _get_next_id(self) -> int:
        # More than the rows tell: one step may insert several.
        self._last_id = max(self._last_id + 1, self._engine.tables.table(self.name).next_id)
        return self._last_id

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        # TinyDB asks for a dict and uses it as a mapping.
        return cast(dict[str, Mapping[str, Any]], Decoded(self._engine.tables.table(self.name)))

    def _update_table(self, updater: Callable[[dict[int, Any]], None]) -> None:
        with self._engine.exclusive():
            draft = Draft(self._engine.tables.table(self.name))
            updater(cast(dict[int, Any], draft))
            self._engine.keep(draft.changes(self.name))


class EngineDB(TinyDB):
    """A TinyDB on a store."""

    table_class = EngineTable

    def transaction(self) -> AbstractContextManager[None]:
        """A context in which all changes of all tables are one step: all of them, or none if it ends in an error.

        Reads within it see them, reads elsewhere do not yet; other writers wait.
        """
        return cast(EngineStorage, self.storage).transaction()

    def tables(self) -> set[str]:
        """The names of all tables, empty ones too."""
        return {name for name, _ in cast(EngineStorage, self.storage).engine.tables}


class Decoded(Mapping[str, Document]):
    """A table as it stands now, by id as text; each document is decoded when it is reached."""

    def __init__(self, table: Table) -> None:
        self._rows = table.rows

    def __getitem__(self, row_id: str) -> Document:
        if not row_id.isdecimal():
            raise KeyError(row_id)
        return codec.decode(self._rows[int(row_id)])

    def __iter__(self) -> Iterator[str]:
        return map(str, tuple(self._rows))

    def __len__(self) -> int:
        return len(self._rows)

    def items(self) -> Iterator[tuple[str, Document]]:  # type: ignore[override]
        """Every document as the table stands now, whatever is deleted meanwhile."""
        return ((str(row_id), codec.decode(row)) for row_id, row in tuple(self._rows.items()))


class Draft(MutableMapping[int, Document]):
    """A table being changed: documents are decoded when they are reached, and what differs in the end is told."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._touched: dict[int, Document | None] = {}

    def __getitem__(self, row_id: int) -> Document:
        if row_id not in self._touched:
            self._touched[row_id] = codec.decode(self._table.rows[row_id])
        document = self._touched[row_id]
        if document is None:
            raise KeyError(row_id)
        return document

    def __setitem__(self, row_id: int, document: Document) -> None:
        self._touched[row_id] = document

    def __delitem__(self, row_id: int) -> None:
        if row_id not in self:
            raise KeyError(row_id)
        self._touched[row_id] = None

    def __contains__(self, row_id: object) -> bool:
        if row_id in self._touched:
            return self._touched[row_id] is not None
        return row_id in self._table.rows

    def __iter__(self) -> Iterator[int]:
        return (row_id for row_id in (self._table.rows | self._touched) if row_id in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Delete every row, without decoding it."""
        self._touched = dict.fromkeys(self._table.rows | self._touched)

    def changes(self, name: str) -> list[RowChange]:
        """What differs from the table, under its name. Raises ValueError for a key that another row has."""
        rows = {
            row_id: None if document is None else codec.encode(document) for row_id, document in self._touched.items()
        }
        changed = {row_id: row for row_id, row in rows.items() if row != self._table.rows.get(row_id)}
        taken: set[str] = set()
        for key in (codec.key_of(row) for row in changed.values() if row is not None):
            if key is None:
                continue
            owner = self._table.ids.get(key)
            if key in taken or (owner is not None and owner not in changed):
                raise ValueError(f"table {name}: another document has the key {key!r}")
            taken.add(key)
        return [RowChange(name, row_id, row) for row_id, row in changed.items()]
