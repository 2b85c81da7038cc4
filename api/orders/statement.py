"""What a draft claims, as JSON inside the document: written and read back strictly."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest import Role
from matcher.orders.drafting import Figure, Sentence
from matcher.orders.proof import Claim, FigureClaim, Statement
from matcher.orders.release import Release

_FORMAT = 1


class _Sentence(BaseModel):
    model_config = ConfigDict(extra="forbid")

    record: str
    value: str
    start: int
    end: int
    text: str
    is_confidential: bool


class _Claim(BaseModel):
    model_config = ConfigDict(extra="forbid")

    bookmark: str
    sentence: _Sentence
    sha256: list[str]
    is_annexed: bool


class _Figure(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str
    of: Literal["needs", "facts/budget_vnd", "facts/months", "facts/trl"]
    records: list[str] = Field(min_length=1)
    mark: str
    strangers: int


class _FigureClaim(BaseModel):
    model_config = ConfigDict(extra="forbid")

    bookmark: str
    figure: _Figure


class _Release(BaseModel):
    model_config = ConfigDict(extra="forbid")

    confidential: bool
    identities: bool


class _Statement(BaseModel):
    model_config = ConfigDict(extra="forbid")

    banha: int
    form: str
    version: str
    made: str
    seen_by: Role
    release: _Release
    subjects: list[str]
    digests: dict[str, str]
    claims: list[_Claim]
    figures: list[_FigureClaim] = []
    words: list[str] = []


def write_statement(statement: Statement) -> str:
    said: dict[str, Any] = {"banha": _FORMAT, **asdict(statement)}
    return json.dumps(said, ensure_ascii=True)


def read_statement(raw: str) -> Statement | None:
    """None for what is no statement of a draft."""
    try:
        said = _Statement.model_validate_json(raw)
    except ValidationError:
        return None
    if said.banha != _FORMAT:
        return None
    return Statement(
        said.form,
        said.version,
        said.made,
        said.seen_by,
        Release(said.release.confidential, said.release.identities),
        tuple(said.subjects),
        said.digests,
        tuple(
            Claim(one.bookmark, Sentence(**one.sentence.model_dump()), tuple(one.sha256), one.is_annexed)
            for one in said.claims
        ),
        tuple(
            FigureClaim(one.bookmark, Figure(**{**one.figure.model_dump(), "records": tuple(one.figure.records)}))
            for one in said.figures
        ),
        tuple(said.words),
    )
