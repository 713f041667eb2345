"""A private chat: what is typed or tapped, and what comes back."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from telegram import Update
from telegram.error import Conflict, NetworkError, RetryAfter

from bot import app, errors, texts
from bot.app import forget
from bot.context import EXCHANGES, FACTS, Memory
from bot.fairness import FairUse
from bot.logs import Redacting
from bot.order import InOrder, key_of
from bot.sandbox import SandboxRequest, Telegram
from bot.settings import Settings
from bot.triage import LONGEST, foreign, not_a_question
from knowledge import KnowledgeBase, Reply
from tests.conftest import World, every_fact, started

# A picture of one pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)
VACANCIES = "Over 650 probation officer posts in the NPS were vacant in September 2019."


# --- Questions ----------------------------------------------------------------------------------


def test_a_question_is_answered_with_the_figure_first_and_its_source(chat: World) -> None:
    message = chat.says("po vacancies")
    assert message.html.startswith(f"<b>{VACANCIES}</b>")
    assert "<blockquote expandable>Shortages were found" in message.html
    assert message.html.endswith("Annual report 2019/20, slide 21: NPS staffing</a>")
    assert message.link_preview == {"is_disabled": True}


def test_an_answer_has_all_its_buttons(chat: World) -> None:
    message = chat.says("po vacancies")
    rows = [[button.text for button in row] for row in message.keyboard]
    assert rows == [
        [texts.OPEN_REPORT, texts.COPY_FIGURE],
        ["When were the vacancies counted?"],
        ["How were the NPS divisions rated on staffing?"],
        ["What did the workload tool show for NPS officers?"],
        [texts.SHARE, texts.COPY_LINK],
        [texts.HELPFUL, texts.NOT_RIGHT],
    ]
    opened, copied = message.keyboard[0]
    assert opened.url == (
        "https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/"
    )
    assert copied.copies == (
        f"{VACANCIES} (HM Inspectorate of Probation, Annual report 2019/20, slide 21: NPS staffing)"
    )
    shared, linked = message.keyboard[4]
    assert shared.query == "How many NPS officer vacancies were there?"
    assert linked.copies == "https://t.me/annual_report_bot?start=nps-vacancies"


def test_a_gap_says_what_the_report_does_not(chat: World) -> None:
    message = chat.says("nps headcount")
    assert message.text.startswith("The slides don't say how many staff were in post.")
    assert {texts.OPEN_REPORT, texts.HELPFUL, texts.NOT_RIGHT} <= set(message.buttons)


def test_without_a_gap_topics_are_offered(ignorant: World) -> None:
    message = ignorant.says("what colour is the moon")
    assert message.text == f"{texts.DOES_NOT_SAY}\n{texts.TRY_TOPICS}"
    assert message.buttons == [
        "Staffing and workloads",
        "Through the Gate",
        "Contact",
        texts.HELPFUL,
        texts.NOT_RIGHT,
    ]


def test_related_questions_leave_out_what_this_chat_has_seen(chat: World) -> None:
    chat.says("vacancy count date")
    message = chat.says("po vacancies")
    assert "When were the vacancies counted?" not in message.buttons
    assert len(message.keyboard) == 6


def test_a_question_with_html_in_it_is_harmless(ignorant: World) -> None:
    message = ignorant.says("<b>how</b> many <script>alert(1)</script> & a < b")
    assert message.text.startswith(texts.DOES_NOT_SAY)


def test_a_question_is_asked_with_what_the_chat_was_shown_newest_first(
    chat: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[str, ...]] = []
    ask = KnowledgeBase.ask

    def spy(knowledge: KnowledgeBase, question: str, context: tuple[str, ...] = ()) -> Reply:
        given.append(context)
        return ask(knowledge, question, context)

    monkeypatch.setattr(KnowledgeBase, "ask", spy)
    chat.says("po vacancies")
    first = chat.says("telephone")
    chat.says("thanks")
    chat.taps(chat.says("/topics"), "Through the Gate")
    chat.says("ttg money")
    chat.telegram.edit(chat.ann, first.message_id - 1, "contact details")
    chat.deliver()
    assert given == [
        (),
        ("nps-vacancies",),
        ("contact-phone", "nps-vacancies"),
        ("nps-vacancies",),
    ]


# --- Taps ---------------------------------------------------------------------------------------


def test_suggestions_show_the_closest_question_with_its_answer(hesitant: World) -> None:
    message = hesitant.says("po vacancies")
    assert message.text.startswith(
        f"{texts.CLOSEST}\nHow many NPS officer vacancies were there?\n{VACANCIES}"
    )
    *offered, fits, none = message.buttons
    assert (fits, none) == (texts.THAT_IS_IT, texts.NONE_OF_THESE)
    assert 2 <= len(offered) <= 3


def test_a_suggestion_taken_answers_in_place_and_is_noted(hesitant: World) -> None:
    message = hesitant.says("po vacancies")
    hesitant.calls()
    chosen = message.buttons[0]
    answered = hesitant.taps(message, chosen)
    assert [call.method for call in hesitant.calls()] == ["answerCallbackQuery", "editMessageText"]
    assert answered.message_id == message.message_id
    assert answered.text.startswith(chosen)
    assert texts.HELPFUL in answered.buttons
    fact = next(f for f in hesitant.knowledge.facts("staffing") if f.question == chosen)
    assert hesitant.asked()[-1]["tapped"] == fact.id


def test_that_answers_it_confirms_the_closest_question(hesitant: World) -> None:
    answered = hesitant.taps(hesitant.says("po vacancies"), texts.THAT_IS_IT)
    assert answered.text.startswith(f"How many NPS officer vacancies were there?\n{VACANCIES}")
    assert hesitant.asked()[-1]["tapped"] == "nps-vacancies"


def test_none_of_these_is_noted_and_offers_topics(hesitant: World) -> None:
    message = hesitant.taps(hesitant.says("po vacancies"), texts.NONE_OF_THESE)
    assert message.text == texts.NOTED
    assert message.buttons[0] == "Staffing and workloads"
    assert hesitant.asked()[-1]["feedback"] == "none of these"


@pytest.mark.parametrize(
    ("button", "thanks", "counted"),
    [
        (texts.HELPFUL, texts.THANKS_HELPFUL, "helpful"),
        (texts.NOT_RIGHT, texts.THANKS_NOT_RIGHT, "not right"),
    ],
)
@pytest.mark.parametrize("question", ["po vacancies", "nps headcount"])
def test_a_vote_is_counted_and_ticked(
    chat: World, question: str, button: str, thanks: str, counted: str
) -> None:
    message = chat.taps(chat.says(question), button)
    assert chat.telegram.toasts[-1].text == thanks
    assert texts.CHOSEN + button in message.buttons
    assert chat.asked()[-1]["feedback"] == counted


def test_a_vote_can_be_changed_and_a_double_tap_is_harmless(chat: World) -> None:
    message = chat.says("po vacancies")
    chat.taps(message, texts.HELPFUL)
    message = chat.taps(message, texts.CHOSEN + texts.HELPFUL)
    message = chat.taps(message, texts.NOT_RIGHT)
    assert message.buttons[-2:] == [texts.HELPFUL, texts.CHOSEN + texts.NOT_RIGHT]
    assert chat.asked()[-1]["feedback"] == "not right"
    assert chat.telegram.chat(chat.ann).last == message


def test_a_related_question_is_answered_below(chat: World) -> None:
    first = chat.says("po vacancies")
    chat.taps(first, "When were the vacancies counted?")
    last = chat.telegram.chat(chat.ann).last
    assert last.message_id != first.message_id
    assert last.text.startswith("When were the vacancies counted?\nSeptember 2019.")


@pytest.mark.parametrize("data", ["r:nps-vacancies", "f:nps-vacancies", "t:1:nps-vacancies"])
def test_a_button_of_a_withdrawn_fact_says_so(chat: World, data: str) -> None:
    message = chat.says("po vacancies")
    chat.retire("nps-vacancies")
    chat.calls()
    chat.telegram.tap(chat.ann, message, data=data)
    chat.deliver()
    assert [toast.text for toast in chat.telegram.toasts] == [texts.WITHDRAWN]
    assert chat.telegram.toasts[0].alert
    assert [call.method for call in chat.calls()] == ["answerCallbackQuery"]


@pytest.mark.parametrize("data", ["f:no-such-fact", "t:999999:no-such-fact", "r:x"])
def test_a_button_of_an_unknown_fact_says_so(chat: World, data: str) -> None:
    chat.telegram.tap(chat.ann, chat.says("po vacancies"), data=data)
    chat.deliver()
    assert [toast.text for toast in chat.telegram.toasts] == [texts.WITHDRAWN]


@pytest.mark.parametrize("data", ["", "zzz", "f:", "f:" + "a" * 60, "v:1:7", "q:0:A B", "ü"])
def test_a_forged_or_outdated_button_says_so(chat: World, data: str) -> None:
    chat.telegram.tap(chat.ann, chat.says("po vacancies"), data=data or "-")
    chat.deliver()
    assert [toast.text for toast in chat.telegram.toasts] == [texts.OLD_BUTTON]


def test_a_forged_vote_for_no_question_changes_nothing(chat: World) -> None:
    chat.telegram.tap(chat.ann, chat.says("po vacancies"), data="v:999999:1")
    chat.deliver()
    assert [row["feedback"] for row in chat.asked()] == [None]


def test_a_typed_question_wins_over_pending_buttons(hesitant: World) -> None:
    message = hesitant.says("po vacancies")
    hesitant.says("ttg money")
    answered = hesitant.taps(message, texts.THAT_IS_IT)
    assert answered.text.startswith("How many NPS officer vacancies")


def test_a_tap_after_telegrams_time_is_up_still_works(chat: World) -> None:
    message = chat.says("po vacancies")
    chat.telegram.fail(
        "answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired"
    )
    message = chat.taps(message, texts.HELPFUL)
    assert texts.CHOSEN + texts.HELPFUL in message.buttons


# --- Edits --------------------------------------------------------------------------------------


def test_an_edited_question_edits_its_reply(chat: World) -> None:
    reply = chat.says("po vacancies")
    question = reply.message_id - 1
    chat.calls()
    chat.telegram.edit(chat.ann, question, "ttg money")
    chat.deliver()
    assert [call.method for call in chat.calls()] == ["editMessageText"]
    assert chat.telegram.message(chat.ann, reply).text.startswith("£22m of extra money")


def test_an_edit_to_the_same_words_is_harmless(chat: World) -> None:
    reply = chat.says("hello")
    chat.telegram.edit(chat.ann, reply.message_id - 1, "hello!")
    chat.deliver()
    assert chat.telegram.chat(chat.ann).last.text == texts.GREETING


def test_an_edit_of_a_forgotten_question_is_answered_anew(chat: World) -> None:
    first = chat.says("po vacancies")
    for _ in range(EXCHANGES):
        chat.says("telephone")
    chat.telegram.edit(chat.ann, first.message_id - 1, "ttg money")
    chat.deliver()
    assert chat.telegram.chat(chat.ann).last.text.startswith("£22m")


def test_an_edit_whose_reply_was_deleted_is_answered_anew(chat: World) -> None:
    reply = chat.says("po vacancies")
    chat.telegram.call("deleteMessage", {"chat_id": chat.ann.id, "message_id": reply.message_id})
    chat.telegram.edit(chat.ann, reply.message_id - 1, "ttg money")
    chat.deliver()
    assert chat.telegram.chat(chat.ann).last.text.startswith("£22m")


def test_an_edited_ask_command_edits_its_reply(chat: World) -> None:
    reply = chat.says("/ask po vacancies")
    chat.telegram.edit(chat.ann, reply.message_id - 1, "/ask ttg money")
    chat.deliver()
    assert chat.telegram.message(chat.ann, reply).text.startswith("£22m")


def test_an_edited_command_is_left_alone(chat: World) -> None:
    reply = chat.says("/topics")
    chat.calls()
    chat.telegram.edit(chat.ann, reply.message_id - 1, "/help")
    chat.deliver()
    assert chat.calls() == []


# --- What is not a question -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "reply"),
    [
        ("hi", texts.GREETING),
        ("Hello there!", texts.GREETING),
        ("good morning", texts.GREETING),
        ("thanks", texts.WELCOME),
        ("ok thank you very much", texts.WELCOME),
        ("ok", texts.ACKNOWLEDGED),
        ("Great!", texts.ACKNOWLEDGED),
        ("bye", texts.GOODBYE),
        ("help", texts.HOW),
        ("What can I ask you?", texts.HOW),
        ("👍", texts.NO_WORDS),
        ("😀😀 🎉", texts.NO_WORDS),
        ("???", texts.NO_WORDS),
        ("/foo", texts.UNKNOWN_COMMAND),
        ("/ask", texts.ASK_NOW),
        ("сколько вакансий", texts.ENGLISH_ONLY),
        ("Combien de postes sont vacants ?", texts.ENGLISH_ONLY),
        ("faint o swyddi gwag oedd yna?", texts.ENGLISH_ONLY),
        ("ile jest wolnych stanowisk", texts.ENGLISH_ONLY),
        ("虐待", texts.ENGLISH_ONLY),
        ("x " * 600, texts.too_long(LONGEST)),
    ],
)
def test_other_texts_get_a_short_reply_and_change_nothing(
    chat: World, typed: str, reply: str
) -> None:
    chat.says("po vacancies")
    before = len(chat.asked())
    assert chat.says(typed).text == reply
    assert len(chat.asked()) == before
    assert chat.shown() == ("nps-vacancies",)


def test_ten_thousand_characters_get_a_sentence(chat: World) -> None:
    update = chat.telegram.text(chat.ann, "x")
    chat.telegram.take()
    update["message"]["text"] = "how many vacancies " * 600
    parsed = Update.de_json(update, chat.application.bot)
    chat.runner.run(chat.application.process_update(parsed))
    assert chat.telegram.chat(chat.ann).last.text == texts.too_long(LONGEST)


@pytest.mark.parametrize("kind", ["sticker", "voice", "photo", "document"])
def test_what_is_not_text_gets_a_sentence(chat: World, kind: str) -> None:
    arguments = {"photo": (PNG,), "document": ("a.pdf", b"%PDF")}.get(kind, ())
    getattr(chat.telegram, kind)(chat.ann, *arguments)
    chat.deliver()
    assert chat.telegram.chat(chat.ann).last.text == texts.NOT_TEXT


def test_the_bots_own_inline_cards_are_no_questions(chat: World) -> None:
    chat.telegram.inline(chat.ann, "vacancies")
    chat.deliver()
    chat.calls()
    chat.telegram.choose(chat.ann, "nps-vacancies", chat.telegram.chat(chat.ann))
    chat.deliver()
    assert chat.calls() == []


@pytest.mark.parametrize(
    "question",
    [
        "how many vacancies in the des moines office",
        "hi how many vacancies were there",
        "thanks but how many vacancies were there",
        "is it ok to work from home",
        "ok what about the NPS",
        "what is the die down rate",
        "/£5 more or less",
        "good",
    ],
)
def test_questions_are_not_taken_for_small_talk(question: str) -> None:
    expected = texts.ACKNOWLEDGED if question == "good" else None
    assert not_a_question(question) == expected


def test_no_shipped_phrasing_is_taken_for_anything_but_a_question(shipped: KnowledgeBase) -> None:
    phrasings = [text for fact in every_fact(shipped) for text in fact.phrasings]
    assert len(phrasings) > 1000
    assert [text for text in phrasings if not_a_question(text) or foreign(text)] == []


# --- Commands -------------------------------------------------------------------------------------


def test_start_welcomes_and_names_the_report(chat: World) -> None:
    message = chat.says("/start")
    assert "“Annual report: inspections of probation services 2019/20”" in message.text
    assert chat.taps(message, texts.ALL_TOPICS).text == texts.TOPICS


def test_a_deep_link_opens_its_answer(chat: World) -> None:
    message = chat.says("/start nps-vacancies")
    assert message.text.startswith(f"How many NPS officer vacancies were there?\n{VACANCIES}")
    assert chat.shown() == ("nps-vacancies",)


def test_the_link_from_inline_mode_asks_for_a_question(chat: World) -> None:
    assert chat.says("/start ask").text == texts.ASK_NOW


@pytest.mark.parametrize("payload", ["no-such-fact", "'; drop table fact; --", "<b>", "a" * 500])
def test_an_untrusted_payload_gets_the_welcome(chat: World, payload: str) -> None:
    assert chat.says(f"/start {payload}").text == chat.says("/start").text


def test_a_link_to_a_withdrawn_fact_gets_the_welcome(chat: World) -> None:
    chat.retire("nps-vacancies")
    assert chat.says("/start nps-vacancies").text.startswith("Ask me about")


def test_contact_gives_the_contact_details(chat: World) -> None:
    assert "HMIP.enquiries@hmiprobation.gov.uk" in chat.says("/contact").text


def test_reports_links_the_report_and_the_ratings(chat: World) -> None:
    message = chat.says("/reports")
    assert message.text.endswith("HM Inspectorate of Probation, December 2020")
    assert message.buttons == [texts.OPEN_REPORT, texts.RATINGS, texts.ALL_REPORTS]


def test_privacy_says_how_long_questions_are_kept(chat: World) -> None:
    assert "deleted after 90 days" in chat.says("/privacy").text


# --- Privacy --------------------------------------------------------------------------------------


def test_nothing_personal_is_stored(tmp_path: Path) -> None:
    for world in started(tmp_path / "private.db"):
        person = world.telegram.user("Zebedee", user_id=987654321, username="zebedee_q")
        world.says("po vacancies, mail me at zed@example.org or 07700 900123", who=person)
        world.taps(world.telegram.chat(person).last, texts.HELPFUL, who=person)
    data = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in (b"987654321", b"ebedee", b"zed@example.org", b"900123"):
        assert secret not in data
    assert b"vacancies" in data


def test_old_questions_are_deleted_by_the_bot(chat: World) -> None:
    chat.says("po vacancies")
    chat.age_questions()
    chat.says("ttg money")
    forget(chat.application)
    assert [row["question"] for row in chat.asked()] == ["ttg money"]


def test_logs_show_no_token_and_no_text(chat: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    chat.says("po vacancies")
    assert "vacancies" not in caplog.text
    form = Redacting("42:sandbox")
    record = logging.LogRecord(
        "x", 30, "", 0, "POST /bot42:sandbox/getMe 123456789:AAaaBBbbCCccDDddEEeeFFff_x", (), None
    )
    assert "42:sandbox" not in form.format(record)
    assert "AAaaBBbb" not in form.format(record)


def test_network_trouble_is_logged_without_a_traceback() -> None:
    try:
        raise NetworkError("down")
    except NetworkError as error:
        info = (NetworkError, error, error.__traceback__)
    record = logging.LogRecord("x", 40, "", 0, "polling", (), info)
    assert Redacting().format(record).endswith("polling (down)")


# --- Trouble ------------------------------------------------------------------------------------


def test_an_error_gets_an_apology(chat: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(KnowledgeBase, "ask", broken)
    assert chat.says("po vacancies").text == texts.SORRY


def test_a_person_who_blocked_the_bot_is_no_error(
    chat: World, caplog: pytest.LogCaptureFixture
) -> None:
    chat.telegram.fail("sendMessage", 403, "Forbidden: bot was blocked by the user")
    chat.telegram.text(chat.ann, "po vacancies")
    chat.deliver()
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


def test_a_lost_connection_is_a_warning(chat: World, caplog: pytest.LogCaptureFixture) -> None:
    chat.telegram.lose("sendMessage")
    chat.telegram.text(chat.ann, "po vacancies")
    chat.deliver()
    assert [(record.levelname, record.exc_info) for record in caplog.records] == [("WARNING", None)]


@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")
def test_a_flood_warning_from_telegram_is_waited_out(chat: World) -> None:
    chat.telegram.fail("sendMessage", retry_after=1)
    assert chat.says("po vacancies").text.startswith(VACANCIES)


@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")
def test_a_wait_telegram_insists_on_is_a_warning(
    chat: World, caplog: pytest.LogCaptureFixture
) -> None:
    update = Update.de_json(chat.telegram.text(chat.ann, "x"), chat.application.bot)
    error = RetryAfter(timedelta(seconds=30))
    chat.runner.run(chat.application.process_error(update, error))
    assert [(record.levelname, record.exc_info) for record in caplog.records] == [("WARNING", None)]
    assert texts.SORRY not in chat.telegram.said()


def test_a_second_copy_is_one_clear_line(chat: World, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        chat.runner.run(chat.application.process_error(None, Conflict("terminated")))
    assert [record.message for record in caplog.records] == [texts.CONFLICT]
    assert errors.stopped_by_conflict(chat.application)


def test_a_script_is_slowed_down_once_and_then_ignored(tmp_path: Path) -> None:
    settings = Settings(token=Telegram().token, questions_per_minute=3)
    for world in started(tmp_path / "fair.db", settings=settings):
        texts_ = [world.says("hi").text for _ in range(6)]
        assert texts_ == [texts.GREETING] * 3 + [texts.SLOW_DOWN, "hi", "hi"]
        other = world.telegram.user("Bea")
        assert world.says("hi", who=other).text == texts.GREETING


def test_edits_count_as_messages(tmp_path: Path) -> None:
    settings = Settings(token=Telegram().token, questions_per_minute=2)
    for world in started(tmp_path / "fair.db", settings=settings):
        reply = world.says("hi")
        for text in ("thanks", "bye", "hello"):
            world.telegram.edit(world.ann, reply.message_id - 1, text)
            world.deliver()
        assert world.telegram.message(world.ann, reply).text == texts.WELCOME
        assert world.telegram.chat(world.ann).last.text == texts.SLOW_DOWN


def test_the_window_of_fair_use_slides() -> None:
    now = 0.0
    fair = FairUse(2, lambda: now)
    assert [fair.judge(1) for _ in range(4)] == ["welcome", "welcome", "warn", "ignore"]
    now = 61
    assert [fair.judge(1) for _ in range(3)] == ["welcome", "welcome", "warn"]


def test_fair_use_remembers_a_limited_number_of_people() -> None:
    fair = FairUse(1, lambda: 0.0)
    for person in range(10_050):
        fair.judge(person)
    assert len(fair) == 10_000


# --- Memory -------------------------------------------------------------------------------------


def test_memory_has_a_time_limit() -> None:
    now = 0.0
    memory = Memory(15, lambda: now)
    memory.show((1, None), ("a",))
    now = 14 * 60
    assert memory.shown((1, None)) == ("a",)
    now = 16 * 60
    assert memory.shown((1, None)) == ()
    memory.show((2, None), ("b",))
    assert len(memory) == 1


def test_memory_is_bounded() -> None:
    memory = Memory(15, lambda: 0.0)
    for chat_id in range(10_050):
        memory.show((chat_id, None), ("a",))
    assert len(memory) == 10_000
    memory.show((1, None), tuple(map(str, range(50))))
    assert len(memory.shown((1, None))) == FACTS


def test_topics_of_a_forum_are_remembered_apart() -> None:
    memory = Memory(15)
    memory.show((1, 7), ("a",))
    assert memory.shown((1, 8)) == ()


def test_an_edited_question_takes_back_what_it_showed() -> None:
    memory = Memory(15)
    memory.answered((1, None), 10, 11, ("a",))
    memory.answered((1, None), 12, 13, ("b",))
    memory.answered((1, None), 12, 13, ("c",))
    assert memory.shown((1, None)) == ("c", "a")
    exchange = memory.exchange((1, None), 12)
    assert exchange is not None
    assert exchange.before == ("a",)


# --- Order --------------------------------------------------------------------------------------


def test_updates_of_one_chat_are_handled_in_order_and_chats_side_by_side(chat: World) -> None:
    bea = chat.telegram.user("Bea")
    for who, text in ((chat.ann, "1"), (chat.ann, "2"), (bea, "3")):
        chat.telegram.text(who, text)
    updates = [Update.de_json(one, chat.application.bot) for one in chat.telegram.take()]
    done: list[str] = []

    async def handle(text: str, wait_for: asyncio.Event, then: asyncio.Event) -> None:
        await wait_for.wait()
        done.append(text)
        then.set()

    async def run() -> None:
        order, free, third = InOrder(), asyncio.Event(), asyncio.Event()
        free.set()
        async with asyncio.TaskGroup() as group:
            # The first waits for the other chat's; the second could go at once, but must wait.
            group.create_task(order.process_update(updates[0], handle("1", third, asyncio.Event())))
            group.create_task(order.process_update(updates[1], handle("2", free, asyncio.Event())))
            group.create_task(order.process_update(updates[2], handle("3", free, third)))

    asyncio.run(run())
    assert done == ["3", "1", "2"]


def test_an_inline_query_is_ordered_by_person(chat: World) -> None:
    chat.telegram.inline(chat.ann, "x")
    update = Update.de_json(chat.telegram.take()[-1], chat.application.bot)
    assert key_of(update) == chat.ann.id


# --- Start-up -----------------------------------------------------------------------------------


def test_a_base_address_is_used_for_calls_and_files(tmp_path: Path, chat: World) -> None:
    settings = Settings(token="42:x", api_root="http://bots.example:8081")
    requests = SandboxRequest(Telegram()), SandboxRequest(Telegram())
    bot = app.build(settings, chat.knowledge, *requests).bot
    assert bot.base_url == "http://bots.example:8081/bot42:x"
    assert bot.base_file_url == "http://bots.example:8081/file/bot42:x"


# --- With the shipped report ----------------------------------------------------------------------


def test_follow_ups_lean_on_what_was_shown(report: World) -> None:
    first = report.says("CRC medium risk: how often was planning good enough?")
    assert first.text.startswith("51% of CRC medium risk")
    assert report.says("and low risk?").text.startswith("12% of CRC low risk")
    assert report.says("thanks").text == texts.WELCOME
    assert report.says("and for reviewing?").text.startswith("38% of CRC low risk")


def test_two_questions_in_one_get_both_answers_with_their_sources(report: World) -> None:
    message = report.says("how much money went to ttg, and when was the presentation given?")
    assert "£22m" in message.text
    assert "3 December 2020" in message.text
    assert message.text.count("Annual report 2019/20, slide") == 2
    assert message.buttons[-2:] == [texts.HELPFUL, texts.NOT_RIGHT]
