"""Goes through the lines of a form: which are labels, and to which of them each other line belongs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.document import value_after
from ingest.forms import OTHER, Form, Label
from ingest.item_numbers import Standing
from ingest.labelled_values import ENTRY_FIELDS, Line, Piece, is_short_label
from ingest.labels import (
    Numbering,
    is_number_alone,
    looks_like_label,
    part_label,
    read_numbering,
    without_brackets,
)
from ingest.line_cuts import cut_line
from ingest.money_units import unit_said
from ingest.new_labels import ends_at_labels, is_new_heading, may_stand_above, may_stand_behind
from ingest.open_items import OpenItems
from ingest.records import ReadingMethod
from ingest.spelling import is_folded_syllable
from ingest.table_grids import Header
from ingest.table_items import rows_of_listing
from ingest.unrolled_tables import LONGEST_LISTING, begins_listing, read_listing
from ingest.values import begins_with_box, has_labelled_boxes, has_leaders, is_blank, part_leaders, strip_leaders
from ingest.vietnamese import fold

_LONGEST_NUMBERED_LABEL = 150
_LONG_WORD = 5
_FEWEST_TITLE_WORDS = 3
_MOST_LINES = 4_000
_MOST_LABELS_AHEAD = 5


class LineWalk(OpenItems):
    """Goes through lines of text, outside of tables and in their cells."""

    def __init__(self, form: Form) -> None:
        super().__init__(form)
        self._columns_before: tuple[Label | None, tuple[Header, ...], int] | None = None
        self._has_labels_above = False
        # What stands behind the form's title on its line, or above its first label in a form that is titled there: what
        # it is about, where no item says that.
        self.title_beside: Piece | None = None
        # How the known labels that stand above their values are printed, where all are printed alike.
        self._have_colons = self._are_bold = False

    def lines(self, lines: Sequence[Line]) -> None:
        at = 0
        self._look_ahead(lines)
        self._see_labels_above(lines[:_MOST_LINES])
        while at < len(lines):
            line = lines[at]
            self._numbers.pass_line(at)
            text = line.text
            following = lines[at + 1].text if at + 1 < len(lines) else ""
            if text.strip():
                self._columns_before = None
            texts = [line.text for line in lines[at : at + LONGEST_LISTING]] if begins_listing(text) else []
            listing = read_listing(texts, self._listing_columns())
            if listing is not None:
                item = self._item_for_rows(self._open_with_columns())
                self.rows(item, listing.headers, rows_of_listing(listing, lines[at:]), "text")
                at += listing.length
                continue
            if is_number_alone(text) and self._is_numbered(text, following):
                # The number of the next line, in a cell of its own.
                number, following_line = text.strip(" .()"), lines[at + 1]
                if not read_numbering(following) and read_numbering(f"{number}. {following}"):
                    line = replace(following_line, text=f"{number}. {following.strip()}")
                    at += 1
                    self._numbers.pass_line(at)
                    self.line(line)
                elif read_numbering(f"{number}. x") != read_numbering(following):
                    # The end of a value that goes on from the line above, since the next line has its own number.
                    self.line(line)
            else:
                self.line(line)
            at += 1

    def _is_numbered(self, number: str, following: str) -> bool:
        """Whether a number on a line of its own is that of the label on the next line, and no value."""
        read = read_numbering(f"{number.strip(' .()')}. x")
        if read is not None and self._numbers.counts_on(read) and looks_like_label(part_label(following)[0]):
            return True
        is_awaited = self.current is not None and not self.current.pieces
        return self._is_label(following, with_asides=True) and not is_awaited

    def cell_lines(self, lines: Sequence[Line]) -> None:
        self._look_ahead(lines)
        for at, line in enumerate(lines):
            self._numbers.pass_line(at)
            self.line(line, "table")

    def line(self, line: Line, method: ReadingMethod = "text") -> None:
        parts = cut_line(line.text, line.recovery, self._find)
        if len(parts) > 1:
            for text, recovery in parts:
                self.line(replace(line, text=text, recovery=recovery), method)
            return
        level = line.level
        text = part_leaders(line.text, lambda head: self._find(head) is not None)
        clean = strip_leaders(text)
        if not clean or is_blank(text):
            return
        if self.form.is_frame(clean, at_head=not self._has_begun):
            _, _, named = part_label(clean)
            if self.form.is_title(clean) and len(named.split()) >= _FEWEST_TITLE_WORDS and not self.title_beside:
                self.title_beside = Piece(named.strip(), line.place, method, value_after(line.recovery))
            if self._has_begun and clean[0].isalpha():
                # Signatures follow, no more of the last value.
                self.current = self.context = None
            return
        number = read_numbering(clean)
        if not number and (unit := unit_said(clean)) and looks_like_label(part_label(clean)[0]):
            self._keep_unit(unit, Piece(clean, line.place, method, line.recovery))
            return
        head, colon, value = part_label(clean)
        if colon and is_blank(part_label(text)[2]):
            clean, value = f"{head}:", ""
        is_item = False
        if number and not level:
            standing = self._standing_of(number, clean)
            if standing == "point":
                self._point(number, clean, line, method)
                return
            is_item = standing == "item"
        if begins_with_box(clean) and not value.strip():
            # An option, whatever its words are elsewhere.
            self._value(clean, clean, line.place, method, line.recovery)
            return
        label = self._find(clean if not value.strip() else head)
        if self.form.is_titled_above and not (label or number or self._has_begun or self.items or self.title_beside):
            self.title_beside = Piece(clean, line.place, method, line.recovery)
            return
        # One Vietnamese syllable may be any word; an English one that is the name of an item is its label.
        is_long = len(clean.split()) > 1 or (len(clean) >= _LONG_WORD and not is_folded_syllable(fold(clean)))
        is_alone = label is not None and (is_long or label.is_private or label.is_contact)
        if label is not None and (colon or number or level or is_alone):
            self._open(label, head, number, level, is_inline=bool(value.strip()))
            if value.strip():
                self._value(value.strip(), clean, line.place, method, line.recovery)
            return
        if has_labelled_boxes(clean) and not has_labelled_boxes(value):
            # What stands before the first colon is one of the options.
            self._options(head, number if is_item else None, clean, line, method)
            return
        heading = self.form.find_heading(head if colon else clean) if (number or level) else None
        if heading is not None and not (self.current and heading is self.current.label):
            self._open(heading, clean if not value.strip() else head, number, level, is_inline=bool(value.strip()))
            if value.strip():
                self._value(value.strip(), clean, line.place, method, line.recovery)
            return
        if is_item and number and value.strip() and self._is_numbered_label(number, head):
            self._open(OTHER, head, number, level, is_inline=True)
            self._value(value.strip(), clean, line.place, method, line.recovery)
            return
        is_above = not number and not level and self._is_label_above(clean)
        if is_above or is_new_heading(clean, number, level, self.context, is_item=is_item):
            self._open(OTHER, clean, number, level, is_inline=has_leaders(line.text))
            return
        if number and is_item and self._numbers.is_needed(number):
            # An item, though nothing in it looks like a label.
            self._open(OTHER, "", number, level, is_inline=False)
        elif colon and self._is_new_label(head, has_leaders(line.text)):
            self._open_beside(head)
            if value.strip():
                self._value(value.strip(), clean, line.place, method, line.recovery)
            return
        elif number:
            self._numbers.add_point(number)
        elif not value.strip() and self._may_be_label(head, line):
            self._note_label(Piece(next(self._numbers.rest(1), ""), line.place, method, label=head))
        self._value(clean, clean, line.place, method, line.recovery)

    def _standing_of(self, number: Numbering, text: str) -> Standing | None:
        section = self.context
        is_title = section is not None and bool(section.pieces) and section.pieces[-1].text.isupper()
        is_prose = not (
            is_title
            or section is None
            or section.label is OTHER
            or is_short_label(section.label)
            or section.field in ENTRY_FIELDS
        )
        return self._numbers.standing_of(
            number,
            section.number if section else None,
            is_label=self._is_label(text),
            is_prose=is_prose,
            has_text=section is not None and bool(section.pieces),
        )

    def _point(self, number: Numbering, text: str, line: Line, method: ReadingMethod) -> None:
        """A numbered line of the value that is being read, whatever it begins with."""
        self._numbers.add_point(number)
        if self.current is None or self.current.label.is_aside:
            self.current = self.context
        self._value(text, text, line.place, method, line.recovery)

    def _is_numbered_label(self, number: Numbering, head: str) -> bool:
        """Whether what stands between the number of an item and a colon is its label, though no form knows it. Where
        the items behind it count on, it may be as long as those of official forms are."""
        is_short = len(without_brackets(head)) <= _LONGEST_NUMBERED_LABEL
        return looks_like_label(head) or (is_short and self._numbers.is_needed(number))

    def _options(self, first: str, number: Numbering | None, text: str, line: Line, method: ReadingMethod) -> None:
        """A line of nothing but options, each with its box behind it."""
        if number is not None:
            self._open(OTHER, "", number, line.level, is_inline=False)
        elif self._is_new_label(first, has_leaders(line.text)):
            self._open_beside("")
        self._value(text, text, line.place, method, line.recovery)

    def _see_labels_above(self, lines: Sequence[Line]) -> None:
        above = [line for line in lines if self._stands_alone(line)]
        self._has_labels_above = bool(above)
        self._have_colons = len(above) > 1 and all(line.text.rstrip().endswith(":") for line in above)
        self._are_bold = len(above) > 1 and all(line.is_bold for line in above)

    def _may_be_label(self, text: str, line: Line) -> bool:
        """Whether a line that is read as text of the current item is printed as the known labels are. It may be a
        sub-heading as well, so that it is only named."""
        item = self.current
        if item is None or not item.pieces or item.label is OTHER or line.level or not looks_like_label(text):
            return False
        if not (line.text.rstrip().endswith(":") if self._have_colons else self._are_bold and line.is_bold):
            return False
        following = next(self._numbers.rest(1), "")
        is_part = text.split()[0] == item.heading.split()[0] if item.heading else False
        return not is_part and bool(following) and not self._is_label(following)

    def _stands_alone(self, line: Line) -> bool:
        """Whether the line is a label without a number, above its value."""
        text = line.text.strip()
        label = None if line.level or read_numbering(text) or " " not in text else self.form.find(text)
        return label is not None and not label.is_group

    def _is_label_above(self, text: str) -> bool:
        """Whether a line without a number is a label that no form knows, with its value below it."""
        item = self.current
        following = next(self._numbers.rest(1), "")
        if item is None or not any(map(str.isalpha, following)):
            return False
        if self._is_label(following) or self.form.is_frame(following, at_head=False):
            return False
        return may_stand_above(text, item, has_labels_above=self._has_labels_above)

    def _is_new_label(self, head: str, is_print: bool) -> bool:
        """Whether a label that no form knows begins something new; `is_print` tells that leaders follow it."""
        if not looks_like_label(head):
            return False
        item = self.current
        if item is None:
            return is_print or bool(self.items)
        return is_print or ends_at_labels(item) or (may_stand_behind(head, item) and self._are_labels_ahead())

    def _are_labels_ahead(self) -> bool:
        """Whether a known label follows, with nothing but unknown labels and their values before it; or nothing at
        all behind them, in a form that writes every value beside its label."""
        for text in self._numbers.rest(_MOST_LABELS_AHEAD):
            if self._is_label(text) or self.form.is_frame(text, at_head=False):
                return True
            name, _, value = part_label(text)
            if not value.strip() or not looks_like_label(name):
                return False
        filled = [item for item in self.items if item.pieces]
        return len(filled) > 1 and all(item.is_inline and len(item.pieces) == 1 for item in filled)
