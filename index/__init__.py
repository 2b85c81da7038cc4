"""Remember and find: the store, the encoder, and the lexical and nearest-passage indexes derived from it."""

from index.candidates import Candidates, Floats, Integers
from index.database import UnusableFolder
from index.embedded_model import ensure_embedded_model
from index.encoder import Encoder, ModelDescription, ModelUnavailable, SentenceTransformerEncoder
from index.lexical import terms
from index.passages import IndexedPassage
from index.pipeline import (
    IngestReport,
    Progress,
    Stored,
    cut,
    encode_texts,
    ingest_paths,
    no_progress,
    reembed,
    store_records,
    with_origins,
)
from index.query import QueryReading, WeightedTerms, weigh_document
from index.search import Hit, Index, Mode, SearchResult, rank, standardise
from index.store import ModelMismatch, UnknownRecord
from index.versions import natural_key

__all__ = [
    "Candidates",
    "Encoder",
    "Floats",
    "Hit",
    "Index",
    "IndexedPassage",
    "IngestReport",
    "Integers",
    "Mode",
    "ModelDescription",
    "ModelMismatch",
    "ModelUnavailable",
    "Progress",
    "QueryReading",
    "SearchResult",
    "SentenceTransformerEncoder",
    "Stored",
    "UnknownRecord",
    "UnusableFolder",
    "WeightedTerms",
    "cut",
    "encode_texts",
    "ensure_embedded_model",
    "ingest_paths",
    "natural_key",
    "no_progress",
    "rank",
    "reembed",
    "standardise",
    "store_records",
    "terms",
    "weigh_document",
    "with_origins",
]
