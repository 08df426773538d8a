"""Networks by name or URL, and the way in: `connect`.

- `tester`: a chain in this process, gone with it.
- `anvil`: an anvil that we start and stop, unless the settings give it a URL.
- `local`: the chain that `sampan node` keeps.
- `sepolia`: the public test network; its RPC comes from the settings.
- any name that the settings have, any http(s) URL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from sampan.chain.accounts import ROLES
from sampan.config import is_here, shorten_url
from sampan.errors import Missing, UsageError

if TYPE_CHECKING:
    from sampan.chain.connection import Connection
    from sampan.config import Settings

Kind = Literal["tester", "anvil", "http"]

SEPOLIA_GENESIS = "0x25a5cc106eea7138acab33231d7160d69cb777ee0c2c553fcddf5138993e6dd9"


@dataclass(frozen=True, slots=True)
class Network:
    """A network as it is known before anybody asked it.

    `chain_id` and `genesis_hash` are what it must answer, None where any answer will do; `confirmations` is how many
    blocks deep a transaction must be, 1 being the block that it stands in; `max_fee` and `max_tip` are the most gwei
    that are offered for one gas, and of them as a tip; `explorer` is the address of a block explorer; `development` is
    whether published keys count there, None where the node is asked what it is.
    """

    name: str
    kind: Kind
    url: str | None = field(default=None, repr=False)
    chain_id: int | None = None
    genesis_hash: str | None = None
    confirmations: int = 1
    max_fee: int = 500
    max_tip: int = 30
    development: bool | None = None
    explorer: str | None = None

    def link(self, transaction: str) -> str | None:
        """Where the explorer shows a transaction; None without an explorer."""
        return None if self.explorer is None else f"{self.explorer.rstrip('/')}/tx/{transaction}"

    @property
    def fleeting(self) -> bool:
        """Whether the chain is gone when the command is."""
        return self.url is None and self.kind != "http"

    @property
    def here(self) -> bool:
        """Whether the chain is on this machine, where spending needs no second thought."""
        return self.url is None or is_here(self.url)

    @property
    def shown(self) -> str:
        """Where it is, as it may be printed."""
        if self.url is None:
            where = {"tester": "in process", "anvil": "started when used", "local": "does not run"}
            return where.get(self.name, "no URL set")
        return shorten_url(self.url)


BUILT_IN: dict[str, Network] = {
    "tester": Network("tester", "tester"),
    "anvil": Network("anvil", "anvil"),
    "local": Network("local", "http", chain_id=31337),
    "sepolia": Network(
        "sepolia",
        "http",
        chain_id=11155111,
        genesis_hash=SEPOLIA_GENESIS,
        confirmations=3,
        explorer="https://sepolia.etherscan.io",
    ),
}


def known(settings: Settings | None = None) -> list[Network]:
    """Every network that has a name: built in ones first, then those of the settings."""
    names = [*BUILT_IN, *(name for name in (settings.networks if settings else {}) if name not in BUILT_IN)]
    return [_named(name, settings) for name in names]


def find(name_or_url: str, settings: Settings | None = None) -> Network:
    """The network that a name or URL means. Raises `UsageError` for a name that nobody set."""
    if name_or_url.startswith(("http://", "https://")):
        _require_url(name_or_url)
        for network in known(settings):
            if network.url is not None and network.url.rstrip("/") == name_or_url.rstrip("/"):
                return network
        return _with_limits(Network(_name_of(name_or_url), "http", name_or_url), settings)
    if "://" in name_or_url:
        raise UsageError(
            "a chain is reached by http or https",
            subject=shorten_url(name_or_url),
            hint="give a URL such as https://host/path",
        )
    names = [network.name for network in known(settings)]
    # What a variable named has underscores where its name may have hyphens.
    meant = name_or_url if name_or_url in names else name_or_url.replace("-", "_")
    if meant not in names:
        raise UsageError(
            "no network of that name",
            subject=name_or_url,
            hint=f"known are {', '.join(names)}; or give a URL, or set {url_variable(name_or_url)}",
        )
    return _named(meant, settings)


def url_variable(network: str) -> str:
    """The environment variable that sets a network's URL."""
    return f"SAMPAN_NETWORK_{network.upper().replace('-', '_')}_URL"


