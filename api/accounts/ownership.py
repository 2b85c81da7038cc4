"""Ownership: which records are an account's own, by confirmed claims and by its organisation."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from index import Account, Index
from ingest import Viewer, is_part_of, is_same_organisation, successor_of
from ingest.remembering import remember

# For these the organisation itself acts. That a scientist or reviewer works somewhere makes them no owner of what
# their colleagues keep to themselves.
_ACTING_FOR_ORGANISATION = frozenset({"university", "enterprise"})
_KEPT = 64  # organisations of which the records are known, until the store changes


def viewer_of(index: Index, account: Account) -> Viewer:
    """For whom answers to this account are made.

    A person who has claimed a profile speaks for it alone: the organisation knows whose it is, and sees no more of it.
    """
    owns = index.store.claims.owned_by(account.id)
    own_people = frozenset[str]()
    if account.organisation_id and account.role in _ACTING_FOR_ORGANISATION:
        of_house = _owned_by_organisation(index, index.store.seq, account.organisation_id) - owns
        own_people = of_house & index.store.claims.owned_by_people() if of_house else own_people
        owns |= of_house - own_people
    return Viewer(account.role, owns, own_people | (index.store.engagements.met(owns) if owns else frozenset()))


@remember(_KEPT)
def _owned_by_organisation(index: Index, _seq: int, organisation_id: str) -> frozenset[str]:
    """The organisation's own record, and those that name it or a part of it as theirs."""
    known = index.store.find(organisation_id, "")
    traits = index.traits()
    if known is None or known.id not in traits:
        return frozenset()
    name = traits[known.id].title
    named = {one.facts.organisation for one in traits.values() if one.facts.organisation}
    own = {one for one in named if is_of(one, name)}
    return frozenset(id for id, one in traits.items() if one.facts.organisation in own) | {known.id}


@lru_cache(maxsize=1 << 16)
def is_of(written: str, organisation: str) -> bool:
    """Whether what names the body as `written` belongs to the organisation."""
    # A successor owns what names the former body; not the other way round, for several may have become one.
    became = successor_of(written, date.today())
    if became and is_same_organisation(became.name, organisation):
        return True
    return is_same_organisation(written, organisation) or is_part_of(written, organisation)
