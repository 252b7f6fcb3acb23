/// Everything that the register can tell by a code, with where it is told, what it means and what to do.
public struct CatalogueEntry: Hashable, Sendable {
  /// Where a code applies.
  public enum Place: String, CaseIterable, Sendable {
    /// The event is not registered.
    case rejection
    /// The event is registered, and the establishment is told.
    case flag
    /// The event is registered, and only the police are told.
    case policeFlag = "police-flag"
    /// What came is no event.
    case quarantine
    /// The whole HTTP request is refused.
    case request
    /// A police unit is told to look.
    case alert

    /// What it means to whoever reads the catalogue.
    public var words: Words {
      switch self {
      case .rejection: Words("rejection: nothing is registered", "từ chối: không đăng ký")
      case .flag: Words("flag: registered, told to the establishment", "cảnh báo: đã đăng ký, báo cho cơ sở")
      case .policeFlag: Words("flag: registered, seen by police only", "cảnh báo: đã đăng ký, chỉ công an thấy")
      case .quarantine: Words("quarantine: the record is no event", "cách ly: bản ghi không phải sự kiện")
      case .request: Words("HTTP request: refused as a whole", "yêu cầu HTTP: bị từ chối toàn bộ")
      case .alert: Words("alert to the police unit", "cảnh báo cho đơn vị công an")
      }
    }
  }

  /// The code.
  public var code: String
  /// Where it applies.
  public var place: Place
  /// The severities that it can have, the mildest first.
  public var severities: [String]
  /// What it says.
  public var words: Words
  /// What to do.
  public var hint: Words
  /// Whether the same event or request may succeed later without being changed.
  public var isRetryable: Bool
  /// The HTTP status, and what HTTP calls it, where an answer has one.
  public var status: Int?
  /// What HTTP calls the status.
  public var statusName: String?

  private init(_ code: String, _ place: Place, _ texts: CodeDescription, isRetryable: Bool = false, status: (Int, String)? = nil) {
    self.code = code
    self.place = place
    severities = [texts.severity.rawValue]
    words = Words(texts.english, texts.vietnamese)
    hint = Words(texts.hint, texts.hintVietnamese)
    self.isRetryable = isRetryable
    (self.status, statusName) = (status?.0, status?.1)
  }

  private init(_ kind: AlertKind) {
    code = kind.name
    place = .alert
    severities = AlertSeverity.allCases.filter(kind.severities.contains).map(\.name)
    words = kind.words
    hint = kind.advice
    isRetryable = false
  }

  /// All entries: what decisions say, what requests are answered, what alerts tell.
  public static var all: [CatalogueEntry] {
    Code.allCases.map { CatalogueEntry($0.name, $0.place, $0.texts, isRetryable: $0.isRetryable) }
      + [CatalogueEntry(Code.checkDocument, .flag, Code.checkDocumentDescription)]
      + RequestCode.allCases.map {
        CatalogueEntry($0.name, .request, $0.texts, isRetryable: $0.isRetryable, status: ($0.status, $0.statusName))
      }
      + AlertKind.allCases.map { CatalogueEntry($0) }
  }
}

extension Code {
  /// Where the code applies.
  fileprivate var place: CatalogueEntry.Place {
    switch group {
    case .undecodable: .quarantine
    case .rejection: .rejection
    case .flag: .flag
    case .directoryFlag: .policeFlag
    }
  }
}
