"""Words that tell which report a question is about, where there is more than one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy

import numpy as np
import scipy.sparse as sp

from knowledge.matching.index import NOBODY, Index

# A word is a report's hallmark when so many of its facts are asked with it ...
COMMON = 0.15
# ... and so many times as often as another's. A report with few facts proves little by what it does
# not say: two more facts with the word are taken for granted.
CLEAR = 10


class Hallmarks:
    """Tells reports apart by words: "schools" by itself names a report about schools."""

    def __init__(self, reports: Sequence[str], index: Index) -> None:
        names = sorted(set(reports))
        self._numbers = {name: number for number, name in enumerate(names)}
        self.number_of = np.array([self._numbers[report] for report in reports], np.int32)
        self._of: dict[int, frozenset[int]] = {}
        if len(names) < 2:
            return
        facts, alive = len(reports), np.flatnonzero(index.owner != NOBODY)
        asked = sp.csr_array(
            (np.ones(len(alive), np.float32), (index.owner[alive], alive)),
            shape=(facts, len(index.owner)),
        )
        with_word = asked @ index.vectoriser.stems()
        with_word.data[:] = 1
        belongs = sp.csr_array(
            (np.ones(facts, np.float32), (self.number_of, np.arange(facts))),
            shape=(len(names), facts),
        )
        sizes = np.bincount(self.number_of, minlength=len(names))
        shares = (belongs @ with_word).toarray() / sizes[:, None]
        for place in range(len(names)):
            others = np.delete(shares + 2 / sizes[:, None], place, axis=0).max(axis=0)
            marks = np.flatnonzero((shares[place] >= COMMON) & (shares[place] >= CLEAR * others))
            self._of[place] = frozenset(marks.tolist())

    def edited(self, reports: Mapping[int, str]) -> Hallmarks | None:
        """Give the same hallmarks where these facts have these reports; None for a new report."""
        if not self._numbers.keys() >= set(reports.values()):
            return None
        other = copy(self)
        new = max(reports, default=-1) + 1 - len(self.number_of)
        other.number_of = np.concatenate([self.number_of, np.zeros(max(new, 0), np.int32)])
        for fact, report in reports.items():
            other.number_of[fact] = self._numbers[report]
        return other

    def named(self, stems: Iterable[int | None]) -> int | None:
        """Give the number of the one report that a question's stems name, None for no or more."""
        asked = {stem for stem in stems if stem is not None}
        found = [report for report, marks in self._of.items() if marks & asked]
        return found[0] if len(found) == 1 else None
