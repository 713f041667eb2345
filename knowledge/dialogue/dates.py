"""Dates as people write them, and whether an entry, or its report, is about those asked for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from knowledge import texts
from knowledge.dialogue.decision import STANDS, answer_of
from knowledge.model import Answer, Fact, Figure, Match, Near, Reply, Report, Suggestions, Unknown

_MONTHS = (
    "january february march april may june july august september october november december".split()
)
APRIL, MAY = 4, 5
_MONTH = (
    r"\b(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_LEAD = (
    r"(?:\b(?:as (?:of|at)|back in|in|for|during|since|at|by|from|on|until|before|after|of|the)\s+)"
    r"{0,3}"
)
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_FORMS = tuple(
    re.compile(_LEAD + form)
    for form in (
        # 2019/20, 2019-2020, 19/20, FY 2019/20, 2019 to 2020.
        r"(?:fy\s?)?(?<![\d/.£])(?:20)?(?P<first>\d\d)\s?[/-]\s?(?:20)?(?P<second>\d\d)(?![\d/%])",
        r"(?<![\d/.£])20(?P<first>\d\d)\s(?:to|and)\s20(?P<second>\d\d)(?!\d)",
        # September 2019, 3 December 2020, Sep-19.
        r"(?:the\s)?(?:\d{1,2}(?:st|nd|rd|th)?\s(?:of\s)?)?"
        + _MONTH
        + r"[\s,-]*(?P<year>20\d\d)\b",
        r"\b" + _MONTH + r"[-/'\s]\s?'?(?P<short>[12]\d)\b(?!%)",
        # 09/2019.
        r"\b(?P<number>0?[1-9]|1[0-2])[/.](?P<year>20\d\d)\b",
        r"(?<![£\d.,/])(?P<year>(?:19|20)\d\d)\b(?![,.]?\d|%|m\b)",
        r"\b(?:in|since|until|by|during)\s" + _MONTH + r"(?=\s|$|[?.,])",
    )
)
_AGAINST = re.compile(r"\b(?:than|from|with|to|on) last\b|\bcompare", re.I)
_RELATIVE = re.compile(_LEAD + r"\b(?P<which>last|this|that|the previous)\syear\b")


@dataclass(frozen=True, slots=True)
class Date:
    """A year (a span begins in it and ends in the next), a month, or a month of a year."""

    year: int | None
    month: int | None = None
    span: bool = False

    def is_told_by(self, other: Date) -> bool:
        """Tell whether what is said for `other` is said for this date."""
        if self.span and other.span:
            return self.year == other.year
        if self.span or other.span:
            span, plain = (self, other) if self.span else (other, self)
            if span.year is None or plain.year is None or plain.month is None:
                # A calendar year lies in no year from April to March, nor that in it.
                return plain.year is None
            return span.year == plain.year - (plain.month < APRIL)
        if self.month is not None and other.month is not None and self.month != other.month:
            return False
        return self.year is None or other.year is None or self.year == other.year

    def __str__(self) -> str:
        if self.span and self.year is not None:
            return f"{self.year}/{(self.year + 1) % 100:02}"
        month = _MONTHS[self.month - 1].capitalize() if self.month else ""
        return " ".join(part for part in (month, str(self.year or "")) if part)


def _plain(text: str) -> str:
    """Write a text in the form that dates are looked for in."""
    return _DASHES.sub("-", unicodedata.normalize("NFKC", text)).casefold()


def named(text: str) -> tuple[tuple[Date, ...], str]:
    """Give the dates that a text names, and the text without them."""
    left, dates = _plain(text), list[Date]()
    for form in _FORMS:
        dates += filter(None, map(_date, form.finditer(left)))
        left = form.sub(lambda m: " " if _date(m) else m[0], left)
    return tuple(dict.fromkeys(dates)), " ".join(left.split())


def relative(text: str, report: Report | None) -> str:
    """Write "this year" and "last year" as the years they are beside a report's date."""
    years = [date.year for date in (named(report.published)[0] if report else ()) if date.year]
    if not years or _AGAINST.search(text):
        # "Than last year" sets one time against another.
        return text
    this = years[0]
    return _RELATIVE.sub(
        lambda m: f" in {this if m['which'] == 'this' else this - 1}", _plain(text)
    )


def of_fact(fact: Fact) -> tuple[Date, ...]:
    """Give the dates that an entry speaks of."""
    told = " \n ".join((fact.answer, fact.question, fact.detail, fact.source, fact.measure))
    labels = " \n ".join(f"{one.label} {one.column}" for one in fact.figures)
    own, left = named(f"{told} \n {labels}")
    # "The March inspection" names its month as well as "in March"; "may" alone is no month.
    said = set(left.split())
    bare = (Date(None, at) for at, name in enumerate(_MONTHS, 1) if name in said and at != MAY)
    return *own, *bare


def _labelled(row: Figure, asked: Sequence[Date]) -> bool:
    found = named(f"{row.label} {row.column}")[0]
    return any(one.is_told_by(other) for one in asked for other in found)


