"""The commands that tell about the bot and the reports."""

from __future__ import annotations

from telegram import InlineKeyboardButton, Update

from bot import texts
from bot.chat_memory import Place
from bot.handlers import browse
from bot.messages import answers, callback_data, keyboards
from bot.messages.message import BotMessage, Row, heading, notice, safe
from bot.messages.screen_height import SCREEN
from bot.services import Context, Services, services_of
from bot.transport import delivery
from knowledge import Report

# Key findings on the first screen.
FINDINGS = 5
# Where the contact details of the shipped report are kept.
CONTACT_TOPIC = "contact"
CONTACT_FACT = "contact-overview"


def start_page(services: Services) -> BotMessage:
    """Give the welcome: key findings to begin with, and as many topics as the screen holds."""
    findings = services.findings(FINDINGS)
    first = keyboards.questions(findings)
    topics = browse.topic_buttons(services.knowledge.topics())
    others = keyboards.button(texts.ALL_TOPICS, callback_data.topics(0))
    text = texts.start(services.titles(), findings=bool(findings))
    for shown in range(len(topics), -1, -1):
        last = [others] if shown < len(topics) or not topics else []
        page = notice(text, (*first, *keyboards.pairs([*topics[:shown], *last])))
        if page.height <= SCREEN:
            break
    return page


async def start(update: Update, context: Context) -> None:
    """Welcome a person, or open the fact that a link names; any other payload is ignored."""
    message = update.message
    assert message is not None
    services = services_of(context)
    payload = " ".join(context.args or [])
    if payload == "ask":
        await delivery.reply(message, notice(texts.ASK_NOW))
        return
    fact = services.fact(payload) if payload else None
    if fact is None:
        await delivery.reply(message, start_page(services))
        return
    place: Place = delivery.place_of(message)
    page = answers.single(
        fact,
        services.sources(context.bot.username),
        related=services.related(fact, services.memory.shown(place)),
        headed=True,
    )
    await delivery.reply(message, page)
    services.memory.show(place, page.shows)


async def help_(update: Update, context: Context) -> None:
    """Explain how to ask."""
    message = update.message
    assert message is not None
    private = message.chat.type == "private"
    commands = texts.PRIVATE_COMMANDS if private else texts.GROUP_COMMANDS
    text = texts.help_text(commands, context.bot.username)
    await delivery.reply(message, notice(text))


async def reports(update: Update, context: Context) -> None:
    """List the reports with their links."""
    assert update.message is not None
    services = services_of(context)
    await delivery.reply(update.message, reports_page(services.knowledge.reports()))


def reports_page(reports: tuple[Report, ...]) -> BotMessage:
    """List the reports with a button for each of their pages."""
    if not reports:
        return notice(texts.NO_REPORTS)
    rows: list[Row] = []
    for report in reports:
        name = f"{report.short_title}: " if len(reports) > 1 else ""
        pages = (
            (texts.OPEN_REPORT, report.url),
            (texts.RATINGS, report.ratings_url),
            (texts.ALL_REPORTS, report.reports_url),
        )
        rows += [(InlineKeyboardButton(name + label, url=url),) for label, url in pages if url]
    return BotMessage("\n\n".join(_named(report) for report in reports), tuple(rows))


def _named(report: Report) -> str:
    origin = ", ".join(part for part in (report.publisher, report.published) if part)
    return heading(report.title) + (f"\n{safe(origin)}" if origin else "")


async def contact(update: Update, context: Context) -> None:
    """Give the contact details that the report gives."""
    assert update.message is not None
    services = services_of(context)
    facts = [fact for fact in services.knowledge.facts(CONTACT_TOPIC) if not fact.is_gap]
    # The overview first: `sorted` keeps the reading order of the others.
    facts = sorted(facts, key=lambda fact: fact.id != CONTACT_FACT)
    page = (
        answers.single(facts[0], services.sources(context.bot.username), related=facts[1:])
        if facts
        else notice(texts.NO_CONTACT)
    )
    await delivery.reply(update.message, page)


async def privacy(update: Update, context: Context) -> None:
    """Say what is kept, and for how long."""
    assert update.message is not None
    days = services_of(context).settings.retention_days
    await delivery.reply(update.message, notice(texts.privacy(days)))


async def unknown(update: Update, context: Context) -> None:
    """Say that there is no such command."""
    assert update.message is not None
    await delivery.reply(update.message, notice(texts.UNKNOWN_COMMAND))
