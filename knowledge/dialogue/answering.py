"""Messages as people hold a conversation: what each says or asks, and the reply to all of it.

A message is taken apart, or read after what was said last, only where the matcher is surer of
that reading than of the message by itself.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge import dates, texts
from knowledge.dialogue import (
    amounts,
    computing,
    decision,
    follow_up,
    grammar,
    languages,
    lists,
    mismatch,
    reckoning,
    remarks,
    splitting,
)
from knowledge.dialogue.decision import SHARED, as_question, decide
from knowledge.dialogue.splitting import ALL, CERTAIN, SURE, Piece
from knowledge.matching.matcher import Matcher, Weighed
from knowledge.matching.question import KINDS
from knowledge.matching.spelling import rarity
from knowledge.matching.text import is_number, stem, words
from knowledge.model import (
    NO_CONTEXT,
    Answer,
    Context,
    Explanation,
    Fact,
    Match,
    Near,
    Remark,
    Reply,
    Suggestions,
    Unknown,
)
from knowledge.snapshot import Snapshot

# A message of more words is a letter or a copied text: only what it asks is answered.
LETTER = 30
# An exact way of asking of so many words is never bent by what was said before it.
WHOLE = 3
# A word rarer than this in English text is hardly English.
RARE = 17
# What is said of what was said last, and means nothing where nothing was.
_OF_THE_LAST = frozenset("source link more again shorter simpler quote vouch sure".split())


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a message is answered from: the entries, what was said last, what they belong to."""

    matcher: Matcher
    context: Context = NO_CONTEXT
    snapshot: Snapshot | None = None

    def reply(self, text: str) -> Reply:
        """Answer a message."""
        return self.answered(text)[0]

    def explain(self, text: str) -> Explanation:
        """Answer a message and show how the answer came about."""
        reply, reading = self.answered(text)
        # What was weighed is the reading that was used, not the words as they stand.
        understood = next((match.asked for match in reply.matches), "")
        told = self.matcher.explain(understood or text)
        return replace(told, question=text, verdict=texts.verdict(reply), reading=reading)

    def answered(self, text: str) -> tuple[Reply, tuple[str, ...]]:
        """Give the reply to a message, and how it was read."""
        phrased = self.matcher.phrased(text)
        # "IT" in a message that is not all in capitals is no "it".
        plain = phrased or text.isupper()
        spelt = text if plain else re.sub(r"\bIT\b(?! systems)", "IT systems", text)
        reply, notes = self._read(spelt, phrased=phrased is not None)
        return decision.contested(reply, self.matcher.facts, phrased), notes

    def _read(self, text: str, *, phrased: bool) -> tuple[Reply, tuple[str, ...]]:
        if remark := self._remark(text, phrased=phrased):
            return remark, (texts.REMARK,)
        if phrased:
            # An exact way of asking is never bent by what was said before it.
            is_whole = len(words(text)) > WHOLE
            piece = self._piece(text, NO_CONTEXT if is_whole else self.context)
            return piece.reply, piece.notes
        spoken = self.matcher.read(text)[0].tokens
        strange = sum(not self._knows(word) for word in spoken) / max(len(spoken), 1)
        if strange and (other := languages.reply_to(self.matcher, text, strange)):
            return other, (texts.OTHER_LANGUAGE,)
        left = remarks.plain(text)
        about, wish = remarks.unframed(text)
        # "What did it find", of what was spoken of, wishes for no report.
        said = self.context.answered[:1]
        leans = said not in ((), (lists.WHOLE,)) and grammar.points(words(about))
        told = self.snapshot and not leans and lists.overview(self.snapshot, about, wished=wish)
        if told:
            return told, (texts.OVERVIEW,)
        text = about if about != left else text
        pieces = self._pieces(text)
        reply, notes = splitting.together(pieces)
        if len(reply.matches) > 1 and (reckoned := self._reckoned(text, reply)):
            return reckoned, notes
        sure = isinstance(reply, Answer) and pieces[0].known >= SURE
        if wish and not sure and (listed := lists.subject(self.matcher, about)):
            return listed, (texts.OVERVIEW,)
        if remarks.asks_for_a_view(text):
            viewed = _viewed(self.matcher, self.context, reply, pieces)
            return viewed, (*notes, texts.VIEW)
        return reply, notes

    def _remark(self, text: str, *, phrased: bool) -> Reply | None:
        """Give what a message remarks on; what was asked for in these very words is a question."""
        kind = remarks.remark_in(text)
        if kind is None or (phrased and kind not in _OF_THE_LAST):
            return None
        known, said = self.matcher.by_id, self.context.computed
        last = self.context.answered or self.context.offered[:1]
        facts = tuple(known[one] for one in last if one in known)
        facts = tuple(replace(one, answer=said, plain="") for one in facts) if said else facts
        if kind == "vouch" and facts:
            when = dates.main_date(facts[0])
            if when and not {"who", "say", "write"} & set(words(text)):
                return Answer((Match(facts[0], lists.PICKED, texts.OF_DATE.format(when), said),))
        return None if kind in _OF_THE_LAST and not facts else Remark(kind=kind, facts=facts)

    def _reckoned(self, text: str, reply: Reply) -> Answer | None:
        """Put together what the parts of a message found, where that is asked: "A plus B"."""
        wants = [w for w in words(text) if grammar.WANTS.get(w) in ("sum", "apart")]
        after = self.context.after(text, reply)
        match = reckoning.between(self.matcher, " ".join(wants), after) if wants else None
        return Answer((match,)) if match else None

    def _knows(self, word: str) -> bool:
        """Tell whether a word is English, or used by the entries."""
        used = stem(word) in self.matcher.index.lexicon.numbers
        return used or is_number(word) or rarity(word) < RARE

    # --- Several questions ------------------------------------------------------------------------

    def _pieces(self, text: str) -> Sequence[Piece]:
        """Take a message apart; of a long one only what it asks is answered."""
        # "… – is that right?" asks of what stands before it.
        asked, left = splitting.questions(text), as_question(remarks.plain(text))
        if len(text.split()) > LETTER and not (asked or grammar.QUESTION & {*words(text)}):
            near = decide(self.matcher.weigh(self.matcher.read(text)[0]).matches)
            offered = Suggestions(near.matches) if isinstance(near, Answer) else near
            return (Piece(text, offered, 0.0),)
        if len(asked) > 1:
            pieces: list[Piece] = []
            self.matcher.expect(asked)
            before = self.context
            for one in asked:
                # Each may lean on the one before it.
                pieces += self._parts(one, before)
                before = self.context.after(pieces[-1].text, pieces[-1].reply)
            return pieces
        # What stands before the question may belong to it or not.
        clause = "" if grammar.opens(words(left)) else splitting.last_clause(left)
        only = next((one for one in (*asked, clause) if one and as_question(one) != left), "")
        self.matcher.expect([left, only] if only else ())
        whole = self._parts(left, self.context)
        if whole[0].is_certain or len(whole) > 1:
            return whole
        rest = self._parts(only, self.context) if only else whole
        # "The one on youth services, what was that" points at what stands before it.
        within = whole[0].known >= SURE and (rest[0].leant or whole[0].explained >= ALL)
        return rest if rest[0].known > whole[0].known and not within else whole

    def _parts(self, text: str, context: Context) -> Sequence[Piece]:
        whole = self._piece(text, context)
        return splitting.parts_of(self.matcher, whole, context, self._piece)

    # --- One question -----------------------------------------------------------------------------

    def _piece(self, text: str, context: Context) -> Piece:
        """Answer a question as one, whatever marks it carries."""
        if self.matcher.phrased(text) is not None:
            return self._undated(text, context)
        reports = {one.id: one for one in self.snapshot.reports} if self.snapshot else {}
        only = next(iter(reports.values())) if len(reports) == 1 else None
        shown = follow_up.spoken_of(self.matcher, context)
        last = context.before or context
        text = dates.stepped(text, f"{last.question} {context.question}", shown, only)
        marks = mismatch.Marks.of(self.matcher, dates.relative(text, only), reports)
        whole = self._undated(text, context)
        if not (marks and marks.dates):
            whole = replace(whole, reply=mismatch.of_its_time(whole.reply, text, reports))
        if marks is None:
            return whole
        rest = self._undated(remarks.unframed(marks.left)[0], context)
        reply = marks.chosen(whole.reply, rest.reply)
        if reply is whole.reply:
            return whole
        when = texts.listed(list(map(str, marks.dates)))
        dated = (texts.DATED.format(when),) if when else ()
        return replace(rest, text=text, reply=reply, notes=(*rest.notes, *dated))

    def _undated(self, text: str, context: Context) -> Piece:
        """Answer a question as it stands: by its place, from a table, by itself or following on."""
        matcher, exact = self.matcher, self.matcher.phrased(text)
        text = text if exact else grammar.put_right(as_question(text))
        read = matcher.read(text)[0]
        named = grammar.content(read.tokens)
        # "That's 30%" puts a figure forward for what was said.
        points = context.answered and grammar.points(words(text))
        itself = not (exact or points or grammar.asks_whether(read.tokens))
        figure = amounts.figure_in(named, text) if itself else ""
        if figure and KINDS[read.asks] in ("what", "keywords", "money"):
            # "What was the £8.5m for".
            reply = decision.holding(matcher.facts, figure)
            leads = any(one.confidence >= SHARED for one in reply.matches)
            if not leads and (match := computing.of_figure(matcher, figure)):
                reply = Answer((match,))
            return Piece(text, reply, lists.PICKED if reply.matches else 0.0)
        # What carries on ("ok and vacancies") is weighed without the words that say so.
        begin = 0 if exact else grammar.marker(read.tokens) % len(read.tokens or [0])
        weighed = matcher.reread(read.tokens[begin:]) if begin else matcher.weigh(read)
        pick = None if exact else lists.picked(matcher, text, context)
        if told := self._computed(text, weighed, context, exact):
            return told
        if pick:
            if more := lists.beyond(text):
                # "The third one, what did CRCs get for it" asks of the item.
                asked = self._undated(lists.of_item(more, pick.matches[0].asked), NO_CONTEXT)
                body = matcher.contrasts.named(matcher.read(more)[0].tokens)
                least = SURE if grammar.points(words(more)) else CERTAIN
                own = decision.answer_of(asked.reply) if asked.known >= least else None
                if own and (body or not own.computed):
                    # The next place is one in the same list.
                    reply = Answer((replace(own, of=pick.matches[0].of),))
                    notes = (texts.PICKED, *asked.notes)
                    return replace(asked, reply=reply, leant=True, notes=notes)
                if lacks := mismatch.lacks_in(matcher, read, pick.matches[0].fact):
                    pick = Near((replace(pick.matches[0], lead=lacks),))
            return Piece(text, pick, lists.PICKED, leant=True, notes=(texts.PICKED,))
        alone = decide(weighed.matches) if exact else mismatch.settled(matcher, read, weighed)
        first = next(iter(alone.matches or weighed.matches), None)
        shown = follow_up.spoken_of(matcher, context)
        leant = follow_up.lean(matcher, read.tokens, context, alone, weighed)
        if isinstance(leant, Answer) and exact is None:
            leant = mismatch.after_another(matcher, read, leant.matches[0]) or leant
        if leant is not None:
            notes = (texts.FOLLOWED.format(shown.question),) if shown else ()
            sure = leant.matches[0].confidence if leant.matches else 0.0
            return Piece(text, leant, sure, leant=True, notes=notes)
        if alone == Unknown():
            # What has no words that are known here asks nothing that a report could say.
            alone = Unknown(unread=sum(map(self._knows, named)) * 2 <= len(named))
        rests = (first.confidence, matcher.explained(first.fact, named)) if first else (0.0, 0.0)
        return Piece(text, alone, *rests)

    def _computed(
        self, text: str, weighed: Weighed, context: Context, exact: Fact | None
    ) -> Piece | None:
        """Answer a question from a table: the one it asks about, or the one spoken of last."""
        # With nothing said before, only a figure in the message can be reckoned with.
        said = self.matcher.read(text)[0].tokens
        begun = context.answered or "per" in said or any(map(is_number, said))
        if begun and (
            match := reckoning.of_answer(self.matcher, text, context, weighed)
            or reckoning.between(self.matcher, text, context)
            or computing.follow(self.matcher, text, context, brief=True)
        ):
            settles = match.lead != texts.CANT_TELL
            return _from_table(text, Answer((match,)) if settles else Near((match,)), context)
        counts = exact is None or len(exact.figures) > 1
        told = computing.compute(self.matcher, text, weighed) if counts else None
        named = {*grammar.content(words(text))} - grammar.RECKONING
        # "The worst ones", "over 20%" of what was said are of no other table, nor is "NPS or CRC";
        # a row with a column is.
        bodies = self.matcher.contrasts.named
        own = [one for one in named if not (is_number(one) or bodies([one]))]
        bare = not own and len(bodies([*named])) < 2
        last = context.answered
        other = told and last and bare and told.matches[0].fact.id not in last
        if told and not other:
            return _from_table(text, told)
        alone = decide(weighed.matches)
        spoken = {*last, *(one.fact.id for one in (told.matches if told else ()))}
        if exact or (isinstance(alone, Answer) and alone.matches[0].fact.id not in spoken):
            return None
        if match := computing.follow(self.matcher, text, context, brief=False):
            return _from_table(text, Answer((match,)), context)
        return None


def _from_table(text: str, reply: Answer | Near, after: Context | None = None) -> Piece:
    (match,) = reply.matches
    notes = (texts.FOLLOWED.format(after.question),) if after else ()
    worked = texts.COMPUTED_FROM.format(match.fact.question)
    return Piece(text, reply, match.confidence, leant=bool(after), notes=(*notes, worked))


def _viewed(matcher: Matcher, context: Context, reply: Reply, pieces: Sequence[Piece]) -> Reply:
    """Say that a report neither judges nor predicts, unless it has a fact on just that."""
    match reply:
        case Answer((first,)) if pieces[0].leant and first.confidence >= follow_up.MEANT:
            return Near((replace(first, lead=texts.NO_VIEW),))
        case Answer(matches) if not pieces[0].leant:
            sure = all(p.is_certain and p.is_accounted for p in pieces)
            return reply if sure else Suggestions(matches, note=texts.NO_VIEW)
        case Answer() | Suggestions() | Unknown() if follow_up.spoken_of(matcher, context):
            return follow_up.unjudged(matcher, context)
        case Suggestions() | Unknown():
            return replace(reply, note=texts.NO_VIEW)
    return reply
