"""Text as the matcher reads it: lower case, numbers and years in one form, terms, stems."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import Stemmer

from knowledge.model import Term

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBER_WORDS: Mapping[str, int] = {
    **{word: value for value, word in enumerate(_UNITS)},
    **{word: 10 * value for value, word in enumerate(_TENS, start=2)},
}
# "one" is a number only before another ("one in ten") or after tens: elsewhere it is a noun.
_ONE = re.compile(
    rf"(?<!ty[ -])\bone(?=(?:\W+(?:in|of|out|the)){{0,2}}\W+(?:\d|(?:{'|'.join(NUMBER_WORDS)})\b))"
)
_PUNCTUATION = str.maketrans(
    dict.fromkeys("’‘`ʼ", "'") | dict.fromkeys("\u2010\u2011\u2012–—\u2015−\ufe58\ufe63", "-")
)
# Soft hyphens, characters of no width, marks of direction, accents set on any letter.
_UNSEEN = re.compile(r"[\u00ad\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# "Aged 16-17", "pages 12-13" and "10-11 months" are no years.
_YEARS = re.compile(
    r"(?<![\d/])(?<!\bage )(?<!\baged )(?<!\bages )(?<!\bpages )"
    r"(?:20)?(\d\d)\s?[/-]\s?(?:20)?(\d\d)(?![\d/])"
    r"(?![\s-]?(?:y(?:ea)?rs?|months?|days?|hours?)\b)"
)
_PER_CENT = re.compile(r"(\d)\s*(?:%|per ?cent\b|pct\b|pc\b)")
_MILLION = re.compile(r"(\d)\s*(?:million|mill|mn|m)\b")
# "How many in a hundred", "12 out of 100".
_IN_A_HUNDRED = re.compile(
    r"\b(?:how many|(\d+)) (?:in|out of|of) (?:a|every|each|one) (?:hundred|100)\b"
)
_FRACTION = re.compile(r"(?<![\d/])(\d{1,2})\s?/\s?(\d{1,3})(?![\d/])")
_ORDINAL = re.compile(r"\b([1-6])(?:st|nd|rd|th)\b")
ORDINALS = "first second third fourth fifth sixth".split()
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_TOKEN = re.compile(r"£?\d+(?:\.\d+)*(?:/\d+)?m?%?|[^\W\d_]+|[%£]")
# "C.R.C.", "P. O."; "C R C" too, but for letters that are words, or read as some.
_LETTERS = re.compile(r"\b[a-z]\.(?: ?[a-z]\.|[a-z]\b)+|\b[b-hj-tv-z](?: [b-hj-tv-z]){2,}\b(?!\.)")
_EMAIL = re.compile(r"\S+@\S+\.\S+")
_PHONE = re.compile(r"\+?\d[\d ()-]{7,}\d")
_STEMMER = Stemmer.Stemmer("english")


def fold(text: str) -> str:
    """Lower-case `text` and write quotes, dashes, shares and years in one form."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_PUNCTUATION)
    if not text.isascii():
        text = _UNSEEN.sub("", text)
    text = _LETTERS.sub(lambda found: found[0].replace(".", "").replace(" ", ""), text)
    if "'" in text:
        text = re.sub(r"'s\b", "", text).replace("'", "")
    text = text.replace("per cent", "percent")
    if "hundred" in text or "100" in text:
        text = _IN_A_HUNDRED.sub(lambda of: f"{of[1]}%" if of[1] else "what percent of", text)
    if any(map(str.isdigit, text)):
        text = _YEARS.sub(_span_of_years, _THOUSANDS.sub("", text))
        text = _FRACTION.sub(_share, text)
        text = _ORDINAL.sub(lambda found: ORDINALS[int(found[1]) - 1], text)
        text = _MILLION.sub(r"\1m", _PER_CENT.sub(r"\1% ", text))
    return text


def _span_of_years(match: re.Match[str]) -> str:
    first, second = int(match[1]), int(match[2])
    return f"20{first:02}/20{second:02}" if second == first + 1 else match[0]


def _share(match: re.Match[str]) -> str:
    """Read "8/10" as a part of a whole; "24/7" is none."""
    return f"{match[1]} out of {match[2]}" if int(match[1]) <= int(match[2]) else match[0]


def words(text: str) -> list[str]:
    """Split `text` into folded words and numbers, number words written as digits."""
    return list(_split(text))


# Answers are compared with questions again and again.
@lru_cache(maxsize=2_000)
def _split(text: str) -> tuple[str, ...]:
    tokens = [_READ_AS.get(one, one) for one in _TOKEN.findall(_ONE.sub("1", fold(text)))]
    if NUMBER_WORDS.keys() & set(tokens):
        tokens = _counted(tokens)
    return tuple(tokens)


