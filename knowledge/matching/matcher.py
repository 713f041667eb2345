"""The matcher: from a question to weighed entries, over all live entries at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from threading import Thread

import numpy as np

from knowledge.matching import embeddings
from knowledge.matching.embeddings import SCALE, Floats
from knowledge.matching.features import FEATURES, Candidates, Evidence
from knowledge.matching.index import Index, report_words
from knowledge.matching.question import KINDS, YEAR, Contrasts, Named, Question, Reader, numbers
from knowledge.matching.readings import Readings
from knowledge.matching.spelling import Speller, rarity
from knowledge.matching.text import Vocabulary, stem, words
from knowledge.model import Candidate, Explanation, Fact, Match, Term

# The confidence of a question typed exactly as a phrasing stands, and the most of any other.
EXACT, MOST = 0.99, 0.98
# The part of a confidence that is left where a question and an entry share no telling word and are
# not as alike in meaning as this.
STOPPED, ALIKE = 0.15, 0.8
MEANING, UNEXPLAINED = map(FEATURES.index, ("meaning", "unexplained"))
# How much more of a question than its gap a fact may leave unexplained to account for it as well,
# how much at most, and the part of the gap's confidence that goes to it. From `PLAIN` on the gap is
# meant all the same, under `FAINT` it does not matter.
SAME, STRANGE, HANDED, FAINT, PLAIN = 0.02, 0.2, 0.75, 0.05, 0.9
# Kinds of questions that a fact without a figure does not answer, those that tell entries apart,
# and the share of an entry's phrasings under which it is hardly asked in a way.
COUNTED = frozenset({"count", "share", "money"})
TELLING = COUNTED | {"why", "who", "where", "when", "list"}
SELDOM = 0.05
# Part of an answer's content that another answer must hold to answer the same question.
COVERS = 0.85


@dataclass(frozen=True, slots=True)
class Weighed:
    """Matches, likeliest first, the probability of none of them, and what they rest on.

    That are the features of each, and the place of its nearest phrasing.
    """

    matches: tuple[Match, ...]
    none: float
    grounds: tuple[Sequence[Sequence[float]], Sequence[int]] = ((), ())


class Matcher:
    """Answers questions from the live ones of some entries; replaced whole when they change.

    What one `before`, or `kept`, has read is at hand.
    """

    def __init__(
        self,
        facts: Iterable[Fact],
        terms: Sequence[Term] = (),
        *,
        before: Matcher | None = None,
        kept: bytes = b"",
    ) -> None:
        # Most questions need it: it loads while the rest is built, a quarter of a second less.
        Thread(target=embeddings.encoder).start()
        live = (fact for fact in facts if not fact.retired)
        self.facts = tuple(sorted(live, key=lambda fact: fact.id))
        self.by_id = {fact.id: fact for fact in self.facts}
        self._numbers = {fact.id: number for number, fact in enumerate(self.facts)}
        # Facts with rows and columns: found once, since every question is held against them.
        self.tables = tuple(fact for fact in self.facts if not fact.is_gap and fact.has_columns)
        vocabulary, self.contrasts = Vocabulary(terms), Contrasts(terms)
        texts = [text for fact in self.facts for text in fact.phrasings]
        known = before.readings if before else Readings.read(kept)
        self.readings: Readings = known.of([*texts, *map(said, self.facts)])
        sizes = np.array([len(fact.phrasings) for fact in self.facts], np.intp)
        tokens = self.readings.tokens.spoken(vocabulary)
        self.index = Index.build(tokens, sizes, self.readings.meanings)
        self._named = [self._names(number) for number in range(len(self.facts))]
        # The words of all terms count as known and are never repaired.
        speller = Speller(self.index.counts(), chain.from_iterable(vocabulary.replacements))
        self._reader = Reader(vocabulary, self.contrasts, speller)
        self._kinds = np.zeros((len(self.facts), len(KINDS)), np.float32)
        np.add.at(self._kinds, (self.index.owner, self.readings.kinds[: len(texts)]), 1)
        self._kinds /= sizes[:, None]
        self.evidence = Evidence(self.index, self.facts, self._named)
        names = sorted({fact.report for fact in self.facts})
        self._reports = np.array([names.index(fact.report) for fact in self.facts], np.intp)
        self._report_words = report_words(self._reports, self.index)
        # A message is held against them again and again while it is taken apart.
        self.read = lru_cache(maxsize=64)(self._reader.read)
        self._phrased = lru_cache(maxsize=64)(self.index.phrased)
        self._spoken = lru_cache(maxsize=64)(self.index.spoken)
        self._held = lru_cache(maxsize=64)(lambda entry: {*self.index.held.row(entry).tolist()})

    def _names(self, number: int) -> Named:
        """Give the qualifiers of an entry, of its question before its answer's."""
        if self.facts[number].has_columns:
            # A table with columns is about all of a group that it names.
            return {}
        asked = self.index.tokens.row(self.index.starts[number])
        return self.contrasts.named(asked) or self.contrasts.named(self.index.said(number))

    # --- Weighing ---------------------------------------------------------------------------------

    def weigh(self, question: Question) -> Weighed:
        """Give the candidates of a question with their probabilities, likeliest first."""
        if not question.tokens or not self.facts:
            return Weighed((), 1.0)
        exact = self._phrased(question.tokens)
        if exact is None:
            meaning = _meanings([question.plain])[0]
        else:
            meaning = self.index.meanings[exact] / np.float32(SCALE)
        found = self.evidence.gather(question, meaning)
        chances, none = embeddings.network().probabilities(found.features)
        named = {self._report_words[stem] for stem in question.stems if stem in self._report_words}
        if len(named) == 1:
            # A question about one report is not answered by another.
            elsewhere = self._reports[found.entries] != named.pop()
            none += float(chances[elsewhere].sum())
            chances = np.where(elsewhere, np.float32(0), chances)
        # A base of a few rows knows little of what is beside it.
        strange = found.unheard & (found.features[:, MEANING] < ALIKE)
        chances = np.minimum(chances, MOST) * np.where(strange, STOPPED, 1)
        chances = self._handed(question, found, chances)
        if exact is not None:
            own = found.entries == self.index.owner[exact]
            chances = np.where(own, EXACT, chances * (1 - EXACT))
        order = np.argsort(-chances, kind="stable")
        matches = tuple(
            Match(self.facts[entry], float(chance))
            for entry, chance in zip(found.entries[order].tolist(), chances[order], strict=True)
        )
        grounds = found.features[order].tolist(), found.nearest[order].tolist()
        return Weighed(matches, none, grounds)

    def expect(self, texts: Iterable[str]) -> None:
        """Read what several texts mean that will be weighed: together it takes half the time."""
        asked = [self.read(text)[0] for text in texts]
        _meanings([one.plain for one in asked if one.tokens and self._phrased(one.tokens) is None])

    def _handed(self, question: Question, found: Candidates, chances: Floats) -> Floats:
        """Hand what a gap has to a fact it stands beside, where nothing asked marks the gap."""
        places = {entry: row for row, entry in enumerate(found.entries.tolist())}
        left, moved = found.features[:, UNEXPLAINED], chances.copy()
        for entry, row in places.items():
            if not FAINT < chances[row] < PLAIN:
                continue
            beside = [
                places[fact]
                for fact in self.evidence.beside.get(entry, ())
                if fact in places
                and left[places[fact]] <= min(left[row] + SAME, STRANGE)
                and not self._asks_otherwise(question.asks, self.facts[entry], self.facts[fact])
            ]
            if beside:
                handed = HANDED * chances[row]
                moved[max(beside, key=chances.__getitem__)] += handed
                moved[row] -= handed
        return moved

    def _asks_otherwise(self, kind: int, gap: Fact, fact: Fact) -> bool:
        """Tell whether a kind of question is asked of a gap and not of the fact beside it."""
        figures = (n for n in numbers(words(fact.answer)) if not YEAR.fullmatch(n))
        if KINDS[kind] in COUNTED and not any(figures):
            return True
        seldom = self.asked_share(fact, kind) < SELDOM <= self.asked_share(gap, kind)
        return seldom and KINDS[kind] in TELLING

    def reread(self, tokens: tuple[str, ...], kind: int | None = None) -> Weighed:
        """Weigh words that were read already; `kind` is what they ask for, if they don't tell."""
        question = self._reader.question(tokens, " ".join(tokens))
        return self.weigh(question if kind is None else replace(question, asks=kind))

    def phrased(self, question: str) -> Fact | None:
        """Give the entry that has this very question among its phrasings."""
        row = self._phrased(self.read(question)[0].tokens)
        return None if row is None else self.facts[self.index.owner[row]]

    def explain(self, question: str) -> Explanation:
        """Show how a question is weighed; what is replied is decided elsewhere."""
        read, repairs = self.read(question)
        weighed = self.weigh(read)
        candidates = (
            Candidate(
                match.fact,
                match.confidence,
                tuple(zip(FEATURES, features, strict=True)),
                match.fact.phrasings[nearest],
            )
            for match, features, nearest in zip(weighed.matches, *weighed.grounds, strict=True)
        )
        text = " ".join(read.tokens)
        return Explanation(question, text, repairs, weighed.none, tuple(candidates))

    # --- What an entry says -----------------------------------------------------------------------

    def named(self, fact: Fact) -> Named:
        """Give the qualifiers of an entry."""
        return self._named[self._numbers[fact.id]]

    def named_share(self, fact: Fact, group: str, question: Question) -> float:
        """Give the share of an entry's phrasings with a qualifier of a question."""
        number, index = self._numbers[fact.id], self.index
        rows = map(index.tokens.row, range(index.starts[number], index.starts[number + 1]))
        named = [self.contrasts.named(row).get(group, frozenset()) for row in rows]
        return sum(not question.named[group].isdisjoint(one) for one in named) / len(named)

    def explained(self, fact: Fact, tokens: Sequence[str], *, also: Collection[str] = ()) -> float:
        """Give the share of some words, by how rare they are in English, that an entry has.

        That is in its ways of asking, in what it says, or in `also` (stems).
        """
        known, lexicon = self._held(self._numbers[fact.id]), self.index.lexicon
        total = held = 0.0
        for token in tokens:
            total += rarity(token)
            if stem(token) in also or lexicon.numbers.get(stem(token)) in known:
                held += rarity(token)
        return held / total if total else 1.0

    def says(self, fact: Fact, tokens: Iterable[str]) -> bool:
        """Tell whether an entry has all of some words itself, not only in its ways of asking."""
        told = self.read(f"{fact.question} {said(fact)}")[0].stems
        return {*map(stem, tokens)} <= {*told}

    def asked_share(self, fact: Fact, kind: int) -> float:
        """Give the share of an entry's phrasings that ask for a kind of thing."""
        return float(self._kinds[self._numbers[fact.id], kind])

    def spoken_share(self, fact: Fact, tokens: Iterable[str]) -> float:
        """Give the share of an entry's phrasings that have any of some words."""
        return float(self._spoken(frozenset(tokens))[self._numbers[fact.id]])

    def asked_with(self, word: str) -> tuple[Fact, ...]:
        """Give the entries that have a word in a phrasing."""
        shares = self._spoken(frozenset((word,)))
        return tuple(fact for fact, share in zip(self.facts, shares, strict=True) if share)

    def answers_both(self, fact: Fact, other: Fact) -> bool:
        """Tell whether a fact's answer is, or holds, the answer of another."""
        if fact.id == other.id:
            return True
        if fact.is_gap or other.is_gap:
            return False
        mine, index = self._numbers[fact.id], self.index
        known = map(index.lexicon.stems.__getitem__, index.held.row(mine).tolist())
        if not numbers(words(other.answer)) <= numbers([*words(fact.source), *known]):
            return False
        wanted = set(map(stem, self._reader.vocabulary.apply(words(other.answer))))
        held, weight = set(map(stem, index.said(mine))), index.lexicon.weight
        return sum(map(weight, wanted & held)) >= COVERS * sum(map(weight, wanted))


# What texts mean, as they were asked, and how many are kept before the memory is cleared.
_meant: dict[str, Floats] = {}
REMEMBERED = 1_000


def _meanings(texts: Sequence[str]) -> list[Floats]:
    known = {text: row for text in texts if (row := _meant.get(text)) is not None}
    if new := [text for text in dict.fromkeys(texts) if text not in known]:
        if len(_meant) > REMEMBERED:
            _meant.clear()
        known.update(zip(new, embeddings.meanings(new), strict=True))
        _meant.update(known)
    return [known[text] for text in texts]


def said(fact: Fact) -> str:
    """Give all that an entry says, as it is read."""
    return f"{fact.answer} {fact.detail}".strip()
