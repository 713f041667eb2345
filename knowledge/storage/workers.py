"""Which of the processes that share a database are alive: told by a lock that dies with each."""

from __future__ import annotations

import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

# Bits of a worker's number: so many that no two are alike, few enough for any file system.
BITS = 48


class Worker:
    """A process among those on one host that share a database: the one this runs in.

    Its number stands for a byte of a file, locked for as long as the process lives: no clock, no
    time-out, and nothing to clear away after a crash. A process that is merely slow is alive.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._number = 0

    @property
    def number(self) -> int:
        """Give the worker's number, its byte locked when this is first asked for."""
        if not self._number:
            self._number = secrets.randbits(BITS) | 1
            # Where the file cannot be had, others take this process for a dead one, as they would
            # after a crash.
            with suppress(OSError):
                self._lock(self._number)
        return self._number

    def is_alive(self, number: int) -> bool:
        """Tell whether a worker is at work in another process."""
        if sys.platform == "win32" or self._file is None or number in (0, self._number):
            return False
        try:
            # Shared, so that two who look at once do not take each other for the worker.
            fcntl.lockf(self._file, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, number)
        except OSError:
            return True
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, number)
        return False

    def close(self) -> None:
        """Let others take over what this worker had begun."""
        if self._file is not None:
            os.close(self._file)
        self._file, self._number = None, 0

    def _lock(self, number: int) -> None:
        if sys.platform == "win32":
            # There, one process at a time.
            return
        # Opened once: closing any second opening would give up the lock.
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
        except OSError:
            os.close(file)
            raise
        self._file = file
