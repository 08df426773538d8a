"""Settings: where each value comes from, strongest first.

An option of the command, a `SAMPAN_*` variable, `sampan.toml` found upward from the working folder, `config.toml` in
the user's configuration folder, and what is built in. `.env` files are not read. A raw private key is taken from the
environment alone: a file that holds one is refused.

A `sampan.toml` may have come with a folder that somebody else filled. So one that is not owned by the user or root, or
that others may write, is ignored, and that is said; and no `sampan.toml` may say which program is run (`anvil`), where
keys and passwords are (`keystore`, `password_file`), what may be spent (`max_fee`, `max_tip`), where what is on its way
is kept (`outbox`), where a producer keeps its cargo data (`cargo_store`), which running node is ours (`node_folder`) or
against which lists acts are screened (`screening_lists`, `screening_record`): these stand in the user's `config.toml`,
in the environment or in an option.

A `sampan.toml` looks like this (every key is optional):

    network = "sepolia"
    from = "carrier"
    deployments = "deployments"          # relative to the file it stands in

    [networks.sepolia]
    url = "https://rpc.example/v3/KEY"   # or SAMPAN_NETWORK_SEPOLIA_URL
    chain_id = 11155111
    confirmations = 2
    development = false                  # true: published keys count there, and nothing is asked
    explorer = "https://sepolia.etherscan.io"

    [names]                              # given by you, for people; told in “quotation marks”, taken as WHO
    5493001KJTIIGC8Y1R12 = "Our bank"
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import SplitResult, parse_qsl, urlsplit

from sampan.errors import BadInput, Missing, UsageError
from sampan.files import parse_toml

FILE_NAME = "sampan.toml"
BUILT_IN = "built in"
OPTION = "option"

Kind = Literal["text", "path", "paths", "count", "seconds", "flag"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be set: its name in files, its variable, and what it is for."""

    name: str
    kind: Kind
    help: str
    secret: bool = False
    environment_only: bool = False
    personal: bool = False
    """Never from a `sampan.toml`: it may be another's."""

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return "SAMPAN_" + self.name.upper()


@dataclass(frozen=True, slots=True)
class Value:
    """A setting's value with its source: `option`, a variable's name, a file's path, or `built in`."""

    name: str
    value: str | int | Path | tuple[Path, ...] | None
    source: str
    secret: bool = False

    def shown(self) -> str | int | None:
        """The value as it may be printed: secrets starred, keys in URLs shortened."""
        if self.value is None:
            return None
        if self.secret:
            return "********"
        if isinstance(self.value, int):
            return self.value
        if isinstance(self.value, tuple):
            return os.pathsep.join(map(str, self.value))
        text = str(self.value)
        return shorten_url(text) if "://" in text else text


SETTINGS: tuple[Setting, ...] = (
    Setting("network", "text", "network that commands talk to: a name or an http(s) URL"),
    Setting("from", "text", "who sends: a role of the network, or the name of a key in the keystore"),
    Setting("deployments", "path", "folder of the deployment manifests"),
    Setting("manifest", "path", "the manifest of the ledger; by default the one in `deployments` that is of the chain"),
    Setting("keystore", "path", "folder of the encrypted keys (Web3 Secret Storage v3)", personal=True),
    Setting("password_file", "path", "file whose first line is the keystore's password", personal=True),
    Setting("private_key", "text", "a raw private key; from the environment alone", secret=True, environment_only=True),
    Setting("explorer_key", "text", "the key of an explorer's API; from the environment alone", True, True),
    Setting("confirmations", "count", "blocks that a transaction must be deep before it counts"),
    Setting("max_fee", "count", "the most that is offered for one gas, in gwei", personal=True),
    Setting("max_tip", "count", "the most of it that is a tip, whatever the RPC suggests, in gwei", personal=True),
    Setting("outbox", "path", "folder of what was signed and is on its way", personal=True),
    Setting("cargo_store", "path", "file in which a producer keeps its cargo data", personal=True),
    Setting("rpc_timeout", "seconds", "seconds to wait for one answer of an RPC"),
    Setting("anvil", "path", "the anvil to run, if not the one on PATH or from npm", personal=True),
    Setting("node_folder", "path", "folder where `sampan node` keeps its chain", personal=True),
    Setting("screening_lists", "paths", "your lists, files or folders: acts are screened against them", personal=True),
    Setting("screening_record", "path", "file that records what was screened", personal=True),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}
