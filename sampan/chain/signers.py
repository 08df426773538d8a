"""Signers: who can sign for an address, and where keys come from.

A *signer* is an address with `sign` (a transaction) and `sign_typed` (EIP-712). Its key comes from an encrypted
keystore (Web3 Secret Storage v3, the format of ape's accounts too), from `SAMPAN_PRIVATE_KEY`, from ape, or, on a
development chain, from the published phrase. Keys are never printed, logged or written unencrypted.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import re
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from sampan.chain.keys import KeySigner as KeySigner  # noqa: PLC0414  (callers find all signers here)
from sampan.chain.keys import Signer as Signer  # noqa: PLC0414
from sampan.errors import BadInput, Missing, SampanError, UsageError
from sampan.files import parse_json, read_up_to
from sampan.suite.tell import checksum

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sampan.config import Settings

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
LARGEST_KEYSTORE = 64_000
ENVIRONMENT = "environment"
"""The name under which `--from` means the key in `SAMPAN_PRIVATE_KEY`."""


class ApeSigner:
    """An account of ape's, which asks for its own password and may be a device."""

    def __init__(self, account: Any) -> None:
        """`account` is what `ape.accounts.load(...)` gives, or the one that `ape run` hands over."""
        self._account = account
        self.address: str = str(account.address)

    def __repr__(self) -> str:
        return f"ApeSigner({self.address})"

    def sign(self, transaction: dict[str, Any]) -> bytes:
        import ape

        fields = {**transaction, "from": self.address}
        signed = self._account.sign_transaction(ape.networks.ethereum.create_transaction(**fields))
        if signed is None:
            raise Missing("the account did not sign", subject=self.address, hint="was the signature refused?")
        return bytes(signed.serialize_transaction())

    def sign_typed(self, data: dict[str, Any]) -> bytes:
        from eth_account.messages import encode_typed_data

        signature = self._account.sign_message(encode_typed_data(full_message=data))
        if signature is None:
            raise Missing("the account did not sign", subject=self.address, hint="was the signature refused?")
        return bytes(signature.encode_rsv())


@dataclass(frozen=True, slots=True)
class Watcher:
    """An account whose key is not here: it rehearses, and others sign and send what was prepared for it."""

    address: str

    def sign(self, transaction: dict[str, Any]) -> NoReturn:
        raise self._no_key()

    def sign_typed(self, data: dict[str, Any]) -> NoReturn:
        raise self._no_key()

    def _no_key(self) -> Missing:
        return Missing(
            "its key is not here",
            subject=self.address,
            hint="--dry-run needs none; --unsigned FILE writes what a Safe or a wallet elsewhere is to send or sign",
        )


def find(
    reference: str | None,
    settings: Settings,
    *,
    development: bool,
    default_role: str | None = None,
    ask: Callable[[str], str] | None = None,
) -> Signer:
    """The signer that `--from` means.

    `reference` is a role (on a development chain), the name of a key in the keystore, one of ape's accounts, the path
    of a keystore file, `environment`, the address of such a key, or None for what the settings say: `from`, else
    `SAMPAN_PRIVATE_KEY`, else on a development chain `default_role`. `ask` is how a password is asked for; by default
    on the terminal, and not at all where there is none.

    Raises `UsageError` when nothing says who signs, when a role is used on a public chain, or when a key has a role's
    name; `Missing` when there is no such key or no password, `BadInput` when the file is broken or the password wrong.
    """
    found = _find(reference, settings, development, default_role)
    if isinstance(found, Watcher):
        raise found._no_key()
    return unlock(found, password(found.stem, settings, ask=ask)) if isinstance(found, Path) else found


def address_of(reference: str | None, settings: Settings, *, development: bool, default_role: str | None = None) -> str:
    """The address of the signer that `--from` means, without a password; an address means itself. Raises as `find`,
    but for passwords."""
    found = _find(reference, settings, development, default_role)
    return _address_in(found) if isinstance(found, Path) else found.address


