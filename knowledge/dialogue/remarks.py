"""Remarks: what a message says that asks nothing new of a report: courtesies, "shorter", "yes".

Nothing here is about any report: "where is that from" is a remark, "where is the report" is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.dialogue.grammar import POINTERS
from knowledge.matching.text import words

# A message of more characters is not read, and one of more words is hardly small talk.
LONGEST, MOST_WORDS = 1000, 12

_GREETING = frozenset(
    "hi hii hello helo hey heya hiya howdy yo greetings morning afternoon evening hallo".split()
)
_THANKS = frozenset("thanks thank thankyou thx thnx tnx ty cheers ta appreciated grateful".split())
_ACKNOWLEDGED = frozenset(
    "ok okay okey k kk great good perfect brilliant excellent lovely cool nice wow fine alright "
    "right sure understood noted sweet super awesome amazing fab fantastic interesting fair "
    "lol haha hahaha hehe lmao".split()
)
_GOODBYE = frozenset("bye byee goodbye cya farewell ciao goodnight".split())
_COURTEOUS = _GREETING | _THANKS | _ACKNOWLEDGED | _GOODBYE
# What goes with these and says nothing by itself.
_BESIDE = _COURTEOUS | frozenset(
    "there bot all everyone again you u so very much a lot million mate pal friend love for that "
    "this your the help helping is was it its thats helps helped useful really just well done got "
    "i see im ill me now then and see later soon day night have too oh ah ooh yes yep yeah no "
    "enough everything makes sense be dear sir madam team guys of to know will one job night "
    "weekend nope nothing else more about my".split()
)
_INSULTS = frozenset(
    "stupid idiot idiotic useless dumb rubbish crap shit shite bollocks fuck fucking fucker wanker "
    "twat moron pathetic hopeless suck sucks trash garbage hate terrible pointless waste bloody "
    "stfu thick".split()
)
_ABOUT_YOU = frozenset(
    "you u ur youre are is this that thing bot robot machine a an the so such what of time off "
    "well i it its yourself piece absolutely totally complete just really very me be shut up go "
    "to hell damn".split()
)
_YOU = frozenset("you u ur youre bot robot thing machine off this".split())

_COMMON = POINTERS | frozenset(
    "a an the is are was did does do can could have has got get give show send need want see me i "
    "you there any some please and so ok okay for of to in on at from with what which where how "
    "your it one then thing answer figure".split()
)
_LINK = frozenset("link links url".split())
_SOURCE = _LINK | frozenset(
    "source sources slide slides page pages reference ref citation cite".split()
)
_PROVENANCE = frozenset(
    "from get got come comes came say says said find found stand stands".split()
)
_MORE = frozenset(
    "more detail details explain elaborate expand further continue else understand".split()
)
_MEANING = frozenset({"mean", "means"})
_WRONG = frozenset(
    "wrong incorrect false untrue mistaken mistake nonsense rubbish not isnt".split()
)
_NO = frozenset("no nope nah none neither".split())
_YES = frozenset("yes yep yeah yup ya aye exactly correct right precisely".split())
# What goes with these and says nothing by itself.
_WITH = _COMMON | frozenset(
    "tell go say bit little about anything something info information dont didnt mean means "
    "meaning meant again know not really right correct true asked ask wanted my question think "
    "completely totally all thats quite looking real thanks thank good great perfect sure "
    "first".split()
)

_THAT, _PLEASE = "(?:that|this|it|these|those)", "(?:can you |could you |please )?"
# What is said in so many words, courtesies left out.
_PHRASES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            "who you are",
            r"(hi |hello )?(are|r) (you|u) (just )?(an? |the )?(real |actual )?(person|human|bot|"
            r"robot|ai|machine|computer|man|woman|alive|real)( or (an? )?\w+)?|"
            r"(who|what) (are|r) (you|u)|what(s| is) (this|this bot|this thing|this for)|"
            r"am i (talking|speaking|chatting) (to|with) (a |an )?(real )?(\w+)",
        ),
        ("how you are", r"(hi |hello |hey )*how (are|r) (you|u|things)( doing)?( today)?"),
        (
            "help",
            r"help|help me|menu|options|how does (this|it) work|how do i (use|ask) (this|you)|"
            r"what can (i ask|i ask you|you do|you tell me)|what do you (do|know)|start|begin",
        ),
        ("acknowledged", r"i see|got it|makes sense|well done|thats (all|it|enough)|no worries"),
        (
            "quote",
            rf"(can|may|could) (i|we) (quote|cite|use|print|publish) (you|{_THAT})\b.*|"
            rf"how (do|should|can) (i|we) (cite|reference|quote) (you|{_THAT})|"
            rf"(quote|cite) {_THAT}|citation( for that)?",
        ),
        (
            "shorter",
            rf"{_PLEASE}((make|say) {_THAT} )?(short|shorter|briefer|more briefly)|"
            r"(the )?short version|in (short|brief|a nutshell|one sentence|a sentence)|too long|"
            rf"sum {_THAT} up|in (fewer|less) words",
        ),
        (
            "simpler",
            rf"{_PLEASE}((make|say|explain) {_THAT} )?(simpler|simply|more simply|easier|"
            r"in (plain|simple|easy|normal) (english|words|terms))|"
            rf"(sorry )?i (dont|do not|didnt|not) understand( {_THAT})?|eli5|"
            r"what does that mean in (plain|simple) (english|words)",
        ),
        (
            "again",
            rf"{_PLEASE}(say|tell me|repeat) {_THAT}( again)?|repeat|again|come again|pardon|"
            r"say again|what was that( again)?",
        ),
        (
            "vouch",
            r"(and )?(who (says|said) (that|this|so|it)|says who|according to who|"
            rf"how (old|recent|current|up to date) (is|are) {_THAT}( figures?| numbers?)?|"
            rf"(is|are) {_THAT}( figures?| numbers?)? (still )?(current|recent|up to date|"
            rf"still true)|when (is|was) {_THAT} from|what date is {_THAT})",
        ),
        (
            "sure",
            rf"(are )?(you|u) (really |quite )?(sure|certain)( about {_THAT})?|really|for real",
        ),
        ("more", r"go on"),
    )
)  # fmt: skip
_VIEW = re.compile(
    r"\b(what do (you|u) think|do (you|u) (think|agree|believe|reckon|like|expect)|"
    r"your (own )?(view|opinion|thoughts?|take|guess|prediction)|in (your|ur) (view|opinion)|"
    r"(whose|who s|whos) fault|(who is|whos) to blame|which (one )?(matters|is) more( important)?|"
    r"should (i|we|they) (be )?(worr|sack|fire|resign|trust)\w*|predict\w*|forecast\w*|"
    r"will (it|this|that|they|things|he|she) (get|be|become|improve|go|rise|fall)\w*\b.*|"
    r"(is|are) (it|this|that|they|things) (going to|likely to) .*)|"
    # "Is it in crisis" asks for a judgement, whatever it is.
    r"^(so |and |but )?(is|are|was|were|has|have|did) .*\b(crisis|failing|failed|failure|broken|"
    r"ruin\w*|disaster|shambles|mess|rubbish|useless|scandal|joke)$"
)
# Who says no more than who he is asks nothing yet.
_INTRODUCED = re.compile(
    r"(hi |hello |hey |good (morning|afternoon|evening) )?(there )?"
    r"(i am|im|i m|my name is|i work|we are)\b"
)

# --- Courtesies around a question -----------------------------------------------------------------

_WORD = re.compile(r"\S+")
_OATH = re.compile(
    r"\b(?:bloody|(?:mother)?fuck\w*|ffs|wtf|god ?damn|damn|sodding|(?:bull)?shit\w*|crap|bollocks|"
    r"arse|the (?:hell|heck|devil)|on earth)\b[,!]*",
    re.I,
)
_PLEADING = frozenset(
    "please pls plz kindly sorry excuse wonder wondering tell know ask quick question query mate "
    "dear sir sirs madam grateful".split()
)
# Words that a message may begin or end with before it comes to the point ...
_AROUND = _PLEADING | frozenset(
    "hi hello hey hiya or all team good morning afternoon evening day there to bother trouble you "
    "u me us small short one just could can would will do does anyone someone anybody somebody "
    "let if i im am was be been id like want wanted need find out whether thanks thank thx ty "
    "cheers ta so very much many a lot in advance again ok okay um but for your help that "
    "possible".split()
)
# ... and those that alone make it courtesy.
_OPENING = _PLEADING | frozenset(
    "hi hello hey hiya morning afternoon evening thanks thank thx ty cheers".split()
)
_TRAILING = frozenset("me us if whether to out you u there all or much one question query".split())
_CLOSING = frozenset("please pls plz kindly thanks thank thx ty cheers mate".split())


def plain(text: str) -> str:
    """Give a message without oaths and courtesies at its ends; itself when it is nothing else."""
    found = [(m[0], words(m[0])) for m in _WORD.finditer(_OATH.sub(" ", text))]
    start = _courtesy([spoken for _, spoken in found], _OPENING, _TRAILING)
    rest = found[start:]
    end = _courtesy([spoken for _, spoken in reversed(rest)], _CLOSING, frozenset())
    left = " ".join(word for word, _ in rest[: len(rest) - end])
    return left if words(left) else text


def _courtesy(
    spoken: Sequence[Sequence[str]], strong: frozenset[str], trailing: frozenset[str]
) -> int:
    """Count the words at the beginning that are courtesy."""
    cut = 0
    for place, tokens in enumerate(spoken):
        if not all(token in _AROUND for token in tokens):
            break
        if any(t in strong for t in tokens) or (
            place == cut and all(t in trailing for t in tokens)
        ):
            cut = place + 1
    return cut


# --- Remarks --------------------------------------------------------------------------------------


def asks_for_a_view(text: str) -> bool:
    """Tell whether somebody wants an opinion, a judgement or a prediction."""
    return bool(_VIEW.search(" ".join(words(text))))


def introduces(text: str) -> bool:
    """Tell whether somebody says who he is."""
    return bool(_INTRODUCED.match(" ".join(words(text))))


def remark_in(text: str) -> str | None:
    """Name what a message says that asks nothing new, None for one that asks something."""
    if not any(character.isalnum() for character in text):
        return "no words"
    if len(text) > LONGEST:
        return "too long"
    typed = re.sub(r"[^\w\s]", " ", re.sub("['’]", "", text.casefold())).split()
    spoken, left = words(text), words(plain(text))
    for kind, pattern in _PHRASES:
        if any(pattern.fullmatch(" ".join(said)) for said in (typed, left)):
            return kind
    return _courteous(typed) or _about_the_last(spoken, frozenset(left))


def _courteous(spoken: Sequence[str]) -> str | None:
    """Name courtesies, or abuse, of up to a dozen words and nothing else."""
    said = frozenset(spoken)
    if len(spoken) > MOST_WORDS or spoken[0] in {"is", "are", "was", "were", "does", "did", "how"}:
        return None
    if _is(said, _INSULTS, _ABOUT_YOU) and (said & _YOU or said <= _INSULTS):
        return "insulted"
    if not _is(said, _COURTEOUS, _BESIDE):
        return None
    if said & _GOODBYE or {"see", "later"} <= said:
        return "goodbye"
    if said & _THANKS:
        return "thanks"
    return "greeting" if said & _GREETING else "acknowledged"


def _about_the_last(spoken: Sequence[str], left: frozenset[str]) -> str | None:
    """Name what is wanted of, or thought of, what was said last."""
    said = frozenset(spoken)
    if said & {"why", "who", "when", "whose"}:
        return None
    points = bool(left & POINTERS)
    of_report = _COMMON | {"report"} if points else _COMMON
    if _is(left, _SOURCE, of_report):
        return "link" if left & _LINK else "source"
    if points and "where" in left and _is(left, _PROVENANCE, of_report):
        return "source"
    # "Is that more than last year?" compares.
    if _is(left, _MORE, _WITH) or ("what" in left and _is(left, _MEANING, _WITH)):
        return None if {"is", "that"} <= left else "more"
    if said & {"is", "are", "was", "were", "does", "did", "which", "what", "how"} & set(spoken[:1]):
        return None
    if _is(said, _WRONG, _WITH | _NO):
        return "wrong"
    if _is(said, _NO, _WITH):
        return "no"
    return "yes" if _is(said, _YES, _WITH) else None


def _is(said: frozenset[str], own: frozenset[str], others: frozenset[str]) -> bool:
    """Tell whether words have one of `own`, and none beyond these and `others`."""
    return bool(said & own) and said <= own | others