DAY = 86_400
MOST = 2**63 - 1
"""The largest count, and more than any chain's."""

NETWORK_FIELDS: tuple[Setting, ...] = (
    Setting("url", "text", "http(s) address of the RPC"),
    Setting("chain_id", "count", "chain id that the RPC must answer"),
    Setting("confirmations", "count", "blocks that a transaction must be deep before it counts"),
    Setting("development", "flag", "whether published keys count there, and nothing is asked before it is sent"),
    Setting("explorer", "text", "http(s) address of a block explorer, to which transactions are linked"),
)
_NETWORK_BY_NAME = {setting.name: setting for setting in NETWORK_FIELDS}
_NETWORK_VARIABLE = re.compile(
    r"^SAMPAN_NETWORK_(?P<name>[A-Z0-9_]+)_(?P<field>URL|CHAIN_ID|CONFIRMATIONS|DEVELOPMENT|EXPLORER)$"
)
_NAMED = re.compile(r"[0-9A-Za-z]{20}|0x[0-9a-fA-F]{40}")
_QUOTES = re.compile('["“”„‟«»＂]')
LONGEST_NAME = 80
_NETWORK_NAME = re.compile(r"^[a-z][a-z0-9_-]*$")


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its source, and the networks that the user named."""

    values: Mapping[str, Value]
    networks: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    project_file: Path | None = None
    user_file: Path | None = None
    names: Mapping[str, Value] = field(default_factory=dict)
    """Names that the user gave, by LEI or address as they were written."""
    ignored: Mapping[Path, str] = field(default_factory=dict)
    """Each `sampan.toml` that was passed over, and why."""

    def value(self, name: str) -> Value:
        """The value and source of a setting. Raises `KeyError` for a name that is no setting."""
        return self.values[name]

    def text(self, name: str) -> str | None:
        """A text setting, or None when nobody set it."""
        found = self.values[name].value
        return None if found is None else str(found)

    def path(self, name: str) -> Path | None:
        """A path setting, absolute, or None when nobody set it."""
        found = self.values[name].value
        return None if found is None else Path(str(found))

    def paths(self, name: str) -> tuple[Path, ...]:
        """A setting of several paths, absolute; none when nobody set it."""
        found = self.values[name].value
        return found if isinstance(found, tuple) else ()

    def number(self, name: str) -> int | None:
        """A count or a number of seconds, or None when nobody set it."""
        found = self.values[name].value
        return found if isinstance(found, int) else None

    @property
    def network(self) -> str:
        """The network to talk to: a name or a URL."""
        return str(self.values["network"].value)

    @property
    def deployments(self) -> Path:
        """Folder of the deployment manifests, absolute."""
        return Path(str(self.values["deployments"].value))

    @property
    def keystore(self) -> Path:
        """Folder of the encrypted keys, absolute."""
        return Path(str(self.values["keystore"].value))

    def network_fields(self, network: str) -> dict[str, Any]:
        """What the user set for a network: the fields of `NETWORK_FIELDS`, by name."""
        return {name: found.value for name, found in self.networks.get(network, {}).items()}


def load(
    options: Mapping[str, object] | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    user_file: Path | None = None,
) -> Settings:
    """Gather the settings.

    `options` are those given on the command line (None means not given); `environment`, `folder` (where the search for
    `sampan.toml` starts) and `user_file` default to the process's own. Raises `BadInput` for a file that does not parse
    or names what is no setting, `UsageError` for an option or variable of the wrong kind, `Missing` without a home.
    """
    environment = os.environ if environment is None else environment
    folder = Path.cwd() if folder is None else folder.absolute()
    user_file = _user_folder("config") / "config.toml" if user_file is None else user_file

    values = {name: Value(name, value, BUILT_IN) for name, value in _built_in(folder).items()}
    networks: dict[str, dict[str, Value]] = {}
    names: dict[str, Value] = {}
    project_file, ignored = find_upward(folder)
    if user_file.is_file():
        _read_file(user_file, values, networks, names)
    if project_file is not None:
        _read_file(project_file, values, networks, names, mended_in=user_file)
    _read_environment(environment, folder, values, networks)
    for name, given in (options or {}).items():
        if given is not None:
            setting = _BY_NAME[name]
            if setting.environment_only:
                raise UsageError(
                    f"{name} is never an argument", subject=name, hint=f"set {setting.variable} in the environment"
                )
            values[name] = _value(setting, given, OPTION, folder, UsageError)
    return Settings(
        values=values,
        networks=networks,
        names=names,
        project_file=project_file,
        user_file=user_file if user_file.is_file() else None,
        ignored=ignored,
    )


def find_upward(folder: Path, name: str = FILE_NAME) -> tuple[Path | None, dict[Path, str]]:
    """The nearest file of that name in `folder` or a folder above it that nobody else could have written, and those
    passed over on the way with the reason and what would mend it."""
    ignored: dict[Path, str] = {}
    for place in (folder, *folder.parents):
        candidate = place / name
        if candidate.is_file():
            reason = _of_others(candidate)
            if reason is None:
                return candidate, ignored
            ignored[candidate] = reason
    return None, ignored


def _of_others(file: Path) -> str | None:
    """Why a file may be the work of others than the user and root; None where it is not."""
    if sys.platform == "win32":
        return None
    # The link too: whoever made it chose what we read.
    for found in (file.lstat(), file.stat()):
        if found.st_uid not in (os.geteuid(), 0):
            return "belongs to another user; copy it if you trust it"
    if found.st_mode & 0o002 or (found.st_mode & 0o020 and not _is_own_group(found.st_gid)):
        return "others may write it; chmod go-w if you trust it"
    return None


def _is_own_group(number: int) -> bool:
    """Whether a group is the user's own, of the same name and with no other member (the rule on many systems, where
    new files are writable by that group)."""
    if sys.platform == "win32":
        return False
    import grp
    import pwd

    try:
        user, group = pwd.getpwuid(os.geteuid()), grp.getgrgid(number)
    except KeyError:
        return False
    return user.pw_gid == number and group.gr_name == user.pw_name and set(group.gr_mem) <= {user.pw_name}


def is_here(url: str) -> bool:
    """Whether a URL leads to this machine."""
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


def shorten_url(url: str) -> str:
    """A URL without what may be a key: user and password, query, and every part of the path that is no usual word
    become `***`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "***"
    if not parts.scheme or not parts.netloc:
        return url
    host = parts.netloc.rpartition("@")[2]
    netloc = f"***@{host}" if "@" in parts.netloc else host
    path = "/".join("***" if _may_be_a_key(piece) else piece for piece in parts.path.split("/"))
    return SplitResult(parts.scheme, netloc, path, "***" if parts.query else "", "").geturl()


