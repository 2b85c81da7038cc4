"""Profiles that scientists and universities correct, consent section by section, and what is for whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from http_case import RECORDS, serving, settings_for
from test_posting import NOW, Visitor, visitors

from index import Claim, Index, store_records
from ingest import NOBODY, Record, Section, as_seen_by

COLLEGE = {"id": "uni-1", "kind": "organisation", "title": "Trường Đại học Sông Bé"}
COLLEAGUE = {
    **{"id": "sci-3", "kind": "scientist", "title": "Quách Minh Thư"},
    "sections": [{"name": "research", "text": "Men gốm không chì nung ở nhiệt độ thấp."}],
    "facts": {"organisation": "Trường Đại học Sông Bé"},
}
ROWS = {
    "ten": ["research", "work", "work"],
    "chu": ["Chế độ sấy gỗ cao su; men gốm.", "Tối ưu chế độ sấy gỗ cao su dày 50 mm.", "Máy sấy chân không."],
    "nam": ["", "2022", "2025"],
    "vai": ["", "lead", "member"],
    "muc": ["public", "public", "confidential"],
    "organisation": "Viện Gỗ Suối Mơ",
    "place": "tỉnh Bình Dương",
    "fields": "205; 404",
}


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Visitor]]:
    from test_posting import FIRM, RIVAL

    with serving(settings_for(tmp_path, model="none")) as client:
        sent = client.post("/api/v1/records", json=[*RECORDS, FIRM, RIVAL, COLLEGE, COLLEAGUE])
        assert sent.status_code == 201
        found = visitors(client, monkeypatch)
        index = index_of(found)
        scientist = index.store.accounts.find("scientist@thu.vn")
        assert scientist
        index.store.claims.put(Claim(scientist.id, "sci-1", "confirmed", "", NOW.isoformat()))
        college = index.store.accounts.find("lone@thu.vn")
        assert college
        index.store.accounts.change_role(college.id, "university", "uni-1")
        yield {**found, "college": found["lone"]}


def index_of(people: dict[str, Visitor]) -> Index:
    found: Index = people["nobody"].client.app_state["server"].live.current.index
    return found


def test_what_an_owner_saves_stands(people: dict[str, Visitor]) -> None:
    owner, index = people["scientist"], index_of(people)
    assert owner.get("/cua-toi/sci-1").status_code == 200
    assert owner.post("/cua-toi/sci-1", ROWS).status_code == 303
    record = index.store.get("sci-1")
    assert [(one.name, one.year, one.role, one.visibility) for one in record.sections] == [
        ("research", None, None, "public"),
        ("work", 2022, "lead", "public"),
        ("work", 2025, "member", "confidential"),
    ]
    assert record.facts.organisation == "Viện Gỗ Suối Mơ"
    assert (record.facts.place_written, record.facts.place_today) == ("tỉnh Bình Dương", "Thành phố Hồ Chí Minh")
    assert record.facts.field_codes == ("205", "404")
    methods = {source.value: source.method for source in record.sources}
    assert (methods["sections/1"], methods["sections/2"]) == ("json", "person")
    assert methods["facts/organisation"] == "person"
    # A file that tells of the same person later changes nothing of it.
    told = Record("scientist", "science", "Đoàn Thị Minh Sương", (Section("work", "Việc mà tệp mới kể."),))
    store_records(index, [(told, "moi.docx")], joined={"scientist:path:moi.docx:đoàn thị minh sương": "id:sci-1"})
    assert index.store.get("sci-1").sections == record.sections
    assert "Việc mà tệp mới kể." in owner.get("/cua-toi/sci-1").text
    assert owner.post("/cua-toi/sci-1/khoi-phuc").status_code == 303
    texts = [one.text for one in index.store.get("sci-1").sections]
    assert "Mô hình truyền ẩm trong gỗ." in texts
    assert "Việc mà tệp mới kể." in texts
    assert "Máy sấy chân không." not in texts


def test_what_is_not_consented_to_exists_for_owner_and_officers_only(people: dict[str, Visitor]) -> None:
    assert people["scientist"].post("/cua-toi/sci-1", ROWS).status_code == 303
    for name in ("nobody", "firm", "rival", "college"):
        for page in ("/ho-so/sci-1", "/tim-kiem?q=máy sấy chân không", "/api/v1/records", "/ho-so/need-1/ghep"):
            assert "chân không." not in people[name].get(page).text, (name, page)
    for name in ("scientist", "officer"):
        assert "chân không." in people[name].get("/ho-so/sci-1").text
    hidden = {**ROWS, "muc": ["confidential"] * 3}
    assert people["scientist"].post("/cua-toi/sci-1", hidden).status_code == 303
    assert people["firm"].get("/ho-so/sci-1").status_code == 404
    assert as_seen_by(index_of(people).store.get("sci-1"), NOBODY) is None


def test_nobody_corrects_what_is_not_theirs(people: dict[str, Visitor]) -> None:
    for name, status in (("nobody", (303, 401)), ("firm", (404,)), ("college", (404,))):
        for address in ("/cua-toi/sci-1", "/cua-toi/sci-1/khoi-phuc"):
            assert people[name].post(address, ROWS).status_code in status, (name, address)
        assert people[name].get("/cua-toi/sci-1").status_code in (*status, 200)
        assert "Mô hình truyền ẩm" not in people[name].get("/cua-toi/sci-1").text
    assert people["scientist"].get("/cua-toi/sci-2").status_code == 404
    assert people["scientist"].get("/cua-toi/need-hidden").text == people["scientist"].get(
        "/cua-toi/need-hiddem"
    ).text.replace("need-hiddem", "need-hidden")


@pytest.mark.parametrize("wrong", [{"nam": ["", "hai", ""]}, {"fields": "abc"}, {"nam": ["", "1066", ""]}])
def test_what_cannot_be_saved_is_told_and_kept(people: dict[str, Visitor], wrong: dict[str, Any]) -> None:
    page = people["scientist"].post("/cua-toi/sci-1", {**ROWS, **wrong})
    assert page.status_code == 422
    assert "Máy sấy chân không." in page.text


def test_a_university_sees_all_its_scientists_and_expresses_interest(people: dict[str, Visitor]) -> None:
    college = people["college"]
    page = college.get("/cua-toi").text
    assert "Quách Minh Thư" in page
    assert "Đoàn Thị Minh Sương" not in page
    mine = college.get("/api/v1/mine").json()
    assert mine["total"] == 1
    fitting = mine["profiles"][0]["fitting"]
    assert ("need-masked", "need") in {(one["id"], one["kind"]) for one in fitting}
    assert "Trăng Khuyết" not in page + str(mine)
    begun = college.post("/ket-noi", {"record": "need-masked", "candidate": "sci-3"})
    assert begun.status_code == 303
    again = college.get("/api/v1/mine").json()
    assert begun.headers["location"].endswith(next(o["engagement"] for o in again["profiles"][0]["fitting"]))
    rows = {"ten": ["research"], "chu": ["Men gốm."], "nam": [""], "vai": [""], "muc": ["public"]}
    saved = college.post("/cua-toi/sci-3", {**rows, "organisation": "Trường Đại học Sông Bé"})
    assert saved.status_code == 303


def test_only_what_can_still_be_joined_is_offered(people: dict[str, Visitor]) -> None:
    text, lead = "Chế độ sấy gỗ cao su dày 50 mm.", {"name": "Đoàn Thị Minh Sương", "role": "lead"}

    def say(id: str, kind: str = "proposal", **facts: Any) -> dict[str, Any]:
        sections = [{"name": "objective", "text": text}]
        return {"id": id, "kind": kind, "title": f"{text} {id}", "sections": sections, "facts": facts}

    tasks = [
        say("open", status="đề xuất", year_from=2027, organisation="Sở Thử nghiệm"),
        say("order"),
        say("done", status="Đã nghiệm thu"),
        say("running", status="đang thực hiện"),
        say("refused", status="không phê duyệt"),
        say("coded", code="ĐT-01"),
        say("own", status="đề xuất", people=[lead]),
        say("settled", "need", status="Đã hoàn thành"),
    ]
    assert people["officer"].post("/api/v1/records", json=tasks).status_code == 201
    owner = people["scientist"]
    found = {one["id"]: one for one in owner.get("/api/v1/mine").json()["profiles"][0]["fitting"]}
    assert {"open", "order", "need-1"} <= set(found)
    assert not {"done", "running", "refused", "coded", "own", "settled"} & set(found)
    assert (found["open"]["status"], found["open"]["year_from"]) == ("đề xuất", 2027)
    assert "Sở Thử nghiệm · từ 2027 · đề xuất" in owner.get("/cua-toi").text


def test_a_scientist_answers_what_is_suggested(people: dict[str, Visitor]) -> None:
    owner = people["scientist"]
    assert "Sương" in owner.get("/cua-toi").text
    begun = people["officer"].post("/api/v1/engagements", json={"record": "need-1", "candidate": "sci-1"}).json()
    waiting = owner.get("/api/v1/mine").json()["waiting"]
    assert waiting[0]["engagement"] == begun["id"]
    assert waiting[0]["answers"] == ["interest"]
    assert f"/ket-noi/{begun['id']}/buoc" in owner.get("/cua-toi").text
    reason = {"what": "decline", "text": "Đang bận đến hết năm"}
    assert owner.post(f"/ket-noi/{begun['id']}/buoc", reason).status_code == 303
    assert owner.get("/api/v1/mine").json()["waiting"] == []


def test_only_what_is_looked_for_from_the_viewer_waits_for_them(people: dict[str, Visitor]) -> None:
    """Who has answered is told for whom it waits, though stepping back is always possible."""
    owner, firm, officer = (people[name] for name in ("scientist", "firm", "officer"))
    begun = officer.post("/api/v1/engagements", json={"record": "need-masked", "candidate": "sci-1"}).json()

    def do(who: Visitor, act: str) -> None:
        assert who.post(f"/api/v1/engagements/{begun['id']}/moves", json={"act": act}).status_code == 201, act

    def answers(who: Visitor) -> list[str] | None:
        waiting = who.get("/api/v1/mine").json()["waiting"]
        return waiting[0]["answers"] if waiting else None

    def others(who: Visitor) -> list[str] | None:
        waiting = who.get("/api/v1/mine").json()["waiting_for_others"]
        return waiting[0]["parties"] if waiting else None

    assert (answers(owner), others(owner)) == (["interest"], None)
    do(owner, "interest")
    assert (answers(owner), others(owner)) == (None, ["officer", "record"])
    assert (answers(firm), others(firm)) == (["interest"], None)
    page = owner.get("/cua-toi").text
    assert "Đang chờ bạn trả lời" not in page
    assert "Đang chờ người khác" in page
    assert "chờ cơ quan · chờ bên kia" in page
    do(firm, "interest")
    assert others(owner) == others(firm) == ["officer"]
    do(officer, "shortlist")
    do(firm, "agree")
    assert (answers(owner), others(firm)) == (["agree"], ["candidate"])
    do(firm, "consent")
    assert answers(owner) == ["agree", "consent"]
    do(owner, "agree")
    do(owner, "consent")
    do(officer, "task")
    do(officer, "accept")
    assert (answers(firm), others(owner)) == (["hand_over"], ["record"])
    do(firm, "hand_over")
    assert (answers(firm), others(firm), answers(owner), others(owner)) == (None, None, None, None)


def test_who_has_no_profile_is_led_to_claim_one(people: dict[str, Visitor]) -> None:
    index = index_of(people)
    account = index.store.accounts.find("scientist@thu.vn")
    assert account
    index.store.claims.withdraw(account.id, "sci-1")
    assert "Hồ sơ nào là của bạn?" in people["scientist"].get("/cua-toi").text
    assert people["nobody"].get("/cua-toi").url.path == "/dang-nhap"


def test_a_profile_is_claimed_on_its_own_page(people: dict[str, Visitor]) -> None:
    form = 'action="/tai-khoan/ho-so"'
    owner, index = people["scientist"], index_of(people)
    account = index.store.accounts.find("scientist@thu.vn")
    assert account
    for id, asked in (("sci-1", False), ("sci-2", True), ("uni-1", False), ("need-1", False)):
        assert (form in owner.get(f"/ho-so/{id}").text) == asked, id
    for one in ("nobody", "officer"):
        assert form not in people[one].get("/ho-so/sci-2").text, one
    # A university asks for scientists and bodies, not for those that are its own.
    assert form in people["college"].get("/ho-so/sci-2").text
    assert form not in people["college"].get("/ho-so/uni-1").text
    claimed = owner.post("/tai-khoan/ho-so", {"record": "sci-2", "tai_ho_so": "true"})
    assert (claimed.status_code, claimed.headers["location"]) == (303, "/ho-so/sci-2")
    assert {one.record_id: one.state for one in index.store.claims.of(account.id)}["sci-2"] == "asked"
    page = owner.get("/ho-so/sci-2").text
    assert form not in page
    assert "chờ cán bộ" in page


def test_no_profile_is_made_anonymous_to_see_whose_names_are_hidden_with_it(people: dict[str, Visitor]) -> None:
    owner, index = people["scientist"], index_of(people)
    before = index.store.get("sci-1")
    listed = {**ROWS, "muc": ["anonymous", "public", "public"], "organisation": "Công ty TNHH Gốm Trăng Khuyết"}
    assert owner.post("/cua-toi/sci-1", listed).status_code == 422
    said = {"sections": [{"name": "work", "text": "Quách Minh Thư", "visibility": "anonymous"}]}
    headers = {**owner.headers}
    assert owner.client.put("/api/v1/records/sci-1/profile", json=said, headers=headers).status_code == 422
    assert index.store.get("sci-1") == before


def test_a_claim_that_waits_is_shown_and_taken_back(people: dict[str, Visitor]) -> None:
    owner, index = people["scientist"], index_of(people)
    account = index.store.accounts.find("scientist@thu.vn")
    assert account
    index.store.claims.withdraw(account.id, "sci-1")
    assert owner.post("/tai-khoan/ho-so", {"record": "sci-2"}).status_code == 303
    (claim,) = index.store.claims.of(account.id)
    page = owner.get("/cua-toi").text
    assert "Hồ sơ nào là của bạn?" not in page
    assert "chờ cán bộ" in page
    assert 'href="/ho-so/sci-2"' in page
    assert f'datetime="{claim.changed_at}"' in page
    form = dict(re.findall(r'name="(record|cua_toi)" value="([^"]+)"', page))
    back = owner.post("/tai-khoan/ho-so/bo", form)
    assert (back.status_code, back.headers["location"]) == (303, "/cua-toi")
    assert index.store.claims.of(account.id) == []
    assert "Hồ sơ nào là của bạn?" in owner.get("/cua-toi").text


def test_a_need_that_the_office_took_in_is_among_the_firm_s_own(people: dict[str, Visitor]) -> None:
    page = people["firm"].get("/cua-toi").text
    assert 'href="/ho-so/need-masked"' in page
    assert "id=need-masked" not in page
    assert {one["id"] for one in people["firm"].get("/api/v1/mine").json()["needs"]} == {"need-masked"}
    assert "Chưa có nhu cầu nào của bạn ở đây." in people["rival"].get("/cua-toi").text


def test_the_owner_wins_over_http_too(people: dict[str, Visitor]) -> None:
    said = {"sections": [{"name": "work", "text": "Một việc.", "year": 2024, "role": "lead"}], "field_codes": ["404"]}
    client, headers = people["scientist"].client, people["scientist"].headers
    shown = client.put("/api/v1/records/sci-1/profile", json=said, headers=headers).json()
    assert [one["text"] for one in shown["sections"]] == ["Một việc."]
    restored = client.delete("/api/v1/records/sci-1/profile", headers=headers).json()
    assert len(restored["sections"]) == 3
    assert client.put("/api/v1/records/sci-2/profile", json=said, headers=headers).status_code == 404


def test_an_owner_undoes_no_correction_unknowingly(people: dict[str, Visitor]) -> None:
    owner, officer, index = people["scientist"], people["officer"], index_of(people)

    def mark() -> str:
        found = re.search(r'name="da_xem" value="(\w+)"', owner.get("/cua-toi/sci-1").text)
        assert found
        return found[1]

    seen = mark()
    typed = {"gia_tri": "sections/0", "moi": "Chế độ sấy gỗ tràm."}
    assert officer.post("/ho-so/sci-1/gia-tri", typed).status_code == 303
    stale = owner.post("/cua-toi/sci-1", {**ROWS, "da_xem": seen})
    assert stale.status_code == 409
    assert "Máy sấy chân không." in stale.text
    assert index.store.get("sci-1").sections[0].text == "Chế độ sấy gỗ tràm."
    # Whoever has seen it may say otherwise; taken back, the files count again, as the officer corrected them.
    assert owner.post("/cua-toi/sci-1", {**ROWS, "da_xem": mark()}).status_code == 303
    assert index.store.get("sci-1").sections[0].text == "Chế độ sấy gỗ cao su; men gốm."
    assert owner.post("/cua-toi/sci-1/khoi-phuc").status_code == 303
    assert index.store.get("sci-1").sections[0].text == "Chế độ sấy gỗ tràm."


def test_a_stale_correction_shows_both_and_lets_the_owner_choose(people: dict[str, Visitor]) -> None:
    """What another changed, added or took out stands beside what was typed; what is ticked is taken as it is stored."""
    owner, officer, index = people["scientist"], people["officer"], index_of(people)
    assert owner.post("/cua-toi/sci-1", ROWS).status_code == 303

    def mark(page: str) -> str:
        (found,) = re.findall(r'name="da_xem" value="(\w+)"', page)
        return str(found)

    seen = mark(owner.get("/cua-toi/sci-1").text)
    changed = {**ROWS, "chu": ["Sấy gỗ tràm.", ROWS["chu"][1], ROWS["chu"][2], "Bằng sáng chế của cán bộ."]}
    changed |= {"ten": [*ROWS["ten"], "patent"], "muc": [*ROWS["muc"], "public"], "organisation": "Viện Gỗ Mới"}
    changed |= {"nam": [*ROWS["nam"], "2020"], "vai": [*ROWS["vai"], ""]}
    assert officer.post("/cua-toi/sci-1", changed).status_code == 303
    mine = {**ROWS, "chu": [*ROWS["chu"][:2], "Máy sấy chân không, bản của tôi."], "place": "tỉnh Bình Phước"}
    stale = owner.post("/cua-toi/sci-1", {**mine, "da_xem": seen})
    assert stale.status_code == 409
    boxes = re.findall(r'name="lay" value="([^"]+)"( checked)?', stale.text)
    ticked = {"organisation": "", "place": "", "0:0": "", "2:2": "", ":3": " checked"}
    assert dict(boxes) == ticked
    for text in ("Sấy gỗ tràm.", "Bằng sáng chế của cán bộ.", "Viện Gỗ Mới", "bản của tôi", "tỉnh Bình Phước"):
        assert text in stale.text
    chosen = {**mine, "da_xem": mark(stale.text), "lay": ["organisation", "0:0", ":3"]}
    assert owner.post("/cua-toi/sci-1", chosen).status_code == 303
    record = index.store.get("sci-1")
    assert (record.facts.organisation, record.facts.place_written) == ("Viện Gỗ Mới", "tỉnh Bình Phước")
    assert [one.text for one in record.sections] == [
        *("Sấy gỗ tràm.", ROWS["chu"][1], "Máy sấy chân không, bản của tôi.", "Bằng sáng chế của cán bộ.")
    ]
