extension LogAppender {
  /// Waits for the acknowledgements of so many submissions, which ``acknowledgements(timeout:)`` may hand out one by one.
  ///
  /// Throws ``LogError/unavailable(_:)`` where they have not all come within `timeout`: what is left may have landed or may land later.
  package func settle(_ count: Int, within timeout: Duration = .seconds(60)) throws(LogError) -> [Acknowledgement] {
    let deadline = ContinuousClock.now + timeout
    var settled: [Acknowledgement] = []
    while settled.count < count {
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else { throw .unavailable("\(count - settled.count) of \(count) appends were not acknowledged within \(timeout)") }
      settled += try acknowledgements(timeout: left)
    }
    return settled
  }
}
