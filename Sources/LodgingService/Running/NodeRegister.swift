import Foundation
import LodgingKafka
import LodgingPipeline
import LodgingWire
import Logging

/// Opens what a node works on.
enum NodeRegister {
  /// How long a node waits before it tries to reach its cluster again.
  static let pause = Duration.seconds(1)
  /// How often a node asks again for a topic that the cluster says it does not have.
  static let unknownMax = 3
  /// How long a question to the cluster may take: longer than a broker that is slow, much shorter than the group's session.
  private static let patience = Duration.seconds(3)

  /// Opens the register of a node; on the embedded log it is made where there is none.
  ///
  /// While a cluster cannot be reached this waits for it: a node may come up before its brokers. Throws ``ConfigurationError`` where the
  /// folder is one for trying things out and the node is not, or the other way round, ``ServiceError/noKeys(_:)`` where a node of a cluster
  /// has no key ring, and what the register's parts throw.
  static func open(
    _ settings: NodeSettings, logger: Logger, version: LedgerVersion, observer: @escaping @Sendable (ConnectionFigures) -> Void
  ) async throws -> Register {
    let choice = try LogChoice(settings.log, logger: logger).waiting(atMost: patience).observed(by: observer)
    let isEmbedded = settings.log == .embedded
    let isNew = try isEmbedded ? !settings.folder.hasLog() : !FileManager.default.fileExists(atPath: settings.folder.register)
    try SandboxMark.check(settings.folder, isSandbox: settings.isSandbox, isNew: isNew)
    if isNew, !isEmbedded {
      logger.notice(
        """
        \(settings.folder.path) is a new folder of this node: it holds no read model, so the ledger is folded from its beginning; if the node has \
        run before, look at --data
        """)
    }
    let register = try await reaching(settings.log, logger) {
      try Register(settings.folder, log: choice, clock: SystemClock(), logger: logger, making: isEmbedded, version: version)
    }
    if isNew, isEmbedded { logger.notice("made a new register", metadata: ["data": "\(settings.folder.path)"]) }
    return register
  }

  /// Opens the log alone, for a node that needs neither keys nor read model.
  static func openLog(
    _ settings: NodeSettings, logger: Logger, observer: @escaping @Sendable (ConnectionFigures) -> Void
  ) async throws -> RegisterLog {
    let choice = try LogChoice(settings.log, logger: logger).waiting(atMost: patience).observed(by: observer)
    return try await reaching(settings.log, logger) { try RegisterLog(choice, folder: settings.folder, clock: SystemClock()) }
  }

  /// Opens something of a cluster as soon as that can be reached.
  ///
  /// A broker that has just come up may not know a topic for a moment; one that no answer knows is an operator's to make.
  static func reaching<Opened>(
    _ log: NodeLog, _ logger: Logger, pause: Duration = pause, _ open: () throws -> Opened
  ) async throws -> Opened {
    var isUnknown = 0
    var wasCut = false
    while true {
      do {
        let opened = try open()
        if wasCut { logger.notice("the cluster can be reached") }
        return opened
      } catch LogError.unavailable(let reason) where log != .embedded {
        wasCut = true
        logger.warning("the cluster cannot be reached: \(reason); tried again")
      } catch LogError.unknownTopic(let topic) where log != .embedded && isUnknown < unknownMax {
        isUnknown += 1
        logger.warning("the cluster knows no topic \(topic); asked again")
      }
      try await Task.sleep(for: pause)
    }
  }
}

/// Keeps registers for trying things out apart from real ones: a real one must never take an identity that is not sealed.
enum SandboxMark {
  /// Marks a new folder that is for trying things out; refuses a folder of the other kind.
  static func check(_ folder: DataFolder, isSandbox: Bool, isNew: Bool) throws {
    let mark = folder.path + "/sandbox"
    let isMarked = FileManager.default.fileExists(atPath: mark)
    if isNew, isSandbox {
      try folder.make()
      try Data("This register takes identities that are not sealed. It holds no real guest.\n".utf8).write(to: URL(fileURLWithPath: mark))
      return
    }
    guard isMarked == isSandbox else {
      throw ConfigurationError.refused(
        isMarked
          ? "\(folder.path) is a register for trying things out; give --sandbox, or another --data"
          : "\(folder.path) is a real register, which takes sealed identities only; leave --sandbox out, or give another --data")
    }
  }
}
