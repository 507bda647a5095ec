"""Whatever is written is written by `pos/files/private_files.py`: a new place that makes or changes files is found."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HOME = "pos/files/private_files.py"
ELSEWHERE = {
    ("pos/files/appending.py", "os.open"): "a new file, or one that is there and is looked at",
    ("pos/stores/embedded/disk.py", "os.open"): "the journal of a store, which is there",
    ("pos/stores/embedded/lock.py", "os.open"): "the lock, in the handle of the store's folder",
    ("pos/stores/embedded/restore.py", "rename"): "a whole new store gets its name",
    ("pos/stores/embedded/restore.py", "shutil.rmtree"): "what a broken restore has made",
    ("pos/stores/redis/taking_over.py", "shutil.copy2"): "the gateway's books of a lane, beside its new journal",
    ("pos/stores/redis/taking_over.py", "rename"): "a lane's whole journal is put aside, or back",
    ("pos/stores/redis/taking_over.py", "shutil.rmtree"): "what a broken take-over has made",
    ("pos/simulate/shop.py", "write_text"): "the folder of a simulation's own server, which goes with it",
    ("pos/simulate/processes.py", "open"): "what its workers complain of, there",
    ("pos/demo/server.py", "tempfile.mkdtemp"): "the folder of a demo's own server, which goes with it",
    ("pos/stores/embedded/permissions.py", "os.fchmod"): "the store's own files, by handles",
    ("pos/stores/embedded/permissions.py", "os.fchown"): "the store's own files, by handles",
    ("pos/ipc/publisher.py", "bind"): "the socket, in a folder that was looked at",
    ("pos/ipc/publisher.py", "chmod"): "the socket, in a folder that was looked at",
    ("pos/commands/streams.py", "open"): "/dev/null",
    ("pos/commands/streams.py", "os.open"): "/dev/null",
    ("screens/app/sale_app.py", "deliver_text"): "the downloads of a browser",
    ("screens/terminal/env_variables.py", "open"): "Textual's own log, tried as Textual opens it",
    ("screens/terminal/output.py", "os.open"): "/dev/null",
}
"""Who writes without it, and what."""
KIT = "pos/testing/"
"""Writes a project's pictures for tests, which are no secret and belong into its repository."""
ALWAYS = frozenset(
    (
        *("write_text", "write_bytes", "touch", "mkdir", "makedirs", "mkfifo", "mknod", "bind", "FileHandler"),
        *("symlink_to", "hardlink_to", "symlink", "link", "rename", "renames", "replace", "rmtree", "extractall"),
        *("chmod", "lchmod", "fchmod", "chown", "lchown", "fchown", "copy", "copy2", "copyfile", "copytree", "move"),
        *("mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryFile", "TemporaryDirectory", "SpooledTemporaryFile"),
        *("RotatingFileHandler", "TimedRotatingFileHandler", "WatchedFileHandler", "basicConfig"),
        *("unpack_archive", "make_archive", "truncate", "connect", "TinyDB", "JSONStorage"),
        *("create_unix_server", "start_unix_server", "save_screenshot", "deliver_screenshot", "deliver_text"),
        *("deliver_binary", "save_svg", "save_html", "save_text"),
    )
)
"""Names of functions that make or change files, whoever has them."""
MODULES = frozenset({"os", "shutil", "tempfile", "pathlib", "logging", "sqlite3", "shelve", "dbm", "io"})
BY_MODE = frozenset({"open", "ZipFile", "GzipFile", "TarFile", "BZ2File", "LZMAFile", "FileIO"})
DATABASES = frozenset({"shelve", "dbm"})
WRITING = frozenset({"O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"})


