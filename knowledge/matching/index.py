"""The index of a knowledge base's phrasings: read words, owners and vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.matching import embeddings
from knowledge.matching.postings import Rows
from knowledge.matching.question_type import asks
from knowledge.matching.text import Vocabulary, stem, words
from knowledge.matching.tfidf import Floats, Ints, Vectoriser
from knowledge.model import Fact
from knowledge.progress import watched

Tokens = tuple[str, ...]

# How much of an index may have been edited, as a share of its rows, before it is built anew: what
# is rare in the base is only counted then.
WORN = 0.05
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Index:
    """One row for each phrasing: its words, its fact's number, what it asks.

    `numbers` gives those of the facts' ids, also of ids that have no phrasings any more.
    The first rows are sorted by fact; `starts` tells where those of each fact begin. Later edits
    leave rows that belong to `NOBODY`, and add theirs at the end.
    """

    numbers: Mapping[str, int]
    tokens: tuple[Tokens, ...]
    owner: Ints
    asked: Ints
    vectoriser: Vectoriser
    starts: Ints
    meanings: Floats | None = None

    @classmethod
    def build(
        cls, facts: Sequence[Fact], vocabulary: Vocabulary, before: Index | None = None
    ) -> Index:
        """Read all phrasings of `facts`; what the index `before` has read costs less."""
        tokens = tuple(
            tuple(vocabulary.apply(words(phrasing)))
            for fact in watched(facts, "reading", (0, 0.5))
            for phrasing in fact.phrasings
        )
        sizes = [len(fact.phrasings) for fact in facts]
        return cls(
            {fact.id: number for number, fact in enumerate(facts)},
            tokens,
            np.repeat(np.arange(len(facts), dtype=np.int32), sizes),
            np.array([asks(row) for row in tokens], np.int32),
            Vectoriser.fit(
                [[stem(token) for token in row] for row in watched(tokens, "reading", (0.5, 1))]
            ),
            np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
            _meanings(tokens, before),
        )

    @property
    def dead(self) -> Rows:
        """Give the rows that belong to nobody any more."""
        return np.flatnonzero(self.owner == NOBODY)

    @property
    def live(self) -> int:
        """Count the phrasings that belong to a fact."""
        return int((self.owner != NOBODY).sum())

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing was edited since the index was built."""
        return len(self.tokens) == self.starts[-1] and not len(self.dead)

    def rows_of(self, number: int) -> Rows:
        """Give the rows of a fact."""
        old: Rows = np.empty(0, np.intp)
        if number < len(self.starts) - 1:
            old = np.arange(self.starts[number], self.starts[number + 1])
            old = old[self.owner[old] == number]
        end = int(self.starts[-1])
        return np.concatenate([old, end + np.flatnonzero(self.owner[end:] == number)])

    def edited(self, changes: Mapping[str, Sequence[str]], vocabulary: Vocabulary) -> Index | None:
        """Give the index with other phrasings for some facts, by id; none take a fact out.

        None when so much has changed that it is better built anew.
        """
        numbers = dict(self.numbers)
        gone: list[int] = []
        tokens: list[Tokens] = []
        owner: list[int] = []
        for fact_id, phrasings in changes.items():
            number = numbers.setdefault(fact_id, len(numbers))
            said = [tuple(vocabulary.apply(words(phrasing))) for phrasing in phrasings]
            for row in self.rows_of(number).tolist():
                if self.tokens[row] in said:
                    said.remove(self.tokens[row])
                else:
                    gone.append(row)
            tokens += said
            owner += [number] * len(said)
        owners = np.concatenate([self.owner, np.array(owner, np.int32)])
        owners[gone] = NOBODY
        built, live = int(self.starts[-1]), int((owners != NOBODY).sum())
        worn = len(owners) - live + len(owners) - built
        if worn > WORN * built:
            return None
        meant = self.meanings
        if meant is not None and tokens:
            meant = np.vstack([meant, embeddings.meanings([" ".join(row) for row in tokens])])
        return Index(
            numbers,
            self.tokens + tuple(tokens),
            owners,
            np.concatenate([self.asked, np.array([asks(row) for row in tokens], np.int32)]),
            self.vectoriser.extended([[stem(token) for token in row] for row in tokens])
            if tokens
            else self.vectoriser,
            self.starts,
            meant,
        )


def _meanings(tokens: Sequence[Tokens], before: Index | None) -> Floats | None:
    """Read what phrasings mean, but for those that were read before: the encoder is slow."""
    earlier: dict[str, Floats] = {}
    if before is not None and before.meanings is not None:
        earlier = dict(zip(map(" ".join, before.tokens), before.meanings, strict=True))
    return embeddings.read([" ".join(row) for row in tokens], earlier)
