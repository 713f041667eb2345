"""The index of a knowledge base's phrasings: read words, owners and vectors, kept in a file."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from knowledge.asking import asks
from knowledge.meaning import meanings, pays
from knowledge.model import Fact, Term
from knowledge.progress import watched
from knowledge.text import Vocabulary, stem, words
from knowledge.vectors import Floats, Ints, Vectoriser

# Counts up when texts are read or weighed differently, so that older files are not used.
EDITION = 3


@dataclass(frozen=True, slots=True)
class Index:
    """One row for each phrasing, sorted by fact: its words, its fact's number, what it asks."""

    tokens: tuple[tuple[str, ...], ...]
    owner: Ints
    asked: Ints
    vectoriser: Vectoriser
    meanings: Floats | None = None

    @classmethod
    def build(cls, facts: Sequence[Fact], vocabulary: Vocabulary) -> Index:
        """Read all phrasings of `facts`."""
        tokens = tuple(
            tuple(vocabulary.apply(words(phrasing)))
            for fact in watched(facts, "reading")
            for phrasing in fact.phrasings
        )
        owner = np.repeat(np.arange(len(facts)), [len(fact.phrasings) for fact in facts])
        return cls(
            tokens,
            owner.astype(np.int32),
            np.array([asks(row) for row in tokens], np.int32),
            Vectoriser.fit([[stem(token) for token in row] for row in tokens]),
            meanings([" ".join(row) for row in tokens]) if pays(len(tokens)) else None,
        )

    def save(self, path: Path, key: str) -> None:
        """Keep the index in a file beside the database; replaced whole, never half written."""
        part = path.with_suffix(f"{path.suffix}.{os.getpid()}")
        try:
            with part.open("wb") as file:
                np.savez(file, allow_pickle=False, **self._arrays(key))
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def _arrays(self, key: str) -> dict[str, npt.NDArray[np.generic]]:
        stems, pairs, grams = self.vectoriser.vocabulary
        return {
            "key": _bytes(key),
            "tokens": _bytes("\n".join(" ".join(row) for row in self.tokens)),
            "owner": self.owner,
            "asked": self.asked,
            "stems": _bytes("\n".join(stems)),
            "pairs": _bytes("\n".join(" ".join(pair) for pair in pairs)),
            "grams": _bytes("\n".join(grams)),
            "word_idf": self.vectoriser.idf[0],
            "gram_idf": self.vectoriser.idf[1],
            **_parts("matrix", self.vectoriser.matrix),
            **_parts("counts", self.vectoriser.counts),
            # No rows where the encoder does not pay.
            "meanings": np.empty((0, 0), np.float16)
            if self.meanings is None
            else self.meanings.astype(np.float16),
        }

    @staticmethod
    def is_kept(path: Path, key: str) -> bool:
        """Tell whether a kept index is the one for this `key`."""
        try:
            with np.load(path, allow_pickle=False) as file:
                return _text(file["key"]) == key
        except (OSError, KeyError, ValueError, zipfile.BadZipFile):
            return False

    @classmethod
    def load(cls, path: Path, key: str) -> Index | None:
        """Load a kept index; None where there is none for this `key` or it cannot be read."""
        try:
            with path.open("rb") as kept, np.load(kept, allow_pickle=False) as file:
                if _text(file["key"]) != key:
                    return None
                tokens = tuple(tuple(row.split()) for row in _text(file["tokens"]).split("\n"))
                pairs = [(a, b) for a, b in (p.split(" ") for p in _lines(file["pairs"]))]
                vectoriser = Vectoriser(
                    (_lines(file["stems"]), pairs, _lines(file["grams"])),
                    (file["word_idf"], file["gram_idf"]),
                    _matrix("matrix", file),
                    _matrix("counts", file),
                )
                meant = file["meanings"].astype(np.float32)
                return cls(
                    tokens, file["owner"], file["asked"], vectoriser, meant if len(meant) else None
                )
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile):
            return None


def key_of(facts: Sequence[Fact], terms: Sequence[Term]) -> str:
    """Give a key that changes with anything the index is made of."""
    content = [EDITION, [(f.id, f.phrasings) for f in facts], [astuple(term) for term in terms]]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


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
