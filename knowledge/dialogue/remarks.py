"""Remarks: what a message says that asks nothing new of a report: courtesies, "shorter", "yes".

Nothing here is about any report: "where is that from" is a remark, "where is the report" is not.
"""

import re

from knowledge.dialogue.grammar import POINTERS, QUESTION, content
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
    "play": r"(.* )?(tell|sing|write|give|make) (me|us) (a|an|another|some)( \w+)? "
    "(joke|song|poem|story|riddle|rap)s?( .*)?|(.* )?ignore (all |your |ur |the |previous )+"
    "(rules|instructions|prompt)( .*)?",
    "how you are": "(hi |hello |hey )*how are (you|things)( doing)?( today)?",
    "help": "((can|could|will) you |(you )?can )?(please )?help( me)?( please)?|i need help|menu|"
    "options|how does (this|it) work|how do i (use|ask) (this|you)|"
    "what ((sorts?|kinds?|kinda|of|things?|stuff|questions?|else) )*(can|do) (i|you) "
    "(ask|do|know|answer|help|tell)( (me|you|about|then|with))*|how can you help( me)?|start|begin",
    "acknowledged": "i see|got it|makes sense|well done|thats? (all|it|enough)|no worries",
    "quote": f"(can|may|could) (i|we) (quote|cite|use|print|publish) (you|him|her|{_THAT})\\b.*|"
    f"how (do|should|can) (i|we) (cite|reference|quote) (you|{_THAT})( \\w+)?",
    "shorter": "(thats )?too long( .*)?|half (that|the) (length|size)|"
    "(in )?(fewer|less|\\d+) words?( .*)?",
    "simpler": f"(sorry )?i (dont|do not|didnt|not|no) understand( {_THAT})?|eli5",
    "source": "where (do|does|are|is) (all )?(your|the|these|this) (answers?|information|info|data|"
    "facts|figures|numbers) (coming |come )?from|where (do|did) you get (your|the|these|all|this|"
    "that)( this| your)?( answers?| information| info| data| facts| figures| numbers)?( from)?|"
    "where(abouts)? in (the|your) (report|slides|deck) (is|do|does|did) ((you|it|they) )?(say )?"
    f"{_THAT}( from)?",
    "greeting": "(hi |hello |hey )?(there )?(i am|im|i m|my name is) \\w+( \\w+)?",
    "again": f"pardon|{_PLEASE}tell me {_THAT}",
    "vouch": "(and )?(as (of|at)( when| what date)?|when did (he|she|they|you) (say|write) "
    f"{_THAT}|who (says|said) (that|this|so|it)|says who|according to who|"
    f"how (old|recent|current|up to date) (is|are) ({_THAT}|your)( (figure|number|info|data)s?)?|"
    f"(is|are) {_THAT}( figures?| numbers?)? (still )?(current|recent|up to date|still true)|"
    f"when (is|was) {_THAT} from|what date is {_THAT})",
    "sure": f"(are )?you (really |quite )?(sure|certain)( about {_THAT})?|really|for real",
    "more": "go on|(is there )?(any )?(more|(anything|what) else)|"
    f"(is {_THAT}|are {_THAT}) (it|all|everything|(all|the lot)( of (them|it))?)",
    "wrong": "(no )?(thats?|this|it)( is)? not what i (asked|meant|wanted|said)( for)?",
}


def _set(said: str) -> frozenset[str]:
    return frozenset(said.split())


def _rows(*rows: tuple[str, str]) -> tuple[tuple[str, list[frozenset[str]], frozenset[str]], ...]:
    """Read kinds of remarks: sets, a word of each of which is said, and after a dash what isn't."""
    found = ((kind, *said.partition(" - ")) for kind, said in rows)
    return tuple((kind, [*map(_set, sets.split(" + "))], _set(no)) for kind, sets, _, no in found)


