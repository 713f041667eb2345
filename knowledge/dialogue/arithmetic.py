"""What follows from the figures of a table: differences, extremes, shares and the rest.

Nothing is worked out but from an entry's own figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge import texts
from knowledge.dialogue import grammar
from knowledge.dialogue.tables import Choice, Table
from knowledge.matching.matcher import Matcher
from knowledge.matching.text import stem, words

# Cells that are listed one by one at most.
MOST = 12

_HIGH = frozenset("highest most top largest biggest greatest maximum max".split())
_LOW = frozenset("lowest least bottom smallest minimum min fewest".split())
_BEST = frozenset("best strongest".split())
_WORST = frozenset("worst weakest poorest".split())
_WIDE = frozenset("widest biggest largest greatest highest most".split())
_NARROW = frozenset("narrowest smallest least lowest closest".split())
APART = frozenset("gap gaps difference differences differ apart spread points point far".split())
_BETTER = frozenset("better higher more above stronger ahead".split())
_WORSE = frozenset("worse lower less below weaker fewer behind".split())
_COMPARING = frozenset("compare compared comparison versus vs than against".split())
_RANKING = frozenset("rank ranked ranking order sort sorted".split())
_SHARING = frozenset("percent percentage share proportion".split())
_SUMMING = frozenset("together altogether sum add added combined".split())
_ORDINALS = {"second": 1, "2nd": 1, "third": 2, "3rd": 2, "next": 1, "runner": 1}
COMPARES = _BETTER | _WORSE | _COMPARING | APART
# Words that ask something of a table ...
ASKING = (
    _HIGH | _LOW | _BEST | _WORST | _WIDE | _NARROW | APART | _BETTER | _WORSE | _COMPARING
    | _RANKING | _SHARING | _SUMMING | grammar.NEGATION
) - {"point"}  # fmt: skip
# ... and those that go with them.
OWN = (
    ASKING | frozenset(_ORDINALS) | grammar.CORRECTING
    | frozenset(
        "half quarter third figure figures score scores scored number numbers result results "
        "value rate rates stage stages group groups row column table 4 3 2 one 5 6 "
        "good enough well done does do did case cases were was whole entire all both each every "
        "fall falls fell hold holds true keep keeps people safe measure area "
        "areas between compared to".split()
    )
)  # fmt: skip
# Words by which a measure tells that more of it is better, or worse.
_GAINS = re.compile(r"\b(good|suffic|satisf|outstand|effectiv|met|improv|pass|safe|well|success)")
_LOSSES = re.compile(r"\b(not|un\w+|inadeq|insuffic|vacan|miss|fail|absen|complain|excess|short)")
_LIMIT = re.compile(
    r"\b(?P<way>below|under|less than|fewer than|lower than|above|over|more than|higher than|at "
    r"least|exceed\w*)(?: a)? (?P<limit>half|one half|quarter|third|2 thirds|\d{1,3}(?:\.\d+)?)"
    r"\b(?!/)"
)
_LIMITS = {"half": 50.0, "one half": 50.0, "quarter": 25.0, "third": 100 / 3, "2 thirds": 200 / 3}
_UNDER = frozenset({"below", "under", "less than", "fewer than", "lower than"})
_TOP = re.compile(r"\b(top|bottom|highest|lowest|best|worst) (\d)\b")
_TOP_AFTER = re.compile(r"\b(\d) (highest|lowest|best|worst)\b")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is put to a table."""

    text: str
    tokens: tuple[str, ...]
    spoken: frozenset[str]
    choice: Choice

    @classmethod
    def of(cls, matcher: Matcher, text: str, table: Table) -> Asked:
        """Read a question with the labels of a table in mind."""
        tokens = matcher.read(text)[0].tokens
        spoken = words(text)
        return cls(
            " ".join(spoken),
            tokens,
            frozenset(spoken),
            Choice.of(table, [stem(token) for token in tokens]),
        )

    @property
    def reckons(self) -> bool:
        """Tell whether something is to be worked out, beside what is named."""
        return bool(self.spoken & ASKING) or bool(_LIMIT.search(self.text))

    @property
    def extremes(self) -> frozenset[str]:
        """Give the words that ask for the highest or lowest: "most of them" does not."""
        found = self.spoken & (_HIGH | _LOW | _BEST | _WORST | _NARROW | _WIDE)
        if self.whether or "most of" in self.text:
            found -= {"most"}
        return found - {"least"} if "at least" in self.text else found

    @property
    def whether(self) -> bool:
        """Tell whether yes or no is asked."""
        first = next((t for t in self.text.split() if t not in grammar.LEADING), "")
        return first in grammar.AUXILIARY


