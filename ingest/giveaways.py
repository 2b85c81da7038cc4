"""Giveaways: where a text tells whose it is, by a name in any spelling, a number or address, or a person's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ingest.aliases import expansions
from ingest.masking import find_addresses
from ingest.names import looks_like_person
from ingest.remembering import remember
from ingest.vietnamese import fold, is_folded_syllable, lower_view

Span = tuple[int, int]

# What stands before a firm's or body's own name, folded; the name alone gives it away as well.
_LEGAL_FORM = re.compile(
    r"(?:cong ty|cty|c\.ty|doanh nghiep tu nhan|dntn|hop tac xa|htx|tap doan|co so|xi nghiep|nha may)?\s*"
    r"(?:tnhh|trach nhiem huu han|co phan|cp)?\s*(?:mtv|mot thanh vien|hai thanh vien)?\s*"
)
_FEWEST_INITIALS = 3
_SHORTEST_JOINED = 6  # letters; shorter ones stand in other words
_SHORTEST_INVENTED = 5
_LONG_NUMBER = re.compile(r"(?<![\w.,])\d(?:[ .\-]?\d){6,}(?![\w])(?! ?(?:đồng|triệu|tỷ|VND))")
_BETWEEN_WORDS = r"[\s\-–—_.·/&]{0,4}"
_BETWEEN_DIGITS = r"[ .\-]{0,2}"
_SPACE = r"\s+"
_WORD = re.compile(r"[^\W_]+")
_INITIALS_APART = r"\.?[ ]?"
_FIRM = r"(?:cong ty|cty|c\.ty|htx|hop tac xa|doanh nghiep|dn|xuong|nha may|co so)(?:\s+(?:tnhh|cp|co phan))?\s+"

# With their accents: without them they are other words.
_ADDRESSED = re.compile(r"(?<!\w)(?:ông|bà|anh|chị|cô|chú|bác|cậu|thầy|mr\.?|mrs\.?|ms\.?)[ \t]*:?[ \t]*")
_ROLES = (
    r"(?:(?:tong|pho|p)[ .]*){0,2}(?:giam doc|gd|tgd|pgd)|(?:pho )?chu tich|(?:pho )?chu nhiem|(?:pho |truong )phong"
    r"|(?:pho )?quan doc|ke toan(?: truong)?|chu (?:co so|doanh nghiep|xuong|ho|vuon|trai|nha may)|to truong|quan ly"
    r"|(?:nguoi )?dai dien(?: phap luat)?|(?:nguoi )?lien he|gap|phu trach|ky su|ky thuat vien|nhan vien|thu ky"
    r"|thac si|tien si|cu nhan|ths|ts|ks|pgs|gs|ong|nguoi(?: [a-z]+){1,3}(?=[ \t]*:)"
)
_IN_OFFICE = re.compile(rf"(?<!\w)(?:{_ROLES})(?!\w)(?:[ \t]+[a-z]+){{0,4}}?[ \t]*[.:(–-]?[ \t]*(?=[^\W\d_])")
_OFFICE_BEHIND = re.compile(rf"[ \t]*[,(–-][ \t]*(?:la )?(?:{_ROLES})(?!\w)")
_LONGEST_NAME = 5  # words
_WORDS_IN_A_ROW = re.compile(r"[^\W\d_]+(?:[ \t]+[^\W\d_]+)+")
_WORD_AND_SPACE = re.compile(r"[ \t]*([^\W\d_]+)[ \t]*")
_WORD_BEFORE = re.compile(r"\w+\Z")
_WORD_BEHIND = re.compile(r"\w+")
# Middle names that nothing but a person's name has.
_MIDDLE_NAMES = frozenset({"văn", "thị"})
_SURNAMES = "nguyễn|trần|lê|phạm|huỳnh|hoàng|phan|vũ|võ|đặng|bùi|đỗ|ngô|dương|lý|đinh|đoàn|trịnh|trương|lương"
_COMMON_SURNAMES = re.compile(_SURNAMES)
# As it is typed in haste; thị trường, thị xã, văn phòng and the like are no names.
_IN_SMALL_LETTERS = re.compile(
    rf"(?<!\w)(?:{_SURNAMES})[ \t]+(?:"
    r"văn[ \t]+(?!bản\b|phòng\b|h[óo][aá]\b|minh\b|công\b|nghệ\b|học\b|chương\b|kiện\b|thư\b|bằng\b)"
    r"|thị[ \t]+(?!trường\b|xã\b|trấn\b|hiếu\b|giác\b|phần\b|lực\b|sát\b|uy\b|trưởng\b))[^\W\d_]+"
)
# What is called after people, and places that begin like a form of address.
_CALLED_AFTER = re.compile(
    r"(?:duong|truc|pho|truong|quan|phuong|xa|huyen|tinh|thanh pho|tp\.?|thi xa|thi tran|cau|cho|song|ho|nui|deo|khu"
    r"|cum|giai thuong|giai|benh vien|cong vien|quang truong|ap|thon|dai hoc|thpt|thcs)\s+\Z"
)
_PLACES_LIKE_PEOPLE = (
    *("anh quốc", "bà rịa", "bà nà", "bà đen", "bà điểm", "bà chiểu", "bà quẹo", "bà hom"),
    *("ông lãnh", "ông tạ", "ông đốc", "cô tô"),
)
# What makes the name behind it that of a place, which is told of everybody alike: to hide it only where the owner is
# called after the place would tell just that.
_UNIT = (
    r"(?<!\w)(?:(?<!hợp tác )xã|huyện|quận|tỉnh|thành phố|tp\.?|thị trấn|phường|thôn|ấp|(?:khu|cụm) công nghiệp|kcn|ccn"
    r"|huyen|tinh|thanh pho|thi xa|thi tran|phuong)\s+\Z"
)
_BEHIND_UNIT = re.compile(_UNIT)
# Unless it ends the name of a body: Phòng Văn hóa huyện …
_BODY_OF_UNIT = re.compile(
    r"(?<!\w)(?:ubnd|(?:công ty|cty|htx|hợp tác xã|doanh nghiệp|xí nghiệp|nhà máy|cơ sở|sở|phòng|[uủ][yỷ] ban|liên minh"
    r"|hội(?! viên)|đoàn|trung tâm|cục|trường|viện|trạm|đài|ban)"
    rf"(?:[ \t]+(?!(?:ở|tại|thuộc|trên|trong|về|từ|là|cho)\b)\w+){{1,8}})[ \t]+{_UNIT}"
)
_FARTHEST_BODY = 100  # characters


def find_names(text: str, names: Iterable[str]) -> Iterator[Span]:
    """Where one of the names stands: whatever its case, accents and hyphens, joined to one word, or as initials; not as
    the name of a district, commune or other unit."""
    apart, inside, shortened = _patterns_of(tuple(sorted(set(names))))
    folded = fold(text)
    lower = lower_view(text)
    yield from (match.span() for match in apart.finditer(folded) if not _is_of_unit(lower, match.start()))
    for match in inside.finditer(folded):
        yield _widen(text, match)
    for match in shortened.finditer(folded):
        # Small letters are no initials.
        at = match.start(match.lastgroup or 0)
        if not any(letter.islower() for letter in text[at : match.end()]):
            yield match.span()


def find_giveaways(text: str, names: Iterable[str]) -> Iterator[Span]:
    """Where the names stand, and whatever else leads to a body or person: tax codes, telephones, addresses in the web
    and by mail, persons who are addressed, in office or called by three names."""
    yield from find_names(text, names)
    yield from find_addresses(text)
    yield from _find_people(text)


def find_doubtful(text: str) -> Iterator[str]:
    """What may still tell whose it is, for a person to look at: long numbers, and capitalised words in a row."""
    yield from (match.group() for match in _LONG_NUMBER.finditer(text))
    yield from (text[start:end] for start, end in _capitalised_runs(text) if " " in text[start:end].strip())


def own_name_of(body: str) -> list[str]:
    """The words of a body's name without its legal form: ``Công ty TNHH Gỗ An Phát`` → Gỗ, An, Phát."""
    form = _LEGAL_FORM.match(fold(body))
    return body[form.end() if form else 0 :].split()


