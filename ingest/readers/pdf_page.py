"""One PDF page as glyphs and ruled lines, turned so that most of its text stands upright."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from ingest.readers.fonts import CHECKED_BOX, EMPTY_BOX, replace_symbols

if TYPE_CHECKING:
    from pdfminer.layout import LTChar, LTComponent, LTCurve, LTPage

UNREADABLE = "\ufffd"
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_UNMAPPED = re.compile(r"\(cid:(\d+)\)")
_BOLD = re.compile(r"bold|black|heavy|-bd|,bd|demi", re.IGNORECASE)
_SYMBOL_FONT = re.compile(r"(wingdings)[ -]?([23])?|(symbol)", re.IGNORECASE)
_DINGBATS = {
    "4": "✓",
    "3": "✓",
    "8": "✗",
    "7": "✗",
    "5": "✗",
    "6": "✗",
    "l": "•",
    "n": "•",
    "o": EMPTY_BOX,
    "q": EMPTY_BOX,
}
_TICKS = frozenset("xX×✓✔✗✘vV√" + UNREADABLE)
_THIN = 2.5  # points: a filled rectangle up to this wide is a line
_SHORT = 4.0  # points: shorter strokes are no border of anything
_BOX_SIDES = (5.0, 17.0)  # points: a drawn square of this size is a check-box


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character (with its combining marks). Lengths in points; `baseline` grows downwards.

    `turn` is the angle in degrees by which its text is turned against the page's own; its coordinates are those of
    the turned frame, while `middle` is its centre on the page.
    """

    text: str
    font: str
    size: float
    x0: float
    x1: float
    baseline: float
    middle: tuple[float, float]
    turn: int = 0

    @property
    def is_bold(self) -> bool:
        return _is_bold(self.font)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight line: at `at` across, from `start` to `end` along."""

    is_horizontal: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class PageContent:
    """`turned` are glyphs of text that runs in another direction than most; `pictures` is the share of the page that
    pictures cover (0–1); `drawings` counts curves and fills; `unreadable` the glyphs whose letter is not known.
    `turn` is the angle in degrees in which most text runs, and so the frame of all."""

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    turned: tuple[Glyph, ...]
    rulings: tuple[Ruling, ...]
    pictures: float
    drawings: int
    unreadable: int
    turn: int


@lru_cache(maxsize=512)
def _is_bold(font: str) -> bool:
    return _BOLD.search(font) is not None


def read_page(layout: LTPage, number: int) -> PageContent:
    """`layout` is pdfminer's; `number` counts from 1."""
    from pdfminer.layout import LTChar, LTCurve, LTImage

    chars: list[LTChar] = []
    curves: list[LTCurve] = []
    covered = 0.0
    for item in _leaves(layout):
        if isinstance(item, LTChar):
            chars.append(item)
        elif isinstance(item, LTCurve):
            curves.append(item)
        elif isinstance(item, LTImage):
            covered += max(0.0, item.width) * max(0.0, item.height)
    angles = [_angle(char) for char in chars]
    inked = Counter(angle for angle, char in zip(angles, chars, strict=True) if char.get_text().strip())
    main = inked.most_common(1)[0][0] if inked else 0
    across, down = _turned_size(layout, main)
    glyphs: list[Glyph] = []
    turned: list[Glyph] = []
    for char, angle in zip(chars, angles, strict=True):
        glyph = _glyph(char, angle, main, layout)
        if glyph is None:
            continue
        target = turned if glyph.turn else glyphs
        if target and _is_mark(glyph.text) and target[-1].text.strip():
            target[-1] = replace(target[-1], text=target[-1].text + glyph.text)
        elif _is_on_page(glyph, across, down):
            target.append(glyph)
    rulings, boxes = _rulings(curves, main, layout)
    glyphs = _with_boxes(glyphs, boxes)
    area = max(1.0, layout.width * layout.height)
    return PageContent(
        number,
        across,
        down,
        tuple(glyphs),
        tuple(turned),
        tuple(rulings),
        min(1.0, covered / area),
        len(curves),
        sum(glyph.text == UNREADABLE for glyph in (*glyphs, *turned)),
        main,
    )


def _leaves(container: Iterable[LTComponent]) -> Iterator[LTComponent]:
    from pdfminer.layout import LTContainer

    for item in container:
        if isinstance(item, LTContainer):
            yield from _leaves(item)
        else:
            yield item


def _angle(char: LTChar) -> int:
    """Degrees from the page's horizontal, in which the text of a character runs; near right angles are right ones."""
    a, b = char.matrix[0], char.matrix[1]
    if b == 0 and a > 0:
        return 0
    angle = round(math.degrees(math.atan2(b, a))) % 360
    nearest = round(angle / 90) * 90
    return nearest % 360 if abs(angle - nearest) <= 2 else angle


def _turn(x: float, y: float, angle: int, layout: LTPage) -> tuple[float, float]:
    """A point of the page (y up) in the frame turned by `angle`, y down, with right angles kept on the page."""
    match angle:
        case 0:
            return x, layout.height - y
        case 90:
            return y, x
        case 180:
            return layout.width - x, y
        case 270:
            return layout.height - y, layout.width - x
        case _:
            sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
            return x * cosine + y * sine, x * sine - y * cosine


