"""Settings: option over variable over project file over user file over built in, and what may never be shown."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sampan import config
from sampan.errors import BadInput, SampanError, UsageError

KEY = "0x" + "ab" * 32


def load(tmp_path: Path, options: dict[str, object] | None = None, **environment: str) -> config.Settings:
    return config.load(
        options, environment=environment, folder=tmp_path / "work" / "deep", user_file=tmp_path / "user" / "config.toml"
    )


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_the_strongest_source_wins_and_is_named(tmp_path: Path) -> None:
    built_in = load(tmp_path).value("network")
    assert (built_in.value, built_in.source) == ("local", "built in")
    user = write(tmp_path / "user" / "config.toml", 'network = "of-user"')
    assert load(tmp_path).value("network") == config.Value("network", "of-user", str(user))
    project = write(tmp_path / "work" / "sampan.toml", 'network = "of-project"')
    assert load(tmp_path).value("network") == config.Value("network", "of-project", str(project))
    of_variable = load(tmp_path, SAMPAN_NETWORK="of-variable").value("network")
    assert of_variable == config.Value("network", "of-variable", "SAMPAN_NETWORK")
    of_option = load(tmp_path, {"network": "of-option"}, SAMPAN_NETWORK="of-variable").value("network")
    assert of_option == config.Value("network", "of-option", "option")


def test_an_option_that_was_not_given_and_an_empty_variable_say_nothing(tmp_path: Path) -> None:
    assert load(tmp_path, {"network": None}, SAMPAN_NETWORK="").network == "local"


def test_the_nearest_project_file_is_the_one(tmp_path: Path) -> None:
    write(tmp_path / "sampan.toml", 'network = "far"')
    near = write(tmp_path / "work" / "deep" / "sampan.toml", 'network = "near"')
    settings = load(tmp_path)
    assert settings.network == "near"
    assert settings.project_file == near


def test_a_path_in_a_file_is_relative_to_the_file(tmp_path: Path) -> None:
    write(tmp_path / "work" / "sampan.toml", 'deployments = "manifests"')
    assert load(tmp_path).deployments == tmp_path / "work" / "manifests"
    assert load(tmp_path, SAMPAN_DEPLOYMENTS="here").deployments == tmp_path / "work" / "deep" / "here"


def test_a_network_gathers_its_fields_from_every_source(tmp_path: Path) -> None:
    write(tmp_path / "user" / "config.toml", '[networks.sepolia]\nurl = "https://user.example"\nchain_id = 11155111\n')
    write(
        tmp_path / "work" / "sampan.toml", "[networks.sepolia]\nconfirmations = 3\n[networks.two-words]\nchain_id=5\n"
    )
    settings = load(
        tmp_path, SAMPAN_NETWORK_SEPOLIA_URL="https://variable.example", SAMPAN_NETWORK_TWO_WORDS_URL="http://x.example"
    )
    sepolia = settings.network_fields("sepolia")
    assert sepolia == {"url": "https://variable.example", "chain_id": 11155111, "confirmations": 3}
    assert settings.network_fields("two-words")["url"] == "http://x.example"
    assert settings.network_fields("unheard-of") == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("network = ", "not valid TOML"),
        ("netwrok = 'x'", "netwrok is no setting"),
        ("network = 5", "network must be a text"),
        ("confirmations = true", "confirmations must be a whole number"),
        ("confirmations = -1", "confirmations must be a whole number"),
        ("confirmations = 1.5", "confirmations must be a whole number"),
        (f"private_key = '{KEY}'", "private_key may not stand in a file"),
        ("networks = 5", "networks must be a table"),
        ("[networks.sepolia]\nkey = 'x'", "networks.sepolia.key is no setting"),
        ("[networks.SEPOLIA]\nurl = 'x'", "networks.SEPOLIA is not a network"),
        ("names = 5", "names must be a table"),
        ("[names]\nbank = 'Bank'", "names.bank is neither an LEI nor an address"),
        ("[names]\nSAMPAN0000BANK000038 = 5", "names.SAMPAN0000BANK000038 must be a name"),
        ("[names]\nSAMPAN0000BANK000038 = ' '", "names.SAMPAN0000BANK000038 must be a name"),
        ('[names]\nSAMPAN0000BANK000038 = "a\\u202eb"', "names.SAMPAN0000BANK000038 must be a name"),
        ('[names]\nSAMPAN0000BANK000038 = "Us” (0x2361…1E8f), “x"', "names.SAMPAN0000BANK000038 must be a name"),
        (
            '[names]\nSAMPAN0000BANK000038 = "A"\nsampan0000bank000038 = "B"',
            "names.sampan0000bank000038 stands there twice",
        ),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    file = write(tmp_path / "work" / "sampan.toml", text)
    with pytest.raises(BadInput) as refused:
        load(tmp_path)
    assert said in refused.value.message
    assert refused.value.subject == str(file)
    assert KEY not in str(refused.value.as_dict())


@pytest.mark.parametrize("name", ["anvil", "keystore", "password_file", "node_folder", "cargo_store"])
def test_a_project_file_says_nothing_of_programs_and_keys(tmp_path: Path, name: str) -> None:
    project = write(tmp_path / "work" / "sampan.toml", f"{name} = 'evil'")
    with pytest.raises(BadInput, match=f"{name} may not stand in a sampan.toml") as refused:
        load(tmp_path)
    assert refused.value.subject == str(project)
    assert str(tmp_path / "user" / "config.toml") in str(refused.value.hint)
    project.unlink()
    write(tmp_path / "user" / "config.toml", f"{name} = 'mine'")
    assert load(tmp_path).path(name) == tmp_path / "user" / "mine"
    assert load(tmp_path, None, **{"SAMPAN_" + name.upper(): "here"}).path(name) == tmp_path / "work" / "deep" / "here"


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_a_project_file_that_others_may_write_is_passed_over(tmp_path: Path) -> None:
    far = write(tmp_path / "sampan.toml", 'network = "far"')
    near = write(tmp_path / "work" / "sampan.toml", "network = ")
    near.chmod(0o646)
    settings = load(tmp_path)
    assert (settings.network, settings.project_file, list(settings.ignored)) == ("far", far, [near])
    assert "others may write it" in settings.ignored[near]
    near.write_text('network = "near"')
    near.chmod(0o644)
    settings = load(tmp_path)
    assert (settings.network, settings.project_file, settings.ignored) == ("near", near, {})


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_a_group_that_holds_others_may_not_write_a_project_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import grp

    near = write(tmp_path / "work" / "sampan.toml", 'network = "near"')
    near.chmod(0o664)
    found = grp.getgrgid(near.stat().st_gid)
    monkeypatch.setattr(grp, "getgrgid", lambda _: grp.struct_group((found.gr_name, "x", found.gr_gid, ["somebody"])))
    assert list(load(tmp_path).ignored) == [near]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root may give a file to another user")
@pytest.mark.parametrize("what", ["file", "link"])
def test_a_project_file_of_another_user_is_passed_over(tmp_path: Path, what: str) -> None:
    project = tmp_path / "work" / "sampan.toml"
    if what == "file":
        os.chown(write(project, 'network = "evil"'), 12345, 12345)
    else:
        target = write(tmp_path / "user" / "config.toml", 'from = "carrier"')
        project.parent.mkdir()
        project.symlink_to(target)
        os.chown(project, 12345, 12345, follow_symlinks=False)
    settings = load(tmp_path)
    assert settings.network == "local"
    assert "belongs to another user" in settings.ignored[project]


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_what_was_passed_over_is_said_once_and_shown(
    sampan_command: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = write(tmp_path / "sampan.toml", 'network = "evil"')
    file.chmod(0o666)
    monkeypatch.chdir(tmp_path)
    ran = sampan_command("config", "show", "--json")
    assert [one["file"] for one in ran.document["ignored"]] == [str(file)]
    assert ran.err.count("ignored:") == 1
    assert "others may write it" in " ".join(ran.err.split())


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "sampan.toml").write_bytes(b"network = '\xff'")
    with pytest.raises(BadInput, match="not valid TOML"):
        load(tmp_path)


def test_a_private_key_comes_from_the_environment_alone(tmp_path: Path) -> None:
    assert load(tmp_path, SAMPAN_PRIVATE_KEY=KEY).text("private_key") == KEY
    with pytest.raises(UsageError, match="never an argument"):
        load(tmp_path, {"private_key": KEY})


def test_a_variable_of_the_wrong_kind_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        load(tmp_path, SAMPAN_CONFIRMATIONS="two")
    assert refused.value.subject == "SAMPAN_CONFIRMATIONS"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://127.0.0.1:8545", "http://127.0.0.1:8545"),
        ("https://rpc.example/v3/0123456789abcdef0123456789abcdef", "https://rpc.example/v3/***"),
        ("https://user:secret@rpc.example/", "https://***@rpc.example/"),
        ("https://rpc.example/?apikey=secret", "https://rpc.example/?***"),
        ("https://rpc.example/ethereum/sepolia", "https://rpc.example/ethereum/sepolia"),
        ("https://rpc.example/v2/averylongkeyofnothingbutletters", "https://rpc.example/v2/***"),
        ("https://rpc.example/v3/k3y/eth", "https://rpc.example/v3/***/eth"),
        ("http://[broken", "***"),
    ],
)
def test_an_rpc_address_is_shown_without_its_key(url: str, shown: str) -> None:
    assert config.shorten_url(url) == shown


def test_config_show_names_every_source_and_shows_no_secret(
    sampan_command: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = write(
        tmp_path / "sampan.toml", "confirmations = 7\n[networks.sepolia]\nurl='https://x.example/v3/" + "a1" * 16 + "'"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAMPAN_PRIVATE_KEY", KEY)
    for arguments in (("config", "show"), ("config", "show", "--json"), ("config", "show", "-vv")):
        ran = sampan_command(*arguments)
        assert ran.code == 0
        assert KEY[2:] not in ran.out + ran.err
        assert "a1a1a1" not in ran.out + ran.err
    rows = {row["name"]: row for row in sampan_command("config", "show", "--json").document["settings"]}
    assert rows["confirmations"] == {
        "name": "confirmations",
        "value": 7,
        "source": str(file),
        "variable": "SAMPAN_CONFIRMATIONS",
    }
    assert rows["private_key"]["value"] == "********"
    assert rows["networks.sepolia.url"]["value"] == "https://x.example/v3/***"
    assert rows["network"]["source"] == "built in"


def test_a_wrong_file_is_one_line_to_the_user(
    sampan_command: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write(tmp_path / "sampan.toml", "network = 'x")
    monkeypatch.chdir(tmp_path)
    ran = sampan_command("config", "show", "--json")
    assert ran.code == 3
    assert ran.error["subject"] == str(tmp_path / "sampan.toml")


def test_every_setting_says_what_it_is_for() -> None:
    for setting in (*config.SETTINGS, *config.NETWORK_FIELDS):
        assert setting.help
    assert issubclass(BadInput, SampanError)


@pytest.mark.parametrize(
    ("variable", "value"),
    [("SAMPAN_RPC_TIMEOUT", "86401"), ("SAMPAN_RPC_TIMEOUT", "9" * 20), ("SAMPAN_CONFIRMATIONS", "9" * 5_000)],
)
def test_a_number_without_end_is_refused_by_name(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(UsageError) as refused:
        load(tmp_path, **{variable: value})
    assert refused.value.subject == variable


def test_names_are_gathered_from_both_files_and_the_users_own_stand(tmp_path: Path) -> None:
    bank, trader = "SAMPAN0000BANK000038", "0x1CBd3b2770909D4e10f157cABC84C7264073C9Ec"
    write(tmp_path / "user" / "config.toml", f'[names]\n{bank} = "Bank"\n{trader.lower()} = "Desk"\n')
    carrier = "SAMPAN00CARRIER00006"
    # A folder of somebody else must not rename whom the user's own lists know by name.
    project = write(
        tmp_path / "work" / "sampan.toml", f'[names]\n{bank.lower()} = "Our bank"\n{carrier} = " The line "\n'
    )
    found = load(tmp_path).names
    told = {name: value.value for name, value in found.items()}
    assert told == {bank: "Bank", trader.lower(): "Desk", carrier: "The line"}
    assert found[carrier].source == str(project)
