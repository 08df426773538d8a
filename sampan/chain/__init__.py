"""The way to a chain: networks, connections, signers, the sender, a local node, and the hash they all use.

Importing this package chooses the fast Keccak for the `eth_*` libraries as well, so it has to happen before the first
of them is imported.
"""

import sampan.keccak  # noqa: F401  (for its effect on ETH_HASH_BACKEND)
