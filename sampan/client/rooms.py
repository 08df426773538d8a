"""What every room takes from whoever drives it: a call that somebody signed and handed over."""

from __future__ import annotations

from typing import Any

from sampan.client.core import VerbCall
from sampan.client.papers import Paper
from sampan.client.verbs import Calls
from sampan.subjects import SUITE
from sampan.suite.verb import Signature


class RoomByHand(Calls):
    """Prepares calls of a room."""

    def send_act(self, paper: Paper) -> VerbCall:
        """Carry out a call that somebody signed and handed over (`Ledger.sign_call`), once; whoever sends it pays the
        gas."""
        act: Any = SUITE.verbs[self.CONTRACT, "act"]
        signed = self.require(paper, act.subject.structs["SignedCall"])
        signature = Signature(paper.signer, paper.digest, raw=paper.signature)
        return VerbCall(act(signed.signer, signed.call, signed.salt, signed.deadline, signature))
