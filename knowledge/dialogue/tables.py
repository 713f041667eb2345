"""The figures of an entry as a table, and which of its rows and columns a question speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from knowledge.dialogue import grammar
from knowledge.matching.matcher import Matcher
from knowledge.matching.text import stem
from knowledge.model import Fact, Figure

# A row that holds the sum of the others, or all there are.
_TOTAL = frozenset("in all total altogether overall everything sum inspected of".split())
_ALL = frozenset("all total altogether overall sum".split())
# Figures that are no more than near are not reckoned with.
_ROUGH = re.compile(r"\b(over|nearly|almost|about|around|some|up to|more than|at least)\b", re.I)
_SHARE = re.compile(r"(^|\b)(share|proportion|percentage|per cent|%) of\b", re.I)
# "How high is it" names no level.
_DEGREE = frozenset({"how", "as", "so", "too"})

Features = frozenset[str]


@dataclass(frozen=True, slots=True)
class Axis:
    """The rows, or the columns, of a table by their labels and the words that tell them apart."""

    labels: tuple[str, ...]
    features: tuple[Features, ...]

    @classmethod
    def read(cls, matcher: Matcher, labels: Sequence[str]) -> Axis:
        """Read labels as questions are read."""
        read = [frozenset(map(stem, _told(matcher, label))) for label in labels]
        shared = frozenset.intersection(*read) if len(read) > 1 else frozenset()
        return cls(tuple(labels), tuple(one - shared for one in read))

    @property
    def words(self) -> Features:
        """Give the words that tell its labels apart."""
        return frozenset().union(*self.features)

    def mentions(self, stems: Sequence[str]) -> tuple[Features, ...]:
        """Give what a question names of this axis, one set of words a mention.

        "NPS high and CRC" makes two; words that no label has together never stand in one. A mention
        takes what it lacks from its neighbours, where a label has all of it: "high and medium NPS".
        """
        known, found = self.words, list[Features]()
        for place, one in enumerate(stems):
            if one not in known or (place and stems[place - 1] in _DEGREE):
                continue
            if found and not any(self._rivals(held, one) for held in found[-1] - {one}):
                # Words that may stand together do, whether a label has both or none has.
                found[-1] |= {one}
            else:
                found.append(frozenset({one}))
        return tuple(dict.fromkeys(self._filled(found, place) for place in range(len(found))))

    def _together(self, words: Set[str]) -> bool:
        return any(words <= one for one in self.features)

    def _filled(self, found: Sequence[Features], place: int) -> Features:
        mention = found[place]
        beside = (*found[place + 1 :], *reversed(found[:place]))
        for other in beside:
            for word in other:
                if self._together(mention | {word}):
                    mention |= {word}
        return mention

    def _rivals(self, one: str, other: str) -> bool:
        """Tell whether two words stand in each other's place: "NPS" and "CRC", but not "low"."""
        return self._places[one] == self._places[other] and not self._together({one, other})

    @property
    def _places(self) -> Mapping[str, int]:
        """Number the places in which words stand; those with a word beside them in common share."""
        places = {word: number for number, word in enumerate(sorted(self.words))}
        beside = {
            word: frozenset().union(*(one - {word} for one in self.features if word in one))
            for word in places
        }
        for one in places:
            for other in places:
                apart = not self._together({one, other})
                if apart and (beside[one] & beside[other] or not (beside[one] or beside[other])):
                    old, new = places[other], places[one]
                    places = {w: new if n == old else n for w, n in places.items()}
        return places

    def swapped(self, old: Sequence[int], new: Sequence[int]) -> tuple[int, ...]:
        """Give the labels that have what `new` ones share and, as far as may be, `old` ones."""
        wanted, kept = self.shared(new), self.shared(old)
        kept = frozenset(w for w in kept if not any(self._rivals(w, one) for one in wanted))
        return self.named(wanted | kept) or tuple(new)

    def shared(self, labels: Sequence[int]) -> Features:
        """Give the words that labels have in common."""
        return frozenset.intersection(*(self.features[one] for one in labels))

    def named(self, mention: Features) -> tuple[int, ...]:
        """Give the labels that have all the words of a mention."""
        exact = tuple(n for n, one in enumerate(self.features) if one and one == mention)
        return exact or tuple(n for n, one in enumerate(self.features) if mention <= one)


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of an entry by row and column; one column without a name where it has one."""

    fact: Fact
    rows: Axis
    columns: Axis
    cells: Mapping[tuple[int, int], Figure]
    total: float | None = None

    @classmethod
    def read(cls, matcher: Matcher, fact: Fact) -> Table | None:
        """Read the figures of an entry; None for fewer than two, or of several units."""
        figures = [one for one in fact.figures if not _is_total(one)]
        sums = [one.value for one in fact.figures if _is_total(one)]
        if not figures or (len(figures) < 2 and not sums and figures[0].unit != "%"):
            return None
        if len({one.unit for one in figures}) > 1 or any(_ROUGH.search(_name(f)) for f in figures):
            return None
        rows = list(dict.fromkeys(one.label for one in figures))
        columns = list(dict.fromkeys(one.column for one in figures))
        cells = {(rows.index(one.label), columns.index(one.column)): one for one in figures}
        return cls(
            fact,
            Axis.read(matcher, rows),
            Axis.read(matcher, columns),
            cells,
            sums[0] if sums else None,
        )

    @property
    def unit(self) -> str:
        """Give the unit of its figures."""
        return next(iter(self.cells.values())).unit

    @property
    def is_share(self) -> bool:
        """Tell whether its figures are shares of a whole, so that the rest can be known."""
        told = self.fact.measure or self.fact.answer
        return self.unit == "%" and bool(_SHARE.search(told))

    @property
    def is_wide(self) -> bool:
        """Tell whether it has columns."""
        return len(self.columns.labels) > 1

    @property
    def words(self) -> Features:
        """Give the words that tell its rows and columns apart."""
        return self.rows.words | self.columns.words


@dataclass(frozen=True, slots=True)
class Choice:
    """What a question chooses of a table: groups of rows and of columns, none where it names none.

    `lacks` has the words of what it names and the table has not.
    """

    rows: tuple[tuple[int, ...], ...] = ()
    columns: tuple[tuple[int, ...], ...] = ()
    lacks: tuple[Features, ...] = ()

    @classmethod
    def of(cls, table: Table, stems: Sequence[str]) -> Choice:
        """Read what a question, by its stems, chooses."""
        lacks: list[Features] = []
        chosen: list[tuple[tuple[int, ...], ...]] = []
        for axis in (table.rows, table.columns):
            groups = []
            for mention in axis.mentions(stems):
                labels = axis.named(mention)
                if labels:
                    groups.append(labels)
                else:
                    lacks.append(mention)
            chosen.append(tuple(dict.fromkeys(groups)))
        return cls(chosen[0], chosen[1], tuple(lacks))

    @property
    def is_some(self) -> bool:
        """Tell whether anything is named."""
        return bool(self.rows or self.columns)

    @property
    def is_whole(self) -> bool:
        """Tell whether both a row and a column are named."""
        return bool(self.rows and self.columns)

    @property
    def is_several(self) -> bool:
        """Tell whether several rows or columns are named apart."""
        return len(self.rows) > 1 or len(self.columns) > 1

    def over(self, before: Choice, table: Table) -> Choice:
        """Give the choice that changes one made before and keeps the rest of it."""
        return Choice(
            _swapped(table.rows, before.rows, self.rows),
            _swapped(table.columns, before.columns, self.columns),
        )

    def name(self, table: Table) -> str:
        """Name what is chosen in the words that tell it apart."""
        names = []
        for axis, groups in ((table.rows, self.rows), (table.columns, self.columns)):
            names += [" and ".join(" ".join(sorted(axis.shared(one))) for one in groups)]
        return " ".join(filter(None, names))

    def all_rows(self, table: Table) -> tuple[int, ...]:
        """Give the rows chosen, all where none are named."""
        return _flat(self.rows) or tuple(range(len(table.rows.labels)))

    def all_columns(self, table: Table) -> tuple[int, ...]:
        """Give the columns chosen, all where none are named."""
        return _flat(self.columns) or tuple(range(len(table.columns.labels)))

    def cells(self, table: Table) -> list[tuple[int, int]]:
        """Give the cells chosen, in reading order."""
        rows, columns = self.all_rows(table), self.all_columns(table)
        return [(r, c) for r in rows for c in columns if (r, c) in table.cells]


def _swapped(
    axis: Axis, before: tuple[tuple[int, ...], ...], own: tuple[tuple[int, ...], ...]
) -> tuple[tuple[int, ...], ...]:
    if not own or not before:
        return own or before
    if len(own) == len(before) == 1:
        return (axis.swapped(before[0], own[0]),)
    return own


def _flat(groups: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one for group in groups for one in group))


def _told(matcher: Matcher, label: str) -> tuple[str, ...]:
    tokens = matcher.read(label)[0].tokens
    return grammar.content(tokens) or tokens


def _is_total(figure: Figure) -> bool:
    words = frozenset(figure.label.casefold().split())
    return bool(words & _ALL) and words <= _TOTAL


def _name(figure: Figure) -> str:
    return f"{figure.label} {figure.unit}"
