"""The server by itself: who gets what, and what becomes of the tills."""

from __future__ import annotations

import asyncio
import re

import pytest
from aiohttp import WSServerHandshakeError

from pos.domain.i18n import using_language
from pos.locales import language_of
from pos.serving import pages
from pos.serving.address import Address
from pos.serving.auth import DELAY, FAILURES
from tests.serving.served import serving, stand_in


async def test_a_token_is_exchanged_for_a_cookie_at_once_and_works_once() -> None:
    async with serving() as served, served.stranger() as browser:
        token = served.server.auth.token
        answer = await browser.get(f"/?token={token}")
        assert (answer.status, answer.headers["Location"]) == (303, "/")
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith(f"tillkey-{served.port}=")
        assert {part.strip() for part in cookie.split(";")[1:]} == {"HttpOnly", "Path=/", "SameSite=Strict"}
        assert token not in cookie
        assert await browser.status("/") == 200
        async with served.stranger() as other:
            assert await other.status(f"/?token={token}") == 401
            assert await other.status("/") == 401
            assert await other.status(f"/?token={served.server.auth.token}") == 303


@pytest.mark.parametrize(
    "path", ["/", "/ws", "/static/page.js", "/static/textual.js", "/static/", "/download/1", "/nothing", "/?token="]
)
async def test_nothing_is_answered_without_the_cookie(path: str) -> None:
    async with serving() as served, served.stranger() as browser:
        answer = await browser.get(path, Cookie=f"tillkey-{served.port}=guessed", Origin=served.url)
        assert answer.status == 401
        assert "token" in await answer.text()


async def test_who_was_let_in_gets_the_page_and_its_files_and_no_list_of_them() -> None:
    async with serving() as served, served.browser() as browser:
        assert [await browser.status(f"/static/{name}") for name in pages.FILES] == [200] * len(pages.FILES)
        paths = ("/static/", "/static", "/static/../server.py", "/static/%2e%2e/pages.py", "/download/1", "/x")
        assert [await browser.status(path) for path in paths] == [404] * len(paths)
        assert await browser.status("/ws") == 403


async def test_every_answer_tells_the_browser_to_keep_and_to_leak_nothing() -> None:
    async with serving() as served, served.browser() as browser:
        for path in ("/", "/static/page.js", "/nothing", f"/?token={served.server.auth.token}"):
            answer = await browser.get(path)
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; script-src 'self'; ")
            assert f"connect-src ws://127.0.0.1:{served.port}/ws;" in policy
            assert "frame-ancestors 'none'" in policy


async def test_a_page_loads_nothing_from_elsewhere() -> None:
    ours = [path.read_text("utf-8") for path in pages.HERE.iterdir()]
    assert [found for text in ours for found in re.findall(r"https?://[^\s\"')]+", text)] == []
    assert "ws://127.0.0.1:1/ws" in pages.till_page("http://127.0.0.1:1")


async def test_pages_speak_the_language_of_the_till() -> None:
    async with serving() as served, served.browser() as browser:
        with using_language(language_of("de")):
            page = await (await browser.get("/")).text()
            nowhere = await (await browser.get("/nothing")).text()
    assert '<html lang="de">' in page
    assert "Die Kasse wird geöffnet" in page
    assert "Unter dieser Adresse gibt es nichts." in nowhere


async def test_another_name_for_this_machine_is_not_answered() -> None:
    """A name of an attacker's that leads here (DNS rebinding) is another site to the browser, and so to the server."""
    async with serving() as served, served.browser() as browser:
        for host in ("evil.example", f"evil.example:{served.port}", "127.0.0.1", f"127.0.0.1:{served.port + 1}"):
            assert await browser.status("/", Host=host) == 421
        # A browser has the cookie of one name only, but each of the machine's own names is answered.
        assert await browser.status("/", Host=f"localhost:{served.port}") in (200, 401)


async def test_another_site_cannot_use_a_browser_that_was_let_in() -> None:
    async with serving() as served, served.browser() as browser:
        address = f"{served.url}/ws"
        for origin in ("http://evil.example", "null", f"https://127.0.0.1:{served.port}", ""):
            with pytest.raises(WSServerHandshakeError) as refused:
                await browser.session.ws_connect(address, headers={"Origin": origin})
            assert refused.value.status == 403
        assert await browser.status("/", Origin="http://evil.example") == 403
        token = served.server.auth.token
        assert await browser.status(f"/?token={token}", **{"Sec-Fetch-Site": "cross-site"}) == 403
        assert served.server.auth.token == token


