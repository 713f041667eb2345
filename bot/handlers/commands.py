"""What is looked up, not asked: commands, the pages they lead to, and the menus that list them."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial

import telegram
from telegram import Bot, BotCommandScope, BotCommandScopeChat, Message
from telegram.error import TelegramError

from bot import messages, texts
from bot.admin import texts as admin_texts
from bot.messages import BotMessage, Button, Row, answers, heading, joined, notice, safe
from bot.services import Services
from bot.transport import App, Context, delivery
from knowledge import Answer, Fact, Match

_logger = logging.getLogger(__name__)

FINDINGS = 5
# How the id of an overview of the shipped report begins.
OVERVIEW = "main-findings"
# The first of the contact details of the shipped report, and what their topic is called elsewhere.
CONTACT_FACT, CONTACT_TOPIC = "contact-overview", "Contact"
ADMINISTRATORS = admin_texts.COMMANDS | texts.PRIVATE_COMMANDS
# Under which it is noted who may have the administrators' menu.
_NOTED = "menu"
_ALL_TOPICS = messages.button(texts.ALL_TOPICS, messages.TOPICS, 0)


async def start(message: Message, context: Context) -> None:
    """Welcome a person, or open the fact that a link names; any other payload is ignored."""
    services, payload = context.bot_data, " ".join(context.args or [])
    if fact := services.fact(payload):
        page = await shown(message, context, fact)
    else:
        page = notice(texts.ASK_NOW) if payload == "ask" else _welcome(services)
    await delivery.reply(message, page)
    if message.chat_id in services.settings.admin_ids:
        await _menu(context.bot, BotCommandScopeChat(message.chat_id), ADMINISTRATORS)


def _welcome(services: Services) -> BotMessage:
    """Give key findings to begin with, and as many topics as the screen holds."""
    topics = services.knowledge.snapshot.topics
    lists = topics.values()
    every = [fact for facts in lists for fact in facts]
    overviews = [one for one in every if one.id.startswith(OVERVIEW)]
    tables = [fact for facts in lists for fact in [one for one in facts if one.figures][:1]]
    tables.sort(key=lambda one: -len(one.figures))
    findings = [*dict.fromkeys((*overviews, *tables, *every))][:FINDINGS]
    titles = texts.titles(services.knowledge.snapshot.reports)
    text = texts.START.format(titles, texts.BEGIN if findings else "")
    page = notice(text, messages.questions(findings))
    rows, room = messages.topic_buttons(topics), (messages.SCREEN - page.height) // messages.ROW
    if len(rows) > room:
        rows[room - 1 :] = [(_ALL_TOPICS,)]
    return replace(page, rows=(*page.rows, *rows))


async def help_(message: Message, context: Context) -> BotMessage:
    """Explain how to ask; to an administrator their own commands first."""
    commands = texts.PRIVATE_COMMANDS if message.chat.type == "private" else texts.GROUP_COMMANDS
    told = texts.help_text(commands, context.bot.username)
    if message.chat_id in context.bot_data.settings.admin_ids:
        own = "\n".join(f"/{name} – {what}" for name, what in admin_texts.COMMANDS.items())
        told = f"{admin_texts.FOR_ADMINISTRATORS}\n{own}\n\n{told}"
    return notice(told)


async def reports(_: Message, context: Context) -> BotMessage:
    """List the reports with their links."""
    known = context.bot_data.knowledge.snapshot.reports
    told, rows = list[str](), list[Row]()
    for report in known:
        origin = ", ".join(part for part in (report.publisher, report.published) if part)
        told.append(heading(report.title) + (f"\n{safe(origin)}" if origin else ""))
        name = f"{report.short_title}: " if len(known) > 1 else ""
        pages = (
            (texts.OPEN_REPORT, report.url),
            (texts.RATINGS, report.ratings_url),
            (texts.ALL_REPORTS, report.reports_url),
        )
        rows += [(Button(name + label, url=url),) for label, url in pages if url]
    return joined(told or [texts.NO_REPORTS], rows)


async def contact(_: Message, context: Context) -> BotMessage:
    """Give the contact details that the report gives, the overview first."""
    services = context.bot_data
    overview = services.fact(CONTACT_FACT)
    topic = overview.topic if overview else CONTACT_TOPIC
    found = services.knowledge.snapshot.topics.get(topic, ())
    facts = sorted(found, key=lambda one: one.id != CONTACT_FACT)
    if not facts:
        return notice(texts.NO_CONTACT)
    first = Answer((Match(facts[0], 1.0),))
    return answers.answer(first, services.sources(), related=facts[1:])


async def privacy(_: Message, context: Context) -> BotMessage:
    """Say what is kept, and for how long."""
    return notice(texts.PRIVACY.format(context.bot_data.settings.retention_days))


async def topics(_: Message, context: Context, page: int = 0) -> BotMessage:
    """Show a page of the topics."""
    every = context.bot_data.knowledge.snapshot.topics
    if not every:
        return notice(texts.NO_TOPICS)
    return BotMessage(heading(texts.TOPICS), messages.topics(every, page))


async def questions(message: Message, context: Context, page: int, entry: str) -> BotMessage:
    """Show a page of the questions of an entry's topic; that may be retired itself."""
    snapshot = context.bot_data.knowledge.snapshot
    topic = snapshot.facts[entry].topic if entry in snapshot.facts else ""
    if not (facts := snapshot.topics.get(topic, ())):
        return await topics(message, context)
    shown, turns, number = messages.paged(
        len(facts), page, lambda n, to: messages.button(n, messages.QUESTIONS, to, entry)
    )
    rows = (*messages.questions(facts[shown], messages.FACT), (_ALL_TOPICS, *turns))
    return BotMessage(heading(topic, number), rows)