def of_report(report: Report) -> tuple[Date, ...]:
    """Give the dates that a report has of its own: its period and when it was published."""
    return named(f"{report.title} \n {report.short_title} \n {report.published}")[0]


def main_date(fact: Fact) -> Date | None:
    """Give the date that an entry's answer, or what its figures count, is about."""
    found = named(fact.answer.split("\n")[0])[0] or named(fact.measure)[0]
    # When a thing was is told by a day or a month: "the 2019/2020 report is of December 2020".
    first = found[:1] if not _tells_when(fact) else [one for one in found if not one.span] or found
    return next(iter(first), None)


def _tells_when(fact: Fact) -> bool:
    return fact.question.casefold().startswith("when ")


# --- The reply to a question that names dates -----------------------------------------------------


def dated(
    asked: Sequence[Date],
    with_date: Reply,
    without: Reply,
    report: Callable[[Fact], Report | None],
    *,
    whether: bool,
) -> Reply:
    """Choose the reply to a question that names dates, given the reply to it `without` them.

    The fact's own dates speak for it, and so do those of its report; another date is said not to
    be in the report.
    """
    told, plain = answer_of(with_date), answer_of(without)
    for match in (told, plain):
        # The figures of a fact may be of dates: one is looked up, several are computed with.
        held = [row for row in match.fact.figures if _labelled(row, asked)] if match else []
        if match and match.computed and held:
            return Answer((match,))
        if match and len(held) == 1 and not match.computed:
            (row,) = held
            place = ", ".join(filter(None, (row.label, row.column)))
            said = texts.CELL.format(texts.figure(row.value, row.unit), place)
            return Answer((replace(match, computed=said, lead=""),))
    if plain is not None and _owns(plain.fact, asked, report):
        return without
    if told is not None and _owns(told.fact, asked) and not (plain and plain.computed):
        return with_date
    if plain is None:
        if told is not None and not _owns(told.fact, asked, report):
            return Suggestions((told,))
        spoken_of = [one.fact for reply in (with_date, without) for one in reply.matches[:1]]
        theirs = (of_report(one) for fact in spoken_of if (one := report(fact)))
        own = any(_told_of(asked, one) for one in theirs)
        return without if own and told is None else with_date
    when = main_date(plain.fact)
    if isinstance(with_date, Unknown) and with_date.gap is not None:
        names = _owns(with_date.gap.fact, asked) or not (plain.fact.figures or when)
        if names and with_date.gap.confidence >= STANDS:
            return with_date
    if when and whether and _tells_when(plain.fact) and all(one.month for one in asked):
        claimed = texts.listed([str(date) for date in asked])
        return Answer((replace(plain, lead=texts.NOT_THEN.format(claimed, str(when))),))
    lead = texts.not_for(texts.listed([str(date) for date in asked]), str(when) if when else "")
    return Near((replace(plain, lead=lead),))


def dated_so(fact: Fact, asked: Sequence[Date]) -> Reply | None:
    """Say yes to the date of an entry's answer, or put another one right."""
    when = main_date(fact)
    if when is None:
        return None
    claimed = texts.listed([str(one) for one in asked])
    lead = texts.YES if _told(asked, (when,)) else texts.NOT_THEN.format(claimed, str(when))
    return Answer((Match(fact, STANDS, lead),))


def _owns(
    fact: Fact, asked: Sequence[Date], report: Callable[[Fact], Report | None] = lambda _: None
) -> bool:
    """Tell whether all dates asked about are the entry's own, or its report's."""
    about, when = report(fact), main_date(fact)
    theirs = of_report(about) if about else ()
    # The month of a report is not the period of what it tells.
    own = [one for one in of_fact(fact) if one.span or one not in theirs]
    if when is not None and _told(asked, (when,)) and (when not in theirs or when.span):
        return True
    if when is None and _told(asked, own):
        return True
    if not _told_of(asked, theirs):
        return False
    if all(one.span for one in asked):
        return when is None or not when.span or when in theirs
    return when is None or _told(asked, (when,)) or (when in theirs and set(asked) <= {*theirs})


def _told_of(asked: Iterable[Date], report: Collection[Date]) -> bool:
    """Tell whether dates are a report's own; its month is not the period of what it tells."""
    spans = [one for one in report if one.span]
    return all(_told((one,), spans if one.span else report) for one in asked)


def _told(asked: Iterable[Date], given: Collection[Date]) -> bool:
    return all(any(one.is_told_by(other) for other in given) for one in asked)


# --- The forms of dates ---------------------------------------------------------------------------


def _date(found: re.Match[str]) -> Date | None:
    parts = found.groupdict()
    if parts.get("first"):
        first, second = int(parts["first"]), int(parts["second"])
        return Date(2000 + first, span=True) if second == first + 1 else None
    month = _month(parts)
    if parts.get("short"):
        return Date(2000 + int(parts["short"]), month)
    return Date(int(parts["year"]) if parts.get("year") else None, month)


def _month(parts: dict[str, str | None]) -> int | None:
    if number := parts.get("number"):
        return int(number)
    short = (parts.get("month") or "")[:3]
    return next((n for n, name in enumerate(_MONTHS, 1) if short and name.startswith(short)), None)
