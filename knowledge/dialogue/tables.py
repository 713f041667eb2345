"""The figures of an entry as a table, and which of its cells a question names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from knowledge import texts
from knowledge.dialogue import grammar
from knowledge.matching.matcher import Matcher
from knowledge.matching.spelling import rarity
from knowledge.matching.text import stem, words
from knowledge.model import Fact, Figure

# A row that holds the sum of the others, or all there are.
_TOTAL = frozenset("in all total altogether overall everything sum inspected of".split())
_ALL = frozenset("all total altogether overall sum".split())
# Figures that are no more than near are not reckoned with.
_ROUGH = re.compile(r"\b(over|nearly|almost|about|around|some|up to|more than|at least)\b", re.I)
_SHARE = re.compile(r"(^|\b)(share|proportion|percentage|per cent|%) of\b", re.I)
# Words by which a measure tells that more of it is better, or worse.
_GAINS = re.compile(
    r"\b(on time|good|suffic|satisf|outstand|effectiv|met|improv|pass|safe|well|success)"
)
_LOSSES = re.compile(r"\b(not|un\w+|inadeq|insuffic|vacan|miss|fail|absen|complain|excess|short)")
# "How high is it" names no level.
_DEGREE = frozenset({"how", "as", "so", "too"})
# A word of so many letters that begins one of a label stands for it ("impl"), if it is hardly
# English itself; a stem of so many letters does in any case ("deliv", of delivering).
SHORTENED, INFLECTED, RARE = 3, 5, 13

Words = frozenset[str]
Cell = tuple[int, int]
# Labels, by their numbers, that a question names as one.
Group = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """The rows, or the columns, of a table: what tells each apart, and other words for that."""

    labels: tuple[str, ...]
    told: tuple[tuple[str, ...], ...]
    also: Mapping[str, str]

    @classmethod
    def read(cls, matcher: Matcher, labels: Sequence[str]) -> Axis:
        """Read labels as questions are read, and as they stand."""
        read = [_stems(matcher.read(label)[0].tokens) for label in labels]
        kinds = {word for one in read for word in one if _is_kind(word, read)}
        if len(read) > 1:
            kinds |= frozenset.intersection(*map(frozenset, read))
        told = tuple(tuple(word for word in one if word not in kinds) for one in read)
        also = dict.fromkeys(kinds, "")
        for label, one in zip(labels, told, strict=True):
            if len(one) == 1:
                # A term may have put another word for one of the label.
                also |= {word: one[0] for word in _stems(words(label)) if word not in also}
        return cls(tuple(labels), told, also | {word: word for one in told for word in one})

    def hears(self, token: str) -> bool:
        """Tell whether a token is a word of its labels."""
        return stem(token) in self.also or bool(self.heard(token))

    def heard(self, token: str) -> str:
        """Give the word that a token stands for, inflected or shortened maybe; "" for none."""
        said = stem(token)
        if said in self.also:
            return self.also[said]
        least = SHORTENED if token.isalpha() and rarity(token) > RARE else INFLECTED
        if len(said) < least:
            return ""
        found = {w for word, w in self.also.items() if w and _is_form(said, word)}
        return found.pop() if len(found) == 1 else ""

    def groups(self, tokens: Sequence[str]) -> tuple[tuple[Group, ...], bool]:
        """Give the labels that a question names, and whether it names what no label is."""
        found = [self.named(mention) for mention in self._mentions(tokens)]
        return tuple(dict.fromkeys(filter(None, found))), not all(found)

    def _mentions(self, tokens: Sequence[str]) -> Iterable[Words]:
        """Give the words of each mention: "NPS high and CRC" has two.

        A mention takes what it lacks from its neighbours, where a label has all of it: "high and
        medium NPS".
        """
        found: list[Words] = []
        for place, token in enumerate(tokens):
            word = self.heard(token)
            if not word or (place and tokens[place - 1] in _DEGREE):
                continue
            if found and not any(self._rivals(held, word) for held in found[-1] - {word}):
                found[-1] |= {word}
            else:
                found.append(frozenset({word}))
        for place, mention in enumerate(found):
            for other in (*found[place + 1 :], *reversed(found[:place])):
                for word in other:
                    if self.named(mention | {word}):
                        mention |= {word}
            yield mention

    def _rivals(self, one: str, other: str) -> bool:
        """Tell whether two words stand in each other's place: "NPS" and "CRC", not "low"."""
        places = [{n for n, w in self._placed() if w == word} for word in (one, other)]
        return bool(places[0] & places[1]) and not self.named({one, other})

    def _placed(self) -> Iterable[tuple[int, str]]:
        return (pair for one in self.told for pair in enumerate(one))

    def named(self, words: Iterable[str]) -> Group:
        """Give the label that is told by just these words, else all that have them."""
        wanted = frozenset(words)
        exact = tuple(n for n, one in enumerate(self.told) if one and set(one) == wanted)
        return exact or tuple(n for n, one in enumerate(self.told) if wanted <= set(one))

    def shared(self, group: Group) -> Words:
        """Give the words that labels have in common."""
        return frozenset.intersection(*(frozenset(self.told[one]) for one in group))

    def changed(self, before: tuple[Group, ...], own: tuple[Group, ...]) -> tuple[Group, ...]:
        """Give what is named now with, as far as may be, what was named before."""
        if not own or not before:
            return own or before
        if len(own) > 1 or len(before) > 1:
            return own
        wanted = self.shared(own[0])
        kept = {w for w in self.shared(before[0]) if not any(self._rivals(w, x) for x in wanted)}
        return (self.named(wanted | kept) or own[0],)

    def alike(self, one: Group, other: Group) -> list[tuple[int, int]]:
        """Set the labels of two groups against each other: NPS medium and CRC medium."""
        if len(one) == len(other) == 1:
            return [(one[0], other[0])]
        return [(a, b) for a in one for b in other if a != b and self.shared((a, b))]


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of an entry by row and column; one column without a name where it has one."""

    fact: Fact
    rows: Axis
    columns: Axis
    figures: Mapping[Cell, Figure]
    total: float | None = None

    @classmethod
    def read(cls, matcher: Matcher, fact: Fact) -> Table | None:
        """Read the figures of an entry; None for fewer than two, or of several units."""
        figures = [one for one in fact.figures if not _is_total(one)]
        sums = [one.value for one in fact.figures if _is_total(one)]
        if not figures or (len(figures) < 2 and not sums and figures[0].unit != "%"):
            return None
        rough = any(_ROUGH.search(f"{one.label} {one.unit}") for one in figures)
        if rough or len({one.unit for one in figures}) > 1:
            return None
        rows = list(dict.fromkeys(one.label for one in figures))
        columns = list(dict.fromkeys(one.column for one in figures))
        cells = {(rows.index(one.label), columns.index(one.column)): one for one in figures}
        axes = Axis.read(matcher, rows), Axis.read(matcher, columns)
        return cls(fact, *axes, cells, sums[0] if sums else None)

    @property
    def unit(self) -> str:
        """Give the unit of its figures."""
        return next(iter(self.figures.values())).unit

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
        said = f"{self.fact.measure} {self.fact.question}".casefold()
        gains, losses = bool(_GAINS.search(said)), bool(_LOSSES.search(said))
        return None if gains == losses else gains

    @property
    def measured(self) -> Words:
        """Give the words that say what its figures count."""
        return frozenset(words(self.fact.measure)) - grammar.RECKONING - grammar.FUNCTION

    def hears(self, token: str) -> bool:
        """Tell whether a word stands for one of its rows or columns."""
        return self.rows.hears(token) or self.columns.hears(token)

    def value(self, cell: Cell) -> float:
        """Give the number in a cell."""
        return self.figures[cell].value

    def figure(self, cell: Cell) -> str:
        """Write the figure in a cell with its unit."""
        return texts.figure(self.value(cell), self.unit)

    def place(self, cell: Cell, *, row: bool = True, column: bool = True) -> str:
        """Name a cell by its row and column, without what needs no saying."""
        names = (self.rows.labels[cell[0]] if row else "",
                 self.columns.labels[cell[1]] if column and self.is_wide else "")  # fmt: skip
        return ", ".join(filter(None, names))

    def listed(self, cells: Sequence[Cell]) -> list[str]:
        """Name cells with their figures, by no more than tells them apart."""
        rows, columns = (len({cell[side] for cell in cells}) for side in (0, 1))
        row, column = rows > 1 or columns < 2, columns > 1
        return [f"{self.place(one, row=row, column=column)} {self.figure(one)}" for one in cells]

    def ordered(self, cells: Iterable[Cell], *, high: bool) -> list[Cell]:
        """Put cells in the order of their figures."""
        return sorted(cells, key=self.value, reverse=high)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a question names of a table: groups of rows and of columns, none where it names none.

    It `lacks` a cell where it names together what the table has only apart ("NPS low").
    """

    rows: tuple[Group, ...] = ()
    columns: tuple[Group, ...] = ()
    lacks: bool = False
    # Whether two cells are named one after the other: "NPS planning and CRC reviewing".
    apart: bool = False

    @classmethod
    def of(cls, table: Table, tokens: Sequence[str]) -> Choice:
        """Read what the words of a question name."""
        rows, no_row = table.rows.groups(tokens)
        columns, no_column = table.columns.groups(tokens)
        sides = ["r" if table.rows.hears(one) else "c" for one in tokens if table.hears(one)]
        turns = "".join(side for side, _ in groupby(sides))
        return cls(rows, columns, no_row or no_column, turns in ("rcrc", "crcr"))

    @property
    def count(self) -> int:
        """Count what is named."""
        return len(self.rows) + len(self.columns)

    def over(self, before: Choice, table: Table) -> Choice:
        """Give the choice that changes one made before and keeps the rest of it."""
        return Choice(
            table.rows.changed(before.rows, self.rows),
            table.columns.changed(before.columns, self.columns),
        )

    def name(self, table: Table) -> str:
        """Name what is chosen in the words that tell it apart."""
        sides = ((table.rows, self.rows), (table.columns, self.columns))
        names = [" and ".join(" ".join(sorted(a.shared(g))) for g in groups) for a, groups in sides]
        return " ".join(filter(None, names))

    def all_rows(self, table: Table) -> Group:
        """Give the rows chosen, all where none are named."""
        return _flat(self.rows) or tuple(range(len(table.rows.labels)))

    def all_columns(self, table: Table) -> Group:
        """Give the columns chosen, all where none are named."""
        return _flat(self.columns) or tuple(range(len(table.columns.labels)))

    def cells(self, table: Table) -> list[Cell]:
        """Give the cells chosen, in reading order."""
        rows, columns = self.all_rows(table), self.all_columns(table)
        return [(r, c) for r in rows for c in columns if (r, c) in table.figures]

    def pairs(self, table: Table) -> list[tuple[Cell, Cell]]:
        """Give the cells that two groups of rows or columns set against each other."""
        rows, columns = self.rows, self.columns
        if len(rows) == len(columns) == 2 and self.apart:
            pairs = [((rows[0][0], columns[0][0]), (rows[1][0], columns[1][0]))]
        elif len(columns) == 2:
            alike = table.columns.alike(*columns)
            pairs = [((r, a), (r, b)) for r in self.all_rows(table) for a, b in alike]
        elif len(rows) == 2:
            alike = table.rows.alike(*rows)
            pairs = [((a, c), (b, c)) for c in self.all_columns(table) for a, b in alike]
        else:
            cells = self.cells(table)
            pairs = [(cells[0], cells[1])] if len(cells) == 2 and self.count else []
        return [pair for pair in pairs if table.figures.keys() >= set(pair)]


def _flat(groups: Iterable[Group]) -> Group:
    return tuple(dict.fromkeys(one for group in groups for one in group))


def _stems(tokens: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(stem, grammar.content(tokens) or tokens)))


def _is_form(said: str, word: str) -> bool:
    """Tell whether one stem begins the other."""
    return word.startswith(said) or (len(word) >= INFLECTED and said.startswith(word))


def _is_kind(word: str, labels: Sequence[Sequence[str]]) -> bool:
    """Tell whether a word says what all are that have nothing but a number beside it: "line 7"."""
    rest = [other for one in labels if word in one for other in one if other != word]
    return bool(rest) and not any(map(str.isalpha, rest))


def _is_total(figure: Figure) -> bool:
    words = frozenset(figure.label.casefold().split())
    return bool(words & _ALL) and words <= _TOTAL
