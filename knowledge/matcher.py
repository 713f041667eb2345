"""The matcher: from a question to a reply, over all live facts at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.asking import Contrasts, asks, numbers
from knowledge.confidence import FEATURES, SHIPPED, Example, fit
from knowledge.evidence import Candidates, Evidence, Profile, Question
from knowledge.model import (
    Answer,
    Candidate,
    Explanation,
    Fact,
    Match,
    Reply,
    Suggestions,
    Term,
    Unknown,
)
from knowledge.neighbours import Rows
from knowledge.spelling import Speller
from knowledge.text import Vocabulary, stem, words
from knowledge.vectors import Floats, Ints, Vectoriser

# Phrasings that the confidence is learned from, and the fewest it can be learned from.
LESSONS = 1_500
FEWEST_LESSONS = 500
FOLDS = 5
# The least share of examples that also serve with their fact left out.
FEWEST_OUTSIDE = 0.1
SHOWN = 4
# Of a knowledge base's own phrasings, held out, the share that may be answered wrongly: the
# confidence from which a fact is given as the answer follows from it.
WRONG_AT_MOST = 0.04
# Part of an answer's content that another answer must hold to answer the same question.
COVERS = 0.85
# The least confidence that any answer is given with.
SHAKY = 0.3
# The confidence of a question typed exactly as a phrasing stands.
EXACT = 0.99


@dataclass(frozen=True, slots=True)
class Bands:
    """Probabilities that decide between an answer, a gap and suggestions."""

    # The least confidence of an answer.
    answer: float = 0.6
    # The least confidence with which a gap is given although facts may be meant ...
    gap: float = 0.6
    # ... and the mass of facts below which that is not so.
    doubt: float = 0.1
    # The least mass of facts worth offering at all.
    suggest: float = 0.02


@dataclass(frozen=True, slots=True)
class Weighed:
    """Matches, likeliest first, the probability of none of them, and what they rest on."""

    matches: tuple[Match, ...]
    none: float
    found: Candidates | None


class Matcher:
    """Answers questions from a fixed set of facts; replaced whole when they change."""

    def __init__(
        self,
        facts: Iterable[Fact],
        terms: Sequence[Term] = (),
        wrong_at_most: float = WRONG_AT_MOST,
    ) -> None:
        self.facts = tuple(sorted((f for f in facts if not f.retired), key=lambda f: f.id))
        self._place = {fact.id: place for place, fact in enumerate(self.facts)}
        self._vocabulary = Vocabulary(terms)
        self.contrasts = Contrasts(terms)
        rows = [
            (number, phrasing, tokens)
            for number, fact in enumerate(self.facts)
            for phrasing in fact.phrasings
            if (tokens := self._vocabulary.apply(words(phrasing)))
        ]
        self._phrasings: list[str] = [phrasing for _, phrasing, _ in rows]
        self._owner = np.array([number for number, _, _ in rows], np.int32)
        self._exact = {tuple(tokens): number for number, _, tokens in reversed(rows)}
        self._asked = np.array([asks(tokens) for _, _, tokens in rows], np.int32)
        self._speller = Speller(
            (token for _, _, tokens in rows for token in tokens), self._vocabulary.single_words
        )
        self._vectoriser = Vectoriser([[stem(t) for t in tokens] for _, _, tokens in rows])
        spoken: dict[int, set[str]] = defaultdict(set)
        for number, _, tokens in rows:
            spoken[number] |= numbers(tokens)
        self._profiles = [
            self._profile(fact, frozenset(spoken[number])) for number, fact in enumerate(self.facts)
        ]
        self._evidence = Evidence(
            self._vectoriser.matrix,
            self._vectoriser.counts,
            self._owner,
            self._asked,
            self._profiles,
            self._vectoriser.stem_idf,
        )
        lessons = self.lessons() if len(rows) >= FEWEST_LESSONS else []
        self._logit = fit(lessons) if lessons else SHIPPED
        self.bands = Bands(answer=self._answer_from(lessons, wrong_at_most)) if lessons else Bands()

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
        chances, none = self._logit.probabilities(found.features)
        exact = self._exact.get(question.tokens)
        if exact is not None:
            chances, none = _sure(found.facts, chances, none, exact)
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

    def answers_both(self, fact: Fact, other: Fact) -> bool:
        """Tell whether a fact's answer is, or holds, the answer of another."""
        return fact.id == other.id or self.covers(self._place[fact.id], self._place[other.id])

    def _shared(self, found: Candidates, chances: Floats) -> Floats:
        """Add to each fact the probability of others whose whole answer it gives as well."""
        shared = chances.copy()
        for place, fact in enumerate(found.facts):
            for other, rival in enumerate(found.facts):
                if place != other and self.covers(int(fact), int(rival)):
                    shared[place] += chances[other]
        return np.minimum(shared, 1)

    def covers(self, fact: int, other: int) -> bool:
        """Tell whether a fact's answer and detail hold what another fact's answer says."""
        said, given = self._profiles[fact], self._profiles[other]
        if said.gap or given.gap or not given.numbers_given <= said.numbers:
            return False
        idf = self._vectoriser.stem_idf
        wanted = list(given.own_stems)
        held = [stem for stem in wanted if stem in said.answer_stems]
        return bool(wanted) and float(idf[held].sum()) >= COVERS * float(idf[wanted].sum())

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

    def _question(self, text: str, tokens: tuple[str, ...]) -> Question:
        stems = tuple(stem(token) for token in tokens)
        return Question(
            text=text,
            tokens=tokens,
            stems=stems,
            vector=self._vectoriser.vector(stems),
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

    def _answer_from(self, lessons: Sequence[Example], wrong_at_most: float) -> float:
        """Give the confidence from which few enough of the lessons would be answered wrongly."""
        gap = FEATURES.index("gap")
        held = [lesson for lesson in lessons if lesson.held_out]
        wrong: list[float] = []
        for lesson in held:
            chances, _ = self._logit.probabilities(lesson.features)
            if len(chances):
                top = int(chances.argmax())
                if top != lesson.right and not lesson.features[top, gap]:
                    wrong.append(float(chances[top]))
        allowed = int(wrong_at_most * len(held))
        ranked = sorted(wrong, reverse=True)
        return max(ranked[allowed], SHAKY) if allowed < len(ranked) else SHAKY

    def _nearest(self, found: Candidates, fact: int) -> str:
        mine = np.flatnonzero(self._owner[found.near.rows] == fact)
        best = mine[found.near.cosines[mine].argmax()]
        return self._phrasings[int(found.near.rows[best])]

    def lessons(self) -> list[Example]:
        """Make the examples the confidence is learned from.

        Each phrasing left out serves with its fact as what is right; some serve again with their
        whole fact left out, so that "none of these" is right. Curated gaps stand for most of what
        the report does not say, so the more of them, the fewer such examples are needed.
        """
        fold = _folds(self._owner)
        stride = max(1, round(len(self._owner) / LESSONS))
        gaps = sum(fact.is_gap for fact in self.facts) / len(self.facts)
        every = round(1 / max(1 - 2 * gaps, FEWEST_OUTSIDE))
        examples: list[Example] = []
        for number, row in enumerate(range(0, len(self._owner), stride)):
            fact = int(self._owner[row])
            tokens = self._vocabulary.apply(words(self._phrasings[row]))
            question = self._question(self._phrasings[row], tuple(tokens))
            mine = np.flatnonzero(self._owner == fact)
            held = self._evidence.gather(question, mine[fold[mine] == fold[row]])
            place = np.flatnonzero(held.facts == fact)
            right = int(place[0]) if len(place) else None
            examples.append(Example(held.features, right, held_out=True))
            if number % every == 0:
                removed = self._evidence.gather(question, mine, without=fact)
                examples.append(Example(removed.features, None))
        return examples


def decide(matches: Sequence[Match], bands: Bands) -> Reply:
    """Choose the reply from the matches, likeliest first."""
    if not matches:
        return Unknown()
    top = matches[0]
    facts = [match for match in matches if not match.fact.is_gap]
    if not top.fact.is_gap and top.confidence >= bands.answer:
        return Answer((top,))
    mass = sum(match.confidence for match in facts)
    if top.fact.is_gap and (top.confidence >= bands.gap or mass < bands.doubt):
        return Unknown(top)
    return Suggestions(tuple(facts[:SHOWN])) if mass >= bands.suggest else Unknown()


def _sure(candidates: Rows, chances: Floats, none: float, exact: int) -> tuple[Floats, float]:
    others = 1 - EXACT
    place = np.flatnonzero(candidates == exact)
    if not len(place):
        return chances, none
    rest = max(float(chances.sum()) + none - float(chances[place[0]]), 1e-9)
    scaled = chances * (others / rest)
    scaled[place[0]] = EXACT
    return scaled, none * others / rest


def _folds(owner: Ints) -> Ints:
    """Hold out neighbours together: one author's phrasings stand side by side."""
    starts = np.searchsorted(owner, owner)
    sizes = np.bincount(owner)[owner]
    return ((np.arange(len(owner)) - starts) * FOLDS // np.maximum(sizes, 1)).astype(np.int32)
