"""Networks by name and URL: which one is meant, what must answer, and what is shown of a URL with a key in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support import faults
from support.lying_rpc import LyingRpc

from sampan import config
from sampan.chain import networks
from sampan.errors import ChainError, Missing, UsageError

SECRET = "0123456789abcdef0123456789abcdef"


def settings(folder: Path, **environment: str) -> config.Settings:
    variables = {"SAMPAN_NODE_FOLDER": str(folder / "node"), **environment}
    return config.load(environment=variables, folder=folder, user_file=folder / "none.toml")


def test_every_network_that_is_built_in_has_its_place() -> None:
    kinds = {network.name: (network.kind, network.fleeting, network.here) for network in networks.known()}
    assert kinds["tester"] == ("tester", True, True)
    assert kinds["anvil"] == ("anvil", True, True)
    assert kinds["local"] == ("http", False, True)
    assert networks.find("sepolia").chain_id == 11155111


def test_sepolia_needs_an_rpc_and_says_where_to_set_it(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="no RPC is set") as told:
        networks.connect("sepolia", settings(tmp_path))
    assert "SAMPAN_NETWORK_SEPOLIA_URL" in (told.value.hint or "")
    found = networks.find("sepolia", settings(tmp_path, SAMPAN_NETWORK_SEPOLIA_URL="https://rpc.example/x"))
    assert (found.url, found.chain_id, found.confirmations, found.here) == ("https://rpc.example/x", 11155111, 3, False)


def test_a_name_that_the_settings_have_is_a_network(tmp_path: Path) -> None:
    (tmp_path / "sampan.toml").write_text(
        '[networks.consortium]\nurl = "https://node.example"\nchain_id = 77\nconfirmations = 5\n'
    )
    found = networks.find("consortium", settings(tmp_path))
    assert (found.kind, found.url, found.chain_id, found.confirmations) == ("http", "https://node.example", 77, 5)
    assert networks.find("https://node.example/", settings(tmp_path)).name == "consortium"


def test_anvil_with_a_url_is_not_ours_to_start(tmp_path: Path) -> None:
    found = networks.find("anvil", settings(tmp_path, SAMPAN_NETWORK_ANVIL_URL="http://127.0.0.1:9999"))
    assert (found.kind, found.fleeting) == ("http", False)


def test_a_name_that_nobody_set_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no network of that name") as told:
        networks.find("mainnet", settings(tmp_path))
    assert "sepolia" in (told.value.hint or "")


@pytest.mark.parametrize("url", ["ws://127.0.0.1:1", "ipc:///x", "ftp://host"])
def test_only_http_is_a_way_to_a_chain(url: str) -> None:
    with pytest.raises(UsageError, match="http or https"):
        networks.find(url)


@pytest.mark.parametrize(
    ("url", "name", "here", "confirmations"),
    [
        ("http://127.0.0.1:9545", "127-0-0-1-9545", True, 1),
        ("http://localhost:1", "localhost-1", True, 1),
        ("https://rpc.example/v3/key", "rpc-example", False, 2),
    ],
)
def test_a_url_has_a_name_fit_for_its_manifest(url: str, name: str, here: bool, confirmations: int) -> None:
    found = networks.find(url)
    assert (found.name, found.here, found.confirmations) == (name, here, confirmations)


@pytest.mark.parametrize(
    "url",
    [
        f"https://rpc.example/v3/{SECRET}",
        f"https://user:{SECRET}@rpc.example/",
        f"https://rpc.example/?apikey={SECRET}",
    ],
)
def test_a_key_in_a_url_is_shown_nowhere(
    url: str, tmp_path: Path, sampan_command: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = networks.find("sepolia", settings(tmp_path, SAMPAN_NETWORK_SEPOLIA_URL=url))
    assert SECRET not in f"{found!r} {found.shown} {found.name}"
    monkeypatch.setenv("SAMPAN_NETWORK_SEPOLIA_URL", url)
    for arguments in (("network", "list"), ("network", "list", "--json"), ("config", "show")):
        ran = sampan_command(*arguments)
        assert SECRET not in ran.out + ran.err
        assert "rpc.example" in ran.out


def test_a_key_in_a_url_that_does_not_answer_is_shown_nowhere(
    sampan_command: Callable[..., object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sampan.chain.rpc.ATTEMPTS", 1)
    monkeypatch.setattr("sampan.chain.rpc.FIRST_PAUSE", 0)
    log = tmp_path / "log"
    with LyingRpc() as rpc:
        rpc.add(faults.status(401).on("eth_chainId"))
        secret = rpc.url.rpartition("/")[2]
        for extra in ((), ("--json",), ("-vv", "--log-file", str(log))):
            ran = sampan_command("powers", "--network", rpc.url, *extra)
            assert ran.code in (4, 6)
            assert secret not in ran.out + ran.err
    assert secret not in log.read_text()


def test_a_name_with_a_hyphen_is_set_by_the_variable_that_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as told:
        networks.find("my-net", settings(tmp_path))
    assert "SAMPAN_NETWORK_MY_NET_URL" in str(told.value.hint)
    found = networks.find("my-net", settings(tmp_path, SAMPAN_NETWORK_MY_NET_URL="http://127.0.0.1:8545"))
    assert found.url == "http://127.0.0.1:8545"
    (tmp_path / "sampan.toml").write_text("[networks.my-net]\nchain_id = 5\n")
    found = networks.find("my-net", settings(tmp_path, SAMPAN_NETWORK_MY_NET_URL="http://127.0.0.1:8545"))
    assert (found.name, found.url, found.chain_id) == ("my-net", "http://127.0.0.1:8545", 5)
    with pytest.raises(Missing) as lacking:
        networks.connect("my-net", settings(tmp_path))
    assert "SAMPAN_NETWORK_MY_NET_URL" in str(lacking.value.hint)


# ---------------------------------------------------------------------------------------------------- the chain meant


def test_another_chain_under_the_name_is_refused(tmp_path: Path) -> None:
    with LyingRpc() as rpc:
        rpc.add(faults.answer("0x1").on("eth_chainId"))
        with pytest.raises(ChainError, match="wrong chain: its id is 1, expected 11155111") as told:
            networks.connect("sepolia", settings(tmp_path, SAMPAN_NETWORK_SEPOLIA_URL=rpc.url))
        assert told.value.code == "chain.wrong"


def test_another_chain_of_the_same_id_is_refused_by_its_genesis(tmp_path: Path) -> None:
    with LyingRpc() as rpc:
        rpc.add(faults.answer(hex(11155111)).on("eth_chainId"))
        rpc.add(
            faults.answer({"number": "0x0", "hash": "0x" + "ab" * 32, "timestamp": "0x1"}).on("eth_getBlockByNumber")
        )
        with pytest.raises(ChainError, match="another chain of the same id") as told:
            networks.connect("sepolia", settings(tmp_path, SAMPAN_NETWORK_SEPOLIA_URL=rpc.url))
        assert "not Sepolia" in str(told.value.hint)
        assert "node start" not in str(told.value.hint)


@pytest.mark.parametrize(
    ("name", "chain_id", "hint"),
    [("harbour", 31337, "started anew"), ("harbour", 920_099, "--manifest"), ("sepolia", 11155111, "not Sepolia")],
)
def test_what_helps_against_another_chain_depends_on_the_network(name: str, chain_id: int, hint: str) -> None:
    with LyingRpc() as rpc:
        rpc.add(faults.answer(hex(chain_id)).on("eth_chainId"))
        rpc.add(
            faults.answer({"number": "0x0", "hash": "0x" + "ab" * 32, "timestamp": "0x1"}).on("eth_getBlockByNumber")
        )
        network = networks.Network(name, "http", rpc.url)
        with networks.connect(network) as connection, pytest.raises(ChainError) as told:
            connection.expect(chain_id=chain_id, genesis_hash="0x" + "cd" * 32)
        assert hint in str(told.value.hint)
        assert "deploy again" not in str(told.value.hint)


@pytest.mark.slow
def test_the_chain_in_process_is_the_same_every_time() -> None:
    with networks.connect("tester") as one, networks.connect("tester") as other:
        assert one.genesis_hash == other.genesis_hash
        assert one.is_development
        assert one.in_process


@pytest.mark.anvil
def test_an_anvil_of_ours_is_the_same_every_time_and_gone_when_it_is_closed() -> None:
    with networks.connect("anvil") as one, networks.connect("anvil") as other:
        assert one.genesis_hash == other.genesis_hash
        assert one.transport.name != other.transport.name
        assert one.is_development
        url = one.transport.url
    with pytest.raises(ChainError, match="nobody listens"):
        networks.connect(url)


def test_a_network_is_asked_whether_it_can_run_the_suite(sampan_command: Callable[..., object]) -> None:
    ran = sampan_command("network", "check", "tester", "--json")
    assert ran.code == 0
    assert ran.document["runs_the_suite"] is True
    assert ran.document["factory"] is False
    assert sampan_command("network", "check", "nowhere").code == 2


@pytest.mark.parametrize(
    "url", ["http://", "http://[::1", "http://127.0.0.1:99999", "http://a b", "http://\u2028/", "https://:1"]
)
def test_a_url_that_leads_to_no_host_is_refused_before_it_is_tried(tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError, match="leads to no host"):
        networks.find(url)
    settings = config.load(
        environment={"SAMPAN_NETWORK_HARBOUR_URL": url}, folder=tmp_path, user_file=tmp_path / "none.toml"
    )
    with pytest.raises(UsageError, match="leads to no host"):
        networks.find("harbour", settings)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8545", "https://host/path", "http://[::1]:8545", "http://user:pw@host_1:80/a"]
)
def test_a_url_that_leads_to_a_host_is_a_network(url: str) -> None:
    assert networks.find(url).url == url
