"""Each role's usual tasks, walked in a real browser; every kind of page on the way looked at."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser
from test_webui_acts import furnished
from walk_fixtures import Walk, walking
from webui_fixtures import BEN, CAT, PASSWORD, FakeHands, Site, hand_in

from kiosk.events import EventType as T
from kiosk.messages.commands import SaveUser
from kiosk.model import User


@pytest.fixture
def here() -> Site:
    site = furnished()
    hand_in(site.service, BEN)
    hand_in(site.service, CAT)
    return site


def desk(walk: Walk) -> None:
    """Reception: somebody found, a pass, going home, a hold."""
    walk.press("People")
    walk.page.get_by_label("Name, form or number").fill("ben oka")
    walk.page.get_by_text("Ana Silva").wait_for(state="detached")
    walk.page.get_by_role("link", name="Ben Okafor").click()
    walk.press("Give a pass")
    walk.page.get_by_label("To", exact=True).fill("2026-11-23T12:30")
    walk.press("Give a pass")
    walk.sees("The pass is given.")
    walk.press("Going home now")
    walk.press("Going home now")
    walk.sees("Their next tap collects.")
    walk.press("Hold it back")
    walk.page.get_by_label("Held by the office").check()
    walk.press("Hold it back")
    walk.sees("Held: call the duty lead")
    assert {T.PASS_GIVEN, T.GOING_HOME, T.HOLD_PLACED} < set(walk.types)


def office(walk: Walk) -> None:
    """Reception in snow: the whole school released, and what the record says of it."""
    walk.press("Whole school")
    walk.press("Release now")
    walk.press("Go on")
    walk.sees("Check before you go on")
    walk.press("Release now")
    walk.sees("Pupils can collect now.")
    walk.press("Record")
    walk.page.get_by_label("What").select_option("Passes, arrangements, holds")
    walk.press("Show")
    walk.sees("Released now")
    assert T.RELEASED_NOW in walk.types


def absences(walk: Walk) -> None:
    """Reception at half past eight: who is away today, from a list, looked at before it holds."""
    walk.press("People")
    walk.press("Give out cards")
    walk.look_in_the_other_light()
    walk.to("/people")
    walk.press("Who is not expected")
    walk.look_in_the_other_light()
    walk.choose("File", b"Adm No,From,To\n1001,2026-11-23,2026-11-24\n", "away.csv")
    walk.press("Show what it says")
    walk.look_in_the_other_light()
    walk.press("Take it in")
    walk.sees("The list is taken in")
    assert T.ABSENCES_NOTED in walk.types


def teacher(walk: Walk) -> None:
    """A teacher at registration: who was not seen, a medical need, a concern, a note."""
    walk.press("Lists")
    walk.press("Not seen yet")
    walk.press("Show the names")
    walk.to("/people/p-ben")
    walk.press("A concern about what is on a device")
    walk.press("A concern about what is on a device")
    walk.to("/people/p-ben")
    walk.press("Open cubby 2")
    walk.page.get_by_label("Medical need").check()
    walk.press("Open cubby 2")
    walk.sees("The door is open")
    FakeHands(walk.site.service).close(2)
    walk.press("Still inside")
    walk.press("Whole school")
    walk.press("Leave a note for the duty lead")
    walk.page.get_by_label("Note").fill("Please ring me.")
    walk.press("Leave a note for the duty lead")
    walk.sees("is told")
    assert {T.OVERRIDDEN, T.CUSTODY_STATED, T.NOTED} < set(walk.types)


def pastoral(walk: Walk) -> None:
    """Pastoral staff: an incident with what follows, a search, a concern."""
    walk.to("/people/p-ben")
    walk.press("Note an incident")
    walk.page.get_by_label("Used the device").check()
    walk.page.get_by_label("Where").fill("Corridor")
    walk.press("Note an incident")
    walk.press("Decide what follows: Used the device")
    walk.page.get_by_label("Talk about it with the pupil").check()
    walk.press("Decide what follows")
    walk.sees("What follows is decided.")
    walk.press("A concern about what is on a device")
    walk.sees("Don't look. Call the DSL.")
    walk.press("A concern about what is on a device")
    walk.sees("The duty lead is told.")
    assert {T.INCIDENT_NOTED, T.CONSEQUENCE_DECIDED, T.NOTED} < set(walk.types)


def lead(walk: Walk) -> None:
    """The safeguarding lead: what waits, a hold that only leads may know, handing over."""
    walk.press("Duty lead")
    walk.press("Dealt with: A note")
    walk.press("Dealt with")
    walk.sees("It is dealt with.")
    walk.to("/people/p-ben")
    walk.press("Hold it back")
    walk.page.get_by_label("Safeguarding").check()
    walk.press("Hold it back")
    walk.sees("Safeguarding")
    walk.to("/people/p-ben")
    walk.press("Hand it over to somebody else")
    walk.page.get_by_label("To whom").fill("J. Okafor")
    walk.page.get_by_label("Who they are to the pupil").fill("mother")
    walk.page.get_by_label("Which proof of identity you saw").fill("driving licence")
    walk.press("Go on")
    walk.press("Hand it over to somebody else")
    assert T.HANDED_OVER in walk.types


def technician(walk: Walk) -> None:
    """The technician: a cubby out of service and back, the record of doors, an alert."""
    walk.to("/cubbies/5")
    walk.press("Take it out of service")
    walk.page.get_by_label("Broken").check()
    walk.press("Take it out of service")
    walk.sees("It is out of service.")
    walk.press("Put it back in service")
    walk.press("Put it back in service")
    walk.sees("It is in service again.")
    walk.press("Health")
    walk.look_in_the_other_light()
    walk.press("Examine the machine")
    walk.look_in_the_other_light()
    assert T.CUBBY_PUT_BACK in walk.types


def administrator(walk: Walk) -> None:
    """The administrator: a user, and their own password."""
    walk.press("Users")
    walk.press("Add a user")
    walk.page.get_by_label("User name").fill("Zoe")
    walk.page.get_by_label("teacher", exact=True).check()
    walk.page.get_by_label("Password").fill("four other random words")
    walk.page.get_by_label("Once more").fill("four other random words")
    walk.press("Add")
    walk.sees("Zoe can sign in.")
    walk.press("Programs that read the kiosk, and tablets that show the pupils’ screen")
    walk.look_in_the_other_light()
    walk.page.get_by_label("What the tablet is called").fill("Hall")
    walk.press("Make an address")
    walk.look_in_the_other_light()
    walk.press("Backups")
    walk.look_in_the_other_light()
    walk.choose("Backup", b"a backup", "kiosk.backup")
    walk.press("Say what is in it")
    walk.sees("1,234")
    walk.look_in_the_other_light()
    walk.press("admin")
    walk.page.get_by_label("Your password now").fill(PASSWORD)
    walk.page.get_by_label("New password", exact=True).fill("yet four other words")
    walk.page.get_by_label("New password once more").fill("yet four other words")
    walk.press("Change it")
    walk.sees("Your password is changed.")
    assert T.USER_ADDED in walk.types


def head(walk: Walk) -> None:
    """The head: a lead's role, a lasting arrangement, what governors are shown, the rules."""
    zoe = User("u-zoe", "Zoe", "", ("dsl",))
    walk.site.service.take(SaveUser("u-admin", zoe))
    walk.to("/")
    walk.press("Roles to confirm")
    walk.page.get_by_role("button", name="Confirm").click()
    walk.sees("The role is theirs.")
    walk.to("/people/p-ben")
    walk.press("Make an arrangement")
    walk.page.get_by_label("Medical need").check()
    walk.page.get_by_label("May take it out at any time").check()
    walk.press("Make an arrangement")
    walk.to("/reports")
    walk.press("Compliance")
    walk.press("This week")
    walk.press("Rules")
    walk.press("Change the rules")
    walk.press("See what it would do")
    assert {T.ROLES_CONFIRMED, T.EXEMPTION_GRANTED} < set(walk.types)


