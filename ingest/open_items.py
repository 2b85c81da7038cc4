"""The items of a form that have been read, with those that the next text may belong to."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.document import EXACT, Recovery, join_recoveries, value_after
from ingest.forms import OTHER, Form, Label
from ingest.item_numbers import ItemNumbers
from ingest.labelled_values import SINGLE_VALUES, Item, Line, Piece, Row, keep_ticked
from ingest.labels import Numbering, part_label, read_numbering
from ingest.money_units import money_unit
from ingest.records import Place, ReadingMethod
from ingest.table_grids import Header
from ingest.table_items import add_rows, item_for_rows, label_with_columns
from ingest.values import has_boxes


class OpenItems:
    """`current` is the item that unlabelled text belongs to, `context` the item whose part `current` may be."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.items: list[Item] = []
        self.current: Item | None = None
        self.context: Item | None = None
        self._numbers = ItemNumbers(self._is_label)
        self._has_begun = False
        # By the item around the line, of which a label may be a part, and by the line.
        self._labels_in_front: dict[int, dict[str, Label | None]] = {}

    def _look_ahead(self, lines: Sequence[Line]) -> None:
        """From now on `lines` are read."""
        self._numbers.look_ahead(lines)
        self._labels_in_front = {}

    def _is_label(self, text: str, *, with_asides: bool = False) -> bool:
        label = self._label_in_front(text)
        return label is not None and (with_asides or not label.is_aside)

    def _label_in_front(self, text: str) -> Label | None:
        """The label a line begins with. Kept, since following the numbers asks for the same lines again and again."""
        around = self.context.label if self.context is not None and self.context.label.parts else None
        # The labels of a form outlive the walk, so that each stays the only one of its id.
        known = self._labels_in_front.setdefault(id(around), {})
        if text not in known:
            head = part_label(text)[0]
            known[text] = self._find(head) or (self.form.find_heading(head) if read_numbering(text) else None)
        return known[text]

    def _find(self, text: str) -> Label | None:
        label = self.form.find(text)
        if label is not None and label.is_corrected:
            return label
        if self.context is not None and (part := self.context.label.find_part(text)):
            return part
        return label

    def _open(self, label: Label, heading: str, number: Numbering | None, level: int, *, is_inline: bool) -> None:
        self._numbers.begin_item(number)
        self._has_begun = self._has_begun or label is not OTHER
        if label.is_group and not is_inline:
            self.current = self.context = None
            return
        label = OTHER if label.is_group else label
        item = Item(label, heading.strip(" :"), is_inline, number, level)
        if self.context is not None and label in self.context.label.parts:
            item.unit = self.context.unit or money_unit(self.context.heading)
            if label.field == self.context.field == "members" and not self.context.pieces:
                # What a member is called says what they do (*Thư ký khoa học*).
                item.heading = self.context.heading
        self.items.append(item)
        self.current = item
        if self.context is None or label not in self.context.label.parts:
            # A phone or a birth date among other items does not end the item around it.
            is_aside = (label.is_private or label.is_contact) and number is None and not label.parts
            if not (is_aside and self.context is not None):
                self.context = item

    def _open_beside(self, heading: str) -> None:
        """An item of a label that no form knows, which does not end the item around it."""
        item = Item(OTHER, heading.strip(" :"), is_inline=True)
        self.items.append(item)
        self.current = item

    def _note_label(self, piece: Piece) -> None:
        """What follows a line of the current item that may be a label, under that label."""
        if self.current is not None:
            self.current.unknown.append(piece)

    def _keep_unit(self, unit: int, piece: Piece) -> None:
        """The unit of the numbers in the table below a line; the line is no item."""
        if self.current is not None and self.current.unit is None:
            self.current.unit = unit
        self.items.append(Item(OTHER, pieces=[piece]))

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
        if ticked := keep_ticked(text):
            item.pieces.append(Piece(ticked, place, method, recovery, is_ticked=has_boxes(text)))

    def _after_single(self, item: Item) -> Item | None:
        """What unlabelled text belongs to after a short value: the item around it, unless that is short too."""
        outer = self.context
        if outer is None or outer is item or outer.field in SINGLE_VALUES:
            return None
        return outer

    def _open_with_columns(self) -> Label | None:
        return label_with_columns((self.current, self.context))

    def _listing_columns(self) -> frozenset[str]:
        label = self._open_with_columns()
        return label.columns.get("time", frozenset()) if label else frozenset()

    def rows(self, item: Item, headers: Sequence[Header], rows: Sequence[Row], method: ReadingMethod) -> None:
        self.items += add_rows(item, self.form, headers, rows, method)

    def _item_for_rows(self, label: Label | None) -> Item:
        item = item_for_rows((self.current, self.context), label)
        if item is None:
            item = Item(label or OTHER)
            self.items.append(item)
            self.current = self.context = item
        return item
