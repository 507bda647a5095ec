"""What is in force, where it is from, and how what is wrong is told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from pos.domain.errors import TillError
from pos.domain.message import Message, verbatim
from pos.domain.terminal_text import legible
from pos.settings import early_settings
from pos.settings.listing import said, settings, value_of
from pos.settings.loading import judged, load
from pos.settings.model import Settings
from pos.settings.origins import variable_of
from pos.settings.sources import Sources
from pos.settings.toml import parse_toml
from tests.manual.papers import page
from tests.settings.support import loaded, refusal, sources


def test_without_anything_every_setting_has_its_default(tmp_path: Path) -> None:
    found = loaded(tmp_path, "")
    assert found.settings == Settings()
    assert {found.origin(item.name).words for item in settings()} == {"default"}


def test_an_option_comes_before_a_variable_before_the_file_before_the_default(tmp_path: Path) -> None:
    text = '[till]\nlane = "1"\ntimeout = 7\n[screen]\ntheme = "nord"\n'
    found = loaded(
        tmp_path, text, {"TILLKEY_TILL_LANE": "2", "TILLKEY_TILL_TIMEOUT": "8"}, {"till.lane": "3", "till.store": None}
    )
    assert (found.settings.till.lane, found.settings.till.timeout, found.settings.screen.theme) == ("3", 8, "nord")
    assert found.settings.screen.language == "auto"
    assert [found.origin(name).words.replace(f"{tmp_path}/", "") for name in ("till.lane", "till.timeout")] == [
        "--lane",
        "TILLKEY_TILL_TIMEOUT",
    ]
    assert found.origin("screen.theme").line == 5
    assert found.origin("till.store").words == "default"


def test_textual_s_theme_counts_until_a_theme_is_set(tmp_path: Path) -> None:
    environ = {"TEXTUAL_THEME": "sparkles, nord"}
    found = loaded(tmp_path, "", environ)
    assert (found.settings.screen.theme, found.origin("screen.theme").words) == ("sparkles, nord", "TEXTUAL_THEME")
    found = loaded(tmp_path, 'screen.theme = "gruvbox"', environ)
    assert (found.settings.screen.theme, found.origin("screen.theme").line) == ("gruvbox", 1)
    assert loaded(tmp_path, "", {"TEXTUAL_THEME": "a\nb"}).settings.screen.theme == "tillkey-dark"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('screen.theme = "nord"', 1),
        ('[screen]\n\n# colours\n"theme"="nord"', 4),
        ('screen = { mouse = true, theme = "nord" }', 1),
        ('[till]\nlane="2"\n[screen] # colours\ntheme = "nord"', 4),
    ],
)
def test_a_value_is_found_on_its_line_however_it_is_written(tmp_path: Path, text: str, line: int) -> None:
    assert loaded(tmp_path, text).origin("screen.theme").line == line


def test_folders_of_the_file_are_beside_it_and_others_where_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    found = loaded(tmp_path, '[till]\nstore = "shop"\ncatalog = "~/shop.json"', {"TILLKEY_SCREEN_THEMES": "mine"})
    assert found.settings.till.store == tmp_path / "shop"
    assert found.settings.till.catalog == Path("/home/ada/shop.json")
    assert found.settings.screen.themes == Path("mine").absolute()


def test_numbers_for_names_and_words_for_switches_are_understood(tmp_path: Path) -> None:
    found = loaded(tmp_path, "[till]\nlane = 3\nlatency = 0\n", {"TILLKEY_SCREEN_MOUSE": "off"})
    assert (found.settings.till.lane, found.settings.till.latency, found.settings.screen.mouse) == ("3", 0, False)


def test_keys_are_named_by_their_actions(tmp_path: Path) -> None:
    found = loaded(tmp_path, '[keys]\npay = "f10"\n', {"TILLKEY_KEYS_VOID_ALL": "ctrl+v"})
    assert found.settings.keys == {"pay": "f10", "void-all": "ctrl+v"}
    assert found.origin("keys.void-all").words == "TILLKEY_KEYS_VOID_ALL"


def test_an_empty_variable_sets_nothing(tmp_path: Path) -> None:
    assert loaded(tmp_path, "", {"TILLKEY_SCREEN_THEME": ""}).settings.screen.theme == "tillkey-dark"


def test_all_that_is_wrong_is_told_at_once_with_place_and_what_is_allowed(tmp_path: Path) -> None:
    text = '[till]\nlatency = -1\nlane = "a lane"\n[screen]\nthem = "x"\nrefused = "loud"\n[scren]\n'
    assert refusal(tmp_path, text, {"TILLKEY_SCREEN_MOUSE": "perhaps", "TILLKEY_LOG_FIEL": "x"}) == [
        "settings.toml:2: till.latency: -1 is not allowed. Allowed: seconds from 0 to 600.",
        "settings.toml:3: till.lane: a lane is not allowed. Allowed: up to 12 letters and digits.",
        "settings.toml:5: screen.them: them is unknown. Did you mean theme or themes?",
        "settings.toml:6: screen.refused: loud is not allowed. Allowed: bell, flash, both or off.",
        "settings.toml:7: scren: scren is unknown. Did you mean screen?",
        "TILLKEY_LOG_FIEL: TILLKEY_LOG_FIEL is unknown. Did you mean TILLKEY_LOG_FILE?",
        "TILLKEY_SCREEN_MOUSE: perhaps is not allowed. Allowed: true or false.",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[till]\nstore = 'tinydb://x'",
            "settings.toml:2: till.store: tinydb://x is not allowed. Allowed: a folder, or redis://HOST:PORT/DB?shop=NAME.",
        ),
        (
            '[till]\nprinter = "lp"',
            "settings.toml:2: till.printer: lp is not allowed. Allowed: an address such as screen://.",
        ),
        ("[till]\ntimeout = nan", "settings.toml:2: till.timeout: nan is not allowed. Allowed: seconds from 0 to 600."),
        ("[screen]\ntheme = ''", "settings.toml:2: screen.theme: “” is not allowed. Allowed: a name."),
        ("till = 3", "settings.toml:1: till: This is a section: write [till]."),
        ("[keys]\npay = 3.5", None),
        ("[keys]\npay = [3]", "settings.toml:2: keys.pay: [3] is not allowed. Allowed: a key such as f10, or none."),
        ("[screen]\ntheme = \n", "settings.toml:2:9: broken TOML: Invalid value."),
        ('[screen]\ntheme = "a', "settings.toml:2:11: broken TOML: Unterminated string."),
        (
            "zz = 1",
            "settings.toml:1: zz: zz is unknown. "
            "There are: till, screen, ask, receipt, log, lanes, checkout, queue, keys.",
        ),
        ('[screen]\n"\\u001b[31m" = 1', None),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, told: str | None) -> None:
    if told is not None:
        assert refusal(tmp_path, text) == [told]
    elif "pay" in text:
        assert loaded(tmp_path, text).settings.keys == {"pay": "3.5"}
    else:
        assert all(line.isprintable() for line in refusal(tmp_path, text))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("caf\udce9", "A name in {} has a byte that is no UTF-8, here a question mark: rename it."),
        ("caf\u200b", "A name in {} has a character that cannot be seen: rename it."),
    ],
)
def test_a_path_that_cannot_be_printed_is_refused_with_the_reason(tmp_path: Path, name: str, told: str) -> None:
    path = tmp_path / name / "store"
    text = told.format(legible(str(path)))
    assert refusal(tmp_path, "", {"TILLKEY_TILL_STORE": str(path)}) == [
        f"TILLKEY_TILL_STORE: {text}".replace(f"{tmp_path}/", "")
    ]
    with pytest.raises(TillError) as refused:
        loaded(tmp_path, "", options={"till.catalog": path})
    assert refused.value.message == f"--catalog: {text}"


def test_many_faults_are_counted(tmp_path: Path) -> None:
    told = refusal(tmp_path, "[screen]\n" + "".join(f"x{number} = 1\n" for number in range(11)))
    assert len(told) == 9
    assert told[-1] == "And 3 more faults."


def test_a_file_that_is_named_must_be_readable_and_the_usual_one_may_be_missing(tmp_path: Path) -> None:
    with pytest.raises(TillError, match=r"none\.toml: the settings cannot be read: it is not there\."):
        load(Sources(tmp_path / "none.toml", {}))
    with pytest.raises(TillError, match="cannot be read"):
        load(Sources(None, {"TILLKEY_SETTINGS": str(tmp_path)}))
    (tmp_path / "latin.toml").write_bytes(b"# \xe9\n")
    with pytest.raises(TillError, match="not UTF-8"):
        load(Sources(tmp_path / "latin.toml", {}))


def test_the_usual_file_is_where_the_platform_keeps_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert load(Sources(None, {})).settings == Settings()
    assert Sources(None, {}).path.name == "settings.toml"
    assert Sources(None, {"TILLKEY_SETTINGS": "other.toml"}).path == Path("other.toml")


def test_keys_that_cannot_be_are_told_with_their_place(tmp_path: Path) -> None:
    def never(keys: Mapping[str, str]) -> list[tuple[str, Message]]:
        return [(action, verbatim(f"{key} is no key that terminals send.")) for action, key in keys.items()]

    wrong = sources(tmp_path, '[screen]\nmouse = false\n[keys]\npay = "f99"\n', check_keys=never)
    with pytest.raises(TillError, match=r"settings\.toml:4: keys\.pay: f99 is no key that terminals send\."):
        load(wrong)


def test_every_setting_is_described_and_its_default_is_allowed(tmp_path: Path) -> None:
    for item in settings():
        assert item.about.endswith("."), item.name
        assert item.allowed, item.name
        value = said(value_of(Settings(), item.name))
        if value:
            found = loaded(tmp_path, "", {variable_of(item.name): value})
            assert value_of(found.settings, item.name) == item.default


def test_the_first_look_takes_what_is_there_and_never_fails(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    assert early_settings(file, {}) == (None, None, None)
    file.write_text('[screen]\ntheme = "nord"\nlanguage = 3\n')
    assert early_settings(file, {}) == ("nord", None, None)
    assert early_settings(file, {"TILLKEY_SCREEN_LANGUAGE": "de", "TILLKEY_SCREEN_THEME": "dracula"})[:2] == (
        "dracula",
        "de",
    )
    assert early_settings(None, {"TILLKEY_SETTINGS": str(file)}).theme == "nord"
    for broken in ("[screen", "screen = 3", "screen = [1]", "\x00"):
        file.write_text(broken)
        assert early_settings(file, {}) == (None, None, None)
    assert early_settings(tmp_path, {}) == (None, None, None)


@tries(deadline=None)
@given(st.text(max_size=80))
def test_no_text_is_more_than_a_file_that_is_refused(text: str) -> None:
    for whole in (text, f"[screen]\n{text}", f"[keys]\nx = {text}"):
        told: list[str] = []
        try:
            _, faults = judged(Sources(None, {}), parse_toml(whole, Path("settings.toml")))
            told = [str(fault.words) for fault in faults]
        except TillError as error:
            told = error.message.splitlines()
        assert all(line.isprintable() for line in told)


def test_the_manuals_table_is_the_model() -> None:
    rows = [line.strip("| ").split(" | ") for line in page("settings").splitlines() if " | `TILLKEY_" in line]
    assert rows[:-1] == [
        [
            f"`{item.name}`",
            f"`{variable_of(item.name)}`",
            str(item.allowed),
            f"`{said(item.default)}`" if item.default is not None else "",
            item.about,
        ]
        for item in settings()
    ]
    assert rows[-1][0] == "`keys.ACTION`"
