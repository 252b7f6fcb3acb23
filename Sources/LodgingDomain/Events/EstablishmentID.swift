/// The name under which an establishment is registered: 1 to 32 characters of `A-Z a-z 0-9 . _ -`.
///
/// It is the record key on the log, so it is compared byte by byte and never folded. Stored inline: copying and hashing allocate nothing.
public struct EstablishmentID: Hashable, Sendable {
  /// The longest identifier, in bytes.
  public static let lengthMax = 32

  private(set) var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  /// Reads an identifier; throws what is wrong with it.
  public init(_ text: some StringProtocol) throws(EstablishmentIDError) {
    var copy = String(text)
    let result: Result<EstablishmentID, EstablishmentIDError> = copy.withUTF8 { bytes in
      Result { () throws(EstablishmentIDError) in try EstablishmentID(utf8: UnsafeRawBufferPointer(bytes)) }
    }
    self = try result.get()
  }

  /// Reads an identifier from the bytes of a record; throws what is wrong with it.
  public init(utf8 bytes: UnsafeRawBufferPointer) throws(EstablishmentIDError) {
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count <= Self.lengthMax else { throw .tooLong }
    for byte in bytes where !Self.isAllowed(byte) { throw .characterNotAllowed }
    withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: bytes) }
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }

  /// Calls `body` with the identifier's bytes, without padding.
  public func withUTF8<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeBytes(of: words) { bytes in
      body(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    }
  }

  /// Writes the identifier's bytes to memory that has room for ``lengthMax`` and returns how many they are; those behind them become 0.
  package func write(to memory: UnsafeMutableRawBufferPointer) -> Int {
    memory.storeBytes(of: words, as: (UInt64, UInt64, UInt64, UInt64).self)
    return count
  }

  /// Whether these are the identifier's bytes.
  package func isWritten(_ utf8: UnsafeRawBufferPointer) -> Bool {
    guard utf8.count == count else { return false }
    var other: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &other) { $0.copyMemory(from: utf8) }
    return other == words
  }

  /// The count of its bytes; none of them is 0, which fills up behind them.
  private var count: Int {
    func bytes(_ word: UInt64) -> Int { MemoryLayout<UInt64>.size - word.littleEndian.leadingZeroBitCount / 8 }
    if words.3 != 0 { return 24 + bytes(words.3) }
    if words.2 != 0 { return 16 + bytes(words.2) }
    return words.1 != 0 ? 8 + bytes(words.1) : bytes(words.0)
  }

  /// Equal bytes.
  public static func == (left: EstablishmentID, right: EstablishmentID) -> Bool {
    left.words.0 == right.words.0 && left.words.1 == right.words.1 && left.words.2 == right.words.2 && left.words.3 == right.words.3
  }

  /// Feeds the identifier's bytes.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    if words.2 != 0 {
      hasher.combine(words.2)
      hasher.combine(words.3)
    }
  }
}

extension EstablishmentID: Comparable, CustomStringConvertible {
  /// Orders by bytes.
  public static func < (left: EstablishmentID, right: EstablishmentID) -> Bool {
    (left.words.0.bigEndian, left.words.1.bigEndian, left.words.2.bigEndian, left.words.3.bigEndian)
      < (right.words.0.bigEndian, right.words.1.bigEndian, right.words.2.bigEndian, right.words.3.bigEndian)
  }

  /// The identifier as it was written.
  public var description: String { withUTF8 { String(decoding: $0, as: UTF8.self) } }
}

/// Why a text is no establishment identifier.
public enum EstablishmentIDError: Error, Equatable, Sendable {
  /// There is no character.
  case empty
  /// There are more than ``EstablishmentID/lengthMax`` bytes.
  case tooLong
  /// There is a character outside `A-Z a-z 0-9 . _ -`.
  case characterNotAllowed
}