Cell = tuple[int, int]
Said = tuple[str, str]


def said_of(table: Table, asked: Asked) -> Said | None:
    """Say what a question wants of a table: what comes before it, and the figures."""
    for way in (
        _rest, _part, _sum, _limits, _tops, _ranks, _gaps, _extreme, _differences, _compared, _plain
    ):  # fmt: skip
        if said := way(table, asked):
            return said
    return None


def _figure(table: Table, cell: Cell) -> str:
    return texts.figure(table.cells[cell].value, table.unit)


def _place(table: Table, cell: Cell, *, row: bool = True, column: bool = True) -> str:
    """Name a cell by its row and column, without what needs no saying."""
    names = []
    if row:
        names.append(table.rows.labels[cell[0]])
    if column and table.is_wide:
        names.append(table.columns.labels[cell[1]])
    return ", ".join(names)


def _cells(table: Table, cells: Sequence[Cell]) -> list[str]:
    rows, columns = {r for r, _ in cells}, {c for _, c in cells}
    return [
        f"{_place(table, one, row=len(rows) > 1 or len(columns) < 2, column=len(columns) > 1)} "
        f"{_figure(table, one)}"
        for one in cells
    ]


def _rest(table: Table, asked: Asked) -> Said | None:
    """Give those that did not, where what is left can be known."""
    if asked.spoken.isdisjoint(grammar.NEGATION) or asked.whether:
        return None
    cells = asked.choice.cells(table)
    if table.total is not None and len(cells) == 1:
        value = table.cells[cells[0]].value
        rest = texts.figure(table.total - value, "")
        place = _place(table, cells[0])
        return "", texts.rest_of(rest, f"{value:g}", texts.figure(table.total, table.unit), place)
    if table.unit == "%" and len(cells) == 1 and table.is_share:
        left = texts.figure(100 - table.cells[cells[0]].value, "%")
        return "", texts.complement(left, _figure(table, cells[0]), _place(table, cells[0]))
    return None


def _part(table: Table, asked: Asked) -> Said | None:
    """Give a count of a known total, in per cent."""
    if table.total is None or asked.spoken.isdisjoint(_SHARING) or table.unit == "%":
        return None
    cells = asked.choice.cells(table)
    if len(cells) != 1:
        return None
    value = table.cells[cells[0]].value
    share = texts.figure(100 * value / table.total, "%")
    total = texts.figure(table.total, table.unit)
    return "", texts.as_share(share, f"{value:g}", total, _place(table, cells[0]))


def _sum(table: Table, asked: Asked) -> Said | None:
    """Put counts together; shares of groups cannot be."""
    if table.unit == "%" or asked.spoken.isdisjoint(_SUMMING) or "compare" in asked.spoken:
        return None
    cells = asked.choice.cells(table)
    if len(cells) < 2:
        return None
    value = sum(table.cells[one].value for one in cells)
    return "", texts.total(texts.figure(value, table.unit), _cells(table, cells))


def _limits(table: Table, asked: Asked) -> Said | None:
    """Give the figures below or above a limit."""
    found = _LIMIT.search(asked.text)
    if not found:
        return None
    said = found["limit"]
    limit = _LIMITS[said] if said in _LIMITS else float(said)
    if found["limit"] in _LIMITS and table.unit != "%":
        return None
    under = found["way"] in _UNDER
    cells = asked.choice.cells(table)
    fits: Callable[[float], bool] = (lambda v: v < limit) if under else (lambda v: v > limit)
    inside = [one for one in cells if fits(table.cells[one].value)]
    word = "below" if under else "above"
    told = [f"{_place(table, one)} {_figure(table, one)}" for one in inside]
    lead = (texts.YES if inside else texts.NO) if asked.whether else ""
    bound = texts.figure(limit, table.unit)
    if len(cells) == 1:
        return lead, texts.cell(_figure(table, cells[0]), _place(table, cells[0]))
    return lead, texts.threshold(len(inside), len(cells), word, bound, told)


