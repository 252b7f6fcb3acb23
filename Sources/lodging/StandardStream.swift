import Glibc

/// The process's own streams, written to as they are and without a buffer in between.
enum StandardStream {
  /// Writes results to stdout; where nobody can take them, ends the process with the code for that.
  ///
  /// What was done stays done: running the command again is safe.
  static func output(_ text: String) {
    guard let failure = write(text, to: STDOUT_FILENO) else { return }
    errors("lodging: the results cannot be written to standard output: \(String(cString: strerror(failure)))\n")
    exit(Exit.unreadable)
  }

  /// Writes words for people to stderr, if anybody takes them.
  static func errors(_ text: String) { _ = write(text, to: STDERR_FILENO) }

  /// Writes the whole text; returns the system's error where that fails.
  private static func write(_ text: String, to descriptor: Int32) -> Int32? {
    var text = text
    return text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while let start = rest.baseAddress, !rest.isEmpty {
        let written = Glibc.write(descriptor, start, rest.count)
        if written > 0 { rest = UnsafeRawBufferPointer(rebasing: rest[written...]) }
        if written < 0, errno != EINTR { return errno }
      }
      return nil
    }
  }
}