def secrets_of(url: str) -> list[str]:
    """What `shorten_url` hides of a URL, longest first, where it is long enough to be told from a word."""
    try:
        parts = urlsplit(url)
        user, password = parts.username, parts.password
    except ValueError:
        return []
    hidden = [user, password, parts.query, *(value for _, value in parse_qsl(parts.query))]
    hidden += [piece for piece in parts.path.split("/") if _may_be_a_key(piece)]
    return sorted({text for text in hidden if text and len(text) >= 4}, key=len, reverse=True)


_USUAL_IN_PATHS = re.compile(
    r"v?\d{1,2}|(json-?)?rpc|api|http|https|eth|ethereum|evm|main(net)?|sepolia|holesky|testnet|public|node|archive|full"
)


def _may_be_a_key(piece: str) -> bool:
    return bool(piece) and _USUAL_IN_PATHS.fullmatch(piece.lower()) is None


def _built_in(folder: Path) -> dict[str, str | int | Path | tuple[Path, ...] | None]:
    return {
        "network": "local",
        "from": None,
        "deployments": folder / "deployments",
        "manifest": None,
        "keystore": _user_folder("data") / "keystore",
        "password_file": None,
        "private_key": None,
        "explorer_key": None,
        "confirmations": None,
        "max_fee": 500,
        "max_tip": 30,
        "outbox": _user_folder("state") / "outbox",
        "cargo_store": _user_folder("data") / "cargo.db",
        "rpc_timeout": 30,
        "anvil": None,
        "node_folder": _user_folder("state") / "node",
        "screening_lists": None,
        "screening_record": _user_folder("state") / "screening.jsonl",
    }


