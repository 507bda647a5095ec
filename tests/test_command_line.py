"""The command line: settings, versions, completion and the log, as somebody in a shell meets them."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import prefork
from tests.manual.papers import page

HERE = Path(__file__).resolve().parent.parent
FLOW = str(HERE / "data/flows/plain-sale.pos")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def pos(home: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run `pos` as a user with this home and no settings but these."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("TILLKEY_", "LC_", "LANG", "XDG_"))
    }
    env = {**kept, "HOME": str(home), "PYTHONPATH": str(HERE), **environ}
    return prefork.text(prefork.run("pos", *arguments, env=env))


def done(home: Path, *arguments: str, **environ: str) -> str:
    ran = pos(home, *arguments, **environ)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_versions_that_a_report_needs_are_told(home: Path) -> None:
    from importlib.metadata import version

    from pos import __version__

    assert done(home, "--version").splitlines() == [
        f"Tillkey {__version__}",
        f"Python {platform.python_version()}",
        f"Textual {version('textual')}",
    ]


def test_settings_shows_every_setting_with_its_value_and_where_it_is_from(home: Path) -> None:
    file = Path(done(home, "settings", "--path").strip())
    assert file == home / ".config/tillkey/settings.toml"
    file.parent.mkdir(parents=True)
    file.write_text('[screen]\ntheme = "nord"\n\n[keys]\npay = "f9"\nchecks = "none"\n', "utf-8")
    lines = done(home, "--lane", "3", "settings", TILLKEY_SCREEN_MOUSE="off").splitlines()
    rows = {cells[0]: cells[1:] for line in lines if (cells := line.split())}
    assert rows["screen.theme"] == ["nord", "~/.config/tillkey/settings.toml:2"]
    assert rows["keys.pay"] == ["f9", "~/.config/tillkey/settings.toml:5"]
    assert rows["screen.mouse"] == ["false", "TILLKEY_SCREEN_MOUSE"]
    assert rows["till.lane"] == ["3", "--lane"]
    assert rows["till.store"] == ["–", "default"]


def test_settings_are_there_for_programs_too(home: Path) -> None:
    found = {item["name"]: item for item in json.loads(done(home, "settings", "--json", TILLKEY_TILL_TIMEOUT="7"))}
    timeout = found["till.timeout"]
    assert (timeout["value"], timeout["from"], timeout["place"]) == (7, "variable", "TILLKEY_TILL_TIMEOUT")
    assert (timeout["default"], timeout["variable"]) == (5, "TILLKEY_TILL_TIMEOUT")
    assert found["screen.refused"]["allowed"] == "bell, flash, both or off"


def test_a_setting_is_set_and_unset(home: Path) -> None:
    assert done(home, "settings", "set", "screen.theme", "nord").startswith("screen.theme = nord  (~/.config/")
    assert "nord" in done(home, "settings")
    assert done(home, "settings", "unset", "screen.theme") == "screen.theme = tillkey-dark  (default)\n"
    assert done(home, "settings", "set", "till.store", "shop") != ""
    assert f'store = "{Path.cwd() / "shop"}"' in (home / ".config/tillkey/settings.toml").read_text("utf-8")


def test_the_file_to_change_may_be_named_before_and_after(home: Path) -> None:
    file = home / "lane 2" / "settings.toml"
    done(home, "settings", "set", "till.lane", "2", "--settings", str(file))
    done(home, "settings", "--settings", str(file), "set", "screen.theme", "nord")
    assert file.read_text().count(" = ") == 2
    done(home, "--settings", str(file), "settings", "unset", "till.lane")
    assert "lane" not in file.read_text().replace(str(home), "")
    done(home, "settings", "unset", "screen.theme", "--settings", str(file))
    assert "theme" not in file.read_text()


def test_a_till_without_a_terminal_ends_with_words(home: Path) -> None:
    ran = pos(home)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "pos: the till needs a terminal; `pos run -` reads a script\n"


def test_a_wrong_setting_is_refused_with_what_is_allowed(home: Path) -> None:
    ran = pos(home, "settings", "set", "screen.refused", "loud")
    assert (ran.returncode, ran.stdout) == (2, "")
    allowed = "loud is not allowed. Allowed: bell, flash, both or off."
    assert ran.stderr == f"pos: settings_invalid: screen.refused: {allowed}\n"
    assert not (home / ".config/tillkey/settings.toml").exists()


def test_keys_are_checked_where_they_are_set(home: Path) -> None:
    done(home, "settings", "set", "keys.pay", "f9", TILLKEY_KEYS_CHECKS="none")
    ran = pos(home, "settings", "set", "keys.pay", "f99")
    assert ran.returncode == 2
    assert "pay cannot be F99" in ran.stderr


def test_every_command_is_stopped_by_wrong_settings_which_are_all_named(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[till]\nlane = 'a lane'\nlatency = -1\n", "utf-8")
    for arguments in (("settings",), ("run", FLOW)):
        ran = pos(home, *arguments, "--settings", str(file), TILLKEY_TIL_LANE="x")
        assert ran.returncode == 2
        assert [line.removeprefix("pos: settings_invalid: ") for line in ran.stderr.splitlines()] == [
            f"{file}:2: till.lane: a lane is not allowed. Allowed: up to 12 letters and digits.",
            f"{file}:3: till.latency: -1 is not allowed. Allowed: seconds from 0 to 600.",
            "TILLKEY_TIL_LANE: TILLKEY_TIL_LANE is unknown. Did you mean TILLKEY_TILL_LANE or TILLKEY_TILL_LATENCY?",
        ]
    file.write_text("[till", "utf-8")
    ran = pos(home, "run", FLOW, TILLKEY_SETTINGS=str(file))
    assert ran.returncode == 2
    assert f"{file}:1:6: broken TOML" in ran.stderr


def test_a_script_without_a_store_is_the_same_whatever_shop_the_settings_name(home: Path, tmp_path: Path) -> None:
    shop = {"TILLKEY_TILL_STORE": str(tmp_path / "shop"), "TILLKEY_TILL_CATALOG": str(tmp_path / "none.json")}
    frozen = ("run", FLOW, "--json", "--now", "2026-11-22T12:00:00-05:00")
    assert _orders(done(home, *frozen, **shop)) == _orders(done(home, *frozen))
    assert not (tmp_path / "shop").exists()


def test_a_script_on_a_store_of_its_own_has_the_settings_of_the_till(home: Path, tmp_path: Path) -> None:
    catalog = tmp_path / "mine.json"
    catalog.write_text(
        json.dumps(
            {
                "store": {"name": "Mine", "currency": "USD", "timezone": "UTC"},
                "products": [{"sku": "PEN", "name": "Pen", "price": 100}],
            }
        ),
        "utf-8",
    )
    script = tmp_path / "pen.pos"
    script.write_text("PEN\npay cash\n", "utf-8")
    environ = {"TILLKEY_TILL_CATALOG": str(catalog), "TILLKEY_TILL_LANE": "7"}
    for _ in range(2):
        # The catalog of the settings fills the store once and is no error afterwards.
        told = done(home, "run", str(script), "--json", "--store", str(tmp_path / "shop"), **environ)
        assert json.loads(told.splitlines()[0])["sale"]["ticket"].startswith("7-")
    ran = pos(home, "run", str(script), "--store", str(tmp_path / "shop"), "--catalog", str(catalog))
    assert "catalog_not_empty" in ran.stderr


def test_the_log_says_what_a_script_did(home: Path, tmp_path: Path) -> None:
    log = tmp_path / "till.log"
    done(home, "run", FLOW, "--log", str(log))
    assert " started version=" in log.read_text("utf-8")
    ran = pos(home, "run", FLOW, TILLKEY_LOG_FILE=str(tmp_path / "none" / "till.log"))
    assert ran.returncode == 2
    assert "log_unusable" in ran.stderr


def test_a_store_is_looked_after_from_the_command_line(home: Path, tmp_path: Path) -> None:
    """Each command once, as a user runs it, on the store that the settings name."""
    shop, file = tmp_path / "shop", tmp_path / "shop.tar.gz"
    done(home, "run", FLOW, "--store", str(shop))
    done(home, "settings", "set", "till.store", str(shop))
    assert done(home, "orders").startswith("1-1-1 ")
    assert json.loads(done(home, "orders", "--json"))["receipt"] == "1-1-1"
    assert done(home, "doctor").endswith("All is well.\n")
    assert done(home, "doctor", "--repair").endswith("All is well.\n")
    assert done(home, "backup", str(file)).startswith(f"{file} holds the store up to step ")
    assert done(home, "close-day").endswith(" is closed: 1 order.\n")
    restored = str(tmp_path / "restored")
    assert done(home, "restore", str(file), "--store", restored).startswith(f"{restored} is the store up to step ")
    assert json.loads(done(home, "doctor", "--json", "--store", restored))["ok"] is True
    assert pos(home, "restore", str(file)).stderr.startswith("pos: store_not_empty: ")


def test_the_manual_tells_every_command(home: Path) -> None:
    told = done(home, "--help").partition("commands:")[2].partition("A value of")[0]
    names = {line.split()[0] for line in told.splitlines() if re.match(r" {4}[a-z]", line)}
    assert names >= {"run", "settings", "orders", "doctor", "backup", "restore", "close-day", "schema", "completion"}
    assert [name for name in sorted(names) if f"`pos {name}" not in page("settings")] == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "tcsh"])
def test_a_completion_is_a_script_of_its_shell(home: Path, tmp_path: Path, shell: str) -> None:
    script = tmp_path / f"pos.{shell}"
    script.write_text(done(home, "completion", shell), "utf-8")
    assert "settings" in script.read_text("utf-8")
    program = shutil.which(shell)
    # Of a shell that is not installed, it is only known that its script is made.
    if program is not None:
        checked = subprocess.run([program, "-n", str(script)], capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("pos", "r"), {"run"}),
        (("pos", "--st"), {"--store"}),
        (("pos", "run", "--js"), {"--json"}),
        (("pos", "settings", "s"), {"set"}),
        (("pos", "clo"), {"close-day"}),
        (("pos", "doctor", "--re"), {"--repair"}),
        (("pos", "completion", "ba"), {"bash"}),
        (("pos", "manual", "ke"), {"keys"}),
        (("pos", "schema", "check"), {"checkout-request"}),
        (("pos", "enq"), {"enqueue"}),
        (("pos", "queue", "re"), {"retry"}),
        (("pos", "order", "--wa"), {"--wait"}),
        (("pos", "report", "te"), {"tenders"}),
    ],
)
def test_bash_offers_what_can_follow(home: Path, tmp_path: Path, words: Sequence[str], offered: set[str]) -> None:
    script = tmp_path / "pos.bash"
    script.write_text(done(home, "completion", "bash"), "utf-8")
    probe = (
        f"source {script}; COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; "
        '$(complete -p pos | sed "s/.*-F \\([^ ]*\\) .*/\\1/") 2>/dev/null; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    ran = subprocess.run(["bash", "-c", f"f() {{ {probe}; }}; f"], capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    assert offered <= {word.strip() for word in ran.stdout.split()}


def _orders(told: str) -> list[object]:
    """What was printed, without the random ids of orders."""
    found = [json.loads(line) for line in told.splitlines()]
    for line in found:
        line["sale"].pop("order", None)
        for payment in line["sale"].get("payments", ()):
            payment.pop("attempt", None)
        line.pop("events", None)
    return found


def test_training_wants_a_terminal_as_the_till_does_and_touches_no_store(home: Path, tmp_path: Path) -> None:
    ran = pos(home, "training", "--store", str(tmp_path / "shop"))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "needs a terminal" in ran.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [("run", "-"), ("demo", FLOW, "--headless")], ids=["run", "demo"])
def test_what_has_no_effect_in_a_catalog_is_told_once_and_keeps_nobody_from_it(
    home: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    path = tmp_path / "shop.json"
    catalog = json.loads((HERE / "data/demo.json").read_text("utf-8"))
    catalog["store"]["cash_rounding"] = {"step": 1, "mode": "up"}
    catalog["products"] += [{"sku": "PEN", "name": "Pen", "price": 1, "low_stock": 3}]
    path.write_text(json.dumps(catalog), "utf-8")
    ran = pos(home, command[0], "--catalog", str(path), *command[1:])
    assert ran.returncode == 0, ran.stdout + ran.stderr
    place = f"products[{len(catalog['products']) - 1}] (PEN).low_stock"
    assert ran.stderr.splitlines() == [
        f"pos: {path}: store.cash_rounding.mode: has no effect with a step of 1, which rounds nothing.",
        f"pos: {path}: {place}: has no effect without stock.",
    ]


def test_of_very_many_such_lines_the_first_are_told(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    goods = [{"sku": str(number), "name": "x", "price": 1, "oversell": True} for number in range(30)]
    path.write_text(json.dumps({"products": goods}), "utf-8")
    ran = pos(home, "run", "--catalog", str(path), "-", "--json")
    told = ran.stderr.splitlines()
    assert (ran.returncode, ran.stdout, len(told), told[-1]) == (0, "", 21, "pos: and 10 more.")


@pytest.mark.parametrize(
    "command",
    [
        ("run", "-"),
        ("run", "-", "--now", "2026-11-22T14:03"),
        ("serve", "--port", "0"),
        ("doctor", "--repair"),
        ("close-day",),
        ("backup", "file"),
        ("orders",),
    ],
)
def test_a_folder_that_is_no_store_is_refused_as_it_is(home: Path, command: Sequence[str]) -> None:
    folder = home / "documents"
    folder.mkdir(parents=True)
    (folder / "thesis.new").write_text("a year's work")
    (folder / "thesis.new").chmod(0o755)
    ran = pos(home, *command, "--store", str(folder))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("pos: store_unusable: ")
    assert str(folder) in ran.stderr
    assert [(path.name, path.stat().st_mode & 0o777) for path in folder.iterdir()] == [("thesis.new", 0o755)]


@pytest.mark.parametrize(
    "module", ["pos.command_line", "argparse", "pos.commands.parsers", "pos.locales", "pos.settings"]
)
def test_ctrl_c_while_the_program_is_being_loaded_ends_it_without_a_word(tmp_path: Path, module: str) -> None:
    code = (
        "import sys\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {module!r}: raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "from pos.__main__ import main\n"
        "sys.exit(main(['--version']))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=HERE,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (told.returncode, told.stdout, told.stderr) == (130, b"", b"")
