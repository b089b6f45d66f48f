"""An ordinary year, the middle of its days: who goes out, who goes home, who needs it now, and who
stands at the desk."""

from dataclasses import replace

from storytelling import School, admission

from kiosk.events import Reason
from kiosk.messages.commands import Override


def test_the_dentist_at_lunch_and_back(school: School) -> None:
    """Ana was at the dentist's from twelve to half past one; her mother had written. The kiosk gave
    her the phone for that time and kept its place. They ran late, her mother rang, and the office
    gave her longer. Back in school she put it in again, opened once more for the earphones that
    she had in her pocket, and that was that: the pass was for one time."""
    door = school.hand_in("Ana")["Ana"]
    give = {"admission": admission("Ana"), "begins": "12:00", "note": "dentist"}
    school.staff("Rosa", "pass_give", ends="13:30", **give)
    school.at("11:55")
    assert school.tap("Ana") == "Not yet. 15:10"

    school.at("12:02")
    assert school.tap("Ana") == f"Take your phone. Door {door}"
    school.shut(door)
    assert school.where("Ana") == f"out, its place kept: cubby {door}"
    assert school.list("out", "due") == school.list("expected-back", "due") == ["2026-03-02 13:30"]
    assert school.hand_in("Ben")["Ben"] != door

    school.at("13:35")
    assert (school.list("overdue"), "overdue" in school.alerts()) == (["Ana Silva"], True)
    school.staff("Rosa", "pass_give", ends="14:30", **give)
    school.pass_by(1)
    assert (school.list("overdue"), "overdue" in school.alerts()) == ([], False)

    school.at("14:10")
    assert school.tap("Ana") == f"Put phone in. Door {door}"
    school.shut(door)
    assert (school.where("Ana"), school.list("out")) == (f"cubby {door}", [])
    school.pass_by(20)
    assert school.uses_door("Ana") == door  # the earphones

    school.at("14:20")
    assert school.tap("Ana") == "Not yet. 15:10"
    school.at("15:10")
    assert school.uses_door("Ana") == door
    assert school.record()[-2:] == ["Card tapped: to collect", "Collected"]


def test_the_dentist_and_not_back(school: School) -> None:
    """Cal went to the dentist's and stayed away, which the office could see from half past one on.
    At closing time his phone was simply his again. Next morning he handed it in like anybody."""
    door = school.hand_in("Cal")["Cal"]
    school.staff("Rosa", "pass_give", admission=admission("Cal"), begins="12:00", ends="13:30")
    school.at("12:02")
    school.uses_door("Cal")
    school.at("15:00")
    assert school.list("overdue") == ["Cal Reed"]
    school.at("16:30")
    assert school.where("Cal") == "with its owner"
    assert school.list("overdue") == school.list("uncollected") == []
    assert school.alerts() == set()
    assert school.record()[-1] == "Collected: out already, and need not come back today"

    school.at("08:30", days=1)
    school.hand_in(*["Ana", "Ben", "Dee", "Eli", "Fay"])
    assert school.uses_door("Cal") == door  # the only one left: it is anybody's again


def test_excluded_at_eleven(school: School) -> None:
    """Dee was sent home at eleven. The office pressed "going home now", for which nobody has to say
    why, and her next tap gave her the phone. She is nobody whom the lists look for after that; and
    on the next morning, which she was to spend at home, she is not expected, like anybody away."""
    door = school.hand_in("Dee")["Dee"]
    school.at("11:00")
    assert school.tap("Dee") == "Not yet. 15:10"
    school.staff("Rosa", "going_home", admission=admission("Dee"))
    assert school.tap("Dee") == f"Take your phone. Door {door}"
    school.shut(door)
    assert school.where("Dee") == "with its owner"
    assert school.record()[-3:] == ["Going home now", "Card tapped: to collect", "Collected"]
    assert "Dee Okoro" not in school.list("not-seen") + school.list("expected-back")

    away = {"admission": admission("Dee"), "first": "2026-03-03", "last": "2026-03-05"}
    school.staff("Rosa", "absences", rows=[away])
    school.at("10:00", days=1)
    assert "Dee Okoro" not in school.list("not-seen")
    school.at("10:00", days=3)
    assert "Dee Okoro" in school.list("not-seen")


