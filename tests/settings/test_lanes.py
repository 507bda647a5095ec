"""The settings of a shop on a server: what they make of it, and that its password is nowhere to be seen."""

from __future__ import annotations

import io
import json
import stat
from pathlib import Path

import pytest

from pos.__main__ import main
from pos.domain.errors import TillError
from pos.settings.loading import load
from pos.settings.saving import change
from pos.settings.server import server_options
from pos.settings.showing import as_json, table
from pos.settings.sources import Sources
from pos.stores.redis.options import OfflineLimits, ServerOptions
from tests.settings.support import loaded, refusal, sources
from tests.settings.test_screen import settings_open, written

SECRET = "s3cr3t-Zq"
ON_A_SERVER = '[till]\nstore = "redis://till.example?shop=main"\n[lanes]\n'


def options(folder: Path, lines: str, **environ: str) -> ServerOptions | None:
    return server_options(loaded(folder, ON_A_SERVER + lines, environ).settings)


def test_without_a_word_all_is_as_is_usual(tmp_path: Path) -> None:
    assert options(tmp_path, "") == ServerOptions()


def test_a_store_in_a_folder_has_none(tmp_path: Path) -> None:
    # Not even the file of the password is looked at.
    text = '[lanes]\npassword_file = "/nowhere"\n'
    assert server_options(loaded(tmp_path, text).settings) is None
    assert server_options(loaded(tmp_path, f'{text}[till]\nstore = "/srv/shop"\n').settings) is None


def test_every_setting_is_used(tmp_path: Path) -> None:
    lines = (
        'user = "anna"\npassword = "x"\nca = "ca.pem"\ncertificate = "c.pem"\nkey = "k.pem"\ntimeout = 0.5\n'
        'journals = "j"\ncart_days = 1\norder_days = 2\nreplicas = 1\noffline_tenders = "cash , voucher"\n'
        "offline_most = 5000\noffline_minutes = 60\n"
    )
    assert options(tmp_path, lines) == ServerOptions(
        user="anna", password="x", ca=tmp_path / "ca.pem", certificate=tmp_path / "c.pem", key=tmp_path / "k.pem",
        timeout=0.5, journals=tmp_path / "j", cart_days=1, order_days=2, replicas=1,
        offline=OfflineLimits(tenders=("cash", "voucher"), most=5000, minutes=60),
    )  # fmt: skip
    held = loaded(tmp_path, ON_A_SERVER).settings
    assert server_options(held, trust=True) == ServerOptions(trust=True)


@pytest.mark.parametrize("amount", ["50.00", "50.0", '"50.00"', "-1", '"50,00"'])
def test_an_amount_in_the_largest_unit_is_refused(tmp_path: Path, amount: str) -> None:
    (told,) = refusal(tmp_path, f"{ON_A_SERVER}offline_most = {amount}\n")
    assert "lanes.offline_most" in told
    assert "5000 is 50.00" in told


def test_the_password_is_in_the_file_in_a_file_of_its_own_or_in_a_variable(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    own = 'password_file = "secret"\n'
    for lines, environ, password in (
        (own, {}, SECRET),
        ("", {"TILLKEY_LANES_PASSWORD": SECRET}, SECRET),
        ("", {"TILLKEY_LANES_PASSWORD_FILE": str(tmp_path / "secret")}, SECRET),
        (f'{own}password = "other"\n', {}, "other"),
        (f'{own}password = "other"\n', {"TILLKEY_LANES_PASSWORD": "third"}, "third"),
    ):
        found = options(tmp_path, lines, **environ)
        assert found is not None
        assert found.password == password


@pytest.mark.parametrize("content", [b"", b" \n", b"a\nb\n", b"\xff", b"a" * 5000])
def test_a_file_without_a_password_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret").write_bytes(content)
    with pytest.raises(TillError, match=r"secret: the password of lanes\.password_file cannot be read") as refused:
        options(tmp_path, 'password_file = "secret"\n')
    assert refused.value.code == "settings_invalid"
    (tmp_path / "secret").unlink()
    with pytest.raises(TillError, match="cannot be read"):
        options(tmp_path, 'password_file = "secret"\n')


def test_a_certificate_has_a_key(tmp_path: Path) -> None:
    with pytest.raises(TillError, match=r"lanes\.certificate and lanes\.key belong together"):
        options(tmp_path, 'certificate = "c.pem"\n')


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("timeout = 0", "0 is not allowed. Allowed: seconds from 0.1 to 30."),
        ("replicas = 10", "10 is not allowed. Allowed: a number from 0 to 9."),
        ('offline_tenders = "cash;card"', "cash;card is not allowed. Allowed: names of tenders, such as cash, card."),
        ("offline_most = 49.5", "49.5 is not allowed. Allowed: an amount in the smallest unit: 5000 is 50.00."),
        (f'password = "{SECRET}\\n"', "••• is not allowed. Allowed: a line of text."),
        (f'password = ["{SECRET}"]', "••• is not allowed. Allowed: a line of text."),
    ],
)
def test_what_is_wrong_is_named_and_no_secret(tmp_path: Path, line: str, told: str) -> None:
    name = line.partition(" ")[0]
    assert refusal(tmp_path, f"[lanes]\n{line}\n") == [f"settings.toml:2: lanes.{name}: {told}"]


