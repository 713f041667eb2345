"""Remarks: what a message says that asks nothing new of a report: courtesies, "shorter", "yes".

Nothing here is about any report: "where is that from" is a remark, "where is the report" is not.
"""

from __future__ import annotations

import re

from knowledge.dialogue.grammar import POINTERS
from knowledge.matching.text import words

# A message of more characters is not read, and one of more words is hardly small talk.
LONGEST, MOST_WORDS = 1000, 12

_THAT, _PLEASE = "(?:that|this|it|these|those)", "(?:can you |could you |please )?"
# What is said in so many words, courtesies left out.
_PHRASES = {
    "who you are": "(hi |hello )?are you (just )?(an? |the )?(real |actual )?(person|human|bot|"
    "robot|ai|machine|computer|man|woman|alive|real)( or (an? )?.+)?|(who|what) are you|"
    "what(s| is)? (this|this bot|this thing|this for)|"
    "am i (talking|speaking|chatting) (to|with) (a |an )?(real )?.+",
    "how you are": "(hi |hello |hey )*how are (you|things)( doing)?( today)?",
    "help": "((can|could|will) you |(you )?can )?(please )?help( me)?( please)?|i need help|menu|"
    "options|how does (this|it) work|how do i (use|ask) (this|you)|"
    "what can (i ask|i ask you|you do|you tell me)|what do you (do|know)|start|begin",
    "acknowledged": "i see|got it|makes sense|well done|thats? (all|it|enough)|no worries",
    "quote": f"(can|may|could) (i|we) (quote|cite|use|print|publish) (you|him|her|{_THAT})\\b.*|"
    f"how (do|should|can) (i|we) (cite|reference|quote) (you|{_THAT})|(quote|cite) {_THAT}|"
    "citation( for that)?",
    "shorter": f"{_PLEASE}((make|say) {_THAT} )?(short|shorter|briefer|more briefly)|"
    "(the )?short version|in (short|brief|a nutshell|one sentence|a sentence)|too long|"
    f"sum {_THAT} up|in (fewer|less) words",
    "simpler": f"{_PLEASE}((make|say|explain) {_THAT} )?(simpler|simply|more simply|easier|"
    "(in |use )?(more )?(plain|simple|easy|normal|simpler|easier) (english|words|terms|language))|"
    "(sorry )?i (dont|do not|didnt|not|no) "
    f"understand( {_THAT})?|eli5|what does that mean in (plain|simple) (english|words)",
    "source": "where (do|does|are|is) (all )?(your|the|these|this) (answers?|information|info|data|"
    "facts|figures|numbers) (coming |come )?from|where (do|did) you get (your|the|these|all|this|"
    "that)( this| your)?( answers?| information| info| data| facts| figures| numbers)?( from)?",
    "again": f"{_PLEASE}(say|tell me|repeat) {_THAT}( again)?|repeat|again|come again|pardon|"
    "say again|what was that( again)?",
    "vouch": "(and )?(as (of|at)( when| what date)?|when did (he|she|they|you) (say|write) "
    f"{_THAT}|who (says|said) (that|this|so|it)|says who|according to who|"
    f"how (old|recent|current|up to date) (is|are) {_THAT}( figures?| numbers?)?|"
    f"(is|are) {_THAT}( figures?| numbers?)? (still )?(current|recent|up to date|still true)|"
    f"when (is|was) {_THAT} from|what date is {_THAT})",
    "sure": f"(are )?you (really |quite )?(sure|certain)( about {_THAT})?|really|for real",
    "more": "go on|(is there )?(any )?(more|(anything|what) else)|"
    f"(is {_THAT}|are {_THAT}) (it|all|everything|(all|the lot)( of (them|it))?)",
    "wrong": "(no )?(thats?|this|it)( is)? not what i (asked|meant|wanted|said)( for)?",
}


def _set(said: str) -> frozenset[str]:
    return frozenset(said.split())


