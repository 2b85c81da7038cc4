"""Goes through the lines of a form: which are labels, and to which of them each other line belongs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.document import EXACT, Recovery, join_recoveries, value_after
from ingest.forms import OTHER, Form, Label
from ingest.labelled_values import SINGLE_VALUES, Item, Line, Piece, Row, keep_ticked, read_rows
from ingest.labels import Numbering, is_number_alone, looks_like_label, read_numbering
from ingest.line_cuts import cut_line
from ingest.records import Place, ReadingMethod
from ingest.table_grids import Header
from ingest.unrolled_tables import LONGEST_LISTING, Listing, begins_listing, read_listing
from ingest.values import has_leaders, is_blank, part_leaders, strip_leaders

_LONGEST_INLINE_LABEL = 90
_LONGEST_HEADING = 120
# Behind these a line with a label that nobody knows is an item of its own; in longer values it is a sub-heading.
_ENDED_BY_LABELS = SINGLE_VALUES | {"lead"}


class LineWalk:
    """Goes through the blocks; `current` is the item that unlabelled text belongs to, `context` the item whose
    part `current` may be."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.items: list[Item] = []
        self.current: Item | None = None
        self.context: Item | None = None
        self._columns_before: tuple[Label | None, tuple[Header, ...], int] | None = None

    def lines(self, lines: Sequence[Line]) -> None:
        at = 0
        while at < len(lines):
            line = lines[at]
            text = line.text
            following = lines[at + 1].text if at + 1 < len(lines) else ""
            if text.strip():
                self._columns_before = None
            texts = [line.text for line in lines[at : at + LONGEST_LISTING]] if begins_listing(text) else []
            listing = read_listing(texts, self._listing_columns())
            if listing is not None:
                item = self._item_for_rows(self._open_with_columns())
                item.pieces += read_rows(listing.headers, item.label.columns, _listed(listing, lines[at:]), "text")
                at += listing.length
                continue
            if not (is_number_alone(text) and self.form.find(following)):
                self.line(line)
            at += 1

    def line(self, line: Line, method: ReadingMethod = "text") -> None:
        parts = cut_line(line.text, line.recovery, self._find)
        if len(parts) > 1:
            for text, recovery in parts:
                self.line(replace(line, text=text, recovery=recovery), method)
            return
        level = line.level
        text = part_leaders(line.text, lambda head: self._find(head) is not None)
        clean = strip_leaders(text)
        if not clean or is_blank(text) or self.form.is_frame(clean, at_head=not self.items):
            return
        number = read_numbering(clean)
        head, colon, value = clean.partition(":")
        if colon and is_blank(text.partition(":")[2]):
            clean, value = f"{head}:", ""
        label = self._find(clean if not value.strip() else head) if len(head) <= _LONGEST_INLINE_LABEL else None
        is_alone = label is not None and (len(clean.split()) > 1 or label.is_private or label.is_contact)
        if label is not None and (colon or number or level or is_alone):
            self._open(label, head, number, level, is_inline=bool(value.strip()))
            if value.strip():
                self._value(value.strip(), clean, line.place, method, line.recovery)
            return
        heading = self.form.find_heading(head if colon else clean) if (number or level) else None
        if heading is not None and not (self.current and heading is self.current.label):
            self._open(heading, clean if not value.strip() else head, number, level, is_inline=bool(value.strip()))
            if value.strip():
                self._value(value.strip(), clean, line.place, method, line.recovery)
            return
        if self._is_new_heading(clean, number, level):
            self._open(OTHER, clean, number, level, is_inline=False)
            return
        if colon and self._is_new_label(head, has_leaders(line.text)):
            self._open_beside(head)
            if value.strip():
                self._value(value.strip(), clean, line.place, method, line.recovery)
            return
        self._value(clean, clean, line.place, method, line.recovery)

    def _find(self, text: str) -> Label | None:
        label = self.form.find(text)
        if label is not None and label.is_corrected:
            return label
        if self.context is not None and (part := self.context.label.find_part(text)):
            return part
        return label

    def _open(self, label: Label, heading: str, number: Numbering | None, level: int, *, is_inline: bool) -> None:
        if label.is_group:
            self.current = self.context = None
            return
        item = Item(label, heading.strip(" :"), is_inline, number, level)
        self.items.append(item)
        self.current = item
        if self.context is None or label not in self.context.label.parts:
            # A phone or a birth date among other items does not end the item around it.
            is_aside = (label.is_private or label.is_contact) and number is None and not label.parts
            if not (is_aside and self.context is not None):
                self.context = item

    def _is_new_heading(self, text: str, number: Numbering | None, level: int) -> bool:
        """Whether a line without a known label begins something new, instead of being a sub-heading or a list line
        of the value that is being read."""
        if len(text) > _LONGEST_HEADING or text.endswith((".", ";", ",")):
            return False
        opened = self.context
        if level:
            return opened is None or opened.level == 0 or level <= opened.level
        if number is None:
            return False
        if number.style == "roman":
            return text.isupper() or opened is None or opened.number is None or opened.number.is_followed_by(number)
        return opened is not None and opened.number is not None and opened.number.is_followed_by(number)

    def _is_new_label(self, head: str, is_print: bool) -> bool:
        """Whether a label that no form knows begins something new; `is_print` tells that leaders follow it."""
        if not looks_like_label(head):
            return False
        item = self.current
        if item is None:
            return is_print or bool(self.items)
        return (
            is_print
            or item.label.is_aside
            or item.field in _ENDED_BY_LABELS
            or (item.label is OTHER and item.is_inline)
        )

    def _open_beside(self, heading: str) -> None:
        """An item of a label that no form knows, which does not end the item around it."""
        item = Item(OTHER, heading.strip(" :"), is_inline=True)
        self.items.append(item)
        self.current = item

    def _value(self, text: str, line: str, place: Place, method: ReadingMethod, recovery: Recovery = EXACT) -> None:
        """One line of a value for the current item; `line` is the whole line, kept where the label must stay."""
        if text != line:
            recovery = value_after(recovery)
        item = self.current
        if item is not None and item.field in SINGLE_VALUES and item.pieces:
            last = item.pieces[-1]
            if item.field == "title" and text[:1].islower():
                joined = join_recoveries([(last.text, last.recovery), (text, recovery)], " ")
                item.pieces[-1] = Piece(f"{last.text} {text}", last.place, last.method, joined)
                return
            item = self._after_single(item)
        if item is None:
            item = Item(OTHER)
            self.items.append(item)
        self.current = item
        if item.label.keeps_label and text != line and not item.pieces:
            item.heading = ""
            text = line
        item.pieces.append(Piece(keep_ticked(text), place, method, recovery))

    def _after_single(self, item: Item) -> Item | None:
        """What unlabelled text belongs to after a short value: the item around it, unless that is short too."""
        outer = self.context
        if outer is None or outer is item or outer.field in SINGLE_VALUES:
            return None
        return outer

    def _open_with_columns(self) -> Label | None:
        for item in (self.current, self.context):
            if item is not None and item.label.columns:
                return item.label
        return None

    def _listing_columns(self) -> frozenset[str]:
        label = self._open_with_columns()
        return label.columns.get("time", frozenset()) if label else frozenset()

    def _item_for_rows(self, label: Label | None) -> Item:
        for item in (self.current, self.context):
            if item is not None and (item.label is label if label else item.field not in SINGLE_VALUES):
                return item
        item = Item(label or OTHER)
        self.items.append(item)
        self.current = self.context = item
        return item


def _listed(listing: Listing, lines: Sequence[Line]) -> list[Row]:
    """The rows of an unrolled table with the place of its first line, each cell recovered as its line was."""
    width = len(listing.rows[0])
    first = listing.length - width * len(listing.rows)
    return [
        Row(
            texts,
            lines[0].place,
            [line.recovery for line in lines[first + at * width : first + (at + 1) * width]],
        )
        for at, texts in enumerate(listing.rows)
    ]
