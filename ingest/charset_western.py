"""Whether bytes read as Windows-1252 are text of a Western European language."""

from __future__ import annotations

import re

# Words that no sentence does long without, asked for only where nothing reads as Vietnamese.
_FUNCTION_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "French": "le les des est et dans pour une du que qui sur pas avec par plus sont ce cette au aux se nous "
        "ne en la l d à été où même très elle il ou",
        "German": "der die und das ist den von mit zu nicht ein eine auf dem des sich auch im zum zur werden sind "
        "wir als aus für über können müssen bei",
        "Spanish": "el los las que de del es una por con para se su no al lo como pero y sus esta muy en la está "
        "más también según qué",
        "Portuguese": "os as que de do da em um uma para com por dos das ao se no na mais como mas ou foi não à às até "
        "é são",
        "Italian": "il di che un una per con del della sono gli dei non si le da nel alla anche come al ed lo la è più",
        "Dutch": "het een van de en in is op te dat niet zijn voor met die ook aan er maar om bij als",
        "Scandinavian": "og i det er en av den att och som en till med ikke inte ett har for af der de et jag är på "
        "för från att",
    }.items()
}
_LEAST_KINDS = 3
_LEAST_SHARE, _LARGE_SHARE = 0.12, 0.25  # of all words
_MOST_ODD = 0.02  # of the words with accents: signs inside words, capitals behind small letters, three accents in a row
_WORD = re.compile(r"[^\W\d_]+")
_ODD = re.compile(
    r"[^\W\d_][¡-©«-´¶-¸»-¿×÷€‚„…†‡‰‹•™›][a-zß-ÿ]|[a-zß-ÿ][À-ÞŠŒŽŸ]|[À-ÖØ-öø-ÿ]{3}|[\x80-\x9f]|[a-z][ªµ¹²³º][a-z]"
)


def is_western(text: str) -> bool:
    """Whether `text`, as Windows-1252 shows its bytes, has the function words of one Western European language, and its
    accents where such languages have them."""
    written = _WORD.findall(text)
    accented = sum(not word.isascii() for word in written)
    if len(_ODD.findall(text)) > _MOST_ODD * accented:
        return False
    words = [word.lower() for word in written]
    for function_words in _FUNCTION_WORDS.values():
        found = [word for word in words if word in function_words]
        kinds, share = len(set(found)), len(found) / max(1, len(words))
        if (kinds >= _LEAST_KINDS and share >= _LEAST_SHARE) or (kinds >= _LEAST_KINDS - 1 and share >= _LARGE_SHARE):
            return True
    return False
