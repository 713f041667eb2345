"""Questions that fit but for a date, a figure, a body or a "not"."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from knowledge import Answer, KnowledgeBase, Near, Reply, Suggestions, Unknown, dates, edits
from tests.conftest import every_fact, open_small

# Of the shipped entries' own questions, how many may be read otherwise with the year added.
BENT_AT_MOST = 0.03


def told(reply: Reply) -> str:
    """The first thing a reply says, "" for one that only offers or knows nothing."""
    if isinstance(reply, Suggestions | Unknown):
        return ""
    match = reply.matches[0]
    return f"{match.lead} {match.computed or match.fact.answer}".strip()


@pytest.mark.parametrize(
    ("text", "named", "left"),
    [
        ("vacancies in September 2019?", ["September 2019"], "vacancies ?"),
        ("vacancies Sep-19", ["September 2019"], "vacancies"),
        ("crcs inspected 2019 2020", ["2019/20"], "crcs inspected"),
        ("vacancies 09/2019", ["September 2019"], "vacancies"),
        ("ratings 18\u201019", ["2018/19"], "ratings"),
        ("ratings 2018/2019 and 19/20", ["2018/19", "2019/20"], "ratings and"),
        ("what happens in June 2021", ["June 2021"], "what happens"),
        ("rated good as of december 2020", ["December 2020"], "rated good"),
        ("between 11 and 20 staff", [], "between 11 and 20 staff"),
        ("8 out of 10, £22m", [], "8 out of 10, £22m"),
    ],
)
def test_dates_are_read_in_every_form(text: str, named: list[str], left: str) -> None:
    found, rest = dates.named(text)
    assert ([str(one) for one in found], rest) == (named, left)


@pytest.mark.parametrize(
    "asked",
    [
        "in September 2019",
        "Sep-19",
        "09/2019",
        "in 2019/20",
        "in the 2019/20 report",
        "19/20",
        "in 2019\u201020",
    ],
)
def test_the_own_date_of_a_fact_speaks_for_it(shipped: KnowledgeBase, asked: str) -> None:
    reply = shipped.ask(f"how many NPS probation officer vacancies {asked}")
    assert isinstance(reply, Answer)
    assert reply.matches[0].fact.id == "nps-vacancies"
    assert not reply.matches[0].lead


def test_a_month_in_a_facts_question_is_its_own(tmp_path: Path) -> None:
    with closing(open_small(tmp_path / "small.db")) as base:
        cells = {"question": "Why was the March inspection postponed?", "answer": "A cyber attack."}
        base.change(edits.added(base.snapshot, cells), "test")
        for asked in ("why was the inspection in March postponed", "why no inspection in march"):
            assert not isinstance(base.ask(asked), Near), asked
        (fact,) = (fact for fact in every_fact(base) if "March" in fact.question)
        assert [str(one) for one in dates.of_fact(fact)] == ["March"]


def test_another_date_is_said_not_to_be_there(shipped: KnowledgeBase) -> None:
    reply = shipped.ask("how many NPS PO vacancies were there in 2017")
    assert isinstance(reply, Near)
    assert told(reply).startswith(
        "The report doesn't give this for 2017. What it says for September 2019: Over 650"
    )


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("how many CRCs were inspected in 2020/21", "for 2020/21. What it says for 2019/20: 10"),
        ("how many crcs did you see the previous year", "for 2019. What it says for 2019/20: 10"),
        ("crc low risk planning in 2020/21", "for 2020/21. What it says for 2019/20: 12%"),
        ("how many CRCs were rated good in 2020/21", "for 2020/21. What it says for December 2020"),
        ("NPS PO vacancies in december 2020", "for December 2020. What it says for September 2019"),
        ("how many NPS PO vacancies in 2020", "for 2020. What it says for September 2019"),
        ("how many NPS PO vacancies in 2018/19", "for 2018/19. What it says for September 2019"),
    ],
)
def test_a_date_that_does_not_lie_in_the_year_asked_about_is_another(
    shipped: KnowledgeBase, question: str, lead: str
) -> None:
    assert lead in told(shipped.ask(question))


@pytest.mark.parametrize("month", ["April 2020", "March 2020", "November 2020"])
def test_a_month_of_the_reports_time_speaks_against_nothing_undated(
    shipped: KnowledgeBase, month: str
) -> None:
    reply = shipped.ask(f"who was still seen face to face in {month}")
    assert isinstance(reply, Answer)
    assert reply.matches[0].fact.id == "covid-f2f-groups"


@pytest.mark.parametrize("when", ["this year", "last year", "in 2019/20"])
def test_the_year_of_a_report_is_called_by_many_names(shipped: KnowledgeBase, when: str) -> None:
    reply = shipped.ask(f"how many crcs were inspected {when}")
    assert isinstance(reply, Answer)
    assert told(reply).startswith("10 CRCs")


@pytest.mark.parametrize(
    ("asked", "given", "is_told"),
    [
        ("2019/20", "September 2019", True),
        ("2018/19", "September 2019", False),
        ("2018/19", "February 2019", True),
        ("2019/20", "December 2020", False),
        ("March 2020", "2019/20", True),
        ("June 2020", "2019/20", False),
        ("2020", "December 2020", True),
        ("2020", "2019/20", False),
    ],
)
def test_a_date_is_told_by_one_that_lies_in_it_or_that_it_lies_in(
    asked: str, given: str, is_told: bool
) -> None:
    ((one,), _), ((other,), _) = dates.named(asked), dates.named(given)
    assert one.is_told_by(other) is is_told


def test_when_a_thing_was_is_put_right(shipped: KnowledgeBase) -> None:
    reply = shipped.ask("was the annual report published in january 2021")
    assert "for January 2021. What it says for December 2020: The 2019/2020" in told(reply)
    reply = shipped.ask("was the annual report published in december 2020")
    assert told(reply).startswith("The 2019/2020 annual report is dated December 2020")


def test_the_year_of_the_report_changes_no_reply(shipped: KnowledgeBase) -> None:
    questions = []
    for fact in every_fact(shipped):
        when = dates.main_date(fact)
        # What is told of another inspection year is not told of the report's.
        if not fact.is_gap and not (when and when.span and str(when) != "2019/20"):
            questions.append(fact.question)
    bent = []
    for question in questions[::5]:
        if dates.named(question)[0]:
            continue
        plain, dated = shipped.ask(question), shipped.ask(f"{question.rstrip('?')} in 2019/20?")
        if isinstance(plain, Answer) and told(plain) != told(dated):
            bent.append(question)
    assert len(bent) <= BENT_AT_MOST * len(questions) / 5, bent


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("did £30m go to through the gate", "The report says £22m, not £30m."),
        ("were there 900 NPS probation officer vacancies", "The report says over 650, not 900."),
        ("were 3 CRCs rated good", "Yes."),
        ("£22m went to through the gate - is that right?", "Yes."),
        ("were over 600 posts vacant", "Yes."),
        ("were fewer than 500 posts vacant", "No."),
        ("were 60% of NPS POs above 100%", "Yes."),
        ("were 40% of NPS POs above 100%", "The report says 60%, not 40%."),
        ("were most through the gate services rated outstanding", "Yes."),
        ("did the majority of through the gate services get outstanding", "Yes."),
        ("were 10 CRCs inspected", "Yes."),
        ("were 8 out of 10 services rated outstanding for through the gate", "Yes."),
        ("were 12 CRCs inspected", "The report says 10, not 12."),
        ("were 20 CRCs inspected", "The report says 10, not 20."),
        ("were 10 NPS divisions inspected", "The report says 1, not 10."),
        ("did 10 out of 10 get good for unpaid work", "The report says 8 of 10 CRCs, not 10 out"),
        ("did all ten services get outstanding through the gate", "No."),
        ("did all 10 CRCs get good for unpaid work", "No."),
        ("was extra funding £10m", "The report says £22m, not £10m."),
        ("was £9m spent on accommodation", "The report says £8.5m, not £9m."),
        ("did 60% of NPS POs have a workload over 120%", "The report says 30%, not 60%."),
        ("were two thirds of NPS POs above 100%", "The report says 60%, not 2 thirds."),
        ("do a third of NPS POs work above 120%", "The report says 30%, not a third."),
        ("were three fifths of NPS POs working above 100%", "Yes."),
        ("did four in five through the gate services get outstanding", "Yes."),
        (
            "half of crcs got good for unpaid work, didn't they",
            "The report says 8 out of 10, not half",
        ),
        # Of how many CRCs is not told.
        ("most CRCs were rated good, right?", "3 CRCs were rated 'Good'"),
        # Said by somebody who only heard of it, told as a fact, or asked for the reason of.
        ("i heard 5 CRCs are rated good", "The report says 3, not 5."),
        ("the extra funding was £30m", "The report says £22m, not £30m."),
        ("why were only 2 through the gate services outstanding", "The report says 8 "),
        ("were NPS vacancies 560", "The report says over 650, not 560."),
        ("were all seven divisions requires improvement on staffing", "All 7"),
        ("did everyone get phone supervision", "No. 80% to 90%"),
        ("did none of the divisions have staff shortages", "No. Staff shortages"),
        # A limit that is left out, and one that is not.
        ("were more than 3 crcs rated good", "No. 3 CRCs"),
        ("did less than 10 crcs get inspected in 2019/2020", "No. 10 CRCs"),
        ("was crc medium reviewing more than 47%", "No. 47%"),
        ("was crc medium reviewing at least 47%", "Yes. 47%"),
        ("are all nps medium scores more than 60%", "No. 3 of the 4 figures are above"),
        ("is the average for crc medium over 50%", "No. 49.8%"),
        ("do most crc low scores exceed 30%", "No. 2 of the 4"),
        ("did 88% of crc low risk cases have sufficient planning", "The report says 12%, not 88%."),
        # Of another grade, or of other things.
        ("did more than half of crc cases manage risk well", "More than 50%"),
        ("did eight crcs get a good rating", "The report says 3, not 8."),
        ("were 20 crcs rated inadequate in 2018/2019", "The report says 1 of 21 CRCs, not 20."),
        ("were 8 of 10 crcs outstanding", "8 out of 10"),
        # What is counted is not the same: the fact, and neither yes nor no.
        ("were 21 CRCs rated requires improvement in 2018/19", "The report says 20 of 21 CRCs"),
        ("did 8 CRCs get outstanding through the gate", "8 out of 10"),
        ("were 8 services good for through the gate", "8 out of 10"),
        ("were most CRCs good for through the gate", "8 out of 10"),
        ("were 2 CRCs inadequate in 2018/19", "The report says 1 of 21 CRCs, not 2."),
        ("did most CRCs get inadequate in 2018/19", "No. 1 of 21 CRCs"),
        ("were 21 CRCs inspected", "The report says 10, not 21."),
        ("were 50% supervised by phone", "The report says 80% to 90%, not 50%."),
        ("were 650 posts vacant", "Over 650"),
        ("were 3 out of 10 CRCs rated good", "3 CRCs"),
    ],
)
def test_a_figure_put_forward_is_confirmed_or_put_right(
    shipped: KnowledgeBase, question: str, lead: str
) -> None:
    assert told(shipped.ask(question)).startswith(lead)


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("how many crcs were rated good in scotland", "for Scotland. What it does say: 3 CRCs"),
        ("how many were rated good for through the gate", "for Good. What it says for Outstanding"),
        ("were 8 out of ten services rated good for through the gate", "for Good."),
        ("why are all nps divisions rated good for staffing", "for Good. What it says for Requi"),
        ("were 3 CRCs in Scotland rated good", "for Scotland. What it does say: 3 CRCs"),
        ("are most services in london outstanding for through the gate", "for London."),
        ("did 60% of NPS POs in Kent work above 100%", "for Kent. What it does say: 60%"),
        ("through the gate ratings in Wales", "for Wales. What it does say: 8 out of 10"),
        ("did Sodexo get the extra TTG money", "for Sodexo. What it does say: £22m"),
        ("which CRC has the best workload management tool", "no name beyond this: CRCs invested"),
        ("how many buildings had to be transferred in the transition", "gives no figure for this."),
        ("how many SPOs supervise more than 20 staff", "for more than 20. What it does say: Half"),
        ("how many managers spend over half their time on casework", "for over half."),
        ("what share of NPS POs has a workload under 100%", "for under 100%."),
        ("Which CRC received the lowest score for reviewing", "gives no name beyond this"),
        ("which services got outstanding for through the gate", "gives no name beyond this"),
        ("why did staff welcome home working", "gives no reason beyond this: A maj"),
        ("what did the NPS spend on IT", "for NPS. What it says for CRC: CRCs invested"),
        ("what % of crc POs were above 100% on workload", "for CRC. What it says for NPS: 60%"),
        ("what % of PSOs are over 120%", "What it says for probation officer: 30%"),
        ("what % of NPS PSOs were over 100% on the workload tool", "for probation officer: 60%"),
    ],
)
def test_what_is_told_of_another_place_body_or_grade_is_said_to_be(
    shipped: KnowledgeBase, question: str, lead: str
) -> None:
    reply = shipped.ask(question)
    assert isinstance(reply, Near)
    assert lead in told(reply)


def test_what_is_asked_of_two_bodies_is_told_of_both(shipped: KnowledgeBase) -> None:
    reply = shipped.ask("from when do the private firms give the work to the state")
    assert isinstance(reply, Answer)
    assert "June 2021" in told(reply)


def test_how_many_bodies_are_good_is_told_by_no_share_of_their_cases(
    shipped: KnowledgeBase,
) -> None:
    for question in ("how many CRCs were good on planning", "when will the CRCs and NPS be one"):
        reply = shipped.ask(question)
        assert not any(match.computed for match in reply.matches)


def test_a_month_of_the_year_of_the_report_may_go_without_it(shipped: KnowledgeBase) -> None:
    assert isinstance(shipped.ask("new community orders march to june 2020"), Answer)
    assert isinstance(shipped.ask("new community orders in june 2019"), Near)


def test_two_things_set_against_each_other_are_asked_of_one_by_one(
    shipped: KnowledgeBase,
) -> None:
    reply = shipped.ask("which is rated higher, through the gate or unpaid work")
    assert {match.fact.id for match in reply.matches} == {"ttg-outstanding", "upw-good"}


def test_a_column_that_a_table_lacks_is_said_to_be(shipped: KnowledgeBase) -> None:
    reply = shipped.ask("nps low risk planning percentage")
    assert isinstance(reply, Near)
    assert "doesn't give this for nps low" in told(reply)


@pytest.mark.parametrize(
    "question",
    [
        "who is Justin Russell",
        "what's got to be moved across in the switchover",
        # No place, but a slip.
        "how many nights in tempory acomodation",
        # Spelt as in Britain, no name.
        "do the CRCs handle dangerous behaviour properly in most of the cases",
        # A slip of a short word, that only the entry's own question has.
        "is unificatoin a majic bulet",
        # What English makes of another word is no place.
        "where did people focus, in preference to interventions",
        # No why.
        "homeless service users - face to face in lockdown y/n",
    ],
)
def test_a_name_of_the_report_or_a_rare_word_is_no_mismatch(
    shipped: KnowledgeBase, question: str
) -> None:
    assert isinstance(shipped.ask(question), Answer)


@pytest.mark.parametrize(
    ("question", "opposite"),
    [
        ("how many CRCs were not inspected", "inspected"),
        ("how many CRCs were not rated good", "crc-good"),
        ("how many CRCs were not inadequate on case supervision", "five-inadequate"),
        ("who did not get face to face supervision", "covid-f2f"),
        ("main findings of the accommodation thematic", "thematic-accommodation"),
        ("what did not go well in covid", "well"),
        ("what went wrong in covid", "well"),
    ],
)
def test_the_opposite_of_what_was_asked_is_not_given_plainly(
    shipped: KnowledgeBase, question: str, opposite: str
) -> None:
    reply = shipped.ask(question)
    plain = reply.matches if isinstance(reply, Answer) else ()
    assert not [match.fact.id for match in plain if opposite in match.fact.id and not match.lead]


def test_what_a_share_leaves_is_told(shipped: KnowledgeBase) -> None:
    reply = shipped.ask("what percentage of people did not get phone supervision")
    assert told(reply).startswith("10% to 20% did not. 80% to 90% got phone supervision")


def test_a_sum_alone_is_told_by_what_begins_with_it(shipped: KnowledgeBase) -> None:
    for asked in ("what was the £8.5m for", "for what purpose was the £8.5m provided"):
        assert told(shipped.ask(asked)).startswith("£8.5m went towards")


def test_what_has_no_figure_does_not_answer_how_much(shipped: KnowledgeBase) -> None:
    reply = shipped.ask("how many people follow the Inspectorate on LinkedIn")
    assert not isinstance(reply, Answer)


def test_what_asks_for_money_is_not_told_by_another_figure(shipped: KnowledgeBase) -> None:
    reply = shipped.ask("what did the 650 vacancies cost")
    assert not isinstance(reply, Answer) or "£" in reply.matches[0].fact.answer


def test_a_grade_for_one_thing_is_not_told_by_that_for_another(shipped: KnowledgeBase) -> None:
    for asked in ("services were rated outstanding for unpaid work", "crcs were rated outstanding"):
        assert isinstance(shipped.ask(f"how many {asked}"), Suggestions | Unknown), asked


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("is unification not a magic bullet", "unification-magic-bullet"),
        ("was unpaid work not suspended", "covid-upw-suspended"),
        # These deny nothing that is asked.
        ("how were people supervised without seeing them in person", "well-remote"),
        ("was the switch to the new model overnight or not", "well-overnight-switch"),
    ],
)
def test_what_can_be_settled_either_way_is_answered(
    shipped: KnowledgeBase, question: str, fact: str
) -> None:
    reply = shipped.ask(question)
    assert isinstance(reply, Answer)
    assert reply.matches[0].fact.id == fact


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("one night in temporary accommodation costs how many pounds", "no figure"),
        ("the report says there were 400 nps po vacancies", "over 650, not 400"),
    ],
)
def test_what_is_asked_for_beyond_an_entry_is_said_not_to_be_there(
    shipped: KnowledgeBase, question: str, lead: str
) -> None:
    reply = shipped.ask(question)
    assert isinstance(reply, Near | Answer)
    assert lead in reply.matches[0].lead


def test_a_gap_is_said_where_its_fact_is_likely_and_the_fact_is_offered(
    shipped: KnowledgeBase,
) -> None:
    reply = shipped.ask("number of breach cases still waiting")
    assert isinstance(reply, Unknown)
    assert reply.gap
    assert "backlog" in reply.gap.fact.id


@pytest.mark.parametrize(
    "question",
    [
        "are most crc cases satisfactory on risk of harm",
        "do 30% of NPS POs have a workload under 120%",
        "do 60% of NPS POs work below 100%",
        "were 40% of CRCs rated good",
        "do 60% of CRC POs work above 100%",
        # Another unit, another thing counted, the other direction.
        "was £8.5m for 56 weeks of accommodation",
        "were over 650 PO posts filled",
        "were 8 out of 10 prisons outstanding",
        "were more than 50% of CRCs unsatisfactory on risk of harm management",
        "did 60 NPS POs work over 100%",
        "was planning for CRC low risk 12 people",
        "were 44% of CRC medium risk implementation services ineffective",
        "did 68% of NPS high implementation go wrong",
        # What somebody makes of a claim, and by how much one is better.
        "is it a lie that 20 of 21 CRCs required improvement in 2018/2019",
        "is 5 too many inadequate CRCs",
        "is NPS high assessment 90% better than CRC medium",
        # Nothing rules it out.
        "were three CRCs rated good on case supervision",
        "did 20% of managers monitor casework",
        "did the lockdown start in April 2020",
        "did more than 12 services get assessment",
        "is 30% a lot",
        "is the next annual report in December 2021",
        "were 80% of services outstanding",
        "are all NPS divisions rated requires improvement",
        "were more than 10 CRCs inspected",
        "was 1 crc inadequate",
        "were most crcs inadequate",
        "Is it true that 5 CRCs are inadequate overall",
        "was the last thematic in November 2020",
        "will the new methodology start in January 2021",
    ],
)
def test_yes_is_said_to_nothing_that_the_report_does_not_say(
    shipped: KnowledgeBase, question: str
) -> None:
    verdicts = ("Yes", "No.", "No, ")
    assert not told(shipped.ask(question)).startswith(verdicts)


def test_what_is_left_out_is_not_the_extreme(shipped: KnowledgeBase) -> None:
    reply = shipped.ask("apart from the CRCs, what is the lowest for planning")
    assert "CRC" not in told(reply)


def test_a_limit_is_no_comparison(shipped: KnowledgeBase) -> None:
    reply = shipped.ask("how many managers spend less than 20% of their time on casework")
    assert not any(match.computed for match in reply.matches)


def test_a_date_is_no_count(shipped: KnowledgeBase) -> None:
    reply = shipped.ask("how many dogs does probation have")
    assert isinstance(reply, Suggestions | Unknown)
