"""What is held on one person, taken together: all of it, in words, and nobody else by name."""

import json
import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from cabinet import ANA, BEN
from incident_fixtures import MR_HALE
from life_fixtures import ABOUT_NOBODY, CARDS, HER, Life, about, held_on_her

from kiosk.acts import Note
from kiosk.drafting import Standing
from kiosk.events import Event, EventType, Moment, Reason
from kiosk.model import CardStatus, Credential, Person, PersonKind, Roster, User, Wishes
from kiosk.naming import SOMEBODY
from kiosk.policy.words import EVENTS
from kiosk.state.arrangements import ExemptionEffect, HoldKind
from kiosk.state.incidents import CorrectionKind, IncidentKind, Why
from kiosk.subject import telling
from kiosk.subject.draft import REVIEW, Held, Item, items_of, to_json
from kiosk.subject.telling import Section, Telling, section_of, told

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TELLING = Telling(ANA.id, lambda at: at, {"talk": "Talk about it"})
# What the leads alone may know, and what reads like it: their words are in no draft.
UNTOLD_KINDS = {"office", "investigation", "safeguarding", "police", "message", "referral"}


def event(type: EventType, **more: Any) -> Event:
    return Event(type, 70, Moment(AT, 1.0), **{"actor": "user:e1", "person": ANA.id, **more})


def held(*events: Event, person: Person = ANA, roster: Roster | None = None, **more: Any) -> Held:
    everybody = Roster({p.id: p for p in (ANA, BEN, MR_HALE)})
    given: dict[str, Any] = {
        "note": lambda id: "",
        "private": lambda seq: None,
        "local": lambda at: at,
        "stages": {},
        **more,
    }
    return Held(person, Standing(roster=roster or everybody), events, **given)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Life:
    return Life(tmp_path_factory.mktemp("life") / "data").live()


@pytest.fixture(scope="module")
def items(lived: Life) -> list[Item]:
    """Of a pupil to whom everything has happened."""
    return items_of(held_on_her(lived))


def words_of(life: Life, kinds: set[str]) -> list[str]:
    """The recognisable words in her notes of these kinds."""
    texts = [n.text for n in life.core.words.values() if n.kind in kinds and n.person == HER.id]
    return [word for word in life.words if any(word in text for text in texts)]


# all of it


def test_every_event_about_her_is_told_and_in_its_section(lived: Life, items: list[Item]) -> None:
    events = about(lived, HER)
    told_of = [item for item in items if item.at is not None and item.section is not Section.NOW]

    assert len(told_of) == len(events)
    assert [item.section for item in items] == sorted(
        (item.section for item in items), key=list(Section).index
    )
    assert {item.section for item in items} == set(Section)


def test_all_that_staff_wrote_is_in_it_but_what_is_the_leads(
    lived: Life, items: list[Item]
) -> None:
    said = "\n".join(item.words for item in items)
    kinds = {note.kind for note in lived.core.words.values()}

    assert [word for word in words_of(lived, kinds - UNTOLD_KINDS) if word not in said] == []
    assert [word for word in words_of(lived, UNTOLD_KINDS) if word in said] == []


def test_nobody_else_is_named_and_no_number_of_an_event_stands_in_it(
    lived: Life, items: list[Item]
) -> None:
    text = json.dumps(to_json(items))
    users = lived.core.standing.roster.users.values()

    for name in (BEN.surname, MR_HALE.surname, *(user.id for user in users), BEN.id, *CARDS):
        assert not re.search(rf"\b{re.escape(name)}\b", text), name
    assert "another pupil" in text or SOMEBODY in text
    assert not re.search(r"\b(seq|deposit|cause|note_id)\b", text)


@pytest.mark.parametrize("type", sorted(set(EventType) - ABOUT_NOBODY))
def test_every_type_has_words_of_its_own(items: list[Item], type: EventType) -> None:
    if type is not EventType.PERSON_ERASED:
        assert any(item.what.startswith(EVENTS[type]) for item in items)