def _find(reference: str | None, settings: Settings, development: bool, default_role: str | None) -> Signer | Path:
    """The signer that `--from` means, or the keystore file that it is in; a `Watcher` for an address without a key."""
    from sampan.chain.accounts import ROLES, development_signer

    raw = settings.text("private_key")
    reference = reference or settings.text("from") or (ENVIRONMENT if raw else None)
    if reference is None and development and default_role is not None:
        return development_signer(default_role)
    if reference is None:
        raise UsageError(
            "nothing says who signs",
            subject="--from",
            hint=f"give --from {'a role such as carrier' if development else 'the name of a key'} "
            "(`sampan account list`), or set SAMPAN_PRIVATE_KEY",
        )
    if ADDRESS.fullmatch(reference):
        return _by_address(reference, settings, development)
    if reference == ENVIRONMENT:
        if not raw:
            raise Missing("no key is set", subject="SAMPAN_PRIVATE_KEY", hint="set it, or name a key with --from")
        return KeySigner(key_from_hex(raw))
    file = keystore_file(reference, settings)
    if reference in ROLES and development:
        if file is None:
            return development_signer(reference)
        raise UsageError(
            f"is a key of yours, {_address_in(file)}, and a role of development chains, {ROLES[reference]}",
            subject=reference,
            hint="give --from the address that is meant",
        )
    if file is not None:
        return file
    if reference in ROLES:
        raise UsageError(
            "roles have published keys, which sign on development chains only",
            subject=reference,
            hint="`sampan account new` makes a key; then --from its name",
        )
    raise Missing("no such key", subject=reference, hint="`sampan account list` shows the keys there are")


def _by_address(given: str, settings: Settings, development: bool) -> Signer | Path:
    """The key of an address where it is here. Raises `BadInput` for a mistyped one."""
    from sampan.chain.accounts import ROLES, development_signer

    address = checksum(given)
    if given[2:] not in (given[2:].lower(), given[2:].upper()) and given != address:
        raise BadInput("a digit of the address is mistyped", subject=given, hint="copy it from where it comes from")
    raw = settings.text("private_key")
    if raw and KeySigner(key_from_hex(raw)).address == address:
        return KeySigner(key_from_hex(raw))
    for folder in (settings.keystore, ape_folder()):
        for name, known in addresses(folder).items():
            if known == address:
                return folder / f"{name}.json"
    role = next((role for role, known in ROLES.items() if development and known == address), None)
    return Watcher(address) if role is None else development_signer(role)


def key_from_hex(text: str) -> bytes:
    """The 32 bytes of a key in hex. Raises `BadInput`, without the text, when it is none."""
    plain = text.strip().removeprefix("0x")
    if len(plain) != 64 or any(letter not in "0123456789abcdefABCDEF" for letter in plain):
        raise BadInput("not a private key", hint="a private key is 32 bytes, 64 hex digits")
    return bytes.fromhex(plain)


# ------------------------------------------------------------------------------------------------------------- keystore


def keystore_file(reference: str, settings: Settings) -> Path | None:
    """The keystore file that a name or path means: ours, then ape's; None when there is none."""
    if os.sep in reference or reference.endswith(".json"):
        path = Path(reference).expanduser()
        if path.is_file():
            return path
    if NAME.fullmatch(reference):
        for folder in (settings.keystore, ape_folder()):
            path = folder / f"{reference}.json"
            if path.is_file():
                return path
    return None


def ape_folder() -> Path:
    """Where ape keeps its accounts."""
    return Path(os.environ.get("APE_DATA_FOLDER", "~/.ape")).expanduser() / "accounts"


def addresses(folder: Path) -> dict[str, str]:
    """Name to address of every keystore file in a folder; a file that cannot be read is left out."""
    found: dict[str, str] = {}
    for file in sorted(folder.glob("*.json")) if folder.is_dir() else []:
        with contextlib.suppress(SampanError):
            found[file.stem] = _address_in(file)
    return found


def _address_in(file: Path) -> str:
    return checksum(str(read_keystore(file).get("address", "")))


