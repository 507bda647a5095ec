"""Brings the catalogue in step with the source: `python -m tests.i18n.catalogue`.

Texts are read from the calls in `KEYWORDS` into `pos/locale/tillkey.pot`; each language's `.po` gets what is new and
loses what is gone, and is compiled. Prints what is not translated yet. A new language: make its folder, then run this.
The manual's table of keys is drawn anew, too.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from pos.locales import DOMAIN, FOLDER
from tests.i18n import key_table

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = FOLDER / f"{DOMAIN}.pot"
KEYWORDS = {"_": 1, "N_": 1, "plural": 2, "lazy": 1, "lazy_plural": 2}
"""What says a text, and how many of its first arguments are the text's forms."""
COLUMNS = 110
PASSING = ("POT-Creation-Date", "PO-Revision-Date", "Generated-By")
"""The headers that say when a file was made and with what: they would change without a text that does."""


class Lasting(Catalog):
    """A catalogue whose head says nothing of when it was made and with what."""

    def __iter__(self) -> Iterator[Message]:
        """The texts, the first one the head: of it only the lines that stay as long as the texts do."""
        for message in super().__iter__():
            if not message.id:
                lines = str(message.string).splitlines(keepends=True)
                message.string = "".join(line for line in lines if not line.startswith(PASSING))
            yield message


def empty(locale: str | None = None) -> Catalog:
    """A catalogue without texts."""
    title = "# Every text of Tillkey. Kept by python -m tests.i18n.catalogue.\n#"
    return Catalog(locale=locale, project="Tillkey", version="1", charset="utf-8", header_comment=title, fuzzy=False)


def extracted() -> Catalog:
    """Every text of the source, with the files that say it. Read as Python reads it, whatever Babel would find."""
    catalog = empty()
    for package in ("pos", "screens"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for text in said_in(path.read_text("utf-8")):
                catalog.add(text, locations=[(path.relative_to(ROOT).as_posix(), 1)])
    return catalog


def said_in(source: str) -> Iterator[str | tuple[str, ...]]:
    """The texts of a module, in the order of its lines: one form, or one for each count."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        count = KEYWORDS.get(call.func.id, 0) if isinstance(call.func, ast.Name) else 0
        forms = tuple(
            part.value for part in call.args[:count] if isinstance(part, ast.Constant) and isinstance(part.value, str)
        )
        if count and len(forms) == count:
            yield forms if count > 1 else forms[0]


def read(path: Path) -> Catalog:
    """The catalogue in a file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name if path.suffix == ".po" else None)


def written(catalog: Catalog) -> bytes:
    """A catalogue as its file has it, the same for the same texts."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=COLUMNS, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    passing = tuple(f'"{name}:'.encode() for name in PASSING)
    return b"".join(line for line in buffer.getvalue().splitlines(keepends=True) if not line.startswith(passing))


def compiled(catalog: Catalog) -> bytes:
    """A catalogue as the program reads it."""
    lasting = Lasting(locale=catalog.locale, charset="utf-8", fuzzy=False)
    for message in catalog:
        if message.id:
            lasting[message.id] = message
    buffer = io.BytesIO()
    write_mo(buffer, lasting)
    return buffer.getvalue()


def forms(message: Message) -> tuple[str, ...]:
    """What is said for a text: one form, or one for each count."""
    said = message.string
    return tuple(map(str, said)) if isinstance(said, list | tuple) else (str(said or ""),)


def languages() -> Iterator[Path]:
    """The `.po` file of each language."""
    return (folder / "LC_MESSAGES" / f"{DOMAIN}.po" for folder in sorted(FOLDER.iterdir()) if folder.is_dir())


def main() -> int:
    """Write everything anew; the exit code: 1 if a text is not translated."""
    key_table.write()
    template = extracted()
    TEMPLATE.parent.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(written(template))
    missing = 0
    for path in languages():
        name = path.parent.parent.name
        catalog = read(path) if path.is_file() else empty(name)
        catalog.update(template, no_fuzzy_matching=True, update_header_comment=True)
        catalog.fuzzy = False
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(written(catalog))
        path.with_suffix(".mo").write_bytes(compiled(read(path)))
        for message in catalog:
            if message.id and not all(forms(message)):
                missing += 1
                print(f"{name}: {message.id!r}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
