/// What a code means in words, and what to do about it, in Vietnamese and English.
///
/// The one place of these texts.
public struct CodeDescription: Hashable, Sendable {
  /// How much it matters to whoever sent the event.
  public var severity: Severity
  /// What is the matter, in English.
  public var english: String
  /// What is the matter, in Vietnamese.
  public var vietnamese: String
  /// What to do, in English.
  public var hint: String
  /// What to do, in Vietnamese.
  public var hintVietnamese: String

  /// Makes a description from its parts.
  package init(severity: Severity, english: String, vietnamese: String, hint: String, hintVietnamese: String) {
    self.severity = severity
    self.english = english
    self.vietnamese = vietnamese
    self.hint = hint
    self.hintVietnamese = hintVietnamese
  }

  /// How much a code matters to the sender.
  public enum Severity: String, Sendable {
    /// The event is not registered.
    case error
    /// The event is registered, and somebody should look.
    case warning
    /// The event is registered, and this is said for completeness.
    case notice
  }
}

extension Code {
  /// What the establishment is told instead of any `directory.*` flag: never what the register knows.
  public static let checkDocument = "check-document"

  /// The texts behind ``checkDocument``.
  public static let checkDocumentDescription = CodeDescription(
    severity: .warning, english: "Please check the document again.", vietnamese: "Vui lòng kiểm tra lại giấy tờ.",
    hint: "Compare name, birth date, sex and number with the document; send an amendment if something was mistyped.",
    hintVietnamese: "Đối chiếu họ tên, ngày sinh, giới tính và số với giấy tờ; gửi bản sửa nếu nhập sai.")

  /// The code's texts.
  public var texts: CodeDescription {
    switch group {
    case .undecodable: undecodableDescription
    case .rejection: rejectionDescription
    case .flag: flagDescription
    case .directoryFlag: directoryDescription
    }
  }

  private var undecodableDescription: CodeDescription {
    switch self {
    case .eventWrongPartition:
      .error(
        "The record is in the wrong partition.", "Bản ghi nằm sai phân vùng.",
        "Use the murmur2 partitioner with the register's number of partitions.", "Dùng bộ phân vùng murmur2 với đúng số phân vùng.")
    case .eventWrongKey:
      .error(
        "The record's key is not the event's establishment.", "Khóa của bản ghi không phải là mã cơ sở trong sự kiện.",
        "Set the key to the establishment id.", "Đặt khóa bằng mã cơ sở lưu trú.")
    case .eventTooLarge:
      .error(
        "The event is larger than 64 KiB.", "Sự kiện lớn hơn 64 KiB.", "Send one guest an event, without attachments.",
        "Mỗi sự kiện chỉ gửi một khách, không kèm tệp.")
    default:
      .error(
        "The bytes are no event.", "Dữ liệu không đọc được như một sự kiện.", "Send protobuf as schemas/lodging/v1/event.proto says.",
        "Gửi protobuf theo schemas/lodging/v1/event.proto.")
    }
  }

