"""E-mails: written in two forms, text and HTML, and handed to the server that sends them."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from api.settings import Settings
from ingest import N_, BanhaError

_SECONDS = 10.0
_PERMANENT = 500  # from here on SMTP says that trying again is of no use (RFC 5321)
_PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 25}


class _Whole(UnstructuredHeader, BaseHeader):
    """A header on one line: broken or encoded (RFC 2047), the address in it would be read by no mail program."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _Whole)
_POLICY = SMTP.clone(header_factory=_HEADERS)


class MailFailed(BanhaError):
    """The e-mail was not taken. `is_final`: nor will it be."""

    is_final = False


class BadMailSettings(MailFailed):
    """E-mails cannot be sent with these settings."""


@dataclass(frozen=True, slots=True)
class MailServer:
    scheme: str
    host: str
    port: int
    user: str
    password: str


def can_mail(settings: Settings) -> bool:
    """Whether there is all that e-mails need: who sends them, and where their links lead."""
    return bool(settings.smtp_url and settings.mail_from and settings.public_url)


def write_mail(
    settings: Settings, to: str, subject: str, text: str, html: str, id: str, stop_url: str, at: datetime
) -> EmailMessage:
    """`id` names the mail: the same again is the same mail. `stop_url` stops such mails by one POST (RFC 8058)."""
    name, address = parseaddr(settings.mail_from)
    mail = EmailMessage(_POLICY)
    mail["From"] = Address(name, addr_spec=address)
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{id}@{address.rpartition('@')[2]}>"
    mail["List-Unsubscribe"] = f"<{stop_url}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    mail.add_alternative(html, subtype="html")
    return mail


def send_mail(settings: Settings, mail: EmailMessage) -> None:
    """Raises MailFailed."""
    server = find_server(settings)
    try:
        with _connected(server) as connection:
            if server.scheme == "smtp":
                connection.starttls(context=ssl.create_default_context())
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        status = max((code for code, _ in error.recipients.values()), default=0)
        raise _refused(status) from error
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code) from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailFailed(
            N_("The mail server {host} cannot be reached or does not encrypt."), host=server.host
        ) from error


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    connection: smtplib.SMTP
    if server.scheme == "smtps":
        context = ssl.create_default_context()
        connection = smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
    with connection:
        yield connection


def _refused(status: int) -> MailFailed:
    failed = MailFailed(N_("The mail server refused the e-mail (status {status})."), status=status)
    failed.is_final = status >= _PERMANENT
    return failed


def find_server(settings: Settings) -> MailServer:
    """That of the settings. Raises BadMailSettings, without a word of the password."""
    if not can_mail(settings) or settings.smtp_url is None:
        raise BadMailSettings(N_("E-mails need BANHA_SMTP_URL, BANHA_MAIL_FROM and BANHA_PUBLIC_URL."))
    try:
        url = urlsplit(settings.smtp_url.get_secret_value())
        port = url.port
    except ValueError:
        raise BadMailSettings(N_("BANHA_SMTP_URL is no address of a mail server.")) from None
    if url.scheme not in _PORTS or not url.hostname:
        raise BadMailSettings(N_("BANHA_SMTP_URL is no address of a mail server."))
    user, password = unquote(url.username or ""), unquote(url.password or "")
    return MailServer(url.scheme, url.hostname, port or _PORTS[url.scheme], user, password)
