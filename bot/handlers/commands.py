"""The commands that tell about the bot and the reports."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from telegram import Message, Update

from bot import texts
from bot.handlers import menus
from bot.messages import answers, keyboards
from bot.messages.message import SCREEN, BotMessage, Button, Row, heading, notice, safe
from bot.services import Context, Services, services_of
from bot.transport import delivery

# Key findings on the first screen.
FINDINGS = 5
# Where the contact details of the shipped report are kept.
CONTACT_TOPIC = "contact"
CONTACT_FACT = "contact-overview"


def start_page(services: Services) -> BotMessage:
    """Give the welcome: key findings to begin with, and as many topics as the screen holds."""
    findings = services.findings(FINDINGS)
    topics = keyboards.topic_buttons(services.knowledge.topics())
    others = keyboards.button(texts.ALL_TOPICS, keyboards.TOPICS, 0)
    text = texts.start(services.titles(), findings=bool(findings))

    def page(shown: Sequence[Button]) -> BotMessage:
        return notice(text, (*keyboards.questions(findings), *keyboards.pairs(shown)))

    whole = page(topics or [others])
    while whole.height > SCREEN and topics:
        topics.pop()
        whole = page([*topics, others])
    return whole


async def start(update: Update, context: Context) -> None:
    """Welcome a person, or open the fact that a link names; any other payload is ignored."""
    message = update.message
    assert message is not None
    services, place = services_of(context), delivery.place_of(message)
    payload = " ".join(context.args or [])
    if fact := services.fact(payload):
        related = services.related(fact, services.memory.shown(place))
        page = answers.single(fact, services.sources(context.bot.username), related=related)
        services.memory.show(place, (fact.id,))
    else:
        page = notice(texts.ASK_NOW) if payload == "ask" else start_page(services)
    await delivery.reply(message, page)
    if message.chat_id in services.settings.admin_ids:
        await menus.offer(context.bot, services, message.chat_id)


def replied(
    page: Callable[[Services, Message], BotMessage],
) -> Callable[[Update, Context], Coroutine[Any, Any, None]]:
    """Make a handler that replies to a message with a page."""

    async def reply(update: Update, context: Context) -> None:
        assert update.message is not None
        await delivery.reply(update.message, page(services_of(context), update.message))

    return reply


def help_(_: Services, message: Message) -> BotMessage:
    """Explain how to ask."""
    private = message.chat.type == "private"
    commands = texts.PRIVATE_COMMANDS if private else texts.GROUP_COMMANDS
    return notice(texts.help_text(commands, message.get_bot().username))


def reports(services: Services, _: Message) -> BotMessage:
    """List the reports with their links."""
    known = services.knowledge.snapshot.reports
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
    return BotMessage("\n\n".join(told), tuple(rows)) if told else notice(texts.NO_REPORTS)


def contact(services: Services, message: Message) -> BotMessage:
    """Give the contact details that the report gives, the overview first."""
    facts = sorted(services.knowledge.facts(CONTACT_TOPIC), key=lambda one: one.id != CONTACT_FACT)
    if not facts:
        return notice(texts.NO_CONTACT)
    sources = services.sources(message.get_bot().username)
    return answers.single(facts[0], sources, related=facts[1:], headed=False)


def privacy(services: Services, _: Message) -> BotMessage:
    """Say what is kept, and for how long."""
    return notice(texts.privacy(services.settings.retention_days))
