"""The page of an act: its form, if need be once more to confirm, and the act itself."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.errors import KioskError
from kiosk.events import Reason
from kiosk.messages import Command
from kiosk.policy.roles import Permission
from webui.access import (
    actor,
    may,
    permissions_held,
    refuse,
    rights,
    signed_in,
    web_session,
)
from webui.acts import ACTS
from webui.acts.act import About, Scene, StaffAct, Subject, Wrong
from webui.acts.fields import Field, Kind, Options, Unreadable, Values, read
from webui.acts.subjects import find_subject
from webui.faults import Fault
from webui.office import office
from webui.wording import reason_words

pages = Blueprint("acts", __name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A field as it is drawn: its options, and what stands in it."""

    field: Field
    options: Options
    answers: tuple[str, ...]

    @property
    def answer(self) -> str:
        """The one answer; "" for none."""
        return self.answers[0] if self.answers else ""


@dataclass(frozen=True, slots=True)
class Offer:
    """An act that can be done here: a link's words and its address."""

    title: str
    href: str


def offers(about: About, key: str) -> list[Offer]:
    """What the reader may do to something now, in the table's order."""
    subject = find_subject(office().service, permissions_held(), about, key)
    if subject is None:
        return []
    theirs = rights()
    scene = _scene(subject)
    return [
        Offer(act.title, url_for("acts.show", name=act.name, key=key))
        for act in ACTS.values()
        if act.about is about and act.is_for(theirs, subject.form) and act.is_offered(scene)
    ]


@pages.get("/acts/<name>/<key>")
@signed_in
def show(name: str, key: str) -> str:
    """The form."""
    act, scene = _found(name, key)
    answers = {field.name: _default(field, scene) for field in act.asked_in(scene)}
    return _form(act, scene, answers, secrets.token_urlsafe(16))


@pages.post("/acts/<name>/<key>")
@signed_in
def carry_out(name: str, key: str) -> Response | str | tuple[str, int]:
    """Do it, or say what is wrong; what opens many doors or ends something is confirmed first."""
    act, scene = _found(name, key)
    answers = {field.name: tuple(request.form.getlist(field.name)) for field in act.asked_in(scene)}
    token = request.form.get("request", "")
    said, faults = _read(act, scene, answers)
    command = None
    if not faults:
        command, faults = _made(act, scene, said)
    if command is None or "change" in request.form:
        return _form(act, scene, answers, token, faults), 400 if faults else 200
    if act.warning and "confirmed" not in request.form:
        return _check(act, scene, answers, token)
    return _submitted(act, scene, answers, token, command)


def _found(name: str, key: str) -> tuple[StaffAct, Scene]:
    """The act and what it is done to, for whoever may; nobody else learns whether it is there."""
    act, theirs = ACTS.get(name), rights()
    if act is None:
        abort(404)
    if not any(theirs.may_somewhere(permission) for permission in act.permissions):
        refuse(*act.permissions)
    subject = find_subject(office().service, theirs.of_all, act.about, key)
    if subject is None:
        abort(404)
    if not act.is_for(theirs, subject.form):
        refuse(*act.permissions)
    return act, _scene(subject)


def _scene(subject: Subject) -> Scene:
    service = office().service
    local = service.rules.timetable.local(service.now().at)
    return Scene(service.rules, service.standing(), local, subject, permissions_held())


def _default(field: Field, scene: Scene) -> tuple[str, ...]:
    return (field.default(scene),) if field.default else ()


def _options(field: Field, scene: Scene) -> Options:
    return field.options(scene) if field.options else ()


def _read(
    act: StaffAct, scene: Scene, answers: Mapping[str, Sequence[str]]
) -> tuple[Values, list[Fault]]:
    said: dict[str, Any] = {}
    faults = []
    for field in act.asked_in(scene):
        try:
            options = _options(field, scene)
            said[field.name] = read(field, answers[field.name], options, scene.rules.timetable)
        except Unreadable as wrong:
            faults.append(Fault(_first_id(field, _options(field, scene)), str(wrong)))
    return said, faults


def _first_id(field: Field, options: Options) -> str:
    """The id of the first thing in the field that can be focused."""
    many = field.kind is Kind.SOME or (field.kind is Kind.CHOICE and len(options) <= FEW)
    return f"{field.name}-1" if many else field.name


FEW = 8  # so many options are buttons side by side; more are a list to choose from


def _made(act: StaffAct, scene: Scene, said: Values) -> tuple[Command | None, list[Fault]]:
    try:
        return act.make(actor(), scene, said), []
    except Wrong as wrong:
        return None, [Fault(wrong.field, str(wrong))]


def _submitted(
    act: StaffAct,
    scene: Scene,
    answers: Mapping[str, tuple[str, ...]],
    token: str,
    command: Command,
) -> Response | tuple[str, int]:
    """Once for each form that was made, however often it is sent."""
    if not office().once.is_first(token):
        return redirect(_way_on(act) or scene.subject.back, 303)
    try:
        outcome = office().service.submit(command)
    except KioskError:
        office().once.forget(token)  # it did not happen, and may be sent again
        raise
    if outcome.granted:
        web_session()["said"] = act.done
        return redirect(_way_on(act, command) or _back(scene.subject), 303)
    why = _why_not(act, outcome.reason)
    refusal = Fault("act", f"Nothing was done: {why}.")
    return _form(act, scene, answers, secrets.token_urlsafe(16), [refusal]), 409


def _why_not(act: StaffAct, reason: Reason | None) -> str:
    """Why it was not done, in words that fit the act."""
    of_the_act = act.refused.get(reason) if reason else None
    return of_the_act or reason_words(reason) or "it was refused"


def _way_on(act: StaffAct, command: Command | None = None) -> str:
    """Where an act leads to; "": back."""
    if command is not None and act.newcomer is not None and may(Permission.SEE_NAMES):
        return url_for("people.show", person=act.newcomer(command))
    return url_for(f"{act.leads_to}.show") if act.leads_to else ""


def _back(subject: Subject) -> str:
    """Where it was come from; what is there no more has no page, but its owner has."""
    if find_subject(office().service, permissions_held(), subject.about, subject.key):
        return subject.back
    person = subject.person
    return url_for("people.show", person=person.id) if person else url_for("cabinet.show")


def _form(
    act: StaffAct,
    scene: Scene,
    answers: Mapping[str, tuple[str, ...]],
    token: str,
    faults: Sequence[Fault] = (),
) -> str:
    return render_template(
        "act.html",
        act=act,
        subject=scene.subject,
        asked=_asked(act, scene, answers),
        few=FEW,
        token=token,
        faults=list(faults),
    )


def _asked(act: StaffAct, scene: Scene, answers: Mapping[str, tuple[str, ...]]) -> list[Asked]:
    return [Asked(f, _options(f, scene), answers[f.name]) for f in act.asked_in(scene)]


def _check(act: StaffAct, scene: Scene, answers: Mapping[str, tuple[str, ...]], token: str) -> str:
    asked = _asked(act, scene, answers)
    return render_template(
        "act_check.html",
        act=act,
        subject=scene.subject,
        asked=asked,
        summary=[(one.field.label, _in_words(one)) for one in asked],
        token=token,
    )


def _in_words(one: Asked) -> str:
    """What was answered, as somebody reads it."""
    if one.field.kind is Kind.YES:
        return "Yes" if one.answer == "yes" else "No"
    words = dict(one.options)
    said = [words.get(answer, answer.replace("T", " ")) for answer in one.answers if answer]
    return ", ".join(said) or "–"
