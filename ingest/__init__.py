"""Read and understand: files of many formats become Records with their Sources, and text becomes passages."""

from ingest.aliases import expansions, full_forms
from ingest.corrections import FIELDS, BadCorrection, Correction, Unrecognised, correct
from ingest.document import Document
from ingest.errors import N_, BanhaError, FileRefused, Problem
from ingest.extraction import Reading, extract_records
from ingest.fields import parent_fields
from ingest.names import compare_names, strip_titles
from ingest.organisations import is_part_of, is_same_organisation, organisation_key, successor_of
from ingest.readers import READABLE_SUFFIXES, read_document
from ingest.records import (
    HOUSES,
    KINDS,
    NOBODY,
    OFFICER,
    VISIBILITIES,
    Facts,
    House,
    Kind,
    Passage,
    Person,
    PersonRole,
    Place,
    Record,
    Role,
    Section,
    Source,
    Viewer,
    Visibility,
)
from ingest.records_json import record_from_json, record_to_json
from ingest.sandbox import Sandbox
from ingest.segment import segment
from ingest.vietnamese import (
    COMMON_SYLLABLES,
    COMMON_WORDS,
    EMPTY_WORDS,
    accented_view,
    fold,
    repair,
    sentences,
    split_syllables,
    syllables,
)
from ingest.visibility import as_seen_by, hide, identities, mask, names_of_body, seen_position

__all__ = [
    "COMMON_SYLLABLES",
    "COMMON_WORDS",
    "EMPTY_WORDS",
    "FIELDS",
    "HOUSES",
    "KINDS",
    "NOBODY",
    "N_",
    "OFFICER",
    "READABLE_SUFFIXES",
    "VISIBILITIES",
    "BadCorrection",
    "BanhaError",
    "Correction",
    "Document",
    "Facts",
    "FileRefused",
    "House",
    "Kind",
    "Passage",
    "Person",
    "PersonRole",
    "Place",
    "Problem",
    "Reading",
    "Record",
    "Role",
    "Sandbox",
    "Section",
    "Source",
    "Unrecognised",
    "Viewer",
    "Visibility",
    "accented_view",
    "as_seen_by",
    "compare_names",
    "correct",
    "expansions",
    "extract_records",
    "fold",
    "full_forms",
    "hide",
    "identities",
    "is_part_of",
    "is_same_organisation",
    "mask",
    "names_of_body",
    "organisation_key",
    "parent_fields",
    "read_document",
    "record_from_json",
    "record_to_json",
    "repair",
    "seen_position",
    "segment",
    "sentences",
    "split_syllables",
    "strip_titles",
    "successor_of",
    "syllables",
]
