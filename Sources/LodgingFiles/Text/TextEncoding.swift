/// The encodings that text files are read in.
enum TextEncoding: Equatable {
  case utf8
  case utf16LittleEndian
  case utf16BigEndian

  /// The name by which iconv knows it.
  var iconvName: String {
    switch self {
    case .utf8: "UTF-8"
    case .utf16LittleEndian: "UTF-16LE"
    case .utf16BigEndian: "UTF-16BE"
    }
  }

  /// The most bytes of a character, so that what is left over at the end of a chunk can be told from damage.
  static let characterBytesMax = 4

  /// Finds the encoding of a text from its beginning.
  ///
  /// A byte-order mark decides. Without one, UTF-16 shows itself by zero bytes on one side of most pairs, since digits, separators and
  /// most letters of Vietnamese names are ASCII; any other zero byte means that this is no text.
  ///
  /// - Parameter sample: The first bytes of the file.
  /// - Returns: The encoding and the length of the byte-order mark.
  /// - Throws: `ImportError.encoding` for UTF-32 and for binary data.
  static func detect(_ sample: [UInt8]) throws(ImportError) -> (encoding: TextEncoding, markBytes: Int) {
    if sample.starts(with: [0xFF, 0xFE, 0, 0]) || sample.starts(with: [0, 0, 0xFE, 0xFF]) { throw .encoding(.utf32, line: 1) }
    if sample.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
    if sample.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
    if sample.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
    let pairs = sample.prefix(patternBytes).count / 2
    var zeroFirst = 0
    var zeroSecond = 0
    for index in 0..<pairs {
      if sample[2 * index] == 0 { zeroFirst += 1 }
      if sample[2 * index + 1] == 0 { zeroSecond += 1 }
    }
    if zeroFirst == 0, zeroSecond == 0 { return (.utf8, 0) }
    if zeroSecond > pairs / 2, zeroFirst <= pairs / 16 { return (.utf16LittleEndian, 0) }
    if zeroFirst > pairs / 2, zeroSecond <= pairs / 16 { return (.utf16BigEndian, 0) }
    throw .encoding(.binary, line: 1)
  }

  /// How much of a sample is searched for zero bytes, in bytes.
  private static let patternBytes = 4 << 10
}
