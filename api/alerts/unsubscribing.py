"""Links that stop e-mails, and do nothing else: signed, so that nobody need sign in for them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Literal

from api.errors import BadInput
from index import Index
from index.database import note_changed
from ingest import N_

Subject = Literal["search", "all", "reminders"]
_SEARCH, _ALL, _REMINDERS = "s", "a", "r"
_SUBJECTS: Mapping[str, Subject] = {_SEARCH: "search", _ALL: "all", _REMINDERS: "reminders"}


def unsubscribe_href(index: Index, account_id: str | None, search_id: str | None = None) -> str:
    """The page that stops the e-mails of one saved search, or of all that an account (None: the office) has."""
    subject = f"{_SEARCH}-{search_id}" if search_id else f"{_ALL}-{account_id or ''}"
    return f"/ngung-thu/{subject}.{_sign(index, subject)}"


def stop_reminders_href(index: Index, account_id: str) -> str:
    """The page that stops the e-mails about reminders of an account."""
    subject = f"{_REMINDERS}-{account_id}"
    return f"/ngung-thu/{subject}.{_sign(index, subject)}"


def check_link(index: Index, token: str) -> Subject:
    """What it stops e-mails about: one search, all of them, or reminders. Raises BadInput for a token that is not
    ours."""
    return _SUBJECTS[_read(index, token)[0]]


def unsubscribe(index: Index, token: str) -> None:
    """Again is as good as once. Raises BadInput for a token that is not ours."""
    which, id = _read(index, token)
    searches = index.store.saved_searches
    # Whoever has the link need not be signed in: the account that it is about is all that can be noted.
    if which == _ALL:
        note_changed(*filter(None, [id]))
        searches.stop_mail(id or None)
    elif which == _REMINDERS:
        index.store.accounts.want_reminders(id, False)
    elif found := searches.find(id):
        note_changed(*filter(None, [found.account_id]))
        searches.change(id, found.often, by_mail=False)


def _read(index: Index, token: str) -> tuple[str, str]:
    subject, _, signature = token.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _sign(index, subject).encode()):
        raise BadInput(N_("This link is not valid. Sign in to change what you are told of."))
    which, _, id = subject.partition("-")
    return which, id


def _sign(index: Index, subject: str) -> str:
    digest = hmac.new(
        index.store.saved_searches.signing_key(), f"unsubscribe {subject}".encode(), hashlib.sha256
    ).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