def _direction(table: Table, asked: Asked) -> bool | None:
    """Tell whether the highest (True) or the lowest figure is wanted; None for neither."""
    if asked.extremes & _HIGH:
        return True
    if asked.extremes & _LOW:
        return False
    wants = asked.spoken & (_BEST | _WORST | _BETTER | _WORSE)
    if not wants:
        return None
    rises = _more_is_better(table)
    if wants & {"higher", "more", "above"} or wants & {"lower", "less", "fewer", "below"}:
        return not wants & _WORSE
    return None if rises is None else rises == bool(wants & (_BEST | _BETTER))


def _more_is_better(table: Table) -> bool | None:
    """Tell whether a higher figure is a better one, as far as the measure tells."""
    said = f"{table.fact.measure} {table.fact.question}".casefold()
    if _LOSSES.search(said):
        return False if not _GAINS.search(said) else None
    return True if _GAINS.search(said) else None


def _superlative(asked: Asked) -> bool:
    return bool(asked.extremes)


def _tops(table: Table, asked: Asked) -> Said | None:
    """Give the three highest, the two lowest."""
    found, after = _TOP.search(asked.text), _TOP_AFTER.search(asked.text)
    if not found and not after:
        return None
    said = found[2] if found else after[1] if after else ""
    high = _direction(table, asked)
    if high is None:
        return None
    count = int(said)
    ordered = _ordered(table, asked.choice.cells(table), high=high)[:count]
    told = [f"{_figure(table, one)} {_place(table, one)}" for one in ordered]
    return "", texts.ranked("highest" if high else "lowest", told)


def _gaps(table: Table, asked: Asked) -> Said | None:
    """Tell where a gap between rows or columns is widest or narrowest."""
    if asked.spoken.isdisjoint(APART) or not asked.spoken & (_WIDE | _NARROW):
        return None
    wide = bool(asked.spoken & _WIDE)
    choice = asked.choice
    rows, columns = choice.all_rows(table), choice.all_columns(table)
    # "Where do NPS and CRC differ most" asks for the row; "which group differs most" seldom.
    if len(columns) > 1 and table.is_wide:
        lines = [[(r, c) for c in columns if (r, c) in table.cells] for r in rows]
    else:
        lines = [[(r, c) for r in rows if (r, c) in table.cells] for c in columns]
    spans = []
    for line in lines:
        ordered = _ordered(table, line, high=True)
        if len(ordered) > 1:
            apart = table.cells[ordered[0]].value - table.cells[ordered[-1]].value
            spans.append((apart, ordered[0], ordered[-1]))
    if len(spans) < 2:
        return None
    apart, high, low = (max if wide else min)(spans, key=lambda one: one[0])
    row = len(columns) > 1 and table.is_wide
    place = _place(table, high, row=row, column=not row)
    ends = [
        f"{_figure(table, one)} ({_place(table, one, row=not row, column=row)})"
        for one in (high, low)
    ]
    word = "widest" if wide else "narrowest"
    return "", texts.gap(texts.points(apart, table.unit), word, place, *ends)


def _extreme(table: Table, asked: Asked) -> Said | None:
    """Give the highest or lowest figure, and the next."""
    if not _superlative(asked) or asked.spoken & APART:
        return None
    high = _direction(table, asked)
    if high is None:
        return None
    word = "highest" if high else "lowest"
    cells = asked.choice.cells(table)
    if asked.whether and len(asked.choice.rows) == 1 and len(cells) < len(table.cells):
        return _is_extreme(table, asked, high=high)
    if not table.is_wide and (len(cells) < 2 or (len(cells) < 3 and "which" not in asked.spoken)):
        return None
    if len(cells) < 2:
        # "Is planning the lowest for them": among its neighbours.
        cells = [one for one in table.cells if one[1] == cells[0][1]] if cells else []
    ordered = _ordered(table, cells, high=high)
    skip = next((n for word, n in _ORDINALS.items() if word in asked.spoken), 0)
    values = list(dict.fromkeys(table.cells[one].value for one in ordered))
    if len(values) <= skip or len(ordered) < 2:
        return None
    best = [one for one in ordered if table.cells[one].value == values[skip]]
    then = ""
    if len(values) > skip + 1 and not skip:
        other = next(one for one in ordered if table.cells[one].value == values[1])
        then = f"{_figure(table, other)}, {_place(table, other)}"
    ordinal = {0: "", 1: "second ", 2: "third "}[skip]
    places = [_place(table, one) for one in best]
    return "", texts.extreme(_figure(table, best[0]), ordinal + word, places, then)


