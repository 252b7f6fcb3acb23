import Foundation
import LodgingService

/// What of this process's memory is its own, beside the files that it maps (`RssAnon` and `RssShmem` of proc(5)).
enum ProcessResidence {
  /// Bytes that are resident now; 0 where the kernel does not tell.
  static var ownBytes: Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
    let kibibytes = status.split(separator: "\n").compactMap { line -> Int? in
      guard line.hasPrefix("RssAnon:") || line.hasPrefix("RssShmem:") else { return nil }
      return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
    }
    return kibibytes.reduce(0, +) * 1024
  }
}

/// Looks at the process's own memory again and again on a thread of its own, and keeps the most.
struct ResidenceWatch {
  private let stop = StopSignal()
  private let thread: BackgroundThread<Int>

  /// How long it sleeps between two looks.
  private static let interval: Duration = .milliseconds(20)

  /// Begins to look.
  init() {
    thread = BackgroundThread("memory") { [stop] in
      var most = ProcessResidence.ownBytes
      while !stop.isSet {
        stop.wait(atMost: Self.interval)
        most = max(most, ProcessResidence.ownBytes)
      }
      return most
    }
  }

  /// Ends it, and returns the most bytes that were seen.
  func end() throws -> Int {
    stop.set()
    return try thread.join()
  }
}