_SIGNS: Mapping[str, str] = {"%": "percent", "percentage": "percent", "£": "money"}
# How short words are spelt on a phone, too short for a repair by likeness to be safe.
_ON_A_PHONE: Mapping[str, str] = dict(
    pair.split(":")
    for pair in (
        "wot:what wat:what wats:whats wots:whats wen:when wich:which hw:how hwo:how hav:have "
        "teh:the u:you ur:your r:are pls:please plz:please ppl:people abt:about govt:government "
        "whos:who whens:when wheres:where hows:how "
        "whys:why yr:year yrs:years mth:month mths:months wk:week wks:weeks hrs:hours "
        "shud:should cud:could wud:would gonna:going wanna:want gotta:got thier:their "
        "bc:because cos:because coz:because cuz:because bcoz:because bcos:because w:with n:and "
        "y:why pts:points bout:about thru:through tho:though dat:that dis:this peeps:people "
        "fone:phone telefone:telephone txt:text msg:message nr:number avg:average diff:difference "
        "dept:department thx:thanks summat:something sumthing:something owt:anything "
        "nowt:nothing nothin:nothing aswell:also alot:lot payed:paid unpayed:unpaid"
    ).split()
)
# Words that are read as others, beside those of a knowledge base.
_READ_AS: Mapping[str, str] = {**_SIGNS, **_ON_A_PHONE}
READ_AS_OTHERS = frozenset({*NUMBER_WORDS, *_READ_AS})
# Words that say how something is asked, not what about.
ASKING = frozenset(
    "a about an and any are as at be been by can could did do does for from had has have how i in "
    "is it its many me much my number of on or our please should tell that the their there these "
    "they this those to us was we were what whats when where which who whom whose why will with "
    "would you your currently now still today latest new newest since until".split()
)


def _counted(tokens: list[str]) -> list[str]:
    out: list[str] = []
    for place, token in enumerate(tokens):
        value = NUMBER_WORDS.get(token)
        if value is None:
            out.append(token)
        elif out and value < 10 and tokens[place - 1] in _TENS:
            out[-1] = str(int(out[-1]) + value)
        elif value == 1:
            out.append(token)
        else:
            out.append(str(value))
    return out


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Give the English stem of a word; a token with a digit stays as it is."""
    return word if word[-1].isdigit() or not word.isalpha() else str(_STEMMER.stemWord(word))


def content(text: str) -> list[str]:
    """Give the words of a question that say what it is about, in their order."""
    return [word for word in words(text) if word not in ASKING]


def digests(texts: Sequence[str]) -> npt.NDArray[np.uint64]:
    """Give a number of 64 bits for each text."""
    empty, raw = hashlib.blake2b(digest_size=8), bytearray()
    for text in texts:
        one = empty.copy()
        one.update(text.encode("utf-8", "replace"))
        raw += one.digest()
    return np.frombuffer(raw, np.uint64)


def is_number(token: str) -> bool:
    """Tell whether a token holds a digit, so that it is never repaired."""
    return not token.isalpha()


class Vocabulary:
    """The terms of a knowledge base, applied to lists of words (the longest term first)."""

    def __init__(self, terms: Iterable[Term] = ()) -> None:
        self.replacements: dict[tuple[str, ...], tuple[str, ...]] = {}
        # By first word, since nearly all words begin no term.
        self._longest: dict[str, int] = {}
        for term in terms:
            said, means = tuple(words(term.said)), tuple(words(term.means))
            if said and means and said != means:
                self.replacements[said] = means
                self._longest[said[0]] = max(self._longest.get(said[0], 0), len(said))

    def apply(self, tokens: Sequence[str]) -> Sequence[str]:
        """Replace what people say by what the report says; a replacement is not read again."""
        if self._longest.keys().isdisjoint(tokens):
            return tokens
        out: list[str] = []
        done = 0
        for place, token in enumerate(tokens):
            if place < done:
                continue
            longest = self._longest.get(token, 0)
            for end in range(min(place + longest, len(tokens)), place, -1) if longest else ():
                means = self.replacements.get(tuple(tokens[place:end]))
                if means is not None:
                    out.extend(means)
                    done = end
                    break
            else:
                out.append(token)
        return out


def for_the_record(text: str, limit: int = 300) -> str:
    """Give a question as it may be stored: one folded line, without e-mails and phone numbers."""
    text = _PHONE.sub("[number]", _EMAIL.sub("[email]", text))
    # Half a character cannot be stored.
    text = text.encode("utf-8", "ignore").decode()
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())[:limit]
