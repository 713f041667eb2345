"""Dates as people write them, and whether an entry, or its report, is about those asked for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from knowledge.model import Fact, Figure, Report

_MONTHS = (
    "january february march april may june july august september october november december".split()
)
APRIL, MAY = 4, 5
_MONTH = (
    r"\b(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_LEAD = (
    r"(?P<lead>(?:\b(?:as (?:of|at)|back in|in|for|during|since|at|by|from|on|until|before|after|"
    r"of|the)\s+){0,3})"
)
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_FORMS = tuple(
    re.compile(rf"{_LEAD}{form}(?P<of>(?= (?:annual )?(?:report|slides)\b))?")
    for form in (
        # 2019/20, 2019-2020, 19/20, FY 2019/20, 2019 to 2020.
        r"(?:fy\s?)?(?<![\d/.£])(?:20)?(?P<first>\d\d)\s?[/-]\s?(?:20)?(?P<second>\d\d)(?![\d/%])",
        r"(?<![\d/.£])20(?P<first>\d\d)\s(?:to\s)?20(?P<second>\d\d)(?!\d)",
        # September 2019, 3 December 2020, Sep-19.
        r"(?:the\s)?(?:\d{1,2}(?:st|nd|rd|th)?\s(?:of\s)?)?"
        + _MONTH
        + r"[\s,-]*(?P<year>20\d\d)\b",
        r"\b" + _MONTH + r"[-/'\s]\s?'?(?P<year>[12]\d)\b(?!%)",
        # 09/2019.
        r"\b(?P<number>0?[1-9]|1[0-2])[/.](?P<year>20\d\d)\b",
        r"(?<![£\d.,/])(?P<year>(?:19|20)\d\d)\b(?![,.]?\d|%|m\b)",
        r"\b(?:in|since|until|by|during|from|between)\s" + _MONTH + r"(?=\s|$|[?.,])",
    )
)
# Without a digit or a month no date is named.
_MAYBE = re.compile(rf"\d|{_MONTH}")
_AGAINST = re.compile(r"\b(?:than|from|with|to|on) last\b|\bcompare", re.I)
_STEP = re.compile(
    r"\b(?:in )?(?:the|an?|one) (?:"
    r"(?P<on>following (?:year|round)|(?:year|round) (?:later|after|on))|"
    r"(?:year|round) (?:earlier|before))\b(?: that)?",
    re.I,
)
_PLACE = re.compile(
    r"\b(?:in |for |of )?the (?P<place>first|second|former|latter) (?:year|round)\b"
)
_RELATIVE = re.compile(_LEAD + r"\b(?P<which>last|this|that|the previous)\syear\b")


@dataclass(frozen=True, slots=True)
class Date:
    """A year (a span begins in it and ends in the next), a month, or a month of a year."""

    year: int | None
    month: int | None = None
    span: bool = False

    def is_told_by(self, other: Date) -> bool:
        """Tell whether what is said for `other` is said for this date."""
        if self.span != other.span:
            span, plain = (self, other) if self.span else (other, self)
            if span.year is None or plain.year is None or plain.month is None:
                # A calendar year lies in no year from April to March, nor that in it.
                return plain.year is None
            return span.year == plain.year - (plain.month < APRIL)
        years, months = {self.year, other.year}, {self.month, other.month}
        return len(years - {None}) < 2 and len(months - {None}) < 2

    def __str__(self) -> str:
        if self.span and self.year is not None:
            return f"{self.year}/{(self.year + 1) % 100:02}"
        month = _MONTHS[self.month - 1].capitalize() if self.month else ""
        return " ".join(part for part in (month, str(self.year or "")) if part)


def _plain(text: str) -> str:
    """Write a text in the form that dates are looked for in."""
    return _DASHES.sub("-", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=1_000)
def named(text: str) -> tuple[tuple[Date, ...], str]:
    """Give the dates that a text names, and the text without them."""
    left, dates = _plain(text), list[Date]()
    for form in _FORMS if _MAYBE.search(left) else ():
        dates += filter(None, map(_date, form.finditer(left)))
        # Of "in the 2019/20 report" the report is left.
        left = form.sub(
            lambda m: f"{m['lead'] * (m['of'] is not None)} " if _date(m) else m[0], left
        )
    return tuple(dict.fromkeys(dates)), " ".join(left.split())


def relative(text: str, report: Report | None) -> str:
    """Write "this year" and "last year" as the period of a report, told after it has ended.

    "The previous year" is the one before its date.
    """
    years = [date.year for date in (named(report.published)[0] if report else ()) if date.year]
    if not years or _AGAINST.search(text):
        # "Than last year" sets one time against another.
        return text
    this = next((str(one) for one in of_report(report) if one.span), str(years[0]))
    return _RELATIVE.sub(
        lambda m: f" in {years[0] - 1 if m['which'] == 'the previous' else this}", _plain(text)
    )


def stepped(text: str, asked: str, fact: Fact | None, report: Report | None) -> str:
    """Write "the year after" as that after the one of an entry, or else of a report.

    "The second year" is that of two which were `asked` about.
    """
    both = sorted({date for date in named(asked)[0] if date.span}, key=str)
    if len(both) > 1 and (at := _PLACE.search(text)):
        return _PLACE.sub(f"in {both[at['place'] in ('second', 'latter')]}", text)
    spans = (one for one in of_report(report) if one.span)
    of = (main_date(fact) if fact else None) or next(spans, None)
    if not (found := _STEP.search(text)) or not of or not of.year or named(text)[0]:
        return text
    year = replace(of, year=of.year + (1 if found["on"] else -1), month=None)
    return f"{text[: found.start()]}in {year}{text[found.end() :]}"


def of_fact(fact: Fact) -> tuple[Date, ...]:
    """Give the dates that an entry speaks of."""
    told = " \n ".join((fact.answer, fact.question, fact.detail, fact.source, fact.measure))
    own, left = named(told)
    own += of_labels(fact)
    # "The March inspection" names its month as well as "in March"; "may" alone is no month.
    said = set(re.findall("[a-z]+", left))
    bare = (Date(None, at) for at, name in enumerate(_MONTHS, 1) if name in said and at != MAY)
    return *own, *bare


def of_labels(fact: Fact) -> tuple[Date, ...]:
    """Give the dates of the rows and columns of an entry's figures."""
    return named(" \n ".join(f"{one.label} {one.column}" for one in fact.figures))[0]