def _user_folder(kind: Literal["config", "data", "state"]) -> Path:
    import platformdirs

    # Without a home, newer versions of platformdirs raise; older ones mean a folder `~` below the working one.
    with contextlib.suppress(RuntimeError):
        folder: Path = getattr(platformdirs, f"user_{kind}_path")("sampan", appauthor=False)
        if folder.is_absolute():
            return folder
    raise Missing("this user has no home folder", subject="HOME", hint="set HOME to the full path of a folder")


def _read_file(
    file: Path,
    values: dict[str, Value],
    networks: dict[str, dict[str, Value]],
    names: dict[str, Value],
    *,
    mended_in: Path | None = None,
) -> None:
    """Read a file; `mended_in`, given for a project's file, is where what may not stand there may stand."""
    try:
        document = parse_toml(file.read_bytes())
    except ValueError as error:
        raise BadInput(f"not valid TOML: {error}", subject=str(file), hint="mend the file at that place") from error
    except OSError as error:
        raise BadInput(
            f"cannot be read: {error.strerror}", subject=str(file), hint="let it be read, or move it away"
        ) from error
    for name, given in document.items():
        if name == "networks":
            _read_networks(file, given, networks)
            continue
        if name == "names":
            _read_names(file, given, names)
            continue
        setting = _BY_NAME.get(name)
        if setting is None:
            raise BadInput(
                f"{name} is no setting",
                subject=str(file),
                hint="settings are " + ", ".join(_BY_NAME) + ", [networks.NAME] and [names]",
            )
        if setting.environment_only:
            raise BadInput(
                f"{name} may not stand in a file", subject=str(file), hint=f"remove it and set {setting.variable}"
            )
        if setting.personal and mended_in is not None:
            raise BadInput(
                f"{name} may not stand in a {FILE_NAME}",
                subject=str(file),
                hint=f"remove it and set {setting.variable}, or {name} in {mended_in}",
            )
        values[name] = _value(setting, given, str(file), file.parent, BadInput)


def _read_networks(file: Path, table: Any, networks: dict[str, dict[str, Value]]) -> None:
    if not isinstance(table, dict):
        raise BadInput("networks must be a table", subject=str(file), hint="write [networks.NAME]")
    for name, fields in table.items():
        if not _NETWORK_NAME.match(name) or not isinstance(fields, dict):
            raise BadInput(
                f"networks.{name} is not a network",
                subject=str(file),
                hint='write [networks.NAME] with a lower-case name and url = "..."',
            )
        for key, given in fields.items():
            setting = _NETWORK_BY_NAME.get(key)
            if setting is None:
                raise BadInput(
                    f"networks.{name}.{key} is no setting",
                    subject=str(file),
                    hint="a network has " + ", ".join(_NETWORK_BY_NAME),
                )
            networks.setdefault(name, {})[key] = _value(setting, given, str(file), file.parent, BadInput, network=name)


