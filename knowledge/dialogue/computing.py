"""Questions that tables answer: which table a question speaks of, by itself or after another.

Figures are given only where a question says no more than the table and its entry account for.
"""

from dataclasses import replace

from knowledge import dates, texts
from knowledge.dialogue import amounts, arithmetic, follow_up, grammar, premises, queries
from knowledge.dialogue.amounts import Amount
from knowledge.dialogue.arithmetic import BY, FEW, Said
from knowledge.dialogue.decision import BANDS
from knowledge.dialogue.lists import OTHERS, PLACES, place_in
from knowledge.dialogue.queries import COMPARES, EXTREMES, Query
from knowledge.dialogue.tables import RARE, Axis, Named, Table
from knowledge.matching.matcher import EXACT, Matcher, Weighed
from knowledge.matching.question import KINDS, conflicts
from knowledge.matching.spelling import rarity
from knowledge.matching.text import is_number, stem, words
from knowledge.model import Answer, Context, Match, Near

# The share of a question's words, by weight, that a table and its entry account for; what is enough
# where both a row and a column are named, and where the table is likely meant besides.
FITS, NAMED, MEANT = 0.85, 0.7, 0.5
# The share of the ways of asking for a gap from which on a word in them marks it.
MARKED = 0.05
# The least confidence of a table that nothing of the question names.
LIKELY = 0.02
# The confidence of what follows on within a table: nothing else was named.
FOLLOWED = 0.9
# Entries whose figures are looked at, besides the tables with columns.
NEAREST = 6
_GROUPS = frozenset("all both each every 2 3 4 5 6 groups group them".split())
_FIGURES = frozenset("figure figures score scores cell cells numbers value values".split())
# What can be reckoned of two figures, and words for just two.
_OF_TWO = frozenset("apart against sum mean".split())
_RECKONED = _OF_TWO | frozenset("more most less least".split())
_TWO = frozenset("two 2 both".split())
# What is reckoned of several.
_OF_SEVERAL = EXTREMES | {"rank", "mean", "sum"}


def compute(matcher: Matcher, text: str, weighed: Weighed) -> Answer | Near | None:
    """Answer a question from the figures of the entry that accounts for it best."""
    best: tuple[tuple[int, float, bool, int, int], Answer | Near] | None = None
    read, likely = matcher.read(text)[0], {match.fact.id: match for match in weighed.matches}
    if KINDS[read.asks] == "why" or queries.names(matcher, read.tokens):
        # No table of shares tells a reason, nor "which CRC got" something.
        return None
    top = weighed.matches[0] if weighed.matches else None
    nearest = {one.fact.id: one.fact for one in weighed.matches[:NEAREST] if one.fact.figures}
    for fact in (nearest | {one.id: one for one in matcher.tables}).values():
        table, match = Table.of(matcher, fact), likely.get(fact.id, Match(fact, 0.0))
        if table is None or conflicts(read.named, matcher.named(fact)):
            continue
        # What was rated 'Outstanding' does not tell what was rated 'Good'.
        spoken = fact.id in nearest or table.is_spoken_of(read.tokens)
        if not spoken or premises.levels(matcher, read.tokens, fact)[0]:
            continue
        query = Query.read(matcher, text, table)
        plain = not (query.wants or query.amounts or all(query.named))
        counts = KINDS[read.asks] == "count" and table.unit == "%" and plain
        # The one score of CRCs in a part of a table is not that of all.
        part = any(table.is_part_of(Table.of(matcher, o)) for o in matcher.tables if query.claims)
        # Another share than the one that is meant confirms nothing, and counts nothing.
        other = counts or any(not (one.limits or one.is_quantifier) for one in query.claims)
        if part or (match is not top and other and not all(query.named)):
            continue
        fit = _accounts(matcher, query, weighed)
        # A part of a table may lack the column that is named.
        heard = sum(any(axis.heard(token) for axis in table.axes) for token in query.tokens)
        worth = heard, round(fit, 2), match is top, query.count, len(table.figures)
        if (best and worth <= best[0]) or not _is_meant(matcher, query, fit, match, top):
            continue
        if said := arithmetic.answer(query):
            said = said[0] if query.settles(matcher) else "", said[1]
            told = _match(table, said, min(max(match.confidence, fit), EXACT))
            lacking = replace(told, lead=texts.not_for(query.lacks, ""))
            best = worth, Near((lacking,)) if query.lacks else Answer((told,))
    return best[1] if best else None


