/// Which of a workbook's cell formats show a date.
final class CellFormats: SAXHandler {
  private let limits: ImportLimits
  private var customDates: [Int: Bool] = [:]
  private var formats: [Bool] = []
  private var isInCellFormats = false

  /// Makes a table without formats.
  init(limits: ImportLimits) { self.limits = limits }

  /// Reads the table of a workbook; empty where it has none.
  static func read(_ archive: ZipArchive, part: String?, limits: ImportLimits) throws(ImportError) -> CellFormats {
    let formats = CellFormats(limits: limits)
    if let part, let file = try archive.part(part) {
      try file.parse(formats, bytesMax: limits.smallPartBytesMax, limits: limits)
    }
    return formats
  }

  /// Whether the cell format with a number shows a date.
  func isDate(_ index: Int) -> Bool {
    formats.indices.contains(index) && formats[index]
  }

  func elementStarted(_ name: String, _ attributes: SAXAttributes) throws(ImportError) {
    switch name {
    case "numFmt":
      guard let id = attributes["numFmtId"].flatMap({ Int($0) }), let code = attributes["formatCode"] else { return }
      customDates[id] = Self.showsDate(code)
    case "cellXfs":
      isInCellFormats = true
    case "xf" where isInCellFormats:
      guard formats.count < limits.cellFormatsMax else { throw .tooLarge(.unzipped, row: nil) }
      let id = attributes["numFmtId"].flatMap { Int($0) } ?? 0
      formats.append(customDates[id] ?? Self.builtInDates.contains { $0.contains(id) })
    default:
      break
    }
  }

  func elementEnded(_ name: String) {
    if name == "cellXfs" { isInCellFormats = false }
  }

  func text(_ bytes: UnsafeBufferPointer<UInt8>) {}

  /// The numbers of the built-in formats that show a date or a date and time (ECMA-376 part 1, 18.8.30, and its East Asian ones).
  private static let builtInDates = [14...17, 22...22, 27...36, 50...58]

  /// Whether a format's code shows a day or a year: a letter `d` or `y` outside quotation marks, escapes and brackets.
  static func showsDate(_ code: String) -> Bool {
    var isQuoted = false
    var isBracketed = false
    var skipsNext = false
    for byte in code.utf8 {
      if skipsNext {
        skipsNext = false
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isQuoted.toggle()
      case _ where isQuoted: continue
      case UInt8(ascii: "\\"), UInt8(ascii: "_"), UInt8(ascii: "*"): skipsNext = true
      case UInt8(ascii: "["): isBracketed = true
      case UInt8(ascii: "]"): isBracketed = false
      case UInt8(ascii: "d"), UInt8(ascii: "D"), UInt8(ascii: "y"), UInt8(ascii: "Y"):
        if !isBracketed { return true }
      default: continue
      }
    }
    return false
  }
}
