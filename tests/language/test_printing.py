"""`print` in a script: the text of what was printed, with COPY from the second time on; a printer only for a shop."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.language.support import pos, run

SALE = "CAKE\npay cash\n"


def test_a_script_prints_on_its_output_and_the_second_time_a_copy(catalog: Path) -> None:
    status, lines = run(catalog, f"{SALE}print\nprint 1-1-1\nprint\n")
    printed = [line["output"] for line in lines if "output" in line]
    assert (status, ["COPY" in text for text in printed]) == (0, [False, True, True])
    assert printed[1] == printed[2]
    assert printed[0] in printed[1]
    assert [event["text"] for line in lines[2:] for event in line["events"]] == [
        "receipt 1-1-1",
        "copy of receipt 1-1-1",
        "copy of receipt 1-1-1",
    ]


def test_the_printer_of_the_settings_is_for_the_shops_store_and_stops_no_sale(
    catalog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TILLKEY_TILL_PRINTER", "nowhere://counter")
    status, _lines = run(catalog, f"{SALE}print\n")
    assert status == 0
    script = f"{SALE}print\nexpect error printer_unusable\nexpect state paid\n"
    done = pos("run", "-", "--catalog", catalog, "--store", tmp_path / "shop", script=script)
    assert (done.returncode, "nowhere:// is no printer that this version has" in done.stderr) == (0, True)
