"""Drafts as Word documents, in which every quoted sentence carries its place visibly and for machines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import count, groupby
from typing import Any

from api.catalogue import Translate, fill, say_day
from api.orders.annexes import NOBODY_ANSWERS
from api.orders.embedding import embed
from api.orders.reading import read_body
from api.orders.schemas import (
    AnnexEntry,
    DraftedOrder,
    MarkedPlace,
    OrderAnnex,
    OrderField,
    OrderPart,
    OwnWords,
    Piece,
    SourcedSentence,
    ToFillIn,
    WorkedOut,
)
from api.orders.sheet import Sheet
from api.orders.statement import write_statement
from ingest import N_
from matcher.orders.drafting import Sentence
from matcher.orders.drafts import Order
from matcher.orders.proof import show_sentence, state_claims

TO_FILL_IN = "[cần bổ sung]"
_COUNTRY = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập – Tự do – Hạnh phúc")
_OFFICE, _NUMBER = "TÊN CƠ QUAN, ĐƠN VỊ", "Số: ……/……"
_PLACES_CM = (1.0, 5.0, 3.0, 8.0)
_NAMED = re.compile(r"[NH]\d+:")  # which of several records says it; stands before its first sentence
_ROMAN = ("", "I", "II", "III", "IV", "V")


def write_order(order: Order, drafted: DraftedOrder, translate: Translate) -> bytes:
    """The draft as .docx. Each sentence with a source stands in a bookmark; what is claimed of all of them is a part of
    the package of its own, which `read_claims` reads."""
    made = date.today()
    writer = _Writer(translate)
    writer.begin(drafted, made)
    for field in drafted.fields:
        writer.add_field(field)
    writer.add_signers(drafted.signers)
    for number, annex in enumerate(drafted.annexes, 1):
        writer.add_annex(number, annex)
    writer.add_places(drafted)
    claims = state_claims(order, made.isoformat())
    words = read_body(claims, writer.document.element.body).words
    embed(writer.document, write_statement(replace(claims, words=words)))
    stream = BytesIO()
    writer.document.save(stream)
    return stream.getvalue()


class _Writer(Sheet):
    """A document that grows; bookmarks are numbered in the order of the claims and of the figures."""

    def __init__(self, translate: Translate) -> None:
        super().__init__()
        self._say = translate
        self._numbers, self._figures, self._edges = count(1), count(1), count(1)

    def begin(self, drafted: DraftedOrder, made: date) -> None:
        self.set_up(drafted.title)
        self._add_head()
        for text, size, bold in ((drafted.title, 14, True), (f"({drafted.number})", 11, False)):
            line = self.line(text, "center", bold=bold, size=size)
            line.paragraph_format.space_after = self.points(2)
        self.line(" ".join(part for part in (drafted.citation, drafted.length) if part), "center", size=9, grey=True)
        legend = fill(
            self._say(
                N_(
                    "Draft by Ba Nhà, {day}. A number in brackets marks a sentence quoted letter by letter, its place "
                    "stands at the end; N1–N3 or the like in brackets names the records of which a figure is worked "
                    "out; grey italics are the form's own words; {mark} is to be filled in by a person."
                )
            ),
            {"day": say_day(made, self._say), "mark": TO_FILL_IN},
        )
        self.line(legend, size=9, grey=True)
        for note in drafted.notes:
            self.line("• " + note, size=9, grey=True)

    def _add_head(self) -> None:
        table = self.document.add_table(rows=1, cols=2)
        for cell, lines in zip(table.rows[0].cells, ((_OFFICE, TO_FILL_IN, _NUMBER), _COUNTRY), strict=True):
            for number, text in enumerate(lines):
                paragraph = cell.paragraphs[0] if not number else cell.add_paragraph()
                self.dress(paragraph, "center", after=0)
                run = paragraph.add_run(text)
                run.bold = text != _NUMBER
                self.size(run, 11)
                if text == TO_FILL_IN:
                    self.highlight(run)

    def add_field(self, field: OrderField) -> None:
        heading = self.line(f"{field.number}. {field.label}", bold=True)
        heading.paragraph_format.space_before = self.points(8)
        heading.paragraph_format.keep_with_next = True
        for part in field.parts:
            self._add_part(part)

    def _add_part(self, part: OrderPart) -> None:
        if part.choices:
            line = self.line("    ".join(f"☐\u00a0{choice.replace(' ', chr(160))}" for choice in part.choices))
            line.paragraph_format.space_after = self.points(4)
        blocks = list(_paragraphs(part.pieces))
        if part.label:
            if len(blocks) == 1 and isinstance(blocks[0][0], ToFillIn):
                paragraph = self.line(f"{part.label}: ", italic=True)
                self._add_gap(paragraph, blocks[0][0])
                return
            label = self.line(f"{part.label}:", italic=True)
            label.paragraph_format.keep_with_next = True
        named = ""
        for block in blocks:
            if isinstance(block[0], OwnWords) and _NAMED.fullmatch(block[0].text):
                named = block[0].text
                continue
            self._add_block(block, named)
            named = ""

    def _add_block(self, block: Sequence[Piece], named: str) -> None:
        first = block[0]
        if isinstance(first, OwnWords):
            line = self.line(first.text, italic=True, grey=True)
            line.paragraph_format.keep_with_next = True
            return
        paragraph = self.document.add_paragraph()
        if isinstance(first, WorkedOut):
            self._add_figure(paragraph, first)
            return
        if isinstance(first, ToFillIn):
            self._add_gap(paragraph, first)
            return
        self.dress(paragraph, "justify", after=4)
        if named:
            run = self.add_plain(paragraph, f"{named} ")
            run.italic = True
        self._add_sentences(paragraph, [one for one in block if isinstance(one, SourcedSentence)])

    def _add_sentences(self, paragraph: Any, said: Sequence[SourcedSentence]) -> None:
        for number, one in enumerate(said):
            if number:
                paragraph.add_run(" ")
            self._add_sentence(paragraph, one)

    def _add_sentence(self, paragraph: Any, one: SourcedSentence) -> None:
        """In a bookmark with its warning and its mark, so that nothing can be written between them unseen."""
        from docx.shared import RGBColor

        sentence = Sentence(one.record, one.value, one.start, one.end, one.text, one.confidential)
        warning, text, mark = show_sentence(sentence, one.mark)
        with _bookmarked(paragraph, next(self._edges), f"banha_q{next(self._numbers)}"):
            if warning:
                run = paragraph.add_run(warning)
                run.bold, run.font.color.rgb = True, RGBColor(0xA0, 0x10, 0x10)
            paragraph.add_run(text)
            _add_mark(paragraph, mark)

    def _add_figure(self, paragraph: Any, figure: WorkedOut) -> None:
        self.dress(paragraph, "left", after=4)
        paragraph.paragraph_format.keep_with_next = True
        with _bookmarked(paragraph, next(self._edges), f"banha_f{next(self._figures)}"):
            run = self.add_plain(paragraph, figure.text)
            run.italic = True
            self.grey(run)
            _add_mark(paragraph, f"[{figure.mark}]")

    def _add_gap(self, paragraph: Any, gap: ToFillIn) -> None:
        run = paragraph.add_run(TO_FILL_IN)
        run.bold = True
        self.highlight(run)
        run = paragraph.add_run(f" {gap.hint}")
        run.italic = True
        self.grey(run)

    def add_signers(self, signers: Sequence[tuple[str, str]]) -> None:
        day = self.line("………, ngày …… tháng …… năm ……", "right", italic=True)
        day.paragraph_format.space_before = self.points(12)
        day.paragraph_format.keep_with_next = True
        columns = max(2, len(signers))
        cells = self.document.add_table(rows=1, cols=columns).rows[0].cells
        for cell, (label, note) in zip(cells[columns - len(signers) :], signers, strict=True):
            self.dress(cell.paragraphs[0], "center", after=0)
            cell.paragraphs[0].add_run(label).bold = True
            below = cell.add_paragraph()
            self.dress(below, "center", after=60)
            below.add_run(note).italic = True

    def add_annex(self, number: int, annex: OrderAnnex) -> None:
        named = {"number": _ROMAN[number], "label": annex.label}
        label = fill(self._say(N_("Annex {number}: {label}")), named)
        heading = self.line(label, bold=True, size=13)
        heading.paragraph_format.space_before = self.points(14)
        heading.paragraph_format.keep_with_next = True
        heading.paragraph_format.page_break_before = number == 1
        if annex.name != "needs":
            about = self._say(N_("Proposed by their texts, best first; a person reads and decides."))
            self.line(about, size=9, grey=True).paragraph_format.keep_with_next = True
        if not annex.entries:
            self.line(self._say(N_("Nothing stored fits well enough.")))
        for missing in annex.missing_houses:
            self.line(missing.text)
            for one in missing.look_for:
                self.line(f"– {one}").paragraph_format.left_indent = self.points(18)
        for note in annex.notes:
            self.line(note)
        letter = "N" if annex.name == "needs" else ""
        for team, entries in annex.by_team():
            if team.number is not None:
                label = fill(self._say(N_("Team {number}")), {"number": team.number})
                self.line(label, bold=True).paragraph_format.keep_with_next = True
            for doubt in team.doubts:
                self.line(doubt).paragraph_format.keep_with_next = True
            for rank, entry in enumerate(entries, 1):
                self._add_entry(f"{letter}{rank}. ", entry)
            if team.unanswered:
                self.line(self._say(NOBODY_ANSWERS)).paragraph_format.keep_with_next = True
            for sentence in team.unanswered:
                self._add_quote(sentence)

    def _add_entry(self, rank: str, entry: AnnexEntry) -> None:
        paragraph = self.document.add_paragraph()
        self.dress(paragraph, "left", after=1)
        paragraph.paragraph_format.keep_with_next = True
        self.add_plain(paragraph, rank, bold=True)
        self._add_sentence(paragraph, entry.name)
        about = " · ".join(part for part in (entry.text, entry.about, entry.id) if part)
        below = [self.line(about, size=9, grey=True, italic=False)]
        if entry.doubts:
            below.append(self.line("; ".join(entry.doubts)))
        for line in below:
            line.paragraph_format.keep_with_next = line is not below[-1] or bool(entry.said)
        for one in entry.said:
            self._add_quote(one)

    def _add_quote(self, one: SourcedSentence) -> None:
        quote = self.document.add_paragraph()
        self.dress(quote, "justify", after=3)
        quote.paragraph_format.left_indent = self.points(18)
        self._add_sentence(quote, one)

    def add_places(self, drafted: DraftedOrder) -> None:
        from docx.oxml import OxmlElement
        from docx.shared import Cm

        heading = self.line(self._say(N_("Where the quoted sentences stand")), bold=True, size=13)
        heading.paragraph_format.space_before = self.points(14)
        heading.paragraph_format.keep_with_next = True
        table = self.document.add_table(rows=0, cols=4)
        table.style, table.autofit = "Table Grid", False
        for column, width in zip(table.columns, _PLACES_CM, strict=True):
            column.width = Cm(width)
        heads = [self._say(one) for one in (N_("Mark"), N_("Record"), N_("Value"), N_("File and place"))]
        rows = [heads, *(list(_place_row(place)) for place in drafted.places)]
        for number, values in enumerate(rows):
            row = table.add_row()
            properties = row._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if not number:
                properties.append(OxmlElement("w:tblHeader"))
            for cell, value, width in zip(row.cells, values, _PLACES_CM, strict=True):
                cell.width = Cm(width)
                self.dress(cell.paragraphs[0], "left", after=0)
                self.add_plain(cell.paragraphs[0], value, bold=not number, size=9)
        self.line(drafted.advice, size=9, grey=True).paragraph_format.space_before = self.points(8)


@contextmanager
def _bookmarked(paragraph: Any, id: int, name: str) -> Iterator[None]:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for edge in (start, end):
        edge.set(qn("w:id"), str(id))
    start.set(qn("w:name"), name)
    paragraph._p.append(start)
    yield
    paragraph._p.append(end)


def _add_mark(paragraph: Any, mark: str) -> None:
    from docx.shared import RGBColor

    run = paragraph.add_run(mark)
    run.font.superscript, run.font.color.rgb = True, RGBColor(0x1F, 0x4E, 0x79)


def _paragraphs(pieces: Sequence[Piece]) -> Iterator[Sequence[Piece]]:
    """Sentences of one value together, everything else for itself: beside quoted text stands nothing else."""
    for _, group in groupby(enumerate(pieces), _block_of):
        yield [piece for _, piece in group]


def _block_of(numbered: tuple[int, Piece]) -> tuple[int, str, str]:
    number, piece = numbered
    if isinstance(piece, SourcedSentence):
        return (-1, piece.record, piece.value)
    return (number, "", "")


def _place_row(place: MarkedPlace) -> Iterator[str]:
    yield f"[{place.mark}]"
    yield f"{place.title}\n{place.record}"
    yield place.label
    yield "\n".join(
        ", ".join(part for part in (one.file, one.place, f"sha256 {one.sha256[:12]}…") if part) for one in place.sources
    )
