"""What people call the roles of accounts, the scopes of tokens and the states of claims, as catalogue templates."""

from __future__ import annotations

from collections.abc import Mapping

from index import AccountRole, Scope
from index.claims import ClaimState
from ingest import N_

ROLE: Mapping[AccountRole, str] = {
    "officer": N_("Officer"),
    "reviewer": N_("Expert who reviews"),
    "scientist": N_("Scientist"),
    "university": N_("University or institute"),
    "enterprise": N_("Enterprise"),
    "administrator": N_("Administrator"),
}
SCOPE: Mapping[Scope, str] = {
    "read": N_("Read"),
    "write": N_("Change"),
    "administer": N_("Manage accounts"),
}
CLAIM: Mapping[ClaimState, str] = {
    "asked": N_("waits for an officer"),
    "confirmed": N_("confirmed"),
    "declined": N_("declined"),
}
