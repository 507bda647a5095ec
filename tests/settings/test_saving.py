"""Changing a setting in the file: what is written, what stays, and what is refused with the file untouched."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from pos.domain.errors import TillError
from pos.domain.message import verbatim
from pos.settings.listing import settings
from pos.settings.loading import load
from pos.settings.origins import LARGEST
from pos.settings.saving import change
from pos.settings.sources import Sources
from tests.other_user import give_away
from tests.settings.support import sources

HAND_WRITTEN = """# my till
[screen] # what it looks like
theme = "nord"   # the blue one
mouse = true

[till]
lane = "2"
"""


def test_a_change_keeps_comments_and_order(tmp_path: Path) -> None:
    found = change(sources(tmp_path, HAND_WRITTEN), "screen.theme", "dracula")
    assert found.settings.screen.theme == "dracula"
    assert (tmp_path / "settings.toml").read_text("utf-8") == HAND_WRITTEN.replace('"nord"', '"dracula"')


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "settings.toml"
    change(Sources(file, {}), "till.lane", "7")
    assert tomllib.loads(file.read_text("utf-8")) == {"till": {"lane": "7"}}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["settings.toml"]


@pytest.mark.parametrize(
    ("name", "typed", "written"),
    [
        ("screen.mouse", "off", False),
        ("till.timeout", "7", 7),
        ("till.timeout", "2.5", 2.5),
        ("till.lane", "7", "7"),
        ("till.store", "~/shop", "~/shop"),
        ("keys.pay", "f9", "f9"),
        ("screen.language", "auto", "auto"),
    ],
)
def test_what_is_typed_is_written_as_what_it_is(tmp_path: Path, name: str, typed: str, written: object) -> None:
    for text in ("", HAND_WRITTEN, "screen.theme = 'nord'\ntill = { lane = '1' }\n"):
        change(sources(tmp_path, text), name, typed)
        section, _, key = name.partition(".")
        values = tomllib.loads((tmp_path / "settings.toml").read_text("utf-8"))
        assert values[section][key] == written
        assert type(values[section][key]) is type(written)


def test_a_setting_that_is_taken_out_has_its_default_again(tmp_path: Path) -> None:
    found = change(sources(tmp_path, HAND_WRITTEN), "screen.theme", None)
    assert found.settings.screen.theme == "tillkey-dark"
    assert "theme" not in (tmp_path / "settings.toml").read_text("utf-8")
    assert change(sources(tmp_path, HAND_WRITTEN), "screen.themes", None).origin("screen.themes").kind == "default"


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("screen.refused", "loud", "screen.refused: loud is not allowed. Allowed: bell, flash, both or off."),
        ("till.timeout", "-1", "till.timeout: -1 is not allowed. Allowed: seconds from 0 to 600."),
        ("till.lane", "", "till.lane: “” is not allowed. Allowed: up to 12 letters and digits."),
        ("screen.language", "xx", "screen.language: xx is not allowed. Allowed: auto"),
        ("screen.locale", "xx_YY", "screen.locale: xx_YY is not allowed. Allowed: auto, or a locale such as de_DE."),
        ("screen.them", "nord", "screen.them is unknown. Did you mean screen.theme or screen.themes?"),
        ("scren", "nord", "scren is unknown. Did you mean screen?"),
        ("keys.pay", "f99", "f99 is no key."),
    ],
)
def test_what_is_wrong_is_refused_and_not_written(tmp_path: Path, name: str, typed: str, told: str) -> None:
    wrong = sources(
        tmp_path,
        HAND_WRITTEN,
        check_keys=lambda keys: [("pay", verbatim(f"{key} is no key.")) for key in keys.values()],
    )
    with pytest.raises(TillError) as refused:
        change(wrong, name, typed)
    assert refused.value.message.startswith(told)
    assert (tmp_path / "settings.toml").read_text("utf-8") == HAND_WRITTEN


def test_another_fault_in_the_file_does_not_keep_one_from_being_repaired(tmp_path: Path) -> None:
    broken = '[till]\nlane = "a lane"\n[screen]\nrefused = "loud"\n'
    change(sources(tmp_path, broken), "screen.refused", "off")
    assert '"off"' in (tmp_path / "settings.toml").read_text("utf-8")
    assert change(Sources(tmp_path / "settings.toml", {}), "till.lane", "1").settings.screen.refused == "off"


def test_what_comes_before_the_file_stays_in_force(tmp_path: Path) -> None:
    found = change(sources(tmp_path, "", {"TILLKEY_SCREEN_THEME": "nord"}), "screen.theme", "dracula")
    assert found.settings.screen.theme == "nord"
    assert found.origin("screen.theme").words == "TILLKEY_SCREEN_THEME"


def test_no_file_is_written_that_could_not_be_read_again(tmp_path: Path) -> None:
    """Not a byte more than a settings file may have: with it, the next till would not open."""
    own = '\n[till]\nlane = "7"\n'
    file = tmp_path / "settings.toml"
    for spare in (len(own) + 1, len(own)):
        file.write_text("#" * (LARGEST - spare - 1) + "\n")
        change(Sources(file, {}), "till.lane", "7")
        assert load(Sources(file, {})).settings.till.lane == "7"
    before = "#" * (LARGEST - len(own)) + "\n"
    file.write_text(before)
    with pytest.raises(TillError, match="it would have more than 65,536 bytes"):
        change(Sources(file, {}), "till.lane", "7")
    assert file.read_text() == before


def test_another_user_s_link_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, link = tmp_path / "mine.toml", tmp_path / "link.toml"
    mine.write_text('[till]\nlane = "1"\n', "utf-8")
    link.symlink_to(mine)
    give_away(link, monkeypatch)
    with pytest.raises(TillError, match=r"link\.toml cannot be written: link\.toml belongs to "):
        change(Sources(link, {}), "till.lane", "7")
    assert mine.read_text("utf-8") == '[till]\nlane = "1"\n'


def test_whoever_could_read_the_file_still_may(tmp_path: Path) -> None:
    found = sources(tmp_path, HAND_WRITTEN)
    (tmp_path / "settings.toml").chmod(0o644)
    change(found, "till.lane", "7")
    assert stat.S_IMODE((tmp_path / "settings.toml").stat().st_mode) == 0o644


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles.toml", tmp_path / "link.toml"
    real.write_text("", "utf-8")
    link.symlink_to(real)
    change(Sources(link, {}), "till.lane", "7")
    assert link.is_symlink()
    assert "lane" in real.read_text("utf-8")


def test_a_file_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TillError, match="cannot be"):
        change(Sources(tmp_path / "file" / "settings.toml", {}), "till.lane", "7")


@tries(deadline=None, max_examples=40)
@given(
    st.dictionaries(st.sampled_from([item.name for item in settings()]), st.text(max_size=12), max_size=6),
    st.sampled_from([item.name for item in settings()]),
)
def test_a_change_changes_one_thing_or_nothing(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, str], name: str
) -> None:
    folder = tmp_path_factory.mktemp("settings")
    typed = {"switch": "false", "number": "3", "choice": "auto"}
    addresses = {"till.gateway": "acme://till-1", "till.printer": "acme://counter", "queue.address": "kafka://a:9093/b"}
    item = next(item for item in settings() if item.name == name)
    good = item.choices[-1] if item.choices else addresses.get(name, typed.get(item.kind, "somewhere"))
    kept: dict[str, str] = {}
    place = sources(folder, "# top\n")
    for other, text in values.items():
        try:
            change(place, other, text)
            kept[other] = text
        except TillError:
            pass
    before = _flat(folder / "settings.toml")
    assert before.keys() == kept.keys()
    if name != "screen.locale":
        change(place, name, good)
        after = _flat(folder / "settings.toml")
        assert {key: value for key, value in after.items() if key != name} == {
            key: value for key, value in before.items() if key != name
        }
        change(place, name, None)
        assert _flat(folder / "settings.toml").keys() == before.keys() - {name}


def _flat(file: Path) -> dict[str, object]:
    found = tomllib.loads(file.read_text("utf-8"))
    return {f"{section}.{key}": value for section, values in found.items() for key, value in values.items()}
