"""Webhooks: alerts posted to an address of the reader's choice, signed as Standard Webhooks says.

See https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import secrets
import socket
import ssl
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from urllib.parse import SplitResult, urlsplit

from api.errors import BadInput
from ingest import N_, BanhaError

_SECRET = "whsec_"
_SECRET_BYTES = 32
_SECONDS = 10.0
_LONGEST_URL = 2_000
_PORTS = {"http": 80, "https": 443}
_UNICAST = ipaddress.IPv6Network("2000::/3")
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an address of IPv4


class HookFailed(BanhaError):
    """The webhook did not take the delivery."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a webhook posts to, and the numeric addresses (all looked at) that its host had just now."""

    url: SplitResult
    host: str
    port: int
    addresses: tuple[str, ...]


def make_hook_secret() -> str:
    return _SECRET + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def check_url(url: str, private_hosts: Collection[str]) -> str:
    """The address when webhooks may be posted there. Raises BadInput and HookFailed."""
    return _find_target(url.strip(), private_hosts).url.geturl()


def sign(secret: str, id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: version 1, HMAC-SHA256 over id, seconds since 1970 and body."""
    key = base64.b64decode(secret.removeprefix(_SECRET))
    signed = f"{id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def post(url: str, secret: str, id: str, body: bytes, at: datetime, private_hosts: Collection[str]) -> None:
    """Post JSON once; nothing is followed, nothing is read but the status. Raises HookFailed, and BadInput for an
    address that is not taken (any more)."""
    target = _find_target(url, private_hosts)
    timestamp = int(at.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "BaNha",
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(secret, id, timestamp, body),
    }
    try:
        status = _send(target, headers, body)
    except (OSError, HTTPException) as error:
        raise HookFailed(
            N_("{host} cannot be reached or did not answer within 10 seconds."), host=target.host
        ) from error
    if not 200 <= status < 300:
        raise HookFailed(N_("{host} answered with the status {status}."), host=target.host, status=status)


def _send(target: Target, headers: Mapping[str, str], body: bytes) -> int:
    """The status of the answer. Raises OSError and HTTPException."""
    connection = _Connection(target)
    # The limit of a socket is one for each of its steps: a host that sends a byte now and then would hold us for long.
    limit = threading.Timer(_SECONDS, connection.cut)
    limit.start()
    try:
        path = target.url.path or "/"
        connection.request("POST", f"{path}?{target.url.query}" if target.url.query else path, body, dict(headers))
        return connection.getresponse().status
    finally:
        limit.cancel()
        connection.close()


class _Connection(HTTPConnection):
    """To the addresses that were looked at, whatever the name means by now (DNS rebinding)."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=_SECONDS)
        self.default_port = _PORTS[target.url.scheme]  # which goes without saying in the header Host
        self._target = target
        self._socket: socket.socket | None = None

    def connect(self) -> None:
        self._socket = self.sock = self._open()
        if self._target.url.scheme == "https":
            wrapped = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self._target.host)
            self._socket = self.sock = wrapped

    def _open(self) -> socket.socket:
        failure: OSError = OSError("no address")
        for address in self._target.addresses:
            try:
                return socket.create_connection((address, self._target.port), _SECONDS)
            except OSError as error:
                failure = error
        raise failure

    def cut(self) -> None:
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:  # it is over already
                return


def _find_target(url: str, private_hosts: Collection[str]) -> Target:
    """Raises BadInput for what is no address or not public, HookFailed for a name that nobody knows."""
    try:
        split = urlsplit(url)
        host, port = (split.hostname or "").rstrip("."), split.port
    except ValueError:
        raise _bad_url() from None
    is_plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= _LONGEST_URL
    if split.scheme not in _PORTS or not host or not is_plain or "@" in split.netloc or port == 0:
        raise _bad_url()
    port = port or _PORTS[split.scheme]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise HookFailed(N_("No computer with the name {host} is known."), host=host) from error
    addresses = tuple(dict.fromkeys(str(one[4][0]) for one in found))
    if host.lower() not in private_hosts and not all(map(is_public, addresses)):
        raise BadInput(
            N_("{host} is in a private network. Webhooks go there only if BANHA_WEBHOOK_HOSTS names it."), host=host
        )
    return Target(split._replace(fragment=""), host, port, addresses)


def _bad_url() -> BadInput:
    return BadInput(N_("A webhook has an address that begins with https:// or http://, without name and password."))


def is_public(address: str) -> bool:
    """Whether an address in numbers is one of the public internet, also where one of IPv4 stands in one of IPv6."""
    try:
        number = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(number, ipaddress.IPv6Address):
        inner = number.ipv4_mapped or number.sixtofour
        if number in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if number.teredo is not None or number not in _UNICAST:
            return False
    return number.is_global and not number.is_multicast
