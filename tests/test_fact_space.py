"""Every circumstance of a tap against the school's rules, stated here anew.

``by_the_rules`` says what the table of the school's rules says, in its order and in its words.
What the table leaves to the kiosk stands between: a door of theirs under way (1a to 1d: each door
belongs to one opening), a device whose place nobody knows (3a), a custody in doubt (11a, 14a: what
was interrupted is unknown, and stays its owner's).
"""

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import pytest
from facts_fixtures import (
    AHEAD,
    ARRANGED,
    BEFORE_A_RESTART,
    DUE,
    EARLIER_DAY,
    FIELDS,
    FREE,
    IN_CUBBY,
    JUST_NOW,
    KEPT,
    LAST,
    NOTHING,
    OUT,
    OWN,
    STORED,
    But,
    Case,
    check_all,
    every_case,
    every_tap,
    tap,
    whole_facts,
)

from kiosk.acts import Show
from kiosk.events import Purpose, Reason
from kiosk.policy.facts import Arranged, Decision, Facts
from kiosk.policy.signs import SIGNS, pupil_words
from kiosk.policy.tap import decide_tap
from kiosk.policy.words import REASONS
from kiosk.timetable import Phase

# Some hundred thousand decisions each: seconds on a machine of its own, far more on a shared one.
pytestmark = pytest.mark.timeout(300)

TAKES = (Purpose.COLLECT, Purpose.REOPEN, Purpose.TAKE_OUT)
PUTS_IN = (Purpose.DEPOSIT, Purpose.REOPEN, Purpose.BRING_BACK)


class Outcome(NamedTuple):
    """What somebody at the kiosk sees: the words, or the cubby that opens, and what for."""

    row: str
    words: str = ""
    opens: int | None = None
    purpose: Purpose | None = None
    due: datetime | None = None


def row_by_the_rules(tap: Any) -> str:
    """The first row of the table that applies."""
    if tap.card != "active" or (tap.leaver and tap.kept.where == NOTHING):
        return "1"
    if (row := row_of_a_door_in_use(tap)) is not None:
        return row
    if is_needed(tap):
        return "2"
    stored, nothing = tap.kept.where in STORED, tap.kept.where == NOTHING
    in_cubby = tap.kept.where == IN_CUBBY
    if in_cubby and (tap.leaver or tap.going_home) and not is_closed(tap):
        return "3"
    if stored and not in_cubby:
        return "3a"
    if tap.kept.where == OUT:
        return "4"
    if nothing:
        return row_with_nothing_stored(tap)
    return row_with_a_device_stored(tap)


def row_of_a_door_in_use(tap: Any) -> str | None:
    """Their own opening under way, or their cubby open or in staff's use: that is waited for, but
    by a need where nobody is there to wait for."""
    if tap.opening and not tap.opening.is_open:
        return "1b" if tap.opening.attempt in (1, 3) else "1c"
    if tap.opening:
        return None if was_put_in_unseen(tap) and tap.medical else "1a"
    if not tap.in_use or (tap.kept.where == OUT and is_for_good(tap)):
        return None
    return None if tap.stands_open and is_needed(tap) else "1d"


def row_with_nothing_stored(tap: Any) -> str:
    if tap.exempt:
        return "5"
    if tap.taken and tap.taken.is_untouched and is_just_now(tap, tap.taken.since):
        return "6"
    if collected_today(tap) and not has_session_left(tap):
        return "7"
    if is_closed(tap):
        return "8"
    if tap.disk_failing or tap.faulty:
        return "9"
    return "11" if tap.has_free else "10"


def row_with_a_device_stored(tap: Any) -> str:
    if is_closed(tap):
        return "8"
    doubt, since = tap.kept.doubt, tap.kept.since
    is_earlier = since in (EARLIER_DAY, AHEAD)
    if (
        doubt is Reason.INTERRUPTED
        and tap.trusted
        and not is_earlier
        and tap.phase is Phase.ARRIVAL
    ):
        return "11a"
    if doubt is None and is_just_now(tap, since):
        return "12"
    if not tap.trusted:
        return "13"
    if is_before_release(tap):
        if tap.leave != "none":
            return "14"
        return "14a" if doubt else "15" if is_earlier else "16"
    # The office gives back from then on, but not to whom it is given at any time.
    is_office = tap.late and not (tap.adult or tap.early or tap.leave != "none")
    return "16a" if is_office else "17"