def read_keystore(file: Path) -> dict[str, Any]:
    """An encrypted key as it stands in its file. Raises `BadInput` when it is none of version 3."""
    try:
        if file.stat().st_size > LARGEST_KEYSTORE:
            raise BadInput("too large for an encrypted key", subject=str(file))
        content = parse_json(file.read_bytes())
    except ValueError:
        content = None
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", subject=str(file)) from None
    if not isinstance(content, dict) or content.get("version") != 3 or not ("crypto" in content or "Crypto" in content):
        raise BadInput(
            "not an encrypted key (Web3 Secret Storage, version 3)",
            subject=str(file),
            hint="`sampan account import` makes one from a raw key",
        )
    return content


def unlock(file: Path, secret: str) -> KeySigner:
    """The signer in a keystore file. Takes about a second. Raises `BadInput` for a wrong password or a broken file."""
    content = read_keystore(file)
    from eth_account import Account

    try:
        key = Account.decrypt(content, secret)
    except Exception as error:
        wrong = isinstance(error, ValueError) and "mac" in str(error).lower()
        raise BadInput(
            "the password is wrong" if wrong else "the encrypted key is broken",
            subject=file.stem,
            hint="try again; --password-file names a file whose first line is the password" if wrong else None,
        ) from None
    return KeySigner(bytes(key))


def store(name: str, key: bytes, secret: str, folder: Path) -> Path:
    """Encrypt a key and keep it under a name, readable by its owner alone.

    Raises as `require_free`, and `BadInput` for an empty password or what is no key.
    """
    path = require_free(name, folder)
    if not secret:
        raise BadInput("the password is empty", subject=name, hint="choose one; the key is worth what it protects")
    from eth_account import Account

    signer = KeySigner(key)
    return _write(path, Account.encrypt(key, secret), signer)


def copy(name: str, file: Path, secret: str, folder: Path) -> Path:
    """Keep an encrypted key of somebody else's making, once it was opened with its password. Raises as `unlock`."""
    path = require_free(name, folder)
    return _write(path, read_keystore(file), unlock(file, secret))


def means_otherwise(name: str) -> str | None:
    """What else `--from` means by a name; None where it can mean a key alone."""
    from sampan.chain.accounts import ROLES

    if name in ROLES:
        return "a role of development chains, whose key is published"
    return "the key in SAMPAN_PRIVATE_KEY" if name == ENVIRONMENT else None


def require_free(name: str, folder: Path) -> Path:
    """Where a key of that name goes. Raises `UsageError` for a name that is no file name, is or is taken."""
    if not NAME.fullmatch(name):
        raise UsageError("not a name for a key", subject=name, hint="use letters, digits, dots, hyphens")
    path = folder / f"{name}.json"
    if path.exists():
        raise UsageError("a key of that name is there already", subject=str(path), hint="choose another name")
    return path


def _write(path: Path, encrypted: Mapping[str, Any], signer: KeySigner) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({**encrypted, "address": signer.address[2:].lower()}, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    return path


# ------------------------------------------------------------------------------------------------------------ passwords


def password(name: str, settings: Settings, *, ask: Callable[[str], str] | None = None, twice: bool = False) -> str:
    """The password of a key: the first line of the password file, else asked for on the terminal.

    `twice` asks a second time, for a new one. Raises `Missing` when there is neither file nor terminal, `BadInput` when
    the file cannot be read or the two differ.
    """
    file = settings.path("password_file")
    if file is not None:
        try:
            return read_up_to(file).decode("utf-8").split("\n", 1)[0].rstrip("\r")
        except (OSError, UnicodeDecodeError):
            raise BadInput("the password file cannot be read", subject=str(file)) from None
    if ask is None:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise Missing(
                "a password is needed, and there is no terminal to ask on",
                subject=name,
                hint="give --password-file or set SAMPAN_PASSWORD_FILE",
            )
        ask = partial(getpass.getpass, stream=sys.stderr)
    given = ask(f"Password of {name}: ")
    if twice and ask(f"Password of {name}, again: ") != given:
        raise BadInput("the two passwords differ", subject=name, hint="try again")
    return given


def without_keys(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment to hand to another process, without our secrets."""
    return {name: value for name, value in environment.items() if name != "SAMPAN_PRIVATE_KEY"}
