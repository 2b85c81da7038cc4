"""Posting a need by plain questions: guidance, what stays confidential, whose it is, signing in on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from http_case import RECORDS, serving, settings_for
from httpx2 import Response
from hypothesis import given
from hypothesis import strategies as st

import api.accounts.keeping as keeping
from api.access import session_cookie
from api.accounts.signing_in import digest_of
from api.errors import BadInput
from api.needs.guidance import RULES, guide
from api.needs.questions import HIDDEN, Answers, Hidden, build_need, read_answers, tidy
from index import AccountRole, Index
from ingest import NOBODY, as_seen_by

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
TODAY = date(2026, 11, 23)
FIRM = {
    **{"id": "org-1", "kind": "organisation", "house": "enterprise", "title": "Công ty TNHH Gốm Trăng Khuyết"},
    "sections": [{"name": "introduction", "text": "Gốm sứ.", "visibility": "confidential"}],
}
RIVAL = {"id": "org-2", "kind": "organisation", "house": "enterprise", "title": "Công ty TNHH Gốm Nguồn Trường"}
NEED: dict[str, Any] = {
    "title": "Gỗ cao su cong khi sấy ở lò 12",
    "problem": "Mỗi mẻ sấy của Gốm Trăng Khuyết hỏng 17% số thanh gỗ cao su.",
    "since": "Từ tháng 3, cứ 5 mẻ hỏng một",
    "tried": "Đã hạ nhiệt độ xuống 55 độ, không đỡ.",
    "result": "Hỏng dưới 4% số thanh.",
    "subject": "Gỗ cao su dày 63 mm",
    "place": "Nhà máy Gốm Trăng Khuyết, phường Dĩ An, tỉnh Bình Dương",
    "deadline": "tháng 6/2027",
    "money": "730 triệu",
}
_KEY = re.compile(r'name="key" value="([^"]+)"')
_MARKS = re.compile(rf"{_KEY.pattern}|\?v=\w+")
PASSWORD = "ba nhà cùng một mái"
FIGURES = ("17", "730", "55 độ", "lò 12", "63 mm")


@dataclass(frozen=True)
class Visitor:
    client: TestClient
    headers: dict[str, str]

    def get(self, address: str) -> Response:
        self.client.cookies.clear()
        return self.client.get(address, headers=self.headers)

    def post(self, address: str, data: Any = None, json: Any = None) -> Response:
        self.client.cookies.clear()
        return self.client.post(address, data=data, json=json, headers=self.headers, follow_redirects=False)


def visitors(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> dict[str, Visitor]:
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr("api.accounts.passwords._hasher", lambda: quick)
    index: Index = client.app_state["server"].live.current.index
    people: list[tuple[str, AccountRole, str | None]] = [
        ("officer", "officer", None),
        ("firm", "enterprise", "org-1"),
        ("rival", "enterprise", "org-2"),
        ("lone", "enterprise", None),
        ("scientist", "scientist", None),
    ]
    found = {"nobody": Visitor(client, {"Sec-Fetch-Site": "same-origin"})}
    for name, role, organisation in people:
        account = keeping.add_account(index, f"{name}@thu.vn", f"Người {name}", role, organisation, PASSWORD, NOW)
        secret = account.id[::-1]
        index.store.sessions.open(digest_of(secret), account.id, "test", datetime.now(UTC))
        cookie = f"{session_cookie(False)}={secret}"
        found[name] = Visitor(client, {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"})
    return found


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Visitor]]:
    with serving(settings_for(tmp_path, model="none")) as client:
        assert client.post("/api/v1/records", json=[*RECORDS, FIRM, RIVAL]).status_code == 201
        yield visitors(client, monkeypatch)


def post(visitor: Visitor, **more: Any) -> str:
    answer = visitor.post("/dang-nhu-cau", {**NEED, **more})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("id=")[2]


def test_a_posted_need_belongs_to_the_firm_and_is_found(people: dict[str, Visitor]) -> None:
    id = post(people["firm"])
    shown = people["firm"].get(f"/api/v1/records/{id}").json()
    assert shown["facts"]["organisation"] == FIRM["title"]
    assert shown["facts"]["budget_vnd"] == 730_000_000
    assert shown["facts"]["year_to"] == 2027
    assert shown["facts"]["place_today"] == "Thành phố Hồ Chí Minh"
    assert {one["value"] for one in shown["sources"]} >= {"title", "sections/0", "facts/budget_vnd"}
    hits = people["nobody"].post("/api/v1/search", json={"query": "gỗ cao su cong khi sấy"}).json()["hits"]
    assert id in {hit["id"] for hit in hits}
    assert people["firm"].get(f"/dang-nhu-cau/xong?id={id}").status_code == 200
    assert people["firm"].get(f"/ho-so/{id}/ghep").status_code == 200


@pytest.mark.parametrize("hides", [["name"], ["figures"], ["name", "figures"], ["everything"]], ids="+".join)
def test_what_is_hidden_is_hidden_from_everybody_else(people: dict[str, Visitor], hides: list[str]) -> None:
    id = post(people["firm"], hides=hides)
    pages = [f"/api/v1/records/{id}", f"/ho-so/{id}", f"/ho-so/{id}/ghep", f"/dang-nhu-cau?id={id}", "/dang-nhu-cau"]
    pages += ["/ho-so", "/tim-kiem?q=gỗ cao su cong khi sấy", f"/dang-nhu-cau/xong?id={id}", f"/api/v1/needs/{id}"]
    for name in ("nobody", "rival", "scientist"):
        for page in pages:
            text = _MARKS.sub("", people[name].get(page).text).replace(id, "")
            if "name" in hides or "everything" in hides:
                assert "Trăng Khuyết" not in text, (name, page)
            if "figures" in hides or "everything" in hides:
                assert not [one for one in FIGURES if one in text], (name, page)
        said = people[name].post("/api/v1/needs/guidance", json={**NEED, "id": id})
        similar = {one["id"]: one["title"] for one in said.json()["similar"]}
        assert ("everything" in hides) <= (id not in similar)
        assert "12" not in similar.get(id, "") or "figures" not in hides
    for name in ("firm", "officer"):
        text = people[name].get(f"/ho-so/{id}").text
        assert all(one in text for one in ("Trăng Khuyết", "17%", "730"))


def test_an_edit_is_another_version_and_withdrawing_removes_it(people: dict[str, Visitor]) -> None:
    id = post(people["firm"], hides=["figures"])
    typed = people["firm"].get(f"/api/v1/needs/{id}").json()
    assert {name: typed[name] for name in NEED} == NEED
    assert typed["hides"] == ["figures"]
    assert post(people["firm"], id=id, title="Gỗ cao su cong và nứt", hides=["name"]) == id
    shown = people["officer"].get(f"/api/v1/records/{id}").json()
    assert shown["title"] == "Gỗ cao su cong và nứt"
    assert len([one for one in shown["sections"] if one["name"] == "situation"]) == 1
    for name in ("rival", "scientist", "nobody"):
        assert people[name].post("/dang-nhu-cau/rut", {"id": id}).status_code in (403, 404)
        assert people[name].post("/dang-nhu-cau", {**NEED, "id": id}).status_code in (401, 403, 404)
    assert people["firm"].post("/dang-nhu-cau/rut", {"id": id}).status_code == 303
    assert people["officer"].get(f"/api/v1/records/{id}").status_code == 404


def test_a_stale_edit_shows_both_and_lets_the_owner_choose(people: dict[str, Visitor]) -> None:
    """Two have the same need open: what the first saved is not overwritten by the second unknowingly."""
    firm, officer = people["firm"], people["officer"]
    id = post(firm, hides=["name"])

    def mark(page: str) -> str:
        (found,) = re.findall(r'name="da_xem" value="(\w+)"', page)
        return str(found)

    seen = mark(firm.get(f"/dang-nhu-cau?id={id}").text)
    changed = {**NEED, "id": id, "result": "Hỏng dưới 2% số thanh.", "since": "Từ tháng 4", "da_xem": seen}
    assert officer.post("/dang-nhu-cau", {**changed, "hides": ["figures"]}).status_code == 303
    # Whoever sends the same twice is told of nobody else.
    assert officer.post("/dang-nhu-cau", {**changed, "hides": ["figures"]}).status_code == 303
    mine = {**NEED, "id": id, "hides": ["name"], "tried": "Đã đổi lò, không đỡ.", "da_xem": seen}
    preview = firm.post("/dang-nhu-cau/xem-truoc", mine)
    assert mark(preview.text) == seen
    stale = firm.post("/dang-nhu-cau", mine)
    assert stale.status_code == 409
    assert re.findall(r'name="lay" value="([^"]+)"', stale.text) == ["since", "tried", "result", "hides"]
    assert all(text in stale.text for text in ("dưới 2%", "Từ tháng 4", "Đã đổi lò", "Đã hạ nhiệt độ"))
    assert firm.get(f"/api/v1/needs/{id}").json()["result"] == "Hỏng dưới 2% số thanh."
    chosen = {**mine, "da_xem": mark(stale.text), "lay": ["result", "hides"]}
    assert firm.post("/dang-nhu-cau", chosen).status_code == 303
    held = firm.get(f"/api/v1/needs/{id}").json()
    assert (held["since"], held["tried"], held["result"], held["hides"]) == (
        *(NEED["since"], "Đã đổi lò, không đỡ.", "Hỏng dưới 2% số thanh.", ["figures"]),
    )


def test_a_program_that_says_what_it_saw_overwrites_nobody(people: dict[str, Visitor]) -> None:
    id = post(people["firm"])
    client, headers = people["firm"].client, people["firm"].headers
    held = people["firm"].get(f"/api/v1/needs/{id}").json()
    assert people["officer"].post("/dang-nhu-cau", {**NEED, "id": id, "since": "Từ tháng 4"}).status_code == 303
    refused = client.put(f"/api/v1/needs/{id}", json={**held, "since": "Từ tháng 5"}, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:banha:changed-meanwhile")
    held = people["firm"].get(f"/api/v1/needs/{id}").json()
    told = client.put(f"/api/v1/needs/{id}", json={**held, "since": "Từ tháng 5"}, headers=headers)
    assert told.status_code == 200
    assert people["firm"].get(f"/api/v1/needs/{id}").json()["since"] == "Từ tháng 5"


GIVEAWAYS = {
    "title": "Men gốm của GTK bị rạn khi nung",
    "problem": "Kho của Công ty TNHH Gốm Trăng Khuyết (MST 8902204516), giám đốc Lê Văn Tám, có men rạn. Xem "
    "www.gomtrangkhuyet.vn hay TrangKhuyetGom; hỏi ông Trần Văn Bảy, giám đốc kỹ thuật, hoặc Lò Ban Mai.",
}
TOLD = ("GTK", "8902204516", "Tám", "gomtrang", "Khuyet", "Bảy")


def texts_for_strangers(people: dict[str, Visitor], id: str) -> str:
    index: Index = people["nobody"].client.app_state["server"].live.current.index
    return " ".join(one.text for one in index.store.passages.of_record(id) if one.audience != "insiders")


def test_nobody_learns_from_an_anonymous_need_whose_it_is(people: dict[str, Visitor]) -> None:
    id = post(people["firm"], **GIVEAWAYS, hides=["name"])
    pages = [f"/api/v1/records/{id}", f"/ho-so/{id}", f"/ho-so/{id}/ghep", f"/api/v1/records/{id}/order", "/ho-so"]
    pages += [f"/api/v1/records/{id}/pairings?to=scientist", "/api/v1/records", "/tim-kiem?q=men gốm rạn"]
    for name in ("nobody", "rival", "scientist"):
        for page in pages:
            text = people[name].get(page).text
            assert [word for word in TOLD if word in text] == [], (name, page)
        for word in ("8902204516", "GTK", "gomtrangkhuyet", "Lê Văn Tám"):
            hits = people[name].post("/api/v1/search", json={"query": word}).json()["hits"]
            assert id not in {hit["id"] for hit in hits if hit["lexical"] > 0}, word
    shown = people["rival"].get(f"/api/v1/records/{id}").json()
    assert shown["title"] == "Men gốm của ••• bị rạn khi nung"
    assert shown["sections"][0]["text"].startswith("Kho của ••• (MST •••), giám đốc •••, có men rạn. Xem ••• hay •••;")
    assert GIVEAWAYS["problem"] in people["firm"].get(f"/api/v1/records/{id}").text


def test_what_is_known_of_the_firm_later_is_hidden_too(people: dict[str, Visitor]) -> None:
    id = post(people["firm"], **GIVEAWAYS, hides=["name"])
    assert "Lò Ban Mai" in texts_for_strangers(people, id)
    later = {**FIRM, "facts": {"people": [{"name": "Lò Ban Mai"}]}}
    assert people["officer"].post("/api/v1/records", json=[later]).status_code == 201
    assert "Lò Ban Mai" not in texts_for_strangers(people, id) + people["rival"].get(f"/ho-so/{id}").text
    assert "có men rạn" in texts_for_strangers(people, id)
    # Corrected by a person, she is known no more.
    assert people["officer"].post("/api/v1/records", json=[FIRM]).status_code == 201
    assert "Lò Ban Mai" in texts_for_strangers(people, id)


def test_who_posts_is_shown_what_others_will_read(people: dict[str, Visitor]) -> None:
    said = {**NEED, **GIVEAWAYS, "hides": ["name"]}
    others = people["firm"].post("/api/v1/needs/guidance", json=said).json()["others"]
    id = post(people["firm"], **GIVEAWAYS, hides=["name"])
    stranger = people["rival"].get(f"/api/v1/records/{id}").json()
    read = [one["text"] for one in others["answers"]]
    assert read[:2] == [stranger["title"], stranger["sections"][0]["text"]]
    assert {one["text"] for one in stranger["sections"]} <= set(read)
    assert [word for word in TOLD if word in str(others)] == []
    assert "Lò Ban Mai" in others["doubtful"]
    pages = (
        people["firm"].post("/dang-nhu-cau/xem-truoc", said).text,
        people["firm"].get(f"/dang-nhu-cau/xong?id={id}").text,
    )
    for page in pages:
        assert "Người khác sẽ đọc thấy" in page
        assert all(text in page for text in read)
        assert "Còn có thể làm lộ bạn là ai" in page
        assert "Lò Ban Mai; " in page.replace("</span>", "; ")
    hidden = people["firm"].post("/api/v1/needs/guidance", json={**said, "hides": ["everything"]}).json()["others"]
    assert hidden == {"answers": [], "doubtful": []}
    assert people["nobody"].post("/api/v1/needs/guidance", json={}).json()["others"] is None


def test_the_promise_about_figures_is_kept(people: dict[str, Visitor]) -> None:
    id = post(people["firm"], hides=["figures"])
    shown = people["rival"].get(f"/api/v1/records/{id}").json()
    read = {section["name"]: section["text"] for section in shown["sections"]}
    assert [name for name, text in read.items() if any(map(str.isdigit, text))] == ["deadline"]
    assert shown["title"] == "Gỗ cao su cong khi sấy ở lò •••"
    assert shown["facts"].get("budget_vnd") is None
    assert "trừ địa điểm và thời hạn" in people["firm"].get("/dang-nhu-cau").text


def test_only_what_was_posted_here_is_changed_here(people: dict[str, Visitor]) -> None:
    for id in ("need-masked", "sci-1", "org-1", "khong-co"):
        assert people["firm"].post("/dang-nhu-cau", {**NEED, "id": id}).status_code == 404
        assert people["officer"].get(f"/dang-nhu-cau?id={id}").status_code == 404


def form_key(page: str) -> str:
    found = _KEY.search(page)
    assert found
    return found[1]


def count_needs(visitor: Visitor) -> int:
    return int(visitor.get("/api/v1/records?kind=need").json()["total"])


@pytest.mark.parametrize("name", ["firm", "lone", "officer"])
def test_a_form_that_is_sent_twice_is_stored_once(people: dict[str, Visitor], name: str) -> None:
    visitor, before = people[name], count_needs(people["officer"])
    key = form_key(visitor.get("/dang-nhu-cau").text)
    again = visitor.get("/dang-nhu-cau")
    assert key != form_key(again.text)
    assert "no-store" not in again.headers["cache-control"]
    assert 'action="/dang-nhu-cau"' not in again.text
    with ThreadPoolExecutor(2) as both:
        first, second = both.map(lambda _: post(visitor, key=key), range(2))
    assert first == second == post(visitor, key=key)
    assert count_needs(people["officer"]) == before + 1
    assert visitor.get(f"/dang-nhu-cau/xong?id={first}").status_code == 200
    # Nobody else's form, whatever its key, leads there.
    assert post(people["rival"], key=key) != first
    said = {"json": {**NEED, "title": "Lò sấy tốn hơi"}, "headers": {**visitor.headers, "Idempotency-Key": "so-1"}}
    answers = [visitor.client.post("/api/v1/needs", **said) for _ in range(2)]
    assert {one.status_code for one in answers} == {201}
    assert len({one.json()["id"] for one in answers}) == 1


def test_a_form_that_is_sent_again_with_other_words_asks_what_is_meant(people: dict[str, Visitor]) -> None:
    firm, key = people["firm"], "khoa-cua-bieu-mau"
    id = post(firm, key=key)
    count = count_needs(firm)
    page = firm.post("/dang-nhu-cau", {**NEED, "key": key, "title": "Gỗ cao su cong ở lò 13"})
    assert page.status_code == 409
    assert "Gỗ cao su cong ở lò 13" in page.text
    assert f'name="id" value="{id}"' in page.text
    assert firm.get(f"/api/v1/needs/{id}").json()["title"] == NEED["title"]
    sent = {**NEED, "key": form_key(page.text), "id": id, "title": "Gỗ cao su cong ở lò 13"}
    another = firm.post("/dang-nhu-cau?another=true", sent).headers["location"]
    assert another == firm.post("/dang-nhu-cau?another=true", sent).headers["location"]
    assert count_needs(firm) == count + 1
    assert post(firm, **sent) == id
    assert firm.get(f"/api/v1/needs/{id}").json()["title"] == "Gỗ cao su cong ở lò 13"
    assert count_needs(firm) == count + 1


@pytest.mark.parametrize("name", ["firm", "lone", "officer"])
def test_a_new_form_with_the_words_of_a_posted_need_asks_first(people: dict[str, Visitor], name: str) -> None:
    visitor, count = people[name], count_needs(people["officer"])
    id, key = post(visitor), form_key(visitor.get("/dang-nhu-cau").text)
    said = {**NEED, "title": f" {NEED['title'].upper()} ", "hides": ["name"]}
    page = visitor.post("/dang-nhu-cau", {**said, "key": key})
    assert page.status_code == 409
    assert f'href="/ho-so/{id}"' in page.text
    assert form_key(page.text) == key
    assert 'name="id"' not in page.text
    told = visitor.client.post("/api/v1/needs", json=said, headers=visitor.headers)
    assert (told.status_code, told.json()["type"]) == (409, "urn:banha:posted-already")
    assert count_needs(people["officer"]) == count + 1
    # Another firm may say the same, and so may this one, once for each form, when it says so.
    assert post(people["rival"]) != id
    sent = [visitor.post("/dang-nhu-cau?another=true", {**said, "key": key}).headers["location"] for _ in range(2)]
    assert sent[0] == sent[1]
    assert id not in sent[0]
    again = visitor.client.post("/api/v1/needs?another=true", json=said, headers=visitor.headers)
    assert again.status_code == 201
    assert count_needs(people["officer"]) == count + 4


def test_a_need_of_nobodys_organisation_is_the_accounts(people: dict[str, Visitor]) -> None:
    id = post(people["lone"], hides=["everything"])
    assert people["lone"].get(f"/ho-so/{id}").status_code == 200
    assert people["firm"].get(f"/ho-so/{id}").status_code == 404


def test_who_is_not_signed_in_does_so_on_the_way_and_loses_nothing(people: dict[str, Visitor]) -> None:
    nobody = people["nobody"]
    page = nobody.post("/dang-nhu-cau", NEED)
    assert page.status_code == 401
    assert all(text.replace("&", "&amp;") in page.text for text in NEED.values())
    wrong = nobody.post("/dang-nhu-cau", {**NEED, "email": "firm@thu.vn", "password": "sai sai sai sai"})
    assert wrong.status_code == 401
    assert NEED["problem"] in wrong.text
    right = nobody.post("/dang-nhu-cau", {**NEED, "email": "firm@thu.vn", "password": PASSWORD})
    assert right.status_code == 303
    assert session_cookie(False) in right.headers["set-cookie"]
    id = right.headers["location"].partition("id=")[2]
    assert people["firm"].get(f"/api/v1/needs/{id}").json()["problem"] == NEED["problem"]
    # Of what is mistaken the person is told when signed in.
    page = nobody.post("/dang-nhu-cau", {**NEED, "money": "nhiều", "email": "firm@thu.vn", "password": PASSWORD})
    assert page.status_code == 422
    assert session_cookie(False) in page.headers["set-cookie"]
    refused = nobody.post("/dang-nhu-cau", {**NEED, "email": "scientist@thu.vn", "password": PASSWORD})
    assert refused.status_code == 403
    assert NEED["problem"] in refused.text


def test_guidance_says_what_is_missing_and_names_nobody(people: dict[str, Visitor]) -> None:
    little = people["firm"].post("/api/v1/needs/guidance", json={"title": "Gỗ cao su cong khi sấy"}).json()
    assert [one["name"] for one in little["missing"]] == [rule.name for rule in RULES]
    assert all(one["text"] and one["because"] for one in little["missing"])
    told = people["firm"].post("/api/v1/needs/guidance", json=NEED)
    assert told.json()["missing"] == []
    assert "need-1" in {one["id"] for one in told.json()["similar"]}
    first = told.json()["candidates"][0]
    assert (first["kind"], first["is_sure"]) == ("scientist", True)
    assert "gỗ cao su" in first["quote"]
    page = people["firm"].post("/dang-nhu-cau/xem-truoc", NEED).text
    assert first["quote"] in page
    for name in ("Đoàn Thị Minh Sương", "sci-1"):
        assert name not in told.text + page
    assert people["firm"].get("/api/v1/records?kind=need").json()["total"] == 2


def test_a_wrong_amount_is_named_by_its_question_and_the_guidance_stays(people: dict[str, Visitor]) -> None:
    page = people["firm"].post("/dang-nhu-cau", {**NEED, "tried": "", "money": "vô số"}).text
    assert "“Có bao nhiêu kinh phí cho việc này?”" in page.split('role="alert"')[1].split("</div>")[0]
    missing = page.split('data-part="missing"')[1].split("</section>")[0]
    assert "<li>" in missing
    assert " hidden" not in missing.split(">")[0]


def test_nothing_is_guided_where_nothing_is_said(people: dict[str, Visitor]) -> None:
    said = people["nobody"].post("/api/v1/needs/guidance", json={}).json()
    assert (said["similar"], said["candidates"]) == ([], [])
    index: Index = people["nobody"].client.app_state["server"].live.current.index
    assert guide(index, Answers(title="?!"), NOBODY).candidates == ()


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60).map(str.strip)
NAMED = TEXT.filter(lambda text: any(map(str.isalnum, text)))
MONEY = st.sampled_from(["", "500 triệu", "1,2 tỷ đồng"])


@given(title=NAMED, problem=NAMED, result=TEXT, money=MONEY, hides=st.frozensets(st.sampled_from(HIDDEN)))
def test_what_was_answered_is_read_back(
    title: str, problem: str, result: str, money: str, hides: frozenset[Hidden]
) -> None:
    answers = tidy(Answers(title, problem, result=result, hides=hides))
    need = build_need(
        Answers(title, problem, result=result, money=money, hides=hides), None, "enterprise", TODAY, False
    )
    back = read_answers(need)
    assert (back.title, back.problem, back.result) == (answers.title, answers.problem, answers.result)
    if "everything" in hides:
        assert back.hides == {"everything"}
        assert as_seen_by(need, NOBODY) is None
    else:
        assert back.hides <= hides
        assert back.hides >= hides & {"name"}
    assert read_money_of(back) == read_money_of(Answers(money=money))


def read_money_of(answers: Answers) -> int | None:
    from api.needs.questions import read_money

    return read_money(answers.money)


@pytest.mark.parametrize(
    "wrong",
    [{"title": " "}, {"problem": "?"}, {"money": "rất nhiều"}, {"title": "a" * 301}],
    ids=lambda one: next(iter(one)),
)
def test_what_cannot_be_posted_is_told(wrong: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        build_need(Answers(**{**NEED, **wrong}), None, "enterprise", TODAY, False)


@pytest.mark.parametrize(("one", "other"), [("firm", "rival"), ("lone", "firm"), ("lone", "officer")])
@pytest.mark.parametrize("hides", [["everything"], []], ids="+".join)
def test_needs_of_two_owners_are_not_merged_and_none_reads_the_other_s(
    people: dict[str, Visitor], one: str, other: str, hides: list[str]
) -> None:
    """What is open today its poster may hide tomorrow."""
    officer, ids = people["officer"], [post(people[one], hides=hides), post(people[other], hides=hides)]
    (pair,) = [
        pair
        for pair in officer.get("/api/v1/duplicates").json()["duplicates"]
        if {pair["first"]["id"], pair["second"]["id"]} == set(ids)
    ]
    assert not pair["may_merge"]
    page = officer.get("/ho-so-trung").text
    assert "Không được ghép" in page
    assert "Ghép, giữ hồ sơ này" not in page
    assert "Không phải trùng" in page
    together = re.findall(r'href="([^"]+/dat-hang\?cung=[^"]+)"', page)
    assert [officer.get(one).status_code for one in together] == ([] if hides else [200])
    for into, merged in (ids, ids[::-1]):
        told = officer.post("/api/v1/merges", json={"into": into, "other": merged})
        assert told.status_code == 422
        assert "hai chủ khác nhau" in told.json()["detail"]
        refused = officer.post("/ho-so-trung", {"into": into, "other": merged})
        assert refused.status_code == 422
        assert "đánh dấu là không phải trùng" in refused.text
    assert people[one].get(f"/api/v1/records/{ids[0]}").status_code == 200
    assert people[one].get(f"/api/v1/needs/{ids[1]}").status_code == 404


@pytest.mark.parametrize("name", ["firm", "lone", "officer"])
def test_needs_of_one_owner_are_merged(people: dict[str, Visitor], name: str) -> None:
    poster, officer = people[name], people["officer"]
    ids = [post(poster, hides=hides, title=title) for title, hides in (("Gỗ cong", ["everything"]), ("Gỗ nứt", []))]
    assert "Ghép, giữ hồ sơ này" in officer.get("/ho-so-trung").text
    assert officer.post("/api/v1/merges", json={"into": ids[0], "other": ids[1]}).status_code == 201
    assert poster.get(f"/api/v1/records/{ids[0]}").status_code == 200


@pytest.mark.parametrize(
    ("origin", "is_kept"),
    [
        ("http://127.0.0.1", True),
        ("http://localhost", True),
        ("http://[::1]:8080", True),
        ("https://10.0.0.5", True),
        ("http://10.0.0.5:8080", False),
    ],
)
def test_pages_of_who_was_signed_in_are_kept_only_where_signing_out_has_them_forgotten(
    people: dict[str, Visitor], origin: str, is_kept: bool
) -> None:
    client, secret = people["firm"].client, people["firm"].headers["Cookie"].partition("=")[2]
    headers = {
        "Cookie": f"{session_cookie(origin.startswith('https'))}={secret}",
        "Sec-Fetch-Site": "same-origin",
    }
    client.cookies.clear()
    refused = client.post(f"{origin}/dang-nhu-cau", data={**NEED, "money": "nhiều"}, headers=headers)
    form = client.get(f"{origin}/dang-nhu-cau", headers=headers)
    assert (refused.status_code, form.status_code) == (422, 200)
    assert "Người firm" in form.text
    assert NEED["problem"] in refused.text
    assert ["no-store" in page.headers["cache-control"] for page in (refused, form)] == [not is_kept] * 2
    strangers = client.get(f"{origin}/dang-nhu-cau", headers={"Sec-Fetch-Site": "same-origin"})
    assert "no-store" not in strangers.headers["cache-control"]
    assert "Người firm" not in strangers.text


def test_a_need_that_was_handed_over_is_not_told_to_who_posted_it(people: dict[str, Visitor]) -> None:
    lone, key = people["lone"], "khoa-cua-bieu-mau"
    index: Index = lone.client.app_state["server"].live.current.index
    id = post(lone, key=key, hides=["everything"])
    owner = index.store.claims.owners(id)[0].account_id
    index.store.claims.withdraw(owner, id)
    assert lone.get(f"/ho-so/{id}").status_code == 404
    changed = lone.post("/dang-nhu-cau", {**NEED, "key": key, "title": "Lò sấy tốn hơi"})
    assert changed.status_code == 303
    assert id not in changed.headers["location"]
    assert post(lone, key=key) != id
    assert index.store.get(id).title == NEED["title"]


def test_on_the_first_page_what_one_may_do_comes_before_what_is_there(people: dict[str, Visitor]) -> None:
    def links(name: str) -> tuple[list[str], list[str]]:
        main = people[name].get("/").text.partition("<main")[2]
        parts = main.partition('class="houses"')
        first, rest = (re.findall(r'href="(/dang-nhu-cau|/cua-toi)"', part) for part in (parts[0], parts[2]))
        return first, rest

    assert links("firm") == (["/dang-nhu-cau", "/cua-toi"], [])
    assert links("scientist") == (["/cua-toi"], [])
    assert links("officer") == ([], [])
    assert links("nobody") == ([], ["/dang-nhu-cau"])
