"""What the doctor says of one thing: a verdict, and words for whoever has to mend it."""

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """From best to worst. UNKNOWN: it could not be checked here."""

    OK = "ok"
    UNKNOWN = "unknown"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """``name``: the thing examined; ``words``: how it is; ``hint``: what to do about it, or ""."""

    name: str
    verdict: Verdict
    words: str
    hint: str = ""

    @classmethod
    def ok(cls, name: str, words: str) -> "Finding":
        """It is as it should be."""
        return cls(name, Verdict.OK, words)

    @classmethod
    def unknown(cls, name: str, words: str, hint: str = "") -> "Finding":
        """It could not be checked."""
        return cls(name, Verdict.UNKNOWN, words, hint)

    @classmethod
    def warning(cls, name: str, words: str, hint: str) -> "Finding":
        """It works, and will not under every circumstance."""
        return cls(name, Verdict.WARNING, words, hint)

    @classmethod
    def fault(cls, name: str, words: str, hint: str) -> "Finding":
        """The kiosk does not work with it as it is."""
        return cls(name, Verdict.FAULT, words, hint)
