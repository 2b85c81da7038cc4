"""Vietnamese text as it is stored, its equal-length views, and where its syllables, words and sentences stand.

Every view keeps ``len(view) == len(text)``, and every segmenter returns ``(start, end)`` code points, so that
offsets found in any of them hold in the stored text.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache

from ingest.spelling import SYLLABLES, TONED, TONES, VOWELS, is_folded_syllable, is_syllable, place_tone, without_tones

__all__ = [
    "Span",
    "accented_view",
    "fold",
    "is_folded_syllable",
    "is_syllable",
    "lower_view",
    "place_tones",
    "repair",
    "sentences",
    "syllables",
    "words",
]

Span = tuple[int, int]

# ------------------------------------------------------------------------------------------------- repair

_LINE_BREAKS = "\r\v\f\x1c\x1d\u2028\u2029"
_INVISIBLE = "\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_ODD = re.compile(f"[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029{_INVISIBLE}Ƣƣ\ud800-\udfff]")
_LETTERS = r"[^\W\d_]"
_ETH = re.compile("[Ðð]")
_NUMBER_BEFORE = re.compile(r"\d\s?\Z")
_LONGEST_WORD = 12
_WORD_START = re.compile(rf"{_LETTERS}{{0,{_LONGEST_WORD}}}\Z")
_WORD_REST = re.compile(rf"{_LETTERS}{{0,{_LONGEST_WORD}}}")


def repair(text: str) -> str:
    """The text as it is stored: NFC, with cheap repairs that lose nothing a reader sees.

    * Ƣ ƣ (a mis-mapped glyph of many PDFs) become Ư ư; Ð ð (Eth) become Đ đ in Vietnamese words only;
    * CR, CRLF, VT (Word's line break), FF (page break), FS, GS and the Unicode line separators become LF;
    * BEL (Word's end of cell) becomes TAB, RS (Word's hard hyphen) becomes ``-``;
    * C1 controls become what they are in windows-1252 (as the WHATWG encoding standard reads them);
    * lone surrogates, which no file can hold, become U+FFFD;
    * every other control character, soft hyphens, zero-width and direction marks are dropped.

    The document's own spelling stays (HOÀ is not HÒA). Repairing twice equals repairing once.
    """
    if _ODD.search(text):
        text = _ODD.sub(_replace_odd, text.replace("\r\n", "\n"))
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if "Ð" in text or "ð" in text:
        text = _edit_words(text, _ETH, _replace_eth)
    return text


def _replace_odd(match: re.Match[str]) -> str:
    odd = match[0]
    if odd in "Ƣƣ":
        return "Ư" if odd == "Ƣ" else "ư"
    if odd in _LINE_BREAKS:
        return "\n"
    if odd in "\x07\x1e":
        return "\t" if odd == "\x07" else "-"
    if "\x80" <= odd <= "\x9f":
        return odd.encode("latin-1").decode("cp1252", "ignore")
    return "\ufffd" if "\ud800" <= odd <= "\udfff" else ""


def _replace_eth(word: str, after_number: bool) -> str:
    """A word is Vietnamese when it then spells a syllable (Ðông), is an abbreviation in capitals without a
    vowel (QÐ, HÐND), or is the đồng sign after a number; Icelandic words (eða, Friðrik) are none of these."""
    vietnamese = word.replace("Ð", "Đ").replace("ð", "đ")
    if word == "ð":
        return vietnamese if after_number else word
    if word.isupper() and not set(fold(word)) & set("aeiouy"):
        return vietnamese
    base, tones = without_tones(vietnamese.lower())
    return vietnamese if base in SYLLABLES and len(tones) <= 1 else word


def _edit_words(text: str, suspects: re.Pattern[str], edit: Callable[[str, bool], str]) -> str:
    """`text` with each word around a suspect replaced by an equally long one. Looking only there is many times
    faster than a pattern that tries every word. `edit` also learns whether a number stands before the word."""
    pieces: list[str] = []
    done = 0
    for match in suspects.finditer(text):
        if match.start() < done:
            continue
        head = _WORD_START.search(text, max(done, match.start() - _LONGEST_WORD), match.start())
        tail = _WORD_REST.match(text, match.end())
        start = head.start() if head else match.start()
        end = tail.end() if tail else match.end()
        after_number = _NUMBER_BEFORE.search(text, max(0, start - 2), start) is not None
        pieces += (text[done:start], edit(text[start:end], after_number))
        done = end
    return "".join((*pieces, text[done:])) if pieces else text


# -------------------------------------------------------------------------------------------------- views


def lower_view(text: str) -> str:
    # İ is the only character whose lower case is longer than itself.
    return text.replace("İ", "i").lower()


def _fold_letter(letter: str) -> str:
    base = unicodedata.normalize("NFD", lower_view(letter))[0]
    return {"đ": "d", "ð": "d"}.get(base, base)


# Latin letters with accents, Latin-1 to Latin Extended-B and Latin Extended Additional. The neighbours map to
# themselves, because a character that is missing from the table costs str.translate an exception.
_FOLDED = {code: _fold_letter(chr(code)) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))}
_FOLDED |= {code: chr(code) for code in (*range(0xC0), *range(0x300, 0x370), *range(0x2000, 0x2300))}


def fold(text: str) -> str:
    """Lower case without accents; đ becomes d."""
    # Lower case comes second: by then most text is ASCII, where it is nearly free.
    return lower_view(text if text.isascii() else text.translate(_FOLDED))


_ANY_TONED = "".join(TONED) + "".join(TONED).upper()
_ANY_PLAIN_TONED = "".join(c for c in _ANY_TONED if unicodedata.normalize("NFD", c)[:2][-1] in TONES)
_ANY_VOWEL = VOWELS + VOWELS.upper()
# Where a tone can be misplaced: on a last vowel after another (hoà, cuả), or before a vowel that is not last (tóan),
# or on the second letter of the onsets gi and qu (gìa, qúy).
_DOUBTFUL_TONE = re.compile(
    f"[{_ANY_VOWEL}][{_ANY_PLAIN_TONED}](?!{_LETTERS})|[{_ANY_TONED}][{_ANY_VOWEL}](?={_LETTERS})"
    f"|(?<=[gGqQ])[{_ANY_PLAIN_TONED}][{_ANY_VOWEL}]"
)


def place_tones(text: str) -> str:
    """Tones where today's spelling puts them (hoà → hòa, thuỷ → thủy, tóan → toán); other words stay."""
    return _edit_words(text, _DOUBTFUL_TONE, _place_tone)


@lru_cache(maxsize=16384)
def _place_tone(word: str, _after_number: bool) -> str:
    return place_tone(word)


def accented_view(text: str) -> str:
    """Lower case with tones in today's places: what an accented index holds."""
    return place_tones(lower_view(text))


# ---------------------------------------------------------------------------------------------- segmenters

_SYLLABLE = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")


def syllables(text: str) -> list[Span]:
    """Runs of letters and digits (pH, 5G, PM2, LoRaWAN are one token each)."""
    return [match.span() for match in _SYLLABLE.finditer(text)]


def split_syllables(text: str) -> list[str]:
    """What `syllables` finds, as text."""
    return _SYLLABLE.findall(text)


# Syllables (folded) that stand in every text; alone they tell nothing.
_COMMON = """
    va cua cac trong cho la duoc co o tai voi tu mot nhung theo ve de nay do khi nhu khong hay hoac den tren duoi
    bang ra vao da se dang thi ma cung nhat nam ngay thang so su viec nguoi the and of in for to a an et al is are with
"""
COMMON_SYLLABLES = frozenset(_COMMON.split())
# Words of two syllables (folded) that stand in texts about anything: that two texts share them tells nothing.
_COMMON_PAIRS = """
    thoi gian, su dung, thuc hien, truong hop, qua trinh, dieu kien, van de, hien nay, hien tai, co the, can thiet,
    ket qua, noi dung, nghien cuu, danh gia, nang cao, phat trien, de xuat, phu hop, mot so, khac nhau, so voi, doi voi,
    lien quan, yeu cau, hieu qua, kha nang, dam bao, bao dam, hang nam, hang ngay, hang thang, moi ngay, moi nam,
    moi thang, chung toi, ben toi, cong ty, tien hanh, thong qua, tuy nhien, dac biet, ngoai ra, bao gom, trong do
"""
COMMON_WORDS = frozenset(pair.strip() for pair in _COMMON_PAIRS.split(","))
# Words that begin or end no term. With their accents: “su” is none in “cao su”.
_EMPTY = """
    và của các trong cho là được có ở tại với từ một những theo về để này đó khi như không hay hoặc đến trên dưới bằng
    ra vào đã sẽ đang thì mà cũng nhất bị cứ rất nhiều phải nên nếu vì do lại còn đều thêm hơn mỗi sau trước khoảng
    the and of in for to a an et al is are with by on
"""
EMPTY_WORDS = frozenset(_EMPTY.split())

_BREAKS = "\n\r\v\f\x85\u2028\u2029"
# One character class first, because the engine then skips to it (15 times faster than an alternation).
_SENTENCE_END = re.compile(rf"[.!?…{_BREAKS}](?:(?<=[{_BREAKS}])|[.!?…]*[\"'”’»)\]]*(?=\s))")
_LAST_TOKEN = re.compile(r"(?:([^\W_]+)(\s+))?([^\W_]+)\Z")
_NEXT = re.compile(r"\s*[\"'“‘«(\[]*(\S)(\)?)")
_ENUMERATOR = re.compile(
    r"[-–+*•●▪(]?\s*(?:(?:điều|chương|mục|phần|bài|khoản|phụ lục|hình|bảng|biểu|bước|câu)\s+)?"
    r"(?:\d{1,3}(?:\.\d{1,3})*|[ivxlc]{1,6}|[a-zđ])\Z",
    re.IGNORECASE,
)
_TITLES = "gs pgs ts tskh ths ks kts bs bscki bsckii cki ckii ds cn ncs nsnd nsưt gv gvc"
_PLACES = "tp tx tt q p h x đ kp nxb vd st ns"
_ENGLISH = "mr mrs ms dr prof assoc ed eds al cf vs inc ltd co jr sr dept univ approx"
_ABBREVIATIONS = frozenset(f"{_TITLES} {_PLACES} {_ENGLISH}".split())
_BEFORE_A_NUMBER = frozenset({"tr", "pp", "vol", "no", "nos", "fig", "figs", "ql", "đt", "sđt", "tel", "fax"})


def sentences(text: str) -> list[Span]:
    """Sentences, trimmed; together they hold everything that is not white space. A line break ends one."""
    found: list[Span] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if match[0] in _BREAKS or _ends_sentence(text, start, match):
            _append_trimmed(found, text, start, match.end())
            start = match.end()
    _append_trimmed(found, text, start, len(text))
    return found


def _append_trimmed(found: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    kept = piece.strip()
    if kept:
        start += len(piece) - len(piece.lstrip())
        found.append((start, start + len(kept)))


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    following = _NEXT.match(text, match.end())
    if following is None:
        return True
    if following[1].islower() and not following[2]:
        return False
    if match[0] != ".":
        return True
    before = text[max(start, match.start() - 40) : match.start()]
    if len(before) < 40 and _ENUMERATOR.match(before.lstrip()):
        return False
    last = _LAST_TOKEN.search(before)
    if last is None:
        return True
    previous, _, token = last.groups(default="")
    name = token.lower()
    if name in _BEFORE_A_NUMBER:
        return not following[1].isdigit()
    if (name in _ABBREVIATIONS and not previous.isdigit()) or before.endswith(("e.g", "i.e")):
        return False
    lead = before[: last.start(3)].rstrip()
    if token.isdigit() and len(token) <= 2 and lead[-1:] in (":", ";"):
        return False
    # An initial: of a name (Trần Q. Bảo), not a grade (loại A. Kết quả).
    initial = len(token) == 1 and token.isupper()
    return not (initial and (previous[:1].isupper() or lead[-1:] in (".", "")))


_LONGEST_PIECE = 1000
_ONE_SEGMENTER_AT_A_TIME = threading.Lock()


@cache
def _word_segmenter() -> Callable[[str], tuple[list[str], list[bool]]]:
    # Half a second and 130 MB: only for those who need words.
    from pyvi.ViTokenizer import ViTokenizer

    segmenter: Callable[[str], tuple[list[str], list[bool]]] = ViTokenizer.spacy_tokenize
    # pyvi unpacks its model into a temporary file that nobody removes where a process ends; once read, nobody needs it.
    if ViTokenizer.model.tagger_ is not None:
        ViTokenizer.model.modelfile.cleanup()
    return segmenter


def words(text: str) -> list[Span]:
    """Words as pyvi joins them ("nghiên cứu" is one); punctuation is left out. Text that is not NFC, which is
    never stored, is not joined: its syllables are returned."""
    if not unicodedata.is_normalized("NFC", text):
        return syllables(text)
    segmenter = _word_segmenter()
    found: list[Span] = []
    for start, end in _pieces(text):
        # The tagger keeps one sequence at a time.
        with _ONE_SEGMENTER_AT_A_TIME:
            tokens, _ = segmenter(text[start:end])
        position = start
        for token in tokens:
            first = _skip_space(text, position)
            position = _skip_token(text, first, token)
            if any(letter.isalnum() for letter in token):
                found.append((first, position))
    return found


def _pieces(text: str) -> Iterator[Span]:
    """Sentences, the long ones cut, because the tagger holds the features of a whole sequence in memory."""
    for start, end in sentences(text):
        first = start
        while end - first > _LONGEST_PIECE:
            space = text.rfind(" ", first, first + _LONGEST_PIECE)
            cut = space if space > first else first + _LONGEST_PIECE
            yield first, cut
            first = _skip_space(text, cut)
        yield first, end


def _skip_space(text: str, position: int) -> int:
    while text[position].isspace():
        position += 1
    return position


def _skip_token(text: str, position: int, token: str) -> int:
    """Where `token` ends that begins at `position`; its underscores stand for themselves or for white space."""
    for letter in token:
        if position < len(text) and text[position] == letter:
            position += 1
        elif position < len(text):
            position = _skip_space(text, position)
    return position