def walk_after_trouble(walk: Walk) -> None:
    """The head: the cabinet emptied door by door, paused, ended, and counted again."""
    walk.site.service.jammed.add(3)
    walk.press("Whole school")
    walk.press("Open every cubby")
    walk.press("Go on")
    walk.press("Open every cubby")
    walk.sees("Opening now")
    FakeHands(walk.site.service).close(2)
    walk.press("End it here")
    walk.press("End it here")
    walk.sees("Nothing is being opened")
    walk.to("/school")
    walk.press("Count the cabinet against the record")
    walk.sees("not certain")


# Each role's tasks at one size and in one scheme; all sizes and both schemes are walked by some.
WALKS = [
    pytest.param("reception", desk, "phone", "dark", id="desk"),
    pytest.param("reception", office, "desktop", "light", id="office"),
    pytest.param("reception", absences, "tablet", "light", id="absences"),
    pytest.param("teacher", teacher, "phone", "dark", id="teacher"),
    pytest.param("pastoral", pastoral, "phone", "light", id="pastoral"),
    pytest.param("dsl", lead, "tablet", "dark", id="lead"),
    pytest.param("technician", technician, "phone", "dark", id="technician"),
    pytest.param("admin", administrator, "desktop", "dark", id="administrator"),
    pytest.param("headteacher", head, "phone", "light", id="head"),
    pytest.param("headteacher", walk_after_trouble, "tablet", "light", id="trouble"),
]


@pytest.mark.parametrize(("role", "tasks", "size", "scheme"), WALKS)
def test_a_roles_usual_tasks_are_done_without_a_fault_on_the_way(
    browser: Browser,
    here: Site,
    role: str,
    tasks: Callable[[Walk], None],
    size: str,
    scheme: str,
) -> None:
    with walking(browser, here, role, size, scheme) as walk:
        tasks(walk)
