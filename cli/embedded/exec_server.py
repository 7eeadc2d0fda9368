"""Become a server that dies with its parent: `exec_server.py PARENT_PID SIGNAL UID GID PROGRAM ARG...`

A script of its own, not a `preexec_fn`: that would run Python between fork and exec in a process
with threads, which can deadlock. It imports only the standard library, since it is run with `-I -S`.
UID and GID are -1 to stay who we are.

Source: prctl(2), PR_SET_PDEATHSIG: cleared when the user changes, kept over exec, so set in between.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def drop_privileges(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def die_with_parent(parent_pid: int, death_signal: int) -> None:
    """Ask the kernel for `death_signal` once our parent is gone; leave at once if it already is."""
    if sys.platform != "linux":
        return
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent_pid:
        sys.exit("the parent is already gone")


def main() -> None:
    parent_pid, death_signal, uid, gid = map(int, sys.argv[1:5])
    command = sys.argv[5:]
    os.umask(0o077)
    try:
        if uid >= 0:
            drop_privileges(uid, gid)
        die_with_parent(parent_pid, death_signal)
        os.execv(command[0], command)  # noqa: S606 - no shell is what we want
    except OSError as error:
        sys.exit(f"FATAL: cannot run {command[0]} as uid {os.geteuid()}: {error}")


if __name__ == "__main__":
    main()
