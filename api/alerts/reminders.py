"""Reminders of engagements that a mail tells of: those that are due, not settled, and still there for who set them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from api.addresses import engagement_href
from api.alerts.content import Owner, absolute
from api.catalogue import Translate, say_day
from api.engagements.taking import SeenSide, see_board
from api.labels import KIND
from api.settings import Settings
from index import Delivery, Index


@dataclass(frozen=True, slots=True)
class ToldReminder:
    """`id` is that of the engagement, `label` the day, `title` who has to do with whom, `text` what was written."""

    id: str
    label: str
    title: str
    text: str
    href: str


def tell_reminders(
    index: Index, settings: Settings, delivery: Delivery, owner: Owner, at: datetime, translate: Translate
) -> list[ToldReminder]:
    """The earliest first; none for an account that does not want them (any more)."""
    numbers = index.store.deliveries.reminders(delivery.id)
    if not numbers or owner.account is None or not owner.account.wants_reminders:
        return []
    return [
        ToldReminder(
            seen.engagement.id,
            say_day(one.day, translate=translate),
            f"{_name(seen.record, translate)} ↔ {_name(seen.candidate, translate)}",
            one.text,
            absolute(settings.public_url, engagement_href(seen.engagement.id)),
        )
        for seen in see_board(index, owner.viewer, at.astimezone().date())
        for one in seen.due
        if one.number in numbers
    ]


def _name(side: SeenSide, translate: Translate) -> str:
    return side.title or side.name or (translate(KIND[side.kind]) if side.kind else "…")
