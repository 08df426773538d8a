"""Words of the manager's sentences that no template can say."""

from __future__ import annotations

from sampan.suite import events as ev
from sampan.suite.tell import Names, duration, earliest


def granted(e: ev.RoleGranted, names: Names) -> str:
    """Who has which role from when, or which new delay."""
    who, role = names.account(e.account), names.power(e.role_id)
    waits = f"each act of it waits {duration(e.delay)}" if e.delay else "its acts take effect at once"
    if e.new_member:
        return f"{who} has {role} from {earliest(e.since)}; {waits}"
    return f"{who} has {role}, and from {earliest(e.since)} {waits}"


def closed(e: ev.TargetClosed, names: Names) -> str:
    """Whether roles may call a contract."""
    how = "is closed: no role may call it" if e.closed else "is open again to the roles that may call it"
    return f"{names.account(e.target)} {how}"


def function_role(e: ev.TargetFunctionRoleUpdated, names: Names) -> str:
    """Who may call a function from now on."""
    return f"{names.power(e.role_id)} may call {names.account(e.target)}.{names.verb(e.selector)}"