def writes(source: str) -> Iterator[str]:
    """The calls of a module that make or change files: `write_text`, `os.open`, `shutil.rmtree` …"""
    tree = ast.parse(source)
    imported = dict(imports(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            module, name = called(node.func, imported)
            if module in DATABASES and name == "open":
                yield f"{module}.open"
            elif name in ALWAYS and is_of_files(node, module, name):
                yield f"{module}.{name}" if module in MODULES else name
            elif module == "os" and name == "open":
                flags = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
                if flags & WRITING or "O_RDONLY" not in flags | {each for each in names(node) if each.startswith("_")}:
                    yield "os.open"
            elif name in BY_MODE and may_write(node):
                yield name


def imports(tree: ast.Module) -> Iterator[tuple[str, tuple[str, str]]]:
    """What the names that a module imports are: a module, or a name of one of those that are looked for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((each.asname or each.name, (each.name, "")) for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            yield from ((each.asname or each.name, (node.module, each.name)) for each in node.names)


def called(function: ast.expr, imported: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """What a function is called by: its module or holder, if that has a plain name, and its own name."""
    match function:
        case ast.Attribute(value=ast.Name(id=holder), attr=name):
            return imported.get(holder, (holder, ""))[0], name
        case ast.Name(id=known) if known in imported and imported[known][1]:
            return imported[known]
        case ast.Attribute(attr=name):
            return "", name
        case ast.Name(id=name):
            return "", name
    return "", ""


def names(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            yield each.id


def is_of_files(node: ast.Call, module: str, name: str) -> bool:
    """Whether a call is about files: texts and records have a `replace` too, lists and dictionaries a `copy`."""
    if module in MODULES:
        return True
    if name == "replace":
        given = [*node.args, *(word for word in node.keywords if word.arg == "target")]
        return isinstance(node.func, ast.Attribute) and len(given) == 1 == len(node.args) + len(node.keywords)
    if name in ("truncate", "connect"):
        return False
    if name.endswith("_unix_server"):
        return all(word.arg != "sock" for word in node.keywords)
    if name in ("copy", "move", "link", "bind"):
        return isinstance(node.func, ast.Attribute) and bool(node.args) and module != "self"
    return True


def may_write(node: ast.Call) -> bool:
    """Whether a file is opened to be written: by its mode, or by one that is not to be seen here."""
    given = [*node.args[:2], *(word.value for word in node.keywords if word.arg == "mode")]
    texts = [each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    modes = [text for text in texts if text and set(text) <= set("rwaxbtU+:gz*|")]
    plain = isinstance(node.func, ast.Name) or len(node.args) > 1
    hidden = any(isinstance(each, ast.Name) and each.id == "mode" for each in given)
    hidden = hidden or (plain and any(not isinstance(each, ast.Constant) for each in given[1:]))
    return hidden or any(set(mode) & set("wax+") for mode in modes)


def modules() -> Iterator[tuple[str, str]]:
    for package in ("pos", "screens"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def test_files_are_written_in_one_place() -> None:
    found = {
        (name, call)
        for name, source in modules()
        if name != HOME and not name.startswith(KIT)
        for call in writes(source)
    }
    assert found == set(ELSEWHERE), "write through pos/files/private_files.py, or say here why not"


@pytest.mark.parametrize(
    "source",
    [
        "path.write_text('x')",
        "open(path, 'w')",
        "path.open('ab')",
        "path.open(mode='r+b')",
        "io.open(path, mode)",
        "os.open(path, os.O_WRONLY | os.O_CREAT)",
        "os.open(path, FLAGS)",
        "os.replace(a, b)",
        "new.replace(path)",
        "shutil.copy(a, b)",
        "tempfile.mkstemp()",
        "TemporaryDirectory()",
        "path.parent.mkdir()",
        "os.chmod(path, 0o600)",
        "logging.FileHandler(path)",
        "gzip.open(path, 'wb')",
        "tarfile.open(path, 'w:gz')",
        "zipfile.ZipFile(path, 'w')",
        "server.bind(path)",
        "path.symlink_to(other)",
        "path.replace(target=other)",
        "path.touch()",
        "os.mkfifo(path)",
        "os.truncate(path, 0)",
        "import os as system\nsystem.rename(a, b)",
        "from os import open as opened\nopened(path, FLAGS)",
        "from os import replace\nreplace(a, b)",
        "from shutil import copy\ncopy(a, b)",
        "from shutil import copyfile as cp\ncp(a, b)",
        "open(path, how)",
        "io.FileIO(path, 'w')",
        "bz2.open(path, 'w')",
        "tarfile.open(path, how)",
        "sqlite3.connect(path)",
        "from sqlite3 import connect\nconnect(path)",
        "shelve.open(path)",
        "TinyDB(path)",
        "asyncio.start_unix_server(hear, path)",
        "logging.basicConfig(filename=path)",
        "app.save_screenshot(path)",
    ],
)
def test_whoever_writes_is_found(source: str) -> None:
    assert list(writes(source)) != []


@pytest.mark.parametrize(
    "source",
    [
        "open(path)",
        "path.open('rb')",
        "os.open(path, os.O_RDONLY | os.O_DIRECTORY)",
        "text.replace('a', 'b')",
        "moment.replace(tzinfo=UTC)",
        "replace(record, state='held')",
        "tarfile.open(fileobj=whole, mode='r:')",
        "values.copy()",
        "from dataclasses import replace\nreplace(record, state='held')",
        "from copy import copy\ncopy(record)",
        "file.truncate(size)",
        "socket.connect(path)",
        "disk.open(path)",
    ],
)
def test_whoever_reads_is_not(source: str) -> None:
    assert list(writes(source)) == []
