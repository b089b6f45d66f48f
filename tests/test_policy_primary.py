"""What a primary school's policy says about devices, sentence by sentence, at the kiosk: the school
file and the roster of ``examples/hillside-primary``, and nothing beside them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from policy_walk import VISITOR, ExampleSchool

MONDAY = datetime(2026, 9, 7, 7, 45, tzinfo=UTC)  # 08:45 on the wall, while pupils arrive
DISCO = datetime(2026, 12, 11, 15, 20, tzinfo=UTC)  # a Friday, after school
RESIDENTIAL = datetime(2027, 6, 14, 7, 40, tzinfo=UTC)  # 08:40 on the wall
TEACHERS = {"Priya": "4A"}


def hillside(folder: Path, begins: datetime = MONDAY) -> ExampleSchool:
    return ExampleSchool(folder, "hillside-primary", begins, TEACHERS)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[ExampleSchool]:
    school = hillside(tmp_path)
    yield school
    school.switch_off()


def test_it_is_handed_in_on_arrival_and_not_used_until_the_school_is_left(
    school: ExampleSchool,
) -> None:
    assert school.tap("Maya").startswith("Phone in. Door ")
    (door,) = school.open_doors
    school.shut(door)
    for clock in ("09:00", "12:15", "15:14"):
        school.at(clock)
        assert school.tap("Maya") == "Not yet. 15:15"
    school.at("15:15")
    assert school.uses_door("Maya") == door
    assert school.where("Maya") == "with its owner"


def test_it_may_go_to_the_class_teacher_instead_of_the_office(school: ExampleSchool) -> None:
    """Into the class's box: a child's card registers, and the teacher's opens it."""
    assert school.tap("Amina") == "Done"
    assert (school.where("Amina"), school.open_doors) == ("cubby 4", set())
    school.tap("Priya")
    assert school.open_doors == {4}
    school.shut(4)

    school.at("15:16")
    assert school.tap("Amina") == "Done"  # nothing opens for a child
    school.tap("Priya")
    assert school.open_doors == {4}
    school.shut(4)
    school.staff("Priya", "box_returned", form="4A")
    assert school.where("Amina") == "with its owner"


def test_the_same_holds_at_a_disco(tmp_path: Path) -> None:
    school = hillside(tmp_path, DISCO)
    school.at("18:02")
    assert school.tap("Arlo") == "Closed"  # of year 5: it is not for him
    door = school.uses_door("Hugo")
    school.at("19:00")
    assert school.tap("Hugo").endswith("20:00")
    school.at("20:00")
    assert school.uses_door("Hugo") == door
    school.switch_off()


def test_and_on_a_residential_over_two_nights(tmp_path: Path) -> None:
    school = hillside(tmp_path, RESIDENTIAL)
    door = school.uses_door("Hugo")
    school.at("10:00", days=1)
    assert school.tap("Hugo") in {"Already in", "Not yet. 15:00"}
    assert school.where("Hugo") == f"cubby {door}"
    school.at("15:02", days=1)
    assert school.uses_door("Hugo") == door
    school.switch_off()


def test_to_ring_home_there_is_the_schools_phone_and_now_and_then_the_head_lets_a_child_use_theirs(
    school: ExampleSchool,
) -> None:
    door = school.uses_door("Niall")
    school.at("11:00")
    assert school.tap("Niall") == "Not yet. 15:15"
    school.about("Hedy", "pass_give", "Niall", begins="11:00", ends="11:20")
    assert school.tap("Niall") == f"Take your phone. Door {door}"
    school.shut(door)
    assert school.list("out", "due") == ["2026-09-07 11:20"]


