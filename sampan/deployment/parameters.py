"""What the one who deploys decides: who has which power, after which delay, and the salt of the addresses.

It stands in a TOML file, in which every key is optional; `template` writes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sampan.chain.accounts import ROLES as DEVELOPMENT_ROLES
from sampan.deployment.plan import ADMIN
from sampan.errors import BadInput, SampanError
from sampan.files import parse_toml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

DAY = 86_400
MAX_DELAY = 2**32 - 1

ROLE_DELAYS: dict[str, int] = {
    "ENROLLER": 0,
    "SUSPENDER": 0,
    "LIFTER": 2 * DAY,
    "RECOVERER": 0,
    "ROOM_LISTER": 2 * DAY,
    "ROOM_DELISTER": 0,
}
"""Every role of the suite with its usual delay in seconds: what stops is fast, what opens is slow. A recovery has a
delay of its own, in the contract."""


@dataclass(frozen=True, slots=True)
class RoleParameters:
    """Who has a role, and its delays in seconds."""

    members: tuple[str, ...]
    delay: int
    grant_delay: int = 0


@dataclass(frozen=True, slots=True)
class Parameters:
    """Everything that decides addresses and powers beside the release itself."""

    deployer: str
    administrator: str
    roles: Mapping[str, RoleParameters]
    admin_delay: int = 5 * DAY
    target_delay: int = 5 * DAY
    salt: str = "sampan"
    by_default: frozenset[str] = frozenset()
    """The powers, ADMIN among them, whose members nobody named."""

    def as_dict(self) -> dict[str, Any]:
        """As it stands in a manifest."""
        return {
            "salt": self.salt,
            "admin": {
                "account": self.administrator,
                "delay": self.admin_delay,
                "target_delay": self.target_delay,
            },
            "roles": {
                name: {"members": list(role.members), "delay": role.delay, "grant_delay": role.grant_delay}
                for name, role in self.roles.items()
            },
        }

    def with_delays(self, seconds: int) -> Parameters:
        """The same with one delay for all, for tests that are not about delays."""
        roles = {name: replace(role, delay=seconds, grant_delay=0) for name, role in self.roles.items()}
        return replace(self, roles=roles, admin_delay=seconds, target_delay=seconds)


def usual(deployer: str, *, development: bool) -> Parameters:
    """The parameters when no file gives others.

    On a development chain every role has the published account of its name; elsewhere the deployer has them all, which
    is fit for a trial and for nothing else.
    """
    holders = {name: DEVELOPMENT_ROLES[name.lower()] if development else deployer for name in ROLE_DELAYS}
    return Parameters(
        deployer=deployer,
        administrator=DEVELOPMENT_ROLES["administrator"] if development else deployer,
        roles={name: RoleParameters((holders[name],), delay) for name, delay in ROLE_DELAYS.items()},
        by_default=frozenset({ADMIN, *ROLE_DELAYS}),
    )


@dataclass(frozen=True, slots=True)
class Given:
    """A power as it is given: to whom, its delays in seconds, and whether nobody had named its members."""

    role: str
    members: tuple[str, ...]
    delay: int
    grant_delay: int
    by_default: bool
    published: bool
    """Whether everybody has the key of one of its members."""


def given(parameters: Parameters) -> list[Given]:
    """Every power that a deployment gives, the administrator's first."""
    admin = RoleParameters((parameters.administrator,), parameters.admin_delay)
    published = set(DEVELOPMENT_ROLES.values())
    return [
        Given(
            name,
            role.members,
            role.delay,
            role.grant_delay,
            name in parameters.by_default,
            not published.isdisjoint(role.members),
        )
        for name, role in {ADMIN: admin, **parameters.roles}.items()
    ]


def warnings(parameters: Parameters, network: str) -> list[str]:
    """What whoever deploys should know: the powers that nobody was named for, and those that go to published keys."""
    powers = given(parameters)
    found = [
        f"nobody is named for {power.role}: the deployer gets it, {parameters.deployer}"
        for power in powers
        if power.by_default and power.members == (parameters.deployer,)
    ]
    published = [power.role for power in powers if power.published]
    if published:
        which = "every power" if len(published) == len(powers) else ", ".join(published)
        everybody = "everybody has these keys; fit for a trial, for nothing else"
        found.append(f"published keys get {which} on {network}: {everybody}")
    return found


