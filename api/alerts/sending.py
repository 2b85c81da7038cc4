"""Alerts: saved searches are looked at for what is new, reminders for what is due; what waits is sent.

What is to be told is remembered before it is sent, and that it was sent afterwards: who is killed in between sends the
same again, under the same id. What is told is read when it is sent, as its reader may see it then.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from random import Random

from api.alerts.content import Owner, ToldRecord, name_search, owner_of, results_href, tell_records
from api.alerts.finding import find_fitting
from api.alerts.mails import compose_mail, compose_reminders
from api.alerts.reminders import tell_reminders
from api.alerts.smtp import MailFailed, can_mail, send_mail
from api.alerts.webhooks import post
from api.audit.recording import Doer, anchor_of, record
from api.catalogue import translator
from api.jobs.lines import write_error, write_line
from api.settings import Settings
from index import Delivery, Index, Often, SavedSearch, Way
from ingest import N_, BanhaError

_PAUSES = {"at once": timedelta(0), "daily": timedelta(days=1), "weekly": timedelta(days=7)}
_SLACK = timedelta(hours=1)
"""So much sooner a daily or weekly one is due too: whoever looks once a day does not do so at the same second."""
_FIRST_PAUSE, _LONGEST_PAUSE = 60.0, 12 * 3600.0  # seconds
_GROWTH = 3.0
_JITTER = 0.2
GIVEN_UP_AFTER = timedelta(days=5)
_KEPT = timedelta(days=30)
_FAILED = N_("The alert could not be written; the log of the server says more.")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """What one look has done: records that are new to somebody, deliveries that arrived, that will be tried again, and
    that were given up."""

    found: int
    delivered: int
    postponed: int
    given_up: int


def send_alerts(
    index: Index, settings: Settings, at: datetime, chance: Random, is_stopping: Callable[[], bool] = lambda: False
) -> Sent:
    """Look for what is new, and send what is due."""
    found = find_new(index, settings, at)
    if can_mail(settings):
        index.store.deliveries.remind(at.astimezone().date(), mint_id, at)
    ends = {"done": 0, "waiting": 0, "given up": 0}
    while not is_stopping() and (delivery := index.store.deliveries.take(at)):
        end = deliver(index, settings, delivery, at, chance)
        if end:
            ends[end] += 1
    index.store.deliveries.forget_before(at - _KEPT)
    return Sent(found, ends["done"], ends["waiting"], ends["given up"])


# What is new


def find_new(index: Index, settings: Settings, at: datetime) -> int:
    """How many records were found that are new to their saved search; they are to be told of from now on."""
    searches, seq = index.store.saved_searches, index.store.seq
    # What was stored up to this `seq` must be there to be found: it is not looked for again.
    index.refresh()
    due = [one for one in searches.behind(seq) if is_due(one.often, one.looked_at, at)]
    count = 0
    for account_id, group in groupby(sorted(due, key=lambda one: one.account_id or ""), lambda one: one.account_id):
        owner = owner_of(index, settings, account_id)
        if owner is None:
            continue
        found = [(one, _find_new_of(index, one, owner)) for one in group]
        ids: dict[tuple[Way, str | None], str] = {("mail", None): mint_id()}
        ids |= {("webhook", one.id): mint_id() for one, _ in found}
        count += searches.remember(found, ids, seq, at)
    return count


def _find_new_of(index: Index, search: SavedSearch, owner: Owner) -> list[str]:
    searches = index.store.saved_searches
    new = searches.changed_since(search.seq) - searches.known(search.id) - {search.record_id}
    return [id for id in find_fitting(index, search, owner.viewer) if id in new] if new else []


def is_due(often: Often, looked_at: str, at: datetime) -> bool:
    """Whether a saved search is to be looked at again."""
    pause = _PAUSES[often]
    return at - datetime.fromisoformat(looked_at) >= (pause - _SLACK if pause else pause)


def mint_id() -> str:
    return f"msg_{secrets.token_hex(16)}"


# Sending


def deliver(index: Index, settings: Settings, delivery: Delivery, at: datetime, chance: Random) -> str | None:
    """One attempt: the state in which it leaves the delivery; None for one that has nothing to tell any more."""
    deliveries = index.store.deliveries
    owner = owner_of(index, settings, delivery.account_id)
    told = _tell(index, settings, delivery, owner) if owner else []
    due = tell_reminders(index, settings, delivery, owner, at, translator(settings.lang)) if owner else []
    if owner is None or not (told or due):
        deliveries.forget(delivery.id)
        return None
    try:
        if due and owner.account:
            send_mail(settings, compose_reminders(index, settings, owner.account, due, delivery, at))
        elif delivery.way == "mail":
            send_mail(settings, compose_mail(index, settings, owner, told, delivery, at))
        else:
            [(search, records)] = told
            body = write_payload(index, settings, owner, search, records, delivery)
            post(search.hook_url or "", search.hook_secret or "", delivery.id, body, at, settings.private_hosts)
    except Exception as error:  # noqa: BLE001 (one alert that cannot be written must not keep back the others)
        if isinstance(error, BanhaError):
            problem = write_error(error)
        else:
            _log.exception("an alert failed")
            problem = write_line(_FAILED)
        is_final = isinstance(error, MailFailed) and error.is_final
        if is_final or at - datetime.fromisoformat(delivery.created_at) > GIVEN_UP_AFTER:
            deliveries.finish(delivery.id, "given up", problem, at)
            return "given up"
        pause = pause_after(delivery.attempts, chance)
        deliveries.postpone(delivery.id, problem, at.timestamp() + pause)
        return "waiting"
    deliveries.finish(delivery.id, "done", None, at)
    ids = [one.id for _, records in told for one in records] + [one.id for one in due]
    note_export(index, settings, owner, f"alert {delivery.way}", ids)
    return "done"


def pause_after(attempts: int, chance: Random) -> float:
    """Seconds until the next attempt: growing, and not the same for all that failed together."""
    pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * _GROWTH ** (attempts - 1))
    return pause * chance.uniform(1 - _JITTER, 1 + _JITTER)


def note_export(index: Index, settings: Settings, owner: Owner, what: str, ids: Sequence[str]) -> None:
    """Write into the audit log that these records left the house."""
    doer = Doer(owner.id or "", owner.viewer.role, "http")
    record(index.store, anchor_of(settings), doer, "exported", what, ids)


def _tell(
    index: Index, settings: Settings, delivery: Delivery, owner: Owner
) -> list[tuple[SavedSearch, list[ToldRecord]]]:
    """What a delivery says, of the saved searches that still want to be told this way."""
    told = []
    for search_id, pairs in groupby(index.store.deliveries.records(delivery.id), lambda pair: pair[0]):
        search = index.store.saved_searches.find(search_id)
        if search is None or not (search.by_mail if delivery.way == "mail" else search.hook_url):
            continue
        ids = [id for _, id in pairs]
        records = tell_records(index, ids, owner.viewer, settings.public_url, translator(search.lang))
        if records:
            told.append((search, records))
    return told


def write_payload(
    index: Index,
    settings: Settings,
    owner: Owner,
    search: SavedSearch,
    records: Sequence[ToldRecord],
    delivery: Delivery,
) -> bytes:
    """What is posted to a webhook, as JSON."""
    said = {
        "type": "saved_search.found",
        "timestamp": datetime.fromisoformat(delivery.created_at).astimezone(UTC).isoformat(),
        "data": {
            "saved_search": {
                "id": search.id,
                "name": name_search(index, search, owner.viewer, translator(search.lang)),
                "url": settings.public_url and settings.public_url.rstrip("/") + results_href(search),
            },
            "records": [
                {"id": one.id, "kind": one.kind, "title": one.title, "text": one.text, "url": one.href}
                for one in records
            ],
        },
    }
    return json.dumps(said, ensure_ascii=False).encode()
