"""Names of people and organisations as forms write them: titles stripped, lists split, houses recognised."""

from __future__ import annotations

import re
from typing import Literal

from ingest.records import House, PersonRole
from ingest.spelling import TONED, is_syllable
from ingest.vietnamese import accented_view, fold

NameMatch = Literal["exact", "unaccented", "initials", "different"]

# In names such as T.S. Nguyen the letters are initials, before two words and more a title.
_TITLE = (
    r"gs|pgs|p\.gs|ts|t\.s(?=[.\s]\s*\S+\s+\S)|ts\.?kh|th\.?\s?s[iy]?|ncs|ks|kts|ktv|cn|ys|dd|"
    r"bs|bsck[12i]+|bscc|bsnt|ds|dsck[12i]+|ck\.?\s?(?:i{1,2}|[12])|luat su|ls|dr|"
    r"gv|gvc|gvcc|ncv|ncvc|ncvcc|vs|"
    r"prof|assoc|assist|msc|mba|phd|ph\.d|ngnd|ngut|ttnd|ttut|nsnd|nsut|mr|mrs|ms|d/c|"
    r"(?:dai|thuong|trung|thieu) (?:tuong|ta|uy)|"
    r"pho giao su|giao su|tien si khoa hoc|tien si|tien sy|thac si|thac sy|ky su|kien truc su|cu nhan|bac s[iy]|"
    r"duoc s[iy]|vien s[iy]|chuyen khoa (?:cap )?(?:i{1,2}|[12])|"
    r"nghien cuu sinh|nghien cuu vien chinh|nghien cuu vien cao cap|nghien cuu vien|"
    r"giang vien chinh|giang vien cao cap|giang vien"
)
_MOST_WORDS = 6
_MOST_NAMED = 4  # words of a name with the surname Ông
_LONGEST_NAME = 500  # with its titles; stripping a megabyte of titles one by one takes minutes
_LEADING_TITLE = re.compile(rf"(?:{_TITLE})(?:\.+\s*|\s*[,:/–-]\s*|\s+(?=\S))")
_TITLE_ALONE = re.compile(_TITLE)
# With its accent: folded, "bà" would swallow the surname Bá; Đồng Chí Minh is a name.
_FORM_OF_ADDRESS = re.compile(
    r"(?:ông|bà)(?=\s+\S+\s+\S)\s+|(?:ông|bà)\s*[:/]\s*(?:bà\s*:?\s*)?|(?-i:[Đđ]ồng chí)(?:\s*[.,:]\s*|\s+)",
    re.IGNORECASE,
)
_TRAILING_TITLE = re.compile(r"\s*[,(]\s*(?:ph\.?d|msc|mba|dr|ts|ths|pgs|gs|bs|ks)\b[^,;]*$")
_ENUMERATION = re.compile(r"^\s*(?:\(?\d{1,3}[.)]|[-–•+*])\s*")

_COMPANY = r"\s+(?:&|và|cùng)\s+(?:(?:các|nhóm)\s+)?(?:cộng sự|cs|nnk)(?!\w)"
_AFTER_NAME = re.compile(rf"\s*[,;(/:]|\s+[–-]\s+|{_COMPANY}|\s+et al\b", re.IGNORECASE)
_BETWEEN_PEOPLE = re.compile(rf"(?=,)|[\n;•]|{_COMPANY}|\s+(?:và|and|cùng)\s+|\s[–-]\s")
# What stands where nobody is named yet.
_NOBODY = re.compile(
    r"(?:(?:dang|se|chua|cho|duoc|to chuc|thong qua) )*(?:tuyen chon|giao truc tiep|xac dinh|lua chon|phan cong)\b|"
    r"(?:chua|khong) co\b"
)
_LEADS = re.compile(r"\b(?<!pho )(?:chu nhiem|chu tri)\b")
_SERVES = re.compile(r"\b(?:thu ky|thanh vien|pho chu nhiem|tham gia|phoi hop|ky thuat vien|ke toan)\b")
_ROLE_ALONE = re.compile(rf"\W*(?:(?:la|dong) )?(?:{_LEADS.pattern}|{_SERVES.pattern})\W*")
_ROLE_LABEL = re.compile(rf"\s*(?:dong )?(?:{_LEADS.pattern}|{_SERVES.pattern})[\w\s]{{0,20}}:\s*")

_AS_I = dict(zip("yýỳỷỹỵ", "iíìỉĩị", strict=True))
_Y_OR_I = re.compile(rf"(?<!\w)([hklmst]|qu)([{''.join(_AS_I)}])(?!\w)")

_SURNAME = re.compile(
    r"t|nguyen|tran|le|pham|huynh|hoang|phan|vu|vo|dang|bui|do|ho|ngo|duong|ly|dinh|doan|trinh|truong|luong|"
    r"mai|dao|to|ta|cao|chau|chu|lam|la|ha|han|kieu|quach|thai|tong|trieu|luu|luc|mac|mach|nghiem|ninh|nong|on|"
    r"ong|phi|phung|quang|quan|tang|than|thach|thi|tieu|ton|tu|ung|van|vi|vuong|cung|dam|diep|giang|giap|hua|khuc|"
    r"khuong|kim|ky|lai|lo|lieu|long|ma|man|moc|nhan|nham|phu|pho|sam|son|su|tham|thieu|uong|vien|xa|y|au|bach|"
    r"banh|bien|ca|cam|cong|co|cu|danh|dau|dieu|duc"
)

