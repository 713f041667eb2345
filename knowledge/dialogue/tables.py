"""The figures of an entry as a table, and which of its rows and columns words name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
# Words heard by an axis before the memory of them is cleared.
REMEMBERED = 5_000
# After these another label is named.
_JOINS = frozenset({"or", "and", "than", "with", "to"})
# "How high is it" names no level.
_DEGREE = frozenset({"how", "as", "too"})
# A word of so many letters that begins one of a label stands for it ("impl"), if it is hardly
# English itself; a stem of so many letters does in any case ("deliv", of delivering).
SHORTENED, INFLECTED, RARE = 3, 5, 13

# A row and a column, and labels that words name as one, by their numbers.
Cell = tuple[int, int]
Group = tuple[int, ...]
# Groups of rows, and groups of columns.
Named = tuple[tuple[Group, ...], tuple[Group, ...]]


@dataclass(frozen=True, slots=True)
class Axis:
    """The rows, or the columns, of a table: what tells each apart, and other words for that."""

    labels: tuple[str, ...]
    told: tuple[tuple[str, ...], ...]
    also: Mapping[str, str]
    # What tokens were heard as: every question is held against every table.
    known: dict[str, str | None] = field(default_factory=dict, compare=False)

    @classmethod
    def read(cls, matcher: Matcher, labels: Iterable[str]) -> Self:
        """Read labels as questions are read, and as they stand."""
        labels = tuple(dict.fromkeys(labels))
        read = [_stems(matcher.read(label)[0].tokens) for label in labels]
        kinds = {word for one in read for word in one if _is_kind(word, read)}
        if len(read) > 1:
            kinds |= frozenset.intersection(*map(frozenset, read))
        told = tuple(tuple(word for word in one if word not in kinds) for one in read)
        also = dict.fromkeys(kinds, "")
        if all(map(YEAR.fullmatch, labels)):
            also[stem("years")] = ""
        for label, one in zip(labels, told, strict=True):
            if len(one) == 1:
                # A term may have put another word for one of the label.
                also |= {word: one[0] for word in _stems(words(label)) if word not in also}
        return cls(labels, told, also | {word: word for one in told for word in one})

    def heard(self, token: str) -> str | None:
        """Give the word that a token stands for, inflected or shortened maybe.

        That is "" for a word of the labels that tells none apart.
        """
        if token not in self.known:
            if len(self.known) > REMEMBERED:
                self.known.clear()
            self.known[token] = self._heard(token)
        return self.known[token]

    def _heard(self, token: str) -> str | None:
        said = stem(token)
        if said in self.also:
            return self.also[said]
        least = SHORTENED if token.isalpha() and rarity(token) > RARE else INFLECTED
        found = {told for word, told in self.also.items() if told and word.startswith(said)}
        return found.pop() if len(found) == 1 and len(said) >= least else None

    def groups(self, tokens: Sequence[str]) -> tuple[Group, ...]:
        """Give the labels that each mention names: "NPS high and CRC" has two, () for no label.

        A mention takes what it lacks from its neighbours, where a label has all of it: "high and
        medium NPS".
        """
        found: list[frozenset[str]] = []
        for before, token, after in zip(("", *tokens), tokens, (*tokens[1:], ""), strict=False):
            is_degree = before in _DEGREE and after in grammar.AUXILIARY | {""}
            if not (word := self.heard(token)) or is_degree:
                continue
            last = found[-1] if found else frozenset()
            # "Upheld or partly upheld", "NPS high v NPS medium": another label is named.
            anew = (before in _JOINS or word in last) and self.is_whole(last)
            if found and not anew and not any(self._rivals(held, word) for held in last - {word}):
                found[-1] |= {word}
            else:
                found.append(frozenset({word}))
        groups = []
        for place, mention in enumerate(found):
            whole = len(found) > 1 and self.is_whole(mention)
            for other in () if whole else (*found[place + 1 :], *reversed(found[:place])):
                for word in other:
                    mention |= {word} if self.named(mention | {word}) else set()
            groups.append(self.named(mention))
        return tuple(dict.fromkeys(groups))

    def named(self, words: Iterable[str]) -> Group:
        """Give the label that is told by just these words, else all that have them."""
        wanted = frozenset(words)
        exact = tuple(n for n, one in enumerate(self.told) if one and set(one) == wanted)
        return exact or tuple(n for n, one in enumerate(self.told) if wanted <= set(one))

    def is_whole(self, words: frozenset[str]) -> bool:
        """Tell whether a label is told by just these words."""
        return any(frozenset(one) == words for one in self.told)

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
        if len(one) == len(other) == 1:
            return [(one[0], other[0])]
        pairs = [(a, b) for a in one for b in other if a != b]
        return [pair for pair in pairs if self.shared(pair)] or pairs

    def _rivals(self, one: str, other: str) -> bool:
        """Tell whether two words stand in each other's place: "NPS" and "CRC", not "low"."""
        places = [{told.index(w) for told in self.told if w in told} for w in (one, other)]
        return bool(places[0] & places[1]) and not self.named({one, other})


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of an entry by row and column; one column without a name where it has one."""

    fact: Fact
    rows: Axis
    columns: Axis
    figures: Mapping[Cell, float]
    unit: str
    total: float | None = None
    # The stems of what its entry says.
    own: frozenset[str] = frozenset()

    @classmethod
    def of(cls, matcher: Matcher, fact: Fact) -> Table | None:
        """Give the figures of an entry as a table; None for fewer than two, or of several units."""
        known = _TABLES.setdefault(matcher, {})
        if fact.id not in known:
            known[fact.id] = cls._read(matcher, fact)
        return known[fact.id]

    @classmethod
    def _read(cls, matcher: Matcher, fact: Fact) -> Self | None:
        sums = [one.value for one in fact.figures if is_total(one)]
        figures = [one for one in fact.figures if not is_total(one)]
        units = list(dict.fromkeys(one.unit for one in figures))
        few = len(figures) < 2 and not sums and units != ["%"]
        if len(units) != 1 or few or any(_ROUGH.search(f"{o.label} {o.unit}") for o in figures):
            return None
        rows = Axis.read(matcher, (one.label for one in figures))
        columns = Axis.read(matcher, (one.column for one in figures))
        cells = {
            (rows.labels.index(one.label), columns.labels.index(one.column)): one.value
            for one in figures
        }
        told = f"{units[0]} {fact.measure} {fact.question} {fact.answer}"
        own = frozenset(matcher.read(told)[0].stems)
        return cls(fact, rows, columns, cells, units[0], sums[0] if sums else None, own)

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

    def is_part_of(self, other: Table | None) -> bool:
        """Tell whether all its columns, and not all of the other's, are the other's."""
        return other is not None and {*self.columns.labels} < {*other.columns.labels}

    @property
    def is_long(self) -> bool:
        """Tell whether it has more figures than its answer is sure to tell."""
        return self.is_wide or len(self.figures) > 2

    @property
    def more_is_better(self) -> bool | None:
        """Tell whether a higher figure is a better one, as far as the measure tells."""
        said = f"{self.fact.measure} {self.fact.question}".casefold()
        gains, losses = bool(_GAINS.search(said)), bool(_LOSSES.search(said))
        return None if gains == losses else gains

    def hears(self, token: str) -> bool:
        """Tell whether a word stands for one of its rows or columns."""
        return any(axis.heard(token) is not None for axis in self.axes)

    def speaks_of(self, token: str) -> bool:
        """Tell whether a word goes with reckoning, or is one of its labels or of its entry."""
        return token in grammar.RECKONING or stem(token) in self.own or self.hears(token)

    def is_spoken_of(self, tokens: Iterable[str]) -> bool:
        """Tell whether words name a row or column, a figure, or how many figures there are."""
        numbers = {f"{one:g}" for one in (len(self.figures), *self.figures.values())}
        return any(self.hears(one) or one.rstrip("%") in numbers for one in tokens)

    def figure(self, cell: Cell) -> str:
        """Write the figure in a cell with its unit."""
        return texts.figure(self.figures[cell], self.unit)

    def holding(self, figure: str) -> str:
        """Tell which cells hold a figure, with its unit or without; "" where none does."""
        value = figure.rstrip("%")
        cells = [one for one in self.figures if self.figure(one).rstrip("%") == value]
        if not cells or figure not in (value, self.figure(cells[0])):
            return ""
        return " ".join(texts.CELL.format(self.figure(c), self.place(c)) for c in cells)

    def named(self, cells: Sequence[Cell]) -> tuple[str, list[str]]:
        """Give what cells share by row or column, and each by what tells it from the others."""
        apart = [len({cell[side] for cell in cells}) > 1 for side in (0, 1)]
        if not self.is_wide or not any(apart):
            apart = [True, self.is_wide]
        labels = [[axis.labels[n] for axis, n in zip(self.axes, c, strict=True)] for c in cells]
        names = [", ".join(filter(None, compress(one, apart))) for one in labels]
        return ", ".join(
            compress(labels[0], [not side for side in apart])
        ) if self.is_wide else "", names

    def place(self, cell: Cell) -> str:
        """Name a cell by its row and column, without what needs no saying."""
        return self.named([cell])[1][0]

    def listed(self, cells: Sequence[Cell]) -> list[str]:
        """Name cells with their figures, by no more than tells them apart."""
        names = self.named(cells)[1] if cells else []
        return [f"{name} {self.figure(c)}" for name, c in zip(names, cells, strict=True)]

    def ordered(self, cells: Iterable[Cell], *, high: bool) -> list[Cell]:
        """Put cells in the order of their figures."""
        return sorted(cells, key=lambda cell: self.figures[cell], reverse=high)


# Tables read, by the matcher of their base and the id of their entry.
_TABLES: WeakKeyDictionary[Matcher, dict[str, Table | None]] = WeakKeyDictionary()


def _stems(tokens: Sequence[str]) -> tuple[str, ...]:
    """Give the stems of the words that name a thing, or deny one: "not upheld"."""
    named = [t for t in tokens if t not in grammar.FUNCTION or t in grammar.NEGATION] or tokens
    return tuple(dict.fromkeys(map(stem, named)))


def _is_kind(word: str, labels: Sequence[Sequence[str]]) -> bool:
    """Tell whether a word says what all are that have nothing but a number beside it: "line 7"."""
    rest = [other for one in labels if word in one for other in one if other != word]
    return bool(rest) and not any(map(str.isalpha, rest))


def is_total(figure: Figure) -> bool:
    """Tell whether a figure is the sum of the others, or counts all there are."""
    return bool(_TOTAL.fullmatch(figure.label))
