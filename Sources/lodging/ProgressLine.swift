import Foundation
import Synchronization

/// Shows progress on stderr: a bar that moves on a terminal, a line every tenth elsewhere.
final class ProgressLine: Sendable {
  private struct State {
    var label = ""
    var tenth = -1
    var drawn = ContinuousClock.now
  }

  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let state = Mutex(State())

  /// Shows how far something is.
  func show(_ label: String, _ done: Int, of total: Int, note: String = "") {
    let share = total > 0 ? min(1, Double(done) / Double(total)) : 1
    state.withLock { state in
      let isNew = state.label != label
      if isNew, !state.label.isEmpty, isTerminal { write("\n") }
      if isNew { state.tenth = -1 }
      state.label = label
      if isTerminal { draw(label, share, note, isNew, &state) } else { print(label, share, note, &state) }
    }
  }

  /// Ends the bar's line.
  func end() {
    state.withLock { state in
      if isTerminal, !state.label.isEmpty { write("\n") }
      state.label = ""
    }
  }

  private func draw(_ label: String, _ share: Double, _ note: String, _ isNew: Bool, _ state: inout State) {
    let now = ContinuousClock.now
    guard isNew || share >= 1 || now - state.drawn > .milliseconds(100) else { return }
    state.drawn = now
    let filled = Int(share * 30)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
    write("\r\(label.padding(toLength: 12, withPad: " ", startingAt: 0)) \(bar) \(Int(share * 100)) %  \(note)\u{1B}[K")
  }

  private func print(_ label: String, _ share: Double, _ note: String, _ state: inout State) {
    let tenth = Int(share * 10)
    guard tenth > state.tenth else { return }
    state.tenth = tenth
    write("\(label): \(tenth * 10) % \(note)\n")
  }

  private func write(_ text: String) { StandardStream.errors(text) }
}
