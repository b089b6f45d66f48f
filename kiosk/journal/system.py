"""The system calls of the file layer, in one object, so that another disk can be put under it."""

import fcntl
import os


class System:
    """What the operating system does for a journal. A test's subclass can fail or count calls."""

    open = staticmethod(os.open)
    close = staticmethod(os.close)
    write = staticmethod(os.write)
    fdatasync = staticmethod(os.fdatasync)
    fsync = staticmethod(os.fsync)
    ftruncate = staticmethod(os.ftruncate)
    flock = staticmethod(fcntl.flock)
    urandom = staticmethod(os.urandom)

    def sync_directory(self, path: str) -> None:
        """Make the names in a directory durable."""
        directory = self.open(path or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self.fsync(directory)
        finally:
            self.close(directory)
