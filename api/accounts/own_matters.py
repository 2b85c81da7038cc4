"""What concerns whoever is signed in: their profiles and needs with what fits them, and engagements that wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from api.engagements.taking import SeenEngagement, see_board, see_timeline
from index import Index, Traits
from index.engagements import Act, Party, Side
from ingest import Kind, Record, Viewer, as_seen_by
from ingest.names import compare_names
from matcher import Pairing, scoring_in_force
from matcher.fusion import Weights
from matcher.pairing import describe_pairings
from matcher.question import Question, ask
from matcher.ranking import Ranking, rank_candidates
from matcher.standing_out import find_standing_out
from matcher.task_states import BEGUN, find_state

PAGE = 5
_BEST = 3
_NEAREST = 20
_MOST_WAITING = 20
OFFERED: tuple[Kind, ...] = ("need", "proposal")
"""What is looked for on behalf of a scientist: needs, orders and proposals of the state, while they are open."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be joined: how it fits, the record as the viewer sees it, and the id of the engagement under way, if
    any."""

    pairing: Pairing
    record: Record
    engagement: str | None


@dataclass(frozen=True, slots=True)
class Fitting:
    """A profile with the needs and orders that fit it best."""

    record: Record
    found: tuple[tuple[Kind, tuple[Offer, ...]], ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An engagement under way. `answers` are the moves that are looked for from the viewer, with the side to be named
    where both are theirs; where there are none, `others` are the parties whose move is looked for."""

    seen: SeenEngagement
    answers: tuple[tuple[Act, Side | None], ...]
    may_decline: bool
    others: tuple[Party, ...]


def own_records(index: Index, viewer: Viewer, kind: Kind) -> list[Record]:
    """Of a kind, by title."""
    found = index.store.get_many(sorted(viewer.owns)).values()
    return sorted((one for one in found if one.kind == kind), key=lambda one: (one.title, one.id))


def find_fitting(index: Index, profiles: Sequence[Record], viewer: Viewer) -> list[Fitting]:
    """For each profile the nearest that can be joined, where those who ask would look for it among all scientists: near
    is something to everybody."""
    weights = scoring_in_force(index).weights
    asked = [(record, *_find_nearest(index, record, viewer, weights)) for record in profiles]
    ids = {ranking.candidates.record_ids[at] for _, _, found in asked for ranking, near in found for at in near}
    wanted = find_standing_out(index, list(index.store.get_many(sorted(ids)).values()), "scientist", viewer, weights)
    return [_describe(index, record, question, found, wanted, viewer) for record, question, found in asked]


def _find_nearest(
    index: Index, record: Record, viewer: Viewer, weights: Weights
) -> tuple[Question, list[tuple[Ranking, list[int]]]]:
    """The profile as it asks, and of each kind the positions of the nearest that can be joined."""
    question, traits = ask(index, record, viewer), index.traits()
    found = []
    for kind in OFFERED:
        ranking = rank_candidates(index, question, kind, viewer, weights)
        ids = ranking.candidates.record_ids
        may_join = (at for at in ranking.order if ids[at] in traits and _may_join(record, ids[at], traits, viewer))
        found.append((ranking, list(islice(may_join, _NEAREST))))
    return question, found


def _describe(
    index: Index,
    record: Record,
    question: Question,
    found: Sequence[tuple[Ranking, Sequence[int]]],
    wanted: Mapping[str, frozenset[str]],
    viewer: Viewer,
) -> Fitting:
    under_way = {
        other: one.id
        for one in reversed(index.store.engagements.all(viewer, record.id))
        if one.stage not in ("declined", "handed_over")
        for other in (one.record_id, one.candidate_id)
    }
    lists = []
    for kind, (ranking, near) in zip(OFFERED, found, strict=True):
        ids = ranking.candidates.record_ids
        best = [at for at in near if record.id in wanted.get(ids[at], ())][:_BEST]
        pairings = describe_pairings(index, question, ranking, viewer, best)
        records = index.store.get_many([one.id for one in pairings])
        offers = (
            Offer(one, seen, under_way.get(one.id))
            for one in pairings
            if one.id in records and (seen := as_seen_by(records[one.id], viewer))
        )
        lists.append((kind, tuple(offers)))
    return Fitting(record, tuple(lists))


def _may_join(scientist: Record, id: str, traits: Mapping[str, Traits], viewer: Viewer) -> bool:
    """Whether a need or task is still open to this scientist: not begun, not given up, and no own one."""
    if id in viewer.owns:
        return False
    known = traits[id]
    is_masked = not known.is_whole_for(id, viewer)
    state = find_state(known, is_masked)
    if known.kind == "need":
        return state not in (*BEGUN, "dropped")
    takes_part = not is_masked and any(
        compare_names(person.name, scientist.title) != "different" for person in known.facts.people
    )
    return state == "asked" and not takes_part


def find_waiting(index: Index, viewer: Viewer, today: date) -> list[Waiting]:
    """Engagements of the viewer's records that are under way: first those in which a move is looked for from them."""
    found: list[Waiting] = []
    for seen in see_board(index, viewer, today):
        if not seen.own_sides or seen.state in ("declined", "expired"):
            continue
        timeline = see_timeline(index, seen.engagement.id, viewer, today)
        may = [(act, side) for act, side, is_told in timeline.possible if not is_told]
        wanted = {(act, side) for side in seen.own_sides for party, act in timeline.awaited if party == side}
        answers = tuple(one for one in may if any(act == one[0] and one[1] in (None, side) for act, side in wanted))
        others = {party for party, _ in timeline.awaited} - seen.own_sides
        if answers or others:
            found.append(Waiting(seen, answers, ("decline", None) in may, () if answers else tuple(sorted(others))))
    found.sort(key=lambda one: not one.answers)
    return found[:_MOST_WAITING]