def test_access_for_medical_help_is_discussed_with_the_head_and_on_record_with_what_was_agreed(
    school: ExampleSchool,
) -> None:
    school.uses_door("Kezia")
    need = {"kind": "medical", "effect": "windows", "windows": ["12:00-13:00"]}
    made = school.about("Rosa", "exempt", "Kezia", **need, note="in writing; agreed by her mother")
    assert "another role" in school.refuses("Priya", "exemption", act="approve", number=made["seq"])
    school.staff("Hedy", "exemption", act="approve", number=made["seq"])
    school.at("11:00", days=1)
    assert school.tap("Kezia") == "Already in"
    school.at("12:10")
    assert school.tap("Kezia").startswith("Take your phone. Door ")


def test_in_a_lesson_that_was_agreed_a_member_of_staff_lets_them_have_it(
    school: ExampleSchool,
) -> None:
    door = school.uses_door("Bea")
    school.about("Priya", "pass_give", "Bea", begins="10:00", ends="11:00", note="stop motion")
    school.at("10:01")
    assert school.tap("Bea") == f"Take your phone. Door {door}"


def test_what_is_confiscated_is_the_heads_to_keep_and_to_give_to_the_parents(
    school: ExampleSchool,
) -> None:
    school.about("Rosa", "take_in", "Leo")
    school.about("Paul", "hold_place", "Leo", kind="parent_collection")
    given = {"to": "Eleni Papadakis", "relation": "mother", "identity": "passport"}
    assert school.refused("Rosa", "hand_over", "Leo", **given)
    assert school.refused("Paul", "hand_over", "Leo", **given)
    school.at("15:20")
    assert school.tap("Leo") == "Ask the office"
    assert "Eleni Papadakis" in school.about("Hedy", "hand_over", "Leo", **given)["receipt"]
    assert school.where("Leo") == "with its owner"


def test_breaches_are_shared_with_the_parents_and_lead_to_what_the_head_decides(
    school: ExampleSchool,
) -> None:
    noted = school.about("Paul", "incident_note", "Leo", kind="kept", where="playground")
    school.staff("Paul", "incident_parents", number=noted["seq"], by="Paul")
    told = school.about("Hedy", "incidents", "Leo")
    assert "headteacher" in [each["stage"] for each in told["proposals"]]
    school.staff("Hedy", "consequence_decide", number=noted["seq"], stage="headteacher")
    (known,) = school.about("Hedy", "incidents", "Leo")["incidents"]
    assert (known["parents_by"], known["decided"]) == ("Paul", "headteacher")


def test_nobody_looks_at_content_and_the_lead_is_told(school: ExampleSchool) -> None:
    school.about("Priya", "refer", "Elias")
    assert "note_waiting" in school.alerts()
    assert "Elias Brandt" in str(school.staff("Dora", "lead_notes"))
    assert "Elias" not in str(school.console("events", limit=1000))


def test_what_may_be_unlawful_is_handed_to_the_police(school: ExampleSchool) -> None:
    school.uses_door("Elias")
    school.about("Dora", "hold_place", "Elias", kind="police")
    officer = {"to": "Jo March", "relation": "PC 4321", "force": "Kent", "identity": "warrant card"}
    told = school.about("Hedy", "hand_over", "Elias", **officer, crime="46/9/26", seal="B9")
    assert "46/9/26" in told["receipt"]


def test_staff_keep_theirs_in_a_safe_place_and_have_it_when_no_children_are_there(
    school: ExampleSchool,
) -> None:
    school.tap("Rosa")
    school.tap("Rosa")  # the first tap waits for a pupil's card
    (door,) = school.open_doors
    school.shut(door)
    school.at("12:20")
    school.tap("Rosa")
    school.tap("Rosa")
    assert school.open_doors == {door}


def test_a_visitors_is_put_away_too_and_theirs_at_any_time(school: ExampleSchool) -> None:
    door = school.uses_door(VISITOR)
    school.at("10:30")
    assert school.uses_door(VISITOR) == door


def test_no_child_has_one_in_a_test_and_a_breach_goes_to_whoever_examines(
    school: ExampleSchool,
) -> None:
    school.about("Hedy", "incident_note", "Ines", kind="exam", where="hall")
    told = school.about("Hedy", "incidents", "Ines")["proposals"]
    assert "board" in [each["stage"] for each in told]
