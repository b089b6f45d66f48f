"""The API is as its description says: asked by schemathesis all that the description allows, and
much that it does not."""

import json

import schemathesis
from api_fixtures import EVERYTHING, Program, program
from hypothesis import HealthCheck, settings
from webui_fixtures import ANA, BEN, hand_in, site

import kiosk
from webui.api.pace import Pace

PATH = "/api/v1/openapi.json"


def reader() -> Program:
    """A program that may read everything, as often as it likes, of a kiosk with something in it."""
    page = site()
    hand_in(page.service, ANA)
    hand_in(page.service, BEN)
    object.__setattr__(page.app.extensions["office"], "pace", Pace(at_once=1_000_000))
    return program(*EVERYTHING, on=page)


READER = reader()
schema = schemathesis.openapi.from_wsgi(PATH, READER.site.app)


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_description_has(case: schemathesis.Case) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {READER.text}"})


def test_the_description_can_be_read_without_a_token_and_names_nobody() -> None:
    answer = READER.site.get(PATH)
    assert (answer.status_code, answer.json["openapi"]) == (200, "3.1.0")
    assert answer.json["info"]["version"] == kiosk.__version__
    assert "Oak Lane" not in answer.text


def test_every_route_is_in_the_description_and_the_other_way_round() -> None:
    rules = {rule.rule for rule in READER.site.app.url_map.iter_rules()}
    routes = {rule.removeprefix("/api/v1") for rule in rules if rule.startswith("/api/")}
    paths = READER.site.get(PATH).json["paths"]
    described = {path.replace("{", "<").replace("}", ">") for path in paths}
    assert described == routes - {"/openapi.json"}


def test_every_field_of_an_answer_is_described() -> None:
    schemas = READER.site.get(PATH).json["components"]["schemas"]
    told = READER.told("/events?limit=1")["events"][0]
    assert told.keys() == schemas["EventTold"]["properties"].keys()
    assert schemas["EventTold"]["additionalProperties"] is False
    assert json.dumps(schemas).count("description") > 10