  private var rejectionDescription: CodeDescription {
    switch self {
    case .eventIDReused:
      .error(
        "This event id is registered with other content, or so long ago that its key is destroyed and the contents can no longer be compared.",
        "Mã sự kiện này đã được đăng ký với nội dung khác, hoặc từ lâu đến mức khóa đã bị hủy và không còn so sánh được nội dung.",
        "Send a change as an amendment under a new id.", "Gửi nội dung sửa dưới dạng bản sửa với mã mới.")
    case .eventAfterMissing:
      .error(
        "The event named by `after` is not registered.", "Sự kiện nêu ở `after` chưa được đăng ký.",
        "Send that event first, then this one again.", "Gửi sự kiện đó trước rồi gửi lại sự kiện này.")
    case .eventSealExpired:
      .error(
        "The key that the identity is sealed to takes no more events.", "Khóa niêm phong của danh tính đã hết hạn nhận.",
        "Seal the event again with this month's key and send it.", "Niêm phong lại bằng khóa của tháng này rồi gửi lại.")
    case .identityUnreadable:
      .error(
        "The sealed identity does not open.", "Không mở được phần danh tính đã niêm phong.",
        "Seal it with the register's key for exactly this establishment and event id.",
        "Niêm phong bằng khóa của sổ đăng ký cho đúng cơ sở và mã sự kiện này.")
    case .identityPlainRefused:
      .error(
        "The identity is not sealed.", "Danh tính chưa được niêm phong.", "Seal the identity; plain identity is for tests only.",
        "Niêm phong danh tính; dạng không niêm phong chỉ để thử nghiệm.")
    case .establishmentUnknown:
      .error(
        "The establishment is not registered.", "Cơ sở lưu trú chưa được đăng ký.",
        "Register the establishment, then send the event again.",
        "Đăng ký cơ sở rồi gửi lại sự kiện.")
    case .establishmentClosed:
      .error(
        "The establishment is closed.", "Cơ sở lưu trú đã đóng.", "Open it again if it takes guests.", "Mở lại cơ sở nếu vẫn nhận khách.")
    case .fieldMissing:
      .error("A mandatory field is missing.", "Thiếu trường bắt buộc.", "Fill in the field that is named.", "Điền trường được nêu tên.")
    case .fieldInvalid:
      .error(
        "A field has a value that cannot be.", "Giá trị của trường không hợp lệ.", "Correct the field that is named.",
        "Sửa trường được nêu tên.")
    case .documentNumberMalformed:
      .error(
        "The document number does not have its form.", "Số giấy tờ không đúng dạng.",
        "A personal number has twelve digits; check for lost leading zeros.", "Số định danh có 12 chữ số; kiểm tra số 0 ở đầu bị mất.")
    case .documentCheckDigit:
      .error(
        "A check digit of the machine-readable zone is wrong.", "Sai số kiểm tra trong vùng đọc máy.", "Read the document again.",
        "Đọc lại giấy tờ.")
    case .timeDepartureBeforeArrival:
      .error(
        "The departure lies before the arrival.", "Ngày đi trước ngày đến.", "Correct one of the two times.", "Sửa một trong hai thời điểm."
      )
    case .timeArrivalInFuture:
      .error(
        "The arrival lies more than two hours ahead.", "Thời điểm đến muộn hơn hiện tại quá 2 giờ.",
        "Send the check-in when the guest is there.",
        "Gửi khi khách đã đến.")
    case .timeArrivalTooOld:
      .error(
        "The arrival lies more than 366 days back.", "Thời điểm đến đã quá 366 ngày.", "Check the year of the arrival.", "Kiểm tra năm đến."
      )
    case .stayUnknown:
      .error(
        "The stay is not registered here.", "Lượt lưu trú chưa được đăng ký tại cơ sở này.",
        "Send the check-in first, then this event again.",
        "Gửi khai báo đến trước rồi gửi lại.")
    default:
      .error(
        "The stay is closed.", "Lượt lưu trú đã kết thúc.", "Send a new check-in if the guest is back.",
        "Gửi khai báo mới nếu khách trở lại.")
    }
  }

