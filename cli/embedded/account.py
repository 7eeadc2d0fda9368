"""Who the servers run as, and binaries that account can reach.

PostgreSQL refuses to run as root. Run by root, both servers therefore become an unprivileged account.
That account may be locked out of the folders above ours (a project under a 0700 `/root`), and those are
not ours to open up. Data needs no path: the server starts in its folder and calls it `/proc/self/cwd`.
Binaries do (PostgreSQL looks for its libraries beside its own real path), so out of reach they are copied
once into a folder of root's that everybody can read.
"""

import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cli.embedded.errors import EmbeddedServerError

PREFERRED_ACCOUNTS = ("nobody", "postgres")


@dataclass(frozen=True, slots=True)
class Account:
    """An unprivileged user of this machine."""

    uid: int
    gid: int


def server_account(data: Path) -> Account | None:
    """The account to run a server as whose data lies in `data`; None: as we are, who aren't root."""
    if os.geteuid() != 0:
        return None
    return owner(data) or unprivileged_account()


def owner(folder: Path) -> Account | None:
    """Whose the folder already is; None if it isn't there, or root's."""
    if not folder.exists():
        return None
    found = folder.stat()
    return Account(found.st_uid, found.st_gid) if found.st_uid != 0 else None


def unprivileged_account() -> Account:
    by_name = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    for name in (*PREFERRED_ACCOUNTS, *by_name):
        if name in by_name:
            return Account(by_name[name].pw_uid, by_name[name].pw_gid)
    raise EmbeddedServerError(
        "PostgreSQL refuses to run as root and this machine has no other account: add one, e.g. `useradd forebay`"
    )


def make_folder(folder: Path, account: Account | None) -> None:
    """Make a private folder for the account, unless it is there."""
    if folder.exists():
        return
    folder.mkdir(mode=0o700)
    if account:
        os.chown(folder, account.uid, account.gid)


# ---------------------------------------------------------------- binaries


def reachable_copy(home: Path, parts: Iterable[str], account: Account | None) -> Path:
    """`home` itself if the account can use its `parts`, else a copy of them elsewhere, made only once."""
    files = list(files_of(home, parts))
    if account is None or (open_to_all(home) and all(readable_by_all(home / file) for file in files)):
        return home
    name = f"forebay-{fingerprint(home, files)}"
    for shelf in shelves():
        copy = shelf / name
        if is_trustworthy(copy) and not same_files(home, copy, files):
            shutil.rmtree(copy)
        if not copy.exists():
            copy_aside(home, files, copy)
        if is_trustworthy(copy):
            return copy
    raise EmbeddedServerError(
        f"no other user can read {home} and no temporary folder may hold a copy: "
        "set TMPDIR to a folder that everybody can enter, or run as an ordinary user"
    )


def files_of(home: Path, parts: Iterable[str]) -> Iterator[Path]:
    """Every file under these parts of `home`, relative to it."""
    for part in parts:
        path = home / part
        found = [path] if path.is_file() else path.rglob("*")
        yield from sorted(file.relative_to(home) for file in found if file.is_file())


def open_to_all(folder: Path) -> bool:
    """Whether everybody may pass through this folder and all above it."""
    return all(above.stat().st_mode & stat.S_IXOTH for above in (folder, *folder.resolve().parents))


def readable_by_all(file: Path) -> bool:
    return bool(file.stat().st_mode & stat.S_IROTH and file.parent.stat().st_mode & stat.S_IXOTH)


def shelves() -> Iterator[Path]:
    """Folders of this machine where a program may lie that everybody runs."""
    for candidate in dict.fromkeys(map(Path, (tempfile.gettempdir(), "/var/tmp", "/var/cache"))):  # noqa: S108
        if candidate.is_dir() and open_to_all(candidate) and not os.statvfs(candidate).f_flag & os.ST_NOEXEC:
            yield candidate


def fingerprint(home: Path, files: Iterable[Path]) -> str:
    """Changes whenever one of the files does."""
    digest = hashlib.sha256()
    for file in files:
        found = (home / file).stat()
        digest.update(f"{home / file}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def copy_aside(home: Path, files: Iterable[Path], copy: Path) -> None:
    """Copy the files, readable by all; complete or not at all, whoever else does the same just now."""
    draft = Path(tempfile.mkdtemp(dir=copy.parent, prefix=f".{copy.name}-"))
    try:
        for file in files:
            (draft / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(home / file, draft / file)
        for made in (draft, *draft.rglob("*")):
            made.chmod(0o755)
        draft.rename(copy)
    except OSError:
        shutil.rmtree(
            draft, ignore_errors=True
        )  # no room, or a rival was first: the caller looks what's there


def is_trustworthy(copy: Path) -> bool:
    """Whether only root can have put it there: in a shared folder anybody could take its name first."""
    if not copy.exists():
        return False
    found = copy.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and not found.st_mode & 0o022


def same_files(home: Path, copy: Path, files: Iterable[Path]) -> bool:
    """Whether nothing has been swept out of the copy, as cleaners of temporary folders do."""
    return all(
        (copy / file).is_file() and (copy / file).stat().st_size == (home / file).stat().st_size
        for file in files
    )
