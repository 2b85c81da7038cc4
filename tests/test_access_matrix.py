"""Roles × routes: for strangers nothing confidential exists, and nobody behind anonymous text is told, anywhere.

Strangers ask two servers everything. One holds confidential records, and anonymous ones by somebody; the other holds
no confidential record, other confidential sections, and somebody else's anonymous records. Every answer must be the
same, to the byte.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from inspect import signature
from typing import Any

import pytest
from fastapi.testclient import TestClient
from http_case import serving, settings_for
from httpx import Response

from api import pages, routes
from api.access import session_cookie
from api.accounts.signing_in import digest_of
from index import ACCOUNT_ROLES, Account, Index
from ingest.giveaways import own_name_of

WITH, WITHOUT = "with", "without"
STRANGERS = ("nobody", "reviewer", "scientist", "university", "enterprise")
ASKING_ALL = ("nobody", "enterprise")  # the others ask of one record each, to be quick
ROLES = (*STRANGERS, "officer", "administrator")
FIRM = {WITH: "Công ty TNHH Gốm Trăng Khuyết", WITHOUT: "Công ty TNHH Gốm Nguồn Trường"}
PERSON = {WITH: "Vương Thị Bí Danh", WITHOUT: "Hoàng Thế Tú Minh"}
CODE = {WITH: "0312345678", WITHOUT: "0398765432"}
BESIDE = {
    WITH: "(MST 0312345678), trangkhuyet.vn, giám đốc Vương Bí Danh, hotline 1900 1234.",
    WITHOUT: "(MST 0398765432), www.nguontruong.com, giám đốc Hoàng Tú, hotline 0274 3822 518.",
}
HIDDEN = {"hid-need-1": "non-need-1", "hid-task-1": "non-task-1", "hid-scientist-1": "non-scientist-1"}
SECRET = {WITH: "Gọi Ẩn Mật về vonfram.", WITHOUT: "Không ai biết nó nói gì."}
SECRETS = ("Trăng Khuyết", "Bí Danh", "0312345678", "GTK", "trangkhuyet", "vonfram", "Vonfram", "Ẩn Mật")


PUBLIC: list[dict[str, Any]] = [
    {
        "id": "task-1",
        "kind": "proposal",
        "title": "Nghiên cứu chế độ sấy gỗ cao su dày 50 mm",
        "sections": [{"name": "objectives", "text": "Xây dựng chế độ sấy gỗ cao su, điều khiển độ ẩm tự động."}],
        "facts": {"organisation": "Sở Khoa học và Công nghệ", "year_from": 2025, "field_codes": ["205"]},
    },
    {
        "id": "scientist-1",
        "kind": "scientist",
        "title": "Đoàn Thị Minh Sương",
        "sections": [
            {"name": "research", "text": "Chế độ sấy gỗ cao su; men gốm không chì; độ ẩm trong lò sấy."},
            {"name": "work", "text": "Tối ưu chế độ sấy gỗ cao su dày 50 mm.", "year": 2022, "role": "lead"},
        ],
        "facts": {"organisation": "Trường Đại học Thủ Dầu Một"},
    },
    {"id": "org-1", "kind": "organisation", "title": "Trường Đại học Thủ Dầu Một"},
]


def records_of(store: str) -> list[dict[str, Any]]:
    """What is hidden from strangers, wholly or in part."""
    firm, person = FIRM[store], PERSON[store]
    who = {"organisation": firm, "people": [{"name": person, "role": "lead"}]}

    def say(name: str, text: str) -> dict[str, Any]:
        return {"name": name, "text": text, "visibility": "anonymous"}

    initials = "".join(word[0] for word in own_name_of(firm)).upper()
    secret = {"name": "contact", "text": SECRET[store], "visibility": "confidential"}
    found: list[dict[str, Any]] = [
        {
            "id": "need-1",
            "kind": "need",
            "title": "Gỗ cao su bị cong và nứt khi sấy",
            "sections": [
                {"name": "situation", "text": "Mỗi mẻ sấy hỏng một phần mười số thanh gỗ cao su."},
                secret,
                {"name": "requirements", "text": "Cần chế độ sấy cho gỗ dày 50 mm, độ ẩm tự động."},
            ],
            "facts": {"organisation": "Công ty TNHH Gỗ Suối Mơ", "budget_vnd": 2_850_000_000, "year_from": 2026},
        },
        {
            "id": "anon-need",
            "kind": "need",
            "title": f"{firm} cần men gốm không chì",
            "sections": [
                say("situation", f"{firm.removeprefix('Công ty TNHH ')} bị trả hàng vì men gốm có chì."),
                secret,
                say("requirements", f"{person} cần men gốm nung ở 1200 độ. {initials} {BESIDE[store]}"),
            ],
            "facts": {**who, "code": CODE[store], "field_codes": ["205"], "year_from": 2026},
        },
        {
            "id": "anon-task",
            "kind": "proposal",
            "title": f"Men gốm không chì cho {firm}",
            "sections": [say("objectives", f"{person} thử men gốm không chì.")],
            "facts": who,
        },
        {
            "id": "anon-scientist",
            "kind": "scientist",
            "title": person,
            "sections": [say("research", f"{person} nghiên cứu men gốm không chì.")],
            "facts": {"organisation": firm},
        },
    ]
    if store == WITH:
        text = "Sấy gỗ cao su bằng vonfram của Ẩn Mật; men gốm không chì, chế độ sấy, độ ẩm."
        for id, kind in (("hid-need-1", "need"), ("hid-task-1", "proposal"), ("hid-scientist-1", "scientist")):
            sections = [{"name": "situation", "text": text, "visibility": "confidential"}]
            facts = {"organisation": "Công ty Ẩn Mật", "year_from": 2026, "field_codes": ["205"]}
            found.append({"id": id, "kind": kind, "title": f"Vonfram {id}", "sections": sections, "facts": facts})
    return found


@dataclass(frozen=True)
class Ask:
    """What a route is asked: `@` in a path or value stands for the id of a record."""

    query: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, Any] | None = None
    path: Mapping[str, str] = field(default_factory=dict)


PASSWORD = "một mật khẩu rất dài"
NEW_PASSWORD = {"old": "không phải đâu nhé", "new": PASSWORD, "again": PASSWORD}
QUESTION = {"one": {"record_id": "@", "name": "A"}, "other": {"record_id": "scientist-1"}}
NUMBER = {"number": "1"}
NEED = {"title": "Men gốm có chì", "problem": "Men gốm nung ở lò bị trả hàng vì có chì", "place": "Bình Dương"}
NO_NEED = {"title": "Men gốm có chì", "problem": " "}
ENGAGED = {"id": "không-có"}
JOB = {"id": "khong-co"}
SAVED = {"id": "khong-co"}
NOBODY_ACCOUNT = {"id": "khong-co"}
CHART = ("fields-by-house", "around")

# Every route of the application. Whoever adds one says here what to ask it.
MATRIX: dict[str, list[Ask]] = {
    "GET /api/v1/health": [Ask()],
    "GET /api/v1/session": [Ask()],
    "POST /api/v1/session": [Ask(json={"email": "ai.do@so.vn", "password": "sai sai sai sai"})],
    "DELETE /api/v1/session": [Ask()],
    "POST /api/v1/invitations/accepted": [Ask(json={"token": "x", "name": "A", "password": PASSWORD})],
    "PATCH /api/v1/account": [Ask(json={"name": "Tên Khác"})],
    "PUT /api/v1/account/password": [Ask(json={"old": "không phải đâu nhé", "new": PASSWORD})],
    "GET /api/v1/account/sessions": [Ask()],
    "DELETE /api/v1/account/sessions/{number}": [Ask(path=NUMBER)],
    "GET /api/v1/account/tokens": [Ask()],
    "POST /api/v1/account/tokens": [Ask(json={"name": "", "scopes": ["read"]})],
    "DELETE /api/v1/account/tokens/{id}": [Ask(path={"id": "x"})],
    "GET /api/v1/account/claims": [Ask()],
    "POST /api/v1/account/claims": [Ask(json={"record": "@"})],
    "DELETE /api/v1/account/claims/{record:path}": [Ask(path={"record": "@"})],
    "GET /api/v1/claims": [Ask()],
    "POST /api/v1/claims": [Ask(json={"account": "x", "record": "@", "is_confirmed": True})],
    "GET /api/v1/accounts": [Ask()],
    "POST /api/v1/accounts/invitations": [Ask(json={"email": "a@b.vn", "role": "enterprise", "organisation_id": "@"})],
    "DELETE /api/v1/accounts/invitations": [Ask(query={"email": "a@b.vn"})],
    "POST /api/v1/accounts/{id}/password-link": [Ask(path=NOBODY_ACCOUNT)],
    "PATCH /api/v1/accounts/{id}": [Ask(path=NOBODY_ACCOUNT, json={"is_disabled": True})],
    "DELETE /api/v1/accounts/{id}": [Ask(path=NOBODY_ACCOUNT)],
    "GET /api/v1/help": [Ask()],
    "POST /api/v1/search": [Ask(json={"query": query}) for query in ("say go cao su", "men gốm vonfram")],
    "GET /api/v1/search": [Ask(query={"query": "Gốm Trăng Khuyết vonfram Ẩn Mật Bí Danh"})],
    "GET /api/v1/saved-searches": [Ask()],
    "POST /api/v1/saved-searches": [
        Ask(json={"record": "@"}),
        Ask(json={"query": "Trăng Khuyết vonfram", "webhook": "http://127.0.0.1/"}),
    ],
    "PATCH /api/v1/saved-searches/{id}": [Ask(path=SAVED, json={"often": "daily"})],
    "DELETE /api/v1/saved-searches/{id}": [Ask(path=SAVED)],
    "GET /api/v1/feeds/{token}": [Ask(path={"token": "x"})],
    "POST /api/v1/files": [Ask(form={"kind": "need"})],
    "GET /api/v1/jobs": [Ask()],
    "POST /api/v1/jobs": [Ask(json={"kind": "match", "record": "@"})],
    "GET /api/v1/jobs/{id}": [Ask(path=JOB)],
    "GET /api/v1/jobs/{id}/events": [Ask(path=JOB)],
    "GET /api/v1/jobs/{id}/result": [Ask(path=JOB)],
    "POST /api/v1/jobs/{id}/cancel": [Ask(path=JOB)],
    "DELETE /api/v1/jobs/{id}": [Ask(path=JOB)],
    "GET /api/v1/duplicates": [Ask()],
    "POST /api/v1/merges": [Ask(json={"into": "need-1", "other": "@"})],
    "DELETE /api/v1/merges/{id:path}": [Ask()],
    "GET /api/v1/distinctions": [Ask()],
    "POST /api/v1/distinctions": [Ask(json={"first": "need-1", "second": "@"})],
    "DELETE /api/v1/distinctions": [Ask(query={"first": "need-1", "second": "@"})],
    "GET /api/v1/corrections": [Ask()],
    "POST /api/v1/corrections": [Ask(json={"label": "a", "field": "title", "kind": "need"})],
    "DELETE /api/v1/corrections": [Ask(query={"label": "a", "kind": "need"})],
    "GET /api/v1/judgements": [Ask()],
    "POST /api/v1/judgements": [Ask(json={"record": "@", "candidate": "scientist-1", "verdict": "fits"})],
    "DELETE /api/v1/judgements": [Ask(query={"record": "@", "candidate": "scientist-1"})],
    "GET /api/v1/learning": [Ask()],
    "GET /api/v1/exposure": [Ask()],
    "GET /api/v1/engagements": [Ask(), Ask(query={"record": "@"})],
    "POST /api/v1/engagements": [Ask(json={"record": "@", "candidate": "scientist-1"})],
    "GET /api/v1/engagements/{id}": [Ask(path=ENGAGED)],
    "POST /api/v1/engagements/{id}/moves": [Ask(path=ENGAGED, json={"act": "interest"})],
    "POST /api/v1/engagements/{id}/undo": [Ask(path=ENGAGED)],
    "POST /api/v1/engagements/{id}/notes": [Ask(path=ENGAGED, json={"text": "a"})],
    "POST /api/v1/engagements/{id}/reminders": [Ask(path=ENGAGED, json={"day": "2030-01-01", "text": "a"})],
    "DELETE /api/v1/engagements/{id}/reminders/{number}": [Ask(path={**ENGAGED, **NUMBER})],
    "PUT /api/v1/engagements/{id}/until": [Ask(path=ENGAGED, json={"day": "2030-01-01"})],
    "POST /api/v1/engagements/{id}/attachments": [Ask(path=ENGAGED, form={})],
    "GET /api/v1/engagements/{id}/attachments/{number}": [Ask(path={**ENGAGED, **NUMBER})],
    "POST /api/v1/needs/guidance": [Ask(json=NEED), Ask(json={**NEED, "id": "@"})],
    "POST /api/v1/needs": [Ask(json=NO_NEED)],
    "GET /api/v1/needs/{id}": [Ask()],
    "PUT /api/v1/needs/{id}": [Ask(json=NEED)],
    "DELETE /api/v1/needs/{id}": [Ask()],
    "GET /dang-nhu-cau": [Ask(), Ask(query={"id": "@"})],
    "POST /dang-nhu-cau/xem-truoc": [Ask(form=NEED), Ask(form={**NEED, "id": "@"})],
    "POST /dang-nhu-cau": [Ask(form=NO_NEED), Ask(form={**NEED, "id": "@"})],
    "GET /dang-nhu-cau/xong": [Ask(query={"id": "@"})],
    "POST /dang-nhu-cau/rut": [Ask(form={"id": "@"})],
    "GET /api/v1/mine": [Ask()],
    "PUT /api/v1/records/{id:path}/profile": [Ask(json={"sections": []})],
    "DELETE /api/v1/records/{id:path}/profile": [Ask()],
    "POST /api/v1/profiles/orcid": [Ask(form={"id": "@"})],
    "POST /cua-toi/orcid": [Ask(form={"id": "@"})],
    "GET /cua-toi": [Ask()],
    "GET /cua-toi/{id:path}": [Ask()],
    "POST /cua-toi/{id:path}": [Ask(form={"organisation": "A"})],
    "POST /cua-toi/{id:path}/khoi-phuc": [Ask()],
    "GET /api/v1/gaps": [Ask(), Ask(query={"by": "place"})],
    "GET /api/v1/gaps/unmet": [Ask()],
    "GET /api/v1/charts/{name}": [Ask(path={"name": name}, query={"record": "@"}) for name in CHART],
    "GET /api/v1/audit": [Ask()],
    "GET /api/v1/audit/verification": [Ask()],
    "GET /api/v1/records/{id:path}/comparison": [
        Ask(query={"candidate": ["scientist-1", "anon-scientist"]}),
        Ask(path={"id": "need-1"}, query={"candidate": ["scientist-1", "@"]}),
    ],
    "GET /ho-so/{id:path}/so-sanh": [
        Ask(query={"voi": ["scientist-1", "anon-scientist"]}),
        Ask(path={"id": "need-1"}, query={"voi": ["scientist-1", "@"]}),
    ],
    "GET /api/v1/records/{id:path}/council.docx": [Ask()],
    "GET /api/v1/records/{id:path}/council": [Ask()],
    "GET /api/v1/declarations": [Ask()],
    "POST /api/v1/declarations": [Ask(json={"kind": "sanction", "of": {"record_id": "@"}, "evidence": "x"})],
    "DELETE /api/v1/declarations/{number}": [Ask(path=NUMBER)],
    "GET /api/v1/identities": [Ask()],
    "POST /api/v1/identities": [Ask(json={**QUESTION, "is_same": True})],
    "DELETE /api/v1/identities/{number}": [Ask(path=NUMBER)],
    "POST /api/v1/orders": [
        Ask(json={"needs": ["@"]}),
        Ask(json={"needs": ["need-1", "@"]}),
        Ask(json={"needs": ["@"], "with_confidential": True}),
    ],
    "GET /api/v1/records/{id:path}/order.docx": [Ask(), Ask(query={"together": "@"}, path={"id": "need-1"})],
    "GET /api/v1/records/{id:path}/order": [Ask(), Ask(query={"together": "@"}, path={"id": "need-1"})],
    "GET /api/v1/records/{id:path}/overlap.{format}": [
        Ask(path={"id": "@", "format": one}) for one in ("docx", "html")
    ],
    "GET /api/v1/records/{id:path}/overlap": [Ask()],
    "GET /api/v1/records/{id:path}/teams.{format}": [Ask(path={"id": "@", "format": one}) for one in ("docx", "xlsx")],
    "GET /api/v1/records/{id:path}/teams": [Ask(), Ask(path={"id": "need-1"}, query={"with": "@"})],
    "GET /api/v1/assignment": [Ask()],
    "GET /api/v1/records": [Ask(), Ask(query={"kind": "need", "offset": 1})],
    "POST /api/v1/records": [Ask(json={"id": "@", "kind": "need", "title": "a"})],
    "GET /api/v1/records/{id:path}/pairings.{format}": [
        Ask(path={"id": "@", "format": one}, query={"to": "scientist"}) for one in ("xlsx", "docx")
    ],
    "GET /api/v1/records/{id:path}/pairings": [Ask(query={"to": to}) for to in ("scientist", "need", "proposal")],
    "GET /api/v1/records/{id:path}/explanation": [
        Ask(query={"candidate": "scientist-1"}),
        Ask(path={"id": "need-1"}, query={"candidate": "@"}),
    ],
    "GET /api/v1/records/{id:path}": [Ask()],
    "DELETE /api/v1/records/{id:path}": [Ask()],
    "GET /api/v1/records/{id:path}/values": [Ask()],
    "PUT /api/v1/records/{id:path}/values": [Ask(json={"value": "title", "text": "a"})],
    "DELETE /api/v1/records/{id:path}/values": [Ask(query={"value": "title"})],
    "GET /": [Ask()],
    "POST /ho-so-mau": [Ask()],
    "GET /dang-nhap": [Ask()],
    "POST /dang-nhap": [Ask(form={"email": "ai.khac@so.vn", "password": "sai sai sai sai"})],
    "GET /dang-nhap/ben-ngoai": [Ask()],
    "GET /dang-nhap/ben-ngoai/xong": [Ask(query={"code": "x", "state": "x"})],
    "POST /dang-xuat": [Ask()],
    "GET /loi-moi/{token}": [Ask(path={"token": "x"})],
    "POST /loi-moi/{token}": [Ask(path={"token": "x"}, form={"password": PASSWORD, "again": PASSWORD})],
    "GET /tai-khoan": [Ask()],
    "POST /tai-khoan/ten": [Ask(form={"name": "Tên Khác"})],
    "POST /tai-khoan/mat-khau": [Ask(form=NEW_PASSWORD)],
    "POST /tai-khoan/phien/ket-thuc": [Ask(form=NUMBER)],
    "POST /tai-khoan/khoa": [Ask(form={"name": " "})],
    "POST /tai-khoan/khoa/bo": [Ask(form={"id": "x"})],
    "POST /tai-khoan/ho-so": [Ask(form={"record": "@"})],
    "POST /tai-khoan/ho-so/bo": [Ask(form={"record": "@"})],
    "GET /quan-tri/tai-khoan": [Ask()],
    "POST /quan-tri/tai-khoan": [Ask(form={"email": "a@b.vn", "role": "enterprise", "organisation": "@"})],
    "POST /quan-tri/tai-khoan/thu-hoi": [Ask(form={"email": "a@b.vn"})],
    "POST /quan-tri/tai-khoan/vai-tro": [Ask(form={"id": "x", "role": "officer"})],
    "POST /quan-tri/tai-khoan/khoa": [Ask(form={"id": "x", "is_disabled": "true"})],
    "POST /quan-tri/tai-khoan/mat-khau": [Ask(form={"id": "x"})],
    "POST /quan-tri/tai-khoan/xoa": [Ask(form={"id": "x"})],
    "GET /quan-tri/nhan-ho-so": [Ask()],
    "POST /quan-tri/nhan-ho-so": [Ask(form={"account": "x", "record": "@", "is_confirmed": "true"})],
    "GET /tro-giup": [Ask()],
    "GET /tim-kiem": [Ask(query={"q": query}) for query in ("say go cao su", "Trăng Khuyết men gốm vonfram")],
    "GET /tim-kiem-da-luu": [Ask()],
    "POST /tim-kiem-da-luu": [Ask(form={"ho_so": "@"})],
    "POST /tim-kiem-da-luu/{id}": [Ask(path=SAVED, form={"viec": "feed"})],
    "GET /ngung-thu/{token}": [Ask(path={"token": "x"})],
    "POST /ngung-thu/{token}": [Ask(path={"token": "x"})],
    "GET /ho-so/{id:path}/ghep": [Ask(query={"to": to}) for to in ("scientist", "need", "proposal")],
    "POST /ho-so/{id:path}/ghep": [Ask(form={"candidate": "scientist-1", "verdict": "fits", "to": "scientist"})],
    "GET /ket-noi": [Ask(), Ask(query={"ho_so": "@"})],
    "POST /ket-noi": [Ask(form={"record": "@", "candidate": "scientist-1"})],
    "GET /ket-noi/{id}": [Ask(path=ENGAGED)],
    "POST /ket-noi/{id}/buoc": [Ask(path=ENGAGED, form={"what": "interest"})],
    "POST /ket-noi/{id}/hoan-tac": [Ask(path=ENGAGED)],
    "POST /ket-noi/{id}/ghi-chu": [Ask(path=ENGAGED, form={"text": "a"})],
    "POST /ket-noi/{id}/nhac": [Ask(path=ENGAGED, form={"day": "2030-01-01", "text": "a"})],
    "POST /ket-noi/{id}/nhac/xong": [Ask(path=ENGAGED, form=NUMBER)],
    "POST /ket-noi/{id}/han": [Ask(path=ENGAGED, form={"day": "2030-01-01"})],
    "POST /ket-noi/{id}/tep": [Ask(path=ENGAGED, form={})],
    "GET /ket-noi/{id}/tep/{number}": [Ask(path={**ENGAGED, **NUMBER})],
    "GET /ho-so/{id:path}/giai-thich": [
        Ask(query={"voi": "scientist-1"}),
        Ask(path={"id": "need-1"}, query={"voi": "@"}),
    ],
    "GET /ho-so/{id:path}/hoi-dong": [Ask()],
    "POST /ho-so/{id:path}/hoi-dong/tra-loi/bo": [Ask(form=NUMBER)],
    "POST /ho-so/{id:path}/hoi-dong/tra-loi": [Ask(form={"same": "true", "one": "a", "other": "b"})],
    "GET /khai-bao": [Ask()],
    "POST /khai-bao": [Ask(form={"kind": "sanction", "of": "@", "evidence": "x"})],
    "POST /khai-bao/bo": [Ask(form=NUMBER)],
    "POST /khai-bao/tra-loi/bo": [Ask(form=NUMBER)],
    "GET /ho-so/{id:path}/dat-hang": [Ask(), Ask(path={"id": "need-1"}, query={"cung": "@"})],
    "GET /ho-so/{id:path}/trung-lap": [Ask()],
    "GET /ho-so/{id:path}/to-ba-nha": [Ask(), Ask(path={"id": "need-1"}, query={"co": "@"})],
    "GET /ho-so/{id:path}/gia-tri": [Ask()],
    "GET /ho-so/{id:path}/gia-tri/{picture}.webp": [Ask(path={"picture": "0" * 64})],
    "POST /ho-so/{id:path}/gia-tri": [Ask(form={"gia_tri": "title", "moi": "a"})],
    "GET /ho-so": [Ask(), Ask(query={"loai": "need"})],
    "GET /ho-so/{id:path}": [Ask(), Ask(query={"phan": 0, "tu": 0, "den": 5})],
    "GET /tai-len": [Ask()],
    "POST /tai-len": [Ask(form={"kind": "need"})],
    "POST /tai-len/nhan": [Ask(form={"label": "a", "kind": "need", "field": "title"})],
    "POST /tai-len/quen": [Ask(form={"label": "a", "kind": "need"})],
    "GET /viec": [Ask()],
    "POST /viec": [Ask(form={"viec": "match", "tu": "need", "sang": "scientist", "dang": "xlsx"})],
    "GET /viec/{id}": [Ask(path=JOB)],
    "POST /viec/{id}/huy": [Ask(path=JOB)],
    "POST /viec/{id}/xoa": [Ask(path=JOB)],
    "GET /viec/{id}/tep/{number}": [Ask(path={**JOB, **NUMBER})],
    "GET /ho-so-trung": [Ask(), Ask(query={"da_ghep": "@"})],
    "POST /ho-so-trung": [Ask(form={"into": "need-1", "other": "@"})],
    "POST /ho-so-trung/tach": [Ask(form={"id": "@"})],
    "POST /ho-so-trung/khac": [Ask(form={"first": "need-1", "second": "@"})],
    "POST /ho-so-trung/khac/bo": [Ask(form={"first": "need-1", "second": "@"})],
    "GET /cung-cau": [Ask()],
    "GET /cung-cau/ho-so": [Ask(query={"o": "205", "phan": "needs"})],
    "GET /cung-cau/chua-dap-ung": [Ask()],
    "GET /ban-do": [Ask()],
    "GET /ban-do/{address}.{ending}": [
        Ask(path={"address": one, "ending": "csv"}, query={"quanh": "@"}) for one in ("linh-vuc", "mang-luoi")
    ],
    "GET /ban-do/{address}": [Ask(path={"address": one}, query={"quanh": "@"}) for one in ("linh-vuc", "mang-luoi")],
    "GET /ban-do/{address}/ho-so": [Ask(path={"address": "linh-vuc"}, query={"quanh": "@"})],
}


def effective_routes() -> Iterator[tuple[str, Any]]:
    """("GET /path", endpoint) of every route of pages and API."""
    from fastapi import FastAPI

    app = FastAPI()
    for router in (routes.router, pages.router):
        app.include_router(router)
    for included in app.routes:
        for route in getattr(included, "effective_route_contexts", tuple)():
            for method in route.methods:
                yield f"{method} {route.path}", route.endpoint


def test_every_route_is_in_the_matrix() -> None:
    assert {name for name, _ in effective_routes()} == set(MATRIX)


def test_every_route_is_answered_for_somebody() -> None:
    """Whatever it does, it takes the server by the one seam that knows who asks."""
    unasked = [name for name, endpoint in effective_routes() if not _takes_server(endpoint)]
    assert unasked == []


def _takes_server(endpoint: Any) -> bool:
    return any(
        "Server" in str(one.annotation) or "View" in str(one.annotation)
        for one in signature(endpoint).parameters.values()
    )


# The two servers


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, TestClient]]:
    with ExitStack() as stack:
        clients = {}
        for store in (WITH, WITHOUT):
            settings = settings_for(tmp_path_factory.mktemp(store), model="none")
            client = clients[store] = stack.enter_context(serving(settings))
            found = records_of(store)
            hidden = [[one] for one in found if one["id"] in HIDDEN]
            # What is hidden comes by changes of its own: no counter of changes may tell of it.
            for records in (PUBLIC, [one for one in found if one["id"] not in HIDDEN], *hidden):
                assert client.post("/api/v1/records", json=records).status_code == 201
            index = index_of(client)
            for role in ACCOUNT_ROLES:
                index.store.accounts.add(Account(f"id-{role}", f"{role}@so.vn", role.title(), role), None, OPENED)
        yield clients


OPENED = datetime.now(UTC)


def index_of(client: TestClient) -> Index:
    found: Index = client.app_state["server"].live.current.index
    return found


def ask(client: TestClient, role: str, route: str, asked: Ask, id: str) -> Response:
    method, template = route.split(" ")
    path = {"id": "@", **asked.path}
    address = re.sub(r"\{(\w+)(?::path)?\}", lambda match: path[match[1]], template)
    headers = {"Sec-Fetch-Site": "same-origin"}
    if role != "nobody":
        secret, sessions = f"bí mật của {role}", index_of(client).store.sessions
        if sessions.find(digest_of(digest_text(secret)), datetime.now(UTC)) is None:
            sessions.open(digest_of(digest_text(secret)), f"id-{role}", "", OPENED)
        headers["Cookie"] = f"{session_cookie(False)}={digest_text(secret)}"
    client.cookies.clear()
    return client.request(
        method,
        put(address, id),
        params=put(dict(asked.query), id),
        json=put(asked.json, id) if asked.json is not None else None,
        data=put(dict(asked.form), id) if asked.form is not None else None,
        headers=headers,
        follow_redirects=False,
    )


def digest_text(secret: str) -> str:
    return digest_of(secret).hex()


def put(value: Any, id: str) -> Any:
    """The value with `@` as the id."""
    if isinstance(value, dict):
        return {key: put(one, id) for key, one in value.items()}
    if isinstance(value, list):
        return [put(one, id) for one in value]
    return id if value == "@" else value.replace("/@", f"/{id}") if isinstance(value, str) else value


def asks_for_record(route: str, asked: Ask) -> bool:
    path = {"id": "@", **asked.path}
    said = [path[name] for name in re.findall(r"\{(\w+)", route.split(" ")[1])]
    return "@" in said or '"@"' in repr((asked.query, asked.json, asked.form)).replace("'", '"')


RECORD_ASKS = [(route, asked) for route, asks in MATRIX.items() for asked in asks if asks_for_record(route, asked)]
ALL_ASKS = [(route, asked) for route, asks in MATRIX.items() for asked in asks]


def named(asks: list[tuple[str, Ask]]) -> list[str]:
    return [f"{number}-{route}" for number, (route, _) in enumerate(asks)]


def read_answer(response: Response) -> tuple[int, dict[str, str], str]:
    """Status, headers, and the text of the body (of a document all its parts), but for how long it took and when."""
    headers = dict(response.headers)
    if "set-cookie" in headers:
        headers["set-cookie"] = re.sub(r"expires=[^;]+", "", headers["set-cookie"])
    if response.content[:2] == b"PK":
        headers.pop("content-length")
        with zipfile.ZipFile(io.BytesIO(response.content)) as packed:
            parts = [packed.read(name) for name in packed.namelist() if not name.startswith("docProps/")]
        return response.status_code, headers, b"".join(parts).decode("utf-8", "replace")
    text = re.sub(r'(_seconds":)[\d.]+', r"\1", response.text)
    text = re.sub(r'(name="key" value=")[^"]+', r"\1", text)
    # When somebody asked is no secret, and passes between one store and the other.
    text = re.sub(r"(\d{4}-\d\d-\d\d)T[\d:.]+", r"\1", text)
    if text != response.text:
        headers.pop("content-length")
    return response.status_code, headers, text


@pytest.mark.parametrize(("route", "asked"), RECORD_ASKS, ids=named(RECORD_ASKS))
def test_a_confidential_record_is_answered_as_a_missing_one(
    servers: dict[str, TestClient], route: str, asked: Ask
) -> None:
    client = servers[WITH]
    for role in STRANGERS:
        for hidden, missing in list(HIDDEN.items())[: None if role in ASKING_ALL else 1]:
            told = [read_answer(ask(client, role, route, asked, id)) for id in (hidden, missing)]
            assert told[1][0] < 500
            shown, absent = (
                (status, str(headers).replace(id, "@"), body.replace(id, "@"))
                for (status, headers, body), id in zip(told, (hidden, missing), strict=True)
            )
            assert shown == absent, role


@pytest.mark.parametrize(("route", "asked"), ALL_ASKS, ids=named(ALL_ASKS))
def test_strangers_are_answered_as_if_nothing_were_hidden_and_whoever_it_is(
    servers: dict[str, TestClient], route: str, asked: Ask
) -> None:
    ids = ("need-1", "anon-need", "anon-task", "anon-scientist") if asks_for_record(route, asked) else ("-",)
    for role in STRANGERS:
        for id in ids[: None if role in ASKING_ALL else 1]:
            answers = {store: ask(client, role, route, asked, id) for store, client in servers.items()}
            told = {store: read_answer(answer) for store, answer in answers.items()}
            assert told[WITH][0] < 500, (role, id)
            assert told[WITH] == told[WITHOUT], (role, id)
            leaked = [secret for secret in SECRETS if secret in told[WITH][2]]
            # What was typed by whoever asks is theirs already.
            assert not leaked or all(secret in str(asked) for secret in leaked), (role, id)


def test_the_text_of_an_anonymous_need_is_readable(servers: dict[str, TestClient]) -> None:
    for role in STRANGERS:
        page = ask(servers[WITH], role, "GET /ho-so/{id:path}", Ask(), "anon-need").text
        assert "bị trả hàng vì men gốm có chì" in page
        hits = ask(servers[WITH], role, "POST /api/v1/search", Ask(json={"query": "men gốm có chì"}), "").json()["hits"]
        assert "anon-need" in {hit["id"] for hit in hits}


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_all_and_who_administers(servers: dict[str, TestClient], role: str) -> None:
    client = servers[WITH]
    sees_all, administers = role in ("officer", "administrator"), role == "administrator"
    for id in HIDDEN:
        assert ask(client, role, "GET /ho-so/{id:path}", Ask(), id).status_code == (200 if sees_all else 404)
    assert ("Trăng Khuyết" in ask(client, role, "GET /ho-so/{id:path}", Ask(), "anon-need").text) == sees_all
    for route in ("GET /api/v1/accounts", "GET /quan-tri/tai-khoan"):
        assert ask(client, role, route, Ask(), "").status_code == (200 if administers else 403)
    for route in ("GET /api/v1/claims", "GET /api/v1/declarations", "GET /api/v1/judgements", "GET /api/v1/duplicates"):
        assert ask(client, role, route, Ask(), "").status_code == (200 if sees_all else 403)


@pytest.mark.parametrize(
    ("route", "because"),
    [
        ("GET /api/v1/records/{id:path}/council", "Chỉ cán bộ đề xuất hội đồng"),
        ("GET /api/v1/records/{id:path}/council.docx", "Chỉ cán bộ đề xuất hội đồng"),
        ("GET /ho-so/{id:path}/hoi-dong", "Chỉ cán bộ đề xuất hội đồng"),
        ("GET /api/v1/duplicates", "Chỉ cán bộ mới xem và ghép hồ sơ trùng"),
        ("GET /ho-so-trung", "Chỉ cán bộ mới xem và ghép hồ sơ trùng"),
        ("GET /api/v1/declarations", "khai báo về cá nhân"),
        ("GET /khai-bao", "khai báo về cá nhân"),
        ("GET /api/v1/judgements", "Chỉ cán bộ được xem phần này"),
    ],
)
@pytest.mark.parametrize("role", STRANGERS)
def test_who_may_not_read_is_told_why(servers: dict[str, TestClient], role: str, route: str, because: str) -> None:
    """Reading is not refused as if something were to be added or removed."""
    answer = ask(servers[WITH], role, route, Ask(), "need-1")
    assert answer.status_code == 403
    assert because in answer.text
    assert "thêm hoặc xóa" not in answer.text


def test_owners_see_their_own_and_nothing_else(servers: dict[str, TestClient]) -> None:
    index = index_of(servers[WITH])
    index.store.accounts.add(Account("id-owner", "owner@so.vn", "Chủ", "enterprise"), None, OPENED)
    from index import Claim

    for id in ("anon-need", "hid-need-1"):
        index.store.claims.put(Claim("id-owner", id, "confirmed", "id-officer", OPENED.isoformat()))
    shown = {id: ask(servers[WITH], "owner", "GET /ho-so/{id:path}", Ask(), id) for id in ("anon-need", *HIDDEN)}
    assert {id: answer.status_code for id, answer in shown.items()} == {
        "anon-need": 200,
        "hid-need-1": 200,
        "hid-task-1": 404,
        "hid-scientist-1": 404,
    }
    assert "Trăng Khuyết" in shown["anon-need"].text
    assert "vonfram" in shown["anon-need"].text
    assert "Bí Danh" not in ask(servers[WITH], "owner", "GET /ho-so/{id:path}", Ask(), "anon-scientist").text


def test_strangers_do_not_learn_who_it_is_from_what_is_public_of_the_same_person(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind the anonymous records of one server stand the scientist and the university that are public beside them."""
    monkeypatch.setitem(FIRM, WITH, "Trường Đại học Thủ Dầu Một")
    monkeypatch.setitem(FIRM, WITHOUT, "Trường Đại học Sao Băng Xa")
    monkeypatch.setitem(PERSON, WITH, "Đoàn Thị Minh Sương")
    monkeypatch.setitem(PERSON, WITHOUT, "Hoàng Thế Tuấn Minh")
    with ExitStack() as stack:
        clients = []
        for store in (WITH, WITHOUT):
            settings = settings_for(tmp_path_factory.mktemp("twin"), model="none")
            client = stack.enter_context(serving(settings))
            anonymous = [one for one in records_of(store) if not one["id"].startswith("hid-")]
            for records in (PUBLIC, anonymous):
                assert client.post("/api/v1/records", json=records).status_code == 201
            index_of(client).store.accounts.add(Account("id-officer", "o@so.vn", "O", "officer"), None, OPENED)
            clients.append(client)
        reads = [(route, asked) for route, asked in RECORD_ASKS if route.startswith(("GET", "POST /api/v1/orders"))]
        for route, asked in reads:
            for id in ("anon-need", "anon-task"):
                one, other = (read_answer(ask(client, "nobody", route, asked, id)) for client in clients)
                assert one == other, (route, id)


