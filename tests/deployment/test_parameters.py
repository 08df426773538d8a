"""Deployment parameters: what a file may say, and what is refused with the key that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from sampan.chain.accounts import ROLES
from sampan.deployment import parameters
from sampan.deployment.parameters import DAY
from sampan.errors import BadInput

DEPLOYER = ROLES["deployer"]
BANK = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"


def read(tmp_path: Path, text: str, *, development: bool = False) -> parameters.Parameters:
    file = tmp_path / "parameters.toml"
    file.write_text(text)
    return parameters.read(file, DEPLOYER, development=development)


def test_an_empty_file_means_the_usual(tmp_path: Path) -> None:
    found = read(tmp_path, "")
    assert found == parameters.usual(DEPLOYER, development=False)
    assert found.administrator == DEPLOYER
    assert (found.admin_delay, found.target_delay) == (5 * DAY, 5 * DAY)
    assert {name: role.delay for name, role in found.roles.items()}["LIFTER"] == 2 * DAY


def test_on_a_development_chain_every_role_has_its_published_account() -> None:
    found = parameters.usual(DEPLOYER, development=True)
    assert found.administrator == ROLES["administrator"]
    assert {name: role.members for name, role in found.roles.items()} == {
        name: (ROLES[name.lower()],) for name in parameters.ROLE_DELAYS
    }
    assert found.roles["LIFTER"].delay == 2 * DAY, "the delays are those of a public network"


def test_a_file_says_who_holds_what_after_which_delay(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        f"""
        salt = "consortium"
        [admin]
        account = "{BANK}"
        delay = 864000
        target_delay = 1
        [roles.SUSPENDER]
        members = ["{BANK}", "{BANK.lower().replace("fb69", "ab69")}"]
        [roles.LIFTER]
        delay = 0
        grant_delay = 60
        """,
    )
    assert (found.salt, found.administrator, found.admin_delay, found.target_delay) == ("consortium", BANK, 864_000, 1)
    assert len(found.roles["SUSPENDER"].members) == 2
    assert (found.roles["LIFTER"].delay, found.roles["LIFTER"].grant_delay) == (0, 60)
    assert found.roles["LIFTER"].members == (DEPLOYER,)


def test_roles_names_stand_for_accounts_on_development_chains_alone(tmp_path: Path) -> None:
    text = '[admin]\naccount = "bank"\n'
    assert read(tmp_path, text, development=True).administrator == ROLES["bank"]
    with pytest.raises(BadInput, match="'bank' is not an address"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "subject", "message"),
    [
        ("salt = 7", "salt", "must be a text"),
        ('salt = ""', "salt", "must be a text"),
        ("[admin]\nowner = 1", "admin.owner", "is no parameter"),
        ("[roles.OWNER]", "roles.OWNER", "is no parameter"),
        ("[roles.LIFTER]\nmember = []", "roles.LIFTER.member", "is no parameter"),
        ("roles = 1", "roles", "must be a table"),
        ("[roles]\nLIFTER = 1", "roles.LIFTER", "must be a table"),
        ("[roles.LIFTER]\nmembers = []", "roles.LIFTER.members", "at least one address"),
        ('[roles.LIFTER]\nmembers = "0x1"', "roles.LIFTER.members", "at least one address"),
        ('[roles.LIFTER]\nmembers = ["0x12"]', "roles.LIFTER.members", "is not an address"),
        (f'[roles.LIFTER]\nmembers = ["{BANK}", "{BANK}"]', "roles.LIFTER.members", "twice"),
        (f'[admin]\naccount = "{BANK.replace("fB", "fb")}"', "admin.account", "checksum"),
        (f'[admin]\naccount = "0x{"0" * 40}"', "admin.account", "zero address"),
        ("[admin]\naccount = 5", "admin.account", "is not an address"),
        ("[admin]\ndelay = -1", "admin.delay", "whole number of seconds"),
        ("[admin]\ndelay = 4294967296", "admin.delay", "whole number of seconds"),
        ("[admin]\ndelay = 1.5", "admin.delay", "whole number of seconds"),
        ("[admin]\ndelay = true", "admin.delay", "whole number of seconds"),
        ('[admin]\ndelay = "5 days"', "admin.delay", "whole number of seconds"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, subject: str, message: str) -> None:
    with pytest.raises(BadInput, match=message) as told:
        read(tmp_path, text)
    assert told.value.subject == f"{tmp_path / 'parameters.toml'}: {subject}"


@pytest.mark.parametrize("content", [b"salt =", b"\xff\xfe", b"[admin"])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "parameters.toml"
    file.write_bytes(content)
    with pytest.raises(BadInput, match="not valid TOML"):
        parameters.read(file, DEPLOYER, development=False)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        parameters.read(tmp_path / "nothing.toml", DEPLOYER, development=False)