def test_every_field_of_the_persons_row_is_told() -> None:
    full = Person(
        *("a1", "1001", "Ana", "Silva", "7A"),
        leaver=True,
        year="7",
        kind=PersonKind.PUPIL,
        no_device=True,
        upn="U1",
        legal_name="Anastasia",
        wishes=Wishes((5, 2), accessible=True),
        language="pl",
        low_sensory=True,
        more_time=True,
        agreed_on=date(2026, 3, 2),
        agreed_by="Eva Silva",
        lead_first=True,
    )
    said = {item.what for item in items_of(held(person=full))}

    labels = {what.partition(":")[0].lower().replace(" ", "_") for what in said}
    assert labels == {field.name for field in fields(Person)} - {"id", "pin_hash", "pin_wrong"}
    assert {"Wishes: preferred 5 2, accessible yes", "No device: yes"} <= said
    assert not any("a1" in what for what in said)


def test_a_card_is_told_without_its_number(items: list[Item]) -> None:
    until = datetime(2026, 4, 1, tzinfo=UTC)
    cards = (
        Credential("aaaa", ANA.id, valid_until=until),
        Credential("bbbb", ANA.id, status=CardStatus.BLOCKED),
        Credential("dddd", ANA.id, status=CardStatus.LOST, valid_from=until),
        Credential("cccc", BEN.id),
    )
    roster = Roster({ANA.id: ANA}, {card.key: card for card in cards})
    said = [i.what for i in items_of(held(roster=roster)) if i.section is Section.CARDS]

    assert said == [
        "A card that works, until 1 April 2026",
        "A card that does not work",
        "A card that was reported lost, from 1 April 2026",
    ]


def test_of_a_member_of_staff_it_is_told_as_whom_they_sign_in() -> None:
    user = User("e1", "R. Hale", "$argon2id$secret", ("teacher",), MR_HALE.id)
    roster = Roster({MR_HALE.id: MR_HALE}, {}, {user.id: user})
    said = [item.what for item in items_of(held(person=MR_HALE, roster=roster))]

    assert "Signs in as R. Hale: teacher" in said
    assert "secret" not in json.dumps(said)


# the words


def test_every_kind_has_its_words() -> None:
    assert telling.EFFECTS.keys() == set(ExemptionEffect)
    assert telling.HOLDS.keys() == {kind.shown for kind in HoldKind}
    assert telling.INCIDENTS.keys() == set(IncidentKind)
    assert telling.CORRECTIONS.keys() == set(CorrectionKind)
    assert telling.WHY.keys() == set(Why)


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        (
            event(
                EventType.TAPPED, actor="person:a1", granted=False, reason=Reason.NOT_YET, cubby=3
            ),
            "Card tapped, refused: before the release time; cubby 3",
        ),
        (
            event(EventType.TAPPED, actor="person:a1", granted=False, reason=Reason.HELD),
            "Card tapped, refused: kept back",
        ),
        (
            event(EventType.OVERRIDDEN, granted=False, reason=Reason.HELD, cubby=3),
            "Opening by staff, refused: kept back; cubby 3; by a member of staff",
        ),
        (
            event(EventType.COLLECTED, actor="person:b2", cubby=3),
            "Collected; cubby 3; by somebody else",
        ),
        (
            event(
                EventType.PASS_GIVEN,
                data={"begins": AT.isoformat(), "ends": AT.isoformat(), "back": False},
            ),
            "Pass given: from 2 March 2026, 09:00 to 2 March 2026, 09:00, not expected back; "
            "by a member of staff",
        ),
        (
            event(EventType.HOLD_PLACED, cubby=3, data={"kind": "office", "need_met": True}),
            "Hold placed: by the office, how a need is met meanwhile was noted; cubby 3; "
            "by a member of staff",
        ),
        (
            event(EventType.CONSEQUENCE_DECIDED, data={"stage": "talk", "proposed": ""}),
            "Consequence decided: Talk about it; by a member of staff",
        ),
        (
            event(
                EventType.CORRECTION_MADE, person="b2", data={"what": "tap", "tap": 3, "by": "a1"}
            ),
            "Corrected: a tap with another card was theirs; by a member of staff",
        ),
        (
            event(EventType.CORRECTION_MADE, person="b2", data={"what": "owner", "owner": "a1"}),
            "Corrected: a device on record as another's is theirs; by a member of staff",
        ),
        (
            event(
                EventType.ABSENCES_NOTED,
                person=None,
                data={"absent": {"a1": [["2026-03-09", "2026-03-09"]], "b2": [["x", "y"]]}},
            ),
            "Absences taken from a list: 2026-03-09; by a member of staff",
        ),
    ],
)
def test_what_happened_is_told_in_words(happened: Event, expected: str) -> None:
    assert told(happened, TELLING) == expected


