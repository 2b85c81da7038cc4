"""Which letter strings are Vietnamese syllables, and which of their letters bears the tone."""

from __future__ import annotations

import unicodedata
from functools import cache

VOWELS = "aăâeêioôơuưy"
TONES = "\u0300\u0301\u0303\u0309\u0323"
TONED = {unicodedata.normalize("NFC", vowel + tone): (vowel, tone) for vowel in VOWELS for tone in TONES}
_WITH_TONE = {parts: letter for letter, parts in TONED.items()}
# A syllable that ends in a stop bears the acute tone or the dot, no other.
_STOP_TONES = frozenset("\u0301\u0323")

_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RHYMES = (
    "a ac ach ai ak am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây "
    "e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu "
    "i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu "
    "o oc oi om on ong op ot ooc oong oa oac oach oai oam oan oang oanh oao oap oat oay "
    "oăc oăm oăn oăng oăp oăt oe oem oen oeo oet ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt "
    "u ua uc ui um un ung up ut uân uâng uât uây uê uêch uênh uêu uơ uôc uôi uôm uôn uông uôt "
    "uy uya uych uyn uynh uyp uyt uyu uyên uyêt "
    "ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y ych yêm yên yêng yêt yêu yn ynh yp yt yu"
)
_Y_ONSETS = frozenset({"", "h", "k", "l", "m", "n", "s", "t", "th", "v"})


def _may_join(onset: str, rhyme: str) -> bool:
    first = rhyme[0]
    match onset:
        case "qu":
            return first in "aăâeêiơy" or rhyme == "ôc"
        case _ if first == "y":
            return onset in _Y_ONSETS if rhyme == "y" else onset == "" and "ê" in rhyme
        case "gi":
            return first != "i"
        case "g":
            return first not in "eêi" or rhyme in ("i", "in", "im")
        case "c" | "ng":
            return first not in "eêi"
        case "gh" | "ngh":
            return first in "eêi"
    return True


def _place_of_tone(rhyme: str) -> int:
    """Index of the letter that bears the tone in the placement of today (hòa, thủy, toàn, khuỷu)."""
    marked = [i for i, letter in enumerate(rhyme) if letter in "ăâêôơư"]
    if marked:
        return marked[-1]
    vowels = len(rhyme) - len(rhyme.lstrip(VOWELS))
    if vowels < len(rhyme):
        return vowels - 1
    return 1 if vowels == 3 else 0


# Toneless syllable → index of the letter that bears its tone.
SYLLABLES = {
    onset + rhyme: len(onset) + _place_of_tone(rhyme)
    for onset in ["", *_ONSETS.split()]
    for rhyme in _RHYMES.split()
    if _may_join(onset, rhyme)
}


def is_syllable(token: str) -> bool:
    """Whether `token` (NFC, any case) is spelled like a Vietnamese syllable; a misplaced tone is forgiven."""
    base, tones = without_tones(token.lower())
    if base not in SYLLABLES or len(tones) > 1:
        return False
    return not base.endswith(("c", "ch", "p", "t")) or not _STOP_TONES.isdisjoint(tones)


def is_folded_syllable(token: str) -> bool:
    """Whether `token` could be a Vietnamese syllable typed without its accents."""
    return token.lower() in _folded_syllables()


@cache
def _folded_syllables() -> frozenset[str]:
    return frozenset(
        "".join(unicodedata.normalize("NFD", letter)[0] for letter in syllable.replace("đ", "d"))
        for syllable in SYLLABLES
    )


def without_tones(lowered: str) -> tuple[str, str]:
    """The word without its tone marks (hoà → hoa, biển → biên), and the marks that were taken off."""
    parts = [TONED.get(letter, (letter, "")) for letter in lowered]
    return "".join(letter for letter, _ in parts), "".join(tone for _, tone in parts)


def place_tone(word: str) -> str:
    """A syllable with its tone where today's spelling puts it; any other word as it is."""
    base, tones = without_tones(word.lower())
    place = SYLLABLES.get(base)
    if place is None or len(tones) != 1 or len(base) != len(word):
        return word
    placed = base[:place] + _WITH_TONE[base[place], tones] + base[place + 1 :]
    return "".join(new.upper() if old.isupper() else new for old, new in zip(word, placed, strict=True))