def _turned_size(layout: LTPage, angle: int) -> tuple[float, float]:
    return (layout.height, layout.width) if angle in {90, 270} else (layout.width, layout.height)


def _glyph(char: LTChar, angle: int, main: int, layout: LTPage) -> Glyph | None:
    a, b, c, d, e, f = char.matrix
    along, up = math.hypot(a, b), math.hypot(c, d)
    if not along or not up:
        return None
    advance = char.adv
    # pdfminer keeps the box of a character but not its font size: the box is as high as the font.
    if abs(d) >= abs(c):
        size = (char.height - abs(b * advance)) / abs(d) * up
    else:
        size = (char.width - abs(a * advance)) / abs(c) * up
    font = _font(char.fontname if isinstance(char.fontname, str) else "")
    text = _text(char.get_text(), font)
    if not text or size <= 0.5:
        return None
    x, baseline = _turn(e, f, angle, layout)
    x0, x1 = sorted((x, x + advance * along))
    middle = _turn((char.x0 + char.x1) / 2, (char.y0 + char.y1) / 2, main, layout)
    if angle == main:
        middle = ((x0 + x1) / 2, baseline - 0.3 * size)
    return Glyph(text, font, size, x0, x1, baseline, middle, (angle - main) % 360)


@lru_cache(maxsize=512)
def _font(name: str) -> str:
    return _SUBSET.sub("", name)


@lru_cache(maxsize=8192)
def _text(text: str, font: str) -> str:
    if unmapped := _UNMAPPED.fullmatch(text):
        shown = replace_symbols(chr(int(unmapped[1])), name) if (name := _symbol_font(font)) else UNREADABLE
        return shown if shown.isprintable() else UNREADABLE
    if name := _symbol_font(font):
        return replace_symbols(text, name)
    if "dingbats" in font.lower():
        return _DINGBATS.get(text, text)
    if len(text) == 1 and "\uf020" <= text <= "\uf0ff":
        return "•"
    return UNREADABLE if text == "\0" else text


def _symbol_font(font: str) -> str | None:
    found = _SYMBOL_FONT.match(font)
    if found is None:
        return None
    return "symbol" if found[3] else " ".join(part for part in ("wingdings", found[2]) if part)


def _is_mark(text: str) -> bool:
    return unicodedata.combining(text[0]) > 0


def _is_on_page(glyph: Glyph, width: float, height: float) -> bool:
    x, y = glyph.middle
    return -1 <= x <= width + 1 and -1 <= y <= height + 1


def _rulings(curves: Iterable[LTCurve], main: int, layout: LTPage) -> tuple[list[Ruling], list[tuple[float, ...]]]:
    """The borders drawn on a page, and the squares that are check-boxes as (x0, top, x1, bottom)."""
    if main % 90:
        return [], []
    rulings: list[Ruling] = []
    boxes: list[tuple[float, ...]] = []
    for curve in curves:
        points = [_turn(x, y, main, layout) for x, y in curve.pts]
        if len(points) < 2:
            continue
        xs, ys = [x for x, _ in points], [y for _, y in points]
        x0, x1, top, bottom = min(xs), max(xs), min(ys), max(ys)
        width, height = x1 - x0, bottom - top
        low, high = _BOX_SIDES
        if height <= _THIN or width <= _THIN:
            if max(width, height) >= _SHORT:
                is_flat = height <= width
                at = (top + bottom) / 2 if is_flat else (x0 + x1) / 2
                rulings.append(Ruling(is_flat, at, *((x0, x1) if is_flat else (top, bottom))))
        elif curve.stroke and len(points) >= 4 and low <= width <= high and abs(width - height) <= 0.25 * width:
            boxes.append((x0, top, x1, bottom))
        elif curve.stroke:
            ends = [*points[1:], points[0]] if len(points) > 3 else points[1:]
            for (ax, ay), (bx, by) in zip(points, ends, strict=False):
                if abs(ay - by) <= 0.5 and abs(ax - bx) >= _SHORT:
                    rulings.append(Ruling(True, (ay + by) / 2, min(ax, bx), max(ax, bx)))
                elif abs(ax - bx) <= 0.5 and abs(ay - by) >= _SHORT:
                    rulings.append(Ruling(False, (ax + bx) / 2, min(ay, by), max(ay, by)))
    return rulings, boxes


def _with_boxes(glyphs: list[Glyph], boxes: list[tuple[float, ...]]) -> list[Glyph]:
    """Drawn check-boxes as signs, ticked when a tick stands in them."""
    for x0, top, x1, bottom in dict.fromkeys(boxes):
        inside = [
            at for at, glyph in enumerate(glyphs) if x0 <= glyph.middle[0] <= x1 and top <= glyph.middle[1] <= bottom
        ]
        marks = [at for at in inside if glyphs[at].text.strip()]
        if any(glyphs[at].text not in _TICKS for at in marks):
            continue
        sign = CHECKED_BOX if marks else EMPTY_BOX
        size = bottom - top
        box = Glyph(sign, "", size, x0, x1, bottom - 0.1 * size, ((x0 + x1) / 2, (top + bottom) / 2))
        glyphs = [glyph for at, glyph in enumerate(glyphs) if at not in inside]
        glyphs.append(box)
    return glyphs