def test_a_password_in_the_address_of_the_settings_is_not_repeated(tmp_path: Path) -> None:
    address = f"redis://anna:{SECRET}@till.example?shop=main"
    for told in (
        refusal(tmp_path, f'[till]\nstore = "{address}"\n'),
        refusal(tmp_path, "", {"TILLKEY_TILL_STORE": address}),
    ):
        assert "lanes.password_file" in told[0]
        assert SECRET not in told[0]


def test_a_secret_is_in_no_list_and_no_repr(tmp_path: Path) -> None:
    found = loaded(tmp_path, f'[lanes]\npassword = "{SECRET}"\n')
    shown = [
        repr(found),
        str(found.settings),
        json.dumps(as_json(found)),
        *table(found),
        str(found.settings.model_dump()),
    ]
    assert SECRET not in "".join(shown)
    assert ["lanes.password", "•••", f"{tmp_path}/settings.toml:2"] in [line.split() for line in table(found)]


def test_a_file_that_gets_a_secret_is_its_owners_alone(tmp_path: Path) -> None:
    named = sources(tmp_path, "[till]\n")
    named.path.chmod(0o644)
    change(named, "till.lane", "2")
    assert stat.S_IMODE(named.path.stat().st_mode) == 0o644
    change(named, "lanes.password", SECRET)
    assert stat.S_IMODE(named.path.stat().st_mode) == 0o600
    change(named, "till.lane", "3")
    assert stat.S_IMODE(named.path.stat().st_mode) == 0o600


def test_the_command_line_asks_for_a_secret_and_takes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "settings.toml"
    command = ["settings", "set", "--settings", str(file), "lanes.password"]
    assert main([*command, SECRET]) == 2
    assert not file.exists()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{SECRET}\n"))
    assert main([*command, "-"]) == 0
    told = "".join(capsys.readouterr())
    assert "lanes.password = •••" in told
    assert "pos settings set lanes.password - asks for it" in told
    assert SECRET not in told
    password = load(Sources(file, {})).settings.lanes.password
    assert password is not None
    assert password.get_secret_value() == SECRET


@pytest.mark.parametrize("typed", [SECRET, "4012001037141112", "96385074123456"])
async def test_a_secret_is_never_drawn(tmp_path: Path, typed: str) -> None:
    async with settings_open(tmp_path) as cashier:
        await cashier.keys("lanes password\n").sees("lanes.password: type the new value", "line")
        await cashier.keys(typed).sees("•" * len(typed), "line")
        assert typed not in cashier.text()
        await cashier.keys("\n").sees("Saved: password is ••• from the next start on.", "line")
        assert typed not in cashier.text()
        await cashier.keys("<ctrl+u>lanes password").sees("•••", "list")
        assert typed not in cashier.text()
        assert written(tmp_path) == {"lanes": {"password": typed}}


@pytest.mark.parametrize("pasted", ["4006381333931", f"{SECRET}-{SECRET}"])
async def test_what_is_pasted_as_a_secret_is_not_drawn_either(tmp_path: Path, pasted: str) -> None:
    async with settings_open(tmp_path) as cashier:
        await cashier.keys("lanes password\n").sees("lanes.password: type the new value", "line")
        await cashier.burst(f"{pasted}\n").sees("•" * len(pasted), "line")
        assert pasted not in cashier.text()
        await cashier.keys("\n").sees("Saved: password is ••• from the next start on.", "line")
        assert written(tmp_path) == {"lanes": {"password": pasted}}
