/// The lines of one document's machine-readable zone.
struct ZoneLines: Equatable {
  /// The lines, in upper case and without spaces.
  var lines: [String]
  /// The number of the first line in the file.
  var place: Int
  /// Whether a line was longer than any may be.
  var isTooLong: Bool
}

/// Groups the lines of a text into documents.
///
/// A document ends at a blank line, or when it has as many lines as its first line's length says: three of 30 characters, two of 36 or
/// 44. A line lost in the middle must not shift all documents behind it, so a line that can only be the first one begins a new document:
/// it holds a name and no digit, while the second line of two always ends in a digit.
struct ZoneGrouper {
  private var lines: LineReader
  private let limits: ImportLimits
  private var waiting: TextLine?

  /// Prepares reading.
  init(source: any ByteSource, limits: ImportLimits) throws(ImportError) {
    lines = try LineReader(source: source, limits: limits)
    self.limits = limits
  }

  /// The next document; nil at the end.
  mutating func next() throws(ImportError) -> ZoneLines? {
    var zone: ZoneLines?
    while let line = try takeLine() {
      guard line.number <= limits.rowsMax else { throw .tooLarge(.rows, row: nil) }
      guard !line.text.isEmpty || line.isTooLong else {
        if zone == nil { continue }
        return zone
      }
      let text = Self.cleaned(line.text)
      if let zone, Self.linesOfTwo(zone), Self.canOnlyBeFirst(text) {
        waiting = line
        return zone
      }
      var grown = zone ?? ZoneLines(lines: [], place: line.number, isTooLong: false)
      grown.lines.append(text)
      if line.isTooLong { grown.isTooLong = true }
      if grown.lines.count == Self.lineCount(first: grown.lines[0]) { return grown }
      zone = grown
    }
    return zone
  }

  private mutating func takeLine() throws(ImportError) -> TextLine? {
    guard let line = waiting else { return try lines.next() }
    waiting = nil
    return line
  }

  /// The longest line of a zone with three lines that still counts as one of 30 characters; the next length is 36.
  private static let shortLineMax = 33

  private static func lineCount(first: String) -> Int {
    first.utf8.count <= shortLineMax ? 3 : 2
  }

  private static func linesOfTwo(_ zone: ZoneLines) -> Bool {
    zone.lines.first.map { lineCount(first: $0) == 2 } ?? false
  }

  private static func canOnlyBeFirst(_ line: String) -> Bool {
    line.utf8.count > shortLineMax && line.contains("<<") && !line.utf8.contains { (0x30...0x39).contains($0) }
  }

  private static func cleaned(_ line: String) -> String {
    line.uppercased().filter { !$0.isWhitespace }
  }
}
