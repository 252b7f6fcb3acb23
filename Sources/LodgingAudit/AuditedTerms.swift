import LodgingDomain
import LodgingPipeline
import LodgingWire
import SwiftProtobuf

/// What the entries of a partition must be like: their format, rules and key, which operators change by entries of their own.
///
/// It is followed here a second time, from the entries as swift-protobuf reads them.
struct AuditedTerms {
  private let keys: any KeyRing
  private let version: LedgerVersion
  private var format: UInt32 = 1
  private var rules: UInt32 = 0
  private var genesisKeyID: UInt32 = 0
  /// The key that entries are under; 0 is that of genesis.
  private var keyID: UInt32 = 0

  init(keys: any KeyRing, version: LedgerVersion) {
    self.keys = keys
    self.version = version
  }

  /// The key that an entry says its chain value is made with; nil where the ring does not have it.
  func key(of entry: ProtoLedgerEntry) -> SipKey? {
    if case .genesis(let genesis) = entry.body { return keys.chainKey(genesis.keyID) }
    guard entry.keyID == 0 else { return keys.chainKey(entry.keyID) }
    return keys.chainKey(genesisKeyID == 0 ? keys.firstChainKey.id : genesisKeyID)
  }

  /// Whether entries behind this one are of a version that this program does not know.
  func leadsBeyond(_ entry: ProtoLedgerEntry) -> Bool {
    var needed = LedgerVersion(format: max(1, entry.format), rules: RulesVersion(entry.rules))
    if case .upgrade(let upgrade) = entry.body { needed = LedgerVersion(format: upgrade.format, rules: RulesVersion(upgrade.rules)) }
    return !version.covers(needed)
  }

  /// Takes an entry that counts, and says what about it is not as the entries before it say.
  mutating func take(_ entry: ProtoLedgerEntry) -> [String] {
    if case .genesis(let genesis) = entry.body {
      (format, rules, genesisKeyID) = (max(1, genesis.format), entry.rules, genesis.keyID)
      return []
    }
    var words: [String] = []
    if max(1, entry.format) != format || entry.rules != rules {
      words.append("another version of the ledger is in force than the entry has")
    }
    if entry.keyID != keyID { words.append("another chain key is in force than the entry is under") }
    switch entry.body {
    case .upgrade(let upgrade):
      if upgrade.format < format || upgrade.rules < rules { words.append("an upgrade leads to an earlier version") }
      (format, rules) = (upgrade.format, upgrade.rules)
    case .rekey(let rekey): keyID = rekey.keyID
    default: break
    }
    return words
  }
}

/// The resets of a partition's source: how often, and up to where the records that were decided before each can still be there.
struct AuditedResets {
  /// By the number of resets before: records from this offset on were lost before a later reset, so decisions of them stand alone.
  private(set) var keptUntil: [Int64] = []

  /// Reads them ahead, since what is said of a record that is gone depends on a reset that comes later.
  init(of log: any EventLog, ledger: TopicPartition, held: LogBounds) throws {
    var entries = RecordStream(log: log, place: ledger, held: held)
    var chain: [UInt8] = Array(repeating: 0, count: 16)
    var starts: [Int64] = []
    while let entry = try entries.next() {
      guard let value = entry.value, value.count >= 36, value[2..<18].elementsEqual(chain) else { continue }
      chain = Array(value[20..<36])
      guard value.count <= Self.entryBytesMax, let decoded = try? ProtoLedgerEntry(serializedBytes: value) else { continue }
      if case .sourceReset(let reset) = decoded.body { starts.append(reset.nextSource) }
    }
    var least = Int64.max
    keptUntil = [least]
    for start in starts.reversed() {
      least = min(least, start)
      keptUntil.append(least)
    }
    keptUntil.reverse()
  }

  /// An entry that resets the source is not larger.
  private static let entryBytesMax = 2048

  /// From which offset on the records are gone that were decided after so many resets.
  func keptUntil(after resets: UInt32) -> Int64 { Int(resets) < keptUntil.count ? keptUntil[Int(resets)] : .max }
}
