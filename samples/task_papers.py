"""The forms of research tasks: statement, information sheet, order, suggestion; and what is filled into them."""

from __future__ import annotations

from form import Entries, Form, fill, lines
from invented import FIELD_NAMES, invent
from paper import Box, Grid, Line, Paper, letterhead, signature
from papers import DEPARTMENT, Source, thousands, tick

_FIELDS = ("Tự nhiên", "Kỹ thuật và công nghệ", "Y, dược", "Nông nghiệp", "Xã hội", "Nhân văn")
_KINDS = ("Nghiên cứu cơ bản", "Nghiên cứu ứng dụng", "Phát triển công nghệ", "Phát triển giải pháp xã hội")
_LEVELS = ("Quốc gia", "Bộ", "Tỉnh", "Cơ sở")
_STATE_SHARE = 0.7
_MEMBERS = Entries(
    "members",
    (
        ("TT", "number", 1.2),
        ("Họ và tên", "name", 5.3),
        ("Tổ chức công tác", "organisation", 6.5),
        ("Vai trò", "role", 3.5),
    ),
)
_GENERAL = (
    ("Tên nhiệm vụ", "{title}"),
    ("Mã số", "{code}"),
    ("Thời gian thực hiện", "{time}"),
    ("Tổng kinh phí", "{money}"),
    ("Lĩnh vực", "{fields}"),
    ("Chủ nhiệm nhiệm vụ", "Họ và tên: {lead}\nĐiện thoại: {private.mobile}\nE-mail: {private.mail}"),
    ("Tổ chức chủ trì", "Tên tổ chức: {organisation}\nĐiện thoại: {host.landline}"),
    ("Địa bàn thực hiện", "{place_written}"),
    ("Tình trạng", "{status}"),
)

# Thuyết minh nhiệm vụ: a table of general items, then numbered sections.
STATEMENT = Form(
    "Thuyết minh {code}",
    (
        letterhead(DEPARTMENT),
        Line("THUYẾT MINH NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ CẤP TỈNH", "title"),
        Line("I. THÔNG TIN CHUNG VỀ NHIỆM VỤ", "heading"),
        Grid(
            tuple((Box(str(number)), Box(name), Box(value)) for number, (name, value) in enumerate(_GENERAL, 1)),
            (1.2, 4.8, 10.5),
        ),
        Line("10. Danh sách cá nhân tham gia", "subheading"),
        _MEMBERS,
        Line("II. NỘI DUNG KHOA HỌC VÀ CÔNG NGHỆ", "heading"),
        Line("11. Tính cấp thiết của nhiệm vụ", "subheading"),
        Line("{urgency}"),
        Line("12. Mục tiêu của nhiệm vụ", "subheading"),
        Line("{objectives}"),
        Line("13. Nội dung nghiên cứu", "subheading"),
        Line("{content}"),
        Line("III. SẢN PHẨM CỦA NHIỆM VỤ", "heading"),
        Line("14. Sản phẩm khoa học và công nghệ", "subheading"),
        Line("{products}"),
        Line("15. Khả năng và địa chỉ ứng dụng", "subheading"),
        Line("{application}"),
        Line("IV. KINH PHÍ THỰC HIỆN", "heading"),
        Entries(
            "costs",
            (
                ("Khoản chi", "name", 6.5),
                ("Tổng số (triệu đồng)", "total", 3.5),
                ("Ngân sách nhà nước", "state", 3.5),
                ("Nguồn khác", "other", 3.0),
            ),
        ),
        signature("Sông Trà, ngày 15 tháng 5 năm {year_from}", "CHỦ NHIỆM NHIỆM VỤ"),
    ),
)

