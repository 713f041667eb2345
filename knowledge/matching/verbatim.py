"""Which fact is asked in these very words."""

from __future__ import annotations

import numpy as np

from knowledge.matching.index import NOBODY, Index, Tokens


class Verbatim:
    """The facts by their phrasings; of several with the same one the first is given."""

    def __init__(self, index: Index) -> None:
        self._owners: dict[Tokens, tuple[int, ...]] = {}
        self._note(index, range(len(index.tokens)))

    def owner(self, tokens: Tokens) -> int | None:
        """Give the number of the fact that has this phrasing, None when there is none."""
        owners = self._owners.get(tokens)
        return owners[0] if owners else None

    def edited(self, before: Index, after: Index) -> Verbatim:
        """Give the facts by their phrasings as they are when one index has become another."""
        made = Verbatim.__new__(Verbatim)
        made._owners = self._owners.copy()
        was = before.owner
        for row in np.flatnonzero(after.owner[: len(was)] != was).tolist():
            owners = list(made._owners.pop(after.tokens[row], ()))
            if int(was[row]) in owners:
                owners.remove(int(was[row]))
            if owners:
                made._owners[after.tokens[row]] = tuple(owners)
        made._note(after, range(len(was), len(after.tokens)))
        return made

    def _note(self, index: Index, rows: range) -> None:
        owner = index.owner.tolist()
        for row in rows:
            tokens = index.tokens[row]
            if tokens and owner[row] != NOBODY:
                self._owners[tokens] = (*self._owners.get(tokens, ()), owner[row])
