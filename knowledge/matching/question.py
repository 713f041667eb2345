"""Questions as the matcher reads them: words repaired, what is asked for, qualifiers named."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.matching.spelling import Speller
from knowledge.matching.text import Vocabulary, is_number, stem, words
from knowledge.model import Term

# The first kind with a cue in the question is the one asked for, so the order matters: "how many
# pounds" is money before it is a count, "what percentage" a share before it is a "what".
CUES: tuple[tuple[str, str], ...] = (
    ("why", "why|reason|reasons|how come|cos of|caused|explain|explanation"),
    ("money", "money|cash|funding|pounds|quid|cost|costs|budget|spend|spent|paid|price"),
    ("share", "percent|proportion|share|fraction|rate|how often"),
    ("count", "how many|how much|number|no of|count|total|figure|how big|how large"),
    (
        "when",
        "when|what date|what month|what year|what day|which month|which year|since|date|how long",
    ),
    ("who", "who|whose|whom|name of"),
    ("where", "where|location|whereabouts|which area|which place|which part|which region"),
    ("link", "link|url|website|online|download|pdf|email|phone|address"),
    ("meaning", "mean|means|meaning|stand for|stands for|definition|define|abbreviation|short for"),
    ("list", "list|which|what are|names|what were"),
    ("how", "how"),
    ("what", "what|whats"),
)
WHETHER = len(CUES)
YEAR = re.compile(r"20\d\d(/20\d\d)?")
KINDS: tuple[str, ...] = (*(name for name, _ in CUES), "whether", "keywords")
_KIND_OF = {
    cue: number for number, (_, cues) in reversed(list(enumerate(CUES))) for cue in cues.split("|")
}
_FIRST_OF_TWO = frozenset(cue.split()[0] for cue in _KIND_OF if " " in cue)
_WHETHER = frozenset(
    "did does do is are was were has have had can could will would should any still".split()
)
_FILLERS = frozenset("so and but ok hi hello please".split())


def asks(tokens: Sequence[str]) -> int:
    """Give the number in `KINDS` of what a question asks for; the last if it only names a thing."""
    found = len(CUES)
    for place, token in enumerate(tokens):
        found = min(found, _KIND_OF.get(token, found))
        if token in _FIRST_OF_TWO and place + 1 < len(tokens):
            found = min(found, _KIND_OF.get(f"{token} {tokens[place + 1]}", found))
    if found < len(CUES):
        return found
    start = next((token for token in tokens if token not in _FILLERS), "")
    return len(CUES) + (start not in _WHETHER)


def numbers(tokens: Iterable[str]) -> frozenset[str]:
    """Give the numbers, years and sums of money among `tokens`, without their units."""
    return frozenset(token.strip("£%m") for token in tokens if is_number(token))


# By group, the members that are named.
Named = Mapping[str, frozenset[str]]


class Contrasts:
    """Groups of qualifiers that exclude each other, such as two bodies or three levels of risk."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._members: dict[str, dict[tuple[str, ...], str]] = {}
        # By first word, since nearly all words begin no member.
        self._starts: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for term in terms:
            phrase = tuple(words(term.means))
            if term.contrast and phrase:
                self._members.setdefault(term.contrast, {})[phrase] = term.means
                self._starts.setdefault(phrase[0], []).append((phrase, term.contrast))

    def named(self, tokens: Sequence[str]) -> Named:
        """Give, for each group mentioned in `tokens`, the members mentioned."""
        found: dict[str, set[str]] = {}
        ends: dict[str, int] = {}
        for place, token in enumerate(tokens):
            for phrase, group in self._starts.get(token, ()):
                end = place + len(phrase)
                # A "senior probation officer" is no "probation officer".
                if tuple(tokens[place:end]) == phrase and place >= ends.get(group, 0):
                    found.setdefault(group, set()).add(self._members[group][phrase])
                    ends[group] = end
        return {group: frozenset(members) for group, members in found.items()}

    def hinted(self, tokens: Sequence[str]) -> Named:
        """Give the members that `tokens` point at by a word of their own ("medium", of risk).

        Too little to tell what a whole question is about, enough for "and medium?".
        """
        found: dict[str, set[str]] = {}
        for group, members in self._members.items():
            uses = Counter(word for phrase in members for word in set(phrase))
            for phrase, member in members.items():
                if any(word in tokens for word in phrase if uses[word] == 1):
                    found.setdefault(group, set()).add(member)
        return {group: frozenset(members) for group, members in found.items()}

    def replaced(self, tokens: Sequence[str], group: str, member: str) -> tuple[str, ...]:
        """Give `tokens` with the other members of a group replaced by `member`."""
        members = self._members[group].values()
        return tuple(Vocabulary(Term(other, member) for other in members).apply(tokens))


def conflicts(asked: Named, given: Named) -> int:
    """Count the groups in which a question names a member and a fact names only others."""
    return sum(not members & given[group] for group, members in asked.items() if group in given)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is read; `plain` has its words repaired, before terms are put in.

    `claims` are the figures that a yes/no question puts forward, while years name things: "were
    there 1,650 vacancies" is answered by how many there were.
    """

    plain: str
    tokens: tuple[str, ...]
    stems: tuple[str, ...]
    asks: int
    claims: frozenset[str]
    named: Named


# A question and the repairs made in it.
Read = tuple[Question, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads questions with the words of a base."""

    vocabulary: Vocabulary
    contrasts: Contrasts
    speller: Speller

    def read(self, question: str) -> Read:
        """Read a question, its words repaired; also gives the repairs made."""
        typed = _joined(words(question), self.speller.knows)
        # A term may hold a word that nothing else does.
        repaired = [self.speller.repair(token) for token in typed]
        pairs = zip(typed, repaired, strict=True)
        repairs = tuple((token, " ".join(better)) for token, better in pairs if better != (token,))
        plain = [token for better in repaired for token in better]
        if repairs:
            plain = words(" ".join(plain))
        tokens = tuple(self.vocabulary.apply(plain))
        return self.question(tokens, " ".join(plain)), repairs

    def question(self, tokens: tuple[str, ...], plain: str) -> Question:
        """Give a question made of words that were read already."""
        kind = asks(tokens)
        figures = [one for one in tokens if is_number(one) and not YEAR.fullmatch(one)]
        return Question(
            plain=plain,
            tokens=tokens,
            stems=tuple(map(stem, tokens)),
            asks=kind,
            claims=frozenset(figures if kind == WHETHER else ()),
            named=self.contrasts.named(tokens),
        )


def _joined(tokens: Iterable[str], knows: Callable[[str], bool]) -> list[str]:
    """Join two words, not both known by themselves, that make a known one ("re offending")."""
    out: list[str] = []
    for token in tokens:
        # Digits make no word: "2+2" is not 22.
        both = [*out[-1:], token]
        if "".join(both).isalpha() and knows("".join(both)) and not all(map(knows, both)):
            out[-1:] = ["".join(both)]
        else:
            out.append(token)
    return out
