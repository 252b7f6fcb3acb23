import Foundation
import LodgingDomain
import LodgingPipeline

/// Records of the events topic in files, made beforehand so that making them is never what is measured.
///
/// A record is partition (4 bytes), append time in milliseconds (8), the sizes of key and value (4 each, all bits set where there is none),
/// key and value; numbers are little-endian.
enum EventFile {
  /// The size of what stands before key and value.
  private static let headBytes = 20
  private static let nothing = UInt32.max

  /// The parts of what is prepared, each in a file of its own.
  enum Part: String, CaseIterable {
    /// What registers the establishments.
    case establishments
    /// The evening itself.
    case evening

    /// The part's file in a folder.
    func path(in folder: String) -> String { "\(folder)/load-\(rawValue)" }
  }

  /// Writes a file piece by piece.
  struct Writer {
    private let file: FileHandle
    private var bytes: [UInt8] = []
    private(set) var records = 0
    private static let bufferBytes = 1 << 20

    init(path: String) throws {
      try Data().write(to: URL(fileURLWithPath: path))
      file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }

    mutating func append(_ record: NewRecord, partition: Int, at time: Instant) throws {
      put(UInt32(partition))
      put(time.milliseconds)
      put(record.key.map { UInt32($0.count) } ?? nothing)
      put(record.value.map { UInt32($0.count) } ?? nothing)
      bytes.append(contentsOf: record.key ?? [])
      bytes.append(contentsOf: record.value ?? [])
      records += 1
      if bytes.count >= Self.bufferBytes { try flush() }
    }

    mutating func close() throws {
      try flush()
      try file.close()
    }

    private mutating func flush() throws {
      try file.write(contentsOf: bytes)
      bytes.removeAll(keepingCapacity: true)
    }

    private mutating func put(_ number: some FixedWidthInteger) {
      withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
  }

  /// Where a record lies in the file's bytes.
  struct Place {
    let partition: Int
    let appended: Instant
    let key: Range<Int>?
    let value: Range<Int>?
  }

  /// Calls `body` with each record of a file's bytes, in order.
  static func forEach(in bytes: UnsafeRawBufferPointer, _ body: (Place) throws -> Void) throws {
    var offset = 0
    while offset < bytes.count {
      guard bytes.count - offset >= headBytes else { throw LoadError.cutOff }
      let partition = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
      let appended = Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4, as: Int64.self))
      let keySize = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
      let valueSize = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt32.self))
      offset += headBytes
      let key = range(of: keySize, at: &offset)
      let value = range(of: valueSize, at: &offset)
      guard offset <= bytes.count else { throw LoadError.cutOff }
      try body(Place(partition: partition, appended: Instant(milliseconds: appended), key: key, value: value))
    }
  }

  /// The record at a place of the file's bytes.
  static func record(at place: Place, in bytes: UnsafeRawBufferPointer) -> NewRecord {
    NewRecord(key: place.key.map { Array(bytes[$0]) }, value: place.value.map { Array(bytes[$0]) })
  }

  private static func range(of size: UInt32, at offset: inout Int) -> Range<Int>? {
    guard size != nothing else { return nil }
    defer { offset += Int(size) }
    return offset..<(offset + Int(size))
  }
}

/// Why a measurement ended without a figure.
enum LoadError: Error, CustomStringConvertible {
  case cutOff
  case miscount(what: String, expected: Int, counted: Int)
  case failed(String)

  var description: String {
    switch self {
    case .cutOff: "the file of events is cut off; prepare it again"
    case .miscount(let what, let expected, let counted): "\(counted) \(what) and not \(expected): the figures would be wrong"
    case .failed(let reason): reason
    }
  }
}
