"""What a secondary school's policy says about devices, sentence by sentence, at the kiosk: the
school file and the roster of ``examples/river-lane``, and nothing beside them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from policy_walk import VISITOR, ExampleSchool

MONDAY = datetime(2026, 9, 7, 7, 35, tzinfo=UTC)  # 08:35 on the wall, while pupils arrive
LAST_DAY_BEFORE = datetime(2026, 6, 30, 7, 35, tzinfo=UTC)


def river_lane(folder: Path, begins: datetime = MONDAY) -> ExampleSchool:
    return ExampleSchool(folder, "river-lane", begins, {})


@pytest.fixture
def school(tmp_path: Path) -> Iterator[ExampleSchool]:
    school = river_lane(tmp_path)
    yield school
    school.switch_off()


def test_from_the_first_of_july_no_pupil_has_a_phone_during_the_day(tmp_path: Path) -> None:
    school = river_lane(tmp_path, LAST_DAY_BEFORE)
    school.hand_in("Mo")
    school.at("11:00")
    school.uses_door("Mo")
    assert school.where("Mo") == "with its owner"  # the day before it is theirs at any time

    school.at("08:35", days=1)
    door = school.hand_in("Mo")["Mo"]
    school.at("11:00")
    assert school.tap("Mo") == "Not yet. 15:00"
    assert school.where("Mo") == f"cubby {door}"
    school.switch_off()


def test_whoever_brings_one_hands_it_in_on_arrival_and_who_did_not_is_known(
    school: ExampleSchool,
) -> None:
    school.hand_in("Mo", "Nell", "Otis")
    school.at("09:05")
    unseen = school.list("not-seen")
    assert ("Petra Novak" in unseen, "Mo Warsame" in unseen) == (True, False)
    assert "Quinn Sharpe" not in unseen  # known to have none


def test_it_is_kept_until_the_end_of_the_day_also_at_lunch_and_to_ring_home(
    school: ExampleSchool,
) -> None:
    """Who has to reach their parents is lent a telephone of the school's."""
    door = school.hand_in("Mo")["Mo"]
    for clock in ("10:30", "12:30", "14:59"):
        school.at(clock)
        assert school.tap("Mo") == "Not yet. 15:00"
    assert school.open_doors == set()
    school.at("15:00")
    assert school.uses_door("Mo") == door
    assert school.where("Mo") == "with its owner"


def test_on_a_placement_the_same_holds_staff_carry_it_and_count_it_back(
    school: ExampleSchool,
) -> None:
    school.hand_in("Mo", "Nell")
    both = [school.number(name) for name in ("Mo", "Nell")]
    school.staff("Rosa", "take_along", admissions=both, by="Paul")
    school.at("10:00")
    assert school.where("Mo") == "carried by staff"
    assert school.tap("Mo") == "Ask at reception"

    told = school.staff("Rosa", "count_back", admissions=both, by="Paul")
    assert (told["back"], told["missing"]) == (2, [])
    assert school.where("Nell") == "the office"


def test_access_is_agreed_in_advance_by_a_leader_for_a_reason_such_as_monitoring(
    school: ExampleSchool,
) -> None:
    door = school.hand_in("Haris")["Haris"]
    need = {"kind": "medical", "effect": "always", "review": "2026-12-01"}
    made = school.about("Rosa", "exempt", "Haris", **need, note="agreed in writing, 4 September")
    assert "another role" in school.refuses("Rosa", "exemption", act="approve", number=made["seq"])
    school.staff("Hedy", "exemption", act="approve", number=made["seq"])

    school.at("11:20", days=1)
    assert school.tap("Haris") == f"Take your phone. Door {door}"


def test_refusing_keeping_using_and_hiding_one_have_consequences_that_a_person_decides(
    school: ExampleSchool,
) -> None:
    """The parents are told first; who does it again has it collected by them."""
    first = school.about("Paul", "incident_note", "Otis", kind="used", where="corridor")
    stages = [each["stage"] for each in school.about("Paul", "incidents", "Otis")["proposals"]]
    assert "parents" in stages
    school.staff("Paul", "consequence_decide", number=first["seq"], stage="parents")

    school.about("Paul", "incident_note", "Otis", kind="hidden", where="sports hall")
    told = school.about("Paul", "incidents", "Otis")
    assert "collect" in [each["stage"] for each in told["proposals"]]
    assert school.where("Otis") == "with its owner"  # nothing happens by itself


def test_what_is_confiscated_lies_in_the_office_and_goes_home_at_the_end_of_the_day(
    school: ExampleSchool,
) -> None:
    school.about("Rosa", "take_in", "Petra")
    school.about("Paul", "hold_place", "Petra", kind="confiscated")
    assert school.where("Petra") == "the office"
    assert school.list("held") == ["Petra Novak"]
    school.at("15:05")
    assert school.list("held") == []


