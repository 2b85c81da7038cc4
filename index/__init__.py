"""Remember and find: the store, the encoder, and the lexical and nearest-passage indexes derived from it."""

from index.accounts import ACCOUNT_ROLES, Account, AccountExists, AccountRole
from index.api_tokens import SCOPES, ApiToken, Scope
from index.candidates import Candidates, Floats, Integers
from index.claims import Claim
from index.corrections import stored_corrections
from index.cutting import cut
from index.database import UnusableFolder
from index.declarations import DECLARATION_KINDS, Declaration, DeclarationKind, Party
from index.deliveries import Delivery, DeliveryState, Way
from index.disagreements import Disagreement
from index.drafting import prepare_draft
from index.embedded_model import ensure_embedded_model
from index.encoder import Encoder, SentenceTransformerEncoder
from index.engagements import Actor, Engagement, UnknownEngagement
from index.exposures import Exposure, Shown, Surface
from index.facets import EVERYTHING, Facets, Narrowing
from index.fusion_events import Event
from index.identities import Answer, Bearer
from index.invitations import Invitation
from index.jobs import Asker, Job, JobKind, JobResult, LostJob, Part, UnknownJob
from index.judgements import Judgement, Verdict
from index.model_description import ModelDescription, ModelUnavailable
from index.owners import follow_owners
from index.passages import IndexedPassage
from index.pipeline import IngestReport, Retirement, Stored, ingest_paths, retire_paths, store_records, with_origins
from index.query import QueryReading, WeightedTerms, weigh_document, weigh_documents
from index.regrouping import CannotMerge, find_disagreements, known_apart, merge_records, part_record
from index.saved_searches import OFTEN, FoundRecord, Often, SavedSearch, UnknownSavedSearch
from index.search import Hit, Index, Mode, SearchResult, rank, standardise
from index.sessions import SignedIn
from index.sign_in_attempts import Guessed
from index.store import ModelMismatch, UnknownRecord
from index.terms import AskedTerms, terms
from index.traits import Traits
from index.vectors import EncodedText, Progress, encode_texts, fill_vectors, no_progress, read_again, reembed
from index.versions import distinctive_code, natural_key

__all__ = [
    "ACCOUNT_ROLES",
    "DECLARATION_KINDS",
    "EVERYTHING",
    "OFTEN",
    "SCOPES",
    "Account",
    "AccountExists",
    "AccountRole",
    "Actor",
    "Answer",
    "ApiToken",
    "AskedTerms",
    "Asker",
    "Bearer",
    "Candidates",
    "CannotMerge",
    "Claim",
    "Declaration",
    "DeclarationKind",
    "Delivery",
    "DeliveryState",
    "Disagreement",
    "EncodedText",
    "Encoder",
    "Engagement",
    "Event",
    "Exposure",
    "Facets",
    "Floats",
    "FoundRecord",
    "Guessed",
    "Hit",
    "Index",
    "IndexedPassage",
    "IngestReport",
    "Integers",
    "Invitation",
    "Job",
    "JobKind",
    "JobResult",
    "Judgement",
    "LostJob",
    "Mode",
    "ModelDescription",
    "ModelMismatch",
    "ModelUnavailable",
    "Narrowing",
    "Often",
    "Part",
    "Party",
    "Progress",
    "QueryReading",
    "Retirement",
    "SavedSearch",
    "Scope",
    "SearchResult",
    "SentenceTransformerEncoder",
    "Shown",
    "SignedIn",
    "Stored",
    "Surface",
    "Traits",
    "UnknownEngagement",
    "UnknownJob",
    "UnknownRecord",
    "UnknownSavedSearch",
    "UnusableFolder",
    "Verdict",
    "Way",
    "WeightedTerms",
    "cut",
    "distinctive_code",
    "encode_texts",
    "ensure_embedded_model",
    "fill_vectors",
    "find_disagreements",
    "follow_owners",
    "ingest_paths",
    "known_apart",
    "merge_records",
    "natural_key",
    "no_progress",
    "part_record",
    "prepare_draft",
    "rank",
    "read_again",
    "reembed",
    "retire_paths",
    "standardise",
    "store_records",
    "stored_corrections",
    "terms",
    "weigh_document",
    "weigh_documents",
    "with_origins",
]