_GREETING = _set(
    "hi hii hello helo hey heya hiya howdy yo greetings morning afternoon evening hallo"
)
_THANKS = _set("thanks thank thankyou thx thnx tnx ty cheers ta appreciated grateful")
_GOODBYE = _set("bye byee goodbye cya farewell ciao goodnight")
_ACKNOWLEDGED = _set(
    "ok okay okey k kk great good perfect brilliant excellent lovely cool nice wow fine alright "
    "right sure understood noted sweet super awesome amazing fab fantastic interesting fair "
    "lol haha hahaha hehe lmao"
)
_INSULTS = _set(
    "stupid idiot idiotic useless dumb rubbish crap shit shite bollocks fuck fucking fucker wanker "
    "twat moron pathetic hopeless suck sucks trash garbage hate terrible pointless waste stfu thick"
)
_NO = _set("no nope nah none neither")
_LINK = _set("link links url")
_SOURCE = _LINK | _set("source sources slide slides page pages reference ref citation cite")
# What stands beside these in a remark and says nothing by itself ...
_SMALL = (_GREETING | _THANKS | _ACKNOWLEDGED | _GOODBYE | _INSULTS | _NO) | _set(
    "a about absolutely again all am and any anything are be bit bot completely day dear did done "
    "dont else enough everyone everything for friend from get go got guys have hell help helped "
    "helpful helping helps i if ill im in information is it its job just know later little lot "
    "love machine madam mate me mean meant million more much my need night not nothing now of off "
    "oh one ooh pal piece please question quite real really robot say see send shut sir so some "
    "something soon such team tell that thats the them then there these thing think this time to "
    "too totally true up useful very want was weekend well will with yeah yep yes you your youre "
    "yourself"
)
# ... and what may in a wish, which may ask ("which slide is that").
_ASKING = POINTERS | _set(
    "an answer at can could did didnt do does dont figure figures first give has have looking mean "
    "meaning means number numbers on one show what whats where which"
)
_WISHING = _SMALL | _ASKING
# The kinds of remarks: sets of which each has a word that is said, and what may stand beside these.
# What is wished or thought of the last answer comes before courtesies.
_REMARKS = (
    ("link", (_LINK,), _WISHING - _set("about all")),
    ("source", (_SOURCE,), (_WISHING | _set("title name called says")) - _set("about all")),
    (
        "source",
        (_set("where"), _set("from get got come comes came say says said find found"), POINTERS),
        _WISHING | {"report"},
    ),
    # "Is that more" compares.
    (
        "more",
        (_set("more detail details explain elaborate expand further continue"),),
        _WISHING - {"is"},
    ),
    ("more", (_set("what"), _set("mean means")), _WISHING),
    ("insulted", (_INSULTS, _set("you your youre bot robot thing machine off this")), _SMALL),
    (
        "wrong",
        (_set("wrong incorrect false untrue mistaken mistake nonsense rubbish not isnt"),),
        _SMALL,
    ),
    ("insulted", (_INSULTS,), _SMALL),
    ("goodbye", (_GOODBYE,), _SMALL),
    ("goodbye", (_set("see"), _set("later")), _SMALL),
    ("thanks", (_THANKS,), _SMALL),
    ("greeting", (_GREETING,), _SMALL),
    ("no", (_NO,), _SMALL),
    ("yes", (_set("yes yep yeah yup ya aye exactly correct right precisely"),), _SMALL),
    ("acknowledged", (_ACKNOWLEDGED,), _SMALL),
)
# What opens with these is asked.
_OPENERS = _set("is are was were does did which what how")
_VIEW = re.compile(
    r"\b(what do you (think|make of)|do you (think|agree|believe|reckon|like|expect)|"
    r"your (own )?(view|opinion|thoughts?|take|guess|prediction)|in your (view|opinion)|"
    r"(whose|who) fault|(who is|who) to blame|which (one )?(matters|is) more( important)?|"
    r"should (i|we|they) (be )?(worr|sack|fire|resign|trust)\w*|predict\w*|forecast\w*|"
    r"will (it|this|that|they|things|he|she) (get|be|become|improve|go|rise|fall)\w*\b.*|"
    r"(is|are) (it|this|that|they|things) (going to|likely to) .*)"
)
# "Is it in crisis" asks for a judgement, whatever it is.
_JUDGED = re.compile(
    r"((so|and|but|ok|well) )*(is|are|was|were|has|have|did|its|theyre|thats|(it|they) (is|are)) .*"
    r"\b(crisis|failing|failed|failure|broken|ruin\w*|disaster|shambles|mess|rubbish|useless|"
    r"scandal|joke)( then| now)?"
)
# Who says no more than who he is asks nothing yet.
_INTRODUCED = re.compile(
    r"(hi |hello |hey |good (morning|afternoon|evening) )?(there )?"
    r"(i am|im|i m|my name is|i work|we are)\b"
)

# --- Courtesies around a question -----------------------------------------------------------------

