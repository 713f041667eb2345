"""Answers questions from a curated base of facts and gaps; a library that needs no Telegram."""

import os

# One question is a hundred small sums: threads would wait for each other longer than they work, a
# hundredfold on a busy machine. Read when numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# What is imported here is what the library offers.
from knowledge.base import KnowledgeBase, Version
from knowledge.dialogue.remarks import LONGEST
from knowledge.editor import Difference, Editor, Trial
from knowledge.errors import DatabaseError, ImportRefused, KnowledgeError, Stage, heard_by
from knowledge.evaluation import scored
from knowledge.exchange import edits
from knowledge.exchange.columns import doubts_of, figure_line
from knowledge.exchange.edits import difference
from knowledge.exchange.files import spreadsheet
from knowledge.exchange.importing import Plan, files_at, plan_files
from knowledge.matching.embeddings import encoder as load_encoder
from knowledge.model import (
    Answer,
    Context,
    Explanation,
    Fact,
    Figure,
    Match,
    Near,
    Remark,
    Reply,
    Report,
    Suggestions,
    Term,
    Unknown,
    summary,
)
from knowledge.snapshot import Edit, Revision, Snapshot, Swap, from_json, to_json
from knowledge.statistics import Cluster, Stats
from knowledge.storage.store import (
    DISMISSED,
    HANDLED,
    HELPFUL,
    NONE_OF_THESE,
    NOT_RIGHT,
    SHIPPED,
    Store,
)
