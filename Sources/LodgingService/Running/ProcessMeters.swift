import CoreMetrics
import Foundation
import LodgingGateway

/// What the kernel says of this process, under the names that client libraries of Prometheus use.
enum ProcessMeters {
  static let definitions = [cpu, memory, files, start]

  private static let cpu = MetricDefinition("process_cpu_seconds_total", .counter, "Processor time that the process used.")
  private static let memory = MetricDefinition("process_resident_memory_bytes", .gauge, "Memory of the process that is resident.")
  private static let files = MetricDefinition("process_open_fds", .gauge, "File descriptors that are open.")
  private static let start = MetricDefinition("process_start_time_seconds", .gauge, "When the process began, in seconds since 1970.")

  /// Looks each time that metrics are shown.
  static func observe(_ registry: MetricsRegistry) {
    let (resident, open) = (memory.gauge(registry), files.gauge(registry))
    let used = cpu.fractions(registry)
    let counted = CountedSeconds()
    start.gauge(registry).set(Date().timeIntervalSince1970.rounded())
    registry.collect {
      used.increment(by: counted.more(than: processorSeconds))
      resident.set(residentBytes)
      open.set((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0)
    }
  }

  private static var processorSeconds: Double {
    var usage = rusage()
    guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return 0 }
    return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
  }

  /// The second number of `/proc/self/statm` counts pages (proc(5)).
  private static var residentBytes: Int {
    let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let pages = text?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}
