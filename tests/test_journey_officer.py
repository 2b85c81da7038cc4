"""The officer's journey: from thirty files to a decision, in a real browser, with bundled samples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from journey_case import follow, look, press, see, served, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PROVINCE = Path(__file__).parents[1] / "samples" / "province"
EMAIL = "can.bo@so.vn"
NEED = "Gỗ bị cong, nứt khi sấy, phải bỏ nhiều"
PROPOSAL = "Phiếu đề xuất ĐX.2025-09.docx"
FILES = [
    *(
        f"nha-khoa-hoc/Lý lịch khoa học - {name}.docx"
        for name in (
            "Huỳnh Tấn Lượng",
            "Vương Quốc Thịnh",
            "Đinh Công Hậu",
            "Lâm Chí Hòa",
            "Dương Văn Quý",
            "Kiều Văn Đạt",
            "Mai Xuân Kỳ",
            "Trịnh Văn Khải",
            "Nguyễn Hoài Phương Thảo",
            "Hồ Ngọc Diễm",
            "Võ Ngọc Trâm",
        )
    ),
    "nha-khoa-hoc/Lý lịch khoa học - Châu Mỹ Uyên.html",
    "nha-khoa-hoc/Lý lịch khoa học - Hoàng Đình Vỹ.html",
    *(f"nhiem-vu/Thuyết minh ĐT.{code}.docx" for code in ("2020-01", "2020-05", "2020-09", "2022-02")),
    f"nhiem-vu/{PROPOSAL}",
    "nhiem-vu/Phiếu đặt hàng ĐX.2026-02.docx",
    "nhiem-vu/Danh mục nhiệm vụ KH&CN tỉnh Sông Trà.xlsx",
    *(
        f"nhu-cau/Phiếu nhu cầu công nghệ - {name}"
        for name in (
            "Công ty TNHH Gỗ Khê Thượng.docx",
            "Công ty Cổ phần May Trà Vân.docx",
            "Hợp tác xã Sơn mài Tân Khương.docx",
            "Cơ sở Cơ khí Bảy Thới.docx",
        )
    ),
    "to-chuc/Danh mục tổ chức tỉnh Sông Trà.xlsx",
    "tai-lieu/Sổ tay cho doanh nghiệp nhỏ - giữ cái tên, giữ cái cân.md",
    "tai-lieu/Hướng dẫn kỹ thuật quản lý nước tưới và sức khỏe bộ rễ vườn cây ăn quả trong mùa.txt",
]
TWIN = "link[rel=alternate][type='application/json']"
BAD = "Bản quét hỏng.docx"
PRINTED = "Phiếu nhu cầu công nghệ - Công ty TNHH Gốm gia dụng Hạnh Lam"
# The province of the samples is invented; these two firms are in places that there are.
LIST = "Nhu cầu của hai xưởng nhuộm.csv"
ROWS = """Tên doanh nghiệp;Tên vấn đề cần giải quyết;Mô tả hiện trạng;Địa bàn
Công ty TNHH Nhuộm Bến Nghé;Nước thải dệt nhuộm còn màu;Xử lý vi sinh xong nước vẫn đỏ;Thành phố Hồ Chí Minh
Công ty TNHH Dệt Trảng Bom;Nước thải dệt nhuộm có độ kiềm cao;Nước thải dệt nhuộm đo pH 11;tỉnh Đồng Nai
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[str]:
    people = {EMAIL: ("Trần Thị Cán Bộ", "officer", None)}
    with served(tmp_path_factory.mktemp("officer") / "data", model_folder, [], people) as address:
        yield address


def test_an_officer_goes_from_files_to_a_decision(browser: Browser, address: str, tmp_path: Path) -> None:
    page = sign_in(browser, address, EMAIL)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    drop_files(page, address, tmp_path)
    correct_a_value(page)
    search(page, address)
    need = read_candidates(page, address)
    build_a_team_and_draft_the_order(page, need)
    check_a_proposal(page, address)
    decide_and_take_back(page, address, need)
    assert complaints == []
    page.close()


