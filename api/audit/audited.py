"""What the audit log takes note of: the one list of addresses and commands, and what each of them is."""

from __future__ import annotations

from collections.abc import Mapping

from index.audit import Deed

# Of a request's parameters and fields, and of a command's arguments: those that name a record, account or engagement.
SUBJECTS = frozenset(
    {"id", "ids", "record", "record_id", "candidate", "other", "other_id", "one", "another", "first", "second", "of"}
    | {"account", "engagement", "need", "need_ids", "records", "number", "around", "quanh", "voi", "ho-so"}
)

# What only reads is noted where persons are shown in it; every other request that is not listed has changed something.
ADDRESSES: Mapping[str, Deed] = {
    **dict.fromkeys(
        (
            "GET /api/v1/records",
            "GET /api/v1/records/{id:path}",
            "GET /api/v1/records/{id:path}/pairings",
            "GET /api/v1/records/{id:path}/explanation",
            "GET /api/v1/records/{id:path}/teams",
            "GET /api/v1/records/{id:path}/overlap",
            "GET /api/v1/records/{id:path}/council",
            "GET /api/v1/records/{id:path}/order",
            "GET /api/v1/records/{id:path}/comparison",
            "GET /api/v1/records/{id:path}/values",
            "GET /api/v1/assignment",
            "GET /api/v1/search",
            "POST /api/v1/search",
            "GET /api/v1/duplicates",
            "GET /api/v1/distinctions",
            "GET /api/v1/judgements",
            "GET /api/v1/declarations",
            "GET /api/v1/identities",
            "GET /api/v1/engagements",
            "GET /api/v1/engagements/{id}",
            "GET /api/v1/accounts",
            "GET /api/v1/claims",
            "GET /api/v1/audit",
            "POST /api/v1/needs/guidance",
            "GET /api/v1/needs/{id}",
            "POST /dang-nhu-cau/xem-truoc",
            "GET /dang-nhu-cau",
            "GET /api/v1/mine",
            "GET /cua-toi",
            "GET /cua-toi/{id:path}",
            "GET /dang-nhu-cau/xong",
            "GET /ho-so",
            "GET /ho-so/{id:path}",
            "GET /ho-so/{id:path}/ghep",
            "GET /ho-so/{id:path}/giai-thich",
            "GET /ho-so/{id:path}/to-ba-nha",
            "GET /ho-so/{id:path}/trung-lap",
            "GET /ho-so/{id:path}/hoi-dong",
            "GET /ho-so/{id:path}/dat-hang",
            "GET /ho-so/{id:path}/gia-tri",
            "GET /ho-so/{id:path}/gia-tri/{picture}.webp",
            "GET /viec/{id}",
            "GET /viec/{id}/tep/{number}",
            "GET /api/v1/jobs/{id}",
            "GET /api/v1/jobs/{id}/events",
            "GET /ho-so/{id:path}/so-sanh",
            "GET /ho-so-trung",
            "GET /cung-cau/ho-so",
            "GET /ban-do/{address}/ho-so",
            "GET /tim-kiem",
            "GET /khai-bao",
            "GET /ket-noi",
            "GET /ket-noi/{id}",
            "GET /quan-tri/tai-khoan",
            "GET /quan-tri/nhan-ho-so",
        ),
        "saw",
    ),
    **dict.fromkeys(
        (
            "GET /api/v1/records/{id:path}/pairings.{format}",
            "GET /api/v1/records/{id:path}/overlap.{format}",
            "GET /api/v1/records/{id:path}/teams.{format}",
            "GET /api/v1/records/{id:path}/council.docx",
            "GET /api/v1/records/{id:path}/order.docx",
            "POST /api/v1/orders",
            "GET /api/v1/jobs/{id}/result",
            "GET /ban-do/{address}.{ending}",
            "GET /api/v1/engagements/{id}/attachments/{number}",
            "GET /ket-noi/{id}/tep/{number}",
        ),
        "exported",
    ),
    **dict.fromkeys(
        (
            "POST /api/v1/judgements",
            "DELETE /api/v1/judgements",
            "POST /ho-so/{id:path}/ghep",
            "POST /api/v1/merges",
            "DELETE /api/v1/merges/{id:path}",
            "POST /api/v1/distinctions",
            "DELETE /api/v1/distinctions",
            "POST /ho-so-trung",
            "POST /ho-so-trung/tach",
            "POST /ho-so-trung/khac",
            "POST /ho-so-trung/khac/bo",
            "POST /api/v1/identities",
            "DELETE /api/v1/identities/{number}",
            "POST /ho-so/{id:path}/hoi-dong/tra-loi",
            "POST /ho-so/{id:path}/hoi-dong/tra-loi/bo",
            "POST /api/v1/claims",
            "POST /quan-tri/nhan-ho-so",
            "POST /api/v1/engagements",
            "POST /api/v1/engagements/{id}/moves",
            "POST /api/v1/engagements/{id}/undo",
            "POST /ket-noi",
            "POST /ket-noi/{id}/buoc",
            "POST /ket-noi/{id}/hoan-tac",
        ),
        "decided",
    ),
    **dict.fromkeys(
        ("DELETE /api/v1/records/{id:path}", "DELETE /api/v1/accounts/{id}", "POST /quan-tri/tai-khoan/xoa"), "erased"
    ),
    **dict.fromkeys(("POST /api/v1/session", "DELETE /api/v1/session", "POST /dang-nhap", "POST /dang-xuat"), "signed"),
    "GET /dang-nhap/ben-ngoai/xong": "signed",
}

# Commands without a line here have changed something; those of None neither change nor show persons.
COMMANDS: Mapping[str, Deed | None] = {
    **dict.fromkeys(
        ("search", "match", "show", "list", "duplicates", "council", "declarations", "judgements", "overlap", "team"),
        "saw",
    ),
    **dict.fromkeys(
        ("assign", "gaps", "engage list", "engage show", "account list", "accounts list", "audit list"), "saw"
    ),
    **dict.fromkeys(("order",), "exported"),
    **dict.fromkeys(
        ("judge", "merge", "part", "distinguish", "engage start", "engage move", "engage undo"),
        "decided",
    ),
    **dict.fromkeys(("remove", "account erase"), "erased"),
    **dict.fromkeys(
        ("read", "corrections", "reembed", "evaluate", "serve", "doctor", "chart", "charts", "audit verify"),
        None,
    ),
    # What it sends is noted by itself.
    "alerts send": None,
}
# What these had done before they failed stays done.
PARTLY_DONE = frozenset({"ingest", "remove", "retire"})


def deed_of(method: str, template: str) -> Deed | None:
    """What a request to an address is, as routes write it; None where it is not noted."""
    listed = ADDRESSES.get(f"{method} {template}")
    if listed is not None or method in ("GET", "HEAD", "OPTIONS"):
        return listed
    return "changed"


def deed_of_command(path: str, writes_file: bool) -> Deed | None:
    """What a command is, by its name (``engage move``); what it writes to a file leaves the house."""
    deed = COMMANDS.get(path, "changed")
    return "exported" if deed == "saw" and writes_file else deed
