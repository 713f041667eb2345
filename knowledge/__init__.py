"""Answers questions from a curated base of facts and gaps; a library that needs no Telegram."""

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
from knowledge.matcher import Bands
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
    "Bands",
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
