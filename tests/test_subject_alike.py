"""What is taken together of somebody tells nothing of what only the leads may know.

Each test that compares runs two kiosks through the same day, to the same second: in one there is a
plain office hold and an ordinary note for the duty lead, in the other what must not show. The draft
and what goes out of it have to be the same, byte for byte, for whoever makes them.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cabinet import ANA, ANAS_CARD, add_users
from test_incidents_referral import Rig

from kiosk.messages.arrangements import LiftHold, PlaceHold
from kiosk.messages.forgetting import PlaceLegalHold, TransferRecords
from kiosk.messages.incidents import LeaveNote, Refer
from kiosk.messages.sensed import Card, Closed, Opened, Presented
from kiosk.model import User
from kiosk.policy.roles import CONSOLE_PERMISSIONS, ROLES, Permission, Roles
from kiosk.releasing import draft_json, draft_page, read_draft, release_json, release_page
from kiosk.state.arrangements import PRIVATE_HOLDS, HoldKind
from kiosk.state.kept import UNTIL_TRANSFERRED
from kiosk.subject.document import to_html
from kiosk.upkeep import Upkeep

OWN = "data protection"
MAKERS = ("headteacher", "dsl", OWN)
Secret = Callable[["School"], None]


class School(Rig):
    """One with a role of its own for whoever answers requests, who is no lead."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        own = {**ROLES, OWN: frozenset({Permission.SUBJECT_ACCESS})}
        self.core.rules = replace(self.core.rules, roles=Roles(own))
        hashed = next(iter(self.core.standing.roster.users.values())).password_hash
        add_users(self.core, User("d9", OWN, hashed, (OWN,)))

    def hold(self, kind: HoldKind, *, is_lifted: bool = False) -> None:
        """Something is put in, and held; then asked for in vain."""
        self.day(LeaveNote("teacher", "words", ANA.id))
        dsl = self.user("dsl")
        (deposit,) = self.core.standing.state.deposits
        self.take(PlaceHold(dsl, deposit, kind, note=f"{kind.value} words"))
        self.clock.to(15, 20)
        self.clock.advance(11)
        self.take(Presented((Card(ANAS_CARD),)))
        if is_lifted:
            (number,) = self.core.standing.state.holds
            self.take(LiftHold(dsl, number))
            self.take(TransferRecords(dsl))

    def draft(self, role: str) -> str:
        """What the maker gets, as text: both files, and both that go out of it."""
        answer = self.ask("person_export", role, admission=ANA.admission)
        assert not answer.startswith("refused"), answer
        made = json.loads(answer)
        text = draft_json(made)
        draft = read_draft(text, "draft.json")
        out = (release_json(draft, ("notice",)), to_html(release_page(draft, ("notice",))))
        return "\f".join((text, to_html(draft_page(made)), *out))


@pytest.fixture
def schools(tmp_path: Path) -> Iterator[Callable[[], School]]:
    made: list[School] = []

    def one() -> School:
        made.append(School(tmp_path / str(len(made))))
        return made[-1]

    yield one
    for school in made:
        school.store.close()


@pytest.mark.parametrize("role", MAKERS)
@pytest.mark.parametrize("is_lifted", [False, True])
@pytest.mark.parametrize("kind", sorted(PRIVATE_HOLDS))
def test_a_private_hold_reads_like_one_of_the_office(
    schools: Callable[[], School], kind: HoldKind, is_lifted: bool, role: str
) -> None:
    plain, private = schools(), schools()
    plain.hold(HoldKind.OFFICE, is_lifted=is_lifted)
    private.hold(kind, is_lifted=is_lifted)

    text = private.draft(role)
    assert text == plain.draft(role)
    assert "Hold placed: by the office" in text
    assert "Card tapped, refused: kept back" in text
    assert "words" not in [row["words"] for row in json.loads(text.split("\f")[0])["items"]]
    assert f"{kind.value} words" not in text


def refer(school: School) -> None:
    school.take(Refer(school.user("teacher"), ANA.id))


def hold_for_the_law(school: School) -> None:
    school.take(PlaceLegalHold(school.user("headteacher"), ANA.id, "a claim"))


def message(school: School) -> None:
    school.take(LeaveNote(school.user("teacher"), "her mother called", ANA.id))


def message_of_the_head(school: School) -> None:
    school.take(LeaveNote(school.user("headteacher"), "her mother called", ANA.id))