_INSULTS = (
    "stupid idiot idiotic useless dumb rubbish crap shit shite bollocks fuck fucking fucker wanker "
    "twat moron pathetic hopeless suck sucks trash garbage hate terrible pointless waste stfu thick"
)
# Courtesies, and what is no better.
_COURTESIES = _rows(
    ("insulted", f"{_INSULTS} + you your youre bot robot thing machine off this"),
    ("wrong", "wrong incorrect false untrue mistaken mistake nonsense rubbish not isnt"),
    ("insulted", _INSULTS),
    ("goodbye", "bye byee goodbye cya farewell ciao goodnight"),
    ("goodbye", "see + later"),
    ("thanks", "thanks thank thankyou thx thnx tnx ty cheers ta appreciated grateful"),
    (
        "greeting",
        "hi hii hello helo hey heya hiya howdy yo greetings morning afternoon evening hallo",
    ),
    ("no", "no nope nah none neither"),
    ("yes", "yes yep yeah yup ya aye exactly correct right precisely"),
    (
        "acknowledged",
        "ok okay okey k kk great good perfect brilliant excellent lovely cool nice wow fine "
        "alright right sure understood noted sweet super awesome amazing fab fantastic interesting "
        "fair lol haha hahaha hehe lmao",
    ),
)
# What stands beside these in a remark and says nothing by itself ...
_SMALL = _set(
    "a about absolutely again all am and any are be bot completely day dear did done dont else "
    "enough everyone everything for friend from get go got guys have hell help helped helpful "
    "helping helps i if ill im in information is it its job just know little lot love machine "
    "madam mate me mean meant million more most much my need night not nothing now of off oh "
    "one ooh pal piece please question quite real really robot say send shut sir so some soon "
    "such team that thats the them then there these thing think this time to too totally true "
    "up useful very want was weekend well will with you your youre yourself"
).union(*(one for kind, sets, _ in _COURTESIES if kind != "wrong" for one in sets))
# ... and what may in a wish, which may ask ("which slide is that").
_WISHING = _SMALL.union(
    POINTERS,
    _set(
        "actual an answer anything at bit called can chart come could didnt do does english exact "
        "explain figure figures give has language line looking make meaning means mentions name "
        "number numbers on precise put repeat says sentence show something sum table tell terms "
        "title under use used version way what whats where which words"
    ),
)
_LINK = "link links url"
# What is wished or thought of the last answer comes before courtesies.
_WISHES = _rows(
    ("quote", "quote cite citation wording quotation"),
    ("quote", "exact actual precise + words wording phrase text"),
    ("shorter", "short shorter brief briefer briefly nutshell sentence - is"),
    ("simpler", "simple simpler simply easy easier plain plainly - is will was"),
    ("again", "again repeat"),
    ("link", f"{_LINK} - about all"),
    (
        "source",
        f"{_LINK} source sources slide slides page pages heading reference ref citation cite "
        "- about all",
    ),
    (
        "source",
        f"where + from get got come comes came say says said find found + {' '.join(POINTERS)}",
    ),
    ("more", "more detail details explain elaborate expand further continue - is was which"),
    ("more", "what + mean means"),
)
# What opens with these is asked.
_OPENERS = _set("is are was were does did which what how")
_VIEW = re.compile(
    r"\b(what do you (think|make of)|do you (think|agree|believe|reckon|like|expect)|"
    r"your (own )?(view|opinion|thoughts?|take|guess|prediction)|in your (view|opinion)|"
    r"(whose|who) fault|(who is|who) to blame|which (one )?(matters|is) more( important)?|"
    r"should (i|we|they) (be )?(worr|sack|fire|resign|trust)\w*|predict\w*|forecast\w*|"
    r"will (it|this|that|they|things|he|she) (get|be|become|improve|go|rise|fall)\w*\b.*|"
    r"(is|are) (it|this|that|things) (going to|likely to) .*)"
)
# "Is it in crisis" asks for a judgement, whatever it is.
_JUDGED = re.compile(
    r"((so|and|but|ok|well) )*(is|are|was|were|has|have|did) .*"
    r"\b(crisis|failing|failed|failure|broken|disaster|shambles|mess|rubbish|scandal|joke)( now)?"
)

# --- Courtesies around a question -----------------------------------------------------------------

