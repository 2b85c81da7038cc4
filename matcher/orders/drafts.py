"""Orders, agreements and handover records drafted from stored records, with annexes; a person completes and decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from index import Index, Mode, Progress, UnknownRecord, no_progress
from ingest import N_, BanhaError, Kind, Record, Role, Viewer, as_seen_by
from matcher.evidence import Quote
from matcher.orders.annexes import Annex, Entry, find_annex
from matcher.orders.drafting import DraftField, draft_fields, quote_slice, quote_value
from matcher.orders.form_outlines import FORM_NAMES, AnnexName, FormName, Outline, load_outline
from matcher.orders.need_clusters import NeedCluster, cluster_needs, find_strangers
from matcher.orders.release import GUARDED, Release, find_released, names_to_hide, release
from matcher.scoring import DEFAULT_SCORING, Scoring


class BadOrder(BanhaError):
    """What was asked cannot be drafted. `kind` and `form` among the parameters are to be worded by the caller."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be drafted: from these records, or from a need and those `like` it but for those left out."""

    form: FormName
    ids: tuple[str, ...] = ()
    like: str | None = None
    without: tuple[str, ...] = ()
    release: Release = GUARDED
    with_annexes: bool = True


@dataclass(frozen=True, slots=True)
class Order:
    """A draft. `subjects` are as they may be quoted, `strangers` the needs among them that no other is like, `left_out`
    those of which nothing may be quoted; `withheld` counts confidential sections that are not in it. `quoted` are all
    records that it quotes, by id."""

    outline: Outline
    asked: Asked
    seen_by: Role
    mode: Mode
    subjects: tuple[Record, ...]
    fields: tuple[DraftField, ...]
    annexes: tuple[Annex, ...]
    cluster: NeedCluster | None
    strangers: tuple[Record, ...]
    left_out: tuple[Record, ...]
    withheld: int
    quoted: Mapping[str, Record]


def draft_order(
    index: Index, asked: Asked, viewer: Viewer, scoring: Scoring = DEFAULT_SCORING, progress: Progress = no_progress
) -> Order:
    """The draft of a form. Raises UnknownRecord for what does not exist for the viewer, BadOrder for records that the
    form is not drafted from."""
    outline = load_outline(asked.form)
    cluster = None
    for id in asked.without:
        _see(index, id, viewer)
    ids = list(dict.fromkeys(id for id in asked.ids if id not in asked.without))
    if asked.like is not None:
        first = _see(index, asked.like, viewer)
        _check_kind(outline, first)
        cluster = cluster_needs(index, first, viewer, (*asked.without, *ids), progress)
        ids = list(dict.fromkeys([asked.like, *ids, *(one.need.id for one in cluster.similar)]))
        ids = [id for id in ids if id not in asked.without]
    seen = [_see(index, id, viewer) for id in ids]
    _check(outline, seen)
    # Strangers see no such name in the needs; to mask it in what is public would tell them whose it is.
    hidden = names_to_hide(index.store.get_many(ids).values(), asked.release) if viewer.sees_all else []
    subjects = tuple(one for one in (release(record, asked.release, hidden) for record in seen) if one)
    left_out = tuple(record for record in seen if release(record, asked.release) is None)
    if not subjects:
        raise BadOrder(
            N_("Everything in {ids} is confidential. An officer may draft from it with --with-confidential."),
            ids=", ".join(ids),
        )
    _check(outline, subjects)
    if cluster:
        cluster = _quote_released(cluster, asked.like, {record.id: record for record in subjects}, hidden)
    needs = [record for record in subjects if record.kind == "need"]
    strangers = find_strangers(index, needs, viewer, progress) if outline.form == "order" else []
    names = _annex_names(outline) if asked.with_annexes else []
    annexes = {name: find_annex(index, name, subjects, viewer, hidden, scoring, progress) for name in names}
    listed = {name: [entry.name for entry in annex.entries] for name, annex in annexes.items()}
    return Order(
        outline,
        asked,
        "officer" if viewer.sees_all else "nobody",
        index.mode,
        subjects,
        draft_fields(outline, subjects, listed, len(strangers)),
        (*_list_needs(subjects, cluster), *(annexes[name] for name in outline.annexes if name in annexes)),
        cluster,
        tuple(strangers),
        left_out,
        0 if asked.release.confidential else _count_confidential(seen),
        {entry.record.id: entry.record for annex in annexes.values() for entry in annex.entries}
        | {record.id: record for record in subjects},
    )


