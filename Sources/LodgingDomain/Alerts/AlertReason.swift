/// Why an alert stands: a code with the numbers that go with it.
///
/// Codes and numbers are what is stored and published; the words follow from them when somebody reads. None of it is about who a guest is.
public enum AlertReason: Hashable, Sendable {
  /// What the population register says of a declared identity, one of the `directory.*` flags.
  case finding(Code)
  /// The same document is registered in two establishments for so many hours at the same time.
  case sameDocument(hours: Int64)
  /// So far apart are two establishments, and so short is the time between them.
  case distance(kilometers: Int64, minutes: Int64)
  /// More guests than beds for so long at least.
  case overCapacity(hours: Int64, guests: Int64, beds: Int64)
  /// No report since this local day.
  case silent(since: CivilDate)
  /// So many of a day's check-ins have an identity that fails.
  case failedIdentities(failed: Int64, checkIns: Int64)
  /// A notice that was posted for this reason names the document.
  case notice(NoticeReason)

  /// The code: a flag's, or the name of the kind of alert that has only this one reason.
  public var code: String {
    switch self {
    case .finding(let code): code.name
    case .sameDocument: AlertKind.stayOverlap.name
    case .distance: AlertKind.impossibleTravel.name
    case .overCapacity: AlertKind.overCapacityPersisting.name
    case .silent: AlertKind.establishmentSilent.name
    case .failedIdentities: AlertKind.failedIdentities.name
    case .notice: AlertKind.noticeMatch.name
    }
  }

  /// The numbers, in the order of the case; a day counts from 1970-01-01.
  public var values: [Int64] {
    switch self {
    case .finding: []
    case .sameDocument(let hours): [hours]
    case .distance(let kilometers, let minutes): [kilometers, minutes]
    case .overCapacity(let hours, let guests, let beds): [hours, guests, beds]
    case .silent(let day): [Int64(day.daysSinceEpoch)]
    case .failedIdentities(let failed, let checkIns): [failed, checkIns]
    case .notice(let reason): [Int64(reason.rawValue)]
    }
  }

  /// Makes a reason from what ``code`` and ``values`` say; nil for anything else.
  public init?(code: String, values: [Int64]) {
    switch (AlertKind.allCases.first { $0.name == code }, values.count) {
    case (.stayOverlap, 1): self = .sameDocument(hours: values[0])
    case (.impossibleTravel, 2): self = .distance(kilometers: values[0], minutes: values[1])
    case (.overCapacityPersisting, 3): self = .overCapacity(hours: values[0], guests: values[1], beds: values[2])
    case (.establishmentSilent, 1): self = .silent(since: CivilDate(daysSinceEpoch: Int(values[0])))
    case (.failedIdentities, 2): self = .failedIdentities(failed: values[0], checkIns: values[1])
    case (.noticeMatch, 1):
      guard let reason = UInt8(exactly: values[0]).flatMap(NoticeReason.init(rawValue:)) else { return nil }
      self = .notice(reason)
    case (nil, 0):
      guard let flag = Code(name: code), flag.group == .directoryFlag else { return nil }
      self = .finding(flag)
    default: return nil
    }
  }

  /// What it means.
  public var words: Words {
    switch self {
    case .finding(let code): Words(code.texts.english, code.texts.vietnamese)
    case .sameDocument(let hours):
      Words(
        "The same document is registered in two establishments for \(hours) h at the same time.",
        "Cùng một giấy tờ được đăng ký tại hai cơ sở trong cùng \(hours) giờ.")
    case .distance(let kilometers, let minutes):
      Words(
        "\(kilometers) km in \(minutes) min between the two check-ins.",
        "Hai lần khai báo cách nhau \(kilometers) km trong \(minutes) phút.")
    case .overCapacity(let hours, let guests, let beds):
      Words(
        "More guests than beds for at least \(hours) h: \(guests) guests, \(beds) beds.",
        "Số khách vượt số giường ít nhất \(hours) giờ: \(guests) khách, \(beds) giường.")
    case .silent(let day): Words("No report since \(day.description).", "Không có khai báo từ ngày \(day.dayMonthYear).")
    case .failedIdentities(let failed, let checkIns):
      Words(
        "\(failed) of \(checkIns) check-ins of the day have an identity that fails.",
        "\(failed) trong \(checkIns) khai báo của ngày có danh tính không hợp lệ.")
    case .notice(let reason): reason.words
    }
  }
}
