"""Whether a line that no form knows can be a label, judged by the item that is being read."""

from __future__ import annotations

from ingest.forms import OTHER
from ingest.labelled_values import FACT_FIELDS, SINGLE_VALUES, Item
from ingest.labels import Numbering, is_listed, looks_like_label, part_label, without_brackets

_LONGEST_HEADING = 120
_MOST_WORDS_ABOVE = 8
# Behind these a line with a label is an item of its own; in longer values it is a sub-heading.
_ENDED_BY_LABELS = SINGLE_VALUES | {"lead", "duration", "start", "end", "year", "status"}
# Behind these a line that looks like a label is one. Names of people and fields look like labels too.
_ENDED_BY_NAMES = FACT_FIELDS - {"lead", "members", "fields"}


def is_new_heading(text: str, number: Numbering | None, level: int, opened: Item | None, *, is_item: bool) -> bool:
    """Whether a line begins something new, instead of being a sub-heading or a list line of the item `opened`.
    `is_item` tells that its number counts on from the items before."""
    if len(without_brackets(text)) > _LONGEST_HEADING or text.endswith((".", ";", ",")):
        return False
    if level:
        return opened is None or opened.level == 0 or level <= opened.level
    if number is None:
        return False
    if number.style == "roman":
        return text.isupper() or opened is None or opened.number is None or is_item
    return is_item


def may_stand_above(text: str, item: Item, *, has_labels_above: bool) -> bool:
    """Whether a line can be the label of the value below it: behind a value of `item` that has ended, in a form that
    writes labels so (`has_labels_above`), or whose last one stands so."""
    if item.number or item.level or not item.pieces or not (has_labels_above if item.is_inline else item.heading):
        return False
    if not looks_like_label(text) or text.endswith(":") or len(text.split()) > _MOST_WORDS_ABOVE:
        return False
    last = item.pieces[-1].text
    if item.field in _ENDED_BY_NAMES or (item.label is OTHER and len(item.pieces) == 1):
        return text.split()[0] != last.split()[0]
    has_ended = last.endswith((".", ";", "!")) or is_listed(last)
    begins_with_heading = len(item.pieces) > 1 and looks_like_label(item.pieces[0].text.rstrip(" :"))
    return has_ended and item.field not in FACT_FIELDS and not begins_with_heading


def ends_at_labels(item: Item) -> bool:
    """Whether a label behind the value of an item is none of a part of it."""
    if item.label.is_aside or item.field in _ENDED_BY_LABELS or (item.label is OTHER and item.is_inline):
        return True
    # A list ends the value, and no line above it looks like a label.
    if item.number or item.level or item.is_inline or not item.pieces or not is_listed(item.pieces[-1].text):
        return False
    return not any(looks_like_label(part_label(piece.text)[0]) for piece in item.pieces if not is_listed(piece.text))


def may_stand_behind(head: str, item: Item) -> bool:
    """Whether a label can stand behind an item that has label and value on one line, and be none of its value."""
    if item.number or item.level or not item.is_inline or len(item.pieces) != 1 or " " not in head.strip():
        return False
    return head.split()[:1] != item.heading.split()[:1] and not any(map(str.isdigit, head))
