"""Which numbered lines are items of a form, and which are points inside the value of one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Literal

from ingest.labelled_values import Line
from ingest.labels import Numbering, read_numbering

Standing = Literal["item", "point"]
Series = tuple[str, str, int]
_FARTHEST = 200
_MOST_OPEN = 20


class ItemNumbers:
    """Follows the numbers of the items, and of the points in the value that is being read. `is_label` tells whether a
    line is a label of the form."""

    def __init__(self, is_label: Callable[[str], bool]) -> None:
        self._is_label = is_label
        # Of each series the last number, and those it began anew behind.
        self._items: dict[Series, list[Numbering]] = {}
        self._awaited: set[Numbering] = set()
        self._points: dict[Series, Numbering] = {}
        self._lines: Sequence[Line] = ()
        self._next = 0
        self._numbers: list[Numbering | None] = []
        self._by_series: dict[Series, list[tuple[int, Numbering]]] | None = None
        # Where the items go on, and up to which line that was looked for: with numbers and without.
        self._goings: dict[bool, tuple[int, int]] = {}

    def look_ahead(self, lines: Sequence[Line]) -> None:
        """From now on `lines` are read."""
        self._lines = lines
        self._numbers = []
        self._by_series = None
        self._goings = {}
        self._next = 0

    def pass_line(self, at: int) -> None:
        """The line at this place is the one being read."""
        self._next = at + 1

    def rest(self, count: int) -> Iterator[str]:
        """The next lines that are not empty."""
        texts = (self._lines[at].text for at in range(self._next, min(len(self._lines), self._next + _FARTHEST)))
        return islice((text for text in texts if text.strip()), count)

    def begin_item(self, number: Numbering | None) -> None:
        self._points = {}
        if number is None:
            return
        open_ones = self._items.setdefault(number.series, [])
        if open_ones[-1:] == [number]:
            return
        while open_ones and not number.is_first and not open_ones[-1].is_followed_by(number):
            open_ones.pop()
        if open_ones and not number.is_first:
            open_ones.pop()
        open_ones.append(number)
        del open_ones[:-_MOST_OPEN]
        self._goings = {}
        self._awaited = {following for ones in self._items.values() for one in ones if (following := one.following())}

    def add_point(self, number: Numbering) -> None:
        self._points[number.series] = number

    def standing_of(
        self, number: Numbering, section: Numbering | None, *, is_label: bool, is_prose: bool, has_text: bool
    ) -> Standing | None:
        """What a line with this number is in the item of the number `section`; None where numbers do not tell.

        An item counts on from the items, a point from the points before it. Where both may be, the one that leaves the
        numbers behind it in order. In prose (`is_prose`), points may begin: 1, 2 … or a), b) … where the items count on
        behind them, or nothing stands there yet (`has_text`).
        """
        is_item = self.counts_on(number)
        before = self._points.get(number.series)
        is_point = before is not None and before.is_followed_by(number)
        if is_item:
            return "point" if is_point and not self.is_needed(number, is_label=is_label) else "item"
        if not is_prose:
            return None
        if is_point:
            return "point" if self._goes_on(section) else None
        if not number.is_first or number.style == "roman" or (section is not None and section.style != "arabic"):
            return None
        return "point" if self._goes_on(section) or (section is not None and not has_text) else None

    def counts_on(self, number: Numbering) -> bool:
        """Whether this is the next number of the items."""
        return number in self._awaited

    def is_needed(self, number: Numbering, *, is_label: bool = False) -> bool:
        """Whether the items behind a line with this number count on from it; `is_label` tells whether it is a label."""
        ahead = self._ahead(number.series)
        if not is_label and any(one == number and self._is_label(self._lines[at].text) for at, one in ahead):
            return False
        following = number.following()
        for at, one in ahead:
            if one == number:
                return False
            if one == following:
                if self._is_label(self._lines[at].text):
                    return True
                number, following = one, one.following()
            elif one.is_first:
                return True
        return False

    def _goes_on(self, section: Numbering | None) -> bool:
        """Whether the items go on behind the points: with the next number, or without one where none has any."""
        is_numbered = section is not None
        found, scanned = self._goings.get(is_numbered, (-1, 0))
        if found >= self._next:
            return True
        for at in range(max(scanned, self._next), min(len(self._lines), self._next + _FARTHEST)):
            number = self._number_at(at)
            if is_numbered:
                is_next = number is not None and self.counts_on(number)
            else:
                is_next = number is None and self._is_label(self._lines[at].text)
            if is_next:
                self._goings[is_numbered] = (at, at + 1)
                return True
        self._goings[is_numbered] = (-1, self._next + _FARTHEST)
        return False

    def _number_at(self, at: int) -> Numbering | None:
        self._numbers = self._numbers or [read_numbering(line.text[:20]) for line in self._lines]
        return self._numbers[at]

    def _ahead(self, series: Series) -> list[tuple[int, Numbering]]:
        """The lines ahead with a number of this series, by their places."""
        if self._by_series is None:
            self._by_series = {}
            for at in range(len(self._lines)):
                if number := self._number_at(at):
                    self._by_series.setdefault(number.series, []).append((at, number))
        numbered = self._by_series.get(series, [])
        first = bisect_left(numbered, self._next, key=itemgetter(0))
        end = bisect_left(numbered, self._next + _FARTHEST, first, key=itemgetter(0))
        return numbered[first:end]