def test_excluded_with_a_phone_that_is_kept_back(school: School) -> None:
    """The same on a day when Dee's phone was kept for her mother. She was told to ask the office,
    in the words that anybody might read, and left without it; the permission to go ended with the
    day. Her mother fetched it, as the next story tells."""
    school.hand_in("Dee")
    school.staff("Nora", "hold_place", admission=admission("Dee"), kind="parent_collection")
    school.staff("Rosa", "going_home", admission=admission("Dee"))
    school.at("11:00")
    assert school.tap("Dee") == "Ask the office"
    assert school.open_doors == set()
    school.staff("Nora", "hold_lift", number=school.hold_on("Dee"))

    school.at("09:30", days=1)
    assert school.tap("Dee") == "Already in"


def test_a_parent_at_the_desk(school: School) -> None:
    """Cal's mother came for his phone, which was kept for her. Reception could neither open the
    cubby nor give it away; the head could. She asked who the lady was, saw her driving licence and
    said so, and the receipt was printed. The phone is off our hands and so is the hold; Cal is not
    looked for, and his card says that there is nothing."""
    door = school.hand_in("Cal")["Cal"]
    cal = school.person("Cal").id
    school.staff("Nora", "hold_place", admission=admission("Cal"), kind="parent_collection")
    assert (school.list("held"), school.list("held", "note")) == (["Cal Reed"], [DUTY_LEAD])
    school.at("11:30")
    open_it = Override(school.user("Rosa"), door, cal, Reason.OTHER, "his mother", "a1")
    assert school.page(open_it).reason is Reason.HELD
    assert school.page(replace(open_it, actor=school.user("Nora"))).granted
    school.shut(door)

    hand_over = {
        "admission": admission("Cal"),
        "to": "Maria Reed",
        "relation": "mother",
        "identity": "driving licence",
    }
    assert "another role" in school.refuses("Rosa", "hand_over", **hand_over)
    assert "who they are" in school.refuses("Nora", "hand_over", **{**hand_over, "relation": " "})
    done = school.staff("Nora", "hand_over", **hand_over)
    assert "Maria Reed (mother)" in done["receipt"]
    assert school.where("Cal") == "with its owner"
    assert (school.list("held"), school.state.holds) == ([], {})
    assert school.record()[-1] == "Handed over"
    assert "Cal Reed" not in school.list("not-seen")

    school.at("15:20")
    assert school.tap("Cal") == "Nothing here"


DUTY_LEAD = "Held: call the duty lead"


def test_a_diabetic_pupil_now(school: School) -> None:
    """Fay's pump is read by her phone. She has it whenever she taps: in lessons, on a day when it
    was kept back, when the switch of her door said "open" for ever, after a power cut with the
    clock gone wrong, and in the evening. In the afternoon she takes it home like all the others,
    and no place is kept for it over night."""
    school.staff("Nora", "exempt", admission=admission("Fay"), kind="medical", effect="always")
    door = school.hand_in("Fay")["Fay"]
    school.at("10:40")
    assert school.tap("Fay") == f"Take your phone. Door {door}"
    school.shut(door)
    assert school.uses_door("Fay") == door  # and back again
    assert school.where("Fay") == f"cubby {door}"
    assert "Card tapped: out for a while" in school.record()  # whoever may not know reads this

    school.staff("Rosa", "hold_place", admission=admission("Fay"))
    assert school.uses_door("Fay") == school.uses_door("Fay") == door
    school.hands.fault(f"cubby {door}", "switch-open")
    school.pass_by(1)
    assert school.tap("Fay") == f"Take your phone. Door {door}"
    assert door in school.open_doors
    school.shut(door)
    school.hands.fault(f"cubby {door}", "switch-open", on=False)
    school.pass_by(10)
    assert school.where("Fay") == f"out, its place kept: cubby {door}"
    assert school.uses_door("Fay") == door

    school.switch_off()
    school.switch_on(clock_is_right=False)
    assert school.uses_door("Fay") == school.uses_door("Fay") == door
    school.console("clock_confirm")

    school.staff("Nora", "hold_lift", number=school.hold_on("Fay"))
    school.at("15:20")
    assert school.uses_door("Fay") == door
    assert (school.where("Fay"), school.state.in_cubby) == ("with its owner", {})

    school.at("08:30", days=1)
    door = school.uses_door("Fay")
    school.at("19:00")
    assert (school.screen, school.uses_door("Fay")) == ("Closed", door)


