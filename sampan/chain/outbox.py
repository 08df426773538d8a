"""What is on its way: a signed act is on disk before it leaves, so that no run does again what an earlier one began.

A file an act, in a folder for the chain and the account, locked by the process that sends it. A file that nobody holds
was left by a run that died: the next run takes it over and looks on the chain what became of it. Files hold signed
transactions, which anybody may see, and no key. What cannot be read is left alone: the chain is the truth, not a file.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from sampan.chain.transactions import Call
from sampan.errors import BadInput, Busy, Missing, UsageError
from sampan.files import parse_json
from sampan.suite.tell import checksum

if TYPE_CHECKING:
    from sampan.chain.connection import Connection
    from sampan.config import Settings

logger = logging.getLogger(__name__)

SCHEMA = "sampan.outbox/1"
HOLDER = "held-by"
"""The file in which a run that wants to be alone says which process it is."""


@dataclass(slots=True, eq=False)
class Sent:
    """One act on its way: its call, its nonce (-1: another signed it), and every transaction signed for that nonce.

    `since` is the number and the hash of the newest block when it was signed.
    """

    call: Call
    nonce: int
    gas: int
    raws: list[bytes] = field(default_factory=list)
    since: tuple[int, str] = (0, "")
    max_fee: int = 0
    """The most that the newest transaction offers for one gas, in wei, and of it the tip."""
    tip: int = 0
    accepted: bool = False
    """Whether a node took it in this run."""
    handed: bool = False
    """Whether its bytes went to a node, which may have passed them on whatever it answered."""
    stood: bool = False
    """Whether it was seen in a block."""
    failed: bool = False
    """Whether it was mined and refused: nothing of it was done."""
    last_sent: float = 0.0
    slip: Slip | None = None
    asked: str = ""
    """What its run was asked for (`Sender.asked`)."""

    def is_for(self, call: Call) -> bool:
        """Whether it is the act that is asked for, whatever was signed to be shown beside it."""
        return (self.call.to, self.call.act, self.call.value) == (call.to, call.act, call.value)


class Slip:
    """The file of one act, locked while this process has it."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path = path
        self._file: IO[bytes] | None = file

    def write(self, sent: Sent) -> None:
        """Have the disk keep the act as it is now. Raises `Missing` when the disk does not."""
        assert self._file is not None, "the act is done with"
        line = {
            "schema": SCHEMA,
            "label": sent.call.label,
            "to": sent.call.to,
            "value": sent.call.value,
            "data": "0x" + sent.call.data.hex(),
            "alone": "0x" + sent.call.alone.hex(),
            "nonce": sent.nonce,
            "gas": sent.gas,
            "max_fee": sent.max_fee,
            "tip": sent.tip,
            "since": list(sent.since),
            "raws": ["0x" + raw.hex() for raw in sent.raws],
            "asked": sent.asked,
        }
        try:
            # A line more: what is cut off by the death of the process leaves the line before it whole.
            self._file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _cannot_be_kept(self._path, error) from None

    def drop(self) -> None:
        """The act is done, and that was told: take the file away."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)
        self.leave()

    def leave(self) -> None:
        """Whoever asks for the act next takes it up, this process or another."""
        if self._file is not None:
            # On a full disk closing tries to write once more.
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None


class Outbox:
    """A folder of acts on their way, of any chains and accounts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _place(self, connection: Connection, address: str) -> Path:
        return self.folder / f"{connection.chain_id}-{connection.genesis_hash[2:12]}" / address

    def slip(self, connection: Connection, address: str, nonce: int) -> Slip:
        """A new file, locked. Raises `Missing` when the folder cannot be written."""
        place = self._place(connection, address)
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            for number in range(1_000):
                path = place / f"{nonce}-{os.getpid()}-{number}.json"
                with contextlib.suppress(FileExistsError):
                    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
                    file = os.fdopen(handle, "r+b")
                    _lock(file)
                    return Slip(path, file)
        except OSError as error:
            raise _cannot_be_kept(place, error) from None
        raise UsageError("too many acts are on their way", subject=str(place), hint="look what they are")

    @contextlib.contextmanager
    def turn(self, connection: Connection, address: str) -> Iterator[None]:
        """One process at a time takes a nonce of an account, until a node has what was signed for it: two would sign
        the same bytes for the same act, and each would find it done. Raises `Missing` for a folder that cannot be made.
        """
        place = self._place(connection, address)
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = -1 if sys.platform == "win32" else os.open(place, os.O_RDONLY)
        except OSError as error:
            raise _cannot_be_kept(place, error) from None
        try:
            if handle >= 0:
                import fcntl

                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            if handle >= 0:
                os.close(handle)

    def left(self, connection: Connection, address: str) -> list[Sent]:
        """The acts that runs which died left behind, by nonce; each is this process's from now on."""
        found = []
        with contextlib.suppress(OSError):
            for path in sorted(self._place(connection, address).glob("*.json")):
                sent = _taken_over(path)
                if sent is not None:
                    found.append(sent)
        return sorted(found, key=lambda sent: sent.nonce)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else while this lasts; an empty folder is gone afterwards.

        Raises `Busy` while another run has it, `Missing` when it cannot be made.
        """
        handle = -1 if sys.platform == "win32" else self._held()
        try:
            with contextlib.suppress(OSError):
                (self.folder / HOLDER).write_text(str(os.getpid()), encoding="ascii")
            yield
            self._clear()
        finally:
            if handle >= 0:
                os.close(handle)

    def _whose(self) -> str:
        """The process that has the folder, where it said so."""
        try:
            return f" (process {int((self.folder / HOLDER).read_text(encoding='ascii'))})"
        except (OSError, ValueError):
            return ""

    def _held(self) -> int:
        """The folder, made if need be, locked, and still the folder of that name once the lock is ours."""
        while True:
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                handle = os.open(self.folder, os.O_RDONLY)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise _cannot_be_kept(self.folder, error) from None
            if not _locked(handle):
                os.close(handle)
                raise Busy(
                    f"another run is at work on this{self._whose()}",
                    subject=str(self.folder),
                    hint="call again when it has ended",
                )
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), self.folder.stat()):
                    return handle
            # The run before took the folder away just now.
            os.close(handle)

    def _clear(self) -> None:
        """Takes away folders in which nothing is left."""
        with contextlib.suppress(OSError):
            (self.folder / HOLDER).unlink(missing_ok=True)
            for chain in self.folder.iterdir():
                for account in chain.iterdir():
                    account.rmdir()
                chain.rmdir()
            self.folder.rmdir()


def outbox_of(settings: Settings, connection: Connection) -> Outbox | None:
    """The outbox that the settings name; None for a chain that is gone when the process is."""
    folder = settings.path("outbox")
    return None if folder is None or connection.network.fleeting else Outbox(folder)


def _taken_over(path: Path) -> Sent | None:
    """The act of a file that no living process holds; None for another, and for what cannot be read."""
    try:
        file = path.open("r+b")
    except OSError as error:
        logger.info("%s cannot be read (%s)", path, error)
        return None
    if not _lock(file) or not path.exists():
        file.close()
        return None
    try:
        content = file.read()
        # A line that the death of a process cut off was never handed out; what is written next must not continue it.
        lines = content[: content.rfind(b"\n") + 1].splitlines()
        file.truncate(sum(len(line) + 1 for line in lines))
        file.seek(0, os.SEEK_END)
        slip = Slip(path, file)
        if not lines:
            slip.drop()
            return None
        # Each line holds all of the act: the last one that can be read counts.
        read = (_readable(line, slip) for line in reversed(lines))
        found = next((sent for sent in read if sent is not None), None)
        if found is None:
            logger.info("%s is no act of Sampan's; it is left alone", path)
            slip.leave()
        return found
    except OSError as error:
        logger.info("%s cannot be read (%s)", path, error)
        with contextlib.suppress(OSError):
            file.close()
        return None


def _readable(line: bytes, slip: Slip) -> Sent | None:
    try:
        return _read(parse_json(line), slip)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, BadInput):
        return None


def _read(line: dict[str, Any], slip: Slip) -> Sent:
    if line["schema"] != SCHEMA:
        raise KeyError("schema")
    number, block = line["since"]
    raws = [bytes.fromhex(raw[2:]) for raw in line["raws"]]
    numbers = (int(number), int(line["nonce"]), int(line["gas"]), int(line["max_fee"]), int(line["tip"]))
    if not all(0 <= each < 2**63 for each in numbers) or not isinstance(block, str) or len(block) != 66:
        raise ValueError("no act of Sampan's")
    to = None if line["to"] is None else checksum(line["to"])
    # What is printed of it stays on its line.
    label = " ".join(str(line["label"]).split())[:200]
    # Files were written before the act alone was: such an act is the same where all of its data is.
    data, alone = (bytes.fromhex(text[2:]) for text in (line["data"], line.get("alone", "0x")))
    call = Call(to, data, int(line["value"]), label=label, alone=alone)
    if not raws:
        raise ValueError("nothing was signed")
    return Sent(
        call,
        int(line["nonce"]),
        int(line["gas"]),
        raws,
        (int(number), str(block)),
        int(line["max_fee"]),
        int(line["tip"]),
        handed=True,
        slip=slip,
        asked=str(line.get("asked", "")),
    )


def _lock(file: IO[bytes]) -> bool:
    return _locked(file.fileno())


def _locked(handle: int) -> bool:
    """Locks it for this process, as long as it is open; False when another has it.

    The system takes the lock back when a process is gone, however that comes about.
    """
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _cannot_be_kept(place: Path, error: OSError) -> Missing:
    return Missing(
        f"what is sent cannot be written down first: {error.strerror or error}",
        subject=str(place),
        hint="make room, or name a writable folder with SAMPAN_OUTBOX",
        code="missing.outbox",
    )
