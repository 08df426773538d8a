"""The verbs of identity, each once; importing this package declares them all."""

from sampan.identity.verbs.accounts import (
    AddAccount,
    Cancel,
    NewAccount,
    RemoveAccount,
    SetAccountRoles,
    SetGiver,
    SetReceiving,
)
from sampan.identity.verbs.enrolment import AssignCode, Enrol, Enrolment, SetProfile
from sampan.identity.verbs.publishing import PublishAnswerTime, PublishRecordLaws, SignRulebook
from sampan.identity.verbs.recovery import ExecuteRecovery, ProposeRecovery, Shorten, VetoRecovery
from sampan.identity.verbs.standing import DelistRoom, LiftSuspension, ListRoom, SetAuthority, SetWindingDown, Suspend

__all__ = [
    "AddAccount",
    "AssignCode",
    "Cancel",
    "DelistRoom",
    "Enrol",
    "Enrolment",
    "ExecuteRecovery",
    "LiftSuspension",
    "ListRoom",
    "NewAccount",
    "ProposeRecovery",
    "PublishAnswerTime",
    "PublishRecordLaws",
    "RemoveAccount",
    "SetAccountRoles",
    "SetAuthority",
    "SetGiver",
    "SetProfile",
    "SetReceiving",
    "SetWindingDown",
    "Shorten",
    "SignRulebook",
    "Suspend",
    "VetoRecovery",
]