def _is_meant(matcher: Matcher, query: Query, fit: float, match: Match, top: Match | None) -> bool:
    """Tell whether a question is one for a table.

    It is where the table is the likeliest entry; where two of its rows and columns are named; or
    where it accounts for all and nothing else does for sure.
    """
    table, both = query.table, all(query.named)
    if match is top:
        plain = match.confidence >= MEANT and (both or (query.count and query.wants & EXTREMES))
        return fit > (MEANT if plain else NAMED if both else FITS)
    if fit <= (NAMED if both else FITS) or query.lacks or not (table.is_long or table.total):
        return False
    if table.is_wide and query.count > 1:
        return True
    # "How many CRCs are inadequate" names no more of a table than a body; "CRC scores" does.
    scores = _FIGURES & query.spoken
    own = [one for one in query.tokens if scores or not matcher.contrasts.named([one])]
    spoken = match.confidence >= LIKELY or table.is_spoken_of(own)
    asks = bool(query.wants or query.amounts) and fit >= 1 and spoken
    if top is None or not asks:
        return asks
    least = BANDS.gap if top.fact.is_gap else BANDS.least(top.fact)
    named = grammar.content(query.tokens)
    return top.confidence < least or matcher.explained(top.fact, named) < 1


def _accounts(matcher: Matcher, query: Query, weighed: Weighed) -> float:
    """Give the share of a question's words, by weight, that a table and its entry account for.

    None of them where another word marks what the report does not say.
    """
    table = query.table
    sizes = table.total or 0, len(table.figures), *(len(axis.labels) for axis in table.axes)
    few = FEW.search(query.text)
    counts = {*(f"{one:g}" for one in (*sizes, len(query.cells))), *(few[0].split() if few else ())}
    counts |= {word.rstrip("%") for word in amounts.words_of(query.amounts)}
    # What is rated is not how well something was done.
    own = grammar.RECKONING | counts
    own |= grammar.QUALITY if grammar.RATED.isdisjoint(query.tokens) else frozenset()
    named = [one for one in grammar.content(query.tokens) if one.rstrip("%") not in own]
    also = {stem(word) for word in words(f"{table.fact.measure} {table.unit}")}
    also |= {stem(token) for token in named if table.hears(token)}
    fit = matcher.explained(table.fact, named, also=also)
    left = [one for one in named if not matcher.explained(table.fact, [one], also=also)]
    gaps = [match.fact for match in weighed.matches[:NEAREST] if match.fact.is_gap]
    if any(matcher.spoken_share(gap, [one]) > MARKED for gap in gaps for one in left):
        return 0.0
    return min(fit, NAMED) if any(rarity(one) > RARE for one in left) else fit


# --- After another question -----------------------------------------------------------------------


