"""How a function becomes a part of the API: what it asks and answers stands in its signature, and
both the route and the description are made from that."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_type_hints

from flask import Blueprint, request
from pydantic import ValidationError
from werkzeug.wrappers import Response

from kiosk.arguments import argument_faults
from kiosk.policy.scopes import Scope
from webui.access import for_programs
from webui.api.models import Model
from webui.api.problems import Refused

Reader = Callable[[Any], Model]


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be read. ``path``: with {name} where a field of ``asked`` stands."""

    path: str
    scope: Scope
    read: Reader
    asked: type[Model]
    answer: type[Model]

    @property
    def in_path(self) -> frozenset[str]:
        """The fields of ``asked`` that stand in the path."""
        return frozenset(re.findall(r"{(\w+)}", self.path))


class Operations:
    """All there are, and the routes to them on one blueprint."""

    def __init__(self, pages: Blueprint) -> None:
        self._pages = pages
        self.all: list[Operation] = []

    def reads(self, path: str, scope: Scope) -> Callable[[Reader], Reader]:
        """Make a function answer at that path whoever has a token with that scope."""

        def add(read: Reader) -> Reader:
            hints = get_type_hints(read)
            answer = hints.pop("return")
            (asked,) = hints.values()
            self._add(Operation(path, scope, read, asked, answer))
            return read

        return add

    def _add(self, operation: Operation) -> None:
        def view(**in_path: str) -> Response:
            told = operation.read(_asked(operation, in_path))
            return Response(told.model_dump_json(), content_type="application/json")

        rule = operation.path.replace("{", "<").replace("}", ">")
        name = getattr(operation.read, "__name__", "")
        self._pages.add_url_rule(rule, name, for_programs(operation.scope)(view))
        self.all.append(operation)


def _asked(operation: Operation, in_path: dict[str, str]) -> Model:
    """What was asked. Raises Refused: it makes no sense, and each fault is told."""
    given: dict[str, object] = {
        name: values[0] if len(values) == 1 else values
        for name, values in request.args.to_dict(flat=False).items()
    }
    if twice := sorted(given.keys() & in_path.keys()):
        raise Refused(400, f"{', '.join(twice)}: stands in the path already")
    try:
        return operation.asked.model_validate({**given, **in_path})
    except ValidationError as wrong:
        is_elsewhere = any(fault["loc"][:1] == (n,) for fault in wrong.errors() for n in in_path)
        raise Refused(404 if is_elsewhere else 400, argument_faults(wrong)) from None
