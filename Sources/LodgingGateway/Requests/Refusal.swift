import Foundation
import Hummingbird
import LodgingDomain

/// Why a request gets no answer, with the fields that it concerns.
struct Refusal: Error {
  var problem: RequestCode
  /// What this very request did wrong, in English and Vietnamese; nil where the problem's own texts say it all.
  var detail: Detail?
  var fields: [Field] = []
  /// Methods that the path takes, for `methodNotAllowed`.
  var allow: String?
  /// How the sender can say who it is, for `unauthenticated` and `forbidden` (RFC 9110, section 11.6.1).
  var challenge: String?

  init(_ problem: RequestCode, _ detail: Detail? = nil, fields: [Field] = [], allow: String? = nil, challenge: String? = nil) {
    self.challenge = challenge
    self.problem = problem
    self.detail = detail
    self.fields = fields
    self.allow = allow
  }

  /// A part of the request that cannot be understood.
  static func malformed(_ field: String, _ text: String, _ textVietnamese: String) -> Refusal {
    Refusal(.malformed, fields: [Field(field: field, code: RequestCode.malformed.name, text: text, textVietnamese: textVietnamese)])
  }

  /// A sentence in both languages.
  struct Detail {
    var text: String
    var textVietnamese: String

    init(_ text: String, _ textVietnamese: String) {
      self.text = text
      self.textVietnamese = textVietnamese
    }
  }

  /// A field with what is wrong with it, in the form that verdicts use too.
  struct Field: Encodable {
    var field: String
    var code: String
    var text: String
    var textVietnamese: String

    enum CodingKeys: String, CodingKey {
      case field, code, text
      case textVietnamese = "text_vi"
    }
  }
}

/// A refusal as the body of a reply (RFC 9457).
private struct ProblemBody: Encodable {
  var type: String
  var title: String
  var titleVietnamese: String
  var status: Int
  var detail: String
  var detailVietnamese: String
  var code: String
  var fields: [Refusal.Field]
  var traceID: String

  enum CodingKeys: String, CodingKey {
    case type, title, status, detail, code, fields
    case titleVietnamese = "title_vi"
    case detailVietnamese = "detail_vi"
    case traceID = "trace_id"
  }
}

extension Refusal {
  /// The reply.
  func response(trace: TraceContext) -> Response {
    let texts = problem.texts
    let body = ProblemBody(
      type: "/v1/catalogue#\(problem.name)", title: texts.english, titleVietnamese: texts.vietnamese, status: problem.status,
      detail: detail?.text ?? texts.hint, detailVietnamese: detail?.textVietnamese ?? texts.hintVietnamese, code: problem.name,
      fields: fields, traceID: trace.traceID)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // The body is made of strings and numbers, which always can be encoded.
    let bytes = (try? encoder.encode(body)) ?? Data()
    var response = Response(bytes: bytes, type: "application/problem+json", status: HTTPResponse.Status(code: problem.status))
    response.headers[.cacheControl] = "no-store"
    response.headers[.allow] = allow
    response.headers[.wwwAuthenticate] = challenge
    if let seconds = problem.retryAfterSeconds { response.headers[.retryAfter] = String(seconds) }
    return response
  }
}

extension Response {
  /// A reply with a body.
  init(bytes: some Collection<UInt8>, type: String, status: HTTPResponse.Status = .ok) {
    self.init(status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}

extension RequestCode {
  /// After how many seconds to try again.
  fileprivate var retryAfterSeconds: Int? {
    switch self {
    case .timeout, .busy: 1
    case .notReady: 5
    default: nil
    }
  }
}
