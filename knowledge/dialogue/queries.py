"""What a question puts to a table: its words, its amounts, the rows and columns it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, product
from typing import Self

from knowledge.dialogue import grammar
from knowledge.dialogue.amounts import Amount, things, words_of
from knowledge.dialogue.premises import rates_it
from knowledge.dialogue.tables import Cell, Group, Named, Table
from knowledge.matching.matcher import Matcher
from knowledge.matching.text import words

# What is wanted of several figures, and of one against another.
EXTREMES = frozenset({"most", "least", "best", "worst"})
COMPARES = frozenset({"more", "less", "better", "worse", "against", "apart"})
ENDS = re.compile(r"\bfirst\b.* last\b")
_LIMITED = re.compile(r"\bat (?:least|most)\b")
# With these it is asked how far figures lie apart.
_NEAREST = frozenset("closest nearest furthest widest narrowest".split())
_WANTED = {
    "sum": re.compile(r"\bin all\b"),
    "rank": re.compile(r"\b(?:best|highest|worst|lowest|most|least) first\b"),
    "mean": re.compile(r"\bmean of\b|\bthe mean\b"),
}
# With these a row, a column or all is asked for as it stands.
WHOLE = frozenset("whole entire column row".split())
_EVERYWHERE = frozenset("all overall everywhere anywhere table".split())
# With these a comparison sets something beside what was said before.
_BESIDE = grammar.POINTERS | {"than", "with", "to", "against", "vs", "versus"}
# A row and a column named, then another row and another column.
_IN_TURN = (list("rcrc"), list("crcr"))
# "UPW no. rated good" asks for a number.
_NUMBER = re.compile(r"(?<=\w )no\.(?= [a-z])", re.I)


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
        wants |= {want for want, form in _WANTED.items() if form.search(" ".join(said))}
        # "The biggest drop" is a gap.
        turns = wants & {"most", "least"} and grammar.CHANGE.intersection(meant)
        wants |= {"apart"} if turns or _NEAREST.intersection(meant) else set()
        rows, columns = (axis.groups(tokens) for axis in table.axes)
        if ENDS.search(" ".join(said)) and table.is_wide:
            # "Between the first and the last group".
            columns = ((0,), (len(table.columns.labels) - 1,))
        count = str(len(table.columns.labels))
        if rows and count in said and {"all", "each", "every"} & {*said}:
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
        elif self.count and len(self.cells) == 2 and not self.is_whether:
            # "Is CRC better" sets it against something else than itself.
            pairs = [(self.cells[0], self.cells[1])]
        return [pair for pair in pairs if self.table.figures.keys() >= set(pair)]

    def settles(self, matcher: Matcher) -> bool:
        """Tell whether all put forward is what the table speaks of, so that yes or no is sure."""
        sure = self.is_own and not grammar.doubts(self.text.split())
        return sure and rates_it(matcher, self.table.fact, self.tokens)

    @property
    def is_own(self) -> bool:
        """Tell whether a question names nothing but what the table and its entry speak of."""
        known = grammar.QUALITY - grammar.LACKING - grammar.NEGATION | words_of(self.amounts)
        known |= grammar.RATED | grammar.COMPARISON
        named = things(self.tokens[grammar.marker(self.tokens) :])
        return all(one in known or self.table.speaks_of(one) for one in named)

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


def names(matcher: Matcher, tokens: Sequence[str]) -> bool:
    """Tell whether it is asked which of a body: "which CRC got the lowest score"."""
    which, body, verb = (*tokens, "", "", "")[:3]
    return which == "which" and verb in grammar.FUNCTION and bool(matcher.contrasts.named([body]))


# --- After another question -----------------------------------------------------------------------


def counted(query: Query, place: int | None, before: Query, listed: Query) -> Named:
    """Choose by its place among what was listed, or what was not chosen before."""
    table, cells = query.table, listed.cells
    side = 0 if len(listed.all(0)) > 1 or len(listed.all(1)) == 1 else 1
    if place is None and len(before.cells) > 1:
        # "The others" are of what was chosen in part.
        part = [s for s in (0, 1) if len(before.all(s)) < len(table.axes[s].labels)]
        side = max(part or (0,), key=lambda one: len(before.all(one)))
    count = len(table.axes[side].labels)
    if place is None:
        chosen = tuple(label for label in range(count) if label not in before.all(side))
    else:
        cells = table.ordered(cells, high=True) if "rank" in listed.wants else cells
        chosen = tuple(dict.fromkeys(cell[side] for cell in cells))[place : place + 1 or None]
    groups = ((chosen,) if chosen else ()), query.named[1 - side] or before.named[1 - side]
    return groups if side == 0 else (groups[1], groups[0])


def chosen(query: Query, before: Query) -> Named:
    """Change what was chosen before by what is named now; "than NPS" is set beside it."""
    (rows, columns), table = query.named, query.table
    # "The lowest of all" goes back on what was chosen, like "in the whole table".
    extreme = (query.wants or before.wants) & EXTREMES and not any(query.named)
    if query.spoken & (WHOLE | _EVERYWHERE if extreme else WHOLE):
        return rows, columns
    if query.wants >= {"most", "least"}:
        return query.over(before).named
    if query.wants & EXTREMES and "apart" in query.wants:
        # The widest of several gaps: what they lie between stays.
        return rows, columns or before.named[1]
    if query.wants & (COMPARES | {"sum"}) and query.spoken & _BESIDE:
        return query.beside(before).named
    kept_rows, kept_columns = query.over(before).named
    named = [g for g in before.named[1] if columns and {*columns[0]} & {*g}]
    if query.wants & COMPARES and len(before.named[1]) == 2 and len(named) == 1:
        # "Does the NPS lead on reviewing too", after the NPS against CRCs; it is named first.
        kept_columns = (*named, *(g for g in before.named[1] if g not in named))
    if len(columns) == 1 and query.spoken & {"both", str(max(len(columns[0]), 2))}:
        # "The two mediums", not the medium one of the body spoken of.
        kept_columns = columns
    # "Which of the four": all that stand beside what was chosen.
    if str(len(table.columns.labels)) in query.spoken and len(before.named[0]) == 1:
        return kept_rows, columns
    return kept_rows, kept_columns
