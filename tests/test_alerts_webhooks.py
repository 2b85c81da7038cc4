"""Webhooks: signed by the standard, tried again, and posted nowhere but where they may."""

from __future__ import annotations

import socket
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from alert_case import NOW, add_account, follow, hook_server, hooked, need, put, send, settings_for

import api.alerts.webhooks
from api.alerts.webhooks import HookFailed, check_url, is_public, make_hook_secret, post, sign
from api.errors import BadInput
from index import Index

LOCAL = frozenset({"127.0.0.1", "localhost"})


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path, None)


def test_the_signature_is_that_of_the_standard() -> None:
    """The example that the libraries of Standard Webhooks are tested with."""
    signed = sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_webhook_that_fails_twice_gets_the_same_delivery_signed_anew(index: Index, tmp_path: Path) -> None:
    with hook_server(500, 503) as hook:
        settings = settings_for(tmp_path, webhook_hosts="127.0.0.1")
        search = follow(index, add_account(index), **hooked(hook.url))
        put(index, need("n1"))
        states = []
        for minutes in (0, 10, 60):
            send(index, settings, NOW + timedelta(minutes=minutes))
            states.append(index.store.deliveries.of(search.id, 1)[0].state)
    assert states == ["waiting", "waiting", "done"]
    assert len({headers["webhook-id"] for headers, _ in hook.posted}) == 1
    for headers, body in hook.posted:
        assert headers["content-type"] == "application/json"
        stamp = int(headers["webhook-timestamp"])
        assert headers["webhook-signature"] == sign(search.hook_secret or "", headers["webhook-id"], stamp, body)
    stamps = [int(headers["webhook-timestamp"]) for headers, _ in hook.posted]
    assert stamps == [int((NOW + timedelta(minutes=minutes)).timestamp()) for minutes in (0, 10, 60)]
    said = hook.bodies[-1]
    assert said["type"] == "saved_search.found"
    assert said["data"]["saved_search"]["id"] == search.id
    assert said["data"]["records"] == [
        {
            "id": "n1",
            "kind": "need",
            "title": "Nhu cầu n1",
            "text": "Gỗ cao su bị nứt khi sấy.",
            "url": "https://banha.example/ho-so/n1",
        }
    ]


def test_redirects_are_not_followed() -> None:
    with (
        hook_server() as other,
        hook_server(307, location=other.url) as hook,
        pytest.raises(HookFailed, match="307"),
    ):
        post(hook.url, make_hook_secret(), "msg_1", b"{}", NOW, LOCAL)
    assert len(hook.posted) == 1
    assert other.posted == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost:8080/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://192.168.1.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0/",
        "ftp://8.8.8.8/",
        "file:///etc/passwd",
        "https://user:pass@8.8.8.8/",
        "https:///nowhere",
        "https://8.8.8.8:99999/",
        "https://8.8.8.8/\r\nHost: x",
        "https://8.8.8.8/" + "a" * 2_000,
    ],
)
def test_addresses_of_this_computer_and_private_networks_are_refused(url: str) -> None:
    with pytest.raises((BadInput, HookFailed)):
        check_url(url, frozenset())


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_taken(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("10.1.2.3", "172.16.0.1", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "169.254.1.1", "x"),
        *("::", "::1", "::127.0.0.1", "fe80::1%eth0", "fc00::1", "ff02::1", "64:ff9b::7f00:1", "2002:7f00:1::"),
        *("2001::1", "2001:db8::1", "64:ff9b:1::1"),
    ],
)
def test_no_other_addresses_are_taken(address: str) -> None:
    assert not is_public(address)


def test_a_name_is_looked_up_once_and_that_address_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that answers with a public address first and a private one then gains nothing."""
    asked: list[str] = []
    opened: list[tuple[str, int]] = []

    def look_up(host: str, port: int, **_: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        asked.append(host)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34" if len(asked) == 1 else "127.0.0.1", port))
        ]

    def connect(address: tuple[str, int], *_: object) -> socket.socket:
        opened.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(api.alerts.webhooks.socket, "getaddrinfo", look_up)
    monkeypatch.setattr(api.alerts.webhooks.socket, "create_connection", connect)
    with pytest.raises(HookFailed):
        post("https://hook.example/", make_hook_secret(), "msg_1", b"{}", NOW, frozenset())
    assert asked == ["hook.example"]
    assert opened == [("93.184.216.34", 443)]
    with pytest.raises(BadInput):
        post("https://hook.example/", make_hook_secret(), "msg_1", b"{}", NOW, frozenset())


def test_a_name_with_one_private_address_among_others_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(api.alerts.webhooks.socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(BadInput):
        check_url("https://hook.example/", frozenset())


def test_a_host_that_answers_byte_by_byte_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.alerts.webhooks, "_SECONDS", 0.6)
    ended = threading.Event()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                try:
                    while not ended.wait(0.1):
                        connection.sendall(b"H")
                except OSError:
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        with pytest.raises(HookFailed):
            post(f"http://127.0.0.1:{listener.getsockname()[1]}/", make_hook_secret(), "m", b"{}", NOW, LOCAL)
        assert time.monotonic() - began < 5
        ended.set()
        thread.join()


def test_a_webhook_over_https_must_be_who_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    with hook_server() as hook, pytest.raises(HookFailed):
        post(hook.url.replace("http://", "https://"), make_hook_secret(), "m", b"{}", NOW, LOCAL)
    assert hook.posted == []
