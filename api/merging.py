"""Merging duplicates, but for two of different owners of whom one would read what the other keeps to itself."""

from __future__ import annotations

from collections.abc import Iterator

from api.accounts.ownership import is_of, viewer_of
from api.needs.posting import is_posted
from index import CannotMerge, Index, merge_records
from ingest import N_, Record


def merge_duplicates(index: Index, into: str, other: str) -> Record:
    """As `merge_records`. Raises CannotMerge also where an owner of one would read what is hidden in the other."""

    def check(base: Record, second: Record) -> None:
        if not may_merge(index, base, second):
            raise CannotMerge(
                N_(
                    "{first} and {second} belong to different owners, and merged one would read what the other keeps "
                    "to itself. Mark them as different, or draft one order for several needs. If the owner is the "
                    "same, correct its name first."
                ),
                first=into,
                second=other,
            )

    return merge_records(index, into, other, check)


def may_merge(index: Index, first: Record, second: Record) -> bool:
    """Whether no owner of one of these would read, once they are merged, what is hidden in the other, or may be later:
    who has posted a need may hide it at any time."""
    return all(
        _owners_see(index, other, hidden) or not (_hides(hidden) or is_posted(index, hidden.id))
        for hidden, other in ((first, second), (second, first))
    )


def _hides(record: Record) -> bool:
    return any(section.visibility != "public" for section in record.sections)


def _owners_see(index: Index, record: Record, hidden: Record) -> bool:
    """Whether all who own the record, also those who have no account yet, own what is hidden too."""
    claims = index.store.claims
    accounts = {claim.account_id for claim in claims.owners(record.id)}
    known = (index.store.accounts.get(id) for id in sorted(accounts))
    if not all(viewer_of(index, account).sees_all_of(hidden.id) for account in known if account):
        return False
    # A person who has claimed a profile speaks for it alone, also for what it is merged with.
    if not claims.owned_by_people().isdisjoint((record.id, hidden.id)):
        return True
    bodies = list(_bodies(hidden))
    return all(any(is_of(body, owner) for body in bodies) for owner in _bodies(record))


def _bodies(record: Record) -> Iterator[str]:
    """The organisations that own a record by what it says."""
    if record.facts.organisation:
        yield record.facts.organisation
    if record.kind == "organisation":
        yield record.title
