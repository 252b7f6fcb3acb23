import Foundation

extension [UInt8] {
  /// The index of a byte at or after a position; nil where there is none.
  ///
  /// Uses `memchr`: files are large and debug builds slow.
  func index(of byte: UInt8, from position: Int) -> Int? {
    guard position < count else { return nil }
    return withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress, let found = memchr(base + position, Int32(byte), buffer.count - position) else { return nil }
      return UnsafeRawPointer(found) - base
    }
  }

  /// How often a byte occurs.
  func count(of byte: UInt8) -> Int {
    var count = 0
    var position = 0
    while let found = index(of: byte, from: position) {
      count += 1
      position = found + 1
    }
    return count
  }
}
