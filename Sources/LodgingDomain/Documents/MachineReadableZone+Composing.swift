extension MachineReadableZone {
  /// What goes into a zone, for synthetic documents.
  public struct Content: Hashable, Sendable {
    /// The document code, one or two letters.
    public var documentCode: String
    /// The issuing state or organisation as travel documents write it.
    public var issuer: String
    /// The document number, letters and digits.
    public var documentNumber: String
    /// The nationality as travel documents write it.
    public var nationality: String
    /// The family name, in any script that folds to Latin letters.
    public var primaryName: String
    /// The given names.
    public var secondaryName: String
    /// The birth date; unknown parts become fillers.
    public var birthDate: PartialDate
    /// The sex, or nil for a filler.
    public var sex: Sex?
    /// The last day of validity, or nil for fillers.
    public var expiryDate: CivilDate?
    /// Optional data, letters, digits and fillers.
    public var optionalData: String

    /// Makes a content from its parts.
    public init(
      documentCode: String, issuer: String, documentNumber: String, nationality: String, primaryName: String, secondaryName: String,
      birthDate: PartialDate, sex: Sex?, expiryDate: CivilDate?, optionalData: String = ""
    ) {
      self.documentCode = documentCode
      self.issuer = issuer
      self.documentNumber = documentNumber
      self.nationality = nationality
      self.primaryName = primaryName
      self.secondaryName = secondaryName
      self.birthDate = birthDate
      self.sex = sex
      self.expiryDate = expiryDate
      self.optionalData = optionalData
    }
  }

  /// The two lines of a passport with all check digits.
  ///
  /// Total: what is too long is cut off, which for a number means that it does not read back; names are cut as the standard allows.
  public static func td3(_ content: Content) -> [String] {
    let optional = field(content.optionalData, 14)
    var second = checked(field(content.documentNumber, 9))
    second += field(content.nationality, 3) + checked(birth(content)) + sex(content) + checked(expiry(content))
    second += optional.allSatisfy { $0 == filler } ? optional + [filler] : checked(optional)
    second.append(checkDigit(of: Array(second[0..<10]) + second[13..<20] + second[21..<43]))
    return [head(content) + name(content, 39), second].map(text)
  }

  /// The two lines of a TD2 document with all check digits; see ``td3(_:)`` for what is too long.
  public static func td2(_ content: Content) -> [String] {
    let (number, optional) = cardNumber(content, optionalLength: 7)
    var second = number + field(content.nationality, 3) + checked(birth(content)) + sex(content) + checked(expiry(content)) + optional
    second.append(checkDigit(of: Array(second[0..<10]) + second[13..<20] + second[21..<35]))
    return [head(content) + name(content, 31), second].map(text)
  }

  /// The three lines of a card with all check digits; see ``td3(_:)`` for what is too long.
  public static func td1(_ content: Content) -> [String] {
    let (number, optional) = cardNumber(content, optionalLength: 15)
    let first = head(content) + number + optional
    var second = checked(birth(content)) + sex(content) + checked(expiry(content)) + field(content.nationality, 3) + field("", 11)
    second.append(checkDigit(of: Array(first[5..<30]) + second[0..<7] + second[8..<15] + second[18..<29]))
    return [first, second, name(content, 30)].map(text)
  }

  /// The three lines of a Vietnamese card with a chip.
  ///
  /// - Parameters:
  ///   - number: The holder's personal identification number.
  ///   - primaryName: The family name.
  ///   - secondaryName: Middle and given names.
  ///   - birthDate: The birth date.
  ///   - sex: The sex.
  ///   - expiryDate: The last day of validity, or nil.
  /// - Returns: Three lines of 30 characters.
  public static func vietnameseCard(
    number: PersonalNumber, primaryName: String, secondaryName: String, birthDate: PartialDate, sex: Sex, expiryDate: CivilDate?
  ) -> [String] {
    let digits = Array(number.digits.utf8)
    let optional = digits + [filler, filler]
    return td1(
      Content(
        documentCode: "ID", issuer: "VNM", documentNumber: text(Array(digits.suffix(9))), nationality: "VNM", primaryName: primaryName,
        secondaryName: secondaryName, birthDate: birthDate, sex: sex, expiryDate: expiryDate,
        optionalData: text(optional + [checkDigit(of: optional)])))
  }
}

extension MachineReadableZone {
  private static func head(_ content: Content) -> [UInt8] {
    field(content.documentCode, 2) + field(content.issuer, 3)
  }

  /// A card's number with its check digit, and the optional data, in which a number of more than nine characters goes on.
  private static func cardNumber(_ content: Content, optionalLength: Int) -> (number: [UInt8], optional: [UInt8]) {
    let number = field(content.documentNumber, max(9, content.documentNumber.utf8.count))
    guard number.count > 9 else { return (checked(number), field(content.optionalData, optionalLength)) }
    let continuation = Array(number[9...]) + [checkDigit(of: number), filler]
    return (Array(number[..<9]) + [filler], field(text(continuation) + content.optionalData, optionalLength))
  }

  /// The bytes followed by their check digit.
  private static func checked(_ bytes: [UInt8]) -> [UInt8] {
    bytes + [checkDigit(of: bytes)]
  }

  /// A text in upper case, cut or filled to a length, with fillers for what is not allowed.
  private static func field(_ value: String, _ length: Int) -> [UInt8] {
    let bytes = value.utf8.prefix(length).map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 32
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
      default: filler
      }
    }
    return bytes + [UInt8](repeating: filler, count: length - bytes.count)
  }

  private static func name(_ content: Content, _ length: Int) -> [UInt8] {
    var folded: [UInt8] = []
    GuestName.appendFolded(content.primaryName, to: &folded)
    if !content.secondaryName.isEmpty {
      folded += [filler, filler]
      GuestName.appendFolded(content.secondaryName, to: &folded)
    }
    return field(text(folded), length)
  }

  private static func sex(_ content: Content) -> [UInt8] {
    switch content.sex {
    case .male: [UInt8(ascii: "M")]
    case .female: [UInt8(ascii: "F")]
    case nil: [filler]
    }
  }

  private static func birth(_ content: Content) -> [UInt8] {
    shortDate(year: content.birthDate.year, month: content.birthDate.month, day: content.birthDate.day)
  }

  private static func expiry(_ content: Content) -> [UInt8] {
    shortDate(year: content.expiryDate?.year, month: content.expiryDate?.month, day: content.expiryDate?.day)
  }

  private static func shortDate(year: Int?, month: Int?, day: Int?) -> [UInt8] {
    [year.map { $0 % 100 }, month, day].flatMap { part in
      guard let part else { return [filler, filler] }
      return [UInt8(ascii: "0") + UInt8(part / 10), UInt8(ascii: "0") + UInt8(part % 10)]
    }
  }

  private static func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self)
  }
}