_ENTERPRISE = re.compile(
    r"\b(?:cong ty|cty|htx|hop tac xa|dntn|doanh nghiep|tap doan|tong cong ty|xi nghiep|nha may|co so san xuat|"
    r"trang trai|ho kinh doanh|co\.?,? ?ltd|jsc|corp|inc|llc|company)\b"
)
_SCIENCE = re.compile(
    r"\b(?:(?<!moi )(?<!thi )(?<!hien )(?<!cong )truong|dai hoc|dh|dhqg|hoc vien|cao dang|phan vien|vien|"
    r"university|institute|college|academy|polytechnic)\b"
)
_STATE = re.compile(
    r"(?:so|ubnd|uy ban|bo|cuc|chi cuc|tong cuc|phong|ban|kho bac|hoi|lien hiep hoi|lien doan|hoi dong|"
    r"tinh uy|huyen uy|thanh uy|cong an|benh vien|department|ministry)\b"
)
_CENTRE = re.compile(r"\b(?:ubnd|uy ban nhan dan|trung tam|chi cuc|ban quan ly|benh vien)\b")
_NOT_SCIENCE = re.compile(r"\b(?:benh vien|vien kiem sat|thu vien|cong vien|vien thong)\b")


def strip_titles(text: str) -> str:
    """The name without academic titles and forms of address: ``PGS.TS. Nguyễn Thị Thu Hà`` → ``Nguyễn Thị Thu Hà``.

    A name written in capitals throughout is set in title case. What follows the name (``, Trường …``,
    ``(Chủ nhiệm)``, a trailing degree) is left out.
    """
    name = _ENUMERATION.sub("", " ".join(text[:_LONGEST_NAME].split()))
    while match := _LEADING_TITLE.match(fold(name)) or _match_address(name):
        name = name[match.end() :].lstrip(" .,-–")
    if match := _TRAILING_TITLE.search(fold(name)):
        name = name[: match.start()]
    name = _AFTER_NAME.split(name, maxsplit=1)[0].strip(" .")
    return name.title() if name.isupper() and len(name) > 3 else _with_lost_capital(name)


def _with_lost_capital(name: str) -> str:
    """The name with a capital in front of the one word that lacks it, where that begins with a letter with a tone:
    TCVN3 has no capitals of these (``Lường Thị ớt``). ``ở`` is no name."""
    words = name.split(" ")
    small = [at for at, word in enumerate(words) if not word[:1].isupper()]
    if len(small) != 1 or not 2 <= len(words) <= _MOST_WORDS or not small[0]:
        return name
    word = words[small[0]]
    if word[0] not in TONED or not is_syllable(word) or word == "ở":
        return name
    return " ".join([*words[: small[0]], word[0].upper() + word[1:], *words[small[0] + 1 :]])


def has_title(text: str) -> bool:
    """Whether the text begins with an academic title or form of address."""
    text = _ENUMERATION.sub("", text.strip())
    return (_LEADING_TITLE.match(fold(text)) or _match_address(text)) is not None


def _match_address(text: str) -> re.Match[str] | None:
    """A form of address in front; not the surname Ông, after which no other surname follows (``Ông Thế Lữ``)."""
    found = _FORM_OF_ADDRESS.match(text)
    if found and found.group().split() in (["Ông"], ["ÔNG"]):
        follows = fold(text[found.end() :].split()[0]).strip(".,")
        words = _AFTER_NAME.split(text, maxsplit=1)[0].split()
        is_title = _LEADING_TITLE.match(fold(text[found.end() :])) is not None
        if not is_title and follows.isalpha() and 3 <= len(words) <= _MOST_NAMED and not _SURNAME.fullmatch(follows):
            return None
    return found


def looks_like_person(name: str) -> bool:
    """Whether a stripped name has the shape of a person's: two to six capitalised words, and a Vietnamese
    surname in front."""
    words = name.split()
    if not 2 <= len(words) <= 6 or house_of_organisation(name) is not None or names_nobody(name):
        return False
    return all(word[0].isupper() for word in words) and _SURNAME.fullmatch(fold(words[0]).strip(".")) is not None


def find_people(text: str) -> tuple[str, ...]:
    """Names of persons in a cell that lists who does the work, in order, each once.

    A part counts as a person when a title stands before it or it has the shape of a Vietnamese name; organisations
    (``Công ty …``, ``Trường …``) do not.
    """
    return tuple(name for name, _ in find_roles(text))


