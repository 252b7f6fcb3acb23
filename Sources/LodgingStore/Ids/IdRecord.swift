import LodgingDomain
import LodgingPipeline
import LodgingWire

/// A registration as it lies in a block of the id index: the length of its key in one byte, the key, and what is remembered in fixed width.
///
/// The key is the event's id, big-endian, and behind it the establishment's bytes. Records lie in the order of their keys' bytes.
struct IdRecord {
  /// All of it, borrowed.
  let bytes: UnsafeRawBufferPointer

  /// The key.
  var key: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[1..<bytes.count - FixedWriter.recordBytes]) }

  /// What is remembered; throws ``StoredValueError`` where that is not of that form.
  func registered() throws -> RegisteredEvent {
    var reader = FixedReader(UnsafeRawBufferPointer(rebasing: bytes.suffix(FixedWriter.recordBytes)))
    do {
      return try reader.takeRecord()
    } catch {
      throw StoredValueError("a record of the id index is malformed")
    }
  }

  /// The bytes of a record at most.
  static let bytesMax = 1 + eventBytes + EstablishmentID.lengthMax + FixedWriter.recordBytes

  /// The key of an event.
  static func key(of event: EventID, at establishment: EstablishmentID) -> [UInt8] {
    establishment.withUTF8 { name in FixedWriter.bytes(eventBytes + name.count) { putKey(event, name, to: &$0) } }
  }

  /// Writes a registration into memory of ``bytesMax``.
  init(_ registration: IndexedRegistration, in memory: UnsafeMutableRawBufferPointer) {
    let count = registration.establishment.withUTF8 { name in
      var writer = FixedWriter(memory)
      let key = Self.eventBytes + name.count
      writer.put(UInt8(key))
      Self.putKey(registration.event, name, to: &writer)
      writer.put(registration.record)
      return 1 + key + FixedWriter.recordBytes
    }
    self.init(bytes: UnsafeRawBufferPointer(rebasing: memory[..<count]))
  }

  /// Borrows a record.
  init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  private static let eventBytes = 16

  private static func putKey(_ event: EventID, _ name: UnsafeRawBufferPointer, to writer: inout FixedWriter) {
    writer.put(event.high.byteSwapped)
    writer.put(event.low.byteSwapped)
    writer.put(raw: name)
  }
}

/// Goes over the records of a block.
struct IdRecordReader {
  private let block: UnsafeRawBufferPointer
  private var position = 0

  /// Begins before the first record; the block is borrowed.
  init(_ block: UnsafeRawBufferPointer) { self.block = block }

  /// The next record; nil behind the last one, and ``StoredValueError`` where one is cut off.
  mutating func next() throws(StoredValueError) -> IdRecord? {
    guard position < block.count else { return nil }
    let end = position + 1 + Int(block[position]) + FixedWriter.recordBytes
    guard end <= block.count else { throw StoredValueError("a record of the id index is cut off") }
    defer { position = end }
    return IdRecord(bytes: UnsafeRawBufferPointer(rebasing: block[position..<end]))
  }
}
