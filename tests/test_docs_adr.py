"""The decisions that somebody will ask about again."""

import re
from pathlib import Path

ADRS = sorted((Path(__file__).parents[1] / "docs" / "adr").glob("*.md"))


def test_each_decision_has_a_number_of_its_own_and_none_is_missing() -> None:
    numbers = [int(path.name[:4]) for path in ADRS]
    assert numbers == list(range(1, len(ADRS) + 1))


def test_each_begins_with_its_number_and_a_title() -> None:
    for path in ADRS:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert re.fullmatch(rf"# {int(path.name[:4])}\. \S.*", first), path.name
