import HTTPTypes
import Hummingbird
import HummingbirdCore
import LodgingDomain
public import LodgingPipeline
public import Logging
import NIOCore
public import ServiceLifecycle
import Synchronization

/// The HTTP interface of a node: health and metrics of any node, and of a serving node the register's questions, for reading only.
///
/// Questions run on threads of their own, bounded in number; the threads that move bytes never block. Every reply that is no answer is a
/// problem (RFC 9457) with a stable code. The register's questions take an access key where the settings say so; health and metrics, which
/// say nothing of any guest or establishment, take none, so that supervisors and Prometheus need none.
public struct Gateway: Service {
  let settings: GatewaySettings
  let queries: (any RegisterQueries)?
  let access: (any AccessGuard)?
  let fold: (any FoldWatch)?
  let health: any NodeHealth
  let metrics: MetricsRegistry
  let threads: QueryThreads
  let waiters = Waiters()
  private let logger: Logger
  private let onListening: @Sendable (Int) -> Void

  /// Makes a gateway, which listens once it runs.
  ///
  /// - Parameters:
  ///   - settings: Where to listen, and limits.
  ///   - queries: Who answers questions; nil on a node that serves none.
  ///   - access: Who knows access keys; where nobody does, none is looked at, and none can be right where one is demanded.
  ///   - fold: Who tells how far the read model is.
  ///   - health: Who tells how the node stands.
  ///   - metrics: What the node counts; requests are counted there too.
  ///   - logger: Where requests and failures are told.
  ///   - onListening: Called once with the port, when connections are taken.
  public init(
    settings: GatewaySettings, queries: (any RegisterQueries)?, access: (any AccessGuard)? = nil, fold: (any FoldWatch)?,
    health: any NodeHealth, metrics: MetricsRegistry, logger: Logger, onListening: @escaping @Sendable (Int) -> Void
  ) {
    self.settings = settings
    self.queries = queries
    self.access = access
    self.fold = fold
    self.health = health
    self.metrics = metrics
    self.logger = logger
    self.onListening = onListening
    threads = QueryThreads(threads: settings.queryThreads, limit: settings.queriesMax)
  }

  /// Serves until the node ends in order; requests that have begun are answered.
  ///
  /// Throws ``GatewayError`` where the address cannot be listened on.
  public func run() async throws {
    HTTPInstruments.observe(threads, waiters, in: metrics)
    let hasListened = Atomic(false)
    let connections = HTTP1Channel.Configuration(
      idleTimeout: .seconds(Int64(settings.idleSeconds)),
      httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
        maxHeaderFieldSize: GatewaySettings.headerBytesMax, maxHeaderListSize: GatewaySettings.headerBytesMax, maxHeaderFieldCount: 100))
    let application = Application(
      router: makeRouter(), server: .http1(configuration: connections),
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port),
        availableConnectionsDelegate: MaximumAvailableConnections(settings.connectionsMax, logger: logger)),
      onServerRunning: { [onListening] channel in
        hasListened.store(true, ordering: .relaxed)
        onListening(channel.localAddress?.port ?? 0)
      }, logger: logger)
    do {
      try await application.run()
    } catch let error where !hasListened.load(ordering: .relaxed) && !(error is CancellationError) {
      throw GatewayError.cannotListen("\(settings.host):\(settings.port)", reason: "\(error)")
    }
  }

  private func makeRouter() -> Router<GatewayContext> {
    let router = Router(context: GatewayContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: RequestObserver(metrics: metrics, logger: logger))
    addHealth(to: router)
    if let queries { addQuestions(to: router, queries) }
    return router
  }

  /// Adds a path that answers GET and HEAD, and tells all others so.
  func get(
    _ path: RouterPath, on router: Router<GatewayContext>,
    _ answer: @escaping @Sendable (Request, GatewayContext) async throws -> Response
  ) {
    router.get(path, use: answer)
    for method in [HTTPRequest.Method.post, .put, .patch, .delete, .options, .trace, .connect] {
      router.on(path, method: method) { _, _ -> Response in throw Refusal(.methodNotAllowed, allow: "GET, HEAD") }
    }
  }
}

/// Why a gateway does not serve.
public enum GatewayError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The address is taken, not this machine's, or not this user's to take.
  case cannotListen(String, reason: String)

  /// What happened and what to do.
  public var description: String {
    switch self {
    case .cannotListen(let address, let reason):
      "cannot listen on \(address) (\(reason)); give another --listen, such as 127.0.0.1:0 for a free port"
    }
  }
}

/// How many requests wait for a position.
final class Waiters: Sendable {
  private let waiting = Mutex(0)

  /// How many wait now.
  var count: Int { waiting.withLock { $0 } }

  /// Runs `body` as one more waiter; nil where there are `limit` already.
  func enter<Answer>(limit: Int, _ body: () async -> Answer) async -> Answer? {
    let isTaken = waiting.withLock { count in
      guard count < limit else { return false }
      count += 1
      return true
    }
    guard isTaken else { return nil }
    defer { waiting.withLock { $0 -= 1 } }
    return await body()
  }
}
