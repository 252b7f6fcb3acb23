public import LodgingDomain
public import LodgingPipeline
import Synchronization

/// A resident directory that holds nobody: its findings follow from the question's key and the version, so that they change as residents' records do.
public final class MemoryDirectory: ResidentDirectory {
  /// The error of a look-up that was told to fail.
  public struct LookUpFailed: Error, Sendable {}

  private struct State: Sendable {
    var version: UInt64
    var failures = 0
  }

  private let state: Mutex<State>
  private let findings: @Sendable (ResidentQuestion, UInt64) -> CodeSet

  /// Makes a directory; `findings` says what it finds at a version, by default that everything matches.
  public init(version: UInt64 = 1, findings: @escaping @Sendable (ResidentQuestion, UInt64) -> CodeSet = { _, _ in [] }) {
    state = Mutex(State(version: version))
    self.findings = findings
  }

  /// The version that answers now.
  public var version: UInt64 { state.withLock { $0.version } }

  /// Begins a new version, as a change of the residents does.
  public func change() { state.withLock { $0.version += 1 } }

  /// Makes the next look-ups fail.
  public func failLookUps(_ count: Int) { state.withLock { $0.failures = count } }

  /// Answers in order from one version; throws ``LookUpFailed`` while look-ups are told to fail.
  public func lookUp(
    _ questions: borrowing [ResidentQuestion], into answers: inout [ResidentAnswer], whole: (Int) -> PersonFingerprints
  ) throws -> UInt64 {
    let version = try state.withLock { state in
      guard state.failures == 0 else {
        state.failures -= 1
        throw LookUpFailed()
      }
      return state.version
    }
    answers.removeAll(keepingCapacity: true)
    for index in questions.indices { answers.append(ResidentAnswer(codes: findings(questions[index], version))) }
    return version
  }
}
