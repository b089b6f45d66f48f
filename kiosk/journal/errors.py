"""What can go wrong with a journal file. All of them are a JournalError."""

import os
from typing import Self


class JournalError(Exception):
    """A journal cannot be opened, read or written as asked."""


class Damaged(JournalError):
    """A file holds bytes that no crash explains. Nothing was changed in it.

    ``line`` counts from 1 (the header), ``offset`` in bytes from 0; every line of a journal before
    it is sound. 0: a segment's, where lines are sought and not counted.
    """

    def __init__(self, path: str, line: int, offset: int, what: str) -> None:
        super().__init__(path, line, offset, what)
        self.path = path
        self.line = line
        self.offset = offset
        self.what = what

    @property
    def where(self) -> str:
        """The file, the line if it is known, and the byte, and what is wrong there."""
        line = f"line {self.line}, " if self.line else ""
        return f"{self.path}: {line}at byte {self.offset}: {self.what}"

    def __str__(self) -> str:
        if not self.line:
            return f"{self.where}. What is sound of it is read all the same."
        return (
            f"{self.where}. Sound lines before it: {self.line - 1}. The file was left as it is: "
            "keep a copy, then restore a backup, or write the sound lines into a new journal."
        )


class NewerFormat(JournalError):
    """A journal was written by a later version of this software. It was left as it is."""

    def __init__(self, path: str, version: int, known: int) -> None:
        super().__init__(path, version, known)
        self.path = path
        self.version = version
        self.known = known

    def __str__(self) -> str:
        return (
            f"{self.path}: has format version {self.version}, and this software knows versions "
            f"up to {self.known}. Use the software that wrote it, or a later one."
        )


class InUse(JournalError):
    """Another opener, in this process or another, holds the journal."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path}: is in use. A journal has one owner at a time; close the other first."


class WriteFailed(JournalError, OSError):
    """An operation did not reach the disk. Memory is as before; ``errno`` says why.

    ``broken``: nothing can be written to this file any more until it is opened anew. Otherwise
    the file was cut back to the last good byte, and a later write may succeed.
    """

    broken = False

    @classmethod
    def because(cls, fault: OSError, path: str, *, broken: bool) -> Self:
        """The error for a failed system call."""
        number = fault.errno or 0
        failed = cls(number, fault.strerror or os.strerror(number), path)
        failed.broken = broken
        return failed
