"""A check of labelled questions says what was right, wrong, offered, missed and denied."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from bot.cli import main
from knowledge import Answer, Fact, ImportRefused, Match, Near, Reply, Suggestions, Unknown
from knowledge.evaluation import labelled, outcomes_of

FACT = Match(Fact("a", "How many?", "Over 650 posts.", detail="In 2019."), 0.9)
OTHER = Match(Fact("b", "How much?", "Few pounds."), 0.5)
GAP = Match(Fact("c", "How many today?", "It doesn't say.", kind="gap"), 0.9)


def outcome(reply: Reply, **label: object) -> dict[str, int]:
    row = json.dumps({"question": "How many?", **label}).encode()
    (item,) = labelled(row)
    return Counter(outcomes_of(item, reply))


@pytest.mark.parametrize(
    ("reply", "inside", "outside"),
    [
        (Answer((FACT,)), {"right": 1}, {"invented": 1}),
        (Answer((OTHER,)), {"wrong": 1}, {"invented": 1}),
        (Answer((GAP,)), {"missed": 1, "denied": 1}, {"refused": 1}),
        (Near((FACT,)), {"missed": 1, "denied": 1}, {"refused": 1}),
        (Unknown(GAP), {"missed": 1, "denied": 1}, {"refused": 1}),
        (Unknown(), {"missed": 1}, {"refused": 1}),
        (Suggestions((FACT, OTHER)), {"offered": 1, "offered_first": 1}, {"hedged": 1}),
        (Suggestions((OTHER, FACT)), {"offered": 1}, {"hedged": 1}),
        (Suggestions((OTHER,)), {"missed": 1}, {"hedged": 1}),
        (Suggestions((GAP,)), {"missed": 1}, {"refused": 1}),
    ],
)
def test_each_reply_has_its_outcome(
    reply: Reply, inside: dict[str, int], outside: dict[str, int]
) -> None:
    assert outcome(reply, facts=["a"]) == inside
    assert outcome(reply, any=[["650"], ["posts"]]) == inside
    assert outcome(reply, expect="none") == outside


def test_words_are_looked_for_in_all_that_is_said() -> None:
    computed = Match(FACT.fact, 0.9, lead="No.", computed="49% were not.")
    assert outcome(Answer((computed,)), any=[["no."], ["49%"], ["2019"]]) == {"right": 1}
    assert outcome(Answer((computed,)), any=[["650"]]) == {"wrong": 1}
    assert outcome(Answer((FACT, OTHER)), any=[["650"], ["pounds"]]) == {"right": 1}


def test_the_command_counts_and_shares(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.csv").write_text("question,answer\nHow many homes?,Forty.\n")
    rows = [
        {"question": "How many homes?", "facts": ["how-many-homes"]},
        {"question": "How many homes?", "any": [["no such word"]]},
        {"q": "How many homes?", "expect": "none"},
        {"q": "will it rain in leeds", "expect": "none"},
    ]
    Path("check.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert main(["import", "own.csv", "--database", "own.db"]) == 0
    capsys.readouterr()
    assert main(["check", "check.jsonl", "--database", "own.db"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["answered,", "right", "1", "50.0%"] in lines
    assert ["answered,", "wrong", "1", "50.0%"] in lines
    assert ["of", "these", "denied", "0", "0.0%"] in lines
    assert ["invented", "(answered)", "1", "50.0%"] in lines


def test_a_line_that_is_no_question_is_named() -> None:
    with pytest.raises(ImportRefused, match="row 3, question: not a JSON object"):
        labelled(b'{"q": "a"}\n\n[1]\n')
