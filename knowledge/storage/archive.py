"""An index kept in a file beside the database, so that the next start is quick."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from knowledge.matching.index import Index
from knowledge.matching.text import Vocabulary
from knowledge.matching.tfidf import Vectoriser
from knowledge.model import Fact, Term

# Counts up when texts are read or weighed differently, so that older files are not used.
EDITION = 5
_UNREADABLE = (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile)


class Archive:
    """Keeps the last index that was built whole; edits made since are read again."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def save(self, index: Index, facts: Sequence[Fact], terms: Sequence[Term]) -> None:
        """Keep an index of `facts`; replaced whole, never half written."""
        part = self._path.with_suffix(f"{self._path.suffix}.{os.getpid()}")
        try:
            with part.open("wb") as file:
                np.savez(file, allow_pickle=False, **_arrays(index, facts, terms))
            part.replace(self._path)
        finally:
            part.unlink(missing_ok=True)

    def holds(self, facts: Sequence[Fact], terms: Sequence[Term]) -> bool:
        """Tell whether the index kept is that of these very facts."""
        try:
            with self._path.open("rb") as kept, np.load(kept, allow_pickle=False) as file:
                return _text(file["key"]) == _key(terms) and json.loads(
                    _text(file["facts"])
                ) == _digests(facts)
        except _UNREADABLE:
            return False

    def load(
        self, facts: Sequence[Fact], terms: Sequence[Term], vocabulary: Vocabulary
    ) -> Index | None:
        """Load the index of `facts`, edited as they were since it was kept.

        None where there is none, it cannot be read, or too much has changed.
        """
        try:
            with self._path.open("rb") as kept, np.load(kept, allow_pickle=False) as file:
                if _text(file["key"]) != _key(terms):
                    return None
                before = json.loads(_text(file["facts"]))
                index = _index({key: number for number, key in enumerate(before)}, file)
        except _UNREADABLE:
            return None
        now = _digests(facts)
        if before == now:
            return index
        changes: dict[str, Sequence[str]] = dict.fromkeys(before.keys() - now.keys(), ())
        changes |= {f.id: f.phrasings for f in facts if before.get(f.id) != now[f.id]}
        return index.edited(changes, vocabulary)


def _key(terms: Sequence[Term]) -> str:
    content = [EDITION, [astuple(term) for term in terms]]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _digests(facts: Sequence[Fact]) -> dict[str, str]:
    return {
        fact.id: hashlib.blake2b("\n".join(fact.phrasings).encode(), digest_size=8).hexdigest()
        for fact in facts
    }


def _arrays(
    index: Index, facts: Sequence[Fact], terms: Sequence[Term]
) -> dict[str, npt.NDArray[np.generic]]:
    stems, pairs, grams = index.vectoriser.vocabulary
    return {
        "key": _bytes(_key(terms)),
        "facts": _bytes(json.dumps(_digests(facts))),
        "tokens": _bytes("\n".join(" ".join(row) for row in index.tokens)),
        "owner": index.owner,
        "asked": index.asked,
        "starts": index.starts,
        "stems": _bytes("\n".join(stems)),
        "pairs": _bytes("\n".join(" ".join(pair) for pair in pairs)),
        "grams": _bytes("\n".join(grams)),
        "idf": index.vectoriser.idf,
        **_parts("matrix", index.vectoriser.matrix),
        **_parts("counts", index.vectoriser.counts),
        # No rows where the encoder does not pay.
        "meanings": np.empty((0, 0), np.float16)
        if index.meanings is None
        else index.meanings.astype(np.float16),
    }


def _index(numbers: Mapping[str, int], file: np.lib.npyio.NpzFile) -> Index:
    pairs = [(a, b) for a, b in (pair.split(" ") for pair in _lines(file["pairs"]))]
    meant = file["meanings"].astype(np.float32)
    rows, owner = _text(file["tokens"]).split("\n"), file["owner"]
    return Index(
        numbers,
        tuple(tuple(row.split()) for row in rows) if len(owner) else (),
        owner,
        file["asked"],
        Vectoriser(
            (_lines(file["stems"]), pairs, _lines(file["grams"])),
            file["idf"],
            _matrix("matrix", file),
            _matrix("counts", file),
        ),
        file["starts"],
        meant if len(meant) else None,
    )


def _bytes(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)


def _text(array: npt.NDArray[np.uint8]) -> str:
    return array.tobytes().decode()


def _lines(array: npt.NDArray[np.uint8]) -> list[str]:
    text = _text(array)
    return text.split("\n") if text else []


def _parts(name: str, matrix: sp.csr_array) -> dict[str, npt.NDArray[np.generic]]:
    return {
        f"{name}_data": matrix.data,
        f"{name}_indices": matrix.indices.astype(np.int32),
        f"{name}_pointers": matrix.indptr.astype(np.int64),
        f"{name}_shape": np.array(matrix.shape),
    }


def _matrix(name: str, file: np.lib.npyio.NpzFile) -> sp.csr_array:
    rows, columns = (int(size) for size in file[f"{name}_shape"])
    parts = (file[f"{name}_data"], file[f"{name}_indices"], file[f"{name}_pointers"])
    return sp.csr_array(parts, shape=(rows, columns))
