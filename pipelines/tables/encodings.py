"""Which encoding a text file is in, decided on the whole file before any row is handed out.

    byte-order mark -> UTF-8 or UTF-16 -> else UTF-8 -> else GB18030 (when it reads as Chinese)
    -> else Windows-1252 (when it reads as Western text) -> else refused

A guess that would turn text into other characters is worse than a refusal, so the guesses past
UTF-8 must look like what they claim, they are told as a warning, and a file whose lines are partly
UTF-8 and partly not is refused. Bytes differ in nothing between Windows-1252 and Latin-1 for the
characters that Latin-1 text uses.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import IO

from leads.errors import InvalidInput, Problem
from pipelines.tables.evidence import evidence_of
from pipelines.tables.refusals import ACCEPTED, refused, refused_rows, row_problem
from pipelines.tables.sources import BLOCK, Source, damage_named, unpacked

BYTE_ORDER_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
BINARY_SHARE = 0.02  # of the first block; text has none
FEW = 10  # strays in a short text are named by their lines instead
SAVE_AS = "save the file as UTF-8, or name its encoding (--encoding)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """The encoding of a text file, and what to tell about how it was found.

    `is_plain`: UTF-8 without any double quote or lone carriage return, so that every line is a
    record and every separator separates; such files can be read much faster.
    """

    name: str
    is_plain: bool = False
    warnings: tuple[str, ...] = ()


def encoding_of(source: Source, *, declared: str | None = None) -> Encoding:
    """Reads the whole file once. Raises InvalidInput naming the lines that do not decode."""
    with damage_named(source.path), unpacked(source) as (file, _):
        start = file.read(BLOCK)
    _refuse_binary(source.path, start)
    marked = next((name for mark, name in BYTE_ORDER_MARKS.items() if start.startswith(mark)), None)
    name = (
        marked if marked and (declared or "utf").lower().startswith("utf") else declared or "utf-8"
    )
    try:
        is_plain = _checked_to_the_end(source, name)
    except UnicodeDecodeError:
        if declared or marked:
            raise _undecodable(source, name) from None
        return _guessed(source)
    return Encoding(name=name, is_plain=is_plain and name in ("utf-8", "utf-8-sig"))


def _refuse_binary(path: Path, start: bytes) -> None:
    if start.startswith(tuple(BYTE_ORDER_MARKS)):
        return
    odd, even = start[1::2].count(0), start[::2].count(0)
    if max(odd, even) > len(start) // 4:
        raise refused(
            path, "looks like UTF-16 without a byte-order mark; save it as UTF-8", problems=()
        )
    if len(CONTROL.findall(start)) > max(FEW, BINARY_SHARE * len(start)):
        raise refused(path, f"is not a text table but binary data. Accepted: {ACCEPTED}")


def _checked_to_the_end(source: Source, name: str) -> bool:
    """Whether the bytes are plain in the sense of `Encoding`, were they UTF-8.

    Raises InvalidInput for U+0000 anywhere, UnicodeDecodeError for bytes that do not decode.
    """
    try:
        "a".encode(name)  # refuses codecs that are no text encodings, such as base64
        decoder = codecs.getincrementaldecoder(name)()
    except (LookupError, UnicodeEncodeError) as error:
        raise refused(
            source.path, f"'{name}' is no known encoding; try utf-8 or gb18030"
        ) from error
    with damage_named(source.path), unpacked(source) as (file, _):
        is_plain = True
        for block in _blocks(file):
            if "\0" in decoder.decode(block):
                break
            is_plain = is_plain and _is_plain(block)
        else:
            decoder.decode(b"", final=True)
            return is_plain
    raise refused_rows(
        source.path, "contains U+0000, which no cell may; remove it", _nul_problems(source, name)
    )


def _nul_problems(source: Source, name: str) -> Iterator[Problem]:
    with unpacked(source) as (file, _):
        lines = TextIOWrapper(file, encoding=name, errors="replace", newline="")
        for number, line in enumerate(lines, start=1):
            if "\0" in line:
                column = line.index("\0") + 1
                yield row_problem(number, "nul", f"line {number} has U+0000 at character {column}")


def _undecodable(source: Source, name: str) -> InvalidInput:
    """Line numbers exist only where a line end is one byte, which UTF-16 and UTF-32 do not have."""
    if name in ("utf-16", "utf-32"):
        return refused(source.path, f"begins as {name} but is damaged or cut off further on")

    def problems() -> Iterator[Problem]:
        with unpacked(source) as (file, _):
            for number, line in enumerate(file, start=1):
                try:
                    line.decode(name)
                except UnicodeDecodeError as error:
                    wrong = line[error.start : error.start + 4].hex(" ")
                    yield row_problem(
                        number, "encoding", f"line {number} has the bytes {wrong}, not {name}"
                    )

    return refused_rows(source.path, f"is not {name} throughout; {SAVE_AS}", problems())


def _guessed(source: Source) -> Encoding:
    with unpacked(source) as (file, _):
        seen = evidence_of(file)
    if seen.is_chinese and not seen.n_utf8_chinese:
        return _with_warning("gb18030", "GB18030 (GBK)")
    if seen.is_western and not seen.n_utf8:
        return _with_warning("cp1252", "Windows-1252 (Latin-1), the last resort")
    problems = [
        row_problem(number, "encoding", f"line {number} is not UTF-8") for number in seen.not_utf8
    ]
    mixed = f"{seen.n_not_utf8:,} lines are not UTF-8 and {seen.n_utf8:,} are"
    alone = f"{seen.n_not_utf8:,} lines are neither UTF-8 nor clearly GB18030 or Windows-1252"
    raise refused(source.path, f"{mixed if seen.n_utf8 else alone}; {SAVE_AS}", problems)


def _with_warning(name: str, told: str) -> Encoding:
    warning = (
        f"the file is not UTF-8 and was read as {told}; if its text looks wrong, save it as UTF-8"
    )
    return Encoding(name=name, warnings=(warning,))


def _is_plain(block: bytes) -> bool:
    return b'"' not in block and block.count(b"\r") == block.count(b"\r\n")


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    """The file in blocks that do not cut a line end made of two bytes."""
    while block := file.read(BLOCK):
        yield block + file.read(1) if block.endswith(b"\r") else block
