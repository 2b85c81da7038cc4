"""Engagements of people who sign in: each for their own side, named to the other when both have consented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from http_case import RECORDS, serving, settings_for
from httpx import Response

from api.access import session_cookie
from api.accounts import keeping
from api.accounts.signing_in import digest_of
from index import Account, AccountRole, Claim, Index

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
FIRM = {"id": "org-1", "kind": "organisation", "house": "enterprise", "title": "Công ty TNHH Gốm Trăng Khuyết"}


@dataclass(frozen=True)
class Browser:
    """One that is signed in."""

    client: TestClient
    headers: dict[str, str]

    def get(self, address: str) -> Response:
        return self.client.get(address, headers=self.headers)

    def post(self, address: str, json: object) -> Response:
        return self.client.post(address, json=json, headers=self.headers)

    def delete(self, address: str) -> Response:
        return self.client.delete(address, headers=self.headers)


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Browser]]:
    """Browsers of an officer, a firm with an anonymous need, a scientist with a claimed profile, and another one."""
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr("api.accounts.passwords._hasher", lambda: quick)
    with serving(settings_for(tmp_path, model="none")) as client:
        assert client.post("/api/v1/records", json=[*RECORDS, FIRM]).status_code == 201
        index: Index = client.app_state["server"].live.current.index

        def browser(name: str, role: AccountRole, organisation: str | None = None) -> Browser:
            account = open_account(index, name, role, organisation)
            secret = account.id[::-1]
            index.store.sessions.open(digest_of(secret), account.id, "test", datetime.now(UTC))
            if role == "scientist" and name == "sương":
                index.store.claims.put(claim_of(account))
                assert index.store.claims.settle(account.id, "sci-1", "confirmed", "", NOW)
            return Browser(client, {"Cookie": f"{session_cookie(False)}={secret}", "Sec-Fetch-Site": "same-origin"})

        yield {
            "admin": browser("admin", "administrator"),
            "officer": browser("officer", "officer"),
            "firm": browser("firm", "enterprise", "org-1"),
            "scientist": browser("sương", "scientist"),
            "other": browser("other", "scientist"),
        }


def open_account(index: Index, name: str, role: AccountRole, organisation: str | None) -> Account:
    email = f"{role}.{sum(map(ord, name))}@thu.vn"
    return keeping.add_account(index, email, f"Người {name}", role, organisation, "ba nhà cùng một mái", NOW)


def claim_of(account: Account) -> Claim:
    return Claim(account.id, "sci-1", "asked", None, NOW.isoformat())


def test_each_side_speaks_for_itself_and_is_named_when_both_consent(people: dict[str, Browser]) -> None:
    officer, firm, scientist, other = (people[name] for name in ("officer", "firm", "scientist", "other"))
    begun = officer.post("/api/v1/engagements", json={"record": "need-masked", "candidate": "sci-1"})
    at = f"/api/v1/engagements/{begun.json()['id']}"
    told = {"act": "interest", "side": "record", "text": "gọi điện"}
    assert officer.post(f"{at}/moves", json=told).status_code == 403
    assert firm.post(f"{at}/moves", json={"act": "interest"}).status_code == 201
    assert officer.post(f"{at}/moves", json={"act": "shortlist"}).json()["state"] == "shortlisted"
    seen = scientist.get(at).text
    assert "Trăng Khuyết" not in seen
    assert "Người firm" not in seen
    assert "Trăng Khuyết" not in scientist.get("/ket-noi").text + scientist.get("/ho-so/need-masked").text
    for side in (firm, scientist):
        assert side.post(f"{at}/moves", json={"act": "consent"}).status_code == 201
    assert "Trăng Khuyết" in scientist.get("/ho-so/need-masked").text
    assert "Người firm" in scientist.get(at).text
    assert "Trăng Khuyết" not in other.get("/ho-so/need-masked").text
    assert other.get(at).json()["detail"].replace(at[-12:], "") == other.get(f"{at[:-12]}{'0' * 12}").json()[
        "detail"
    ].replace("0" * 12, "")
    assert firm.post(f"{at}/moves", json={"act": "withdraw"}).status_code == 201
    assert "Trăng Khuyết" not in scientist.get("/ho-so/need-masked").text


def test_only_administrators_read_the_audit_log(people: dict[str, Browser]) -> None:
    people["scientist"].get("/ho-so/need-1")
    for name in ("officer", "firm", "scientist", "other"):
        assert people[name].get("/api/v1/audit").status_code == 403
    entries = people["admin"].get("/api/v1/audit").json()["entries"]
    saw = next(one for one in entries if one["what"] == "GET /ho-so/{id:path}")
    assert saw["role"] == "scientist"
    assert saw["actor"]
    assert people["admin"].get("/api/v1/audit/verification").json()["is_whole"]
    assert people["admin"].get(f"/api/v1/audit?by={saw['actor']}").json()["entries"] == [saw]


def test_erasing_an_account_leaves_its_moves_and_the_log_without_a_name(people: dict[str, Browser]) -> None:
    begun = people["officer"].post("/api/v1/engagements", json={"record": "need-masked", "candidate": "sci-1"})
    at = f"/api/v1/engagements/{begun.json()['id']}"
    assert people["firm"].post(f"{at}/moves", json={"act": "interest"}).status_code == 201
    account = people["firm"].get("/api/v1/session").json()["account"]
    assert people["admin"].delete(f"/api/v1/accounts/{account['id']}").status_code == 204
    shown = people["officer"].get(at).json()
    assert [(one["act"], one["by"]) for one in shown["events"]] == [("start", "Người officer"), ("interest", "")]
    assert people["admin"].get("/api/v1/audit/verification").json()["is_whole"]


def test_a_consent_is_taken_back_only_after_saying_what_happens(people: dict[str, Browser]) -> None:
    begun = people["officer"].post("/api/v1/engagements", json={"record": "need-masked", "candidate": "sci-1"})
    id = begun.json()["id"]
    scientist = people["scientist"]
    assert scientist.post(f"/api/v1/engagements/{id}/moves", json={"act": "consent"}).status_code == 201
    page = scientist.get(f"/ket-noi/{id}").text
    (button,) = re.findall(r'<button class="([^"]+)" name="what" value="withdraw">', page)
    assert "quiet" in button
    (folded,) = [one for one in re.findall(r"<details.*?</details>", page, re.DOTALL) if 'value="withdraw"' in one]
    assert "Những tên không công khai lại được ẩn với bên kia" in folded
    body = {"what": "withdraw"}
    scientist.client.post(f"/ket-noi/{id}/buoc", data=body, headers=scientist.headers)
    assert scientist.get(f"/api/v1/engagements/{id}").json()["consents"] == []


def test_a_public_name_is_not_said_to_be_kept_back(people: dict[str, Browser]) -> None:
    officer = people["officer"]

    def begin(record: str) -> str:
        return f"/ket-noi/{officer.post('/api/v1/engagements', {'record': record, 'candidate': 'sci-1'}).json()['id']}"

    public = officer.get(begin("need-1")).text
    assert public.count("tên có trong hồ sơ công khai") == 2
    assert "chưa đồng ý cho biết tên" not in public
    assert re.search(r"<time [^>]*>\d\d/\d\d/\d{4}, \d\d:\d\d</time>", public)
    masked = begin("need-masked")
    hidden = people["scientist"].get(masked).text
    assert hidden.count("tên có trong hồ sơ công khai") == 1
    assert "chưa đồng ý cho biết tên" in hidden
    assert "chưa đồng ý cho bên kia biết tên" in officer.get(masked).text


def test_only_who_may_post_a_need_is_led_to_its_questions(people: dict[str, Browser]) -> None:
    visitor = Browser(people["firm"].client, {})
    for one in (people["firm"], visitor):
        assert 'href="/dang-nhu-cau"' in one.get("/").text
        assert 'id="posting"' in one.get("/dang-nhu-cau").text
    for one in (people["scientist"], people["other"]):
        assert "/dang-nhu-cau" not in one.get("/").text
        page = one.get("/dang-nhu-cau").text
        assert "Doanh nghiệp, trường và cán bộ mới đăng nhu cầu được." in page
        assert "<form" not in page[page.index("<main") : page.index("</main>")]
    for one in (visitor, people["firm"], people["scientist"]):
        assert "Thêm tệp" not in one.get("/").text
    assert "Thêm tệp" in people["officer"].get("/").text
