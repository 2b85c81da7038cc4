"""Mails go over encrypted connections, and only to a server whose certificate is known and bears its name."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alert_case import add_account, follow, mail_server, mailing, need, put, send
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from index import Index


def make_certificate(path: Path, address: str) -> ssl.SSLContext:
    """Self-signed, for an address; written with its key into a file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "thử")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize(
    ("address", "is_known", "is_taken"), [("127.0.0.1", True, True), ("127.0.0.1", False, False), ("::1", True, False)]
)
def test_mails_go_only_to_the_server_that_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, address: str, is_known: bool, is_taken: bool
) -> None:
    tls = make_certificate(tmp_path / "chung-thu.pem", address)
    if is_known:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "chung-thu.pem"))
    index = Index(tmp_path, None)
    follow(index, add_account(index), by_mail=True)
    put(index, need("n1"))
    with mail_server(scheme=scheme, tls=tls) as box:
        assert send(index, mailing(tmp_path, box)).delivered == is_taken
    assert len(box.taken) == is_taken
