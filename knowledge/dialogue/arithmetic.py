"""What a question wants of a table, and what follows from the figures for it.

Every way of reckoning takes a table and what is asked of it, and gives what to say, None where
that is not what is asked. Nothing is worked out but from an entry's own figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge import texts
from knowledge.dialogue import grammar
from knowledge.dialogue.tables import Cell, Choice, Table
from knowledge.matching.matcher import Matcher
from knowledge.matching.text import words

# Cells that are listed one by one at most.
MOST = 12
COMPARES = frozenset({"more", "less", "better", "worse", "against", "apart"})
_LIMIT = re.compile(
    r"\b(?P<way>below|under|less than|fewer than|lower than|above|over|more than|higher than|at "
    r"least|exceed\w*)(?: a)? (?P<limit>half|one half|quarter|third|2 thirds|\d{1,3}(?:\.\d+)?)"
    r"\b(?!/)"
)
_LIMITS = {"half": 50.0, "one half": 50.0, "quarter": 25.0, "third": 100 / 3, "2 thirds": 200 / 3}
_UNDER = re.compile("below|under|less|fewer|lower")
_FIRST_FEW = re.compile(
    r"\b(?:(?:top|bottom|highest|lowest|best|worst) (\d)|(\d) (?:highest|lowest|best|worst))\b"
)
_BY = re.compile(r"\b(by )?how (?:much|many|far)\b|\bby what\b")

# What comes before the figures, if anything, and the figures.
Said = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is put to a table: its words, what they want, and what they name."""

    text: str
    tokens: tuple[str, ...]
    spoken: frozenset[str]
    wants: frozenset[str]
    whether: bool
    claims: frozenset[str]
    choice: Choice

    @classmethod
    def of(cls, matcher: Matcher, text: str, table: Table) -> Asked:
        """Read a question with the labels of a table in mind."""
        read = matcher.read(text)[0]
        said = words(read.plain)
        whole, first = " ".join(said), [word for word in said if word not in grammar.LEADING][:1]
        whether = bool(first) and first[0] in grammar.AUXILIARY
        # "Without good work" denies; "without unpaid work" leaves something out.
        negated = [
            word
            for place, word in enumerate(said)
            if word != "without" or grammar.QUALITY & {*said[place + 1 : place + 3]}
        ]
        # What a term has put another word for wants nothing: "the lowest risk" is a row.
        wants = {
            grammar.WANTS[word]
            for word in negated
            if word in grammar.WANTS and {word, *matcher.read(word)[0].tokens} & {*read.tokens}
        }
        wants |= {"sum"} if "in all" in whole else set()
        lacking = table.is_share and any(w in grammar.LACKING and not table.hears(w) for w in said)
        wants |= {"not"} if lacking or grammar.negates(negated) else set()
        choice = Choice.of(table, read.tokens)
        return cls(
            whole, read.tokens, frozenset(said), frozenset(wants), whether, read.claims, choice
        )

    @property
    def counts(self) -> frozenset[str]:
        """Give the numbers that say how many, or set a limit."""
        found = (*_LIMIT.finditer(self.text), *_FIRST_FEW.finditer(self.text))
        limits = {word for one in found for word in words(one[0]) if not word.isalpha()}
        return frozenset(limits | {claim.rstrip("%") for claim in self.claims})

    @property
    def extreme(self) -> bool:
        """Tell whether the highest or lowest is asked for."""
        return not self.wants.isdisjoint({"most", "least", "best", "worst"})


def said_of(table: Table, asked: Asked) -> Said | None:
    """Say what a question wants of a table."""
    if "mean" in asked.wants:
        return _mean(table, asked)
    ways = (_part, _sum, _limit, _ranked, _gap, _extreme, _against, _plain)
    return next(filter(None, (way(table, asked) for way in ways)), None)


def _high(table: Table, asked: Asked) -> bool | None:
    """Tell whether the highest (True) or the lowest figure is wanted; None for neither."""
    for up, down in (("most", "least"), ("more", "less")):
        if asked.wants & {up, down}:
            return up in asked.wants
    good = bool(asked.wants & {"best", "better"})
    if not good and not asked.wants & {"worst", "worse"}:
        return None
    rises = table.more_is_better
    return None if rises is None else rises == good


