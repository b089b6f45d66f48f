"""A rehearsal as it is told: as far as whoever asks may know, and as JSON. Pure.

Nobody's name is in it. But of a few taps of one form, somebody may know whose they were: so the
reasons are those of the record as that role is shown it, and whoever is shown no record at all is
told nothing about fewer than five.
"""

from collections import Counter
from dataclasses import replace
from typing import Any

from kiosk.events import Reason
from kiosk.explaining.rehearsal import EXAMPLES, Answer, Difference, Kind, Rehearsal
from kiosk.policy.disclosure import NEEDS
from kiosk.policy.roles import Permission
from kiosk.reports.suppression import LEAST

Json = dict[str, Any]


def as_shown(result: Rehearsal, may_see: frozenset[Permission]) -> tuple[Rehearsal, int]:
    """The rehearsal for whoever has these permissions; and how many taps would have come out
    differently of which no more is told."""
    merged = _merged(result.differences, may_see)
    if Permission.SEE_RECORD in may_see:
        return replace(result, differences=merged), 0
    told = tuple(replace(one, examples=()) for one in merged if one.count >= LEAST)
    few = sum(one.count for one in merged if one.count < LEAST)
    return replace(result, differences=told), few


def _merged(
    differences: tuple[Difference, ...], may_see: frozenset[Permission]
) -> tuple[Difference, ...]:
    counts: Counter[Kind] = Counter()
    examples: dict[Kind, tuple[int, ...]] = {}
    for one in differences:
        kind = one.kind._replace(
            before=_as_seen(one.kind.before, may_see), after=_as_seen(one.kind.after, may_see)
        )
        if kind.before != kind.after:
            counts[kind] += one.count
            seqs = sorted((*examples.get(kind, ()), *one.examples))
            examples[kind] = tuple(seqs[:EXAMPLES])
    return tuple(Difference(kind, n, examples[kind]) for kind, n in counts.most_common())


def _as_seen(answer: Answer, may_see: frozenset[Permission]) -> Answer:
    """Medical access reads like any arrangement to whoever approves none."""
    is_need = answer.reason is Reason.MEDICAL_ACCESS and NEEDS not in may_see
    return answer._replace(reason=Reason.OUT) if is_need else answer


def as_json(result: Rehearsal) -> Json:
    """The rehearsal for programs, and to go from one process to another."""
    return {
        "taps": result.taps,
        "unlike": result.unlike,
        "differences": [
            {
                "before": _answer_json(difference.kind.before),
                "after": _answer_json(difference.kind.after),
                "form": difference.kind.form,
                "count": difference.count,
                "examples": list(difference.examples),
            }
            for difference in result.differences
        ],
    }


def _answer_json(answer: Answer) -> Json:
    return {"granted": answer.granted, "reason": answer.reason.value}