def template() -> str:
    """The text of a parameters file: every key with its usual value, those who have powers left to be filled in."""
    usually = usual("", development=False)
    lines = [
        "# Who has which power on a ledger, after which delay: sampan deploy --parameters powers.toml",
        "# Every key is optional. A power whose members are not named goes to the deployer.",
        "",
        f'salt = "{usually.salt}"  # another salt gives other addresses',
        "",
        "[admin]  # grants and revokes every power",
        '# account = "0x..."  # a Safe, say',
        f"delay = {usually.admin_delay}  # seconds that each of its acts waits after it is announced",
        f"target_delay = {usually.target_delay}  # seconds that a change of a contract's wiring waits",
    ]
    for name, role in usually.roles.items():
        lines += [
            "",
            f"[roles.{name}]",
            '# members = ["0x...", "0x..."]',
            f"delay = {role.delay}  # seconds that each of their acts waits after it is announced",
            f"grant_delay = {role.grant_delay}  # seconds until a new member's power begins",
        ]
    return "\n".join([*lines, ""])


def read(file: Path, deployer: str, *, development: bool) -> Parameters:
    """The parameters of a file, the usual ones where it is silent.

    Raises `BadInput`, naming the key, for what is no parameter, no address, no delay.
    """
    try:
        document = parse_toml(file.read_bytes())
    except ValueError as error:
        raise BadInput(f"not valid TOML: {error}", subject=str(file), hint="mend the file at that place") from None
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", subject=str(file)) from None
    try:
        return from_document(document, deployer, development=development)
    except BadInput as error:
        raise BadInput(error.message, subject=f"{file}: {error.subject}", hint=error.hint) from None


def from_document(document: Mapping[str, Any], deployer: str, *, development: bool) -> Parameters:
    """As `read`, from what the file holds."""
    parameters = usual(deployer, development=development)
    _known(document, "", ("salt", "admin", "roles"))
    salt = document.get("salt", parameters.salt)
    if not isinstance(salt, str) or not salt:
        raise BadInput("must be a text", subject="salt")
    admin = _known(document.get("admin", {}), "admin.", ("account", "delay", "target_delay"))
    given_roles = _known(document.get("roles", {}), "roles.", ROLE_DELAYS)
    roles = dict(parameters.roles)
    by_default = set(parameters.by_default)
    for name in given_roles:
        where = f"roles.{name}."
        table = _known(given_roles[name], where, ("members", "delay", "grant_delay"))
        was = roles[name]
        if "members" in table:
            by_default.discard(name)
        members = table.get("members", list(was.members))
        if not isinstance(members, list) or not members:
            raise BadInput(
                "must be a list with at least one address", subject=where + "members", hint='write ["0x..."]'
            )
        addresses = tuple(_address(member, where + "members", development) for member in members)
        if len(set(addresses)) != len(addresses):
            raise BadInput("names an address twice", subject=where + "members")
        roles[name] = RoleParameters(
            addresses, _delay(table, "delay", was.delay, where), _delay(table, "grant_delay", was.grant_delay, where)
        )
    account = admin.get("account")
    if account is not None:
        by_default.discard(ADMIN)
    return Parameters(
        deployer=deployer,
        administrator=parameters.administrator if account is None else _address(account, "admin.account", development),
        roles=roles,
        admin_delay=_delay(admin, "delay", parameters.admin_delay, "admin."),
        target_delay=_delay(admin, "target_delay", parameters.target_delay, "admin."),
        salt=salt,
        by_default=frozenset(by_default),
    )


def _known(table: Any, where: str, known: Iterable[str]) -> Mapping[str, Any]:
    """What stands there, if it is a table of known keys."""
    if not isinstance(table, dict):
        name = where.removesuffix(".")
        raise BadInput("must be a table", subject=name, hint=f"write [{name}]")
    for key in table:
        if key not in known:
            raise BadInput("is no parameter", subject=where + key, hint="there are " + ", ".join(known))
    return table


def _delay(table: Mapping[str, Any], key: str, usual_delay: int, where: str) -> int:
    value = table.get(key, usual_delay)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_DELAY:
        raise BadInput("must be a whole number of seconds", subject=where + key)
    return value


def _address(given: object, where: str, development: bool) -> str:
    from sampan.suite.tell import checksum

    if development and isinstance(given, str) and given in DEVELOPMENT_ROLES:
        return DEVELOPMENT_ROLES[given]
    try:
        if not isinstance(given, str) or not given.startswith("0x"):
            raise BadInput("not hex")
        address = checksum(given)
    except SampanError:
        raise BadInput(f"{given!r} is not an address", subject=where, hint="write 0x and 40 hex digits") from None
    mixed = given[2:] not in (given[2:].lower(), given[2:].upper())
    if mixed and given != address:
        raise BadInput(f"{given} has a wrong checksum: a digit is mistyped", subject=where)
    if int(given, 16) == 0:
        raise BadInput("the zero address can hold no power", subject=where)
    return address
