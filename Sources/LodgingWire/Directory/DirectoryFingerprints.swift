import CSodium
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
    Self.hash(.number, number.value, UnsafeRawBufferPointer(start: nil, count: 0), key)
  }

  /// The key of the row of another document's number; spaces, hyphens and case do not matter.
  public mutating func rowKey(ofDocument number: some StringProtocol) -> UInt64 {
    var copy = String(number)
    return copy.withUTF8 { rowKey(ofDocument: UnsafeRawBufferPointer($0)) }
  }

  /// The same of a number in borrowed bytes.
  public func rowKey(ofDocument utf8: UnsafeRawBufferPointer) -> UInt64 {
    withUnsafeBytes(of: Tag.document.rawValue) { tag in
      Self.withNormalized(utf8, behind: tag) { Self.fingerprint(ofForm: $0, key) }
    }
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
    var person = exactPerson(row: row, utf8Name: utf8Name, birthDate: birthDate, sex: sex)
    if person.exactName != 0 { setInexactName(utf8Name, row: row, of: &person) }
    return person
  }

  /// The same without what is made of the folded name, all of which is 0: enough to know whether a person is the one on record.
  package func exactPerson(
    row: UInt64, utf8Name: UnsafeRawBufferPointer, birthDate: PartialDate?, sex: Sex?
  ) -> PersonFingerprints {
    var person = PersonFingerprints()
    person.exactName = exactName(utf8Name, row)
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
    var number = number
    return number.withUTF8 { utf8 in
      withForm(of: kind, nationality, UnsafeRawBufferPointer(utf8)) { fingerprint(ofForm: $0, key) }
    }
  }

  /// The fingerprints of a document under the keys of several months, in their order.
  package static func sameDocument(
    kind: DocumentKind, nationality: Nationality, number: String, under months: [MonthKeys]
  ) -> [DocumentFingerprint] {
    var (number, fingerprints) = (number, [DocumentFingerprint]())
    number.withUTF8 {
      appendSameDocument(kind: kind, nationality: nationality, number: UnsafeRawBufferPointer($0), under: months, to: &fingerprints)
    }
    return fingerprints
  }

  /// Appends the same of a number in borrowed bytes to fingerprints whose memory the caller reuses.
  package static func appendSameDocument(
    kind: DocumentKind, nationality: Nationality, number: UnsafeRawBufferPointer, under months: [MonthKeys],
    to fingerprints: inout [DocumentFingerprint]
  ) {
    withForm(of: kind, nationality, number) { form in
      for index in months.indices {
        let value = fingerprint(ofForm: form, months[index].fingerprint)
        fingerprints.append(DocumentFingerprint(month: months[index].month, value: value))
      }
    }
  }

  /// Calls `body` with the form of a document in which every report of it is the same.
  private static func withForm<Result>(
    of kind: DocumentKind, _ nationality: Nationality, _ number: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    let letters = nationality.letters
    guard nationality.isVietnamese, (try? PersonalNumber(utf8: number)) != nil else {
      let head: [5 of UInt8] = [Tag.sameDocument.rawValue, kind == .passport ? 1 : 2, letters[0], letters[1], letters[2]]
      return withUnsafeBytes(of: head) { withNormalized(number, behind: $0, body) }
    }
    // Twelve digits have one form only.
    return withUnsafeTemporaryAllocation(byteCount: 4 + PersonalNumber.length, alignment: 8) { form in
      form[0] = Tag.sameDocument.rawValue
      for index in 0..<3 { form[1 + index] = letters[index] }
      UnsafeMutableRawBufferPointer(rebasing: form[4...]).copyMemory(from: number)
      return body(UnsafeRawBufferPointer(form))
    }
  }

  /// Calls `body` with a document's number in upper case, without what people put between its groups, behind some other bytes.
  private static func withNormalized<Result>(
    _ number: UnsafeRawBufferPointer, behind head: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(byteCount: head.count + number.count, alignment: 1) { form in
      var count = head.count
      form.copyMemory(from: head)
      for byte in number {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): form[count] = byte - 32
        case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."): continue
        default: form[count] = byte
        }
        count += 1
      }
      return body(UnsafeRawBufferPointer(rebasing: form[..<count]))
    }
  }

  private static func fingerprint(ofForm form: UnsafeRawBufferPointer, _ key: SipKey) -> UInt64 {
    max(1, KeyedHash.fingerprint64(key: key, bytes: form))
  }

  // MARK: Names

  /// The fingerprint of a name in its canonical form, or 0 where there is nothing in it.
  private func exactName(_ name: UnsafeRawBufferPointer, _ row: UInt64) -> UInt32 {
    let head = Self.headBytes
    return withUnsafeTemporaryAllocation(byteCount: head + GuestName.canonicalBytesMax(of: name.count), alignment: 8) { message in
      let count = GuestName.writeCanonical(utf8: name, to: UnsafeMutableRawBufferPointer(rebasing: message[head...]))
      defer { sodium_memzero(message.baseAddress, head + count) }
      guard count > 0 else { return 0 }
      Self.putHead(.exactName, row, in: message)
      return Self.wide(Self.fingerprint(ofForm: UnsafeRawBufferPointer(rebasing: message[..<(head + count)]), key))
    }
  }

  private mutating func setInexactName(_ name: UnsafeRawBufferPointer, row: UInt64, of person: inout PersonFingerprints) {
    beginForm(.foldedName, row)
    GuestName.appendFolded(utf8: name, to: &form)
    person.foldedName = form.withUnsafeBytes { Self.wide(Self.fingerprint(ofForm: $0, key)) }
    GuestName.findWords(in: form, from: Self.headBytes, into: &words)
    person.words = wordFingerprints(row)
    GuestName.sortWords(&words, of: form)
    person.sortedName = sortedFingerprint(row)
  }

  /// Begins ``form`` with what stands before the bytes of each part.
  private mutating func beginForm(_ tag: Tag, _ row: UInt64) {
    form.removeAll(keepingCapacity: true)
    form.append(tag.rawValue)
    withUnsafeBytes(of: row.littleEndian) { form.append(contentsOf: $0) }
  }

  private func wordFingerprints(_ row: UInt64) -> PersonFingerprints.Words {
    var values: [8 of UInt16] = [0, 0, 0, 0, 0, 0, 0, 0]
    form.withUnsafeBytes { form in
      for index in 0..<min(words.count, PersonFingerprints.wordsMax) {
        values[index] = Self.narrow(Self.hash(.word, row, UnsafeRawBufferPointer(rebasing: form[words[index]]), key))
      }
    }
    return (values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7])
  }

  /// Over the words in the order that ``words`` has now, with a space after each.
  private func sortedFingerprint(_ row: UInt64) -> UInt32 {
    let fingerprint = form.withUnsafeBytes { form in
      Self.hash(.sortedName, row, key, bytesMax: form.count + 1) { sorted in
        var count = 0
        for word in words {
          UnsafeMutableRawBufferPointer(rebasing: sorted[count..<count + word.count]).copyMemory(from: .init(rebasing: form[word]))
          count += word.count
          sorted[count] = UInt8(ascii: " ")
          count += 1
        }
        return count
      }
    }
    return Self.wide(fingerprint)
  }

  // MARK: Hashing

  /// The tag and the key of the row, which each part is bound to.
  private static let headBytes = 1 + MemoryLayout<UInt64>.size

  /// The hash over the tag, the key of the row and some bytes; never 0.
  private static func hash(_ tag: Tag, _ row: UInt64, _ bytes: UnsafeRawBufferPointer, _ key: SipKey) -> UInt64 {
    hash(tag, row, key, bytesMax: bytes.count) { rest in
      rest.copyMemory(from: bytes)
      return bytes.count
    }
  }

  /// The same over bytes that `fill` writes and counts.
  @inline(__always)
  private static func hash(
    _ tag: Tag, _ row: UInt64, _ key: SipKey, bytesMax: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Int
  ) -> UInt64 {
    let head = headBytes
    return withUnsafeTemporaryAllocation(byteCount: head + bytesMax, alignment: 1) { message in
      putHead(tag, row, in: message)
      let count = fill(UnsafeMutableRawBufferPointer(rebasing: message[head...]))
      return fingerprint(ofForm: UnsafeRawBufferPointer(rebasing: message[..<(head + count)]), key)
    }
  }

  private static func putHead(_ tag: Tag, _ row: UInt64, in message: UnsafeMutableRawBufferPointer) {
    message.storeBytes(of: tag.rawValue, as: UInt8.self)
    message.storeBytes(of: row.littleEndian, toByteOffset: 1, as: UInt64.self)
  }

  private func part(_ tag: Tag, _ row: UInt64, _ value: UInt64) -> UInt16 {
    withUnsafeTemporaryAllocation(byteCount: Self.headBytes + MemoryLayout<UInt64>.size, alignment: 8) { message in
      Self.putHead(tag, row, in: message)
      message.storeBytes(of: value.littleEndian, toByteOffset: Self.headBytes, as: UInt64.self)
      return Self.narrow(Self.fingerprint(ofForm: UnsafeRawBufferPointer(message), key))
    }
  }

  /// 32 bits of a fingerprint; never 0.
  private static func wide(_ fingerprint: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: fingerprint) | 1 }

  /// 16 bits of a fingerprint; never 0.
  private static func narrow(_ fingerprint: UInt64) -> UInt16 { UInt16(truncatingIfNeeded: fingerprint) | 1 }
}
