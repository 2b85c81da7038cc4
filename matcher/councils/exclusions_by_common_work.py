"""Exclusions by work done together with those whom the dossier names: common works and tasks, supervision."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from index import Bearer
from ingest import N_, Record, syllables
from ingest.names import one_spelling
from matcher.councils.advice import load_advice
from matcher.councils.dossiers import Doubt, Fact, Named, doubt_identity, find_mentions
from matcher.councils.findings import Case, Finding, organisations_of, weigh
from matcher.duplicates import Reason
from matcher.evidence import quote
from matcher.identities import Identity, identify

FEWEST_WORDS = 6  # of a title: shorter ones are borne by many tasks
_OWN_LISTS = frozenset({"work", "project", "patent"})
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def find_coauthorship(case: Case, person: Record) -> Iterator[Finding]:
    exclusion = case.exclusion("coauthorship")
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
                doubt: Doubt = mention.doubt or "organisation unknown"
                it = _identify_mention(case, person, named, (True, doubt))
                reason = Reason(N_("wrote with somebody named {name} within {years} years"), params)
                if it.may_be:
                    yield weigh(case, "coauthorship", it.doubt, it.is_sure, reason, [fact, named.fact], [it])
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
        here = Bearer(case.dossier.record.id, name=named.name)
        own = organisations_of(person)
        mine, theirs = (
            _surest(
                identify(
                    case.answers, bearer, Bearer(task.id, name=name), doubt_identity(title, organisations, name, host)
                )
                for name in names
            )
            for bearer, title, organisations in (
                (Bearer(person.id), person.title, own),
                (here, named.name, named.organisations),
            )
        )
        if mine and theirs:
            params = {"name": named.name, "task": task.title, "years": years}
            message = N_("took part with {name} in “{task}” within {years} years")
            facts = [Fact(task.id)]
            doubt = mine.doubt or theirs.doubt
            yield weigh(case, "coauthorship", doubt, doubt is None, Reason(message, params), facts, [mine, theirs])


def _surest(identities: Iterable[Identity]) -> Identity | None:
    """Of those that may be: one that is sure, else the first."""
    found = sorted((one for one in identities if one.may_be), key=lambda one: not one.is_sure)
    return found[0] if found else None


def _identify_mention(case: Case, person: Record, named: Named, judged: tuple[bool, Doubt | None]) -> Identity:
    """Whether whom the person's own record names so is the one in the dossier."""
    here = Bearer(case.dossier.record.id, name=named.name)
    return identify(case.answers, Bearer(person.id, name=named.name), here, judged)


def find_advisers(case: Case, person: Record) -> Iterator[Finding]:
    exclusion = case.exclusion("adviser")
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
                it = _identify_mention(case, person, named, (True, doubt))
                if record is not person:
                    inside = Bearer(record.id, name=person.title)
                    it = identify(case.answers, Bearer(person.id), inside, (True, doubt))
                fact = Fact(record.id, quote(record, mention.section, start, end))
                if it.may_be:
                    yield weigh(case, "adviser", it.doubt, it.is_sure, reason, [fact, named.fact], [it])


def _line_of(text: str, at: int) -> tuple[int, int]:
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, end if end >= 0 else len(text)


def words_of(text: str) -> list[str]:
    """The words of a title in one spelling."""
    view = one_spelling(text)
    return [view[start:end] for start, end in syllables(view)]