def was_put_in_unseen(tap: Any) -> bool:
    """Whether their own door was never seen shut since they put something in."""
    return bool(tap.opening) and tap.opening.purpose in PUTS_IN and tap.stands_open


def is_needed(tap: Any) -> bool:
    """A medical need: of what is in a cubby, or was put in behind a door never seen shut."""
    return tap.medical and (was_put_in_unseen(tap) or tap.kept.where == IN_CUBBY)


def is_for_good(tap: Any) -> bool:
    """What they take, or have with them, is not coming back today: their release has come, they go
    home or have left, or their pass is one without return."""
    has_come = tap.trusted and not is_before_release(tap)
    return has_come or tap.leaver or tap.going_home or tap.leave == "for good"


def is_closed(tap: Any) -> bool:
    """With an untrusted clock it counts as open; staff and visitors come at any time."""
    return tap.trusted and tap.phase is Phase.CLOSED and not tap.adult


def is_before_release(tap: Any) -> bool:
    """Only pupils' taking has its time, and an exemption may make it earlier."""
    return tap.phase in (Phase.ARRIVAL, Phase.LOCKED) and not tap.adult and not tap.early


def is_just_now(tap: Any, since: str) -> bool:
    """Over a restart only the clock can tell."""
    return since == JUST_NOW or (since == BEFORE_A_RESTART and tap.trusted)


def collected_today(tap: Any) -> bool:
    return tap.trusted and tap.taken is not None and tap.taken.since not in (EARLIER_DAY, AHEAD)


def has_session_left(tap: Any) -> bool:
    """Before a release one is; staff and visitors may always hand in."""
    return tap.session_left or tap.adult or tap.phase in (Phase.ARRIVAL, Phase.LOCKED)


# What each row comes to: the words, or the cubby that opens and what for.
OUTCOMES: dict[str, Callable[[Any], tuple[Any, ...]]] = {
    "1": lambda tap: ("Ask the office",),
    "1a": lambda tap: (f"Please shut door {cubby_of_opening(tap)}",),
    "1b": lambda tap: ("", cubby_of_opening(tap), tap.opening.purpose),
    "1c": lambda tap: ("Wait",),
    "1d": lambda tap: (f"Please shut door {OWN}",),
    "2": lambda tap: taken(tap, cubby_of_opening(tap) if tap.opening else OWN),
    "3": lambda tap: ("", OWN, Purpose.COLLECT),
    "3a": lambda tap: ("Ask the office",),
    "4": lambda tap: ("Done",) if is_for_good(tap) else ("", OWN, Purpose.BRING_BACK),
    "5": lambda tap: ("Done",),
    "6": lambda tap: ("", LAST, Purpose.LEFT_INSIDE),
    "7": lambda tap: ("Nothing here",),
    "8": lambda tap: ("Closed",),
    "9": lambda tap: ("Ask the office",),
    "10": lambda tap: ("Full. Ask the office",),
    "11": lambda tap: ("", FREE, Purpose.DEPOSIT),
    "11a": lambda tap: ("", OWN, Purpose.REOPEN),
    "12": lambda tap: ("", OWN, Purpose.REOPEN),
    "13": lambda tap: ("Ask the office",),
    "14": lambda tap: taken(tap, OWN),
    "14a": lambda tap: ("Ask the office",),
    "15": lambda tap: ("Already in",),
    "16": lambda tap: (f"Not yet. {'15:10' if tap.release_known else ''}",),
    "16a": lambda tap: ("Ask the office",),
    "17": lambda tap: ("", OWN, Purpose.COLLECT),
}


