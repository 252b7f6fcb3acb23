import Glibc

/// Processor time, which other programs on a shared machine change less than the wall's.
enum ProcessorTime {
  /// Seconds that all threads of this process have used.
  static var process: Double { seconds(of: CLOCK_PROCESS_CPUTIME_ID) }

  /// Seconds that the calling thread has used.
  static var thread: Double { seconds(of: CLOCK_THREAD_CPUTIME_ID) }

  private static func seconds(of clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

extension Duration {
  /// The duration in seconds.
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

extension ContinuousClock.Instant {
  /// Nanoseconds from this moment to now.
  var nanosecondsSince: Int64 {
    let (seconds, attoseconds) = (ContinuousClock.now - self).components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
