"""The pipe between a till and the server: what two threads write to it arrives packet by packet."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import IO

from textual.app import App

from screens.terminal.browser import BrowserDriver

HERE = Path(__file__).resolve().parents[2]
TIMES = 40
LARGE = 200_000
"""More bytes than a pipe takes at once."""
DRAWN = 3000


def packets(pipe: IO[bytes]) -> list[tuple[bytes, bytes]]:
    """Every packet of a pipe, until it is closed: its kind and what it holds."""
    found = []
    while kind := pipe.read(1):
        found.append((kind, pipe.read(int.from_bytes(pipe.read(4), "big"))))
    return found


async def write_much() -> None:
    """Be a till that hands a file on by one thread and draws by another."""
    driver = BrowserDriver(App[int]())
    driver._output.start()
    driver.write("d" * DRAWN)

    def hand_file_on() -> None:
        for _ in range(TIMES):
            driver.write_binary_encoded(("deliver_chunk", "key", b"f" * LARGE))

    def draw() -> None:
        for _ in range(TIMES * 20):
            driver.write("d" * DRAWN)

    writers = Thread(target=hand_file_on), Thread(target=draw)
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    driver.close()


def test_a_file_and_what_is_drawn_meanwhile_arrive_whole() -> None:
    command = [sys.executable, "-m", "tests.serving.test_driver"]
    with subprocess.Popen(command, cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as till:
        assert till.stdout is not None
        arrived = packets(till.stdout)
    drawn = [payload for kind, payload in arrived if kind == b"D"]
    files = [payload for kind, payload in arrived if kind == b"P"]
    assert len(arrived) == len(drawn) + len(files)
    # A server that is behind sees not all that is drawn, but gets every file.
    assert len(files) == TIMES
    assert set(drawn) == {b"d" * DRAWN}
    assert all(b"f" * LARGE in payload for payload in files)


if __name__ == "__main__":
    asyncio.run(write_much())
