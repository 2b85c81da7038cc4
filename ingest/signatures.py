"""Lines under a document by which it is signed: place and date, office of the signer, the hint where to sign."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.names import looks_like_person, strip_titles
from ingest.vietnamese import fold

_LONGEST = 120
# On folded text.
_DATED = re.compile(
    r"(?:[^,:;]{2,40}, ?)?ngay\W{0,12}\d{0,2}\W{0,12}thang\W{0,12}\d{0,2}\W{0,12}nam\W{0,12}\d{0,4}\W{0,12}"
)
_HINT = re.compile(r"[(\[]\s*(?:da |can )?(?:ky|ho,? (?:va )?ten|chu ky|ghi ro|ghi ho)\b[^()\[\]]*[)\]]")
_FOR = r"(?:(?:tm|kt|tl|tuq|q)\.? *)?"
_OFFICE = re.compile(
    rf"{_FOR}(?:(?:pho |quyen )?(?:tong |chanh )?(?:giam doc|chu tich|hieu truong|vien truong|thu truong|cuc truong|"
    r"vu truong|so truong|bo truong|thu truong|chanh van phong|truong (?:phong|khoa|ban|bo mon|don vi)|ke toan truong)|"
    r"nguoi (?:lap|khai|ke khai|viet|de xuat|ky|bao cao|lam don|thuc hien)|uy ban nhan dan|ubnd|"
    r"xac nhan cua|dai dien|thu truong|chu nhiem (?:de tai|nhiem vu|du an)|thu ky|ke toan|lap bieu)"
    r"(?: (?:bieu|phieu|ly lich|bang|don vi|co quan|to chuc|doanh nghiep|dot xuat|hoi dong|chu tri|cong tac|"
    r"thuc hien|phu trach|so|khoa hoc|va|cong nghe|tinh|thanh pho|truong|vien))*"
)


def is_signature(text: str) -> bool:
    """Whether a line is one of those above a signature: ``Sông Bé, ngày 5 tháng 1 năm 2024``, ``KT. GIÁM ĐỐC``,
    ``NGƯỜI KHAI (Ký và ghi rõ họ tên)``."""
    plain = " ".join(fold(text).split())
    if not plain or len(plain) > _LONGEST:
        return False
    if _DATED.fullmatch(plain):
        return True
    bare = _HINT.sub(" ", plain).strip(" .,:;*")
    return not bare or _OFFICE.fullmatch(bare) is not None


def is_signer(text: str) -> bool:
    """Whether a line is nothing but a person's name, as below a signature."""
    return looks_like_person(strip_titles(text)) and len(text) <= _LONGEST


def are_signatures(texts: Iterable[str], *, is_signed: bool) -> bool:
    """Whether every line belongs to a signature; names do where the lines above were signed already."""
    return all(is_signature(text) or (is_signed and is_signer(text)) for text in texts)
