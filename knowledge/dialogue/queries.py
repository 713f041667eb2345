"""What a question puts to a table: its amounts, its words, the rows and columns it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, product
from typing import Self

from knowledge import texts
from knowledge.dialogue import grammar
from knowledge.dialogue.tables import Cell, Group, Named, Table
from knowledge.matching.matcher import Matcher
from knowledge.matching.question import YEAR
from knowledge.matching.text import stem, words

_LEAST = "at least|reach|reached"
_MORE = f"over|above|exceed|exceeds|more than|higher than|longer than|greater than|{_LEAST}"
_MOST = "at most|no more than|not more than"
_LESS = f"under|below|less than|fewer than|lower than|shorter than|{_MOST}"
_NEAR = "nearly|almost|about|around|up to"
_PARTS = {"third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5,
          "tenth": 10, "tenths": 10}  # fmt: skip
_PART = "|".join(_PARTS)
# What somebody says of all of a thing, as a per cent; most is more than half.
_QUANTIFIERS = {"most": 50.0, "majority": 50.0, "all": 100.0, "every": 100.0, "none": 0.0,
                "everyone": 100.0, "everybody": 100.0, "nobody": 0.0}  # fmt: skip
# Words of an amount that name nothing it counts.
AMOUNTS = _PARTS.keys() | _QUANTIFIERS.keys() | {"half", "out"}
# A figure, of how many where that is told, and what comes after it: that is what it counts.
_AMOUNT = re.compile(
    rf"(?:\b(?P<about>{_LESS}|{_MORE}|{_NEAR}) )?(?<!\S)(?:"
    r"(?P<quantifier>(?<!the )(?:most|all)|majority|every(?:one|body)?|none|nobody)\b"
    r"(?: (?P<all>\d{1,3})\b)?|"
    r"(?P<half>half)\b(?! an?\b)|"
    rf"(?P<figure>£?\d\S*|(?:a|one)(?= (?:{_PART})\b))(?P<upto> to £?\d\S*)?"
    rf"(?: (?P<part>{_PART})\b)?(?:(?: out of| of| in)(?: the)? (?P<whole>\d{{1,3}})(?!\S))?)"
    r"(?=(?P<noun>(?: [^\W\d]\S*){0,4}))"
)
# A part as people say it is this near to a share as a report gives it.
NEARLY = 0.005
MEAN = re.compile(r"\bmean of\b|\bthe mean\b")
_ENDS = re.compile(r"\bfirst\b.* last\b(?: (row|column|group))?")
_LIMITED = re.compile(r"\bat (?:least|most)\b")
# With these it is asked how far figures lie apart.
_NEAREST = frozenset("closest nearest furthest widest narrowest".split())
_FIRST = re.compile(r"\b(?:best|highest|worst|lowest|most|least) first\b")
# A row and a column named, then another row and another column.
_IN_TURN = (list("rcrc"), list("crcr"))
# "UPW no. rated good" asks for a number.
_NUMBER = re.compile(r"(?<=\w )no\.(?= [a-z])", re.I)


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure, of how many where that is told, and the stems of what it counts.

    A quantifier is one too: "most" is more than 50%.
    """

    said: str
    value: float
    unit: str = ""
    whole: float | None = None
    about: str = ""
    upto: str = ""
    counted: tuple[str, ...] = ()
    is_quantifier: bool = False

    @classmethod
    def all_in(cls, tokens: Iterable[str]) -> list[Self]:
        """Read the amounts among words, in their order; years are none."""
        found = _AMOUNT.finditer(" ".join(tokens))
        return [cls._read(one) for one in found if not YEAR.fullmatch(one["figure"] or "")]

    @classmethod
    def _read(cls, found: re.Match[str]) -> Self:
        figure, about, whole = found["figure"] or "", found["about"] or "", found["whole"]
        number = re.search(r"\d+(?:\.\d+)?", figure)
        value = float(number[0]) if number else 1.0
        unit = "£m" if figure[-1:] == "m" else "".join(c for c in figure if c in "£%")
        if found["half"] or found["part"]:
            value, unit = 100 * value / _PARTS.get(found["part"], 2), "%"
        if quantifier := found["quantifier"]:
            value, unit = _QUANTIFIERS[quantifier], "%"
            about = "more than" if value == 50 else about
            # "All ten" are those of "8 out of 10".
            whole = found["all"]
        return cls(
            said=found[0],
            value=value,
            unit=unit,
            whole=float(whole) if whole else None,
            about=about,
            upto=found["upto"] or "",
            counted=tuple(map(stem, grammar.content(found["noun"].split()))),
            is_quantifier=bool(quantifier),
        )

    @property
    def is_none(self) -> bool:
        """Tell whether it is said that there are none."""
        return self.is_quantifier and not self.value

    @property
    def limits(self) -> int:
        """Tell whether more (1) or less (-1) than this is meant; 0 for just this."""
        return 1 if self.about in _MORE.split("|") else -1 if self.about in _LESS.split("|") else 0

    def includes(self, value: float) -> bool:
        """Tell whether a figure lies on the side of this that is meant."""
        ends = value == self.value and self.about in f"{_LEAST}|{_MOST}"
        return ends or (value - self.value) * self.limits > 0

    @property
    def share(self) -> float | None:
        """Give the share of a whole that this is, None where it is none."""
        if self.unit == "%":
            return self.value / 100
        return self.value / self.whole if self.whole else None

    @property
    def top(self) -> float:
        """Give the upper end of a range: 90 of "80% to 90%"."""
        return float(re.sub(r"[^\d.]", "", self.upto) or self.value)

    @property
    def rest(self) -> str:
        """Give what this share leaves of the whole, "" where it is told only nearly."""
        if self.about or self.share is None:
            return ""
        if self.whole:
            return f"{self.whole - self.value:g} of {self.whole:g}"
        low, high = (texts.figure(100 - one, "%") for one in (self.top, self.value))
        return f"{low} to {high}" if self.upto else low

    def counts_as(self, claim: Amount) -> bool:
        """Tell whether this and what is put forward count the same: shares, money or things."""
        if claim.share is not None:
            return self.share is not None
        if claim.unit or self.unit:
            return claim.unit == self.unit
        return not set(self.counted).isdisjoint(claim.counted[:2])

    def holds(self, claim: Amount) -> str:
        """Give yes, no, or what is told instead of what is put forward; "" where it is not sure."""
        mine, other = self.value, claim.value
        if self.share is not None and claim.share is not None:
            mine, other = self.share, claim.share
        if claim.share is not None and self.share is None:
            return ""
        if claim.about and not claim.limits:
            # Whether 60% is "nearly two thirds" is for others to say.
            return ""
        if claim.limits:
            more = mine > other or (mine == other and (self.limits > 0 or claim.about in _LEAST))
            # "Over 650" may be more than 900.
            sure = self.limits in (0, 1 if more else -1) and (not self.about or self.limits)
            return (texts.YES if more == (claim.limits > 0) else texts.NO) if sure else ""
        if self.upto and claim.is_quantifier and not self.value <= claim.value <= self.top:
            return texts.NO
        if self.upto != claim.upto or (claim.share is None and claim.value == self.whole):
            return ""
        if abs(mine - other) < (NEARLY if claim.share is not None else 1e-9):
            # "Over 650" is not 650.
            return "" if self.about else texts.YES
        return texts.NO if claim.is_quantifier else texts.instead(self.said, claim.said)


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is put to a table: its words, what they want, the rows and columns named.

    It `lacks` what it names together and the table has only apart ("NPS low").
    """

    table: Table
    text: str
    tokens: tuple[str, ...]
    wants: frozenset[str]
    amounts: tuple[Amount, ...]
    named: Named
    lacks: str

    @classmethod
    def read(cls, matcher: Matcher, text: str, table: Table) -> Self:
        """Read a question with the labels of a table in mind."""
        text, counts = _NUMBER.subn("number", text)
        read = matcher.read(text)[0]
        said, tokens = words(read.plain), read.tokens
        # "Without good work" denies; "without unpaid work" leaves something out; "failed" and "not"
        # may be of a label.
        meant = [
            word
            for place, word in enumerate(said)
            if not (word in grammar.NEGATION and table.hears(word))
            and (word != "without" or grammar.QUALITY & {*said[place + 1 : place + 3]})
        ]
        # What a term has put another word for wants nothing: "the lowest risk" is a row.
        wants = {
            grammar.WANTS[word]
            for word in meant
            if word in grammar.WANTS and {word, *matcher.read(word)[0].tokens} & {*tokens}
        }
        if _LIMITED.search(" ".join(said)):
            # "At least three" asks for no lowest figure.
            wants -= {"most", "least"}
        lacking = table.is_share and any(w in grammar.LACKING and not table.hears(w) for w in said)
        wants |= {"not"} if lacking or grammar.negates(meant) else set()
        wants |= {"share"} if counts else set()
        wants |= {"sum"} if "in all" in " ".join(said) else set()
        wants |= {"rank"} if _FIRST.search(" ".join(said)) else set()
        wants |= {"mean"} if MEAN.search(" ".join(said)) else set()
        # "The biggest drop" is a gap.
        turns = wants & {"most", "least"} and grammar.CHANGE.intersection(meant)
        wants |= {"apart"} if turns or _NEAREST.intersection(meant) else set()
        rows, columns = (axis.groups(tokens) for axis in table.axes)
        ends = _ENDS.search(" ".join(said))
        if ends and not all((rows, columns)):
            # "Between the first and the last group".
            side = 0 if columns or ends[1] == "row" else 1
            both = ((0,), (len(table.axes[side].labels) - 1,))
            rows, columns = (both, columns) if side == 0 else (rows, both)
        count = str(len(table.columns.labels))
        every = count in said[:1] or (count in said and {"all", "each", "every"} & {*said})
        if rows and every:
            # "All four for planning, from the higher to the lower risk".
            columns = ()
        # "Above 100%" may be a row.
        free = (one for one in Amount.all_in(said) if not any(map(table.hears, one.said.split())))
        amounts, measure = list(free), " ".join(words(table.fact.measure))
        # "More than four hours" where "within four hours" is measured.
        within = [one for one in amounts if f"within {one.value:g} " in measure]
        wants ^= {"not"} if any(one.limits > 0 for one in within) else set()
        query = cls(
            table,
            " ".join(said),
            tokens,
            frozenset(wants),
            tuple(one for one in amounts if one not in within),
            (tuple(filter(None, rows)), tuple(filter(None, columns))),
            lacks=_beyond(table, said)
            or " ".join(
                token
                for axis, groups in zip(table.axes, (rows, columns), strict=True)
                for token in (tokens if () in groups else ())
                if axis.heard(token)
            ),
        )
        if any(one.is_quantifier for one in query.claims):
            # "Were most of them good" asks for no highest figure.
            return replace(query, wants=query.wants - {"most"})
        return query

    @property
    def spoken(self) -> frozenset[str]:
        """Give the words of the question, as they were said."""
        return frozenset(self.text.split())

    @property
    def is_whether(self) -> bool:
        """Tell whether yes or no is asked for."""
        return grammar.asks_whether(self.text.split())

    @property
    def claims(self) -> tuple[Amount, ...]:
        """Give the amounts that are put forward to be confirmed."""
        return self.amounts if self.is_whether else ()

    @property
    def limit(self) -> Amount | None:
        """Give the amount below or above which figures are asked for."""
        return next((one for one in self.amounts if one.limits and not one.is_quantifier), None)

    @property
    def high(self) -> bool | None:
        """Tell whether the highest (True) or the lowest figures are wanted; None for neither."""
        for up, down in (("most", "least"), ("more", "less")):
            if self.wants & {up, down}:
                return up in self.wants
        rises, good = self.table.more_is_better, bool(self.wants & {"best", "better"})
        told = good or self.wants & {"worst", "worse"}
        return rises == good if told and rises is not None else None

    @property
    def count(self) -> int:
        """Count the rows and columns named."""
        return sum(map(len, self.named))

    def all(self, side: int) -> Group:
        """Give the rows (0) or the columns (1) named, all of them where none are."""
        named = dict.fromkeys(n for group in self.named[side] for n in group)
        return tuple(named or range(len(self.table.axes[side].labels)))

    @property
    def cells(self) -> list[Cell]:
        """Give the cells named, in reading order."""
        return [cell for cell in product(self.all(0), self.all(1)) if cell in self.table.figures]

    @property
    def pairs(self) -> list[tuple[Cell, Cell]]:
        """Give the cells that two groups of rows or of columns set against each other."""
        rows, columns = self.named
        heard = ["rc"[self.table.rows.heard(t) is None] for t in self.tokens if self.table.hears(t)]
        pairs: list[tuple[Cell, Cell]] = []
        if len(rows) == len(columns) == 2 and [one for one, _ in groupby(heard)] in _IN_TURN:
            # "NPS planning and CRC reviewing".
            pairs = [((rows[0][0], columns[0][0]), (rows[1][0], columns[1][0]))]
        elif len(columns) == 2:
            alike = self.table.columns.alike(*columns)
            pairs = [((row, a), (row, b)) for row in self.all(0) for a, b in alike]
        elif len(rows) == 2:
            alike = self.table.rows.alike(*rows)
            pairs = [((a, column), (b, column)) for column in self.all(1) for a, b in alike]
        elif self.count and len(self.cells) == 2:
            pairs = [(self.cells[0], self.cells[1])]
        return [pair for pair in pairs if self.table.figures.keys() >= set(pair)]

    def beside(self, other: Query) -> Query:
        """Give what this and another choose, side by side."""
        both = zip(other.named, self.named, strict=True)
        rows, columns = (tuple(dict.fromkeys((*old, *new))) for old, new in both)
        return replace(self, named=(rows, columns))

    def over(self, before: Query) -> Query:
        """Give what is asked now of what was chosen before, changed by what is named now."""
        rows, columns = (
            axis.changed(old, new)
            for axis, old, new in zip(self.table.axes, before.named, self.named, strict=True)
        )
        return replace(self, named=(rows, columns))

    def name(self) -> str:
        """Name what is chosen in the words that tell it apart."""
        named = zip(self.table.axes, self.named, strict=True)
        names = [" and ".join(" ".join(sorted(a.shared(g))) for g in groups) for a, groups in named]
        return " ".join(filter(None, names))


def _beyond(table: Table, said: Sequence[str]) -> str:
    """Give what goes beyond a label: "very high" where there is only "high"."""
    pairs = (pair for pair in pairwise(said) if pair[0] == "very" and not table.hears("very"))
    return next((" ".join(pair) for pair in pairs if table.hears(pair[1])), "")
