"""What is worked out from tables, whatever report they stand in."""

from __future__ import annotations

import pytest

from knowledge import Answer, Context, Fact, Figure, KnowledgeBase, Term
from knowledge.dialogue.answering import Conversation
from knowledge.matching.matcher import Matcher

ROWS = {
    "assessing": (78, 73, 57, 55),
    "planning": (73, 68, 51, 12),
    "implementing and delivering": (68, 63, 44, 22),
    "reviewing": (64, 60, 47, 38),
}
COLUMNS = ("NPS high", "NPS medium", "CRC medium", "CRC low")
RISK = Fact(
    "risk-table",
    "What does the risk of serious harm table show?",
    "How often the work at each stage focused sufficiently on keeping people safe.",
    also_asked=(
        "risk table",
        "scores in the risk table",
        "how did the four risk groups score",
        "best score",
        "which scores are below half",
        "weakest stage",
    ),
    figures=tuple(
        Figure(row, value, "%", column)
        for row, values in ROWS.items()
        for column, value in zip(COLUMNS, values, strict=True)
    ),
    measure="% of cases in which the work focused sufficiently on keeping people safe",
)
GOOD = Fact(
    "crc-unpaid",
    "How many CRCs were rated good for unpaid work?",
    "8 of 10 CRCs were rated good for unpaid work.",
    figures=(Figure("Rated good for unpaid work", 8, "CRCs"), Figure("In all", 10, "CRCs")),
)
POSTS = Fact(
    "vacancies",
    "How many vacancies were there?",
    "Over 650 posts were vacant.",
    figures=(Figure("Vacancies (over)", 650, "posts"), Figure("Earlier", 600, "posts")),
)
BUSES = Fact(
    "bus-punctuality",
    "How punctual are the bus lines?",
    "The Airport express is the most punctual line, the Night bus the least.",
    figures=tuple(
        Figure(row, value, "%", column)
        for row, values in {
            "Line 7": (82, 78, 71),
            "Line 12": (74, 76, 69),
            "Airport express": (95, 93, 93),
            "Night bus": (61, 52, 44),
        }.items()
        for column, value in zip(("weekdays", "Saturdays", "Sundays"), values, strict=True)
    ),
    measure="% of journeys that ran on time",
)
SCHOOLS = Fact(
    "school-ratings",
    "How were the schools rated?",
    "Of 240 schools, 48 are outstanding, 120 good, 60 require improvement and 12 are inadequate.",
    figures=tuple(
        Figure(row, value, "schools")
        for row, value in {
            "Outstanding": 48,
            "Good": 120,
            "Requires improvement": 60,
            "Inadequate": 12,
            "In all": 240,
        }.items()
    ),
    measure="schools by their latest rating",
)
APPEALS = Fact(
    "appeals",
    "How did the appeals end?",
    "Of 50 appeals, 20 were upheld, 24 were not and 6 failed for being late.",
    figures=tuple(
        Figure(row, value, "appeals")
        for row, value in {"Upheld": 20, "Not upheld": 24, "Failed": 6, "In all": 50}.items()
    ),
    measure="appeals by outcome",
)
WAITS = Fact(
    "waits",
    "How many patients were seen in time at each hospital?",
    "Eastfield saw the most patients in time.",
    figures=tuple(
        Figure(row, value, "patients", column)
        for row, values in {"Eastfield": (700, 900), "Westbrook": (500, 300)}.items()
        for column, value in zip(("2018", "2019"), values, strict=True)
    ),
    measure="patients seen within 4 hours",
)
TERMS = (
    *(Term(said, said, "body") for said in ("nps", "crc")),
    Term("crcs", "crc", "body"),
    *(Term(f"{level} risk", f"{level} risk", "level") for level in ("high", "medium", "low")),
    *(
        Term(said, means, "stage")
        for means, forms in {
            "assessment": "assessment assessing",
            "delivery": "delivery implementing delivering implementation",
        }.items()
        for said in forms.split()
    ),
)
MATCHER = Matcher([RISK, GOOD, POSTS, BUSES, SCHOOLS, APPEALS, WAITS], TERMS)