def find_roles(text: str) -> tuple[tuple[str, PersonRole | None], ...]:
    """As `find_people`, each with the role said beside the name (``(chủ nhiệm)``, ``, thư ký``), None where none is."""
    found: dict[str, PersonRole | None] = {}
    last = None
    for part in _BETWEEN_PEOPLE.split(text):
        plain = fold(part)
        if part.startswith(",") and last and _ROLE_ALONE.fullmatch(plain):
            found[last] = found[last] or _role_in(plain)
            continue
        label = _ROLE_LABEL.match(plain)
        last = None
        for piece in _split_company(part[label.end() if label else 0 :].lstrip(", ")):
            if name := _person_in(piece):
                rest = fold(piece).replace(fold(name), " ", 1)
                found.setdefault(name, _role_in(label.group() if label else rest))
                last = name
    return tuple(found.items())


def names_nobody(text: str) -> bool:
    """Whether the text says that there is nobody yet (``Đang tuyển chọn``, ``Chưa xác định``, ``Giao trực tiếp``)."""
    return _NOBODY.match(fold(text).strip()) is not None


def _split_company(part: str) -> list[str]:
    """The persons on both sides of ``&``, which also stands in names of firms."""
    pieces = re.split(r"\s+&\s+", part)
    return pieces if house_of_organisation(pieces[0]) is None else [part]


def _person_in(part: str) -> str | None:
    titled = has_title(part)
    name = strip_titles(part)
    words = name.split()
    if not words or house_of_organisation(name) is not None or _TITLE_ALONE.fullmatch(fold(name)) or names_nobody(name):
        return None
    is_person = looks_like_person(name) or (
        titled and 2 <= len(words) <= 6 and all(word[0].isupper() for word in words)
    )
    return name if is_person else None


def _role_in(plain: str) -> PersonRole | None:
    if _LEADS.search(plain):
        return "lead"
    return "member" if _SERVES.search(plain) else None


def one_spelling(name: str) -> str:
    """The name in lower case with all accents, ``y`` written as ``i`` where both are (``Lý``, ``Lí``; not ``Vy``)."""
    return _Y_OR_I.sub(lambda found: found[1] + _AS_I[found[2]], accented_view(name))


def compare_names(left: str, right: str) -> NameMatch:
    """How two written names of persons agree, titles aside.

    ``exact``: the same with all accents (case, tone placement and ``y`` for ``i`` do not count). ``unaccented``: the
    same where one side carries no accents at all; accents are compared before anything is folded, so Hùng is not Hưng.
    ``initials``: one side abbreviates (``T. Q. Bao``, ``Bao TQ``). Anything else is ``different``. Names say nothing of
    persons: two may share one.
    """
    left, right = strip_titles(left), strip_titles(right)
    if not left or not right:
        return "different"
    if one_spelling(left) == one_spelling(right):
        return "exact"
    plain_left, plain_right = fold(left), fold(right)
    if plain_left == plain_right:
        return "unaccented" if plain_left in (left.casefold(), right.casefold()) else "different"
    if _abbreviates(plain_left, plain_right) and _accents_agree(left, right):
        return "initials"
    words, full = re.findall(r"[a-z]+", plain_left), re.findall(r"[a-z]+", plain_right)
    if sorted(words) == sorted(full) and (left.isascii() or right.isascii()):
        return "unaccented"
    return "initials" if _abbreviates(plain_right, plain_left) and _accents_agree(left, right) else "different"


def is_same_person(written: str, name: str) -> bool:
    """Whether an author as written (``T. Q. Bao``, ``Trần Quốc Bảo``, ``Bao TQ``) can be the person `name`.

    Two persons may share initials, so this decides roles inside one person's own list and nothing else.
    """
    return compare_names(written, name) != "different"


def _abbreviates(short: str, full: str) -> bool:
    """Whether a folded name is the other with some words cut to initials, in Vietnamese or in Western order."""
    words, names = re.findall(r"[a-z]+", short), re.findall(r"[a-z]+", full)
    if len(names) < 2 or len(words) < 2 or all(len(name) == 1 for name in names[1:]):
        return False
    initials = [name[0] for name in names]
    if words[-1] == names[-1] and [word[0] for word in words[:-1]] in (initials[:-1], initials[:1]):
        return all(len(word) == 1 or word in names for word in words[:-1])
    joined = "".join(words[1:])
    return (words[0] == names[-1] and joined == "".join(initials[:-1])) or (
        words[0] == names[0] and joined == "".join(initials[1:])
    )


def _accents_agree(left: str, right: str) -> bool:
    """Whether the words that both names write out carry the same accents, or one side carries none."""
    if left.isascii() or right.isascii():
        return True
    mine, theirs = ({fold(word): word for word in accented_view(name).split()} for name in (left, right))
    return all(mine[word] == theirs[word] for word in mine.keys() & theirs.keys() if len(word) > 1)


def house_of_organisation(name: str) -> House | None:
    """Which of the three houses an organisation's name belongs to, None when the name does not tell.

    Firms and co-operatives are enterprise; universities, schools and institutes science; departments, committees
    and centres state – unless the centre names the university it belongs to.
    """
    plain = fold(name).strip()
    if _ENTERPRISE.search(plain):
        return "enterprise"
    if _STATE.match(plain):
        return "state"
    if _SCIENCE.search(_NOT_SCIENCE.sub(" ", plain)):
        return "science"
    return "state" if _CENTRE.search(plain) else None
