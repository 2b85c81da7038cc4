"""What a council must keep and what is advised: by the rule set, by what is asked for, and by what is found of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from matcher.councils.advice import load_advice
from matcher.councils.dossiers import Doubt, tie_of
from matcher.councils.findings import Finding
from matcher.councils.proposals import Asked, Candidate
from matcher.councils.rulesets import ROLES, ExclusionKind, Role, RuleSet
from matcher.councils.seating import Expert, Requirement, RequirementKind

# Who is advised not to sit where no rule says it: the rules that do all name these.
_ADVISED_AGAINST: frozenset[ExclusionKind] = frozenset(
    ("participation", "host", "partner", "family", "sanction", "conflict")
)
ADVISED = "advised"
# Whom a question concerns waits for its answer: on a task's own subject its leader under another address would
# otherwise be the best reviewer. Names that differ by accents, and unknown organisations, keep nobody waiting.
_ASKED_FIRST: frozenset[ExclusionKind] = frozenset(("participation", "family", "sanction", "conflict"))
_WAITING: frozenset[Doubt] = frozenset(("other organisation", "organisation unknown", "unaccented", "longer name"))
HELD = "held"
# Who wrote, worked or studied with people of the task judges it in no key role, as funders have it; where a rule says
# so it is an exclusion.
_COMMON_WORK: frozenset[ExclusionKind] = frozenset(("coauthorship", "adviser"))
CLOSE = "close"


def weigh_experts(considered: Sequence[Candidate], scores: Mapping[str, float], asked: Asked) -> list[Expert]:
    advice = load_advice()
    low, high = min(scores.values(), default=0.0), max(scores.values(), default=0.0)
    houses = _houses([one.record.facts.organisation for one in considered if one.record.facts.organisation])
    wanted = {id for id, _ in asked.wanted}
    experts = []
    for one in considered:
        fit = (scores.get(one.record.id, low) - low) / (high - low) if high > low else 0.0
        doubt = advice.open_question if one.findings else 0.0
        values: dict[Role, float] = {
            role: advice.fit[role] * fit + advice.standing[role] * one.standing.share - doubt for role in ROLES
        }
        of_seat: set[str] = set()
        of_key: set[str] = set()
        for found in one.excluded_by:
            (of_seat if found.bars == "seat" else of_key).add(found.kind)
        if one.record.id not in wanted:
            of_seat |= {ADVISED for found in one.findings if _is_advised_against(found)}
            of_seat |= {HELD for found in one.questions if found.kind in _ASKED_FIRST and found.doubt in _WAITING}
            of_key |= {CLOSE for found in one.findings if _is_close(found)}
        organisation = one.record.facts.organisation
        experts.append(
            Expert(
                one.record.id,
                values,
                houses[organisation] if organisation else None,
                frozenset(code[0] if len(code) < 3 else code[:3] for code in one.record.facts.field_codes),
                frozenset(of_seat),
                frozenset(of_key),
                one.is_host,
                one.record.id in asked.previous,
                one.standing.is_doctor or one.record.id in wanted,
                one.standing.is_below_doctor and one.record.id not in wanted,
                bool(one.knowledge) or one.record.id in wanted,
            )
        )
    return experts


def _is_close(found: Finding) -> bool:
    return found.kind in _COMMON_WORK and (not found.doubt or found.doubt in _WAITING or found.doubt == "unsure")


def _is_advised_against(found: Finding) -> bool:
    return found.weight == "advice" and not found.doubt and found.kind in _ADVISED_AGAINST


def _houses(organisations: Iterable[str]) -> dict[str, str]:
    """Organisation → the first of those with which it is one body, by other names or as its part."""
    first: dict[str, str] = {}
    for name in sorted(set(organisations)):
        first[name] = next((house for other, house in first.items() if tie_of(name, other)), name)
    return first


def list_requirements(rules: RuleSet, size: int, asked: Asked, experts: Sequence[Expert]) -> list[Requirement]:
    """Of the seats for experts: those of representatives are left to be filled by the bodies."""
    seats = size - rules.represented
    found = [Requirement("size", seats, seats)]
    spans = dict(rules.roles)
    for role in ROLES:
        span = spans.get(role)
        if span:
            represented = rules.represented if role == "member" else 0
            found.append(Requirement("role", max(0, span.least - represented), max(0, span.most - represented), role))
        elif role != "member":
            found.append(Requirement("role", 0, 0, role))
    if rules.experts:
        found.append(Requirement("size", rules.experts.least, rules.experts.most))
    for exclusion in rules.exclusions:
        kind: RequirementKind = "barred" if exclusion.bars == "seat" else "barred_from_key"
        found.append(Requirement(kind, of=exclusion.kind))
    limits = rules.limits
    if limits.per_organisation is not None:
        found.append(Requirement("per_organisation", most=limits.per_organisation))
    if limits.host_max is not None:
        found.append(Requirement("host_max", most=limits.host_max))
    if limits.outside_host_min:
        found.append(Requirement("outside_host_min", least=limits.outside_host_min))
    if limits.fields_min:
        found.append(Requirement("fields_min", least=limits.fields_min))
    if limits.previous_min and asked.previous:
        found.append(Requirement("previous_min", least=limits.previous_min))
    found += [Requirement("with", of=id, role=role) for id, role in dict(asked.wanted).items()]
    found += [Requirement("without", of=id) for id in dict.fromkeys(asked.unwanted)]
    advice = load_advice()
    for advised in (ADVISED, HELD):
        if any(advised in one.barred for one in experts):
            found.append(Requirement("barred", of=advised, is_advice=True))
    if any(CLOSE in one.barred_from_key for one in experts):
        found.append(Requirement("barred_from_key", of=CLOSE, is_advice=True))
    # Whom nothing ties to the subject reviews no task, whatever the degree.
    found.append(Requirement("evidence", is_advice=True))
    if (reviewers := spans.get("reviewer")) and reviewers.least > 1:
        found.append(Requirement("evidence", most=reviewers.least - 1, is_advice=True))
    if any(one.is_doctor for one in experts):
        found += [Requirement("doctorate", of=role, is_advice=True) for role in ("chair", "reviewer")]
    if limits.per_organisation is None:
        found.append(Requirement("per_organisation", most=advice.per_organisation, is_advice=True))
    if not limits.fields_min and any(one.fields for one in experts):
        found.append(Requirement("fields_min", least=advice.fields_min, is_advice=True))
    return found
