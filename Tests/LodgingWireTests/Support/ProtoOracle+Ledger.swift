import Foundation
import LodgingDomain
import LodgingWire
import SwiftProtobuf

extension ProtoOracle {
  static func entry(
    _ header: EntryHeader, chain: Digest128, _ body: LedgerBody, event: [UInt8], record: Digest128? = nil
  ) -> ProtoLedgerEntry {
    .with {
      $0.previous = data(header.previous)
      $0.chain = data(chain)
      $0.source = SourceNumber(header.source).offset
      $0.resets = SourceNumber(header.source).resets
      $0.format = header.format == 1 ? 0 : header.format
      $0.keyID = header.keyID
      $0.nowMs = header.now.milliseconds
      $0.rules = header.rules.number
      $0.body = self.body(body, event: event, record: record)
    }
  }

  private static func body(_ body: LedgerBody, event: [UInt8], record: Digest128?) -> ProtoLedgerEntry.OneOf_Body {
    switch body {
    case .genesis(let genesis): .genesis(self.genesis(genesis))
    case .decided(let decision, let facts): .decided(decided(decision, facts, event: event, record: record))
    case .ticked: .ticked(.with { $0.recordDigest = record.map(data) ?? Data() })
    case .undecodable(let record):
      .undecodable(
        .with {
          $0.code = UInt32(record.code.rawValue)
          $0.digest = data(record.digest)
          $0.size = record.size
          $0.reason = record.reason
        })
    case .missing(let first, let reason):
      .missing(
        .with {
          $0.first = first
          $0.reason = reason
        })
    case .reseal(let reseal): .reseal(self.reseal(reseal))
    case .sourceReset(let incarnation, let nextSource, let reason):
      .sourceReset(
        .with {
          $0.incarnation = incarnation
          $0.nextSource = nextSource
          $0.reason = reason
        })
    case .upgrade(let format, let rules):
      .upgrade(
        .with {
          $0.format = format
          $0.rules = rules.number
        })
    case .rekey(let keyID): .rekey(.with { $0.keyID = keyID })
    }
  }

  private static func genesis(_ genesis: Genesis) -> ProtoGenesis {
    .with {
      $0.ledgerID = data(EventID(high: genesis.ledgerID.high, low: genesis.ledgerID.low))
      $0.partition = genesis.partition
      $0.partitions = genesis.partitions
      $0.incarnation = genesis.incarnation
      $0.format = genesis.format
      $0.keyID = genesis.keyID
    }
  }

  private static func reseal(_ reseal: Reseal) -> ProtoReseal {
    .with {
      $0.establishment = reseal.establishment.description
      $0.stayID = data(reseal.stay)
      $0.sealed = sealed(reseal.sealed)
      $0.fingerprints = reseal.fingerprints.map(fingerprint)
      $0.digest = reseal.digest.map(data) ?? Data()
      $0.nationality = reseal.nationality?.code ?? ""
      $0.checkIn = Data(reseal.checkIn)
    }
  }

  private static func decided(_ decision: Decision, _ facts: Facts, event: [UInt8], record: Digest128?) -> ProtoDecided {
    .with {
      $0.event = Data(event)
      $0.outcome = UInt32(decision.outcome.rawValue)
      $0.codes = decision.codes.rawValue
      $0.fields = problems(decision.fields)
      $0.dueMs = decision.due?.milliseconds ?? 0
      $0.judgedMs = decision.judged?.milliseconds ?? 0
      if let first = decision.first { $0.first = registered(first) }
      $0.facts = self.facts(facts)
      $0.recordDigest = record.map(data) ?? Data()
    }
  }

  private static func facts(_ facts: Facts) -> ProtoFacts {
    .with {
      $0.seal = UInt32(facts.seal.rawValue)
      $0.month = facts.month.index
      $0.digest = data(facts.digest)
      $0.priorDigest = facts.priorDigest.map(data) ?? Data()
      $0.problems = problems(facts.problems)
      $0.flags = facts.flags.rawValue
      $0.isMinor = facts.isMinor
      $0.fingerprints = facts.fingerprints.map(fingerprint)
      $0.directoryVersion = facts.directoryVersion
      guard case .asked(let event, let stay, let after, let position) = facts.idIndex else { return }
      $0.idIndex = .with {
        $0.position = position
        if let event { $0.event = registered(event) }
        if let stay { $0.stay = registered(stay) }
        if let after { $0.after = registered(after) }
      }
    }
  }

  private static func problems(_ problems: [FieldProblem]) -> [UInt32] {
    problems.map { UInt32($0.field.rawValue) * 256 + UInt32($0.code.rawValue) }
  }

  private static func fingerprint(_ fingerprint: DocumentFingerprint) -> ProtoFingerprint {
    .with {
      $0.month = fingerprint.month.index
      $0.value = fingerprint.value
    }
  }

  private static func registered(_ event: RegisteredEvent) -> ProtoRegistered {
    .with {
      $0.source = SourceNumber(event.source).offset
      $0.resets = SourceNumber(event.source).resets
      $0.digest = data(event.digest)
      $0.month = event.month.index
      $0.outcome = UInt32(event.outcome.rawValue)
      $0.codes = event.codes.rawValue
      $0.isCheckIn = event.isCheckIn
      $0.registeredMs = event.registered.milliseconds
    }
  }
}