  private var flagDescription: CodeDescription {
    switch self {
    case .reportLate:
      .warning(
        "The report came after it was due.", "Khai báo sau thời hạn.",
        "Nothing is to be sent again. Citizens are reported before 23:00 of the day, foreigners within 12 hours (24 in remote areas).",
        "Không cần gửi lại. Công dân: khai báo trước 23 giờ trong ngày; người nước ngoài: trong 12 giờ (vùng sâu, vùng xa: 24 giờ).")
    case .reportOffline:
      .notice(
        "Captured offline; the time of capture counts.", "Ghi nhận khi mất kết nối; tính theo thời điểm ghi nhận.", "Nothing to do.",
        "Không cần làm gì.")
    case .documentExpired:
      .warning(
        "The document had expired on arrival.", "Giấy tờ đã hết hạn khi đến.", "Check the expiry date; the guest is registered.",
        "Kiểm tra ngày hết hạn; khách đã được đăng ký.")
    case .documentNone:
      .notice(
        "Registered without a usable document, with the reason.", "Đăng ký không có giấy tờ dùng được, có nêu lý do.",
        "Amend when a document turns up.", "Gửi bản sửa khi có giấy tờ.")
    case .guestMinorAlone:
      .warning(
        "A minor without an adult of the same party or room.", "Trẻ vị thành niên không đi cùng người lớn.",
        "Register the accompanying adult under the same party.", "Đăng ký người lớn đi cùng trong cùng nhóm.")
    case .establishmentOverCapacity:
      .warning(
        "More guests than registered beds.", "Số khách vượt số giường đã đăng ký.", "Send the check-outs, or correct the number of beds.",
        "Gửi khai báo trả phòng hoặc sửa số giường.")
    case .permitEnded:
      .warning(
        "The permitted stay had ended on arrival.", "Thời hạn tạm trú đã hết khi đến.", "Check the permit; tell the police unit.",
        "Kiểm tra thời hạn tạm trú; báo công an xã, phường.")
    case .establishmentCountDiffers:
      .warning(
        "The number of guests who stay the night is not the register's.", "Số khách lưu trú qua đêm không khớp với sổ đăng ký.",
        "Send the check-ins and check-outs that are missing, then close the day again.",
        "Gửi các khai báo đến và trả phòng còn thiếu rồi chốt ngày lại.")
    default:
      .notice(
        "The permitted stay ends before the planned departure.", "Thời hạn tạm trú hết trước ngày đi dự kiến.", "Remind the guest.",
        "Nhắc khách.")
    }
  }

  private var directoryDescription: CodeDescription {
    let texts: (String, String) =
      switch self {
      case .directoryUnknownNumber: ("The number is not in the population register.", "Không có số này trong cơ sở dữ liệu dân cư.")
      case .directoryNameAccents: ("The name agrees but for its marks.", "Họ tên chỉ khác dấu.")
      case .directoryNameOrder: ("The name agrees in another order.", "Họ tên khác thứ tự.")
      case .directoryNameWordMissing: ("A word of the name is missing.", "Họ tên thiếu một từ.")
      case .directoryNameDiffers: ("The name differs.", "Họ tên khác.")
      case .directoryBirthDateSwapped: ("Day and month of birth are swapped.", "Ngày và tháng sinh bị đảo.")
      case .directoryBirthDateDiffers: ("The birth date differs.", "Ngày sinh khác.")
      case .directorySexDiffers: ("The sex differs.", "Giới tính khác.")
      case .directoryDeceased: ("The register says that this person is deceased.", "Dữ liệu ghi nhận người này đã mất.")
      case .directoryDocumentRevoked: ("The document is revoked.", "Giấy tờ đã bị thu hồi.")
      default: ("The document is reported lost.", "Giấy tờ đã được báo mất.")
      }
    return CodeDescription(
      severity: .warning, english: texts.0, vietnamese: texts.1,
      hint: "Seen by police only; the establishment is asked to check the document.",
      hintVietnamese: "Chỉ công an thấy; cơ sở được yêu cầu kiểm tra lại giấy tờ.")
  }
}

extension CodeDescription {
  fileprivate static func error(_ english: String, _ vietnamese: String, _ hint: String, _ hintVietnamese: String) -> CodeDescription {
    CodeDescription(severity: .error, english: english, vietnamese: vietnamese, hint: hint, hintVietnamese: hintVietnamese)
  }

  fileprivate static func warning(_ english: String, _ vietnamese: String, _ hint: String, _ hintVietnamese: String) -> CodeDescription {
    CodeDescription(severity: .warning, english: english, vietnamese: vietnamese, hint: hint, hintVietnamese: hintVietnamese)
  }

  fileprivate static func notice(_ english: String, _ vietnamese: String, _ hint: String, _ hintVietnamese: String) -> CodeDescription {
    CodeDescription(severity: .notice, english: english, vietnamese: vietnamese, hint: hint, hintVietnamese: hintVietnamese)
  }
}

extension CodeSet {
  /// The codes as the establishment may see them: flags of the directory collapse into ``Code/checkDocument``.
  public var namesForEstablishment: [String] {
    let own = subtracting(.directoryFlags).codes.map(\.name)
    return isDisjoint(with: .directoryFlags) ? own : own + [Code.checkDocument]
  }

  /// The codes as police and operators see them.
  public var names: [String] { codes.map(\.name) }
}
