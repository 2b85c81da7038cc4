"""Signing in by OpenID Connect: against a small provider that really answers, and against ones that lie."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlencode, urlsplit

import pytest
from fastapi.testclient import TestClient
from http_case import serving, settings_for
from httpx2 import Response
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from typer.testing import CliRunner

from api.access import session_cookie
from api.accounts import keeping, oidc
from api.accounts.oidc import Provider, check_provider, find_provider, read_journey
from api.cli import app
from api.doctor import examine
from api.errors import ProviderFails
from index import Account, AccountRole, Index, UnusableFolder

CLIENT, SECRET, NAME = "ba-nha", "bi-mat+rieng/1", "Cổng Thử"
EMAIL, SUBJECT = "can.bo@so.vn", "người-01"
AWAY, BACK = "/dang-nhap/ben-ngoai", "/dang-nhap/ben-ngoai/xong"
KEY = RSAKey.generate_key(2048, {"kid": "k1"})
FOREIGN = RSAKey.generate_key(2048, {"kid": "k1"})
NOW = datetime.now(UTC)


@dataclass
class Answers:
    """A provider's answers, each of which a test may change, and what it was asked."""

    issuer: str
    claims: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    said: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    key: RSAKey | OctKey = field(default_factory=lambda: KEY)
    alg: str = "RS256"
    seconds: float = 0.0
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    secret: str = SECRET

    def discover(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **self.said,
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """The address to which the browser comes back."""
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        who, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode("ascii").partition(":")
        # As RFC 6749, 2.3.1 says.
        if (unquote_plus(who), unquote_plus(secret)) != (CLIENT, self.secret):
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked is None or challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        token = self.sign(asked["nonce"])
        return 200, {"access_token": "mo", "token_type": "Bearer", "expires_in": 60, "id_token": token}

    def sign(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": SUBJECT,
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": nonce,
            "email": EMAIL,
            "email_verified": True,
            "name": "Người Ở Cổng",
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if name not in self.without}
        if self.alg == "none":
            parts = ({"alg": "none", "typ": "JWT"}, claims)
            return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts) + "."
        return jwt.encode({"alg": self.alg, "kid": "k1"}, claims, self.key, algorithms=[self.alg])


