"""Words that tell which report a question is about, where there is more than one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import scipy.sparse as sp

from knowledge.vectors import Ints

# A word is a report's hallmark when so many of its facts are asked with it ...
COMMON = 0.15
# ... and so many times as often as another's. A report with few facts proves little by what it does
# not say: two more facts with the word are taken for granted.
CLEAR = 10


class Hallmarks:
    """Tells reports apart by words: "schools" by itself names a report about schools."""

    def __init__(self, reports: Sequence[str], counts: sp.csr_array, owner: Ints) -> None:
        names = sorted(set(reports))
        self.number_of = np.array([names.index(report) for report in reports], np.int32)
        self._of: dict[int, frozenset[int]] = {}
        if len(names) < 2:
            return
        facts = len(reports)
        asked = sp.csr_array(
            (np.ones(len(owner), np.float32), (owner, np.arange(len(owner)))),
            shape=(facts, len(owner)),
        )
        with_word = asked @ counts
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

    def named(self, stems: Iterable[int | None]) -> int | None:
        """Give the number of the one report that a question's stems name, None for no or more."""
        asked = {stem for stem in stems if stem is not None}
        found = [report for report, marks in self._of.items() if marks & asked]
        return found[0] if len(found) == 1 else None
