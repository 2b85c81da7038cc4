"""How common a written word is in Vietnamese, by which two readings of the same characters are compared."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files

from ingest.spelling import TONED, is_syllable, place_tone

# A capital that nobody writes: what bytes of one coding look like in another (quyẾn).
_CASE_JUMP = re.compile(f"[a-z][ĂÂÊÔƠƯĐ{''.join(TONED).upper()}]")
_VOWELS = frozenset("aăâeêioôơuưyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ")
# Names of persons that an old coding may take for another word (Tô for Tụ or Tơ), because Latin-1 can write them.
_WRITTEN_NAMES = """
Lê Bùi Tô Ngô Hà Lý Võ Vũ Hoàng Hồng Đào Đỗ Đặng Trần Phạm Trâm Tú Thái Thúy Thuý Hùng Hòa Hoà Châu Cúc Phú Quý Quí Tài
Toàn Trí Vân Yên Xuân Lâm Tâm Thành Thân Thìn Khôi Khánh Bách Ân Âu Hân Hiên Kiên Liên Tiên Thiên Hoài Mão Tý Tân Chí
Trân Bích Phát Bá Tòng Đình Kỳ Quân Huân Luân Ánh Bình Tín Nghĩa Hiếu Thảo Bé Cát Chân Công Dân Giáp Hào Hòe Khiêm Lân
Lành Ngân Ngà Nhàn Nhân Nhã Nhâm Oánh Phòng Phúc Quán Quyên Sâm Sáng Thêm Thông Thùy Thúc Tích Tính Toán Trà Trình Trúc
Tuân Tuyên Tùng Túc Tôn Uyên Viên Xuyên Ý Én Út Mùi Diên Sáu Tám Chín
"""
_NAMES = frozenset(_WRITTEN_NAMES.split())
_NAME = 30
_DAMPING = 20
_LEARNED = 1_500  # the rank at which a word that is no accented syllable is put
_RARE = 6_000  # and a syllable that the list lacks


@cache
def common_syllables() -> Sequence[str]:
    """The accented syllables of Vietnamese administrative prose and of a dictionary, the most frequent first."""
    return files("ingest").joinpath("syllables.txt").read_text(encoding="utf-8").split()


@cache
def _ranks() -> dict[str, int]:
    return {syllable: rank for rank, syllable in enumerate(common_syllables())}


@lru_cache(maxsize=65536)
def commonness(word: str) -> float | None:
    """Minus the binary logarithm of the word's damped rank, −4 to −12; None for what is no Vietnamese word.

    `word` is NFC, of letters only. Words of ASCII and abbreviations without vowels (HĐND) count as middling: they
    say nothing.
    """
    if word.isascii() or (word.isupper() and not _VOWELS & set(word.lower())) or word == "đ":
        return -math.log2(_LEARNED + _DAMPING)
    if not is_syllable(word):
        return None
    rank = _ranks().get(place_tone(word.lower()), _RARE)
    return -math.log2(min(rank, _NAME if word in _NAMES else rank) + _DAMPING)


def commonness_as_decoded(word: str) -> float | None:
    """As `commonness`; None also for a word with a capital that nobody means to write."""
    return None if _CASE_JUMP.search(word) else commonness(word)
