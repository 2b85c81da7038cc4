"""Contenders: all who could stand for a house in a team for a record, each with a score, quotes and reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from index import Progress, no_progress
from ingest import House, Kind, Record
from matcher.duplicates import Reason
from matcher.ranking import Ranking, rank_candidates
from matcher.teams.advice import load_team_advice
from matcher.teams.contender_lists import Contender, Search, list_fitting, read_visible, tie
from matcher.teams.contending_bodies import find_bodies, house_of_need
from matcher.teams.contending_programmes import is_programme, is_task, show_programme
from matcher.teams.contending_scientists import find_known_people, find_scientists


@dataclass(frozen=True, slots=True)
class Gathered:
    """All contenders by id, who of them the record names for which role, how scientists were ranked, and
    how many of each house are stored at all. `aliases`
    leads from the ids of further records to that of their contender."""

    contenders: dict[str, Contender]
    known: tuple[tuple[str, str], ...]
    aliases: Mapping[str, str]
    scientists: Ranking
    stored: Mapping[House, int]
    notes: tuple[Reason, ...] = ()


def gather(search: Search, progress: Progress = no_progress) -> Gathered:
    """Everybody who could stand for a house, as many as the advice says, and whom the record itself names."""
    advice = load_team_advice()
    kinds: tuple[Kind, ...] = ("scientist", "organisation", "need", "proposal", "document")
    rankings: dict[Kind, Ranking] = {}
    steps = len(kinds) + 3
    for number, kind in enumerate(kinds):
        progress("rank", number, steps)
        rankings[kind] = rank_candidates(
            search.index, search.question, kind, search.viewer, search.scoring.weights, beside=_beside(search)
        )
    progress("rank", len(kinds), steps)
    known_people = find_known_people(search)
    scientists = find_scientists(search, rankings["scientist"], known_people)
    progress("rank", len(kinds) + 1, steps)
    ranked = rankings["organisation"]
    state = list_fitting(search, ranked, lambda one: one.house == "state", advice.bodies)
    enterprises = list_fitting(search, ranked, lambda one: one.house == "enterprise", advice.bodies)
    hosts = list_fitting(search, ranked, lambda one: one.house == "science", advice.bodies)
    needs = list_fitting(search, rankings["need"], lambda one: house_of_need(one) != "science", 2 * advice.bodies)
    tasks = list_fitting(search, rankings["proposal"], is_task, advice.programmes)
    plans = list_fitting(search, rankings["document"], is_programme, advice.programmes)
    organisations, needs, tasks, plans = tie(search, [[*state, *enterprises], needs, tasks, plans])
    progress("rank", len(kinds) + 2, steps)
    bodies, aliases = find_bodies(search, [*organisations, *hosts], needs)
    progress("rank", steps, steps)
    contenders = {one.id: one for one in (*scientists, *bodies)}
    for one in (*tasks, *plans):
        if one.is_tied or one.record.id in search.wanted:
            contenders[one.record.id] = show_programme(one, advice.programme)
    host = next(((one.id, _main_role(one.house)) for one in bodies if one.is_known), None)
    counted = list(read_visible(search, "organisation"))
    stored: dict[House, int] = {
        "state": sum(one.house == "state" for one in counted),
        "science": len(rankings["scientist"].order),
        "enterprise": sum(one.house == "enterprise" for one in counted) + len(rankings["need"].order),
    }
    return Gathered(
        contenders,
        (*((host,) if host else ()), *((one.id, one.role) for one in known_people if one.id)),
        aliases,
        rankings["scientist"],
        stored,
        tuple(one.note for one in known_people if one.note),
    )


def _beside(search: Search) -> tuple[Record, ...]:
    record = search.record
    return () if record.id and search.index.store.find(record.id, record.id) else (record,)


def _main_role(house: House) -> str:
    roles: Mapping[House, str] = {"state": "orderer", "science": "host", "enterprise": "owner"}
    return roles[house]
