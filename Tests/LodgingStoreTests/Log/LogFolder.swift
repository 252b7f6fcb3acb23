import Foundation
import GRDB
import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingTesting

/// A folder of its own for a test's log, removed with this object.
final class LogFolder: Sendable {
  let path: String
  let clock = ManualClock()

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("log-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var file: String { "\(path)/log.sqlite" }

  func open(_ settings: LogSettings = LogSettings(partitions: 4)) throws(LogOpenError) -> EmbeddedLog {
    try EmbeddedLog(directory: path, clock: clock, settings: settings)
  }

  /// A connection to the file as another program has it.
  func raw() throws -> DatabaseQueue {
    try DatabaseQueue(path: file)
  }

  /// Copies the files as they are on the disk now, as a machine finds them that lost power.
  func copy() throws -> LogFolder {
    let folder = try LogFolder()
    for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: file + suffix) {
      try FileManager.default.copyItem(atPath: file + suffix, toPath: folder.file + suffix)
    }
    return folder
  }

  func size(_ suffix: String = "") throws -> UInt64 {
    try FileManager.default.attributesOfItem(atPath: file + suffix)[.size] as? UInt64 ?? 0
  }

  func truncate(_ suffix: String = "", to size: UInt64) throws {
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file + suffix))
    try handle.truncate(atOffset: size)
    try handle.close()
  }
}

extension EmbeddedLog {
  /// Appends texts in one transaction and returns their offsets.
  @discardableResult
  func append(_ texts: [String], to place: TopicPartition) throws -> [Int64] {
    let appender = try makeAppender()
    try appender.submit(texts.map { NewRecord(key: nil, value: Array($0.utf8)) }, to: place, tag: 1)
    return try appender.acknowledgements(timeout: .seconds(1))[0].result.get()
  }

  /// The texts from an offset to the end.
  func texts(_ place: TopicPartition, from start: Int64 = 0) throws -> [String] {
    var texts: [String] = []
    var offset = start
    while offset < (try bounds(of: place).end) {
      offset = try read(place, from: offset, limit: ReadLimit(records: 1000)) { record throws(LogError) in
        texts.append(record.value.map { String(decoding: $0, as: UTF8.self) } ?? "")
      }
    }
    return texts
  }
}
