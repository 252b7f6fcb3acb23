import Foundation
import Synchronization

/// Shows progress on stderr: a bar that moves on a terminal; elsewhere a line every ten seconds, and one at the end of each part.
///
/// `LODGING_PROGRESS_SECONDS` says how far apart the lines are; 0 writes one at every call.
final class ProgressLine: Sendable {
  private struct State {
    var label = ""
    var text = ""
    /// Whether `text` was written.
    var isShown = true
    var shown = ContinuousClock.now
  }

  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let pause =
    ProcessInfo.processInfo.environment["LODGING_PROGRESS_SECONDS"].flatMap(Int.init).map(Duration.seconds) ?? .seconds(10)
  private let state = Mutex(State())

  /// Shows how far something is.
  func show(_ label: String, _ done: Int, of total: Int, note: String = "") {
    let share = total > 0 ? min(1, Double(done) / Double(total)) : 1
    state.withLock { state in
      if state.label != label { begin(label, &state) }
      if isTerminal { draw(label, share, note, &state) } else { line("\(label): \(Int(share * 100)) % \(note)", &state) }
    }
  }

  /// Ends the last part.
  func end() { state.withLock { begin("", &$0) } }

  /// Ends the part before, and begins one.
  private func begin(_ label: String, _ state: inout State) {
    if isTerminal, !state.label.isEmpty { write("\n") }
    if !isTerminal, !state.isShown { write(state.text + "\n") }
    state = State(label: label)
  }

  private func draw(_ label: String, _ share: Double, _ note: String, _ state: inout State) {
    let now = ContinuousClock.now
    guard state.isShown || share >= 1 || now - state.shown > .milliseconds(100) else { return }
    state.isShown = false
    state.shown = now
    let filled = Int(share * 30)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
    write("\r\(label.padding(toLength: 12, withPad: " ", startingAt: 0)) \(bar) \(Int(share * 100)) %  \(note)\u{1B}[K")
  }

  private func line(_ text: String, _ state: inout State) {
    let now = ContinuousClock.now
    state.text = text
    state.isShown = now - state.shown >= pause
    guard state.isShown else { return }
    state.shown = now
    write(text + "\n")
  }

  private func write(_ text: String) { StandardStream.errors(text) }
}
