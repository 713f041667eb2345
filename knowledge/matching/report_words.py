"""Words that tell which report a question is about, where there is more than one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from knowledge.matching.index import Index, Rows

# A word marks a report when so many of its entries are asked with it ...
COMMON = 0.15
# ... and so many times as often as another's. A report with few entries proves little by what it
# does not say: two more entries with the word are taken for granted.
CLEAR = 10


class ReportWords:
    """Tells reports apart by words: "schools" by itself names a report about schools."""

    def __init__(self, reports: Sequence[str], index: Index) -> None:
        names = sorted(set(reports))
        self._report = np.array([names.index(report) for report in reports], np.int32)
        self._marks: list[frozenset[str]] = []
        if len(names) < 2:
            return
        width, stems = len(index.lexicon), index.lexicon.stems
        cells = index.asked_with
        owner = np.repeat(self._report, np.diff(cells.starts))
        counts = np.bincount(owner * width + cells.columns, minlength=len(names) * width)
        sizes = np.bincount(self._report, minlength=len(names))[:, None]
        shares = counts.reshape(len(names), width) / sizes
        for place in range(len(names)):
            others = np.delete(shares + 2 / sizes, place, axis=0).max(axis=0)
            marks = np.flatnonzero((shares[place] >= COMMON) & (shares[place] >= CLEAR * others))
            self._marks.append(frozenset(stems[number] for number in marks.tolist()))

    def elsewhere(self, stems: Sequence[str], entries: Rows) -> npt.NDArray[np.bool_]:
        """Tell which entries are not of the one report that a question's stems name."""
        named = [place for place, marks in enumerate(self._marks) if marks & set(stems)]
        if len(named) != 1:
            return np.zeros(len(entries), bool)
        return np.asarray(self._report[entries] != named[0])