def said(question: str, context: Context | None = None) -> str:
    """What is worked out for a question, "" where nothing is."""
    reply = Conversation(MATCHER, context or Context()).reply(question)
    if not isinstance(reply, Answer):
        return ""
    match = reply.matches[0]
    return f"{match.lead} {match.computed}".strip()


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("what was the planning score for crc low risk", ("12%",)),
        ("nps high risk assessment", ("78%",)),
        ("how did crcs do on reviewing medium risk cases", ("47%",)),
        ("in low risk CRC cases how good is planning to keep ppl safe", ("12%",)),
        ("what's the gap between nps high and crc low for planning", ("61 percentage points",)),
        ("difference between nps medium and crc medium on assessment", ("16 percentage points",)),
        ("spread between the best and worst group on reviewing", ("26 percentage points", "64%")),
        ("how much better was the nps than crcs at reviewing medium risk cases", ("13",)),
        ("which is the worst number in the whole table", ("12%",)),
        ("lowest score for nps", ("60%",)),
        ("best crc score", ("57%",)),
        ("second lowest score in the risk table", ("22%",)),
        ("which scores in the risk table fall below half", ("5 of the 16", "44%", "12%")),
        ("where is the gap between the four risk groups widest", ("61", "planning")),
        ("where do nps and crc differ least", ("narrowest",)),
        ("where is the biggest gap for the best groups", ("widest",)),
        ("is the gap from nps to crc medium wider in planning or reviewing", ("17", "widest")),
        ("compare crc and nps on reviewing", ("13 percentage points", "60%", "47%")),
        ("nps or crc better at planning for medium risk", ("NPS medium", "17")),
        ("is nps better than crcs at delivery", ("Yes.",)),
        ("is crc medium worse than crc low at planning", ("No.",)),
        ("what share of CRC medium risk cases were not planned well enough", ("49%",)),
        ("how many crc low risk cases did not have good enough planning", ("88%",)),
        ("crc medium stages, lowest first", ("lowest: implementing and delivering 44%",)),
        ("rank the four groups on assessment", ("78%", "73%", "57%", "55%")),
        ("all four scores for reviewing", ("64%", "60%", "47%", "38%")),
        ("scores for crc low risk", ("55%", "12%", "22%", "38%")),
        ("how many points between planning and assessment for nps high", ("5",)),
        ("which stage is weakest for crc low risk", ("12%", "planning")),
        ("are any nps scores below half", ("No.",)),
        ("how many crc scores in the risk table are above half", ("3 of the 8",)),
        ("top three scores in the risk table", ("78%", "73%")),
        ("by how much does nps high beat nps medium at reviewing", ("4",)),
        ("what percent of nps medium risk cases had sufficient reviewing", ("60%",)),
        ("highest nps delivery score", ("68%",)),
        ("diff between nps and crc medium risk on planning", ("17 percentage points",)),
        ("nps high minus crc medium reviewing", ("17 percentage points",)),
        ("what's the average of the four crc medium risk scores", ("49.8%", "reviewing 47%")),
        (
            "compare nps high and crc low on planning and reviewing",
            ("NPS high is higher than CRC low in both", "planning 73% against 12%", "64%", "38%"),
        ),
        (
            "how much lower is crc medium on assessment and delivery than nps medium",
            ("16 percentage points for assessing", "19 percentage points for impl"),
        ),
        (
            "is crc medium always lower than nps medium",
            ("Yes. CRC medium is lower than NPS medium",),
        ),
        (
            "is nps medium assessment higher than crc medium planning",
            (
                "Yes. 22 percentage points: 73% (assessing, NPS medium)",
                "51% (planning, CRC medium)",
            ),
        ),
        ("difference between nps high planning and crc low reviewing", ("35 percentage points",)),
        # Whose a figure is; what lies nearest; the better one first; a mean; a turn.
        ("on which stage are nps medium and crc medium closest", ("13", "reviewing")),
        (
            "which does better on planning, crc medium or nps medium",
            ("NPS medium is", "68%", "51%"),
        ),
        ("mean of the four nps high risk figures", ("70.8%",)),
        # A smaller table has no column for medium risk.
        ("how many crc medium cases kept safe in planning", ("51%: planning, CRC medium.",)),
        ("how many of the eight nps cells are under 65", ("3 of the 8",)),
        ("is crc low lower than crc medium everywhere", ("Yes.",)),
        ("is any crc figure above 60", ("No.",)),
        ("planning: nps high v nps medium v crc medium v crc low", ("73%", "68%", "51%", "12%")),
    ],
)
def test_figures_follow_from_the_table(question: str, parts: tuple[str, ...]) -> None:
    told = said(question)
    for part in parts:
        assert part in told


