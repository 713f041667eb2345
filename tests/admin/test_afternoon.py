"""An afternoon of an administrator: thirty changes, two mistakes undone, a file out and in."""

from __future__ import annotations

from bot.admin import texts
from knowledge import Editor
from tests.administrators import Desk

PHRASINGS = {
    "caseloads": "officers swamped with work",
    "vacancies counted": "month of the count",
    "phone": "ring them",
    "divisions": "regions on staffing",
    "workload tool": "tool for measuring work",
    "oversight": "bosses with no time",
    "money": "cash for the gate",
    "below target": "understaffed since",
    "improving": "is it looking up",
    "manager look after": "team size of a manager",
}


def open_entry(desk: Desk, part: str) -> None:
    shown = desk.says(f"/edit {part}")
    if shown.text == texts.PICK:
        desk.taps(shown.buttons[0])


def test_an_afternoon(desk: Desk) -> None:
    before = desk.knowledge.export("all.json")
    # Ten phrasings ...
    for part, phrasing in PHRASINGS.items():
        open_entry(desk, part)
        desk.taps("Phrasings")
        assert f"phrasing added: {phrasing}" in desk.says(phrasing).text
        assert desk.taps(texts.SAVE).text.startswith("Done and live"), part
        assert desk.says(phrasing, desk.ann).keyboard
    # ... eight entries and four gaps in one message each ...
    for number in range(8):
        shown = desk.says(
            f"/add Fact number {number} of the afternoon? | It is {number}. | Afternoon"
        )
        assert (texts.NEW_TOPIC.format("Afternoon") in shown.text) == (number == 0)
        desk.taps(texts.SAVE)
    for number in range(4):
        desk.says(f"/gap Cost of afternoon {number}? | The slides don't say, {number}.")
        desk.taps(texts.SAVE)
    # ... three terms, two retired, one back.
    for term in ("zorgs = vacancies", "tingle = telephone", "grumbles = caseloads"):
        desk.says(f"/terms {term}")
    for part in ("Cost of afternoon 0", "Cost of afternoon 1"):
        desk.says(f"/retire {part}")
        desk.taps(texts.RETIRE)
    desk.says("/restore")
    desk.taps("Retired: Gap: Cost of afternoon 1?")
    desk.taps(texts.RESTORE)
    # Two mistakes, one seen at once, the other after the next change.
    desk.says("/terms afternoon = night")
    desk.says("/undo")
    desk.says("/add A slip? | Oops.")
    desk.taps(texts.SAVE)
    slip = desk.knowledge.snapshot.change
    desk.says("/terms pals = officers")
    desk.says("/history")
    assert "took back" in desk.taps(f"Take back {slip}: added fact “A slip?”").text
    # One file out, changed a little, and in again.
    file = desk.says("/export csv").document
    assert file is not None
    changed = file.data.replace(b"It is 3.", b"It is three.")
    assert "0 new, 1 changed, 26 unchanged." in desk.sends("changed.csv", changed).text
    desk.taps(texts.APPLY)
    # Everybody gets the new answers, and none of the mistakes.
    for question, answer in {
        "fact number 3 of the afternoon": "It is three.",
        "fact number 5 of the afternoon": "It is 5.",
        "cost of afternoon 2": "The slides don't say, 2.",
        "po zorgs": "Over 650",
        "cash for the gate": "£22",
    }.items():
        assert answer in desk.says(question, desk.ann).text, question
    assert not desk.says("a slip", desk.ann).text.startswith("Oops.")
    assert desk.says("/export json").document is not None
    assert desk.sends("same.json", desk.last().document.data).text == texts.NO_CHANGE  # type: ignore[union-attr]
    # The history holds every step, and leads all the way back.
    past = Editor(desk.knowledge)
    history = desk.knowledge.store.revisions(limit=100)
    assert [one.number for one in history] == list(range(len(history), 0, -1))
    assert len(history) == 1 + 10 + 8 + 4 + 3 + 3 + 2 + 3 + 1
    for number in range(len(history), 1, -1):
        desk.knowledge.change(past.undo(number), "test")
    assert desk.knowledge.export("all.json") == before
