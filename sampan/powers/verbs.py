"""What the AccessManager can be told: roles given and taken, who gives and guards them, what they may call, delays.

A verb that waits is announced by the first call and carried out by a second one, as every restricted verb is.
"""

from __future__ import annotations

from sampan.powers import telling
from sampan.powers.subject import POWERS
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.verb import Verb, arg


@POWERS.verb(
    "grantRole",
    logs=ev.RoleGranted,
    label="grant {role_id} to {account}, its acts to wait {execution_delay}",
    power="admin",
    command="powers grant",
    method="grant",
)
class Grant(Verb):
    """Give an account a power, or one that it has another delay. It begins after the role's grant delay."""

    role_id: int = arg(kinds.POWER, option="ROLE")
    account: str = arg(kinds.ACCOUNT, option="WHO")
    execution_delay: int = arg(
        kinds.DELAY, option="--delay", help="How long each of its acts waits after it is announced."
    )


@POWERS.verb(
    "revokeRole",
    logs=ev.RoleRevoked,
    label="take {role_id} from {account}",
    power="admin",
    command="powers revoke",
    method="revoke",
    exits=True,
)
class Revoke(Verb):
    """Take a power from an account."""

    role_id: int = arg(kinds.POWER, option="ROLE")
    account: str = arg(kinds.ACCOUNT, option="WHO")


@POWERS.verb("renounceRole", logs=ev.RoleRevoked, label="give up {role_id}", method="renounce", exits=True)
class Renounce(Verb):
    """Give up a power of one's own, at once."""

    role_id: int = arg(kinds.POWER, option="ROLE")
    caller_confirmation: str = arg(kinds.ACCOUNT)


@POWERS.verb(
    "setRoleAdmin",
    logs=ev.RoleAdminChanged,
    label="let {admin} grant and take {role_id}",
    power="admin",
    command="powers granted-by",
    method="set_admin",
)
class SetAdmin(Verb):
    """Say whose members grant and take a power."""

    role_id: int = arg(kinds.POWER, option="ROLE")
    admin: int = arg(kinds.POWER, option="BY")


@POWERS.verb(
    "setRoleGuardian",
    logs=ev.RoleGuardianChanged,
    label="let {guardian} cancel what {role_id} announced",
    power="admin",
    command="powers guarded-by",
    method="set_guardian",
)
class SetGuardian(Verb):
    """Say whose members may cancel what was announced with a power."""

    role_id: int = arg(kinds.POWER, option="ROLE")
    guardian: int = arg(kinds.POWER, option="BY")


@POWERS.verb(
    "setGrantDelay",
    logs=ev.RoleGrantDelayChanged,
    label="let new members of {role_id} wait {new_delay}",
    power="admin",
    command="powers grant-delay",
)
class SetGrantDelay(Verb):
    """Say how long a new member of a power waits until it has it; it counts after 5 days at the earliest."""

    role_id: int = arg(kinds.POWER, option="ROLE")
    new_delay: int = arg(kinds.DELAY, option="DELAY")


@POWERS.verb(
    "labelRole",
    logs=ev.RoleLabel,
    label="call {role_id} {name}",
    power="admin",
    command="powers label",
    method="label",
)
class Label(Verb):
    """Give a role a name, for people to read."""

    role_id: int = arg(kinds.POWER, option="ROLE")
    name: str = arg(kinds.LABEL, option="NAME")


@POWERS.verb(
    "setTargetFunctionRole",
    logs=ev.TargetFunctionRoleUpdated,
    label="let {role_id} call {selectors} of {target}",
    power="admin",
    command="powers allow",
    method="allow",
)
class Allow(Verb):
    """Say whose members may call functions of a contract; PUBLIC: anybody."""

    target: str = arg(kinds.CONTRACT, option="CONTRACT")
    selectors: tuple[bytes, ...] = arg(kinds.FUNCTIONS, option="FUNCTION")
    role_id: int = arg(kinds.POWER, option="--to", help="The role that may call them.")


@POWERS.verb("setTargetClosed", logs=ev.TargetClosed, label="close {target} to every role: {closed}", power="admin")
class SetTargetClosed(Verb):
    """Close a contract to every role, or open it again: restricted functions alone, the bills go on."""

    target: str = arg(kinds.CONTRACT, option="CONTRACT")
    closed: bool = arg(kinds.FLAG, True)


@POWERS.verb(
    "setTargetAdminDelay",
    logs=ev.TargetAdminDelayUpdated,
    label="let changes to the wiring of {target} wait {new_delay}",
    power="admin",
    command="powers wiring-delay",
    method="set_wiring_delay",
)
class SetWiringDelay(Verb):
    """Say how long changes to a contract's wiring wait; it counts after 5 days at the earliest."""

    target: str = arg(kinds.CONTRACT, option="CONTRACT")
    new_delay: int = arg(kinds.DELAY, option="DELAY")


@POWERS.verb(
    "cancel",
    logs=ev.OperationCanceled,
    label="cancel what {caller} announced on {target}",
    method="cancel_announced",
    exits=True,
)
class CancelAnnounced(Verb):
    """Cancel what was announced and not carried out: whoever announced it, its role's guardian, or ADMIN. At once."""

    caller: str = arg(kinds.ACCOUNT)
    target: str = arg(kinds.CONTRACT)
    data: bytes = arg(kinds.CALL)


POWERS.tells(ev.RoleGranted, telling.granted)
POWERS.tells(ev.RoleRevoked, "{account} has {roleId} no more")
POWERS.tells(ev.RoleAdminChanged, "{admin} grants and takes {roleId}")
POWERS.tells(ev.RoleGuardianChanged, "{guardian} may cancel what {roleId} announced")
POWERS.tells(ev.RoleGrantDelayChanged, "from {since} new members of {roleId} wait {delay}")
POWERS.tells(ev.RoleLabel, "{roleId} is called {label}")
POWERS.tells(ev.TargetFunctionRoleUpdated, telling.function_role)
POWERS.tells(ev.TargetClosed, telling.closed)
POWERS.tells(ev.TargetAdminDelayUpdated, "from {since} changes to the wiring of {target} wait {delay}")
POWERS.tells(ev.OperationCanceled, "what was announced as {operationId} is cancelled")
