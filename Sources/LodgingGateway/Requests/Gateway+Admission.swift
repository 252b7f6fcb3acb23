import HTTPTypes
import Hummingbird
import LodgingDomain
import LodgingPipeline

extension Gateway {
  /// Lets a request pass that may ask what needs a scope, or what needs any valid key where that is nil.
  ///
  /// Where no key is demanded, a request without one passes, and so does one with credentials of another kind, which are meant for
  /// something in front. Throws ``RequestCode/unauthenticated`` alike whatever is wrong with a key, ``RequestCode/forbidden`` where it
  /// does not cover the scope, and ``RequestCode/notReady`` where nobody can say.
  func admit(_ request: Request, needing scope: AccessScope?) throws {
    guard let text = BearerCredentials.text(of: request) else {
      if settings.demandsKeys { throw refuse("missing", Refusal(.unauthenticated, challenge: BearerCredentials.challenge)) }
      return
    }
    switch access?.examine(text) {
    case .valid(let scopes):
      guard let scope, !scopes.contains(where: { $0.covers(scope) }) else { return }
      let challenge = "\(BearerCredentials.challenge), error=\"insufficient_scope\", scope=\"\(scope.name)\""
      throw refuse("scope", Refusal(.forbidden, challenge: challenge))
    case .refused(let fault):
      throw refuse(
        fault.rawValue, Refusal(.unauthenticated, challenge: BearerCredentials.challenge + ", error=\"invalid_token\""))
    case .notKnown: throw refuse("not-known", .keysNotKnown)
    case nil:
      if settings.demandsKeys { throw refuse("not-known", .keysNotKnown) }
    }
  }

  private func refuse(_ reason: String, _ refusal: Refusal) -> Refusal {
    HTTPInstruments.refusedAccess(reason, in: metrics)
    return refusal
  }
}

extension Refusal {
  fileprivate static let keysNotKnown = Refusal(
    .notReady,
    Detail(
      "This node has not read the access keys yet, so it cannot say whether this one is valid; ask another node, or try again.",
      "Máy chủ chưa đọc được danh sách khóa truy cập nên chưa kiểm tra được khóa; hỏi máy chủ khác hoặc thử lại."))
}

/// The key of a request: `Authorization: Bearer KEY` (RFC 6750, section 2.1).
enum BearerCredentials {
  /// What a request without a key is told (RFC 6750, section 3).
  static let challenge = "Bearer realm=\"lodging\""

  /// What was sent as a key, which may be anything; nil where the request has no such credentials.
  static func text(of request: Request) -> String? {
    guard let field = request.headers[.authorization] else { return nil }
    let parts = field.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
    guard let scheme = parts.first, scheme.lowercased() == "bearer" else { return nil }
    guard parts.count == 2 else { return "" }
    return String(parts[1].drop { $0 == " " })
  }
}