async def test_only_opening_the_address_uses_the_token() -> None:
    async with serving() as served, served.stranger() as browser:
        token = served.server.auth.token
        for method in ("HEAD", "POST", "OPTIONS"):
            async with browser.session.request(method, f"{served.url}/?token={token}") as answer:
                assert answer.status == 401
        assert served.server.auth.token == token


async def test_wrong_tokens_are_slowed_and_the_right_one_still_enters() -> None:
    async with serving() as served, served.stranger() as browser:
        statuses = [await browser.status("/?token=guess") for _ in range(FAILURES + 2)]
        assert statuses == [401] * FAILURES + [429] * 2
        assert served.waited == [DELAY] * 2
        assert await browser.status(f"/?token={served.server.auth.token}") == 303
        assert await browser.status("/") == 200


async def test_behind_a_proxy_the_last_address_that_it_tells_is_who_guesses() -> None:
    address = Address(port=0, behind_proxy=True, public_url="https://till.example.org")
    async with serving(address=address) as served, served.stranger() as browser:

        async def guess(told: str) -> int:
            headers = {"Host": "till.example.org", "X-Forwarded-For": told}
            return await browser.status("/?token=guess", **headers)

        assert [await guess(f"198.51.100.{n}, 192.0.2.1") for n in range(FAILURES + 1)] == [401] * FAILURES + [429]
        assert [await guess(told) for told in ("192.0.2.2", "192.0.2.1, nonsense", "192.0.2.1")] == [401, 401, 429]
        assert [await guess(f"2001:db8::{n}") for n in range(FAILURES + 1)] == [401] * FAILURES + [429]


async def test_without_a_proxy_nobody_chooses_the_address_they_are_counted_by() -> None:
    async with serving() as served, served.stranger() as browser:
        for number in range(FAILURES):
            await browser.status("/?token=guess", **{"X-Forwarded-For": f"192.0.2.{number}"})
        assert await browser.status("/?token=guess", **{"X-Forwarded-For": "192.0.2.99"}) == 429


async def test_behind_a_proxy_only_its_name_and_tls_count() -> None:
    address = Address(port=0, behind_proxy=True, public_url="https://till.example.org")
    async with serving(address=address) as served, served.stranger() as browser:
        assert await browser.status("/") == 421
        answer = await browser.get(f"/?token={served.server.auth.token}", Host="till.example.org")
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-tillkey-443=")
        assert "Secure" in cookie
        page = await browser.get("/", Host="till.example.org", Cookie=cookie.split(";")[0])
        assert 'data-session-websocket-url="wss://till.example.org/ws"' in await page.text()


async def test_a_window_is_a_till_of_its_size() -> None:
    async with serving() as served, served.browser() as browser, browser.window(90, 25) as window:
        await window.shows("here 90x25")
        await window.type("ü3")
        await window.shows("typed ü3")
        await window.send('["resize", {"width": 120, "height": 40}]')
        await window.until(lambda: b'"width": 120, "height": 40' in window.raw, "the new size")


JUNK = ("", "{", "[]", "3", '["stdin"]', '["stdin", 7]', '["resize", []]', '["nope", 1]', '{"stdin": 1}', "null", "NaN")
DEEP = (
    "[" * 100_000,
    '["ping", ' + "[" * 50_000 + "]" * 50_000 + "]",
    '{"a":' * 100_000,
    '["resize", {"width":' * 9999,
)
HUGE = ("9" * 10_000, '["resize", {"width": ' + "9" * 9_000 + ', "height": 1e999}]', '["resize", {"width": {}}]')


@pytest.mark.parametrize("junk", [*JUNK, *DEEP, *HUGE], ids=range(len(JUNK + DEEP + HUGE)))
async def test_what_no_page_sends_is_left_out(junk: str) -> None:
    async with serving() as served, served.browser() as browser, browser.window() as window:
        await window.send(junk)
        await window.type("still here")
        await window.shows("typed still here")


