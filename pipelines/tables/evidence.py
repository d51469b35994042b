"""What the bytes of a text that is not UTF-8 say about its encoding, line by line."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipelines.tables.refusals import SHOWN

HIGH = re.compile(rb"[\x80-\xff]")
HIGH_RUN = re.compile(rb"[\x80-\xff]+")
LONGEST_WESTERN_RUN = 2  # accented letters stand alone or in pairs


@dataclass(slots=True)
class Evidence:
    """What the lines with bytes above 127 say about a file that is not UTF-8."""

    n_utf8: int = 0
    not_utf8: list[int] = field(default_factory=list)  # the first few line numbers
    n_not_utf8: int = 0
    reads_as_gb18030: bool = True
    reads_as_windows: bool = True
    n_common_chinese: int = 0
    n_other: int = 0
    n_western: int = 0
    n_long_runs: int = 0
    n_utf8_chinese: int = 0

    def add(self, number: int, line: bytes) -> None:
        """Take one line with a byte above 127 into account."""
        text = _decoded(line, "utf-8")
        if text is None:
            self.n_not_utf8 += 1
            if len(self.not_utf8) < SHOWN:
                self.not_utf8.append(number)
        else:
            self.n_utf8 += 1
            common, other = _chinese_counts(text)
            self.n_utf8_chinese += common > other
        self._add_chinese(_decoded(line, "gb18030"))
        self._add_western(line)

    def _add_chinese(self, text: str | None) -> None:
        self.reads_as_gb18030 &= text is not None
        common, other = _chinese_counts(text or "")
        self.n_common_chinese += common
        self.n_other += other

    def _add_western(self, line: bytes) -> None:
        self.reads_as_windows &= _decoded(line, "cp1252") is not None
        for run in HIGH_RUN.findall(line):
            if len(run) > LONGEST_WESTERN_RUN:
                self.n_long_runs += 1
            else:
                self.n_western += 1

    @property
    def is_chinese(self) -> bool:
        """Whether everything decodes as GB18030 and most of it is everyday Chinese."""
        return self.reads_as_gb18030 and self.n_common_chinese > self.n_other

    @property
    def is_western(self) -> bool:
        """Whether everything decodes as Windows-1252, its accented letters mostly apart."""
        return self.reads_as_windows and self.n_western > self.n_long_runs


def evidence_of(lines: Iterable[bytes]) -> Evidence:
    """Everything the lines beyond ASCII say."""
    evidence = Evidence()
    for number, line in enumerate(lines, start=1):
        if HIGH.search(line):
            evidence.add(number, line)
    return evidence


def _chinese_counts(text: str) -> tuple[int, int]:
    """(characters of everyday Chinese, other characters outside ASCII).

    Everyday: the punctuation and the 3,755 most frequent hanzi, which GB2312 put at A1-A9 and
    B0-D7. Bytes of other encodings that happen to decode as GB18030 mostly land elsewhere.
    """
    beyond = [character for character in text if character > "\x7f"]
    common = sum(_is_everyday(character) for character in beyond)
    return common, len(beyond) - common


def _is_everyday(character: str) -> bool:
    try:
        coded = character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return 0xA1 <= coded[0] <= 0xD7


def _decoded(line: bytes, name: str) -> str | None:
    try:
        return line.decode(name)
    except UnicodeDecodeError:
        return None
