"""What is not a question for the report, and what to say to it."""

from __future__ import annotations

import re
import unicodedata

from bot import texts

LONGEST = 1000

_GREETING = (
    r"(hi+|hello+|hey+|hiya|howdy|yo|greetings|morning|afternoon|evening|"
    r"good (morning|afternoon|evening|day))( (there|bot|all|everyone|again))?"
)
_THANKS = (
    r"((ok(ay)?|great|perfect|brilliant|lovely|cool|good) )?"
    r"(thanks?( you)?|thankyou|thx|ty|cheers|ta|much appreciated)"
    r"( (very|so) much| a lot| a million| again| bot| mate| for (that|this|your help|the help))*"
    r"( (that|thats|it) (helps|helped|is great|great))?"
)
_ACKNOWLEDGED = (
    r"(ok(ay)?|k|great|good|perfect|brilliant|excellent|lovely|cool|nice|wow|fine|alright|"
    r"all right|right|sure|got it|i see|understood|noted|makes sense|very good|well done|good bot)"
)
_GOODBYE = r"(bye+( bye)?|goodbye|good night|see you( later)?|cya)( (bot|now|then))?"
_HELP = (
    r"(please )?(help|help me|menu|options|how does (this|it) work|how do i (use|ask) (this|you)|"
    r"what can (i ask|i ask you|you do)|what do you do|start|begin)( please)?"
)
SMALL_TALK = (
    (re.compile(_GREETING), texts.GREETING),
    (re.compile(_THANKS), texts.WELCOME),
    (re.compile(_ACKNOWLEDGED), texts.ACKNOWLEDGED),
    (re.compile(_GOODBYE), texts.GOODBYE),
    (re.compile(_HELP), texts.HOW),
)

# Function words of languages people in Britain are likely to write in, none of them English words
# or names in the report. Two are needed, so that a borrowed word or a surname does no harm.
_FOREIGN = """
    combien quel quelle quels quelles les des est sont une dans avec où pourquoi comment cette
    wie viele warum wann wer ist sind und dem ein eine nicht über für mit wurden gibt cuántos
    cuantos cuál cual cuáles qué los las una del está están por porque cómo dónde quanti quante
    quali quale della delle degli gli che sono perché nel nella quantos quantas qual quais são
    uma não onde quando foi foram ile jest są jak dlaczego gdzie kiedy kto czy dla nie które ilu
    było przez się ilość ilosc câți cati câte cate sunt este pentru unde când ce și din faint
    sawl beth yw oedd ble pryd pwy sut mae wedi gan ydy oes gyda kaç kadar nerede niçin neden
    nasıl ve bir için kiek kodėl kaip yra hur många varför vad är hoeveel waarom wanneer zijn
    het een cuántas cuantas había habia hubo sobre tiene años je ne pas vous avez comprends
    pouvez comprendre bonjour merci hola gracias danke bitte guten ciao grazie dziękuję obrigado
    teşekkürler diolch labas ačiū salut mulțumesc
"""
FOREIGN = frozenset(_FOREIGN.split())
# Said alone, these are no question in English either.
_ALONE = frozenset(
    "bonjour merci hola gracias danke hallo ciao grazie salut dziękuję obrigado diolch".split()
)

_WORD = re.compile(r"[^\W\d_]+")


def not_a_question(text: str) -> str | None:
    """Say what to reply to a text that is not a question in English, None for one that may be."""
    if not any(character.isalnum() for character in text):
        return texts.NO_WORDS
    if len(text) > LONGEST:
        return texts.too_long(LONGEST)
    plain = " ".join(re.sub(r"[^\w\s]", " ", text.casefold().replace("'", "")).split())
    for pattern, reply in SMALL_TALK:
        if pattern.fullmatch(plain):
            return reply
    return texts.ENGLISH_ONLY if foreign(text) else None


def foreign(text: str) -> bool:
    """Tell whether a text is written in another alphabet or, by its function words, language."""
    letters = [character for character in text if character.isalpha()]
    latin = sum("LATIN" in unicodedata.name(character, "") for character in letters)
    if letters and latin * 2 < len(letters):
        return True
    words = set(_WORD.findall(unicodedata.normalize("NFC", text).casefold()))
    return len(words & FOREIGN) >= 2 or (len(words) == 1 and bool(words & _ALONE))
