/// Why an HTTP request was refused before any event in it was looked at.
public enum RequestCode: String, CaseIterable, Sendable {
  /// A part of the request cannot be understood; the fields say which.
  case malformed = "request.malformed"
  /// The path, or what it names, does not exist.
  case notFound = "request.not-found"
  /// The path exists and takes other methods.
  case methodNotAllowed = "request.method-not-allowed"
  /// The request is longer than allowed.
  case tooLarge = "request.too-large"
  /// The sender sends more than it may.
  case rateLimited = "request.rate-limited"
  /// The answer was to stand on a position that the ledger does not have.
  case positionUnknown = "request.position-unknown"
  /// The node did not get as far as the request asked within the time that it may wait.
  case timeout = "request.timeout"
  /// The sender does not say who it is.
  case unauthenticated = "access.unauthenticated"
  /// The sender may not do this.
  case forbidden = "access.forbidden"
  /// The node works on as many requests as it may.
  case busy = "service.busy"
  /// The node has not read the ledger yet.
  case notReady = "service.not-ready"
  /// A defect, or a disk that cannot be read; the node's log says more.
  case failed = "service.failed"

  /// The code's text in every interface.
  public var name: String { rawValue }

  /// The HTTP status (RFC 9110, RFC 6585).
  public var status: Int {
    switch self {
    case .malformed, .positionUnknown: 400
    case .unauthenticated: 401
    case .forbidden: 403
    case .notFound: 404
    case .methodNotAllowed: 405
    case .tooLarge: 413
    case .rateLimited: 429
    case .failed: 500
    case .timeout, .busy, .notReady: 503
    }
  }

  /// What HTTP calls the status.
  public var statusName: String {
    switch self {
    case .malformed, .positionUnknown: "Bad Request"
    case .unauthenticated: "Unauthorized"
    case .forbidden: "Forbidden"
    case .notFound: "Not Found"
    case .methodNotAllowed: "Method Not Allowed"
    case .tooLarge: "Content Too Large"
    case .rateLimited: "Too Many Requests"
    case .failed: "Internal Server Error"
    case .timeout, .busy, .notReady: "Service Unavailable"
    }
  }

  /// Whether the same request may succeed later without being changed.
  public var isRetryable: Bool { self == .rateLimited || status == 503 }

  /// The code's texts.
  public var texts: CodeDescription {
    switch self {
    case .malformed:
      error(
        Words("The request is not in the form that the interface describes.", "Yêu cầu không đúng dạng mà giao diện quy định."),
        Words("Correct the field that the answer names.", "Sửa trường mà câu trả lời nêu tên."))
    case .notFound:
      error(
        Words("There is nothing here.", "Không tìm thấy."),
        Words("Check the path, the code or the id.", "Kiểm tra đường dẫn, mã hoặc số hiệu."))
    case .methodNotAllowed:
      error(
        Words("The path does not take this method.", "Đường dẫn không nhận phương thức này."),
        Words("Use a method that the Allow header names.", "Dùng phương thức nêu trong tiêu đề Allow."))
    case .positionUnknown:
      error(
        Words("The ledger does not have this position.", "Sổ cái không có vị trí này."),
        Words(
          "Use a position or version that a reply of this register named.",
          "Dùng vị trí hoặc phiên bản do một trả lời của sổ đăng ký này nêu."))
    case .tooLarge:
      error(
        Words("The request is larger than is accepted.", "Yêu cầu lớn hơn mức cho phép."),
        Words(
          "Divide it: at most 1,000 events a batch, each of at most 64 KiB.",
          "Chia nhỏ: tối đa 1.000 sự kiện mỗi lần, mỗi sự kiện tối đa 64 KiB."))
    case .rateLimited:
      error(
        Words("Too many requests came in a short time.", "Quá nhiều yêu cầu trong thời gian ngắn."),
        Words("Wait as long as Retry-After says, then send the same again.", "Chờ theo Retry-After rồi gửi lại đúng yêu cầu đó."))
    case .timeout:
      error(
        Words("The node did not get there in time.", "Máy chủ chưa xử lý kịp trong thời hạn."),
        Words(
          "Send the same again: what was registered is answered with its first receipt.",
          "Gửi lại đúng yêu cầu đó: sự kiện đã đăng ký được trả lời bằng biên nhận đầu tiên."))
    case .unauthenticated:
      error(
        Words(
          "The request does not say who sends it, or with a key that is not valid.",
          "Yêu cầu không cho biết người gửi hoặc dùng khóa không hợp lệ."),
        Words(
          "Send the access key that the police unit gave out; ask for a new one if it was revoked.",
          "Gửi kèm khóa truy cập do công an cấp; xin khóa mới nếu đã bị thu hồi."))
    case .forbidden:
      error(
        Words("Whoever sends the request may not do this.", "Người gửi không có quyền thực hiện việc này."),
        Words(
          "Check the establishment or unit in the address; ask for the right if it is needed.",
          "Kiểm tra cơ sở hoặc đơn vị trong địa chỉ; xin cấp quyền nếu cần."))
    case .busy, .notReady, .failed: serviceTexts
    }
  }

  private var serviceTexts: CodeDescription {
    switch self {
    case .busy:
      error(
        Words("This node has too many requests.", "Máy chủ đang có quá nhiều yêu cầu."),
        Words("Send the request again after a moment.", "Gửi lại yêu cầu sau giây lát."))
    case .notReady:
      error(
        Words("This node is still reading the ledger.", "Máy chủ còn đang đọc sổ cái."),
        Words(
          "Ask another node, or wait until /health/ready says so.", "Hỏi máy chủ khác, hoặc đợi đến khi /health/ready báo sẵn sàng."))
    default:
      error(
        Words("The node could not answer.", "Máy chủ không trả lời được."),
        Words(
          "Send the request again; report the trace id if it repeats.", "Gửi lại yêu cầu; báo mã theo dõi nếu lỗi lặp lại."))
    }
  }

  private func error(_ words: Words, _ hint: Words) -> CodeDescription {
    CodeDescription(
      severity: .error, english: words.english, vietnamese: words.vietnamese, hint: hint.english, hintVietnamese: hint.vietnamese)
  }
}
