// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccountWord, Receiving} from "./AccountWord.sol";

/// @title Who is who, and who may act or receive now
/// @notice What every other Sampan contract asks about an address. *Standing* is two bits: `acts` and `receives`.
/// Suspended: neither. Winding down, or a delisted room: acts without receives (P12).
interface IStanding {
    /// @notice An address that acts for a participant, or a room.
    struct Account {
        /// First 18 characters of the LEI in base 36 (the two check digits follow from them); 0 for a room.
        uint256 lei;
        /// Number of the legal person on this ledger, from 1; 0 for a room.
        uint256 participant;
        /// Number of this account on this ledger, from 1; 0: not an account.
        uint256 number;
        /// Bits of {Roles}.
        uint256 roles;
        /// ISO 3166-1 alpha-2; empty for a room.
        bytes2 country;
        /// May act now.
        bool acts;
        /// May be given something new now.
        bool receives;
        /// A contract that possesses for somebody.
        bool room;
        /// From whom it receives.
        Receiving receiving;
        /// Bills issued (modulo 2^24).
        uint256 issued;
        /// Second since 1970 at which a suspension ends by itself; past or 0: none.
        uint256 suspendedUntil;
    }

    /// @notice All about an address; all zero when it is no account.
    function account(address account_) external view returns (Account memory);

    /// @notice The same in one word, for other contracts: see {AccountWord}. Zero when it is no account.
    function standing(address account_) external view returns (AccountWord);

    /// @notice The address to which an account number points now: the account, or the successor of a recovered or
    /// removed one. Zero when there is no such number.
    function accountAt(uint256 number) external view returns (address);

    /// @notice What other contracts ask about a legal person.
    /// @return parent First 18 characters of the LEI of its ultimate parent, base 36; 0: there is no such participant.
    /// @return country ISO 3166-1 alpha-2 of its seat.
    /// @return acts May act now.
    function person(uint256 participant) external view returns (uint256 parent, bytes2 country, bool acts);

    /// @notice Whether participants of a country may use a room.
    /// @param country ISO 3166-1 alpha-2.
    function roomListedFor(address room, bytes2 country) external view returns (bool);
}
