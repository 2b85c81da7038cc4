"""The text of one DOCX paragraph: its runs as a reader of the page sees them, and the text boxes anchored in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from ingest.charsets import Run
from ingest.readers.docx_styles import Styles, W, child, font_named, is_on
from ingest.readers.fonts import CHECKED_BOX, EMPTY_BOX, replace_symbols

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
W16SE = "{http://schemas.microsoft.com/office/word/2015/wordml/symex}"

_SIGNS = {
    **{W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"},
    # A letter in TCVN3; elsewhere it is dropped when the text is repaired.
    W + "softHyphen": "\xad",
}
_DROPPED = frozenset(
    W + name
    for name in (
        *("pPr", "rPr", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr"),
        *("del", "moveFrom", "delText", "instrText", "delInstrText", "rt"),
    )
)
_CHECKED = {"1", "true", "on"}


@dataclass(slots=True)
class ParagraphText:
    """The runs as they stand in the file, and the text boxes anchored between them; `has_struck` tells that struck-out
    text stood among them."""

    runs: list[Run] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    has_struck: bool = False


def read_paragraph(paragraph: etree._Element, styles: Styles) -> ParagraphText:
    """`paragraph` is ``w:p``. Tracked insertions are kept; deletions, struck-out and hidden text left out, and what
    Word asks in a field that nobody filled in; `boxes` are the ``w:txbxContent`` elements, each once."""
    found = ParagraphText()
    _read_inline(paragraph, paragraph_style(paragraph), None, styles, found)
    return found


def runs_of_part(root: etree._Element, styles: Styles) -> Iterator[Run]:
    """The runs of one part, with a line break before each paragraph."""
    before = None
    for text in root.iter(W + "t"):
        run = text.getparent()
        paragraph = next(run.iterancestors(W + "p"), None) if run is not None else None
        if run is None or paragraph is None or not text.text:
            continue
        if paragraph is not before:
            yield "\n", None
            before = paragraph
        yield text.text, _font_of_run(child(run, "rPr"), paragraph_style(paragraph), styles)


def paragraph_style(paragraph: etree._Element) -> str | None:
    style = child(child(paragraph, "pPr"), "pStyle")
    return None if style is None else style.get(W + "val")


def is_bold(paragraph: etree._Element) -> bool:
    """Whether every run with text says that it is bold, whatever the styles say."""
    runs = [run for run in paragraph.iter(W + "r") if any((text.text or "").strip() for text in run.iter(W + "t"))]
    return bool(runs) and all(is_on(child(run, "rPr"), "b") for run in runs)


def choose_alternative(alternatives: etree._Element) -> etree._Element | None:
    """Of ``mc:AlternateContent`` one child only, or text would come twice: the Choice, else the Fallback."""
    choice = alternatives.find(MC + "Choice")
    return alternatives.find(MC + "Fallback") if choice is None else choice


def _read_inline(
    parent: etree._Element, style: str | None, font: str | None, styles: Styles, found: ParagraphText
) -> None:
    for element in parent:
        tag = element.tag
        if tag in _DROPPED:
            continue
        if tag == W + "r":
            properties = child(element, "rPr")
            if is_on(properties, "strike") or is_on(properties, "dstrike"):
                found.has_struck = found.has_struck or any((text.text or "").strip() for text in element.iter(W + "t"))
            elif not is_on(properties, "vanish"):
                _read_inline(element, style, _font_of_run(properties, style, styles), styles, found)
        elif tag == W + "t":
            found.runs.append((replace_symbols(element.text or "", font), font))
        elif tag in _SIGNS:
            found.runs.append((_SIGNS[str(tag)], font))
        elif tag == W + "sym":
            found.runs.append((_read_symbol(element.get(W + "char"), element.get(W + "font")), None))
        elif tag == W16SE + "symEx":
            found.runs.append((_read_symbol(element.get(W16SE + "char"), element.get(W16SE + "font")), None))
        elif tag == W + "fldChar":
            found.runs.append((_read_form_field(element), None))
        elif tag == W + "sdt" and (mark := _content_control_mark(element)):
            found.runs.append((mark, None))
        elif tag == W + "sdt" and is_on(child(element, "sdtPr"), "showingPlcHdr"):
            continue
        elif tag == MC + "AlternateContent":
            if (chosen := choose_alternative(element)) is not None:
                _read_inline(chosen, style, font, styles, found)
        elif tag == M + "t":
            found.runs.append((element.text or "", None))
        elif tag == W + "txbxContent":
            found.boxes.append(element)
        else:
            _read_inline(element, style, font, styles, found)


def _font_of_run(properties: etree._Element | None, style: str | None, styles: Styles) -> str | None:
    named = font_named(properties)
    if named is not None:
        return named
    run_style = child(properties, "rStyle")
    return styles.font_of(None if run_style is None else run_style.get(W + "val"), style)


def _read_symbol(code: str | None, font: str | None) -> str:
    try:
        return replace_symbols(chr(int(code or "", 16)), font)
    except (ValueError, OverflowError):
        return ""


def _read_form_field(field_char: etree._Element) -> str:
    """Old form fields keep a check-box or the chosen entry of a list in their data, not in a run."""
    data = child(field_char, "ffData")
    if data is None:
        return ""
    box = child(data, "checkBox")
    if box is not None:
        state = "checked" if child(box, "checked") is not None else "default"
        return CHECKED_BOX if is_on(box, state) else EMPTY_BOX
    entries = data.findall(f"{W}ddList/{W}listEntry")
    chosen = data.find(f"{W}ddList/{W}result")
    position = "0" if chosen is None else chosen.get(W + "val", "0")
    if position.isdecimal() and int(position) < len(entries):
        return entries[int(position)].get(W + "val", "")
    return ""


def _content_control_mark(control: etree._Element) -> str | None:
    """☐ or ☒ for a check-box content control that shows one sign."""
    box = control.find(f"{W}sdtPr/{W14}checkbox")
    content = child(control, "sdtContent")
    if box is None or (content is not None and len("".join(map(str, content.itertext())).strip()) > 1):
        return None
    checked = box.find(W14 + "checked")
    is_checked = checked is not None and checked.get(W14 + "val", "1") in _CHECKED
    return CHECKED_BOX if is_checked else EMPTY_BOX
