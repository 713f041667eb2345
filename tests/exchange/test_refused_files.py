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
        (b"question,answer,\nHow many?,1,000\n", CSV, "row 2: 3 cells, the header has 2"),
        (b"question\tanswer\nHow many?\t1\t000\n", "a.tsv", "row 2: 3 cells, the header has 2"),
        (b"question;answer\nHow many?;1;000\n", CSV, "row 2: 3 cells, the header has 2"),
        (b"question,answer,Answer\nWhat?,a,b\n", CSV, "row 1, answer: stands twice in"),
        (b"\nquestion,answer,also asked,also_asked\n", CSV, "row 2, also_asked: stands twice"),
        (b'[{"question": "a", "answer": "b", "Answer": "c"}]', "a.json", "row 1, answer: stands"),
        (b'[{"question": "a", "answer": "b", "answer": "c"}]', "a.json", "“answer” stands twice"),
        (b'\n{"question": "a", "answer": "b", "answer": "c"}', "a.jsonl", "row 2: this is not"),
        (b"Q,A\nWhat?,This.\n", CSV, "question: this column is missing; row 1 has “Q”, “A”"),
        (b"question\nWhat?\n", CSV, "the file, answer: this column is missing"),
        # Rows as the spreadsheet counts them.
        (b"question,answer\nWhat?,\n", CSV, "row 2, answer: this cell is empty"),
        (b"question,answer\n\n\nWhat?,\n", CSV, "row 4, answer: this cell is empty"),
        (b"My list\n\nquestion,answer\nWhat?,\n", CSV, "row 4, answer: this cell is empty"),
        (b'question,answer\n"a\nb\nc",d\nWhat?,\n', CSV, "row 3, answer: this cell is empty"),
        (b"question,answer\n\xe2\x80\x8b,a\n", CSV, "row 2, question: nothing in this cell can be"),
        (row("topic", "\u200b"), CSV, "row 2, topic: nothing in this cell can be seen"),
        ('{"topics":[{"id":"a","name":"\u200b"}]}'.encode(), "a.json", "entry 1, name: nothing in"),
        (b"id,question,answer\na,Q?,A\na,R?,B\n", CSV, "row 3, id: “a” stands in row 2 already"),
        (b"question,answer\nWhat?,a\nWHAT?,b\n", CSV, "row 3, question: row 2 has the same"),
        (b"id,question,answer\na,What?,a\n,What?,b\n", CSV, "give both an id, or leave one out"),
        (b"[1]", "a.json", "row 1: a row must be an object"),
        (b'{"question": "What?"}\nnonsense\n', "a.jsonl", "row 2: this is not JSON"),
        # Stray quotes.
        (b"question,answer\nWhat?,a\n" + b'Who?,"b" c\n', CSV, "row 3: text goes on after"),
        (b'question,answer\nWhat?,"a\nWho?,b\n', CSV, "row 2: a quote opens a cell here"),
        (b'question\tanswer\n"a\tb\nc"\td\n', "a.tsv", "row 2: a quote opens a cell here"),
        # Figures.
        *((figures(f"a | {bad} | %"), CSV, "row 2, figures: “a” needs a number")
          for bad in ("inf", "-inf", "nan", "1e999", "Infinity", "62%", "1_0", "1,00", "many")),
        *((f'[{{"question": "a", "answer": "b", "figures": [{{"label": "c", "value": {bad}}}]}}]'
           .encode(), "a.json", "row 1, figures: “c” needs a number, not")
          for bad in ("NaN", "Infinity", "-Infinity", "1e999", "null", "true", '"inf"', "[1]")),
        (figures("62"), CSV, "“62”: write one figure a line: label | value | unit, or"),
        (figures("a | b | 1 | % | x"), CSV, "figures: “a | b | 1 | % | x”: write one figure"),
        (figures("a | b | c | %"), CSV, "row 2, figures: “a” needs a number, not “c”"),
        (figures(" | 1"), CSV, "row 2, figures: each figure needs a label"),
        (figures("a | b | 1\na | b | 2"), CSV, "row 2, figures: “a | b” stands there twice"),
        (figures("a | 0.1234567890123456789"), CSV, "has more digits than can be kept"),
        (b'[{"question": "a", "answer": "b", "figures": [{"lable": "c"}]}]', "a.json", "“lable”"),
        (b'[{"question": "a", "answer": "b", "figures": [{"row": "c|d", "value": 1}]}]', "a.json",
         "row 1, figures: “c|d”: at most 120 characters, and no “|”"),
        (b'[{"question": "a", "answer": "b", "figures": [1]}]', "a.json", "must be a list"),
        # Text that can't be kept or is none.
        (b'{"question": "a\\ud83d", "answer": "b"}', "a.jsonl", "row 1, question: holds a"),
        (b'{"question": "a", "answer": "b", "topic": "\\udc00"}', "a.jsonl", "<U+DC00>"),
        (b'{"question": "a", "answer": "\\u0000"}', "a.jsonl", "row 1, answer: holds a character"),
        (b"question,answer\na,\x1b[2Jb\n", CSV, "row 2, answer: holds a character that is no text"),
        (b"question,answer\na,b\x07\n", CSV, "<U+0007>"),
        (b'[{"question": "a", "answer": ["b"]}]', "a.json", "row 1, answer: must be text"),
        (b'[{"question": "a", "answer": true}]', "a.json", "row 1, answer: must be text"),
        (b'[{"question": "a", "answer": "b", "also_asked": {"c": 1}}]', "a.json", "must be a list"),
        (b'[{"question": "a", "answer": "b", "also_asked": [null]}]', "a.json", "must be a list"),
        # Links that nobody should be sent to.
        *((row("link", bad), CSV, f"row 2, link: {reason}")
          for bad, reason in {
              "javascript:x": "must be a web address", "https://a b.org": "must be a web address",
              "https://": "must be a web address", "https://a.org:x/": "must be a web address",
              "https://good.org\\@bad.org": "must be a web address",
              "https://user:pw@a.org/": "must not hold a user name",
              "https://user@a.org/": "must not hold a user name",
              "HTTPS://User@a.org/": "must not hold a user name",
              "https://a.org/\u202efdp": "holds a character that can't be seen",
              "https://a\u200b.org/": "holds a character that can't be seen",
              "http://localhost/": "must lead to", "http://LOCALHOST:80/": "must lead to",
              "http://localhost./": "must lead to", "http://a.localhost/": "must lead to",
              "http://127.0.0.1/": "must lead to", "http://127.1/": "must lead to",
              "http://[::1]/": "must lead to",
              "http://[::ffff:127.0.0.1]/": "must lead to",
              "http://a..org/": "must lead to", "http://10.0.0.8/": "must lead to",
              "http://2130706433/": "must lead to", "http://printer.local/": "must lead to",
          }.items()),
        # The other columns.
        (row("kind", "maybe"), CSV, "row 2, kind: must be “fact” or “gap”"),
        (row("state", "gone"), CSV, "row 2, state: must be “live” or “retired”"),
        (row("added", "28/11/2026"), CSV, "row 2, added: must be a day like 2026-11-28"),
        (row("added", "20261128"), CSV, "row 2, added: must be a day like 2026-11-28"),
        (row("beside", "a b?"), CSV, "row 2, beside: use letters, digits"),
        (row("id", "A b"), CSV, "row 2, id: use letters, digits, hyphens and underscores"),
        (row("topic", "x" * 101), CSV, "row 2, topic: 101 characters; at most 100"),
        (row("also_asked", "x" * 301), CSV, "row 2, also_asked: a phrasing of 301 characters"),
        (b"question,answer\n" + b"x" * 301 + b",This.\n", CSV, "301 characters; at most 300"),
        # Files that are none.
        (b"PK\x03\x04rest", CSV, "a zip or a spreadsheet workbook"),
        (b"", CSV, "the file: it is empty"),
        (b"\xef\xbb\xbf\n\n", CSV, "the file: it is empty"),
        (b"a\0b", CSV, "this is not a text file"),
        (b"{", "a.json", "it is not JSON"),
        (b"[" * 100_000, "a.json", "it is not JSON"),
        (b'{"facts": 1}', "a.json", "a list called facts"),
        (b'{"entries": []}', "a.json", "a list called facts"),
        (b'{"reports": [5], "facts": []}', "a.json", "reports, entry 1: must be an object"),
        (b'{"reports":[{"id":"a","title":"b","url":"x"}]}', "a.json", "entry 1, url: must be a"),
        (b'{"reports":[{"id":"a","title":"b","url":"https://u@a.org"}]}', "a.json", "user name"),
        (b'{"topics":[{"id":"a","name":"b"},{"id":"a","name":"c"}]}', "a.json", "twice"),
        (b'{"terms":[{"said":"a","means":"\\ud800"}]}', "a.json", "entry 1, means: holds"),
        (b'{"topics":[{"id":"a","name":"b","position":"first"}]}', "a.json", "must be a number"),
        (b"anything", "a.docx", "must end in .csv, .tsv, .json or .jsonl"),
        (b"anything", "a.xlsx", "save a spreadsheet workbook as"),
    ],
)  # fmt: skip
def test_a_refusal_names_row_and_column(
    base: KnowledgeBase, data: bytes, name: str, said: str
) -> None:
    with pytest.raises(ImportRefused, match="Nothing was imported") as refused:
        base.plan_import(data, name)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "data",
    [
        b"question,answer\na,b\nc,\xc2\xa322m and caf\xe9\n",
        b"question,answer\na,\xe2\x80\x98b\xe2\x80\x99\nc,caf\xe9\n",
        b"question,answer\na,\xf0\x9f\x98\x80\nc,caf\xe9\n",
        b"question,answer\na,\xc3\xa9t\xc3\xa9\nc,\xa3100\n",
        b"question,answer\na,b\nc,\x81\n",
    ],
)
def test_one_old_byte_among_unicode_is_refused_by_its_line(
    base: KnowledgeBase, data: bytes
) -> None:
    with pytest.raises(ImportRefused) as refused:
        base.plan_import(data, CSV)
    assert not refused.value.sample
    assert "line 3 is not UTF-8 text" in str(refused.value)