def drop_files(page: Page, address: str, folder: Path) -> None:
    """Thirty files of all kinds, one of them damaged; the page tells of each as it is read."""
    damaged, listed = folder / BAD, folder / LIST
    damaged.write_bytes(b"PK\x03\x04 no longer a document")
    listed.write_text(ROWS, "utf-8-sig")
    page.goto((PROVINCE / "nhu-cau" / f"{PRINTED}.html").as_uri())
    page.pdf(path=folder / f"{PRINTED}.pdf")
    page.goto(f"{address}/tai-len")
    files = [*(PROVINCE / name for name in FILES), folder / f"{PRINTED}.pdf", listed, damaged]
    page.locator("#files").set_input_files(files)
    page.wait_for_url("**/viec/*")
    rows, done = page.locator(".file-row"), page.locator(".file-row[data-state=done]")
    assert rows.count() == 30
    done.first.wait_for(timeout=60_000)
    assert done.count() < 29, "some are read while others wait"
    look(page, "can-bo-01-tien-do")
    see(page, "Xong 30/30 tệp", 180)
    assert done.count() == 29
    failed = page.locator(".file-row[data-state=failed]")
    assert failed.count() == 1
    assert BAD in failed.inner_text()
    look(page, "can-bo-02-tep")


def correct_a_value(page: Page) -> None:
    """A value that was read, beside the words or the picture it was read from, is corrected, and says so."""
    job = page.url
    page.locator(".file-row", has_text=f"{PRINTED}.pdf").locator(".stored").get_by_role("link").first.click()
    page.get_by_role("link", name="Xem và sửa từng giá trị").click()
    value = page.locator("#title")
    picture = value.locator(".origin img")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("one => one.complete && one.naturalWidth > 50", arg=picture.element_handle())
    value.locator("summary").click()
    value.locator("[name=moi]").fill("Men gốm gia dụng không chì, nung thấp")
    with page.expect_navigation():
        value.get_by_role("button", name="Lưu", exact=True).click()
    assert "Men gốm gia dụng không chì, nung thấp" in value.inner_text()
    look(page, "can-bo-03-sua-canh-anh")
    page.goto(job)
    page.locator(".file-row", has_text=PROPOSAL).get_by_role("link").first.click()
    see(page, "Xem và sửa từng giá trị")
    follow(page, page.get_by_role("link", name="Xem và sửa từng giá trị"))
    value = page.locator("#facts-budget_vnd")
    assert PROPOSAL in value.locator(".origin").inner_text()
    value.locator("summary").click()
    value.locator("[name=moi]").fill("1.250 triệu đồng")
    with page.expect_navigation():
        value.get_by_role("button", name="Lưu", exact=True).click()
    assert "1.250" in value.inner_text()
    assert "do người sửa" in value.inner_text()
    look(page, "can-bo-03-sua")


def search(page: Page, address: str) -> None:
    """Words without accents find those with accents; what is found is narrowed by each facet."""
    page.goto(f"{address}/")
    page.get_by_role("searchbox").fill("xu ly nuoc thai det nhuom")
    press(page, "Tìm")
    see(page, "Có phải bạn tìm")
    assert page.locator(".notice", has_text="Có phải bạn tìm").get_by_role("link").inner_text() == (
        "xử lý nước thải dệt nhuộm"
    )
    assert "dệt nhuộm" in page.locator(".hit mark").all_inner_texts()
    assert page.get_by_role("link", name="Nhu cầu doanh nghiệp", exact=True).count(), "results are narrowed by kind"
    page.locator(".facets summary").click()
    aspects = page.locator(".facets section").get_by_role("heading").all_inner_texts()
    assert aspects == ["Lĩnh vực", "Địa bàn", "Năm", "Mức sẵn sàng (TRL)"]
    look(page, "can-bo-04-tim")
    follow(page, page.locator(".facets").get_by_role("link", name="Đồng Nai"))
    page.locator(".facets .chosen").wait_for()
    assert page.locator(".hit h2").all_inner_texts() == ["Nước thải dệt nhuộm có độ kiềm cao"]


