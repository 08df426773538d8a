// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccountWord} from "../identity/AccountWord.sol";
import {IStanding} from "../identity/IStanding.sol";
import {Departure, Departures} from "./CargoWord.sol";
import {Answer, IRegistrations} from "./IRegistrations.sol";
import {PrintWord} from "./PrintWord.sol";

/// @title The register of cargo that secures debts
contract Registrations is IRegistrations {
    uint256 public constant WINDOW_DAYS = 14;
    uint256 public constant MOST_DAYS = 366;
    uint256 private constant DEBT_BITS = 40;
    uint256 private constant PRINT_BITS = 96;

    IStanding public immutable LEDGER;

    /// @dev Up to three departures of each box ({Departure}).
    mapping(uint256 cargo => uint256) private _departures;
    /// @dev Of a part load: room (24 bits), debt (40), and of its print all but the box (96).
    mapping(bytes32 part => uint256) private _parts;

    constructor(IStanding ledger) {
        LEDGER = ledger;
    }

    /// @inheritdoc IRegistrations
    function register(uint256 debt, PrintWord[] calldata prints) external {
        AccountWord word = LEDGER.standing(msg.sender);
        if (!word.receives()) revert NotARoom(msg.sender);
        uint256 id = _idOf(word, debt);
        PrintWord last;
        uint256 today = block.timestamp / 1 days;
        for (uint256 i = 0; i < prints.length; i++) {
            if (PrintWord.unwrap(prints[i]) <= PrintWord.unwrap(last)) revert PrintsNotAscending(prints[i]);
            last = prints[i];
            _register(last, id, today);
        }
        emit Registered(msg.sender, debt, prints);
    }

    /// @inheritdoc IRegistrations
    function deregister(uint256 debt, PrintWord[] calldata prints) external {
        uint256 id = _idOf(LEDGER.standing(msg.sender), debt);
        for (uint256 i = 0; i < prints.length; i++) _put(prints[i], debt, id, 0);
        emit Deregistered(msg.sender, debt, prints);
    }

    /// @inheritdoc IRegistrations
    function move(uint256 debt, uint256 to, PrintWord[] calldata prints) external {
        AccountWord word = LEDGER.standing(msg.sender);
        uint256 id = _idOf(word, debt);
        uint256 next = _idOf(word, to);
        for (uint256 i = 0; i < prints.length; i++) _put(prints[i], debt, id, next);
        emit Moved(msg.sender, debt, to, prints);
    }

    // ----------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IRegistrations
    function free(PrintWord print) external view returns (Answer answer) {
        uint256 word = _departures[print.cargo()];
        bool shared = false;
        uint256 left = Departures.MOST;
        for (uint256 i = 0; i < Departures.MOST; i++) {
            Departure departure = Departures.pick(word, i);
            if (departure.isNone()) continue;
            left--;
            if (!_isNear(departure, print)) {
                answer = Answer.Ask;
            } else if (shared || !_joins(departure, print)) {
                return Answer.No;
            } else {
                shared = true;
                bool fits = departure.weight() + print.weight() <= _least(departure.payload(), print.payload());
                if (!fits || _parts[_partOf(print, i)] != 0) return Answer.No;
            }
        }
        if (left == 0 && !shared) return Answer.No;
    }

    /// @inheritdoc IRegistrations
    function debtOf(PrintWord print) external view returns (address room, uint256 debt) {
        uint256 word = _departures[print.cargo()];
        for (uint256 i = 0; i < Departures.MOST; i++) {
            Departure departure = Departures.pick(word, i);
            if (departure.isNone() || !_isNear(departure, print)) continue;
            uint256 id = departure.isShared() ? _parts[_partOf(print, i)] >> PRINT_BITS : departure.debt();
            if (id != 0) return _toDebt(id);
        }
    }

    // --------------------------------------------------------------------------------------------------------- private

    function _register(PrintWord print, uint256 id, uint256 today) private {
        if (!print.isWellFormed()) revert PrintMalformed(print);
        unchecked {
            // Below: far above.
            if (print.day() + MOST_DAYS - today > 2 * MOST_DAYS) revert DayOutOfRange(print);
        }
        uint256 word = _departures[print.cargo()];
        // Of most boxes nothing is registered.
        uint256 index = word == 0 ? 0 : Departures.MOST;
        bool joins = false;
        for (uint256 i = 0; i < Departures.MOST && word != 0; i++) {
            Departure departure = Departures.pick(word, i);
            if (departure.isNone()) {
                if (index == Departures.MOST) index = i;
            } else if (_isNear(departure, print)) {
                // Parts between two departures would join one of them, and escape the other.
                if (joins || !_joins(departure, print)) _revertTaken(print, departure.debt());
                (index, joins) = (i, true);
            }
        }
        if (index == Departures.MOST) revert TooManyDepartures(print);
        Departure put =
            print.weight() == 0
                ? Departures.whole(print.day(), id)
                : _joined(joins ? Departures.pick(word, index) : Departure.wrap(0), print, index, id);
        _departures[print.cargo()] = Departures.put(word, index, put);
    }

    /// @dev A departure with one part more.
    function _joined(Departure before, PrintWord print, uint256 index, uint256 id) private returns (Departure) {
        bytes32 part = _partOf(print, index);
        if (_parts[part] != 0) _revertTaken(print, _parts[part] >> PRINT_BITS);
        _parts[part] = _partWord(print, id);
        uint256 weight = before.weight() + print.weight();
        uint256 payload = before.isNone() ? print.payload() : _least(before.payload(), print.payload());
        if (weight > payload) revert Overloaded(print, weight, payload);
        (uint256 first, uint256 last) = before.isNone() ? (print.day(), print.day()) : _daysWith(before, print);
        return Departures.shared(first, last, before.parts() + 1, weight, payload);
    }

    /// @dev The registration of a debt goes to another; 0: it ends.
    function _put(PrintWord print, uint256 debt, uint256 id, uint256 next) private {
        uint256 word = _departures[print.cargo()];
        for (uint256 i = 0; i < Departures.MOST; i++) {
            Departure departure = Departures.pick(word, i);
            if (departure.isNone() || departure.isShared() != (print.weight() != 0)) continue;
            if (departure.isShared()) {
                bytes32 part = _partOf(print, i);
                if (_parts[part] != _partWord(print, id)) continue;
                _parts[part] = next == 0 ? 0 : _partWord(print, next);
                if (next != 0) return;
                departure = Departures.shared(
                    departure.day(),
                    departure.lastDay(),
                    departure.parts() - 1,
                    departure.weight() - print.weight(),
                    departure.payload()
                );
            } else {
                if (departure.debt() != id || departure.day() != uint96(PrintWord.unwrap(print))) continue;
                departure = next == 0 ? Departure.wrap(0) : Departures.whole(departure.day(), next);
            }
            _departures[print.cargo()] = Departures.put(word, i, departure);
            return;
        }
        revert NotRegistered(print, debt);
    }

    /// @dev No further than the window from a day of the departure: cargo of the same box.
    function _isNear(Departure departure, PrintWord print) private pure returns (bool) {
        unchecked {
            uint256 day = print.day();
            return day + WINDOW_DAYS >= departure.day() && day <= departure.lastDay() + WINDOW_DAYS;
        }
    }

    /// @dev A part load near a departure is one of its parts if all their days are together within the window: else days that
    /// creep from part to part would tell its equal from it.
    function _joins(Departure departure, PrintWord print) private pure returns (bool) {
        if (!departure.isShared() || print.weight() == 0) return false;
        (uint256 first, uint256 last) = _daysWith(departure, print);
        return last - first <= WINDOW_DAYS;
    }

    function _daysWith(Departure departure, PrintWord print) private pure returns (uint256 first, uint256 last) {
        (first, last) = (departure.day(), departure.lastDay());
        uint256 day = print.day();
        if (day < first) first = day;
        if (day > last) last = day;
    }

    function _partOf(PrintWord print, uint256 index) private pure returns (bytes32) {
        return keccak256(abi.encode(print.cargo(), index, print.weight()));
    }

    /// @dev A part ends by the very print by which it was registered.
    function _partWord(PrintWord print, uint256 id) private pure returns (uint256) {
        return (id << PRINT_BITS) | uint96(PrintWord.unwrap(print));
    }

    function _idOf(AccountWord room, uint256 debt) private view returns (uint256) {
        if (!room.isRoom()) revert NotARoom(msg.sender);
        if (debt >> DEBT_BITS != 0) revert DebtOutOfRange(debt);
        return (room.number() << DEBT_BITS) | debt;
    }

    function _toDebt(uint256 id) private view returns (address room, uint256 debt) {
        return (LEDGER.accountAt(id >> DEBT_BITS), id & ((1 << DEBT_BITS) - 1));
    }

    function _revertTaken(PrintWord print, uint256 id) private view {
        (address room, uint256 debt) = id == 0 ? (address(0), 0) : _toDebt(id);
        revert Taken(print, room, debt);
    }

    function _least(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
