"""What people call the parts of councils and declarations, as catalogue templates."""

from __future__ import annotations

from collections.abc import Mapping

from index import DeclarationKind
from ingest import N_
from matcher.councils.findings import Weight
from matcher.councils.rulesets import Bars, ExclusionKind, Part, Purpose, Reading, Representing, Role

PURPOSE: Mapping[Purpose, str] = {
    "identify": N_("Council to identify a task"),
    "select": N_("Council to select who carries out a task"),
    "accept": N_("Council to evaluate and accept a task"),
}
SEAT: Mapping[Role, str] = {
    "chair": N_("Chair"),
    "vice_chair": N_("Vice chair"),
    "reviewer": N_("Reviewer"),
    "secretary": N_("Scientific secretary"),
    "member": N_("Member of the council"),
}
PART: Mapping[Part, str] = {
    "lead": N_("leader of the task"),
    "secretary": N_("secretary of the task"),
    "main_member": N_("main member of the task"),
    "member": N_("member of the task"),
}
REPRESENTING: Mapping[Representing, str] = {
    "ministry": N_("representative of the managing ministry"),
    "user": N_("representative of the body that will use the results"),
    "orderer": N_("representative of the body that ordered the task"),
    "enterprise": N_("representative of enterprises"),
    "manager": N_("representative of the managing office"),
}
EXCLUSION: Mapping[ExclusionKind, str] = {
    "participation": N_("takes part in the task"),
    "host": N_("staff of the host"),
    "partner": N_("staff of a partner"),
    "family": N_("family"),
    "coauthorship": N_("common work"),
    "adviser": N_("adviser and student"),
    "sanction": N_("sanction"),
    "conflict": N_("conflict of interest"),
}
WEIGHT: Mapping[Weight, str] = {
    "exclusion": N_("Excluded"),
    "question": N_("To be asked"),
    "advice": N_("Advice"),
}


def say_weight(weight: Weight, bars: Bars) -> str:
    """What a finding means for the person: who may sit and holds no key role is not excluded."""
    return N_("Holds no key role") if (weight, bars) == ("exclusion", "key_roles") else WEIGHT[weight]


RELATION: Mapping[DeclarationKind, str] = {
    "spouse": N_("spouse"),
    "parent": N_("parent"),
    "child": N_("child"),
    "sibling": N_("sibling"),
    "adviser": N_("adviser"),
    "sanction": N_("sanction"),
    "conflict": N_("conflict of interest"),
}
READING: Mapping[Reading, str] = {
    "V": N_("seen in a published text"),
    "S": N_("known second-hand only"),
    "R": N_("from memory, not checked"),
}
