"""Files that people give the program: read to their end, but never waited for, and no more of them than may be."""

from __future__ import annotations

import codecs
import errno
import os
import re
import stat
from collections.abc import Iterator
from decimal import Decimal
from io import BufferedReader, FileIO
from pathlib import Path
from typing import Any, Final

from pos.domain.i18n import N_
from pos.domain.message import Message, lazy

PIECE: Final = 1_000_000
"""Bytes that are read at once, so that a limit costs no memory that a file does not need."""
DEEPEST_NAME: Final = 8
"""How many parts a name of TOML has at most (`screen.theme` has two): its readers take their square in time."""
MOST_BITS: Final = 63
"""How large a whole number of TOML may be, as its specification has it; Python prints none of 5,000 digits."""

_PART: Final = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_DEEP: Final = re.compile(rf"(?m:^|[\[{{,])[ \t]*+{_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{DEEPEST_NAME}}}")
"""A name begins a line, a table's heading or an inline table's entry; dots elsewhere are a comment's or a text's."""
_OTHER_BYTES: Final = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
"""What a text begins with that was saved in another encoding; the longer marks begin with the shorter ones."""


def given_text(path: Path, most: int) -> str:
    """The UTF-8 text of a plain file of at most `most` bytes: without a byte order mark, its lines ending in `\\n`.

    The null device is an empty file; a pipe, another device and what grows without end are refused. Raises OSError,
    whose `strerror` says what is wrong with it and what to do, and UnicodeDecodeError.
    """
    data = b"".join(_pieces(path, most))
    if (why := other_encoding(data)) is not None:
        raise RefusedFile(path, why)
    return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def other_encoding(data: bytes) -> Message | None:
    """Why what a text begins with is not read, as a part of a sentence, if that is another encoding than UTF-8."""
    for mark, name in _OTHER_BYTES.items():
        if data.startswith(mark):
            return lazy("it is {encoding} text: save it as UTF-8", encoding=name)
    return None


class RefusedFile(OSError):
    """A file that is not read; its `words` are the part of a sentence that says why, `strerror` has them as a text."""

    def __init__(self, path: Path, words: Message) -> None:
        super().__init__(errno.EINVAL, str(words), str(path))
        self.words = words


def open_at_once(path: Path) -> int:
    """A descriptor to read from, without waiting for whoever is at a pipe's or a line's other end. Raises OSError."""
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)


def reader(path: Path, descriptor: int) -> BufferedReader:
    """What reads a descriptor that was opened at once. It raises OSError where there is nothing to be read yet.

    Such is no plain file, though it may look like one, as the kernel's messages in /proc do.
    """
    return BufferedReader(_Impatient(path, descriptor))


def toml_values(text: str) -> dict[str, Any]:
    """What a text of TOML says. Raises ValueError with what is wrong; TOMLDecodeError with the place in the text."""
    import tomllib

    if deep := _DEEP.search(text):
        line = text.count("\n", 0, deep.start()) + 1
        raise ValueError(lazy("the name on line {line} has more than {most} parts", line=line, most=DEEPEST_NAME))
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise ValueError(lazy("it is nested too deeply")) from None
    except ValueError:
        # The only other one is Python's limit to the digits of a number.
        raise _long_number() from None
    if any(isinstance(value, int) and value.bit_length() > MOST_BITS for value in _leaves(values)):
        raise _long_number()
    return values


def _pieces(path: Path, most: int) -> Iterator[bytes]:
    if not _is_file(path, path.stat().st_mode):
        return
    descriptor = open_at_once(path)
    with reader(path, descriptor) as file:
        # What the path leads to may be another thing by now, and what is read may grow meanwhile.
        found = os.fstat(descriptor)
        left = most if _is_file(path, found.st_mode) and found.st_size <= most else -1
        while left >= 0 and (piece := file.read(PIECE)):
            left -= len(piece)
            yield piece
    if left < 0:
        text = N_("it has more than {most} bytes, the most there can be: look whether it is the right file")
        raise RefusedFile(path, lazy(text, most=Decimal(most)))


def _is_file(path: Path, mode: int) -> bool:
    """Whether there is something to read; the null device has nothing. Raises OSError for what is no file."""
    if stat.S_ISREG(mode):
        return True
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not path.samefile(os.devnull):
        raise _no_plain_file(path)
    return False


class _Impatient(FileIO):
    def __init__(self, path: Path, descriptor: int) -> None:
        super().__init__(descriptor)
        self._path = path

    def readinto(self, buffer: Any) -> int:
        """See FileIO."""
        found: int | None = super().readinto(buffer)
        if found is None:
            raise _no_plain_file(self._path)
        return found


def _no_plain_file(path: Path) -> OSError:
    return RefusedFile(path, lazy("it is a pipe or a device: give a plain file"))


def _long_number() -> ValueError:
    return ValueError(lazy("a number in it is too large: it has {most} bits at most", most=MOST_BITS))


def _leaves(value: object) -> Iterator[object]:
    """The values that a value of TOML is made of."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
        else:
            yield one
