"""How a question is read: numbers, years, shares, terms and slips of the thumb."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.matching.question import KINDS, Contrasts, Reader, asks, conflicts
from knowledge.matching.spelling import Speller
from knowledge.matching.text import Vocabulary, for_the_record, words
from knowledge.model import Term


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2018-19", "2018/2019"),
        ("in 18-19", "in 2018/2019"),
        ("16-17 year olds", "16 17 year olds"),
        ("aged 10-11, pages 12-13", "aged 10 11 pages 12 13"),
        ("8/10 services, open 24/7", "8 out of 10 services open 24/7"),
        ("2018/2019", "2018/2019"),
        ("in 18/19?", "in 2018/2019"),
        ("8/10 rated good", "8 out of 10 rated good"),
        ("the 2nd and 3rd", "the second and third"),
        ("eight out of ten", "8 out of 10"),
        ("80 per cent", "80%"),
        ("80 % or 80pc", "80% or 80%"),
        ("what percentage", "what percent"),
        ("£8.5 million", "£8.5m"),
        ("1,000 cases", "1000 cases"),
        ("twenty one CRCs", "21 crcs"),
        ("the one who spoke", "the one who spoke"),
        ("one in ten", "1 in 10"),
        ("standard 2.2", "standard 2.2"),
        ("what’s the inspectorate's view", "what the inspectorate view"),
        ("didn’t", "didnt"),
        ("<b>bold</b> & co", "b bold b co"),
        ("😀 👍", ""),
        ("Ärger ﬁne", "ärger fine"),
        # Abbreviations with dots or spaces, letters in other dress, what is not seen.
        ("C.R.C. ratings", "crc ratings"),
        ("N.P.S. staffing, P. O. posts", "nps staffing po posts"),
        ("C R C's", "crc"),
        ("are u r fan", "are you are fan"),
        ("𝐂𝐑𝐂 ⓝⓟⓢ", "crc nps"),
        ("pro\u00adbation o\u200bfficers", "probation officers"),
        ("s\u0336lip", "slip"),
        ("through\u2011the\u2011gate", "through the gate"),
        ("whos the boss", "who the boss"),
        ("open y/n", "open"),
        ("weekly/nightly", "weekly nightly"),
        ("Version 2.0.1", "version 2.0.1"),
    ],
)
def test_a_question_is_read_in_one_form(typed: str, read: str) -> None:
    assert " ".join(words(typed)) == read


@given(st.text(max_size=200))
def test_any_text_can_be_read_and_recorded(text: str) -> None:
    for token in words(text):
        assert token
        assert not token.isspace()
    record = for_the_record(text)
    assert len(record) <= 300
    assert record == " ".join(record.split())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Mail me at jo.bloggs@example.org please", "mail me at [email] please"),
        ("ring 07700 900123 about vacancies", "ring [number] about vacancies"),
        ("vacancies in 2019", "vacancies in 2019"),
        ("a\nb   c", "a b c"),
    ],
)
def test_a_recorded_question_names_nobody(typed: str, kept: str) -> None:
    assert for_the_record(typed) == kept


def test_the_longest_term_is_replaced_and_not_read_again() -> None:
    vocabulary = Vocabulary(
        [Term("pso", "probation services officer"), Term("po", "pso"), Term("po box", "letter")]
    )
    read = vocabulary.apply(words("po box of a po and a pso"))
    assert " ".join(read) == "letter of a pso and a probation services officer"


VOCABULARY = (
    "vacancies vacancies supervision planning unpaid work prison recall through gate".split()
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("vacencies", "vacancies"),
        ("vacancise", "vacancies"),
        ("supervison", "supervision"),
        ("plannning", "planning"),
        ("wrok", "work"),
        ("wrk", "work"),  # short for it, as the next two are
        ("vcncs", "vacancies"),
        ("sprvsn", "supervision"),
        ("prsion", "prison"),
        ("thruogh", "through"),
        ("unpaidwork", "unpaid work"),
        ("person", "person"),  # a correct word, though one letter from "prison"
        ("retail", "retail"),
        ("planing", "planning"),  # English, and hundreds of times as rare
        ("mccann", "mccann"),  # a name like nothing known
        ("2019", "2019"),
        ("gte", "gte"),  # too short to tell
    ],
)
def test_slips_are_repaired_and_correct_words_are_not(typed: str, meant: str) -> None:
    assert " ".join(Speller(Counter(VOCABULARY)).repair(typed)) == meant


@given(st.text("0123456789/%£.m", min_size=1, max_size=8))
def test_numbers_are_never_repaired(number: str) -> None:
    speller = Speller(Counter([*VOCABULARY, "2018/2019", "650"]))
    assert speller.repair(number) == (number,)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("how many vacancies", "count"),
        ("how much money went in", "money"),
        ("what percentage of officers", "share"),
        ("when did it start", "when"),
        ("who spoke", "who"),
        ("why was it cut short", "why"),
        ("where is the pilot", "where"),
        ("did unpaid work stop", "whether"),
        ("so did it stop", "whether"),
        ("what does ttg stand for", "meaning"),
        ("link to the report", "link"),
        ("unpaid work", "keywords"),
        ("", "keywords"),
    ],
)
def test_what_a_question_asks_for(question: str, kind: str) -> None:
    assert KINDS[asks(words(question))] == kind


def test_rivals_of_one_group_conflict_and_others_do_not() -> None:
    contrasts = Contrasts(
        [Term("crc", "crc", "body"), Term("nps", "nps", "body"), Term("po", "officer")]
    )
    crc, nps = contrasts.named(["crc", "officer"]), contrasts.named(["nps"])
    both, neither = contrasts.named(["nps", "crc"]), contrasts.named(["officer"])
    assert conflicts(crc, nps) == 1
    assert conflicts(crc, both) == conflicts(both, nps) == conflicts(neither, nps) == 0
    assert contrasts.replaced(["of", "crc", "cases"], "body", "nps") == ("of", "nps", "cases")


def test_halves_and_single_letters_that_make_a_known_word_are_joined() -> None:
    speller = Speller(Counter("unpaid work po vacancies is paid a".split()))
    reader = Reader(Vocabulary(), Contrasts([]), speller)
    for typed, read in (
        ("un paid work", "unpaid work"),
        ("p o vacancies", "po vacancies"),
        ("is a paid", "is a paid"),
    ):
        assert " ".join(reader.read(typed)[0].tokens) == read


def test_a_short_name_is_not_made_a_word_that_is_hardly_used() -> None:
    counts = Counter({"staff": 30_000, "cart": 1, "carter": 1})
    assert Speller(counts).repair("carta") == ("carta",)
    assert Speller(counts).repair("staf") == ("staff",)
