"""Whatever people, forged clients and files send: an answer Telegram accepts, and no error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import texts
from bot.settings import Settings
from knowledge import ImportRefused, KnowledgeBase
from tests.conftest import World, open_small, started
from tests.telegram import Telegram

FEW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# What Telegram's apps let a person send: no lone halves of a character, no control characters.
TYPED = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=300)
TRICKY = st.one_of(
    TYPED,
    st.lists(
        st.sampled_from(
            ["<b>", "</b>", "&lt;", "&", "<", ">", '"', "'", "po vacancies", "/ask", "\u202e", "😀"]
        ),
        min_size=1,
        max_size=20,
    ).map(" ".join),
)
PREFIXES = ("f", "r", "t", "n", "v", "c", "q", "g", "a", "a:edit", "a:undo", "a:go", "a:t")
PARTS = st.one_of(
    st.integers(-5, 10**15).map(str),
    st.sampled_from(["nps-vacancies", "staffing", "", "../x", "'; drop table fact; --", "٣"]),
    st.text(max_size=8),
)
FORGED = st.tuples(st.sampled_from(PREFIXES), st.lists(PARTS, max_size=3)).map(
    lambda made: ":".join([made[0], *made[1]]).encode()[:64].decode("utf-8", "ignore")
)
HTML = st.sampled_from(["<b>", "</b>", "<a href='x'>", "&amp;", "</blockquote>", "<", '"', "x"])


@pytest.fixture
def strict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A bot whose errors are the test's."""
    own = Settings(token=Telegram().token, questions_per_minute=10**6, admin_ids=frozenset({501}))
    yield from started(tmp_path / "strict.db", settings=own)


def fine(world: World) -> None:
    """Nothing was refused by Telegram, and nobody was told that something went wrong."""
    calls = world.calls()
    refused = [one for one in calls if one.status != 200 and "not modified" not in one.error]
    assert refused == []
    told = [str(one.parameters.get("text", "")) for one in calls]
    assert texts.SORRY not in told


@given(text=TRICKY)
@FEW
def test_any_text_is_answered_with_what_telegram_accepts(strict: World, text: str) -> None:
    if not " ".join(text.split()):
        return
    try:
        strict.telegram.text(strict.ann, text)
    except ValueError:  # nothing is left that Telegram's apps would send
        return
    strict.deliver()
    fine(strict)


@given(data=FORGED)
@FEW
def test_callback_data_written_by_hand_ends_in_no_error_and_changes_nothing(
    strict: World, data: str
) -> None:
    before = strict.knowledge.export("all.jsonl")
    strict.telegram.text(strict.ann, "/topics")
    strict.deliver()
    message = strict.telegram.chat(strict.ann).last
    strict.calls()
    strict.telegram.tap(strict.ann, message, data=data)
    strict.deliver()
    fine(strict)
    assert strict.knowledge.export("all.jsonl") == before


@given(text=TYPED.map(lambda text: text[:200]))
@FEW
def test_anything_typed_after_the_bots_name_gives_valid_cards(strict: World, text: str) -> None:
    strict.telegram.inline(strict.ann, text)
    strict.deliver()
    fine(strict)


@given(pieces=st.lists(st.one_of(HTML, TYPED.map(lambda text: text[:30])), min_size=1, max_size=8))
@FEW
def test_any_answer_in_the_knowledge_base_round_trips_into_a_message(
    strict: World, pieces: list[str]
) -> None:
    answer = " ".join("".join(pieces).split()) or "x"
    row = {"id": "odd", "question": "What is odd?", "answer": answer, "detail": answer}
    try:
        planned = strict.knowledge.plan_import(json.dumps([row]).encode(), "odd.json")
    except ImportRefused:
        return
    strict.knowledge.change(planned.edit, "test")
    shown = strict.knowledge.fact("odd").answer
    strict.telegram.text(strict.ann, "/start odd")
    strict.deliver()
    fine(strict)
    assert " ".join(shown.split()) in " ".join(strict.telegram.chat(strict.ann).last.text.split())


@given(
    data=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(str.encode),
        st.lists(st.text(max_size=20), max_size=9).map(
            lambda cells: b"id,question,answer\n" + ",".join(cells).encode()
        ),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9)),
            lambda one: (
                st.lists(one, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["facts", "id", "question", "answer", "figures", "also_asked"]),
                    one,
                    max_size=4,
                )
            ),
            max_leaves=12,
        ).map(lambda made: json.dumps(made).encode()),
    ),
    suffix=st.sampled_from(["csv", "tsv", "json", "jsonl"]),
)
@settings(FEW, max_examples=150)
def test_any_file_is_planned_or_refused_by_name_and_changes_nothing(
    small_base: KnowledgeBase, data: bytes, suffix: str
) -> None:
    before = small_base.export("all.jsonl")
    try:
        planned = small_base.plan_import(data, f"any.{suffix}")
    except ImportRefused as refusal:
        said = str(refusal)
    else:
        said = str(planned)
    assert said
    assert small_base.export("all.jsonl") == before


@pytest.fixture
def small_base(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with closing(open_small(tmp_path / "files.db")) as knowledge:
        yield knowledge