def follow(matcher: Matcher, text: str, context: Context, *, brief: bool) -> Match | None:
    """Answer a message that speaks of the table last spoken of, and of nothing else.

    What it names changes what was chosen of the table; the rest of that stays, and what was asked
    of it (the lowest, the difference) where the message asks for nothing of its own. One that must
    be `brief` is no whole question.
    """
    if (table := _spoken_of(matcher, context)) is None:
        return None
    query = Query.read(matcher, grammar.corrected(text), table)
    own = query.wants | ({"apart"} if "by how much" in query.text else set())
    kind = KINDS[matcher.read(text)[0].asks]
    counts = kind == "count" and table.unit == "%" and not (own or query.amounts)
    if kind == "why" or counts or premises.levels(matcher, query.tokens, table.fact)[0]:
        return None
    before = listed = Query.read(matcher, context.question, table)
    beside: Named | None = None
    if context.before and _spoken_of(matcher, context.before) == table:
        earlier = Query.read(matcher, context.before.question, table)
        # "The last one" after "the second one" counts in the same list.
        is_picked = not PLACES.keys().isdisjoint(before.spoken)
        listed = earlier if is_picked or len(before.cells) == 1 else before
        # "By how much do the two differ": what was chosen last, and what was before that.
        both, compares = before.beside(earlier), own & COMPARES
        two = before.spoken & _TWO or any(len(groups) == 2 for groups in before.named)
        alone = compares and not (query.count or query.limit or two)
        before = both if alone or query.spoken & _TWO else before
        one = query.count == 1 and query.spoken.isdisjoint(_TWO) and len(both.named[0]) < 2
        if compares and one and both.pairs:
            # "So NPS is better", after one of the NPS and one of CRCs.
            beside = both.named
    around = {token for token in query.spoken if table.hears(token)} | _GROUPS | grammar.FUNCTION
    place = None if query.wants & EXTREMES else place_in(text, around)
    if place and place > 0 and before.wants & EXTREMES:
        # "The third", after the worst and the second worst.
        text = " ".join((text, *sorted(before.spoken & grammar.WANTS.keys())))
        query, place = Query.read(matcher, text, table), None
        own = query.wants
    counted = place is not None or bool(OTHERS.fullmatch(query.text))
    if counted:
        query = replace(query, named=queries.counted(query, place, before, listed), lacks="")
    if query.lacks or not (query.count or own or query.limit):
        return None
    if queries.ENDS.search(query.text):
        # "From first to last", after one group stage by stage.
        query = replace(query, named=(((0,), (len(table.rows.labels) - 1,)), before.named[1]))
    if not (counted or query.is_own):
        return None
    spoken = query.text.split()
    # "Rank the groups on planning" is a whole question, whatever was chosen before.
    several = query.count and own & _OF_SEVERAL and not grammar.marker(spoken)
    whole = all(query.named) or several or (grammar.opens(spoken) and not grammar.leans(spoken))
    # "Does the NPS lead on that as well" leaves out what it is set against.
    if brief and not counted and whole and (query.pairs or not query.wants & COMPARES):
        return None
    own -= {"apart"} if own == {"apart"} and before.wants & EXTREMES else set()
    asks = grammar.WANTS.keys() | grammar.QUALITY
    # "In percent" asks the same in another unit.
    kept = [] if own - {"share"} or query.spoken & queries.WHOLE else before.spoken & asks
    after = replace(
        query,
        text=" ".join((query.text, *sorted(kept))),
        wants=query.wants
        | {grammar.WANTS[word] for word in kept if word in grammar.WANTS}
        | ({"mean"} & before.wants if not own - {"share"} else set()),
        named=beside or (query.named if counted else queries.chosen(query, before)),
    )
    if after.wants & EXTREMES and not after.is_whether and len(after.cells) == 1:
        # The lowest of one is the lowest among its neighbours.
        after = replace(after, named=((), after.named[1]))
    # "NPS high", after the widest gap, is read by itself.
    said = arithmetic.answer(after) or (arithmetic.answer(query) if query.count else None)
    if said is None:
        return None
    wider = bool(query.named[1]) and len(query.all(1)) > len(after.all(1))
    lead = said[0] if query.settles(matcher) and not wider else ""
    widened = len(before.cells) == 1 and not any(after.named)
    if query.is_whether and after.wants & EXTREMES and widened:
        # "Is that the lowest in the table": among more than was chosen.
        best = table.ordered(after.cells, high=bool(after.high))[0]
        lead = texts.YES if table.figures[before.cells[0]] == table.figures[best] else texts.NO
    wanted = sorted(query.spoken & (PLACES.keys() if counted else asks | _TWO) or kept)
    return _match(table, (lead, said[1]), FOLLOWED, " ".join((*wanted, after.name())))


def _spoken_of(matcher: Matcher, context: Context) -> Table | None:
    """Give the table of the entry spoken of last, or the whole one that stands in its place."""
    last = matcher.by_id.get(context.answered[-1]) if context.answered else None
    if last is None:
        return None
    beside = [f for f in matcher.tables if (f.source, f.report) == (last.source, last.report)]
    wide = sorted(beside, key=lambda fact: -len(fact.figures))
    found = [table for fact in (last, *wide) if (table := Table.of(matcher, fact))]
    return next((one for one in found if found[0].is_part_of(one)), found[0] if found else None)


def _match(table: Table, said: Said, confidence: float, asked: str = "") -> Match:
    measure = table.fact.measure.rstrip(".")
    measured = f" {texts.MEASURED.format(measure)}" if measure else ""
    return Match(table.fact, confidence, said[0], said[1] + measured, asked)


def of_figure(matcher: Matcher, figure: str) -> Match | None:
    """Tell what a figure of a table is: "what is the 63%"."""
    tables = filter(None, (Table.of(matcher, fact) for fact in matcher.tables))
    told = ((table, ("", table.holding(figure))) for table in tables)
    return next((_match(table, said, FOLLOWED) for table, said in told if said[1]), None)


# --- Figures of the last answers ------------------------------------------------------------------


