"""What is asked of gaps, and what the stored records answer to a viewer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from api.errors import BadInput
from api.gaps.schemas import (
    GapReport,
    UnmetNeeds,
    show_growth,
    show_perhaps_asked,
    show_priority,
    show_table,
    show_unasked,
    show_unmet,
    show_uses,
)
from index import Index, Mode, Progress, no_progress
from index.origins import content_hash_of
from ingest import N_, Kind, Viewer, as_seen_by, fold
from ingest.remembering import remember
from matcher import Row, match_all, scoring_in_force
from matcher.gaps.counting import DIMENSIONS, Dimension, Narrowing, Subject, count_gaps, find_subjects, narrow
from matcher.gaps.growth import DEFAULT_BASELINE, find_beginnings, find_uses
from matcher.gaps.nearness import find_near_groups
from matcher.gaps.priorities import Keywords, Priority, find_keywords, find_members, read_priorities
from matcher.gaps.shortages import (
    SERVING,
    Terms,
    find_unasked_fields,
    find_unasked_terms,
    find_unmet,
    find_unstated,
    terms_of,
)

PRIORITIES = "priorities.yaml"  # in the data folder
FIRST_YEAR, LAST_YEAR = 1900, 2200
_BEST = 5  # of which some may not count, such as the firm that has the need
_FIELD = re.compile(r"[1-6](?:\d\d)?")


@dataclass(frozen=True, slots=True)
class GapQuestion:
    """`baseline` is how many years before growth is measured against."""

    by: tuple[Dimension, ...]
    narrowing: Narrowing
    baseline: int


def ask(
    subjects: Sequence[Subject],
    by: str | None = None,
    field: str | None = None,
    place: str | None = None,
    year_from: int | None = None,
    year_to: int | None = None,
    baseline: int = DEFAULT_BASELINE,
) -> GapQuestion:
    """The question in the words of people. A place may be written without accents and in any case. Raises BadInput for
    what makes no sense, and for a place that no record has."""
    return GapQuestion(_dimensions(subjects, by), _narrowing(subjects, field, place, year_from, year_to), baseline)


def _dimensions(subjects: Sequence[Subject], by: str | None) -> tuple[Dimension, ...]:
    if not by:
        return "field", default_place(subjects)
    known: dict[str, Dimension] = {name: name for name in DIMENSIONS}
    names = [name.strip() for name in by.split(",")]
    for name in names:
        if name not in known or names.count(name) > 1:
            message = N_("“{name}”: say each of {known} at most once, with commas between them.")
            raise BadInput(message, name=name, known=", ".join(DIMENSIONS))
    return tuple(known[name] for name in names)


def default_place(subjects: Sequence[Subject]) -> Dimension:
    """Provinces, unless all lie in one or of most places only smaller ones are known."""
    counted = [subject for subject in subjects if subject.part]
    placed = [subject for subject in counted if subject.localities]
    known = sum(bool(subject.provinces) for subject in counted)
    is_one = len({name for subject in counted for name in subject.provinces}) == 1
    return "locality" if placed and (is_one or 2 * known < len(placed)) else "place"


def _narrowing(
    subjects: Sequence[Subject], field: str | None, place: str | None, year_from: int | None, year_to: int | None
) -> Narrowing:
    if field and not _FIELD.fullmatch(field):
        raise BadInput(N_("“{field}” is no code of a field: one digit (2) or three (207)."), field=field)
    for year in (year_from, year_to):
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
            raise BadInput(N_("{year} is no year."), year=year)
    if year_from and year_to and year_to < year_from:
        raise BadInput(N_("The years end ({last}) before they begin ({first})."), first=year_from, last=year_to)
    return Narrowing(field or None, _find_place(subjects, place) if place else None, year_from, year_to)


def _find_place(subjects: Sequence[Subject], place: str) -> str:
    known = {name for subject in subjects for name in (*subject.provinces, *subject.localities)}
    if place in known:
        return place
    asked = _bare(place)
    found = sorted(name for name in known if asked and _bare(name) == asked)
    if len(found) != 1:
        message = N_("No record is at “{place}”. Write it as the table does.")
        if found:
            message = N_("“{place}” may be any of: {places}. Write one of them.")
        raise BadInput(message, place=place, places="; ".join(found))
    return found[0]


def _bare(place: str) -> str:
    return re.sub(r"^(?:tinh|thanh pho|tp\.?|huyen|quan|thi xa|tx\.?)\s+", "", " ".join(fold(place).split()))


def see_subjects(index: Index, viewer: Viewer) -> tuple[Subject, ...]:
    """All that counts for the viewer, computed again only when the store has changed."""
    return _subjects(index, index.store.seq, viewer)


@remember(2)
def _subjects(index: Index, _seq: int, viewer: Viewer) -> tuple[Subject, ...]:
    return find_subjects(index.store.records(), viewer)


def load_priorities(folder: Path, file: Path | None = None) -> tuple[Priority, ...]:
    """Those of the file, else of ``priorities.yaml`` in the data folder, else none. Raises BadPriorities."""
    default = folder / PRIORITIES
    if file is None and not default.exists():
        return ()
    return read_priorities(file or default)


def see_near_groups(index: Index, viewer: Viewer) -> Mapping[str, Collection[str]]:
    """As `find_near_groups`, computed again only when the store has changed."""
    return _near_groups(index, index.store.seq, index.mode, viewer)


@remember(2)
def _near_groups(index: Index, _seq: int, _mode: str, viewer: Viewer) -> Mapping[str, Collection[str]]:
    return find_near_groups(index, viewer)


def see_terms(index: Index, viewer: Viewer) -> Terms:
    """As `terms_of`, computed again only when the store has changed."""
    return _see_terms(index, index.store.seq, viewer)


@remember(2)
def _see_terms(index: Index, _seq: int, viewer: Viewer) -> Terms:
    return terms_of(see_subjects(index, viewer))


def see_gaps(index: Index, asked: GapQuestion, priorities: Sequence[Priority], viewer: Viewer) -> GapReport:
    """As `find_gaps`, of all that counts for the viewer."""
    near, terms = see_near_groups(index, viewer), see_terms(index, viewer)
    keywords = _see_keywords(index, index.store.seq, viewer, tuple(priorities))
    return find_gaps(see_subjects(index, viewer), asked, priorities, near, terms, keywords)


@remember(2)
def _see_keywords(index: Index, _seq: int, viewer: Viewer, priorities: tuple[Priority, ...]) -> Keywords:
    return find_keywords(priorities, see_subjects(index, viewer))


def find_gaps(
    subjects: Sequence[Subject],
    asked: GapQuestion,
    priorities: Sequence[Priority],
    near: Mapping[str, Collection[str]] | None = None,
    terms: Terms | None = None,
    keywords: Keywords | None = None,
) -> GapReport:
    """Every figure with its records. `near`: record → groups of fields to which it is near by meaning."""
    terms = terms_of(subjects) if terms is None else terms
    keywords = find_keywords(priorities, subjects) if keywords is None else keywords
    wanted = asked.narrowing
    kept, undated = narrow(subjects, wanted)
    everywhen, _ = narrow(subjects, Narrowing(wanted.field, wanted.place))
    beginnings = find_beginnings(everywhen)
    years = sorted(beginnings.years)
    unasked = find_unasked_fields(kept, terms, near)
    period = None
    if wanted.is_dated and years:
        first, last = wanted.year_from or years[0], wanted.year_to or max(years[-1], wanted.year_from or 0)
        period = beginnings.measure(first, last, asked.baseline)
    return GapReport(
        field=wanted.field,
        place=wanted.place,
        year_from=wanted.year_from,
        year_to=wanted.year_to,
        table=show_table(count_gaps(kept, asked.by), undated, [one for one in kept if one.state and not one.part]),
        unstated=tuple(subject.id for subject in find_unstated(kept)),
        unasked_fields=show_unasked(unasked),
        perhaps_asked_fields=show_perhaps_asked(unasked),
        unasked_terms=show_unasked(find_unasked_terms(kept, terms)),
        priorities=tuple(show_priority(one, find_members(one, kept, keywords)) for one in priorities),
        growth=show_growth(beginnings, period, asked.baseline),
        uses=show_uses(find_uses(kept)),
    )


def find_unmet_needs(
    index: Index, subjects: Sequence[Subject], asked: GapQuestion, viewer: Viewer, progress: Progress = no_progress
) -> UnmetNeeds:
    """Of the needs that the question is about, each with its best scientist and organisation of all."""
    state = store_state(index, viewer)
    total = len(SERVING) * sum(subject.part == "need" for subject in subjects)
    rows: dict[Kind, list[Row]] = {kind: [] for kind in SERVING}
    progress("rank", 0, total)
    for before, (kind, found) in enumerate(rows.items()):
        # Rows come when many are ranked together; what is being read tells from the first few on how far it is.
        tell = partial(_tell, progress, before * total // len(SERVING), total)
        found.extend(_match_needs(index, kind, viewer, tell))
    return narrow_unmet(_show_unmet(state, subjects, rows), subjects, asked)


def see_unmet_needs(index: Index, subjects: Sequence[Subject], asked: GapQuestion, viewer: Viewer) -> UnmetNeeds:
    """As `find_unmet_needs`, matching again only when something has changed."""
    state = store_state(index, viewer)
    rows = {kind: _matched(index, state, kind, viewer) for kind in SERVING}
    return narrow_unmet(_show_unmet(state, subjects, rows), subjects, asked)


@dataclass(frozen=True, slots=True)
class StoreState:
    """What the matching of all needs depends on, beside who asks; `seen` changes with what they see, and with
    nothing else."""

    seen: str
    mode: Mode
    weights: str


def store_state(index: Index, viewer: Viewer) -> StoreState:
    # Who sees all may know the number of changes, and need not wait until all records are read.
    seen = str(index.store.seq) if viewer.sees_all else _digest_seen(index, index.store.seq, viewer)
    return StoreState(seen, index.mode, scoring_in_force(index).weights.version)


@remember(4)
def _digest_seen(index: Index, _seq: int, viewer: Viewer) -> str:
    with index.store.reading():
        seen = index.store.public_hashes()
        hiding = index.store.get_many([id for id in index.store.ids() if id not in seen])
    shown = {id: as_seen_by(record, viewer) for id, record in hiding.items()}
    seen |= {id: content_hash_of(record) for id, record in shown.items() if record}
    return hashlib.sha256(repr(sorted(seen.items())).encode()).hexdigest()


@remember(4)
def _matched(index: Index, _state: StoreState, kind: Kind, viewer: Viewer) -> tuple[Row, ...]:
    return tuple(_match_needs(index, kind, viewer))


def _tell(progress: Progress, before: int, total: int, stage: str, done: int, _all: int) -> None:
    progress(stage, before + done, total)


def _match_needs(index: Index, kind: Kind, viewer: Viewer, progress: Progress = no_progress) -> Iterator[Row]:
    return match_all(index, "need", kind, viewer, _BEST, scoring_in_force(index), progress)


def _show_unmet(state: StoreState, subjects: Sequence[Subject], rows: Mapping[Kind, Sequence[Row]]) -> UnmetNeeds:
    needs = sum(subject.part == "need" for subject in subjects)
    unmet = show_unmet(find_unmet(subjects, rows))
    return UnmetNeeds(seen=state.seen, mode=state.mode, weights=state.weights, needs=needs, unmet=unmet)


def narrow_unmet(found: UnmetNeeds, subjects: Sequence[Subject], asked: GapQuestion) -> UnmetNeeds:
    """Of those that were found for all needs those that the question is about."""
    kept = {subject.id for subject in narrow(subjects, asked.narrowing)[0] if subject.part == "need"}
    unmet = tuple(one for one in found.unmet if one.id in kept)
    return found.model_copy(update={"needs": len(kept), "unmet": unmet})