def cubby_of_opening(tap: Any) -> int:
    return {Purpose.DEPOSIT: FREE, Purpose.LEFT_INSIDE: LAST}.get(tap.opening.purpose, OWN)


def taken(tap: Any, cubby: int) -> tuple[Any, ...]:
    """Out for a while, with the time that it is due back; or collected."""
    if is_for_good(tap):
        return ("", cubby, Purpose.COLLECT)
    return ("", cubby, Purpose.TAKE_OUT, DUE if tap.leave == "with a time" else None)


def by_the_rules(tap: Any) -> Outcome:
    """The row's outcome, and what a neighbour's door and a hold make of it."""
    row = row_by_the_rules(tap)
    outcome = Outcome(row, *OUTCOMES[row](tap))
    if outcome.purpose and row not in ("1b", "2") and outcome.opens in tap.crowded:
        return Outcome(row, "Wait")
    would_open = outcome.purpose in TAKES
    if would_open and tap.held != "no" and not (tap.medical and tap.held == "held"):
        return Outcome(row, "Ask the office")
    return outcome


def seen(decision: Decision) -> Outcome:
    """What a decision shows and opens."""
    if decision.granted and decision.purpose is None:
        return Outcome(decision.row, "Done")
    if decision.granted:
        return Outcome(decision.row, "", decision.cubby, decision.purpose, decision.due)
    return Outcome(decision.row, pupil_words(shown(decision)))


def shown(decision: Decision) -> Show:
    time = decision.come_at.strftime("%H:%M") if decision.come_at else ""
    return Show(SIGNS[decision.reason], decision.cubby, time)


def test_every_tap_comes_to_what_the_first_row_that_applies_says(
    record_property: Callable[[str, object], None],
) -> None:
    weights = []

    def look(case: Case, decision: Decision) -> None:
        assert seen(decision) == by_the_rules(case), case.settled
        weights.append(case.weight())

    check_all(look)

    assert sum(weights) == Case({}).weight()  # nothing was left out, and nothing came twice
    record_property("kinds of circumstances", len(weights))
    record_property("circumstances", sum(weights))
    print(f"\n{sum(weights):,} circumstances, {len(weights):,} kinds of them")  # noqa: T201


def test_the_walk_comes_by_every_combination_of_what_is_asked_for() -> None:
    met = [
        (case.kept, case.in_use, case.trusted)
        for case in every_case(lambda case: (case.kept, case.in_use, case.trusted))
    ]

    could_be_in_use = [k for k in KEPT if k.where in (IN_CUBBY, OUT)]
    assert len(met) == len(set(met)) == (len(KEPT) + len(could_be_in_use)) * 2


def test_whole_facts_decide_as_the_walk_through_them_does() -> None:
    assert {*FIELDS, "arranged"} == set(Facts._fields)
    assert ARRANGED.keys() == set(Arranged._fields)
    chance = random.Random(1)
    for case, decision in every_tap():
        if chance.random() < 0.2:  # one in five is enough, and takes a fifth of the time
            assert decide_tap(whole_facts(case, chance)) == decision, case.settled


def test_every_outcome_has_words_and_no_pupil_reads_more_than_five() -> None:
    def look(case: Case, decision: Decision) -> None:
        assert REASONS[decision.reason]
        if not decision.granted:
            assert 1 <= len(pupil_words(shown(decision)).split()) <= 5, case.settled

    check_all(look)


def test_only_their_own_cubby_opens_or_a_free_one_and_none_for_a_card_that_is_no_good() -> None:
    def look(case: Case, decision: Decision) -> None:
        if decision.purpose is None:
            assert decision.cubby is None or not decision.granted
            return
        may = {Purpose.DEPOSIT: FREE, Purpose.LEFT_INSIDE: LAST}.get(decision.purpose, OWN)
        if decision.row == "2" and case.opening:  # the one they were putting it into
            may = cubby_of_opening(case)
        assert case.card == "active", case.settled
        assert decision.cubby == may, case.settled
        if case.opening is None and decision.cubby == OWN:
            assert case.kept.where in (IN_CUBBY, OUT), case.settled
        if case.opening is None and decision.cubby == FREE:
            assert case.kept.where == NOTHING, case.settled
            assert case.has_free, case.settled
        if case.opening is None and decision.cubby == LAST:
            assert case.taken.is_untouched, case.settled

    check_all(look)


