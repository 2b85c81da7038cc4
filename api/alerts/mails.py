"""The e-mails that tell one account of all that its saved searches have found, and of its reminders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from api.addresses import account_href, engagements_href, saved_searches_href
from api.alerts.content import Owner, ToldRecord, absolute, name_search, results_href
from api.alerts.reminders import ToldReminder
from api.alerts.smtp import write_mail
from api.alerts.unsubscribing import stop_reminders_href, unsubscribe_href
from api.catalogue import Translate, fill, translator
from api.settings import Settings
from index import Account, Delivery, Index, SavedSearch
from ingest import N_

_MOST_LISTED = 20  # of one saved search; more are counted, and found on the page


@dataclass(frozen=True, slots=True)
class _Part:
    """What one saved search has found, or what is due. `more` says that there is more than is listed."""

    name: str
    href: str
    records: Sequence[ToldRecord | ToldReminder]
    more: str | None
    stop_href: str | None


def compose_mail(
    index: Index,
    settings: Settings,
    owner: Owner,
    told: Sequence[tuple[SavedSearch, Sequence[ToldRecord]]],
    delivery: Delivery,
    at: datetime,
) -> EmailMessage:
    """In the language in which the first of the searches was saved."""
    lang = told[0][0].lang
    translate = translator(lang)
    count = sum(len(records) for _, records in told)
    parts = [_part(index, settings, owner, search, records, translate) for search, records in told]
    if len(parts) == 1:
        subject = fill(translate(N_("Ba Nhà: {count} new for {name}")), {"count": count, "name": parts[0].name})
    else:
        message = N_("Ba Nhà: {count} new for {searches} saved searches")
        subject = fill(translate(message), {"count": count, "searches": len(parts)})
    stop = absolute(settings.public_url, unsubscribe_href(index, owner.id))
    keep = absolute(settings.public_url, saved_searches_href())
    words = {
        "change": translate(N_("Change what you are told of")),
        "stop": translate(N_("Stop all of these e-mails")),
        "stop_one": translate(N_("Stop the e-mails about this search")),
        "all": translate(N_("All results")),
        "why": translate(N_("You get this because you follow these searches on Ba Nhà.")),
    }
    return _write(settings, owner.email, lang, subject, parts, words, stop, keep, delivery, at)


def compose_reminders(
    index: Index, settings: Settings, account: Account, told: Sequence[ToldReminder], delivery: Delivery, at: datetime
) -> EmailMessage:
    """In the language of the server."""
    translate = translator(settings.lang)
    subject = fill(translate(N_("Ba Nhà: {count} reminders are due")), {"count": len(told)})
    left = len(told) - _MOST_LISTED
    more = fill(translate(N_("and {count} more")), {"count": left}) if left > 0 else None
    board = absolute(settings.public_url, engagements_href())
    parts = [_Part(translate(N_("Engagements")), board, told[:_MOST_LISTED], more, None)]
    words = {
        "change": translate(N_("Change what you are told of")),
        "stop": translate(N_("Stop the e-mails about reminders")),
        "all": translate(N_("All engagements")),
        "why": translate(N_("You get this because you have set these reminders on Ba Nhà.")),
    }
    stop = absolute(settings.public_url, stop_reminders_href(index, account.id))
    keep = absolute(settings.public_url, account_href())
    return _write(settings, account.email, settings.lang, subject, parts, words, stop, keep, delivery, at)


def _write(
    settings: Settings,
    to: str,
    lang: str,
    subject: str,
    parts: Sequence[_Part],
    words: dict[str, str],
    stop: str,
    keep: str,
    delivery: Delivery,
    at: datetime,
) -> EmailMessage:
    html = _template().render(lang=lang, subject=subject, parts=parts, words=words, stop=stop, keep=keep)
    text = "\n".join(_write_text(subject, parts, words, stop, keep))
    return write_mail(settings, to, subject, text, html, delivery.id, stop, at)


def _part(
    index: Index,
    settings: Settings,
    owner: Owner,
    search: SavedSearch,
    records: Sequence[ToldRecord],
    translate: Translate,
) -> _Part:
    left = len(records) - _MOST_LISTED
    return _Part(
        name_search(index, search, owner.viewer, translate),
        absolute(settings.public_url, results_href(search)),
        records[:_MOST_LISTED],
        fill(translate(N_("and {count} more")), {"count": left}) if left > 0 else None,
        absolute(settings.public_url, unsubscribe_href(index, owner.id, search.id)),
    )


def _write_text(subject: str, parts: Sequence[_Part], words: dict[str, str], stop: str, keep: str) -> Iterator[str]:
    yield subject
    for part in parts:
        yield from ("", part.name, "=" * min(len(part.name), 70))
        for one in part.records:
            yield from ("", f"* {one.label}: {one.title}", f"  {one.href}")
            if one.text:
                yield f"  {one.text}"
        yield from ("", *([part.more] if part.more else []), f"{words['all']}: {part.href}")
        if part.stop_href:
            yield f"{words['stop_one']}: {part.stop_href}"
    yield from ("", "-- ", words["why"], f"{words['change']}: {keep}", f"{words['stop']}: {stop}", "")


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("api"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("alert_mail.html")
