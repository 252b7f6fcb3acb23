/// Finds what a file is from its content, and from its name only where the content leaves it open.
enum FormatDetection {
  /// Finds the format of a file.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - name: Its name, possibly empty.
  ///   - limits: The bounds.
  /// - Returns: The format whose reader is to be used.
  /// - Throws: `ImportError.unknownFormat`, `.notThisFormat` for a workbook of former years, `.empty`, `.encoding`.
  static func detect(_ source: any ByteSource, name: String, limits: ImportLimits) throws(ImportError) -> ImportFormat {
    let sample = try source.bytes(at: 0, count: limits.sampleBytesMax)
    switch container(of: sample) {
    case .readable(let format): return format
    case .xml: return .foreignersXML
    case let other?: throw .notThisFormat(expected: .citizensXLSX, found: other)
    case nil: break
    }
    var stream = try TextStream(source: source, limits: limits)
    let text = try stream.next() ?? []
    let lines = firstLines(of: text)
    guard !lines.isEmpty else { throw .empty }
    if lines.contains(where: isCardText) { return .qr }
    if lines.contains(where: isZoneLine) { return .mrz }
    if CSVSeparator.find(in: text, columns: CitizenColumn.allCases.count, limits: limits).fits { return .citizensCSV }
    guard let hinted = hint(name) else { throw .unknownFormat }
    return hinted
  }

  /// Checks that a file is not obviously something else than what it was said to be.
  ///
  /// - Throws: `ImportError.notThisFormat`, `.empty`.
  static func check(_ source: any ByteSource, is format: ImportFormat) throws(ImportError) {
    let sample = try source.bytes(at: 0, count: signatureBytes)
    guard !sample.isEmpty else { throw .empty }
    let container = container(of: sample)
    switch (format, container) {
    case (.citizensXLSX, .readable(.citizensXLSX)), (.foreignersXML, .xml): return
    case (.citizensXLSX, nil), (.foreignersXML, nil): throw .notThisFormat(expected: format, found: .other)
    case (_, nil): return
    case (_, let other?): throw .notThisFormat(expected: format, found: other)
    }
  }

  /// The kinds of file that show themselves by their first bytes; nil for text.
  private static func container(of sample: [UInt8]) -> ImportError.FoundFormat? {
    if sample.starts(with: zipEntry) || sample.starts(with: zipEnd) { return .readable(.citizensXLSX) }
    if sample.starts(with: compoundFile) { return .compoundFile }
    // Byte-order marks, and the zero bytes of UTF-16, may stand before the first character and within it.
    let first = sample.first { ![0, 0x09, 0x0A, 0x0D, 0x20, 0xEF, 0xBB, 0xBF, 0xFE, 0xFF].contains($0) }
    return first == UInt8(ascii: "<") ? .xml : nil
  }

  private static let zipEntry: [UInt8] = [0x50, 0x4B, 3, 4]
  private static let zipEnd: [UInt8] = [0x50, 0x4B, 5, 6]
  private static let compoundFile: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]
  private static let signatureBytes = 512

  /// How many lines that are not blank are looked at.
  private static let linesMax = 16

  private static func firstLines(of text: [UInt8]) -> [String] {
    text.split(maxSplits: 4 * linesMax) { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
      .lazy.map { CellText.trimmed(String(decoding: $0.prefix(lineBytesMax), as: UTF8.self)) }
      .filter { !$0.isEmpty }.prefix(linesMax).map(\.self)
  }

  private static let lineBytesMax = 1024

  private static func isCardText(_ line: String) -> Bool {
    let fields = line.split(separator: "|", omittingEmptySubsequences: false)
    return fields.count >= 7 && !fields[0].isEmpty && fields[0].utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x20 }
  }

  private static func isZoneLine(_ line: String) -> Bool {
    [30, 36, 44].contains(line.utf8.count) && line.utf8.contains(UInt8(ascii: "<"))
      && line.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || $0 == UInt8(ascii: "<") }
  }

  private static func hint(_ name: String) -> ImportFormat? {
    switch name.split(separator: ".").last?.lowercased() {
    case "csv", "tsv": .citizensCSV
    case "qr": .qr
    case "mrz": .mrz
    default: nil
    }
  }
}
