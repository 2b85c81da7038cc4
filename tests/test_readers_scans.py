"""Scans and other pictures: cells and lines as on paper, check-boxes by their ink, and how sure each value is."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from benchmarks.scanning import Figures, Scanner, as_pdf, compare
from ingest import extract_records
from ingest.document import Document, Paragraph, Recovery, Table
from ingest.errors import FileRefused
from ingest.readers import read_document, scans, tesseract
from ingest.readers.pdf_grid import find_grids
from ingest.readers.pdf_lines import Piece, find_rows
from ingest.readers.scan_blocks import find_blocks
from ingest.readers.scan_boxes import find_boxes
from ingest.readers.scan_grid import take_rulings
from ingest.readers.scan_leaders import find_leaders, without_leaders
from ingest.readers.scan_page import read_scan
from ingest.readers.scan_picture import Picture, find_ink, is_blank, straighten, without_stamps
from ingest.readers.scan_pieces import add_mark, pieces_of
from ingest.readers.scan_repair import is_wordlike, repair_line, repair_numbering, repair_word
from ingest.readers.scan_strokes import Strokes
from ingest.readers.tesseract import TesseractFailed, Word, read_words, reads_vietnamese
from ingest.sandbox import Sandbox

Gray = NDArray[np.uint8]
READS = pytest.mark.skipif(not reads_vietnamese(), reason="tesseract with Vietnamese is not on this computer")


def paper(height: int = 1200, width: int = 1000) -> Gray:
    return np.full((height, width), 255, dtype=np.uint8)


def as_picture(gray: Gray) -> Picture:
    return Picture(gray, find_ink(gray), gray)


def written(gray: Gray, lines: Sequence[str], x: int = 100, y: int = 100, size: float = 1.5) -> Gray:
    """Lines of ASCII letters, drawn."""
    for number, line in enumerate(lines):
        cv2.putText(gray, line, (x, y + 70 * number), cv2.FONT_HERSHEY_COMPLEX, size, 0, 3, cv2.LINE_AA)
    return gray


def ruled(gray: Gray, *lines: tuple[int, int, int, int]) -> Gray:
    for x0, y0, x1, y1 in lines:
        cv2.line(gray, (x0, y0), (x1, y1), 0, 4)
    return gray


def text_page() -> Gray:
    words = ("Research", "on", "drying", "rubber", "wood", "with", "less", "cracks", "and", "waste")
    lines = [" ".join(words[n % 7 : n % 7 + 3 + n % 4]) for n in range(20)]
    return written(paper(1700, 1400), lines)


# ---------------------------------------------------------------------------------------- the picture


@pytest.mark.parametrize("angle", [-4.6, -1.5, -0.3, 0.0, 0.7, 3.0])
def test_paper_that_lay_askew_is_made_level(angle: float) -> None:
    page = text_page()
    height, width = page.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    askew = np.asarray(cv2.warpAffine(page, turn, (width, height), borderValue=255), dtype=np.uint8)
    rows = straighten(askew).ink.sum(axis=1)
    level = straighten(page).ink.sum(axis=1)
    # Level lines leave as many rows without ink between them as before.
    assert abs(int((rows == 0).sum()) - int((level == 0).sum())) < 0.05 * height


def test_a_page_that_was_laid_on_its_side_is_turned() -> None:
    page = text_page()
    for turned in (np.rot90(page).copy(), np.rot90(page, -1).copy()):
        assert straighten(turned).gray.shape == page.shape


def test_grey_paper_with_a_shadow_and_grain_becomes_white() -> None:
    shadow = np.linspace(140, 235, 1400)[None, :] * np.ones((1700, 1))
    grain = np.random.default_rng(0).normal(0, 6, shadow.shape)
    page = np.clip(text_page() / 255 * (shadow + grain), 0, 255).astype(np.uint8)
    picture = straighten(page)
    assert (picture.gray == 255).mean() > 0.8
    assert 0.02 < picture.ink.mean() < 0.15


def test_a_red_stamp_over_black_letters_is_taken_away() -> None:
    colour = np.repeat(written(paper(300, 800), ["Giam doc"])[:, :, None], 3, axis=2)
    before = find_ink(without_stamps(colour))
    stamped = colour.copy()
    cv2.circle(stamped, (250, 110), 90, (225, 30, 40), 8)
    stamped[(colour < 128)] = 0
    after = find_ink(without_stamps(stamped))
    assert abs(int(after.sum()) - int(before.sum())) < 0.1 * before.sum()


# --------------------------------------------------------------------------------------- ruled lines


def test_merged_cells_and_the_border_in_one_row_are_found_and_taken_away() -> None:
    page = ruled(
        paper(900, 1000),
        *((100, y, 900, y) for y in (100, 170, 300, 500)),
        *((x, 100, x, 500) for x in (100, 900)),
        (500, 170, 500, 500),
        (700, 100, 700, 170),  # in a row as high as one line
    )
    written(page, ["Hh lp dd"], 120, 155)
    rulings, bare = take_rulings(as_picture(page))
    (grid,) = find_grids(rulings)
    spans = [(area.row, area.column, area.row_span, area.column_span) for area in grid.areas]
    assert spans == [(0, 0, 1, 2), (0, 2, 1, 1), (1, 0, 1, 1), (1, 1, 1, 2), (2, 0, 1, 1), (2, 1, 1, 2)]
    assert bare.ink[480:520].sum() == 0
    assert bare.ink[110:160, 110:400].sum() > 0


def test_letters_and_underlining_are_no_table() -> None:
    page = ruled(written(paper(), ["HELLO TEL FILL", "lllll IIIII"], size=2.0), (100, 120, 700, 120))
    rulings, _ = take_rulings(as_picture(page))
    assert find_grids(rulings) == []


def test_a_line_with_small_breaks_is_one() -> None:
    page = ruled(paper(), (100, 300, 900, 300))
    page[:, 400:408] = 255
    page[:, 650:655] = 255
    (ruling,) = take_rulings(as_picture(page))[0]
    assert ruling.is_horizontal
    assert ruling.end - ruling.start > 180


# ---------------------------------------------------------------------------------------- check-boxes


def boxed(*ticks: str, side: int = 40) -> Gray:
    page = written(paper(), ["OHD DO no BE HQ"], size=1.6)
    for number, tick in enumerate(ticks):
        x, y = 100 + 150 * number, 300
        cv2.rectangle(page, (x, y), (x + side, y + side), 0, 3)
        if tick == "x":
            cv2.line(page, (x + 6, y + 6), (x + side - 6, y + side - 6), 0, 3)
            cv2.line(page, (x + side - 6, y + 6), (x + 6, y + side - 6), 0, 3)
        elif tick == "v":
            cv2.polylines(page, [np.array([(x + 8, y + 18), (x + 18, y + 32), (x + side + 14, y - 14)])], False, 0, 4)
        elif tick == "full":
            cv2.rectangle(page, (x, y), (x + side, y + side), 0, -1)
    return page


@pytest.mark.parametrize("side", [28, 40, 56])
def test_boxes_are_told_empty_or_ticked_and_letters_are_no_boxes(side: int) -> None:
    boxes = sorted(find_boxes(as_picture(boxed("", "x", "v", "full", side=side))), key=lambda box: box.x0)
    assert [box.is_ticked for box in boxes] == [False, True, True, True]
    assert all(box.confidence > 0.9 for box in boxes)


@pytest.mark.parametrize("size", [64, 72, 80, 88, 96])
@pytest.mark.parametrize("stroke", [0, 1, 2])
def test_round_parts_of_letters_are_no_boxes(size: int, stroke: int) -> None:
    image = Image.new("L", (2400, 2 * size), 255)
    font = ImageFont.load_default(size)
    ImageDraw.Draw(image).text((50, 30), "paper quod bdpq DOB 689 PRQ bed", font=font, fill=0, stroke_width=stroke)
    assert find_boxes(as_picture(np.asarray(image))) == []


def test_a_tick_that_looks_like_a_stem_leaves_a_box_a_box() -> None:
    page = boxed("", side=40)
    cv2.polylines(page, [np.array([(112, 318), (124, 334), (141, 286)])], False, 0, 4)
    (box,) = find_boxes(as_picture(page))
    assert box.is_ticked


def test_places_for_the_digits_of_a_number_are_no_check_boxes() -> None:
    page = paper()
    for number in range(8):
        cv2.rectangle(page, (100 + 44 * number, 300), (144 + 44 * number, 344), 0, 3)
    assert find_boxes(as_picture(page)) == []


# -------------------------------------------------------------------------------------- dotted leaders


def dotted(page: Gray, x: int, y: int, count: int, step: int = 15) -> Gray:
    for number in range(count):
        cv2.circle(page, (x + step * number, y), 4, 0, -1, cv2.LINE_AA)
    return page


def test_dotted_leaders_are_taken_away_and_letters_stay() -> None:
    page = written(paper(), ["Duong", "ii: i... j"], size=1.6)
    letters = find_ink(page)
    picture = as_picture(dotted(page.copy(), 320, 100, 16))
    (leader,) = find_leaders(picture.ink, 38.0)
    assert leader.count == 16
    assert (without_leaders(picture, [leader]).ink == letters).all()


def test_full_stops_and_dots_of_letters_are_no_leader() -> None:
    page = written(paper(), ["iiiiiiiiiiii jjjjj", "a. b. c. d. e. f. g. h.", "wait... a: b:"], size=1.6)
    assert find_leaders(find_ink(page), 38.0) == []


def test_dots_right_behind_a_word_are_part_of_it_and_others_stand_alone() -> None:
    (word,) = pieces("Dương")
    near = Piece("......", (), 101, 200, 1, 12, False, 99)
    (glued,) = add_mark([word], near)
    assert (glued.text, glued.x1, glued.head) == ("Dương......", 200, 200)
    assert len(add_mark([word], replace(near, x0=120))) == 2
    assert len(add_mark([word], replace(near, text="☐"))) == 2


@READS
def test_a_short_line_that_ends_in_dots_is_read_with_its_dots() -> None:
    image = Image.new("L", (1700, 400), 255)
    font = ImageFont.load_default(54)
    written_lines = ("Nam trong khu nam Hoa Binh", "Duong" + "." * 40, "Ba: khu nam ........ Sau: ba ....... Hai")
    for number, line in enumerate(written_lines):
        ImageDraw.Draw(image).text((100, 100 + 72 * number), line, font=font, fill=0)
    rows = find_rows(read_scan(np.asarray(image), 1, 60).text.pieces())
    assert [row.text.replace(" .", ".") for row in rows] == [line.replace(" .", ".") for line in written_lines]


# ------------------------------------------------------------------------------------- lines and noise


def read_line(text: str, number: int, sure: float, x: float = 420.0) -> list[Word]:
    y = 60.0 * number
    return [
        Word(word, x + 120 * at, x + 100 + 120 * at, y, y + 40, y + 38, 48.0, sure, number)
        for at, word in enumerate(text.split())
    ]


def texts(*lines: list[Word]) -> list[str]:
    words = [word for line in lines for word in line]
    strokes = Strokes(np.zeros((2000, 3000), np.uint8), words)
    return [piece.text for piece in pieces_of(words, 12.0, strokes, False)]


def test_a_short_unsure_line_at_the_margin_below_another_is_text() -> None:
    above = read_line("thiết bị sấy bơm nhiệt công suất 200", 1, 0.96)
    assert texts(above, read_line("xqz/mẻp.", 2, 0.44))[1:] == ["xqz/mẻp."]
    assert texts(above, read_line("xqz/mẻp.", 2, 0.1))[1:] == []
    assert texts(above, read_line("xqz/mẻp.", 2, 0.44, x=900.0))[1:] == []
    assert texts(above, read_line("xqz/mẻp.", 5, 0.44))[1:] == []
    assert texts(read_line("kg/mẻ.", 1, 0.44)) == ["kg/mẻ."]


# --------------------------------------------------------------------------------------------- blocks


def test_columns_are_blocks_of_their_own_below_a_heading() -> None:
    page = written(paper(1400, 2000), ["A HEADING THAT RUNS ACROSS BOTH OF THE COLUMNS HERE"], size=1.9)
    written(page, ["Left column of text"] * 6, 100, 220)
    written(page, ["Right column of it"] * 6, 1050, 250)
    blocks = sorted(find_blocks(find_ink(page), 38.0), key=lambda block: (block.x0, block.top))
    assert len(blocks) == 3
    left, right = [block for block in blocks if block.top > 150]
    assert left.x1 < 1000 < right.x0


# ------------------------------------------------------------------------------------------- repairs


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("2O26", "2026"),
        ("12/2O27", "12/2027"),
        ("3l2", "312"),
        ("duyen.ptm(@thanhphat.vn", "duyen.ptm@thanhphat.vn"),
        ("PGS.i5.", "PGS.TS."),
        ("PG5.TS", "PGS.TS."),
        ("—", "–"),
        ("(¡)", "(i)"),
        ("(ïi)", "(ii)"),
        ("øỗ", "gỗ"),
    ],
)
def test_what_can_only_be_a_misreading_is_repaired(read: str, meant: str) -> None:
    assert repair_word(read) == meant
    assert repair_word(meant) == meant


@pytest.mark.parametrize("word", ["1l", "3o", "O2", "15.", "-", "(c)", "H.", "GS", "Søren", "COD", "m3/ngày", "a@b.vn"])
def test_what_may_be_meant_is_left(word: str) -> None:
    assert repair_word(word) == word


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạ ", max_size=40))
def test_words_of_vietnamese_letters_are_never_changed(text: str) -> None:
    assert repair_line(" ".join(map(repair_word, text.split(" ")))) == text


def test_roman_numbers_after_quarter_and_form_are_put_right() -> None:
    assert [repair_line(f"Quý {read} năm 2026") for read in ("HI", "TH", "II", "H", "IV")] == [
        f"Quý {meant} năm 2026" for meant in ("III", "III", "II", "II", "IV")
    ]
    assert repair_line("Dạng IHII: bài báo") == "Dạng III: bài báo"


def test_the_border_of_a_cell_is_no_part_of_the_number_in_it() -> None:
    assert repair_line("9_ Thư ký khoa học") == "9 Thư ký khoa học"
    assert repair_line("a_b 9_ 3") == "a_b 9_ 3"


def pieces(*lines: str) -> list[Piece]:
    seen = Recovery(by_ocr=True, confidence=0.9)
    return [Piece(line, (), 0, 100, 20.0 * n, 12, False, 20, seen) for n, line in enumerate(lines)]


def test_numbers_of_headings_are_told_from_those_before_and_behind() -> None:
    lines = pieces(
        "I. THÔNG TIN CHUNG",
        "H. NỘI DUNG",
        "8. Mục tiêu",
        "9, Tổng quan",
        "II. SẢN PHẨM",
        "IV. KINH PHÍ",
        "1, Một câu",
    )
    repaired = repair_numbering(lines)
    assert [repaired.get(id(line), line).text for line in lines] == [
        "I. THÔNG TIN CHUNG",
        "II. NỘI DUNG",
        "8. Mục tiêu",
        "9. Tổng quan",
        "III. SẢN PHẨM",
        "IV. KINH PHÍ",
        "1, Một câu",
    ]
    assert repaired[id(lines[1])].recovery.unrepaired == "H. NỘI DUNG"


def test_a_number_that_is_misread_before_another_misread_one_is_put_right() -> None:
    lines = pieces("IL.THÔNG TIN CÁ NHÂN", "H. QUÁ TRÌNH", "HI. LĨNH VỰC")
    repaired = repair_numbering(lines)
    assert [repaired[id(line)].text for line in lines] == ["I. THÔNG TIN CÁ NHÂN", "II. QUÁ TRÌNH", "III. LĨNH VỰC"]


def test_a_roman_one_before_a_two_is_a_one_where_no_roman_two_stands() -> None:
    lines = pieces("PHIẾU ĐỀ XUẤT", "I. Tên đơn vị: Công ty A", "Địa chỉ", "2. Hình thức hợp tác")
    assert [piece.text for piece in repair_numbering(lines).values()] == ["1. Tên đơn vị: Công ty A"]
    assert repair_numbering(pieces("I. Thông tin chung", "1. Tên", "2. Mã số")) == {}
    assert repair_numbering(pieces("I. THÔNG TIN CHUNG", "2. Mã số", "II. NỘI DUNG")) == {}


def test_letters_of_a_list_stay_letters() -> None:
    lines = pieces("G. TÀI CHÍNH", "H. NHÂN SỰ", "I. PHỤ LỤC")
    assert repair_numbering(lines) == {}


def test_what_looks_like_words() -> None:
    assert all(map(is_wordlike, ("nghiên", "QCVN", "40:2011", "12%", "a@b.vn", "Hà,")))
    assert not any(map(is_wordlike, ("i5l", "xqz", "~", "Bểt")))


# ------------------------------------------------------------------------------- a form, scanned and read


@pytest.fixture(scope="module")
def need(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Document:
    if not reads_vietnamese():
        pytest.skip("tesseract with Vietnamese is not on this computer")
    scanner = Scanner(dpi=200, angle=-1.5, grain=6)
    path = tmp_path_factory.mktemp("scans") / "need.pdf"
    path.write_bytes(as_pdf(scanner.scan(shared / "samples/need.pdf"), scanner.dpi))
    return read_document(path)


def test_lines_and_rows_of_a_scanned_form_come_out(need: Document, gold: dict[str, Any]) -> None:
    figures = compare(need, gold["need"])
    assert figures.lines >= 0.85
    assert figures.rows >= 0.7
    assert figures.errors <= 0.01
    assert need.problems == ()


def test_every_value_is_marked_as_read_from_a_picture_with_its_place(need: Document) -> None:
    for block in need.blocks:
        values = [block] if isinstance(block, Paragraph) else [cell for row in block.rows for cell in row if cell.text]
        for value in values:
            assert value.recovery.by_ocr
            assert 0 <= value.recovery.confidence < 1
            assert value.place.page == 1
    (table,) = [block for block in need.blocks if isinstance(block, Table)]
    assert table.rows[1][1].place.cell == "table 1, row 2, column 2"
    assert [cell.column_span for cell in table.rows[0]] == [4]


def test_check_boxes_of_a_scan_are_right(need: Document) -> None:
    signs = ["".join(char for char in line if char in "☐☒") for line in need.lines()]
    assert [found for found in signs if found] == ["☐☒☐", "☒☒☐☐"]


def test_a_scanned_form_makes_the_same_record_as_the_file_it_was_printed_from(need: Document, shared: Path) -> None:
    (read,) = extract_records(need).records
    (true,) = extract_records(read_document(shared / "samples/need.pdf")).records
    assert (read.kind, read.title, read.facts) == (true.kind, true.title, true.facts)
    assert {source.method for source in read.sources} <= {"ocr", "suggested"}


# -------------------------------------------------------------------------------------- pictures as files


@pytest.fixture(scope="module")
def strip(shared: Path) -> Gray:
    """The upper part of a form: a few lines, which are read in a second."""
    return Scanner(dpi=300, angle=0.5, grain=4).scan(shared / "samples/need.pdf")[0][:620]


def save(path: Path, format: str, *pictures: Gray, **options: Any) -> Path:
    first, *others = map(Image.fromarray, pictures)
    first.save(path, format, **options, **({"save_all": True, "append_images": others} if others else {}))
    return path


@READS
@pytest.mark.parametrize("format", ["png", "jpeg", "bmp"])
def test_pictures_are_read_under_any_name(strip: Gray, tmp_path: Path, format: str) -> None:
    document = read_document(save(tmp_path / "giay.dat", format.upper(), strip, dpi=(300, 300)))
    assert document.format == format
    assert "PHIẾU ĐỀ XUẤT NHU CẦU CÔNG NGHỆ" in " ".join(document.lines())


@READS
def test_a_picture_that_stands_on_its_head_is_turned(strip: Gray, tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", "PNG", np.ascontiguousarray(strip[::-1, ::-1]), dpi=(300, 300))
    assert "PHIẾU ĐỀ XUẤT" in " ".join(read_document(path).lines())


@READS
def test_all_pictures_of_a_tiff_are_read_and_told_apart(strip: Gray, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    path = save(tmp_path / "a.tiff", "TIFF", strip[:400], paper(400, 400), strip[:400], dpi=(300, 300))
    document = read_document(path, progress=lambda *step: steps.append(step))
    assert {block.place.page for block in document.blocks} == {1, 3}
    assert ["no text was found" in str(problem) for problem in document.problems] == [True]
    assert document.problems[0].place.page == 2
    assert steps == [("page", 1, 3), ("page", 2, 3), ("page", 3, 3)]


def blank_page(grain: float) -> Gray:
    """The back of a sheet of A4 at 300 dpi: grain, specks, and the shadow along two edges."""
    noise = np.random.default_rng(1)
    gray = np.clip(235 + noise.normal(0, grain, (3508, 2480)), 0, 255).astype(np.uint8)
    for y, x in noise.integers(50, 2400, (60, 2)):
        gray[y : y + 4, x : x + 4] = 90
    gray[:20], gray[:, :25] = 40, 60
    return gray


@pytest.mark.parametrize("grain", [0.0, 6.0, 10.0])
def test_a_page_without_writing_is_blank_whatever_its_paper_is_like(grain: float) -> None:
    assert is_blank(blank_page(grain))


@pytest.mark.parametrize(("ink", "size"), [(0, 0.9), (120, 0.9), (200, 1.2)])
def test_a_page_number_alone_or_faint_print_is_not_blank(ink: int, size: float) -> None:
    gray = blank_page(4.0)
    cv2.putText(gray, "7", (1240, 3300), cv2.FONT_HERSHEY_COMPLEX, size, ink, 3, cv2.LINE_AA)
    assert not is_blank(gray)


@pytest.mark.parametrize("shape", [(1, 1), (10, 30_000), (30_000, 20), (40, 30_000), (7, 7), (60, 60)])
def test_pictures_of_odd_shapes_are_looked_at_without_harm(shape: tuple[int, int]) -> None:
    assert is_blank(np.full(shape, 255, np.uint8))


def test_blank_pages_are_told_without_tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "reads_vietnamese", lambda: True)
    monkeypatch.setattr("ingest.readers.scan_page.straighten", lambda _: pytest.fail("a blank page was looked at"))
    path = save(tmp_path / "a.tiff", "TIFF", *[blank_page(6.0)] * 5, dpi=(300, 300))
    with pytest.raises(FileRefused, match="no text was found"):
        read_document(path)


@pytest.mark.parametrize("raw", [b"\x89PNG\r\n\x1a\n" + bytes(100), b"\xff\xd8\xff\xe0" + bytes(60), b"BM" + bytes(40)])
def test_a_damaged_picture_is_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(raw)
    with pytest.raises(FileRefused, match="damaged or incomplete"):
        read_document(path)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    target = io.BytesIO()
    Image.new("1", (15_000, 10_000)).save(target, "PNG")
    path = tmp_path / "bomb.png"
    path.write_bytes(target.getvalue())
    with pytest.raises(FileRefused, match="million pixels"):
        read_document(path)


# ------------------------------------------------------------------------------- what cannot be read


def test_without_tesseract_the_page_is_named_with_what_to_do_and_the_others_are_kept(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pypdfium2 import PdfDocument

    monkeypatch.setattr(scans, "reads_vietnamese", lambda: False)
    mixed = PdfDocument(shared / "samples/need.pdf")
    mixed.import_pages(PdfDocument(as_pdf([text_page()], 150)))
    mixed.save(tmp_path / "mixed.pdf")
    document = read_document(tmp_path / "mixed.pdf")
    assert any("Chế biến Gỗ" in line for line in document.lines())
    (problem,) = document.problems
    assert problem.place.page == 2
    assert "apt install tesseract-ocr tesseract-ocr-vie" in str(problem)
    assert "or send the original file" in str(problem)


def test_pages_that_take_too_long_are_named_and_in_the_end_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise TesseractFailed

    monkeypatch.setattr(scans, "reads_vietnamese", lambda: True)
    monkeypatch.setattr(scans, "read_scan", fail)
    path = save(tmp_path / "a.tiff", "TIFF", *[paper(200, 200)] * 3)
    with pytest.raises(FileRefused, match="Page 1 is a picture that could not be read within 90 seconds"):
        read_document(path)
    monkeypatch.setattr(scans, "FILE_SECONDS", 0.0)
    with pytest.raises(FileRefused, match="Page 1 and the pictures after it were not read"):
        read_document(path)


@READS
def test_tesseract_is_stopped_when_its_time_is_over() -> None:
    with pytest.raises(TesseractFailed):
        read_words([text_page()], 300, seconds=0.01)
    assert read_words([], 300, seconds=10) == []


def test_a_computer_without_the_program_reads_no_vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "find_tesseract", lambda: None)
    assert not tesseract.reads_vietnamese.__wrapped__()
    with pytest.raises(TesseractFailed):
        read_words([paper()], 300, seconds=10)


# ------------------------------------------------------------------------------------ in the sandbox


@READS
def test_a_picture_is_read_within_the_limits_of_the_sandbox(strip: Gray, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    path = save(tmp_path / "a.png", "PNG", strip, dpi=(300, 300))
    with Sandbox() as sandbox:
        text = sandbox.read_text(path, progress=lambda *step: steps.append(step))
    assert list(text.lines) == list(read_document(path).lines())
    assert steps == [("page", 1, 1)]


# ---------------------------------------------------------------------------------------------- soak


@READS
@pytest.mark.soak
def test_the_scanned_sample_makes_the_same_record_as_its_original(shared: Path, gold: dict[str, Any]) -> None:
    document = read_document(shared / "samples/proposal_scan.pdf")
    figures = compare(document, gold["proposal"])
    assert figures.lines >= 0.93
    assert figures.rows >= 0.84
    assert figures.errors <= 0.005
    (read,) = extract_records(document).records
    (true,) = extract_records(read_document(shared / "samples/proposal.pdf")).records
    assert (read.kind, read.title, read.facts) == (true.kind, true.title, true.facts)


@READS
@pytest.mark.soak
def test_wrong_values_are_less_sure_than_right_ones(shared: Path, gold: dict[str, Any], tmp_path: Path) -> None:
    values: list[tuple[bool, float]] = []
    for dpi, angle in ((300, 0.7), (200, -1.5), (150, 3.0)):
        scanner = Scanner(dpi=dpi, angle=angle)
        for form in ("need", "proposal"):
            path = tmp_path / f"{form}.pdf"
            path.write_bytes(as_pdf(scanner.scan(shared / f"samples/{form}.pdf"), dpi))
            figures = compare(read_document(path), gold[form])
            assert figures.lines >= 0.8
            values += figures.values
    figures = Figures(0, 0, 0, tuple(values))
    right, wrong = figures.means
    assert right > wrong + 0.1
    assert figures.auc > 0.7
