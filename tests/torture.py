"""Tortures the record, and says what survived: ``python tests/torture.py --help``."""

import argparse
import json
import logging
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from torture_campaigns import CAMPAIGNS, Campaign, Scale

SHOWN = 3  # failures of a campaign that are printed; --json has all


@dataclass(frozen=True, slots=True)
class Row:
    """How one campaign went. A control has passed if it failed."""

    name: str
    what: str
    count: int
    failures: list[str]
    seconds: float
    verdict: str  # "passed", "FAILED", "caught", "BLIND" or "skipped"
    note: str = ""

    @property
    def is_bad(self) -> bool:
        """Whether the run has failed by it."""
        return self.verdict in ("FAILED", "BLIND")


def run(campaign: Campaign, scale: Scale) -> Row:
    """One campaign."""
    reason = campaign.why_not()
    if reason:
        return Row(campaign.name, campaign.what, 0, [], 0.0, "skipped", reason)
    begun = time.monotonic()
    outcome = campaign.run(scale)
    seconds = round(time.monotonic() - begun, 1)
    if campaign.is_control:
        verdict = "caught" if outcome.failures else "BLIND"
    else:
        verdict = "FAILED" if outcome.failures or not outcome.count else "passed"
    what = campaign.what
    return Row(campaign.name, what, outcome.count, outcome.failures, seconds, verdict, outcome.note)


def lines(row: Row) -> Iterator[str]:
    """A row as it is printed, and what went wrong below it."""
    figures = f"{row.count:7} {len(row.failures):8} {row.seconds:7.1f}"
    yield f"{row.name:23} {row.what:52} {figures}  {row.verdict}"
    if row.note:
        yield f"    {row.note}"
    if row.verdict == "BLIND":
        yield "    the harness is blind: it did not catch a store that is known to lose something"
    if row.verdict == "FAILED":
        yield from (f"    {failure}" for failure in row.failures[:SHOWN])
        if not row.count:
            yield "    nothing was tried"


def chosen(only: Sequence[str]) -> list[Campaign]:
    """The campaigns whose names begin with one of these; all if there are none."""
    if not only:
        return list(CAMPAIGNS)
    return [campaign for campaign in CAMPAIGNS if campaign.name.startswith(tuple(only))]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 1 if something was lost, or a control not caught."""
    parser = argparse.ArgumentParser(description="Tortures the record, and says what survived.")
    parser.add_argument("--short", action="store_true", help="a minute instead of several")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="names begin so")
    parser.add_argument("--seed", type=int, default=0, help="of all random choices")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all of it there too")
    wanted = parser.parse_args(arguments)
    campaigns = chosen(wanted.only)
    if not campaigns:
        parser.error(f"names are: {', '.join(campaign.name for campaign in CAMPAIGNS)}")
    scale = Scale(wanted.seed, wanted.short)
    rows = _tortured(campaigns, scale)
    if wanted.json:
        result = {**asdict(scale), "rows": [asdict(row) for row in rows]}
        wanted.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return int(any(row.is_bad for row in rows))


def _tortured(campaigns: Sequence[Campaign], scale: Scale) -> list[Row]:
    rows = []
    _say(f"{'name':23} {'what':52} {'count':>7} {'failures':>8} {'seconds':>7}")
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)  # each failing disk has something to say
    try:
        for campaign in campaigns:
            rows.append(run(campaign, scale))
            _say("\n".join(lines(rows[-1])))
    finally:
        logging.disable(before)
    return rows


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
