import Foundation
package import LodgingGateway
import LodgingKafka
package import Logging

/// What a node does.
package enum NodeRole: String, Sendable, CaseIterable {
  /// Everything, in one process.
  case all
  /// Decides events.
  case validator
  /// Folds the ledger, and on a cluster publishes figures and alerts.
  case projections
  /// Folds the ledger and answers questions: a serving node.
  case gateway
  /// Moves chains' events over to the events topic.
  case ingress

  /// Whether the node decides.
  var decides: Bool { self == .all || self == .validator }
  /// Whether the node folds the ledger into a read model.
  var folds: Bool { self != .validator && self != .ingress }
  /// Whether the node needs keys, directory and read model.
  var opensRegister: Bool { self != .ingress }
  /// Whether the node answers the register's questions.
  var serves: Bool { self == .all || self == .gateway }
}

extension GatewaySettings {
  /// Where the gateway can be reached at a port.
  package var url: @Sendable (Int) -> String {
    let host = host.contains(":") ? "[\(host)]" : host
    return { port in "http://\(host):\(port)" }
  }
}

/// A node's settings, checked together.
package struct NodeSettings: Sendable {
  /// The register's files.
  package var folder: DataFolder
  /// What the node does.
  package var role: NodeRole
  /// Which log carries the events.
  package var log: NodeLog
  /// Where HTTP is served, and its limits.
  package var gateway: GatewaySettings
  /// Whether identities that are not sealed are taken.
  package var isSandbox: Bool
  /// From which level on the node logs.
  package var logLevel: Logger.Level
  /// How a log line looks.
  package var logFormat: LogFormat
  /// How long the log keeps events, in seconds; nil where it keeps them until they are decided.
  package var eventsRetentionSeconds: Int64?
  /// How often lags are measured, in seconds.
  package var sampleSeconds: Int
  /// How far the read model may be behind until the node wants no work, in seconds.
  package var lagSecondsMax: Int
  /// Validators of the process.
  package var validatorThreads: Int
  /// Entries between two snapshots of a partition.
  package var snapshotEntries: Int64
  /// How old a snapshot is before it is published, in seconds.
  package var snapshotAgeSeconds: Int64
  /// The file that says which establishments each chain may speak for; nil where no chain's events are moved.
  package var chainsFile: String?

  /// How long the events topic keeps records where nobody says: as long as `lodging topics create` makes it.
  private static let kafkaRetentionHours = TopicPlan().eventDays * 24

  /// Checks a configuration; throws ``ConfigurationError`` that says which settings do not go together.
  package init(_ configuration: NodeConfiguration) throws {
    guard let folder = configuration.folder else {
      throw ConfigurationError.refused("say where the register is: --data DIR, LODGING_DATA, or data in a file")
    }
    self.folder = folder
    role = configuration["role"].flatMap(NodeRole.init(rawValue:)) ?? .all
    isSandbox = configuration["sandbox"] == "true"
    logLevel = configuration["log-level"].flatMap(Logger.Level.init(rawValue:)) ?? .info
    logFormat = configuration["log-format"].flatMap(LogFormat.init(rawValue:)) ?? .text
    sampleSeconds = configuration.number("sample-seconds")
    lagSecondsMax = configuration.number("ready.lag-seconds-max")
    log = try NodeLog(configuration)
    snapshotEntries = Int64(configuration.number("snapshots.entries"))
    snapshotAgeSeconds = Int64(configuration.number("snapshots.age-seconds"))
    let threads = configuration.number("validator.threads")
    if log == .embedded {
      validatorThreads = 1
      eventsRetentionSeconds = nil
      if threads > 1 { throw ConfigurationError.refused("validator.threads: on the embedded log one validator decides; leave it out") }
    } else {
      validatorThreads = threads > 0 ? threads : ProcessInfo.processInfo.activeProcessorCount
      let hours = configuration.number("kafka.events-retention-hours")
      eventsRetentionSeconds = Int64(hours > 0 ? hours : Self.kafkaRetentionHours) * 3600
    }
    gateway = try Self.gateway(configuration)
    chainsFile = try Self.chainsFile(configuration, role, log)
  }

  /// Whether the node publishes figures and alerts; on the embedded log whoever wants them asks the read model itself.
  package var publishes: Bool { log != .embedded && (role == .projections || role == .all) }

  private static func chainsFile(_ configuration: NodeConfiguration, _ role: NodeRole, _ log: NodeLog) throws -> String? {
    let file = configuration["ingress.chains"]
    if log == .embedded, role == .ingress || file != nil {
      throw ConfigurationError.refused(
        "role ingress moves chains' events over from topics of their own, which only a log on Kafka has; give --log kafka://host:port")
    }
    if role == .ingress, file == nil {
      throw ConfigurationError.refused("role ingress must know which establishments are whose: name a file with ingress.chains")
    }
    return role == .ingress || role == .all ? file : nil
  }

  private static func gateway(_ configuration: NodeConfiguration) throws -> GatewaySettings {
    guard let address = configuration["listen"].flatMap(HostAndPort.init) else {
      throw ConfigurationError.refused(
        "listen: give an address as host:port, such as 127.0.0.1:8080 or [::1]:8080; port 0 takes a free one")
    }
    guard address.isLoopback || configuration["http.allow-remote"] == "true" else {
      throw ConfigurationError.refused(
        "listen: \(address.host) can be reached from other machines; listen on 127.0.0.1, or set http.allow-remote: /v1 takes access keys then, "
          + "which travel as they are, so put something in front that speaks TLS")
    }
    var settings = GatewaySettings()
    settings.demandsKeys = !address.isLoopback || configuration["http.demand-keys"] == "true"
    settings.host = address.host
    settings.port = address.port
    settings.connectionsMax = configuration.number("http.connections-max")
    settings.idleSeconds = configuration.number("http.idle-seconds")
    settings.queryThreads = configuration.number("http.query-threads")
    settings.queriesMax = configuration.number("http.queries-max")
    settings.waitSecondsDefault = configuration.number("http.wait-seconds")
    settings.waitSecondsMax = configuration.number("http.wait-seconds-max")
    settings.waitersMax = configuration.number("http.waiters-max")
    guard settings.waitSecondsDefault <= settings.waitSecondsMax else {
      throw ConfigurationError.refused("http.wait-seconds is more than http.wait-seconds-max")
    }
    return settings
  }
}

extension NodeConfiguration {
  /// The folder of the register, with what lies elsewhere; nil where nobody says.
  package var folder: DataFolder? {
    self["data"].map { DataFolder($0, keysFile: self["keys.file"], snapshotsFolder: self["snapshots.folder"]) }
  }

  /// The value of a number that has a default.
  fileprivate func number(_ key: String) -> Int { self[key].flatMap { Int($0) } ?? 0 }
}

/// An address to listen on or to connect to.
struct HostAndPort {
  var host: String
  var port: Int

  /// Reads `host:port` or `[v6 address]:port`; nil for anything else.
  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port) else {
      return nil
    }
    var host = text[..<colon]
    if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() } else if host.contains(":") { return nil }
    guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }) else { return nil }
    self.host = String(host)
    self.port = port
  }

  /// Whether only this machine can reach it.
  var isLoopback: Bool { host == "localhost" || host == "::1" || IPv4(host).map { $0.first == 127 } ?? false }
}

/// The four numbers of an address.
private struct IPv4 {
  var first: UInt8

  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    // What others may read as octal, or not at all, is no address.
    let numbers = parts.compactMap { part in UInt8(part).flatMap { "\($0)" == part ? $0 : nil } }
    guard numbers.count == 4 else { return nil }
    first = numbers[0]
  }
}
