"""What people call the kinds, houses, sections, facts and codings of which records consist, as catalogue templates."""

from __future__ import annotations

from collections.abc import Mapping

from index import Verdict
from index.revisions import Because
from ingest import N_, House, Kind, Visibility
from ingest.records import PersonRole, ReadingMethod

KIND: Mapping[Kind, str] = {
    "proposal": N_("Research task"),
    "scientist": N_("Scientist"),
    "need": N_("Need"),
    "organisation": N_("Organisation"),
    "document": N_("Document"),
}
KINDS: Mapping[Kind, str] = {
    "proposal": N_("Research tasks"),
    "scientist": N_("Scientists"),
    "need": N_("Needs of enterprises"),
    "organisation": N_("Organisations"),
    "document": N_("Documents"),
}
FITTING: Mapping[Kind, str] = {
    "proposal": N_("Research tasks that fit"),
    "scientist": N_("Scientists that fit"),
    "need": N_("Needs that fit"),
    "organisation": N_("Organisations that fit"),
    "document": N_("Documents that fit"),
}
HOUSE: Mapping[House, str] = {
    "state": N_("House of the state"),
    "science": N_("House of science"),
    "enterprise": N_("House of enterprises"),
}
# What a kind is most usefully matched with, first the likeliest.
PARTNERS: Mapping[Kind, tuple[Kind, ...]] = {
    "proposal": ("scientist", "organisation", "need", "proposal", "document"),
    "scientist": ("proposal", "need", "scientist", "organisation", "document"),
    "need": ("scientist", "organisation", "proposal", "document", "need"),
    "organisation": ("need", "proposal", "scientist", "organisation", "document"),
    "document": ("proposal", "scientist", "need", "organisation", "document"),
}
SIGNAL: Mapping[str, str] = {
    "lexical": N_("Shared words"),
    "dense": N_("Meaning"),
    "late": N_("Meaning, part by part"),
    "specificity": N_("Stands lower with others"),
    "amount": N_("Amount of relevant work"),
    "field": N_("Field of science"),
    "industry": N_("Industry and the sciences that serve it"),
    "place": N_("Place"),
    "trl": N_("Readiness of the technology"),
    "budget": N_("Budget"),
    "availability": N_("Time free for it"),
}
VISIBILITY: Mapping[Visibility, str | None] = {
    "public": None,
    "anonymous": N_("Anonymous"),
    "confidential": N_("Confidential"),
}
SECTION: Mapping[str, str] = {
    "introduction": N_("Introduction"),
    "summary": N_("Summary"),
    "background": N_("Background"),
    "urgency": N_("Why it is needed"),
    "basis": N_("Basis"),
    "situation": N_("Present situation"),
    "since": N_("Since when, and how often"),
    "attempts": N_("What was tried"),
    "subject": N_("Product, material or machine"),
    "deadline": N_("By when"),
    "budget": N_("Budget"),
    "full_title": N_("Title in full"),
    "objectives": N_("Objectives"),
    "content": N_("Content"),
    "requirements": N_("Requirements"),
    "products": N_("Expected products"),
    "results": N_("Results"),
    "application": N_("Where it will be used"),
    "impact": N_("Expected effects"),
    "cooperation": N_("Form of co-operation"),
    "references": N_("References"),
    "research": N_("Fields of research"),
    "education": N_("Education"),
    "employment": N_("Employment"),
    "work": N_("Publications"),
    "project": N_("Projects"),
    "patent": N_("Patents"),
    "award": N_("Awards"),
    "supervision": N_("Supervision of students"),
    "technology_offer": N_("Technology on offer"),
    "laboratory": N_("Laboratories"),
    "fablab": N_("Fablabs"),
    "contact": N_("Contact"),
    "text": N_("Text"),
    "other": N_("Other"),
}
FIELD: Mapping[str, str] = {
    "1": N_("Natural sciences"),
    "2": N_("Engineering and technology"),
    "3": N_("Medical and health sciences"),
    "4": N_("Agricultural sciences"),
    "5": N_("Social sciences"),
    "6": N_("Humanities"),
}
# What a label may be said to mean; sections are called by their own names.
MEANING: Mapping[str, str] = {
    "title": N_("Title or name"),
    "code": N_("Code"),
    "orcid": N_("ORCID"),
    "tax_code": N_("Tax code"),
    "organisation": N_("Organisation"),
    "lead": N_("Leader"),
    "members": N_("Members"),
    "address": N_("Address"),
    "place": N_("Place"),
    "fields": N_("Fields of science"),
    "industry": N_("Industry"),
    "trl": N_("Technology readiness"),
    "status": N_("Status"),
    "duration": N_("Duration"),
    "start": N_("Begins"),
    "end": N_("Ends"),
    "year": N_("Year"),
    "budget": N_("Budget"),
    "budget_state": N_("Budget from the state"),
    "budget_other": N_("Budget from other sources"),
    "private": N_("Personal data, left out"),
}
VERDICT: Mapping[Verdict, str] = {"fits": N_("fits"), "unfit": N_("does not fit")}
FACT: Mapping[str, str] = {
    "code": N_("Code"),
    "organisation": N_("Organisation"),
    "place_written": N_("Place"),
    "place_today": N_("Place today"),
    "field_codes": N_("Fields of science"),
    "industry_codes": N_("Industry"),
    "people": N_("People"),
    "budget_vnd": N_("Budget"),
    "months": N_("Duration"),
    "year_from": N_("From year"),
    "year_to": N_("To year"),
    "years": N_("Years"),
    "trl": N_("Technology readiness"),
    "status": N_("Status"),
}
ROLE: Mapping[PersonRole, str] = {"lead": N_("lead"), "member": N_("member")}
AUTHOR: Mapping[PersonRole, str] = {"lead": N_("author"), "member": N_("co-author")}
# Why one of several values stands.
BECAUSE: Mapping[Because, str] = {
    "revision": N_("its file calls itself the later version"),
    "date": N_("its file bears the later date"),
    "kept": N_("of the record that was kept when merging"),
    "order": N_("its file was taken later"),
    "first": N_("its file was taken first"),
}
METHOD: Mapping[ReadingMethod, str] = {
    "text": N_("text"),
    "table": N_("table"),
    "json": N_("data"),
    "ocr": N_("recognised from a picture"),
    "suggested": N_("suggested by the content"),
    "person": N_("corrected by a person"),
}
# Every coding that a Source may carry; what people call them is the same in every language.
CHARSET: Mapping[str, str] = {
    "tcvn3": "TCVN3 (ABC)",
    "vni": "VNI",
    "viscii": "VISCII",
    "vps": "VPS",
    "viqr": "VIQR",
    "bk-hcm-1": "BK HCM-1",
    "bk-hcm-2": "BK HCM-2",
    "vietware-x": "Vietware X",
    "cp1258": "Windows-1258",
    "cp1252": "Windows-1252",
}
NOT_TO_MERGE = N_("Not to be merged: they belong to different owners, who would read what is hidden from them.")
