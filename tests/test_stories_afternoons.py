"""An ordinary year, its afternoons and longer: what was left inside, snow, fire, who leaves the
school, and a trip with two nights."""

from storytelling import PUPILS, School, admission

from kiosk.events import Reason
from kiosk.messages.commands import Override


def test_a_forgotten_bag_after_collecting(school: School) -> None:
    """Ana had her phone and was at the gate when she missed the little bag with her inhaler: it was
    in the cubby still. Within five minutes her card opened the same door again. On another day she
    noticed on the bus; next morning the office looked into the cubby for her."""
    door = school.hand_in("Ana")["Ana"]
    school.at("15:12")
    school.uses_door("Ana")
    school.pass_by(240)
    assert school.tap("Ana") == f"Take your phone. Door {door}"
    assert school.open_doors == {door}
    school.shut(door)
    assert school.record()[-1] == "Card tapped: opened again after collecting"
    assert school.where("Ana") == "with its owner"

    school.at("15:30")
    assert school.tap("Ana") == "Nothing here"
    assert school.hand_in("Ben")["Ben"] != door  # a place just emptied is given last
    school.staff("Rosa", "cubby_not_empty", number=door)
    assert school.list("holders")[0] == "nobody known"
    look = Override(school.user("Rosa"), door, None, Reason.CUBBY_CHECK)
    assert school.page(look).granted
    school.shut(door)
    school.staff("Rosa", "reconcile_say", number=door, what=["empty"])
    assert school.console("reconcile")["cubbies"] == []


def test_a_phone_left_over_night(school: School) -> None:
    """Eli ran for his bus and left his phone. The list at closing time says so, and so does the one
    of the next morning. When he taps then, it is "already in", and counts for the day; he has it
    in the afternoon. The second phone that he had with him that morning went in by the office."""
    door = school.hand_in("Eli", "Fay")["Eli"]
    school.at("15:20")
    school.uses_door("Fay")
    assert school.list("uncollected") == []
    school.at("16:30")
    assert (school.list("uncollected"), school.alerts()) == (["Eli Marsh"], {"uncollected"})

    school.at("08:30", days=1)
    assert (school.list("uncollected"), school.alerts()) == (["Eli Marsh"], set())
    assert "Eli Marsh" not in school.list("not-seen")
    assert school.tap("Eli") == "Already in"
    assert school.open_doors == set()
    eli = school.person("Eli").id
    assert school.page(Override(school.user("Rosa"), door, eli, Reason.OTHER, "a second", "b2"))
    school.shut(door)
    school.states("Rosa", "Eli", Reason.INSIDE)

    school.at("15:10")
    assert school.uses_door("Eli") == door
    school.at("16:30")
    assert (school.list("uncollected"), school.alerts()) == ([], set())


def test_snow(school: School) -> None:
    """It snowed, and at half past ten the head sent everybody home: first year six, whose bus was
    there, a quarter of an hour later all. It was one act each, and the kiosk gave out phones as if
    it were afternoon. What was kept back stayed. On the next day everything was as ever."""
    doors = school.hand_in()
    school.staff("Rosa", "hold_place", admission=admission("Ben"))
    school.at("10:30")
    assert school.tap("Ana") == "Not yet. 15:10"
    school.staff("Rosa", "release_now", forms=["6Y"], note="snow")
    assert school.uses_door("Eli") == doors["Eli"]
    assert school.tap("Ana") == "Not yet. 15:10"

    school.at("10:45")
    school.staff("Nora", "release_now", forms=[], note="snow")
    for name in ("Ana", "Cal", "Dee", "Fay"):
        assert school.uses_door(name) == doors[name]
    assert school.tap("Ben") == "Ask the office"
    assert school.record()[-1] == "Card tapped, refused: held: call the duty lead"
    assert school.list("holders") == ["staff only"]
    school.pass_by(300)
    assert school.tap("Ana") == "Nothing here"

    school.at("08:30", days=1)
    school.hand_in("Ana")
    school.at("10:30")
    assert school.tap("Ana") == "Not yet. 15:10"


def test_a_fire_drill(school: School) -> None:
    """The alarm went at eleven. Somebody pressed it at the kiosk too: from then on no door opened,
    not for staff and not for Fay, and every card read "Leave now". Ben's door stood open just then;
    he let it fall shut and went. No list of ours was a roll call. After the all-clear everything
    went on where it was, and in the afternoon everybody had their phones."""
    school.staff("Nora", "exempt", admission=admission("Fay"), kind="medical", effect="always")
    doors = school.hand_in("Ana", "Fay")
    school.at("11:00")
    assert school.tap("Ben").startswith("Put phone in. Door ")
    (bens,) = school.open_doors
    school.staff("Hugo", "fire", act="on")
    assert (school.screen, "fire" in school.alerts()) == ("Leave now", True)
    for name in ("Ana", "Fay", "Hugo"):
        assert school.tap(name) == "Leave now"
    medical = Override(school.user("Nora"), doors["Ana"], school.person("Ana").id, Reason.MEDICAL)
    assert school.page(medical).reason is Reason.FIRE
    assert school.open_doors == {bens}
    school.shut(bens)
    assert school.where("Ben") == f"cubby {bens}"
    assert "No roll call" in " ".join(school.console("list", name="holders")["notices"])

    assert "another role" in school.refuses("Hugo", "fire", act="clear")
    school.at("11:20")
    school.staff("Rosa", "fire", act="clear")
    assert (school.screen, school.alerts()) == ("Tap your card", {"not_seen"})
    assert school.tap("Ana") == "Not yet. 15:10"
    assert school.uses_door("Fay") == doors["Fay"]
    school.at("15:10")
    assert school.uses_door("Ben") == bens
    assert school.tap("Fay") == "Done"


