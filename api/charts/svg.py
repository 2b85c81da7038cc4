"""The SVG of a picture as a page needs it: words for those who do not see, links, and the page's own colours."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

from api.charts.canvas import ACCENT, ENTERPRISE, INK, LINE, MARK, PAPER, SCIENCE, SOFT, STATE, WARN, Mark

_SVG = "http://www.w3.org/2000/svg"
_HREF = "{http://www.w3.org/1999/xlink}href"
_VARIABLE = {
    INK: "ink",
    SOFT: "soft",
    LINE: "line",
    PAPER: "card",
    STATE: "state",
    SCIENCE: "science",
    ENTERPRISE: "enterprise",
    WARN: "warn",
    ACCENT: "accent",
}
_FONTS = "'Source Sans 3', 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"
_FONT = re.compile(r"(?P<weight>bold|\d{3})?\s*(?P<size>[\d.]+)px")
_REFERENCE = re.compile(r"#(\w+)")
_NUMBER = re.compile(r"-?\d+\.\d+")
# What matplotlib says, and what is so anyway.
_DEFAULTS = {"text-anchor": "start", "stroke-linejoin": "miter", "stroke-linecap": "square"}
_DROPPED = frozenset({"metadata", "style", "title", "desc"})


def finish(
    drawn: bytes, name: str, title: str, about: str, marks: Sequence[Mark], size: tuple[float, float], in_page: bool
) -> str:
    """The drawing with title and description, each mark a link with its words. In a page colours are its variables
    and letters its font; a file has its own.

    A group, where it has links: what is in an image of its own does not exist for those who do not see.
    """
    root = etree.fromstring(drawn, etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True))
    _drop_overhead(root)
    for element in root.iter(f"{{{_SVG}}}*"):
        _unfold_style(element, in_page)
        _shorten(element, name)
    _gather_marks(root, marks)
    _unwrap(root)
    width, height = (f"{side:g}" for side in size)
    known = {"viewBox": f"0 0 {width} {height}", "width": width, "height": height, "class": "chart"}
    has_links = any(mark.href for mark in marks)
    own = {
        "role": "group" if has_links else "img",
        "aria-labelledby": f"{name}-title {name}-about",
        "stroke-linejoin": "round",
    }
    clean = etree.fromstring(f'<svg xmlns="{_SVG}"/>')
    for attribute, value in {**known, **own}.items():
        clean.set(attribute, value)
    if not in_page:
        clean.set("font-family", _FONTS)
    etree.SubElement(clean, f"{{{_SVG}}}title", {"id": f"{name}-title"}).text = _legal(title)
    etree.SubElement(clean, f"{{{_SVG}}}desc", {"id": f"{name}-about"}).text = _legal(about)
    clean.extend(list(root))
    etree.cleanup_namespaces(clean)
    return etree.tostring(clean, encoding="unicode")


def _drop_overhead(root: etree._Element) -> None:
    for element in list(root.iter(f"{{{_SVG}}}*")):
        parent = element.getparent()
        if parent is not None and etree.QName(element).localname in _DROPPED:
            parent.remove(element)
    for element in list(root.iter(f"{{{_SVG}}}defs")):
        parent = element.getparent()
        if parent is not None and not len(element):
            parent.remove(element)


def _unfold_style(element: etree._Element, in_page: bool) -> None:
    """Attributes of their own instead of a style, which the pages' security policy does not allow."""
    for rule in str(element.attrib.pop("style", "")).split(";"):
        name, _, value = (part.strip() for part in rule.partition(":"))
        if name == "font" and (said := _FONT.search(value)):
            element.set("font-size", said["size"])
            if said["weight"] in ("bold", "700"):
                element.set("font-weight", "700")
        elif name == "font-size":
            element.set(name, value.removesuffix("px"))
        elif name == "font-weight" and value in ("bold", "700"):
            element.set(name, "700")
        elif value and name not in ("font-family", "font", "font-weight") and _DEFAULTS.get(name) != value:
            element.set(name, value)
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    if not in_page:
        return
    for name in ("fill", "stroke"):
        colour = element.get(name, "")
        if colour in _VARIABLE:
            element.set(name, f"var(--{_VARIABLE[colour]}, {colour})")


def _shorten(element: etree._Element, name: str) -> None:
    """Ids that no other picture of the page has, numbers of one decimal."""
    if id := element.get("id"):
        if etree.QName(element).localname in ("g", "path") and not id.startswith(MARK) and not _is_defined(element):
            del element.attrib["id"]
        elif not id.startswith(MARK):
            element.set("id", f"{name}-{id}")
    for attribute, value in [(str(key), str(value)) for key, value in element.items()]:
        if attribute in ("d", "x", "y", "transform", "width", "height"):
            element.set(attribute, _NUMBER.sub(lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), value))
        elif attribute == _HREF or value.startswith("url("):
            element.attrib.pop(attribute)
            element.set("href" if attribute == _HREF else attribute, _REFERENCE.sub(rf"#{name}-\1", value))
    if d := element.get("d"):
        element.set("d", " ".join(d.split()))


def _is_defined(element: etree._Element) -> bool:
    return any(etree.QName(above).localname == "defs" for above in element.iterancestors())


def _gather_marks(root: etree._Element, marks: Sequence[Mark]) -> None:
    """What belongs to one mark becomes one link, at the place of its first part."""
    for number, mark in enumerate(marks):
        parts = root.findall(f".//{{{_SVG}}}g[@id='{MARK}{number}']")
        if not parts:
            continue
        parent = parts[0].getparent()
        assert parent is not None
        tag, words = ("a", {"href": mark.href, "aria-label": _legal(mark.label)}) if mark.href else ("g", {})
        whole = etree.Element(f"{{{_SVG}}}{tag}", words)
        etree.SubElement(whole, f"{{{_SVG}}}title").text = _legal(mark.label)
        parent.insert(parent.index(parts[0]), whole)
        for part in parts:
            del part.attrib["id"]
            whole.append(part)


def _unwrap(root: etree._Element) -> None:
    """Without groups that say nothing."""
    for group in list(root.iter(f"{{{_SVG}}}g")):
        parent = group.getparent()
        if parent is not None and not group.attrib and not group.findall(f"{{{_SVG}}}title"):
            at = parent.index(group)
            parent[at : at + 1] = list(group)


def _legal(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(char for char in text if char.isprintable() or char.isspace())
