"""What is asked of a table: the words that want something worked out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.dialogue import grammar
from knowledge.dialogue.tables import Choice, Table
from knowledge.matching.matcher import Matcher
from knowledge.matching.text import stem, words

HIGH = frozenset("highest most top largest biggest greatest maximum max".split())
LOW = frozenset("lowest least bottom smallest minimum min fewest".split())
BEST = frozenset("best strongest".split())
WORST = frozenset("worst weakest poorest".split())
WIDE = frozenset("widest biggest largest greatest highest most".split())
NARROW = frozenset("narrowest smallest least lowest closest".split())
APART = frozenset("gap gaps difference differences differ apart spread points point far".split())
BETTER = frozenset("better higher more above stronger ahead".split())
WORSE = frozenset("worse lower less below weaker fewer behind".split())
COMPARING = frozenset("compare compared comparison versus vs than against".split())
RANKING = frozenset("rank ranked ranking order sort sorted".split())
SHARING = frozenset("percent percentage share proportion".split())
SUMMING = frozenset("together altogether sum add added combined".split())
ORDINALS = {"second": 1, "2nd": 1, "third": 2, "3rd": 2, "next": 1, "runner": 1}
COMPARES = BETTER | WORSE | COMPARING | APART
# Words that ask something of a table ...
ASKING = (
    HIGH | LOW | BEST | WORST | WIDE | NARROW | APART | BETTER | WORSE | COMPARING
    | RANKING | SHARING | SUMMING | grammar.NEGATION
) - {"point"}  # fmt: skip
# ... and those that go with them.
OWN = (
    ASKING | frozenset(ORDINALS) | grammar.CORRECTING
    | frozenset(
        "half quarter third figure figures score scores scored number numbers result results "
        "value rate rates stage stages group groups row column table 4 3 2 one 5 6 "
        "good enough well done does do did case cases were was whole entire all both each every "
        "fall falls fell hold holds true keep keeps people safe measure area "
        "areas between compared to".split()
    )
)  # fmt: skip
# Words by which a measure tells that more of it is better, or worse.
_GAINS = re.compile(r"\b(good|suffic|satisf|outstand|effectiv|met|improv|pass|safe|well|success)")
_LOSSES = re.compile(r"\b(not|un\w+|inadeq|insuffic|vacan|miss|fail|absen|complain|excess|short)")
LIMIT = re.compile(
    r"\b(?P<way>below|under|less than|fewer than|lower than|above|over|more than|higher than|at "
    r"least|exceed\w*)(?: a)? (?P<limit>half|one half|quarter|third|2 thirds|\d{1,3}(?:\.\d+)?)"
    r"\b(?!/)"
)
LIMITS = {"half": 50.0, "one half": 50.0, "quarter": 25.0, "third": 100 / 3, "2 thirds": 200 / 3}
UNDER = frozenset({"below", "under", "less than", "fewer than", "lower than"})
TOP = re.compile(r"\b(top|bottom|highest|lowest|best|worst) (\d)\b")
TOP_AFTER = re.compile(r"\b(\d) (highest|lowest|best|worst)\b")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is put to a table."""

    text: str
    tokens: tuple[str, ...]
    spoken: frozenset[str]
    choice: Choice

    @classmethod
    def of(cls, matcher: Matcher, text: str, table: Table) -> Asked:
        """Read a question with the labels of a table in mind."""
        tokens = matcher.read(text)[0].tokens
        spoken = words(text)
        return cls(
            " ".join(spoken),
            tokens,
            frozenset(spoken),
            Choice.of(table, [stem(token) for token in tokens]),
        )

    @property
    def reckons(self) -> bool:
        """Tell whether something is to be worked out, beside what is named."""
        return bool(self.spoken & ASKING) or bool(LIMIT.search(self.text))

    @property
    def extremes(self) -> frozenset[str]:
        """Give the words that ask for the highest or lowest: "most of them" does not."""
        found = self.spoken & (HIGH | LOW | BEST | WORST | NARROW | WIDE)
        if self.whether or "most of" in self.text:
            found -= {"most"}
        return found - {"least"} if "at least" in self.text else found

    @property
    def whether(self) -> bool:
        """Tell whether yes or no is asked."""
        first = next((t for t in self.text.split() if t not in grammar.LEADING), "")
        return first in grammar.AUXILIARY


def direction(table: Table, asked: Asked) -> bool | None:
    """Tell whether the highest (True) or the lowest figure is wanted; None for neither."""
    if asked.extremes & HIGH:
        return True
    if asked.extremes & LOW:
        return False
    wants = asked.spoken & (BEST | WORST | BETTER | WORSE)
    if not wants:
        return None
    rises = _more_is_better(table)
    if wants & {"higher", "more", "above"} or wants & {"lower", "less", "fewer", "below"}:
        return not wants & WORSE
    return None if rises is None else rises == bool(wants & (BEST | BETTER))


def _more_is_better(table: Table) -> bool | None:
    """Tell whether a higher figure is a better one, as far as the measure tells."""
    said = f"{table.fact.measure} {table.fact.question}".casefold()
    if _LOSSES.search(said):
        return False if not _GAINS.search(said) else None
    return True if _GAINS.search(said) else None
