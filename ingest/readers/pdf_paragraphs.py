"""Lines as paragraphs: where a line went on only because the page ended there, it is joined to the next."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from ingest.document import Recovery, join_recoveries
from ingest.labels import bare_label, read_numbering
from ingest.readers.pdf_lines import Row
from ingest.spelling import is_syllable

_LIST_ITEM = re.compile(
    r"(?:[-–—•◦▪■●○✓➢►*+☐☒☑□]|\(?(?:\d{1,2}|[a-zđ]|[ivx]{1,5})[.)]|(?:\d{1,2}\.){2,4}\d{0,2}|[IVX]{1,5}\.)\s|"
    r"[•◦▪■●➢►☐☒☑□]"
)
_BOXES = "☐☒☑□"
_LABEL = re.compile(r"[^\W\d_][^:.;!?]{1,45}:(?:\s|$)")
_INLINE_ITEM = re.compile(r"\(?(?:\d{1,2}|[a-zđ]|[ivx]{1,5})\)")
_PERCENT = re.compile(r"\d[\d.,]*\s?%")
_LONG_TOKEN = re.compile(r"(?=\S*[@/_])\S{12,}|\S{16,}")
_SENTENCE_END = re.compile(r"[.;:!?…][\"'”’»)\]]*$")
_MOTTO = re.compile(r"độc lập\s*[-–—]", re.IGNORECASE)  # the second line of every official paper
_FULL_STOP = re.compile(r"[.!?…][\"'”’»)\]]*$")
_BROKEN = re.compile(r"((?:[^\W\d_]+-)*)([^\W\d_]+)[-\u2010]$")
_NUMBERED = re.compile(r"(?<![\w-])\d[\d.,]*[-–]$")  # 3-phase, 2022-2023
_WORD = re.compile(r"[^\W\d_]+")
_YEAR = re.compile(r"(?:19|20)\d\d\b")
_GAP = 1.35  # of the usual distance of lines: more parts paragraphs
_LONGEST_WORD = 60
_LONG = 0.6  # of the width: lines that reach this far may be broken ones
_INDENT = 0.8  # of the font size


@dataclass(frozen=True, slots=True)
class Lines:
    """One paragraph as its rows; `room` is what its last line leaves free, in points."""

    rows: tuple[Row, ...]
    room: float = math.inf

    @property
    def is_open(self) -> bool:
        """Whether the last line is full, so that the paragraph may go on elsewhere."""
        return self.room < 2.5 * self.rows[-1].size

    @property
    def size(self) -> float:
        return max(self.rows, key=lambda row: len(row.text)).size

    @property
    def is_bold(self) -> bool:
        return all(row.is_bold for row in self.rows)


def find_paragraphs(rows: Sequence[Row], left: float, right: float) -> list[Lines]:
    """Rows of one column or cell, from the top down, whose text may reach from `left` to `right`."""
    pitch = _usual_pitch(rows)
    found: list[list[Row]] = []
    for row in rows:
        if found and _goes_on(found[-1], row, left, right, pitch):
            found[-1].append(row)
        else:
            found.append([row])
    return [Lines(tuple(group), _room(group[-1], left, right)) for group in found]


def join_over_break(before: Lines, after: Lines) -> Lines | None:
    """A paragraph that goes on in the next column or on the next page, else None."""
    first, last = after.rows[0], before.rows[-1]
    if before.room >= _needed(first) or abs(before.size - after.size) > 0.5 or before.is_bold != after.is_bold:
        return None
    if begins_anew(first.text) or _FULL_STOP.search(last.text):
        return None
    if not first.text[0].islower() and (len(before.rows) == 1 or _SENTENCE_END.search(last.text)):
        return None
    return Lines((*before.rows, *after.rows), after.room)


def join_text(rows: Sequence[Row], is_compound: Callable[[str], bool]) -> tuple[str, Recovery]:
    """The text of a paragraph, words divided at line ends put together. `is_compound` tells whether a word in
    small letters keeps the hyphen behind which a line ends."""
    text = last_line = ""
    parts: list[tuple[str, Recovery]] = []
    for row in rows:
        line = row.text
        text = _join(text, last_line, line, is_compound) if text else line
        # A word that fills its line from end to end was too long for it and broken anywhere.
        last_line = line
        parts += [(piece.text, piece.recovery) for piece in row.pieces]
    return text, join_recoveries(parts, " ")


def begins_anew(text: str) -> bool:
    """Whether a line is one of a list, or a label with its value."""
    return _LIST_ITEM.match(text) is not None or _starts_label(text)


def _join(text: str, last_line: str, line: str, is_compound: Callable[[str], bool]) -> str:
    if _LONG_TOKEN.fullmatch(last_line) and re.match(r"[\w.@/-]+(?:\s|$)", line):
        return text + line
    # Only the last word matters: searching all of a long text again at every line would take long.
    end = text[-_LONGEST_WORD:]
    broken = _BROKEN.search(end)
    following = _WORD.match(line)
    if broken is None or following is None:
        # A hyphen without letters around it (12-/15, Covid-/19) stands in the middle of something, too.
        is_number = re.search(r"\w[-/]$", end) and re.match(r"\d", line)
        is_counted = text[-1] == "-" and _NUMBERED.search(end) and line[0].islower()
        return text + line if is_number or is_counted else f"{text} {line}"
    chain, first, second = broken[1], broken[2], following[0]
    if not second[0].islower() or len(first) < 2 or is_compound(f"{chain}{first}-{second}".lower()):
        return text + line
    if text[-1] == "-" and is_syllable(first.lower()) and is_syllable(second.lower()):
        return text + line
    return text[:-1] + line


def _goes_on(group: Sequence[Row], row: Row, left: float, right: float, pitch: float) -> bool:
    last = group[-1]
    size = max(row.size, last.size)
    if abs(row.size - last.size) > 0.12 * size or row.baseline <= last.baseline - size:
        return False
    if row.baseline - last.baseline > max(_GAP * pitch, 1.05) * size:
        return False
    if row.is_bold != last.is_bold and (last.is_bold or begins_anew(row.text)):
        return False
    if "\t" in last.text or _counts_on(group[0].text, row.text):
        return False
    ended = _SENTENCE_END.search(last.text) is not None
    goes_on_inside = _is_choice(group, row) or _is_inline_item(group, row)
    is_full = _room(last, left, right) < _needed(row)
    if _LIST_ITEM.match(row.text) and not goes_on_inside and not (is_full and last.text[-1].isalnum()):
        return False
    if (_starts_label(row.text) and last.text[-1] not in ",-–") or _MOTTO.match(row.text):
        return False
    end = last.text[-_LONGEST_WORD:]
    if (_BROKEN.search(end) or _NUMBERED.search(end)) and row.text[0].islower():
        return True
    if _NUMBERED.search(end) and _YEAR.match(row.text):
        return True
    if not is_full:
        # Not every program breaks lines where they are full; what goes on in the middle of a sentence goes on.
        reach = (last.x1 - left) / max(1.0, right - left)
        in_sentence = row.text[0].islower() or _PERCENT.match(row.text) is not None
        return reach >= _LONG and (goes_on_inside or (in_sentence and not ended))
    if _is_centred(last, left, right) or not ended:
        return True
    if len(group) > 1:
        return abs(row.x0 - last.x0) <= _INDENT * size
    # The second line of a first line that is indented stands back; at the same indent it is a paragraph like it.
    first_indent = group[0].x0 - left
    return not (first_indent > _INDENT * size and abs(row.x0 - group[0].x0) < 1.0)


def _counts_on(first: str, line: str) -> bool:
    """Whether a line has the number behind that of the paragraph's first line, and a capital behind it."""
    before, number = read_numbering(first), read_numbering(line)
    if before is None or number is None or not number.mark or not before.is_followed_by(number):
        return False
    return bare_label(line)[:1].isupper()


