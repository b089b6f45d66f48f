"""The system calls of the file layer, in one object, so that another disk can be put under it."""

import fcntl
import os


class System:
    """What the operating system does for a record: every call that can change or lose something,
    and what tells whether such calls are of any use.

    A test's subclass can count, fail or record the calls. Reading files is not among them.
    """

    open = staticmethod(os.open)
    close = staticmethod(os.close)
    write = staticmethod(os.write)
    pwrite = staticmethod(os.pwrite)
    fdatasync = staticmethod(os.fdatasync)
    fsync = staticmethod(os.fsync)
    ftruncate = staticmethod(os.ftruncate)
    replace = staticmethod(os.replace)
    link = staticmethod(os.link)
    unlink = staticmethod(os.unlink)
    mkdir = staticmethod(os.mkdir)
    flock = staticmethod(fcntl.flock)
    statvfs = staticmethod(os.statvfs)
    urandom = staticmethod(os.urandom)

    def sync_directory(self, path: str) -> None:
        """Make the names in a directory durable."""
        directory = self.open(path or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self.fsync(directory)
        finally:
            self.close(directory)


class Hasty(System):
    """A disk that is believed at once: for records that nobody keeps, as of a demo."""

    fdatasync = staticmethod(lambda fd: None)
    fsync = staticmethod(lambda fd: None)
