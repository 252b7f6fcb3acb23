public import LodgingDomain

/// Makes the keyed fingerprints under which the resident directory knows a person.
///
/// Each fingerprint is a SipHash-2-4 under the directory's key over a tag, the key of the row that it belongs to, and the part itself; a
/// part that is present never gives 0. Buffers are reused: a value belongs to one thread.
public struct DirectoryFingerprints: Sendable {
  private let key: SipKey
  private var form: [UInt8] = []
  private var words: [Range<Int>] = []

  /// What a fingerprint is of, so that equal bytes of two kinds do not look alike.
  private enum Tag: UInt8 {
    case number = 1
    case document = 2
    case exactName = 3
    case foldedName = 4
    case sortedName = 5
    case word = 6
    case birthDayOrMonth = 7
    case birthYear = 8
    case sex = 9
    case sameDocument = 10
  }

  /// Makes fingerprints under the directory's key.
  public init(key: SipKey) { self.key = key }

  /// The key of the row of a personal number.
  public mutating func rowKey(of number: PersonalNumber) -> UInt64 {
    hash(.number, number.value, UnsafeRawBufferPointer(start: nil, count: 0))
  }

  /// The key of the row of another document's number; spaces, hyphens and case do not matter.
  public mutating func rowKey(ofDocument number: some StringProtocol) -> UInt64 {
    form.removeAll(keepingCapacity: true)
    form.append(Tag.document.rawValue)
    Self.appendNormalized(number, to: &form)
    return max(1, form.withUnsafeBytes { KeyedHash.fingerprint64(key: key, bytes: $0) })
  }

  /// The fingerprints of a person, bound to the row that they are compared with; `name` is in Unicode NFC.
  ///
  /// A day and a month of birth of the same number have the same fingerprint, so that it shows where the two are swapped.
  public mutating func person(row: UInt64, name: String, birthDate: PartialDate?, sex: Sex?) -> PersonFingerprints {
    var copy = name
    return copy.withUTF8 { person(row: row, utf8Name: UnsafeRawBufferPointer($0), birthDate: birthDate, sex: sex) }
  }

  /// The same of a name in borrowed bytes, for whoever loads millions of residents.
  public mutating func person(row: UInt64, utf8Name: UnsafeRawBufferPointer, birthDate: PartialDate?, sex: Sex?) -> PersonFingerprints {
    var person = PersonFingerprints()
    setName(utf8Name, row: row, of: &person)
    if let birthDate {
      person.birthYear = part(.birthYear, row, UInt64(birthDate.year))
      if let month = birthDate.month { person.birthMonth = part(.birthDayOrMonth, row, UInt64(month)) }
      if let day = birthDate.day { person.birthDay = part(.birthDayOrMonth, row, UInt64(day)) }
    }
    if let sex { person.sex = part(.sex, row, UInt64(sex.rawValue)) }
    return person
  }

  /// Equal for the same document in whichever way it was reported, under the key of one month.
  ///
  /// Citizens' papers that carry the personal number are one document: the person.
  public static func sameDocument(kind: DocumentKind, nationality: Nationality, number: String, key: SipKey) -> UInt64 {
    withForm(of: kind, nationality, number) { fingerprint(ofForm: $0, key) }
  }

  /// The fingerprints of a document under the keys of several months, in their order.
  package static func sameDocument(
    kind: DocumentKind, nationality: Nationality, number: String, under months: [MonthKeys]
  ) -> [DocumentFingerprint] {
    withForm(of: kind, nationality, number) { form in
      months.map { DocumentFingerprint(month: $0.month, value: fingerprint(ofForm: form, $0.fingerprint)) }
    }
  }

  /// Calls `body` with the form of a document in which every report of it is the same.
  private static func withForm<Result>(
    of kind: DocumentKind, _ nationality: Nationality, _ number: String, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    var number = number
    let isPersonal = nationality.isVietnamese && (try? PersonalNumber(number)) != nil
    return number.withUTF8 { utf8 in
      WireWriter.with { writer in
        writer.append(Tag.sameDocument.rawValue)
        if isPersonal {
          writer.append("VNM")
        } else {
          writer.append(kind == .passport ? 1 : 2)
          writer.append(nationality.code)
        }
        normalize(utf8) { writer.append($0) }
        return writer.withBytes { body(UnsafeRawBufferPointer($0)) }
      }
    }
  }

