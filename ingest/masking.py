"""Find personal patterns in Vietnamese texts (identity numbers, birth dates, phones, e-mails) and mask them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.tax_codes import reads_as_amount
from ingest.vietnamese import fold

MASK = "•••"


@dataclass(frozen=True, slots=True)
class Contacts:
    """Phones and e-mails as written, in reading order, without repetition."""

    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


_WINDOW = 65_536
_MARGIN = 8_192  # characters; no value with its label is longer


def mask_personal(text: str, *, keeps_contacts: bool = False) -> str:
    """`text` with ``•••`` in place of identity numbers, birth dates, phones and e-mails (with `keeps_contacts` phones
    and e-mails stay); their labels stay.

    Kept: tax codes, money, years, other dates, task codes, decree and standard numbers, ISBN, ISSN, DOI,
    ORCID, patent numbers, coordinates, measures, web addresses, hotlines (1800, 1900). A number of ten digits
    that begins with 0 is a phone unless a label (MST, Mã số thuế) says otherwise. Masking twice equals once.
    """
    # A mask can uncover a neighbour (0912345678-0913456789), so until nothing is left; each round removes some.
    while masked := _mask_once(text, keeps_contacts):
        text = masked
    return text


def names_personal(label: str) -> bool:
    """Whether a label or header names a birth date or an identity number, whosever it is (*Ngày sinh chủ DN*)."""
    plain = " ".join(re.sub(r"[\W_]+", " ", fold(label)).split())
    return any(
        not (match[0].startswith("sinh") and _is_compound(plain, match.start()))
        for match in _PERSONAL_LABEL.finditer(plain)
    )


def find_contacts(text: str) -> Contacts:
    """The phones and e-mails that `mask_personal` would mask."""
    found = [(kind, text[start:end]) for kind, start, end in _find_personal(text)]
    return Contacts(
        phones=tuple(dict.fromkeys(value for kind, value in found if kind.startswith("phone"))),
        emails=tuple(dict.fromkeys(value for kind, value in found if kind == "email")),
    )


def find_addresses(text: str) -> Iterator[tuple[int, int]]:
    """The places of what leads straight to a person or body: all that `mask_personal` masks, and of what it keeps tax
    codes, bare numbers that can be one, hotlines, ORCID and addresses in the web."""
    yield from ((start, end) for _, start, end in _find_personal(text))
    for match in _ADDRESS.finditer(fold(text).translate(_NARROW)):
        if match.lastgroup:
            start, end = match.span(match.lastgroup)
            if match.lastgroup == "number" and reads_as_amount(text, start, end):
                continue
            yield start, start + len(text[start:end].rstrip(".,;:!?)]}"))


def mask_alike(unrepaired: str, masked: str) -> str:
    """The same text as it stood in an old coding, with ``•••`` for whatever `masked` does not show: there the labels of
    personal data cannot be read, but digits and addresses are ASCII in every coding."""
    shown = Counter(_DIGITS_AND_ADDRESSES.findall(masked))
    found = Counter(_DIGITS_AND_ADDRESSES.findall(unrepaired))
    # Where something is hidden, a day or a month may be part of it.
    shortest = 1 if MASK in masked else _SHORTEST_PERSONAL
    hidden = {value for value, count in found.items() if count > shown[value] and len(value) >= shortest}
    kept = _DIGITS_AND_ADDRESSES.sub(lambda match: MASK if match[0] in hidden else match[0], unrepaired)
    return mask_personal(kept)


def _is_contact(kind: str) -> bool:
    return kind == "email" or kind.startswith("phone")


def _mask_once(text: str, keeps_contacts: bool) -> str:
    """The text with masks; empty when there was nothing to mask."""
    pieces: list[str] = []
    done = 0
    for kind, start, end in _find_personal(text):
        if keeps_contacts and _is_contact(kind):
            continue
        pieces += (text[done:start], MASK)
        done = end
    return "".join((*pieces, text[done:])) if pieces else ""


def _find_personal(text: str) -> Iterator[tuple[str, int, int]]:
    """Kind and place of each value. Everything is matched on the folded view: labels come with accents, without
    and in capitals."""
    if not _WORTH_A_LOOK.search(text):
        return
    whole = _FILLING.sub(_spaces, fold(text).translate(_NARROW))
    # Cutting all of a long text anew behind each value would take the square of its length.
    rest = whole[:_WINDOW]
    offset = position = 0
    while True:
        match = _PERSONAL.search(rest, position)
        if offset + len(rest) < len(whole) and (match is None or match.end() > len(rest) - _MARGIN):
            position = position if match else max(position, len(rest) - 2 * _MARGIN)
            rest = whole[offset:]
            continue
        if match is None:
            return
        position = match.end()
        kind = match.lastgroup
        at = offset + match.start()
        if kind is None or (kind in _BY_SINH and _is_compound(text, at)):
            continue
        if kind == "birth_sn" and text[at : at + 2] == "Sn":
            continue  # tin
        start, end = match.span(kind)
        if rest[start] == "(" and ")" not in rest[start:end]:
            start += 1  # its other bracket stays too
        yield kind, offset + start, offset + end
        # Going on behind the value, as if the mask stood there: a neighbour is judged as it will be next time.
        offset += end
        rest = whole[offset : offset + _WINDOW]
        position = 0


def _spaces(match: re.Match[str]) -> str:
    return match["web"] or " " * len(match[0])


def _is_compound(text: str, sinh: int) -> bool:
    """Whether "sinh" ends a word such as học sinh, tuyển sinh, phát sinh rather than following a name (… Văn Học)."""
    before = text[max(0, sinh - 40) : sinh].split()
    if not before or fold(before[-1].strip("(\"'“")) not in _SINH_COMPOUNDS:
        return False
    return not (len(before) > 1 and before[-1].istitle() and before[-2].istitle())


_BEFORE_SINH = (
    "hoc thi tuyen phat ve hy cuu tai vi ky dan an so giao y san nay cong song nhan chung mon hoi moi khai truong "
    "quang tien sy si phuc sieu hau da tro ho gia"
)
_SINH_COMPOUNDS = frozenset(_BEFORE_SINH.split())

_BY_SINH = ("birth_of", "birth_on", "birth_at")
# Words of which "sinh" is the first syllable: ngày sinh hoạt, năm sinh viên.
_NOT_OF_SINH = (
    r"(?![\s_]+(?:hoat|vien|thai|hoc|san|truong|ke|ly|vat|khoi|thiet|trac|pham|loi|dong|hoa|nhat|de|quyen|tu)\b)"
)

_SHORTEST_PERSONAL = 6
_DIGITS_AND_ADDRESSES = re.compile(r"[^\s@]*@\S*|\d(?:[\d\s./()+\-]*\d)?")
_WORTH_A_LOOK = re.compile(r"\d{4}|\d\d\W{1,3}\d|\d\W{1,3}\d\W{1,3}\d|[@＠﹫]|[\[({]\W{0,3}[aA]")
# Letters, digits and signs of the width of a Chinese character, and spaces of that width.
_NARROW = {wide: chr(wide - 0xFEE0).lower() for wide in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xFE6B: "@"}
_GAP = r"[ \t\xa0]"
# Lines to write on, and what parts the words of a file name; not those inside a name or an address.
_FILLING = re.compile(r"(?P<web>\b(?:https?://|ftp://|www\.)\S+)|(?<![^\d_\s:.])_+|_+(?![^\d_\s:.])")
# Between two digits of one number.
_S = r"[ \t\xa0.\-–‑()]{0,3}"
_MONEY_OR_MEASURE = (
    rf"{_GAP}*(?:dong|d\b|vnd|usd|eur|trieu|ty\b|ti\b|nghin|ngan|m2|m3|kg|tan\b|ha\b|con\b|cfu|cay\b|nguoi"
    r"|chiec|cai\b|[$₫%€])"
)
_NOT_INSIDE = r"(?<![\w=+])(?<!\d[.,])"
_NOT_GOING_ON = r"(?!\w|[.,]\d{1,3}(?!\d))"

# Between a label and its value: signs, a bracketed hint (ngày/tháng/năm), the edge of a table cell.
_AFTER_LABEL = r"\s*(?:\([^()\n]{0,40}\))?[\s:|.…\-–(]{0,80}(?:(?:la|vao|is)\b[\s:]{0,4})?"
# Whose it is, behind a label: chủ doanh nghiệp, của giám đốc.
_WHOSE = (
    rf"(?:{_GAP}+(?!(?:la|ngay|vao|thoi gian|thanh lap|bat dau|ket thuc|thuc hien|hieu luc)\b)[^\W\d_]+[.,/&]?){{1,8}}"
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_YEAR = r"(?:19|20)\d\d"
_YEAR_OF_PERSON = r"(?:19[2-9]\d|200\d)"
_PARTED = rf"{_GAP}{{0,3}}[/.\-–]{_GAP}{{0,3}}"
_DAY_AND_MONTH = (
    rf"\d{{1,2}}{_PARTED}\d{{1,2}}{_PARTED}(?:{_YEAR}|\d\d)"
    rf"|{_YEAR}{_PARTED}\d{{1,2}}{_PARTED}\d{{1,2}}"
    rf"|\d{{1,2}}{_GAP}+thang{_GAP}+\d{{1,2}}{_GAP}*,?{_GAP}*(?:nam{_GAP}+)?{_YEAR}"
    rf"|{_MONTH}\.?{_GAP}+\d{{1,2}}(?:st|nd|rd|th)?,?{_GAP}+{_YEAR}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?:{_GAP}+|[\-/.]){_MONTH}\.?,?(?:{_GAP}+|[\-/]){_YEAR}"
)
# A digit to a box, or no signs at all.
_BOX = rf"{_GAP}{{1,3}}\d"
_IN_BOXES = rf"[0-3]{_BOX}[ \t\xa0/.\-|]{{1,5}}[01]{_BOX}[ \t\xa0/.\-|]{{1,5}}[12](?:{_BOX}){{3}}"
_WITHOUT_SIGNS = rf"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2]){_YEAR}"
_BORN = rf"(?:{_DAY_AND_MONTH}|{_IN_BOXES}|{_WITHOUT_SIGNS}|\d{{1,2}}{_GAP}*[/.\-]{_GAP}*{_YEAR}|{_YEAR})(?![\d/])"
_BIRTH_LABEL = (
    r"(?:(?:ngay[\W_]{1,3})?(?:thang[\W_]{1,3})?nam[\s_]+sinh|ngay[\s_]+sinh|ng\.?[ ]?sinh|ngaysinh|namsinh"
    r"|d\.?o\.?b\b\.?|(?:date|year)[\s_]+of[\s_]+birth|birth[\s_]?(?:date|day|year))"
)
_BIRTH = (
    rf"\b(?:{_BIRTH_LABEL}|sinh\s+nhat|born(?:\s+(?:on|in))?)\b{_AFTER_LABEL}(?:(?:ngay|nam){_GAP}+)?"
    rf"(?P<birth>{_BORN})"
    rf"|\b{_BIRTH_LABEL}\b{_NOT_OF_SINH}[,/]?{_WHOSE}\s*(?:\([^()\n]{{0,40}}\)\s*)?"
    rf"(?:[:|…\-–]{_AFTER_LABEL}(?:ngay{_GAP}+)?(?P<birth_by>{_BORN}(?!{_GAP}*[\-–]{_GAP}*\d))"
    rf"|(?:la\b\s*|vao\b\s*)?(?:ngay\s+)?(?P<birth_with>(?:{_DAY_AND_MONTH})(?![\d/])))"
    rf"|\bsinh(?:\s+(?:vao\s+)?(?:ngay|nam|thang){_AFTER_LABEL}|{_GAP}*:{_GAP}*(?={_YEAR}\b))(?P<birth_of>{_BORN})"
    rf"|\bsinh(?:{_GAP}+ra)?{_GAP}+(?:tai|o){_WHOSE}{_GAP}*(?:vao{_GAP}+)?(?:ngay|nam)?{_GAP}*(?P<birth_at>{_BORN})"
    rf"|\bsn{_GAP}{{0,3}}[:.]?{_GAP}{{0,3}}"
    rf"(?P<birth_sn>(?:{_DAY_AND_MONTH}|{_YEAR_OF_PERSON})(?![\d/]|{_GAP}*[\-–]{_GAP}*\d)(?!\w))"
    # NS is the state's money too: a year is one of birth only behind a colon, and without a unit.
    rf"|\bn\.?s\b\.?{_GAP}{{0,3}}(?::?{_GAP}{{0,3}}(?P<birth_day>(?:{_DAY_AND_MONTH})(?![\d/]))"
    rf"|:{_GAP}{{0,3}}(?P<birth_ns>{_YEAR_OF_PERSON}(?![\w/]|[.,]\d|{_GAP}*[\-–+]{_GAP}*\d|{_MONEY_OR_MEASURE})))"
    rf"|\bsinh{_GAP}*:?{_GAP}*(?P<birth_on>(?:{_DAY_AND_MONTH})(?![\d/]))"
)

_ID_LABEL = (
    r"(?:cccd|cmnd|cmtnd|cmt|can cuoc(?: cong dan)?|(?:giay )?chung minh (?:nhan dan|thu)|(?:so |ma )?dinh danh"
    r"(?: ca nhan| dien tu)?|identity card|id (?:number|card|no)|citizen id|ho chieu|passport)"
)
_IDENTITY = (
    rf"\b{_ID_LABEL}(?![^\W\d_])"
    rf"(?:(?:{_GAP}+(?!(?:luong|kinh|phi|gia|tong|von|nam)\b)[^\W\d_]+){{1,6}}(?={_GAP}*[:|]))?"
    r"(?:[\s/,:.\-–|#()]|\b(?:so|no|number|hoac|or|va|cccd|cmnd|cmt|ho chieu|passport)\b){0,16}"
    rf"(?P<identity>(?:(?:[a-z]{{1,2}}[ .\-]?)?\d{{6,12}}|[a-z] ?\d{{3}}[ .]\d{{4}}"
    rf"|[a-z] ?\d{{2,4}}(?:[ .]\d{{2,4}}){{1,2}}"
    rf"|\d(?:{_GAP}{{1,3}}\d){{8,11}}"
    rf"|(?=\d(?:{_S}\d){{8,11}}(?!\d))\d{{2,4}}(?:{_S}\d{{2,6}}){{2,5}})(?!\w|[.,]\d))"
    # Citizen numbers begin with the province, 001 to 096; older ones of nine digits with 0 to 3.
    r"|(?<![\w/=.,\-–+])(?P<number>(?:0\d{11}|0\d\d(?:[ .\-]\d{3}){3}|0\d{3}(?:[ .\-]\d{4}){2}"
    rf"|(?<!\d{_GAP})0(?:{_GAP}{{1,3}}\d){{11}}(?!{_GAP}+\d)"
    rf"|[0-3]\d{{5}}(?!000)\d{{3}}(?!{_MONEY_OR_MEASURE}))(?!\w|[.,\-/]\d))"
)

_PHONE_DIGITS = (
    rf"(?:\(?\+{_S}84|\(84|0084){_S}(?:0{_S})?[2-9](?:{_S}\d){{8,9}}"
    r"|84[35789]\d{8}"
    rf"|\(?02\d(?:{_S}\d){{8}}"
    rf"|\(?0[35789]\d(?:{_S}\d){{7}}"
    # A digit to a box.
    rf"|(?<!\d[ \t\xa0])0(?={_GAP}{{1,3}}[35789])(?:{_GAP}{{1,3}}\d){{9}}(?!{_GAP}{{1,3}}\d)"
    rf"|0(?=[.\-][35789])(?:[.\-]\d){{9}}"
    # Before 2018: landlines of 10 and 11 digits, mobiles of 11.
    rf"|\(?0[46]\d(?:{_S}\d){{7}}|\(?0[5-7]\d\d{_S}3(?:{_S}\d){{6}}|\(?01[2689]\d(?:{_S}\d){{7}}"
    r"|\(?0[48]\)?[ .\-–]{1,3}\d{3,4}[ .\-–]?\d{4}"
)
# A date before a number (01.02.2026 12) is no phone, nor is a row of numbers of two digits.
_PHONE = (
    rf"{_NOT_INSIDE}(?!\d\d[.\- ]\d\d[.\- ]{_YEAR}(?!\d))(?P<phone>(?:{_PHONE_DIGITS}){_NOT_GOING_ON})"
    r"|\b(?:dien thoai|dtdd|sdt|tel|phone|mobile|di dong|zalo|fax|cell|whatsapp|viber)\b"
    rf"(?:{_GAP}*\([^()\d\n]{{0,20}}\))?{_GAP}*[:.]{_GAP}*"
    rf"(?P<phone_of>(?!1[89]00)[+(]{{0,2}}\d(?:{_S}\d){{6,13}}(?:{_GAP}*[/;,]{_GAP}*\(?\d(?:{_S}\d){{5,11}})*)"
    rf"(?!{_MONEY_OR_MEASURE}){_NOT_GOING_ON}"
    # Without a colon only what is as long as a mobile number. ĐT begins the codes of tasks as well.
    rf"|\b(?:(?:dien thoai|dtdd|sdt|so dt|tel|phone|mobile|di dong|zalo|cell){_GAP}+"
    rf"(?P<phone_after>0{_S}[35789](?:{_S}\d){{8}}|[35789]\d(?:{_S}\d){{7}}|84{_S}[35789]\d(?:{_S}\d){{7}})|dt{_GAP}*[:.]?{_GAP}*(?P<phone_dt>84{_S}[35789]\d(?:{_S}\d){{7}}))"
    rf"(?!{_MONEY_OR_MEASURE}){_NOT_GOING_ON}"
    rf"|\b(?:zalo|sdt|dtdd|dt|tel|phone|mobile|dd)(?P<phone_glued>0[35789]\d{{8}}){_NOT_GOING_ON}"
)

_AT = rf"{_GAP}*[\[({{]{_GAP}*(?:at|a cong|a moc){_GAP}*[\])}}]{_GAP}*"
_DOT = rf"(?:\.| \. |{_GAP}*[\[({{]{_GAP}*(?:dot|cham){_GAP}*[\])}}]{_GAP}*)"
_EMAIL = (
    r"(?<![\w.+%\-])(?P<email>[\w.+%\-]+"
    rf"(?:{_GAP}{{0,3}}@{_GAP}{{0,3}}(?:(?:[\w\-]+{_DOT})+?vn\b|(?:[\w\-]+{_DOT})+[^\W\d_]{{2,}})|{_AT}[\w\-]+(?:{_DOT}[\w\-]+)*))"
)

_TAX_CODE = (
    r"\b(?:mst|msdn|ma so (?:thue|doanh nghiep|dn)|dkkd|dkdn|dang ky (?:kinh doanh|doanh nghiep)"
    r"|tax (?:code|id|number))\b"
    r"(?:[\s:.\-–#()/]|\b(?:so|no|cong ty|ca nhan|doanh nghiep|mst|la)\b){0,12}"
    r"(?:\d{10}(?:[ \-]?\d{3})?|\d{1,4}(?:[ .]\d{2,4}){2,4}(?:-\d{3})?)(?!\d)"
)
# Forms of a registration number that money does not have, and web addresses.
_NUMBER = r"\d{10}(?:[ \-]\d{3})?|\d{13}|\d{4}[ .]\d{3}[ .]\d{3}|\d{3}[ ]\d{3}[ ]\d{4}"
_ADDRESS = re.compile(
    r"(?P<web>(?:https?://|ftp://|www\.)\S+"
    r"|(?<![\w.@])(?:[a-z\d][\w\-]*\.)+(?:vn|com|net|org|info|biz|edu|asia|shop|store|online|xyz)(?!\w)(?:[:/?#]\S*)?"
    r"|(?<!\w)(?:zalo|fb|m|t|wa)\.me/\S+)"
    r"|(?<!\w)(?P<handle>@[a-z][\w.]{2,})"
    r"|(?<!\w)(?P<orcid>\d{4}-\d{4}-\d{4}-\d{3}[\dx])(?!\w)"
    r"|(?<!\w)(?P<hotline>1[89]00[ .\-]?\d{2,4}(?:[ .\-]?\d{2,4})?)(?![\w])"
    r"|\b(?:mst|msdn|ma so (?:thue|doanh nghiep|dn)|dkkd|dkdn|gpkd|dang ky (?:kinh doanh|doanh nghiep)"
    r"|giay phep (?:kinh doanh|thanh lap)|tax (?:code|id|number))\b"
    r"(?:[\s:.\-–#()/]|\b(?:so|no|cong ty|ca nhan|doanh nghiep|mst|la)\b){0,12}"
    r"(?P<labelled>[a-z\d]*\d[a-z\d]*(?:[ .\-]?\d{2,6}){0,5})(?!\d)"
    rf"|(?<![\w.,\-/])(?P<number>{_NUMBER})(?![\w/]|[.,]\d|{_MONEY_OR_MEASURE})"
)
_REGISTERED = (
    r"\b[ep]?-?(?:isbn|issn|pmid|pmcid|orcid|scopus|patent|sang che|giai phap huu ich|so don|so bang)\b"
    r"(?:[\s:.\-–#]|\b(?:so|no|number|id|author|1[03])\b){0,10}"
    r"(?:97[89][\d \-–]{9,14}\d|\d[\d\-]{4,16}[\dx])(?!\d)"
)
_KEPT = "|".join(
    (
        # A link to a person's chat is a phone; other addresses without a user part stay.
        r"\b(?:https?://|ftp://|www\.)(?!(?:www\.)?(?:zalo|wa)\.me\b)[^\s@]+(?!\S)",
        r"\b10\.\d{4,9}/\S+",
        r"\b\d{4}-\d{4}-\d{4}-\d{3}[\dx]\b",
        r"(?<!\d)\d{10}-\d{3}(?![\d\-])",
        r"\b(?:cn|us|ep|jp|kr|wo|de|fr|gb|ru|tw) [1-9]\d{6,12}(?: ?[a-z]\d?)?\b",
        _TAX_CODE,
        _REGISTERED,
    )
)
# No value and no label begins inside a word: saying so once spares every alternative the attempt.
_PERSONAL = re.compile(rf"(?<!\w)(?=[\w(+.%\-])(?:{'|'.join((_KEPT, _BIRTH, _IDENTITY, _PHONE, _EMAIL))})")
_PERSONAL_LABEL = re.compile(
    r"\b(?:(?:(?<!so )(?:ngay )?(?:thang )?nam|ngay|ng) sinh|sinh (?:ngay|nam|nhat)|ngaysinh|namsinh|dob|d o b"
    rf"|(?:date|year) of birth|birth ?(?:date|day|year))\b{_NOT_OF_SINH}"
    rf"|\b(?!(?:so |ma )?dinh danh\b(?! ca nhan)){_ID_LABEL}\b|\bso tai khoan\b"
)
