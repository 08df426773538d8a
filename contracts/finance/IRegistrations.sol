// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PrintWord} from "./PrintWord.sol";

/// @notice Whether a piece of cargo is free to secure a debt.
enum Answer {
    /// Nothing is known against it.
    Yes,
    /// It secures a debt already; or so much of the box does that this part would overload it.
    No,
    /// The same box secures a debt, under another departure.
    Ask
}

/// @title Which cargo secures which debt
/// @notice A *print* stands for a piece of cargo: a box and when it leaves, of a part load its weight too. Departures that lie
/// no further than {WINDOW_DAYS} apart are one: a date that was moved a little does not make another cargo. The days of all
/// parts of one departure lie within the window; a part that is near one of them and would stretch it further is taken for
/// none of them, and refused. Whoever has all of a box bars everybody; parts bar their equals, whoever wants all of it, and
/// what is more than the box may carry. A registration is of a debt, not of a bill, and ends with it (P7).
interface IRegistrations {
    event Registered(address indexed room, uint256 indexed debt, PrintWord[] prints);
    /// The debt ended, or needs this cargo no more.
    event Deregistered(address indexed room, uint256 indexed debt, PrintWord[] prints);
    /// Cargo that secured one debt secures another of the same room.
    event Moved(address indexed room, uint256 indexed debt, uint256 indexed to, PrintWord[] prints);

    error NotARoom(address room);
    error DebtOutOfRange(uint256 debt);
    error PrintMalformed(PrintWord print);
    /// Its day of departure is further from today than {MOST_DAYS}.
    error DayOutOfRange(PrintWord print);
    error PrintsNotAscending(PrintWord print);
    /// The cargo secures a debt of `room`; of parts that would not all fit, or bar whoever wants all: nobody's.
    error Taken(PrintWord print, address room, uint256 debt);
    /// The parts of this box would weigh more than it may carry.
    error Overloaded(PrintWord print, uint256 weight, uint256 payload);
    /// Debts on this box under three departures are unpaid.
    error TooManyDepartures(PrintWord print);
    /// It secures another debt, or none.
    error NotRegistered(PrintWord print, uint256 debt);

    /// @notice Registers cargo for a debt of the caller. A listed room.
    /// @param debt The room's own number, below 2^40.
    /// @param prints Strictly ascending.
    function register(uint256 debt, PrintWord[] calldata prints) external;

    /// @notice Ends registrations. The room that registered them, delisted too.
    function deregister(uint256 debt, PrintWord[] calldata prints) external;

    /// @notice Puts registrations down to another debt of the same room. That room.
    function move(uint256 debt, uint256 to, PrintWord[] calldata prints) external;

    /// @notice Whether a piece of cargo is free.
    function free(PrintWord print) external view returns (Answer);

    /// @notice Whose debt a piece of cargo secures; zeros: nobody's.
    function debtOf(PrintWord print) external view returns (address room, uint256 debt);

    /// @notice How far apart two departures of a box may lie and be one.
    // solhint-disable-next-line func-name-mixedcase
    function WINDOW_DAYS() external view returns (uint256);

    /// @notice How far from today a day of departure may lie, before or after.
    // solhint-disable-next-line func-name-mixedcase
    function MOST_DAYS() external view returns (uint256);
}