def _part(table: Table, asked: Asked) -> Said | None:
    """Give counts of a known total in per cent, or what a count or a share leaves."""
    cells = asked.choice.cells(table)
    if not asked.choice.count or asked.whether or not asked.wants & {"not", "share"}:
        return None
    place = texts.listed([table.place(one) for one in cells])
    if table.total is not None and table.unit != "%":
        value, whole = sum(map(table.value, cells)), texts.figure(table.total, table.unit)
        if "not" in asked.wants:
            left = texts.figure(table.total - value, "")
            return "", texts.rest_of(left, f"{value:g}", whole, place)
        share = texts.figure(100 * value / table.total, "%")
        return "", texts.as_share(share, f"{value:g}", whole, place)
    if not table.is_share or len(cells) > MOST or "not" not in asked.wants:
        return None
    if table.is_wide and asked.spoken.isdisjoint(grammar.QUALITY | table.measured):
        # "Had no plan" is not "had no good plan".
        return None
    rest = [texts.figure(100 - table.value(one), "%") for one in cells]
    told = zip(rest, map(table.figure, cells), map(table.place, cells), strict=True)
    return "", " ".join(texts.complement(*one) for one in told)


def _sum(table: Table, asked: Asked) -> Said | None:
    """Put counts together; shares of groups cannot be."""
    cells = asked.choice.cells(table)
    # One of the parts of a whole or another: both together.
    either = "or" in asked.spoken and table.total is not None and not asked.wants
    wanted = "sum" in asked.wants and "compare" not in asked.spoken
    if table.unit == "%" or not (either or wanted) or len(cells) < 2 or asked.whether:
        return None
    value = texts.figure(sum(map(table.value, cells)), table.unit)
    return "", texts.total(value, table.listed(cells))


def _mean(table: Table, asked: Asked) -> Said | None:
    """Give the mean of figures of one column; groups differ in size, so theirs has no meaning."""
    cells = asked.choice.cells(table)
    if len(asked.choice.all_columns(table)) > 1 or len(cells) < 2 or not asked.choice.count:
        return None
    value = texts.figure(sum(map(table.value, cells)) / len(cells), table.unit)
    return "", texts.mean(value, table.listed(cells))


# --- Order ----------------------------------------------------------------------------------------


def _limit(table: Table, asked: Asked) -> Said | None:
    """Give the figures below or above a limit."""
    found = _LIMIT.search(asked.text)
    if not found or (found["limit"] in _LIMITS and table.unit != "%"):
        return None
    if table.hears(found["limit"]) or table.hears(f"{found['limit']}%"):
        # "Above 100%" is a row.
        return None
    limit = _LIMITS.get(found["limit"]) or float(found["limit"])
    under = _UNDER.match(found["way"])
    cells = asked.choice.cells(table)
    inside = [c for c in cells if (table.value(c) < limit if under else table.value(c) > limit)]
    lead = (texts.YES if inside else texts.NO) if asked.whether else ""
    if len(cells) == 1:
        return lead, texts.cell(table.figure(cells[0]), table.place(cells[0]))
    told = [f"{table.place(one)} {table.figure(one)}" for one in inside]
    word, bound = "below" if under else "above", texts.figure(limit, table.unit)
    return lead, texts.threshold(len(inside), len(cells), word, bound, told)


def _ranked(table: Table, asked: Asked) -> Said | None:
    """Put figures in order: all, or the three highest, the two lowest."""
    cells, few = asked.choice.cells(table), _FIRST_FEW.search(asked.text)
    if few:
        high = _high(table, asked)
    elif "rank" in asked.wants and 2 <= len(cells) <= MOST:
        high = "lowest first" not in asked.text and "to highest" not in asked.text
    else:
        return None
    if high is None:
        return None
    in_order = table.ordered(cells, high=high)[: int(few[1] or few[2]) if few else MOST]
    return "", texts.ranked("highest" if high else "lowest", table.listed(in_order))