# Phiếu thông tin nhiệm vụ đang tiến hành, Mẫu 1 of Thông tư 14/2014/TT-BKHCN.
INFORMATION_SHEET = Form(
    "Phiếu thông tin {code}",
    (
        Line("Mẫu 1. Phiếu thông tin nhiệm vụ đang tiến hành", "right"),
        Line("(Ban hành kèm theo Thông tư số 14/2014/TT-BKHCN)", "right"),
        letterhead("{office}"),
        Line("PHIẾU THÔNG TIN VỀ NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ ĐANG TIẾN HÀNH", "title"),
        *lines(
            "1. Tên nhiệm vụ: {title}",
            "2. Cấp nhiệm vụ: {level}",
            f"3. Mức độ bảo mật: {tick(('Bình thường', 'Mật', 'Tối mật', 'Tuyệt mật'), 'Bình thường')}",
            "4. Mã số nhiệm vụ: {code}",
            "5. Tên tổ chức chủ trì: {organisation}",
            "Điện thoại: {host.landline}",
            "6. Cơ quan chủ quản: Ủy ban nhân dân tỉnh Sông Trà",
            "7. Chủ nhiệm nhiệm vụ:",
            "Họ và tên: {lead}",
            "Ngày, tháng, năm sinh: {private.birth_date}",
            "Điện thoại: {private.mobile}\tE-mail: {private.mail}",
            "8. Danh sách cá nhân tham gia:",
        ),
        _MEMBERS,
        *lines(
            "9. Mục tiêu nghiên cứu:",
            "{objectives}",
            "10. Tóm tắt nội dung nghiên cứu chính:",
            "{content}",
            "11. Lĩnh vực nghiên cứu: {field}",
            "12. Sản phẩm khoa học và công nghệ dự kiến:",
            "{products}",
            "13. Địa chỉ và quy mô ứng dụng dự kiến:",
            "{application}",
            "14. Địa bàn thực hiện: {place_written}",
            "15. Thời gian thực hiện: {time}",
            "16. Kinh phí thực hiện: {money}",
            "17. Quyết định phê duyệt: số {decision}/QĐ-UBND ngày 20 tháng 4 năm {year_from}",
            "18. Tình trạng thực hiện: {status}",
        ),
        signature("Sông Trà, ngày 10 tháng 6 năm {year_from}", "XÁC NHẬN CỦA TỔ CHỨC CHỦ TRÌ"),
    ),
)

# Phiếu đặt hàng nhiệm vụ, Mẫu I.01-ĐHNV.
ORDER = Form(
    "Phiếu đặt hàng {code}",
    (
        Line("Mẫu I.01-ĐHNV", "right"),
        letterhead(DEPARTMENT),
        Line("PHIẾU ĐẶT HÀNG NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ", "title"),
        Line("Mã hồ sơ: {code}", "centred"),
        *lines(
            "1. Tên nhiệm vụ: {title}",
            "2. Lĩnh vực khoa học và công nghệ: {fields}",
            "3. Loại hình nhiệm vụ: {kind}",
            "4. Căn cứ đề xuất: Kế hoạch khoa học và công nghệ hằng năm của tỉnh Sông Trà.",
            "5. Tính cấp thiết của việc thực hiện nhiệm vụ",
            "{urgency}",
            "6. Mục tiêu của nhiệm vụ",
            "{objectives}",
            "7. Nội dung chính",
            "{content}",
            "8. Sản phẩm dự kiến",
            "{products}",
            "9. Khả năng và địa chỉ ứng dụng",
            "{application}",
            "10. Dự kiến kinh phí: {money}",
            "11. Thời gian thực hiện: {time}",
            "12. Tổ chức chủ trì (đề xuất): {organisation}",
            "13. Chủ nhiệm nhiệm vụ (dự kiến): {lead}",
            "14. Cá nhân tham gia:",
        ),
        _MEMBERS,
        *lines(
            "15. Địa bàn thực hiện: {place_written}",
            "16. Tình trạng: {status}",
            "17. Thông tin liên hệ",
            "Điện thoại: {private.landline}\tE-mail: {private.mail}",
        ),
        signature("Sông Trà, ngày 02 tháng 3 năm {year_before}", "THỦ TRƯỞNG ĐƠN VỊ ĐẶT HÀNG"),
    ),
)

