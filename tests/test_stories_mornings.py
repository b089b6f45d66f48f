"""An ordinary year, its mornings: late, without a card, with another's card, brother and sister,
and two phones in each other's places."""

from dataclasses import replace

from storytelling import PUPILS, School, admission

from kiosk.events import Reason
from kiosk.messages.commands import Override


def test_a_late_pupil(school: School) -> None:
    """Ana's bus broke down. At nine her teacher looked who had not handed in yet, rang the bus
    company, and marked her, so that nobody went looking for her. She came at twenty to ten, in the
    middle of lessons. The kiosk took her phone as it takes any, and in the afternoon she had it
    back with all the others."""
    school.hand_in(*(PUPILS.keys() - {"Ana"}))
    school.at("08:50")
    assert "not_seen" in school.alerts()
    assert school.list("not-seen") == ["Ana Silva"]

    school.staff("Hugo", "not_expected", admission=admission("Ana"), why="late_bus")
    assert school.list("not-seen") == []
    school.pass_by(61)
    assert "not_seen" not in school.alerts()

    school.at("09:40")
    assert school.tap("Ana").startswith("Put phone in. Door ")
    (door,) = school.open_doors
    school.shut(door)
    assert school.screen == f"Done. Door {door} locked"
    assert school.where("Ana") == f"cubby {door}"
    assert school.record()[-2:] == ["Card tapped: to hand in", "Handed in"]

    school.at("11:00")
    assert school.tap("Ana") == "Not yet. 15:10"
    assert school.open_doors == set()
    school.at("15:10")
    assert school.uses_door("Ana") == door
    assert (school.where("Ana"), school.list("uncollected")) == ("with its owner", [])


def test_a_forgotten_card(school: School) -> None:
    """Ben left his card on the kitchen table. The office gave him a spare one for the day: he
    handed in with it and had his phone back with it. When he tapped it on the next morning it sent
    him to the office, and his own card, which he had with him again, worked as ever."""
    assert school.refuses("Hugo", "card_enrol", admission=admission("Ben"), uid=SPARE, today=True)
    school.staff("Rosa", "card_enrol", admission=admission("Ben"), uid=SPARE, today=True)
    assert school.record()[-1] == "Card enrolled"
    school.has_card("Ben with the spare", SPARE)

    door = school.uses_door("Ben with the spare")
    assert school.where("Ben") == f"cubby {door}"
    school.at("15:20")
    assert school.uses_door("Ben with the spare") == door

    school.at("08:30", days=1)
    assert school.tap("Ben with the spare") == "Ask the office"
    assert school.record()[-1] == "Card tapped, refused: the card was for a time that is over"
    assert school.tap("Ben").startswith("Put phone in.")


SPARE = "04BBBBBBBBBBBB"


def test_a_forgotten_card_at_home_time(school: School) -> None:
    """Dee lent nobody anything; she just could not find her card when everybody went home. The
    office opened her cubby for her, with the reason from the list, and said that she has it."""
    door = school.hand_in("Dee")["Dee"]
    school.at("15:20")
    dee = school.person("Dee").id
    school.page(Override(school.user("Rosa"), door, dee, Reason.FORGOTTEN_CARD))
    assert school.open_doors == {door}
    assert school.where("Dee") == f"cubby {door}, not certain"
    school.shut(door)

    school.states("Rosa", "Dee", Reason.GIVEN)
    assert school.where("Dee") == "with its owner"
    assert school.record()[-3:] == [
        "Opening by staff: forgotten or lost card",
        "No longer certain: opened by staff, not stated yet",
        "Stated by staff: given to its owner",
    ]
    school.pass_by(300)
    assert school.tap("Dee") == "Nothing here"


def test_a_lent_card(school: School) -> None:
    """Cal had no card and used Ana's, so the kiosk thought that his phone was hers. When she came
    with her own phone it would not have it: she had one in already. The office put it right: the
    tap was Cal's, and so is the phone. Nobody was blamed; both went home with their own."""
    door = school.uses_door("Ana")  # by Cal
    school.at("08:45")
    assert school.tap("Ana") == "Not yet. 15:10"
    assert "Cal Reed" in school.list("not-seen")

    tap = next(e["seq"] for e in school.events("tapped") if e["reason"] == "deposit")
    school.staff("Rosa", "correct_tap", number=tap, by=admission("Cal"))
    assert school.where("Cal") == f"cubby {door}"
    assert school.where("Ana") == "with its owner"
    assert "Cal Reed" not in school.list("not-seen")

    anas = school.uses_door("Ana")
    assert anas != door
    school.at("15:20")
    assert school.uses_door("Cal") == door
    assert school.uses_door("Ana") == anas
    assert school.console("list", name="held")["rows"] == []


def test_brother_and_sister(school: School) -> None:
    """Ana and Ben Silva have one cubby between them, as their mother asked. In the morning each
    puts a phone in, in the afternoon each takes their own. When Ben's was kept back one day, their
    cubby did not open for Ana either, and the head fetched hers for her."""
    for name in ("Ana", "Ben"):
        school.staff("Rosa", "cubby_own", number=2, admission=admission(name), with_others=True)
    assert school.uses_door("Ana") == school.uses_door("Ben") == 2
    assert school.where("Ana") == school.where("Ben") == "cubby 2"
    assert school.list("holders") == ["Ana Silva", "Ben Silva"]
    assert school.uses_door("Cal") != 2

    school.at("15:20")
    assert school.uses_door("Ben") == 2
    assert (school.where("Ben"), school.where("Ana")) == ("with its owner", "cubby 2")
    assert school.uses_door("Ana") == 2

    school.at("08:30", days=1)
    school.hand_in("Ana", "Ben")
    school.staff("Rosa", "hold_place", admission=admission("Ben"))
    school.at("15:20")
    assert school.tap("Ana") == school.tap("Ben") == "Ask the office"
    assert school.open_doors == set()

    ana = school.person("Ana").id
    open_it = Override("", 2, ana, Reason.WELFARE_CHECK)
    assert school.page(replace(open_it, actor=school.user("Rosa"))).reason is Reason.HELD
    assert school.page(replace(open_it, actor=school.user("Nora"))).granted
    school.shut(2)
    school.states("Nora", "Ana", Reason.GIVEN)
    school.states("Nora", "Ben", Reason.INSIDE)
    assert (school.where("Ana"), school.where("Ben")) == ("with its owner", "cubby 2")


def test_a_wrong_phone_in_the_wrong_cubby(school: School) -> None:
    """Two doors stood open at once, and Cal and Dee each put their phone behind the other's. Dee
    noticed at the stairs. The office swapped the two in the record without opening anything, and
    in the afternoon each door opened for the one whose phone was really behind it."""
    assert school.tap("Cal") == "Put phone in. Door 1"
    assert school.tap("Dee").startswith("Put phone in. Door ")
    (dees,) = school.open_doors - {1}
    school.shut(1)
    school.shut(dees)
    assert (school.where("Cal"), school.where("Dee")) == ("cubby 1", f"cubby {dees}")

    refusal = school.refuses("Rosa", "correct_place", admission=admission("Dee"), cubby=1)
    assert refusal == "nothing was done: another device is in that cubby"
    school.staff("Rosa", "correct_place", admission=admission("Dee"), cubby=1, swap=True)
    assert (school.where("Cal"), school.where("Dee")) == (f"cubby {dees}", "cubby 1")
    assert school.record()[-1] == "Moved to another cubby"

    school.at("15:20")
    assert school.uses_door("Dee") == 1
    assert school.uses_door("Cal") == dees
    assert school.list("holders") == []
