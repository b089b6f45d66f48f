"""Acts about a person: passes, going home, arrangements, marks, their device in the office."""

from collections.abc import Callable
from functools import partial

from kiosk.messages import Command
from kiosk.messages.agreements import AskLeadFirst, NoteAgreement
from kiosk.messages.arrangements import EndPass, GivePass, GrantExemption, LetGoHome, TakeIn
from kiosk.messages.cubbies import WishCubbies
from kiosk.messages.incidents import (
    MarkExpected,
    MarkNotExpected,
)
from kiosk.messages.signs import AdaptSigns
from kiosk.model import Wishes
from kiosk.policy.devices import kinds_of
from kiosk.policy.languages import LANGUAGES
from kiosk.policy.roles import Permission
from kiosk.state.arrangements import Exemption, ExemptionEffect, ExemptionKind
from kiosk.state.incidents import Why
from webui.acts.act import About, Scene, StaffAct, Wrong, any_of
from webui.acts.asking import (
    NOTE,
    SIGNED,
    check_signed,
    choice,
    is_pupil,
    kinds_field,
    moment_now,
    noted,
    tick,
)
from webui.acts.fields import Field, Kind, Options, Values

KINDS = {
    ExemptionKind.MEDICAL: "Medical need",
    ExemptionKind.ADJUSTMENT: "Reasonable adjustment",
    ExemptionKind.OTHER: "Another reason",
}
EFFECTS = {
    ExemptionEffect.KEEP: "Keeps the device with them",
    ExemptionEffect.WINDOWS: "May take it out at the times below",
    ExemptionEffect.ALWAYS: "May take it out at any time",
    ExemptionEffect.EARLY: "May collect early, at the times below",
}
_NEED_WINDOW = (ExemptionEffect.WINDOWS, ExemptionEffect.EARLY)


def _has_pass(scene: Scene) -> bool:
    return scene.subject.person_id in scene.standing.state.passes


def _stays(scene: Scene) -> bool:
    memory, person = scene.standing.state, scene.subject.person_id
    given = memory.going_home.get(person)
    return given is None or scene.rules.timetable.local(given.at).date() != scene.local.date()


def _is_marked(scene: Scene) -> bool:
    marked = scene.standing.state.casebook.marked.get(scene.subject.person_id)
    return marked == scene.local.date()


def _is_unmarked(scene: Scene) -> bool:
    return is_pupil(scene) and not _is_marked(scene)


def _give_pass(actor: str, scene: Scene, said: Values) -> Command:
    if said["ends"] <= said["begins"]:
        raise Wrong("ends", "The pass ends before it begins.")
    person = scene.subject.person_id
    return GivePass(actor, person, said["begins"], said["ends"], said["back"], **noted(said))


def _at_three(scene: Scene) -> str:
    """The end of the school's day, as a form has it; the hour ahead where that is past."""
    release = scene.rules.timetable.next_release(scene.local)
    ends = release if release and release.date() == scene.local.date() else None
    return f"{ends or scene.local:%Y-%m-%dT%H:%M}"


def _grant(actor: str, scene: Scene, said: Values) -> Command:
    effect = ExemptionEffect(said["effect"])
    windows = [(said["from"], said["to"])] if said["from"] and said["to"] else []
    if effect in _NEED_WINDOW and not windows:
        raise Wrong("from", "Say from when to when.")
    if windows and windows[0][0] >= windows[0][1]:
        raise Wrong("to", "The time ends before it begins.")
    begins = said["begins"] or scene.local.date()
    if said["ends"] and said["ends"] < begins:
        raise Wrong("ends", "The last day is before the first.")
    granted = Exemption(
        0,
        scene.subject.person_id,
        ExemptionKind(said["kind"]),
        effect,
        begins,
        said["ends"],
        said["review"],
        tuple(windows) if effect in _NEED_WINDOW else (),
        devices=kinds_of(said["devices"]),
        signed_on=said["signed_on"],
    )
    check_signed(said)
    return GrantExemption(actor, granted, said["signed_by"], **noted(said))


def _mark(why: Why) -> Callable[[str, Scene, Values], Command]:
    return lambda actor, scene, said: MarkNotExpected(actor, scene.subject.person_id, why)


def _cubbies(scene: Scene) -> Options:
    return [(str(number), f"Cubby {number}") for number in sorted(scene.rules.cubbies)]


def _wish(actor: str, scene: Scene, said: Values) -> Command:
    preferred = tuple(int(number) for number in said["preferred"])
    wishes = Wishes(preferred, said["accessible"], said["large"])
    return WishCubbies(actor, scene.subject.person_id, wishes)


SCHOOLS = "school"  # their language is the school's
_LANGUAGES = [(SCHOOLS, "The school’s"), *((code, one.name) for code, one in LANGUAGES.items())]


def _adapt(actor: str, scene: Scene, said: Values) -> Command:
    language = "" if said["language"] == SCHOOLS else said["language"]
    person = scene.subject.person_id
    return AdaptSigns(actor, person, language, said["low_sensory"], said["more_time"])


def _language(scene: Scene) -> str:
    person = scene.subject.person
    return person.language or SCHOOLS if person else SCHOOLS


def _is_calm(scene: Scene) -> str:
    person = scene.subject.person
    return "yes" if person and person.low_sensory else ""


def _has_time(scene: Scene) -> str:
    person = scene.subject.person
    return "yes" if person and person.more_time else ""


def _agree(actor: str, scene: Scene, said: Values) -> Command:
    on = None if said["unsigned"] else said["on"]
    if on is None and not said["unsigned"]:
        raise Wrong("on", "Say on which day it was signed.")
    if on is not None and not said["by"]:
        raise Wrong("by", "Say who signed it.")
    return NoteAgreement(actor, scene.subject.person_id, on, said["by"])