def test_a_university_speaks_for_no_scientist_who_has_claimed_the_profile(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """What the university may on every route, before and after the claim."""
    from index import Claim

    house = "Trường Đại học Thủ Dầu Một"
    people = [
        {
            "id": id,
            "kind": "scientist",
            "title": name,
            "sections": [
                {"name": "research", "text": f"{name} nghiên cứu men gốm.", "visibility": "anonymous"},
                {"name": "other", "text": f"Điều riêng của {id}.", "visibility": "confidential"},
            ],
            "facts": {"organisation": house},
        }
        for id, name in (("own-1", "Lưu Gia Bảo Khôi"), ("own-2", "Quách Minh Thư"))
    ]
    with serving(settings_for(tmp_path_factory.mktemp("house"), model="none")) as client:
        assert client.post("/api/v1/records", json=[*PUBLIC, *records_of(WITHOUT), *people]).status_code == 201
        index = index_of(client)
        for role in ("officer", "university", "scientist"):
            account = Account(f"id-{role}", f"{role}@so.vn", role, role, "org-1" if role == "university" else None)
            index.store.accounts.add(account, None, OPENED)
        engaged = []
        for id in ("own-1", "own-2"):
            begin = Ask(json={"record": "need-1", "candidate": id})
            made = ask(client, "officer", "POST /api/v1/engagements", begin, "")
            assert made.status_code == 201
            engaged.append(made.json()["id"])

        def reads(role: str, id: str) -> str:
            return ask(client, role, "GET /api/v1/records/{id:path}", Ask(), id).text

        def acts(role: str, number: int) -> set[str]:
            answer = ask(client, role, "GET /api/v1/engagements/{id}", Ask(path={"id": engaged[number]}), "")
            return {one["act"] for one in answer.json()["possible"]} if answer.status_code == 200 else set()

        assert "Điều riêng của own-1" in reads("university", "own-1")
        assert "consent" in acts("university", 0)
        for id in ("own-1", "own-2"):
            state = "confirmed" if id == "own-1" else "asked"
            index.store.claims.put(Claim("id-scientist", id, state, "id-officer", OPENED.isoformat()))
        assert "Lưu Gia Bảo Khôi" in reads("university", "own-1")
        assert "Điều riêng" not in reads("university", "own-1")
        page = ask(client, "university", "GET /ho-so/{id:path}", Ask(), "own-1").text
        assert 'action="/tai-khoan/ho-so"' not in page
        assert (acts("university", 0), "consent" in acts("scientist", 0)) == (set(), True)
        for route, asked in RECORD_ASKS:
            told = ask(client, "university", route, asked, "own-1")
            assert "Điều riêng của own-1" not in read_answer(told)[2], route
            if route.endswith(("/profile", "/values", "/khoi-phuc")) or route == "POST /cua-toi/{id:path}":
                assert told.status_code >= 400, route
        consent = Ask(path={"id": engaged[0]}, json={"act": "consent"})
        assert ask(client, "university", "POST /api/v1/engagements/{id}/moves", consent, "").status_code == 404
        # What is only asked for, or was claimed by nobody, is the university's as before.
        assert "Điều riêng của own-2" in reads("university", "own-2")
        assert "consent" in acts("university", 1)
        index.store.accounts.disable("id-scientist", True)
        assert "Điều riêng của own-1" in reads("university", "own-1")
