"""The matcher: from a question to a reply, over all live facts at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.asking import Contrasts, asks, numbers
from knowledge.confidence import FEATURES, SHIPPED, Example, Logit, fit
from knowledge.evidence import Evidence, Profile, Question
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
from knowledge.ridge import Ridge, RidgeFit
from knowledge.spelling import Speller
from knowledge.text import Vocabulary, stem, words
from knowledge.vectors import Floats, Ints, Vectoriser

# Facts looked at closely for one question.
SHORTLIST = 12
# Phrasings that the confidence is learned from, and the fewest it can be learned from.
LESSONS = 3_000
FEWEST_LESSONS = 500
FOLDS = 5
SHOWN = 4
# The confidence of a question typed exactly as a phrasing stands.
EXACT = 0.99


@dataclass(frozen=True, slots=True)
class Bands:
    """Probabilities from which an answer, a gap and suggestions are given."""

    answer: float = 0.6
    gap: float = 0.5
    suggest: float = 0.05


class Matcher:
    """Answers questions from a fixed set of facts; replaced whole when they change."""

    def __init__(
        self, facts: Iterable[Fact], terms: Sequence[Term] = (), bands: Bands | None = None
    ) -> None:
        self.facts = tuple(sorted((f for f in facts if not f.retired), key=lambda f: f.id))
        self.bands = bands or Bands()
        self._vocabulary = Vocabulary(terms)
        self._contrasts = Contrasts(terms)
        rows = [
            (number, phrasing, tokens)
            for number, fact in enumerate(self.facts)
            for phrasing in fact.phrasings
            if (tokens := self._vocabulary.apply(words(phrasing)))
        ]
        self._phrasings = [phrasing for _, phrasing, _ in rows]
        self._owner = np.array([number for number, _, _ in rows], np.int32)
        self._exact = {tuple(tokens): number for number, _, tokens in reversed(rows)}
        self._asked = np.array([asks(phrasing) for phrasing in self._phrasings], np.int32)
        self._speller = Speller(
            (token for _, _, tokens in rows for token in tokens), self._vocabulary.single_words
        )
        self._vectoriser = Vectoriser([[stem(t) for t in tokens] for _, _, tokens in rows])
        self._profiles = [self._profile(fact) for fact in self.facts]
        self._evidence = self._evidence_of(np.arange(len(rows)))
        self._ridge: Ridge
        self._logit: Logit
        self._learn()

    def ask(self, question: str) -> Reply:
        """Answer a question: an answer, suggestions or unknown."""
        return self.explain(question).reply

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

    def explain(self, question: str) -> Explanation:
        """Answer a question and show how the answer came about."""
        read, repairs = self.read(question)
        if not read.tokens or not self.facts:
            return Explanation(question, "", repairs, Unknown(), 1.0)
        ridge = self._ridge.scores(read.vector)
        candidates = _best(ridge, SHORTLIST)
        features = self._evidence.features(read, ridge, candidates)
        chances, none = self._logit.probabilities(features)
        exact = self._exact.get(read.tokens)
        if exact is not None:
            chances, none = _sure(candidates, chances, none, exact)
        order = np.argsort(-chances, kind="stable")
        matches = tuple(Match(self.facts[candidates[i]], float(chances[i])) for i in order)
        shown = tuple(
            Candidate(
                match.fact,
                match.confidence,
                tuple(zip(FEATURES, features[i].tolist(), strict=True)),
                self._nearest(read, int(candidates[i])),
            )
            for match, i in zip(matches, order, strict=True)
        )
        reply = decide(matches, self.bands)
        return Explanation(question, " ".join(read.tokens), repairs, reply, none, shown)

    def _question(self, text: str, tokens: tuple[str, ...]) -> Question:
        stems = tuple(stem(token) for token in tokens)
        return Question(
            text=text,
            tokens=tokens,
            stems=stems,
            vector=self._vectoriser.vector(stems),
            stem_numbers=tuple(self._vectoriser.stem_number(s) for s in stems),
            asks=asks(text),
            numbers=numbers(tokens),
            named=self._contrasts.named(tokens),
        )

    def _profile(self, fact: Fact) -> Profile:
        asked = self._vocabulary.apply(words(fact.question))
        given = self._vocabulary.apply(words(f"{fact.answer} {fact.detail}"))
        spoken = [t for p in fact.also_asked for t in words(p)]
        stem_numbers = (self._vectoriser.stem_number(stem(token)) for token in given)
        return Profile(
            numbers=numbers([*asked, *given, *spoken]),
            named=self._contrasts.named(asked) or self._contrasts.named(given),
            gap=fact.is_gap,
            answer_stems=tuple(number for number in stem_numbers if number is not None),
        )

    def _evidence_of(self, rows: Ints) -> Evidence:
        vectoriser = self._vectoriser
        return Evidence(
            vectoriser.matrix[rows],
            vectoriser.counts[rows],
            self._owner[rows],
            self._asked[rows],
            self._profiles,
            vectoriser.stem_idf,
        )

    def _nearest(self, question: Question, fact: int) -> str:
        dense = np.zeros(self._vectoriser.width, np.float32)
        dense[question.vector.columns] = question.vector.weights
        similar = self._evidence.similarities(dense, fact)
        first = int(np.searchsorted(self._owner, fact))
        return self._phrasings[first + int(similar.argmax())] if len(similar) else ""

    def _learn(self) -> None:
        fitted = RidgeFit(self._vectoriser.matrix, self._owner, len(self.facts))
        self._ridge = fitted.ridge()
        lessons = self.lessons(fitted) if len(self._owner) >= FEWEST_LESSONS else []
        self._logit = fit(lessons) if lessons else SHIPPED

    def lessons(self, fitted: RidgeFit) -> list[Example]:
        """Make the examples the confidence is learned from: phrasings held out, facts removed."""
        everyone = np.arange(len(self._owner), dtype=np.int32)
        fold = _folds(self._owner)
        stride = max(1, round(len(everyone) / LESSONS))
        examples: list[Example] = []
        for number in range(FOLDS):
            rows = everyone[fold == number]
            evidence = self._evidence_of(everyone[fold != number])
            for row, scores in zip(rows, fitted.held_out(rows), strict=True):
                if row % stride == 0:
                    examples.append(self._example(row, scores, evidence, removed=False))
        chosen = everyone[::stride]
        for row, scores in zip(chosen, fitted.fact_removed(chosen), strict=True):
            examples.append(self._example(row, scores, self._evidence, removed=True))
        return examples

    def _example(
        self, row: int, scores: Floats, evidence: Evidence, *, removed: bool
    ) -> Example:
        fact = int(self._owner[row])
        question = self._question(
            self._phrasings[row], tuple(self._vocabulary.apply(words(self._phrasings[row])))
        )
        candidates = _best(scores, SHORTLIST + removed)
        if removed:
            candidates = candidates[candidates != fact][:SHORTLIST]
        features = evidence.features(question, scores, candidates)
        place = np.flatnonzero(candidates == fact)
        return Example(features, int(place[0]) if len(place) else None)


def decide(matches: Sequence[Match], bands: Bands) -> Reply:
    """Choose the reply from the matches, likeliest first."""
    facts = [match for match in matches if not match.fact.is_gap]
    if not matches:
        return Unknown()
    top = matches[0]
    if top.fact.is_gap:
        in_facts = sum(match.confidence for match in facts)
        in_gaps = sum(match.confidence for match in matches if match.fact.is_gap)
        if top.confidence >= bands.gap or in_gaps > in_facts:
            return Unknown(top)
    elif top.confidence >= bands.answer:
        return Answer((top,))
    if sum(match.confidence for match in facts) >= bands.suggest:
        return Suggestions(tuple(facts[:SHOWN]))
    return Unknown()


def _best(scores: Floats, count: int) -> Ints:
    count = min(count, len(scores))
    best = np.argpartition(-scores, count - 1)[:count]
    return best[np.argsort(-scores[best], kind="stable")].astype(np.int32)


def _sure(
    candidates: Ints, chances: Floats, none: float, exact: int
) -> tuple[Floats, float]:
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
