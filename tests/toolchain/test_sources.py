"""Reading Solidity: which contracts a source declares, what it imports, and what belongs to a contract's closure."""

from __future__ import annotations

from pathlib import Path

import pytest

from sampan.errors import BadInput, Missing
from sampan.toolchain import build
from sampan.toolchain.sources import Declared, Sources, project_root

SOURCE = """\
// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;
// import "./Commented.sol";
/* contract InAComment { } import "./AlsoCommented.sol"; */
import {ERC721} from "solady/src/tokens/ERC721.sol";
import {
    EIP712,
    AccessManaged as Managed
} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import "../identity/Roles.sol";
import * as words from './Words.sol';

string constant SAID = "contract InAString { import './no.sol'; // no";

abstract contract Base { }
contract Bills is Base, ERC721("a", "b") { }
interface IBills { }
library Words { function contract_(uint256 x) internal { } }
contract$able constant x;
"""


def write(root: Path, files: dict[str, str]) -> Sources:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return Sources(root)


def test_imports_are_resolved_as_the_compiler_resolves_them(tmp_path: Path) -> None:
    sources = write(tmp_path, {"contracts/bills/Bills.sol": SOURCE})
    assert sources.imports("contracts/bills/Bills.sol") == (
        "node_modules/solady/src/tokens/ERC721.sol",
        "node_modules/@openzeppelin/contracts/utils/cryptography/EIP712.sol",
        "contracts/identity/Roles.sol",
        "contracts/bills/Words.sol",
    )


def test_contracts_in_comments_and_strings_are_none(tmp_path: Path) -> None:
    sources = write(tmp_path, {"contracts/A.sol": SOURCE})
    assert sources.declared("contracts/A.sol") == [
        Declared("contracts/A.sol", "Base", "abstract"),
        Declared("contracts/A.sol", "Bills", "contract"),
        Declared("contracts/A.sol", "IBills", "interface"),
        Declared("contracts/A.sol", "Words", "library"),
    ]


def test_a_closure_holds_everything_that_is_imported_once(tmp_path: Path) -> None:
    sources = write(
        tmp_path,
        {
            "contracts/A.sol": 'import "./B.sol"; import "./sub/C.sol"; contract A {}',
            "contracts/B.sol": 'import "./sub/C.sol"; contract B {}',
            "contracts/sub/C.sol": 'import "../A.sol"; contract C {}',
            "contracts/D.sol": "contract D {}",
        },
    )
    assert sources.closure(["contracts/A.sol"]) == ["contracts/A.sol", "contracts/B.sol", "contracts/sub/C.sol"]


def test_an_import_that_is_not_there_is_named_with_who_imports_it(tmp_path: Path) -> None:
    sources = write(tmp_path, {"contracts/A.sol": 'import "./Gone.sol";'})
    with pytest.raises(Missing) as refused:
        sources.closure(["contracts/A.sol"])
    assert refused.value.subject == "contracts/A.sol"
    assert "contracts/Gone.sol" in refused.value.message


def test_a_library_that_npm_has_not_brought_says_what_brings_it(tmp_path: Path) -> None:
    sources = write(tmp_path, {"contracts/A.sol": 'import "solady/src/utils/LibBit.sol";'})
    with pytest.raises(Missing) as refused:
        sources.closure(["contracts/A.sol"])
    assert refused.value.hint == "`npm ci --ignore-scripts` brings it"


def test_two_contracts_of_one_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path, {"contracts/A.sol": "contract Same {}", "contracts/B.sol": "contract Same {}"})
    with pytest.raises(BadInput) as refused:
        build.plan(tmp_path, build.Suite("contracts", "contracts", "out"))
    assert refused.value.subject == "contracts/B.sol"
    assert "contracts/A.sol" in refused.value.message


def test_a_source_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "A.sol").write_bytes(b"// \xff\ncontract A {}")
    with pytest.raises(BadInput, match="not UTF-8"):
        build.plan(tmp_path, build.Suite("contracts", "contracts", "out"))


def test_ape_s_cache_below_the_contracts_is_no_source(tmp_path: Path) -> None:
    sources = write(tmp_path, {"contracts/A.sol": "contract A {}", "contracts/.cache/dep/1.0/B.sol": "contract B {}"})
    assert sources.found_in("contracts") == ["contracts/A.sol"]


def test_outside_of_a_working_copy_there_is_nothing_to_compile(tmp_path: Path, sampan_command, monkeypatch) -> None:
    with pytest.raises(Missing, match="needs a working copy") as refused:
        project_root(tmp_path)
    assert refused.value.subject == str(tmp_path)
    monkeypatch.chdir(tmp_path)
    ran = sampan_command("compile", "--json")
    assert ran.code == 6
    assert "working copy" in ran.error["message"]
