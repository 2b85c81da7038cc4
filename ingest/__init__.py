"""Read and understand: files of many formats become Records with their Sources, and text becomes passages."""

from ingest.document import Document
from ingest.errors import BanhaError, FileRefused, N_, Problem
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
    Place,
    Record,
    Role,
    Section,
    Source,
    Viewer,
    Visibility,
)
from ingest.vietnamese import accented_view, fold, repair, sentences, syllables
from ingest.visibility import as_seen_by, identities, mask, seen_position
