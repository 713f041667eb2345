"""Questions that tables answer: which table a question speaks of, by itself or after another.

Figures are given only where a question says no more than the table and its entry account for.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge import dates, texts
from knowledge.dialogue import amounts, arithmetic, decision, grammar, lists
from knowledge.dialogue.arithmetic import Said
from knowledge.dialogue.grammar import EXTREMES
from knowledge.dialogue.queries import COMPARES, Query
from knowledge.dialogue.tables import RARE, Named, Table
from knowledge.matching.matcher import EXACT, Matcher, Weighed
from knowledge.matching.question import KINDS, Question
from knowledge.matching.spelling import rarity
from knowledge.matching.text import is_number, stem, words
from knowledge.model import Answer, Context, Fact, Match, Near

# The share of a question's words, by weight, that a table and its entry account for, and what is
# enough where both a row and a column are named.
FITS, NAMED = 0.85, 0.7
# The share of the ways of asking for a gap from which on a word in them marks it.
MARKED = 0.05
# The least confidence of a table that nothing of the question names.
LIKELY = 0.02
# The confidence of what follows on within a table: nothing else was named.
FOLLOWED = 0.9
# Entries whose figures are looked at, besides the tables with columns.
NEAREST = 6
_FIGURES = frozenset("figure figures score scores cell cells numbers value values".split())
_GROUPS = frozenset("all both each every 2 3 4 5 6 groups group them".split())
_TWO = frozenset("two 2 both".split())
_ENDS = re.compile(r"\bfirst\b.* last\b")
# With these a row, a column or all is asked for as it stands.
_WHOLE = frozenset("whole entire lot column row table overall everywhere".split())
# With these a comparison sets something beside what was said before.
_BESIDE = grammar.POINTERS | {"than", "with", "to", "against", "vs", "versus"}


def compute(matcher: Matcher, text: str, weighed: Weighed) -> Answer | Near | None:
    """Answer a question from the figures of the entry that accounts for it best."""
    read, likely = matcher.read(text)[0], {match.fact.id: match for match in weighed.matches}
    which, body, verb = (*read.tokens, "", "", "")[:3]
    of_body = which == "which" and verb in grammar.FUNCTION and matcher.contrasts.named([body])
    if KINDS[read.asks] == "why" or of_body:
        # No table of shares tells a reason, nor "which CRC got" something.
        return None
    counted = _bodies_counted(matcher, read.tokens)
    top = weighed.matches[0] if weighed.matches else None
    if top and _is_settled(matcher, read, top):
        return None
    nearest = {one.fact.id: one.fact for one in weighed.matches[:NEAREST] if one.fact.figures}
    gaps = [match.fact for match in weighed.matches[:NEAREST] if match.fact.is_gap]
    best: tuple[tuple[int, int, float, bool, int], Answer | Near] | None = None
    for fact in (nearest | {one.id: one for one in matcher.tables}).values():
        table, match = Table.of(matcher, fact), likely.get(fact.id, Match(fact, 0.0))
        # What was rated 'Outstanding' does not tell what was rated 'Good'.
        if table is None or decision.levels(matcher, read.tokens, fact)[0]:
            continue
        counts = f"{fact.question} {fact.measure} {table.unit}"
        if counted and counted.isdisjoint(matcher.read(counts)[0].tokens):
            # "How many CRCs were good" counts no cases of theirs.
            continue
        if KINDS[read.asks] == "when" and not dates.of_labels(fact):
            continue
        query = Query.read(matcher, text, table)
        fit = _accounts(matcher, query, gaps)
        # A part of a table may lack the column that is named.
        heard, size = sum(map(table.hears, query.tokens)), len(table.figures)
        worth = heard, size * bool(query.spoken & _TWO), round(fit, 2), match is top, size
        if (best and worth <= best[0]) or not _is_meant(matcher, query, fit, match, top):
            continue
        if said := arithmetic.answer(query):
            lead = said[0] if query.settles(matcher) else ""
            told = _match(table, (lead, said[1]), min(max(match.confidence, fit), EXACT))
            lacking = replace(told, lead=texts.not_for(query.lacks, ""))
            best = worth, Near((lacking,)) if query.lacks else Answer((told,))
    return best[1] if best else None


def _is_settled(matcher: Matcher, read: Question, top: Match) -> bool:
    """Tell whether an entry itself tells whether one is better: "do higher risk cases get ..."."""
    asked = matcher.read(top.fact.question)[0].tokens
    both = all(map(grammar.asks_whether, (decision.claimed(read.tokens), asked)))
    sure = top.confidence >= decision.STANDS and not any(map(is_number, read.tokens))
    return both and sure and bool(grammar.COMPARISON & {*asked} & {*read.tokens})


def _bodies_counted(matcher: Matcher, tokens: Sequence[str]) -> set[str]:
    """Give the bodies that are to be counted: "how many CRCs were good", not "CRC cases"."""
    ends = grammar.FUNCTION | grammar.RATED | grammar.QUALITY
    said = " ".join(tokens).replace("number of", "many").split()
    in_threes = zip(said, said[1:], (*said[2:], "is"), strict=False)
    asked = {body for many, body, end in in_threes if many == "many" and end in ends}
    return {body for body in asked if matcher.contrasts.named([body])}


def _is_meant(matcher: Matcher, query: Query, fit: float, match: Match, top: Match | None) -> bool:
    """Tell whether a question is one for a table.

    It is where the table is the likeliest entry; where two of its rows and columns are named; or
    where it accounts for all and nothing else does for sure.
    """
    if match is top and (all(query.named) or fit > FITS):
        # However a row and a column of what is meant are asked for.
        return True
    if fit <= (NAMED if all(query.named) else FITS):
        return False
    # Another share than the one that is meant confirms nothing.
    claims = any(not (one.limits or one.is_quantifier) for one in query.claims)
    if query.lacks or (claims and not all(query.named)):
        return False
    named, other = grammar.content(query.tokens), False
    if top and top.confidence >= decision.BANDS.least(top.fact):
        # "The planned return to the public sector" is of no table, if another entry has it all.
        other = matcher.explained(top.fact, named) == 1
    if query.count > 1:
        return match.confidence >= LIKELY or not other
    # "How many CRCs are inadequate" names no more of a table than a body; "CRC scores" does.
    limit = query.limit.unit if query.limit and query.named[0] else ""
    scores = _FIGURES & query.spoken or limit == query.table.unit
    own = [one for one in query.tokens if scores or not matcher.contrasts.named([one])]
    spoken = match.confidence >= LIKELY or any(map(query.table.hears, own))
    return bool(query.wants or query.amounts) and spoken and not other


def _accounts(matcher: Matcher, query: Query, gaps: Sequence[Fact] = ()) -> float:
    """Give the share of a question's words, by weight, that a table and its entry account for.

    None of them where another word marks one of the `gaps`: what the report does not say.
    """
    table = query.table
    sizes = table.total or 0, len(table.figures), *(len(axis.labels) for axis in table.axes)
    own = grammar.RECKONING | grammar.QUALITY | grammar.COMPARISON | {f"{n:g}" for n in sizes}
    own |= {word.rstrip("%") for word in amounts.words_of(query.amounts)}
    named = [one for one in grammar.content(query.tokens) if one.rstrip("%") not in own]
    also = {stem(word) for word in words(f"{table.fact.measure} {table.unit}")}
    also |= {stem(token) for token in named if table.hears(token)}
    left = [one for one in named if not matcher.explained(table.fact, [one], also=also)]
    if any(matcher.spoken_share(gap, [one]) > MARKED for gap in gaps for one in left):
        return 0.0
    fit = matcher.explained(table.fact, named, also=also)
    # A place or a name that no entry has narrows what is asked.
    return min(fit, NAMED) if any(rarity(one) > RARE for one in left) else fit


# --- After another question -----------------------------------------------------------------------


def follow(matcher: Matcher, text: str, context: Context, *, brief: bool) -> Match | None:
    """Answer a message that speaks of the table last spoken of, and of nothing else.

    What it names changes what was chosen of the table; the rest of that stays, and what was asked
    of it (the lowest, the difference) where the message asks for nothing of its own. One that must
    be `brief` is no whole question.
    """
    table = _spoken_of(matcher, context)
    if table is None or KINDS[matcher.read(text)[0].asks] == "why":
        return None
    query = Query.read(matcher, grammar.corrected(text), table)
    asked = decision.as_question(context.question)
    before = listed = Query.read(matcher, asked, table)
    if context.before and _spoken_of(matcher, context.before) is table:
        asked = decision.as_question(context.before.question)
        earlier = Query.read(matcher, asked, table)
        if not lists.PLACES.keys().isdisjoint(before.spoken):
            # "The last one" after "the second one" counts in the same list.
            listed = earlier
        ends = (before.wants | earlier.wants) & EXTREMES
        if "apart" in query.wants and len(ends) == 2 and before.named == earlier.named:
            # "How far apart are they", after the highest and the lowest.
            query = replace(query, wants=query.wants | ends)
        two = before.spoken & _TWO or any(len(groups) == 2 for groups in before.named)
        both = query.wants & (COMPARES | {"sum", "mean"}) and len(query.wants & EXTREMES) < 2
        alone = both and query.over(before).named == before.named
        # The mean of several is that of what was chosen last.
        alone = alone and (query.wants & COMPARES or len(before.cells) == 1)
        if query.spoken & _TWO or (alone and not (two or query.limit)):
            # "By how much do the two differ": what was chosen last, and what was before that.
            # "Is that worse" asks of the last, which is named first.
            last_first = query.is_whether and "apart" not in before.wants
            named = (earlier.beside(before) if last_first else before.beside(earlier)).named
            before = replace(before, named=named)
    around = {token for token in query.spoken if table.hears(token)} | _GROUPS | grammar.FUNCTION
    # "Which came third" counts in what was ordered from the highest to the lowest.
    ends = query.wants | (frozenset() if "rank" in before.wants else before.wants)
    place = None if ends & EXTREMES else lists.place_in(text, around)
    counted = place is not None or bool(lists.OTHERS.fullmatch(query.text))
    if counted:
        query = replace(query, named=_counted(query, place, before, listed))
    if _ENDS.search(query.text):
        # "From first to last", after one group stage by stage.
        query = replace(query, named=(((0,), (len(table.rows.labels) - 1,)), before.named[1]))
    asks = query.count or query.wants or query.limit
    if query.lacks or not asks or not (counted or _accounts(matcher, query) == 1):
        return None
    spoken = query.text.split()
    whole = all(query.named) or (grammar.opens(spoken) and not grammar.leans(spoken))
    if brief and whole and not counted and (query.pairs or not query.wants & COMPARES):
        return None
    # "In percent" asks the same in another unit, and "by how much" of the lowest.
    same = {"share", "apart"} if "by how" in query.text else {"share"}
    again = query.wants <= same and query.spoken.isdisjoint(_WHOLE)
    # "The smallest of these" is that of the gaps, where gaps were told.
    again |= bool("apart" in before.wants and query.wants & EXTREMES and grammar.points(spoken))
    wants = query.wants | (before.wants if again else frozenset())
    named = query.named if counted else _chosen(query, before)
    if wants & EXTREMES and not query.is_whether and len(replace(query, named=named).cells) == 1:
        # The lowest of one is the lowest among its neighbours.
        named = (), named[1]
    # What is chosen may be too little for what is asked: "NPS high", after the widest gap.
    said = arithmetic.answer(replace(query, wants=wants, named=named))
    said = said or (arithmetic.answer(query) if query.count else None)
    if said is None:
        return None
    # "So CRCs are at 12%" says more than that one of their figures is.
    wider = query.named[1] and len(query.all(1)) > len(replace(query, named=named).all(1))
    lead = said[0] if query.settles(matcher) and not wider else ""
    # What comes next is read after what was asked and chosen now.
    asking = lists.PLACES.keys() if counted else grammar.WANTS.keys() | grammar.QUALITY | _TWO
    kept = query.spoken & asking or (before.spoken & grammar.WANTS.keys() if again else frozenset())
    asked = " ".join((*sorted(kept), replace(query, named=named).name()))
    return _match(table, (lead, said[1]), FOLLOWED, asked)


def _spoken_of(matcher: Matcher, context: Context) -> Table | None:
    """Give the table of the entry spoken of last, or the whole one that stands in its place."""
    last = matcher.by_id.get(context.answered[-1]) if context.answered else None
    if last is None:
        return None
    beside = [f for f in matcher.tables if (f.source, f.report) == (last.source, last.report)]
    wide = sorted(beside, key=lambda fact: -len(fact.figures))
    found = [table for fact in (last, *wide) if (table := Table.of(matcher, fact))]
    wider = (t for t in found if {*found[0].columns.labels} < {*t.columns.labels})
    return next(wider, next(iter(found), None))


def _counted(query: Query, place: int | None, before: Query, listed: Query) -> Named:
    """Choose by its place among what was listed, or what was not chosen before."""
    if place is None:
        side = 0 if before.named[0] else 1
        every = range(len(query.table.axes[side].labels))
        chosen = tuple(label for label in every if label not in before.all(side))
    else:
        side, cells = 0 if len(listed.all(0)) > 1 or len(listed.all(1)) == 1 else 1, listed.cells
        cells = query.table.ordered(cells, high=True) if "rank" in listed.wants else cells
        chosen = tuple(dict.fromkeys(cell[side] for cell in cells))[place : place + 1 or None]
    groups = ((chosen,) if chosen else ()), query.named[1 - side] or before.named[1 - side]
    return groups if side == 0 else (groups[1], groups[0])


def _chosen(query: Query, before: Query) -> Named:
    """Change what was chosen before by what is named now; "than NPS" is set beside it."""
    rows, columns = query.named
    if not query.spoken.isdisjoint(_WHOLE):
        # "The lowest in the whole table" goes back on what was chosen.
        return rows, columns
    ends = len(query.wants & EXTREMES)
    if "apart" in query.wants and (ends == 1 or (columns and ends)):
        # The widest of several gaps, the highest and the lowest of what is named.
        return rows, columns or before.named[1]
    every = str(len(query.table.columns.labels)) in query.spoken and len(before.named[0]) == 1
    if every or (columns and query.spoken & _TWO):
        # "Which of the four", "the two mediums": all, not only those of what was chosen.
        return query.over(before).named[0], columns
    leads = [one for one in before.named[1] if columns and {*columns[0]} & {*one}]
    if query.wants & COMPARES and len(before.named[1]) == 2 and len(leads) == 1:
        # "Does the NPS lead on reviewing too", after the NPS against CRCs; it is named first.
        others = (one for one in before.named[1] if one not in leads)
        return query.over(before).named[0], (*leads, *others)
    changed = query.over(before).named
    beside = query.spoken & _BESIDE or not any(len(groups) == 2 for groups in changed)
    if query.wants & (COMPARES | {"sum"}) and beside:
        return query.beside(before).named
    return changed


def _match(table: Table, said: Said, confidence: float, asked: str = "") -> Match:
    measure = table.fact.measure.rstrip(".")
    measured = f" {texts.MEASURED.format(measure)}" if measure else ""
    return Match(table.fact, confidence, said[0], said[1] + measured, asked)


def of_figure(matcher: Matcher, figure: str) -> Match | None:
    """Tell what a figure of a table is: "what is the 63%"."""
    for table in filter(None, (Table.of(matcher, fact) for fact in matcher.tables)):
        cells = [c for c in table.figures if table.figure(c).rstrip("%") == figure.rstrip("%")]
        if cells:
            told = (texts.CELL.format(table.figure(one), table.place(one)) for one in cells)
            return _match(table, ("", " ".join(told)), FOLLOWED)
    return None