def _quote_released(
    cluster: NeedCluster, like: str | None, released: Mapping[str, Record], hidden: Sequence[str]
) -> NeedCluster:
    """The clauses in which needs agree, at their places in the needs as they may be quoted."""

    def find(id: str | None, said: Quote) -> Quote:
        return find_released(released[id], said, hidden) if id and id in released else said

    similar = [
        replace(
            one,
            quotes=tuple(
                replace(pair, query=find(like, pair.query), candidate=find(one.need.id, pair.candidate))
                for pair in one.quotes
            ),
        )
        for one in cluster.similar
    ]
    return replace(cluster, similar=tuple(similar))


def _list_needs(subjects: Sequence[Record], cluster: NeedCluster | None) -> list[Annex]:
    """Several needs with whose they are, and the clauses because of which they were joined."""
    if len(subjects) < 2 or any(record.kind != "need" for record in subjects):
        return []
    why = {one.need.id: [pair.candidate for pair in one.quotes] for one in cluster.similar} if cluster else {}
    entries = []
    for record in subjects:
        whose = [quote_value(record, "facts/organisation")] if record.facts.organisation else []
        clauses = [quote_slice(record, one.section, one.start, one.end) for one in why.get(record.id, ())]
        said = [one for one in (*whose, *clauses) if one.text.strip()]
        entries.append(Entry(record, quote_value(record, "title"), tuple(said)))
    return [Annex("needs", tuple(entries))]


def _annex_names(outline: Outline) -> list[AnnexName]:
    """Those annexed and those listed inside a field; the needs themselves are no search."""
    inside = [part.annex for field in outline.fields for part in field.parts if part.annex]
    return [name for name in dict.fromkeys([*outline.annexes, *inside]) if name != "needs"]


def _see(index: Index, id: str, viewer: Viewer) -> Record:
    seen = as_seen_by(index.store.get(id), viewer)
    if seen is None:
        raise UnknownRecord(id)
    return seen


def _check(outline: Outline, records: Sequence[Record]) -> None:
    """Raises BadOrder where a kind does not belong, is missing, or is there too often."""
    for record in records:
        _check_kind(outline, record)
    for kind, (least, most) in outline.subjects.items():
        count = sum(1 for record in records if record.kind == kind)
        if count < least:
            raise BadOrder(N_("{form}: a record of the kind “{kind}” is missing."), form=outline.form, kind=kind)
        if count > most:
            raise BadOrder(
                N_("{form}: of the kind “{kind}” at most {most} records, not {count}."),
                form=outline.form,
                kind=kind,
                most=most,
                count=count,
            )
    kinds, least = outline.together
    if sum(1 for record in records if record.kind in kinds) < least:
        raise BadOrder(N_("{form}: with the need name a task, a scientist or an organisation too."), form=outline.form)


def _check_kind(outline: Outline, record: Record) -> None:
    if record.kind not in outline.subjects:
        possible = [form for form in FORM_NAMES if record.kind in load_outline(form).subjects]
        message = N_("{id} (“{title}”) is of the kind “{kind}”; {form} is not drafted from such.")
        if possible:
            message = N_("{id} (“{title}”) is of the kind “{kind}”; {form} is not drafted from such, but {known}.")
        raise BadOrder(
            message,
            id=record.id,
            title=record.title,
            kind=record.kind,
            form=outline.form,
            known=", ".join(possible),
        )


def _count_confidential(records: Iterable[Record]) -> int:
    return sum(1 for record in records for section in record.sections if section.visibility == "confidential")


def kinds_of(form: FormName) -> tuple[Kind, ...]:
    """The kinds of records from which a form is drafted."""
    return tuple(load_outline(form).subjects)
