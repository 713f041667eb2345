"""Answers questions from a curated base of facts and gaps; a library that needs no Telegram."""

import os

# One question is a hundred small sums: threads would wait for each other longer than they work, a
# hundredfold on a busy machine. Read when numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from knowledge.base import KnowledgeBase, summary
from knowledge.changes import Edit, Revision, Swap
from knowledge.check import CheckResult
from knowledge.content import Content
from knowledge.desk import Desk
from knowledge.editions import Edition
from knowledge.errors import (
    ChangedMeanwhile,
    DatabaseError,
    ImportRefused,
    KnowledgeError,
    NewerSchemaError,
    NothingToUndo,
    NotUnicode,
    Problem,
    UnknownFact,
)
from knowledge.importing import Changed, Plan
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
from knowledge.stats import Day, Stats
from knowledge.trial import Difference, Trial
from knowledge.unanswered import Cluster

__all__ = [
    "Answer",
    "Candidate",
    "Changed",
    "ChangedMeanwhile",
    "CheckResult",
    "Cluster",
    "Content",
    "DatabaseError",
    "Day",
    "Desk",
    "Difference",
    "Edit",
    "Edition",
    "Explanation",
    "Fact",
    "Figure",
    "ImportRefused",
    "KnowledgeBase",
    "KnowledgeError",
    "Match",
    "NewerSchemaError",
    "NotUnicode",
    "NothingToUndo",
    "Plan",
    "Problem",
    "Reply",
    "Report",
    "Revision",
    "Stats",
    "Suggestions",
    "Swap",
    "Term",
    "Topic",
    "Trial",
    "Unknown",
    "UnknownFact",
    "summary",
]
