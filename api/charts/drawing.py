"""Drawing: a picture as SVG, in a page or as a file, and as PNG. The same picture gives the same bytes."""

from __future__ import annotations

from api.charts.canvas import Canvas, drawing
from api.charts.pictures import Picture
from api.charts.svg import finish
from ingest.remembering import remember

_MOST_KEPT = 64


@remember(_MOST_KEPT)
def draw_svg(picture: Picture, in_page: bool) -> str:
    """For a page with its colours, light or dark; else for a file, with colours and a ground of its own."""
    with drawing():
        canvas = Canvas(*picture.drawing.size, None if in_page else picture.title)
        picture.drawing.paint(canvas)
        drawn = canvas.to_svg()
    return finish(drawn, picture.name, picture.title, picture.about, canvas.marks, canvas.size, in_page)


@remember(_MOST_KEPT // 4)
def draw_png(picture: Picture) -> bytes:
    """For documents: two and a half times the size, on white."""
    with drawing():
        canvas = Canvas(*picture.drawing.size, picture.title)
        picture.drawing.paint(canvas)
        return canvas.to_png()


def prepare_drawing() -> None:
    """Load the library, which takes the better part of a second."""
    with drawing():
        Canvas(1, 1)
