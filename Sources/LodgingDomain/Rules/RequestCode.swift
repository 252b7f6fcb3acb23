/// Why an HTTP request was refused before any event in it was looked at.
public enum RequestCode: CaseIterable, Sendable {
  case malformed
  case tooLarge
  case rateLimited
  case timeout
  case unauthenticated
  case forbidden

  /// The code's text in every interface.
  public var name: String {
    switch self {
    case .malformed: "request.malformed"
    case .tooLarge: "request.too-large"
    case .rateLimited: "request.rate-limited"
    case .timeout: "request.timeout"
    case .unauthenticated: "access.unauthenticated"
    case .forbidden: "access.forbidden"
    }
  }

  /// The HTTP status (RFC 9110, RFC 6585).
  public var status: Int {
    switch self {
    case .malformed: 400
    case .tooLarge: 413
    case .rateLimited: 429
    case .timeout: 408
    case .unauthenticated: 401
    case .forbidden: 403
    }
  }

  /// What HTTP calls the status.
  public var statusName: String {
    switch self {
    case .malformed: "Bad Request"
    case .tooLarge: "Content Too Large"
    case .rateLimited: "Too Many Requests"
    case .timeout: "Request Timeout"
    case .unauthenticated: "Unauthorized"
    case .forbidden: "Forbidden"
    }
  }

  /// Whether the same request may succeed later without being changed.
  public var isRetryable: Bool { self == .rateLimited || self == .timeout }

  /// The code's texts.
  public var texts: CodeDescription {
    switch self {
    case .malformed:
      error(
        Words("The request is not in the form that the interface describes.", "Yêu cầu không đúng dạng mà giao diện quy định."),
        Words("Correct the field that the answer names.", "Sửa trường mà câu trả lời nêu tên."))
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
        Words("The request did not arrive completely in time.", "Yêu cầu không đến đủ trong thời hạn."),
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
    }
  }

  private func error(_ words: Words, _ hint: Words) -> CodeDescription {
    CodeDescription(
      severity: .error, english: words.english, vietnamese: words.vietnamese, hint: hint.english, hintVietnamese: hint.vietnamese)
  }
}
