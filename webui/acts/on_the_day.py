"""Acts of a day's business: staff for one day, devices counted back from a trip, and a card that
somebody else has used."""

import secrets

from kiosk.events import Event, EventType
from kiosk.messages import Command
from kiosk.messages.arrangements import CountBack
from kiosk.messages.incidents import CorrectUse
from kiosk.messages.users import AddDayStaff
from kiosk.policy.roles import Permission
from kiosk.staff.users import next_admission
from kiosk.state import Place
from webui.acts.act import About, Scene, StaffAct, Wrong, any_of
from webui.acts.asking import NOTE, check_name, day_to_come, forms, noted
from webui.acts.fields import Field, Kind, Options, Values
from webui.acts.on_devices import person_numbered
from webui.history import shown
from webui.office import office
from webui.wording import People, reason_words, stamp

LAST_TAPS = 8  # of somebody, to choose from: a mistaken one is told on the same day
MOST_OF_A_TAP = 50  # events that a tap brings about; ten are many

# devices that staff carry


def _carried(scene: Scene) -> dict[str, str]:
    """Who keeps the devices that staff carry, by whose they are."""
    kept = scene.standing.state.deposits.values()
    return {one.person: one.keeper for one in kept if one.place is Place.CARRIED}


def _carriers(scene: Scene) -> Options:
    """Each by the id that a command takes: what stands after the kind of an actor."""
    keepers = sorted(set(_carried(scene).values()))
    people = People(scene.standing.roster, Permission.SEE_NAMES in scene.may)
    return [(keeper.partition(":")[2], people.actor(keeper)) for keeper in keepers]


def _devices(scene: Scene) -> Options:
    people = People(scene.standing.roster, Permission.SEE_NAMES in scene.may)
    carried = _carried(scene)
    found = [
        (id, f"{people.person(id)}, with {people.actor(keeper)}") for id, keeper in carried.items()
    ]
    return sorted(found, key=lambda one: one[1].casefold())


def _count_back(actor: str, scene: Scene, said: Values) -> Command:
    carried = _carried(scene)
    if any(carried[id].partition(":")[2] != said["by"] for id in said["people"]):
        raise Wrong("people-1", "One of these is with somebody else.")
    return CountBack(actor, frozenset(said["people"]), said["by"], **noted(said))


# staff for a day


def _day_staff(actor: str, scene: Scene, said: Values) -> Command:
    check_name(said)
    on = day_to_come(scene, said, "on")
    admission = next_admission(scene.standing.roster, "day")
    ids = secrets.token_hex(8), secrets.token_hex(8)
    return AddDayStaff(actor, *ids, admission, said["forename"], said["surname"], said["form"], on)


# a card that somebody else used


def _taps(scene: Scene) -> Options:
    """Their last taps, as far as the reader may know them."""
    service, id = office().service, scene.subject.person_id
    found = service.events(person=id, types=(EventType.TAPPED,), limit=LAST_TAPS)
    told = (event for event in map(shown, found) if event is not None)
    return [(str(event.seq), _in_words(event)) for event in told]


def _in_words(event: Event) -> str:
    cubby = f", cubby {event.cubby}" if event.cubby is not None else ""
    return f"{stamp(office().service.rules, event.now)}{cubby}: {reason_words(event.reason)}"


def _has_tapped(scene: Scene) -> bool:
    found = office().service.events(
        person=scene.subject.person_id, types=(EventType.TAPPED,), limit=1
    )
    return bool(found)


def _correct_use(actor: str, scene: Scene, said: Values) -> Command:
    whose = person_numbered(scene, said["admission"]) if said["admission"] else ""
    tap = int(said["tap"])
    came = office().service.events(cause=tap, limit=MOST_OF_A_TAP)
    taken = next((event for event in came if event.type is EventType.COLLECTED), None)
    return CorrectUse(
        actor,
        tap,
        scene.subject.person_id,
        whose,
        taken.deposit if taken else None,
        taken.seq if taken else None,
        said["note"],
    )


P = Permission
DAY_ACTS: tuple[StaffAct, ...] = (
    StaffAct(
        name="count-back",
        title="Staff are back with devices",
        about=About.SCHOOL,
        permissions=any_of(P.PASS),
        hint="Those that you tick are with the office from now on; the others are carried still.",
        fields=(
            Field("by", "Who carried them", Kind.CHOICE, is_required=True, options=_carriers),
            Field("people", "Which are back", Kind.SOME, is_required=True, options=_devices),
            NOTE,
        ),
        make=_count_back,
        done="They are with the office. What is still missing is in the list Carried by staff.",
        is_offered=lambda scene: bool(_carried(scene)),
    ),
    StaffAct(
        name="day-staff",
        title="Staff for one day",
        about=About.PEOPLE,
        permissions=any_of(P.ROSTER),
        hint=(
            "Somebody looks after one form on one day, by a card: they open its cubbies and its "
            "box at the kiosk, and sign in nowhere. Give them a card on their page, which comes "
            "next, and a PIN if the school asks for one."
        ),
        fields=(
            Field("forename", "Forename", is_required=True),
            Field("surname", "Surname", is_required=True),
            Field("form", "Form", Kind.CHOICE, is_required=True, options=forms),
            Field("on", "Day", Kind.DAY, default=lambda scene: scene.local.date().isoformat()),
        ),
        make=_day_staff,
        done="They are among the people now. Give them a card.",
        newcomer=lambda command: str(command.person),
    ),
    StaffAct(
        name="correct-use",
        title="Somebody else used their card",
        about=About.PERSON,
        permissions=any_of(P.CORRECT),
        hint=(
            "The tap stays on record, and is theirs no more. What was put in with it is then the "
            "other one’s; while nobody knows whose it was, it waits for its owner."
        ),
        fields=(
            Field("tap", "Which tap", Kind.CHOICE, is_required=True, options=_taps),
            Field(
                "admission",
                "Whose it was, by their admission number",
                hint="It stands on their page. Empty: nobody knows.",
            ),
            NOTE,
        ),
        make=_correct_use,
        done="The tap is theirs no more.",
        is_offered=_has_tapped,
    ),
)