@pytest.mark.parametrize(
    "text", ["caf\u00e9", "CAF\u00c9\u2019s caf\u00e9", "Strau\u00df\u201d \u00a3", "\u00a322m"]
)
def test_a_file_all_in_old_letters_is_asked_about(base: KnowledgeBase, text: str) -> None:
    data = f"question,answer\nWhat?,{text}\n".encode("cp1252")
    with pytest.raises(ImportRefused) as refused:
        base.plan_import(data, CSV)
    assert refused.value.sample in text
    assert base.plan_import(data, CSV, "windows-1252").new[0].answer == text


@pytest.mark.parametrize(
    ("data", "name", "note"),
    [
        (row("remarks", "x"), CSV, "Not read: the column “remarks”."),
        (row("answers", "x"), CSV, "Not read: the column “answers”."),
        (row("", "x").replace(b"answer,\n", b"answer,,id\n"), CSV, "column 3, without a name"),
        (row("e\x1bvil", "x"), CSV, "the column “e<U+001B>vil”"),
        (b'{"question": "a", "answer": "b", "rephr": ["c"]}', "a.jsonl", "the column “rephr”"),
        (b'{"facts": [{"question": "a", "answer": "b"}], "more": []}', "a.json", "“more”"),
        (b"List of 2020\n\nquestion,answer\na,b\n", CSV, "Not read: row 1, above the header."),
        (row("detail", "\u00c2\u00a322m"), CSV, "Careful: row 2, detail: “\u00c2\u00a322m” looks"),
        (row("detail", "it\u00e2\u20ac\u2122s"), CSV, "row 2, detail: “it\u00e2\u20ac\u2122s”"),
        (row("topic", "caf\u00c3\u00a9"), CSV, "row 2, topic: “caf\u00c3\u00a9” looks like"),
        (row("detail", "cost \u252c\u00fa22m"), CSV, "row 2, detail: “\u252c\u00fa22m” looks"),
        (row("detail", "cost \u00ac\u00a322m"), CSV, "row 2, detail: “\u00ac\u00a322m” looks"),
        (row("detail", "so\u2013\u00c2\u00a35"), CSV, "row 2, detail: “so\u2013\u00c2\u00a35”"),
        (row("detail", "see http://me:pw@a.org/"), CSV, "“http://me:pw@a.org/” must not"),
        (row("detail", "a \ufffd b"), CSV, "Careful: row 2, detail: holds “\ufffd”."),
        *((row("detail", f"now {bad}"), CSV, f"Careful: row 2, detail: holds “{bad}”.")
          for bad in ("#NAME?", "#N/A", "#DIV/0!", "#SPILL!", "####", "&pound;", "&#163;")),
        (row("detail", "a\u202eb"), CSV, "Careful: row 2, detail: holds “<U+202E>”."),
        (row("beside", "nowhere"), CSV, "stands beside “nowhere”, which there is none of"),
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
    [
        "\u00a322m",
        "Caf\u00e9 \u2013 \u201cso\u201d",
        "R&D; AT&T",
        "#1 of #20",
        "#winning!",
        "C\u00c9\u2019s",
        "\u00df\u201d",
    ],
)
def test_good_text_is_not_suspected(base: KnowledgeBase, detail: str) -> None:
    assert base.plan_import(row("detail", f'"{detail}"'.replace('"so"', "so")), CSV).notes == ()


@pytest.mark.parametrize(
    ("data", "name", "answer"),
    [
        (b"question,answer,,\nWhat?,This.,,\n", CSV, "This."),
        (b"question,answer\nWhat?,This.,,\n", CSV, "This."),
        ("\u200bQuestion,ANSWER\nWhat?,This.\n".encode(), CSV, "This."),
        ("\ufeff\ufeffquestion,answer\nWhat?,This.\n".encode(), CSV, "This."),
        ("\ufeff\ufeff[]".replace("[]", '[{"question": "What?", "answer": "This."}]').encode(),
         "a.json", "This."),
        (b"\n\nFAQ;;\nquestion;answer\nWhat?;This.\n", CSV, "This."),
        (b"sep=;\r\nquestion;answer\r\nWhat?;This.\r\n", CSV, "This."),
        ("question\tanswer\r\nWhat?\tThis.\r\n".encode("utf-16"), CSV, "This."),
        (b'question\tanswer\nWhat?\t"Big" is what they say\n', "a.tsv", '"Big" is what they say'),
        (b'question\tanswer\nWhat?\t"Big\nWho?\tMe\n', "a.tsv", '"Big'),
        (b'question\tanswer\nWhat?\t"Big ""so"""\n', "a.tsv", 'Big "so"'),
        (b'question\tanswer\nWhat?\t"one\ntwo"\n', "a.tsv", "one\ntwo"),
        (b'question,answer\nWhat?,5" pipe\n', CSV, '5" pipe'),
        (b'[{"question": "What?", "answer": 1.50}]', "a.json", "1.50"),
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


def test_a_blank_cell_stands_for_nothing(base: KnowledgeBase) -> None:
    (fact,) = base.plan_import(b"question,answer,beside,figures\nWhat?,This.,  ,  \n", CSV).new
    assert (fact.beside, fact.figures) == ((), ())


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("HTTPS://www.Example.org/A", "https://www.Example.org/A"),
        ("http://example.org:8080/a?b=c#d", "http://example.org:8080/a?b=c#d"),
        ("https://b\u00fccher.example/\u00e9", "https://b\u00fccher.example/\u00e9"),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
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
        ("Medium | 2019 | 62 | %", ("Medium", "2019", 62, "%")),
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
