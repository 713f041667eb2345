"""Whatever is accepted can be exported in every format, and read back as the same."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from knowledge import ImportRefused, Plan, Snapshot
from knowledge.exchange import files
from knowledge.exchange.files import FORMATS
from knowledge.exchange.importing import plan_files
from tests.conftest import open_small

# What spreadsheets, lines, terminals and databases trip over, beside any other text.
ODD = st.sampled_from(
    ["=1+1", "+44", "-x", "@me", "'=x", "''-", "\n=cmd", "\n\t=x", "\t", '"', '""', '"a" b', "\r",
     "\r\n", "\u2028", "\u2029", "\x85", "\ufeff", "\u200b", ",", ";", " ", "\uff1d", "\U0001f600",
     "e\u0301", "sep=,"]
)  # fmt: skip
TEXT = st.lists(st.one_of(ODD, st.text(max_size=5), st.sampled_from("ab ?")), max_size=8).map(
    "".join
)
FULL = st.one_of(TEXT.map("{}a".format), TEXT.map("a{}".format))
NUMBER = st.one_of(
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["1,234.50", "\u22125", "1e22", "-0", "0.1"]),
)
FIGURE = st.fixed_dictionaries(
    {"row": FULL, "value": NUMBER}, optional={"column": TEXT, "unit": st.one_of(TEXT, st.just("5"))}
)
ROW = st.fixed_dictionaries(
    {"question": FULL, "answer": FULL},
    optional={
        "id": st.from_regex(r"[a-c][A-Za-z0-9_-]{0,2}", fullmatch=True),
        "report": st.one_of(TEXT, st.sampled_from(["A", "a", "B"])),
        "topic": st.one_of(TEXT, st.sampled_from(["A", "a", "\uff21", "B", "other", "a-2"])),
        "also_asked": st.lists(TEXT, max_size=3),
        "detail": TEXT,
        "plain": TEXT,
        "link": st.sampled_from(["", "HTTPS://a.org/=x", "https://a.org/?a=b,c;d|e"]),
        "source": TEXT,
        "kind": st.sampled_from(["", "fact", "gap"]),
        "beside": st.lists(st.sampled_from(["a", "b", "nowhere"]), max_size=2),
        "figures": st.lists(FIGURE, max_size=3),
        "measure": TEXT,
        "added": st.sampled_from(["", "2026-11-28"]),
        "state": st.sampled_from(["", "live", "retired"]),
    },
)
TOPIC = st.fixed_dictionaries(
    {"id": st.sampled_from(["a", "b", "other"]), "name": st.sampled_from(["A", "a", "b", "B"])}
)


@given(st.lists(ROW, max_size=4), st.lists(TOPIC, max_size=2, unique_by=lambda t: t["id"]))
@settings(deadline=None, max_examples=60)
def test_what_is_accepted_survives_every_format(
    rows: list[dict[str, object]], topics: list[dict[str, object]]
) -> None:
    accepted = []
    for row in rows:
        try:
            read(json.dumps([row]).encode(), "a.json")
        except ImportRefused:
            continue
        accepted.append(row)
    try:
        planned = read(json.dumps({"facts": accepted, "topics": topics}).encode(), "a.json")
    except ImportRefused:
        assume(False)
    survives(Snapshot().after(planned.edit))


def read(data: bytes, name: str, snapshot: Snapshot | None = None) -> Plan:
    return plan_files([(name, data)], snapshot or Snapshot())


def survives(snapshot: Snapshot) -> None:
    for suffix in FORMATS:
        exported = files.write(snapshot, f"all.{suffix}")
        again = read(exported, f"all.{suffix}", snapshot)
        assert again.changes_nothing, f"{suffix}: {again}"
        assert again.unchanged == len(snapshot.facts)
    # Into an empty base, too, where everything has to come from the file.
    anew = Snapshot().after(read(exported_whole(snapshot), "all.json").edit)
    assert anew.facts == snapshot.facts
    assert (anew.reports, anew.topics) == (snapshot.reports, snapshot.topics)


def exported_whole(snapshot: Snapshot) -> bytes:
    return files.write(snapshot, "all.json")


def test_an_export_imports_back_to_no_change(tmp_path: Path) -> None:
    with closing(open_small(tmp_path / "small.db")) as base:
        for suffix in FORMATS:
            exported = base.export(f"all.{suffix}")
            assert base.plan_import(exported, f"all.{suffix}").changes_nothing
            other = Snapshot().after(read(exported, f"all.{suffix}").edit)
            assert files.write(other, f"all.{suffix}") == exported


def test_no_cell_is_a_formula() -> None:
    row = {
        "question": "=a?", "answer": "+b", "detail": "-c", "also_asked": ["@d"], "plain": "\uff1de",
    }  # fmt: skip
    snapshot = Snapshot().after(read(json.dumps([row]).encode(), "a.json").edit)
    for suffix, delimiter in (("csv", ","), ("tsv", "\t")):
        text = files.write(snapshot, f"a.{suffix}").decode("utf-8-sig")
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            assert not [cell for cell in cells if cell[:1] in set("=+-@\uff1d")]
    survives(snapshot)
