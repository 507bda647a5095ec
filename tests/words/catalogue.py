"""Brings the catalogue in step with the source: `python -m tests.words.catalogue`.

Texts are read from `_`, `N_` and `plural` into `pos/locale/tillkey.pot`; each language's `.po` gets what is new and
loses what is gone, and is compiled. Prints what is not translated yet. A new language: make its folder, then run this.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from pos.languages import DOMAIN, FOLDER

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = FOLDER / f"{DOMAIN}.pot"
KEYWORDS = {"_": None, "N_": None, "plural": (1, 2)}
COLUMNS = 110
DATE = b'"POT-Creation-Date:'
"""The header that would change whenever the tool is run."""


def empty(locale: str | None = None) -> Catalog:
    """A catalogue without texts."""
    title = "# Every text of Tillkey. Kept by python -m tests.words.catalogue.\n#"
    return Catalog(locale=locale, project="Tillkey", version="1", charset="utf-8", header_comment=title, fuzzy=False)


def extracted() -> Catalog:
    """Every text of the source, with the files that say it."""
    catalog = empty()
    for package in ("pos", "screens"):
        found = extract_from_dir(str(ROOT / package), [("**.py", "python")], keywords=KEYWORDS)
        for file, _line, text, comments, context in found:
            catalog.add(text, locations=[(f"{package}/{file}", 1)], auto_comments=comments, context=context)
    return catalog


def read(path: Path) -> Catalog:
    """The catalogue in a file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name if path.suffix == ".po" else None)


def written(catalog: Catalog) -> bytes:
    """A catalogue as its file has it, the same for the same texts."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=COLUMNS, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    return b"".join(line for line in buffer.getvalue().splitlines(keepends=True) if not line.startswith(DATE))


def compiled(catalog: Catalog) -> bytes:
    """A catalogue as the program reads it."""
    # Its head holds a date, which would make every file another one.
    catalog.creation_date = datetime(2000, 1, 1, tzinfo=UTC)
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
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
