"""The description of the API (OpenAPI 3.1), made from the models that ask and answer."""

from collections.abc import Sequence
from typing import Any

from pydantic.json_schema import models_json_schema

from kiosk import __version__
from webui.api.models import Problem
from webui.api.operations import Operation

Json = dict[str, Any]

REFUSALS = {
    400: "What was asked makes no sense.",
    401: "There is no token, or it is good for nothing.",
    403: "The token lacks the scope.",
    404: "There is nothing of that name.",
    429: "Too many requests. Retry-After says how many seconds to wait.",
    503: "The kiosk cannot answer now.",
}
_REFERENCE = "#/components/schemas/{model}"


def document(operations: Sequence[Operation]) -> Json:
    """The whole description. Its addresses begin at /api/v1."""
    models = [(operation.answer, "serialization") for operation in operations]
    models += [(operation.asked, "validation") for operation in operations]
    _, shapes = models_json_schema(
        [*models, (Problem, "serialization")],  # type: ignore[list-item]
        ref_template=_REFERENCE,
    )
    schemas = shapes["$defs"]
    names = {operation.asked.__name__ for operation in operations}
    asked = {name: schemas.pop(name) for name in names}  # they stand with the parameters
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Phone kiosk",
            "version": __version__,
            "description": "Reads a cabinet of phone cubbies; changes nothing.",
        },
        "servers": [{"url": "/api/v1"}],
        "paths": {o.path: {"get": _operation(o, asked[o.asked.__name__])} for o in operations},
        "components": {
            "schemas": schemas,
            "responses": {str(status): _refusal(status) for status in REFUSALS},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(operation: Operation, asked: Json) -> Json:
    statuses = [status for status in REFUSALS if status != 404 or operation.in_path]
    answer = _REFERENCE.format(model=operation.answer.__name__)
    return {
        "operationId": getattr(operation.read, "__name__", ""),
        "summary": (operation.read.__doc__ or "").partition("\n")[0],
        "security": [{"token": [operation.scope.value]}],
        "parameters": _parameters(operation, asked),
        "responses": {
            "200": {
                "description": "As it is now.",
                "content": {"application/json": {"schema": {"$ref": answer}}},
            },
            **{str(s): {"$ref": f"#/components/responses/{s}"} for s in statuses},
        },
    }


def _parameters(operation: Operation, asked: Json) -> list[Json]:
    return [
        {
            "name": name,
            "in": "path" if name in operation.in_path else "query",
            "required": name in asked.get("required", []),
            "schema": schema,
        }
        for name, schema in asked.get("properties", {}).items()
    ]


def _refusal(status: int) -> Json:
    problem = _REFERENCE.format(model=Problem.__name__)
    told: Json = {
        "description": REFUSALS[status],
        "content": {"application/problem+json": {"schema": {"$ref": problem}}},
    }
    if status == 429:
        seconds = {"schema": {"type": "integer", "minimum": 1}, "required": True}
        told["headers"] = {"Retry-After": seconds}
    return told
