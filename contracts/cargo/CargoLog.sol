// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";

import {ILedger} from "../bills/ILedger.sol";
import {AccountWord} from "../identity/AccountWord.sol";
import {IParticipants} from "../identity/IParticipants.sol";
import {Roles} from "../identity/Roles.sol";
import {AccreditationWord} from "./AccreditationWord.sol";
import {Conditions} from "./Conditions.sol";
import {FactWord, FactWords} from "./FactWord.sol";
import {FactKind, ICargoLog} from "./ICargoLog.sol";
import {Kinds} from "./Kinds.sol";

/// @title The cargo log: who may say what, what was anchored, what was recorded
contract CargoLog is Conditions, AccessManaged, EIP712, Multicall {
    bytes32 public constant STATEMENT_TYPEHASH = keccak256(
        "Statement(address producer,uint256 bill,uint8 kind,uint16 unit,uint40 happenedAt,uint40 validUntil,uint48 amount,"
        "bytes3 measure,bytes32 place,bytes32 rest,bytes32 corrects,uint40 saidAt,uint40 deadline)"
    );

    /// @inheritdoc ICargoLog
    mapping(uint256 producer => uint256) public batches;
    /// @inheritdoc ICargoLog
    mapping(uint256 producer => mapping(uint256 sequence => bytes32)) public headerOf;
    /// @dev By the producer's round: what was accredited in an earlier one counts no more.
    mapping(uint256 producer => mapping(uint256 round => mapping(bytes32 place => uint256 kinds)))
        private _accreditedAt;
    /// @dev How many events of administration were logged: one that is missing shows.
    uint256 private _count;

    constructor(
        address authority,
        ILedger ledger
    ) Conditions(ledger) AccessManaged(authority) EIP712("Sampan Cargo Log", "1") {}

    /// @notice Disabled: nobody changes who administers (N23).
    function setAuthority(address) public pure override {
        revert IParticipants.AuthorityIsFixed();
    }

    // ------------------------------------------------------------------------------------------------ administration

    /// @inheritdoc ICargoLog
    function accredit(uint256 producer, bytes32 place, uint256 kinds) external restricted {
        _requireKinds(kinds);
        // Where kinds need a place they all do, and one is named.
        if (kinds & Kinds.PLACED != (place == 0 ? 0 : kinds)) revert PlaceUnfit(kinds, place);
        uint256 group = _groupOf(producer);
        AccreditationWord word = _accreditation[producer].accredit(kinds).inGroup(group);
        _accreditation[producer] = word;
        uint256 accredited = word.kinds();
        if (place != 0) {
            accredited = _accreditedAt[producer][word.round()][place] | kinds;
            _accreditedAt[producer][word.round()][place] = accredited;
        }
        emit Accredited(producer, place, kinds, accredited, group, ++_count);
    }

    /// @inheritdoc ICargoLog
    function discredit(uint256 producer, bytes32 place, uint256 kinds) external restricted {
        _requireKinds(kinds);
        AccreditationWord word = _accreditation[producer];
        uint256 accredited;
        if (place == 0) {
            word = word.discredit(kinds);
            _accreditation[producer] = kinds & Kinds.PLACED == 0 ? word : word.nextRound();
            accredited = word.kinds();
        } else {
            if (kinds & ~Kinds.PLACED != 0) revert PlaceUnfit(kinds, place);
            accredited = _accreditedAt[producer][word.round()][place] & ~kinds;
            _accreditedAt[producer][word.round()][place] = accredited;
        }
        emit Discredited(producer, place, kinds, accredited, ++_count);
    }

    /// @inheritdoc ICargoLog
    function regroup(uint256 producer) external {
        uint256 group = _groupOf(producer);
        AccreditationWord word = _accreditation[producer];
        if (word.group() == group) revert GroupStands(producer, group);
        _accreditation[producer] = word.inGroup(group);
        emit Regrouped(producer, group, ++_count);
    }

    // ------------------------------------------------------------------------------------------------------- batches

    /// @inheritdoc ICargoLog
    function anchor(
        uint256 sequence,
        bytes32 root,
        uint32 count,
        uint40 earliest,
        uint40 latest,
        bytes32 locator
    ) external {
        uint256 producer = _acting(msg.sender);
        if (root == 0 || count == 0) revert EmptyBatch();
        if (earliest > latest) revert RangeUnfit(earliest, latest);
        uint256 next = batches[producer] + 1;
        if (sequence != next) revert OutOfSequence(producer, next, sequence);
        batches[producer] = next;
        Header memory header = Header(root, count, earliest, latest, uint40(block.timestamp), locator);
        headerOf[producer][next] = keccak256(abi.encode(header));
        emit Anchored(producer, next, header, msg.sender);
    }

    // --------------------------------------------------------------------------------------------------------- facts

    /// @inheritdoc ICargoLog
    function record(uint256 bill, bytes32 salt, CargoEvent calldata cargoEvent, Proof calldata proof) external {
        uint256 producer = proof.producer;
        _requireProven(cargoEvent, proof);
        if (cargoEvent.about != keccak256(abi.encode(bill, salt))) revert NotAboutThisBill(bill);
        _say(
            bill,
            producer,
            cargoEvent.kind,
            cargoEvent.unit,
            Said({
                happenedAt: cargoEvent.happenedAt,
                validUntil: cargoEvent.validUntil,
                amount: cargoEvent.amount,
                measure: cargoEvent.measure,
                place: cargoEvent.place,
                key: cargoEvent.key,
                corrects: cargoEvent.corrects,
                saidAt: proof.header.anchoredAt
            })
        );
        emit FactRecorded(
            bill,
            cargoEvent.kind,
            producer,
            cargoEvent.unit,
            cargoEvent.key,
            cargoEvent.corrects,
            cargoEvent.happenedAt,
            cargoEvent.validUntil,
            cargoEvent.amount,
            cargoEvent.measure,
            cargoEvent.place,
            proof.sequence,
            msg.sender
        );
    }

    /// @inheritdoc ICargoLog
    function attest(Statement calldata statement, bytes calldata signature) external {
        address account = statement.producer;
        uint256 producer = _acting(account);
        bytes32 key = _structHash(statement);
        _requireSigned(account, key, statement.deadline, signature);
        if (Kinds.ATTESTABLE & Kinds.bit(statement.kind) == 0) revert NotAttestable(statement.kind);
        if (statement.saidAt > block.timestamp) revert NotYetSaid(statement.saidAt);
        _say(
            statement.bill,
            producer,
            statement.kind,
            statement.unit,
            Said({
                happenedAt: statement.happenedAt,
                validUntil: statement.validUntil,
                amount: statement.amount,
                measure: statement.measure,
                place: statement.place,
                key: key,
                corrects: statement.corrects,
                saidAt: statement.saidAt
            })
        );
        emit FactAttested(statement.bill, statement.kind, producer, key, statement, msg.sender);
    }

    /// @inheritdoc ICargoLog
    function strike(
        uint256 bill,
        FactKind kind,
        uint16 unit,
        CargoEvent calldata cargoEvent,
        Proof calldata proof
    ) external {
        _requireProven(cargoEvent, proof);
        bytes32 id = _factId(bill, uint256(kind), unit, proof.producer);
        FactWord word = _facts[id];
        bytes32 corrects = cargoEvent.corrects;
        if (corrects == 0 || !word.stands() || !word.isOf(corrects)) revert NotACorrection(cargoEvent.key);
        _requireSaidSince(word, proof.header.anchoredAt, true);
        _facts[id] = word.strike(proof.header.anchoredAt);
        emit FactStruck(bill, kind, proof.producer, unit, corrects, cargoEvent.key, proof.sequence, msg.sender);
    }

    /// @inheritdoc ICargoLog
    function withdraw(uint256 bill, FactKind kind, uint16 unit) external {
        uint256 producer = _acting(msg.sender);
        if (kind == FactKind.None) revert NoFact(kind);
        _facts[_factId(bill, uint256(kind), unit, producer)] = FactWords.withdrawn(block.timestamp);
        emit FactWithdrawn(bill, kind, producer, unit, msg.sender);
    }

    // --------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc ICargoLog
    function factOf(uint256 bill, FactKind kind, uint16 unit, uint256 producer) external view returns (Fact memory) {
        return _facts[_factId(bill, uint256(kind), unit, producer)].unpack();
    }

    /// @inheritdoc ICargoLog
    function accreditation(uint256 producer) external view returns (uint256 kinds, uint256 group) {
        AccreditationWord word = _accreditation[producer];
        return (word.kinds(), word.group());
    }

    /// @inheritdoc ICargoLog
    function accreditedAt(uint256 producer, bytes32 place) external view returns (uint256 kinds) {
        AccreditationWord word = _accreditation[producer];
        return _accreditedAt[producer][word.round()][place] & word.kinds();
    }

    /// @inheritdoc ICargoLog
    function digestOf(Statement calldata statement) external view returns (bytes32) {
        return _hashTypedDataV4(_structHash(statement));
    }

    // -------------------------------------------------------------------------------------------------------- within

    /// @dev What is said of a fact, by an event or a statement.
    struct Said {
        uint40 happenedAt;
        uint40 validUntil;
        uint48 amount;
        bytes3 measure;
        bytes32 place;
        bytes32 key;
        bytes32 corrects;
        uint40 saidAt;
    }

    function _say(uint256 bill, uint256 producer, FactKind kind, uint16 unit, Said memory said) private {
        if (kind == FactKind.None) revert NoFact(kind);
        _requireAccredited(producer, kind, said.place);
        if (said.happenedAt > block.timestamp) revert NotYetHappened(said.happenedAt);
        bytes32 id = _factId(bill, uint256(kind), unit, producer);
        FactWord word = _facts[id];
        bool names = said.corrects != 0 && word.isOf(said.corrects);
        if (word.stands() && !names) revert FactStands(bill, kind, unit, producer);
        // What is said in place of an event may share its second, where it names that: what names another was said before.
        _requireSaidSince(word, said.saidAt, names && !word.isOf(said.key));
        _facts[id] = FactWords.pack(block.timestamp, said.validUntil, said.amount, said.measure, said.saidAt, said.key);
    }

    /// @dev The producer's last word is older; or of the same second, where that does.
    function _requireSaidSince(FactWord word, uint40 saidAt, bool sameSecond) private pure {
        uint40 last = word.saidAt();
        if (saidAt < last || (saidAt == last && !sameSecond)) revert SaidSince(saidAt, last);
    }

    function _requireProven(CargoEvent calldata cargoEvent, Proof calldata proof) private view {
        if (headerOf[proof.producer][proof.sequence] != keccak256(abi.encode(proof.header)))
            revert NotAnchored(proof.producer, proof.sequence);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(cargoEvent))));
        if (!MerkleProof.verifyCalldata(proof.path, proof.header.root, leaf)) revert NotInBatch(cargoEvent.key);
    }

    function _requireAccredited(uint256 producer, FactKind kind, bytes32 place) private view {
        AccreditationWord word = _accreditation[producer];
        uint256 kinds = word.kinds();
        if (Kinds.PLACED & Kinds.bit(kind) != 0) kinds &= _accreditedAt[producer][word.round()][place];
        if (kinds & Kinds.bit(kind) == 0) revert NotAccredited(producer, kind, place);
    }

    function _requireKinds(uint256 kinds) private pure {
        if (kinds == 0 || kinds & ~Kinds.ALL != 0) revert NoKinds();
    }

    function _groupOf(uint256 producer) private view returns (uint256 group) {
        (group, , ) = LEDGER.person(producer);
        if (group == 0) revert NoSuchProducer(producer);
    }

    /// @dev The participant of an account that may act now and reports cargo facts.
    function _acting(address account) private view returns (uint256) {
        AccountWord word = LEDGER.standing(account);
        if (!word.acts()) revert IParticipants.MayNotAct(account);
        if (word.roles() & Roles.PRODUCE == 0) revert IParticipants.LacksRole(account, Roles.PRODUCE);
        return word.participant();
    }

    function _requireSigned(address account, bytes32 hash, uint40 deadline, bytes calldata signature) private view {
        if (block.timestamp > deadline) revert IParticipants.SignatureExpired(deadline);
        if (account == msg.sender && signature.length == 0) return;
        bytes32 digest = _hashTypedDataV4(hash);
        if (LEDGER.isCancelled(account, digest)) revert IParticipants.SignatureCancelled(account, digest);
        if (!SignatureChecker.isValidSignatureNowCalldata(account, digest, signature))
            revert IParticipants.NotSignedBy(account);
    }

    function _structHash(Statement calldata statement) private pure returns (bytes32) {
        // All its fields are words.
        return keccak256(abi.encode(STATEMENT_TYPEHASH, statement));
    }
}
