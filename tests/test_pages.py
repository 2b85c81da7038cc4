"""The pages: what they show, that they work without scripts, and that a real browser finds nothing to complain of."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient
from http_case import RECORDS, serving, settings_for, use_toy_encoder, wait_until_ready
from hypothesis import given
from hypothesis import strategies as st
from serving_case import a_served_app

from api.catalogue import translator
from api.highlighting import Pieces, mark_query, mark_shared, mark_span
from api.pages.rendering import asset
from api.wording import Wording
from index.store import Store
from ingest import KINDS, Facts, Person, Record, Source

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDE, PHONE = (1280, 800), (390, 844)
PAGES = ["/", "/tim-kiem?q=say go", "/ho-so", "/ho-so/need-1", "/ho-so/need-1/ghep?to=scientist", "/tai-len"]


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    use_toy_encoder(monkeypatch)
    with serving(settings_for(tmp_path)) as client:
        assert client.post("/api/v1/records", json=RECORDS).status_code == 201
        yield client


@pytest.fixture
def wording() -> Wording:
    return Wording(translator("vi"), "vi")


# Without a browser


@pytest.mark.parametrize("path", PAGES[:-1])
def test_every_page_has_its_twin_as_data(client: TestClient, path: str) -> None:
    found = re.search(r'<link rel="alternate" type="application/json" href="([^"]+)">', client.get(path).text)
    assert found
    twin = client.get(found[1].replace("&amp;", "&"))
    assert twin.status_code == 200
    assert twin.headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", [*PAGES, "/ho-so/doc-1", "/nothing", "/tim-kiem?q=<script>alert(2)</script> nước"])
def test_nothing_stored_or_typed_becomes_markup(client: TestClient, path: str) -> None:
    page = client.get(path).text
    assert "<script>alert" not in page
    assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:|https?://", page)


@pytest.mark.parametrize("path", [*PAGES, "/nothing"])
def test_pages_speak_vietnamese(client: TestClient, path: str) -> None:
    page = client.get(path).text
    assert '<html lang="vi">' in page
    words = re.sub(r"<[^>]+>", " ", page)
    english = {"the", "and", "search", "upload", "nothing", "best", "candidate", "files", "meaning", "of"}
    assert not english & set(re.findall(r"\w+", words.lower())), words


def test_the_first_page_of_an_empty_store_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_toy_encoder(monkeypatch)
    with serving(settings_for(tmp_path)) as client:
        wait_until_ready(client)
        page = client.get("/").text
        assert 'href="/tai-len"' in page
        assert client.get("/ho-so?loai=need").status_code == 200
        assert "Không tìm thấy" in client.get("/tim-kiem?q=gỗ").text


def test_the_three_examples_of_the_first_page_lead_somewhere(client: TestClient) -> None:
    client.post("/api/v1/records", json={**RECORDS[0], "id": "task", "kind": "proposal"})
    hrefs = re.findall(r'class="card try" href="([^"]+)"', client.get("/").text)
    assert len(hrefs) == 3
    for href in hrefs:
        page = client.get(href.replace("&amp;", "&"))
        assert page.status_code == 200
        assert "<article" in page.text


def test_a_quote_leads_to_its_place_in_the_record(client: TestClient) -> None:
    page = client.get("/ho-so/sci-1?phan=1&tu=8&den=18").text
    assert f"<mark>{RECORDS[1]['sections'][1]['text'][8:18]}</mark>" in page
    assert "<mark>" not in client.get("/ho-so/sci-1?phan=1&tu=8&den=9999").text


def test_no_page_shows_a_signal_as_a_percentage(client: TestClient) -> None:
    page = client.get("/ho-so/need-1/ghep?to=scientist").text
    assert "%" not in re.sub(r"<[^>]+>", " ", page)
    assert "Chưa đủ căn cứ" in page or "chưa đủ căn cứ" in page


def test_who_may_not_upload_is_told_what_to_do(client: TestClient, tmp_path: Path) -> None:
    with serving(settings_for(tmp_path, "nobody")) as stranger:
        page = stranger.get("/tai-len").text
        assert "<form" not in page
        assert all(f'<a href="{way}">' in page for way in ("/dang-nhu-cau", "/cua-toi"))
        assert 'href="/tai-len"' in client.get("/").text
        assert 'href="/tai-len"' not in stranger.get("/").text + stranger.get("/tro-giup").text
        refused = stranger.post("/tai-len", files={"files": ("a.txt", b"a")})
        assert refused.status_code == 403
        assert '<a class="button"' in refused.text


@pytest.mark.parametrize(
    ("path", "status"),
    [("/nothing", 404), ("/ho-so/nobody", 404), ("/ho-so?loai=x", 422), ("/tim-kiem?q=" + "a" * 10_001, 422)],
)
def test_an_error_page_offers_a_next_step(client: TestClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")
    assert '<a class="button"' in response.text


def test_an_empty_search_leads_back_to_the_first_page(client: TestClient) -> None:
    response = client.get("/tim-kiem?q=%20", follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, "/")


def test_a_search_that_matches_no_word_says_so(client: TestClient) -> None:
    notice = "gần nghĩa nhất"
    assert notice in client.get("/tim-kiem?q=zzzqqq").text
    assert notice not in client.get("/tim-kiem?q=sấy gỗ").text


def test_a_search_shows_more_and_promises_highlights_only_where_there_are_some(client: TestClient) -> None:
    few = client.get("/tim-kiem?q=sấy gỗ&limit=1").text
    (after,) = re.findall(r'rel="next" href="([^"]+)"', few)
    second = client.get(html.unescape(after)).text
    assert few.count('class="card hit"') == second.count('class="card hit"') == 1
    (before,) = re.findall(r'rel="prev" href="([^"]+)"', second)
    assert html.unescape(before) == "/tim-kiem?q=s%E1%BA%A5y+g%E1%BB%97&limit=1"
    assert 'start="2"' in second
    promise = "được tô nổi"
    assert promise in few
    assert promise not in client.get("/tim-kiem?q=zzzqqq").text


def test_pages_of_results_go_through_all_and_end_without_telling_of_hidden_ones(tmp_path: Path) -> None:
    """Page by page, on the page and in its twin, the order is that of the whole list; nobody learns by where it ends
    how much is hidden."""

    def need(number: int, visibility: str) -> dict[str, Any]:
        sections = [{"name": "situation", "text": f"Sấy gỗ mẻ {number}.", "visibility": visibility}]
        return {"id": f"n-{number:03}", "kind": "need", "title": f"Sấy gỗ {number}", "sections": sections}

    records = [need(n, "confidential" if n % 4 == 0 else "public") for n in range(160)]
    for viewer, total in (("officer", 160), ("nobody", 120)):
        with serving(settings_for(tmp_path, model="none")) as client:
            assert client.post("/api/v1/records", json=records).status_code == 201
        with serving(settings_for(tmp_path, viewer, model="none")) as client:  # type: ignore[arg-type]
            whole = [one["id"] for one in client.get("/api/v1/search?query=sấy gỗ&limit=1000").json()["hits"]]
            assert len(whole) == total
            found: list[str] = []
            offset: int | None = 0
            while offset is not None:
                told = client.get(f"/api/v1/search?query=sấy gỗ&limit=50&offset={offset}").json()
                found += [one["id"] for one in told["hits"]]
                offset = told.get("next_offset")
            assert found == whole
            shown: list[str] = []
            page: str | None = "/tim-kiem?q=sấy gỗ"
            while page:
                text = client.get(html.unescape(page)).text
                shown += re.findall(r'<h2><a href="/ho-so/(n-\d+)', text)
                page = next(iter(re.findall(r'rel="next" href="([^"]+)"', text)), None)
            assert shown == whole
            assert "Không còn kết quả nào nữa" in client.get("/tim-kiem?q=sấy gỗ&tu=900").text
            assert client.get("/tim-kiem?q=sấy gỗ&tu=1001").status_code == 422


def test_a_search_of_common_words_asks_for_others(client: TestClient) -> None:
    page = client.get("/tim-kiem?q=và của là").text
    assert "có trong hầu hết mọi văn bản" in page
    assert "gần nghĩa nhất" not in page


def test_a_known_abbreviation_shows_its_long_form_highlighted(client: TestClient) -> None:
    texts = ["Chính sách khoa học và công nghệ của tỉnh.", "Một HTX nuôi tôm cần máy sục khí."]
    records = [
        {"id": f"doc-{n}", "kind": "document", "title": f"Tài liệu {n}", "sections": [{"name": "text", "text": text}]}
        for n, text in enumerate(texts, 7)
    ]
    assert client.post("/api/v1/records", json=records).status_code == 201
    for query, marked in (("KHCN", "khoa học và công nghệ"), ("hợp tác xã", "HTX")):
        page = client.get(f"/tim-kiem?q={query}").text
        assert "gần nghĩa nhất" not in page
        assert f"<mark>{marked}</mark>" in page
    assert client.get("/api/v1/search?query=KHCN").json()["mode"] == "alias"
    assert client.get("/api/v1/search?query=máy sục khí").json()["mode"] == "hybrid"


def test_the_style_sheet_stays_small_and_needs_nothing_from_elsewhere(client: TestClient) -> None:
    response = client.get(asset("banha.css"))
    assert len(response.content) < 40_000
    assert set(re.findall(r"url\(([^)]*)", response.text)) == {
        f'"fonts/source-sans-3-{part}.woff2?v=5.3.0"' for part in ("latin", "vietnamese")
    }
    assert "@import" not in response.text


@pytest.mark.parametrize(
    ("vnd", "written"),
    [
        (2_850_000_000, "2.850 triệu đồng"),
        (1_234_567_890, "1.234,568 triệu đồng"),
        (1_500_000, "1,5 triệu đồng"),
        (950_000, "950.000 đồng"),
        (0, "0 đồng"),
    ],
)
def test_money_is_written_as_forms_write_it(wording: Wording, vnd: int, written: str) -> None:
    assert wording.money(vnd) == written


def test_only_known_facts_are_shown(wording: Wording) -> None:
    assert wording.facts(Record("need", "enterprise", "Sấy gỗ"), date(2026, 1, 1)) == []
    people = (Person("Lưu Gia Bảo Khôi", "lead"), Person("Đoàn Thị Minh Sương"))
    known = Facts(people=people, year_from=2024, year_to=2026, months=24, budget_vnd=0)
    facts = wording.facts(Record("need", "enterprise", "Sấy gỗ", facts=known), date(2026, 1, 1))
    assert [line for fact in facts for line in fact.lines] == [
        "Lưu Gia Bảo Khôi (chủ nhiệm)",
        "Đoàn Thị Minh Sương",
        "0 đồng",
        "24 tháng",
        "2024–2026",
    ]


@pytest.mark.parametrize(
    ("on", "shown"),
    [
        (date(2024, 1, 1), "Sở Khoa học và Công nghệ tỉnh Bình Dương"),
        (
            date(2026, 1, 1),
            "Sở Khoa học và Công nghệ tỉnh Bình Dương – nay là Sở Khoa học và Công nghệ Thành phố Hồ Chí Minh "
            "(Nghị quyết 202/2025/QH15 về việc sắp xếp đơn vị hành chính cấp tỉnh)",
        ),
    ],
)
def test_an_organisation_of_former_times_is_shown_as_today(wording: Wording, on: date, shown: str) -> None:
    name = "Sở Khoa học và Công nghệ tỉnh Bình Dương"
    task = Record("proposal", "state", "Sấy gỗ", facts=Facts(organisation=name))
    office = Record("organisation", "state", name)
    assert [fact.lines for fact in wording.facts(task, on)] == [(shown,)]
    assert [fact.lines for fact in wording.facts(office, on)] == ([(shown,)] if shown != name else [])


def test_what_is_suggested_says_so(wording: Wording) -> None:
    source = Source("facts/field_codes", "a.docx", "0", method="suggested", confidence=0.5)
    record = Record("need", "enterprise", "Sấy gỗ", facts=Facts(field_codes=("4",)), sources=(source,))
    (fact,) = wording.facts(record, date(2026, 1, 1))
    assert fact.lines == ("Khoa học nông nghiệp – gợi ý theo nội dung",)
    assert wording.source(record, source).method == "gợi ý theo nội dung, độ chắc chắn 0,5/1"
    said = replace(source, method="table", confidence=1.0, label="Chuyên mục")
    assert wording.source(record, said).method == "bảng, nhãn “Chuyên mục” do người dùng chỉ định"


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=20))
def test_highlighting_loses_no_character(text: str, other: str, term: str) -> None:
    for pieces in (mark_shared(text, other, [term]), mark_query(text, other, [term])):
        assert "".join(piece for piece, _ in pieces) == text


@given(st.text(max_size=40), st.integers(-2, 45), st.integers(-2, 45))
def test_marking_a_span_loses_no_character(text: str, start: int, end: int) -> None:
    pieces = mark_span(text, start, end)
    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, is_marked in pieces if is_marked] in ([], [text[max(start, 0) : max(end, 0)]])


def test_words_are_highlighted_whatever_their_accents() -> None:
    for mark in (mark_query, mark_shared):
        assert mark("Xử lý nước thải của xã", "xu ly nuoc thai") == [("Xử lý nước thải", True), (" của xã", False)]


def _marked(pieces: Pieces) -> list[str]:
    return [text for text, is_marked in pieces if is_marked]


def test_key_terms_are_highlighted_wherever_they_stand() -> None:
    terms = ("gỗ cao su", "cong", "nứt")
    need, shown = "Gỗ bị cong, nứt khi sấy, mất công", "Đánh giá gỗ bị nứt bề mặt, cong vênh khi phơi nắng"
    assert _marked(mark_shared(need, shown, terms)) == ["cong", "nứt"]
    assert _marked(mark_shared(shown, need, terms)) == ["nứt", "cong"]
    assert _marked(mark_shared("go cao su hay nut", shown, terms)) == ["go cao su", "nut"]


def test_words_that_stand_in_every_text_are_not_highlighted() -> None:
    assert _marked(mark_shared("Thời gian sấy gỗ keo là bao lâu", "Sấy gỗ keo trong thời gian ngắn")) == ["sấy gỗ keo"]


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("Ban quản lý nước sạch", "xử lý nước thải", []),
        ("Ban quản lý nước sạch, xử lý nước thải", "xử lý nước thải", ["xử lý nước thải"]),
        ("Một máy sấy gỗ", "sấy gỗ", ["sấy gỗ"]),
    ],
)
def test_no_word_is_cut_by_highlighting(text: str, query: str, marked: list[str]) -> None:
    assert _marked(mark_query(text, query)) == marked


@pytest.mark.parametrize("id", ["sci-1", "need-1", "doc-1"])
def test_a_record_can_be_matched_with_every_kind(client: TestClient, id: str) -> None:
    hrefs = re.findall(rf'href="(/ho-so/{id}/ghep\?to=\w+)"', client.get(f"/ho-so/{id}").text)
    assert len(hrefs) == len(KINDS)
    assert all(client.get(href).status_code == 200 for href in hrefs)


@pytest.mark.parametrize(
    "id", ["a b", "a/b", "5 %", "a?b=1&c", "a#b", "ghep/a", "ĐT.03/20", "...", "a\\b", "pairings1"]
)
def test_a_record_can_be_opened_from_the_list_whatever_its_id(client: TestClient, id: str) -> None:
    client.post("/api/v1/records", json={**RECORDS[5], "id": id, "title": "Mở được"})
    (line,) = re.findall(r'<a[^>]*href="([^"]+)"[^>]*>\s*Mở được', client.get("/ho-so").text)
    page = client.get(html.unescape(line)).text
    assert "<title>Mở được" in page
    links = re.findall(r'href="([^"]*(?:ghep|/api/)[^"]*)"', page)
    twins = [client.get(html.unescape(link)) for link in links]
    assert [twin.status_code for twin in twins] == [200] * len(twins)
    assert id in [twin.json()["id"] for twin in twins if twin.headers["content-type"] == "application/json"]


def test_bullets_and_masked_phones_are_not_taken_for_hidden_names(client: TestClient, tmp_path: Path) -> None:
    text = "• Sấy gỗ\n• Gọi 0912 345 678"
    need = {"id": "need-7", "kind": "need", "title": "Sấy gỗ", "sections": [{"name": "situation", "text": text}]}
    client.post("/api/v1/records", json=need)
    hidden = 'class="notice"'
    assert "•••" in client.get("/ho-so/need-7").text
    with serving(settings_for(tmp_path, "nobody")) as stranger:
        for id, is_hidden in (("need-7", False), ("need-masked", True)):
            assert (hidden in stranger.get(f"/ho-so/{id}").text) is is_hidden
            assert hidden not in client.get(f"/ho-so/{id}").text


def test_a_hit_in_a_section_that_is_gone_meanwhile_is_shown_all_the_same(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    get_many = Store.get_many

    def get_changed(store: Store, ids: Sequence[str]) -> dict[str, Record]:
        return {id: replace(record, sections=()) for id, record in get_many(store, ids).items()}

    monkeypatch.setattr(Store, "get_many", get_changed)
    assert client.get("/tim-kiem?q=bộ điều khiển độ ẩm tự động").status_code == 200
    assert client.get("/ho-so/need-1/ghep?to=scientist").status_code == 200


# In a real browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server on a free port of this computer, with the records."""
    with a_served_app(tmp_path_factory.mktemp("served"), RECORDS) as address:
        yield address