_OATH = re.compile(
    r"\b(?:bloody|(?:mother)?fuck\w*|ffs|wtf|god ?damn|damn|sodding|(?:bull)?shit\w*|crap|bollocks|"
    r"arse|jeez|omg|blimey|gosh|yikes|the (?:hell|heck|devil)|on earth)\b[,.!]*",
    re.I,
)
_CLOSING = "please|pls|plz|kindly|thanks|thank|thx|ty|cheers|mate|again"
# These alone make what stands at an end a courtesy ...
_OPENING = (
    f"{_CLOSING}|hi|hello|hey|hiya|yo|oi|morning|afternoon|evening|sorry|excuse|wonder|wondering|"
    "tell|know|ask|quick|question|query|dear|sirs?|madam|grateful|anyway|separately|honestly|btw|"
    "basically|finally|lastly|um|erm|hmm|top(?= lines)|(?:another|one more) (?:thing|one|q)|"
    # "Last one, who is it about" is no courtesy.
    r"last (?:thing|q|one(?!.*\b(?:it|that|they|them)\b))"
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
# What frames a question, before "about" or "on", or at the end: a wish for all there is ...
_WISH = _set(
    "all anything bit bits details everything explain feedback find findings found gist got have "
    "headline headlines heard info information know known line lines mention mentioned mentions "
    "news overview owt part point points quote read recap rundown said say saying says slide "
    "slides something stuff sum summarise summarize summary summat tell there version word words "
    "written"
)
# ... and who is asked for it.
_FRAMING = _WISH | _set(
    "a an and any are been can could d did do does give had has hear help here hey hmip i im in "
    "inspectorate is it latest looking lot main me more much need nothing ok our out please pls "
    "quick r report reports see short show so some the then these they this to u up us want was "
    "we were what whats where which will with would write yo you your one "
    "two three four five few couple 1 2 3 4 5"
)
_ABOUT = _set("about bout abt concerning on re regarding")
_SUMMING = _set("summarise summarize sum")
_SUMS = _set("gist headline headlines overview points recap rundown summary version")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
# How an answer is wanted, before a question or after it.
_PLAINLY = (
    r"basically|in short|(?:with )?no jargon|(?:in )?(?:plain|simple|easy) (?:english|words|terms)|"
    r"like i[’']?m (?:a )?\w+(?: years?(?: old)?)?"
)
_BRIEFLY = re.compile(
    rf"^(?:{_PLAINLY})[\s,.;:–-]+|"
    r"[\s,.;:–-]+(?:(?:just )?keep it (?:short|brief|simple|quick)|quick(?:ly)?|brief(?:ly)?|asap"
    rf"|tbh|x|{_PLAINLY}"
    r"|(?:in )?(?:a|one|two|three|a few|a couple of|\d) (?:short )?"
    r"(?:sentences?|lines?|words?|points?)(?: (?:i|we|that|for) .*)?"
    r"|(?:one|two|three|a few|few|\d) (?:sentences?|lines?|words?) (?:max|only|tops|please|pls)"
    r"|(?:that )?(?:i|we) can (?:quote|use|print)"
    r"|(?:mentioned )?in (?:the|this|your) (?:annual )?(?:report|slides|presentation))[\s.!?]*$",
    re.I,
)


def unframed(text: str) -> tuple[str, bool]:
    """Give what a message asks about, and whether it wishes for all there is on that."""
    left, framed = plain(text), False
    while _BRIEFLY.search(left) and len(words(rest := _BRIEFLY.sub("", left))) > 1:
        left = rest
    whole, places = left, list(_WORD.finditer(left))
    said = [re.sub("['’]", "", place[0].casefold()) for place in places]
    begin = next((n for n, word in enumerate(said) if word not in _FRAMING), len(said))
    frame, then = said[:begin], said[begin : begin + 1]
    # "About" may be all that courtesies have left.
    wishes = _WISH.intersection(frame) or (left != text.strip() and not frame)
    # "Sum of the two" is reckoned.
    sums = _SUMMING.intersection(frame[:3]) and (frame[0] != "sum" or "up" in frame)
    spoken_of = (wishes and _ABOUT.intersection(then)) or (
        then == ["of"] and _SUMS.intersection(frame[-1:])
    )
    if then and (spoken_of or sums):
        begin += bool(spoken_of)
        left, framed = left[places[begin].start() if begin < len(said) else len(left) :], True
    spoken = words(left)
    if not set(content(spoken)) - _SMALL:
        return whole, False
    # What asks for one thing is no wish for all there is.
    return left, framed and QUESTION.isdisjoint(spoken[:1])


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
    said = " ".join(words(text))
    return bool(_VIEW.search(said) or _JUDGED.fullmatch(said))


def remark_in(text: str) -> str | None:
    """Name what a message says that asks nothing new, None for one that asks something."""
    if not any(character.isalnum() for character in text):
        return "no words"
    if len(text) > LONGEST:
        return "too long"
    spoken = words(text)
    forms = {" ".join(spoken), " ".join(words(plain(text)))}
    for kind, pattern in _PHRASES.items():
        if any(re.fullmatch(pattern, one) for one in forms):
            return kind
    said, asks = frozenset(spoken), spoken[0] in _OPENERS
    for rows, beside in ((_WISHES, _WISHING), (_COURTESIES, _SMALL)):
        for kind, sets, other in rows if len(spoken) <= MOST_WORDS else ():
            if beside is _SMALL and (asks or (kind == "wrong" and text.rstrip().endswith("?"))):
                return None
            if all(map(said.intersection, sets)) and said <= (beside - other).union(*sets):
                return kind
    return None
