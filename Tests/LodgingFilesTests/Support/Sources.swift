import LodgingDomain

@testable import LodgingFiles

/// A file that is made up while it is read: a beginning, a middle that repeats to a size, an end.
///
/// It takes no memory whatever its size.
final class RepeatingByteSource: ByteSource {
  let byteCount: Int
  private let beginning: [UInt8]
  private let middle: [UInt8]
  private let end: [UInt8]
  private let endOffset: Int
  /// The end of the furthest byte that was read.
  private(set) var bytesRead = 0

  init(beginning: String = "", middle: String, repeats: Int, end: String = "") {
    self.beginning = Array(beginning.utf8)
    self.middle = Array(middle.utf8)
    self.end = Array(end.utf8)
    endOffset = self.beginning.count + self.middle.count * repeats
    byteCount = endOffset + self.end.count
  }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, byteCount - offset)
    for index in 0..<max(0, count) { buffer[index] = byte(at: offset + index) }
    bytesRead = max(bytesRead, offset + count)
    return max(0, count)
  }

  private func byte(at offset: Int) -> UInt8 {
    if offset < beginning.count { return beginning[offset] }
    if offset >= endOffset { return end[offset - endOffset] }
    return middle[(offset - beginning.count) % middle.count]
  }
}

/// A source that gives one byte at a time, and that fails at an offset if it is told to.
final class FragileByteSource: ByteSource {
  private let bytes: [UInt8]
  private let failureOffset: Int

  init(_ bytes: [UInt8], failingAt offset: Int = .max) {
    self.bytes = bytes
    failureOffset = offset
  }

  var byteCount: Int { bytes.count }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
    guard offset < failureOffset else { throw .unreadable(errno: 5) }
    guard offset < bytes.count, buffer.count > 0 else { return 0 }
    buffer[0] = bytes[offset]
    return 1
  }
}

/// SplitMix64, so that a failure can be repeated from its seed.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
