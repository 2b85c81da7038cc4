"""What others will read of a need before it is posted and after, and what in it may still tell whose it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from api.errors import BadInput
from api.needs.questions import QUESTIONS, Answers, build_need, read_money
from index import Index
from index.owners import name_owner
from ingest import NOBODY, Record, as_seen_by
from ingest.giveaways import find_doubtful

_SITE, _MONEY = "place", "money"
_LABELS = {question.section or question.name: question.label for question in QUESTIONS}


@dataclass(frozen=True, slots=True)
class StrangersView:
    """`lines` are the questions with their answers as everybody else reads them, none where nothing is read;
    `doubtful` is what in them looks like a name or a number by which somebody may be found."""

    lines: tuple[tuple[str, str], ...] = ()
    doubtful: tuple[str, ...] = ()


def preview_for_strangers(index: Index, answers: Answers, organisation: str | None) -> StrangersView | None:
    """Of a need that these answers would make; None as long as there is nothing to read."""
    said = replace(answers, title=answers.title or "…", problem=answers.problem or answers.title)
    try:
        read_money(said.money)
    except BadInput:
        said = replace(said, money="")
    try:
        need = build_need(said, organisation, "enterprise", date.today(), False)
    except BadInput:
        return None
    return view_for_strangers(index, need)


def view_for_strangers(index: Index, need: Record) -> StrangersView:
    """Of a need, stored or not."""
    seen = as_seen_by(name_owner(index, need), NOBODY)
    if seen is None:
        return StrangersView()
    facts = seen.facts
    texts = {"title": seen.title} | {section.name: section.text for section in seen.sections}
    texts |= {_SITE: facts.place_written or ""}
    texts |= {_MONEY: f"{facts.budget_vnd:,} đồng".replace(",", ".") if facts.budget_vnd is not None else ""}
    lines = tuple((label, texts[name]) for name, label in _LABELS.items() if texts.get(name))
    found = (one for _, text in lines for one in find_doubtful(text)) if need.visibility == "anonymous" else ()
    return StrangersView(lines, tuple(dict.fromkeys(found)))