def labelled(fact: Fact, asked: Sequence[Date]) -> list[Figure]:
    """Give the figures of an entry whose row or column is a date asked about."""
    found = [(row, named(f"{row.label} {row.column}")[0]) for row in fact.figures]
    return [row for row, dates in found if any(w.is_told_by(d) for w in asked for d in dates)]


def of_report(report: Report | None) -> tuple[Date, ...]:
    """Give the dates that a report has of its own: its period and when it was published."""
    if report is None:
        return ()
    return named(f"{report.title} \n {report.short_title} \n {report.published}")[0]


def main_date(fact: Fact) -> Date | None:
    """Give the date that an entry's answer, or what its figures count, is about."""
    found = named(fact.answer.split("\n")[0])[0] or named(fact.measure)[0]
    # When a thing was is told by a day or a month: "the 2019/2020 report is of December 2020".
    is_when = fact.question.casefold().startswith("when ")
    return next((one for one in found if not (is_when and one.span)), next(iter(found), None))


def owns(fact: Fact, asked: Sequence[Date], report: Report | None = None) -> bool:
    """Tell whether all dates asked about are the entry's own, or its report's."""
    when, theirs = main_date(fact), of_report(report)
    # The month of a report is not the period of what it tells.
    own = [one for one in of_fact(fact) if one.span or one not in theirs]
    if when is None:
        return told(asked, own) or are_of(asked, report) or are_until(asked, report)
    is_then = told(asked, (when,))
    if is_then and (when not in theirs or when.span):
        return True
    if not are_of(asked, report):
        return False
    if all(one.span for one in asked):
        return not when.span or when in theirs
    return is_then or (when in theirs and set(asked) <= {*theirs})


def are_of(asked: Iterable[Date], report: Report | None) -> bool:
    """Tell whether dates are a report's own; its month is not the period of what it tells."""
    theirs = of_report(report)
    spans = [one for one in theirs if one.span]
    return all(told((one,), spans if one.span else theirs) for one in asked)


def are_until(asked: Iterable[Date], report: Report | None) -> bool:
    """Tell whether dates are months from the start of a report's period until its publication."""
    theirs = of_report(report)
    starts = [(one.year or 0, APRIL) for one in theirs if one.span]
    ends = [(one.year or 0, one.month or 0) for one in theirs if one.month]
    months = [(one.year or 0, one.month or 0) for one in asked]
    return bool(starts and ends) and all(m[1] and min(starts) <= m <= max(ends) for m in months)


def in_year_of(report: Report | None, asked: Iterable[Date]) -> list[Date]:
    """Give dates without the year that a report is of: "from March to June" says none."""
    years = {one.year for one in of_report(report) if one.month}
    return [replace(d, year=None) if d.month and d.year in years else d for d in asked]


def told(asked: Iterable[Date], given: Collection[Date]) -> bool:
    """Tell whether what is said for the given dates is said for all asked about."""
    return all(any(one.is_told_by(other) for other in given) for one in asked)


# --- The forms of dates ---------------------------------------------------------------------------


def _date(found: re.Match[str]) -> Date | None:
    parts = found.groupdict()
    if parts.get("first"):
        first, second = int(parts["first"]), int(parts["second"])
        return Date(2000 + first, span=True) if second == first + 1 else None
    number, name = int(parts.get("number") or 0), parts.get("month") or "none"
    month = next((n for n, full in enumerate(_MONTHS, 1) if full.startswith(name[:3])), number)
    year = int(parts.get("year") or 0)
    return Date(year + 2000 * (0 < year < 100) or None, month or None)
