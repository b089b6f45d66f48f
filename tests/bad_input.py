"""Input that means nothing, made of input that means something: one of each command with one thing
in it spoiled, what doors and cards never say, and what nobody may type."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from cabinet import ANA
from test_permissions import AT, LATER, MONDAY, TABLE

from kiosk.messages import Command, Message
from kiosk.messages.agreements import NoteAgreement
from kiosk.messages.arrangements import GivePass, GrantExemption, SignExemption, TakeAlong
from kiosk.messages.commands import EnrolCard, ImportRoster, RecordSignIn
from kiosk.messages.cubbies import EnterKeyUse
from kiosk.messages.devices import NoteDevices
from kiosk.messages.incidents import CorrectUse
from kiosk.messages.record import BackupMade
from kiosk.messages.sensed import Card, Presented, PulseRejected
from kiosk.messages.users import AddDayStaff
from kiosk.model import Credential
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind

WHO = "whoever"  # the user who sends it, where that is not what is wrong
NOBODY, NO_CUBBY, NO_EVENT = "nobody", 99, 10**9
_SPOILED: Mapping[str, Any] = {
    "actor": "stranger",
    "person": NOBODY,
    "people": frozenset({NOBODY}),
    "cubby": NO_CUBBY,
    "key": "ffff0000",
    "claimant": NOBODY,
    "owner": NOBODY,
    **dict.fromkeys(("deposit", "exemption", "hold", "incident", "search", "seq"), NO_EVENT),
}
# A name that is not known is on record; people of a list are new; a backup was made elsewhere; the
# ids of day staff are their own from then on; what a tap began, whoever asks has from the record.
_UNSPOILED = {
    RecordSignIn: {"actor"},
    ImportRoster: {"people"},
    BackupMade: {"seq"},
    AddDayStaff: {"person"},
    GrantExemption: {"exemption"},
    CorrectUse: {"deposit"},
}
_NOBODYS = Exemption(0, NOBODY, ExemptionKind.MEDICAL, ExemptionEffect.ALWAYS, MONDAY)
_NEXT_YEAR = date(2027, 3, 2)
_WRONG: tuple[Command, ...] = (
    GivePass(WHO, ANA.id, LATER, AT),
    GivePass(WHO, ANA.id, AT, AT),
    GrantExemption(WHO, _NOBODYS),
    GrantExemption(WHO, replace(_NOBODYS, person=ANA.id), "signed by, but on no day"),
    GrantExemption(WHO, replace(_NOBODYS, person=ANA.id, signed_on=_NEXT_YEAR), "Eva"),
    SignExemption(WHO, NO_EVENT, MONDAY, "Eva"),
    EnrolCard(WHO, Credential("ffff0000", NOBODY)),
    NoteAgreement(WHO, ANA.id, _NEXT_YEAR, "Eva"),
    NoteAgreement(WHO, ANA.id, MONDAY, " "),
    TakeAlong(WHO, frozenset({ANA.id}), NOBODY),
    EnterKeyUse(WHO, (WHO, WHO)),
    EnterKeyUse(WHO, (WHO, NOBODY)),
    NoteDevices(WHO, NO_EVENT, 0, frozenset()),
)
SENSED: tuple[Message, ...] = (
    PulseRejected(NO_CUBBY, NO_EVENT),
    PulseRejected(1, NO_EVENT),
    Presented(()),
    Presented((Card("random", is_random=True),)),
    Presented((Card("9999"),)),
    Presented((Card("9999", is_copy=True, look="08/0400"), Card("9998"))),
    Presented((Card("9999", claims=("1234", "5678")),)),
)


def _spoiled() -> Iterator[Command]:
    for make, _ in TABLE:
        command = make(WHO)
        names = {field.name for field in fields(command)} & _SPOILED.keys()
        for name in sorted(names - _UNSPOILED.get(type(command), set())):
            yield replace(command, **{name: _SPOILED[name]})


COMMANDS: tuple[Command, ...] = (*_spoiled(), *_WRONG)


# What is typed: each a verb and what it is given.
_ANA, _NOBODY = {"admission": "1001"}, {"admission": "7777"}
_ROW = {"admission": "1003", "forename": "Cid", "surname": "Moore"}
_EXEMPT = {"kind": "medical", "effect": "always"}
LIVED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("card_enrol", {**_ANA, "uid": "04A1B2C3D4E5F6"}),
    ("card_lost", _ANA),
    ("card_found", _ANA),
    ("card_block", _ANA),
    ("take_in", _ANA),
    ("person_find", {"words": "ana"}),
    ("person_devices", {**_ANA, "kinds": ["phone"]}),
    ("person_state", {**_ANA, "what": "given"}),
    ("going_home", _ANA),
    ("pass_give", {**_ANA, "begins": "11:00", "ends": "13:00"}),
    ("pass_end", _ANA),
    ("exempt", {**_ANA, **_EXEMPT}),
    ("hold_place", _ANA),
    ("roster_import", {"rows": [_ROW]}),
    ("clock_confirm", {}),
)
TYPED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("no_such_verb", {}),
    ("card_enrol", {}),
    ("card_enrol", {**_NOBODY, "uid": "04A1B2C3D4E5F6"}),
    ("card_enrol", {**_ANA, "uid": "04A1B2"}),
    ("card_enrol", {**_ANA, "uid": "no number"}),
    ("card_enrol", {**_ANA, "uid": "08A1B2C3"}),  # made up anew at each tap
    ("card_enrol", {**_ANA, "uid": "04A1B2C3", "profile": "no such"}),
    ("card_enrol", {**_ANA, "key": "zz"}),
    ("card_enrol", {**_ANA, "uid": "04A1B2C3", "ends": "32 May"}),
    ("visitor_new", {"forename": "Vera", "surname": "Guest"}),
    ("visitor_new", {"forename": "", "surname": "Guest", "uid": "04A1B2C3D4E5F6"}),
    ("visitor_new", {"forename": "V", "surname": "G", "uid": "04A1B2C3D4E5F6", "until": "May"}),
    ("visitor_new", {"forename": "V", "surname": "G", "uid": "12345", "profile": "decimal"}),
    ("visitor_left", _ANA),
    ("visitor_left", _NOBODY),
    ("card_lost", _NOBODY),
    ("card_block", {**_ANA, "since": "yesterday at noon"}),
    ("person_state", {**_ANA, "what": "eaten"}),
    ("person_find", {"words": 7}),
    ("person_find", {"words": "", "form": "12Q"}),
    ("person_devices", {**_ANA, "kinds": ["radio"]}),
    ("person_devices", {**_ANA, "kinds": [], "count": -1}),
    ("person_devices", {**_ANA, "kinds": "phone", "count": "many"}),
    ("person_agreement", {**_ANA, "on": "2026-02-30", "by": "Eva"}),
    ("person_agreement", {**_ANA, "on": "2999-01-01", "by": "Eva"}),
    ("pass_give", {**_ANA, "begins": "13:00", "ends": "11:00"}),
    ("pass_give", {**_ANA, "begins": "25:00", "ends": "26:00"}),
    ("pass_list", {"admissions": ["1001", "7777"], "begins": "11:00", "ends": "13:00"}),
    ("pass_list", {"admissions": [], "begins": "11:00", "ends": "13:00"}),
    ("exempt", {**_ANA, **_EXEMPT, "kind": "weather"}),
    ("exempt", {**_ANA, **_EXEMPT, "effect": "windows"}),
    ("exempt", {**_ANA, **_EXEMPT, "windows": ["13:00-12:00"]}),
    ("exempt", {**_ANA, **_EXEMPT, "devices": ["radio"]}),
    ("exempt", {**_ANA, **_EXEMPT, "signed_by": "Eva"}),
    ("exemption", {"act": "approve", "number": 10**9}),
    ("exemption", {"act": "forget", "number": 1}),
    ("exemption_signed", {"number": 10**9, "on": "2026-03-02", "by": "Eva"}),
    ("hold_place", {**_ANA, "kind": "grudge"}),
    ("hold_place", _NOBODY),
    ("hold_lift", {"number": "none"}),
    ("roster_import", {"rows": [{"admission": "1001"}]}),
    ("roster_import", {"rows": [_ROW, {**_ROW, "surname": "More"}]}),
    ("roster_import", {"rows": "1001"}),
    ("cubby_open", {"cubby": 99, "reason": "medical"}),
    ("school_import", {"text": "[[week]"}),
    ("school_import", {"text": "no_such_section = 1"}),
)
