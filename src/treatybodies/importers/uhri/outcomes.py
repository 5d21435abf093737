"""What became of each record: handled, ignored with a reason, or reported."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What became of a record; each has exactly one."""

    HANDLED = "handled"
    IGNORED = "ignored"
    REPORTED = "reported"


class Refusal(Exception):
    """The record cannot be taken in; ``near`` are known names like the one it has."""

    def __init__(self, reason: str, detail: str = "", near: Sequence[str] = ()) -> None:
        self.reason = reason
        self.detail = detail
        self.near = tuple(near)
        super().__init__(f"{reason}: {detail}")


class Duplicate(Exception):
    """The same record stood in the export before."""


@dataclass
class Tally:
    """Counts over all records read, and remarks on some that were handled."""

    read: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    """Outcome and reason, as ``reported: unknown body “XYZ”``."""
    remarks: Counter[str] = field(default_factory=Counter)
    near: dict[str, list[str]] = field(default_factory=dict)
    """Reason → known names like the unknown one."""

    def handled(self) -> None:
        """Count a record whose statements are in the set."""
        self._count(Outcome.HANDLED, "")

    def ignored(self, reason: str) -> None:
        """Count a record that adds nothing."""
        self._count(Outcome.IGNORED, reason)

    def reported(self, refusal: Refusal) -> None:
        """Count a record that cannot be taken in."""
        detail = f" “{refusal.detail}”" if refusal.detail else ""
        reason = f"{refusal.reason}{detail}"
        self._count(Outcome.REPORTED, reason)
        if refusal.near:
            self.near[reason] = list(refusal.near)

    def remark(self, what: str) -> None:
        """Count a peculiarity of a record that was handled all the same."""
        self.remarks[what] += 1

    def _count(self, outcome: Outcome, reason: str) -> None:
        self.read += 1
        self.outcomes[outcome] += 1
        if reason:
            self.reasons[f"{outcome}: {reason}"] += 1

    def to_json(self) -> dict[str, object]:
        """As it is kept in the report and between two runs."""
        return {
            "read": self.read,
            **{outcome.value: self.outcomes[outcome] for outcome in Outcome},
            "reasons": dict(self.reasons.most_common()),
            "remarks": dict(self.remarks.most_common()),
            "near": self.near,
        }

    @classmethod
    def from_json(cls, kept: dict[str, object]) -> "Tally":
        """The tally that `to_json` wrote."""
        counts = {name: kept[name] for name in (*Outcome, "read")}
        assert all(isinstance(count, int) for count in counts.values())
        outcomes = Counter({str(name): int(str(counts[name])) for name in Outcome})
        reasons, remarks, near = kept["reasons"], kept["remarks"], kept["near"]
        assert isinstance(reasons, dict)
        assert isinstance(remarks, dict)
        assert isinstance(near, dict)
        return cls(int(str(counts["read"])), outcomes, Counter(reasons), Counter(remarks), near)


def detail_line(number: int, identifier: object, outcome: Outcome, reason: str) -> str:
    """A line of the list of records that are not plainly handled."""
    found = {"record": number, "AnnotationId": identifier, "outcome": outcome, "reason": reason}
    return json.dumps(found, ensure_ascii=False) + "\n"
