import LodgingPipeline
import Synchronization

/// Access keys that a test makes up.
final class FakeGuard: AccessGuard {
  private let answers: Mutex<[String: AccessAnswer]>

  init(_ answers: [String: AccessAnswer]) { self.answers = Mutex(answers) }

  func set(_ text: String, _ answer: AccessAnswer) { answers.withLock { $0[text] = answer } }

  func examine(_ text: String) -> AccessAnswer { answers.withLock { $0[text] } ?? .refused(.unknown) }
}
