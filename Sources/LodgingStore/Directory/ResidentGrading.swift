import LodgingDomain

/// How a declared person differs from the one on record, judged on fingerprints alone.
///
/// It says the same as `GuestName.compare(with:)` and `PartialDate.compare(with:)` say of the readable values. Of names with more than
/// ``PersonFingerprints/wordsMax`` words the words after that count only where the whole names are compared, not where a missing word is
/// sought.
enum ResidentGrading {
  /// The flags for name, birth date and sex; what is not declared is not judged.
  static func codes(declared: PersonFingerprints, recorded: PersonFingerprints) -> CodeSet {
    var codes: CodeSet = []
    if let code = name(declared, recorded) { codes.insert(code) }
    if let code = birthDate(declared, recorded) { codes.insert(code) }
    if declared.sex != 0, recorded.sex != 0, declared.sex != recorded.sex { codes.insert(.directorySexDiffers) }
    return codes
  }

  private static func name(_ declared: PersonFingerprints, _ recorded: PersonFingerprints) -> Code? {
    guard declared.exactName != 0, declared.exactName != recorded.exactName else { return nil }
    if declared.foldedName == recorded.foldedName { return .directoryNameAccents }
    if declared.sortedName == recorded.sortedName { return .directoryNameOrder }
    return isOneWordMissing(declared, recorded) ? .directoryNameWordMissing : .directoryNameDiffers
  }

  /// Whether one has exactly one word that the other lacks, and the other has none of its own.
  private static func isOneWordMissing(_ left: PersonFingerprints, _ right: PersonFingerprints) -> Bool {
    withWords(of: left) { leftWords in
      withWords(of: right) { rightWords in
        let shorter = leftWords.count < rightWords.count ? leftWords : rightWords
        let longer = leftWords.count < rightWords.count ? rightWords : leftWords
        guard longer.count == shorter.count + 1 else { return false }
        // Each word of the shorter name takes one equal word of the longer one.
        var taken: UInt8 = 0
        for word in shorter {
          guard let place = longer.indices.first(where: { longer[$0] == word && taken >> UInt8($0) & 1 == 0 }) else { return false }
          taken |= 1 << UInt8(place)
        }
        return true
      }
    }
  }

  /// Calls `body` with the words that there are.
  private static func withWords<Result>(
    of person: PersonFingerprints, _ body: (UnsafeBufferPointer<UInt16>) -> Result
  ) -> Result {
    withUnsafeBytes(of: person.words) { bytes in
      let words = bytes.bindMemory(to: UInt16.self)
      return body(UnsafeBufferPointer(rebasing: words[..<(words.firstIndex(of: 0) ?? words.count)]))
    }
  }

  private static func birthDate(_ declared: PersonFingerprints, _ recorded: PersonFingerprints) -> Code? {
    guard declared.birthYear != 0, recorded.birthYear != 0 else { return nil }
    guard declared.birthYear == recorded.birthYear else { return .directoryBirthDateDiffers }
    let isFull = declared.birthDay != 0 && recorded.birthDay != 0
    if isFull {
      if declared.birthDay == recorded.birthDay, declared.birthMonth == recorded.birthMonth { return nil }
      let isSwapped = declared.birthDay == recorded.birthMonth && declared.birthMonth == recorded.birthDay
      return isSwapped ? .directoryBirthDateSwapped : .directoryBirthDateDiffers
    }
    guard declared.birthMonth != 0, recorded.birthMonth != 0 else { return nil }
    return declared.birthMonth == recorded.birthMonth ? nil : .directoryBirthDateDiffers
  }
}