def test_a_diabetic_pupil_whose_card_is_at_home(school: School) -> None:
    """Eli became ill at ten, and his card was at home. Whoever is on duty opens his cubby with the
    reason "medical need", at once and through any hold, and may arrange it for the day; the head
    confirms what is to last."""
    door = school.hand_in("Eli")["Eli"]
    school.staff("Rosa", "hold_place", admission=admission("Eli"))
    school.at("10:05")
    eli = school.person("Eli").id
    assert school.page(Override(school.user("Hugo"), door, eli, Reason.MEDICAL)).granted
    assert school.open_doors == {door}
    school.shut(door)
    school.states("Hugo", "Eli", Reason.INSIDE)

    today = {"admission": admission("Eli"), "kind": "medical", "effect": "always"}
    number = school.staff("Hugo", "exempt", **today)["seq"]
    assert school.uses_door("Eli") == school.uses_door("Eli") == door
    school.at("10:00", days=1)
    assert school.tap("Eli") == "Already in"
    school.staff("Nora", "exemption", act="approve", number=number)
    assert school.uses_door("Eli") == door


def test_a_supply_teacher_on_duty(school: School) -> None:
    """Mr Quinn came for one day. He was given a user and a card for that day, and looked after the
    kiosk at lunch: his card, then the pupil's, opens what is not kept back, and the head is told at
    once. What is kept back stayed shut. On the next morning his card was worth nothing."""
    school.supply_teacher("Quinn")
    school.hand_in("Ana", "Ben")
    school.staff("Rosa", "hold_place", admission=admission("Ben"))
    school.at("12:30")
    assert school.tap("Ana") == "Not yet. 15:10"
    assert school.tap("Quinn") == "Staff: tap second card"
    assert school.tap("Ana") == "Take your phone. Door 1"
    assert school.open_doors == {1}
    assert "opened_at_kiosk" in school.alerts()
    school.shut(1)
    school.states("Quinn", "Ana", Reason.INSIDE)

    school.tap("Quinn")
    assert school.tap("Ben") == "Ask the office"
    assert school.open_doors == set()
    assert "another role" in school.refuses("Quinn", "release_now", forms=[])

    school.at("08:35", days=1)
    assert school.tap("Quinn") == "Ask the office"
    assert school.tap("Ana") == "Already in"
    ben = {"admission": admission("Ben"), "kind": "medical", "effect": "always"}
    assert "do not belong together" in school.refuses("Quinn", "exempt", **ben)


def test_an_exam_candidate_who_is_finished_at_noon(school: School) -> None:
    """Dee sat mathematics from nine to twelve and had nothing more that day. Before it began the
    invigilator's sheet said of whom the phone was in, and whom to ask. At twelve she took hers and
    went home; Ben, who sat the same paper and has lessons after it, waited for the afternoon."""
    candidates = [admission("Dee"), admission("Ben")]
    school.console("school_import", text=EXAM.format(*candidates, candidates[0]))
    doors = school.hand_in("Dee")
    assert dict(zip(school.list("exams"), school.list("exams", "note"), strict=True)) == {
        "Ben Silva": "ask",
        "Dee Okoro": "in",
    }
    doors |= school.hand_in("Ben")
    assert set(school.list("exams", "note")) == {"in"}
    school.at("11:30")
    assert school.tap("Dee") == "Not yet. 12:00"
    school.at("12:00")
    assert school.tap("Ben") == "Not yet. 15:10"
    assert school.uses_door("Dee") == doors["Dee"]
    school.at("15:10")
    assert school.uses_door("Ben") == doors["Ben"]


EXAM = """
[[week]]
days = ["mon", "tue", "wed", "thu", "fri"]
arrival = "08:20"
locked = "08:50"
release = "15:10"
closed = "16:30"

[[exams]]
name = "Mathematics 1"
date = 2026-03-02
start = "09:00"
end = "12:00"
candidates = ["{}", "{}"]
finishes_for_the_day = ["{}"]
"""
