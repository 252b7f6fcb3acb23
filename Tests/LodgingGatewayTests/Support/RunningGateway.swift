import LodgingGateway
import LodgingPipeline
import LodgingTesting
import Logging
import ServiceLifecycle

/// Runs a gateway on a free port for as long as `body` lasts, then ends it in order.
func withGateway(
  _ register: FakeRegister, metrics: MetricsRegistry = MetricsRegistry(HTTPInstruments.definitions), serves: Bool = true,
  settings: GatewaySettings = GatewaySettings(), access: FakeGuard? = nil, _ body: (HTTPProbe) async throws -> Void
) async throws {
  let (ports, listening) = AsyncStream.makeStream(of: Int.self)
  let gateway = Gateway(
    settings: settings, queries: serves ? register : nil, access: access, fold: register, health: register,
    metrics: metrics, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  ) { port in
    listening.yield(port)
    listening.finish()
  }
  let group = ServiceGroup(
    configuration: ServiceGroupConfiguration(services: [gateway], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
  let running = Task {
    defer { listening.finish() }
    try await group.run()
  }
  guard let port = await ports.first(where: { _ in true }) else { return try await running.value }
  do {
    try await body(HTTPProbe(port: port))
  } catch {
    await group.triggerGracefulShutdown()
    try await running.value
    throw error
  }
  await group.triggerGracefulShutdown()
  try await running.value
}