_OATH = re.compile(
    r"\b(?:bloody|(?:mother)?fuck\w*|ffs|wtf|god ?damn|damn|sodding|(?:bull)?shit\w*|crap|bollocks|"
    r"arse|the (?:hell|heck|devil)|on earth)\b[,!]*",
    re.I,
)
_CLOSING = "please|pls|plz|kindly|thanks|thank|thx|ty|cheers|mate|again"
# These alone make what stands at an end a courtesy ...
_OPENING = (
    f"{_CLOSING}|hi|hello|hey|hiya|morning|afternoon|evening|sorry|excuse|wonder|wondering|tell|"
    "know|ask|quick|question|query|dear|sir|sirs|madam|grateful"
)
# ... these go on with it, and these may stand before it.
_ON = "me|us|if|whether|to|out|you|u|there|all|much|one"
_AROUND = (
    f"{_OPENING}|{_ON}|or|team|good|day|bother|trouble|small|short|just|can|could|will|would|do|"
    "does|anyone|someone|anybody|somebody|let|i|i['’]?m|i['’]?d|am|was|be|been|like|want|wanted|"
    "need|find|thanks|so|very|many|a|lot|in|advance|again|ok|okay|um|but|for|your|help|that|"
    "possible"
)
_BEFORE = re.compile(
    rf"(?:\W*(?:(?:{_AROUND})\b\W*)*?\b(?:{_OPENING})\b(?:\W+(?:{_ON})\b(?!['’]))*)+[\s,.:;!–-]*",
    re.I,
)
_AFTER = re.compile(rf"\W*\b(?:{_CLOSING})\b(?:\W+(?:{_AROUND})\b)*\W*$", re.I)
# What only frames a question: a wish for all there is on a thing, or for little of it.
_ALL_OF = (
    r"what (?:does|do|did) (?:it|they|you|hmip|(?:the|this|your) (?:report|slides|inspectorate)) "
    r"(?:say|have|find|know|tell|make|think|report)(?: anything)?",
    r"what(?:['’]?ve| have)? (?:you|u|they|we) got(?: in there)?",
    r"(?:have (?:you|they) |has it )?(?:got )?(?:anything|owt|much)(?: in (?:there|it|the \w+))?",
    r"(?:tell|give|show) me (?:all|everything|the lot|what)(?: there is| you have| you know)?",
    r"(?:(?:give me|need|can i have) )?(?:an? |the )?(?:(?:quick|short|brief|one|two) )*"
    r"(?:lines?|liner|quote|summary|overview|rundown|gist)",
)
_FRAME = re.compile(
    r"\W*(?:(?:and|so|ok|then|well|please|pls|quick (?:one|q|question)|tbh)\b\W*)*"
    rf"(?P<wish>(?:{'|'.join(_ALL_OF)}) (?:about|on|re|regarding|of)\b|sum up|summari[sz]e)?:?\s*",
    re.I,
)
_FRAMED = re.compile(
    r"[\s,.;:–-]+(?:(?P<wish>what(?:['’]?ve| have) (?:you|u) got|what(?:['’]?s| is) (?:in )?there"
    r"|(?:got |is there )?anything (?:on|about) (?:that|it|this|them)|tell me (?:all|everything))"
    r"|(?:just )?keep it (?:short|brief|simple|quick)|quick(?:ly)?|brief(?:ly)?|asap|tbh|in short|x"
    r"|in (?:a|one|two|three|a few|a couple of|\d) (?:short )?(?:sentences?|lines?|words?|points?)"
    r"|(?:one|two|three|\d) (?:sentences?|lines?|words?) (?:max|only|tops|please|pls)"
    r"|(?:that )?(?:i|we) can (?:quote|use|print))[\s.!?]*$",
    re.I,
)


def unframed(text: str) -> tuple[str, bool]:
    """Give what a message asks about, and whether it wishes for all there is on that."""
    left, wish = plain(text), False
    while found := _FRAMED.search(left):
        left, wish = left[: found.start()], wish or bool(found["wish"])
    begin = _FRAME.match(left)
    if begin and begin["wish"]:
        left, wish = left[begin.end() :], True
    named = set(words(left)) - POINTERS - _SMALL
    return (left, wish) if named else (plain(text), False)


def plain(text: str) -> str:
    """Give a message without oaths and courtesies at its ends; itself when it is nothing else."""
    left = _OATH.sub(" ", text)
    if begin := _BEFORE.match(left):
        left = left[begin.end() :]
    left = " ".join(_AFTER.sub("", left).split())
    return left if words(left) else text


# --- Remarks --------------------------------------------------------------------------------------


def asks_for_a_view(text: str) -> bool:
    """Tell whether somebody wants an opinion, a judgement or a prediction."""
    return judges(text) or bool(_VIEW.search(" ".join(words(text))))


def judges(text: str) -> bool:
    """Tell whether all that is asked is how bad things are."""
    return bool(_JUDGED.fullmatch(" ".join(words(text))))


def introduces(text: str) -> bool:
    """Tell whether somebody says who he is."""
    return bool(_INTRODUCED.match(" ".join(words(text))))


def remark_in(text: str) -> str | None:
    """Name what a message says that asks nothing new, None for one that asks something."""
    if not any(character.isalnum() for character in text):
        return "no words"
    if len(text) > LONGEST:
        return "too long"
    spoken = words(text)
    for kind, pattern in _PHRASES.items():
        if any(re.fullmatch(pattern, " ".join(one)) for one in (spoken, words(plain(text)))):
            return kind
    said, asks = frozenset(spoken), spoken[0] in _OPENERS
    for kind, sets, beside in _REMARKS if len(spoken) <= MOST_WORDS else ():
        if beside is _SMALL and (asks or (kind == "wrong" and text.rstrip().endswith("?"))):
            return None
        if all(map(said.intersection, sets)) and said <= beside.union(*sets):
            return kind
    return None