def test_a_hold_changes_only_what_would_have_opened_and_looks_like_any_other_refusal() -> None:
    def look(case: Case, decision: Decision) -> None:
        without = tap(But(case, held="no"))
        if decision == without:
            return
        assert case.held != "no", case.settled
        assert without.granted, case.settled
        assert without.purpose in TAKES, case.settled
        # Nothing of it tells which row it was, or where, or when; the row is for the record alone.
        assert decision._replace(row="") == Decision(False, Reason.HELD), case.settled
        assert shown(decision) == shown(Decision(False, Reason.UNKNOWN_CARD)), case.settled

    check_all(look)


def test_an_open_door_beside_it_only_makes_wait_what_would_have_opened_anew() -> None:
    def look(case: Case, decision: Decision) -> None:
        if decision.reason is not Reason.NEIGHBOUR_OPEN:
            return
        # A hold has not been asked for: whoever is held gets the very answer that others get.
        assert "held" not in case.settled
        without = tap(But(case, crowded=frozenset(), held="no"))
        assert without.cubby in case.crowded, case.settled
        assert without.granted, case.settled
        assert without.reason is not Reason.AGAIN, case.settled
        assert without.reason is not Reason.MEDICAL_ACCESS, case.settled

    check_all(look)


def test_a_held_device_is_given_to_nobody_but_for_a_medical_need_that_nobody_sees_to() -> None:
    def look(case: Case, decision: Decision) -> None:
        if decision.purpose in TAKES and case.held != "no":
            assert case.medical, case.settled
            assert case.held == "held", case.settled

    check_all(look)


def test_a_medical_need_opens_the_door_at_any_hour_whatever_else_is_wrong() -> None:
    def look(case: Case, decision: Decision) -> None:
        if case.card != "active" or case.kept.where != IN_CUBBY or not case.medical:
            return
        if case.held == "held, need met":
            return
        if decision.granted:
            taken = (Purpose.TAKE_OUT, Purpose.COLLECT)
            assert case.opening or decision.purpose in taken, case.settled
        elif case.opening:  # just now, or they are taking it out
            is_taken_out = case.opening.purpose not in PUTS_IN
            assert is_taken_out or not (case.opening.is_open and case.stands_open), case.settled
        else:  # somebody has it open just now
            assert case.in_use, case.settled
            assert not case.stands_open, case.settled
            assert decision.reason in (Reason.DOOR_OPEN, Reason.NOT_OPENED), case.settled

    check_all(look)


def test_before_release_only_what_staff_arranged_or_a_restart_spoilt_opens_what_is_stored() -> None:
    def look(case: Case, decision: Decision) -> None:
        if not is_before_release(case) or case.kept.where != IN_CUBBY or case.opening:
            return
        if not decision.granted or case.medical or case.going_home or case.leaver:
            return
        may = case.leave != "none" or is_just_now(case, case.kept.since)
        assert may or case.kept.doubt is Reason.INTERRUPTED, case.settled

    check_all(look)


def test_a_hand_in_is_refused_for_no_time_of_day_while_the_kiosk_is_open() -> None:
    def look(case: Case, decision: Decision) -> None:
        if case.card != "active" or case.kept.where != NOTHING or case.leaver or case.opening:
            return
        if is_closed(case) or case.disk_failing or case.faulty or not case.has_free:
            return
        # They need not; or they have collected, and the school day is over for them. Or the door
        # beside is open, for some seconds.
        may = (Reason.NOTHING_HERE, Reason.NEIGHBOUR_OPEN)
        assert decision.granted or decision.reason in may, case.settled

    check_all(look)
