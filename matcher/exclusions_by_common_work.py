"""Exclusions by work done together with those whom the dossier names: common works and tasks, supervision."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest import N_, Record, syllables
from ingest.names import one_spelling
from matcher.council_advice import load_advice
from matcher.dossiers import Doubt, Fact, Named, doubt_identity, find_mentions
from matcher.duplicates import Reason
from matcher.evidence import quote
from matcher.findings import Case, Finding, organisations_of, weigh

FEWEST_WORDS = 6  # of a title: shorter ones are borne by many tasks
_OWN_LISTS = frozenset({"work", "project", "patent"})
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def find_coauthorship(case: Case, person: Record) -> Iterator[Finding]:
    exclusion = case.rules.exclusion("coauthorship")
    years = exclusion.years if exclusion and exclusion.years else load_advice().coauthorship_years
    first = case.on.year - years
    for named in case.dossier.people:
        if one_spelling(named.name) == one_spelling(person.title):
            continue
        params = {"name": named.name, "years": years}
        for mention in find_mentions(person, named.name):
            section = person.sections[mention.section]
            if section.name in _OWN_LISTS and section.year and first <= section.year:
                fact = Fact(person.id, quote(person, mention.section, 0, len(section.text)))
                doubt: Doubt | None = mention.doubt or "organisation unknown"
                message = N_("wrote with somebody named {name} within {years} years")
                yield weigh(case, "coauthorship", doubt, False, Reason(message, params), [fact, named.fact])
        if named.record:
            for number, other in _common_works(person, named.record, first):
                facts = [
                    Fact(one.id, quote(one, at, 0, len(one.sections[at].text)))
                    for one, at in ((person, number), (named.record, other))
                ]
                message = N_("a work in common with {name} within {years} years")
                yield weigh(case, "coauthorship", None, True, Reason(message, params), facts)
        yield from _common_tasks(case, person, named, first, years)


def _common_works(one: Record, other: Record, first: int) -> Iterator[tuple[int, int]]:
    theirs = {_key(section.text): at for at, section in enumerate(other.sections) if section.name in _OWN_LISTS}
    for at, section in enumerate(one.sections):
        if section.name in _OWN_LISTS and section.year and first <= section.year:
            key = _key(section.text)
            if len(key) >= FEWEST_WORDS and key in theirs:
                yield at, theirs[key]


def _key(text: str) -> tuple[str, ...]:
    """The first words of a work as the list of either author gives it, before role and year."""
    return tuple(words_of(re.split(r"\s+–\s+|\.\s", text)[0])[:20])


def _common_tasks(case: Case, person: Record, named: Named, first: int, years: int) -> Iterator[Finding]:
    for task in case.tasks:
        last = task.facts.year_to or task.facts.year_from
        if last is None or last < first:
            continue
        host = (task.facts.organisation,) if task.facts.organisation else ()
        names = [one.name for one in task.facts.people]
        mine = [doubt_identity(person.title, organisations_of(person), name, host) for name in names]
        theirs = [doubt_identity(named.name, named.organisations, name, host) for name in names]
        if any(is_it for is_it, _ in mine) and any(is_it for is_it, _ in theirs):
            sure = (True, None) in mine and (True, None) in theirs
            doubt = next((doubt for side in (mine, theirs) for is_it, doubt in side if is_it and doubt), None)
            params = {"name": named.name, "task": task.title, "years": years}
            message = N_("took part with {name} in “{task}” within {years} years")
            facts = [Fact(task.id)]
            yield weigh(case, "coauthorship", None if sure else doubt, sure, Reason(message, params), facts)


def find_advisers(case: Case, person: Record) -> Iterator[Finding]:
    exclusion = case.rules.exclusion("adviser")
    first = case.on.year - exclusion.years if exclusion and exclusion.years else None
    for named in case.dossier.people:
        pairs = [(person, named.name, named.organisations)]
        if named.record:
            pairs.append((named.record, person.title, organisations_of(person)))
        for record, name, organisations in pairs:
            for mention in find_mentions(record, name):
                section = record.sections[mention.section]
                start, end = _line_of(section.text, mention.start)
                line = section.text[start:end]
                said = [int(year) for year in _YEAR.findall(line)]
                if section.name != "supervision" or (first and said and max(said) < first):
                    continue
                is_there = any(one_spelling(body) in one_spelling(line) for body in organisations)
                doubt = mention.doubt or (None if is_there else "organisation unknown")
                reason = Reason(
                    N_("supervised {name}") if record is person else N_("was supervised by {name}"),
                    {"name": named.name},
                )
                fact = Fact(record.id, quote(record, mention.section, start, end))
                yield weigh(case, "adviser", doubt, doubt is None, reason, [fact, named.fact])


def _line_of(text: str, at: int) -> tuple[int, int]:
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, end if end >= 0 else len(text)


def words_of(text: str) -> list[str]:
    """The words of a title in one spelling."""
    view = one_spelling(text)
    return [view[start:end] for start, end in syllables(view)]
