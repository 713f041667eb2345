"""What is not a question for the report, and what to say to it."""

from __future__ import annotations

import re

from bot import texts

LONGEST = 1000
# Small talk of more words is hardly that.
MOST_WORDS = 12

_GREETING = frozenset(
    "hi hii hello helo hey heya hiya howdy yo greetings morning afternoon evening hallo".split()
)
_THANKS = frozenset("thanks thank thankyou thx thnx tnx ty cheers ta appreciated grateful".split())
_ACKNOWLEDGED = frozenset(
    "ok okay okey k kk great good perfect brilliant excellent lovely cool nice wow fine alright "
    "right sure understood noted sweet super awesome amazing fab fantastic interesting fair".split()
)
_GOODBYE = frozenset("bye byee goodbye cya farewell ciao goodnight".split())
_LAUGHTER = frozenset("lol haha hahaha hehe lmao".split())
# What goes with these and says nothing by itself.
_AROUND = frozenset(
    "there bot all everyone again you u so very much a lot million mate pal friend love for that "
    "this your the help helping is was it its thats helps helped useful really just well done got "
    "i see im ill me now then and see later soon day night have too oh ah ooh yes yep yeah no "
    "enough everything makes sense be bye dear sir madam team guys of to know will one job night "
    "weekend nope nothing else more about my".split()
)
_INSULTS = frozenset(
    "stupid idiot idiotic useless dumb rubbish crap shit shite bollocks fuck fucking fucker wanker "
    "twat moron pathetic hopeless suck sucks trash garbage hate terrible worst pointless waste "
    "bloody stfu thick".split()
)
_ABOUT_YOU = frozenset(
    "you u ur youre are is this that thing bot robot machine a an the so such what of time off "
    "well i it its yourself piece absolutely totally complete just really very me be shut up go "
    "to hell damn".split()
)
_YOU = frozenset("you u ur youre bot robot thing machine off this".split())
# A message that begins with one of these asks something.
_ASKING = frozenset("is are was were does did will how".split())
_IDENTITY = re.compile(
    r"(hi |hello )?(are|r) (you|u) (just )?(a |an |the )?(real |actual )?(person|human|bot|robot|"
    r"ai|machine|computer|man|woman|alive|real)( or (a |an )?\w+)?|who (are|r) (you|u)|"
    r"what (are|r) "
    r"(you|u)|am i (talking|speaking|chatting) (to|with) (a |an )?(real )?(\w+)"
)
_HOW_ARE_YOU = re.compile(r"(hi |hello |hey )*how (are|r) (you|u|things)( doing)?( today)?")
_HELP = re.compile(
    r"(please )?(help|help me|menu|options|how does (this|it) work|how do i (use|ask) (this|you)|"
    r"what can (i ask|i ask you|you do|you tell me)|what do you (do|know)|start|begin)( please)?"
)
_ACKNOWLEDGING = re.compile(
    r"(i see|got it|makes sense|well done|thats (all|it|enough)|no worries)"
)


def not_a_question(text: str) -> str | None:
    """Say what to reply to a text that is no question, None for one that may be."""
    if not any(character.isalnum() for character in text):
        return texts.NO_WORDS
    if len(text) > LONGEST:
        return texts.too_long(LONGEST)
    plain = " ".join(
        re.sub(r"[^\w\s]", " ", text.casefold().replace("'", "").replace("’", "")).split()
    )
    for pattern, reply in (
        (_IDENTITY, texts.WHO_I_AM),
        (_HOW_ARE_YOU, texts.HOW_I_AM),
        (_HELP, texts.HOW),
        (_ACKNOWLEDGING, texts.ACKNOWLEDGED),
    ):
        if pattern.fullmatch(plain):
            return reply
    return _courtesy(plain.split())


def _courtesy(spoken: list[str]) -> str | None:
    """Reply to courtesies, or abuse, of up to a dozen words and nothing else."""
    said = frozenset(spoken)
    if len(spoken) > MOST_WORDS or spoken[0] in _ASKING:
        return None
    if said & _INSULTS and said <= _INSULTS | _ABOUT_YOU and (said & _YOU or said <= _INSULTS):
        return texts.INSULTED
    courteous = _GREETING | _THANKS | _ACKNOWLEDGED | _GOODBYE | _LAUGHTER
    if not said & courteous or not said <= courteous | _AROUND:
        return None
    if said & _GOODBYE or {"see", "later"} <= said:
        return texts.GOODBYE
    if said & _THANKS:
        return texts.WELCOME
    if said & _GREETING:
        return texts.GREETING
    return texts.ACKNOWLEDGED
