import Foundation

/// What one part of a measurement came to.
struct LoadPhase: Encodable {
  var events: Int
  var cpuSeconds: Double
  var wallSeconds: Double
  var eventsPerCPUSecond: Int

  /// - Parameters:
  ///   - events: How many were handled.
  ///   - start: When the part began.
  ///   - spent: Processor seconds of the process by then.
  init(events: Int, since start: ContinuousClock.Instant, spent: Double) {
    self.events = events
    cpuSeconds = ProcessorTime.process - spent
    wallSeconds = (ContinuousClock.now - start).inSeconds
    eventsPerCPUSecond = cpuSeconds > 0 ? Int(Double(events) / cpuSeconds) : 0
  }
}

/// Results on stdout, an object a line.
enum Output {
  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    FileHandle.standardOutput.write(try encoder.encode(value) + Data("\n".utf8))
  }
}
