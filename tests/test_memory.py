"""What is kept in memory, with its limits."""

from __future__ import annotations

from bot.services import Memory, Standing
from knowledge import Answer, Context, Fact, Match
from knowledge.model import REMEMBERED

HERE = (1, None)
FACT = Fact("a", "Q?", "A.")


def after(before: Standing, fact: str) -> Standing:
    """How a conversation stands once a fact was given."""
    reply = Answer((Match(Fact(fact, "Q?", "A."), 1.0),))
    return Standing(before.context.after("Q?", reply))


def test_memory_has_a_time_limit() -> None:
    now = 0.0
    memory = Memory(15, lambda: now)
    memory.show((1, None), FACT)
    now = 14 * 60
    assert memory.standing((1, None)).context.shown == ("a",)
    now = 16 * 60
    assert memory.standing((1, None)).context.shown == ()


def test_memory_is_bounded() -> None:
    memory = Memory(15, lambda: 0.0)
    for chat_id in range(10_050):
        memory.show((chat_id, None), FACT)
    assert memory.standing((49, None)).context.shown == ()
    assert memory.standing((50, None)).context.shown == ("a",)
    for number in range(50):
        memory.show((1, None), Fact(str(number), "Q?", "A."))
    assert len(memory.standing((1, None)).context.shown) == REMEMBERED


def test_topics_of_a_forum_are_remembered_apart() -> None:
    memory = Memory(15)
    memory.show((1, 7), FACT)
    assert memory.standing((1, 8)).context.shown == ()


def test_an_edited_question_takes_back_what_it_showed() -> None:
    memory = Memory(15)

    for number, fact in ((10, "a"), (12, "b")):
        memory.answered(HERE, number, number + 1, after(memory.standing(HERE), fact))
    exchange = memory.exchange(HERE, 12)
    assert exchange is not None
    assert exchange.before.context.shown == ("a",)
    memory.answered(HERE, 12, 13, after(exchange.before, "c"))
    assert memory.standing(HERE).context.shown == ("c", "a")


def test_a_reply_to_an_older_answer_speaks_of_that_one() -> None:
    memory = Memory(15)
    for number, fact in ((10, "a"), (12, "b")):
        memory.answered(HERE, number, number + 1, Standing(Context("", (fact,), (), (fact,))))
    assert memory.standing(HERE).context.answered == ("b",)
    assert memory.standing(HERE, replied=11).context.answered == ("a",)
    # As does one to the question that brought it.
    assert memory.standing(HERE, replied=10).context.answered == ("a",)