  private static func fingerprint(ofForm form: UnsafeRawBufferPointer, _ key: SipKey) -> UInt64 {
    max(1, KeyedHash.fingerprint64(key: key, bytes: form))
  }

  // MARK: Names

  private mutating func setName(_ name: UnsafeRawBufferPointer, row: UInt64, of person: inout PersonFingerprints) {
    form.removeAll(keepingCapacity: true)
    GuestName.appendCanonical(utf8: name, to: &form)
    guard !form.isEmpty else { return }
    person.exactName = form.withUnsafeBytes { wide(.exactName, row, $0) }
    form.removeAll(keepingCapacity: true)
    GuestName.appendFolded(utf8: name, to: &form)
    GuestName.findWords(in: form, into: &words)
    form.withUnsafeBytes { folded in
      person.foldedName = wide(.foldedName, row, folded)
      person.words = wordFingerprints(row, folded)
    }
    GuestName.sortWords(&words, of: form)
    person.sortedName = form.withUnsafeBytes { sortedFingerprint(row, $0) }
  }

  private func wordFingerprints(_ row: UInt64, _ folded: UnsafeRawBufferPointer) -> PersonFingerprints.Words {
    var values: [8 of UInt16] = [0, 0, 0, 0, 0, 0, 0, 0]
    for index in 0..<min(words.count, PersonFingerprints.wordsMax) {
      values[index] = UInt16(truncatingIfNeeded: hash(.word, row, UnsafeRawBufferPointer(rebasing: folded[words[index]]))) | 1
    }
    return (values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7])
  }

  /// Over the words in the order that ``words`` has now, with a space after each.
  private func sortedFingerprint(_ row: UInt64, _ folded: UnsafeRawBufferPointer) -> UInt32 {
    withUnsafeTemporaryAllocation(byteCount: folded.count + 1, alignment: 1) { sorted in
      var count = 0
      for word in words {
        UnsafeMutableRawBufferPointer(rebasing: sorted[count..<count + word.count]).copyMemory(from: .init(rebasing: folded[word]))
        count += word.count
        sorted[count] = UInt8(ascii: " ")
        count += 1
      }
      return wide(.sortedName, row, UnsafeRawBufferPointer(rebasing: sorted[..<count]))
    }
  }

  // MARK: Hashing

  private func hash(_ tag: Tag, _ row: UInt64, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
    Self.hash(key, tag, row, bytes)
  }

  /// The hash over the tag, the key of the row and some bytes; never 0.
  private static func hash(_ key: SipKey, _ tag: Tag, _ row: UInt64, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
    let headBytes = 1 + MemoryLayout<UInt64>.size
    return withUnsafeTemporaryAllocation(byteCount: headBytes + bytes.count, alignment: 1) { message in
      message[0] = tag.rawValue
      message.storeBytes(of: row.littleEndian, toByteOffset: 1, as: UInt64.self)
      UnsafeMutableRawBufferPointer(rebasing: message[headBytes...]).copyMemory(from: bytes)
      return max(1, KeyedHash.fingerprint64(key: key, bytes: UnsafeRawBufferPointer(message)))
    }
  }

  private func wide(_ tag: Tag, _ row: UInt64, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
    UInt32(truncatingIfNeeded: hash(tag, row, bytes)) | 1
  }

  private func part(_ tag: Tag, _ row: UInt64, _ value: UInt64) -> UInt16 {
    withUnsafeBytes(of: value.littleEndian) { UInt16(truncatingIfNeeded: hash(tag, row, $0)) | 1 }
  }

  private static func appendNormalized(_ number: some StringProtocol, to bytes: inout [UInt8]) {
    var text = String(number)
    text.withUTF8 { normalize($0) { bytes.append($0) } }
  }

  @inline(__always)
  private static func normalize(_ number: UnsafeBufferPointer<UInt8>, _ append: (UInt8) -> Void) {
    for byte in number {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): append(byte - 32)
      case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."): continue
      default: append(byte)
      }
    }
  }
}
