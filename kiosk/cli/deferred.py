"""Verbs whose modules are loaded when somebody types them: on a small machine, loading all of the
program takes seconds, and most verbs need little of it."""

import gc
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from importlib import import_module

import click


class Deferred(MutableMapping[str, click.Command]):
    """Verbs by their names. ``places``: of each, where it is, as ``module.attribute`` of
    ``package``. ``extended``: which modules put verbs of theirs into one that is a group."""

    def __init__(
        self,
        package: str,
        places: Mapping[str, str],
        extended: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._package = package
        self._places = dict(places)
        self._extended = extended
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._loaded:
            module, attribute = self._places[name].split(".")
            self[name] = getattr(self._module(module), attribute)
            for extending in self._extended.get(name, ()):
                self._module(extending)
        return self._loaded[name]

    def _module(self, name: str) -> object:
        with _uncollected():
            return import_module(f"{self._package}.{name}")

    def __setitem__(self, name: str, verb: click.Command) -> None:
        self._loaded[name] = verb

    def __delitem__(self, name: str) -> None:
        del self._places[name]
        self._loaded.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Nothing of what is loaded is garbage: looking for some takes an eighth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