def _extreme(table: Table, asked: Asked) -> Said | None:
    """Give the highest or lowest figure, and the next."""
    high = _high(table, asked)
    if not asked.extreme or "apart" in asked.wants or high is None:
        return None
    cells = asked.choice.cells(table)
    if asked.whether and len(asked.choice.rows) == 1 and len(cells) < len(table.figures):
        return _is_extreme(table, asked, high=high)
    if not table.is_wide and len(cells) < (2 if "which" in asked.spoken else 3):
        return None
    if len(cells) == 1:
        # "Is planning the lowest for them": among its neighbours.
        cells = [one for one in table.figures if one[1] == cells[0][1]]
    in_order = table.ordered(cells, high=high)
    skip = next((n for word, n in grammar.ORDINALS.items() if word in asked.spoken), 0)
    values = list(dict.fromkeys(map(table.value, in_order)))
    if len(values) <= skip or len(in_order) < 2:
        return None
    best = [one for one in in_order if table.value(one) == values[skip]]
    then = ""
    if len(values) > 1 and not skip:
        other = next(one for one in in_order if table.value(one) == values[1])
        then = f"{table.figure(other)}, {table.place(other)}"
    word = ("", "second ", "third ")[skip] + ("highest" if high else "lowest")
    return "", texts.extreme(table.figure(best[0]), word, list(map(table.place, best)), then)


def _is_extreme(table: Table, asked: Asked, *, high: bool) -> Said | None:
    """Tell whether a row is the highest or lowest within the columns chosen."""
    if len(table.rows.labels) < 3:
        return None
    told, settled = [], set()
    for column in asked.choice.all_columns(table):
        first = table.ordered((one for one in table.figures if one[1] == column), high=high)[0]
        settled.add(first[0] in asked.choice.rows[0])
        where = f" ({table.columns.labels[column]})" if table.is_wide else ""
        told.append(f"{table.place(first, column=False)} {table.figure(first)}{where}")
    lead = "" if len(settled) > 1 else (texts.YES if True in settled else texts.NO)
    return lead, texts.extremes("highest" if high else "lowest", told)


# --- One against another --------------------------------------------------------------------------


def _gap(table: Table, asked: Asked) -> Said | None:
    """Tell where a gap between rows or columns is widest or narrowest."""
    if "apart" not in asked.wants or not asked.wants & {"most", "least"}:
        return None
    # "Where do NPS and CRC differ most" asks for the row; "which group differs most" seldom.
    by_row = len(asked.choice.all_columns(table)) > 1
    lines: dict[int, list[Cell]] = {}
    for cell in table.ordered(asked.choice.cells(table), high=True):
        lines.setdefault(cell[0 if by_row else 1], []).append(cell)
    spans = {table.value(line[0]) - table.value(line[-1]): line for line in lines.values()}
    if len(spans) < 2 or all(len(line) < 2 for line in lines.values()):
        return None
    apart, word = (max(spans), "widest") if "most" in asked.wants else (min(spans), "narrowest")
    high, low = spans[apart][0], spans[apart][-1]
    ends = [
        f"{table.figure(one)} ({table.place(one, row=not by_row, column=by_row)})"
        for one in (high, low)
    ]
    place = table.place(high, row=by_row, column=not by_row)
    return "", texts.gap(texts.points(apart, table.unit), word, place, *ends)