@pytest.mark.parametrize(
    ("question", "part"),
    [
        # Rows and columns of another report.
        ("how punctual was line 7 on sundays", "71%"),
        ("share of airport express journeys that ran on time on saturdays", "93%"),
        ("night bus figures", "61%"),
        ("how did the lines do on sundays", "44%"),
        ("which line was the most punctual on weekdays", "95%"),
        ("worst line on Sundays", "44%"),
        ("lowest figure in the bus punctuality table", "44%"),
        ("second best line on saturdays", "78%"),
        ("which bus lines were below half", "44%"),
        ("how many lines were above 80% on weekdays", "2 of"),
        ("difference between line 7 and line 12 on sundays", "2 percentage points"),
        ("how much better was the airport express than the night bus on saturdays", "41"),
        ("compare line 7 and line 12", "82% against 74%"),
        ("is line 12 better than line 7 on weekdays", "No."),
        ("where is the gap between weekdays and sundays widest", "17"),
        ("is the gap between weekdays and sundays larger for line 7 or line 12", "widest gap"),
        ("rank the lines on saturdays", "93%"),
        ("what share of night bus journeys did not run on time on sundays", "56%"),
        ("is line 7 more punctual on saturdays or sundays", "78%"),
        ("top two lines on sundays", "71%"),
        ("did the night bus fall below half on sundays", "Yes."),
        ("how often did the night bus fail to run on time on weekdays", "39%"),
        ("worst on sundays", "44%"),
        ("did the airport express fall from weekdays to saturdays", "Yes."),
        ("did every line reach 44% on sundays", "Yes."),
        ("did all lines get above half on sundays", "No."),
        # One column, and how many there are in all.
        ("what percentage of schools are outstanding", "20%"),
        ("how many of the 240 are inadequate", "12"),
        ("how many schools are not outstanding", "192"),
        ("good and outstanding schools together", "168"),
        ("which rating do most schools have", "120"),
        ("which rating is the least common", "12"),
        ("how many more good schools than outstanding ones", "72"),
        ("rank the school ratings", "From the highest"),
        ("difference between good and requires improvement schools", "60"),
        ("what share of the 240 require improvement", "25%"),
        ("what percentage of schools are good or outstanding", "70%"),
        ("are there more outstanding than inadequate schools", "Yes."),
        ("which ratings have fewer than 50 schools", "2 of"),
        ("second largest group of schools", "60"),
        ("how many schools weren't inadequate", "228"),
        ("are most schools good", "No. 120 of 240"),
        ("was one in five schools outstanding", "Yes. 48 of 240"),
        ("a quarter of schools are outstanding, right?", "48 of 240 schools, not a quarter"),
        ("were any schools inadequate", "Yes. 12 of 240"),
        ("how much did line 7 drop between weekdays and sundays", "11 percentage points"),
        ("was the night bus slower than line 7 on sundays", "Yes."),
        # "Not" and "failed" are words of a label.
        ("how many appeals were not upheld", "24 of 50"),
        ("how many appeals were upheld", "20 of 50"),
        ("how many appeals failed", "6 of 50"),
        ("how many appeals were upheld or not upheld", "44 appeals"),
        # Words that the labels do not have in this form.
        ("implementing & delivery nps med risk %", "63%"),
        ("how well did crcs review their low risk people, percentage wise", "38%"),
        (
            "when it came to actually delivering, what % of NPS high risk work protected others",
            "68%",
        ),
        ("what % of nps high risk cases were reviewed properly", "64%"),
        ("did any stage for crc low get above 60%", "No."),
        ("and what was planning like at the crcs with their med risk lot", "51%"),
    ],
)
def test_any_table_is_read_in_the_same_way(question: str, part: str) -> None:
    assert part in said(question)


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        (("planning for crc low risk", "for reviewing?"), "38%: reviewing, CRC low."),
        (("planning for nps medium risk", "and crc?"), "51%: planning, CRC medium."),
        (
            ("planning crc low risk", "vs nps medium", "by how much"),
            "56 percentage points for planning: 12% (CRC low) against 68% (NPS medium).",
        ),
        (("planning nps high risk", "no sorry, medium"), "68%: planning, NPS medium."),
        (
            ("gap between nps high and crc low for planning", "same for assessment"),
            "23 percentage points for assessing: 78% (NPS high) against 55% (CRC low).",
        ),
        (
            ("planning crc medium", "is that better or worse than nps", "by how much"),
            "17 percentage points for planning: 51% (CRC medium) against 68% (NPS medium).",
        ),
        (
            ("assessment crc low risk", "which of the four is lowest"),
            "55% is the lowest: assessing, CRC low. Next: 57%, assessing, CRC medium.",
        ),
        (
            ("which stage is weakest", "by how much"),
            "10 percentage points for CRC low: 12% (planning) against 22% (implementing and",
        ),
        (
            ("planning crc low risk", "worst one?", "and the nps"),
            "60% is the lowest: reviewing, NPS medium. Next: 63%, implementing and",
        ),
        (
            ("nps vs crc on planning for medium risk", "who's worse"),
            "CRC medium is lower for planning: 51% against 68% for NPS medium, 17 percentage",
        ),
    ],
)
def test_what_was_chosen_of_a_table_stays_chosen(turns: tuple[str, ...], told: str) -> None:
    context, given = Context(), ""
    for question in turns:
        reply = Conversation(MATCHER, context).reply(question)
        assert isinstance(reply, Answer)
        context, given = context.after(question, reply), reply.matches[0].computed
    assert given.startswith(told)


