/// Where a gateway listens, and its limits.
public struct GatewaySettings: Sendable, Hashable {
  /// The address to listen on.
  public var host = "127.0.0.1"
  /// The port; 0 takes a free one.
  public var port = 0
  /// Whether the register's questions take an access key; where they do not, a key that is sent must be a right one all the same.
  public var demandsKeys = false
  /// How many connections may be open; more wait in the system's queue.
  public var connectionsMax = 512
  /// After how many seconds without a byte a connection is closed.
  public var idleSeconds = 60
  /// How many threads answer questions.
  public var queryThreads = 4
  /// How many questions may run and wait together; one more is refused with ``RequestCode/busy``.
  public var queriesMax = 64
  /// How many seconds a request waits for a position where it does not say.
  public var waitSecondsDefault = 2
  /// How many seconds a request may wait for a position.
  public var waitSecondsMax = 10
  /// How many requests may wait for a position together.
  public var waitersMax = 256

  /// The largest path with its query, in bytes.
  static let pathBytesMax = 8 * 1024
  /// The largest sum of all header fields, in bytes.
  static let headerBytesMax = 32 * 1024
  /// The largest body that is passed over; nothing here reads one.
  static let bodyBytesMax = 64 * 1024

  /// The defaults.
  public init() {}
}