def _against(table: Table, asked: Asked) -> Said | None:
    """Set two rows, columns or cells against each other: which is higher, and by how much."""
    pairs, by = asked.choice.pairs(table)[:MOST], _BY.search(asked.text)
    either = "or" in asked.spoken and asked.choice.count > 1
    if not pairs or not (either or asked.wants & COMPARES or (by and by[0].startswith("by"))):
        return None
    if "apart" in asked.wants or by:
        return "", _each(table, pairs, times="times" in asked.spoken)
    if len(pairs) == 1 and len({table.value(one) for one in pairs[0]}) == 1:
        return _settled(table, asked, [0]), _apart(table, *pairs[0])
    signs = [table.value(a) - table.value(b) for a, b in pairs]
    lead = _settled(table, asked, signs)
    ahead = 0 if sum(s > 0 for s in signs) >= sum(s < 0 for s in signs) else 1
    if ahead:
        pairs = [(b, a) for a, b in pairs]
    same_row, same_column = ({a[side] == b[side] for a, b in pairs} == {True} for side in (0, 1))
    sides = {
        tuple(table.place(c, row=not same_row, column=not same_column) for c in pair)
        for pair in pairs
    }
    if len(sides) > 1:
        return "", _each(table, pairs)
    name, other = sides.pop()
    shared = [table.place(a, row=same_row, column=same_column) for a, _ in pairs]
    if len(pairs) == 1:
        apart = texts.points(abs(signs[0]), table.unit)
        on = shared[0] if table.is_wide and (same_row or same_column) else ""
        figure, against = map(table.figure, pairs[0])
        return lead, texts.leads(name, apart, on, f"{figure} against {against} ({other})")
    count = sum(s != 0 and (s > 0) == (ahead == 0) for s in signs)
    told = [
        f"{place} {table.figure(a)} against {table.figure(b)}"
        for place, (a, b) in zip(shared, pairs, strict=True)
    ]
    return lead, texts.leads_in(name, other, count, told)


def _each(table: Table, pairs: Sequence[tuple[Cell, Cell]], *, times: bool = False) -> str:
    each = [_apart(table, *pair, times=times).rstrip(".") for pair in pairs]
    return f"{texts.capital('; '.join(each))}."


def _apart(table: Table, first: Cell, second: Cell, *, times: bool = False) -> str:
    """Tell how far two figures are apart, or how many `times` the higher has the lower."""
    same_row, same_column = first[0] == second[0], first[1] == second[1]
    names = [table.place(one, row=not same_row, column=not same_column) for one in (first, second)]
    apart = abs(table.value(first) - table.value(second))
    if not apart:
        return texts.no_difference(table.figure(first), *names)
    shared = table.is_wide and (same_row or same_column)
    place = table.place(first, row=same_row, column=same_column) if shared else ""
    one, other = ((name, table.figure(c)) for name, c in zip(names, (first, second), strict=True))
    low, high = sorted((table.value(first), table.value(second)))
    said = texts.figure(high / low, "times") if times and low else texts.points(apart, table.unit)
    return texts.difference(said, place, one, other)


def _settled(table: Table, asked: Asked, signs: Sequence[float]) -> str:
    """Give the yes or no that a comparison settles, "" where it does not."""
    high = _high(table, asked)
    if not asked.whether or "or" in asked.spoken or "not" in asked.wants or high is None:
        return ""
    if table.is_wide and not (asked.choice.rows and asked.choice.columns):
        # "Is one better than the other" asks for more than a table tells.
        return ""
    holds = {sign != 0 and (sign > 0) == high for sign in signs}
    return "" if len(holds) > 1 else (texts.YES if True in holds else texts.NO)


def _plain(table: Table, asked: Asked) -> Said | None:
    """Give the figures that a question names by row and column."""
    cells = asked.choice.cells(table)
    if not asked.choice.count or not table.is_long or len(cells) > MOST:
        return None
    beside = "against" in asked.wants and bool(asked.wants & {"more", "less"})
    if asked.extreme or beside or asked.wants & {"not", "apart"}:
        # "Rated less than good" names no row.
        return None
    if len(cells) == 1:
        figure, lead = table.figure(cells[0]), ""
        if claim := next(iter(asked.claims), ""):
            same = claim.rstrip("%") == f"{table.value(cells[0]):g}"
            lead = texts.YES if same else texts.instead(figure, claim)
        if table.total is not None:
            figure = f"{table.value(cells[0]):g} of {texts.figure(table.total, table.unit)}"
        return lead, texts.cell(figure, table.place(cells[0]))
    by_row = len({r for r, _ in cells}) == 1 or len({c for _, c in cells}) > 1
    lines: dict[str, list[tuple[str, str]]] = {}
    for one in cells:
        head = table.place(one, row=by_row, column=not by_row)
        name = table.place(one, row=not by_row, column=by_row)
        lines.setdefault(head, []).append((name, table.figure(one)))
    return "", " ".join(texts.series(head, line) for head, line in lines.items())
