"""The matcher: from a question to weighed facts, over all live facts at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import astuple, dataclass, replace
from itertools import chain

import numpy as np

from knowledge.dialogue.decision import WRONG_AT_MOST, Bands, decide
from knowledge.matching import embeddings, pretrained
from knowledge.matching.calibration import learn
from knowledge.matching.confidence import FEATURES, SURE, Logit
from knowledge.matching.features import Candidates, Evidence
from knowledge.matching.index import Index
from knowledge.matching.learned import Learned
from knowledge.matching.neighbours import Neighbours
from knowledge.matching.postings import Postings, Rows
from knowledge.matching.profiles import Profile, Profiles
from knowledge.matching.question import Question, Read, Reader
from knowledge.matching.question_type import YEAR, Contrasts
from knowledge.matching.report_words import Hallmarks
from knowledge.matching.spelling import Speller
from knowledge.matching.text import Vocabulary, words
from knowledge.matching.tfidf import Floats
from knowledge.matching.verbatim import Verbatim
from knowledge.model import Candidate, Explanation, Fact, Match, Reply, Term

# Part of an answer's content that another answer must hold to answer the same question.
COVERS = 0.85
# What is left, at most, of the confidence needed when qualifiers disagree.
STOPPED = 0.9
CONFLICT = FEATURES.index("conflict")
# The confidence of a question typed exactly as a phrasing stands.
EXACT = 0.99


@dataclass(frozen=True, slots=True)
class Weighed:
    """Matches, likeliest first, the probability of none of them, and what they rest on."""

    matches: tuple[Match, ...]
    none: float
    found: Candidates | None


def live(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Give the facts that may be answered, in the order of their ids."""
    return tuple(sorted((f for f in facts if not f.retired), key=lambda f: f.id))


