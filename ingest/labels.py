"""Labels as forms write them: what they look like, how they are numbered, and in which form they are compared."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.values import has_leaders
from ingest.vietnamese import fold

_NUMBERING = re.compile(
    r"\s*(?:(?P<roman>[IVX]{1,5})\s*[.)/:–-](?!v\b)|(?P<arabic>\d{1,2}(?:\.\d{1,2}){0,3})\s*(?:[.):–/-]|(?=\s))|"
    r"(?P<letter>[A-Za-zĐđ])[.)/]|\d{1,2}[a-e](?:[.)]|(?=\s))|[-–•+*▪●])\s*(?=\S)"
)
_ENTRY = re.compile(r"\s*(?:\[?\(?\d{1,3}(?:\.\d{1,2})*[.)\]]|[-–•+*▪])\s*\S")
_NUMBER_ALONE = re.compile(r"\s*\(?(?:\d{1,2}(?:\.\d{1,2}){0,3}[a-z]?|[IVX]{1,5}|[A-ZĐ])\)?[.)]?\s*")
_SAME_WORDS = (
    ("kh&cn", "khoa hoc va cong nghe"),
    ("khcn", "khoa hoc va cong nghe"),
    ("kh va cn", "khoa hoc va cong nghe"),
)
_BETWEEN_LANGUAGES = re.compile(r"\s*[/|]\s*|\s[-–]\s")
_BEFORE_COLON = re.compile(r"(?>(?:[^:(]|\([^()]{0,80}\)|\((?![^()]{0,80}\)))*)(?=:)")
_IN_BRACKETS = re.compile(r"\([^()]*\)|\[\d+\]")
_LONGEST_BEFORE = 400
LONGEST_LABEL = 110
_LONGEST_WITH_BRACKETS = 500
_LONGEST_UNKNOWN = 80
_MOST_WORDS = 14
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
_LETTERS = "ABCDEFGHIKLMNOPQRSTUVXY"
_BULLETS = "-–•+*▪●"
# What introduces more of the same text.
_CONNECTIVES = re.compile(
    r"(?:ngoai ra|trong do|cu the|luu y|chu y|vi du|bao gom|gom|theo|nhu|tuy nhien|do do|vi vay|dong thoi|nhat la)\b"
)


@dataclass(frozen=True, slots=True)
class Numbering:
    """The number in front of a heading or list line: its style (roman, arabic, letter), value, and what stands behind
    it (``)``, another sign as ``.``, or nothing)."""

    style: str
    value: str
    mark: str = "."

    @property
    def series(self) -> tuple[str, str, int]:
        """What numbers that count on from one another have in common: style, sign behind, depth."""
        return self.style, self.mark, self.value.count(".")

    @property
    def is_first(self) -> bool:
        return self.value in ("1", "I", "a", "A")

    def following(self) -> Numbering | None:
        """The next number of the same style and depth (8 → 9, 1.2 → 1.3, B → C); None behind the last."""
        if self.style == "arabic":
            *head, last = self.value.split(".")
            return replace(self, value=".".join([*head, str(int(last) + 1)]))
        order = _ROMAN if self.style == "roman" else _LETTERS if self.value.isupper() else _LETTERS.lower()
        at = order.index(self.value) + 1 if self.value in order else len(order)
        return replace(self, value=order[at]) if at < len(order) else None

    def is_followed_by(self, other: Numbering) -> bool:
        return other == self.following()


def read_numbering(text: str) -> Numbering | None:
    """The numbering in front of a line; None when there is none (a dash or bullet has no number)."""
    match = _NUMBERING.match(text)
    if match is None or match.lastgroup is None:
        return None
    sign = text[match.end(match.lastgroup) : match.end()].strip()
    mark = ")" if sign == ")" else "." if sign else ""
    value = match.group(match.lastgroup)
    if match.lastgroup == "arabic":
        value = ".".join(str(int(part)) for part in value.split("."))
    return Numbering(match.lastgroup, value, mark)


def is_listed(text: str) -> bool:
    """Whether a line begins with a bullet or a number, as lines of a list do."""
    return _NUMBERING.match(text) is not None


def begins_entry(text: str) -> bool:
    """Whether a line begins with a bullet or number of an entry in a list of works, in which letters and Roman numbers
    are initials of their authors."""
    return _ENTRY.match(text) is not None


def is_number_alone(text: str) -> bool:
    """Whether a cell or line holds nothing but a number of an item (``1``, ``2.``, ``IV``)."""
    return _NUMBER_ALONE.fullmatch(text) is not None


@lru_cache(maxsize=8192)
def normalise_label(text: str) -> str:
    """The form in which labels are compared: no number, case, accents, brackets, leaders or punctuation;
    abbreviations of *khoa học và công nghệ* spelled out."""
    text = without_brackets(text)[: LONGEST_LABEL * 2]
    if match := _NUMBERING.match(text):
        text = text[match.end() :]
    plain = fold(text)
    for short, full in _SAME_WORDS:
        plain = plain.replace(short, full)
    return " ".join(re.sub(r"[^\w]+", " ", plain.replace("_", " ")).split())


def without_brackets(text: str) -> str:
    """A label without what a form explains in brackets behind it; a longer text is no label and stays as it is."""
    return _IN_BRACKETS.sub(" ", text).strip() if len(text) <= _LONGEST_WITH_BRACKETS else text


def part_label(text: str) -> tuple[str, str, str]:
    """What stands before the colon, the colon and what stands behind it, as `str.partition` gives them; a colon in
    brackets (``Kinh phí (ĐVT: triệu đồng): 500``) parts nothing."""
    at = text.find(":")
    if at < 0 or "(" not in text[: min(at, _LONGEST_BEFORE)]:
        return text.partition(":")
    match = _BEFORE_COLON.match(text, 0, at + _LONGEST_BEFORE)
    return (match.group(), ":", text[match.end() + 1 :]) if match else (text, "", "")


def bilingual_parts(text: str) -> tuple[str, ...]:
    """The Vietnamese and the English half of a label in both (``Tên đề tài / Project title``); () for any other."""
    halves = tuple(half.strip() for half in _BETWEEN_LANGUAGES.split(text.strip(" :")))
    if len(halves) != 2 or not all(halves) or halves[0].isascii() == halves[1].isascii():
        return ()
    return halves


def bare_label(text: str) -> str:
    """A label as a person reads it, without number and colon."""
    text = " ".join(text.split())
    match = _NUMBERING.match(text)
    return (text[match.end() :] if match else text).strip(" :")


def looks_like_label(text: str) -> bool:
    """Whether a text that no form knows has the shape of a label: short, one phrase, a capital in front, no list
    line, nothing that runs on like a sentence."""
    text = text.strip(" :")
    if text[:1] in _BULLETS or len(text) > _LONGEST_UNKNOWN or has_leaders(text):
        return False
    if match := _NUMBERING.match(text):
        text = text[match.end() :]
    words = text.split()
    if not words or len(words) > _MOST_WORDS or not text[0].isupper() or re.search(r"[.;!?]\s|https?$", text):
        return False
    plain = normalise_label(text)
    return len(plain) >= 4 and not _CONNECTIVES.match(plain) and sum(char.isdigit() for char in text) <= 4
