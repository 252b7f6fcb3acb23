import LodgingDomain
import LodgingPipeline
import LodgingWire

/// What the id index was told of one event, as it lies in a block: the length of the key in one byte, the key, the kind, and the content in
/// the fixed width of its kind.
///
/// The key is the event's id, big-endian, and behind it the establishment's bytes. Records lie in the order of their keys' bytes.
struct IdRecord {
  /// What was told.
  enum Content {
    case registered(RegisteredEvent)
    /// What is told of the check-in in an earlier record has this digest now.
    case resealed(month: KeyMonth, digest: Digest128)

    /// What both say, where `later` was told after this.
    func followed(by later: Content) -> Content {
      guard case .registered(var record) = self, case .resealed(let month, let digest) = later else { return later }
      (record.month, record.digest) = (month, digest)
      return .registered(record)
    }
  }

  fileprivate enum Kind: UInt8 {
    case registered = 1
    case resealed = 2

    var contentBytes: Int { self == .registered ? FixedWriter.recordBytes : FixedWriter.digestBytes }
  }

  /// The bytes of a record at most.
  static let bytesMax = 1 + eventBytes + EstablishmentID.lengthMax + 1 + FixedWriter.recordBytes
  private static let eventBytes = 16

  /// All of it, borrowed.
  let bytes: UnsafeRawBufferPointer
  private let keyBytes: Int
  private let kind: Kind

  fileprivate init(bytes: UnsafeRawBufferPointer, keyBytes: Int, kind: Kind) {
    (self.bytes, self.keyBytes, self.kind) = (bytes, keyBytes, kind)
  }

  /// The key.
  var key: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[1..<1 + keyBytes]) }

  /// Whether it only changes an earlier record.
  var isChange: Bool { kind == .resealed }

  /// What was told; throws ``StoredValueError`` where that is not of the form in which it is written.
  func content() throws -> Content {
    var reader = FixedReader(UnsafeRawBufferPointer(rebasing: bytes[(2 + keyBytes)...]))
    do {
      switch kind {
      case .registered: return .registered(try reader.takeRecord())
      case .resealed:
        let (digest, month) = try reader.takeDigest()
        return .resealed(month: month, digest: digest)
      }
    } catch {
      throw StoredValueError("a record of the id index is malformed")
    }
  }

  // MARK: Writing

  /// Writes a record into memory of ``bytesMax``, which it borrows.
  init(key: UnsafeRawBufferPointer, _ content: Content, in memory: UnsafeMutableRawBufferPointer) {
    var writer = FixedWriter(memory)
    writer.put(UInt8(key.count))
    writer.put(raw: key)
    let kind: Kind
    switch content {
    case .registered(let record):
      kind = .registered
      writer.put(kind.rawValue)
      writer.put(record)
    case .resealed(let month, let digest):
      kind = .resealed
      writer.put(kind.rawValue)
      writer.put(digest, month)
    }
    let count = 1 + key.count + 1 + kind.contentBytes
    self.init(bytes: UnsafeRawBufferPointer(rebasing: memory[..<count]), keyBytes: key.count, kind: kind)
  }

  /// Calls `body` with the key of an event.
  static func withKey<Answer>(
    of event: EventID, at establishment: EstablishmentID, _ body: (UnsafeRawBufferPointer) throws -> Answer
  ) rethrows -> Answer {
    let key = establishment.withUTF8 { name in
      FixedWriter.bytes(eventBytes + name.count) { writer in
        writer.put(bigEndian: event.high)
        writer.put(bigEndian: event.low)
        writer.put(raw: name)
      }
    }
    return try key.withUnsafeBytes(body)
  }
}

/// Goes over the records of a block.
struct IdRecordReader {
  private let block: UnsafeRawBufferPointer
  private var position = 0

  /// Begins before the first record; the block is borrowed.
  init(_ block: UnsafeRawBufferPointer) { self.block = block }

  /// The next record; nil behind the last one, and ``StoredValueError`` where one is cut off or of no known kind.
  mutating func next() throws(StoredValueError) -> IdRecord? {
    guard position < block.count else { return nil }
    let keyBytes = Int(block[position])
    let kindAt = position + 1 + keyBytes
    guard kindAt < block.count, let kind = IdRecord.Kind(rawValue: block[kindAt]) else {
      throw StoredValueError("a record of the id index has no kind")
    }
    let end = kindAt + 1 + kind.contentBytes
    guard end <= block.count else { throw StoredValueError("a record of the id index is cut off") }
    defer { position = end }
    return IdRecord(bytes: UnsafeRawBufferPointer(rebasing: block[position..<end]), keyBytes: keyBytes, kind: kind)
  }
}

extension IdIndexNews {
  /// The establishment and the event that it is about.
  var subject: (establishment: EstablishmentID, event: EventID) {
    switch self {
    case .registered(let registration): (registration.establishment, registration.event)
    case .resealed(let stay, _, _): (stay.establishment, stay.stay)
    }
  }

  /// What it says.
  var content: IdRecord.Content {
    switch self {
    case .registered(let registration): .registered(registration.record)
    case .resealed(_, let month, let digest): .resealed(month: month, digest: digest)
    }
  }
}
