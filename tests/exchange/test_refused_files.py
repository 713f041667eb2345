"""What a file holds is taken, refused by row and column, or named: nothing goes in silence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from knowledge import ImportRefused, KnowledgeBase

CSV = "a.csv"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """An empty knowledge base, which nothing here changes."""
    path = tmp_path_factory.mktemp("base") / "new.db"
    with closing(KnowledgeBase.open(path, shipped=False)) as made:
        yield made


def row(column: str, value: str) -> bytes:
    return f"question,answer,{column}\nWhat?,This.,{value}\n".encode()


def figures(value: str) -> bytes:
    return row("figures", f'"{value}"')


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        # Cells and columns that would be dropped.
        (b"question,answer\nHow many?,Over 1,000 fish.\n", CSV, "row 2: 3 cells, the header has 2"),
        (b"question\tanswer\nHow many?\t1\t000\n", "a.tsv", "row 2: 3 cells, the header has 2"),
        (b"\nquestion,answer,also asked,also_asked\n", CSV, "row 2, also_asked: stands twice"),
        (b"Q,A\nWhat?,This.\n", CSV, "question: this column is missing; row 1 has “q”, “a”"),
        # Rows as the spreadsheet counts them.
        (b"My list\n\nquestion,answer\nWhat?,\n", CSV, "row 4, answer: this cell is empty"),
        (b'question,answer\n"a\nb\nc",d\nWhat?,\n', CSV, "row 3, answer: this cell is empty"),
        (b"question,answer\n\xe2\x80\x8b,a\n", CSV, "row 2, question: this cell is empty"),
        (b"id,question,answer\na,What?,a\n,What?,b\n", CSV, "row 3, question: “a” stands in row 2"),
        (b"[1]", "a.json", "row 1: must be an object"),
        (b'{"question": "What?"}\nnonsense\n', "a.jsonl", "row 2: this is not JSON"),
        # Stray quotes.
        (b"question,answer\nWhat?,a\n" + b'Who?,"b" c\n', CSV, "row 3: a quote isn't closed"),
        (b'question,answer\nWhat?,"a\nWho?,b\n', CSV, "row 2: a quote isn't closed"),
        # Figures.
        *((figures(f"a | {bad} | %"), CSV, "row 2, figures: “a” needs a number")
          for bad in ("inf", "nan", "1e999", "62%", "1_0", "1,00", "many")),
        *((f'[{{"question": "a", "answer": "b", "figures": [{{"label": "c", "value": {bad}}}]}}]'
           .encode(), "a.json", "row 1, figures: “c” needs a number, not")
          for bad in ("NaN", "-Infinity", "1e999", "null", "true", "[1]")),
        (figures("62"), CSV, "“62”: write one figure a line: label | value | unit, or"),
        (figures("a | b | 1 | % | x"), CSV, "figures: “a | b | 1 | % | x”: write one figure"),
        (figures(" | 1"), CSV, "row 2, figures: “| 1”: write one figure a line"),
        (figures("a | b | 1\na | b | 2"), CSV, "row 2, figures: “a | b” stands there twice"),
        (b'[{"question": "a", "answer": "b", "figures": [{"lable": "c"}]}]', "a.json", "lable"),
        (b'[{"question": "a", "answer": "b", "figures": [{"row": "c|d", "value": 1}]}]', "a.json",
         "write one figure a line"),
        (b'[{"question": "a", "answer": "b", "figures": [1]}]', "a.json", "write one figure"),
        # Text that can't be kept or is none.
        (b'{"question": "a", "answer": "b", "topic": "\\udc00"}', "a.jsonl", "topic: holds a"),
        (b"question,answer\na,\x1b[2Jb\n", CSV, "row 2, answer: holds a character that is no text"),
        (b'[{"question": "a", "answer": ["b"]}]', "a.json", "row 1, answer: must be text"),
        (b'[{"question": "a", "answer": true}]', "a.json", "row 1, answer: must be text"),
        (b'[{"question": "a", "answer": "b", "also_asked": {"c": 1}}]', "a.json", "must be text"),
        # Links that nobody should be sent to.
        *((row("link", bad), CSV, "row 2, link: must be an address on the public web")
          for bad in (
              "javascript:x", "https://a b.org", "https://", "https://a.org:x/",
              "https://good.org\\@bad.org", "https://user:pw@a.org/", "HTTPS://User@a.org/",
              "https://a.org/\u202efdp", "https://a\u200b.org/", "http://LOCALHOST:80/",
              "http://localhost./", "http://a.localhost/", "http://127.0.0.1/", "http://127.1/",
              "http://[::1]/", "http://a..org/", "http://2130706433/", "http://printer.local/",
          )),
        # The other columns.
        (row("kind", "maybe"), CSV, "row 2, kind: must be “fact” or “gap”"),
        (row("state", "gone"), CSV, "row 2, state: must be “live” or “retired”"),
        (row("added", "28/11/2026"), CSV, "row 2, added: must be a day like 2026-11-28"),
        (row("beside", "a b?"), CSV, "row 2, beside: use letters, digits"),
        (row("id", "A b"), CSV, "row 2, id: use letters, digits, hyphens and underscores"),
        (row("topic", "x" * 101), CSV, "row 2, topic: 101 characters; at most 100"),
        (row("also_asked", "x" * 301), CSV, "row 2, also_asked: 301 characters; at most 300"),
        # Files that are none.
        (b"PK\x03\x04rest", CSV, "a zip or a spreadsheet workbook"),
        (b"\xef\xbb\xbf\n\n", CSV, "the file: it is empty"),
        (b"a\0b", CSV, "this is not a text file"),
        (b"[" * 100_000, "a.json", "this is not JSON"),
        (b'{"facts": 1}', "a.json", "a list called facts"),
        (b'{"entries": []}', "a.json", "a list called facts"),
        (b'{"reports": [5], "facts": []}', "a.json", "reports, entry 1: must be an object"),
        (b'{"reports":[{"id":"a","title":"b","url":"x"}]}', "a.json", "entry 1, url: must be an"),
        (b'{"topics":["a"]}', "a.json", "topics, entry 1: must be an object"),
        (b"anything", "a.xlsx", "save a spreadsheet workbook as"),
    ],
)  # fmt: skip
def test_a_refusal_names_row_and_column(
    base: KnowledgeBase, data: bytes, name: str, said: str
) -> None:
    with pytest.raises(ImportRefused, match="Nothing was imported") as refused:
        base.plan_import(data, name)
    assert said in str(refused.value)


def test_all_that_is_wrong_with_a_file_is_named_at_once(base: KnowledgeBase) -> None:
    data = b"question,answer,link,figures\n,a,x,a | b\nb,,,\nc,d,e,f\n"
    with pytest.raises(ImportRefused) as refused:
        base.plan_import(data, CSV)
    assert [(one.place, one.column) for one in refused.value.problems] == [
        ("row 2", "question"), ("row 2", "link"), ("row 2", "figures"), ("row 3", "answer"),
        ("row 4", "link"), ("row 4", "figures"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        b"question,answer\na,b\nc,\xc2\xa322m and caf\xe9\n",
        b"question,answer\na,\xe2\x80\x98b\xe2\x80\x99\nc,caf\xe9\n",
        b"question,answer\na,b\nc,\x81\n",
    ],
)
def test_one_old_byte_among_unicode_is_refused_by_its_line(
    base: KnowledgeBase, data: bytes
) -> None:
    with pytest.raises(ImportRefused) as refused:
        base.plan_import(data, CSV)
    assert "line 3 is not UTF-8 text" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "sample"), [("a caf\u00e9 (50)", "caf\u00e9"), ("Strau\u00df\u201d \u00a3", "\u00a3")]
)
def test_a_file_all_in_old_letters_is_read_and_said_to_be(
    base: KnowledgeBase, text: str, sample: str
) -> None:
    data = f"question,answer\nWhat?,{text}\n".encode("cp1252")
    planned = base.plan_import(data, CSV)
    assert f"so that it says “{sample}”" in planned.notes[0]
    assert planned.new[0].answer == text


@pytest.mark.parametrize(
    ("data", "name", "note"),
    [
        (row("remarks", "x"), CSV, "Not read: the column “remarks”."),
        (row("e\x1bvil", "x"), CSV, "the column “evil”"),
        (b'{"question": "a", "answer": "b", "rephr": ["c"]}', "a.jsonl", "the column “rephr”"),
        (b'{"facts": [{"question": "a", "answer": "b"}], "more": []}', "a.json", "“more”"),
        (b"List of 2020\n\nquestion,answer\na,b\n", CSV, "Not read: row 1, above the header."),
        (row("detail", "\u00c2\u00a322m"), CSV, "Careful: row 2, detail: “\u00c2\u00a322m” looks"),
        (row("detail", "it\u00e2\u20ac\u2122s"), CSV, "row 2, detail: “it\u00e2\u20ac\u2122s”"),
        (row("topic", "caf\u00c3\u00a9"), CSV, "row 2, topic: “caf\u00c3\u00a9” looks spoilt"),
        (row("detail", "see http://me:pw@a.org/"), CSV, "“http://me:pw@a.org/” must be an"),
        (row("detail", "a \ufffd b"), CSV, "Careful: row 2, detail: “\ufffd” looks spoilt"),
        (row("detail", "now #DIV/0!"), CSV, "Careful: row 2, detail: “#DIV/0!” looks spoilt"),
    ],
)  # fmt: skip
def test_what_is_not_read_or_looks_spoilt_is_named(
    base: KnowledgeBase, data: bytes, name: str, note: str
) -> None:
    planned = base.plan_import(data, name)
    assert note in " ".join(planned.notes)
    assert note in str(planned)


@pytest.mark.parametrize(
    "detail",
    ["\u00a322m", "Caf\u00e9 \u2013 \u201cso\u201d", "#1 of #20", "C\u00c9\u2019s",
     "(see https://a.org/b)."],
)  # fmt: skip
def test_good_text_is_not_suspected(base: KnowledgeBase, detail: str) -> None:
    assert base.plan_import(row("detail", detail), CSV).notes == ()


@pytest.mark.parametrize(
    ("data", "name", "answer"),
    [
        (b"question,answer,,\nWhat?,This.,,\n", CSV, "This."),
        ("\u200bQuestion,ANSWER\nWhat?,This.\n".encode(), CSV, "This."),
        ('\ufeff\ufeff[{"question": "What?", "answer": "a"}]'.encode(), "a.json", "a"),
        (b"\n\nFAQ;;\nquestion;answer\nWhat?;This.\n", CSV, "This."),
        (b"sep=;\r\nquestion;answer\r\nWhat?;This.\r\n", CSV, "This."),
        ("question\tanswer\r\nWhat?\tThis.\r\n".encode("utf-16"), CSV, "This."),
        (b'question\tanswer\nWhat?\t"Big" is what they say\n', "a.tsv", '"Big" is what they say'),
        (b'question\tanswer\nWhat?\t"Big ""so"""\n', "a.tsv", 'Big "so"'),
        (b'question\tanswer\nWhat?\t"one\ntwo"\n', "a.tsv", "one\ntwo"),
        (b'question,answer\nWhat?,5" pipe\n', CSV, '5" pipe'),
        (b'"question","answer"\n"What?","This."\n', CSV, "This."),
        (b'[{"Question": "What?", "Answer": 5}]', "a.json", "5"),
        ('{"question": "What?", "answer": "a\u2028b\u2029c\x85d"}\n'.encode(), "a.jsonl",
         "a\u2028b\u2029c\x85d"),
        (b"question,answer\rWhat?,This.\r", CSV, "This."),
    ],
)  # fmt: skip
def test_what_programs_write_is_read(
    base: KnowledgeBase, data: bytes, name: str, answer: str
) -> None:
    assert base.plan_import(data, name).new[0].answer == answer


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("HTTPS://www.Example.org/A", "https://www.Example.org/A"),
        ("http://example.org:8080/a?b=c#d", "http://example.org:8080/a?b=c#d"),
        ("https://b\u00fccher.example/\u00e9", "https://b\u00fccher.example/\u00e9"),
    ],
)
def test_links_to_the_public_web_are_taken(base: KnowledgeBase, link: str, kept: str) -> None:
    assert base.plan_import(row("link", link), CSV).new[0].link == kept


@pytest.mark.parametrize(
    ("line", "figure"),
    [
        ("Medium | 62", ("Medium", "", 62, "")),
        ("Medium | 62 | %", ("Medium", "", 62, "%")),
        ("Medium | 2019 | 62", ("Medium", "2019", 62, "")),
        ("Medium |  | 62 | 5", ("Medium", "", 62, "5")),
        ("2018 | CRC | 1,234.5", ("2018", "CRC", 1234.5, "")),
        ("a | \u22125 | points", ("a", "", -5, "points")),
    ],
)
def test_a_line_of_figures_is_told_by_its_number(
    base: KnowledgeBase, line: str, figure: tuple[str, str, float, str]
) -> None:
    (found,) = base.plan_import(figures(line), CSV).new[0].figures
    assert (found.label, found.column, found.value, found.unit) == figure
