"""Makes `readymade.npz` anew from the shipped reports, in two minutes."""

from __future__ import annotations

import argparse
from pathlib import Path

from knowledge.base import shipped_reports
from knowledge.matching import pretrained
from knowledge.matching.embeddings import encode
from knowledge.matching.matcher import Matcher, live
from knowledge.matching.text import Vocabulary, words
from knowledge.snapshot import Snapshot

PLACE = Path(pretrained.__file__).parents[1] / pretrained.NAME


def make(snapshot: Snapshot, path: Path) -> None:
    """Read what all phrasings mean, learn from them, and write both to a file."""
    facts, vocabulary = live(snapshot.facts.values()), Vocabulary(snapshot.terms)
    read = (vocabulary.apply(words(text)) for fact in facts for text in fact.phrasings)
    texts = sorted({" ".join(tokens) for tokens in read})
    rows = encode(texts)
    # What is learned rests on the meanings as they are kept.
    pretrained.save(path, texts, rows)
    pretrained.load.cache_clear()
    pretrained.save(path, texts, rows, Matcher(facts, snapshot.terms).learned)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m knowledge.matching.making", description=__doc__
    )
    parser.parse_args()
    make(Snapshot().after(shipped_reports(Snapshot()).edit), PLACE)