async def chosen(message: Message, context: Context, fact: Fact) -> BotMessage:
    """Show a fact chosen from a list, with the way back to its page."""
    facts = [one.id for one in context.bot_data.knowledge.snapshot.topics.get(fact.topic, ())]
    page = facts.index(fact.id) // messages.A_PAGE if fact.id in facts else 0
    back = messages.button(texts.BACK, messages.QUESTIONS, page, fact.id)
    return await shown(message, context, fact, back=(back,))


async def shown(
    message: Message, context: Context, fact: Fact, asked: int | None = None, back: Row = ()
) -> BotMessage:
    """Show a fact that was looked up, or taken from what was offered, which is evidence."""
    services, place = context.bot_data, delivery.place_of(message)
    if asked is not None:
        services.knowledge.note(asked, tapped=fact.id)
    before = services.memory.standing(place).context.shown
    related = services.related(fact, before)
    services.memory.show(place, fact, asked)
    reply = answers.dated_once(Answer((Match(fact, 1.0),)), services.known(before))
    return answers.answer(reply, services.sources(), asked, related, headed=True, back=back)


async def publish(application: App) -> None:
    """Set the menus and descriptions that differ; an administrator who is no more loses theirs."""
    bot, services = application.bot, application.bot_data
    reports = services.knowledge.snapshot.reports
    await _menu(bot, telegram.BotCommandScopeAllPrivateChats(), texts.PRIVATE_COMMANDS)
    await _menu(bot, telegram.BotCommandScopeAllGroupChats(), texts.GROUP_COMMANDS)
    long = texts.DESCRIPTION.format(texts.titles(reports, texts.LONG))
    told = telegram.BotDescription(long)
    await _put(bot.get_my_description(), told, partial(bot.set_my_description, long))
    short = texts.SHORT_DESCRIPTION.format(texts.titles(reports, texts.SHORT))
    shown = telegram.BotShortDescription(short)
    await _put(bot.get_my_short_description(), shown, partial(bot.set_my_short_description, short))
    base, note = services.knowledge, partial(services.knowledge.store.put_note, _NOTED)
    noted, ids = base.store.notes(_NOTED).keys(), {*map(str, services.settings.admin_ids)}
    for gone in noted - ids:
        scope = BotCommandScopeChat(gone)
        if await _put(bot.get_my_commands(scope), None, partial(bot.delete_my_commands, scope)):
            base.unless_broken(partial(note, gone, None), None)
    for one in sorted(ids):
        base.unless_broken(partial(note, one, ""), None)
        # Who never opened the chat gets it with their /start.
        await _menu(bot, BotCommandScopeChat(one), ADMINISTRATORS)
    _logger.info("Serving @%s", bot.username)


async def _menu(bot: Bot, scope: BotCommandScope, commands: Mapping[str, str]) -> None:
    menu = tuple(telegram.BotCommand(*one) for one in commands.items())
    await _put(bot.get_my_commands(scope), menu, partial(bot.set_my_commands, menu, scope))


async def _put(now: Awaitable[object], wanted: object, put: Callable[[], Awaitable[bool]]) -> bool:
    """Set what is not as it is `wanted`, and tell whether it was; a refusal stops nothing."""
    try:
        return await now != wanted and await put()
    except TelegramError as refusal:
        _logger.warning("A menu or description was not set: %s", refusal)
    return False
