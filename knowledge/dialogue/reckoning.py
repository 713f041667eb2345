"""Figures of the last answers: held against what is put forward, reckoned with, compared."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from knowledge import dates, texts
from knowledge.dialogue import follow_up, grammar
from knowledge.dialogue.amounts import Amount, things, words_of
from knowledge.dialogue.computing import FITS, FOLLOWED, NEAREST
from knowledge.dialogue.lists import PLACES
from knowledge.matching.matcher import Matcher, Weighed
from knowledge.matching.text import is_number, stem
from knowledge.model import Context, Match

_FEWER = re.compile(r"\bhow (?:many|much) (?:fewer|less|more|higher|lower)\b(?! than)")
# What times are of a longer one, and how many make it.
_LONGER = {
    "nights": (7, "weeks"),
    "days": (7, "weeks"),
    "months": (12, "years"),
    "hours": (24, "days"),
    "minutes": (60, "hours"),
}
_PER = re.compile(r"\b(?:per|each|every|apiece)\b(?: ([a-z]+))?")
_BOUNDED = re.compile(
    r"\b(?:between|up to|not (?:over|above|more than)|or (?:less|under|below|lower))\b"
)
_NEARLY = frozenset("roughly approximately approx per apiece average then".split())


def of_answer(matcher: Matcher, text: str, context: Context, weighed: Weighed) -> Match | None:
    """Reckon with what the last answer counts, or the likeliest: "how many weeks is that"."""
    shown, asked = follow_up.spoken_of(matcher, context), matcher.read(text)[0].tokens
    numbers = {one.rstrip("%") for one in asked if is_number(one)}
    per = next(iter(_PER.findall(" ".join(asked))), "")
    nearest = weighed.matches[:NEAREST] if numbers or per else ()
    likely = [one.fact for one in nearest if not one.fact.is_gap]
    for fact in filter(None, (shown, *likely)):
        told = matcher.read(dates.named(fact.answer)[1])[0].tokens
        if held := _held(asked, told) if fact is shown else None:
            return Match(fact, FOLLOWED, held, context.computed, context.question)
        counted = {noun for one in Amount.all_in(told) for noun in one.counted[:1]}
        # "How many cases per service in the recovery inspection" is asked of what looked at both.
        about = [one for one in asked if stem(one) in counted or not matcher.says(fact, [one])]
        if not (said := _reckoned(about, told)) and _BOUNDED.search(" ".join(asked)):
            told = matcher.read(dates.named(f"{fact.answer} {fact.detail}")[1])[0].tokens
            fits = matcher.explained(fact, [*{*things(asked)} - grammar.RECKONING]) >= FITS
            said = _within(asked, told) if fits else ""
        # "56 nights are how many weeks", of nothing said before, or what there was per service.
        own = numbers <= {one.rstrip("%") for one in told} if numbers else stem(per) in counted
        if said and (fact is shown or own):
            return Match(fact, FOLLOWED, computed=said, asked=context.question)
        if held is not None:
            return Match(fact, FOLLOWED, texts.CANT_TELL, context.computed, context.question)
    return None


def between(matcher: Matcher, text: str, context: Context) -> Match | None:
    """Reckon with the figures that the last two answers begin with: "in total", "the difference".

    None that is only near ("over 650", "80% to 90%"), and no sum but of money.
    """
    spoken = matcher.read(text)[0].plain.split()
    wants = {grammar.WANTS.get(word) for word in spoken} & {"sum", "apart"}
    wants |= {"apart"} if _FEWER.search(" ".join(spoken)) else set()
    if context.computed or (context.before and context.before.computed) or not wants:
        return None
    # What two questions of one message found, else the last two answers.
    before = context.before.answered if context.before else ()
    both = context.answered[:2] if len(context.answered) > 1 else (*before[:1], *context.answered)
    facts, figures = [matcher.by_id[one] for one in both], list[Amount]()
    named = [*{*grammar.content(spoken)} - grammar.RECKONING - PLACES.keys()]
    if any(matcher.explained(fact, named) < 1 for fact in facts):
        return None
    for fact in facts:
        said = dates.named(fact.answer.split(". ")[0])[1]
        told = Amount.all_in(matcher.read(said)[0].tokens)
        # "None of the 21" begins with no figure, and "8 out of 10" is no count.
        plain = [o for o in told if not (o.about or o.upto or told[0].is_quantifier)]
        sure = (o for o in plain if o.unit or (o.noun and not o.whole))
        figures += [replace(one, said=f"“{fact.question}”") for one in sure][:1]
    units, values = {one.unit or one.counted[0] for one in figures}, [one.value for one in figures]
    unit = figures[0].unit if len(units) == 1 else ""
    if len({*values}) != 2 or len(units) != 1 or (not unit.startswith("£") and "sum" in wants):
        return None
    each = [(one.said, texts.figure(one.value, unit)) for one in figures]
    told_of = texts.listed([" ".join(one) for one in each])
    total = texts.TOTAL.format(texts.figure(sum(values), unit), told_of)
    apart = texts.difference(texts.points(abs(values[0] - values[1]), unit), "", *each)
    return Match(facts[-1], FOLLOWED, computed=total if "sum" in wants else f"{apart}.")


def _held(asked: Sequence[str], told: Sequence[str]) -> str | None:
    """Hold a bare figure that is put forward ("so 550?") against the one that an answer gives.

    Gives yes, no, or what is told instead, "" where it is not sure; None for any other message.
    """
    claims, given = Amount.all_in(asked), Amount.all_in(told)
    others = {*grammar.content(asked)} - words_of(claims)
    reckons = _PER.search(" ".join(asked)) or any(grammar.WANTS.get(one) == "sum" for one in asked)
    if len(claims) != 1 or not grammar.asks_whether(asked) or others or reckons:
        return None
    claim, alike = claims[0], [one for one in given if one.unit == given[0].unit]
    if len(alike) != 1 or grammar.negates(asked):
        return ""
    left, is_bare = alike[0], not (claim.unit or claim.whole)
    # Half of the managers are not 15 of something, and 20% may be what 8 out of 10 leave.
    worded = is_bare and not any(map(str.isdigit, left.said))
    if worded or (left.share and claim.share and left.share + claim.share == 1):
        return ""
    return left.holds(replace(claim, unit=left.unit) if is_bare else claim)


def _within(asked: Sequence[str], told: Sequence[str]) -> str:
    """Give the share between two limits, or under one, where an answer tells those above them.

    "60% are above 100, 30% above 120" has 30% between the two. Gives "" for any other message.
    """
    pairs = pairwise(Amount.all_in(told))
    above = {
        limit.value: (share.value, f"{share.said} ({limit.said})")
        for share, limit in pairs
        if share.unit == "%" and not share.about and limit.limits > 0
    }
    ends = sorted({one.value for one in Amount.all_in(asked)})
    if "between" in asked and len(above) == 2 and ends in ([2], sorted(above)):
        (more, of), (less, rest) = sorted(above.values(), reverse=True)
    elif "between" not in asked and len(ends) == 1 and ends[0] in above:
        (more, of), (less, rest) = (100.0, texts.figure(100, "%")), above[ends[0]]
    else:
        return ""
    return texts.LESS.format(texts.figure(more - less, "%"), of, rest)


def _reckoned(asked: Sequence[str], told: Sequence[str]) -> str:
    """Reckon with what an answer counts: "how many weeks is that", "how many cases per service".

    Gives "" for any other message.
    """
    counts = [one for one in Amount.all_in(told) if one.noun and not one.unit]
    own = grammar.RECKONING | _NEARLY
    named = {stem(one) for one in grammar.content(asked) if one.isalpha() and one not in own}
    for short in counts:
        ratio, longer = _LONGER.get(short.noun[0], (1, short.noun[0]))
        if named - {short.counted[0]} == {stem(longer)}:
            whole = texts.figure(short.value / ratio, longer)
            return texts.RECKONED.format(whole, f"{short.said} {short.noun[0]}")
    if len(counts) != 2 or not (by := _PER.search(" ".join(asked))):
        return ""
    each = stem(by[1] or "each")
    # "Cases per service", and "cases each".
    over, of = sorted(counts, key=lambda o: (o.counted[0] != each, o.counted[0] in named))
    if not over.value or not named <= {of.counted[0], over.counted[0]}:
        return ""
    names = (f"{one.said} {one.noun[0]}" for one in (of, over))
    return texts.EACH.format(texts.figure(of.value / over.value, ""), *names)