class Visit:
    """A page in a browser that collects everything the browser complains of."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        page.set_default_timeout(20_000)
        page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._check)

    def _check(self, request: object) -> None:
        url = str(getattr(request, "url", ""))
        if not url.startswith(self.address):
            self.complaints.append(f"asked elsewhere: {url}")

    def assert_in_order(self) -> None:
        """Nothing to complain of, nothing wider than the screen."""
        self.page.wait_for_load_state()
        wide = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, self.page.url
        assert self.complaints == []


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def visit(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Visit]:
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
    yield Visit(context.new_page(), address)
    context.close()


def test_from_a_search_to_the_partners_and_their_quotes(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.address)
    visit.assert_in_order()
    page.get_by_role("searchbox").fill("che do say go cao su")
    page.get_by_role("searchbox").press("Enter")
    page.locator("mark").first.wait_for()
    visit.assert_in_order()
    page.get_by_role("link", name=RECORDS[0]["title"]).click()
    page.get_by_text("2.850 triệu đồng").wait_for()
    visit.assert_in_order()
    page.locator(".tabs").get_by_role("link", name="Nhà khoa học").click()
    page.get_by_role("heading", name=RECORDS[1]["title"]).wait_for()
    page.wait_for_load_state()
    assert page.locator("article.pairing").count() == 2
    assert page.locator("article.pairing").first.locator(".evidence mark").count() > 0
    for summary in page.locator("summary").all():
        summary.click()
    visit.assert_in_order()
    page.locator(".evidence a").nth(1).click()
    page.locator("mark").first.wait_for()
    visit.assert_in_order()


def test_files_are_uploaded_with_a_result_for_each(visit: Visit, tmp_path: Path) -> None:
    good, bad = tmp_path / "nhu-cầu.json", tmp_path / "hỏng.docx"
    record = {**RECORDS[2], "id": f"sci-{visit.page.viewport_size}", "title": "Người mới"}
    good.write_text(json.dumps(record), encoding="utf-8")
    bad.write_bytes(b"PK\x03\x04 broken")
    page = visit.page
    page.goto(f"{visit.address}/tai-len")
    visit.assert_in_order()
    page.locator("#files").set_input_files([good, bad])
    page.get_by_text("Xong 2/2 tệp").wait_for()
    assert page.locator(".refused").count() == 1
    visit.assert_in_order()
    page.locator(".stored a").click()
    page.get_by_role("heading", name="Người mới").wait_for()
    visit.assert_in_order()


def test_everything_works_without_scripts(browser: Browser, address: str, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": PHONE[0], "height": PHONE[1]})
    page = context.new_page()
    page.goto(address)
    page.get_by_role("searchbox").fill("sấy gỗ")
    page.get_by_role("button", name="Tìm").click()
    page.locator("article h2 a").first.click()
    page.goto(f"{address}/tai-len")
    file = tmp_path / "a.txt"
    file.write_text("Ghi chú khác về lò nung.", encoding="utf-8")
    page.locator("#files").set_input_files(file)
    page.locator("#send button").click()
    page.locator(".stored a").click()
    page.get_by_text("Ghi chú khác về lò nung.").wait_for()
    assert "/ho-so/document-" in page.url
    context.close()


def test_on_a_phone_guidance_stands_below_the_question_in_hand(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
    page.goto(f"{address}/dang-nhu-cau")
    page.locator("#q-title").fill("Gỗ cao su cong khi sấy")
    page.locator("#q-problem").fill("Mỗi mẻ sấy hỏng nhiều thanh")
    guidance = page.locator(".question:has(#q-problem) summary", has_text="còn thiếu")
    guidance.wait_for()
    guidance.click()
    missing = page.locator(".question:has(#q-problem) [data-part=missing] li")
    missing.first.wait_for()
    assert missing.first.inner_text().strip()
    page.close()


def test_the_keyboard_reaches_the_content_first(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}/ho-so")
    page.keyboard.press("Tab")
    assert page.locator(".skip").evaluate("e => e === document.activeElement")
    page.keyboard.press("Enter")
    assert page.locator("main").evaluate("e => e === document.activeElement")


@pytest.mark.parametrize("path", [*PAGES, "/ho-so/need-masked", "/ho-so/doc-1/ghep?to=document"])
def test_contrasts_labels_and_headings_in_light_and_dark(browser: Browser, address: str, path: str) -> None:
    with browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]}, reduced_motion="reduce") as page:
        page.goto(address + path)
        grounds = set()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
            assert page.evaluate(_POOR_CONTRASTS) == [], scheme
        assert len(grounds) == 2
        assert page.locator("h1").count() == 1
        assert page.evaluate(_UNNAMED_FIELDS) == 0


_UNNAMED_FIELDS = """[...document.querySelectorAll("input:not([type=hidden]), select")]
  .filter((field) => !field.labels.length).length"""

# WCAG 2.2, success criterion 1.4.3: 4.5 for text, 3 for large text.
_POOR_CONTRASTS = """() => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const linear = (value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const light = (rgb) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => sum + weight * linear(rgb[i] / 255), 0);
  const ground = (element) => {
    for (; element; element = element.parentElement) {
      const colour = parse(getComputedStyle(element).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll("body *")) {
    const speaks = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!speaks || !element.checkVisibility()) continue;
    const style = getComputedStyle(element), size = parseFloat(style.fontSize);
    const [high, low] = [light(parse(style.color)), light(ground(element))].sort((x, y) => y - x);
    const ratio = (high + 0.05) / (low + 0.05);
    const isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) poor.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


def test_an_error_page_leads_back_to_the_page_that_led_there(client: TestClient) -> None:
    """What was ticked or filled in there is not lost."""
    page = "/ho-so/need-1/ghep?toi=scientist"
    refused = client.get("/ho-so/need-1/so-sanh", headers={"Referer": f"{client.base_url}{page}"})
    assert refused.status_code == 422
    assert f'<a class="button" href="{page}">Quay lại</a>' in refused.text
    for other in ("https://elsewhere.example/ho-so", f"{client.base_url}//elsewhere.example", "", "javascript:0"):
        assert "Quay lại" not in client.get("/ho-so/need-1/so-sanh", headers={"Referer": other}).text


@pytest.mark.parametrize(
    ("path", "place"),
    [("/", "/"), ("/tim-kiem?q=go", "/"), ("/nothing", None), ("/dang-nhu-cau", None), ("/ho-so/nobody", "/ho-so")],
)
def test_the_menu_marks_only_where_one_is(client: TestClient, path: str, place: str | None) -> None:
    marked = re.findall(r'<a href="([^"]*)" aria-current="page"', client.get(path).text.split("</header>")[0])
    assert marked == ([place] if place else [])


@pytest.mark.parametrize("page", ["", "/ghep", "/dat-hang", "/to-ba-nha"])
def test_no_two_parts_of_a_page_bear_one_id(client: TestClient, page: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', client.get(f"/ho-so/need-1{page}").text)
    assert "main" in ids
    assert len(ids) == len(set(ids))


def test_results_of_one_title_can_be_told_apart(tmp_path: Path) -> None:
    title = "Nghiên cứu quy trình sấy gỗ tràm"
    tasks = [
        {"id": f"task-{n}", "kind": "proposal", "title": title, "sections": [], "facts": facts}
        for n, facts in enumerate(
            (
                {
                    "code": "ĐT-01",
                    "organisation": "Trường Gỗ",
                    "year_from": 2019,
                    "year_to": 2021,
                    "status": "Không đạt",
                },
                {"code": "ĐT-02", "organisation": "Viện Gỗ", "year_from": 2022, "status": "đã nghiệm thu"},
            )
        )
    ]
    for viewer in ("officer", "nobody"):
        with serving(settings_for(tmp_path / viewer)) as officer:
            assert officer.post("/api/v1/records", json=[*tasks, *RECORDS]).status_code == 201
        with serving(settings_for(tmp_path / viewer, viewer)) as client:
            page = client.get("/tim-kiem", params={"q": "sấy gỗ tràm"}).text
            assert "ĐT-01 · Trường Gỗ · 2019–2021 · Không đạt" in page
            assert "ĐT-02 · Viện Gỗ · từ 2022 · đã nghiệm thu" in page
            assert page.count("cùng tên với 1 hồ sơ khác") == 2
            assert ('href="/ho-so-trung"' in page) == (viewer == "officer")
            # Whose name is hidden is not told by what stands beside it.
            masked = client.get("/tim-kiem", params={"q": "men gốm không chì"}).text
            assert ("Công ty TNHH Gốm Trăng Khuyết" in masked) == (viewer == "officer")


def test_who_may_not_add_files_is_led_to_where_one_signs_in(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from api.accounts.keeping import add_account
    from index import Index

    way = 'class="button" href="/dang-nhap?tiep=/tai-len"'
    with serving(settings_for(tmp_path, "nobody", model="none")) as client:
        assert way not in client.get("/tai-len").text, "there are no accounts yet"
        index: Index = client.app_state["server"].live.current.index
        add_account(index, "an@so.vn", "An", "officer", None, "ba nhà cùng một mái", datetime.now(UTC))
        assert way in client.get("/tai-len").text