# Phiếu đề xuất nhiệm vụ, Mẫu A3-ĐXNV of Thông tư 03/2017/TT-BKHCN.
SUGGESTION = Form(
    "Phiếu đề xuất {code}",
    (
        Line("Mẫu A3-ĐXNV", "right"),
        Line("(Ban hành kèm theo Thông tư số 03/2017/TT-BKHCN)", "right"),
        letterhead("{office}"),
        Line("PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ CẤP TỈNH", "title"),
        Line("(Không quá 6 trang giấy khổ A4)", "note"),
        Line("1. Tên nhiệm vụ:", "subheading"),
        *lines("{title}", "2. Mã hồ sơ: {code}"),
        Line("3. Tính cấp thiết của nhiệm vụ:", "subheading"),
        Line("{urgency}"),
        Line("4. Mục tiêu của nhiệm vụ:", "subheading"),
        Line("{objectives}"),
        Line("5. Các nội dung chính:", "subheading"),
        Line("{content}"),
        Line("6. Sản phẩm của nhiệm vụ:", "subheading"),
        Line("{products}"),
        Line("7. Dự kiến tổ chức, cơ quan hoặc địa chỉ ứng dụng các kết quả tạo ra:", "subheading"),
        *lines(
            "{application}",
            "8. Thời gian thực hiện: {time}",
            "9. Dự kiến nhu cầu kinh phí: {money}",
            "10. Lĩnh vực: {field}",
            "11. Tổ chức chủ trì: {organisation}",
            "12. Chủ nhiệm: {lead}",
            "13. Thành viên tham gia:",
        ),
        _MEMBERS,
        *lines("14. Địa bàn thực hiện: {place_written}", "15. Trạng thái: {status}"),
        signature("Sông Trà, ngày 12 tháng 2 năm {year_before}", "TỔ CHỨC, CÁ NHÂN ĐỀ XUẤT"),
    ),
)


def fill_in(form: Form, task: Source) -> Paper:
    """One of the four forms, filled in for this task."""
    code, first = task["field_code"], task["year_from"]
    values = {
        **task,
        **task["sections"],
        "private": invent(task["lead"]),
        "host": invent(task["organisation"]),
        "office": task["organisation"].upper(),
        "field": f"{code} – {FIELD_NAMES[code]}",
        "fields": tick(_FIELDS, _FIELDS[int(code[0]) - 1]),
        "kind": tick(_KINDS, _KINDS[3] if code[0] in "56" else _KINDS[1]),
        "level": tick(_LEVELS, "Cơ sở" if "CS" in task["code"] else "Tỉnh"),
        "time": f"{(task['year_to'] - first) * 12} tháng (từ tháng 06/{first} đến tháng 05/{task['year_to']})",
        "money": _money_of(task),
        "decision": len(task["title"]) * 7,
        "year_before": first - 1,
    }
    members = [
        {"name": name, "organisation": task["organisation"], "role": "Thành viên chính"} for name in task["members"]
    ]
    return fill(form, values, {"members": members, "costs": _costs_of(task)})


def _money_of(task: Source) -> str:
    total = task["budget_trieu"]
    state = round(total * _STATE_SHARE / 10) * 10
    return (
        f"{thousands(total)} triệu đồng, trong đó ngân sách nhà nước: {thousands(state)} triệu đồng; "
        f"nguồn khác: {thousands(total - state)} triệu đồng"
    )


def _costs_of(task: Source) -> list[dict[str, str]]:
    total = task["budget_trieu"]
    labour, goods = round(total * 0.45), round(total * 0.3)
    costs = {
        "Công lao động trực tiếp": labour,
        "Nguyên vật liệu, năng lượng": goods,
        "Chi khác": total - labour - goods,
    }
    rows = [(name, cost, round(cost * _STATE_SHARE)) for name, cost in costs.items()]
    rows.append(("Tổng cộng", total, sum(state for _, _, state in rows)))
    return [
        {"name": name, "total": thousands(cost), "state": thousands(state), "other": thousands(cost - state)}
        for name, cost, state in rows
    ]
