"""Answers questions from a curated base of facts and gaps; a library that needs no Telegram."""

import os

# One question is a hundred small sums: threads would wait for each other longer than they work, a
# hundredfold on a busy machine. Read when numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from knowledge.base import KnowledgeBase, summary
from knowledge.changes import Edit, Revision, Swap
from knowledge.editing.desk import Desk
from knowledge.editing.rebuild import Edition
from knowledge.editing.stats import Day, Stats
from knowledge.editing.trial import Difference, Trial
from knowledge.editing.unanswered import Cluster
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
from knowledge.evaluation import CheckResult
from knowledge.exchange.importing import Changed, Plan
from knowledge.model import (
    Answer,
    Candidate,
    Explanation,
    Fact,
    Figure,
    Match,
    Near,
    Reply,
    Report,
    Suggestions,
    Term,
    Topic,
    Unknown,
)
from knowledge.snapshot import Content

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
    "Near",
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
