"""Several forms in one file: each becomes a record of its own, and what only repeats a title begins nothing."""

from __future__ import annotations

from pathlib import Path

from form_files import make_docx, only, read_docx, read_text, section_of

from ingest.records import Person

_TITLE = "PHIẾU ĐỀ XUẤT NHIỆM VỤ KHOA HỌC VÀ CÔNG NGHỆ"


def _proposal(title: str, lead: str, budget: int) -> list[str]:
    return [
        f"1. Tên nhiệm vụ: {title}",
        f"2. Chủ nhiệm: {lead}",
        "3. Mục tiêu: Tăng thu nhập",
        f"4. Kinh phí: {budget} triệu đồng",
    ]


def test_two_forms_under_their_titles(tmp_path: Path) -> None:
    first, second = _proposal("Trồng gừng", "ThS. Lê Thị Hoa", 200), _proposal("Nuôi dê", "KS. Trần Văn Bình", 350)
    letterhead = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    docx = make_docx(*letterhead, _TITLE, *first, *letterhead, _TITLE, *second)
    records = read_docx(docx, tmp_path).records
    assert [(one.title, one.facts.budget_vnd) for one in records] == [
        ("Trồng gừng", 200_000_000),
        ("Nuôi dê", 350_000_000),
    ]
    assert [one.facts.people for one in records] == [
        (Person("Lê Thị Hoa", "lead"),),
        (Person("Trần Văn Bình", "lead"),),
    ]
    assert not any("CỘNG HÒA" in section.text for one in records for section in one.sections)


def test_two_forms_whose_titles_are_lost(tmp_path: Path) -> None:
    lines = [*_proposal("Trồng gừng", "ThS. Lê Thị Hoa", 200), *_proposal("Nuôi dê", "KS. Trần Văn Bình", 350)]
    records = read_text("\n".join(lines), tmp_path).records
    assert [(one.kind, one.title) for one in records] == [("proposal", "Trồng gừng"), ("proposal", "Nuôi dê")]


def test_a_proposal_with_the_life_of_its_leader(tmp_path: Path) -> None:
    life = [
        "LÝ LỊCH KHOA HỌC",
        "1. Họ và tên: Lê Thị Hoa",
        "2. Đơn vị công tác: Viện Cây Xanh",
        "3. Hướng nghiên cứu: cây gia vị",
    ]
    docx = make_docx(_TITLE, *_proposal("Trồng gừng", "ThS. Lê Thị Hoa", 200), *life)
    proposal, scientist = read_docx(docx, tmp_path).records
    assert (proposal.kind, proposal.title) == ("proposal", "Trồng gừng")
    assert (scientist.kind, scientist.title) == ("scientist", "Lê Thị Hoa")
    assert section_of(scientist, "research") == "cây gia vị"
    asked = only(read_docx(docx, tmp_path, "proposal"))
    assert asked.title == "Trồng gừng"


def test_a_cover_that_repeats_the_title_begins_nothing(tmp_path: Path) -> None:
    cover = ["THUYẾT MINH ĐỀ TÀI", "Tên đề tài: Trồng gừng", "Tổ chức chủ trì: Viện Cây Xanh"]
    docx = make_docx(*cover, "THUYẾT MINH ĐỀ TÀI", "1. Tên đề tài: Trồng gừng", "2. Mục tiêu: Tăng thu nhập")
    record = only(read_docx(docx, tmp_path))
    assert (record.title, record.facts.organisation) == ("Trồng gừng", "Viện Cây Xanh")


def test_an_empty_form_behind_a_form_begins_nothing(tmp_path: Path) -> None:
    docx = make_docx(_TITLE, *_proposal("Trồng gừng", "ThS. Lê Thị Hoa", 200), _TITLE, "1. Tên nhiệm vụ: ........")
    assert only(read_docx(docx, tmp_path)).title == "Trồng gừng"


def test_members_and_works_begin_no_form(tmp_path: Path) -> None:
    members = [["TT", "Họ và tên", "Đơn vị công tác"], ["1", "Lê Thị Hoa", "Viện A"], ["2", "Trần Văn Bình", "Viện B"]]
    more = ["5. Tổng quan:", "Tên đề tài: Nuôi dê", "Chủ nhiệm: Trần Văn Bình", "Mục tiêu: Giống dê"]
    docx = make_docx(_TITLE, *_proposal("Trồng gừng", "ThS. Lê Thị Hoa", 200), "Thành viên", members, *more)
    assert only(read_docx(docx, tmp_path)).title == "Trồng gừng"


def test_forms_laid_out_as_tables(tmp_path: Path) -> None:
    def table(title: str) -> list[list[str]]:
        return [[_TITLE, ""], ["Tên nhiệm vụ", title], ["Mục tiêu", "Tăng thu nhập"], ["Kinh phí", "200 triệu đồng"]]

    records = read_docx(make_docx(table("Trồng gừng"), "", table("Nuôi dê")), tmp_path).records
    assert [one.title for one in records] == ["Trồng gừng", "Nuôi dê"]


def test_forms_that_are_numbered_in_a_row(tmp_path: Path) -> None:
    lines = [
        *("1. Tên nhiệm vụ: Trồng gừng", "Chủ nhiệm: TS. Lê Thị Hoa", "Kinh phí: 200 triệu đồng"),
        *("2. Tên nhiệm vụ: Nuôi dê", "Chủ nhiệm: TS. Trần Văn Bình", "Kinh phí: 350 triệu đồng"),
    ]
    records = read_text("\n".join(lines), tmp_path).records
    assert [(one.title, one.facts.budget_vnd) for one in records] == [
        ("Trồng gừng", 200_000_000),
        ("Nuôi dê", 350_000_000),
    ]
