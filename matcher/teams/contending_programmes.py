"""Tasks and programmes of the state on which a team could build."""

from __future__ import annotations

import re

from ingest import N_, Record, fold
from matcher.duplicates import Reason
from matcher.gaps.localities import place_written
from matcher.task_states import BEGUN, find_state
from matcher.teams.contender_lists import Contender, Listed, proofs_of

# What a province plans to do and pay for, by its title.
_PROGRAMME = re.compile(r"(?:chuong trinh|ke hoach|de an|nghi quyet|chien luoc|danh muc dat hang)\b")


def is_task(record: Record) -> bool:
    return record.house == "state" and find_state(record) in BEGUN and find_state(record) != "failed"


def is_programme(record: Record) -> bool:
    return record.house == "state" and _PROGRAMME.match(fold(record.title)) is not None


def show_programme(one: Listed, weight: float) -> Contender:
    record = one.record
    message = N_("a programme or plan of the state that tells of it")
    params: dict[str, object] = {}
    if record.kind == "proposal":
        message, params = (
            N_("a task of the state to build on: {code} “{state}”"),
            {
                "code": record.facts.code or "",
                "state": record.facts.status or "",
            },
        )
    reasons = [Reason(message, params)]
    if record.facts.budget_vnd:
        spent = N_("its own money is {amount}: no cost of this team")
        reasons.append(Reason(spent, {"amount": record.facts.budget_vnd}))
    return Contender(
        record.id,
        "state",
        record.title,
        record,
        {"programme": weight * max(0.0, one.score)},
        one.score,
        one.rank,
        one.basis,
        one.likelihood,
        proofs_of(one),
        tuple(reasons),
        organisation=record.facts.organisation,
        place=place_written(record),
    )