def test_a_transfer_out(school: School) -> None:
    """Cal moved away in the middle of the term, and was taken off the roll at ten while his phone
    was in. The list of leavers says so. His card gives it back at any time of day, once; then it is
    worth nothing, and the cubby that had been his own is anybody's. The head was not asked any
    more to look at what had been arranged for him."""
    school.staff("Rosa", "cubby_own", number=6, admission=admission("Cal"))
    arranged = {"kind": "adjustment", "effect": "early", "windows": ["15:00-15:10"]}
    review = {"begins": "2026-01-05", "review": "2026-03-01"}
    school.staff("Nora", "exempt", admission=admission("Cal"), **arranged, **review)
    assert school.uses_door("Cal") == 6
    assert school.alerts() == {"review_due"}

    school.at("10:00")
    on_roll = [school.row(name) for name in PUPILS if name != "Cal"]
    staff = [school.row(name) for name in ("Hugo", "Rosa", "Nora")]
    school.console("roster_import", rows=[*on_roll, *staff], full=True, many_leavers=True)
    school.pass_by(1)
    assert school.list("leavers") == ["Cal Reed"]
    assert "review_due" not in school.alerts()

    assert school.tap("Cal") == "Take your phone. Door 6"
    school.shut(6)
    assert (school.where("Cal"), school.list("leavers")) == ("with its owner", [])
    school.pass_by(300)
    assert school.tap("Cal") == "Ask the office"
    assert school.state.cabinet.owned != {}  # until tomorrow the list may be taken back
    school.at("10:05", days=1)
    assert school.state.cabinet.owned == {}


def test_a_residential_trip(school: School) -> None:
    """Year six went to the coast from Monday to Wednesday. Their phones stayed here, which is
    what the school does unless it says otherwise. Nobody was missed on Tuesday, and nothing was
    "uncollected" at night, while the rest of the school had its ordinary days. Fay became homesick
    and was fetched on Tuesday: "going home now", and her card gave her the phone. Eli had his when
    the coach was back."""
    school.console("school_import", text=TRIP)
    doors = school.hand_in()
    school.at("15:20")
    for name in ("Ana", "Ben", "Cal", "Dee"):
        school.uses_door(name)
    assert school.tap("Eli") == "Not yet. 15:00"
    school.at("16:30")
    assert (school.list("uncollected"), "uncollected" in school.alerts()) == ([], False)

    school.at("08:30", days=1)
    school.hand_in("Ana", "Ben", "Cal", "Dee")
    school.at("11:00")
    assert (school.list("not-seen"), "not_seen" in school.alerts()) == ([], False)
    school.staff("Rosa", "going_home", admission=admission("Fay"))
    assert school.uses_door("Fay") == doors["Fay"]
    school.at("15:20")
    assert school.tap("Eli") == "Already in"

    school.at("15:00", days=1)
    assert school.uses_door("Eli") == doors["Eli"]
    school.at("08:30", days=1)
    school.hand_in("Eli", "Fay")
    school.at("11:00")
    assert school.tap("Eli") == "Not yet. 15:10"


def test_a_residential_trip_on_which_the_phones_come_along(school: School) -> None:
    """The other year six wanted the phones there for calls home. Mr Hale took both along, by name:
    the office opened the cubbies for him and wrote it down. While they were away nobody could get
    them here, and nobody looked for them. He counted one back on Wednesday; the other had been
    left in the hostel, and stands on the list as his until it came by post."""
    doors = school.hand_in("Eli", "Fay")
    for name, door in doors.items():
        whose = school.person(name).id
        assert school.page(Override(school.user("Rosa"), door, whose, Reason.OTHER, "trip", "c3"))
        school.shut(door)
    both = [admission("Eli"), admission("Fay")]
    school.staff("Rosa", "take_along", admissions=both, by="Hugo", note="coast, to Wednesday")
    assert school.where("Eli") == school.where("Fay") == "carried by staff"
    assert school.list("carried", "keeper") == ["Hugo Hale", "Hugo Hale"]
    assert school.record()[-1] == "Taken along by staff"
    assert (school.state.in_cubby, school.tap("Eli")) == ({}, "Ask the office")
    school.at("16:30")
    assert (school.list("uncollected"), school.list("holders")) == ([], [])

    school.at("16:00", days=2)
    told = school.staff("Rosa", "count_back", admissions=both[:1], by="Hugo")
    assert (told["back"], told["missing"]) == (1, ["Fay Noon"])
    assert (school.where("Eli"), school.list("carried")) == ("the office", ["Fay Noon"])
    school.states("Rosa", "Eli", Reason.GIVEN)
    school.staff("Rosa", "count_back", admissions=both[1:], by="Hugo")
    school.states("Rosa", "Fay", Reason.GIVEN)
    assert (school.where("Eli"), school.where("Fay")) == ("with its owner", "with its owner")
    assert school.list("carried") == []


TRIP = """
[[week]]
days = ["mon", "tue", "wed", "thu", "fri"]
arrival = "08:20"
locked = "08:50"
release = "15:10"
closed = "16:30"

[[sessions]]
name = "Coast"
arrival = 2026-03-02 08:20:00
locked = 2026-03-02 09:00:00
release = 2026-03-04 15:00:00
closed = 2026-03-04 16:30:00
forms = ["6Y"]
"""
