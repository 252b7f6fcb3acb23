internal import Foundation

/// SIGTERM and SIGINT, held back from the moment this is made so that ``wait()`` finds them.
struct EndingSignals {
  private let signals: sigset_t

  /// Holds the signals back in this thread and every thread made later.
  init() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    self.signals = signals
  }

  /// Blocks until one of them comes.
  func wait() {
    var signals = signals
    var received: CInt = 0
    sigwait(&signals, &received)
  }
}
