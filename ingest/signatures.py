"""Lines under a document by which it is signed: place and date, office of the signer, the hint where to sign."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ingest.document import Block, Paragraph, Table
from ingest.names import looks_like_person, strip_titles
from ingest.vietnamese import fold

_LONGEST = 120
# On folded text.
_DATED = re.compile(
    r"(?:[^,:;\d]{2,40}, ?)(?:ngay )?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|"
    r"(?:[^,:;]{2,40}, ?)?ngay\W{0,12}\d{0,2}\W{0,12}thang\W{0,12}\d{0,2}\W{0,12}nam\W{0,12}\d{0,4}\W{0,12}"
)
_SIGNED = re.compile(
    r"(?!.*\bsinh\b)[^,:;\d]{2,40}, ?ngay ?(\d{1,2}) ?(?:[/.-]|thang) ?(\d{1,2}) ?(?:[/.-]|nam) ?(20\d\d)\W*"
)
_LONGEST_HEAD = 15  # lines, as of the foot
_HINT = re.compile(r"[(\[]\s*(?:da |can )?(?:ky|ho,? (?:va )?ten|chu ky|ghi ro|ghi ho)\b[^()\[\]]*[)\]]")
_BARE_HINT = re.compile(r"\bky(?:,? (?:va )?(?:ghi ro )?(?:ho )?ten)?(?:,? (?:va )?dong dau)?$")
# Offices that stand nowhere but above a signature.
_SURE = re.compile(r"(?:nguoi (?:khai|ke khai|viet|lap|lam don)|xac nhan cua)\b")
_LONGEST_TAIL = 40  # lines
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
    bare = _BARE_HINT.sub("", _HINT.sub(" ", plain).strip(" .,:;*")).strip(" ,")
    return not bare or _OFFICE.fullmatch(bare) is not None


def is_signer(text: str) -> bool:
    """Whether a line is nothing but a person's name, as below a signature."""
    return looks_like_person(strip_titles(text)) and len(text) <= _LONGEST


def are_signatures(texts: Iterable[str], *, is_signed: bool) -> bool:
    """Whether every line belongs to a signature; names do where the lines above were signed already."""
    return all(is_signature(text) or (is_signed and is_signer(text)) for text in texts)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A line outside of tables or a row of one: the block it is of, which part of that, and its lines, cell by cell."""

    block: int
    part: int
    cells: tuple[tuple[str, ...], ...]

    @property
    def lines(self) -> list[str]:
        return [line for cell in self.cells for line in cell]

    @property
    def is_pair(self) -> bool:
        """Whether an office stands beside a name: a label with its value."""
        offices = [len(cell) == 1 and is_signature(cell[0]) for cell in self.cells]
        return any(offices) and any(len(cell) == 1 and is_signer(cell[0]) for cell in self.cells)

    @property
    def is_sure(self) -> bool:
        plain = [" ".join(fold(line).split()) for line in self.lines]
        return any(_DATED.fullmatch(line) or _HINT.search(line) or _SURE.match(line) for line in plain)


def without_signatures(blocks: Sequence[Block], *, keep_new_names: bool) -> tuple[Block, ...]:
    """The blocks of a form without the signatures at its end: place and date, who signs, the hint where, and the names.
    With `keep_new_names` nothing goes where a name stands there that the form says nowhere else."""
    units = list(_units(blocks))
    start = len(units)
    while start and len(units) - start < _LONGEST_TAIL and _is_signed(units[start - 1]):
        start -= 1
    sure = next((at for at in range(start, len(units)) if units[at].is_sure), None)
    if sure is None:
        return tuple(blocks)
    while sure > start and all(map(is_signature, units[sure - 1].lines)):
        sure -= 1
    if keep_new_names:
        before = " ".join(fold(line) for unit in units[:sure] for line in unit.lines)
        names = [fold(strip_titles(line)) for unit in units[sure:] for line in unit.lines if is_signer(line)]
        if any(name not in before for name in names):
            return tuple(blocks)
    gone = {(unit.block, unit.part) for unit in units[sure:]}
    kept: list[Block] = []
    for at, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            lines = block.text.splitlines()
            left = [line for part, line in enumerate(lines) if (at, part) not in gone]
            if len(left) == len(lines):
                kept.append(block)
            elif any(line.strip() for line in left):
                kept.append(replace(block, text="\n".join(left)))
        elif isinstance(block, Table):
            rows = tuple(row for part, row in enumerate(block.rows) if (at, part) not in gone)
            if rows or not block.rows:
                kept.append(block if len(rows) == len(block.rows) else replace(block, rows=rows))
        else:
            kept.append(block)
    return tuple(kept)


def signed_day(blocks: Sequence[Block]) -> date | None:
    """The day of the line with place and date (``Sông Trà, ngày 20 tháng 6 năm 2026``) in the head of a form or above
    its signature, the later of two; None where there is none."""
    lines = [line for unit in _units(blocks) for line in unit.lines]
    days = [_day_of(line) for line in (*lines[:_LONGEST_HEAD], *lines[-_LONGEST_HEAD:]) if len(line) <= _LONGEST]
    return max(filter(None, days), default=None)


def _day_of(line: str) -> date | None:
    found = _SIGNED.fullmatch(" ".join(fold(line).split()))
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def _units(blocks: Sequence[Block]) -> Iterator[_Unit]:
    for at, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            lines = enumerate(block.text.splitlines())
            yield from (_Unit(at, part, ((line.strip(),),)) for part, line in lines if line.strip())
        elif isinstance(block, Table):
            for part, row in enumerate(block.rows):
                cells = (tuple(line.strip() for line in cell.lines() if line.strip()) for cell in row)
                if filled := tuple(filter(None, cells)):
                    yield _Unit(at, part, filled)


def _is_signed(unit: _Unit) -> bool:
    return not unit.is_pair and all(is_signature(line) or is_signer(line) for line in unit.lines)
