"""Answers questions from a curated base of facts and gaps; a library that needs no Telegram."""

import os

# One question is a hundred small sums: threads would wait for each other longer than they work, a
# hundredfold on a busy machine. Read when numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from knowledge.base import KnowledgeBase, Stats, summary
from knowledge.check import CheckResult
from knowledge.errors import (
    DatabaseError,
    ImportRefused,
    KnowledgeError,
    NewerSchemaError,
    Problem,
    UnknownFact,
)
from knowledge.importing import Plan
from knowledge.model import (
    Answer,
    Candidate,
    Explanation,
    Fact,
    Figure,
    Match,
    Reply,
    Report,
    Suggestions,
    Term,
    Topic,
    Unknown,
)

__all__ = [
    "Answer",
    "Candidate",
    "CheckResult",
    "DatabaseError",
    "Explanation",
    "Fact",
    "Figure",
    "ImportRefused",
    "KnowledgeBase",
    "KnowledgeError",
    "Match",
    "NewerSchemaError",
    "Plan",
    "Problem",
    "Reply",
    "Report",
    "Stats",
    "Suggestions",
    "Term",
    "Topic",
    "Unknown",
    "UnknownFact",
    "summary",
]