def of_answer(matcher: Matcher, text: str, context: Context, weighed: Weighed) -> Match | None:
    """Reckon with what the last answer counts, or the likeliest: "how many weeks is that"."""
    shown, asked = follow_up.spoken_of(matcher, context), matcher.read(text)[0].tokens
    numbers = {one for one in asked if is_number(one)}
    first = NEAREST if numbers else 1 if amounts.is_per(asked) else 0
    likely = (one.fact for one in weighed.matches[:first] if not one.fact.is_gap)
    for fact in filter(None, (shown, *likely)):
        told = matcher.read(dates.named(fact.answer)[1])[0].tokens
        if fact is shown and (lead := amounts.held(asked, told)) is not None:
            lead = lead or texts.CANT_TELL
            return Match(fact, FOLLOWED, lead, context.computed, context.question)
        # "56 nights are how many weeks", of nothing said before.
        if (fact is shown or numbers <= {*told}) and (said := amounts.reckoned(asked, told)):
            return Match(fact, FOLLOWED, computed=said, asked=context.question)
    return None


def between(matcher: Matcher, text: str, context: Context) -> Match | None:
    """Reckon with the figures that the last two answers begin with: "the gap between those two"."""
    plain = matcher.read(text)[0].plain.split()
    spoken = set(plain)
    wants = {grammar.WANTS[word] for word in spoken & grammar.WANTS.keys()}
    # "How much lower is that", "what's the drop".
    by = BY.search(" ".join(plain))
    wants |= {"apart"} if spoken & grammar.CHANGE or (by and (by[1] or wants & COMPARES)) else set()
    named = set(grammar.content(spoken)) - grammar.RECKONING - grammar.CHANGE
    # What two questions of one message found, else the last two answers.
    both = [replace(context, answered=(one,)) for one in context.answered[:2]]
    both = both if len(both) > 1 else [one for one in (context.before, context) if one]
    # Which is more is asked of more than two as well, if not of two figures chosen in turn.
    chosen = context.before is not None and context.before.computed and context.computed
    two = wants & _OF_TWO or spoken & (grammar.POINTERS | _TWO) or chosen
    # The widest gap is one of several, and "from first to last" goes over all.
    wide = ("apart" in wants and wants & EXTREMES) or queries.ENDS.search(" ".join(plain))
    if len(both) < 2 or named or wide or not (wants & _RECKONED and two):
        return None
    before, last = (_figures(matcher, one) for one in both)
    pairs = [(one, other) for one in before for other in last if one.unit == other.unit]
    limited = any(one.limits for one in Amount.all_in(plain))
    # What both tell is not put to itself.
    if not pairs or limited or any(one.value == other.value for one, other in pairs):
        return None
    rows, columns = (Axis.read(matcher, of) for of in ([one.said for one in pairs[0]], [""]))
    figures = {(row, 0): one.value for row, one in enumerate(pairs[0])}
    shown = matcher.by_id[context.answered[0]]
    table = Table(replace(shown, measure=""), rows, columns, figures, pairs[0][0].unit)
    query = Query.read(matcher, text, table)
    query = replace(query, wants=query.wants | wants, named=(((0,), (1,)), ()))
    if (said := arithmetic.answer(query)) is None:
        return None
    # What comes next may change what was set side by side.
    asked = (*sorted(spoken & grammar.WANTS.keys()), " and ".join(one.question for one in both))
    return _match(table, said, FOLLOWED, " ".join(asked))


def _figures(matcher: Matcher, context: Context) -> list[Amount]:
    """Give the figures that an answer begins with, each as what it is of; or what was worked out.

    None that is only near ("over 650", "80% to 90%"), and no bare number.
    """
    shown = follow_up.spoken_of(matcher, context)
    said = shown.answer.split(". ")[0] if shown else ""
    if context.computed:
        first, _, place = said.partition(": ")
        unit = f"{texts.POINTS}s" if texts.POINTS in first else ""
        # What was put together is not reckoned with again.
        leads = place and {"together", "mean", "average"}.isdisjoint(first.split())
        told = Amount.all_in(first.replace(",", "").split())[:1] if leads else []
        return [replace(one, said=place.strip("."), unit=one.unit or unit) for one in told]
    told = Amount.all_in(matcher.read(dates.named(said)[1])[0].tokens)
    # "None of the 21" begins with no figure.
    sure = (o for o in told if o.unit and not (o.about or o.upto or told[0].is_quantifier))
    return [replace(one, said=f"“{shown.question}”") for one in sure] if shown else []