@pytest.mark.parametrize("role", MAKERS)
@pytest.mark.parametrize(
    ("ordinary", "secret"), [(message, refer), (message_of_the_head, hold_for_the_law)]
)
def test_notes_for_the_lead_and_legal_holds_leave_no_trace(
    schools: Callable[[], School], ordinary: Secret, secret: Secret, role: str
) -> None:
    texts = []
    for happen in (ordinary, secret, None):
        school = schools()
        school.day(LeaveNote("teacher", "words"))
        if happen is None:
            school.clock.advance(7)
        else:
            happen(school)
        texts.append(school.draft(role))

    assert texts[0] == texts[1] == texts[2]


def test_whoever_makes_it_gets_the_same(schools: Callable[[], School]) -> None:
    drafts = []
    for role in MAKERS:
        school = schools()
        school.hold(HoldKind.SAFEGUARDING)
        drafts.append(school.draft(role))

    assert len(set(drafts)) == 1


@pytest.mark.parametrize("role", ["", "reception", "teacher", "pastoral", "technician", "admin"])
def test_nobody_else_gets_anything_the_console_least(
    schools: Callable[[], School], role: str
) -> None:
    school = schools()
    school.day(LeaveNote("teacher", "words", ANA.id))
    before = school.core.standing.state.seq
    said = [
        school.ask("person_export", role, admission=admission) for admission in ("1001", "9999")
    ]

    assert said[0] == said[1]
    assert said[0].startswith("refused: nothing is shown")
    released: dict[str, Any] = {"admission": "1001", "sha256": "ab"}
    assert "another role" in school.ask("person_released", role, **released)
    types = {event.type for event in school.core.history.recent[before:]}
    assert "person_exported" not in types
    assert Permission.SUBJECT_ACCESS not in CONSOLE_PERMISSIONS


def test_that_a_draft_was_made_is_on_record_before_it_is_told_and_with_no_name(
    schools: Callable[[], School],
) -> None:
    school = schools()
    school.draft("headteacher")
    (made,) = (e for e in school.core.history.recent if e.type == "person_exported")

    assert (made.person, made.data, made.note) == (ANA.id, {}, None)
    assert made.actor == f"user:{school.user('headteacher')}"
    again = json.loads(school.ask("person_export", "headteacher", admission="1001"))
    assert again["items"][-1]["what"] == (
        "Taken together for subject access: a draft was made; by a member of staff"
    )


# what is forgotten


def shown(school: School) -> tuple[str, ...]:
    """What anybody but the leads can be shown, without hashes of files."""
    asked = (school.ask("events", limit=500), school.ask("status"), school.export())
    return tuple(re.sub("[0-9a-f]{64}", "#", text) for text in asked)


@pytest.mark.parametrize("kind", sorted(PRIVATE_HOLDS))
def test_forgetting_somebody_tells_nothing_of_a_hold(
    schools: Callable[[], School], kind: HoldKind
) -> None:
    answers = []
    for one in (HoldKind.OFFICE, kind):
        school = schools()
        school.hold(one, is_lifted=False)
        (number,) = school.core.standing.state.holds
        school.take(LiftHold(school.user("dsl"), number))
        for message in (Presented((Card(ANAS_CARD),)), Opened(1), Closed(1)):
            school.take(message)
        assert school.core.standing.state.deposits == {}
        answers.append((school.ask("person_erase", admission=ANA.admission), *shown(school)))
        kept = [row.kind for row in school.core.standing.apart.values()]
        assert kept == ([one.value] if one.value in UNTIL_TRANSFERRED else [])

    assert answers[0] == answers[1]
    assert '"tables"' not in answers[0][1]


@pytest.mark.parametrize("kind", sorted(PRIVATE_HOLDS))
def test_dropping_what_is_past_its_age_tells_nothing_of_a_hold(
    schools: Callable[[], School], kind: HoldKind
) -> None:
    answers = []
    for one in (HoldKind.OFFICE, kind):
        school = schools()
        school.hold(one)
        upkeep = Upkeep(school.core, school.clock.monotonic)
        upkeep.rotate_now()
        school.clock.to(9, days=800)
        while not school.core.history.segments[-1].is_dropped:
            upkeep.round()
        upkeep.rotate_now()
        answers.append(shown(school))

    assert answers[0] == answers[1]
    assert "arrangement_carried" in answers[0][0]