def _is_extreme(table: Table, asked: Asked, *, high: bool) -> Said | None:
    """Tell whether a row is the highest or lowest within the columns chosen."""
    row = asked.choice.rows[0]
    columns = asked.choice.all_columns(table)
    word = "highest" if high else "lowest"
    told, settled = [], set()
    if len(table.rows.labels) < 3:
        return None
    for column in columns:
        line = [one for one in table.cells if one[1] == column]
        first = _ordered(table, line, high=high)[0]
        settled.add(first[0] in row)
        told.append(
            f"{_place(table, first, column=False)} {_figure(table, first)}"
            + (f" ({table.columns.labels[column]})" if table.is_wide else "")
        )
    lead = "" if len(settled) > 1 else (texts.YES if True in settled else texts.NO)
    return lead, texts.extremes(word, told)


def _differences(table: Table, asked: Asked) -> Said | None:
    """Tell how far two figures are apart."""
    spoken = asked.spoken
    by = re.search(r"\bby (how much|what)\b|\bhow (much|many|far)\b", asked.text)
    if (
        spoken.isdisjoint(APART)
        and not (by and spoken & (_BETTER | _WORSE))
        and not (by and by[0].startswith("by"))
    ):
        return None
    pairs = _pairs(table, asked.choice)
    if not pairs:
        return None
    if len(pairs) == 1:
        return "", _apart(table, *pairs[0])
    return "", texts.capital(
        "; ".join(_apart(table, *pair).rstrip(".") for pair in pairs[:MOST]) + "."
    )


def _apart(table: Table, first: Cell, second: Cell) -> str:
    one, other = table.cells[first].value, table.cells[second].value
    same_row, same_column = first[0] == second[0], first[1] == second[1]
    names = [_place(table, c, row=not same_row, column=not same_column) for c in (first, second)]
    if one == other:
        return texts.no_difference(_figure(table, first), *names)
    place = _place(table, first, row=same_row, column=same_column) if table.is_wide else ""
    place = place if same_row or same_column else ""
    return texts.difference(
        texts.points(abs(one - other), table.unit),
        place,
        (names[0], _figure(table, first)),
        (names[1], _figure(table, second)),
    )


def _pairs(table: Table, choice: Choice) -> list[tuple[Cell, Cell]]:
    """Give the pairs of figures that two groups of rows or columns set against each other."""
    for groups, others, turned in (
        (choice.columns, choice.all_rows(table), False),
        (choice.rows, choice.all_columns(table), True),
    ):
        if len(groups) != 2:
            continue
        if turned is False and len(choice.rows) == 2:
            # Two rows and two columns: each with its own.
            cells = [(choice.rows[n][0], groups[n][0]) for n in (0, 1)]
            return [(cells[0], cells[1])]
        axis = table.rows if turned else table.columns
        matched = _matched(axis.features, *groups)
        pairs = [
            ((a, other), (b, other)) if turned else ((other, a), (other, b))
            for other in others
            for a, b in matched
        ]
        return [pair for pair in pairs if pair[0] in table.cells and pair[1] in table.cells]
    cells = choice.cells(table)
    return [(cells[0], cells[1])] if len(cells) == 2 else []


def _matched(
    features: Sequence[frozenset[str]], first: Sequence[int], second: Sequence[int]
) -> list[tuple[int, int]]:
    """Set the labels of two groups against each other, like with like: NPS medium, CRC medium."""
    if len(first) == len(second) == 1:
        return [(first[0], second[0])]
    return [(a, b) for a in first for b in second if a != b and features[a] & features[b]]


