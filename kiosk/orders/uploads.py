"""Lists of people and of dates that somebody uploads: read whole, and answered with what they say.

Values go in and come out, so that it can be done in a process of its own (``apart``).
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from kiosk.roster.absences import absence_file
from kiosk.roster.faults import Fault
from kiosk.roster.reading import read_roster
from kiosk.spelled import card_reader

MOST_FAULTS = 1000  # told one by one; of the rest, how many there are

Json = dict[str, Any]


class ListKind(StrEnum):
    """What a list is of."""

    ROSTER = "roster"
    ABSENCES = "absences"
    DATES = "dates"


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file as somebody sent it, and how to read it. ``today``: a leaving date before it is past.
    ``profile``: how it spells card numbers; ``keep_legal``: legal names are kept beside those in
    use. ``into``: the school file that term dates are put into."""

    kind: ListKind
    data: bytes = field(repr=False)
    today: date
    profile: str = "hex"
    keep_legal: bool = False
    into: str = field(default="", repr=False)


def read_upload(uploaded: Uploaded) -> bytes:
    """What the file says, in JSON: its sound ``rows`` as the verbs take them, ``faults`` by row and
    column, how many rows (``faulty``) and faults (``faults_in_all``) those are, and of a roster
    ``fields``, ``mentioned``, ``unnamed`` and ``notes`` as in ``RosterFile``. Of term dates: the
    school file with them in it (``text``), and what was ``left`` out.

    Raises:
        BadInput: it is no such list at all.
    """
    if uploaded.kind is ListKind.DATES:
        return _with_dates(uploaded)
    if uploaded.kind is ListKind.ABSENCES:
        absences = absence_file(uploaded.data)
        told = _told([each.to_record() for each in absences.absences], absences.faults)
        return json.dumps(told).encode()
    file = read_roster(
        uploaded.data,
        today=uploaded.today,
        read_card=card_reader(uploaded.profile),
        keep_legal=uploaded.keep_legal,
    )
    said = {
        "fields": sorted(file.fields),
        "mentioned": sorted(file.mentioned),
        "unnamed": file.unnamed,
        "notes": list(file.notes),
    }
    rows = [row.to_record() for row in file.rows]
    return json.dumps({**_told(rows, file.faults), **said}).encode()


def _with_dates(uploaded: Uploaded) -> bytes:
    from kiosk.school.merging import with_dates  # its library takes a second on a Pi
    from kiosk.school.term_dates import read_term_dates

    dates = read_term_dates(uploaded.data)
    text = with_dates(uploaded.into, dates)
    return json.dumps({"text": text, "left": dates.not_understood[:MOST_FAULTS]}).encode()


def _told(rows: list[dict[str, str]], faults: Iterable[Fault]) -> Json:
    found = sorted(faults, key=lambda fault: fault.row)
    return {
        "rows": rows,
        "faults": [asdict(fault) for fault in found[:MOST_FAULTS]],
        "faults_in_all": len(found),
        "faulty": len({(fault.file, fault.row) for fault in found}),
    }
