"""Lines that hold several labels with their values, cut into one label each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.document import Recovery
from ingest.forms import Label
from ingest.labelled_values import is_short_label
from ingest.labels import looks_like_label
from ingest.values import LEADER

_LONGEST_CROWDED = 250
# Looking for labels costs the square of a line's length; lines of forms are far shorter.
_LONGEST_CUT = 4_000
_GAP = re.compile(rf"(?P<leader>\s*(?:(?:{LEADER})\s*)+)|(?P<wide>[^\S\t]*\t\s*|\s{{3,}})|\s+")
_HEAD = re.compile(r"(?>(?:[^:(]|\([^()]{0,60}\)|\((?![^()]{0,60}\))){1,90})(?=:)")
_LEADER = re.compile(LEADER)

Find = Callable[[str], Label | None]


def cut_line(text: str, recovery: Recovery, find: Find) -> list[tuple[str, Recovery]]:
    """The line cut where a label of its own begins, each part with its own unrepaired form where that can be told.

    Behind leaders any label begins anew (``Họ và tên: Lan ...... Bí danh: ......``), behind tabs and wide gaps one that
    `find` knows, behind a single space one of personal data in a line of short values, behind a semicolon one of
    another short value (``Chủ nhiệm: Lan; Thời gian: 24 tháng``).
    """
    cuts = _find_cuts(text, find)
    if not cuts:
        return [(text, recovery)]
    parts = _cut(text, cuts)
    before = _cut(recovery.unrepaired or "", cuts)
    return [
        (part, _recovery_of(recovery, before[at] if len(before) == len(parts) else recovery.unrepaired))
        for at, part in enumerate(parts)
    ]


def _recovery_of(recovery: Recovery, unrepaired: str | None) -> Recovery:
    if recovery.unrepaired is None or unrepaired is None:
        return recovery
    return replace(recovery, unrepaired=unrepaired.strip())


def _find_cuts(text: str, find: Find) -> list[int]:
    """The gaps, by number, behind which a label begins."""
    begin, label = _label_at(text, 0, find) if len(text) <= _LONGEST_CUT else (None, None)
    if begin is None:
        return []
    is_crowded = len(text) <= _LONGEST_CROWDED and label is not None and is_short_label(label)
    cuts: list[int] = []
    for number, gap in enumerate(_GAP.finditer(text)):
        if gap.start() < begin or gap.end() == len(text):
            continue
        before, open_label = text[gap.start() - 1], label
        end, label = _label_at(text, gap.end(), find)
        if end is None:
            label = open_label
            continue
        if label is None and open_label is not None and text[end - 1] == ":":
            label = open_label.find_part(text[gap.end() : end - 1])
        if gap["leader"]:
            is_cut = label is not None or looks_like_label(text[gap.end() : end])
        elif gap["wide"]:
            is_cut = label is not None
        else:
            is_cut = is_crowded and label is not None and text[gap.end()].isupper()
            is_cut = is_cut and label is not None and (label.is_aside or _may_follow(open_label, before, label))
        if is_cut:
            cuts.append(number)
            begin = end
        else:
            label = open_label
    return cuts


def _may_follow(open_label: Label | None, sign: str, label: Label) -> bool:
    """Whether a label behind this sign ends the short value of the label before it: behind a semicolon one of another
    field, behind a comma one of people beside people."""
    if open_label is None or not (is_short_label(open_label) and is_short_label(label)):
        return False
    are_people = {open_label.field, label.field} <= {"lead", "members"}
    return (sign == ";" and (open_label.field != label.field)) or (sign in ",;" and are_people)


def _label_at(text: str, start: int, find: Find) -> tuple[int | None, Label | None]:
    """Where the label that begins at `start` ends, and which it is. It ends at a colon, a known one also at a leader;
    none has leaders or wide gaps inside."""
    if match := _HEAD.match(text, start):
        head = match.group()
        if not any(gap["leader"] or gap["wide"] for gap in _GAP.finditer(head.strip())):
            return match.end() + 1, find(head)
    leader = _LEADER.search(text, start)
    if leader and (label := find(text[start : leader.start()])):
        return leader.start(), label
    return None, None


def _cut(text: str, cuts: Sequence[int]) -> list[str]:
    gaps = [gap.end() for gap in _GAP.finditer(text)]
    if cuts[-1] >= len(gaps):
        return [text]
    bounds = [0, *(gaps[cut] for cut in cuts), len(text)]
    return [text[start:end] for start, end in pairwise(bounds)]
