"""Messages that lean on others: follow-ups and several questions at once, whatever the base."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import knowledge
from knowledge import (
    Answer,
    Context,
    Fact,
    KnowledgeBase,
    Match,
    Near,
    Remark,
    Reply,
    Suggestions,
    Term,
    Unknown,
    summary,
)
from knowledge.dialogue import grammar
from knowledge.dialogue.answering import Conversation
from knowledge.dialogue.follow_up import SURELY, follow, readings
from knowledge.dialogue.grammar import Said
from knowledge.dialogue.lists import place_in
from knowledge.dialogue.remarks import plain
from knowledge.dialogue.splitting import parts_in, questions
from knowledge.matching.matcher import Matcher
from tests.conftest import every_fact

# Ways of asking of so many words may follow on from anything.
WHOLE = 4


def after(*facts: str) -> Context:
    """The context after these facts were shown, newest first."""
    return Context("", facts[:1], (), facts)


@pytest.fixture(scope="module")
def schools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """A base about something else, with few phrasings and no terms."""
    path = tmp_path_factory.mktemp("schools") / "schools.db"
    file = resources.files("knowledge") / "examples" / "ofsted-2020.json"
    with closing(KnowledgeBase.open(path, shipped=False)) as knowledge:
        knowledge.change(knowledge.plan_import(file.read_bytes(), file.name).edit, "test")
        yield knowledge


def gist(reply: Reply) -> str:
    """What a reply gives, in a few letters."""
    match reply:
        case Answer(matches, unanswered, later):
            left = [f"no: {unanswered}"] * bool(unanswered) + [f"later: {later}"] * bool(later)
            return " + ".join([*(match.fact.id for match in matches), *left])
        case Near(matches):
            return f"near {matches[0].fact.id}"
        case Suggestions(matches):
            return f"perhaps {matches[0].fact.id}"
        case Unknown(gap):
            return f"{gap.fact.id}" if gap else "nothing"


# --- Follow-ups -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "said", "reply"),
    [
        # Another of the same kind.
        ("nps-vacancies", "and the CRCs?", "gap-crc-vacancies|gap-vacancies-other"),
        ("crc-good", "and in 2018/19?", "ratings-2018-19-good"),
        ("mental-health-2021", "what about substance abuse", "substance-2021"),
        ("contact-email", "what about twitter", "contact-twitter"),
        ("standard-1-1", "and 1.2", "standard-1-2"),
        ("mental-health-2021", "and diversity", "diversity-2021"),
        ("covid-upw-suspended", "what about accredited programmes", "covid-programmes-stopped"),
        # Something else about the same.
        ("nps-vacancies", "when", "nps-vacancies-date"),
        ("caseloads-high", "why?", "gap-caseload-why"),
        ("covid-f2f-groups", "how many?", "gap-facetoface-number"),
        ("well-85m", "how many nights?", "well-56-nights"),
        ("ttg-22m", "who paid?", "gap-ttg-22m-who-paid"),
        ("spo-time", "why?", "near spo-time"),
        (
            "nps-vacancies",
            "out of how many posts?",
            "gap-vacancies-other|near nps-vacancies",
        ),
        ("ttg-outstanding", "out of how many?", "ttg-outstanding"),
        (
            "nps-vacancies-date",
            "out of how many?",
            "gap-vacancies-earlier|gap-vacancies-other|near nps-vacancies-date",
        ),
        # What carries on with a thing of its own, and what asks for those left out.
        ("nps-100", "ok and vacancies", "nps-vacancies"),
        ("nps-vacancies", "and psos", "gap-vacancies-other"),
        ("covid-f2f-groups", "and the rest?", "near covid-f2f-groups"),
        # Against another time.
        ("nps-vacancies", "whats the latest number", "gap-vacancies-earlier"),
        ("nps-vacancies", "is that worse than last year?", "gap-vacancies-earlier"),
        ("ttg-22m", "is that good or bad?", "near ttg-22m"),
        # A time or a reason that the answer has; the way of asking that is carried on with.
        ("covid-courts-overview", "which months", "covid-courts-overview"),
        ("pso-taking-cases", "how come", "pso-taking-cases"),
        ("pso-what", "n crc", "crc-what"),
        ("covid-programmes-stopped", "date they start again?", "gap-accredited-programmes"),
        ("crc-close", "names of them please", "gap-which-crcs-good"),
        ("thematic-sfo", "what did it conclude", "gap-sfo-findings"),
        ("crc-close", "and how many did badly on case supervision", "five-inadequate"),
        ("nps-vacancies-date", "and the figure itself", "nps-vacancies"),
        ("nps-workload-chart", "which year", "nps-workload-chart"),
        ("administration", "which year", "administration"),
        ("da-checks", "in numbers", "gap-da-checks-pct"),
        ("nps-staffing-rating", "and overall?", "gap-nps-ratings"),
        ("well-85m", "per night?", "near well-56-nights"),
        # Another body than the one that was shown.
        ("nps-120", "same for PSOs?", "near nps-120|gap-workload-other-staff"),
        # New questions.
        ("thematic-count", "how many nps divisions are there", "nps-divisions"),
        ("covid-upw-suspended", "and what does MAPPA stand for", "mappa-what"),
        ("nps-120", "new inspection methodology", "new-methodology"),
        ("ttg-outstanding", "was anything found about domestic abuse checks", "da-checks"),
    ],
)
def test_a_follow_up_is_read_after_what_was_shown(
    shipped: KnowledgeBase, shown: str, said: str, reply: str
) -> None:
    assert gist(shipped.ask(said, after(shown))) in reply.split("|")


@pytest.mark.parametrize(
    ("shown", "said", "reply"),
    [
        ("ofsted-primaries", "and secondary?", "ofsted-secondaries"),
        (
            "ofsted-primaries",
            "and private schools?",
            "ofsted-gap-private|perhaps ofsted-gap-private",
        ),
        ("ofsted-primaries", "in London?", "ofsted-gap-regions"),
        ("ofsted-this-year", "and the year before?", "ofsted-year-before"),
        ("ofsted-improved", "and in 2018/19?", "ofsted-improved-before"),
        ("ofsted-this-year", "how many improved", "ofsted-improved"),
        ("ofsted-primaries", "why?", "near ofsted-primaries"),
        ("ofsted-primaries", "is that worse than last year?", "near ofsted-primaries"),
    ],
)
def test_follow_ups_need_no_terms_and_few_phrasings(
    schools: KnowledgeBase, shown: str, said: str, reply: str
) -> None:
    assert gist(schools.ask(said, after(shown))) in reply.split("|")


def test_a_follow_up_keeps_to_the_body_and_level_spoken_of() -> None:
    terms = [Term(body, body, "body") for body in ("crc", "nps")]
    asked = "How often was {} {} good enough?"
    facts = [
        Fact(f"{body}-{stage}", asked.format(body, stage), f"{number}% of {body} {stage}.")
        for number, (body, stage) in enumerate(
            [("crc", "planning"), ("crc", "reviewing"), ("nps", "planning")], start=10
        )
    ]
    matcher = Matcher(facts, terms)
    assert (
        gist(Conversation(matcher, after(facts[0].id)).reply("and reviewing?")) == "crc-reviewing"
    )
    said = Said.of(["reviewing"])
    assert [match.fact.id for match in follow(matcher, said, facts[0])] == ["crc-reviewing"]
    assert follow(matcher, said, facts[2]) == ()


@pytest.mark.parametrize("said", ["why?", "how many", "who", "is that up", "and now then"])
def test_alone_a_question_word_finds_no_fact(schools: KnowledgeBase, said: str) -> None:
    assert isinstance(schools.ask(said), Unknown)


def test_whether_somebody_asked_for_a_comparison_is_told(schools: KnowledgeBase) -> None:
    fact = schools.fact("ofsted-primaries")
    told = Match(fact, SURELY, knowledge.texts.NO_VIEW)
    assert schools.ask("is that good", after(fact.id)) == Near((told,))
    told = replace(told, lead=knowledge.texts.CANT_TELL)
    assert schools.ask("why", after(fact.id)) == Near((told,))


def test_what_is_read_is_what_was_shown_with_what_was_said(shipped: KnowledgeBase) -> None:
    contrasts = shipped.matcher.contrasts
    asked = "crc medium risk how often was planning good enough".split()
    asked[0] = "CRC".casefold()
    first = next(readings(Said.of("and low risk".split()), asked, contrasts))
    assert " ".join(first.tokens) == "crc low risk how often was planning good enough"
    assert first.added == ("low",)
    first = next(readings(Said.of(["why"]), asked, contrasts))
    assert " ".join(first.tokens) == "why crc medium risk planning good enough"


# --- Several questions at once --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("what is ttg and upw", "ttg-what + upw-what"),
        ("ttg and upw ratings", "ttg-outstanding + upw-good|ttg-improvement + upw-good"),
        ("how many vacancies and since when", "nps-vacancies + nps-vacancies-date"),
        ("how many crcs got good and which ones", "crc-good + gap-which-crcs-good|crc-good"),
        (
            "how many vacancies and what caseload",
            "nps-vacancies + gap-caseload-size|nps-vacancies + caseloads-high",
        ),
        (
            "number of CRCs inspected, cases in the recovery inspection and nps divisions",
            "inspected-crc-count + recovery-inspection + nps-divisions|"
            "recovery-inspection + nps-divisions",
        ),
        (
            "how many died, how many reoffend, and what is the weather",
            "near gap-deaths|gap-off-leisure",
        ),
        # Two years set against each other, and two questions that one entry answers in part.
        (
            "how many CRCs were covered in 2018/19 versus 2019/20",
            "number-crcs + inspected-crc-count",
        ),
        ("what is your email and what is the address", "contact-email + contact-address"),
        # What it is about stands before both questions.
        (
            "the new way of inspecting, where is it tried and when is it needed",
            "pilot-wales + new-methodology-when",
        ),
        # What the report leaves out is not told by a piece of the question.
        ("po vacancies in london nps, how many", "gap-nps-division-staffing"),
        ("why did the provider for Wales and the South West fail", "gap-provider-admin-why"),
        # One thing, for all its joints.
        ("nps and crc planning for medium risk", "risk-compare-planning|risk-table"),
        (
            "when did the provider for Wales and the South West collapse",
            "administration-date|administration",
        ),
        (
            "who is the chief inspector and what is it called",
            "justin-russell|perhaps justin-russell",
        ),
    ],
)
def test_a_message_is_taken_apart_where_that_is_surer(
    shipped: KnowledgeBase, said: str, reply: str
) -> None:
    assert gist(shipped.ask(said)) in reply.split("|")


def test_both_parts_of_one_fact_are_answered(shipped: KnowledgeBase) -> None:
    said = "what is your phone number and email"
    assert gist(shipped.ask(said)) == "contact-phone + contact-email"


def test_a_letter_gets_what_it_asks(shipped: KnowledgeBase) -> None:
    letter = (
        "Dear sir or madam, I am writing on behalf of a small charity in Leeds which supports "
        "families of people on probation. We read your annual report with great interest. Could "
        "you tell me how many probation officer vacancies there were in the NPS? Also, how much "
        "extra funding went to Through the Gate? Thank you very much. Kind regards, Amina"
    )
    assert gist(shipped.ask(letter)) == "nps-vacancies + ttg-22m"


def test_a_long_text_that_asks_nothing_gets_no_answer(shipped: KnowledgeBase) -> None:
    fact = shipped.fact("nps-vacancies")
    copied = f"{fact.answer} {fact.detail} Probation staff say that they are tired. " * 2
    assert isinstance(shipped.ask(copied), Suggestions | Unknown)
    waits = "since my boss at the charity is waiting for it and I have asked everybody else already"
    asks = "how many probation officer posts were vacant across the nps in september 2019"
    assert gist(shipped.ask(f"{asks} {waits}")) == fact.id


def test_a_part_that_is_not_known_is_named(schools: KnowledgeBase) -> None:
    reply = gist(schools.ask("how many schools are there and who is the king of spain"))
    assert reply.startswith("ofsted-schools + ")
    assert reply.endswith(": who is the king of spain")


@given(st.text(alphabet=" ,.?;&andorwhyitcrc\n", max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_message_gets_a_reply(text: str) -> None:
    assert isinstance(Conversation(MATCHER, after(FACT.id)).reply(text), Reply)


FACT = Fact("crc", "How many CRCs are there?", "There are 21 CRCs.")
MATCHER = Matcher([FACT, Fact("why", "Why is it hard?", "For want of staff.")])


# --- Courtesy -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("hi there, quick one: how many crcs are good?", "how many crcs are good?"),
        ("how many fucking vacancies are there ffs", "how many vacancies are there"),
        ("sorry to bother you but please could you tell me what ttg is, thanks", "what ttg is"),
        ("what went well", "what went well"),
        ("did it help", "did it help"),
        ("so how many", "so how many"),
        ("lastly, how many crcs are good", "how many crcs are good"),
        ("please", "please"),
    ],
)
def test_courtesy_and_oaths_are_left_out(said: str, asked: str) -> None:
    assert plain(said) == asked


def test_sentences_that_ask_are_found() -> None:
    told = "We run a hostel, which is in York. I would like to know how many came and why."
    assert questions(told) == ("how many came and why.",)
    assert questions("They said how hard it was. It was sad.") == ()


def test_the_sides_of_a_joint_may_share_words() -> None:
    first, second = parts_in("what is A and B")
    assert (first[0], second[0]) == ("what is A", "B")
    assert "what is B" in second
    assert "A ratings" in parts_in("A and B ratings")[0]
    assert parts_in("the jail near me, safe") == ()


# --- What came before never spoils ----------------------------------------------------------------


def test_a_whole_question_is_answered_the_same_after_any_answer(shipped: KnowledgeBase) -> None:
    facts = [fact for fact in every_fact(shipped) if not fact.retired]
    bent = []
    for place, fact in enumerate(facts):
        before = facts[(place * 31 + 7) % len(facts)]
        context = Context(before.question, (before.id,), (), (before.id,))
        # The question itself or another of its ways of asking that is a whole question, by turns.
        ways = [one for one in fact.phrasings[1:] if len(one.split()) > WHOLE]
        for asked in ways[place % 7 : place % 7 + 1] if place % 3 else [fact.question]:
            alone, then = shipped.ask(asked), shipped.ask(asked, context)
            if gist(alone) != gist(then):
                bent.append((before.question, asked, gist(alone), gist(then)))
    assert bent == []


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("who was the provider that collapsed", False),
        ("is that good", True),
        ("how many of them", True),
        ("that is odd", True),
        ("what happened after that", True),
        ("my cousin gets out soon will he see somebody", False),
    ],
)
def test_a_relative_that_points_at_nothing_said(text: str, points: bool) -> None:
    assert grammar.points(text.split()) == points


@pytest.mark.parametrize(
    ("said", "place"),
    [("2", 1), ("the second one", 1), ("the second point, any number on it", 1),
     ("more on the last one please", -1), ("10", None),
     ("option 3", 2), ("the first inspection", None), ("second", 1)],
)  # fmt: skip
def test_places_are_picked(said: str, place: int | None) -> None:
    assert place_in(said) == place


def test_a_number_takes_the_suggestion(shipped: KnowledgeBase) -> None:
    offered = ("nps-vacancies", "ttg-22m")
    assert gist(shipped.ask("2", Context(offered=offered))) == "ttg-22m"
    assert gist(shipped.ask("the first one", Context(offered=offered))) == "nps-vacancies"


def test_items_of_an_answer_are_picked_one_after_the_other(shipped: KnowledgeBase) -> None:
    context, said = Context(), []
    for asked in ("thematics planned for 2021", "what is the second one about", "and the first?"):
        reply = shipped.ask(asked, context)
        context = context.after(asked, reply)
        said.append(gist(reply))
    assert said == ["thematic-2021", "substance-2021", "mental-health-2021"]


@pytest.mark.parametrize(
    ("before", "said", "reply"),
    [
        ("justin-russell", "what does he do", "gap-chief-bio"),
        ("thematic-mccann", "what did he do", "gap-mccann-crimes"),
        ("administration", "when did it happen", "administration"),
        ("covid-f2f-groups", "he was just released last week", "near covid-f2f-groups"),
        ("crc-good", "which ones exactly?", "gap-which-crcs-good"),
        ("contact-email", "vacancies", "nps-vacancies"),
        ("nps-shortages", "everywhere or just in some divisions", "nps-shortages"),
        ("standards-org", "2nd", "standard-1-2"),
        ("overview-covid-work", "the 2nd", "more-work-accommodation"),
        ("overview-thematic", "over what period", "thematic-dates"),
        ("well-overnight-switch", "anything else that went well", "overview-covid-well"),
        ("covid-f2f-groups", "he can come inside the flat or no", "covid-home-visits"),
        ("nps-vacancies", "is it getting any better", "staff-improving"),
        ("upw-good", "ok and how do i get hold of them by email", "contact-email"),
        # What only says again what was shown has no part in what is answered.
        ("upw-good", "is that normal? how many nights for homeless people", "well-56-nights"),
    ],
)
def test_what_the_last_answer_spoke_of_is_meant(
    shipped: KnowledgeBase, before: str, said: str, reply: str
) -> None:
    assert gist(shipped.ask(said, after(before))) == reply


@pytest.mark.parametrize(
    ("asked", "unread"),
    [
        ("how many prisons are in wales", False),
        ("qwertyuiop", True),
        ("lkjsdf sdfkj", True),
        ("asdfgh qwerty", True),
        ("why?", True),
    ],
)
def test_what_is_not_in_the_report_is_told_from_what_cannot_be_read(
    shipped: KnowledgeBase, asked: str, unread: bool
) -> None:
    reply = shipped.ask(asked)
    assert isinstance(reply, Unknown)
    assert (reply.unread, summary(reply)[0]) == (unread, "unread" if unread else "unknown")


@pytest.mark.parametrize(
    "asked",
    ["what do you think", "who is to blame", "is probation a shambles", "so is it in crisis"],
)
def test_a_report_neither_judges_nor_predicts(shipped: KnowledgeBase, asked: str) -> None:
    reply = shipped.ask(asked)
    said = reply.matches[0].lead if isinstance(reply, Near) else getattr(reply, "note", "")
    assert said == knowledge.texts.NO_VIEW


def test_a_judgement_of_the_last_answer_gets_that_answer(shipped: KnowledgeBase) -> None:
    about = shipped.ask("what do you think", after("nps-vacancies"))
    fact = shipped.fact("nps-vacancies")
    assert about == Near((Match(fact, SURELY, knowledge.texts.NO_VIEW),))


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ("ttg-22m", "did it work tho"),
        ("covid-court-staff-home", "did that go well"),
    ],
)
def test_what_is_made_of_the_last_answer_gets_that_answer(
    shipped: KnowledgeBase, fact: str, said: str
) -> None:
    reply = shipped.ask(said, after(fact))
    assert isinstance(reply, Near)
    assert (reply.matches[0].fact.id, reply.matches[0].lead) == (fact, knowledge.texts.CANT_TELL)


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        # A message of several questions is one of its own, whatever was said before.
        (
            ("is unification welcomed", "what has to be moved over and how long have they got"),
            "transition-transfer + transition-time",
        ),
        # So is a whole question on another body, or on how far something else goes.
        (("how many crcs were good in 2018/19", "Which NPS area was looked at"), "inspected-nps"),
        (
            ("which sums are named", "in lockdown did officers see people in person or only phone"),
            "covid-f2f-groups",
        ),
        # What was spoken of before a refusal still is, and a refusal lists nothing.
        (
            ("what has to be moved across", "what's the bill for all that", "how long for that"),
            "transition-time",
        ),
        (
            ("what covid challenges need more work", "how big is the backlog", "and the first"),
            "more-work-rehab",
        ),
        (("nps vacancies", "where was it worst"), "near nps-vacancies"),
        # A thing that is "good now" is asked for no grade.
        (("has through the gate improved", "this help is good now?"), "ttg-improvement"),
        # What follows on is held to the grade that is asked about.
        (("were the 650 vacancies pos or psos", "pso vacancy number then?"), "near nps-vacancies"),
    ],
)
def test_what_was_said_before_bends_no_question_of_its_own(
    shipped: KnowledgeBase, said: tuple[str, ...], reply: str
) -> None:
    assert gist(talk(shipped, *said)) == reply


@pytest.mark.parametrize("said", ["names?", "in which towns"])
def test_a_part_of_what_was_said_is_not_looked_for_elsewhere(
    shipped: KnowledgeBase, said: str
) -> None:
    assert not isinstance(shipped.ask(said, after("crc-good")), Answer)


def test_whose_words_they_are_and_of_when_is_told(shipped: KnowledgeBase) -> None:
    for said in ("who said that", "how up to date is your info"):
        reply = shipped.ask(said, after("ttg-22m"))
        assert isinstance(reply, Remark)
        assert (reply.kind, [one.id for one in reply.facts]) == ("vouch", ["ttg-22m"])


def test_the_year_before_is_that_before_the_one_spoken_of(shipped: KnowledgeBase) -> None:
    reply = talk(shipped, "how many crcs rated good", "how many the year before")
    assert gist(reply) == "ratings-2018-19-good"


def test_a_part_that_leans_leans_on_the_part_before_it(shipped: KnowledgeBase) -> None:
    said = "lowest figure for crc low", "how many po jobs were empty and when was that"
    told = [match.fact.id for match in talk(shipped, *said).matches]
    assert told == ["nps-vacancies", "nps-vacancies-date"]


def test_of_two_years_each_is_meant_by_its_place(shipped: KnowledgeBase) -> None:
    said = (
        "how do crc ratings in 2018/19 compare with 2019/20",
        "how many crcs were inspected in the second year",
    )
    assert "10 CRCs" in talk(shipped, *said).matches[0].fact.answer
    assert "21 CRCs" in talk(shipped, *said, "and in the first year").matches[0].fact.answer


def test_nothing_said_before_the_year_before_is_that_before_the_report(
    shipped: KnowledgeBase,
) -> None:
    assert (
        "None of 21 CRCs" in talk(shipped, "how many were good the year before").matches[0].computed
    )


def test_a_prediction_gets_what_the_report_does_say(shipped: KnowledgeBase) -> None:
    reply = shipped.ask("will it get better", after("nps-vacancies"))
    assert isinstance(reply, Near)
    assert reply.matches[0].fact.id == "staff-improving"
    assert reply.matches[0].lead == knowledge.texts.NO_VIEW


@pytest.mark.parametrize(
    ("shown", "said", "reply"),
    [
        # A figure is answered by what holds it, a name by nothing about another one.
        ("well-56-nights", "22m", "ttg-22m"),
        ("well-56-nights", "97m", "nothing"),
        # What a term is stands by itself.
        ("main-findings", "whats a crc", "crc-what"),
        # The good after the bad.
    ],
)
def test_context_leaves_figures_names_and_terms_alone(
    shipped: KnowledgeBase, shown: str, said: str, reply: str
) -> None:
    assert gist(shipped.ask(said, after(shown))) == reply


@pytest.mark.parametrize("asked", ["is my area good", "when is the next report out"])
def test_what_an_entry_does_not_fit_is_only_offered(shipped: KnowledgeBase, asked: str) -> None:
    assert isinstance(shipped.ask(asked), Suggestions | Unknown)


# --- What was said before the last answer ---------------------------------------------------------


def talk(knowledge: KnowledgeBase, *said: str) -> Reply:
    """The reply to the last of some messages."""
    context = Context()
    reply: Reply = Unknown()
    for one in said:
        reply = knowledge.ask(one, context)
        context = context.after(one, reply)
    return reply


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (("planning for crc low risk", "and nps high?", "the gap between those two"), "61 perc"),
        (
            ("planning for crc low risk", "and nps high?", "which of those is higher"),
            "is higher for Planning: 73% against 12%",
        ),
        (("reviewing nps medium", "crc", "difference?", "same for planning"), "68%"),
        (("extra money for ttg", "money for homeless people in lockdown", "in total?"), "£30.5m"),
        (("nps pos above 100%", "over 120?", "difference"), "30 percentage points"),
        (("crcs inadequate in 2018/19", "how many weren't", "in percent"), "95.2%: 20 of 21"),
        (("planning nps high", "is it more than 73"), "73%: Planning, NPS high"),
        (("reviewing nps high", "medium", "which is higher then"), "Reviewing: 64% against 60%"),
        (("planning nps high", "and crc low", "how much lower is that"), "61 percentage points"),
        (("reviewing crc medium", "sorry, low", "so what's the fall"), "9 percentage points"),
        (
            (
                "all stages for crc low",
                "same for crc medium",
                "how far do the two differ on planning",
            ),
            "39 percentage points",
        ),
        # What was chosen of a table is changed by what is said next.
        (
            ("order the four groups on planning", "what does the third group get", "the last?"),
            "12%",
        ),
        (("risk table", "the third one for all groups", "and the first"), "78% NPS high"),
        (("assessment for nps high, crc low and crc medium", "highest minus lowest"), "23 percent"),
        (("crc medium on all stages", "now crc low", "where is the gap biggest"), "39 percentage"),
        (("crc low in every stage", "the second one", "the others"), "55% Assessment"),
        (("planning for crc low", "what share was not sufficient", "and medium"), "49% did not"),
        (("planning for crc low", "gap between low and medium"), "39 percentage points for Plan"),
        (("planning for crc low", "rank the groups on reviewing"), "NPS high 64%; NPS medium 60%"),
        (("nps high assessment", "now crc low", "by how much is it lower"), "23 percentage points"),
        (("nps high, all stages", "nps medium", "biggest drop between them"), "is the widest gap"),
        (("nps medium against crc medium", "on which is the gap narrower"), "Reviewing"),
        (("crc medium planning", "is that the lowest in the table"), "12% is the lowest"),
        (("mean of the four NPS medium percentages", "and CRC medium"), "49.8% is the mean"),
        (
            (
                "crc medium minus crc low for planning",
                "and for reviewing",
                "where is that gap smallest",
            ),
            "2 percentage points is the narrowest gap: Assessment",
        ),
        (("nps high planning", "reviewing", "how many points down from first to last"), "14 perc"),
        (("planning crc low", "same for nps", "so nps is better?"), "61 percentage points for"),
        (("reviewing crc low", "and the two mediums", "difference"), "13 percentage points"),
        (("smallest gap between nps and crc",), "13 percentage points is the narrowest gap: Rev"),
        (("planning for crc low", "how many weren't"), "88% did not"),
        (("best and worst group on planning",), "NPS high. 12% is the lowest: Planning, CRC low"),
        (
            ("top score in the risk table", "and the bottom one", "how far apart are they"),
            "66 perc",
        ),
        (("crc low, all stages", "so planning beats reviewing there"), "12%"),
        (("planning crc medium", "so is it 10 points behind nps medium?"), "17 percentage points"),
        (
            ("which sums of money does the report name", "the larger one, what was it for"),
            "£22m is",
        ),
        (("which sums of money does the report name", "and the smaller"), "£8.5m is the lowest"),
        (("share of nps pos above 120%", "so not over 100?"), "40%: 100% less 60%"),
        (("how many cases per service in the covid recovery inspection",), "20 each on average"),
        (
            ("crc low assessment was 12, wasn't it", "give me the lot for crc low"),
            "12% Planning, 22%",
        ),
        (("assessment for crc low", "nps?", "difference"), "55% (CRC low) against 78% (NPS high)"),
        (
            ("nps against crc medium, assessment", "same picture on planning?"),
            "17 percentage points",
        ),
        (
            ("nps and crc medium on planning", "does the nps lead on reviewing too"),
            "60% (NPS medium)",
        ),
        (("high risk", "in crc?"), "57% CRC medium and 55% CRC low"),
        (
            ("crc medium minus crc low, planning", "as wide for implementation?"),
            "22 percentage points",
        ),
        (("crc medium", "which are below 50%"), "2 of the 4 figures are below 50%"),
        (
            ("nps medium", "how far does it drop from first to last", "crc medium column"),
            "57% Assessment, 51% Planning",
        ),
        (("crc low", "medium", "where are they furthest apart", "nps high"), "NPS high: 78%"),
        (("ttg money", "and the homeless money", "sum of the two"), "£30.5m together"),
        (("add the ttg money and the homeless money",), "£30.5m together"),
        (("56 nights are how many weeks",), "8 weeks: up to 56"),
        (
            ("how many crcs were inspected in 2019/20", "and the year before", "how many fewer"),
            "11: 10 (“How many CRCs were inspected in 2019/2020?”) against 21",
        ),
        (("share of nps pos between 100 and 120%",), "30%: 60% (above 100%) less 30%"),
        (("nps pos above 100%", "so what share are at 100 or under"), "40%: 100% less 60%"),
        (("nps pos above 120%", "so what share are not over 100"), "40%: 100% less 60%"),
        (("what are standards 2.1 to 2.4?", "third one, what did crc medium get"), "44%: Impl"),
        (("crc medium", "and nps medium", "spread from top to bottom for crc medium?"), "13 perc"),
        (("which sums of money are mentioned", "added together"), "£30.5m together"),
        (("what was the 63",), "63%: Implementation and delivery, NPS medium"),
        (("how long could homeless people stay", "how many weeks is that"), "8 weeks: up to 56"),
        (("is there an inspection of recovery plans", "cases per service?"), "20 each on average"),
        # A row with a column is asked for whatever was shown; both groups of a body are.
        (("ttg money", "is planning better for the nps"), "Planning: 73% NPS high and 68% NPS"),
        (("did any group get more than 75% on assessment",), "NPS high 78%"),
        (("state assessment for both crc groups",), "57% CRC medium and 55% CRC low"),
        (("by how much does nps high exceed crc low on planning",), "61 percentage points"),
        (
            ("crc low", "rank nps high", "same for crc low", "spread of top and bottom there"),
            "43 per",
        ),
        (
            ("order the groups on planning", "is the worst group on assessment the same"),
            "55% is the lowest",
        ),
    ],
)
def test_what_several_turns_ask_of_figures_is_worked_out(
    shipped: KnowledgeBase, said: tuple[str, ...], told: str
) -> None:
    reply = talk(shipped, *said)
    assert isinstance(reply, Answer)
    assert told in reply.matches[0].computed


def test_who_is_named_is_set_against_the_other(shipped: KnowledgeBase) -> None:
    for body, lead in (("crc", "No."), ("nps", "Yes.")):
        reply = talk(shipped, "nps and crc medium on planning", f"is {body} better on reviewing")
        assert reply.matches[0].lead == lead
    # Nothing is said to be better than itself.
    assert not talk(shipped, "is crc better on reviewing").matches[0].lead


@pytest.mark.parametrize(
    ("said", "lead"),
    [
        (("nps medium planning", "and crc?", "is that worse"), "Yes."),
        (("nps medium planning", "and crc?", "is that better"), "No."),
        (("crc medium planning", "and nps", "is it lower"), "No."),
        (("crc medium planning", "is that worse than nps"), "Yes."),
    ],
)
def test_one_set_against_another_is_that_spoken_of_last(
    shipped: KnowledgeBase, said: tuple[str, ...], lead: str
) -> None:
    assert talk(shipped, *said).matches[0].lead == lead


@pytest.mark.parametrize(
    "said",
    [
        ("how many nps vacancies", "ttg money", "in total?"),
        ("ttg money", "the difference"),
        # A range, one thing and another, and what was put together.
        ("share of nps pos above 100%", "share supervised by phone", "the difference"),
        ("how many nps divisions", "how many crcs in 2018/2019", "in total?"),
        # A share of something else, and bodies of what has no table.
        ("how many crcs were rated good", "that's 30%"),
        ("how many crcs were inspected", "and in per cent"),
        ("are caseloads too high", "nps or crc"),
        # Half of the managers is no number of staff.
        ("how many managers supervise 11 to 20", "so 15?"),
        ("nights for the homeless", "so £2.2m each?"),
        # What both tell, and a part of the other.
        ("how many nights for the homeless", "and how much money", "in total"),
        ("how many inspected in 2019/20", "how were crcs rated in 2018/19", "the difference"),
        # Nights are no cases, and "between 11 and 20" no limits of two shares.
        ("nights for the homeless", "cases in the recovery inspection", "how many more"),
        ("how many staff do managers supervise", "share between 11 and 15"),
        # The 19 of Covid-19 is no figure.
        ("how did covid affect the courts", "what impact did covid have", "by how much"),
    ],
)
def test_figures_that_do_not_go_together_are_not_reckoned_with(
    shipped: KnowledgeBase, said: tuple[str, ...]
) -> None:
    reply = talk(shipped, *said)
    assert not any(match.computed for match in reply.matches)


@pytest.mark.parametrize(
    ("said", "lead"),
    [
        (("po vacancies", "so 550?"), "The report says over 650, not 550."),
        (("how many nps divisions", "so 28 then?"), "The report says 7, not 28."),
        (("planning nps high", "is it 78?"), "The report says 73%, not 78"),
        (("how many outstanding through the gate", "so 8%?"), "The report says 8 out of 10, not"),
        (("how many outstanding through the gate", "so 80%?"), "Yes."),
        (("how many crcs are rated good", "so 30%?"), "I can't tell that"),
        (("nps pos above 100%", "so 40% weren't?"), "I can't tell that"),
        (("how many outstanding through the gate", "and good?"), "I can't tell that"),
    ],
)
def test_a_figure_or_a_grade_alone_is_held_against_what_was_shown(
    shipped: KnowledgeBase, said: tuple[str, ...], lead: str
) -> None:
    assert talk(shipped, *said).matches[0].lead.startswith(lead)


@pytest.mark.parametrize(
    ("before", "said", "reply"),
    [
        # What stands beside what was spoken of is likelier.
        ("nps-staffing-rating", "which grade is worst hit", "nps-shortages"),
        ("unification-magic-bullet", "how long have they got for the switch", "transition-time"),
        # Of a place and a reason that were told, and a figure that was not.
        ("hampshire", "why not", "hampshire"),
        ("administration", "where was it", "administration"),
        (
            "funding-declining",
            "down by how much",
            "gap-funding-figures|perhaps gap-funding-figures",
        ),
        # What asks for a bit of the answer gets no list of other things.
        ("well-focus", "rather than what", "near well-focus"),
        # What it tells of adults is asked of the young as well.
        ("thematic-accommodation", "is it about young people too", "thematic-accommodation"),
        # "This" is what question and answer share.
        ("upw-good", "but in corona they can do it?", "covid-upw-suspended"),
        # What is answered by itself for sure stands, whatever it points at.
        ("nps-vacancies", "who could i email about this", "contact-email"),
        ("covid-home-visits", "then who gave this talk", "presentation-speaker"),
        ("crc-good", "what went well", "overview-covid-well"),
        # What is put right is read as that, and more of a thing as the thing.
        ("nps-vacancies", "sorry, not that, i meant home visits", "covid-home-visits"),
        ("nps-vacancies", "more on ttg please", "ttg-what|overview-ttg|ttg-22m|ttg-improvement"),
    ],
)
def test_what_was_spoken_of_makes_likelier(
    shipped: KnowledgeBase, before: str, said: str, reply: str
) -> None:
    assert gist(shipped.ask(said, after(before))) in reply.split("|")


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        (("nps pos above 100%", "so how many are not"), "40%"),
        (("who got phone supervision", "how many didnt"), "10% to 20%"),
    ],
)
def test_what_a_share_leaves_is_told_after_it(
    shipped: KnowledgeBase, said: tuple[str, ...], rest: str
) -> None:
    reply = talk(shipped, *said)
    assert isinstance(reply, Answer)
    assert f"{reply.matches[0].lead}{reply.matches[0].computed}".startswith(f"{rest} did not")


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (
            "what is edm, and what became of unpaid work and new programmes",
            "edm-what + covid-upw-suspended + covid-programmes-stopped",
        ),
        ("your phone n email", "contact-phone + contact-email"),
    ],
)
def test_every_part_is_answered(shipped: KnowledgeBase, asked: str, answered: str) -> None:
    assert gist(shipped.ask(asked)) == answered


def test_this_year_is_the_period_of_the_report(shipped: KnowledgeBase) -> None:
    assert gist(shipped.ask("how many crcs did you inspect this year")) == "inspected-crc-count"


def test_an_offer_or_a_refusal_loses_no_topic(shipped: KnowledgeBase) -> None:
    last = Context("", ("nps-100",), (), ("nps-100",))
    offered = last.after("hm", Suggestions((Match(shipped.fact("po-what"), 0.2),)))
    for context in (offered, last.after("and the weather", Unknown())):
        assert gist(shipped.ask("over 120?", context)) == "nps-120"
        # What was offered is nothing that "them" could be.
        assert gist(shipped.ask("how many of them", context)) == "nothing"


@pytest.mark.parametrize("lead", ["deadline in ten minutes", "i am new here", "hi there"])
def test_what_a_message_ends_in_may_be_the_question(shipped: KnowledgeBase, lead: str) -> None:
    assert gist(shipped.ask(f"{lead}, main findings pls")) == "main-findings"


# --- Overviews ------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["main findings", "tl;dr", "summary of the whole report please"])
def test_a_report_has_an_overview(schools: KnowledgeBase, asked: str) -> None:
    reply = schools.ask(asked)
    assert isinstance(reply, Answer)
    assert reply.matches[0].computed.startswith(f"{knowledge.texts.IN_SHORT}\n• ")


def test_a_topic_has_an_overview(schools: KnowledgeBase) -> None:
    topic, (first, *_) = next(iter(schools.snapshot.topics.items()))
    reply = schools.ask(f"what does it say about {topic}")
    assert isinstance(reply, Answer)
    assert first.answer.split(". ")[0] in reply.matches[0].computed


def test_what_is_said_of_a_subject_is_put_together_and_can_be_picked(
    shipped: KnowledgeBase,
) -> None:
    asked = "which bit is about recruitment"
    reply = shipped.ask(asked)
    assert isinstance(reply, Answer)
    assert reply.matches[0].computed.count("\n• ") > 1
    second = shipped.ask("the second one", Context().after(asked, reply))
    assert gist(second) == reply.matches[0].of[1]


def test_what_names_a_subject_is_found_where_it_is_seldom_asked_with(
    shipped: KnowledgeBase,
) -> None:
    (told,) = shipped.ask("everything on wales").matches
    assert {"pilot-wales", "administration"} <= {*told.of}


@pytest.mark.parametrize("asked", ["what did you all find", "in plain terms what did you find"])
def test_what_was_found_is_the_report(shipped: KnowledgeBase, asked: str) -> None:
    assert gist(shipped.ask(asked)) == "main-findings"


def test_an_item_is_asked_about_by_name_and_the_next_is_of_the_same_list(
    shipped: KnowledgeBase,
) -> None:
    marks = "which ratings are there"
    third = talk(shipped, marks, "third one - which nps divisions got that for staffing")
    assert gist(third) == "nps-staffing-rating"
    last = talk(shipped, "list the 2021 thematics", "last one, who is it about")
    assert gist(last) == "diversity-2021"
    first = talk(shipped, "list the 2021 thematics", "last one, who is it about", "and the first")
    assert gist(first) == "mental-health-2021"


# --- Lists of questions ---------------------------------------------------------------------------


def test_each_item_of_a_list_is_a_question() -> None:
    assert questions("1) how many vacancies 2) ttg money") == ("how many vacancies", "ttg money")
    assert questions("Please tell me:\n- vacancies\n- caseloads") == ("vacancies", "caseloads")
    assert questions("1) how many vacancies") == ("how many vacancies",)
    assert questions("what is standard 2.1") == ("what is standard 2.1",)


@pytest.mark.parametrize("said", ["how many weren't", "what share was not"])
def test_what_is_left_of_a_cell_is_left_of_that_cell(shipped: KnowledgeBase, said: str) -> None:
    reply = talk(shipped, "planning for crc low", said)
    assert not any("22%" in f"{one.lead} {one.computed}" for one in reply.matches)
