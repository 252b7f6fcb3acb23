import LodgingDomain
import LodgingPipeline
import Logging
import Synchronization

/// The resident directory as the validator asks it; where no residents are loaded it says, once in a while, that nobody is compared.
///
/// A register may do without residents, so nothing is refused; but a directory that was lost looks the same.
final class ComparingDirectory: ResidentDirectory {
  private let base: any ResidentDirectory
  private let logger: Logger
  private let told = Mutex<ContinuousClock.Instant?>(nil)

  /// How long it is not told again; longer than a command takes.
  private static let pause = Duration.seconds(3600)

  init(_ base: any ResidentDirectory, logger: Logger) {
    self.base = base
    self.logger = logger
  }

  var version: UInt64 { base.version }

  func lookUp(
    _ questions: borrowing [ResidentQuestion], into answers: inout [ResidentAnswer], whole: (Int) -> PersonFingerprints
  ) throws -> UInt64 {
    let version = try base.lookUp(questions, into: &answers, whole: whole)
    if version == 0 { tell() }
    return version
  }

  private func tell() {
    let now = ContinuousClock.now
    let isNew = told.withLock { told in
      if let last = told, now - last < Self.pause { return false }
      told = now
      return true
    }
    guard isNew else { return }
    logger.warning(
      """
      no residents are loaded: no guest is compared with the population register. What to do: load them with `lodging residents load`; \
      if they were loaded before, the folder directory/ is lost.
      """)
  }
}
