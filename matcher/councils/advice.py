"""What the program advises on councils where no rule says it, as data with reasons (``advice.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from matcher.councils.rulesets import Role


@dataclass(frozen=True, slots=True)
class Advice:
    per_organisation: int
    fields_min: int
    coauthorship_years: int
    pool: int
    alternates: int
    fit: Mapping[Role, float]
    standing: Mapping[Role, float]
    open_question: float


@cache
def load_advice() -> Advice:
    return Advice(**yaml.safe_load((files("matcher.councils") / "advice.yaml").read_text("utf-8")))
