// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EfficientHashLib} from "solady/src/utils/EfficientHashLib.sol";

import {ILedger} from "../bills/ILedger.sol";
import {AccountWord} from "../identity/AccountWord.sol";
import {AccreditationWord} from "./AccreditationWord.sol";
import {ClauseWord, ClauseWords} from "./ClauseWord.sol";
import {FactWord} from "./FactWord.sol";
import {FactKind, ICargoLog, Lack} from "./ICargoLog.sol";

/// @title Conditions: clauses over facts
/// @notice Beside the facts, in one contract, and read by producer: what a producer is accredited for is read once, and no fact
/// of a producer that a clause cannot count.
abstract contract Conditions is ICargoLog {
    ILedger public immutable LEDGER;
    uint256 private constant NOTHING = uint256(Lack.Nothing);

    mapping(uint256 producer => AccreditationWord) internal _accreditation;
    mapping(bytes32 id => FactWord) internal _facts;
    /// @dev Two clauses a slot; the last says that it is.
    mapping(bytes32 condition => mapping(uint256 pair => uint256)) private _clauses;

    constructor(ILedger ledger) {
        LEDGER = ledger;
    }

    /// @inheritdoc ICargoLog
    function lay(Clause[] calldata clauses) external returns (bytes32 condition) {
        uint256 count = clauses.length;
        if (count == 0) revert NoClauses();
        condition = keccak256(abi.encode(clauses));
        mapping(uint256 pair => uint256) storage kept = _clauses[condition];
        if (kept[0] != 0) revert ConditionStands(condition);
        uint256 pair = 0;
        for (uint256 i = 0; i < count; i++) {
            Clause calldata clause = clauses[i];
            if (clause.kind == FactKind.None || clause.producers == 0 || (clause.least != 0 && clause.measure == 0))
                revert ClauseUnfit(i);
            uint256 word = ClauseWord.unwrap(ClauseWords.pack(clause, i + 1 == count));
            pair = i % 2 == 0 ? word : pair | (word << 128);
            if (i % 2 == 1 || i + 1 == count) kept[i / 2] = pair;
        }
        emit ConditionLaid(condition, clauses, msg.sender);
    }

    /// @inheritdoc ICargoLog
    function holds(
        bytes32 condition,
        uint256 bill,
        uint256 units,
        address[] calldata producers,
        uint256[] calldata leftOut
    ) external view returns (bool) {
        Known memory known = _known(producers, leftOut);
        Lack[] memory untold;
        mapping(uint256 pair => uint256) storage clauses = _clauses[condition];
        uint256 pair = 0;
        ClauseWord clause;
        // The last clause is in one of the slots, or an empty one follows.
        unchecked {
            for (uint256 i = 0; !clause.isLast(); i++) {
                pair = i % 2 == 0 ? clauses[i / 2] : pair >> 128;
                clause = ClauseWord.wrap(uint128(pair));
                if (pair == 0 || !_holds(clause, bill, units, known, untold)) return false;
            }
        }
        return true;
    }

    /// @inheritdoc ICargoLog
    function whyNot(
        bytes32 condition,
        uint256 bill,
        uint256 units,
        address[] calldata producers,
        uint256[] calldata leftOut
    ) external view returns (Shortfall[] memory found) {
        uint256 count = clausesOf(condition).length;
        if (count == 0) revert NoSuchCondition(condition);
        Known memory known = _known(producers, leftOut);
        found = new Shortfall[](count);
        for (uint256 i = 0; i < count; i++) {
            ClauseWord clause = _clause(condition, i);
            Lack[] memory lacks = new Lack[](producers.length);
            found[i] = _shortfall(clause, bill, units, known, lacks);
            for (uint256 j = 0; j < lacks.length; j++) {
                if (lacks[j] == Lack.NotAccredited) lacks[j] = _whyUnheard(producers[j], leftOut);
            }
        }
    }

    /// @inheritdoc ICargoLog
    function clausesOf(bytes32 condition) public view returns (Clause[] memory clauses) {
        uint256 count = 0;
        while (ClauseWord.unwrap(_clause(condition, count)) != 0) {
            if (_clause(condition, count++).isLast()) break;
        }
        clauses = new Clause[](count);
        for (uint256 i = 0; i < count; i++) clauses[i] = _clause(condition, i).unpack();
    }

    // -------------------------------------------------------------------------------------------------------- within

    /// @dev The producers of which a condition is asked, in their order. `words`: what each is accredited for, and its
    /// number; nothing for one that may not act, or whose group is left out. `groups`: room for those that count.
    struct Known {
        AccreditationWord[] words;
        uint256[] groups;
    }

    function _factId(uint256 bill, uint256 kind, uint256 unit, uint256 producer) internal pure returns (bytes32) {
        return EfficientHashLib.hash(bill, kind, unit, producer);
    }

    function _clause(bytes32 condition, uint256 index) private view returns (ClauseWord) {
        return ClauseWord.wrap(uint128(_clauses[condition][index / 2] >> (index % 2 == 0 ? 0 : 128)));
    }

    function _known(address[] calldata accounts, uint256[] calldata leftOut) private view returns (Known memory known) {
        uint256 count = accounts.length;
        AccreditationWord[] memory words = new AccreditationWord[](count);
        for (uint256 i = 0; i < count; i++) {
            AccountWord account = LEDGER.standing(accounts[i]);
            if (!account.acts()) continue;
            AccreditationWord word = _accreditation[account.participant()];
            if (!_isIn(leftOut, word.group())) words[i] = word.saidBy(account.participant());
        }
        known.words = words;
        known.groups = new uint256[](count);
    }

    function _isIn(uint256[] calldata groups, uint256 group) private pure returns (bool) {
        bool found = false;
        // As a loop over `groups` does, without asking at each step whether it is beyond their end.
        assembly ("memory-safe") {
            let end := add(groups.offset, shl(5, groups.length))
            for {
                let at := groups.offset
            } lt(at, end) {
                at := add(at, 32)
            } {
                found := or(found, eq(calldataload(at), group))
            }
        }
        return found;
    }

    /// @dev Why nothing that a producer says of a kind counts.
    function _whyUnheard(address account, uint256[] calldata leftOut) private view returns (Lack) {
        AccountWord word = LEDGER.standing(account);
        if (!word.acts()) return Lack.MayNotAct;
        return _isIn(leftOut, _accreditation[word.participant()].group()) ? Lack.GroupLeftOut : Lack.NotAccredited;
    }

    function _holds(
        ClauseWord clause,
        uint256 bill,
        uint256 units,
        Known memory known,
        Lack[] memory untold
    ) private view returns (bool) {
        uint256 wanted = clause.units();
        if (wanted == 0) return _count(clause, bill, 0, known, untold) == clause.producers();
        if (wanted == ClauseWords.ALL_UNITS) wanted = units;
        if (wanted == 0) return false;
        uint256 producers = clause.producers();
        uint256 unit = 0;
        // Once too few are left it fails, whatever they are. No more units are asked than there are.
        unchecked {
            while (wanted != 0 && units - unit >= wanted) {
                if (_count(clause, bill, ++unit, known, untold) == producers) wanted--;
            }
        }
        return wanted == 0;
    }

    function _shortfall(
        ClauseWord clause,
        uint256 bill,
        uint256 units,
        Known memory known,
        Lack[] memory lacks
    ) private view returns (Shortfall memory shortfall) {
        (uint256 unit, uint256 last) = clause.units() == 0 ? (uint256(0), uint256(0)) : (uint256(1), units);
        bool told = false;
        for (; unit <= last; unit++) {
            uint256 found = _count(clause, bill, unit, known, told ? new Lack[](0) : lacks);
            if (found == clause.producers()) shortfall.units++;
            else if (!told) {
                told = true;
                (shortfall.unit, shortfall.found, shortfall.lacks) = (unit, found, lacks);
            }
        }
        shortfall.holds = _holds(clause, bill, units, known, new Lack[](0));
    }

    /// @dev How many producers count for a unit, of as many groups, up to as many as the clause asks for. With `lacks`, one
    /// for each, it tells why the others do not.
    function _count(
        ClauseWord clause,
        uint256 bill,
        uint256 unit,
        Known memory known,
        Lack[] memory lacks
    ) private view returns (uint256 found) {
        AccreditationWord[] memory words = known.words;
        uint256[] memory groups = known.groups;
        uint256 wanted = clause.producers();
        uint256 kind = uint256(clause.kind());
        uint256 asked = 1 << kind;
        uint256 count = words.length;
        bool tells = lacks.length != 0;
        // Places in arrays, and no more producers that count than there are.
        unchecked {
            for (uint256 i = 0; i < count; i++) {
                AccreditationWord word = AccreditationWord.wrap(_at(words, i));
                uint256 lack = uint256(Lack.NotAccredited);
                if (word.isFor(asked)) {
                    lack = _lackOf(clause, _facts[_factId(bill, kind, unit, word.number())]);
                    if (lack == NOTHING) {
                        if (_isAmong(groups, found, word.group())) lack = uint256(Lack.SameGroup);
                        else if (found < wanted && ++found == wanted && !tells) break;
                    }
                }
                if (tells) lacks[i] = Lack(lack);
            }
        }
    }

    /// @dev A word of an array, at a place that it has.
    function _at(AccreditationWord[] memory words, uint256 place) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(words, 32), shl(5, place)))
        }
    }

    /// @dev Whether a group is one of the first `count`; else it is put behind them, where there is room: of as many
    /// producers no more groups are asked.
    function _isAmong(uint256[] memory groups, uint256 count, uint256 group) private pure returns (bool found) {
        assembly ("memory-safe") {
            let at := add(groups, 32)
            let end := add(at, shl(5, count))
            for {} lt(at, end) {
                at := add(at, 32)
            } {
                found := or(found, eq(mload(at), group))
            }
            if iszero(found) {
                mstore(end, group)
            }
        }
    }

    /// @dev As a number: an enum is asked at each step whether it is one.
    function _lackOf(ClauseWord clause, FactWord fact) private view returns (uint256) {
        if (fact.struck()) return uint256(Lack.Struck);
        uint256 recordedAt = fact.recordedAt();
        if (recordedAt == 0) return uint256(Lack.NotRecorded);
        uint256 validUntil = fact.validUntil();
        unchecked {
            if (recordedAt + clause.quietSeconds() > block.timestamp) return uint256(Lack.TooYoung);
            // Zero, for ever, is the greatest when one is taken from it.
            if (validUntil - 1 < block.timestamp - 1) return uint256(Lack.NoLongerValid);
        }
        return !clause.asksAmount() || _isEnough(clause, fact) ? NOTHING : uint256(Lack.TooLittle);
    }

    /// @dev A ship's number is that number, and no higher one.
    function _isEnough(ClauseWord clause, FactWord fact) private pure returns (bool) {
        if (fact.measure() != clause.measure()) return false;
        uint256 least = clause.least();
        return
            clause.kind() == FactKind.VesselIdentified && least != 0 ? fact.amount() == least : fact.amount() >= least;
    }
}
