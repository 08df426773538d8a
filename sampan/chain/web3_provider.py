"""web3.py over one of our transports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from web3 import Web3
from web3.providers.base import BaseProvider

if TYPE_CHECKING:
    from web3.types import RPCEndpoint, RPCResponse

    from sampan.chain.rpc import Transport


class TransportProvider(BaseProvider):
    """A web3 provider that hands every request to a transport, with its time limits and retries."""

    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self.transport = transport

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        answer = self.transport.request(method, [] if params is None else params)
        return cast("RPCResponse", {"jsonrpc": "2.0", "id": 0, **answer})

    def is_connected(self, show_traceback: bool = False) -> bool:
        """Whether the node answers."""
        return "result" in self.transport.request("web3_clientVersion", [])


def web3_over(transport: Transport) -> Web3:
    """A web3 over a transport."""
    return Web3(TransportProvider(transport))
