"""Every sentence that knowledge puts together itself; what a report says stands in its entries."""

from collections.abc import Sequence

from knowledge.model import Answer, Match, Near, Remark, Reply, Suggestions, Unknown


def listed(parts: Sequence[str]) -> str:
    """Join parts as a sentence does."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def capital(text: str) -> str:
    """Begin with a capital, unless the first word is one that has its own form."""
    return text[:1].upper() + text[1:]


# --- Tables ---------------------------------------------------------------------------------------
POINTS = "percentage point"


def figure(value: float, unit: str) -> str:
    """Write a figure with its unit."""
    number = f"{round(value, 1):,g}"
    if unit.startswith("£"):
        return f"£{number}{unit[1:]}"
    return f"{number}%" if unit == "%" else f"{number} {unit}".strip()


def points(value: float, unit: str) -> str:
    """Write how far two figures are apart."""
    if unit != "%":
        return figure(value, unit)
    return f"{round(value, 1):g} {POINTS}{'' if value == 1 else 's'}"


def series(place: str, cells: Sequence[tuple[str, str]]) -> str:
    """Give the figures of a row or a column."""
    figures = listed([f"{said} {name}".strip() for name, said in cells])
    return f"{capital(place)}: {figures}." if place else f"{capital(figures)}."


def difference(apart: str, place: str, first: tuple[str, str], second: tuple[str, str]) -> str:
    """Give the difference of two figures, where each stands and what both share."""
    on = f" for {place}" if place else ""
    if not apart:
        return f"no difference{on}: {first[1]} for {first[0]} and for {second[0]}"
    return f"{apart}{on}: {first[1]} ({first[0]}) against {second[1]} ({second[0]})"


def leads(
    place: str, word: str, apart: str, first: tuple[str, str], second: tuple[str, str]
) -> str:
    """Name the higher, or lower, of two figures first."""
    on = f" for {place}" if place else ""
    against = f"{first[1]} against {second[1]} for {second[0]}"
    return f"{capital(first[0])} is {word}{on}: {against}, {apart}."


def leads_in(name: str, other: str, ahead: int, pairs: Sequence[str], word: str) -> str:
    """Say in how many comparisons one of two is higher, or lower."""
    count = len(pairs)
    every = "both" if count == 2 else f"all {count}"
    within = every if ahead == count else f"{ahead} of {count}"
    return f"{capital(name)} is {word} than {other} in {within}: {listed(pairs)}."


def extreme(said: str, word: str, places: Sequence[str], then: str) -> str:
    """Give the highest or lowest figure, where it stands, and the next."""
    after = f" Next: {then}." if then else ""
    return f"{said} is the {word}: {listed(places)}.{after}"


def threshold(count: int, total: int, word: str, limit: str, cells: Sequence[str]) -> str:
    """Say which figures lie below or above a limit."""
    if not count:
        return f"None of the {total} figures is {word} {limit}."
    verb = "is" if count == 1 else "are"
    return f"{count} of the {total} figures {verb} {word} {limit}: {'; '.join(cells)}."


# A figure and where it stands.
CELL = "{}: {}."
# What the figures of a table count.
MEASURED = "Figures: {}."
MEAN = "{} is the mean of these {}; the report gives none: {}."
TOTAL = "{} together: {}."
# A time in longer units, and as the report has it; so many for each, of how many, and for how many.
LESS = "{}: {} less {}."
RECKONED = "{}: {}."
EACH = "{} each on average: {} for {}."
# Figures in their order.
RANKED = "From the {}: {}."
GAP = "{} is the {} gap: {}, from {} to {}."
# What a share leaves, the share and where it stands.
COMPLEMENT = "{} did not: the report's figure is {} for {}."
# Those left, a count, the total that it is of, and where it stands.
REST_OF = "{0} of {2} were not: {1} of {2} were ({3})."
AS_SHARE = "{}: {} of {} ({})."
NOT = "not {}"
# What a share leaves, before the share itself.
REST = "{} did not."
YES = "Yes."
NO = "No."


# --- What does not fit ----------------------------------------------------------------------------
def not_for(asked: str, given: str) -> str:
    """Say that the report tells this for another date, body or level than was asked about."""
    says = f"What it says for {given}:" if given else "What it does say:"
    return f"The report doesn't give this for {asked}. {says}"


def instead(given: str, claimed: str) -> str:
    """Say that the report gives another figure than was put forward."""
    return f"The report says {given[:1].lower()}{given[1:]}, not {claimed}."


NONE = "None"
NO_REASON = "The report gives no reason beyond this:"
NO_NAME = "The report gives no name beyond this:"
NO_FIGURE = "The report gives no figure for this. What it does say:"
# The date of what was said last.
OF_DATE = "That is of {}."
CANT_TELL = "I can't tell that from the report. The last answer was:"
NO_VIEW = "The report doesn't compare, judge or predict this. What it does say:"

# --- Overviews ------------------------------------------------------------------------------------
IN_SHORT = "What the report says of it, in short:"


def line(said: str, source: str) -> str:
    """Write a line of an overview, and where it stands."""
    place = source.split(":")[0]
    return f"• {said} ({place})" if place else f"• {said}"


# --- Other languages ------------------------------------------------------------------------------
# Said above an answer or questions in English, by language.
ENGLISH_BELOW = {
    "fr": "Je réponds seulement en anglais. Le plus proche dans le rapport :",
    "de": "Ich antworte nur auf Englisch. Am nächsten im Bericht:",
    "es": "Solo respondo en inglés. Lo más cercano en el informe:",
    "it": "Rispondo solo in inglese. Il più vicino nel rapporto:",
    "pt": "Só respondo em inglês. O mais próximo no relatório:",
    "nl": "Ik antwoord alleen in het Engels. Het dichtst erbij in het rapport:",
    "pl": "Odpowiadam tylko po angielsku. Najbliżej w raporcie:",
    "tr": "Yalnızca İngilizce yanıt veriyorum. Raporda en yakını:",
    "ru": "Я отвечаю только по-английски. Ближе всего в отчёте:",
    "ar": "أجيب بالإنجليزية فقط. الأقرب في التقرير:",
    "zh": "我只能用英语回答。报告中最接近的内容：",
    "ja": "英語でのみお答えします。報告書で最も近い内容：",
    "ko": "영어로만 답변합니다. 보고서에서 가장 가까운 내용:",
    "th": "ฉันตอบเป็นภาษาอังกฤษเท่านั้น สิ่งที่ใกล้เคียงที่สุดในรายงาน:",
}
# Said to what is not read at all, by language.
ENGLISH_ONLY = {
    "cy": "Mae'n ddrwg gen i, dim ond Saesneg rwy'n ei ddeall. Dewiswch bwnc (yn Saesneg):",
    "ro": "Îmi pare rău, înțeleg doar engleza. Alegeți un subiect (în engleză):",
    "ur": "معذرت، میں صرف انگریزی سمجھتا ہوں۔ ایک موضوع چنیں (انگریزی میں):",
    "pa": "ਮਾਫ਼ ਕਰਨਾ, ਮੈਂ ਸਿਰਫ਼ ਅੰਗਰੇਜ਼ੀ ਸਮਝਦਾ ਹਾਂ। ਇੱਕ ਵਿਸ਼ਾ ਚੁਣੋ (ਅੰਗਰੇਜ਼ੀ ਵਿੱਚ):",
    "bn": "দুঃখিত, আমি শুধু ইংরেজি বুঝি। একটি বিষয় বেছে নিন (ইংরেজিতে):",
    "hi": "क्षमा करें, मैं केवल अंग्रेज़ी समझता हूँ। एक विषय चुनें (अंग्रेज़ी में):",
    "gu": "માફ કરશો, હું ફક્ત અંગ્રેજી સમજું છું. એક વિષય પસંદ કરો (અંગ્રેજીમાં):",
    "lt": "Atsiprašau, suprantu tik angliškai. Pasirinkite temą (anglų kalba):",
    "bg": "Съжалявам, разбирам само английски. Изберете тема (на английски):",
    "uk": "Вибачте, я розумію лише англійську. Оберіть тему (англійською):",
    "hu": "Sajnálom, csak angolul értek. Válasszon témát (angolul):",
    "so": "Waan ka xumahay, Ingiriis kaliya ayaan fahmaa. Dooro mawduuc (Ingiriis):",
    "fa": "متأسفم، فقط انگلیسی می‌فهمم. یک موضوع انتخاب کنید (به انگلیسی):",
}
ONLY_ENGLISH = "Sorry, I only understand English. Please ask in simple English, or pick a topic:"

# --- Explanations ---------------------------------------------------------------------------------
DATED = "Dates taken by themselves: {}"
PART = "Read as a question of its own: “{}”"
FOLLOWED = "Read after: “{}”"
COMPUTED_FROM = "Worked out from the figures of: “{}”"
REMARK = "Read as a remark, not as a question for the report"
VIEW = "Read as a wish for a judgement or a prediction"
OVERVIEW = "Read as a wish for an overview"
OTHER_LANGUAGE = "Read by its meaning, as a question in another language"
PICKED = "Read as a pick from what was offered or said last"


def verdict(reply: Reply) -> str:
    """Say in plain words what came of a question."""
    match reply:
        case Remark(kind=kind):
            return f"No question for the report: {kind}."
        case Answer((Match(fact, likely), *_)):
            return f"Answered: sure enough of “{fact.question}” ({likely:.0%})."
        case Near((Match(fact), *_)):
            return f"Not in the report as asked; near it: “{fact.question}”."
        case Suggestions((Match(fact, likely), *_)):
            return f"Only offered: “{fact.question}” is likeliest, at {likely:.0%}."
        case Unknown(Match(fact)):
            return f"Not in the report, which the entry “{fact.question}” explains."
        case _:
            return "Nothing likely enough to be offered."
