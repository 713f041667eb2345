"""What a question puts to a table: its words, its amounts, the rows and columns it names."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, product
from typing import Self

from knowledge.dialogue import grammar
from knowledge.dialogue.amounts import Amount, words_of
from knowledge.dialogue.decision import is_own, rates_it
from knowledge.dialogue.tables import Cell, Group, Named, Table
from knowledge.matching.matcher import Matcher
from knowledge.matching.text import words

# What is wanted of one figure against another.
COMPARES = frozenset({"more", "less", "better", "worse", "against", "apart"})
BY = re.compile(r"\b(by )?how (?:much|many|far)\b|\bby what\b")
# With these it is asked how far figures lie apart.
_NEAREST = frozenset("closest nearest furthest widest narrowest".split())
# A row and a column named, then another row and another column.
_IN_TURN = ("rcrc", "crcr")
# One of two is meant: "the larger one, what was it for".
OF_TWO = re.compile(
    r"\bthe (?:(big(?:ger)?|larger?|higher|greater|longer)|(?:small(?:er)?|lower|less(?:er)?|"
    r"shorter))(?= one| sum| amount| figure|$)"
)
# "UPW no. rated good" asks for a number.
_NUMBER = re.compile(r"(?<=\w )no\.(?= [a-z])", re.I)


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is put to a table: its words, what they want, the rows and columns named.

    It `lacks` what it names and the table does not hold ("NPS low", "very high").
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
        is_whether = grammar.asks_whether(said)
        # What a label says is not asked for, nor what a term has put another word for: "not
        # upheld", "above 100%" and "the lowest risk" may be rows.
        meant = [word for word in said if not table.hears(word)]
        # "At least" wants no lowest.
        meant = [w for before, w in pairwise(("", *meant)) if before != "at"]
        wants = {
            grammar.WANTS[word]
            for word in meant
            if word in grammar.WANTS and {word, *matcher.read(word)[0].tokens} & {*tokens}
        }
        amounts = [a for a in Amount.all_in(said) if not any(map(table.hears, a.said.split()))]
        if grammar.negates(meant) or (table.is_share and grammar.LACKING & {*meant}):
            wants.add("not")
        wants |= {"share"} if counts else set()
        if of_two := OF_TWO.search(" ".join(said)):
            wants.add("most" if of_two[1] else "least")
        wants |= {"mean"} if "mean of" in " ".join(said) else set()
        by = BY.search(" ".join(said))
        turns = not is_whether and (grammar.CHANGE | _NEAREST) & {*meant}
        if (turns and "against" not in wants) or (by and (by[1] or grammar.COMPARISON & {*said})):
            # "The biggest drop", "how much lower".
            wants.add("apart")
        if is_whether and any(one.is_quantifier for one in amounts):
            # "Were most of them good" asks for no highest figure.
            wants.discard("most")
        groups = [axis.groups(tokens) for axis in table.axes]
        beyond = [f"very {b}" for a, b in pairwise(said) if a == "very" and table.hears(b)]
        # "More than four hours" where what came "within 4 hours" is told.
        measured = words(table.fact.measure)
        over = [one for one in amounts if one.limits and f"{one.value:g}" in measured]
        for axis, each in zip(table.axes, groups, strict=True):
            beyond += [token for token in tokens if () in each and axis.heard(token)]
        rows, columns = (tuple(filter(None, each)) for each in groups)
        return cls(
            table,
            " ".join(said),
            tokens,
            frozenset(wants),
            tuple(one for one in amounts if one not in over),
            (rows, columns),
            " ".join((*beyond, *(one.said for one in over))),
        )

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
        told = self.is_whether and not grammar.doubts(self.text.split())
        return self.amounts if told else ()

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
        good = bool(self.wants & {"best", "better"})
        rises = self.table.more_is_better if good or self.wants & {"worst", "worse"} else None
        return None if rises is None else rises == good

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
        if len(rows) == len(columns) == 2 and "".join(k for k, _ in groupby(heard)) in _IN_TURN:
            # "NPS planning and CRC reviewing".
            pairs = [((rows[0][0], columns[0][0]), (rows[1][0], columns[1][0]))]
        elif len(columns) == 2:
            alike = self.table.columns.alike(*columns)
            pairs = [((row, a), (row, b)) for row in self.all(0) for a, b in alike]
        elif len(rows) == 2:
            alike = self.table.rows.alike(*rows)
            pairs = [((a, column), (b, column)) for column in self.all(1) for a, b in alike]
        elif self.count and len(self.cells) == 2 and not self.is_whether:
            # "Is CRC better" sets it against something else than itself.
            pairs = [(self.cells[0], self.cells[1])]
        return [pair for pair in pairs if self.table.figures.keys() >= set(pair)]

    def settles(self, matcher: Matcher) -> bool:
        """Tell whether all put forward is what the table speaks of, so that yes or no is sure."""
        fact, known = self.table.fact, words_of(self.amounts) | grammar.QUALITY | grammar.RATED
        known |= grammar.COMPARISON
        named = [t for t in self.tokens if t not in known and not self.table.hears(t)]
        sure = is_own(matcher, fact, named) and not grammar.doubts(self.text.split())
        return sure and rates_it(matcher, fact, self.tokens)

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
