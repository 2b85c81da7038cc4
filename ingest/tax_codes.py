"""Tax codes: whether a bare number is one, by its check digit and the words before it, or an amount of money."""

from __future__ import annotations

import re

from ingest.vietnamese import fold

_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_NEAR = 60  # characters
_ROUND = "000"
_SAID = re.compile(
    r"\b(?:(?P<money>so tien|kinh phi|chi phi|tri gia|gia tri|ngan sach|doanh thu|doanh so|loi nhuan|du toan|von"
    r"|thanh tien|budget|cost|revenue)"
    r"|(?P<code>mst|msdn|ma so|ma (?:dn|kh)|dkkd|dkdn|gpkd|dang ky|giay phep|tai khoan|stk|tax|account))\b"
)
_SAID_BEHIND = re.compile(
    r"[ \t,(\-–]{0,3}(?:(?:la|is|day la)\s+)?(?:so\s+)?(?:mst|msdn|ma so|dkkd|dkdn|tax|stk|tai khoan)\b(?!\W*\d)"
)


def is_tax_code(number: str) -> bool:
    """Whether ten digits (of a branch: thirteen) are a tax code: the tenth is 10 less the sum of the others, weighted,
    modulo 11 (as python-stdnum has it in `stdnum.vn.mst`); nothing is numbered 0."""
    province, numbered, check, branch = number[:2], number[2:9], number[9:10], number[10:]
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:9], strict=True))
    return check == str(10 - total % 11) and province != "00" and int(numbered) > 0 and branch != "000"


def reads_as_amount(text: str, start: int, end: int) -> bool:
    """Whether the bare digits there are money, which leads to nobody: no label of a code stands by, and two of three
    speak for it: they are no tax code, are round, or stand behind a word for money."""
    number = text[start:end]
    if not number.isdigit() or number.startswith("0"):
        return False
    folded = fold(text[max(0, start - _NEAR) : end + _NEAR])
    at = min(start, _NEAR)
    line_before = re.split(r"[\n;]", folded[:at])[-1]
    said = [match.lastgroup for match in _SAID.finditer(line_before)][-1:]
    if said == ["code"] or _SAID_BEHIND.match(folded, at + len(number)):
        return False
    return (not is_tax_code(number)) + number.endswith(_ROUND) + (said == ["money"]) >= 2
