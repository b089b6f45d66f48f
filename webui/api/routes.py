"""What other programs may read: one function each."""

from functools import cache

from flask import Blueprint, Response, json

from kiosk.lists import LISTS, Scene, list_table, make_list
from kiosk.policy.scopes import Scope
from webui.access import public
from webui.api import answers
from webui.api.gate import has, scopes
from webui.api.models import (
    Cubbies,
    Events,
    EventsAsked,
    ListAsked,
    ListsThere,
    ListTold,
    Nothing,
    Status,
)
from webui.api.openapi import document
from webui.api.operations import Operations
from webui.api.problems import Refused
from webui.api.telling import events_since
from webui.office import office
from webui.wording import People

pages = Blueprint("api", __name__, url_prefix="/api/v1")
_operations = Operations(pages)


@pages.get("/openapi.json")
@public
def description() -> Response:
    """What there is to read, and how."""
    return Response(_description(), content_type="application/json")


@_operations.reads("/status", Scope.STATUS)
def status(asked: Nothing) -> Status:
    """How the kiosk is: its parts, the phase, how many cubbies are what, and alerts."""
    return answers.status()


@_operations.reads("/cubbies", Scope.CUBBIES)
def cubbies(asked: Nothing) -> Cubbies:
    """Each cubby and its state."""
    return answers.cubbies(_people())


@_operations.reads("/events", Scope.EVENTS)
def events(asked: EventsAsked) -> Events:
    """The events after a number, oldest first."""
    return events_since(office().service, scopes(), asked.after, asked.limit)


@_operations.reads("/lists", Scope.LISTS)
def lists(asked: Nothing) -> ListsThere:
    """Which lists there are."""
    return ListsThere(lists={name: kind.title for name, kind in LISTS.items()})


@_operations.reads("/lists/{name}", Scope.LISTS)
def list_(asked: ListAsked) -> ListTold:
    """One list, as of now."""
    people, service = _people(), office().service
    if asked.form and not people.sees_names:
        raise Refused(403, f"form: this token lacks the scope {Scope.NAMES.value}.")
    scene = Scene.of(service.rules, service.standing(), service.now())
    table = list_table(make_list(asked.name, scene, asked.form), people)
    return answers.listing(table, people)


def _people() -> People:
    """Who is meant by an id, as far as the token may be told."""
    return People(office().service.standing().roster, has(Scope.NAMES))


@cache
def _description() -> str:
    return json.dumps(document(_operations.all))
