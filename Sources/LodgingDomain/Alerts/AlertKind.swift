/// The kinds of alert; the raw value is stored and never given a new meaning.
public enum AlertKind: UInt8, CaseIterable, Sendable {
  /// What was declared does not agree with the population register.
  case identityMismatch = 1
  /// One document stays in two places at the same time.
  case stayOverlap = 2
  /// One document moved faster than anybody travels.
  case impossibleTravel = 3
  /// An establishment has been over its capacity for hours.
  case overCapacityPersisting = 4
  /// An establishment that used to report has fallen silent.
  case establishmentSilent = 5
  /// Many identities of one establishment fail in one day.
  case failedIdentities = 6
  /// A guest fits a notice of the police.
  case noticeMatch = 7
  /// Somebody tries numbers or keys to learn what the register holds.
  case accessProbing = 8
  /// Somebody opens many identities without a task that explains it.
  case accessBrowsing = 9
  /// Somebody opened identities beyond their rights, as an emergency allows.
  case accessBreakGlass = 10

  /// The name in files and interfaces.
  public var name: String {
    switch self {
    case .identityMismatch: "identity.mismatch"
    case .stayOverlap: "stay.overlap"
    case .impossibleTravel: "stay.impossible-travel"
    case .overCapacityPersisting: "establishment.over-capacity-persisting"
    case .establishmentSilent: "establishment.silent"
    case .failedIdentities: "establishment.failed-identities"
    case .noticeMatch: "notice.match"
    case .accessProbing: "access.probing"
    case .accessBrowsing: "access.browsing"
    case .accessBreakGlass: "access.break-glass"
    }
  }

  /// The severities that an alert of the kind can have, the mildest first.
  public var severities: ClosedRange<AlertSeverity> {
    switch self {
    case .identityMismatch: .low ... .critical
    case .stayOverlap, .overCapacityPersisting, .failedIdentities: .medium ... .high
    case .impossibleTravel: .high ... .high
    case .establishmentSilent: .low ... .medium
    case .noticeMatch: .high ... .critical
    case .accessProbing, .accessBrowsing: .medium ... .high
    case .accessBreakGlass: .high ... .high
    }
  }
}

extension AlertKind {
  /// What an alert of the kind says.
  public var words: Words {
    switch self {
    case .identityMismatch:
      Words("A declared identity does not agree with the population register.", "Danh tính đã khai không khớp với cơ sở dữ liệu dân cư.")
    case .stayOverlap:
      Words("One document is registered in two establishments at the same time.", "Một giấy tờ được đăng ký tại hai cơ sở cùng lúc.")
    case .impossibleTravel:
      Words(
        "One document is registered in two places sooner than anybody can travel between them.",
        "Một giấy tờ được đăng ký ở hai nơi nhanh hơn khả năng di chuyển thực tế.")
    case .overCapacityPersisting:
      Words("An establishment has had more guests than beds for hours.", "Cơ sở có số khách vượt số giường trong nhiều giờ.")
    case .establishmentSilent:
      Words("An establishment that used to report has stopped.", "Cơ sở từng khai báo nay không còn khai báo.")
    case .failedIdentities:
      Words("Many identities of one establishment fail in one day.", "Nhiều danh tính của một cơ sở không hợp lệ trong một ngày.")
    case .noticeMatch: Words("A guest fits a notice.", "Có khách trùng với một thông báo.")
    case .accessProbing:
      Words("Somebody tries numbers or keys to learn what the register holds.", "Có người dò số hoặc khóa để biết dữ liệu của sổ đăng ký.")
    case .accessBrowsing:
      Words("Somebody opens many identities without a task that explains it.", "Có người mở nhiều danh tính mà không rõ nhiệm vụ.")
    case .accessBreakGlass:
      Words("Identities were opened beyond somebody's rights in an emergency.", "Danh tính được mở vượt quyền trong trường hợp khẩn cấp.")
    }
  }

  /// What the officer does about it.
  public var advice: Words {
    switch self {
    case .identityMismatch:
      Words(
        "Read the reasons, compare the guest's document with the register, and visit the establishment where the severity is high.",
        "Xem các lý do, đối chiếu giấy tờ của khách với cơ sở dữ liệu; đến cơ sở nếu mức độ cao.")
    case .stayOverlap:
      Words(
        "Ask both establishments whether the guest is there; have the check-out sent that is missing.",
        "Hỏi cả hai cơ sở khách có đang lưu trú không; yêu cầu gửi khai báo trả phòng còn thiếu.")
    case .impossibleTravel:
      Words(
        "Ask both establishments who showed the document; it may be copied, or a number mistyped.",
        "Hỏi cả hai cơ sở ai đã xuất trình giấy tờ; giấy tờ có thể bị sao chép hoặc nhập sai số.")
    case .overCapacityPersisting:
      Words(
        "Ask the establishment for its check-outs, or to correct its number of beds; inspect it if neither explains it.",
        "Yêu cầu cơ sở gửi khai báo trả phòng hoặc sửa số giường; kiểm tra nếu không giải thích được.")
    case .establishmentSilent:
      Words(
        "Ask whether it still takes guests; have it closed in the register if not.",
        "Hỏi cơ sở còn nhận khách không; nếu không thì đóng cơ sở trong sổ đăng ký.")
    case .failedIdentities:
      Words(
        "Ask how documents are read there, and compare a sample of its check-ins with the documents.",
        "Hỏi cách cơ sở đọc giấy tờ và đối chiếu một số khai báo với giấy tờ.")
    case .noticeMatch:
      Words(
        "Act as the notice says; the establishment has not been told.", "Thực hiện theo thông báo; cơ sở không được biết việc trùng khớp.")
    case .accessProbing:
      Words(
        "Find out who holds the key; revoke it if nobody can explain it.",
        "Xác định người giữ khóa truy cập; thu hồi nếu không giải thích được.")
    case .accessBrowsing:
      Words(
        "Ask for the purpose of each look-up, and report what has none.",
        "Yêu cầu giải trình mục đích từng lần tra cứu; báo cáo nếu không có.")
    case .accessBreakGlass:
      Words(
        "Examine within a day whether the emergency was one, and record the outcome.",
        "Xem xét trong vòng một ngày trường hợp khẩn cấp có đúng không và ghi lại kết quả.")
    }
  }
}
