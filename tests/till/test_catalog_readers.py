"""What is wrong with a catalog, or has no effect in it, is data: whoever reads it has it in a language of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pos.bootstrap import open_till, store_at
from pos.domain.errors import TillError
from pos.domain.i18n import ENGLISH, Language, using_language
from pos.domain.message import Message
from pos.locales import language_of
from pos.till.catalog_loading import LARGEST, parse_catalog, read_catalog
from tests.till.catalogs import product
from tests.till.support import shop

GERMAN = language_of("de", "de_DE", {})
MADE_IN = pytest.mark.parametrize("made_in", [ENGLISH, GERMAN], ids=["made in English", "made in German"])


def in_both(words: Message) -> tuple[list[str], list[str]]:
    return words.said_in(ENGLISH).splitlines(), words.said_in(GERMAN).splitlines()


@MADE_IN
@pytest.mark.parametrize(
    ("catalog", "english", "german"),
    [
        (
            product(price=-1),
            "products[0] (A).price: input should be greater than or equal to 0.",
            "muss mindestens 0",
        ),
        (product(barcodes="A"), "products[0] (A).barcodes: must be a list.", "muss eine Liste sein."),
        (product(sale_price=101), "products[0] (A).sale_price: is above the price;", "ist höher als der Preis"),
        (shop(taxes=[], products=[], **{"\ud800": 1}), "the file: ", "die Datei: "),
        (shop(products=[{}] * 6), "and 13 more.", "und 13 weitere."),
    ],
)
def test_a_fault_of_a_catalog_is_worded_where_it_is_read(
    made_in: Language, catalog: Any, english: str, german: str
) -> None:
    with using_language(made_in), pytest.raises(TillError) as refused:
        parse_catalog(catalog, "shop.json")
    told = in_both(refused.value.words)
    assert told[0][-1].startswith(f"shop.json: {english}")
    assert german in told[1][-1]
    assert all(line.startswith("shop.json: ") for lines in told for line in lines)


@MADE_IN
@pytest.mark.parametrize(
    ("text", "english", "german"),
    [
        (b'{"a":1,"a":2}', "broken JSON: the field a is there twice.", "kaputtes JSON: das Feld a ist doppelt da."),
        (b"\xff\xfe", "cannot be read: it is UTF-16 text: save", "nicht lesbar: es ist Text in UTF-16: "),
        (b" " * (LARGEST + 1), f"cannot be read: it has more than {LARGEST:,} bytes", "mehr als 128.000.000 Bytes"),
    ],
    ids=["doubled", "encoded", "large"],
)
def test_what_no_catalog_can_be_read_from_is_worded_where_it_is_read(
    made_in: Language, text: bytes, english: str, german: str, tmp_path: Path
) -> None:
    path = tmp_path / "shop.json"
    path.write_bytes(text)
    with using_language(made_in), pytest.raises(TillError) as refused:
        read_catalog(path)
    ((in_english,), (in_german,)) = in_both(refused.value.words)
    assert in_english.startswith(f"{path}: {english}")
    assert german in in_german


@MADE_IN
def test_the_notice_of_what_has_no_effect_is_worded_where_it_is_read(made_in: Language, tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    for options, english, german in (
        ({"low_stock": 3}, "low_stock: has no effect without stock.", "low_stock: bewirkt ohne stock nichts."),
        (
            {"low_stock": 3, "oversell": True},
            "low_stock: has no effect without stock. And 1 more.",
            "low_stock: bewirkt ohne stock nichts. Und 1 mehr.",
        ),
    ):
        path.write_text(json.dumps(product(**options)), "utf-8")
        with using_language(made_in):
            till = open_till(catalog=path)
            till.close()
        (notice,) = till.notices
        assert in_both(notice) == ([f"{path}: products[0] (A).{english}"], [f"{path}: products[0] (A).{german}"])


@MADE_IN
def test_an_address_that_names_no_folder_is_told_where_it_is_read(made_in: Language) -> None:
    with using_language(made_in), pytest.raises(TillError) as refused:
        store_at("tinydb://shop")
    assert in_both(refused.value.words) == (
        ["tinydb://shop names no folder: write tinydb:///FOLDER."],
        ["tinydb://shop nennt keinen Ordner: tinydb:///FOLDER schreiben."],
    )
