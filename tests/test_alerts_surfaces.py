"""Saved searches on the pages, over HTTP and at the command line: followed, told by a feed, changed and given up."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from alert_case import hook_server, need, put, send, settings_for
from fastapi.testclient import TestClient
from http_case import RECORDS, serving
from http_case import settings_for as http_settings
from lxml import etree

from api.access import session_cookie
from api.accounts.signing_in import digest_of
from api.audit.recording import list_entries
from index import Account, AccountRole, Index

ATOM = "{http://www.w3.org/2005/Atom}"
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
TOMORROW = datetime.now(UTC) + timedelta(days=2)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serving(http_settings(tmp_path, model="none", webhook_hosts="127.0.0.1")) as client:
        assert client.post("/api/v1/records", json=RECORDS).status_code == 201
        yield client


def index_of(client: TestClient) -> Index:
    found: Index = client.app_state["server"].live.current.index
    return found


def sign_in(client: TestClient, id: str, role: AccountRole = "enterprise") -> dict[str, str]:
    """The headers of requests of this account."""
    index = index_of(client)
    if index.store.accounts.get(id) is None:
        index.store.accounts.add(Account(id, f"{id}@so.vn", id.title(), role), None, datetime.now(UTC))
        index.store.sessions.open(digest_of(id), id, "", datetime.now(UTC))
    return {**SAME_SITE, "Cookie": f"{session_cookie(False)}={id}"}


def follow(client: TestClient, headers: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/saved-searches", json={"query": "sấy gỗ cao su", **more}, headers=headers)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def tell(client: TestClient, tmp_path: Path, *ids: str) -> None:
    """Store needs, and look for what is new two days later."""
    put(index_of(client), *(need(id) for id in ids))
    send(index_of(client), settings_for(tmp_path), TOMORROW)


def hidden_fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def feed_path(made: dict[str, Any]) -> str:
    return urlsplit(made["feed"]).path


# Over HTTP


def test_what_is_found_when_a_search_is_saved_is_not_told(client: TestClient, tmp_path: Path) -> None:
    made = follow(client, feed=True)
    put(index_of(client), {**RECORDS[0], "title": "Gỗ cao su bị cong và nứt khi sấy lò"})
    tell(client, tmp_path, "n1")
    [shown] = client.get("/api/v1/saved-searches").json()["searches"]
    assert (shown["id"], shown["found"]) == (made["id"], 1)
    assert [one.link for one in feedparser.parse(client.get(feed_path(made)).content).entries] == [
        "http://127.0.0.1/ho-so/n1"
    ]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"query": "gỗ", "record": "need-1"},
        {"record": "need-1"},
        {"query": "…"},
        {"query": "gỗ", "webhook": "ftp://127.0.0.1/"},
        {"query": "gỗ", "webhook": "http://10.0.0.1/"},
        {"query": "gỗ", "often": "hourly"},
        {"query": "gỗ", "trl": 10},
        {"query": "gỗ", "account": "x"},
    ],
)
def test_what_cannot_be_followed_is_refused(client: TestClient, asked: dict[str, Any]) -> None:
    assert client.post("/api/v1/saved-searches", json=asked).status_code == 422
    assert client.get("/api/v1/saved-searches").json() == {"searches": []}


def test_what_fits_a_hidden_record_cannot_be_followed(client: TestClient) -> None:
    headers = sign_in(client, "an")
    for id in ("need-hidden", "khong-co"):
        asked = {"record": id, "kind": "scientist"}
        answer = client.post("/api/v1/saved-searches", json=asked, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:banha:unknown-record")


def test_saved_searches_are_their_owners_alone(client: TestClient) -> None:
    one, other = sign_in(client, "an"), sign_in(client, "binh", "administrator")
    made = follow(client, one)
    address = f"/api/v1/saved-searches/{made['id']}"
    assert client.get("/api/v1/saved-searches", headers=other).json() == {"searches": []}
    assert client.patch(address, json={"often": "weekly"}, headers=other).status_code == 404
    assert client.delete(address, headers=other).status_code == 404
    client.cookies.clear()
    assert client.get("/api/v1/saved-searches").status_code == 401
    assert client.patch(address, json={"often": "weekly"}, headers=one).json()["often"] == "weekly"
    assert client.delete(address, headers=one).status_code == 204
    assert client.get("/api/v1/saved-searches", headers=one).json() == {"searches": []}


def test_secrets_are_shown_once_and_kept_as_digests(client: TestClient, tmp_path: Path) -> None:
    with hook_server() as hook:
        made = follow(client, feed=True, webhook=hook.url)
        secret = feed_path(made).rpartition("/")[2]
        assert made["webhook_secret"].startswith("whsec_")
        [shown] = client.get("/api/v1/saved-searches").json()["searches"]
        assert shown["has_feed"]
        assert "feed" not in shown
        assert "webhook_secret" not in shown
        renewed = client.patch(f"/api/v1/saved-searches/{made['id']}", json={"webhook": hook.url}).json()
        assert renewed["webhook_secret"] != made["webhook_secret"]
    index_of(client).store.database.shorten_log()
    assert secret.encode() not in (tmp_path / "banha.sqlite").read_bytes()


def test_the_same_search_of_the_same_person_is_one(client: TestClient) -> None:
    one = sign_in(client, "an")
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: follow(client, one)["id"], range(4)))
    assert len(set(made)) == 1
    assert follow(client, one, query="sấy gỗ cao su", place="Bình Dương")["id"] != made[0]
    assert follow(client, one, feed=True)["feed"]
    assert follow(client, sign_in(client, "binh"))["id"] != made[0]
    fits = {"query": None, "record": "need-1", "kind": "scientist"}
    assert follow(client, one, **fits)["id"] == follow(client, one, **fits)["id"]
    assert len(client.get("/api/v1/saved-searches", headers=one).json()["searches"]) == 4


def test_there_is_a_limit_to_how_many_are_followed(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.alerts.saved_searches.MOST_SEARCHES", 1)
    follow(client)
    assert client.post("/api/v1/saved-searches", json={"query": "gỗ"}).status_code == 422


# Feeds


def test_a_feed_is_atom_with_stable_entries(client: TestClient, tmp_path: Path) -> None:
    made = follow(client, feed=True)
    tell(client, tmp_path, "n1", "n2")
    answer = client.get(feed_path(made))
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = etree.fromstring(answer.content)
    # What RFC 4287 requires of a feed and of an entry.
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", element.findtext(f"{ATOM}id") or "")
        assert datetime.fromisoformat(element.findtext(f"{ATOM}updated") or "").tzinfo
        assert len([one for one in element.findall(f"{ATOM}link") if one.get("rel") == "alternate"]) == 1
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    assert [one.get("href") for one in feed.findall(f"{ATOM}link") if one.get("rel") == "self"] == [made["feed"]]
    parsed = feedparser.parse(answer.content)
    assert not parsed.bozo
    assert {one.title for one in parsed.entries} == {"Nhu cầu n1", "Nhu cầu n2"}
    before = {one.link: one.id for one in parsed.entries}
    tell(client, tmp_path, "n3")
    after = {one.link: one.id for one in feedparser.parse(client.get(feed_path(made)).content).entries}
    assert len(after) == len(set(after.values())) == 3
    assert before.items() <= after.items()


def test_a_feed_that_has_not_changed_is_not_sent_again(client: TestClient, tmp_path: Path) -> None:
    path = feed_path(follow(client, feed=True))
    tell(client, tmp_path, "need-77")
    etag = client.get(path).headers["etag"]
    logged = len(list_entries(index_of(client).store, limit=1_000))
    for known in (etag, f'"x", W/{etag}', "*"):
        same = client.get(path, headers={"If-None-Match": known})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
    assert len(list_entries(index_of(client).store, limit=1_000)) == logged
    tell(client, tmp_path, "n2")
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_a_feed_shows_what_its_owner_may_see_now(client: TestClient, tmp_path: Path) -> None:
    headers = sign_in(client, "an")
    path = feed_path(follow(client, headers, feed=True))
    tell(client, tmp_path, "n1", "n2")
    put(index_of(client), need("n1", visibility="confidential"))
    client.cookies.clear()
    assert [one.title for one in feedparser.parse(client.get(path).content).entries] == ["Nhu cầu n2"]
    index_of(client).store.accounts.disable("an")
    assert client.get(path).status_code == 404


def test_a_feed_that_is_revoked_or_renewed_is_gone_as_if_it_never_was(client: TestClient) -> None:
    made = follow(client, feed=True)
    address = f"/api/v1/saved-searches/{made['id']}"
    renewed = client.patch(address, json={"feed": True}).json()
    assert client.get(feed_path(made)).json() == client.get("/api/v1/feeds/khong-co").json()
    assert client.get(feed_path(renewed)).status_code == 200
    client.patch(address, json={"feed": False})
    assert client.get(feed_path(renewed)).status_code == 404


def test_text_that_xml_cannot_hold_leaves_a_feed_whole(client: TestClient, tmp_path: Path) -> None:
    made = follow(client, feed=True)
    put(index_of(client), {**need("n1", "Sấy gỗ cao su \u0001 & <nứt> \ufffe."), "title": "Gỗ <b> & \u0007"})
    send(index_of(client), settings_for(tmp_path), TOMORROW)
    assert not feedparser.parse(client.get(feed_path(made)).content).bozo


# Pages


def test_a_search_is_followed_from_its_results_and_given_up_on_the_page(client: TestClient) -> None:
    page = client.get("/tim-kiem", params={"q": "sấy gỗ", "loai": "need", "trl": 3})
    assert 'action="/tim-kiem-da-luu"' in page.text
    fields = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text.split('class="follow"')[1])
    )
    assert {name: fields[name] for name in ("q", "loai", "trl")} == {"q": "sấy gỗ", "loai": "need", "trl": "3"}
    shown = client.post("/tim-kiem-da-luu", data=fields, headers=SAME_SITE)
    assert re.search(r"“sấy gỗ” · [^<]+ · TRL[^<]* 3", shown.text)
    [search] = client.get("/api/v1/saved-searches").json()["searches"]
    assert (search["often"], search["mail"]) == ("daily", False)
    path = f"/tim-kiem-da-luu/{search['id']}"
    made = client.post(path, data={"viec": "feed"}, headers=SAME_SITE)
    [feed] = re.findall(r"http://127.0.0.1(/api/v1/feeds/[\w-]+)", made.text)
    assert client.get(feed).status_code == 200
    assert feed not in client.get("/tim-kiem-da-luu").text
    client.post(path, data={"viec": "change", "often": "weekly", "mail": "true"}, headers=SAME_SITE)
    [search] = client.get("/api/v1/saved-searches").json()["searches"]
    assert (search["often"], search["mail"]) == ("weekly", True)
    assert client.post(path, data={"viec": "webhook", "url": "http://10.0.0.1"}, headers=SAME_SITE).status_code == 422
    with hook_server() as hook:
        assert "whsec_" in client.post(path, data={"viec": "webhook", "url": hook.url}, headers=SAME_SITE).text
    client.post(path, data={"viec": "no-webhook"}, headers=SAME_SITE)
    client.post(path, data={"viec": "no-feed"}, headers=SAME_SITE)
    [search] = client.get("/api/v1/saved-searches").json()["searches"]
    assert (search["has_feed"], search["webhook"]) == (False, None)
    client.post(path, data={"viec": "remove"}, headers=SAME_SITE)
    assert client.get("/api/v1/saved-searches").json() == {"searches": []}


def test_what_fits_a_record_is_followed_from_its_candidates(client: TestClient) -> None:
    page = client.get("/ho-so/need-1/ghep?to=scientist").text
    fields = hidden_fields(page.split('class="follow"')[1])
    client.post("/tim-kiem-da-luu", data={name: fields[name] for name in ("ho_so", "loai")}, headers=SAME_SITE)
    assert "Những gì hợp với “Gỗ cao su bị cong" in client.get("/tim-kiem-da-luu").text


def test_strangers_are_asked_to_sign_in(client: TestClient) -> None:
    sign_in(client, "an")
    client.cookies.clear()
    assert 'class="follow"' not in client.get("/tim-kiem?q=go").text
    for answer in (
        client.get("/tim-kiem-da-luu", follow_redirects=False),
        client.post("/tim-kiem-da-luu", data={"q": "gỗ"}, follow_redirects=False),
    ):
        assert answer.status_code in (303, 401)


def test_a_change_from_another_site_is_refused(client: TestClient) -> None:
    headers = {**sign_in(client, "an"), "Sec-Fetch-Site": "cross-site"}
    assert client.post("/tim-kiem-da-luu", data={"q": "gỗ"}, headers=headers).status_code == 403


# The command line, and the server by itself


def test_the_command_sends_what_is_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    from api.__main__ import main

    for name, value in {"MODEL": "none", "DATA": str(tmp_path), "WEBHOOK_HOSTS": "127.0.0.1"}.items():
        monkeypatch.setenv(f"BANHA_{name}", value)
    index = Index(tmp_path, None)
    with hook_server() as hook, serving(http_settings(tmp_path, model="none", webhook_hosts="127.0.0.1")) as client:
        follow(client, webhook=hook.url)
        put(index, need("n1"))
        monkeypatch.setattr("sys.argv", ["banha", "alerts", "send", "--json"])
        with pytest.raises(SystemExit) as ended:
            main()
    assert ended.value.code in (0, None)
    assert json.loads(capsys.readouterr().out) == {"found": 1, "delivered": 1, "postponed": 0, "given_up": 0}
    assert len(hook.posted) == 1


def test_a_server_sends_alerts_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setattr("api.alerts.runner._LOOK_SECONDS", 0.05)
    with hook_server() as hook, serving(http_settings(tmp_path, model="none", webhook_hosts="127.0.0.1")) as client:
        follow(client, webhook=hook.url)
        put(index_of(client), need("n1"))
        deadline = time.monotonic() + 20
        while not hook.posted:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    assert [one["id"] for one in hook.bodies[0]["data"]["records"]] == ["n1"]
