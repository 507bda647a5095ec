"""PostgreSQL as a peer: a server of its own in a folder, and connections by its own library, libpq."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from ctypes.util import find_library
from pathlib import Path
from typing import Any, Self

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
"""Where Debian has them."""
USER = "postgres"
"""PostgreSQL refuses to run as root."""
PATIENCE = 30.0

TABLES = """
CREATE TABLE counters (name text PRIMARY KEY, available bigint NOT NULL);
CREATE TABLE orders (
  id text PRIMARY KEY, receipt text NOT NULL UNIQUE, at timestamptz NOT NULL, document text NOT NULL
);
CREATE FUNCTION sell(names text[], amounts bigint[], id text, receipt text, at timestamptz, document text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN 1 .. array_length(names, 1) LOOP
    UPDATE counters SET available = available - amounts[i] WHERE name = names[i] AND available >= amounts[i];
    IF NOT FOUND THEN RAISE EXCEPTION 'too little of %', names[i]; END IF;
  END LOOP;
  INSERT INTO orders VALUES (id, receipt, at, document);
END $$;
"""
"""The whole sale is one function, so that no row stays locked while a client is asked for its next statement."""


def missing() -> str | None:
    """Why PostgreSQL is not measured; None if it is there."""
    if not (PROGRAMS / "postgres").is_file():
        return f"there is no PostgreSQL in {PROGRAMS}"
    if find_library("pq") is None:
        return "there is no libpq"
    if os.getuid() == 0 and shutil.which("setpriv") is None:
        return "there is no setpriv"
    return None


class Postgres:
    """A server on a socket in its own folder, with its default settings: each commit waits for the disk."""

    def __init__(self, folder: Path, counters: Mapping[str, int]) -> None:
        """A new database with these counters."""
        self.folder = folder
        folder.mkdir()
        self._as: list[str] = []
        if os.getuid() == 0:
            user = pwd.getpwnam(USER)
            os.chown(folder, user.pw_uid, user.pw_gid)
            self._as = ["setpriv", f"--reuid={USER}", f"--regid={user.pw_gid}", "--clear-groups"]
        data = str(folder / "data")
        self._run("initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C")
        told = [*self._as, str(PROGRAMS / "postgres"), "-D", data, "-k", str(folder), "-c", "listen_addresses="]
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen([*told, "-c", "max_connections=200"], stdout=log, stderr=log, cwd=folder)
        try:
            asked = [str(PROGRAMS / "pg_isready"), "-q", "-h", str(folder), "-U", USER]
            while subprocess.run(asked).returncode:
                assert self.process.poll() is None, (folder / "log").read_text()
            with Connection(folder) as connection:
                connection.run(TABLES)
                rows = ",".join(f"('{name}',{many})" for name, many in counters.items())
                connection.run(f"INSERT INTO counters VALUES {rows}")
                connection.run("VACUUM ANALYZE counters")
                connection.run("CHECKPOINT")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End it."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, program: str, *told: str) -> None:
        subprocess.run(
            [*self._as, str(PROGRAMS / program), *told], check=True, stdout=subprocess.DEVNULL, cwd=self.folder
        )


class Connection:
    """A connection by libpq itself: a call costs microseconds, less than any package for Python takes."""

    def __init__(self, folder: Path) -> None:
        """To the server in this folder. Raises RuntimeError, as all methods do."""
        self._pq = pq = ctypes.CDLL(find_library("pq"))
        for name in ("PQconnectdb", "PQexec", "PQprepare", "PQexecPrepared"):
            getattr(pq, name).restype = ctypes.c_void_p
        pq.PQerrorMessage.restype = ctypes.c_char_p
        for name in ("PQstatus", "PQerrorMessage", "PQfinish", "PQresultStatus", "PQclear"):
            getattr(pq, name).argtypes = [ctypes.c_void_p]
        self._to = ctypes.c_void_p(pq.PQconnectdb(f"host={folder} user={USER} dbname=postgres".encode()))
        if pq.PQstatus(self._to) != 0:
            raise RuntimeError(self._error())

    def run(self, statements: str) -> None:
        """Statements, in one transaction."""
        self._done(self._pq.PQexec(self._to, statements.encode()))

    def prepare(self, name: bytes, statement: bytes) -> None:
        """A statement to be told by its name."""
        self._done(self._pq.PQprepare(self._to, name, statement, 0, None))

    def execute(self, name: bytes, values: Sequence[bytes]) -> None:
        """A prepared statement with these values, in a transaction of its own."""
        many = len(values)
        told = (ctypes.c_char_p * many)(*values)
        self._done(self._pq.PQexecPrepared(self._to, name, many, told, None, None, 0))

    def close(self) -> None:
        """Give it back."""
        self._pq.PQfinish(self._to)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _done(self, result: Any) -> None:
        # 1 and 2: a command, and rows.
        bad = self._pq.PQresultStatus(result) not in (1, 2)
        self._pq.PQclear(result)
        if bad:
            raise RuntimeError(self._error())

    def _error(self) -> str:
        found: bytes = self._pq.PQerrorMessage(self._to)
        return found.decode()
