"""The matcher: from a question to weighed facts, over all live facts at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.asking import Contrasts, asks, numbers
from knowledge.confidence import FEATURES
from knowledge.decision import Bands, decide
from knowledge.evidence import Candidates, Evidence, Profile, Question
from knowledge.hallmarks import Hallmarks
from knowledge.index import Index
from knowledge.lessons import Learned, learn
from knowledge.meaning import meanings
from knowledge.model import Candidate, Explanation, Fact, Match, Reply, Term
from knowledge.neighbours import Rows
from knowledge.spelling import Speller
from knowledge.text import Vocabulary, stem, words
from knowledge.vectors import Floats

# Of a knowledge base's own phrasings, held out, the share that may be answered wrongly: the
# confidence from which a fact is given as the answer follows from it.
WRONG_AT_MOST = 0.04
# Part of an answer's content that another answer must hold to answer the same question.
COVERS = 0.85
# What is left, at most, of the confidence needed when qualifiers disagree.
STOPPED = 0.9
CONFLICT = FEATURES.index("conflict")
YEAR = re.compile(r"20\d\d(/20\d\d)?")
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
    """Answers questions from a fixed set of facts; replaced whole when they change."""

    def __init__(
        self,
        facts: Iterable[Fact],
        terms: Sequence[Term] = (),
        *,
        index: Index | None = None,
        learned: Learned | None = None,
        wrong_at_most: float = WRONG_AT_MOST,
    ) -> None:
        self.facts = live(facts)
        self._place = {fact.id: place for place, fact in enumerate(self.facts)}
        self._vocabulary = Vocabulary(terms)
        self.contrasts = Contrasts(terms)
        self.index = index or Index.build(self.facts, self._vocabulary)
        self._vectoriser = self.index.vectoriser
        tokens, owner = self.index.tokens, self.index.owner
        self._exact = {
            row: int(fact) for row, fact in zip(reversed(tokens), owner[::-1], strict=True) if row
        }
        self._speller = Speller(
            (token for row in tokens for token in row), self._vocabulary.single_words
        )
        spoken: dict[int, set[str]] = defaultdict(set)
        for row, fact in zip(tokens, owner.tolist(), strict=True):
            spoken[fact] |= numbers(row)
        self._profiles = [
            self._profile(fact, frozenset(spoken[place])) for place, fact in enumerate(self.facts)
        ]
        self._evidence = Evidence(self.index, self._profiles)
        self._hallmarks = Hallmarks(
            [fact.report for fact in self.facts], self._vectoriser.counts, owner
        )
        if learned is None or not learned.still_holds(len(owner)):
            gaps = sum(fact.is_gap for fact in self.facts) / max(len(self.facts), 1)
            learned = learn(self._evidence, owner, self._row, gaps, wrong_at_most)
        self.learned = learned
        self.bands = Bands(answer=learned.answer)

    def ask(self, question: str) -> Reply:
        """Answer a question: an answer, suggestions or unknown."""
        return decide(self.weigh(self.read(question)[0]).matches, self.bands)

    def read(self, question: str) -> tuple[Question, tuple[tuple[str, str], ...]]:
        """Read a question, its words repaired; also gives the repairs made."""
        typed = self._vocabulary.apply(words(question))
        repaired = [self._speller.repair(token) for token in typed]
        repairs = tuple(
            (token, " ".join(better))
            for token, better in zip(typed, repaired, strict=True)
            if better != (token,)
        )
        tokens = tuple(token for better in repaired for token in better)
        if repairs:
            tokens = tuple(self._vocabulary.apply(list(tokens)))
        return self._question(question, tokens), repairs

    def weigh(self, question: Question) -> Weighed:
        """Give the candidates of a question with their probabilities, likeliest first."""
        if not question.tokens or not self.facts:
            return Weighed((), 1.0, None)
        found = self._evidence.gather(question)
        chances, none = self.learned.logit.probabilities(found.features)
        report = self._hallmarks.named(question.stem_numbers)
        if report is not None:
            # A question about one report is not answered by another.
            theirs = self._hallmarks.number_of[found.facts] != report
            none += float(chances[theirs].sum())
            chances = np.where(theirs, np.float32(0), chances)
        exact = self._exact.get(question.tokens)
        if exact is not None:
            chances, none = _sure(found.facts, chances, none, exact)
        else:
            chances = self._stopped(question, found, chances)
        if chances.max(initial=0.0) < self.bands.answer:
            chances = self._shared(found, chances)
        order = np.argsort(-chances, kind="stable")
        found = Candidates(found.facts[order], found.features[order], found.near)
        matches = tuple(
            Match(self.facts[fact], float(chance))
            for fact, chance in zip(found.facts, chances[order], strict=True)
        )
        return Weighed(matches, none, found)

    def reread(self, tokens: tuple[str, ...]) -> Weighed:
        """Weigh a question made of words that were read already."""
        return self.weigh(self._question(" ".join(tokens), tokens))

    def phrased(self, question: str) -> Fact | None:
        """Give the fact that has this very question among its phrasings."""
        place = self._exact.get(self.read(question)[0].tokens)
        return None if place is None else self.facts[place]

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
        return fact.id == other.id or self._covers(self._place[fact.id], self._place[other.id])

    def _stopped(self, question: Question, found: Candidates, chances: Floats) -> Floats:
        """Keep facts about another body, level or year from being given as the answer."""
        rivals = found.features[:, CONFLICT] > 0
        years = {number for number in question.numbers if YEAR.fullmatch(number)}
        other_year = np.array(
            [bool(years - self._profiles[fact].numbers) for fact in found.facts], bool
        )
        return np.where(
            rivals | other_year, np.minimum(chances, STOPPED * self.bands.answer), chances
        )

    def _shared(self, found: Candidates, chances: Floats) -> Floats:
        """Add to each fact the probability of others whose whole answer it gives as well."""
        shared = chances.copy()
        for place, fact in enumerate(found.facts):
            for other, rival in enumerate(found.facts):
                if place != other and self._covers(int(fact), int(rival)):
                    shared[place] += chances[other]
        return np.minimum(shared, 1)

    def _covers(self, fact: int, other: int) -> bool:
        """Tell whether a fact's answer and detail hold what another fact's answer says."""
        said, given = self._profiles[fact], self._profiles[other]
        if said.gap or given.gap or not given.numbers_given <= said.numbers:
            return False
        idf = self._vectoriser.stem_idf
        wanted = list(given.own_stems)
        held = [stem for stem in wanted if stem in said.answer_stems]
        return bool(wanted) and float(idf[held].sum()) >= COVERS * float(idf[wanted].sum())

    def _row(self, row: int) -> Question:
        tokens = self.index.tokens[row]
        meant = self.index.meanings
        return self._question(" ".join(tokens), tokens, None if meant is None else meant[row])

    def _question(
        self, text: str, tokens: tuple[str, ...], meaning: Floats | None = None
    ) -> Question:
        if meaning is None and self.index.meanings is not None and tokens:
            meaning = meanings([" ".join(tokens)])[0]
        stems = tuple(stem(token) for token in tokens)
        return Question(
            text=text,
            tokens=tokens,
            stems=stems,
            vector=self._vectoriser.vector(stems),
            meaning=meaning,
            stem_numbers=tuple(self._vectoriser.stem_number(s) for s in stems),
            asks=asks(tokens),
            numbers=numbers(tokens),
            named=self.contrasts.named(tokens),
        )

    def _profile(self, fact: Fact, spoken: frozenset[str]) -> Profile:
        asked = self._vocabulary.apply(words(fact.question))
        answer = self._vocabulary.apply(words(fact.answer))
        given = answer + self._vocabulary.apply(words(fact.detail))
        return Profile(
            numbers=numbers([*asked, *given]) | spoken,
            numbers_given=numbers(answer),
            named=self.contrasts.named(asked) or self.contrasts.named(given),
            gap=fact.is_gap,
            own_stems=self._numbered(answer),
            answer_stems=self._numbered(given),
        )

    def _numbered(self, tokens: Iterable[str]) -> frozenset[int]:
        found = (self._vectoriser.stem_number(stem(token)) for token in tokens)
        return frozenset(number for number in found if number is not None)

    def _nearest(self, found: Candidates, fact: int) -> str:
        mine = np.flatnonzero(self.index.owner[found.near.rows] == fact)
        row = int(found.near.rows[mine[found.near.cosines[mine].argmax()]])
        return self.facts[fact].phrasings[row - int(np.searchsorted(self.index.owner, fact))]


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
