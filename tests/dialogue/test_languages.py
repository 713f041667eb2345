"""Questions in other languages."""

from __future__ import annotations

import pytest

from knowledge import KnowledgeBase, Suggestions, Unknown, texts
from knowledge.dialogue.languages import language_of
from tests.conftest import every_fact


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Combien de postes sont vacants ?", "fr"),
        ("Wie viele Stellen sind unbesetzt?", "de"),
        ("¿Cuántas vacantes hay?", "es"),
        ("ile jest wolnych stanowisk", "pl"),
        ("сколько вакансий", "ru"),
        ("faint o swyddi gwag oedd yna?", "cy"),
        ("虐待是什么意思", "zh"),
        ("how many vacancies", ""),
        ("vacs nps?", ""),
        ("des moines", ""),
    ],
)
def test_the_language_of_short_texts_is_told(text: str, language: str) -> None:
    known = {"how", "many", "vacancies", "nps"}.intersection(text.strip("?").split())
    assert language_of(text, 0.0 if known else 1.0) == language


def test_hardly_a_shipped_way_of_asking_is_taken_for_another_language(
    shipped: KnowledgeBase,
) -> None:
    phrasings = [text for fact in every_fact(shipped) for text in fact.phrasings][::9]
    taken = [text for text in phrasings if language_of(text, 1.0)]
    assert len(taken) * 500 < len(phrasings), taken


def test_most_words_known_here_make_no_english(shipped: KnowledgeBase) -> None:
    reply = shipped.ask("le rapport dit quoi sur les officiers")
    assert getattr(reply, "note", "") == texts.ENGLISH_BELOW["fr"]


def test_what_the_encoder_reads_is_offered_under_a_line_of_its_own(shipped: KnowledgeBase) -> None:
    reply = shipped.ask("Was lief während der Pandemie gut?")
    assert isinstance(reply, Suggestions)
    assert reply.note == texts.ENGLISH_BELOW["de"]
    assert any("well" in match.fact.id for match in reply.matches)


def test_what_nothing_here_reads_is_told_so_in_its_language(shipped: KnowledgeBase) -> None:
    assert shipped.ask("faint o swyddi gwag oedd yna?") == Unknown(note=texts.ENGLISH_ONLY["cy"])
