import Glibc

/// Processor time, which other programs on a shared machine change less than the wall's.
enum ProcessorTime {
  /// Seconds that all threads of this process have used.
  static var process: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

extension Duration {
  /// The duration in seconds.
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