async def test_a_second_browser_is_told_where_the_till_is_and_gets_it_once_it_is_closed() -> None:
    async with serving() as served, served.browser() as first, served.browser() as second:
        async with first.window() as window:
            await window.shows("here")
            page = await second.get("/")
            assert page.status == 409
            assert "It is open in another browser since 14:03" in await page.text()
            with pytest.raises(WSServerHandshakeError) as refused:
                async with second.window():
                    pass
            assert refused.value.status == 409
            await window.type("q")
            assert await window.closed() == 4000
        async with second.window() as window:
            await window.shows("here")


async def test_throw_away_stores_have_room_for_some() -> None:
    async with (
        serving(sessions=2) as served,
        served.browser() as first,
        served.browser() as second,
        served.browser() as third,
        first.window() as one,
        second.window() as two,
    ):
        await one.shows("here")
        await two.shows("here")
        page = await third.get("/")
        assert page.status == 409
        assert "2 browsers are here already" in await page.text()


async def test_a_second_window_of_a_browser_takes_the_till_over() -> None:
    async with serving() as served, served.browser() as browser, browser.window() as first:
        await first.shows("here")
        closed = asyncio.create_task(first.closed())
        async with browser.window() as second:
            await second.shows("here")
            assert await closed == 4002
            await second.type("alone")
            await second.shows("typed alone")
            assert len(served.server.lanes.tills) == 1


async def test_a_till_that_breaks_is_told_in_the_browser_and_at_the_server() -> None:
    async with serving() as served, served.browser() as browser:
        async with browser.window() as window:
            await window.type("x")
            assert await window.closed() == 4001
        async with browser.window() as window:
            await window.shows("here")
        assert [line.strip() for line in served.told] == ["all is \x1b[31mlost"]


async def test_a_till_ends_with_its_window() -> None:
    async with serving() as served, served.browser() as browser:
        async with browser.window() as window:
            await window.shows("here")
            (till,) = served.server.lanes.tills
        async with asyncio.timeout(10):
            await till.end()
        assert till.exit_code == 0


async def test_a_till_that_does_not_end_is_ended() -> None:
    async with serving(stand_in("deaf"), patience=0.2) as served, served.browser() as browser:
        async with browser.window() as window:
            await window.shows("here")
            (till,) = served.server.lanes.tills
        async with asyncio.timeout(10):
            await till.end()
        assert till.exit_code == -15


async def test_a_window_that_takes_nothing_any_longer_holds_nobody_up() -> None:
    """Such as one whose machine sleeps: what its till draws piles up, and the till waits."""
    async with (
        serving(stand_in("loud"), patience=0.5) as served,
        served.browser() as browser,
        browser.window() as asleep,
    ):
        await asleep.until(lambda: len(asleep.raw) > 100_000, "a lot")
        (till,) = served.server.lanes.tills
        async with browser.window() as awake, asyncio.timeout(20):
            await awake.until(lambda: len(awake.raw) > 100_000, "a lot")
            assert till.exit_code is not None


async def test_the_server_takes_its_tills_with_it() -> None:
    async with serving() as served, served.browser() as browser, browser.window() as window:
        await window.shows("here")
        (till,) = served.server.lanes.tills
        stopping = asyncio.create_task(served.server.on_shutdown(await served.server.make_app()))
        assert await window.closed() == 4003
        await stopping
        assert till.exit_code == 0


async def test_a_command_that_is_no_till_is_told() -> None:
    async with serving(("/bin/sh", "-c", "echo no such thing >&2; exit 3")) as served, served.browser() as browser:
        async with browser.window() as window:
            assert await window.closed() == 4001
        assert served.told == ["no such thing\n"]


@pytest.mark.parametrize("error", [BlockingIOError(11, "no process left"), RuntimeError("can't start new thread")])
async def test_a_till_that_cannot_be_started_is_told_and_the_next_one_is_tried(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def refused(*_words: object, **_options: object) -> None:
        raise error

    async with serving() as served, served.browser() as browser:
        with monkeypatch.context() as patch:
            patch.setattr(asyncio, "create_subprocess_exec", refused)
            async with browser.window() as window:
                assert await window.closed() == 4001
        assert served.told == [f"pos serve: no till could be started: {error}"]
        async with browser.window() as window:
            await window.shows("here")
