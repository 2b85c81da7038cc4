"""Links that stop e-mails, and do nothing else: signed, so that nobody need sign in for them."""

from __future__ import annotations

import base64
import hashlib
import hmac

from api.errors import BadInput
from index import Index
from ingest import N_

_SEARCH, _ALL = "s", "a"


def unsubscribe_href(index: Index, account_id: str | None, search_id: str | None = None) -> str:
    """The page that stops the e-mails of one saved search, or of all that an account (None: the office) has."""
    subject = f"{_SEARCH}-{search_id}" if search_id else f"{_ALL}-{account_id or ''}"
    return f"/ngung-thu/{subject}.{_sign(index, subject)}"


def check_link(index: Index, token: str) -> bool:
    """Whether it stops all e-mails (else those of one search). Raises BadInput for a token that is not ours."""
    return _read(index, token)[0] == _ALL


def unsubscribe(index: Index, token: str) -> None:
    """Again is as good as once. Raises BadInput for a token that is not ours."""
    which, id = _read(index, token)
    searches = index.store.saved_searches
    if which == _ALL:
        searches.stop_mail(id or None)
    elif found := searches.find(id):
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