def _read_names(file: Path, table: Any, names: dict[str, Value]) -> None:
    if not isinstance(table, dict):
        raise BadInput("names must be a table", subject=str(file), hint='write [names] and LEI = "a name"')
    seen: set[str] = set()
    for whose, given in table.items():
        if whose.casefold() in seen:
            raise BadInput(f"names.{whose} stands there twice", subject=str(file), hint="keep one of them")
        seen.add(whose.casefold())
        if not _NAMED.fullmatch(whose):
            raise BadInput(
                f"names.{whose} is neither an LEI nor an address",
                subject=str(file),
                hint='write LEI = "a name" (20 characters), or 0xADDRESS = "a name"',
            )
        readable = isinstance(given, str) and given.strip() and given.isprintable() and len(given) <= LONGEST_NAME
        # A name is told in quotation marks: one that ended them could go on as a name of another.
        if not readable or _QUOTES.search(given):
            raise BadInput(
                f"names.{whose} must be a name",
                subject=str(file),
                hint=f"1 to {LONGEST_NAME} letters that can be printed, without quotation marks",
            )
        # The same LEI or address in other letters is the same. What the user calls somebody stands: by that name it may
        # be on the user's own lists, and a file that came with a folder must not change it.
        if all(known.casefold() != whose.casefold() for known in names):
            names[whose] = Value(f"names.{whose}", given.strip(), str(file))


def _read_environment(
    environment: Mapping[str, str], folder: Path, values: dict[str, Value], networks: dict[str, dict[str, Value]]
) -> None:
    for setting in SETTINGS:
        given = environment.get(setting.variable)
        if given:
            values[setting.name] = _value(setting, given, setting.variable, folder, UsageError)
    for variable, given in environment.items():
        match = _NETWORK_VARIABLE.match(variable)
        if match is None or not given:
            continue
        setting, name = _NETWORK_BY_NAME[match["field"].lower()], match["name"].lower()
        # A network's name may hold a hyphen, which no variable's name can.
        name = next((known for known in networks if known.replace("-", "_") == name), name)
        found = _value(setting, given, variable, folder, UsageError, network=name)
        networks.setdefault(name, {})[setting.name] = found


def _value(
    setting: Setting,
    given: object,
    source: str,
    folder: Path,
    error: type[BadInput] | type[UsageError],
    *,
    network: str | None = None,
) -> Value:
    """What was given for a setting, of its kind; paths are relative to `folder`. Raises `error` for another kind."""
    typed: str | int | Path | tuple[Path, ...] | None = None
    if setting.kind == "paths":
        # A variable has several as PATH has them.
        several = given.split(os.pathsep) if isinstance(given, str) else given
        if isinstance(several, (list, tuple)) and all(isinstance(each, (str, Path)) and str(each) for each in several):
            typed = tuple(folder / Path(each).expanduser() for each in several)
    elif setting.kind == "path" and isinstance(given, (str, Path)):
        typed = folder / Path(given).expanduser()
    elif setting.kind == "text" and isinstance(given, str) and given:
        typed = given
    elif setting.kind in ("count", "seconds") and not isinstance(given, bool):
        if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) < 20:
            given = int(given)
        if isinstance(given, int) and 0 <= given <= (DAY if setting.kind == "seconds" else MOST):
            typed = given
    elif setting.kind == "flag":
        typed = given if isinstance(given, bool) else {"true": True, "false": False}.get(str(given).strip().lower())
    if typed is None:
        wanted = {
            "flag": "true or false",
            "text": "a text",
            "path": "a path",
            "paths": "a list of paths",
            "count": "a whole number",
            "seconds": "a whole number of seconds, of a day at the most",
        }
        raise error(
            f"{setting.name} must be {wanted[setting.kind]}", subject=source, hint=f"{setting.name}: {setting.help}"
        )
    name = setting.name if network is None else f"networks.{network}.{setting.name}"
    return Value(name, typed, source, setting.secret)
