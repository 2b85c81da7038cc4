"""Pictures of what is stored, drawn on the server: each with the table that says the same."""

from api.charts.drawing import draw_png, draw_svg, prepare_drawing
from api.charts.finding import (
    ADDRESSES,
    PATH,
    picture_href,
    see_network_of,
    see_pictures,
    see_pipeline_of,
)
from api.charts.pictures import NAMES, Cell, Column, Name, Picture, Row

__all__ = [
    "ADDRESSES",
    "NAMES",
    "PATH",
    "Cell",
    "Column",
    "Name",
    "Picture",
    "Row",
    "draw_png",
    "draw_svg",
    "picture_href",
    "prepare_drawing",
    "see_network_of",
    "see_pictures",
    "see_pipeline_of",
]
