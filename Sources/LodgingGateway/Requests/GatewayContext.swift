import Hummingbird

/// What goes with a request through the gateway.
struct GatewayContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The trace that the request belongs to.
  var trace: TraceContext

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    var generator = SystemRandomNumberGenerator()
    trace = TraceContext(using: &generator)
  }
}
