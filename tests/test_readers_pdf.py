"""PDF files as people see them: every line of real forms, columns, running lines, tables over page breaks."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_readers import is_in_order, plain, rows_of
from zoo import pdf, stream

from ingest import extract_records
from ingest.document import Document, Paragraph, Table
from ingest.errors import FileRefused
from ingest.readers import read_document
from ingest.readers.opened import OpenedFile
from ingest.readers.pdf import read_pdf

WIDTH = 0.5  # of the font size, of every letter that `text` draws
LOREM = (
    "Nghiên cứu xây dựng hệ thống giám sát chất lượng nước thải khu công nghiệp bằng mạng cảm biến không dây và trí "
    "tuệ nhân tạo, cảnh báo sớm các sự cố xả thải vượt quy chuẩn; dữ liệu được gửi về trung tâm mỗi năm phút và lưu "
    "lại ở máy chủ của tỉnh để các cơ quan quản lý cùng theo dõi, đối chiếu và ra quyết định khi cần thiết."
)


def text(x: float, y: float, shown: str, size: float = 10, font: str = "F", matrix: str = "1 0 0 1") -> bytes:
    """`shown` at x, y (from the lower left corner of the page); ``B`` is the bold font."""
    codes = shown.encode("utf-16-be").hex()
    return f"BT /{font} {size} Tf {matrix} {x} {y} Tm <{codes}> Tj ET\n".encode()


def broken(words: str, width: float, size: float = 10, indent: float = 0) -> list[str]:
    """Lines, broken where the next word has no room, as a typesetter does."""
    found: list[str] = []
    for word in words.split():
        room = width - (indent if len(found) <= 1 else 0)
        if found and (len(found[-1]) + 1 + len(word)) * size * WIDTH <= room:
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found


def wrapped(words: str, x: float, y: float, width: float, size: float = 10, indent: float = 0) -> bytes:
    return b"".join(
        text(x + (indent if n == 0 else 0), y - n * 1.2 * size, line, size)
        for n, line in enumerate(broken(words, width, size, indent))
    )


def lines(*places: tuple[float, float, float, float]) -> bytes:
    return b"".join(f"{x0} {y0} m {x1} {y1} l S\n".encode() for x0, y0, x1, y1 in places)


def ruler(width: float) -> bytes:
    """Lines of the full width at the foot of the page, which show how wide its text may be."""
    return b"".join(text(40, 220 - 12 * n, "x" * int(width / 5)) for n in range(12))


def grid(xs: Sequence[float], ys: Sequence[float]) -> bytes:
    across = [(xs[0], y, xs[-1], y) for y in ys]
    return lines(*across, *((x, ys[0], x, ys[-1]) for x in xs))


def font(number: int, name: str) -> dict[int, bytes]:
    """A font without outlines, whose codes are those of Unicode."""
    ranges = b"".join(b"<%02X00><%02XFF><%02X00>\n" % (n, n, n) for n in (0x00, 0x01, 0x03, 0x1E, 0x20, 0x26))
    unicode = (
        b"/CIDInit /ProcSet findresource begin begincmap /CMapName /U def\n"
        b"1 begincodespacerange <0000><FFFF> endcodespacerange\n"
        b"6 beginbfrange\n" + ranges + b"endbfrange endcmap end"
    )
    base = b"/BaseFont/%s" % name.encode()
    descriptor = b"/FontDescriptor<</Type/FontDescriptor/FontName/%s/Flags 4/Ascent 800/Descent -200>>" % name.encode()
    return {
        number: b"<</Type/Font/Subtype/Type0%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (base, number + 1, number + 2),
        number + 1: b"<</Type/Font/Subtype/CIDFontType2%s/DW 500/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>%s>>" % (base, descriptor),
        number + 2: stream(unicode),
    }


def make(*pages: bytes, more: bytes = b"") -> bytes:
    """A file of pages of 500 by 700 points; `more` stands in the dictionary of each."""
    objects: dict[int, bytes] = {1: b"<</Type/Catalog/Pages 2 0 R>>"}
    names = b"".join(
        b"/%s %d 0 R" % (key, number) for key, number in zip((b"F", b"B", b"L"), (10, 20, 30), strict=True)
    )
    for number, name in zip((10, 20, 30), ("Serif", "Serif-Bold", ".VnTime"), strict=True):
        objects |= font(number, name)
    kids = b""
    for at, content in enumerate(pages):
        number = 40 + 2 * at
        kids += b"%d 0 R " % number
        objects[number] = (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 700]/Contents %d 0 R/Resources<</Font<<%s>>/XObject<</I 4 0 R"
            b">>>>%s>>" % (number + 1, names, more)
        )
        objects[number + 1] = stream(content)
    objects[2] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages))
    picture = b"/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
    objects[4] = stream(b"\0", picture)
    return pdf(dict(sorted(objects.items())))


def read(tmp_path: Path, *pages: bytes, more: bytes = b"") -> Document:
    path = tmp_path / "sample.pdf"
    path.write_bytes(make(*pages, more=more))
    return read_document(path)


def paragraphs(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


# ------------------------------------------------------------------------------------------ real samples

FORMS = ("proposal.pdf", "cv.pdf", "need.pdf", "proposal_fallbackfont.pdf")


@pytest.mark.parametrize("name", FORMS)
def test_every_gold_line_and_row_is_recovered(shared: Path, gold: dict[str, Any], name: str) -> None:
    document = read_document(shared / "samples" / name)
    expected = gold[re.split(r"[._]", name)[0]]
    found = [plain(line) for line in document.lines()]
    assert [line for line in map(plain, expected["lines"]) if line not in found] == []
    rows = rows_of(document)
    assert [row for row in expected["rows"] if not any(is_in_order([plain(c) for c in row], r) for r in rows)] == []
    assert document.problems == ()


@pytest.mark.parametrize("name", ["proposal", "cv", "need"])
def test_a_form_gives_the_same_record_as_pdf_and_as_docx(shared: Path, name: str) -> None:
    pdf_record, docx_record = (
        extract_records(read_document(shared / "samples" / f"{name}{suffix}")).records[0]
        for suffix in (".pdf", ".docx")
    )
    assert (pdf_record.title, pdf_record.facts) == (docx_record.title, docx_record.facts)
    assert pdf_record.sections == docx_record.sections
    assert {source.place.page for source in pdf_record.sources} - {None}


@pytest.mark.parametrize(("name", "charset"), [("proposal_tcvn3.pdf", "tcvn3"), ("proposal_vni.pdf", "vni")])
def test_old_fonts_are_decoded_and_the_unrepaired_text_is_kept(
    shared: Path, gold: dict[str, Any], name: str, charset: str
) -> None:
    document = read_document(shared / "samples" / name)
    found = {plain(line) for line in document.lines()}
    lines = [plain(line) for line in gold["proposal"]["lines"]]
    assert sum(line in found for line in lines) >= 0.97 * len(lines)
    assert document.charset == charset
    title = next(b for b in document.blocks if isinstance(b, Paragraph) and b.text.startswith("THUYẾT MINH"))
    assert title.recovery.charset == charset
    assert title.recovery.unrepaired is not None
    assert title.recovery.unrepaired.startswith("THUY")
    assert title.recovery.confidence > 0.9


@pytest.mark.parametrize("name", ["proposal_tcvn3.pdf", "proposal_vni.pdf"])
def test_boxes_that_are_one_glyph_ticked_or_not_tick_nothing(shared: Path, name: str) -> None:
    """All five are glyph 0 of the old font, which stands for whatever the font lacks; nothing else is drawn there."""
    path = shared / "samples" / name
    with pdfplumber.open(path) as opened:
        page = opened.pages[0]
        codes = Counter(char["text"] for char in page.chars if char["text"] < " ")
        drawn = [*page.rects, *page.lines, *page.curves, *page.images, *page.annots]
    assert codes == {"\0": 5}
    assert drawn == []
    document = read_document(path)
    assert [problem.params["count"] for problem in document.problems] == [5]
    assert sum(line.count("\N{REPLACEMENT CHARACTER}") for line in document.lines()) == 5
    (record,) = extract_records(document).records
    assert {source.method for source in record.sources if source.value == "facts/field_codes"} <= {"suggested"}


@pytest.mark.parametrize("name", FORMS[:3])
def test_no_word_is_lost_or_added_against_pdfium(shared: Path, name: str) -> None:
    from pypdfium2 import PdfDocument

    def words(text: str) -> Counter[str]:
        # Without spaces, for a word broken anywhere in a narrow cell is put together by us alone.
        return Counter(char for char in unicodedata.normalize("NFC", text) if char.isalnum())

    path = shared / "samples" / name
    with PdfDocument(path) as document:
        oracle = words("".join(page.get_textpage().get_text_bounded() for page in document))
    assert words("".join(read_document(path).lines())) == oracle


# --------------------------------------------------------------------------------------- reading order


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    page = (
        text(60, 650, "MỘT ĐẦU ĐỀ DÀI CHẠY NGANG QUA CẢ HAI CỘT CHỮ CỦA TRANG NÀY", 12, "B")
        + wrapped("Trái. " + LOREM, 40, 600, 200)
        + wrapped("Phải. " + LOREM, 262, 597, 200)
        + wrapped(
            "Dưới cùng là một đoạn chạy hết chiều rộng của trang, nối sau cả hai cột ở phía trên nó.", 40, 330, 422
        )
    )
    assert paragraphs(read(tmp_path, page)) == [
        "MỘT ĐẦU ĐỀ DÀI CHẠY NGANG QUA CẢ HAI CỘT CHỮ CỦA TRANG NÀY",
        "Trái. " + LOREM,
        "Phải. " + LOREM,
        "Dưới cùng là một đoạn chạy hết chiều rộng của trang, nối sau cả hai cột ở phía trên nó.",
    ]


def test_a_sentence_goes_on_in_the_next_column(tmp_path: Path) -> None:
    left, right = (" ".join(part) for part in (broken(LOREM, 200)[:5], broken(LOREM, 200)[5:]))
    page = wrapped(left, 40, 600, 200) + wrapped(right, 262, 600, 200)
    assert paragraphs(read(tmp_path, page)) == [LOREM]


def test_a_title_of_two_lines_is_one_although_its_lines_lie_further_apart(tmp_path: Path) -> None:
    title = ("XỬ LÝ NƯỚC THẢI MỦ", "CAO SU BẰNG BÈO TẤM")
    page = (
        b"".join(text(40, 640 - 26 * n, line, 22, "B") for n, line in enumerate(title))
        + wrapped("Trái. " + LOREM, 40, 580, 200)
        + wrapped("Phải. " + LOREM + " " + LOREM, 262, 640, 200)
    )
    found = read(tmp_path, page).blocks[0]
    assert isinstance(found, Paragraph)
    assert (found.text, found.level) == (" ".join(title), 1)


def test_a_large_title_runs_no_lines_of_the_other_column_together(tmp_path: Path) -> None:
    page = (
        text(40, 634, "SẤY GỖ CAO SU", 18, "B")
        + wrapped("Trái. " + LOREM, 40, 580, 200)
        + wrapped("Phải. " + LOREM + " " + LOREM, 262, 640, 200)
    )
    assert paragraphs(read(tmp_path, page)) == ["SẤY GỖ CAO SU", "Trái. " + LOREM, f"Phải. {LOREM} {LOREM}"]


def test_raised_and_lowered_figures_stay_in_their_line(tmp_path: Path) -> None:
    page = text(40, 600, "Nồng độ CO") + text(90, 597, "2", 6) + text(95, 600, "trên mỗi m") + text(145, 604, "3", 6)
    assert paragraphs(read(tmp_path, page)) == ["Nồng độ CO2 trên mỗi m3"]


@pytest.mark.parametrize("on_the_right", [0, 1, 2])
def test_the_last_page_of_a_text_in_columns_has_columns_too(tmp_path: Path, on_the_right: int) -> None:
    whole = [f"{side}. {LOREM} {LOREM}" for side in ("Trái", "Phải")]
    first = wrapped(whole[0], 40, 640, 200) + wrapped(whole[1], 262, 640, 200)
    last = broken(LOREM, 200)
    left, right = last[: len(last) - on_the_right], last[len(last) - on_the_right :]
    second = b"".join(text(40, 640 - 12 * at, line) for at, line in enumerate(left))
    second += b"".join(text(262, 640 - 12 * at, line) for at, line in enumerate(right))
    assert paragraphs(read(tmp_path, first, second)) == [*whole, LOREM]


def test_labels_beside_their_values_are_no_columns(tmp_path: Path) -> None:
    fields = [("Họ và tên:", "Lê Văn Minh"), ("Học vị:", "Tiến sĩ"), ("Đơn vị:", "Viện Sinh học"), ("Email:", "a@b.vn")]
    page = b"".join(text(40, 600 - 20 * n, k) + text(200, 600 - 20 * n, v) for n, (k, v) in enumerate(fields))
    assert paragraphs(read(tmp_path, page)) == [f"{label}\t{value}" for label, value in fields]


def test_the_head_of_an_official_paper_is_read_side_by_side(tmp_path: Path) -> None:
    page = (
        text(40, 650, "ỦY BAN NHÂN DÂN")
        + text(40, 638, "TỈNH BÌNH DƯƠNG")
        + text(240, 650, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
        + text(260, 638, "Độc lập - Tự do - Hạnh phúc")
        + wrapped(LOREM, 40, 600, 420)
    )
    assert paragraphs(read(tmp_path, page)) == [
        "ỦY BAN NHÂN DÂN",
        "TỈNH BÌNH DƯƠNG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        LOREM,
    ]


def test_letters_drawn_apart_in_another_font_come_back_to_their_places(tmp_path: Path) -> None:
    shown = "Tên nhiệm vụ: sấy gỗ cao su bằng năng lượng mặt trời"
    common = "".join(char if char.isascii() else "\0" for char in shown)
    page = b"".join(text(40 + 5 * at, 600, char) for at, char in enumerate(common) if char != "\0")
    page += b"".join(text(40 + 5 * at, 600, char, 10, "B") for at, char in enumerate(shown) if not char.isascii())
    assert paragraphs(read(tmp_path, page)) == [shown]


@pytest.mark.parametrize(("matrix", "places"), [("0 1 -1 0", 90), ("0 -1 1 0", 270), ("-1 0 0 -1", 180)])
def test_text_that_is_drawn_sideways_is_read(tmp_path: Path, matrix: str, places: int) -> None:
    at = {90: lambda n: (100 + 12 * n, 50), 270: lambda n: (400 - 12 * n, 650), 180: lambda n: (450, 100 + 12 * n)}
    page = b"".join(text(*at[places](n), f"Dòng thứ {n + 1} của trang xoay", matrix=matrix) for n in range(3))
    assert paragraphs(read(tmp_path, page)) == [f"Dòng thứ {n} của trang xoay" for n in (1, 2, 3)]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_is_shown_turned_is_read(tmp_path: Path, turn: int) -> None:
    matrix = {90: "0 1 -1 0", 180: "-1 0 0 -1", 270: "0 -1 1 0"}[turn]
    at = {90: (200, 60), 180: (450, 300), 270: (200, 650)}[turn]
    page = text(*at, "Trang được xoay khi hiển thị", matrix=matrix)
    assert paragraphs(read(tmp_path, page, more=b"/Rotate %d" % turn)) == ["Trang được xoay khi hiển thị"]


# ------------------------------------------------------------------------------------------ paragraphs


def test_lines_are_joined_and_list_items_and_headings_kept_apart(tmp_path: Path) -> None:
    page = (
        text(40, 660, "1. Mục tiêu nghiên cứu", 14, "B")
        + wrapped(LOREM, 40, 630, 420)
        + wrapped(
            "- Khảo sát hiện trạng tại các khu công nghiệp đang hoạt động trên địa bàn tỉnh và vùng lân cận",
            40,
            540,
            420,
        )
        + text(40, 514, "- Thiết kế thiết bị")
        + text(40, 502, "- Thử nghiệm")
    )
    document = read(tmp_path, page)
    assert [(block.text, block.level) for block in document.blocks if isinstance(block, Paragraph)] == [
        ("1. Mục tiêu nghiên cứu", 1),
        (LOREM, 0),
        ("- Khảo sát hiện trạng tại các khu công nghiệp đang hoạt động trên địa bàn tỉnh và vùng lân cận", 0),
        ("- Thiết kế thiết bị", 0),
        ("- Thử nghiệm", 0),
    ]
    assert all(block.place.page == 1 for block in document.blocks)


def test_a_first_line_indent_begins_a_paragraph(tmp_path: Path) -> None:
    page = wrapped(LOREM, 40, 600, 420, indent=25) + wrapped(LOREM, 40, 528, 420, indent=25)
    assert paragraphs(read(tmp_path, page)) == [LOREM, LOREM]


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        ("a wireless sensor for environ-", "mental data", "a wireless sensor for environmental data"),
        ("phát triển các ngành kinh tế -", "xã hội của tỉnh", "phát triển các ngành kinh tế - xã hội của tỉnh"),
        ("triết học của chủ nghĩa Mác-", "Lênin và tư tưởng", "triết học của chủ nghĩa Mác-Lênin và tư tưởng"),
        ("thích ứng với đại dịch Covid-", "19 trong sản xuất", "thích ứng với đại dịch Covid-19 trong sản xuất"),
        ("các vật liệu có tính chất ba-", "dơ trong nông nghiệp", "các vật liệu có tính chất ba-dơ trong nông nghiệp"),
        ("low-cost sensors and others of low-", "cost for farms", "low-cost sensors and others of low-cost for farms"),
    ],
)  # fmt: skip
def test_only_hyphens_that_divide_a_word_are_undone(tmp_path: Path, above: str, below: str, whole: str) -> None:
    width = len(above) * 5
    page = text(40, 600, above) + text(40, 588, below) + ruler(width)
    assert paragraphs(read(tmp_path, page))[0] == whole


@pytest.mark.parametrize(
    ("above", "below", "is_one"),
    [
        ("9. Hướng nghiên cứu: hồi sức; kháng sinh; hồi sức sơ sinh", "10. Quá trình đào tạo", False),
        ("a) Nuôi cấy mô trong nhà màng của các hộ dân ở vùng đệm", "b) Trồng dưới tán rừng", False),
        ("9. Hướng nghiên cứu: hồi sức; kháng sinh; hồi sức từ năm", "10. cho đến nay", True),
        ("9. Hướng nghiên cứu: hồi sức; kháng sinh; theo khoản số", "2. Luật Khám bệnh", True),
    ],
)  # fmt: skip
def test_the_next_number_begins_a_paragraph_also_below_a_full_line(
    tmp_path: Path, above: str, below: str, is_one: bool
) -> None:
    page = text(40, 600, above) + text(40, 588, below) + ruler(len(above) * 5)
    found = paragraphs(read(tmp_path, page))
    assert found[: 1 if is_one else 2] == ([f"{above} {below}"] if is_one else [above, below])


@pytest.mark.parametrize(
    ("above", "below", "elsewhere", "whole"),
    [
        # Seen elsewhere with its hyphen, or in one word.
        ("these sensors are long-", "lived ones", "a long-lived pump", "these sensors are long-lived ones"),
        ("farms depend on the ground-", "water", "ground, water and groundwater", "farms depend on the groundwater"),
        # Both parts are words of the text.
        ("each gateway has a solar-", "battery set", "a solar set or battery", "each gateway has a solar-battery set"),
        ("the farmers did it care-", "fully", "with care and fully", "the farmers did it carefully"),
        ("all of it was meant for in-", "formation", "grown in formation", "all of it was meant for information"),
        # More than two words, and parts that make compounds.
        ("this is a state-of-the-", "art gateway", "", "this is a state-of-the-art gateway"),
        ("these are protocols well-", "known in farms", "", "these are protocols well-known in farms"),
        ("these are models data-", "driven in farms", "", "these are models data-driven in farms"),
        ("of this value all is un-", "known in farms", "", "of this value all is unknown in farms"),
        ("a clinic met the colistin-", "resistant germ", "", "a clinic met the colistin-resistant germ"),
        ("all was sepsis in resource-", "limited clinics", "", "all was sepsis in resource-limited clinics"),
        ("here a film that is photo-", "sensitive now", "", "here a film that is photosensitive now"),
        ("of all these germs the inter-", "related ones", "", "of all these germs the interrelated ones"),
        ("the results of micro-organ-", "isms", "of organisms", "the results of micro-organisms"),
        ("a gateway with a 3-", "phase supply", "", "a gateway with a 3-phase supply"),
        ("all seasons of 2022-", "2023 in farms", "", "all seasons of 2022-2023 in farms"),
    ],
)  # fmt: skip
def test_a_hyphen_at_the_end_of_a_line_stays_where_the_text_shows_a_compound(
    tmp_path: Path, above: str, below: str, elsewhere: str, whole: str
) -> None:
    page = (
        text(40, 600, above) + text(40, 588, below) + text(40, 500, f"Of {elsewhere} we speak") + ruler(len(above) * 5)
    )
    assert paragraphs(read(tmp_path, page))[0] == whole


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(LOREM.split()), min_size=5, max_size=120), st.integers(150, 420))
def test_a_paragraph_set_to_any_width_comes_back_whole(words: list[str], width: int) -> None:
    whole = " ".join(["Đoạn", *words]).replace("; ", " ").replace(".", "") + "."
    page = wrapped(whole, 40, 650, width) + ruler(width)
    document = read_pdf(OpenedFile("a.pdf", ".pdf", make(page)))
    assert paragraphs(document)[0] == whole


# ----------------------------------------------------------------------------------------- running lines


def running(number: int, body: bytes) -> bytes:
    return text(40, 680, "Đề tài cấp tỉnh năm 2026", 8) + body + text(240, 20, f"Trang {number}", 8)


def test_running_headers_footers_and_page_numbers_are_left_out(tmp_path: Path) -> None:
    pages = [running(n, wrapped(f"Phần {n}. {LOREM}", 40, 640, 420)) for n in (1, 2, 3)]
    assert paragraphs(read(tmp_path, *pages)) == [f"Phần {n}. {LOREM}" for n in (1, 2, 3)]


def test_a_single_page_keeps_what_stands_at_its_edges(tmp_path: Path) -> None:
    document = read(tmp_path, running(1, wrapped(LOREM, 40, 640, 420)))
    assert paragraphs(document) == ["Đề tài cấp tỉnh năm 2026", LOREM, "Trang 1"]


def test_a_title_repeated_on_every_form_of_a_file_is_kept(tmp_path: Path) -> None:
    pages = [text(100, 670, "PHIẾU ĐỀ XUẤT", 14, "B") + wrapped(f"Số {n}. {LOREM}", 40, 640, 420) for n in (1, 2)]
    assert paragraphs(read(tmp_path, *pages)).count("PHIẾU ĐỀ XUẤT") == 2


def test_a_sentence_goes_on_over_a_page_break_and_its_running_lines(tmp_path: Path) -> None:
    first, second = (" ".join(part) for part in (broken(LOREM, 420)[:2], broken(LOREM, 420)[2:]))
    pages = [running(1, wrapped(first, 40, 640, 420)), running(2, wrapped(second, 40, 640, 420) + ruler(420))]
    assert paragraphs(read(tmp_path, *pages))[0] == LOREM


def test_a_word_divided_by_a_page_break_is_whole_again(tmp_path: Path) -> None:
    full = broken(LOREM, 420)[0]
    above = f"{full[: len(full) - 12]} technol-".ljust(len(full) - 2)
    pages = [
        running(1, text(40, 640, full) + text(40, 628, full) + text(40, 616, above)),
        running(2, text(40, 640, "ogy of the province.") + ruler(420)),
    ]
    (whole, *_) = paragraphs(read(tmp_path, *pages))
    assert whole.endswith("technology of the province.")


# ------------------------------------------------------------------------------------------------ tables

XS = (40, 70, 250, 460)


def table_page(rows: Sequence[Sequence[str]], top: float = 600) -> bytes:
    drawn = b"".join(
        text(x + 4, top - 20 * n - 14, cell) for n, row in enumerate(rows) for x, cell in zip(XS, row, strict=False)
    )
    return grid(XS, [top - 20 * n for n in range(len(rows) + 1)]) + drawn


def cells(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def test_merged_cells_come_once_with_what_they_span(tmp_path: Path) -> None:
    page = (
        lines((40, 600, 460, 600), (70, 580, 460, 580), (40, 560, 460, 560))
        + lines((40, 600, 40, 560), (70, 600, 70, 560), (250, 580, 250, 560), (460, 600, 460, 560))
        + text(44, 586, "TT")
        + text(80, 586, "Thời gian")
        + text(80, 566, "Bắt đầu")
        + text(260, 566, "Kết thúc")
    )
    (table,) = tables(read(tmp_path, page))
    found = [(c.text, c.row, c.column, c.row_span, c.column_span) for row in table.rows for c in row]
    assert found == [
        ("TT", 0, 0, 2, 1),
        ("Thời gian", 0, 1, 1, 2),
        ("Bắt đầu", 1, 1, 1, 1),
        ("Kết thúc", 1, 2, 1, 1),
    ]
    assert table.rows[1][1].place.cell == "table 1, row 2, column 3"
    assert table.rows[1][1].place.page == 1


@pytest.mark.parametrize(("left", "right"), [(45, 455), (45, 460), (40, 455)])
@pytest.mark.parametrize("bottom", [505, 500])
def test_a_table_in_a_cell_is_told_from_the_cell_though_they_share_borders(
    tmp_path: Path, left: float, right: float, bottom: float
) -> None:
    middle = (left + right) / 2
    people = [("Trần Vũ Hưng", "Thành viên"), ("Lê Thị Hà", "Thư ký")]
    page = (
        lines(*((40, y, 460, y) for y in (600, 580, 500)), (40, 600, 40, 500), (460, 600, 460, 500))
        + lines(*((left, y, right, y) for y in (560, 530, bottom)))
        + lines(*((x, 560, x, bottom) for x in (left, middle, right)))
        + text(48, 586, "8 Chủ nhiệm đề tài: Đặng Hữu Ước")
        + text(48, 566, "12 Cán bộ thực hiện đề tài")
        + b"".join(
            text(x + 5, y, name)
            for y, row in zip((540, 510), people, strict=True)
            for x, name in zip((left, middle), row, strict=True)
        )
    )
    (table,) = tables(read(tmp_path, page))
    assert cells(table) == [["8 Chủ nhiệm đề tài: Đặng Hữu Ước"], ["12 Cán bộ thực hiện đề tài"]]
    (inner,) = table.rows[1][0].tables
    assert cells(inner) == [list(row) for row in people]


@pytest.mark.parametrize("last", [True, False])
def test_a_table_as_wide_as_its_cell_stands_in_the_cell(tmp_path: Path, last: bool) -> None:
    """Beside a label, where no other row of the form has its columns."""
    foot = 520 if last else 540
    page = (
        lines(*((40, y, 460, y) for y in (640, 620, foot, 500)), *((x, 640, x, 500) for x in (40, 150, 460)))
        + lines(*((150, y, 460, y) for y in (600, 580, 560, 540)), *((x, 600, x, 540) for x in (200, 380)))
        + text(48, 626, "Họ và tên")
        + text(160, 626, "Lê Văn Minh")
        + text(48, 606, "Bài báo")
        + text(160, 606, "Đã đăng ở trong nước:")
        + b"".join(
            text(x, y, f"{row}{column}")
            for y, row in ((586, "a"), (566, "b"), (546, "c"))
            for x, column in ((160, 1), (210, 2), (390, 3))
        )
        + (text(160, 526, "và một bài khác") if last else b"")
        + text(48, 506, "Đơn vị")
        + text(160, 506, "Viện Sinh học")
    )
    (table,) = tables(read(tmp_path, page))
    assert [len(row) for row in table.rows] == [2, 2, 2]
    cell = table.rows[1][1]
    assert cell.text.splitlines() == ["Đã đăng ở trong nước:", *(["và một bài khác"] if last else [])]
    (inner,) = cell.tables
    assert cells(inner) == [["a1", "a2", "a3"], ["b1", "b2", "b3"], ["c1", "c2", "c3"]]


def test_a_cell_beside_rows_of_a_table_with_those_columns_is_no_cell_around_one(tmp_path: Path) -> None:
    page = (
        lines(*((40, y, 460, y) for y in (640, 620, 540)), *((x, 640, x, 540) for x in (40, 150, 460)))
        + lines(*((150, y, 460, y) for y in (600, 580, 560)), (300, 640, 300, 620), (300, 600, 300, 540))
        + b"".join(text(x, 626, shown) for x, shown in ((48, "Nhóm"), (160, "Tên"), (310, "Năm")))
        + text(48, 606, "Sấy gỗ")
        + text(160, 606, "Trong tỉnh")
        + b"".join(text(x, y, "một") for y in (586, 566, 546) for x in (160, 310))
    )
    (table,) = tables(read(tmp_path, page))
    assert not any(cell.tables for row in table.rows for cell in row)


def test_a_header_over_a_wide_column_without_a_border_between_is_no_cell_around_a_table(tmp_path: Path) -> None:
    page = (
        lines((40, 600, 460, 600), (150, 580, 460, 580), (150, 560, 460, 560), (40, 540, 460, 540))
        + lines((40, 600, 40, 540), (150, 580, 150, 540), (300, 580, 300, 540), (460, 600, 460, 540))
        + text(48, 586, "Kinh phí")
        + b"".join(text(x, y, "một") for x in (160, 310) for y in (566, 546))
    )
    (table,) = tables(read(tmp_path, page))
    assert not any(cell.tables for row in table.rows for cell in row)


def test_a_table_goes_on_over_a_page_break_without_its_header_again(tmp_path: Path) -> None:
    header = ("TT", "Nội dung", "Sản phẩm")
    rows = [(str(n), f"Nội dung {n}", f"Báo cáo {n}") for n in range(1, 9)]
    (table,) = tables(read(tmp_path, table_page([header, *rows[:4]]), table_page([header, *rows[4:]])))
    assert cells(table) == [list(row) for row in (header, *rows)]
    assert [row[0].row for row in table.rows] == list(range(9))
    assert [row[0].place.page for row in table.rows] == [1] * 5 + [2] * 4


def test_a_row_divided_by_a_page_break_is_one_row(tmp_path: Path) -> None:
    before = [("TT", "Nội dung", "Sản phẩm"), ("1", "Khảo sát", "Báo cáo"), ("2", "Thiết kế thiết bị đo và", "Bản vẽ")]
    after = [("", "truyền dữ liệu", ""), ("3", "Thử nghiệm", "Biên bản")]
    (table,) = tables(read(tmp_path, table_page(before), table_page(after)))
    assert cells(table)[2:] == [
        ["2", "Thiết kế thiết bị đo và truyền dữ liệu", "Bản vẽ"],
        ["3", "Thử nghiệm", "Biên bản"],
    ]


def test_text_between_two_tables_keeps_them_apart(tmp_path: Path) -> None:
    rows = [("1", "Máy đo", "Cái"), ("2", "Máy tính", "Bộ")]
    document = read(tmp_path, table_page(rows), text(40, 640, "Bảng 2") + table_page(rows))
    assert [type(block).__name__ for block in document.blocks] == ["Table", "Paragraph", "Table"]


def test_a_frame_around_the_page_is_no_table(tmp_path: Path) -> None:
    page = b"20 20 460 660 re S\n" + wrapped(LOREM, 40, 640, 420) + table_page([("1", "Máy đo", "Cái")] * 2, 500)
    document = read(tmp_path, page)
    assert paragraphs(document) == [LOREM]
    assert len(tables(document)) == 1


def test_drawn_check_boxes_are_ticked_or_not(tmp_path: Path) -> None:
    page = (
        b"40 598 10 10 re S 140 598 10 10 re S\n"
        + text(42, 600, "x", 8)
        + text(55, 600, "Có")
        + text(155, 600, "Không")
    )
    assert paragraphs(read(tmp_path, page)) == ["☒ Có\t☐ Không"]


def test_what_was_filled_into_form_fields_is_read(tmp_path: Path) -> None:
    """The values of fields stand in drawings of their own, which belong to no page."""
    fonts = b"/Resources<</Font<</F 10 0 R>>>>"
    field = b"<</Type/Annot/Subtype/Widget/P 40 0 R/F 4"
    drawing = b"/Type/XObject/Subtype/Form/BBox[0 0 200 17]" + fonts
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[50 0 R 52 0 R]>>>>",
        2: b"<</Type/Pages/Kids[40 0 R]/Count 1>>",
        **font(10, "Serif"),
        40: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 700]/Contents 41 0 R/Annots[50 0 R 52 0 R]%s>>" % fonts,
        41: stream(text(40, 600, "Họ và tên:") + text(60, 580, "Đồng ý")),
        50: field + b"/FT/Tx/T(name)/V(x)/Rect[100 595 300 612]/AP<</N 51 0 R>>>>",
        51: stream(text(2, 5, "Lê Văn Minh"), drawing),
        52: field + b"/FT/Btn/T(c)/V/Yes/AS/Yes/Rect[40 578 52 590]/AP<</N<</Yes 53 0 R/Off 54 0 R>>>>>>",
        53: stream(b"0.5 0.5 11 11 re S " + text(3, 3, "x", 8), drawing.replace(b"200 17", b"12 12")),
        54: stream(b"0.5 0.5 11 11 re S", drawing.replace(b"200 17", b"12 12")),
    }
    path = tmp_path / "filled.pdf"
    path.write_bytes(pdf(objects))
    assert paragraphs(read_document(path)) == ["Họ và tên: Lê Văn Minh", "☒ Đồng ý"]


# -------------------------------------------------------------------------------- what cannot be read


def picture(width: float = 480, height: float = 680) -> bytes:
    return f"q {width} 0 0 {height} 10 10 cm /I Do Q\n".encode()


def test_a_scanned_page_among_others_is_named_and_the_others_are_kept(tmp_path: Path) -> None:
    document = read(tmp_path, wrapped(LOREM, 40, 640, 420), picture())
    assert paragraphs(document) == [LOREM]
    (problem,) = document.problems
    assert problem.place.page == 2
    assert "Page 2 is a picture" in str(problem)


def test_text_that_a_scanner_hid_behind_its_picture_is_marked_as_such(tmp_path: Path) -> None:
    document = read(tmp_path, picture() + b"3 Tr\n" + wrapped(LOREM, 40, 640, 420))
    (block,) = document.blocks
    assert isinstance(block, Paragraph)
    assert block.text == LOREM
    assert block.recovery.by_ocr
    assert block.recovery.confidence < 1


def test_progress_is_told_page_by_page() -> None:
    told: list[tuple[int, int]] = []
    read_pdf(
        OpenedFile("a.pdf", ".pdf", make(*[wrapped(LOREM, 40, 640, 420)] * 3)),
        lambda done, total: told.append((done, total)),
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_run_in_an_old_font_is_decoded_beside_unicode(tmp_path: Path) -> None:
    page = text(40, 600, "Tªn nhiÖm vô:", font="L") + text(110, 600, "Công ty Phát Uyên")
    (block,) = read(tmp_path, page).blocks
    assert isinstance(block, Paragraph)
    assert block.text == "Tên nhiệm vụ: Công ty Phát Uyên"
    assert block.recovery.charset == "tcvn3"


@pytest.mark.parametrize("pages", [301, 1000])
def test_too_many_pages_are_refused(tmp_path: Path, pages: int) -> None:
    with pytest.raises(FileRefused, match=f"{pages} pages; at most 300"):
        read(tmp_path, *[b""] * pages)


def encrypted(password: str) -> bytes:
    """The empty-looking file that a password other than the empty one opens: only its lock is real."""
    lock = b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (
        b"41" * 32,
        password.encode().hex().ljust(64, "0").encode(),
    )
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 0>>", 3: lock}
    return pdf(objects).replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 3 0 R/ID[<00><00>]")


def test_a_password_is_named(tmp_path: Path) -> None:
    path = tmp_path / "locked.pdf"
    path.write_bytes(encrypted("secret"))
    with pytest.raises(FileRefused, match="password"):
        read_document(path)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.7])
def test_a_file_that_was_cut_off_never_crashes(shared: Path, tmp_path: Path, share: float) -> None:
    raw = (shared / "samples/cv.pdf").read_bytes()
    path = tmp_path / "cut.pdf"
    path.write_bytes(raw[: int(len(raw) * share)])
    with pytest.raises(FileRefused, match="damaged"):
        read_document(path)


def test_a_page_with_too_much_on_it_is_named_and_the_others_are_kept(tmp_path: Path) -> None:
    document = read(
        tmp_path, b"".join(text(40, 600 - n, "abcdefghij" * 10, 1) for n in range(500)), wrapped(LOREM, 40, 640, 420)
    )
    assert paragraphs(document) == [LOREM]
    assert "Page 1 holds too many letters" in str(document.problems[0])


def test_a_page_with_too_many_lines_gives_its_plain_text(tmp_path: Path) -> None:
    document = read(
        tmp_path, lines(*[(0, n % 700, 9, n % 700) for n in range(31_000)]) + text(40, 600, "Bản đồ quy hoạch")
    )
    assert paragraphs(document) == ["Bản đồ quy hoạch"]
    assert "plain text" in str(document.problems[0])
