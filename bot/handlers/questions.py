"""Questions: what a message asks, in groups only what is addressed to the bot; answers, cards."""

import re
from collections.abc import Mapping

import telegram
from telegram import Bot, ForceReply, Message, Update
from telegram.ext import ApplicationHandlerStop, filters

from bot import messages, texts
from bot.messages import BotMessage, answers, notice, short
from bot.transport import Context, delivery, metrics
from knowledge import summary

_COMMAND = re.compile(r"/([a-z]\w*)(@\w+)?(?!\S)", re.I)
# "show me a chart of risk", "risk as a chart please", "chart".
_SHOW = "(?:(?:can|could) you )?(?:(?:show|give|draw|send|make|plot)(?: me| us)? )?"
_WISH = re.compile(
    rf"{_SHOW}(?:(?:(?:a|the|any) )?(?:bar )?(?:charts?|graphs?)\b"
    r"(?: (?:of|for|on|about|with|showing))?(.*)|(.*?) ?(?:as|in) a (?:bar )?(?:chart|graph))",
    re.I | re.S,
)
_POLITE = re.compile(r"\bplease\b", re.I)
_THAT = frozenset({"that", "this", "it", "them", "those", "these"})
# Of the cards: how many, the characters of a description, and the seconds for which Telegram may
# give them again: short, so that a corrected fact shows.
CARDS, DESCRIPTION, CACHE = 10, 120, 30


def _without_calls(message: Message, bot: Bot) -> tuple[str, int]:
    """Give a message's text or caption without the bot's name, and how often it is called by it."""
    said = message.text or message.caption or ""
    return re.subn(rf"(?<!\w){bot.name}(?!\w)", "", said, flags=re.I)


def question_in(message: Message, bot: Bot) -> str:
    """Give what is asked in a message, without the command or the mentions that address the bot."""
    (text, called), command = _without_calls(message, bot), ""
    if found := _COMMAND.match(text.lstrip()):
        text, command = text.lstrip()[found.end() :].strip(), found[1].casefold()
    elif message.chat.type != "private" or called:
        text = " ".join(text.strip(" ,:;–-").split())
    # Nothing but /ask or the bot's name in reply to a person's message means that message.
    replied = message.reply_to_message
    if text or not replied or not (command == "ask" or (called and not command)):
        return text
    asks = replied.from_user is None or not replied.from_user.is_bot or replied.sender_chat
    return question_in(replied, bot) if asks else ""


def wish(text: str) -> str | None:
    """Give what a chart is wished of, "" for what was spoken of last, None for no such wish."""
    found = _WISH.fullmatch(_POLITE.sub("", text).strip(" ,?!."))
    if found is None:
        return None
    what = (found[1] or found[2] or "").strip(" ,:")
    return "" if set(what.casefold().split()) <= _THAT else what


class Addressed(filters.MessageFilter):
    """The messages in a group that are meant for the bot; its channel never asks."""

    def filter(self, message: Message) -> bool:
        """Look for a mention, a reply or /ask in a caption."""
        bot = message.get_bot()
        asked = _COMMAND.match(message.caption or "")
        if asked and asked[1].casefold() == "ask":
            return (asked[2] or bot.name).casefold() == bot.name.casefold()
        replied = message.reply_to_message
        is_reply = bool(replied and replied.from_user and replied.from_user.id == bot.id)
        is_called = is_reply or _without_calls(message, bot)[1] > 0
        return is_called and not message.is_automatic_forward


TYPED = (filters.TEXT | filters.CAPTION) & ~filters.COMMAND
QUESTION = TYPED & (filters.ChatType.PRIVATE | (filters.ChatType.GROUPS & Addressed()))
# Service messages ("Ann pinned a message") want no reply.
UNREADABLE = filters.COMMAND | (~filters.TEXT & ~filters.CAPTION & ~filters.StatusUpdate.ALL)


