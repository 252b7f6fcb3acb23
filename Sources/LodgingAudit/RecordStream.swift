import LodgingDomain
import LodgingPipeline
import LodgingWire
import SwiftProtobuf

/// The records of one partition in order, read in chunks so that a long log needs little memory.
struct RecordStream {
  struct Record {
    var offset: Int64
    var appended: Int64
    var key: [UInt8]?
    var value: [UInt8]?

    /// The digest that a quarantined record is known by: key and value, each behind its length.
    func digest(_ chainKey: SipKey?) -> Digest128? {
      guard let chainKey else { return nil }
      let framed = [key, value].flatMap { part -> [UInt8] in
        let length = part.map { UInt32($0.count) } ?? .max
        return (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + (part ?? [])
      }
      return framed.withUnsafeBytes { KeyedHash.digest(key: chainKey, bytes: $0) }
    }

    /// Whether the digest that an entry holds is the record's.
    func has(_ digest: some Sequence<UInt8>, _ chainKey: SipKey?) -> Bool {
      self.digest(chainKey) == Digest128(bytes: Array(digest))
    }

    /// Whether the record is the one that was decided: the same bytes under the establishment's key, or where an identity was left out of
    /// the entry, one with the same digest that says the same otherwise.
    func agrees(with decided: ProtoDecided, of event: ProtoStayEvent, _ chainKey: SipKey?) -> Bool {
      guard key == Array(event.establishment.utf8) else { return false }
      guard !decided.recordDigest.isEmpty else { return value == Array(decided.event) }
      guard has(decided.recordDigest, chainKey), var sent = value.flatMap(ProtoStayEvent.init(record:)) else { return false }
      var kept = event
      (sent.identity, sent.unknownFields, kept.unknownFields) = (nil, UnknownStorage(), UnknownStorage())
      return sent == kept
    }

    /// Whether the record is a tick, as swift-protobuf reads it.
    var isTick: Bool {
      guard let value, let event = try? ProtoStayEvent(serializedBytes: value), case .tick = event.body else { return false }
      return true
    }
  }

  private let log: any EventLog
  private let place: TopicPartition
  private var position: Int64
  private let end: Int64
  private var chunk: [Record] = []
  private var index = 0

  /// The first offset that the log holds; it rises where retention removes records meanwhile.
  private(set) var heldFrom: Int64

  private static let chunkRecords = 1024

  /// The records of a partition that were held at some moment; what was appended later is left out.
  init(log: any EventLog, place: TopicPartition, held: LogBounds) {
    self.log = log
    self.place = place
    (position, end, heldFrom) = (held.start, held.end, held.start)
  }

  /// The next record; nil at the end.
  mutating func next() throws -> Record? { try next(through: .max) }

  /// The next record if its offset is at most `last`; nil where it is a later one, and at the end.
  mutating func next(through last: Int64) throws -> Record? {
    if index == chunk.count { try fill() }
    guard index < chunk.count, chunk[index].offset <= last else { return nil }
    defer { index += 1 }
    return chunk[index]
  }

  /// The record at this offset, passing over those before it; nil where the log does not hold it.
  mutating func advance(to offset: Int64) throws -> Record? {
    while let record = try next(through: offset) {
      if record.offset == offset { return record }
    }
    return nil
  }

  private mutating func fill() throws {
    chunk.removeAll(keepingCapacity: true)
    index = 0
    var from: Int64 = -1
    while chunk.isEmpty, position > from, position < end {
      from = position
      do throws(LogError) {
        try read()
      } catch {
        guard case .offsetOutOfRange(_, _, let held) = error, held.start > position else { throw error }
        (position, heldFrom) = (held.start, held.start)
      }
    }
  }

  private mutating func read() throws(LogError) {
    var records: [Record] = []
    position = try log.read(place, from: position, limit: ReadLimit(records: Self.chunkRecords)) { (record: borrowing LogRecord) in
      guard record.offset < end else { return }
      records.append(
        Record(
          offset: record.offset, appended: record.appended.milliseconds, key: record.key.map { Array($0) },
          value: record.value.map { Array($0) }))
    }
    chunk = records
  }
}