class Handler(BaseHTTPRequestHandler):
    answers: Answers

    def do_GET(self) -> None:
        answers, parts = self.answers, urlsplit(self.path)
        answers.asked.append(parts.path)
        time.sleep(answers.seconds)
        if parts.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", answers.authorize(dict(parse_qsl(parts.query))))
            self.end_headers()
        elif parts.path == "/.well-known/openid-configuration":
            self._say(200, answers.discover())
        elif parts.path == "/keys":
            self._say(200, {"keys": [{"kty": "strange"}, KEY.as_dict(private=False)]})
        elif parts.path == "/userinfo" and self.headers["Authorization"] == "Bearer mo":
            self._say(200, answers.userinfo or {"sub": SUBJECT})
        else:
            self._say(404, {})

    def do_POST(self) -> None:
        self.answers.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._say(*self.answers.exchange(dict(parse_qsl(body)), self.headers["Authorization"]))

    def _say(self, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def answers() -> Iterator[Answers]:
    """A provider on a free port of this computer."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Answers(f"http://127.0.0.1:{server.server_address[1]}")
        server.RequestHandlerClass = type("Handler", (Handler,), {"answers": found})
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield found
        server.shutdown()
        thread.join(10)


def options(issuer: str, **more: Any) -> dict[str, Any]:
    return {
        "oidc_issuer": issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
        "oidc_name": NAME,
        "model": "none",
        **more,
    }


@contextmanager
def a_server(folder: Path, issuer: str, **more: Any) -> Iterator[TestClient]:
    with serving(settings_for(folder, **options(issuer, **more))) as client:
        open_account(index_of(client), "quan.tri@so.vn", "administrator")
        yield client


@pytest.fixture
def client(tmp_path: Path, answers: Answers) -> Iterator[TestClient]:
    with a_server(tmp_path, answers.issuer) as client:
        yield client


def index_of(client: TestClient) -> Index:
    found: Index = client.app_state["server"].live.current.index
    return found


def open_account(index: Index, email: str = EMAIL, role: AccountRole = "officer") -> Account:
    account = Account(f"id-{email}", email, "Người Dùng Thử", role)
    index.store.accounts.add(account, None, NOW)
    return account


def go(client: TestClient, answers: Answers, then: str = "/ho-so") -> str:
    """To the provider, up to the address on which the browser comes back."""
    away = client.get(AWAY, params={"tiep": then}, follow_redirects=False)
    assert away.status_code == 303, away.text
    assert away.headers["location"].startswith(f"{answers.issuer}/authorize?")
    return answers.authorize(dict(parse_qsl(urlsplit(away.headers["location"]).query)))


def sign_in(client: TestClient, answers: Answers, then: str = "/ho-so") -> Response:
    return client.get(go(client, answers, then), follow_redirects=False)


def is_signed_in(client: TestClient) -> bool:
    return bool(client.get("/api/v1/session").json()["account"])


# Who enters


def test_a_verified_address_opens_its_account_and_leads_back(client: TestClient, answers: Answers) -> None:
    account = open_account(index_of(client))
    shown = client.get("/dang-nhap?tiep=/ho-so%3Floai%3Dneed").text
    assert f"Đăng nhập bằng {NAME}" in shown
    answer = sign_in(client, answers, "/ho-so?loai=need")
    assert (answer.status_code, answer.headers["location"]) == (303, "/ho-so?loai=need")
    assert client.get("/api/v1/session").json()["role"] == "officer"
    kept = index_of(client).store.accounts.get(account.id)
    assert kept is not None
    assert (kept.issuer, kept.subject) == (answers.issuer, SUBJECT)
    # What was kept on the way is gone, and what stays is no word of the provider.
    assert set(client.cookies) == {session_cookie(False)}
    entry = list(index_of(client).store.audit.entries())[-1]
    assert (entry.actor, entry.deed, entry.what) == (account.id, "signed", f"GET {BACK}")


def test_afterwards_the_subject_decides_and_not_the_address(client: TestClient, answers: Answers) -> None:
    account = open_account(index_of(client))
    other = open_account(index_of(client), "khac@so.vn", "reviewer")
    assert sign_in(client, answers).status_code == 303
    client.cookies.clear()
    answers.claims = {"email": other.email, "email_verified": False}
    assert sign_in(client, answers).status_code == 303
    assert client.get("/api/v1/session").json()["account"]["id"] == account.id
    client.cookies.clear()
    answers.claims = {"sub": "người-02"}  # who was given the address after them
    refused = sign_in(client, answers)
    assert refused.status_code == 403
    assert "đã gắn với người khác" in refused.text
    assert not is_signed_in(client)
    index_of(client).store.accounts.unlink(account.id)
    assert sign_in(client, answers).status_code == 303


def test_an_invitation_to_the_address_opens_an_account_once(client: TestClient, answers: Answers) -> None:
    index = index_of(client)
    keeping.invite(index, EMAIL, "", "scientist", None, datetime.now(UTC))
    assert sign_in(client, answers).status_code == 303
    made = index.store.accounts.find(EMAIL)
    assert made is not None
    assert (made.role, made.name, made.subject) == ("scientist", "Người Ở Cổng", SUBJECT)
    assert index.store.accounts.password_hash(made.id) is None
    assert index.store.invitations.find_to(EMAIL, datetime.now(UTC)) is None
    index.store.erase_account(made.id)
    client.cookies.clear()
    assert sign_in(client, answers).status_code == 403
    assert index.store.accounts.find_vouched(answers.issuer, SUBJECT) is None


def test_an_invitation_that_could_not_open_an_account_is_still_good(
    client: TestClient, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise UnusableFolder("đĩa đầy")

    index = index_of(client)
    keeping.invite(index, EMAIL, "", "scientist", None, datetime.now(UTC))
    with monkeypatch.context() as patch:
        patch.setattr("index.accounts.Accounts.insert", fail)
        assert sign_in(client, answers).status_code >= 500
    assert index.store.invitations.find_to(EMAIL, datetime.now(UTC)) is not None
    assert sign_in(client, answers).status_code == 303


def test_an_account_is_unlinked_by_command(client: TestClient, answers: Answers, tmp_path: Path) -> None:
    index = index_of(client)
    open_account(index)
    assert sign_in(client, answers).status_code == 303
    run = ["--data", str(tmp_path), "account", "unlink", EMAIL]
    assert CliRunner().invoke(app, run, prog_name="banha").exit_code == 0
    assert not is_signed_in(client)
    assert index.store.accounts.find_vouched(answers.issuer, SUBJECT) is None
    assert CliRunner().invoke(app, run, prog_name="banha").exit_code == 2
    answers.claims = {"sub": "người-02"}
    assert sign_in(client, answers).status_code == 303


def test_without_account_and_invitation_nothing_is_made(client: TestClient, answers: Answers) -> None:
    index = index_of(client)
    keeping.invite(index, EMAIL, "", "officer", None, datetime.now(UTC) - timedelta(days=8))
    before = index.store.accounts.all()
    refused = sign_in(client, answers)
    assert refused.status_code == 403
    assert "chưa có tài khoản hay lời mời nào" in refused.text
    assert "Xin người quản trị" in refused.text
    assert index.store.accounts.all() == before
    assert not is_signed_in(client)


@pytest.mark.parametrize("verified", [False, None, "false", 1])
def test_an_address_that_is_not_verified_opens_nothing(client: TestClient, answers: Answers, verified: object) -> None:
    open_account(index_of(client))
    answers.claims = {"email_verified": verified}
    refused = sign_in(client, answers)
    assert refused.status_code == 403
    assert "không xác nhận địa chỉ thư" in refused.text
    assert not is_signed_in(client)


def test_a_disabled_account_stays_out(client: TestClient, answers: Answers) -> None:
    account = open_account(index_of(client))
    index_of(client).store.accounts.disable(account.id)
    assert "đã bị khóa" in sign_in(client, answers).text
    assert index_of(client).store.accounts.find_vouched(answers.issuer, SUBJECT) is None
    index_of(client).store.accounts.disable(account.id, False)
    assert sign_in(client, answers).status_code == 303
    client.cookies.clear()
    index_of(client).store.accounts.disable(account.id)
    assert sign_in(client, answers).status_code == 403
    assert not is_signed_in(client)


def test_an_address_may_be_told_by_the_page_of_the_person(client: TestClient, answers: Answers) -> None:
    open_account(index_of(client))
    answers.without = ("email", "email_verified")
    answers.userinfo = {"sub": "ai khác", "email": EMAIL, "email_verified": True}
    assert sign_in(client, answers).status_code == 403
    answers.userinfo = {"sub": SUBJECT, "email": EMAIL, "email_verified": True}
    assert sign_in(client, answers).status_code == 303


@pytest.mark.parametrize("elsewhere", ["https://xau.vn/", "//xau.vn", "/\\xau.vn", "x" * 5_000])
def test_nobody_is_led_elsewhere(client: TestClient, answers: Answers, elsewhere: str) -> None:
    open_account(index_of(client))
    assert sign_in(client, answers, elsewhere).headers["location"] == "/"


def test_over_https_the_cookie_on_the_way_is_secure(client: TestClient, answers: Answers) -> None:
    cookie = client.get(f"https://127.0.0.1{AWAY}", follow_redirects=False).headers["set-cookie"]
    assert cookie.startswith("__Host-banha_journey=")
    assert all(word in cookie for word in ("HttpOnly", "Secure", "SameSite=lax", "Max-Age=600"))


# What proves nothing

LIES: dict[str, dict[str, Any]] = {
    "wrong nonce": {"claims": {"nonce": "khác"}},
    "no nonce": {"without": ("nonce",)},
    "wrong audience": {"claims": {"aud": "một máy chủ khác"}},
    "no audience": {"without": ("aud",)},
    "for another party": {"claims": {"aud": [CLIENT, "khác"], "azp": "khác"}},
    "another issuer": {"claims": {"iss": "https://xau.vn"}},
    "expired": {"claims": {"exp": int(time.time()) - 3_600}},
    "without an end": {"without": ("exp",)},
    "not valid yet": {"claims": {"nbf": int(time.time()) + 3_600}},
    "nobody": {"claims": {"sub": ""}},
    "no text": {"claims": {"sub": 7}},
    "not signed": {"alg": "none"},
    "another's key": {"key": FOREIGN},
    "signed with the secret": {"key": OctKey.import_key(SECRET.encode() * 4), "alg": "HS256"},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_proves_nothing_opens_nothing(client: TestClient, answers: Answers, lie: str) -> None:
    open_account(index_of(client))
    for name, value in LIES[lie].items():
        setattr(answers, name, value)
    refused = sign_in(client, answers)
    assert refused.status_code == 401, refused.text
    assert "chưa xong" in refused.text
    assert not is_signed_in(client)
    assert index_of(client).store.accounts.find_vouched(answers.issuer, SUBJECT) is None


def test_who_comes_back_otherwise_than_they_went_is_refused(client: TestClient, answers: Answers) -> None:
    open_account(index_of(client))
    back = go(client, answers)
    query = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    for changed in (
        {"state": "khác"},
        {"state": ""},
        {"code": ""},
        {"error": "access_denied"},
        {"iss": "https://xau.vn"},
    ):
        journey = dict(client.cookies)
        assert client.get(BACK, params={**query, **changed}).status_code == 401
        client.cookies.clear()
        client.cookies.update(journey)
    assert "/token" not in answers.asked
    client.cookies.clear()  # another browser
    assert client.get(back, follow_redirects=False).status_code == 401
    assert not is_signed_in(client)


def test_a_code_works_once(client: TestClient, answers: Answers) -> None:
    open_account(index_of(client))
    back = go(client, answers)
    journey = dict(client.cookies)
    assert client.get(back, follow_redirects=False).status_code == 303
    client.cookies.clear()
    assert client.get(back, follow_redirects=False).status_code == 401
    client.cookies.update(journey)
    assert client.get(back, follow_redirects=False).status_code == 401
    assert not is_signed_in(client)


def test_what_is_no_journey_is_none() -> None:
    assert read_journey("") is None
    assert read_journey("a:b:c") is None
    assert read_journey(":::") is None
    journey = oidc.begin_journey("/hồ-sơ?a=b:c;d")
    assert read_journey(journey.write()) == journey


# A provider that fails


def test_a_provider_that_is_down_leaves_the_password(tmp_path: Path) -> None:
    with a_server(tmp_path, "http://127.0.0.1:9") as client:
        shown = client.get(AWAY)
        assert shown.status_code == 503
        assert f"Đăng nhập bằng {NAME} lúc này không được" in shown.text
        assert 'name="password"' in shown.text
        assert "127.0.0.1:9" not in shown.text


def test_a_provider_that_hangs_is_not_waited_for(
    client: TestClient, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc, "_TIMEOUT_S", 0.1)
    answers.seconds = 1.0
    assert client.get(AWAY).status_code == 503


def test_a_provider_that_hangs_keeps_only_a_few_waiting(
    client: TestClient, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc, "_at_once", threading.BoundedSemaphore(1))
    with oidc._asking(Provider(answers.issuer, CLIENT, SECRET, NAME)):
        assert client.get(AWAY).status_code == 503
    assert client.get(AWAY, follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, None),
        ({"issuer": "https://xau.vn"}, "calls itself"),
        ({"token_endpoint": "http://xau.vn/token"}, "token_endpoint"),
        ({"jwks_uri": None}, "jwks_uri"),
        ({"id_token_signing_alg_values_supported": ["none", "HS256"]}, "signs in no way"),
        ({"jwks_uri": "{issuer}/nothing"}, "404"),
    ],
)
def test_what_a_provider_says_of_itself_is_checked(answers: Answers, said: dict[str, Any], words: str | None) -> None:
    answers.said = {
        name: value.format(issuer=answers.issuer) if isinstance(value, str) else value for name, value in said.items()
    }
    provider = Provider(answers.issuer, CLIENT, SECRET, NAME)
    if words is None:
        check_provider(provider)
        return
    with pytest.raises(ProviderFails, match=words):
        check_provider(provider)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"oidc_client_id": None}, "BANHA_OIDC_CLIENT_ID"),
        ({"oidc_client_secret": None}, "BANHA_OIDC_CLIENT_SECRET"),
        ({"oidc_issuer": None}, "BANHA_OIDC_ISSUER"),
        ({"oidc_issuer": "http://xau.vn"}, "https"),
        ({"oidc_issuer": "http://127.0.0.1:9"}, "127.0.0.1:9"),
    ],
)
def test_the_doctor_says_what_is_wrong(tmp_path: Path, answers: Answers, more: dict[str, Any], words: str) -> None:
    def look(**changed: Any) -> list[Any]:
        settings = settings_for(tmp_path / "data", **options(answers.issuer, **changed))
        return [one for one in examine(settings) if "OpenID" in one.name]

    assert [one.state for one in look()] == ["works"]
    (found,) = look(**more)
    assert (found.state, found.blocks) == ("broken", False)
    assert words in found.detail.format(**found.params)


def test_without_settings_there_is_no_provider(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, model="none")
    assert find_provider(settings) is None
    assert not [one for one in examine(settings) if "OpenID" in one.name]
    with serving(settings) as client:
        open_account(index_of(client))
        for path in (AWAY, BACK):
            assert client.get(path, follow_redirects=False).headers["location"] == "/dang-nhap"
        assert AWAY not in client.get("/dang-nhap").text


def test_a_client_that_the_provider_does_not_know_is_a_wrong_setting(tmp_path: Path, answers: Answers) -> None:
    with a_server(tmp_path, answers.issuer, oidc_client_secret="sai") as client:
        open_account(index_of(client))
        assert sign_in(client, answers).status_code == 503
        assert not is_signed_in(client)


@pytest.mark.parametrize("secret", ["bí-mật của Sở", "khoá:có 100% dấu+&", "plain-1234_.~"])
def test_a_secret_may_be_in_any_letters(tmp_path: Path, answers: Answers, secret: str) -> None:
    answers.secret = secret
    with a_server(tmp_path, answers.issuer, oidc_client_secret=secret) as client:
        open_account(index_of(client))
        assert sign_in(client, answers).status_code == 303
        assert is_signed_in(client)


def test_the_server_starts_without_loading_the_library() -> None:
    said = "import sys, api.app; print([one for one in sys.modules if one.split('.')[0] in ('authlib', 'joserfc')])"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("module", ["api.routes", "api.pages", "api.problems"])
def test_each_part_of_the_server_can_be_imported_first(module: str) -> None:
    done = subprocess.run([sys.executable, "-c", f"import {module}"], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