def test_counts_of_a_known_total_are_shares_and_leave_a_rest() -> None:
    assert said("what percentage of crcs were good for unpaid work").startswith("80%: 8 of 10")
    assert said("how many crcs were not good for unpaid work").startswith("2 of 10 CRCs were not")


def test_a_better_body_is_named_with_what_it_is_better_than_and_not_confirmed() -> None:
    assert said("is the NPS better than CRCs").startswith("NPS medium is higher than CRC medium")


def test_the_lowest_of_all_is_not_confirmed_as_the_lowest_in_each() -> None:
    assert said("is planning the lowest for crc low").startswith("Yes.")
    assert not said("is planning the lowest for nps in all").startswith("Yes.")
    assert not said("is planning ever the lowest stage").startswith("Yes.")


def test_no_with_a_stop_is_a_number() -> None:
    assert said("unpaid work no. rated good for crcs").startswith("80%: 8 of 10")


def test_the_mean_of_groups_that_differ_in_size_is_not_given() -> None:
    assert "mean" not in said("what is the average planning score")


def test_what_names_no_row_is_not_set_against_another() -> None:
    assert said("are some crcs a lot worse than others for unpaid work") == ""


def test_one_body_and_a_bad_mark_ask_for_no_rest_of_a_table(shipped: KnowledgeBase) -> None:
    asked = "difference between the number of good crcs and the number of inadequate ones"
    reply = shipped.ask(asked)
    assert not [one for one in reply.matches if "did not" in one.computed]


@pytest.mark.parametrize(
    "question",
    [
        "is it true high risk people get better supervision than low risk",
        "are higher risk cases at least supervised better",
    ],
)
def test_what_an_entry_tells_itself_is_not_reckoned(shipped: KnowledgeBase, question: str) -> None:
    reply = shipped.ask(question)
    assert isinstance(reply, Answer)
    assert (reply.matches[0].fact.id, reply.matches[0].computed) == ("higher-risk-better", "")


def test_figures_that_are_only_near_are_not_reckoned_with() -> None:
    assert "50" not in said("how many more vacancies were there than earlier")


@pytest.mark.parametrize(
    "question",
    [
        "what share of crc medium cases were not planned well enough",
        "crc medium: how many cases weren't planned well",
        "crc medium cases without good planning, share",
        "what percentage of crc medium cases failed to have sufficient planning",
        "what % of crc medium cases had no proper planning",
        "how often was planning insufficient for crc medium",
        "what share of crc medium cases lacked adequate planning",
        "what proportion of crc medium risk cases had inadequate planning",
        "in how many crc medium cases was planning never good enough",
    ],
)
def test_what_a_share_leaves_is_told_and_never_the_share_itself(question: str) -> None:
    assert said(question).startswith("49% did not")


@pytest.mark.parametrize(
    "question",
    [
        # Whether there was a plan is not how good it was.
        "how many crc medium cases had no plan",
        "what do crc and nps mean",
        "how many more schools are not good than outstanding",
        "did crc low not reach half on planning",
    ],
)
def test_a_negation_that_nothing_is_known_of_gets_no_figure_plainly(question: str) -> None:
    assert "51%" not in said(question)
    assert not said(question).startswith(("120", "2 of 10", "Yes. 12%"))


def test_what_is_left_of_thousands_is_told_in_per_cent() -> None:
    rows = {"Kept": 500, "Missed": 1500, "In all": 2000}
    visits = Fact(
        "visits",
        "How did the visits end?",
        "Of 2,000 visits, 500 were kept and 1,500 missed.",
        figures=tuple(Figure(row, value, "visits") for row, value in rows.items()),
        measure="visits by outcome",
    )
    reply = Conversation(Matcher([visits])).reply("what percentage of visits were not kept")
    assert reply.matches[0].computed.startswith("75%: 1500 of 2,000 visits (not Kept)")


def test_a_figure_put_forward_is_held_against_its_cell() -> None:
    assert said("was planning for nps high risk 73%").startswith("Yes. 73%")
    assert said("was planning for nps high risk 90%").startswith("The report says 73%, not 90%.")


@pytest.mark.parametrize(
    "question",
    [
        "planning in wales for crc low risk",
        "nps low risk planning",
        "planning crc low risk in 2017",
    ],
)
def test_what_a_table_does_not_hold_is_not_taken_from_it(question: str) -> None:
    assert said(question) == ""


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("average for eastfield over the two years", "800"),
        ("how many patients were seen within four hours at westbrook in 2019", "300"),
        ("patients seen in total at eastfield", "1,600"),
    ],
)
def test_counts_by_year_are_put_together(question: str, told: str) -> None:
    assert told in said(question)


def test_longer_than_what_is_measured_is_not_what_was_measured() -> None:
    assert "900" not in said("how many patients waited more than four hours at eastfield in 2019")
