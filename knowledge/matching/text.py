"""Text as the matcher reads it: folded, split into words, terms put in; stems; rows of words."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
import numpy.typing as npt
import Stemmer

from knowledge.matching.embeddings import Ints, Rows
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
_MILLION = re.compile(r"(\d)\s*(?:million|mill?|mn|m)\b")
# "How many in a hundred", "12 out of 100".
_IN_A_HUNDRED = re.compile(
    r"\b(?:how many|(\d+)) (?:in|out of|of) (?:a|every|each|one) (?:hundred|100)\b"
)
_FRACTION = re.compile(r"(?<![\d/])(\d{1,2})\s?/\s?(\d{1,3})(?![\d/])")
# "120+", but not "2+2".
_MORE = re.compile(r"(?<!\S)(£?\d[\d.]*%?)\+(?=\s|$|[?.,])")
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
    text = re.sub(r"\by/n\b", "", text.replace("per cent", "percent"))
    if "hundred" in text or "100" in text:
        text = _IN_A_HUNDRED.sub(lambda of: f"{of[1]}%" if of[1] else "what percent of", text)
    if any(map(str.isdigit, text)):
        text = _YEARS.sub(_span_of_years, _THOUSANDS.sub("", text))
        text = _MORE.sub(r"over \1", _FRACTION.sub(_share, text))
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
    tokens = _TOKEN.findall(_ONE.sub("1", fold(text)))
    return tuple(_counted([_READ_AS.get(one, one) for one in tokens]))


# Words that are read as others, beside those of a knowledge base: signs, and how short words are
# spelt on a phone, too short for a repair by likeness to be safe.
_READ_AS: Mapping[str, str] = dict(
    pair.split(":")
    for pair in (
        "%:percent percentage:percent £:money "
        "wot:what wat:what wats:whats wots:whats wen:when wich:which hw:how hwo:how hav:have "
        "teh:the u:you ur:your r:are pls:please plz:please ppl:people abt:about govt:government "
        "whos:who whens:when wheres:where hows:how "
        "whys:why yr:year yrs:years mth:month mths:months wk:week wks:weeks hrs:hours "
        "shud:should cud:could wud:would gonna:going wanna:want gotta:got thier:their "
        "bc:because cos:because coz:because cuz:because bcoz:because bcos:because w:with n:and "
        "y:why pts:points bout:about thru:through tho:though dat:that dis:this peeps:people "
        "fone:phone telefone:telephone txt:text msg:message nr:number avg:average diff:difference "
        "dept:department thx:thanks summat:something sumthing:something owt:anything nos:numbers "
        "soz:sorry nowt:nothing nothin:nothing aswell:also alot:lot payed:paid unpayed:unpaid "
        "mtg:meeting mtgs:meetings addr:address appt:appointment appts:appointments youd:you "
        "theyd:they theyve:they weve:we ive:i"
    ).split()
)
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
        if value is not None and value < 10 and out and tokens[place - 1] in _TENS:
            out[-1] = str(int(out[-1]) + value)
        else:
            out.append(token if value in (None, 1) else str(value))
    return out


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Give the English stem of a word; a token with a digit stays as it is."""
    return str(_STEMMER.stemWord(word)) if word.isalpha() else word.lstrip("£") or word


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
        place = 0
        while place < len(tokens):
            end = place + self._longest.get(tokens[place], 1)
            while end > place + 1 and tuple(tokens[place:end]) not in self.replacements:
                end -= 1
            said = tuple(tokens[place:end])
            out += self.replacements.get(said, said)
            place += len(said)
        return out


def for_the_record(text: str, limit: int = 300) -> str:
    """Give a question as it may be stored: one folded line, without e-mails and phone numbers."""
    text = _PHONE.sub("[number]", _EMAIL.sub("[email]", text))
    # Half a character cannot be stored.
    text = text.encode("utf-8", "ignore").decode()
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())[:limit]


# --- Rows of words --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tokens:
    """Rows of words: `numbers` into `table`, one row after another, as `starts` tells."""

    table: tuple[str, ...]
    starts: Rows
    numbers: Ints

    @classmethod
    def of(cls, rows: Iterable[Sequence[str]]) -> Tokens:
        """Hold some rows of words."""
        table: dict[str, int] = {}
        rows = list(rows)
        numbers = [table.setdefault(word, len(table)) for word in chain.from_iterable(rows)]
        starts = np.cumsum([0, *map(len, rows)], dtype=np.intp)
        return cls(tuple(table), starts, np.array(numbers, np.int32))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, row: int) -> tuple[str, ...]:
        """Give the words of a row."""
        numbers = self.numbers[self.starts[row] : self.starts[row + 1]]
        return tuple(map(self.table.__getitem__, numbers.tolist()))

    def joined(self, other: Tokens) -> Tokens:
        """Give these rows and then those of another."""
        table = {word: number for number, word in enumerate(self.table)}
        places = np.array([table.setdefault(word, len(table)) for word in other.table], np.int32)
        return Tokens(
            tuple(table),
            np.concatenate([self.starts, other.starts[1:] + self.starts[-1]]),
            np.concatenate([self.numbers, places[other.numbers]]),
        )

    def picked(self, rows: Rows) -> Tokens:
        """Give some of the rows, in that order, and no words but theirs."""
        lengths = np.diff(self.starts)[rows]
        numbers = self.numbers[spans(self.starts[rows], lengths)]
        used = np.zeros(len(self.table), bool)
        used[numbers] = True
        places = np.cumsum(used, dtype=np.int32) - 1
        table = tuple(self.table[number] for number in np.flatnonzero(used).tolist())
        return Tokens(table, np.concatenate([[0], np.cumsum(lengths)]), places[numbers])

    def spoken(self, vocabulary: Vocabulary) -> Tokens:
        """Give the rows with the terms of a base put in."""
        # Few rows are looked at: those with a term of one word, or the first two of a longer one.
        alone, first, second = np.zeros((3, len(self.table)), bool)
        table = {word: number for number, word in enumerate(self.table)}
        for said in vocabulary.replacements:
            head = [table.get(word, -1) for word in said[:2]]
            if min(head) >= 0:
                (first if said[1:] else alone)[head[0]] = True
                second[head[1:]] = True
        begins = alone[self.numbers]
        begins[:-1] |= first[self.numbers[:-1]] & second[self.numbers[1:]]
        owner = np.repeat(np.arange(len(self)), np.diff(self.starts))
        rows = np.flatnonzero(np.bincount(owner[begins], minlength=len(self)))
        put = Tokens.of(vocabulary.apply(self.row(row)) for row in rows.tolist())
        order = np.arange(len(self))
        order[rows] = len(self) + np.arange(len(rows))
        return self.joined(put).picked(order)


def sought(wanted: Ints, held: Ints) -> Rows:
    """Give where each number is among those held, -1 for one that is not."""
    if not len(held):
        return np.full(len(wanted), -1)
    order = np.argsort(held)
    places = order[np.minimum(np.searchsorted(held, wanted, sorter=order), len(held) - 1)]
    return np.where(held[places] == wanted, places, -1)


def spans(starts: Rows, lengths: Rows) -> Rows:
    """Count on from each start, as far as its length, in one array."""
    ends = np.cumsum(lengths)
    if not len(ends):
        return np.empty(0, np.intp)
    return np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1])
