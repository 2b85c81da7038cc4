"""Guidance while a need is being written: what is missing for a good match, needs like it, and who might answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from api.errors import BadInput
from api.needs.questions import Answers, build_need, has_figure, read_money, tidy
from api.proposing import propose
from index import Index, terms
from ingest import N_, Kind, Record, Viewer, as_seen_by, fold, hide, identities, syllables
from ingest.places import place_of

_SIMILAR = 3
_OF_A_KIND = 2
CANDIDATES: tuple[Kind, ...] = ("scientist", "organisation", "proposal")
_FEWEST_WORDS = 12  # syllables
_LONGEST_QUOTE = 300
# What firms write of a product or machine has a name or a measure in it; these words alone have none.
_VAGUE = frozenset({"san pham", "hang", "may", "thiet bi", "nguyen lieu", "vat lieu", "may moc", "hang hoa"})


@dataclass(frozen=True, slots=True)
class Rule:
    """What a good description has. `because` says who asks for it, as a template for the name of the `form`."""

    name: str
    message: str
    because: str
    is_kept: Callable[[Answers], bool]
    form: str = ""


@dataclass(frozen=True, slots=True)
class Similar:
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Anonymous:
    """A candidate without its name: its fields and place, and the words that speak for it."""

    kind: Kind
    field_codes: tuple[str, ...]
    place: str | None
    quote: str | None
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Guidance:
    missing: tuple[Rule, ...]
    similar: tuple[Similar, ...]
    candidates: tuple[Anonymous, ...]


def _names_subject(answers: Answers) -> bool:
    plain = " ".join(fold(answers.subject).split())
    return any(map(str.isalpha, plain)) and plain not in _VAGUE


def _reads_money(answers: Answers) -> bool:
    try:
        return read_money(answers.money) is not None
    except BadInput:
        return False


_ASKED = N_("The form {form} asks for it.")
_PROPOSED, _ORDERED = "A3-ĐXNV (TT 03/2017/TT-BKHCN)", "I.01-ĐHNV"
_MATCHING = N_("Matching compares it: see “What each point means” in the help.")
RULES: tuple[Rule, ...] = (
    Rule(
        "words",
        N_("Say in a few more words what goes wrong."),
        _MATCHING,
        lambda answers: len(syllables(f"{answers.title} {answers.problem}")) >= _FEWEST_WORDS,
    ),
    Rule(
        "result",
        N_("Say which result would be good, with a figure."),
        _ASKED,
        lambda answers: has_figure(answers.result),
        _PROPOSED,
    ),
    Rule("subject", N_("Name the product, material or machine."), _MATCHING, _names_subject),
    Rule(
        "place",
        N_("Name the place, with its province."),
        _ASKED,
        lambda answers: place_of(answers.place) is not None,
        _PROPOSED,
    ),
    Rule("deadline", N_("Say by when it is needed."), _ASKED, lambda answers: has_figure(answers.deadline), _PROPOSED),
    Rule("money", N_("Say how much money there is, if you can."), _ASKED, _reads_money, _ORDERED),
)


def guide(index: Index, answers: Answers, viewer: Viewer, id: str = "") -> Guidance:
    """What can be said of the answers so far; `id`: of the stored need that they are to change. Nothing is stored, and
    the viewer sees no more than by searching."""
    said = tidy(answers)
    missing = tuple(rule for rule in RULES if not rule.is_kept(said))
    need = _draft(said)
    if need is None:
        return Guidance(missing, (), ())
    if id in viewer.owns or viewer.sees_all:
        need = need.with_id(id)
    similar = propose(index, need, "need", viewer, _SIMILAR, None)
    found = tuple(Similar(one.id, one.title) for one in similar.pairings if one.basis != "insufficient")
    candidates = [one for kind in CANDIDATES for one in _find(index, need, kind, viewer)]
    sure = [one for one in candidates if one.is_sure]
    return Guidance(missing, found, tuple(sure or candidates))


def _draft(said: Answers) -> Record | None:
    """The need as far as it is told, wherever it is to be hidden; None while there is too little of it."""
    text = f"{said.title} {said.problem}"
    if not terms(fold(text)):
        return None
    whole = replace(said, title=said.title or said.problem, problem=said.problem or said.title, hides=frozenset())
    whole = replace(whole, money=whole.money if _reads_money(whole) else "")
    whole = replace(whole, title=whole.title.split("\n")[0])
    try:
        return build_need(whole, None, "enterprise", date.today(), False)
    except BadInput:
        return None


def _find(index: Index, need: Record, kind: Kind, viewer: Viewer) -> list[Anonymous]:
    match = propose(index, need, kind, viewer, _OF_A_KIND, None)
    records = index.store.get_many([one.id for one in match.pairings])
    found = []
    for pairing in match.pairings:
        seen = as_seen_by(records[pairing.id], viewer) if pairing.id in records else None
        if seen is None or not pairing.evidence or pairing.id in viewer.owns:
            continue
        names = list(identities(records[pairing.id]))
        quote = hide(pairing.evidence[0].candidate.text[:_LONGEST_QUOTE], names)
        is_sure = pairing.basis != "insufficient"
        # Of a quote that is a name nothing is left.
        if any(map(str.isalnum, quote)):
            found.append(Anonymous(kind, seen.facts.field_codes, seen.facts.place_today, quote, is_sure))
    return found
