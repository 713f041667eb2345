"""What is said to a message: the page, the reply it rests on, how the conversation then stands.

Nothing here needs Telegram, nor loads its library: the command line answers without.
"""

from dataclasses import dataclass

from bot import messages, texts
from bot.messages import BotMessage, answers, notice
from bot.services import Place, Services, Standing
from knowledge import NONE_OF_THESE, NOT_RIGHT, Answer, Near, Remark, Reply, Suggestions, Unknown


@dataclass(frozen=True, slots=True)
class Turn:
    """What is said to a message, the reply it rests on if any, and how the conversation stands."""

    page: BotMessage
    reply: Reply | None
    standing: Standing


def respond(services: Services, text: str, standing: Standing, *, record: bool = True) -> Turn:
    """Answer a text said where the conversation is `standing`, with what belongs beside it."""
    reply, before = services.knowledge.ask(text, standing.context), standing.context.shown
    if isinstance(reply, Remark):
        return Turn(_remarked(services, reply, standing), None, standing)
    asked = services.knowledge.record(text, reply) if record else 0
    sources, topics = services.sources(), messages.topics(services.knowledge.topics())
    match answers.dated_once(reply, services.known(before)):
        case Answer(matches) | Near(matches) as told:
            facts = [match.fact for match in matches]
            related = services.related(facts[0], (*before, *(fact.id for fact in facts)))
            page = answers.answer(told, sources, asked, related)
        case Suggestions() as told:
            page = answers.suggestions(told, asked)
        case Unknown(note=str(note)) if note:
            page = notice(note, topics)
        case told:
            nearest = services.nearest(text, told.gap.fact if told.gap else None)
            page = answers.unknown(told, sources, asked, nearest, topics)
    return Turn(page, reply, Standing(standing.context.after(text, reply), asked))


def converse(services: Services, place: Place, number: int, text: str) -> Turn:
    """Answer message `number` of a conversation that goes on outside Telegram; not recorded."""
    turn = respond(services, text, services.memory.standing(place), record=False)
    services.memory.answered(place, number, number, turn.standing)
    return turn


def _remarked(services: Services, remark: Remark, standing: Standing) -> BotMessage:
    """Answer what asks nothing new of the report; a yes or no to offers, or a no, is evidence."""
    asked, offered, note = standing.asked, standing.context.offered, services.knowledge.note
    topics = messages.topics(services.knowledge.topics())
    match remark.kind:
        case "help":
            return notice(texts.HOW, topics)
        case "yes" if offered and asked is not None:
            note(asked, tapped=offered[0])
            return notice(texts.GLAD)
        case "no" | "wrong" if offered and asked is not None:
            note(asked, feedback=NONE_OF_THESE)
            return notice(texts.NOTED, topics)
        case "wrong" if asked is not None:
            note(asked, feedback=NOT_RIGHT)
            return objection(services, asked)
        case "more":
            related = services.related(remark.facts[0], standing.context.shown)
            return answers.more(remark.facts[0], services.sources(), related)
        case kind if kind in texts.SMALL_TALK:
            return notice(texts.SMALL_TALK[kind])
    return answers.again(remark.kind, remark.facts, services.sources())


def objection(services: Services, asked: int, reason: str = "") -> BotMessage:
    """Ask what was wrong, or thank for the `reason`, and offer what else may have been meant."""
    record, parts = services.knowledge.asked(asked), [texts.WHAT_WAS_WRONG[reason]]
    likely = services.nearest(record.question, None, 4) if record else ()
    known = {record.fact, record.tapped} if record else set()
    others = [fact for fact in likely if fact.id not in known][: messages.NEAREST]
    rows = list(messages.questions(others, messages.TAKE, asked))
    if not reason:
        why = ((said, messages.WRONG, asked, one) for one, said in texts.REASONS.items())
        rows.insert(0, tuple(messages.button(*one) for one in why))
    elif reason == "question" and not others:
        # Whoever asked something else can look for it.
        rows += messages.topics(services.knowledge.topics())
    if record and services.settings.admin_ids:
        rows.append((messages.button(texts.TELL, messages.TELL, asked, reason),))
        parts += [texts.NOT_KEPT] if reason else []
    return notice(" ".join(parts), rows)
