"""The small words of English: what asks, what points back, what joins, and what says nothing.

Closed classes only. What a report is about is never listed here; the knowledge base tells that.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from knowledge.matching.question import YEAR
from knowledge.matching.text import words

QUESTION = frozenset("who whom whose what whats when where why which how".split())
AUXILIARY = frozenset(
    "is are was were be been being am did do does done has have had having can could will would "
    "should shall may might must didnt doesnt dont isnt arent wasnt werent wont cant".split()
)
# These turn what is asked into its opposite.
NEGATION = frozenset(
    "not never without failed fail fails failing neither nor cannot except unable "
    "insufficient insufficiently inadequately isnt arent wasnt werent dont "
    "doesnt didnt hasnt havent hadnt wont cant couldnt wouldnt shouldnt".split()
)
# With these an answer says by itself that something is not so, or not as it should be.
LACKING = frozenset(
    "no none nobody nothing unsatisfactory inadequate poor missing short stopped suspended lack "
    "lacking lacked lacks weak unmanageable poorly badly".split()
)
# With these somebody asks how good a thing is, not whether there is one.
QUALITY = frozenset(
    "good well enough proper properly sufficient sufficiently adequate adequately satisfactory "
    "satisfactorily safe right insufficient insufficiently inadequate inadequately unsatisfactory "
    "poor poorly badly scratch ok okay fine".split()
)
# With these a grade is asked for.
RATED = frozenset("rated rating ratings graded".split())
# What may stand before the word that opens a question.
LEADING = frozenset("so and but ok okay then well hi hello please also or".split())
OPENERS = (QUESTION | AUXILIARY) - frozenset("been being be done having am".split())
# These stand for what was spoken of before.
POINTERS = frozenset(
    "it its that thats this these those they them their theirs he him his she her hers ones".split()
)
PEOPLE = frozenset("he him his she her hers".split())
# A message that begins with these carries on.
_MARKER = re.compile(
    r"(?:ok |okay )*(?:(?:and|but|so|then|also|now(?= \w)|(?:what|how) about|what of|"
    r"(?:is it |is that )?(?:the )?same(?: \w+)? (?:for|with|on|in|at)) )+"
)
# With these somebody puts right what was understood.
CORRECTING = frozenset("no sorry meant mean actually rather instead oops wait not i".split())
AMOUNT = frozenset("many much often number percent proportion share total long big".split())
# Asks how one time, or one thing, stands against another.
CHANGE = frozenset(
    "rise rises rising risen rose fall falls falling fallen fell increase increases increased "
    "increasing decrease decreases decreased decreasing drop drops dropped dropping improve "
    "improves improved improving grow grows growing grown change changes changed changing compare "
    "compared trend".split()
)
_RELATION = frozenset(
    "worse better worst best up down more less fewer higher lower before previous previously "
    "earlier last prior than ago past".split()
)
COMPARISON = CHANGE | _RELATION
# Asks for the present, whatever year was spoken of.
PRESENT = frozenset("now today currently current latest nowadays recent recently".split())
# Words of one direction, and those of the other.
OPPOSITES = tuple(
    sides
    for one, other in (
        ("well success successes strength strengths", "wrong badly failure failures weakness"),
        ("best strongest highest most", "worst weakest poorest lowest least"),
        ("widest biggest largest", "narrowest smallest"),
        ("rise rose rising increase increased grew growth", "fall fell falling fallen decrease "
         "decreased decline declined drop dropped"),
        ("better improve improved improving", "worse worsen worsened deteriorate deteriorated"),
        ("positive positives good", "negative negatives bad"),
    )
    for sides in ((one.split(), other.split()), (other.split(), one.split()))
)  # fmt: skip
# Asks for somebody, a reason, a place or a time.
CIRCUMSTANCE = frozenset("who why where when".split())
# What somebody makes of a thing: a report seldom says, and only of what it names.
JUDGING = frozenset("good bad poor fine normal usual acceptable okay great terrible enough".split())
# Asks for those that were not told.
OTHERS = frozenset("other others rest else remaining everyone everybody".split())
# Asks how far what was said goes.
SCOPE = frozenset("everywhere anywhere nationwide nationally all every each both only".split())
# Asks for a time that no present answer is of.
EARLIER = frozenset("before previous previously earlier prior ago".split())
# A part of what was said, and what stands before a question for it.
_PARTS = frozenset("name names date dates place places town towns reason reasons examples".split())
_WITHIN = frozenset("in at on by for from to with".split())
# Asks again for what was left out, and names nothing.
EMPHASIS = frozenset("exactly precisely specifically".split())
# Says nothing of what a report is about: degrees, light verbs, what joins.
_EMPTY = frozenset(
    "a lot so too very quite really still just even only happen happened happens happening find "
    "found finds get got gets getting go went goes going come came comes coming make made makes "
    "give given gives gave say said says tell told called the an of for to in on at by from "
    "with into about as if or and but nor also then same than not no any some all each both else "
    "there here i me my we us our you your one ok okay yes well now please since until till "
    "yet bit bits stuff thing things anything something everything receive receives "
    "received".split()
)
FUNCTION = (QUESTION | AUXILIARY | POINTERS | AMOUNT | _RELATION | _EMPTY) - frozenset({"now"})

# What words want of a table. "Best" is the highest or the lowest, as the measure has it.
WANTS = {
    word: want
    for want, said in {
        "most": "highest most top largest biggest greatest longest maximum max widest furthest "
        "dearest costliest",
        "least": "lowest least bottom smallest minimum min fewest shortest cheapest rarest "
        "narrowest closest nearest",
        "best": "best strongest fastest quickest",
        "worst": "worst weakest poorest slowest",
        "more": "higher more above longer bigger larger greater wider exceed exceeds exceeded",
        "less": "lower less fewer below shorter smaller narrower",
        "better": "better stronger faster quicker ahead lead leads leading beat beats",
        "worse": "worse weaker slower behind",
        "against": "compare compared comparison versus vs v than against",
        "apart": "gap gaps difference differences diff differ different apart spread points pp "
        "far wide minus times double twice",
        "mean": "average averages avg",
        "rank": "rank ranked ranking order sort sorted",
        "share": "percent percentage share proportion",
        "sum": "together altogether sum add added combined total plus",
        "not": " ".join((*NEGATION, "missed")),
    }.items()
    for word in said.split()
}
EXTREMES = frozenset({"most", "least", "best", "worst"})
ORDINALS = {"second": 1, "third": 2, "fourth": 3, "next": 1, "runner": 1}
# All that goes with reckoning, and says nothing of what the figures are about.
RECKONING = (
    frozenset(WANTS) | frozenset(ORDINALS) | CORRECTING | frozenset(
        "half quarter third figure figures score scores scored number numbers result results "
        "value percentages rate rates stage stages group groups row column 4 3 2 one good enough "
        "well done does do did case cases were was whole entire all both each every fall falls "
        "fell hold holds true keep keeps people safe measure area areas between compared to wise "
        "common often over under kind kinds type types item items anything something first last "
        "equivalent same corresponding ones cell cells values lot lots times question questions "
        "table across belong belongs stand stands sit sits lie reach reached expensive cheap "
        "activities small large always ever anywhere everywhere".split()
    )
)  # fmt: skip

_TAKEN_BACK = re.compile(
    r"\b(?:no|nope|sorry|oops|wait|actually|i meant?)\b[,. ]*|,?\s*\b(?:not|instead of|rather than)"
    r"(?: the)? \w+",
    re.I,
)
_PUT_RIGHT = re.compile(
    r"^\W*(?:(?:no|nope|ok|oh|ah|forget [^,.;]*)\W+)*"
    r"(?:(?:sorry|oops|wait|hang on|actually|i mean|(?:i )?meant|rather)\b\W*)+"
    r"(?:(?:not|i dont mean|i didnt mean)\b[^,.;]*[,.;]\s*(?:but )?)?"
    r"(?:i (?:want|wanted|mean|meant) )?",
    re.I,
)
# What denies nothing that is asked: "not only", "I'm not sure", "how did they do without meeting".
_ASIDE = re.compile(
    r"\b(?:not|\w+nt) (?:just|only|merely|simply|sure|clear|know|remember|recall)\b|"
    r"\bor not\b|\bif\b.*|\babout not\b|(?<=^how )(?!many|much|often).*\bwithout \w+ing\b"
)
# What somebody makes of a claim is not whether it is so: "is it a lie that", "is 30% too much".
_DOUBTING = re.compile(
    r"\b(?:lies?|lying|wrong|doubt|false|untrue|mislead\w*|exaggerat\w*|surpris\w*|fair|a lot|"
    r"too (?:many|much|few|little|high|low)|enough)\b(?! to\b)"
)
_REFERS = re.compile(r"\bof the \d|\bthe same\b|(?<!\bis)(?<!\bare)(?<!\bwas)(?<!\bwere) there$")
_EXCLUDING = re.compile(
    r"\b(?:excluding|except|excepting|other than|apart from|aside from|besides|leaving out|"
    r"not counting|ignoring)\b|^(?:not|without) "
)


def points(tokens: Sequence[str]) -> bool:
    """Tell whether words stand for something named before; "the firm that failed" does not."""
    named = [token not in FUNCTION - {"one", "ones", "those"} for token in tokens]
    inner = range(1, len(tokens) - 1)
    relative = {n for n in inner if tokens[n] == "that" and named[n - 1]}
    # "My cousin gets out soon, will he": somebody new.
    own = tokens.index("my") if "my" in tokens else len(tokens)
    new = {n for n, one in enumerate(tokens) if n > own and one in PEOPLE}
    return any(one in POINTERS and n not in relative | new for n, one in enumerate(tokens))


def is_fragment(tokens: Sequence[str]) -> bool:
    """Tell whether words ask for a part of what was said: "names", "in which towns"."""
    asks = _WITHIN & set(tokens[:1]) and QUESTION & set(tokens[1:2])
    within = bool(asks) and AUXILIARY.isdisjoint(tokens)
    return within or set(tokens) <= _PARTS | POINTERS | {"of", "the"}


def put_right(text: str) -> str:
    """Give what is wanted instead, where a message says that it was something else before."""
    left = _PUT_RIGHT.sub("", text)
    return f"and {left}" if left != text and content(words(left)) else text


def corrected(text: str) -> str:
    """Give a correction without what it takes back: "sorry, crc not nps" names the CRCs."""
    return text if _opening(words(text)) in OPENERS else _TAKEN_BACK.sub(" ", text)


def negates(tokens: Sequence[str]) -> bool:
    """Tell whether words turn what is asked into its opposite."""
    return not NEGATION.isdisjoint(_ASIDE.sub(" ", " ".join(tokens)).split())


def content(tokens: Iterable[str]) -> tuple[str, ...]:
    """Give the words that name a thing."""
    return tuple(token for token in tokens if token not in FUNCTION)


def marker(tokens: Sequence[str]) -> int:
    """Count the words by which a message says that it carries on ("and", "what about")."""
    found = _MARKER.match(f"{' '.join(tokens)} ")
    return len(found[0].split()) if found else 0


def leans(tokens: Sequence[str]) -> bool:
    """Tell whether a message by its form is no whole question: it carries on, or points."""
    return bool(marker(tokens)) or points(tokens) or bool(_REFERS.search(" ".join(tokens)))


def doubts(tokens: Sequence[str]) -> bool:
    """Tell whether it is asked what to make of a claim."""
    return bool(_DOUBTING.search(" ".join(tokens)))


def excludes(text: str) -> bool:
    """Tell whether something is to be left out: "other than planning"."""
    return bool(_EXCLUDING.search(text.casefold()))


def asks_whether(tokens: Sequence[str]) -> bool:
    """Tell whether yes or no is asked for."""
    return _opening(tokens) in AUXILIARY


def _opening(tokens: Iterable[str]) -> str:
    return next((token for token in tokens if token not in LEADING), "")


def opens(tokens: Sequence[str]) -> bool:
    """Tell whether words open like a question."""
    return bool(set(tokens[:1]) & OPENERS)


def without(tokens: Iterable[str], others: Collection[str]) -> tuple[str, ...]:
    """Give words without some others."""
    return tuple(token for token in tokens if token not in others)


# --- A message after another ----------------------------------------------------------------------

# What asks for a time, a reason or a judgement in more words than one.
_ASKED_FOR = {
    "why": re.compile(
        r"\bhow come\b|\bwhat for\b|\bwhat(?: is|s) (?:behind|driving|causing)\b|"
        r"\bwhat (?:causes|caused)\b|\bwhat (?:makes?|made) (?:it|this|that) happen\b"
    ),
    "is it good": re.compile(r"\bwhat do(?:es)? .*\bthink (?:of|about) (?:it|this|that|them)\b"),
    "how many": re.compile(
        r"\bsize of (?:it|this|that|them)$|\bthe (?:figure|number)(?: itself)?$|"
        r"^(?:and )?(?:in )?(?:figures|numbers)$"
    ),
    # "Is diversity one of them" asks of diversity.
    "": re.compile(r"\bone of (?:them|these|those)$"),
    "when": re.compile(r"\b(?:which|what) (?:year|month|date|day|period|time(?:frame|span)?)s?\b"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a message that may follow on, without those that say so (`marked`).

    `own` name a thing, `asking` ask ("how many"), `compares` set one time or thing against another.
    """

    tokens: tuple[str, ...]
    marked: bool
    points: bool
    own: tuple[str, ...]
    asking: tuple[str, ...]
    compares: tuple[str, ...]

    @classmethod
    def of(cls, message: Sequence[str]) -> Said:
        """Hear what a message says."""
        text = " ".join(message)
        for word, form in _ASKED_FOR.items():
            text = form.sub(word, text)
        message = text.split()
        begin = marker(message)
        tokens = without(message[begin:], EMPHASIS)
        asking = tuple(t for t in tokens if t in QUESTION or t in AMOUNT)
        compares = tuple(t for t in tokens if t in COMPARISON)
        leans = points(message) or is_fragment(tokens)
        return cls(tokens, begin > 0, leans, content(tokens), asking, compares)

    @property
    def leans(self) -> bool:
        """Tell whether a message by its form is no whole question."""
        return self.marked or self.points

    @property
    def judges(self) -> bool:
        """Tell whether nothing is asked but what to think of a thing: "is that good"."""
        return bool(self.own) and set(self.own) <= JUDGING

    @property
    def is_helpless(self) -> bool:
        """Tell whether a message names nothing but a time, or what was left out."""
        known = PRESENT | OTHERS
        return all(token in known or YEAR.fullmatch(token) for token in self.own)