def _is_of_unit(lower: str, at: int) -> bool:
    """Whether what begins there is the name of a unit, as ``Lâm Sơn`` of ``huyện Lâm Sơn``."""
    before = lower[max(0, at - _FARTHEST_BODY) : at]
    return _BEHIND_UNIT.search(before) is not None and _BODY_OF_UNIT.search(before) is None


@remember(256)
def _patterns_of(names: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Of the names in folded text: words apart, hyphenated or joined; joined within other words; shortened."""
    apart: dict[str, None] = {}
    inside: dict[str, None] = {}
    shortened: dict[str, None] = {}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        words = _WORD.findall(fold(name))
        joined = "".join(words)
        if joined.isdigit():
            apart[rf"(?<!\d){_BETWEEN_DIGITS.join(joined)}(?!\d)"] = None
        elif joined:
            between = r"\W+" if is_folded_syllable(joined) else _BETWEEN_WORDS
            apart[rf"(?<!\w){between.join(words)}(?!\w)"] = None
            is_invented = len(joined) >= _SHORTEST_INVENTED and not is_folded_syllable(joined)
            if is_invented if len(words) == 1 else len(joined) >= _SHORTEST_JOINED:
                inside[joined] = None
            if not any(other.endswith(f" {name}") for other in names):
                shortened |= dict.fromkeys(_shorten(name))
    # Each has a group of its own: its letters are looked at.
    numbered = (form.replace("<initials>", f"<i{number}>") for number, form in enumerate(shortened))
    never = "(?!)"
    return (
        re.compile("|".join(apart) or never),
        re.compile("|".join(inside) or never),
        re.compile("|".join(numbered) or never),
    )


def _shorten(name: str) -> Iterator[str]:
    """Patterns of what stands for the name of a body by first letters: ``GKT``, ``Gỗ K.T``, ``Cty KT``."""
    own = own_name_of(name)
    words = _WORD.findall(fold(" ".join(own)))
    if len(words) < 2 or not "".join(words).isalpha() or (own == name.split() and looks_like_person(name)):
        return
    letters = [word[0] for word in words]
    if len(letters) >= _FEWEST_INITIALS and not expansions("".join(letters).upper()):
        yield rf"(?<!\w)(?P<initials>{_INITIALS_APART.join(letters)})(?!\w)"
    for kept in range(1, len(words) - 1):
        initials = _INITIALS_APART.join(letters[kept:])
        yield rf"(?<!\w){_SPACE.join(words[:kept])}\s+(?P<initials>{initials})(?!\w)"
    for size in range(2, len(words) + 1):
        yield rf"(?<!\w){_FIRM}(?P<initials>{_INITIALS_APART.join(letters[-size:])})(?!\w)"


def _widen(text: str, match: re.Match[str]) -> Span:
    """The whole of the words in which the match stands."""
    before, behind = _WORD_BEFORE.search(text[: match.start()]), _WORD_BEHIND.match(text, match.end())
    return before.start() if before else match.start(), behind.end() if behind else match.end()


def _find_people(text: str) -> Iterator[Span]:
    lower, folded = lower_view(text), fold(text)
    for match in _ADDRESSED.finditer(lower):
        start = match.end()
        if end := _end_of_capitals(text, start):
            called = " ".join(lower[match.start() : end].split())
            is_place = text[match.start()].isupper() and called.startswith(_PLACES_LIKE_PEOPLE)
            if not is_place and not text[start:end].isupper():
                yield start, end
    for match in _IN_OFFICE.finditer(folded):
        start = match.end()
        end = _end_of_capitals(text, start)
        if end and looks_like_person(text[start:end]):
            yield start, end
    yield from (match.span() for match in _IN_SMALL_LETTERS.finditer(lower))
    for start, end in _capitalised_runs(text):
        words = lower[start:end].split()
        if len(words) < 2 or not looks_like_person(text[start:end]):
            continue
        is_named = words[1] in _MIDDLE_NAMES or (len(words) > 2 and _COMMON_SURNAMES.fullmatch(words[0]))
        if (is_named and not _CALLED_AFTER.search(folded[max(0, start - 20) : start])) or _OFFICE_BEHIND.match(
            folded, end
        ):
            yield start, end


def _capitalised_runs(text: str) -> Iterator[Span]:
    """Two to five capitalised words in a row."""
    at = 0
    for match in _WORDS_IN_A_ROW.finditer(text):
        at = match.start()
        while at < match.end():
            end = _end_of_capitals(text, at)
            if end:
                yield at, end
            next_word = _WORD_AND_SPACE.match(text, end or at)
            at = next_word.end() if next_word else match.end()


def _end_of_capitals(text: str, start: int) -> int | None:
    """Where the run of at most five capitalised words ends that begins here; None where none does."""
    end, at = None, start
    for _ in range(_LONGEST_NAME):
        word = _WORD_AND_SPACE.match(text, at)
        if word is None or not word[1][:1].isupper():
            break
        end, at = word.end(1), word.end()
    return end
