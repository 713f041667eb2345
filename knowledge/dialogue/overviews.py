"""Overviews: of a whole report and of a topic, put together where nobody has written one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge import texts
from knowledge.dialogue import grammar
from knowledge.matching.text import stem, words
from knowledge.model import Answer, Fact, Match
from knowledge.snapshot import Snapshot

# Lines of an overview.
LINES = 5
# The confidence in an overview: what was asked is plain, what belongs in it is a choice.
CHOSEN = 0.9
# Entries written as overviews: of the report, and of a topic by its id.
WHOLE, OF_TOPIC = "main-findings", "overview-"
_WHOLE = re.compile(
    r"\b(tl ?dr|summary|summari[sz]e|summari[sz]ed|main (findings?|points?|messages?|conclusions?)|"
    r"key (findings?|points?|messages?|takeaways?|facts)|highlights|overview|in a nutshell|gist|"
    r"headlines?|what does (the report|it) (say|find)|what did (the report|it|they) find)\b"
)
_TOPIC = re.compile(
    r"^(?:so |and |ok )?(?:what (?:does|do|did) (?:it|the (?:report|slides)|they|"
    r"you) (?:say|have|find|"
    r"know|tell) (?:about|on|for)|tell me (?:something |more )?about|anything (?:about|"
    r"on)|"
    r"(?:give me )?(?:an |the )?(?:overview|summary|main points|key points) (?:of|on|about)|"
    r"summari[sz]e|what is there (?:about|on)) (?:the )?(?P<topic>.+)$"
)
# Words that name the report itself.
_REPORT = frozenset(
    "report reports slides presentation whole all it this that everything in lines line 3 4 5 ten "
    "words please main findings points short quick brief".split()
)


def overview(snapshot: Snapshot, text: str) -> Answer | None:
    """Give the overview that a message asks for; None where it asks for none."""
    said = " ".join(words(text))
    found = _TOPIC.match(said)
    named = set(grammar.content(words(found["topic"]))) - _REPORT if found else set()
    if named:
        topic = _topic(snapshot, {stem(word) for word in named})
        return _of_topic(snapshot, topic) if topic else None
    if not found and not _WHOLE.search(said):
        return None
    left = set(grammar.content(words(_WHOLE.sub(" ", said)))) - _REPORT
    if left:
        topic = _topic(snapshot, {stem(word) for word in left})
        return _of_topic(snapshot, topic) if topic else None
    return _of_all(snapshot)


def _topic(snapshot: Snapshot, stems: set[str]) -> str | None:
    """Give the topic whose name has all of these words."""
    for topic in snapshot.topics:
        if stems <= {stem(word) for word in words(topic.name)} and topic.id in snapshot.shelves:
            return topic.id
    return None


def _of_topic(snapshot: Snapshot, topic: str) -> Answer:
    written = snapshot.facts.get(f"{OF_TOPIC}{topic}")
    if written is not None and not written.retired:
        return Answer((Match(written, CHOSEN),))
    return _told(snapshot.shelves[topic][:LINES])


def _of_all(snapshot: Snapshot) -> Answer | None:
    written = snapshot.facts.get(WHOLE)
    if written is not None and not written.retired:
        return Answer((Match(written, CHOSEN),))
    shelves = [snapshot.shelves[one.id] for one in snapshot.topics if one.id in snapshot.shelves]
    firsts = [facts[0] for facts in shelves if facts]
    return _told(firsts[:LINES]) if firsts else None


def _told(facts: Sequence[Fact]) -> Answer:
    lines = [texts.line(_first_sentence(fact.answer), fact.source) for fact in facts]
    return Answer((Match(facts[0], CHOSEN, computed="\n".join(lines)),))


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s+(?=[A-Z0-9£])", text, maxsplit=1)[0]
