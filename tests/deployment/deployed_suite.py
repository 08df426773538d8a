"""The suite on a chain, and acts of its administration by role."""

from __future__ import annotations

from dataclasses import dataclass

from sampan.chain.accounts import development_signer
from sampan.chain.connection import Connection
from sampan.chain.sender import Sender
from sampan.deployment import powers, verify
from sampan.deployment.manifest import Manifest


@dataclass
class Suite:
    """The suite on a chain, and acts of its administration by role."""

    connection: Connection
    manifest: Manifest

    def sender(self, role: str) -> Sender:
        return Sender(self.connection, development_signer(role))

    def powers(self) -> powers.Powers:
        return powers.read(
            self.connection,
            self.manifest.address("AccessManager"),
            verify.contracts_of(self.manifest),
            from_block=self.manifest.from_block,
        )

    def differences(self) -> list[tuple[str, str]]:
        return [(item.level, item.id) for item in powers.compare(self.powers(), self.manifest)]
