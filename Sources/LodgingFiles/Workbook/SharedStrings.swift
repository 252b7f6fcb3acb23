/// The texts that the cells of a workbook refer to by number.
///
/// They lie one after the other in one block of memory, which is bounded; there is no spilling to disk.
final class SharedStrings: SAXHandler {
  private let limits: ImportLimits
  private var bytes: [UInt8] = []
  private var ends: [UInt32] = []
  private var tooLong: Set<Int> = []
  private var isInText = false
  private var phoneticDepth = 0
  private var start = 0

  /// Makes a table without texts.
  init(limits: ImportLimits) { self.limits = limits }

  /// Reads the table of a workbook; empty where it has none.
  ///
  /// - Throws: `ImportError.tooLarge(.sharedStrings)`; what archive and XML throw.
  static func read(_ archive: ZipArchive, part: String?, limits: ImportLimits) throws(ImportError) -> SharedStrings {
    let strings = SharedStrings(limits: limits)
    guard let part else { return strings }
    guard let file = try archive.part(part) else { throw .malformed(.workbook, line: nil) }
    try file.parse(strings, bytesMax: limits.unzippedBytesMax, limits: limits)
    return strings
  }

  /// The length of the text with a number in bytes; nil where there is none.
  func byteCount(_ index: Int) -> Int? { range(index)?.count }

  /// The text with a number; nil where there is none.
  subscript(_ index: Int) -> SheetCell? {
    guard let range = range(index) else { return nil }
    return tooLong.contains(index) ? .tooLong : .text(CellText.trimmed(String(decoding: bytes[range], as: UTF8.self)))
  }

  private func range(_ index: Int) -> Range<Int>? {
    guard index >= 0, index < ends.count else { return nil }
    return (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
  }

  func elementStarted(_ name: String, _ attributes: SAXAttributes) {
    switch name {
    case "si": start = bytes.count
    case "t": isInText = phoneticDepth == 0
    case "rPh": phoneticDepth += 1
    default: break
    }
  }

  func elementEnded(_ name: String) throws(ImportError) {
    switch name {
    case "t":
      isInText = false
    case "rPh":
      phoneticDepth -= 1
    case "si":
      guard ends.count < limits.sharedStringsMax else { throw .tooLarge(.sharedStrings, row: nil) }
      ends.append(UInt32(bytes.count))
    default:
      break
    }
  }

  func text(_ piece: UnsafeBufferPointer<UInt8>) throws(ImportError) {
    guard isInText else { return }
    guard bytes.count - start + piece.count <= limits.fieldBytesMax else {
      bytes.removeLast(bytes.count - start)
      tooLong.insert(ends.count)
      return
    }
    guard bytes.count + piece.count <= limits.sharedStringBytesMax else { throw .tooLarge(.sharedStrings, row: nil) }
    bytes.append(contentsOf: piece)
  }
}
