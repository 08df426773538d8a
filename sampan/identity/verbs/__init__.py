"""The verbs of identity, each once; importing this package declares them all."""

from sampan.identity.verbs import accounts, enrolment, publishing, recovery, standing

__all__ = ["accounts", "enrolment", "publishing", "recovery", "standing"]
