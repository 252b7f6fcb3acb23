import HTTPTypes
import Hummingbird
import HummingbirdCore
import LodgingDomain
import LodgingPipeline
import Logging

/// Stands around every request: takes over its trace, holds it to its limits, turns errors into replies, counts it, and tells of it.
struct RequestObserver: RouterMiddleware {
  let metrics: MetricsRegistry
  let logger: Logger

  @concurrent
  func handle(
    _ request: Request, context: GatewayContext, next: @concurrent (Request, GatewayContext) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    var context = context
    if let name = HTTPFieldNames.traceparent, let text = request.headers[name], let trace = TraceContext(traceparent: text) {
      context.trace = trace
    }
    var response: Response
    do {
      try hold(request)
      response = try await next(request, context)
    } catch {
      response = refusal(for: error, context).response(trace: context.trace)
    }
    // A refusal has a body, which HEAD must not have.
    if request.method == .head { response = response.createHeadResponse() }
    tell(request, context, response, since: start)
    return response
  }

  private func hold(_ request: Request) throws {
    guard (request.head.path ?? "").utf8.count <= GatewaySettings.pathBytesMax else { throw Refusal(.tooLarge) }
    let length = request.headers[.contentLength].map { Int($0) ?? .max } ?? 0
    guard length <= GatewaySettings.bodyBytesMax, request.headers[.transferEncoding] == nil else { throw Refusal(.tooLarge) }
  }

  private func refusal(for error: any Error, _ context: GatewayContext) -> Refusal {
    switch error {
    case let refusal as Refusal: return refusal
    case let error as HTTPError where error.status == .notFound: return Refusal(.notFound)
    case RegisterQueryError.unknownPage:
      return .malformed("after", "Give what the page before gave as next.", "Dùng giá trị next của trang trước.")
    default:
      logger.error(
        "a request could not be answered: \(error)",
        metadata: ["route": "\(context.route)", "trace_id": "\(context.trace.traceID)"])
      return Refusal(.failed)
    }
  }

  private func tell(_ request: Request, _ context: GatewayContext, _ response: Response, since start: ContinuousClock.Instant) {
    let duration = ContinuousClock.now - start
    let method = request.method == .get || request.method == .head ? request.method.rawValue : "other"
    HTTPInstruments.record(method: method, route: context.route, status: response.status.code, duration, in: metrics)
    var metadata: Logger.Metadata = [
      "method": "\(method)", "route": "\(context.route)", "status": "\(response.status.code)", "duration": "\(duration)",
      "trace_id": "\(context.trace.traceID)",
    ]
    if let parent = context.trace.parentID { metadata["parent_id"] = "\(parent)" }
    logger.debug("request", metadata: metadata)
  }
}

extension GatewayContext {
  /// The path as it was declared, never as it was asked for; `none` for a path that is not there.
  fileprivate var route: String {
    guard let path = endpointPath, path.hasPrefix("/") else { return "none" }
    return path
  }
}
