"""A rehearsal that somebody wants: another school file, put to the taps on record."""

import json

from kiosk.errors import BadInput, ConfigError
from kiosk.explaining.rehearsal import rehearse
from kiosk.explaining.rehearsal_told import as_json, as_shown
from kiosk.orders.sources import Sources
from kiosk.orders.wanted import RehearsalWanted
from kiosk.school.school import check_school, rules_of
from kiosk.store import Query


def rehearsed(wanted: RehearsalWanted, sources: Sources) -> bytes:
    """What ``rehearsal_told`` tells of it, in JSON. ``few``: how many taps would have come out
    differently of which whoever asks is told no more.

    Raises:
        BadInput: the school file has faults.
    """
    roster = sources.standing.roster
    try:
        checked = check_school(wanted.text, "the school file", roster)
    except ConfigError as fault:
        raise BadInput(str(fault)) from None
    result = rehearse(
        sources.rules,
        rules_of(sources.rules, checked),
        roster,
        sources.history.oldest_first(Query()),
        since=wanted.since,
    )
    shown, few = as_shown(result, wanted.may_see)
    return json.dumps({**as_json(shown), "few": few}).encode()
