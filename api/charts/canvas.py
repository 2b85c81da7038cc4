"""The canvas: shapes and words in a picture's own units, drawn by matplotlib without a window."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from api.charts.lettering import height_of, place_lines, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The colours of the pages by day; in a page they follow its variables (see `svg`).
INK, SOFT, LINE, PAPER = "#1c2530", "#515c69", "#d9d5ca", "#ffffff"
STATE, SCIENCE, ENTERPRISE, WARN, ACCENT = "#9a3626", "#1c589b", "#276a38", "#8a3413", "#0b5a73"
HOUSE_COLOUR = {"state": STATE, "science": SCIENCE, "enterprise": ENTERPRISE}
"""Never alone: a label, a shape or a hatch says the same."""

Align = Literal["left", "center", "right"]
Shape = Literal["o", "s", "^", "D"]
MARK = "mark-"
_UNITS = 72  # an inch: what matplotlib calls a point is one unit here
_PNG_DOTS = 180
_RIM, _TITLE, _LABEL_SIZE = 16.0, 14.0, 12.5
# matplotlib shares its settings and font caches between threads.
_drawing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Mark:
    """What of a picture leads somewhere, and what that is in words."""

    href: str | None
    label: str


class Canvas:
    """A sheet of `width` × `height` units, the origin at the upper left. With a `title` it stands alone: with a
    ground and a rim, below the title."""

    def __init__(self, width: float, height: float, title: str | None = None) -> None:
        from matplotlib.figure import Figure

        rim, lines = (0.0, ()) if title is None else (_RIM, wrap(title, width, _TITLE, bold=True))
        self._above = rim + (height_of(len(lines), _TITLE) + 10 if lines else 0.0)
        self._rim = rim
        self.size = width + 2 * rim, height + self._above + rim
        whole, high = self.size
        self._figure = Figure(figsize=(whole / _UNITS, high / _UNITS), dpi=_UNITS, facecolor=PAPER)
        self._figure.patch.set_visible(title is not None)
        self._sheet = self._figure.add_axes((0, 0, 1, 1), xlim=(-rim, width + rim), ylim=(height + rim, -self._above))
        self._sheet.axis("off")
        self.marks: list[Mark] = []
        self._in_mark = False
        self.text(0, rim + height_of(len(lines), _TITLE) / 2 - self._above, lines, _TITLE, bold=True)

    @contextmanager
    def mark(self, href: str | None, label: str) -> Iterator[None]:
        """What is drawn within belongs together and leads to the address."""
        self.marks.append(Mark(href, label))
        self._in_mark = True
        yield
        self._in_mark = False

    def tag(self) -> str | None:
        """The id of what is drawn now."""
        return f"{MARK}{len(self.marks) - 1}" if self._in_mark else None

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        strength: float = 1.0,
        hatch: str | None = None,
        edge: str | None = None,
    ) -> None:
        """A rectangle. `strength` (0–1) is how much of the ground the colour covers; a hatch is drawn in the edge's
        colour."""
        from matplotlib.colors import to_rgba
        from matplotlib.patches import Rectangle

        # A hatch is a shape of its own: in SVG the one's strength would be the other's.
        layers: list[dict[str, Any]] = [{"facecolor": to_rgba(fill, strength), "edgecolor": "none"}] if strength else []
        if edge:
            layers.append({"facecolor": "none", "edgecolor": edge, "hatch": hatch, "linewidth": 1})
        for layer in layers:
            shape = Rectangle((x, y), width, height, **layer)
            shape.set_gid(self.tag())
            shape.set_clip_on(False)
            self._sheet.add_patch(shape)

    def text(
        self,
        x: float,
        y: float,
        lines: str | Sequence[str],
        size: float = 12,
        colour: str = INK,
        align: Align = "left",
        bold: bool = False,
    ) -> None:
        """Lines around the middle `y`. Each is a text of its own: the font of a browser has other widths."""
        lines = [lines] if isinstance(lines, str) else lines
        weight = "bold" if bold else "normal"
        for line, middle in zip(lines, place_lines(len(lines), y, size), strict=True):
            # The middle of small letters, whatever accents a line has.
            drawn = self._sheet.text(
                x,
                middle + 0.36 * size,
                _drawable(line),
                size=size,
                color=colour,
                ha=align,
                va="baseline",
                weight=weight,
            )
            drawn.set_gid(self.tag())

    def path(
        self, points: Sequence[tuple[float, float]], colour: str, width: float = 1.0, dashes: str = "-", order: int = 1
    ) -> None:
        xs, ys = zip(*points, strict=True)
        (line,) = self._sheet.plot(xs, ys, color=colour, linewidth=width, linestyle=dashes, zorder=order, clip_on=False)
        line.set_gid(self.tag())

    def dot(self, x: float, y: float, shape: Shape, colour: str, size: float = 12, axes: Axes | None = None) -> None:
        """A shape around a point, with a rim in the colour of the paper."""
        (dot,) = (axes or self._sheet).plot(
            [x], [y], shape, color=colour, markersize=size, markeredgecolor=PAPER, clip_on=False, zorder=3
        )
        dot.set_gid(self.tag())

    def axes(self, x: float, y: float, width: float, height: float) -> Axes:
        """Axes with numbers, within the sheet: their upper left corner and size."""
        whole, high = self.size
        left, bottom = (x + self._rim) / whole, 1 - (y + height + self._above) / high
        made = self._figure.add_axes((left, bottom, width / whole, height / high), facecolor="none")
        made.spines[["top", "right", "left"]].set_visible(False)
        made.spines["bottom"].set_color(LINE)
        made.grid(axis="y", color=LINE, linewidth=0.8)
        made.set_axisbelow(True)
        made.tick_params(length=0, labelsize=_LABEL_SIZE, labelcolor=SOFT)
        made.tick_params(axis="x", pad=8)
        return made

    def to_svg(self) -> bytes:
        """As matplotlib writes it."""
        return self._write(format="svg", metadata={"Date": None, "Creator": None})

    def to_png(self) -> bytes:
        return self._write(format="png", dpi=_PNG_DOTS, metadata={"Software": None})

    def _write(self, **how: Any) -> bytes:
        stream = io.BytesIO()
        self._figure.savefig(stream, facecolor=self._figure.get_facecolor(), **how)
        return stream.getvalue()


@contextmanager
def drawing() -> Iterator[None]:
    """The time of one drawing: one at a time, with the settings that drawings need."""
    with _drawing:
        _set_up()
        yield


@cache
def _set_up() -> None:
    import matplotlib

    matplotlib.rcParams.update(
        {
            "svg.fonttype": "none",  # text stays text
            "svg.hashsalt": "banha",  # the same ids every time
            "text.parse_math": False,  # a dollar sign is a dollar sign
            "font.family": "DejaVu Sans",  # comes with the library and has all Vietnamese letters
            "hatch.linewidth": 0.8,
        }
    )


def _drawable(text: str) -> str:
    """What the font has no letter for is drawn as a box; the table keeps it."""
    known = _letters()
    return "".join(c if ord(c) in known else "□" for c in text)


@cache
def _letters() -> frozenset[int]:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return frozenset(get_font(findfont(FontProperties(family="DejaVu Sans"))).get_charmap())