def _named(name: str, settings: Settings | None) -> Network:
    network = BUILT_IN.get(name) or Network(name, "http")
    if name == "local":
        from sampan.chain import node

        running = node.running_url(settings)
        network = replace(network, url=running) if running else network
    given: dict[str, Any] = {} if settings is None else settings.network_fields(name)
    given.pop("confirmations", None)
    if network.kind == "tester":
        given.pop("url", None)
    if "url" in given:
        _require_url(given["url"])
        given["kind"] = "http"
    if "explorer" in given:
        _require_url(given["explorer"])
    if given.get("chain_id") not in (None, network.chain_id):
        # Whoever gives a name another chain means that chain.
        given["genesis_hash"] = None
        given.setdefault("explorer", None)
    return _with_limits(replace(network, **given), settings)


def _require_url(url: str) -> None:
    """Raises `UsageError` for a URL that cannot lead to a host."""
    try:
        parts = urlsplit(url)
        fits = (
            parts.scheme in ("http", "https")
            and not re.search(r"\s", url)
            and re.fullmatch(r"[\w.:-]+", parts.hostname or "") is not None
        )
        fits = fits and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    if not fits:
        raise UsageError(
            "leads to no host",
            subject=shorten_url(url),
            hint="give a URL such as https://host/path or http://host:8545",
        )


def _with_limits(network: Network, settings: Settings | None) -> Network:
    """The network with what the settings say of any: how deep is deep enough, how dear is too dear."""
    if settings is not None:
        most, tip = settings.number("max_fee"), settings.number("max_tip")
        network = replace(
            network,
            max_fee=network.max_fee if most is None else most,
            max_tip=network.max_tip if tip is None else tip,
        )
        wanted = settings.number("confirmations")
        if wanted is None:
            wanted = settings.network_fields(network.name).get("confirmations")
        if wanted is not None:
            return replace(network, confirmations=max(1, wanted))
    if network.kind == "http" and not network.here and network.confirmations == 1:
        return replace(network, confirmations=2)
    return network


def _name_of(url: str) -> str:
    """A name for a URL that has none: its host and port, fit for a file name."""
    parts = urlsplit(url)
    host = (parts.hostname or "unknown").replace(":", "-").replace(".", "-")
    return f"{host}-{parts.port}" if parts.port else host


def through_ape(provider: Any) -> Connection:
    """A connection to the chain that a provider of ape's is connected to; a local one is gone with the command."""
    from sampan.chain.connection import Connection

    name, local = str(provider.network.name), bool(provider.network.is_local)
    backend = getattr(provider, "evm_backend", None)
    if backend is not None:
        from sampan.chain.tester import TesterTransport

        return Connection(TesterTransport(backend=backend), Network(name, "tester"))
    from sampan.chain.rpc import HttpTransport

    url = str(provider.uri)
    return Connection(
        HttpTransport(url), Network(name, "anvil") if local else _with_limits(Network(name, "http", url), None)
    )


def connect(network: Network | str, settings: Settings | None = None) -> Connection:
    """Open a network, named or found, and make sure that it is the chain that is meant.

    Close the connection when done (it is a context manager). Raises `UsageError` for an unknown name, `Missing` when
    the network has no URL or anvil is not installed, `ChainError` when nobody answers or another chain does.
    """
    from sampan.chain.connection import Connection

    if isinstance(network, str):
        network = find(network, settings)
    if network.kind == "tester":
        from sampan.chain.tester import TesterTransport

        return Connection(TesterTransport(funded=tuple(ROLES.values())), network)

    from sampan.chain.rpc import HttpTransport

    timeout = 30 if settings is None else (settings.number("rpc_timeout") or 30)
    if network.kind == "anvil" and network.url is None:
        from sampan.chain.anvil import Anvil

        server = Anvil(program=None if settings is None else settings.path("anvil"))
        return Connection(HttpTransport(server.url, timeout=timeout), network, on_close=server.stop)
    if network.url is None and network.name == "local":
        # Not whatever else listens on this machine: another chain of the same genesis would not be noticed.
        raise Missing("the local node does not run", subject="local", hint="`sampan node start` starts it")
    if network.url is None:
        raise Missing(
            "no RPC is set for it",
            subject=network.name,
            hint=f"set {url_variable(network.name)}, or url under [networks.{network.name}]",
        )
    connection = Connection(HttpTransport(network.url, timeout=timeout), network)
    try:
        connection.expect(chain_id=network.chain_id or connection.chain_id, genesis_hash=network.genesis_hash)
    except BaseException:
        connection.close()
        raise
    return connection
