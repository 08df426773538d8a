"""Keys: where they come from, what they sign, and that nobody gets to see one."""

from __future__ import annotations

import json
import pickle
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sampan import config
from sampan.chain import signers
from sampan.chain.accounts import MNEMONIC, ROLES, development_signer
from sampan.chain.signers import KeySigner
from sampan.errors import BadInput, Missing, SampanError, UsageError

KEY = bytes.fromhex("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318")
ADDRESS = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23"


def settings(folder: Path, **environment: str) -> config.Settings:
    variables = {"SAMPAN_KEYSTORE": str(folder / "keystore"), **environment}
    return config.load(environment=variables, folder=folder, user_file=folder / "none.toml")


def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Encrypt with little work: what is tested here is not how long a guess takes."""
    import eth_account

    original = eth_account.Account.encrypt
    monkeypatch.setattr(
        eth_account.Account, "encrypt", lambda key, secret: original(key, secret, kdf="pbkdf2", iterations=10)
    )


def test_a_signer_signs_transactions_that_recover_to_its_address() -> None:
    from eth_account import Account

    signer = KeySigner(KEY)
    assert signer.address == ADDRESS
    raw = signer.sign(
        {
            "type": 2,
            "chainId": 31337,
            "nonce": 3,
            "to": ROLES["bank"],
            "value": 5,
            "data": b"\x01\x02",
            "gas": 30_000,
            "maxFeePerGas": 2,
            "maxPriorityFeePerGas": 1,
        }
    )
    assert raw[0] == 2
    assert Account.recover_transaction(raw) == ADDRESS


def test_a_signer_signs_typed_data_that_recovers_to_its_address() -> None:
    from eth_account import Account
    from eth_account.messages import encode_typed_data

    data = {
        "types": {
            "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "chainId", "type": "uint256"}],
            "Agreement": [{"name": "bill", "type": "uint256"}, {"name": "to", "type": "address"}],
        },
        "primaryType": "Agreement",
        "domain": {"name": "Sampan Bills", "chainId": 31337},
        "message": {"bill": 2**200, "to": ROLES["bank"]},
    }
    signature = KeySigner(KEY).sign_typed(data)
    assert len(signature) == 65
    assert Account.recover_message(encode_typed_data(full_message=data), signature=signature) == ADDRESS


def test_a_key_is_shown_nowhere() -> None:
    signer = KeySigner(KEY)
    assert repr(signer) == str(signer) == f"KeySigner({ADDRESS})"
    assert KEY.hex() not in f"{signer!r} {signer!s} {[signer]} {vars(type(signer))}"
    with pytest.raises(TypeError, match="a key is not pickled"):
        pickle.dumps(signer)


@pytest.mark.parametrize("text", ["", "0x", "abc", KEY.hex()[:-1], KEY.hex() + "0", "g" * 64, "0" * 64, "f" * 64])
def test_what_is_no_key_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(BadInput) as told:
        KeySigner(signers.key_from_hex(text))
    if len(text) > 3:
        assert text not in f"{told.value} {told.value.subject} {told.value.hint} {told.value.__cause__}"


@pytest.mark.slow
def test_a_stored_key_comes_back_with_its_password(tmp_path: Path) -> None:
    folder = tmp_path / "keystore"
    path = signers.store("bank", KEY, "correct horse", folder)
    content = path.read_text()
    assert KEY.hex() not in content
    assert "correct horse" not in content
    assert json.loads(content)["crypto"]["kdf"] == "scrypt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert signers.addresses(folder) == {"bank": ADDRESS}
    assert signers.unlock(path, "correct horse").address == ADDRESS


def test_a_wrong_password_opens_nothing_and_is_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    path = signers.store("bank", KEY, "correct horse", tmp_path)
    with pytest.raises(BadInput, match="the password is wrong") as told:
        signers.unlock(path, "wrong horse")
    assert "wrong horse" not in f"{told.value} {told.value.hint}"


def test_a_key_is_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    path = signers.store("bank", KEY, "one", tmp_path)
    content = path.read_bytes()
    with pytest.raises(UsageError, match="there already"):
        signers.store("bank", bytes(31) + b"\x01", "two", tmp_path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("name", ["", "../bank", "a/b", ".hidden", "bank\n", "x" * 65])
def test_a_name_that_is_no_file_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="not a name"):
        signers.store(name, KEY, "secret", tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"[" * 100_000, b"\xff\xfe", b'{"version": 1, "crypto": {}}', b"x" * 100_000]
)
def test_a_file_that_is_no_encrypted_key_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bank.json"
    file.write_bytes(content)
    with pytest.raises(
        BadInput,
        match="too large for an encrypted key" if len(content) > signers.LARGEST_KEYSTORE else "not an encrypted key",
    ):
        signers.unlock(file, "secret")
    assert signers.addresses(tmp_path) == {}


def test_a_damaged_key_is_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    path = signers.store("bank", KEY, "secret", tmp_path)
    content = json.loads(path.read_text())
    content["crypto"]["ciphertext"] = "zz"
    path.write_text(json.dumps(content))
    with pytest.raises(BadInput, match="the encrypted key is broken"):
        signers.unlock(path, "secret")


# -------------------------------------------------------------------------------------------------------------- --from


def test_a_role_signs_on_a_development_chain_and_nowhere_else(tmp_path: Path) -> None:
    found = signers.find("carrier", settings(tmp_path), development=True)
    assert found.address == ROLES["carrier"]
    with pytest.raises(UsageError, match="published keys, which sign on development chains only"):
        signers.find("carrier", settings(tmp_path), development=False)


@pytest.mark.slow
def test_every_role_has_the_key_of_its_place_in_the_published_phrase() -> None:
    from eth_account import Account

    Account.enable_unaudited_hdwallet_features()
    for place, (role, address) in enumerate(ROLES.items()):
        expected = Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{place}").address
        assert development_signer(role).address == address == expected


def test_a_raw_key_comes_from_the_environment_alone(tmp_path: Path) -> None:
    found = signers.find(None, settings(tmp_path, SAMPAN_PRIVATE_KEY="0x" + KEY.hex()), development=False)
    assert found.address == ADDRESS
    with pytest.raises(Missing, match="no key is set"):
        signers.find("environment", settings(tmp_path), development=False)
    with pytest.raises(UsageError, match="nothing says who signs"):
        signers.find(None, settings(tmp_path), development=False)


def test_a_key_of_the_keystore_is_found_by_name_and_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    path = signers.store("bank-desk", KEY, "secret", tmp_path / "keystore")
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return "secret"

    for reference in ("bank-desk", str(path)):
        assert signers.find(reference, settings(tmp_path), development=False, ask=ask).address == ADDRESS
        assert signers.address_of(reference, settings(tmp_path), development=False) == ADDRESS
    assert asked == ["Password of bank-desk: "] * 2
    with pytest.raises(Missing, match="no such key"):
        signers.find("somebody", settings(tmp_path), development=False)


def test_apes_accounts_open_without_ape(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from eth_account import Account

    # Whatever ran before, a plugin of ape's among it: from here on nothing can import it.
    monkeypatch.setitem(sys.modules, "ape", None)
    monkeypatch.setenv("APE_DATA_FOLDER", str(tmp_path / "ape"))
    (tmp_path / "ape" / "accounts").mkdir(parents=True)
    content = Account.encrypt(KEY, "secret", kdf="pbkdf2", iterations=10)
    (tmp_path / "ape" / "accounts" / "trader.json").write_text(json.dumps(content))
    found = signers.find("trader", settings(tmp_path), development=False, ask=lambda _: "secret")
    assert found.address == ADDRESS


# ----------------------------------------------------------------------------------------------------------- passwords


def test_without_a_terminal_nothing_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: pytest.fail("asked"))
    with pytest.raises(Missing, match="there is no terminal to ask on") as told:
        signers.password("bank", settings(tmp_path))
    assert "SAMPAN_PASSWORD_FILE" in (told.value.hint or "")
    assert told.value.exit_code == 6


@pytest.mark.parametrize("content", ["secret", "secret\n", "secret\r\n", "secret\nsecond line\n"])
def test_a_password_file_gives_its_first_line(tmp_path: Path, content: str) -> None:
    (tmp_path / "password").write_bytes(content.encode())
    assert signers.password("bank", settings(tmp_path, SAMPAN_PASSWORD_FILE=str(tmp_path / "password"))) == "secret"


def test_a_password_keeps_the_spaces_around_it(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("  two words \n")
    assert signers.password("b", settings(tmp_path, SAMPAN_PASSWORD_FILE=str(tmp_path / "password"))) == "  two words "


def test_a_password_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        signers.password("bank", settings(tmp_path, SAMPAN_PASSWORD_FILE=str(tmp_path / "nothing")))


def test_a_new_password_is_asked_for_twice(tmp_path: Path) -> None:
    answers = iter(["one", "two", "same", "same"])

    def ask(_: str) -> str:
        return next(answers)

    with pytest.raises(BadInput, match="the two passwords differ"):
        signers.password("bank", settings(tmp_path), ask=ask, twice=True)
    assert signers.password("bank", settings(tmp_path), ask=ask, twice=True) == "same"


def test_an_empty_password_protects_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="empty"):
        signers.store("bank", KEY, "", tmp_path)


# ------------------------------------------------------------------------------------------------------- the commands


@pytest.fixture
def with_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    quick(monkeypatch)
    file = tmp_path / "password"
    file.write_text("a password that nobody guesses\n")
    return file


def test_a_key_is_made_listed_and_never_printed(
    sampan_command: Callable[..., object], with_password: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMPAN_KEYSTORE", str(tmp_path / "keys"))
    made = sampan_command("account", "new", "carrier-desk", "--password-file", with_password, "--json")
    assert made.code == 0
    address = made.document["address"]
    file = Path(made.document["file"])
    key = signers.unlock(file, "a password that nobody guesses")._key.key.hex().removeprefix("0x")
    listed = sampan_command("account", "list", "--json")
    assert {"name": "carrier-desk", "address": address, "where": "keystore"} in listed.document["accounts"]
    again = sampan_command("account", "new", "carrier-desk", "--password-file", with_password)
    assert again.code == 2
    for ran in (made, listed, again):
        assert key not in ran.out + ran.err
        assert "nobody guesses" not in ran.out + ran.err


def test_a_new_key_gets_no_name_by_which_something_else_is_meant(
    sampan_command: Callable[..., object], with_password: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMPAN_KEYSTORE", str(tmp_path / "keys"))
    for name, what in (("deployer", "published"), ("environment", "SAMPAN_PRIVATE_KEY")):
        ran = sampan_command("account", "new", name, "--password-file", with_password, "--json")
        assert ran.code == 2
        assert what in ran.error["message"]
    assert not (tmp_path / "keys").exists()


def test_the_list_of_keys_is_ones_own_unless_a_development_network_was_chosen(
    sampan_command: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMPAN_KEYSTORE", str(tmp_path / "keys"))
    monkeypatch.setenv("APE_DATA_FOLDER", str(tmp_path / "ape"))
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "ops.json").write_text(json.dumps({"version": 3, "crypto": {}, "address": ADDRESS[2:]}))

    def names(*arguments: str) -> list[str]:
        return [each["name"] for each in sampan_command("account", "list", *arguments, "--json").document["accounts"]]

    assert names() == ["ops"]
    assert "--all" in sampan_command("account", "list").out
    assert names("--all") == ["ops", *ROLES]
    monkeypatch.setenv("SAMPAN_NETWORK", "local")
    assert names() == ["ops", *ROLES]
    monkeypatch.setenv("SAMPAN_NETWORK", "trial")
    monkeypatch.setenv("SAMPAN_NETWORK_TRIAL_URL", "http://127.0.0.1:1")
    assert names() == ["ops"]
    monkeypatch.setenv("SAMPAN_NETWORK_TRIAL_DEVELOPMENT", "true")
    assert names() == ["ops", *ROLES]


def test_a_raw_key_is_brought_in_from_the_environment(
    sampan_command: Callable[..., object], with_password: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMPAN_KEYSTORE", str(tmp_path / "keys"))
    nothing = sampan_command("account", "import", "bank", "--password-file", with_password, "--json")
    assert nothing.code == 6
    monkeypatch.setenv("SAMPAN_PRIVATE_KEY", KEY.hex())
    made = sampan_command("account", "import", "bank", "--password-file", with_password, "--json")
    assert made.document["address"] == ADDRESS
    assert KEY.hex() not in made.out + made.err
    shown = sampan_command("config", "show")
    assert KEY.hex() not in shown.out + shown.err


def test_an_encrypted_key_of_another_program_is_brought_in(
    sampan_command: Callable[..., object], with_password: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMPAN_KEYSTORE", str(tmp_path / "keys"))
    other = signers.store("other", KEY, "a password that nobody guesses", tmp_path / "elsewhere")
    made = sampan_command(
        "account", "import", "bank", "--keystore-file", other, "--password-file", with_password, "--json"
    )
    assert made.document["address"] == ADDRESS
    with_password.write_text("wrong\n")
    wrong = sampan_command(
        "account", "import", "bank-2", "--keystore-file", other, "--password-file", with_password, "--json"
    )
    assert wrong.code == 3
    assert wrong.error["message"] == "the password is wrong"
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["bank.json"]


def test_no_error_of_ours_holds_a_key(tmp_path: Path) -> None:
    for text in (KEY.hex()[:-2], KEY.hex() + "00"):
        with pytest.raises(SampanError) as told:
            signers.find(None, settings(tmp_path, SAMPAN_PRIVATE_KEY=text), development=False)
        assert text not in json.dumps(told.value.as_dict())
