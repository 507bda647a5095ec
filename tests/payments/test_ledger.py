import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pos.domain.errors import TillError
from pos.payments.ledger import Card, Charge, Ledger

VISA = Card("visa", "4242")


def filled(path: Path) -> Ledger:
    """Every kind of line: captured, refunded, declined, voided after a capture and before any, and still open."""
    ledger = Ledger(path)
    ledger.add_card("tok-1", VISA)
    for attempt, code in (("sold", None), ("no", "lost_card"), ("back", None), ("open", None)):
        ledger.ask(attempt, 1000, VISA, code)
    for attempt in ("sold", "no", "back"):
        ledger.decide(attempt)
    ledger.refund("sold", "r1", 300)
    ledger.void("back")
    ledger.void("tomb")
    return ledger


def test_the_next_process_knows_all_that_this_one_did(tmp_path: Path) -> None:
    before = filled(tmp_path / "bank" / "ledger.ndjson")
    after = Ledger(tmp_path / "bank" / "ledger.ndjson")
    assert after.charges() == before.charges()
    assert after.captured_total() == before.captured_total() == 700
    assert after.card("tok-1") == VISA
    assert after.charge("tomb") == Charge("tomb", 0, "voided")
    assert after.refund("sold", "r1", 300)
    assert not after.refund("sold", "r2", 701)
    assert after.decide("open").state == "captured"
    assert Ledger(tmp_path / "bank" / "ledger.ndjson").captured_total() == 1700


def test_every_line_is_json_of_its_own(tmp_path: Path) -> None:
    filled(tmp_path / "ledger")
    lines = (tmp_path / "ledger").read_bytes().split(b"\n")
    assert lines.pop() == b""
    assert [json.loads(line)["op"] for line in lines] == (
        ["card"] + ["asked"] * 4 + ["captured", "declined", "captured", "refunded", "voided", "voided"]
    )


def test_what_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    ledger = filled(tmp_path / "ledger")
    size = (tmp_path / "ledger").stat().st_size
    ledger.ask("sold", 1000, VISA, "lost_card")
    ledger.decide("sold")
    ledger.decide("back")
    ledger.void("back")
    ledger.refund("sold", "r1", 300)
    ledger.refund("back", "r2", 1)
    assert (tmp_path / "ledger").stat().st_size == size


@settings(deadline=None)
@given(st.data())
def test_a_kill_at_any_byte_leaves_a_ledger_that_goes_on(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger"
        filled(path)
        whole = path.read_bytes()
        cut = data.draw(st.integers(0, len(whole)))
        path.write_bytes(whole[:cut])
        ledger = Ledger(path)
        assert path.read_bytes() == whole[:cut], "opening writes nothing"
        assert ledger.captured_total() >= 0
        ledger.void("after")
        assert Ledger(path).charges() == ledger.charges()
        assert path.read_bytes().count(b"\n") == whole[:cut].count(b"\n") + 1


@pytest.mark.parametrize(
    "line", [b"{", b"[]", b"\xff", b'{"op": "gift"}', b'{"op": "captured", "attempt": 7, "x"', b"{}"]
)
def test_damage_before_the_last_line_is_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "ledger"
    filled(path)
    path.write_bytes(line + b"\n" + path.read_bytes())
    with pytest.raises(TillError) as refusal:
        Ledger(path)
    assert refusal.value.code == "store_damaged"
    assert refusal.value.details == {"file": str(path), "line": 1}
    assert str(path) in refusal.value.message


def test_a_failed_write_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = filled(tmp_path / "ledger")
    before = (tmp_path / "ledger").read_bytes()

    def full(_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("pos.payments.ledger.os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            ledger.decide("open")
    assert ledger.captured_total() == 700
    assert (tmp_path / "ledger").read_bytes() == before
    assert ledger.decide("open").state == "captured"
    assert Ledger(tmp_path / "ledger").captured_total() == 1700


def test_nobody_else_may_read_the_file(tmp_path: Path) -> None:
    filled(tmp_path / "ledger")
    assert (tmp_path / "ledger").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("hand", "undone"),
    [
        ("mv ledger away", "mv away ledger"),
        ("rm -r ../bank", "cp -r ../copy ../bank"),
        ("cp older ledger", "cp ../copy/ledger ledger"),
        ("mv ledger away; touch ledger", "mv away ledger"),
        ("cat older >>ledger", "cp ../copy/ledger ledger"),
        ("truncate -s 0 ledger", "cp ../copy/ledger ledger"),
    ],
)
def test_a_ledger_that_somebody_else_took_or_changed_is_not_written_to(tmp_path: Path, hand: str, undone: str) -> None:
    path = tmp_path / "bank" / "ledger"
    Ledger(path).add_card("tok-0", VISA)
    path.with_name("older").write_bytes(path.read_bytes())
    path.unlink()
    ledger = filled(path)
    shutil.copytree(path.parent, tmp_path / "copy")
    before = path.read_bytes()
    subprocess.run(["sh", "-ec", hand], cwd=path.parent, check=True)
    for _ in range(2):
        with pytest.raises(OSError, match="ledger"):
            ledger.decide("open")
        assert ledger.captured_total() == 700
    assert path.parent.exists() == ("rm" not in hand)
    subprocess.run(["sh", "-ec", undone], cwd=path.parent if path.parent.exists() else tmp_path / "copy", check=True)
    assert path.read_bytes() == before
    assert ledger.decide("open").state == "captured"
    assert Ledger(path).captured_total() == 1700