class Matcher:
    """Answers questions from a fixed set of facts; replaced whole when they change.

    One that `waits` loads the sentence encoder when it first needs it; another answers by words
    alone until the encoder is loaded.
    """

    def __init__(
        self,
        facts: Iterable[Fact],
        terms: Sequence[Term] = (),
        *,
        index: Index | None = None,
        learned: Learned | None = None,
        wrong_at_most: float = WRONG_AT_MOST,
        waits: bool = True,
    ) -> None:
        self._waits, self.terms = waits, tuple(terms)
        ordered = live(facts)
        vocabulary, self.contrasts = Vocabulary(terms), Contrasts(terms)
        self.index = index or Index.build(ordered, vocabulary)
        if not (self.index.is_whole or (learned and learned.still_holds(self.index.live))):
            # What has been edited is read anew before anything is learned from it.
            self.index = Index.build(ordered, vocabulary, self.index)
        self._facts = {self.index.numbers[fact.id]: fact for fact in ordered}
        self._verbatim = Verbatim(self.index)
        self._speller = Speller(chain.from_iterable(self.index.tokens), vocabulary.single_words)
        self._set(vocabulary, Postings(self.index.vectoriser.matrix))
        some = ordered[0].report if ordered else ""
        reports = dict.fromkeys(self.index.numbers.values(), some)
        reports |= {number: fact.report for number, fact in self._facts.items()}
        self._hallmarks = Hallmarks(list(reports.values()), self.index)
        if learned is None or not learned.still_holds(self.index.live):
            learned = pretrained.load().learned_from([" ".join(row) for row in self.index.tokens])
        if learned is None:
            gaps = sum(fact.is_gap for fact in ordered) / max(len(ordered), 1)
            learned = learn(self._evidence, self.index.owner, self._reader.row, gaps)
        self.learned = learned
        self.bands = Bands(answer=learned.answer_from(wrong_at_most))

    @classmethod
    def build(
        cls,
        facts: Iterable[Fact],
        terms: Sequence[Term] = (),
        *,
        before: Matcher | None = None,
        kept: bytes | None = None,
        wrong_at_most: float = WRONG_AT_MOST,
        waits: bool = True,
    ) -> Matcher:
        """Build a matcher; one `before`, or what an earlier one `kept`, makes it quicker."""
        ordered, learned = live(facts), before.learned if before else None
        if before is not None and list(terms) == list(before.terms):
            known = {fact.id: fact for fact in before.facts}
            changed = [fact for fact in ordered if known.get(fact.id) != fact]
            made = before.edited(changed, known.keys() - {fact.id for fact in ordered})
            if made is not None:
                return made
        if kept:
            read = json.loads(kept)
            logits = [Logit(tuple(weights), none) for weights, none in read[:2]]
            learned = Learned(logits[0], logits[1], tuple(read[2]), *read[3:])
        index = Index.build(ordered, Vocabulary(terms), before.index if before else None)
        return cls(
            ordered,
            terms,
            index=index,
            learned=learned,
            wrong_at_most=wrong_at_most,
            waits=waits,
        )

    def kept(self) -> bytes:
        """Give what makes the next start quicker."""
        return json.dumps(astuple(self.learned)).encode()

    def edited(self, changed: Iterable[Fact], gone: Iterable[str] = ()) -> Matcher | None:
        """Give a matcher with some facts changed or added, and those of the ids `gone` taken out.

        Takes milliseconds, since nearly everything is shared with this one. What is rare, and which
        words tell reports apart, stays as it is until the next matcher is made. None when too much
        has changed for that.
        """
        changes = {fact.id: fact for fact in changed}
        left = [fact for fact in changes.values() if not fact.retired]
        out = ({*gone, *changes} - {fact.id for fact in left}) & self.index.numbers.keys()
        phrasings = {f.id: f.phrasings for f in left} | dict.fromkeys(out, ())
        index = self.index.edited(phrasings, self._reader.vocabulary)
        if index is None or not self.learned.still_holds(index.live):
            return None
        made = copy(self)
        made.index = index
        made._facts = self._facts | {index.numbers[f.id]: f for f in left}
        for fact_id in out:
            made._facts.pop(index.numbers[fact_id], None)
        hallmarks = self._hallmarks.edited({index.numbers[f.id]: f.report for f in left})
        if hallmarks is None:
            return None
        made._hallmarks = hallmarks
        made._verbatim = self._verbatim.edited(self.index, index)
        if new := index.tokens[len(self.index.tokens) :]:
            made._speller = self._speller.extended(chain.from_iterable(new))
        made._set(self._reader.vocabulary, self._evidence.neighbours.base)
        return made

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Give the facts that may be answered, in the order of their ids."""
        return live(self._facts.values())

    def _set(self, vocabulary: Vocabulary, base: Postings) -> None:
        """Make what is cheap to make of an index."""
        index = self.index
        self._last_read: tuple[str, Read | None] = ("", None)
        self._reader = Reader(index, vocabulary, self.contrasts, self._speller)
        self._profiles = Profiles(self._facts, index, vocabulary, self.contrasts)
        neighbours = Neighbours(base, index.meanings, index.vectoriser.added, index.dead)
        self._evidence = Evidence(index, self._profiles, neighbours)

    def ask(self, question: str) -> Reply:
        """Answer a question: an answer, suggestions or unknown."""
        return decide(self.weigh(self.read(question)[0]).matches, self.bands)

    def read(self, question: str) -> Read:
        """Read a question, its words repaired; also gives the repairs made."""
        # A message is read more than once on its way to a reply.
        text, done = self._last_read
        if done is None or text != question:
            done = self._reader.read(question)
            self._last_read = question, done
        return done

    def weigh(self, question: Question) -> Weighed:
        """Give the candidates of a question with their probabilities, likeliest first.

        What words leave open is weighed again with the question's meaning, once that can be read.
        """
        if not question.tokens or not self._facts:
            return Weighed((), 1.0, None)
        by_words = self._weigh(question, self.learned.words)
        sure = bool(by_words.matches) and by_words.matches[0].confidence >= SURE
        if sure or not self._evidence.neighbours.reads_meanings:
            return by_words
        if not (self._waits or embeddings.is_loaded()):
            return by_words
        meant = embeddings.meanings([" ".join(question.tokens)])[0]
        return self._weigh(replace(question, meaning=meant), self.learned.meaning)

    def _weigh(self, question: Question, logit: Logit) -> Weighed:
        found = self._evidence.gather(question)
        chances, none = logit.probabilities(found.features)
        report = self._hallmarks.named(question.stem_numbers)
        if report is not None:
            # A question about one report is not answered by another.
            theirs = self._hallmarks.number_of[found.facts] != report
            none += float(chances[theirs].sum())
            chances = np.where(theirs, np.float32(0), chances)
        owner = self._verbatim.owner(question.tokens)
        if owner is not None:
            chances, none = _sure(found.facts, chances, none, owner)
        else:
            chances = self._stopped(question, found, chances)
        if chances.max(initial=0.0) < self.bands.answer:
            chances = self._shared(found, chances)
        order = np.argsort(-chances, kind="stable")
        found = Candidates(found.facts[order], found.features[order], found.near)
        matches = tuple(
            Match(self._facts[fact], float(chance))
            for fact, chance in zip(found.facts.tolist(), chances[order], strict=True)
        )
        return Weighed(matches, none, found)

    def reread(self, tokens: tuple[str, ...], kind: int | None = None) -> Weighed:
        """Weigh words that were read already; `kind` is what they ask for, if they don't tell."""
        question = self._reader.question(" ".join(tokens), tokens)
        return self.weigh(question if kind is None else replace(question, asks=kind))

    def profile(self, fact: Fact) -> Profile:
        """Give what a fact holds and is asked with."""
        return self._profiles[self.index.numbers[fact.id]]

    def phrased(self, question: str) -> Fact | None:
        """Give the fact that has this very question among its phrasings."""
        owner = self._verbatim.owner(self.read(question)[0].tokens)
        return None if owner is None else self._facts[owner]

    def explain(self, question: str) -> Explanation:
        """Answer a question and show how the answer came about."""
        read, repairs = self.read(question)
        weighed = self.weigh(read)
        found = weighed.found
        candidates = (
            ()
            if found is None
            else tuple(
                Candidate(
                    match.fact,
                    match.confidence,
                    tuple(zip(FEATURES, found.features[place].tolist(), strict=True)),
                    self._nearest(found, int(found.facts[place])),
                )
                for place, match in enumerate(weighed.matches)
            )
        )
        reply = decide(weighed.matches, self.bands)
        return Explanation(
            question, " ".join(read.tokens), repairs, reply, weighed.none, candidates
        )

    def answers_both(self, fact: Fact, other: Fact) -> bool:
        """Tell whether a fact's answer is, or holds, the answer of another."""
        if fact.id == other.id:
            return True
        said, given = (self._profiles[self.index.numbers[one.id]] for one in (fact, other))
        return self._covers(said, given)

    def _stopped(self, question: Question, found: Candidates, chances: Floats) -> Floats:
        """Keep facts about another body, level or year from being given as the answer."""
        rivals = found.features[:, CONFLICT] > 0
        years = {number for number in question.numbers if YEAR.fullmatch(number)}
        other_year = np.array(
            [bool(years - self._profiles[fact].numbers) for fact in found.facts.tolist()], bool
        )
        return np.where(
            rivals | other_year, np.minimum(chances, STOPPED * self.bands.answer), chances
        )

    def _shared(self, found: Candidates, chances: Floats) -> Floats:
        """Add to each fact the probability of others whose whole answer it gives as well.

        Of two that say the same, the likelier takes it all: they are no rivals.
        """
        shared = chances.copy()
        profiles = [self._profiles[fact] for fact in found.facts.tolist()]
        order = np.argsort(-chances, kind="stable").tolist()
        for rank, place in enumerate(order):
            for other_rank, other in enumerate(order):
                if place == other or not self._covers(profiles[place], profiles[other]):
                    continue
                if rank < other_rank or not self._covers(profiles[other], profiles[place]):
                    shared[place] += chances[other]
        return np.minimum(shared, 1)

    def _covers(self, said: Profile, given: Profile) -> bool:
        """Tell whether a fact's answer and detail hold what another fact's answer says."""
        if said.gap or given.gap or not given.numbers_given <= said.numbers:
            return False
        held = given.own_stems & said.answer_stems
        # Most answers have too little in common to be worth weighing.
        if not held:
            return False
        idf = self.index.vectoriser.idf
        return float(idf[list(held)].sum()) >= COVERS * float(idf[list(given.own_stems)].sum())

    def _nearest(self, found: Candidates, fact: int) -> str:
        mine = np.flatnonzero(self.index.owner[found.near.rows] == fact)
        row = int(found.near.rows[mine[found.near.cosines[mine].argmax()]])
        tokens = self.index.tokens[row]
        return next(
            phrasing
            for phrasing in self._facts[fact].phrasings
            if tuple(self._reader.vocabulary.apply(words(phrasing))) == tokens
        )


def _sure(candidates: Rows, chances: Floats, none: float, exact: int) -> tuple[Floats, float]:
    """Make the fact whose phrasing was typed to the word nearly certain."""
    others = 1 - EXACT
    place = np.flatnonzero(candidates == exact)
    if not len(place):
        return chances, none
    rest = max(float(chances.sum()) + none - float(chances[place[0]]), 1e-9)
    scaled = chances * (others / rest)
    scaled[place[0]] = EXACT
    return scaled, none * others / rest