def _is_choice(group: Sequence[Row], row: Row) -> bool:
    """Whether a row that begins with a check-box goes on with a line of several."""
    return row.text[0] in _BOXES and any(box in line.text[1:] for line in group for box in _BOXES)


def _is_inline_item(group: Sequence[Row], row: Row) -> bool:
    """Whether a row begins with (ii) where (i) stands inside a line."""
    return bool(_INLINE_ITEM.match(row.text)) and any(
        found.start() for line in group for found in _INLINE_ITEM.finditer(line.text)
    )


def _starts_label(text: str) -> bool:
    return text[0].isupper() and _LABEL.match(text) is not None


def _room(row: Row, left: float, right: float) -> float:
    """What a row leaves free of the width it may have."""
    return right - row.x1 + (row.x0 - left if _is_centred(row, left, right) else 0.0)


def _needed(row: Row) -> float:
    """The room that the first word of a row would have needed at the end of the row before."""
    box = row.size if row.text[0] in _BOXES else 0.0
    return row.head + box + 0.2 * row.size + 1.0


def _is_centred(row: Row, left: float, right: float) -> bool:
    before, behind = row.x0 - left, right - row.x1
    return before > 1.5 * row.size and abs(before - behind) <= max(2.0, 0.04 * (right - left))


def _usual_pitch(rows: Sequence[Row]) -> float:
    """The distance of lines as a multiple of their size: those of a heading lie further apart than those below it."""
    steps = [
        (below.baseline - row.baseline) / row.size
        for row, below in itertools.pairwise(rows)
        if 0 < below.baseline - row.baseline <= 2.2 * row.size and abs(below.size - row.size) <= 0.5
    ]
    return median(steps) if steps else 1.3