def test_after_repeated_breaches_the_parents_collect_it_at_the_office(
    school: ExampleSchool,
) -> None:
    school.hand_in("Petra")
    school.about("Paul", "hold_place", "Petra", kind="parent_collection")
    school.at("15:05")
    assert school.tap("Petra") == "Ask at reception"
    hold = school.hold_on("Petra")
    assert "another role" in school.refuses("Rosa", "hold_lift", number=hold)

    school.staff("Paul", "hold_lift", number=hold)
    given = {"to": "Jana Novak", "relation": "mother", "identity": "driving licence"}
    assert "Jana Novak" in school.about("Rosa", "hand_over", "Petra", **given)["receipt"]
    assert school.where("Petra") == "with its owner"  # ours no more
    assert school.record()[-1].startswith("Handed over")


def test_nobody_looks_at_what_may_be_indecent_and_the_lead_is_told_at_once(
    school: ExampleSchool,
) -> None:
    school.about("Paul", "refer", "Kit")
    assert "note_waiting" in school.alerts()
    (waiting,) = school.staff("Dora", "lead_notes")["notes"]
    assert "Kit Farrow" in str(waiting)
    assert "another role" in school.refuses("Hedy", "lead_notes")
    assert school.record()[-1] == "Note left for the duty lead"


def test_what_may_be_evidence_goes_to_the_police_sealed_and_with_their_number(
    school: ExampleSchool,
) -> None:
    school.hand_in("Kit")
    school.about("Dora", "hold_place", "Kit", kind="police", note="asked for on the telephone")
    assert school.list("held", "note") == ["Held: call the duty lead"]
    officer = {"to": "Jo March", "relation": "PC 4321", "force": "Kent"}
    seen = {"identity": "warrant card"}
    missing = school.refuses("Dora", "hand_over", admission=school.number("Kit"), **officer, **seen)
    assert "crime number" in missing
    sealed = {"crime": "46/1234/26", "seal": "B0071"}
    told = school.about("Dora", "hand_over", "Kit", **officer, **seen, **sealed)["receipt"]
    assert [part for part in ("46/1234/26", "B0071", "PC 4321") if part not in told] == []


def test_the_lead_is_told_of_every_search_and_looking_into_a_device_takes_authority(
    school: ExampleSchool,
) -> None:
    search = {
        "where": "office",
        "searcher": "Paul",
        "witness": "Rosa",
        "grounds": "seen with two",
        "found": "a second phone",
    }
    school.about("Paul", "search_note", "Otis", **search)
    assert "note_waiting" in school.alerts()

    looked = {"done": "examined", "reason": "a threat was sent from it"}
    school.about("Paul", "search_note", "Isla", **search, **looked, authority="Hedy")
    number = school.staff("Dora", "lead_notes")["searches"][-1]["number"]
    assert school.refuses("Paul", "search_confirm", number=number)
    school.staff("Hedy", "search_confirm", number=number)


def test_none_is_taken_into_an_exam_and_the_board_is_told_of_one_that_was(
    school: ExampleSchool,
) -> None:
    school.about("Paul", "incident_note", "Nell", kind="exam", where="sports hall")
    told = school.about("Paul", "incidents", "Nell")["proposals"]
    assert "board" in [each["stage"] for each in told]


def test_staff_and_visitors_put_theirs_away_and_have_them_back_at_any_time(
    school: ExampleSchool,
) -> None:
    for name in ("Paul", VISITOR):
        school.tap(name)
        if not school.open_doors:
            school.tap(name)  # of staff who may open for pupils the second tap is about their own
        (door,) = school.open_doors
        school.shut(door)
        assert school.where(name) == f"cubby {door}"
    school.at("11:00")
    school.tap(VISITOR)
    assert len(school.open_doors) == 1


def test_whoever_needs_time_or_calm_gets_it(school: ExampleSchool) -> None:
    """A form that comes before the others do, and a pupil for whom signs are calm."""
    school.console("person_signs", admission=school.number("Carys"), low_sensory=True)
    assert school.person("Carys").low_sensory
    school.hand_in("Carys", "Jakub")
    school.at("14:06")
    assert school.tap("Jakub") == "Not yet. 15:00"
    assert school.uses_door("Carys")
    assert school.where("Carys") == "with its owner"


def test_for_loss_the_school_is_not_liable_and_says_what_is_on_record(
    school: ExampleSchool,
) -> None:
    school.hand_in("Mo")
    noted = school.about("Rosa", "device_report", "Mo", what="damaged", note="the glass is broken")
    assert "Handed in" in str(school.console("device_story", number=noted["seq"]))


def test_once_a_year_the_policy_is_looked_at_by_figures_that_name_nobody(
    school: ExampleSchool,
) -> None:
    school.hand_in("Mo", "Nell", "Otis")
    school.at("16:30")
    told = str(school.staff("Hedy", "report", name="compliance"))
    assert [name for name in ("Mo", "Warsame", "Nell", "Otis") if name in told] == []