def _lead_first(actor: str, scene: Scene, said: Values) -> Command:
    return AskLeadFirst(actor, scene.subject.person_id, said["lead_first"])


def _asks_lead(scene: Scene) -> str:
    person = scene.subject.person
    return "yes" if person and person.lead_first else ""


_act = partial(StaffAct, about=About.PERSON)


P = Permission
PERSON_ACTS: tuple[StaffAct, ...] = (
    _act(
        name="pass",
        title="Give a pass",
        permissions=any_of(P.PASS),
        hint="They may take their device out once, between these times.",
        fields=(
            Field("begins", "From", Kind.MOMENT, is_required=True, default=moment_now),
            Field("ends", "To", Kind.MOMENT, is_required=True, default=_at_three),
            Field(
                "back",
                "They bring it back",
                Kind.YES,
                "Their cubby is kept for it, and it is told when it is overdue.",
                default=lambda scene: "yes",
            ),
            NOTE,
        ),
        make=_give_pass,
        done="The pass is given.",
    ),
    _act(
        name="end-pass",
        title="Take the pass back",
        permissions=any_of(P.PASS),
        make=lambda actor, scene, said: EndPass(actor, scene.subject.person_id),
        done="The pass is taken back.",
        is_offered=_has_pass,
    ),
    _act(
        name="going-home",
        title="Going home now",
        permissions=any_of(P.GOING_HOME),
        hint=(
            "Their next tap gives their device back, and they are not expected back today. No "
            "cause is kept."
        ),
        make=lambda actor, scene, said: LetGoHome(actor, scene.subject.person_id),
        done="Their next tap collects.",
        is_offered=_stays,
    ),
    _act(
        name="arrangement",
        title="Make an arrangement",
        permissions=any_of(P.EXEMPT_TODAY, P.APPROVE),
        hint=(
            "Anybody on duty may grant today’s; a lasting one works once head or SLT have "
            "approved it."
        ),
        fields=(
            choice("kind", "Why", KINDS),
            choice("effect", "What it lets them do", EFFECTS),
            Field("from", "From (time of day)", Kind.TIME),
            Field("to", "To (time of day)", Kind.TIME),
            Field("begins", "First day", Kind.DAY, "Empty: today."),
            Field("ends", "Last day", Kind.DAY, "Empty: no end."),
            Field("review", "Look at it again on", Kind.DAY),
            kinds_field("devices", "Which devices", "None: any of theirs."),
            *SIGNED,
            NOTE,
        ),
        make=_grant,
        done="The arrangement is made.",
    ),
    _act(
        name="none-today",
        title="Has none today",
        permissions=any_of(P.NONE_TODAY),
        make=_mark(Why.NONE_TODAY),
        done="They are not expected today.",
        is_offered=_is_unmarked,
    ),
    _act(
        name="late-bus",
        title="Late bus",
        permissions=any_of(P.LATE_BUS),
        make=_mark(Why.LATE_BUS),
        done="They are not expected yet.",
        is_offered=_is_unmarked,
    ),
    _act(
        name="expected",
        title="Expected after all",
        permissions=any_of(P.LATE_BUS),
        make=lambda actor, scene, said: MarkExpected(actor, scene.subject.person_id),
        done="They are expected again.",
        is_offered=_is_marked,
    ),
    _act(
        name="take-in",
        title="The office has their device",
        permissions=any_of(P.HOLD_OFFICE),
        hint="It was brought to the office, or taken out of an opened cubby.",
        fields=(NOTE,),
        make=lambda actor, scene, said: TakeIn(actor, scene.subject.person_id, **noted(said)),
        done="The device is with the office.",
    ),
    _act(
        name="wishes",
        title="Which cubby they get",
        permissions=any_of(P.CUBBIES),
        fields=(
            Field("preferred", "These first", Kind.SOME, options=_cubbies),
            tick("accessible", "Within reach from a wheelchair"),
            tick("large", "Large enough for a tablet"),
        ),
        make=_wish,
        done="Their cubbies are noted.",
    ),
    _act(
        name="signs",
        title="Language, calm and time of their signs",
        permissions=any_of(P.ROSTER),
        hint="On the pupils’ screen, and by lamp and buzzer, whenever a sign is for them.",
        fields=(
            Field(
                "language",
                "Language",
                Kind.CHOICE,
                is_required=True,
                options=lambda scene: _LANGUAGES,
                default=_language,
            ),
            Field(
                "low_sensory",
                "Calm",
                Kind.YES,
                "Dim, silent, still, and slower.",
                default=_is_calm,
            ),
            Field(
                "more_time",
                "More time",
                Kind.YES,
                "Three times as long at the door before they are reminded.",
                default=_has_time,
            ),
        ),
        make=_adapt,
        done="Their signs are adapted.",
    ),
    _act(
        name="agreement",
        title="Home-school agreement",
        permissions=any_of(P.ROSTER),
        hint="Whether it is signed changes nothing at the kiosk.",
        fields=(
            Field("on", "Signed on", Kind.DAY),
            Field("by", "By whom", hint="The pupil, and whoever signed for them."),
            tick("unsigned", "It is not signed"),
        ),
        make=_agree,
        done="It is noted.",
        is_offered=is_pupil,
    ),
    _act(
        name="lead-first",
        title="Duty lead first",
        permissions=any_of(P.PRIVATE),
        hint="Whoever hands their device to somebody else is told to call you first, and no more.",
        fields=(Field("lead_first", "Call the duty lead first", Kind.YES, default=_asks_lead),),
        make=_lead_first,
        done="It is noted.",
    ),
)
