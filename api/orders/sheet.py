"""A sheet of paper as a Word document: its size and type, and lines that are put on it."""

from __future__ import annotations

from typing import Any

from matcher.orders.proof import visible

_MARGIN_CM = 2.0
_GREY = "595959"


class Sheet:
    """A document that grows, A4, Times New Roman."""

    def __init__(self) -> None:
        from docx import Document

        self.document = Document()

    def set_up(self, title: str) -> None:
        """The page, its number, and what the file says of itself."""
        from docx.shared import Cm, Pt

        document = self.document
        document.core_properties.title, document.core_properties.author = title, "Ba Nhà"
        page = document.sections[0]
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.top_margin = page.bottom_margin = page.right_margin = Cm(_MARGIN_CM)
        page.left_margin = Cm(_MARGIN_CM)
        normal = document.styles["Normal"]
        normal.font.name, normal.font.size = "Times New Roman", Pt(12)
        normal.paragraph_format.space_after = Pt(4)
        self._add_page_number(page.footer.paragraphs[0])

    def line(
        self,
        text: str,
        align: str = "left",
        *,
        bold: bool = False,
        italic: bool = False,
        size: int | None = None,
        grey: bool = False,
    ) -> Any:
        """A new paragraph of one run; `size` in points."""
        paragraph = self.document.add_paragraph()
        self.dress(paragraph, align, after=4)
        run = self.add_plain(paragraph, text, bold=bold, size=size)
        run.italic = italic or grey
        if grey:
            self.grey(run)
        return paragraph

    def add_plain(self, paragraph: Any, text: str, bold: bool = False, size: int | None = None) -> Any:
        """Text after what stands in the paragraph, without what a page cannot show."""
        run = paragraph.add_run(visible(text))
        run.bold = bold
        if size:
            self.size(run, size)
        return run

    def dress(self, paragraph: Any, align: str, after: int) -> None:
        """Align it: left, center, right or justify; `after` points of space."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
        paragraph.paragraph_format.space_after = self.points(after)

    def grey(self, run: Any) -> None:
        """The colour of what is not the draft itself."""
        from docx.shared import RGBColor

        run.font.color.rgb = RGBColor.from_string(_GREY)

    def size(self, run: Any, size: int) -> None:
        """In points."""
        run.font.size = self.points(size)

    def points(self, size: int) -> Any:
        """A length."""
        from docx.shared import Pt

        return Pt(size)

    def highlight(self, run: Any) -> None:
        """As what is to be filled in."""
        from docx.enum.text import WD_COLOR_INDEX

        run.font.highlight_color = WD_COLOR_INDEX.YELLOW

    def _add_page_number(self, paragraph: Any) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        self.dress(paragraph, "center", after=0)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        field.append(OxmlElement("w:r"))
        paragraph._p.append(field)
