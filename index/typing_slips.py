"""Typing slips: which Vietnamese spellings a token may stand for when keys, letters or sounds were confused.

Keys: what an input method would have turned into accents (telex ``nuwowcs``, VNI ``nu7o71c``), wholly or in part.
Letters: one left out, doubled, swapped with its neighbour or hit in place of another (F. Damerau, A technique for
computer detection and correction of spelling errors, 1964). Sounds: what many pronounce alike (hỏi and ngã, s and x,
ch and tr, d, gi and r, i and y), and d for đ.

A cost is the negative natural logarithm of how likely a slip is, in rough steps.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from ingest.vietnamese import accented_view, fold, is_folded_syllable, is_syllable

_TELEX_TONES = dict(zip("sfrxj", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_VNI_TONES = dict(zip("12345", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_TONES = frozenset(_TELEX_TONES.values())
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_ACUTE, _HOOK, _TILDE = "\u0301", "\u0309", "\u0303"
_CHAT = {"kô": "không"}
_VOWELS = frozenset("aeiouy")
_TELEX = re.compile(r"[^\W\d_]{2,18}\Z")
_EARLY_HORN = re.compile(r"w([aou])")
# Where telex leaves letters as no other language has them: j that begins no syllable, a doubled vowel beside another or
# before ng and nh, a tone between vowel and n or m, đ, and what only Vietnamese words begin with.
_ONLY_TELEX = re.compile(
    r"j(?![aeiouy])|aa|ooi|eeu|[iy]ee|uoo|(?:oo|ee)n[gh]|(?<=[aeiouwy])(?:f[nmcp]|x[nm])|\Add|\A(?:ngh?|nh|kh)"
)
_VNI = re.compile(r"(?=[^\d]{1,8}[1-9])[^\W_]{2,14}\Z")

_SWAPPED, _DOUBLED, _LEFT_OUT, _BESIDE, _REPLACED = 2.0, 2.0, 3.0, 3.5, 4.5
_ALPHABET = "abcdeghiklmnopqrstuvxy"
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE_EACH_OTHER = frozenset(pair for row in _ROWS for pair in map("".join, pairwise(row)))

_ONSETS = ("ch", "tr", "gi", "s", "x", "d", "r", "đ")
_ALIKE = {
    "ch": ("tr",),
    "tr": ("ch",),
    "s": ("x",),
    "x": ("s",),
    "d": ("đ", "gi", "r"),
    "đ": ("d",),
    "gi": ("d", "r"),
    "r": ("d", "gi"),
}
_I_AND_Y = str.maketrans("iìíỉĩịyỳýỷỹỵ", "yỳýỷỹỵiìíỉĩị")


@lru_cache(maxsize=4096)
def read_keys(token: str) -> tuple[str, int] | None:
    """The token (lower case) with the keys of telex or VNI turned into accents, and how many keys there were.

    None where there are none, or where no syllable comes of it. Accents that stand there already stay, and some may
    still be missing (``cuus`` → ``cúu``).
    """
    # A horn that was hit too early goes behind its vowel (chwua).
    for pattern, typed, decode in (
        (_TELEX, token, _decode_telex),
        (_TELEX, _EARLY_HORN.sub(r"\1w", token), _decode_telex),
        (_VNI, token, _decode_vni),
    ):
        if pattern.match(typed):
            form, keys = decode(unicodedata.normalize("NFD", typed))
            if keys and form.isalpha() and (is_syllable(form) or is_folded_syllable(fold(form))):
                return form, keys
    return None


def can_only_be_keys(token: str) -> bool:
    """Whether a token (lower case) that `read_keys` reads has letters that no word of another language has; such a word
    with accents has not either."""
    return not token.isascii() or _ONLY_TELEX.search(token) is not None


def _decode_telex(decomposed: str) -> tuple[str, int]:
    letters, tone, keys = list[list[str]](), "", 0
    for place, letter in enumerate(decomposed):
        vowels = [other for other in letters if other[0] in _VOWELS]
        twin = next((other for other in reversed(vowels) if other == [letter, ""]), None)
        if letter in _TONES:
            tone = letter
        elif letter in (_CIRCUMFLEX, _BREVE, _HORN):
            letters[-1][1] = letter
        elif letter in _TELEX_TONES and vowels and not tone:
            tone, keys = _TELEX_TONES[letter], keys + 1
        elif letter == "w":
            _put_horn(letters, vowels)
            keys += 1
        elif letter in "aeo" and twin is not None and decomposed[place + 1 : place + 2] not in _TONES:
            twin[1], keys = _CIRCUMFLEX, keys + 1
        elif letter == "d" and letters and letters[0] == ["d", ""]:
            letters[0][0], keys = "đ", keys + 1
        else:
            letters.append([letter, ""])
    return _compose(letters, tone), keys


def _put_horn(letters: list[list[str]], vowels: list[list[str]]) -> None:
    """As input methods do: uo becomes ươ, oa oă, ua ưa; without a vowel the key is ư itself."""
    plain = "".join(letter for letter, _ in vowels)
    if not vowels or plain[-1] not in "aou":
        letters.append(["u", _HORN])
    elif plain.endswith("uo"):
        vowels[-2][1] = vowels[-1][1] = _HORN
    elif plain.endswith(("ua", "uu")) and letters[0][0] != "q":
        vowels[-2][1] = _HORN
    else:
        vowels[-1][1] = _BREVE if plain[-1] == "a" else _HORN


def _decode_vni(decomposed: str) -> tuple[str, int]:
    letters, tone, keys = list[list[str]](), "", 0
    for letter in decomposed:
        vowels = [other for other in letters if other[0] in _VOWELS]
        if letter in _TONES:
            tone = letter
        elif letter in (_CIRCUMFLEX, _BREVE, _HORN):
            letters[-1][1] = letter
        elif letter in _VNI_TONES and vowels and not tone:
            tone, keys = _VNI_TONES[letter], keys + 1
        elif letter == "6" and any(other[0] in "aeo" for other in vowels):
            [other for other in vowels if other[0] in "aeo"][-1][1], keys = _CIRCUMFLEX, keys + 1
        elif letter in "78" and vowels and vowels[-1][0] in ("ou" if letter == "7" else "a"):
            _put_horn(letters, vowels)
            keys += 1
        elif letter == "9" and letters and letters[0] == ["d", ""]:
            letters[0][0], keys = "đ", keys + 1
        else:
            letters.append([letter, ""])
    return _compose(letters, tone), keys


def _compose(letters: list[list[str]], tone: str) -> str:
    # huwong: whoever typed ư before o meant ươ.
    for first, second in pairwise(letters):
        if first == ["u", _HORN] and second == ["o", ""]:
            second[1] = _HORN
    vowels = [letter for letter in letters if letter[0] in _VOWELS]
    bearer = next((letter for letter in reversed(vowels) if letter[1]), vowels[0] if vowels else None)
    if bearer is not None:
        bearer[1] += tone
    return accented_view(unicodedata.normalize("NFC", "".join(map("".join, letters))))


@lru_cache(maxsize=4096)
def respell(folded: str) -> tuple[tuple[str, float], ...]:
    """(spelling, cost) of all that one slip of a letter may have made of it; only what folded syllables are."""
    found: dict[str, float] = {}
    for spelling, cost in _edit(folded):
        if spelling != folded and cost < found.get(spelling, _REPLACED + 1) and is_folded_syllable(spelling):
            found[spelling] = cost
    return tuple(found.items())


def _edit(folded: str) -> Iterator[tuple[str, float]]:
    for place in range(len(folded) + 1):
        before, after = folded[:place], folded[place:]
        for letter in _ALPHABET:
            yield before + letter + after, _LEFT_OUT
        if not after:
            continue
        yield before + after[1:], _DOUBLED if after[0] in (before[-1:], after[1:2]) else _BESIDE
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:], _SWAPPED
        for letter in _ALPHABET:
            yield before + letter + after[1:], _BESIDE if _are_neighbours(letter, after[0]) else _REPLACED


def _are_neighbours(left: str, right: str) -> bool:
    return left + right in _BESIDE_EACH_OTHER or right + left in _BESIDE_EACH_OTHER


@lru_cache(maxsize=4096)
def sound_alikes(form: str) -> tuple[str, ...]:
    """Other spellings of a form (lower case, accented) that are pronounced alike somewhere in Vietnam, up to two
    confusions at once (``sử lí`` is one each); đ for d too, which is hardly visible."""
    first = _confuse(form)
    found = {other for one in (form, *first) for other in _confuse(one)}
    return tuple(sorted(other for other in found if other != form and is_syllable(other)))


def settle_marks(form: str) -> str | None:
    """A form (lower case) that is no syllable, with its marks where they belong: both horns of ươ (*thưong*), and the
    tone on the vowel that bears it (*trừơng*, *nứoc*). None where it is one, or no syllable comes of it."""
    if form.isascii() or is_syllable(form):
        return None
    letters, tone = _take_apart(form)
    settled = _compose(letters, tone)
    return settled if is_syllable(settled) else None


def other_tones(form: str) -> tuple[str, ...]:
    """The form (lower case) with each other tone, its marks where they belong."""
    found = (_compose(_take_apart(form)[0], tone) for tone in ("", *sorted(_TONES)))
    return tuple(other for other in found if other != form and is_syllable(other))


def _take_apart(form: str) -> tuple[list[list[str]], str]:
    """Its letters with their marks, ươ with both horns, and the tone."""
    letters, tone = list[list[str]](), ""
    for letter in unicodedata.normalize("NFD", form):
        if letter in _TONES:
            tone = letter
        elif letter in (_CIRCUMFLEX, _BREVE, _HORN) and letters:
            letters[-1][1] = letter
        else:
            letters.append([letter, ""])
    for first, second in pairwise(letters):
        if first[0] == "u" and second[0] == "o" and _HORN in (first[1], second[1]):
            first[1] = second[1] = _HORN
    return letters, tone


def neighbouring_tones(form: str) -> tuple[str, ...]:
    """The form with sắc for ngã or ngã for sắc: their keys in telex lie one below the other (ký thuật)."""
    decomposed = unicodedata.normalize("NFD", form)
    other = unicodedata.normalize("NFC", decomposed.translate({ord(_ACUTE): _TILDE, ord(_TILDE): _ACUTE}))
    return (accented_view(other),) if other != form and is_syllable(other) else ()


def chat_forms(token: str) -> tuple[str, ...]:
    """What a short form of messages stands for, where it is no word itself."""
    return (_CHAT[token],) if token in _CHAT else ()


def _confuse(form: str) -> set[str]:
    onset = next((onset for onset in _ONSETS if form.startswith(onset)), "")
    found = {other + form[len(onset) :] for other in _ALIKE.get(onset, ())}
    # gì and giếng: the i of the onset is the vowel's too.
    if onset == "gi":
        found |= {other + form[1:] for other in _ALIKE["gi"]}
    decomposed = unicodedata.normalize("NFD", form)
    found.add(decomposed.translate({ord(_HOOK): _TILDE, ord(_TILDE): _HOOK}))
    if len(form) > 1 and form[-1] in "iìíỉĩịyỳýỷỹỵ" and (fold(form[-2]) not in _VOWELS or form[:2] == "qu"):
        found.add(form[:-1] + form[-1].translate(_I_AND_Y))
    return {accented_view(unicodedata.normalize("NFC", other)) for other in found}


@lru_cache(maxsize=65_536)
def _marks(form: str) -> tuple[frozenset[str], str]:
    """The letters with a circumflex, breve, horn or bar, and the tone."""
    decomposed = unicodedata.normalize("NFD", form)
    tone = "".join(mark for mark in decomposed if mark in _TONES)
    bare = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in _TONES))
    return frozenset(letter for letter in bare if not letter.isascii()), tone[:1]


@lru_cache(maxsize=65_536)
def count_left_out(typed: str, meant: str) -> int | None:
    """How many accents of `meant` were not typed; None when others were (hỏi and ngã count as one)."""
    letters, tone = _marks(typed)
    wanted, wanted_tone = _marks(meant)
    if letters - wanted or (tone and tone != wanted_tone and {tone, wanted_tone} != {_HOOK, _TILDE}):
        return None
    return len(wanted - letters) + (tone != wanted_tone)
