/// Looks at the end records of a zip archive before libzip does.
///
/// libzip makes room for as many entries as the end record says before it reads one, so a false count of 64 bits would take all memory.
enum ZipDirectory {
  /// Where an end record may lie: behind it come at most 65,535 bytes of comment, before it the locator of its 64-bit form.
  private static let tailBytes = 65_535 + 22 + 20
  /// The smallest entry of the directory, in bytes.
  private static let entryBytesMin = 46

  /// Checks every end record that could be meant.
  ///
  /// - Throws: `ImportError.truncated` where there is none, `.tooLarge(.archiveDirectory)` where one asks for more than the bound.
  static func check(_ source: any ByteSource, limits: ImportLimits) throws(ImportError) {
    let start = max(0, source.byteCount - tailBytes)
    let tail = try source.bytes(at: start, count: tailBytes)
    let bytesMax = UInt64(limits.archiveDirectoryBytesMax)
    var hasEnd = false
    for position in places(of: UInt8(ascii: "P"), in: tail) where position + 20 <= tail.count && tail[position + 1] == UInt8(ascii: "K") {
      switch (tail[position + 2], tail[position + 3]) {
      case (5, 6):
        hasEnd = true
        let size = number(tail, at: position + 12, bytes: 4)
        guard size == UInt64(UInt32.max) || size <= bytesMax else { throw .tooLarge(.archiveDirectory, row: nil) }
      case (6, 7):
        let place = number(tail, at: position + 8, bytes: 8)
        guard place < UInt64(source.byteCount) else { continue }
        let record = try source.bytes(at: Int(place), count: 56)
        guard record.count == 56, record.starts(with: [UInt8(ascii: "P"), UInt8(ascii: "K"), 6, 6]) else { continue }
        let entries = max(number(record, at: 24, bytes: 8), number(record, at: 32, bytes: 8))
        guard entries <= bytesMax / UInt64(entryBytesMin), number(record, at: 40, bytes: 8) <= bytesMax else {
          throw .tooLarge(.archiveDirectory, row: nil)
        }
      default:
        continue
      }
    }
    guard hasEnd else { throw .truncated(row: nil) }
  }

  private static func places(of byte: UInt8, in bytes: [UInt8]) -> some Sequence<Int> {
    sequence(first: bytes.index(of: byte, from: 0) ?? bytes.count) { bytes.index(of: byte, from: $0 + 1) }
  }

  /// A little-endian number.
  private static func number(_ bytes: [UInt8], at position: Int, bytes count: Int) -> UInt64 {
    bytes[position..<position + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
