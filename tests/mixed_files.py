"""Thirty files as an officer has them on the desk: forms, lists, notes in an old coding, and damaged ones."""

from __future__ import annotations

from io import BytesIO

from form_files import make_docx
from old_codings import encode, to_bytes
from openpyxl import Workbook

TROUBLES = (
    "Giảm nứt gỗ cao su khi sấy",
    "Nước ao nuôi tôm thẻ bị đục sau mưa",
    "Xử lý nước thải dệt nhuộm có màu",
    "Máy tách hạt tiêu lẫn tạp chất",
    "Kéo dài thời gian giữ tươi măng cụt",
    "Khử mùi trại heo gần khu dân cư",
    "Tái chế xỉ lò gốm làm gạch không nung",
    "Tự động cân và đóng gói hạt điều",
    "Cảnh báo sớm bệnh trên cây có múi",
    "Tiết kiệm điện cho kho lạnh thủy sản",
)
OLD_NOTE = "Biên bản buổi làm việc số {number} về lò nung gốm: nhiệt độ không đều, sản phẩm bị rạn men."
DAMAGED = {
    "hong 1.docx": b"PK\x03\x04 broken",
    "hong 2.xlsx": b"PK\x03\x04",
    "hong 3.pdf": b"%PDF-1.7\n%%EOF",
    "hong 4.exe": b"MZ\x90\x00\x00",
    "hong 5.png": b"\x89PNG\r\n\x1a\n",
}
GOOD, BAD, FILES = 25, 5, 30
RECORDS = 10 + 6 * 3 + 9


def thirty_files() -> dict[str, bytes]:
    """name → content: 10 need forms (DOCX), 6 lists of 3 tasks each (XLSX), 9 notes in TCVN3, 5 damaged files."""
    files: dict[str, bytes] = {}
    for number, trouble in enumerate(TROUBLES):
        files[f"Phiếu nhu cầu {number + 1:02}.docx"] = _form(number, trouble)
        if number < 9:
            note = "\n".join([OLD_NOTE.format(number=number), f"Thống nhất thử lại với {number + 2} mẻ gốm sứ."])
            files[f"bien ban {number + 1}.txt"] = to_bytes(encode(note, "tcvn3"), "tcvn3")
        if number < 6:
            files[f"Danh sách nhiệm vụ {number + 1}.xlsx"] = _list(number)
    files |= DAMAGED
    assert len(files) == FILES
    return files


def _form(number: int, trouble: str) -> bytes:
    docx = make_docx(
        "PHIẾU ĐĂNG KÝ NHU CẦU CÔNG NGHỆ",
        f"Tên doanh nghiệp: Công ty TNHH Mẫu {number + 1}",
        f"Tên vấn đề cần giải quyết: {trouble}",
        "Địa chỉ: Thủ Dầu Một",
        f"Kinh phí dự kiến: {number + 2}00 triệu đồng",
        f"Mô tả hiện trạng: {trouble} làm hao hụt mỗi tháng {number + 3} phần trăm sản lượng của xưởng.",
        "Điều mong muốn nhất: có người đến xem tận nơi",
    )
    content = BytesIO()
    docx.save(content)
    return content.getvalue()


def _list(number: int) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(["TT", "Tên nhiệm vụ", "Cơ quan chủ trì", "Kinh phí (triệu đồng)", "Mã số"])
    for row in range(3):
        what = TROUBLES[(number * 3 + row) % len(TROUBLES)].lower()
        title = f"Nghiên cứu {what} giai đoạn {number * 3 + row + 1}"
        sheet.append([row + 1, title, "Trường Đại học Mẫu", 500 + row, f"NV-2026-{number * 3 + row:03}"])
    content = BytesIO()
    book.save(content)
    return content.getvalue()