def test_what_staff_wrote_waits_for_the_reviewer_and_all_else_goes_out() -> None:
    given = event(
        EventType.PASS_GIVEN,
        note="n1",
        data={"begins": AT.isoformat(), "ends": AT.isoformat(), "back": True},
    )
    home = event(EventType.GOING_HOME)
    made = to_json(items_of(held(given, home, note=lambda id: "with Ben, says Mr Hale")))

    marked = [(row["words"], row["review"], row["release"]) for row in made[-2:]]
    assert marked == [
        ("with another pupil, says a member of staff", REVIEW, False),
        ("", "", True),
    ]
    assert [row["item"] for row in made] == list(range(1, len(made) + 1))


# holds


def hold(kind: str, type: EventType = EventType.HOLD_PLACED, **more: Any) -> Event:
    return event(type, cubby=3, deposit=9, data={"kind": kind, **more})


@pytest.mark.parametrize("true", ["office", "investigation", "safeguarding", "police"])
def test_the_row_behind_a_hold_that_reads_office_is_not_even_looked_at(true: str) -> None:
    asked: list[int] = []

    def private(seq: int) -> Note:
        asked.append(seq)
        return Note(f"{seq:x}", "why", true, ANA.id)

    placed = hold("office")
    carried = hold("office", EventType.ARRANGEMENT_CARRIED, what="hold", by="user:e1")
    found = items_of(held(placed, replace(carried, cause=70), private=private))

    assert asked == []
    assert {item.words for item in found} == {""}
    assert [section_of(one) for one in (placed, carried)] == [Section.HOLDS] * 2


@pytest.mark.parametrize("kind", ["confiscated", "parent_collection", "disputed"])
def test_what_an_open_hold_says_is_told_once_and_for_all(kind: str) -> None:
    row = Note("46", "why", kind, ANA.id)
    carried = hold(kind, EventType.ARRANGEMENT_CARRIED, what="hold", by="user:e1")
    for one in (hold(kind), replace(carried, seq=900, cause=70)):
        found = items_of(held(one, private=lambda seq: row if seq == 70 else None))
        assert [item.words for item in found if item.section is Section.HOLDS] == ["why"]


@pytest.mark.parametrize("kind", sorted(UNTOLD_KINDS | {"legal_hold", "withheld", "gossip"}))
@pytest.mark.parametrize("type", sorted(set(EventType) - ABOUT_NOBODY))
def test_no_event_leads_to_the_words_of_a_row_that_is_the_leads(
    lived: Life, type: EventType, kind: str
) -> None:
    """Whatever row should ever stand under an event's number."""
    one = next((e for e in about(lived, HER) if e.type is type), None)
    if one is not None:
        found = Held(
            HER,
            lived.core.standing,
            [replace(one, note=None)],
            lambda id: "",
            lambda seq: Note(f"{seq:x}", "why", kind, HER.id),
            lambda at: at,
            {},
        )
        assert "why" not in json.dumps(to_json(items_of(found)))
