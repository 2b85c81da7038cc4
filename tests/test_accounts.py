"""Accounts: passwords, signing in and out, guessing, invitations, tokens, erasure; by browsers and programs."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient
from http_case import RECORDS, serving, settings_for
from hypothesis import given
from hypothesis import strategies as st
from serving_case import a_served_app

from api.access import session_cookie
from api.accounts import keeping
from api.accounts.claims import claim, find_proof
from api.accounts.ownership import is_of, viewer_of
from api.accounts.passwords import check_strength, hash_password, is_outdated, is_password
from api.accounts.signing_in import check_password, digest_of
from api.errors import BadInput, Forbidden, NotSignedIn, TooManyAttempts
from index import Account, AccountExists, AccountRole, Claim, Index, merge_records, store_records
from index.sessions import IDLE, LONGEST
from index.sign_in_attempts import pause_after
from index.store import Store
from ingest import Record, Section, Viewer

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
PASSWORD = "ba nhà cùng một mái"
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path, None)


@pytest.fixture(scope="module", autouse=True)
def _quick_hashes() -> Iterator[None]:
    """As strong as in use they would take seconds here; what is tested is who gets in, not how long it takes."""
    from argon2 import PasswordHasher

    from api.accounts import passwords

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


def open_account(
    index: Index, email: str = "can.bo@so.vn", role: AccountRole = "administrator", organisation: str | None = None
) -> Account:
    return keeping.add_account(index, email, "Người Dùng Thử", role, organisation, PASSWORD, NOW)


# Passwords


def test_a_password_is_the_same_however_its_accents_are_typed() -> None:
    kept = hash_password(unicodedata.normalize("NFC", PASSWORD))
    assert kept.startswith("$argon2id$")
    assert is_password(kept, unicodedata.normalize("NFD", PASSWORD))
    assert not is_password(kept, PASSWORD + " ")
    assert not is_password(None, PASSWORD)
    assert not is_outdated(kept)


@pytest.mark.parametrize("weak", ["ngắn quá", "x" * 201, "aaaaaaaabbbb", "matkhaumatkhau", "tên là canbo2026 nhé"])
def test_a_password_that_is_quickly_guessed_is_refused(weak: str) -> None:
    with pytest.raises(BadInput):
        check_strength(weak, "canbo2026@so.vn")


def test_a_password_is_hashed_again_when_parameters_grow(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    from argon2 import PasswordHasher

    from api.accounts import passwords

    account = open_account(index)
    before = index.store.accounts.password_hash(account.id)
    monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHasher(time_cost=2, memory_cost=64, parallelism=1))
    check_password(index, account.email, PASSWORD, "10.0.0.1", NOW)
    after = index.store.accounts.password_hash(account.id)
    assert after is not None
    assert after != before
    assert not is_outdated(after)


# Accounts


def test_addresses_are_compared_folded_and_belong_to_one_account(index: Index) -> None:
    assert open_account(index, " Can.Bo@So.VN ").email == "can.bo@so.vn"
    with pytest.raises(AccountExists):
        open_account(index, "CAN.BO@so.vn")


@pytest.mark.parametrize("wrong", ["", "an", "@so.vn", "an@", "an @so.vn", "a@b@c", "<a@b>", "a" * 250 + "@so.vn"])
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(BadInput):
        keeping.fold_email(wrong)


@given(st.emails())
def test_folding_an_address_twice_is_folding_it_once(email: str) -> None:
    try:
        folded = keeping.fold_email(email)
    except BadInput:
        return
    assert keeping.fold_email(folded) == folded


def test_the_first_account_keeps_order(index: Index) -> None:
    with pytest.raises(BadInput):
        open_account(index, role="scientist")
    with pytest.raises(BadInput):
        keeping.invite(index, "an@dai-hoc.vn", "", "scientist", None, NOW)
    open_account(index, role="officer")
    open_account(index, "an@dai-hoc.vn", "scientist")


def test_the_web_stays_closed_when_the_last_account_is_gone(client: TestClient) -> None:
    index = index_of(client)
    assert client.get("/api/v1/session").json()["role"] == "officer"
    account = open_account(index)
    for close in (lambda: keeping.disable(index, account, True, None), lambda: keeping.erase(index, account, None)):
        close()
        assert client.get("/api/v1/session").json()["role"] == "nobody"
        assert client.get("/api/v1/accounts").status_code == 403
        assert not index.store.accounts.are_kept()
    with pytest.raises(BadInput):
        open_account(index, role="scientist")
    open_account(index)
    sign_in(client)
    assert client.get("/api/v1/session").json()["role"] == "administrator"


def test_a_folder_from_before_remembers_its_accounts(tmp_path: Path) -> None:
    store = Store(tmp_path / "banha.sqlite")
    database = store.database
    for account in (Account("a", "a@so.vn", "A", "enterprise"), Account("b", "b@so.vn", "B", "officer")):
        store.accounts.add(account, None, NOW)
    moment = NOW.isoformat()
    with database.preparing():
        database.change("DELETE FROM settings WHERE name = 'had_accounts'")
        database.change("DELETE FROM _sqlite_migrations WHERE name LIKE 'm015%'")
        database.change(
            """INSERT INTO saved_searches (id, query, narrowing, lang, often, by_mail, seq, looked_at, created_at)
               VALUES ('s', 'gỗ', '{}', 'vi', 'daily', 1, 0, ?, ?)""",
            (moment, moment),
        )
    store.close()
    store = Store(tmp_path / "banha.sqlite")
    assert store.accounts.were_there()
    assert [one.id for one in store.saved_searches.of("b")] == ["s"]
    store.close()


def test_who_opens_the_first_account_takes_over_what_the_office_follows(client: TestClient) -> None:
    followed = client.post("/api/v1/saved-searches", json={"query": "gỗ", "mail": True}, headers=SAME_SITE)
    assert followed.status_code == 201
    open_account(index_of(client))
    assert client.get("/api/v1/saved-searches").status_code == 401
    sign_in(client)
    (kept,) = client.get("/api/v1/saved-searches").json()["searches"]
    assert kept["id"] == followed.json()["id"]


def test_secrets_of_addresses_are_not_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    secret = "Geheim-123_x"
    log = logging.getLogger("uvicorn.access")
    with caplog.at_level("INFO", logger="uvicorn.access"):
        for path in (
            f"/loi-moi/{secret}",
            f"/ngung-thu/a-{secret}.{secret}",
            f"/api/v1/feeds/{secret}?x=1",
            f"/dang-nhap/ben-ngoai/xong?code={secret}&state={secret}",
        ):
            log.info('%s - "%s %s HTTP/%s" %d', "127.0.0.1:1", "GET", path, "1.1", 200)
        log.info('%s - "%s %s HTTP/%s" %d', "127.0.0.1:1", "GET", "/ho-so/need-1?x=1", "1.1", 200)
    assert secret not in caplog.text
    assert "/loi-moi/… HTTP" in caplog.text
    assert "/ho-so/need-1?x=1" in caplog.text


def test_a_real_server_behind_a_proxy_logs_no_secrets(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    secret = "Geheim-123_x"
    asked = (
        f"/loi-moi/{secret}",
        f"/%6coi-moi/{secret}?x=1",
        f"/loi-moi/{secret}/",
        f"/ngung-thu/a-{secret}.{secret}",
        f"/api/v1/feeds/{secret}",
        f"/dang-nhap/ben-ngoai/xong?code={secret}&state={secret}",
        f"/dang-nhap/ben-ngoai/xong/?code={secret}&state={secret}",
        f"/dang-nhap/ben-ngoai/xong?code={secret}%20{secret}",
        f"//loi-moi/{secret}",
        f"/loi-moi//{secret}",
    )
    log = logging.getLogger("uvicorn.access")
    with a_served_app(tmp_path, []) as address:
        log.addHandler(caplog.handler)
        caplog.set_level("INFO", logger=log.name)
        try:
            with httpx2.Client(base_url=address, headers={"X-Forwarded-For": "203.0.113.7"}) as client:
                for path in asked:
                    client.get(address + path)
        finally:
            log.removeHandler(caplog.handler)
    assert caplog.text.count("203.0.113.7:0") == len(asked)
    assert secret not in caplog.text


def test_an_administrator_cannot_lock_himself_out(index: Index) -> None:
    account = open_account(index)
    for change in (
        lambda: keeping.erase(index, account, account),
        lambda: keeping.disable(index, account, True, account),
        lambda: keeping.change_role(index, account, "officer", None, account),
    ):
        with pytest.raises(Forbidden):
            change()


def test_erasing_an_account_leaves_nothing_of_it_in_the_file(index: Index, tmp_path: Path) -> None:
    open_account(index)
    account = keeping.add_account(
        index, "riêng.tư.lắm@dai-hoc.vn", "Tên Riêng Lắm Ấy", "scientist", None, PASSWORD, NOW
    )
    keeping.make_token(index, account, "tên khóa riêng", ["write"], NOW)
    index.store.sessions.open(digest_of("x"), account.id, "trình duyệt riêng", NOW)
    keeping.erase(index, account, None)
    index.store.close()
    left = b"".join(path.read_bytes() for path in tmp_path.rglob("banha.sqlite*"))
    for personal in ("riêng.tư.lắm", "Tên Riêng Lắm Ấy", "tên khóa riêng", "trình duyệt riêng", account.id):
        assert personal.encode() not in left


# Signing in


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(index: Index) -> None:
    open_account(index)
    said = []
    for email in ("can.bo@so.vn", "ai.do@so.vn"):
        with pytest.raises(NotSignedIn) as refusal:
            check_password(index, email, "mật khẩu sai rồi", "10.0.0.1", NOW)
        said.append(str(refusal.value))
    assert said[0] == said[1]


def test_guessing_takes_longer_and_longer_whether_there_is_an_account_or_not(index: Index) -> None:
    open_account(index)
    for email in ("can.bo@so.vn", "ai.do@so.vn"):
        at = NOW
        for wait in (0, 0, 0, 0, 30, 60, 120):
            with pytest.raises(NotSignedIn):
                check_password(index, email, "mật khẩu sai rồi", "10.0.0.1", at)
            if wait:
                with pytest.raises(TooManyAttempts) as refusal:
                    check_password(index, email, PASSWORD, "10.0.0.1", at)
                assert refusal.value.seconds == wait
            at += timedelta(seconds=wait)
    check_password(index, "can.bo@so.vn", PASSWORD, "10.0.0.3", at)
    for _ in range(4):
        with pytest.raises(NotSignedIn):
            check_password(index, "can.bo@so.vn", "mật khẩu sai rồi", "10.0.0.3", at)
    check_password(index, "can.bo@so.vn", PASSWORD, "10.0.0.3", at)


def test_one_address_does_not_try_many_accounts(index: Index) -> None:
    for number in range(50):
        with pytest.raises(NotSignedIn):
            check_password(index, f"so{number}@so.vn", "mật khẩu sai rồi", "10.0.0.1", NOW)
    with pytest.raises(TooManyAttempts):
        check_password(index, "khac@so.vn", "mật khẩu sai rồi", "10.0.0.1", NOW)
    with pytest.raises(NotSignedIn):
        check_password(index, "khac@so.vn", "mật khẩu sai rồi", "10.0.0.2", NOW)


def test_many_good_sign_ins_behind_one_address_lock_nobody_out(index: Index) -> None:
    account = open_account(index)
    for _ in range(60):
        assert check_password(index, account.email, PASSWORD, "10.0.0.1", NOW).id == account.id


@given(st.integers(0, 10_000), st.integers(1, 100))
def test_pauses_only_grow_and_end(failures: int, free: int) -> None:
    assert pause_after(failures, free) <= pause_after(failures + 1, free) <= timedelta(hours=1)


def test_sessions_end_when_idle_when_old_and_when_the_account_is_disabled(index: Index) -> None:
    account = open_account(index)
    sessions, digest = index.store.sessions, digest_of("bí mật")
    sessions.open(digest, account.id, "", NOW)
    assert sessions.find(digest, NOW + IDLE - timedelta(seconds=1)) == index.store.accounts.get(account.id)
    assert sessions.find(digest, NOW + 2 * IDLE) is None
    at = NOW
    while at < NOW + LONGEST - IDLE:
        at += IDLE / 2
        assert sessions.find(digest, at) is not None
    assert sessions.find(digest, NOW + LONGEST) is None
    index.store.accounts.disable(account.id)
    assert sessions.find(digest, NOW) is None
    with pytest.raises(NotSignedIn):
        check_password(index, account.email, PASSWORD, "10.0.0.1", NOW)


def test_a_new_password_ends_all_sessions(index: Index) -> None:
    account = open_account(index)
    index.store.sessions.open(digest_of("một"), account.id, "", NOW)
    with pytest.raises(NotSignedIn):
        keeping.change_password(index, account, "không phải thế này", "một mật khẩu mới nhé", "10.0.0.1", NOW)
    keeping.change_password(index, account, PASSWORD, "một mật khẩu mới nhé", "10.0.0.1", NOW)
    assert index.store.sessions.of(account.id, NOW) == []
    check_password(index, account.email, "một mật khẩu mới nhé", "10.0.0.1", NOW)


def test_no_secret_is_stored(index: Index, tmp_path: Path) -> None:
    account = open_account(index)
    _, token = keeping.make_token(index, account, "chương trình", ["write"], NOW)
    _, invitation = keeping.invite(index, "an@dai-hoc.vn", "", "scientist", None, NOW)
    index.store.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("banha.sqlite*"))
    for secret in (token, invitation, PASSWORD):
        assert secret.encode() not in stored


# Invitations


def test_an_invitation_works_once_and_not_for_ever(index: Index) -> None:
    open_account(index)
    _, old = keeping.invite(index, "an@dai-hoc.vn", "", "scientist", None, NOW)
    _, secret = keeping.invite(index, "an@dai-hoc.vn", "An", "scientist", None, NOW)
    for wrong, at in ((old, NOW), (secret, NOW + timedelta(days=8)), ("x", NOW)):
        with pytest.raises(BadInput):
            keeping.accept(index, wrong, "Người Được Mời", PASSWORD, at)
    account = keeping.accept(index, secret, "Người Được Mời", PASSWORD, NOW)
    assert (account.email, account.role, account.name) == ("an@dai-hoc.vn", "scientist", "Người Được Mời")
    with pytest.raises(BadInput):
        keeping.accept(index, secret, "Người Khác", PASSWORD, NOW)
    with pytest.raises(AccountExists):
        keeping.invite(index, "an@dai-hoc.vn", "", "officer", None, NOW)


def test_a_link_for_a_new_password_leaves_the_account_as_it_is(index: Index) -> None:
    account = open_account(index)
    index.store.sessions.open(digest_of("một"), account.id, "", NOW)
    _, secret = keeping.offer_password(index, account, NOW)
    assert keeping.accept(index, secret, "", "một mật khẩu mới nhé", NOW).id == account.id
    assert index.store.sessions.of(account.id, NOW) == []
    assert [one.role for one in index.store.accounts.all()] == ["administrator"]


# Tokens


def test_tokens_open_what_their_scopes_say_until_they_expire(index: Index) -> None:
    account = open_account(index, role="officer")
    token, secret = keeping.make_token(index, account, "chương trình", [], NOW)
    assert token.scopes == ("read",)
    found = index.store.api_tokens.find(digest_of(secret), NOW)
    assert found is not None
    assert found[1].id == account.id
    assert index.store.api_tokens.of(account.id)[0].used_on == "2026-11-23"
    assert index.store.api_tokens.find(digest_of(secret), NOW + timedelta(days=366)) is None
    with pytest.raises(Forbidden):
        keeping.make_token(index, account, "quá quyền", ["administer"], NOW)
    assert index.store.api_tokens.revoke(token.id)
    assert index.store.api_tokens.find(digest_of(secret), NOW) is None


# Ownership


ORGANISATION = {"id": "org-1", "kind": "organisation", "house": "enterprise", "title": "Công ty TNHH Gỗ Suối Mơ"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("accounts")
    with serving(settings_for(folder, model="none")) as client:
        assert client.post("/api/v1/records", json=[*RECORDS, ORGANISATION]).status_code == 201
    return folder


@pytest.fixture
def client(folder: Path, tmp_path: Path) -> Iterator[TestClient]:
    import shutil

    shutil.copytree(folder, tmp_path / "data")
    with serving(settings_for(tmp_path / "data", model="none")) as client:
        yield client


def index_of(client: TestClient) -> Index:
    server = client.app_state["server"]
    found: Index = server.live.current.index
    return found


def test_an_enterprise_owns_what_names_it_and_a_scientist_only_what_is_claimed(client: TestClient) -> None:
    index = index_of(client)
    open_account(index)
    firm = open_account(index, "gd@suoimo.vn", "enterprise", "org-1")
    scientist = open_account(index, "an@dai-hoc.vn", "scientist", "org-1")
    assert viewer_of(index, firm).owns == {"org-1", "need-1"}
    assert viewer_of(index, scientist).owns == frozenset()
    with pytest.raises(BadInput):
        open_account(index, "b@suoimo.vn", "enterprise", "need-1")


# Over HTTP


def sign_in(client: TestClient, email: str = "can.bo@so.vn", password: str = PASSWORD) -> int:
    form = {"email": email, "password": password, "tiep": "/ho-so"}
    return client.post("/dang-nhap", data=form, headers=SAME_SITE, follow_redirects=False).status_code


def test_without_accounts_this_computer_is_an_officer_and_with_one_nobody_is(client: TestClient) -> None:
    assert client.get("/api/v1/session").json()["role"] == "officer"
    assert client.get("/ho-so/need-hidden").status_code == 200
    open_account(index_of(client))
    nobody = {"account": None, "role": "nobody", "scopes": [], "has_accounts": True}
    assert client.get("/api/v1/session").json() == nobody
    assert client.get("/ho-so/need-hidden").status_code == 404
    assert client.post("/api/v1/records", json=RECORDS[0]).status_code == 403
    assert "Trăng Khuyết" not in client.get("/ho-so/need-masked").text


def test_signing_in_and_out_on_the_page(client: TestClient) -> None:
    open_account(index_of(client))
    shown = client.get("/tai-khoan")
    assert shown.url.path == "/dang-nhap"
    assert 'value="/tai-khoan"' in shown.text
    assert sign_in(client, password="sai hoàn toàn rồi") == 401
    answer = client.post(
        "/dang-nhap",
        data={"email": "Can.Bo@so.vn", "password": PASSWORD, "tiep": "/ho-so?loai=need"},
        headers=SAME_SITE,
        follow_redirects=False,
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/ho-so?loai=need")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert client.get("/ho-so/need-hidden").status_code == 200
    assert "Người Dùng Thử" in client.get("/").text
    assert client.post("/dang-xuat", headers=SAME_SITE).status_code == 200
    assert client.get("/ho-so/need-hidden").status_code == 404


@pytest.mark.parametrize(
    "elsewhere", ["https://xau.vn/", "//xau.vn", "/\\xau.vn", "javascript:alert(1)", "http:xau", ""]
)
def test_nobody_is_led_elsewhere_by_signing_in(client: TestClient, elsewhere: str) -> None:
    open_account(index_of(client))
    form = {"email": "can.bo@so.vn", "password": PASSWORD, "tiep": elsewhere}
    answer = client.post("/dang-nhap", data=form, headers=SAME_SITE, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_a_change_with_a_session_says_where_it_comes_from(client: TestClient) -> None:
    open_account(index_of(client))
    assert sign_in(client) == 303
    secret = client.cookies[session_cookie(False)]
    body = {"record": "need-1", "candidate": "sci-1", "verdict": "fits"}
    for headers, status in (
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://xau.vn"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1"}, 201),
        (SAME_SITE, 201),
    ):
        assert client.post("/api/v1/judgements", json=body, headers=headers).status_code == status
    client.cookies.clear()
    client.cookies.set(session_cookie(True), secret)
    assert client.post("/api/v1/judgements", json=body).status_code == 403


def test_over_https_the_cookie_is_secure_and_of_this_host_alone(client: TestClient) -> None:
    open_account(index_of(client))
    answer = client.post(
        "https://127.0.0.1/dang-nhap",
        data={"email": "can.bo@so.vn", "password": PASSWORD},
        headers=SAME_SITE,
        follow_redirects=False,
    )
    assert re.match(r"__Host-banha_session=.*; HttpOnly; .*Path=/; .*Secure", answer.headers["set-cookie"])


def test_a_token_opens_the_api_as_far_as_its_scopes(client: TestClient) -> None:
    index = index_of(client)
    account = open_account(index)
    secrets = {
        scopes: keeping.make_token(index, account, "thử", list(scopes), datetime.now(UTC))[1]
        for scopes in ((), ("write",), ("write", "administer"))
    }
    bearers = {scopes: {"Authorization": f"Bearer {secret}"} for scopes, secret in secrets.items()}
    assert client.get("/api/v1/records/need-hidden", headers=bearers[()]).status_code == 200
    assert client.post("/api/v1/search", json={"query": "sấy gỗ"}, headers=bearers[()]).status_code == 200
    assert client.delete("/api/v1/records/doc-1", headers=bearers[()]).status_code == 403
    assert client.delete("/api/v1/records/doc-1", headers=bearers["write",]).status_code == 204
    assert client.get("/api/v1/accounts", headers=bearers["write",]).status_code == 403
    assert client.get("/api/v1/accounts", headers=bearers["write", "administer"]).status_code == 200
    # What officers read is read with a token that may only read, too.
    for address in ("/api/v1/declarations", "/api/v1/judgements", "/api/v1/records/need-1/values"):
        assert client.get(address, headers=bearers[()]).status_code == 200, address
    more = {"name": "hơn", "scopes": ["write", "administer"]}
    for scopes, bearer in bearers.items():
        # Not even one that may do as little: it would live on when this one is revoked.
        for asked in (more, {"name": "như cũ", "scopes": list(scopes)}, {"name": "ít hơn", "scopes": []}):
            assert client.post("/api/v1/account/tokens", json=asked, headers=bearer).status_code == 403
    wrong = client.get("/api/v1/records/need-hidden", headers={"Authorization": "Bearer banha_sai"})
    assert (wrong.status_code, wrong.headers["www-authenticate"]) == (401, "Bearer")
    # Pages are for browsers.
    assert client.get("/ho-so/need-hidden", headers=bearers["write",]).status_code == 404


def test_an_administrator_invites_on_the_page_and_the_invited_opens_the_account(client: TestClient) -> None:
    open_account(index_of(client))
    assert sign_in(client) == 303
    form = {"email": "an@dai-hoc.vn", "role": "university", "organisation": "org-1"}
    page = client.post("/quan-tri/tai-khoan", data=form, headers=SAME_SITE)
    assert page.status_code == 200
    found = re.search(r"http://127\.0\.0\.1(/loi-moi/[\w-]+)", page.text)
    assert found
    client.cookies.clear()
    assert "an@dai-hoc.vn" in client.get(found[1]).text
    given_name = {"name": "Trần Được Mời", "password": PASSWORD, "again": PASSWORD}
    assert client.post(found[1], data={**given_name, "again": "khác"}, headers=SAME_SITE).status_code == 422
    done = client.post(found[1], data=given_name, headers=SAME_SITE)
    assert done.url.path == "/tai-khoan"
    assert "Trần Được Mời" in done.text
    assert client.get("/quan-tri/tai-khoan").status_code == 403
    assert client.get(found[1]).status_code == 404


def test_an_administrator_changes_disables_and_erases_accounts(client: TestClient) -> None:
    index = index_of(client)
    open_account(index)
    other = open_account(index, "an@dai-hoc.vn", "scientist")
    assert sign_in(client) == 303
    page = "/quan-tri/tai-khoan"
    client.post(f"{page}/vai-tro", data={"id": other.id, "role": "reviewer"}, headers=SAME_SITE)
    client.post(f"{page}/khoa", data={"id": other.id, "is_disabled": "true"}, headers=SAME_SITE)
    changed = index.store.accounts.get(other.id)
    assert changed is not None
    assert (changed.role, changed.is_disabled) == ("reviewer", True)
    assert "/loi-moi/" in client.post(f"{page}/mat-khau", data={"id": other.id}, headers=SAME_SITE).text
    assert client.post(f"{page}/xoa", data={"id": other.id}, headers=SAME_SITE).status_code == 200
    assert index.store.accounts.get(other.id) is None
    assert client.post(f"{page}/xoa", data={"id": other.id}, headers=SAME_SITE).status_code == 404


def test_a_scientist_claims_a_record_and_an_officer_confirms_it(client: TestClient) -> None:
    index = index_of(client)
    open_account(index)
    scientist = open_account(index, "an@dai-hoc.vn", "scientist")
    assert sign_in(client, "an@dai-hoc.vn") == 303
    hidden, missing = (
        client.post("/api/v1/account/claims", json={"record": id}, headers=SAME_SITE)
        for id in ("need-hidden", "need-hidde2")
    )
    assert hidden.status_code == missing.status_code == 404
    assert client.post("/tai-khoan/ho-so", data={"record": "sci-1"}, headers=SAME_SITE).status_code == 200
    assert viewer_of(index, scientist).owns == frozenset()
    assert client.get("/quan-tri/nhan-ho-so").status_code == 403
    client.cookies.clear()
    assert sign_in(client) == 303
    assert "an@dai-hoc.vn" in client.get("/quan-tri/nhan-ho-so").text
    answer = {"account": scientist.id, "record": "sci-1", "is_confirmed": "true"}
    assert client.post("/quan-tri/nhan-ho-so", data=answer, headers=SAME_SITE).status_code == 200
    assert viewer_of(index, scientist).owns == {"sci-1"}
    index.remove("sci-1")
    assert index.store.claims.of(scientist.id) == []


def test_what_is_somebody_s_is_given_to_another_only_by_saying_how(client: TestClient) -> None:
    index = index_of(client)
    open_account(index)
    holder, other = (open_account(index, f"{name}@dai-hoc.vn", "scientist") for name in ("giu", "khac"))
    index.store.accounts.rename(holder.id, "ThS. Đoàn Thị Minh Sương")

    def ask(account: Account) -> None:
        index.store.claims.put(Claim(account.id, "sci-1", "asked", None, NOW.isoformat()))

    def answer(**more: object) -> int:
        said = {"account": other.id, "record": "sci-1", "is_confirmed": True, **more}
        return client.post("/api/v1/claims", json=said, headers=SAME_SITE).status_code

    ask(holder)
    assert sign_in(client) == 303
    (asked,) = client.get("/api/v1/claims").json()["claims"]
    assert (asked["is_other_name"], asked["owners"]) == (False, [])
    page = client.get("/quan-tri/nhan-ho-so").text
    assert "tên khác" not in page
    assert 'name="sharing"' not in page
    assert answer(account=holder.id) == 201
    ask(other)
    (asked,) = client.get("/api/v1/claims").json()["claims"]
    assert asked["is_other_name"]
    assert [one["email"] for one in asked["owners"]] == ["giu@dai-hoc.vn"]
    page = client.get("/quan-tri/nhan-ho-so").text
    assert "giu@dai-hoc.vn" in page
    assert "tên khác" in page
    assert 'name="sharing"' in page
    said = {"account": other.id, "record": "sci-1", "is_confirmed": "true"}
    refused = client.post("/quan-tri/nhan-ho-so", data=said, headers=SAME_SITE)
    assert (refused.status_code, 'role="alert"' in refused.text) == (422, True)
    assert answer() == 422
    assert viewer_of(index, other).owns == frozenset()
    assert answer(sharing="share") == 201
    assert viewer_of(index, holder).owns == viewer_of(index, other).owns == {"sci-1"}
    merge_records(index, "sci-2", "sci-1")
    index.store.claims.put(Claim(other.id, "sci-2", "asked", None, NOW.isoformat()))
    assert answer(record="sci-2", sharing="hand_over") == 201
    assert (viewer_of(index, holder).owns, viewer_of(index, other).owns) == (frozenset(), {"sci-2"})
    assert answer(is_confirmed=False, record="sci-2") == 201


def test_proof_in_the_record_gives_nobody_what_is_another_s(client: TestClient) -> None:
    index = index_of(client)
    open_account(index)
    holder, other = (open_account(index, f"{name}@dai-hoc.vn", "scientist") for name in ("giu", "khac"))
    text = Section("contact", "khac@dai-hoc.vn", "confidential")
    store_records(index, [(Record("scientist", "science", "Lê An", (text,), id="sci-9"), "test")])
    index.store.claims.put(Claim(holder.id, "sci-9", "confirmed", "officer", NOW.isoformat()))
    assert claim(index, other, Viewer("officer"), "sci-9", NOW).state == "asked"
    index.store.claims.withdraw(holder.id, "sci-9")
    assert claim(index, other, Viewer("officer"), "sci-9", NOW).state == "confirmed"


def test_a_record_that_holds_the_invited_address_is_its_owners_at_once(client: TestClient) -> None:
    index = index_of(client)
    open_account(index)
    scientist = open_account(index, "an@dai-hoc.vn", "scientist")
    record = Record("scientist", "science", "Lê An", (Section("contact", "An@Dai-Hoc.vn", "confidential"),), id="sci-9")
    assert find_proof(scientist, record) == "email"
    assert claim(index, scientist, viewer_of(index, scientist), "sci-1", NOW).state == "asked"


def test_passwords_and_names_are_changed_on_the_own_page(client: TestClient) -> None:
    open_account(index_of(client))
    assert sign_in(client) == 303
    assert "Tên Mới Toanh" in client.post("/tai-khoan/ten", data={"name": "Tên  Mới Toanh"}, headers=SAME_SITE).text
    new = "một mật khẩu mới nhé"
    wrong = client.post("/tai-khoan/mat-khau", data={"old": "sai sai sai", "new": new, "again": new}, headers=SAME_SITE)
    assert wrong.status_code == 403
    changed = client.post("/tai-khoan/mat-khau", data={"old": PASSWORD, "new": new, "again": new}, headers=SAME_SITE)
    assert changed.status_code == 200
    assert client.get("/api/v1/session").json()["role"] == "administrator"
    made = client.post("/tai-khoan/khoa", data={"name": "báo cáo", "scopes": ["write"]}, headers=SAME_SITE)
    secret = re.search(r"banha_[\w-]{43}", made.text)
    assert secret
    client.cookies.clear()
    bearer = {"Authorization": f"Bearer {secret[0]}"}
    assert client.get("/api/v1/session", headers=bearer).json()["scopes"] == ["read", "write"]


def test_a_successor_owns_what_names_the_former_body_and_not_the_other_way_round() -> None:
    former, today = "Trường Cao đẳng Sư phạm Bình Dương", "Trường Đại học Thủ Dầu Một"
    assert is_of(former, today)
    assert not is_of(today, former)