async def typed(
    commands: Mapping[str, delivery.Handler], message: Message, context: Context
) -> BotMessage | None:
    """Do what is typed: the name of one of the commands, a wish for a chart, a question."""
    text = question_in(message, context.bot)
    name = "chart" if wish(text) is not None else text.casefold().strip(" /?!.")
    if name in commands:
        return await commands[name](message, context)
    await answer(message, text, context)
    return None


async def ask(message: Message, context: Context) -> BotMessage | None:
    """Answer the question after /ask, or ask for one."""
    if text := question_in(message, context.bot):
        await answer(message, text, context)
        return None
    if message.chat.type == "private":
        return notice(texts.ASK_NOW)
    # A reply reaches the bot in every group, whatever its privacy setting.
    field = ForceReply(selective=True, input_field_placeholder=texts.ASK_PLACEHOLDER)
    await message.reply_text(texts.ASK_BY_REPLY, reply_markup=field)
    return None


async def answer(message: Message, text: str, context: Context) -> None:
    """Answer what a message, or a button below it, asks; in place of what was replied before."""
    services, place = context.bot_data, delivery.place_of(message)
    about = message.reply_to_message or message
    standing = services.memory.standing(place, about.message_id)
    old = services.memory.exchange(place, message.message_id)
    page, reply, after = services.respond(text, old.before if old else standing)
    number = None
    if old:
        keys = delivery.keyboard(page.rows)
        edit = context.bot.edit_message_text(page.html, place[0], old.reply, reply_markup=keys)
        number = old.reply if await delivery.done(edit) else None
    number = number or (await delivery.reply(message, page)).message_id
    services.memory.answered(place, message.message_id, number, after)
    if reply:
        metrics.REPLIES.labels(summary(reply)[0]).inc()


async def later(message: Message, context: Context) -> None:
    """Answer the question on the button, below, as if it had been typed."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    every = (one for row in rows for one in row)
    label = next((one.text for one in every if one.callback_data == messages.LATER), "")
    await answer(message, label, context)


async def edited(message: Message, context: Context) -> None:
    """Let the reply to a question follow the question's edit."""
    memory, place = context.bot_data.memory, delivery.place_of(message)
    # Forgotten, or never a question: in a private chat the reader still waits for an answer.
    if message.chat.type == "private" or memory.exchange(place, message.message_id):
        await answer(message, question_in(message, context.bot), context)


async def unread(message: Message, _: Context) -> BotMessage:
    """Say that a command is none, or that only text can be read."""
    return notice(texts.UNKNOWN_COMMAND if message.text else texts.NOT_TEXT)


async def fair_use(message: Message, context: Context) -> None:
    """Hold back who sends more than a person can type; they are told once a minute."""
    # All who speak for a group or channel have the same user, Telegram's own.
    person = message.sender_chat or message.from_user
    excess = context.bot_data.fair_use.excess(person.id) if person else 0
    if excess == 1 and message.chat.type == "private":
        await delivery.reply(message, notice(texts.SLOW_DOWN))
    if excess:
        raise ApplicationHandlerStop


async def inline(update: Update, context: Context) -> None:
    """Answer what somebody types after the bot's name; nothing brings one card of each topic."""
    query, services = update.inline_query, context.bot_data
    assert query is not None
    knowledge, sources = services.knowledge, services.sources()
    if any(character.isalnum() for character in query.query):
        facts = [match.fact for match in knowledge.search(query.query, CARDS)]
    else:
        facts = [facts[0] for facts in knowledge.snapshot.topics.values()][:CARDS]
    cards = []
    for fact in facts:
        page = answers.card(fact, sources, context.bot.username)
        said, keys = telegram.InputTextMessageContent(page.html), delivery.keyboard(page.rows)
        # The id is the fact's, so that a card stays the same from key to key.
        card = telegram.InlineQueryResultArticle(
            fact.id, fact.question, said, keys, description=short(fact.answer, DESCRIPTION)
        )
        cards.append(card)
    ask = telegram.InlineQueryResultsButton(texts.ASK_IN_PRIVATE, start_parameter="ask")
    await query.answer(cards, CACHE, button=None if cards else ask)
