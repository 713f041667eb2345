"""The figures of an entry as a table, and which of its rows and columns words name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from typing import Self
from weakref import WeakKeyDictionary

from knowledge import texts
from knowledge.dialogue import grammar
from knowledge.matching.matcher import Matcher
from knowledge.matching.question import YEAR
from knowledge.matching.spelling import rarity
from knowledge.matching.text import stem, words
from knowledge.model import Fact, Figure

# A row that holds the sum of the others, or all there are.
_TOTAL = re.compile(r"(?=.*\b(?:all|total|altogether|overall|sum)\b)(?:in|all|total|altogether|"
                    r"overall|everything|sum|inspected|of|\s)+", re.I)  # fmt: skip
# Figures that are no more than near are not reckoned with.
_ROUGH = re.compile(r"\b(over|nearly|almost|about|around|some|up to|more than|at least)\b", re.I)
_SHARE = re.compile(r"(^|\b)(share|proportion|percentage|per cent|%) of\b", re.I)
# Words by which a measure tells that more of it is better, or worse.
_GAINS = re.compile(
    r"\b(on time|good|suffic|satisf|outstand|effectiv|met|improv|pass|safe|well|success|within)"
)
_LOSSES = re.compile(r"\b(not|un\w+|inadeq|insuffic|vacan|miss|fail|absen|complain|excess|short)")
# Words heard that are kept: every question is held against every table.
REMEMBERED = 20_000
# "How high is it" names no level.
_DEGREE = frozenset({"how", "as", "too"})
# A word of so many letters that begins one of the labels stands for it ("impl"), if it is hardly
# English itself; a stem of so many letters does in any case ("deliv", of delivering).
SHORTENED, INFLECTED, RARE = 3, 5, 13

# A row and a column, and labels that words name as one, by their numbers.
Cell = tuple[int, int]
Group = tuple[int, ...]
# Groups of rows, and groups of columns.
Named = tuple[tuple[Group, ...], tuple[Group, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """The rows, or the columns, of a table, and the stems that tell each of them apart.

    Words `also` heard stand for one of these, or for "": they tell none apart ("line", of line 7
    and line 12).
    """

    labels: tuple[str, ...]
    told: tuple[tuple[str, ...], ...]
    also: Mapping[str, str]

    @classmethod
    def read(cls, matcher: Matcher, labels: Iterable[str]) -> Self:
        """Read labels as questions are read."""
        labels = tuple(dict.fromkeys(labels))
        read = [_stems(matcher.read(label)[0].tokens) for label in labels]
        kinds = {word for one in read for word in one if _is_kind(word, read)}
        if len(read) > 1:
            kinds |= set.intersection(*map(set, read))
        if all(map(YEAR.fullmatch, labels)):
            kinds.add(stem("years"))
        told = tuple(tuple(word for word in one if word not in kinds) for one in read)
        # A term may have put another word for one of the label.
        alone = [(label, one[0]) for label, one in zip(labels, told, strict=True) if len(one) == 1]
        also = {word: one for label, one in alone for word in _stems(words(label))}
        also |= {word: word for one in told for word in one} | dict.fromkeys(kinds, "")
        return cls(labels, told, also)

    def heard(self, token: str) -> str | None:
        """Give the stem of the labels that a token stands for, "" for one that tells none apart."""
        return _heard(self, token)

    def groups(self, tokens: Sequence[str]) -> tuple[Group, ...]:
        """Give the labels that each mention names: "NPS high and CRC" has two, () for no label.

        A mention takes what it lacks from its neighbours, where a label has all of it: "high and
        medium NPS".
        """
        found: list[frozenset[str]] = []
        for before, token in zip(("", *tokens), tokens, strict=False):
            if not (word := self.heard(token)) or before in _DEGREE:
                continue
            last = found[-1] if found else frozenset()
            rivals = any(self._rivals(held, word) for held in last - {word})
            if last and not rivals and not self.is_whole(last):
                found[-1] |= {word}
            else:
                # "Upheld or partly upheld": what names a label is complete.
                found.append(frozenset({word}))
        groups = []
        for place, mention in enumerate(found):
            beside = (*found[place + 1 :], *reversed(found[:place]))
            for word in (word for other in beside for word in other):
                if not self.is_whole(mention) and self.named(mention | {word}):
                    mention |= {word}
            groups.append(self.named(mention))
        return tuple(dict.fromkeys(groups))

    def named(self, stems: frozenset[str]) -> Group:
        """Give the label that is told by just these words, else all that have them."""
        exact = tuple(n for n, one in enumerate(self.told) if one and set(one) == stems)
        return exact or tuple(n for n, one in enumerate(self.told) if stems <= set(one))

    def is_whole(self, stems: frozenset[str]) -> bool:
        """Tell whether a label is told by just these words."""
        return any(set(one) == stems for one in self.told)

    def shared(self, group: Group) -> frozenset[str]:
        """Give the words that labels have in common."""
        return frozenset.intersection(*(frozenset(self.told[one]) for one in group))

    def changed(self, before: tuple[Group, ...], own: tuple[Group, ...]) -> tuple[Group, ...]:
        """Give what is named now with, as far as may be, what was named before."""
        if not own or len(before) != 1:
            return own or before
        held, changed = self.shared(before[0]), list[Group]()
        for wanted in map(self.shared, own):
            kept = {word for word in held if not any(self._rivals(word, one) for one in wanted)}
            changed.append(self.named(wanted | kept))
        return tuple(changed) if all(changed) else own

    def alike(self, one: Group, other: Group) -> list[tuple[int, int]]:
        """Set the labels of two groups against each other: NPS medium and CRC medium."""
        pairs = [(a, b) for a in one for b in other if a != b]
        return [pair for pair in pairs if self.shared(pair)] or pairs

    def _rivals(self, one: str, other: str) -> bool:
        """Tell whether two words stand in each other's place: "NPS" and "CRC", not "low"."""
        places = [{told.index(w) for told in self.told if w in told} for w in (one, other)]
        return bool(places[0] & places[1]) and not self.named(frozenset({one, other}))