def read_candidates(page: Page, address: str) -> str:
    """Who fits a need, house by house, with what speaks for it, what is missing and how sure that is."""
    page.goto(f"{address}/ho-so?loai=need")
    follow(page, page.get_by_role("link", name=NEED))
    need = page.url
    follow(page, page.get_by_role("link", name="Nhà khoa học", exact=True).first)
    for tab in ("Cơ quan, tổ chức", "Nhiệm vụ", "Nhà khoa học"):
        follow(page, page.get_by_role("main").get_by_role("link", name=tab, exact=True))
        page.locator(".tabs [aria-current]", has_text=tab).wait_for()
        assert page.locator(".pairing").count(), tab
        assert page.locator(".pairing .signals").count()
    assert page.locator(".pairing").count() >= 5
    assert page.locator(".pairing .evidence mark").count()
    assert page.locator(".pairing .missing li").count()
    assert page.locator(".pairing .tag").filter(has_text="Chưa đủ căn cứ").count()
    see(page, "Khả năng hợp chưa được hiệu chuẩn")
    look(page, "can-bo-05-phu-hop")
    press(page, "So sánh các ứng viên đã đánh dấu")
    see(page, "Những câu làm nên điểm số")
    assert page.locator(".comparison thead th").count() == 2
    look(page, "can-bo-06-so-sanh")
    return need


def build_a_team_and_draft_the_order(page: Page, need: str) -> None:
    page.goto(f"{need}/to-ba-nha")
    see(page, "Tổ 1")
    look(page, "can-bo-07-to")
    page.goto(f"{need}/to-ba-nha?so_to=1&dia_ban=L%C3%A2m+S%C6%A1n")
    see(page, "Chi phí đã biết tối đa")
    look(page, "can-bo-07-to-dieu-kien")
    page.goto(f"{need}/dat-hang")
    see(page, "[cần bổ sung]")
    look(page, "can-bo-08-dat-hang")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải về dạng Word").click()
    assert download.value.suggested_filename.endswith(".docx")


def check_a_proposal(page: Page, address: str) -> None:
    page.goto(f"{address}/ho-so?loai=proposal")
    page.locator("main a[href*='/ho-so/proposal-']").first.click()
    page.wait_for_url("**/ho-so/proposal-*")
    task = page.url
    page.goto(f"{task}/trung-lap")
    see(page, "Nhiệm vụ gần nhất")
    look(page, "can-bo-09-trung-lap")
    page.goto(f"{task}/hoi-dong")
    see(page, "Chủ tịch")
    look(page, "can-bo-10-hoi-dong")
    page.get_by_role("link", name="Khai báo quan hệ").click()
    see(page, "Người khai")
    look(page, "can-bo-10-khai-bao")


def decide_and_take_back(page: Page, address: str, need: str) -> None:
    """Begins with a candidate, short-lists, declines with a reason, and takes that back."""
    page.goto(f"{need}/ghep?to=scientist")
    press(page, "Bắt đầu kết nối")
    page.locator("summary", has_text="Ghi lại lời một bên").click()
    page.locator("#what").select_option("interest:candidate")
    page.locator("#how").fill("Công văn ngày 20/11/2026")
    press(page, "Ghi lại")
    press(page, "Đưa vào danh sách chọn")
    page.locator("summary", has_text="Từ chối").click()
    page.get_by_label("Lý do khác").check()
    page.get_by_label("Lý do, vài chữ").fill("Lò của công ty đã thay bằng lò chân không")
    look(page, "can-bo-11-tu-choi")
    press(page, "Từ chối")
    see(page, "Lò của công ty đã thay bằng lò chân không")
    press(page, "Rút lại bước cuối")
    see(page, "Đưa bước cuối trở lại")
    look(page, "can-bo-12-ket-noi")
    told = page.request.get(f"{address}{page.locator(TWIN).get_attribute('href')}").json()
    assert told["state"] == "shortlisted"
    assert [one["act"] for one in told["events"]] == ["start", "interest", "shortlist", "decline", "undo"]
    page.goto(f"{address}/ket-noi")
    look(page, "can-bo-13-bang")
