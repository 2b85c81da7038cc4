"""What the styles of a DOCX say about a paragraph: its heading level and its font."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"heading ([1-9])")


@dataclass(frozen=True, slots=True)
class Style:
    name: str
    parent: str | None
    level: int | None
    font: str | None


@dataclass(frozen=True, slots=True)
class Styles:
    by_id: dict[str, Style] = field(default_factory=dict)
    default_paragraph: str | None = None
    default_font: str | None = None

    def level_of(self, paragraph_style: str | None) -> int:
        """0 for body text, 1… for headings."""
        for style in self._chain(paragraph_style):
            if style.level is not None:
                return style.level
            if heading := _HEADING.fullmatch(style.name):
                return int(heading[1])
            if style.name == "title":
                return 1
        return 0

    def font_of(self, run_style: str | None, paragraph_style: str | None) -> str | None:
        """The font of a run that names none itself."""
        for start in (run_style, paragraph_style or self.default_paragraph):
            for style in self._chain(start):
                if style.font:
                    return style.font
        return self.default_font

    def _chain(self, style_id: str | None) -> list[Style]:
        chain: list[Style] = []
        while style_id in self.by_id and len(chain) < 12:
            chain.append(self.by_id[style_id])
            style_id = chain[-1].parent
        return chain


def read_styles(root: etree._Element | None) -> Styles:
    """`root` is ``w:styles``, or None where the file has none."""
    if root is None:
        return Styles()
    by_id: dict[str, Style] = {}
    default_paragraph = None
    for element in root.iterchildren(W + "style"):
        style_id = element.get(W + "styleId", "")
        by_id[style_id] = Style(
            name=(_value(child(element, "name")) or "").lower(),
            parent=_value(child(element, "basedOn")),
            level=outline_level(child(element, "pPr")),
            font=font_named(child(element, "rPr")),
        )
        if element.get(W + "type") == "paragraph" and element.get(W + "default") in {"1", "true", "on"}:
            default_paragraph = style_id
    return Styles(by_id, default_paragraph, font_named(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")))


def outline_level(properties: etree._Element | None) -> int | None:
    """From ``w:pPr``: 1… for a heading, 0 for explicit body text, None where nothing is said."""
    value = _value(child(properties, "outlineLvl"))
    if value is None or not value.isdecimal():
        return None
    return int(value) + 1 if int(value) < 9 else 0


def font_named(properties: etree._Element | None) -> str | None:
    """From ``w:rPr``: the font of letters beyond ASCII."""
    fonts = child(properties, "rFonts")
    return None if fonts is None else fonts.get(W + "hAnsi") or fonts.get(W + "ascii")


def is_on(properties: etree._Element | None, name: str) -> bool:
    """Whether an on/off property such as ``w:vanish`` is set."""
    found = child(properties, name)
    return found is not None and found.get(W + "val", "true") not in {"0", "false", "off"}


def child(parent: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of that name; several times faster than ``find``."""
    return None if parent is None else next(parent.iterchildren(W + name), None)


def _value(element: etree._Element | None) -> str | None:
    return None if element is None else element.get(W + "val")