@lru_cache(REMEMBERED)
def _heard(axis: Axis, token: str) -> str | None:
    said = stem(token)
    least = SHORTENED if token.isalpha() and rarity(token) > RARE else INFLECTED
    begun = {told for word, told in axis.also.items() if told and word.startswith(said)}
    short = begun.pop() if len(begun) == 1 and len(said) >= least else None
    return axis.also.get(said, short)


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of an entry by row and column; one column without a name where it has one."""

    fact: Fact
    rows: Axis
    columns: Axis
    figures: Mapping[Cell, float]
    unit: str
    total: float | None = None

    @classmethod
    def of(cls, matcher: Matcher, fact: Fact) -> Table | None:
        """Give the figures of an entry as a table; None where they are rough, or of several units.

        Each is read once.
        """
        known = _TABLES.setdefault(matcher, {})
        if fact.id not in known:
            known[fact.id] = cls._read(matcher, fact)
        return known[fact.id]

    @classmethod
    def _read(cls, matcher: Matcher, fact: Fact) -> Self | None:
        sums = [one.value for one in fact.figures if is_total(one)]
        figures = [one for one in fact.figures if not is_total(one)]
        units = {one.unit for one in figures}
        if len(units) != 1 or any(_ROUGH.search(f"{o.label} {o.unit}") for o in figures):
            return None
        (unit,) = units
        rows = Axis.read(matcher, (one.label for one in figures))
        columns = Axis.read(matcher, (one.column for one in figures))
        cells = {
            (rows.labels.index(one.label), columns.labels.index(one.column)): one.value
            for one in figures
        }
        return cls(fact, rows, columns, cells, unit, next(iter(sums), None))

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """Give its rows and its columns."""
        return self.rows, self.columns

    @property
    def is_share(self) -> bool:
        """Tell whether its figures are shares of a whole, so that the rest can be known."""
        return self.unit == "%" and bool(_SHARE.search(self.fact.measure or self.fact.answer))

    @property
    def is_wide(self) -> bool:
        """Tell whether it has columns."""
        return len(self.columns.labels) > 1

    @property
    def is_long(self) -> bool:
        """Tell whether it has more figures than its answer is sure to tell."""
        return self.is_wide or len(self.figures) > 2

    @property
    def more_is_better(self) -> bool | None:
        """Tell whether a higher figure is a better one, as far as the measure tells."""
        said = (self.fact.measure or self.fact.question).casefold()
        gains, losses = bool(_GAINS.search(said)), bool(_LOSSES.search(said))
        return None if gains == losses else gains

    def hears(self, token: str) -> bool:
        """Tell whether a word stands for one of its rows or columns."""
        return any(axis.heard(token) is not None for axis in self.axes)

    def figure(self, cell: Cell) -> str:
        """Write the figure in a cell with its unit."""
        return texts.figure(self.figures[cell], self.unit)

    def named(self, cells: Sequence[Cell]) -> tuple[str, list[str]]:
        """Give what cells share by row or column, and each by what tells it from the others."""
        apart = [len({cell[side] for cell in cells}) > 1 for side in (0, 1)]
        if not self.is_wide or not any(apart):
            apart = [True, self.is_wide]
        labels = [[axis.labels[n] for axis, n in zip(self.axes, c, strict=True)] for c in cells]
        shared = compress(labels[0], [self.is_wide and not side for side in apart])
        return ", ".join(shared), [", ".join(compress(one, apart)) for one in labels]

    def place(self, cell: Cell) -> str:
        """Name a cell by its row and column, without what needs no saying."""
        return self.named([cell])[1][0]

    def listed(self, cells: Sequence[Cell]) -> list[str]:
        """Name cells with their figures, by no more than tells them apart."""
        names = self.named(cells)[1]
        return [f"{name} {self.figure(c)}" for name, c in zip(names, cells, strict=True)]

    def ordered(self, cells: Iterable[Cell], *, high: bool) -> list[Cell]:
        """Put cells in the order of their figures."""
        return sorted(cells, key=lambda cell: self.figures[cell], reverse=high)


# Tables read, by the matcher of their base and the id of their entry.
_TABLES: WeakKeyDictionary[Matcher, dict[str, Table | None]] = WeakKeyDictionary()


def _stems(tokens: Sequence[str]) -> list[str]:
    """Give the stems of the words that name a thing, or deny one: "not upheld"."""
    named = [t for t in tokens if t not in grammar.FUNCTION or t in grammar.NEGATION]
    return list(dict.fromkeys(map(stem, named)))


def _is_kind(word: str, labels: Sequence[Sequence[str]]) -> bool:
    """Tell whether a word says what all are that have nothing but a number beside it: "line 7"."""
    rest = [other for one in labels if word in one for other in one if other != word]
    return bool(rest) and not any(map(str.isalpha, rest))


def is_total(figure: Figure) -> bool:
    """Tell whether a figure is the sum of the others, or counts all there are."""
    return bool(_TOTAL.fullmatch(figure.label))
