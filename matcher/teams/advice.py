"""What the program advises on teams where nobody asks for more, as data with reasons (``advice.yaml``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class SourceWeights:
    """How much of a score counts, by the kind of record that has it."""

    need: float
    organisation: float


@dataclass(frozen=True, slots=True)
class TeamAdvice:
    members: tuple[int, int]
    load: int
    shortlist: int
    bodies: int
    programmes: int
    standing: float
    field: float
    second_record: float
    least_tie: float
    least_own_tie: float
    least_shared_words: float
    lead: float
    lead_without_answer: float
    member: float
    orderer: float
    co_funder: float
    programme: float
    host: float
    owner: SourceWeights
    applier: SourceWeights
    by_office: float
    department: float
    member_cost: float
    full_cover: float
    most_cover: float
    seconds: float


@cache
def load_team_advice() -> TeamAdvice:
    said = yaml.safe_load((files("matcher.teams") / "advice.yaml").read_text("utf-8"))
    return TeamAdvice(
        **{
            **said,
            "members": tuple(said["members"]),
            "owner": SourceWeights(**said["owner"]),
            "applier": SourceWeights(**said["applier"]),
        }
    )
