"""Zip archives from outside: opened only if what is in them stays small. Pure.

What they hold is never written to a disk; each part is read as it is asked for, and no further than
its own entry says.
"""

import io
import zipfile

from kiosk.errors import BadInput

MAX_EXPANDED = 20 * 1024 * 1024  # bytes, all members together
MAX_RATIO = 100
SMALL = 100 * 1024  # bytes; a member that expands to less does no harm by its ratio
MAX_MEMBERS = 1000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def open_archive(data: bytes) -> zipfile.ZipFile:
    """The archive, if it can be opened and does not grow beyond measure.

    Raises:
        BadInput: it is damaged, locked or a bomb.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except Exception:  # whatever a broken directory makes of the reader
        raise BadInput("the file is damaged: export it again, or copy it here again") from None
    _check(archive.infolist())
    return archive


def _check(members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename for member in members]
    if len(members) > MAX_MEMBERS:
        raise BadInput(f"the archive has {len(members)} files in it; at most {MAX_MEMBERS} do")
    if len({*names}) < len(names):
        raise BadInput("the archive has two files of one name in it")
    if any(member.flag_bits & 1 for member in members):
        raise BadInput("the archive is locked by a password: make one without")
    if any(member.compress_type not in _METHODS for member in members):
        raise BadInput("the archive is packed in an unusual way: make an ordinary zip")
    if sum(member.file_size for member in members) > MAX_EXPANDED:
        raise BadInput(f"the file unpacks to more than {MAX_EXPANDED // 1024 // 1024} MiB")
    for member in members:
        if member.file_size > max(SMALL, MAX_RATIO * member.compress_size):
            raise BadInput(f"the file unpacks to more than {MAX_RATIO} times its size")


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """One file of an archive. Raises BadInput: it is damaged."""
    try:
        return archive.read(name)
    except Exception:  # zlib, checksum, or a lie in its header
        raise BadInput(f"{name} in the archive is damaged: export it again") from None
