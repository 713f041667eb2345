"""The shipped report: every entry true to its slide, readable on a phone, and distinct."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge import Fact, KnowledgeBase
from knowledge.base import REPORTS
from knowledge.exchange.importing import files_at
from knowledge.matching.text import NUMBER_WORDS, words
from tests.conftest import DATA, every_fact, talking

SLIDES = DATA / "slides.txt"
# A phone shows about 280 characters of an answer above its source and buttons; the detail is
# folded. A button shows one line of its label; the rest is cut off by the phone. An overview is of
# up to six lines, the first of which stands in bold.
LONGEST_ANSWER, LONGEST_DETAIL, LONGEST_LABEL = 280, 600, 72
LONGEST_OVERVIEW, LONGEST_FIRST_LINE, MOST_LINES = 480, 76, 6
# More ways of asking than this nobody reads through; a table stands for many questions.
MOST_WAYS, MOST_WAYS_OF_A_TABLE = 100, 255
# A gap stands for a family: other years, areas, grades. Cut down to eighty ways, gaps let nine in a
# hundred questions beside the report be answered, instead of four.
MOST_WAYS_OF_A_GAP = 380
# What the shipped knowledge may grow to before it has to be pruned again.
MOST_ENTRIES, MOST_WAYS_IN_ALL = 420, 40_000
ADDRESSES = {
    "https://www.justiceinspectorates.gov.uk/hmiprobation",
    "https://www.justiceinspectorates.gov.uk/hmiprobation/inspections/",
    "https://www.justiceinspectorates.gov.uk/hmiprobation/about-our-work/our-standards-and-ratings/"
    "ratings-tables/",
    "https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/",
    "https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/05/thematicsfo/",
    "https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/07/"
    "accommodationthematic/",
    "https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/11/edmthematics/",
    "https://www.justiceinspectorates.gov.uk/cjji/media/press-releases/2020/02/iomthematic/",
    "https://www.linkedin.com/company/10285534",
}
ADDRESS = re.compile(r"(?:https?://|www\.)[^\s,;)]*[^\s,;).]")
# The day on which everything on the slides was said; an answer may give it with any slide's words.
SAID_ON = re.compile(r"\b(?:3 )?December 2020\b")


@pytest.fixture(scope="module")
def entries(shipped: KnowledgeBase) -> list[Fact]:
    return every_fact(shipped)


@pytest.fixture(scope="module")
def slides() -> dict[str, str]:
    """The source text by the name of its slide."""
    parts = SLIDES.read_text(encoding="utf-8").split("=== ")[1:]
    named = (part.split("\n", 1) for part in parts)
    return {name.strip(): body for name, body in named}


def sources(fact: Fact, slides: dict[str, str]) -> list[str]:
    """The slides a fact cites, by name ("slide 7: …") or several by number ("slides 3 and 7")."""
    if not fact.source.startswith("slides "):
        return re.split(r" and (?=slide \d)", fact.source)
    by_number = {name.partition(":")[0].removeprefix("slide "): name for name in slides}
    return [by_number.get(number, number) for number in re.findall(r"\d+", fact.source)]


def is_overview(fact: Fact) -> bool:
    return "\n" in fact.answer


def figures_in(text: str) -> Counter[str]:
    """The numbers of a text, number words among them, in one form."""
    found = (re.findall(r"\d+(?:\.\d+)?", token) for token in words(text))
    return Counter(number for numbers in found for number in numbers)


def allowed(fact: Fact, slides: dict[str, str]) -> set[str]:
    """The numbers that a fact may hold: those of its slides, their numbers and the years meant."""
    cited = "\n".join(f"{name}\n{slides[name]}" for name in sources(fact, slides))
    found = set(figures_in(cited))
    # "one" is no number for the matcher unless it stands beside another, but it is one here.
    found |= {
        str(NUMBER_WORDS[w]) for w in re.findall(r"[a-z]+", cited.lower()) if w in NUMBER_WORDS
    }
    years = re.findall(r"20(\d\d)/20(\d\d)", cited)
    return found | {part for year in years for part in (f"20{year[0]}", f"20{year[1]}", *year)}


def test_there_are_enough_facts_and_gaps(entries: list[Fact]) -> None:
    assert sum(not fact.is_gap for fact in entries) >= 170
    assert sum(fact.is_gap for fact in entries) >= 100


def test_a_person_can_read_it_through(entries: list[Fact]) -> None:
    assert len(entries) <= MOST_ENTRIES
    assert sum(len(fact.phrasings) for fact in entries) <= MOST_WAYS_IN_ALL
    most = {f.id: MOST_WAYS_OF_A_GAP if f.is_gap else MOST_WAYS for f in entries}
    most["risk-table"] = MOST_WAYS_OF_A_TABLE
    assert {f.id: len(f.also_asked) for f in entries if len(f.also_asked) > most[f.id]} == {}


def test_every_gap_stands_beside_live_facts(entries: list[Fact]) -> None:
    facts = {fact.id for fact in entries if not fact.is_gap}
    assert [fact.id for fact in entries if fact.is_gap and not fact.beside] == []
    assert {f.id: f.beside for f in entries if not facts.issuperset(f.beside)} == {}
    assert [fact.id for fact in entries if fact.beside and not fact.is_gap] == []


def test_figures_say_what_they_count(entries: list[Fact]) -> None:
    assert [fact.id for fact in entries if bool(fact.figures) != bool(fact.measure)] == []


def test_there_is_an_overview_of_the_report_and_of_every_topic(entries: list[Fact]) -> None:
    topics = {fact.topic for fact in entries if not fact.is_gap}
    assert {fact.topic for fact in entries if is_overview(fact)} == topics
    for fact in (fact for fact in entries if is_overview(fact)):
        lines = fact.answer.split("\n")
        assert 2 <= len(lines) <= MOST_LINES, fact.id
        assert len(lines[0]) <= LONGEST_FIRST_LINE, fact.id


def test_every_entry_cites_slides_that_exist(entries: list[Fact], slides: dict[str, str]) -> None:
    assert {f.id: s for f in entries for s in sources(f, slides) if s not in slides} == {}


def test_no_answer_holds_a_number_that_its_slides_do_not(
    entries: list[Fact], slides: dict[str, str]
) -> None:
    invented = {}
    for fact in entries:
        said = SAID_ON.sub("", ADDRESS.sub("", f"{fact.answer} {fact.detail} {fact.plain}"))
        counted = COUNTED.get(fact.id, set())
        if extra := set(figures_in(said)) - allowed(fact, slides) - counted:
            invented[fact.id] = extra
    assert invented == {}


# Counts of what a slide lists without a total; the entry says that it is a count.
COUNTED = {"thematic-count": {"6"}, "overview-thematic": {"6"}}


def test_every_drawn_figure_stands_on_its_slide(
    entries: list[Fact], slides: dict[str, str]
) -> None:
    drawn = {
        fact.id: figure.value
        for fact in entries
        for figure in fact.figures
        if f"{figure.value:g}" not in allowed(fact, slides)
        # Of what is listed whole, none is a figure.
        and not (figure.value == 0 and fact.answer.startswith("None of"))
    }
    assert drawn == {}


def test_the_table_of_risk_is_the_slides_table(entries: list[Fact], slides: dict[str, str]) -> None:
    table = next(body for name, body in slides.items() if name.startswith("slide 16"))
    rows = [line.split("\t")[1:] for line in table.splitlines() if "%" in line]
    groups = ("NPS high", "NPS medium", "CRC medium", "CRC low")
    stages = ("Assessment", "Planning", "Implementation and delivery", "Reviewing")
    shown = next(fact for fact in entries if fact.id == "risk-table").figures
    assert [(f.label, f.column, f"{f.value:g}{f.unit}") for f in shown] == [
        (stage, group, share)
        for stage, row in zip(stages, rows, strict=True)
        for group, share in zip(groups, row, strict=True)
    ]


def test_only_known_addresses_are_stored(entries: list[Fact]) -> None:
    texts = [f"{f.question} {f.answer} {f.detail} {f.link}" for f in entries]
    found = {address for text in texts for address in ADDRESS.findall(text)}
    known = ADDRESSES | {address.removeprefix("https://") for address in ADDRESSES}
    assert found - known == set()
    assert all(fact.link for fact in entries)


def test_the_misspelt_domain_stands_nowhere() -> None:
    wrong = "justiceinspect" + "rates"
    stored = [data.decode() for _, data in files_at(REPORTS)]
    assert not any(wrong in text for text in [*stored, SLIDES.read_text(encoding="utf-8")])


def test_answers_and_labels_fit_a_phone(entries: list[Fact]) -> None:
    longest = {f.id: LONGEST_OVERVIEW if is_overview(f) else LONGEST_ANSWER for f in entries}
    assert {f.id: len(f.answer) for f in entries if len(f.answer) > longest[f.id]} == {}
    assert {f.id: len(f.detail) for f in entries if len(f.detail) > LONGEST_DETAIL} == {}
    assert {f.id: f.question for f in entries if len(f.question) > LONGEST_LABEL} == {}


# An answer is shown without its question, and to the question turned round ("has it got worse?").
LEANS_ON_ITS_QUESTION = re.compile(r"(?:Yes|No|It|They|Its|Their|Them|He|That)\b")
SAYS_NOT_WHAT = re.compile(
    r"[^.:;]*(?:don't|doesn't) (?:say(?: why| so)?|(?:name|list|give|explain) (?:it|them))[.:;]"
)


def test_every_answer_stands_on_its_own(entries: list[Fact]) -> None:
    assert {f.id: f.answer for f in entries if LEANS_ON_ITS_QUESTION.match(f.answer)} == {}
    assert {f.id: f.answer for f in entries if SAYS_NOT_WHAT.match(f.answer)} == {}


def test_labels_are_questions(entries: list[Fact]) -> None:
    assert [f.id for f in entries if not re.match(r"[A-Z‘'\"“]?\S.*\?$", f.question)] == []
    assert [count for count in Counter(f.question for f in entries).values() if count > 1] == []


def test_every_entry_is_asked_in_twenty_ways(entries: list[Fact]) -> None:
    assert {f.id: len(f.also_asked) for f in entries if len(f.also_asked) < 20} == {}


def test_no_phrasing_stands_twice(entries: list[Fact]) -> None:
    owners: dict[str, str] = {}
    twice: list[tuple[str, str, str]] = []
    for fact in entries:
        for phrasing in fact.phrasings:
            read = " ".join(re.findall(r"\w+", phrasing.lower()))
            if owners.setdefault(read, fact.id) != fact.id:
                twice.append((phrasing, fact.id, owners[read]))
    assert twice == []


def test_no_phrasing_gives_its_answer_away(entries: list[Fact]) -> None:
    assert {p: f.id for f in entries for p in f.also_asked if _given_away(f, p)} == {}


# What is numbered ("part 2", "2018/19") names a thing; only a number asked for is an answer.
NUMBERED = re.compile(r"covid-?19|\b(?:round|year|yr|part|pt|slide|standard|std) \d\S*", re.I)
YEARS = figures_in("2018 2019 2020 2021 2018/19 2019/20")
FEW = {"1", "2", "3"}


def _given_away(fact: Fact, phrasing: str) -> set[str]:
    if fact.is_gap:
        return set()
    said = set(figures_in(NUMBERED.sub("", phrasing)))
    asked = set(figures_in(fact.answer)) - set(figures_in(fact.question)) - set(YEARS)
    # "The three things that changed" is how people speak of a list; a count it is only where
    # the entry counts.
    return said & (asked if fact.question.startswith("How many") else asked - FEW)


def test_files_are_as_people_review_them() -> None:
    for name, data in files_at(REPORTS):
        document = json.loads(data)
        again = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        assert data.decode() == again, name


def test_each_answer_is_found_by_its_own_question(
    shipped: KnowledgeBase, entries: list[Fact]
) -> None:
    assert list(_missed(shipped, entries)) == []


def _missed(shipped: KnowledgeBase, entries: list[Fact]) -> Iterator[str]:
    for fact in entries:
        reply = shipped.ask(fact.question)
        matches = getattr(reply, "matches", None) or [getattr(reply, "gap", None)]
        if matches[0] is None or matches[0].fact.id != fact.id:
            yield fact.id


def test_the_source_is_held_as_data() -> None:
    assert Path(SLIDES).read_text(encoding="utf-8").count("=== slide") == 28


def test_the_questions_in_the_readme_get_what_it_promises(shipped: KnowledgeBase) -> None:
    readme = (DATA.parents[1] / "README.md").read_text(encoding="utf-8")
    section = readme.split("\n## Ask it\n")[1].split("\nCommands")[0]
    shown = re.findall(r"^\| `(.+?)` \|", section, re.M)
    promised = [
        "slide 21",
        "12%: Planning, CRC low",
        "rated 'Good'",
        "The slides give no reoffending figures",
    ]
    for world in talking(shipped.store.path, shipped):
        for question, words_ in zip(shown, promised, strict=True):
            *before, last = question.split("`, then `")
            for one in before:
                world.says(one)
            assert words_ in world.says(last).text, question
