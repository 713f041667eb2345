"""Figures as they are told, put forward or set as a limit, and whether one is the other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from knowledge import texts
from knowledge.dialogue import grammar
from knowledge.matching.question import YEAR
from knowledge.matching.text import stem

_MORE = "over|above|exceed|exceeds|more than|higher than|longer than|greater than|at least"
_LESS = "under|below|less than|fewer than|lower than|shorter than"
_NEAR = "nearly|almost|about|around|up to"
_PARTS = {"third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5,
          "tenth": 10, "tenths": 10}  # fmt: skip
_PART = "|".join(_PARTS)
# What somebody says of all of a thing, as a per cent; most is more than half.
_QUANTIFIERS = {"most": 50.0, "majority": 50.0, "all": 100.0, "every": 100.0, "none": 0.0}
# Words of an amount that name nothing it counts.
WORDS = _PARTS.keys() | _QUANTIFIERS.keys() | {"half", "out"}
# A figure, of how many where that is told, and what comes after it: that is what it counts.
_AMOUNT = re.compile(
    rf"(?:\b(?P<about>{_MORE}|{_LESS}|{_NEAR}) )?(?<!\S)(?:"
    rf"(?P<quantifier>(?<!the )(?:most|all)|majority|every|none)\b(?: (?P<all>\d{{1,3}})\b)?|"
    r"(?P<half>half)\b(?! an?\b)|"
    rf"(?P<figure>£?\d\S*|(?:a|one)(?= (?:{_PART})\b))(?P<upto> to £?\d\S*)?"
    rf"(?: (?P<part>{_PART})\b)?(?:(?: out of| of| in)(?: the)? (?P<whole>\d{{1,3}})(?!\S))?)"
    r"(?=(?P<noun>(?: [^\W\d]\S*){0,4}))"
)
# A part as people say it is this near to a share as a report gives it.
NEARLY = 0.005


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure, of how many where that is told, and the stems of what it counts.

    A quantifier is one too: "most" is more than 50%.
    """

    said: str
    value: float
    unit: str = ""
    whole: float | None = None
    about: str = ""
    upto: str = ""
    counted: tuple[str, ...] = ()
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
        unit = "".join(c for c in figure if c in "£%m")
        if found["half"] or found["part"]:
            value, unit = 100 * value / _PARTS.get(found["part"], 2), "%"
        if quantifier := found["quantifier"]:
            value, unit = _QUANTIFIERS[quantifier], "%"
            about = "more than" if value == 50 else about
            # "All ten" are those of "8 out of 10".
            whole = found["all"]
        return cls(
            said=found[0],
            value=value,
            unit=unit,
            whole=float(whole) if whole else None,
            about=about,
            upto=found["upto"] or "",
            counted=tuple(map(stem, grammar.content(found["noun"].split()))),
            is_quantifier=bool(quantifier),
        )

    @property
    def limits(self) -> int:
        """Tell whether more (1) or less (-1) than this is meant; 0 for just this."""
        return 1 if self.about in _MORE.split("|") else -1 if self.about in _LESS.split("|") else 0

    @property
    def share(self) -> float | None:
        """Give the share of a whole that this is, None where it is none."""
        if self.unit == "%":
            return self.value / 100
        return self.value / self.whole if self.whole else None

    def counts_as(self, claim: Amount) -> bool:
        """Tell whether this and what is put forward count the same: shares, money or things."""
        if claim.share is not None:
            return self.share is not None
        if claim.unit or self.unit:
            return claim.unit == self.unit
        return not set(self.counted).isdisjoint(claim.counted[:2])

    def holds(self, claim: Amount) -> str:
        """Give yes, no, or what is told instead of what is put forward; "" where it is not sure."""
        mine, other = self.value, claim.value
        if self.share is not None and claim.share is not None:
            mine, other = self.share, claim.share
        if claim.is_quantifier and claim.whole not in (None, self.whole):
            return ""
        if claim.share is not None and self.share is None:
            return ""
        if claim.about and not claim.limits:
            # Whether 60% is "nearly two thirds" is for others to say.
            return ""
        if claim.limits:
            more = mine > other or (
                mine == other and (self.limits > 0 or claim.about == "at least")
            )
            # "Over 650" may be more than 900.
            sure = self.limits in (0, 1 if more else -1) and (not self.about or self.limits)
            return (texts.YES if more == (claim.limits > 0) else texts.NO) if sure else ""
        if self.upto != claim.upto or (claim.share is None and claim.value == self.whole):
            return ""
        if abs(mine - other) < (NEARLY if claim.share is not None else 1e-9):
            # "Over 650" is not 650.
            return "" if self.about else texts.YES
        return texts.NO if claim.is_quantifier else texts.instead(self.said, claim.said)
