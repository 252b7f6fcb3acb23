import LodgingDomain
import LodgingWire

/// What the topics `occupancy` and `alerts` hold under each key, as somebody sees it who reads them from the start.
///
/// It keeps a digest of each content and no content, some 150 bytes a key.
struct PublishedView {
  /// The last record of a key.
  struct Entry {
    /// Its content; nil for bytes that are no record.
    var fingerprint: Digest128?
    /// The offset on the ledger that it stands on, and that of the other partition where it stands on two.
    var stands: [Stand]
    /// Whether it is what this publisher sent last.
    var isOwn: Bool
  }

  /// An entry of the ledger by its place.
  struct Stand: Hashable {
    var partition: Int
    var offset: Int64
  }

  /// A record that no key here stands for: another form of key, or the wrong partition.
  struct Stray: Hashable {
    var place: TopicPartition
    var key: [UInt8]
  }

  /// The last record of each key; none where there is none, or it is a tombstone.
  private(set) var entries: [PublishedKey: Entry] = [:]
  /// Strays to be deleted; not all of them, where there are many.
  private(set) var strays: Set<Stray> = []
  /// The offset to read next.
  private(set) var next: [TopicPartition: Int64] = [:]
  /// What was sent and not seen yet.
  private var sent: [PublishedKey: Sent] = [:]

  private struct Sent: Equatable {
    var fingerprint: Digest128
    var stands: [Stand]
  }

  private static let straysMax = 1024
  /// Records here stand on two partitions at most; of those that name more, nobody needs to know.
  private static let standsMax = 2

  /// Remembers what is about to be sent, by which it is known again when it is read.
  mutating func sends(_ content: Digest128, at positions: [PublishedPosition], under key: PublishedKey) {
    sent[key] = Sent(fingerprint: content, stands: positions.map { Stand(partition: $0.partition, offset: $0.offset) })
  }

  /// Passes over offsets that the log does not hold.
  mutating func skip(to offset: Int64, of place: TopicPartition) { next[place] = max(next[place] ?? 0, offset) }

  /// Takes the next record of a partition of the output, and returns its key where somebody else wrote it.
  mutating func take(_ record: borrowing LogRecord, at place: TopicPartition, among partitions: Int, ledger: Int) -> PublishedKey? {
    next[place] = record.offset + 1
    guard let bytes = record.key else { return nil }
    guard let key = PublishedKey(bytes, of: place.topic), key.isOf(ledger: ledger) else {
      takeStray(record, Array(bytes), at: place)
      return nil
    }
    guard key.partition(among: partitions) == place.partition else {
      takeStray(record, Array(bytes), at: place)
      // Whoever reads keys without their partition takes the stray, or its tombstone, for the last record: what holds must come after it.
      entries[key]?.fingerprint = nil
      entries[key]?.isOwn = false
      return key
    }
    guard let value = record.value else {
      entries[key] = nil
      return key
    }
    let stamp = place.topic == .occupancy ? PublishedStamp(occupancy: value) : PublishedStamp(alert: value)
    let stands = (stamp?.positions ?? []).prefix(Self.standsMax).map { Stand(partition: $0.partition, offset: $0.offset) }
    let isOwn = stamp.map { sent[key] == Sent(fingerprint: $0.fingerprint, stands: stands) } ?? false
    if isOwn { sent[key] = nil }
    entries[key] = Entry(fingerprint: stamp?.fingerprint, stands: stands, isOwn: isOwn)
    return isOwn ? nil : key
  }

  private mutating func takeStray(_ record: borrowing LogRecord, _ key: [UInt8], at place: TopicPartition) {
    let stray = Stray(place: place, key: key)
    if record.value == nil { strays.remove(stray) } else if strays.count < Self.straysMax { strays.insert(stray) }
  }
}

extension PublishedKey {
  /// Whether a ledger of so many partitions can have it.
  fileprivate func isOf(ledger partitions: Int) -> Bool {
    switch self {
    case .occupancy(_, let partition): partition < partitions
    case .alert: true
    }
  }
}
