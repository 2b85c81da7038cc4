"""What each kind of job is asked for by, as people and programs say it and as the table of jobs keeps it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.errors import MOST_RESULTS
from api.settings import Language
from api.teams.asking import read_range
from ingest import Kind
from matcher.teams.assigning import Terms, check_terms

Format = Literal["json", "xlsx", "docx"]


class _Parameters(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class UploadParameters(_Parameters):
    """`kind`: what is in the files, where that is not to be recognised."""

    kind: Kind | None = None


class PairsParameters(_Parameters):
    kind: Kind = "need"
    to: Kind = "scientist"
    limit: Annotated[int, Field(ge=1, le=MOST_RESULTS)] = 10
    format: Format = "json"


class AssignmentParameters(_Parameters):
    """As `GET /api/v1/assignment` takes them; what it refuses is refused here, not when the job has begun."""

    kind: Literal["need", "proposal"] = "need"
    to: Kind = "scientist"
    per: Annotated[str, Field(max_length=20)] = "1"
    load: Annotated[int, Field(ge=1, le=1000)] = 2
    fair: bool = True
    format: Format = "json"

    @property
    def terms(self) -> Terms:
        least, most = read_range(self.per)
        return Terms(least, most, self.load, self.fair)

    @model_validator(mode="after")
    def check(self) -> AssignmentParameters:
        """Raises BadInput and BadAssignment."""
        check_terms(self.kind, self.to, self.terms)
        return self


class UnmetParameters(_Parameters):
    """Of all needs that the viewer sees: the page narrows what was found."""


class RecordsParameters(_Parameters):
    """The list of all records that the viewer sees, or of one kind."""

    kind: Kind | None = None
    format: Literal["xlsx", "docx"] = "xlsx"


class ReembedParameters(_Parameters):
    pass


class PairsJob(_Parameters):
    """Every record of a kind with its best candidates."""

    kind: Literal["pairs"]
    parameters: PairsParameters = PairsParameters()


class AssignmentJob(_Parameters):
    kind: Literal["assignment"]
    parameters: AssignmentParameters = AssignmentParameters()


class UnmetJob(_Parameters):
    """The needs that nobody can serve."""

    kind: Literal["unmet"]
    parameters: UnmetParameters = UnmetParameters()


class RecordsJob(_Parameters):
    kind: Literal["records"]
    parameters: RecordsParameters = RecordsParameters()


class ReembedJob(_Parameters):
    """All vectors again, with the language model in use."""

    kind: Literal["reembed"]
    parameters: ReembedParameters = ReembedParameters()


AskedJob = Annotated[PairsJob | AssignmentJob | UnmetJob | RecordsJob | ReembedJob, Field(discriminator="kind")]


class Asked(BaseModel):
    """What the table keeps of the asking: in which language, and the parameters of the kind as JSON."""

    model_config = ConfigDict(frozen=True)

    lang: Language
    parameters: str
