"""Which characters stand for which Vietnamese letters in the codings from before Unicode.

Each table maps what the bytes look like when they are read as Windows-1252 (`µ` for TCVN3's byte B5) to the letter.
Sources: TCVN 5712:1993 (VN3, the ABC fonts), the VNI-Windows, BK HCM-1, BK HCM-2 and Vietware X charts as UniKey and
VBKey have them, VPS as these and GNU recode have it, RFC 1456 (VISCII, VIQR).
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator, Mapping

GRAVE, ACUTE, HOOK, TILDE, DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
_TONES = GRAVE + ACUTE + HOOK + TILDE + DOT


def _windows(code: int) -> str:
    """What Windows-1252 shows for a byte; a C1 control where it has nothing."""
    return bytes((code,)).decode("cp1252", "ignore") or chr(code)


def _single(*runs: tuple[int, str]) -> dict[str, str]:
    """Letters in the order of their bytes, each run from the given byte on."""
    return {_windows(first + at): letter for first, letters in runs for at, letter in enumerate(letters)}


def _both_cases(base: str, mark: str) -> Iterator[tuple[str, str]]:
    """Base and mark in every case: typists leave the mark of a capital small (``Uûy ban``)."""
    yield from itertools.product(dict.fromkeys((base, base.upper())), dict.fromkeys((mark, mark.upper())))


def _pairs(base: str, vowel: str, marks: str) -> dict[str, str]:
    """`base` (one character) followed by each of `marks` is `vowel` with grave, acute, hook, tilde and dot."""
    found = {}
    for tone, mark in zip(_TONES, marks, strict=True):
        for shown, sign in _both_cases(base, mark):
            bare = vowel.upper() if shown == base.upper() else vowel
            found[shown + sign] = unicodedata.normalize("NFC", bare + tone)
    return found


def _cases(table: Mapping[str, str]) -> dict[str, str]:
    return {**table, **{shown.upper(): letter.upper() for shown, letter in table.items()}}


_TCVN3 = _single(
    (0xA1, "ĂÂÊÔƠƯĐăâêôơưđ"),
    (0xB5, "àảãáạ"),
    (0xBB, "ằẳẵắ"),
    (0xC6, "ặầẩẫấậè"),
    (0xCE, "ẻẽéẹềểễếệìỉ"),
    (0xDC, "ĩíịò"),
    (0xE1, "ỏõóọồổỗốộờởỡớợù"),
    (0xF1, "ủũúụừửữứựỳỷỹýỵ"),
)

_VNI_TONES, _VNI_HAT, _VNI_BREVE = "øùûõï", "àáåãä", "èéúüë"


def _vni() -> dict[str, str]:
    table = _cases({"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"})
    for base, vowel in ("aa", "ee", "oo", "uu", "yy", "ôơ", "öư"):
        table |= _pairs(base, vowel, _VNI_TONES)
    # VNI has letters of its own for the tones of i; some converters wrote the marks all the same.
    table |= _pairs("i", "i", _VNI_TONES)
    for base, vowel in ("aâ", "eê", "oô"):
        table |= _pairs(base, vowel, _VNI_HAT)
        table |= {b + m: vowel.upper() if b.isupper() else vowel for b, m in _both_cases(base, "â")}
    table |= _pairs("a", "ă", _VNI_BREVE)
    return table | {b + m: "Ă" if b.isupper() else "ă" for b, m in _both_cases("a", "ê")}


def _bk_hcm_2() -> dict[str, str]:
    table = _cases({"à": "đ", "ê": "â", "ù": "ă", "ï": "ê", "ö": "ô", "ú": "ơ", "û": "ư"})
    table |= _cases({"ò": "ì", "ñ": "í", "ó": "ỉ", "ô": "ĩ", "õ": "ị"})
    for base, vowel in ("aa", "ee", "oo", "uu", "yy", "úơ", "ûư"):
        table |= _pairs(base, vowel, "âáãäå")
    for base, vowel in ("êâ", "ïê", "öô"):
        table |= _pairs(base, vowel, "ìëíîå")
    return table | _pairs("ù", "ă", "çæèéå")


def _vietware_x() -> dict[str, str]:
    table = _cases({"â": "đ", "á": "â", "à": "ă", "ã": "ê", "ä": "ô", "å": "ơ", "æ": "ư"})
    table |= _cases({"ç": "ì", "ê": "í", "è": "ỉ", "é": "ĩ", "ë": "ị"})
    for base, vowel in ("aa", "ee", "uu", "æư"):
        table |= _pairs(base, vowel, "ìïíîû")
    for base, vowel in ("oo", "åơ"):
        table |= _pairs(base, vowel, "ìïíîü")
    table |= _pairs("y", "y", "ìïíîñ")
    for base, vowel, dot in ("áâû", "ãêû", "äôü"):
        table |= _pairs(base, vowel, "öúøù" + dot)
    return table | _pairs("à", "ă", "òõóôû")


def _with_controls(table: dict[str, str]) -> dict[str, str]:
    """The bytes 80–9F arrive as Windows-1252 shows them or, from a reader of Latin-1, as C1 controls."""
    return table | {chr(code): table[_windows(code)] for code in range(0x80, 0xA0) if _windows(code) in table}


def _viscii() -> dict[str, str]:
    high = (
        "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ"
        "ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
        "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư"
        "àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
    )
    low = {"\x02": "Ẳ", "\x05": "Ẵ", "\x06": "Ẫ", "\x14": "Ỷ", "\x19": "Ỹ", "\x1e": "Ỵ"}
    return low | _single((0x80, high))


def _vps() -> dict[str, str]:
    low = dict(zip("\x02\x03\x04\x05\x06\x10\x11\x12\x13\x14\x15\x19\x1c\x1d", "ẠẬẶẸỆỊỌỘỢỤỰỴẪỮ", strict=True))
    return low | _single(
        (0x80, "ÀẢÃẤẦẨọỗĂếềểệẮẰẲẾ"),
        (0x93, "ỀỂỄỐỒỔỖýỷỵỚỜỞ"),
        (0xA1, "ắằẳẵặỠớÙờởỡŨỨợỪổỬỲỸÍÌộỈĨÓửữÒỎÕựầÁÂấẩẫậđẻÉÊẹỉễịỹƯỦồốÔỏơÈừứÚũưÝẺ"),
        (0xE0, "àáâãảạă"),
        (0xE8, "èéêẽìí"),
        (0xEF, "ĩẴĐòóôõ"),
        (0xF7, "Ơụùúủ"),
        (0xFD, "ỶẼỳ"),
    )


def _bk_hcm_1() -> dict[str, str]:
    # Byte 98 is also Ặ, 8E also Ỵ, and six capitals lie on ASCII signs: `decode` tells them by their neighbours.
    return _single(
        (0x80, "ÁÀẢÃẠÉÈẺẼẸÍÌỈĨỊÓÒỎÕỌÚÙỦŨỤĂẮẰẲẴ"),
        (0x9F, "Â"),
        (0xA1, "ẦẨẪẬÊẾỀỂỄỆÔỐỒỔỖỘƠỚỜỞỠỢƯỨỪỬỮỰđáàảãạéèẻẽẹíìỉĩịóòỏõọúùủũụăắằẳẵặâấầẩẫậêếềểễệôốồổỗộơớờởỡợưứừửữựýỳỷỹỵ"),
    )


# What the characters of a text look like → the letter they stand for.
TABLES: Mapping[str, Mapping[str, str]] = {
    "tcvn3": _TCVN3,
    "vni": _vni(),
    "viscii": _with_controls(_viscii()),
    "vps": _with_controls(_vps()),
    "bk-hcm-1": _with_controls(_bk_hcm_1()),
    "bk-hcm-2": _bk_hcm_2(),
    "vietware-x": _vietware_x(),
}

BK_HCM_1_SIGNS = {"}": "Đ", "~": "Ấ", "{": "Ý", "^": "Ỳ", "`": "Ỷ", "|": "Ỹ"}
VIQR_MODIFIERS = {"(": "\u0306", "^": "\u0302", "+": "\u031b", "*": "\u031b"}
VIQR_TONES = {"`": GRAVE, "'": ACUTE, "?": HOOK, "~": TILDE, ".": DOT}
