"""What is kept in memory, with its limits."""

from __future__ import annotations

from bot.services import Memory, Standing
from knowledge import Context
from knowledge.model import REMEMBERED

HERE = (1, None)


def test_memory_has_a_time_limit() -> None:
    now = 0.0
    memory = Memory(15, lambda: now)
    memory.show((1, None), ("a",))
    now = 14 * 60
    assert memory.shown((1, None)) == ("a",)
    now = 16 * 60
    assert memory.shown((1, None)) == ()


def test_memory_is_bounded() -> None:
    memory = Memory(15, lambda: 0.0)
    for chat_id in range(10_050):
        memory.show((chat_id, None), ("a",))
    assert memory.shown((49, None)) == ()
    assert memory.shown((50, None)) == ("a",)
    memory.show((1, None), tuple(map(str, range(50))))
    assert len(memory.shown((1, None))) == REMEMBERED


def test_topics_of_a_forum_are_remembered_apart() -> None:
    memory = Memory(15)
    memory.show((1, 7), ("a",))
    assert memory.shown((1, 8)) == ()


def test_an_edited_question_takes_back_what_it_showed() -> None:
    memory = Memory(15)

    def said(fact: str) -> Standing:
        return Standing(memory.standing(HERE).context.showing("", (fact,)))

    memory.answered(HERE, 10, 11, said("a"))
    memory.answered(HERE, 12, 13, said("b"))
    exchange = memory.exchange(HERE, 12)
    assert exchange is not None
    assert exchange.before.context.shown == ("a",)
    memory.answered(HERE, 12, 13, Standing(exchange.before.context.showing("", ("c",))))
    assert memory.shown(HERE) == ("c", "a")


def test_a_reply_to_an_older_answer_speaks_of_that_one() -> None:
    memory = Memory(15)
    for number, fact in ((10, "a"), (12, "b")):
        memory.answered(HERE, number, number + 1, Standing(Context("", (fact,), (), (fact,))))
    assert memory.standing(HERE).context.answered == ("b",)
    assert memory.standing(HERE, replied=11).context.answered == ("a",)
    # As does one to the question that brought it.
    assert memory.standing(HERE, replied=10).context.answered == ("a",)
