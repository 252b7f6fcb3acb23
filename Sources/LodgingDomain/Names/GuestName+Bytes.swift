/// The forms of a name as bytes in a buffer that the caller reuses, for whoever fingerprints millions of names.
extension GuestName {
  /// Appends the canonical form (see ``canonical``) of a name.
  ///
  /// Total: ill-formed bytes count as U+FFFD.
  ///
  /// - Parameters:
  ///   - utf8: The name, UTF-8 in Unicode NFC.
  ///   - output: The buffer to append to; what it holds already is left alone.
  public static func appendCanonical(utf8: UnsafeRawBufferPointer, to output: inout [UInt8]) {
    NameWriter.canonical.write(utf8, to: &output)
  }

  /// Writes the canonical form of a name, as ``appendCanonical(utf8:to:)`` appends it, to the front of memory that has room for
  /// ``canonicalBytesMax(of:)``, and returns the count of its bytes; what lies behind them is overwritten too.
  package static func writeCanonical(utf8: UnsafeRawBufferPointer, to output: UnsafeMutableRawBufferPointer) -> Int {
    NameWriter.canonical.write(utf8, to: output)
  }

  /// The room in bytes that the canonical form of a name of so many bytes takes while it is written.
  package static func canonicalBytesMax(of count: Int) -> Int { NameWriter.bytesMax(of: count) }

  /// Appends the folded form (see ``folded``) of a name.
  ///
  /// Total: ill-formed bytes count as U+FFFD. Folding the canonical form gives the same bytes as folding the name.
  ///
  /// - Parameters:
  ///   - utf8: The name, UTF-8 in Unicode NFC.
  ///   - output: The buffer to append to; what it holds already is left alone.
  public static func appendFolded(utf8: UnsafeRawBufferPointer, to output: inout [UInt8]) {
    NameWriter.folded.write(utf8, to: &output)
  }

  /// Appends the canonical form of a text.
  public static func appendCanonical(_ text: some StringProtocol, to output: inout [UInt8]) {
    var copy = String(text)
    copy.withUTF8 { appendCanonical(utf8: UnsafeRawBufferPointer($0), to: &output) }
  }

  /// Appends the folded form of a text.
  public static func appendFolded(_ text: some StringProtocol, to output: inout [UInt8]) {
    var copy = String(text)
    copy.withUTF8 { appendFolded(utf8: UnsafeRawBufferPointer($0), to: &output) }
  }

  /// Finds the words of a folded (or canonical) form.
  ///
  /// - Parameters:
  ///   - form: What ``appendFolded(utf8:to:)`` appended to an empty buffer.
  ///   - ranges: Replaced by the range of each word, in the order of the name.
  public static func findWords(in form: [UInt8], into ranges: inout [Range<Int>]) {
    findWords(in: form, from: 0, into: &ranges)
  }

  /// The same of a form that was appended to a buffer of `first` bytes.
  package static func findWords(in form: [UInt8], from first: Int, into ranges: inout [Range<Int>]) {
    ranges.removeAll(keepingCapacity: true)
    var start = first
    for index in first..<form.count where form[index] == UInt8(ascii: " ") {
      if index > start { ranges.append(start..<index) }
      start = index + 1
    }
    if form.count > start { ranges.append(start..<form.count) }
  }

  /// Sorts words by their bytes, so that names with the same words in another order become equal.
  ///
  /// - Parameters:
  ///   - ranges: The words, from ``findWords(in:into:)``.
  ///   - form: The form that they are words of.
  public static func sortWords(_ ranges: inout [Range<Int>], of form: [UInt8]) {
    // Insertion sort: names have few words, and this allocates nothing.
    for index in ranges.indices.dropFirst() {
      var place = index
      while place > 0, order(ranges[place], ranges[place - 1], of: form, form) < 0 {
        ranges.swapAt(place, place - 1)
        place -= 1
      }
    }
  }

  /// Negative, zero or positive as the first word is less than, equal to or greater than the second one.
  static func order(_ left: Range<Int>, _ right: Range<Int>, of leftForm: [UInt8], _ rightForm: [UInt8]) -> Int {
    for offset in 0..<min(left.count, right.count) {
      let difference = Int(leftForm[left.lowerBound + offset]) - Int(rightForm[right.lowerBound + offset])
      guard difference == 0 else { return difference }
    }
    return left.count - right.count
  }
}
