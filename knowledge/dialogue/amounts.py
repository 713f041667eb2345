"""Amounts as people and reports write them: what each counts, whether one holds against another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from knowledge import texts
from knowledge.dialogue import grammar
from knowledge.matching.question import YEAR
from knowledge.matching.text import is_number, stem

_LEAST = "at least|reach|reached"
_MORE = f"over|above|exceed|exceeds|more than|higher than|longer than|greater than|{_LEAST}"
_MOST = "at most|no more than|not more than"
_LESS = f"under|below|less than|fewer than|lower than|shorter than|{_MOST}"
_NEAR = "nearly|almost|about|around|roughly|approximately|up to"
_PARTS = {"third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5,
          "tenth": 10, "tenths": 10}  # fmt: skip
_PART = "|".join(_PARTS)
# What somebody says of all of a thing, as a per cent; most is more than half.
_QUANTIFIERS = {"most": 50.0, "majority": 50.0, "all": 100.0, "every": 100.0, "none": 0.0,
                "everyone": 100.0, "everybody": 100.0, "nobody": 0.0}  # fmt: skip
# Words of an amount that name nothing it counts.
AMOUNTS = _PARTS.keys() | _QUANTIFIERS.keys() | {"half", "out"}
# A figure, of how many where that is told, and what comes after it: that is what it counts.
_AMOUNT = re.compile(
    rf"(?:\b(?P<about>{_LESS}|{_MORE}|{_NEAR}) )?(?<!\S)(?:"
    r"(?P<quantifier>(?<!the )(?:most|all)|majority|every(?:one|body)?|none|nobody)\b"
    r"(?: (?P<all>\d{1,3})\b)?|"
    r"(?P<half>half)\b(?! an?\b)|"
    rf"(?P<figure>£?\d\S*|(?:a|one)(?= (?:{_PART})\b))(?P<upto> to £?\d\S*)?"
    rf"(?: (?P<part>{_PART})\b)?(?:(?: out of| of| in)(?: the)? (?P<whole>\d{{1,3}})(?!\S))?)"
    r"(?=(?P<noun>(?: [^\W\d]\S*){0,4}))"
)
# A part as people say it is this near to a share as a report gives it.
NEARLY = 0.005
# With these it is asked what money was for.
_SPENT = frozenset(
    "spent spend used purpose provided extra money cash pound pounds quid funding pot".split()
)
# A sum of money or a share.
_SUM = re.compile(r"£\d[\d.,]*m?|\d[\d.,]*[%m]")


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure, of how many where that is told, and the words for what it counts.

    A quantifier is one too: "most" is more than 50%.
    """

    said: str
    value: float
    unit: str = ""
    whole: float | None = None
    about: str = ""
    upto: str = ""
    noun: tuple[str, ...] = ()
    is_quantifier: bool = False

    @classmethod
    def all_in(cls, tokens: Iterable[str]) -> list[Self]:
        """Read the amounts among words, in their order; years are none."""
        found = _AMOUNT.finditer(" ".join(tokens))
        return [cls._read(one) for one in found if not YEAR.fullmatch(one["figure"] or "")]

    @classmethod
    def _read(cls, found: re.Match[str]) -> Self:
        figure, about, whole = found["figure"] or "", found["about"] or "", found["whole"]
        number = re.search(r"\d+(?:\.\d+)?", figure)
        value = float(number[0]) if number else 1.0
        unit = "£m" if figure[-1:] == "m" else "".join(c for c in figure if c in "£%")
        if found["half"] or found["part"]:
            value, unit = 100 * value / _PARTS.get(found["part"], 2), "%"
        if quantifier := found["quantifier"]:
            value, unit = _QUANTIFIERS[quantifier], "%"
            about = "more than" if value == 50 else about
            # "All ten" are those of "8 out of 10".
            whole = found["all"]
        of, upto = float(whole) if whole else None, found["upto"] or ""
        noun = grammar.content(found["noun"].split())
        return cls(found[0], value, unit, of, about, upto, noun, bool(quantifier))

    @property
    def counted(self) -> tuple[str, ...]:
        """Give the stems of what it counts."""
        return tuple(map(stem, self.noun))

    @property
    def limits(self) -> int:
        """Tell whether more (1) or less (-1) than this is meant; 0 for just this."""
        return 1 if self.about in _MORE.split("|") else -1 if self.about in _LESS.split("|") else 0

    @property
    def is_open(self) -> bool:
        """Tell whether the limit itself is left out: "more than", not "at least"."""
        return self.about not in f"{_LEAST}|{_MOST}".split("|")

    def includes(self, value: float) -> bool:
        """Tell whether a figure lies on the side of this that is meant."""
        ends = value == self.value and not self.is_open
        return ends or (value - self.value) * self.limits > 0

    @property
    def share(self) -> float | None:
        """Give the share of a whole that this is, None where it is none."""
        if self.unit == "%":
            return self.value / 100
        return self.value / self.whole if self.whole else None

    @property
    def top(self) -> float:
        """Give the upper end of a range: 90 of "80% to 90%"."""
        return float(re.sub(r"[^\d.]", "", self.upto) or self.value)

    @property
    def rest(self) -> str:
        """Give what this share leaves of the whole, "" where it is told only nearly."""
        if self.about or self.share is None:
            return ""
        if self.whole:
            return f"{self.whole - self.value:g} of {self.whole:g}"
        ends = dict.fromkeys((self.top, self.value))
        return " to ".join(texts.figure(100 - one, "%") for one in ends)

    def holds(self, claim: Amount) -> str:
        """Give yes, no, or what is told instead of what is put forward; "" where it is not sure."""
        mine, other = self.value, claim.value
        if self.share is not None and claim.share is not None:
            mine, other = self.share, claim.share
        # 60 officers are not 60%, and whether 60% is "nearly two thirds" is for others to say.
        other_unit = self.unit != claim.unit and claim.noun
        unlike = self.share is None if claim.share is not None else other_unit
        # 85% may be what "80% to 90%" tells.
        value, top = claim.value, claim.top
        if claim.whole and self.unit == "%":
            value = top = 100 * claim.value / claim.whole
        within = max(self.value, value) <= min(self.top, top)
        unsure = (claim.about and not claim.limits) or (self.upto != claim.upto and within)
        if unlike or unsure:
            return ""
        side = 0 if abs(mine - other) < NEARLY else 1 if mine > other else -1
        if claim.limits:
            # "Over 650" lies above 650, and may be more than 900.
            side = side or self.limits
            holds = side == claim.limits or (not side and not claim.is_open)
            sure = not self.about or side == self.limits
            return (texts.YES if holds else texts.NO) if sure else ""
        if not side:
            # "Over 650" is not 650.
            return "" if self.about else texts.YES
        return texts.NO if claim.is_quantifier else texts.instead(self.said, claim.said)


def figure_in(tokens: Sequence[str], text: str) -> str:
    """Give the figure that is named with nothing else ("what was the £22m for"), "" for none."""
    figure, *others = [one for one in tokens if one not in _SPENT] or [""]
    known = _SUM.fullmatch(figure) or (figure.isdigit() and "the" in text.casefold().split())
    return figure if known and not others else ""


def words_of(amounts: Iterable[Amount]) -> set[str]:
    """Give the words with which amounts are said."""
    return {word for one in amounts for word in one.said.split()}


def things(tokens: Sequence[str]) -> list[str]:
    """Give the words that name a thing, without amounts and what denies them."""
    other = AMOUNTS | grammar.NEGATION
    return [one for one in grammar.content(tokens) if not is_number(one) and one not in other]
