/// A line of a text file.
struct TextLine {
  /// The line's number, from 1; blank lines count.
  var number: Int
  /// The line without its end and without white space around it; only the beginning where it is too long.
  var text: String
  /// Whether the line was longer than `lineBytesMax`.
  var isTooLong: Bool
}

/// Reads a text line by line; lines end with LF, CR LF or CR.
struct LineReader {
  private var stream: TextStream
  private let lineBytesMax: Int
  private var chunk: [UInt8] = []
  private var position = 0
  /// The first carriage return and line feed of the chunk at or after `position`, or the chunk's end.
  private var nextReturn = 0
  private var nextFeed = 0
  private var line: [UInt8] = []
  private var isTooLong = false
  private var hasBegun = false
  private var skipsLineFeed = false
  private var number = 0

  /// Makes a reader of a source.
  ///
  /// - Throws: What ``TextStream`` throws.
  init(source: any ByteSource, limits: ImportLimits) throws(ImportError) {
    stream = try TextStream(source: source, limits: limits)
    lineBytesMax = limits.lineBytesMax
  }

  /// The next line, blank or not; nil at the end.
  mutating func next() throws(ImportError) -> TextLine? {
    while true {
      if position == chunk.count {
        guard let more = try stream.next() else { return hasBegun ? finishLine() : nil }
        chunk = more
        position = 0
        nextReturn = 0
        nextFeed = 0
        continue
      }
      let byte = chunk[position]
      if skipsLineFeed {
        skipsLineFeed = false
        if byte == UInt8(ascii: "\n") {
          position += 1
          continue
        }
      }
      hasBegun = true
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        skipsLineFeed = byte == UInt8(ascii: "\r")
        position += 1
        return finishLine()
      }
      takeText()
    }
  }

  /// Takes what lies before the next line end of this chunk, as far as the line may be long.
  private mutating func takeText() {
    if nextReturn <= position { nextReturn = chunk.index(of: UInt8(ascii: "\r"), from: position) ?? chunk.count }
    if nextFeed <= position { nextFeed = chunk.index(of: UInt8(ascii: "\n"), from: position) ?? chunk.count }
    let end = min(nextReturn, nextFeed)
    let room = lineBytesMax - line.count
    line += chunk[position..<min(end, position + room)]
    if end - position > room { isTooLong = true }
    position = end
  }

  private mutating func finishLine() -> TextLine {
    number += 1
    let text = TextLine(number: number, text: CellText.trimmed(String(decoding: line, as: UTF8.self)), isTooLong: isTooLong)
    line.removeAll(keepingCapacity: true)
    isTooLong = false
    hasBegun = false
    return text
  }
}
