public import LodgingDomain

/// Makes the keyed fingerprints under which the resident directory knows a person.
///
/// Each fingerprint is a SipHash-2-4 under the directory's key over a tag, the key of the row that it belongs to, and the part itself; a
/// part that is present never gives 0. Buffers are reused: a value belongs to one thread.
public struct DirectoryFingerprints: Sendable {
  private let key: SipKey
  private var scratch: [UInt8] = []
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
    let value = number.value
    begin(.number)
    put(value)
    return finish()
  }

  /// The key of the row of another document's number; spaces, hyphens and case do not matter.
  public mutating func rowKey(ofDocument number: some StringProtocol) -> UInt64 {
    begin(.document)
    Self.appendNormalized(number, to: &scratch)
    return finish()
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
    var bytes: [UInt8] = [Tag.sameDocument.rawValue]
    if nationality.isVietnamese, (try? PersonalNumber(number)) != nil {
      bytes.append(contentsOf: "VNM".utf8)
    } else {
      bytes.append(kind == .passport ? 1 : 2)
      bytes.append(contentsOf: nationality.code.utf8)
    }
    appendNormalized(number, to: &bytes)
    return max(1, bytes.withUnsafeBytes { KeyedHash.fingerprint64(key: key, bytes: $0) })
  }

  // MARK: Names

  private mutating func setName(_ name: UnsafeRawBufferPointer, row: UInt64, of person: inout PersonFingerprints) {
    form.removeAll(keepingCapacity: true)
    GuestName.appendCanonical(utf8: name, to: &form)
    guard !form.isEmpty else { return }
    person.exactName = wide(.exactName, row, form[...])
    form.removeAll(keepingCapacity: true)
    GuestName.appendFolded(utf8: name, to: &form)
    person.foldedName = wide(.foldedName, row, form[...])
    GuestName.findWords(in: form, into: &words)
    setWords(row: row, of: &person)
    GuestName.sortWords(&words, of: form)
    begin(.sortedName)
    put(row)
    for word in words {
      scratch.append(contentsOf: form[word])
      scratch.append(UInt8(ascii: " "))
    }
    person.sortedName = UInt32(truncatingIfNeeded: finish()) | 1
  }

  private mutating func setWords(row: UInt64, of person: inout PersonFingerprints) {
    var values: [8 of UInt16] = [0, 0, 0, 0, 0, 0, 0, 0]
    for (index, word) in words.prefix(PersonFingerprints.wordsMax).enumerated() {
      begin(.word)
      put(row)
      scratch.append(contentsOf: form[word])
      values[index] = UInt16(truncatingIfNeeded: finish()) | 1
    }
    person.words = (values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7])
  }

  // MARK: Hashing

  private mutating func begin(_ tag: Tag) {
    scratch.removeAll(keepingCapacity: true)
    scratch.append(tag.rawValue)
  }

  private mutating func put(_ value: UInt64) {
    withUnsafeBytes(of: value.littleEndian) { scratch.append(contentsOf: $0) }
  }

  private func finish() -> UInt64 {
    max(1, scratch.withUnsafeBytes { KeyedHash.fingerprint64(key: key, bytes: $0) })
  }

  private mutating func wide(_ tag: Tag, _ row: UInt64, _ bytes: ArraySlice<UInt8>) -> UInt32 {
    begin(tag)
    put(row)
    scratch.append(contentsOf: bytes)
    return UInt32(truncatingIfNeeded: finish()) | 1
  }

  private mutating func part(_ tag: Tag, _ row: UInt64, _ value: UInt64) -> UInt16 {
    begin(tag)
    put(row)
    put(value)
    return UInt16(truncatingIfNeeded: finish()) | 1
  }

  private static func appendNormalized(_ number: some StringProtocol, to bytes: inout [UInt8]) {
    for byte in number.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): bytes.append(byte - 32)
      case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."): continue
      default: bytes.append(byte)
      }
    }
  }
}