def _compared(table: Table, asked: Asked) -> Said | None:
    """Set two rows or columns against each other."""
    spoken = asked.spoken
    wants = spoken & (_COMPARING | _BETTER | _WORSE)
    if not wants and not ("or" in spoken and len(asked.choice.columns + asked.choice.rows) > 1):
        return None
    pairs = _pairs(table, asked.choice)
    if not pairs:
        return None
    signs = [table.cells[a].value - table.cells[b].value for a, b in pairs]
    turned = pairs[0][0][1] == pairs[0][1][1]
    axis, side = (table.rows, 0) if turned else (table.columns, 1)
    groups = asked.choice.rows if turned else asked.choice.columns
    names = [axis.labels[group[0]] if len(group) == 1 else "" for group in groups]
    names = [name or axis.labels[pairs[0][n][side]] for n, name in enumerate((*names, "", "")[:2])]
    ahead = 0 if sum(sign > 0 for sign in signs) >= sum(sign < 0 for sign in signs) else 1
    count = sum((sign > 0) == (ahead == 0) and sign != 0 for sign in signs)
    lead = _settled(table, asked, signs)
    told = [
        f"{_place(table, a, row=not turned, column=turned)} ".lstrip()
        + f"{_figure(table, a)} against {_figure(table, b)}"
        for a, b in pairs
    ]
    if len(pairs) == 1:
        apart = texts.points(abs(signs[0]), table.unit)
        if not signs[0]:
            return lead, texts.no_difference(_figure(table, pairs[0][0]), *names)
        place = _place(table, pairs[0][0], row=not turned, column=turned) if table.is_wide else ""
        ordered = pairs[0] if ahead == 0 else (pairs[0][1], pairs[0][0])
        pair = " against ".join(_figure(table, one) for one in ordered)
        return lead, texts.leads(names[ahead], apart, True, place, pair)
    if count == len(pairs):
        return lead, texts.leads_everywhere(names[ahead], True, count, told[:MOST])
    return lead, texts.leads_sometimes(names[ahead], True, count, len(pairs), told[:MOST])


def _settled(table: Table, asked: Asked, signs: Sequence[float]) -> str:
    """Give the yes or no that a comparison settles, "" where it does not."""
    if not asked.whether or "or" in asked.spoken or asked.spoken & grammar.NEGATION:
        return ""
    high = _direction(table, asked)
    if high is None:
        return ""
    holds = {(sign > 0) == high and sign != 0 for sign in signs}
    return "" if len(holds) > 1 else (texts.YES if True in holds else texts.NO)


def _ranks(table: Table, asked: Asked) -> Said | None:
    """Put figures in order."""
    if asked.spoken.isdisjoint(_RANKING):
        return None
    cells = asked.choice.cells(table)
    if not 2 <= len(cells) <= MOST:
        return None
    high = "lowest first" not in asked.text and "to highest" not in asked.text
    told = _cells(table, _ordered(table, cells, high=high))
    return "", texts.ranked("highest" if high else "lowest", told)


def _plain(table: Table, asked: Asked) -> Said | None:
    """Give the figures that a question names by row and column."""
    choice = asked.choice
    if not (choice.rows or choice.columns) or not table.is_wide:
        return None
    if _superlative(asked) or asked.spoken & (grammar.NEGATION | APART):
        return None
    cells = choice.cells(table)
    if len(cells) == 1:
        return "", texts.cell(_figure(table, cells[0]), _place(table, cells[0]))
    rows, columns = {r for r, _ in cells}, {c for _, c in cells}
    if len(rows) == 1:
        pairs = [(table.columns.labels[c], _figure(table, (r, c))) for r, c in cells]
        return "", texts.series(table.rows.labels[cells[0][0]], pairs)
    if len(columns) == 1:
        pairs = [(table.rows.labels[r], _figure(table, (r, c))) for r, c in cells]
        return "", texts.series(table.columns.labels[cells[0][1]], pairs)
    if len(cells) > MOST:
        return None
    lines = []
    for r in sorted(rows):
        line = [(table.columns.labels[c], _figure(table, (r, c))) for _, c in cells if _ == r]
        lines.append(texts.series(table.rows.labels[r], line))
    return "", " ".join(lines)


def _ordered(table: Table, cells: Sequence[Cell], *, high: bool) -> list[Cell]:
    return sorted(cells, key=lambda one: table.cells[one].value, reverse=high)
