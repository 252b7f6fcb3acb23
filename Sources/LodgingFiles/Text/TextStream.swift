/// The text of a source as chunks of valid UTF-8, without byte-order mark.
struct TextStream {
  private let source: any ByteSource
  private let transcoder: Transcoder
  private let encoding: TextEncoding
  private var offset: Int
  private var carry: [UInt8] = []
  private var lineFeeds = 0
  private var carriageReturns = 0
  private var hasSeenNonASCII = false
  private var pendingError: ImportError?

  /// How much is read at a time, in bytes.
  private static let chunkBytes = 64 << 10

  /// Finds the encoding and checks the first part of the text, so that a short file in a foreign encoding fails before its first row.
  ///
  /// - Throws: `ImportError.encoding`, `.empty`, and what the source throws.
  init(source: any ByteSource, limits: ImportLimits) throws(ImportError) {
    let sample = try source.bytes(at: 0, count: limits.sampleBytesMax)
    guard !sample.isEmpty else { throw .empty }
    let (encoding, markBytes) = try TextEncoding.detect(sample)
    guard let transcoder = Transcoder(from: encoding) else { throw .encoding(.binary, line: 1) }
    self.source = source
    self.encoding = encoding
    self.transcoder = transcoder
    offset = markBytes
    var trial = self
    _ = try trial.next()
    if let error = trial.pendingError { throw error }
  }

  /// The next chunk; nil at the end.
  ///
  /// - Throws: `ImportError.encoding` and `.truncated`, after everything before the fault was handed out.
  mutating func next() throws(ImportError) -> [UInt8]? {
    if let pendingError { throw pendingError }
    var input = carry
    carry = []
    let carried = input.count
    input += [UInt8](repeating: 0, count: min(Self.chunkBytes, source.byteCount - offset))
    var filled = carried
    while filled < input.count {
      let count = try source.read(at: offset, intoArray: &input, from: filled)
      guard count > 0 else { break }
      filled += count
      offset += count
    }
    input.removeLast(input.count - filled)
    guard !input.isEmpty else { return nil }
    return convert(input)
  }

  private mutating func convert(_ input: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    let (consumed, ending) = transcoder.convert(input, appendingTo: &output)
    if let zero = output.index(of: 0, from: 0) {
      output.removeLast(output.count - zero)
      note(output)
      pendingError = .encoding(.binary, line: line)
      return output
    }
    note(output)
    let rest = input.count - consumed
    switch ending {
    case .complete:
      break
    case .incomplete where offset < source.byteCount && rest < TextEncoding.characterBytesMax:
      carry = Array(input[consumed...])
    case .incomplete:
      pendingError = .truncated(row: nil)
    case .invalid:
      pendingError = .encoding(encoding == .utf8 && !hasSeenNonASCII ? .legacy : .damaged, line: line)
    }
    return output
  }

  /// The line that the end of what was handed out lies in.
  private var line: Int { 1 + (lineFeeds > 0 ? lineFeeds : carriageReturns) }

  private mutating func note(_ output: [UInt8]) {
    lineFeeds += output.count(of: UInt8(ascii: "\n"))
    if lineFeeds == 0 { carriageReturns += output.count(of: UInt8(ascii: "\r")) }
    if !hasSeenNonASCII { hasSeenNonASCII = output.contains { $0 >= 0x80 } }
  }
}
