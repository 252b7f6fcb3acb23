import Foundation

/// Runs the built `lodging` program as a user would: arguments in, stdout and exit code out.
struct LodgingProcess {
  /// What a run came to.
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String

    /// The lines of stdout as JSON objects.
    var rows: [[String: Any]] {
      output.split(separator: "\n").compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
    }
  }

  /// A program of this package, which lies beside the tests' own.
  static func program(_ name: String) -> URL {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent(name)
  }

  /// Runs to the end.
  static func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

  /// Runs to the end.
  static func run(_ arguments: [String], environment: [String: String] = [:], program name: String = "lodging") throws -> Outcome {
    let (process, output, errors) = try start(arguments, environment: environment, program: name)
    let reading = OutputReader(errors)
    let text = String(decoding: output.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Outcome(status: process.terminationStatus, output: text, errors: reading.text)
  }

  /// Runs to the end with stdout going to a file.
  static func run(_ arguments: [String], writingTo path: String) throws -> Outcome {
    let process = Process()
    process.executableURL = program("lodging")
    process.arguments = arguments
    let errors = Pipe()
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Outcome(status: process.terminationStatus, output: "", errors: text)
  }

  /// Runs until stderr shows that so much of a part is done, then kills the process without warning.
  ///
  /// `meanwhile` is called right before the kill. Returns false where the process ended before that.
  static func runAndKill(
    at part: String, _ percent: Int, _ arguments: [String], environment: [String: String] = [:], meanwhile: () throws -> Void = {}
  ) throws -> Bool {
    try runAndKill(arguments, environment: environment, meanwhile: meanwhile) { lines in
      lines.contains { line in
        let words = line.split(separator: " ")
        return words.count > 1 && words[0] == "\(part):" && Int(words[1]).map { $0 >= percent } == true
      }
    }
  }

  /// Runs until stderr has shown so many lines, then kills the process without warning; returns false where it ended before that.
  static func runAndKill(afterErrorLines count: Int, _ arguments: [String]) throws -> Bool {
    try runAndKill(arguments) { $0.count >= count }
  }

  private static func runAndKill(
    _ arguments: [String], environment: [String: String] = [:], meanwhile: () throws -> Void = {}, once isThere: ([Substring]) -> Bool
  ) throws -> Bool {
    let environment = environment.merging(["LODGING_PROGRESS_SECONDS": "0"]) { $1 }
    let (process, output, errors) = try start(arguments, environment: environment)
    var text = ""
    while !isThere(text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()) {
      let data = errors.availableData
      guard !data.isEmpty else { break }
      text += String(decoding: data, as: UTF8.self)
    }
    let isRunning = process.isRunning
    let worked = Result { if isRunning { try meanwhile() } }
    kill(process.processIdentifier, SIGKILL)
    _ = output.readDataToEndOfFile()
    process.waitUntilExit()
    try worked.get()
    return isRunning
  }

  /// Starts the program and returns it with its stdout and stderr.
  static func start(
    _ arguments: [String], environment: [String: String] = [:], program name: String = "lodging"
  ) throws -> (Process, FileHandle, FileHandle) {
    let process = Process()
    process.executableURL = program(name)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return (process, output.fileHandleForReading, errors.fileHandleForReading)
  }
}

/// Reads a pipe on a thread of its own, so that a program that talks a lot does not wait for us.
final class OutputReader: @unchecked Sendable {
  // The semaphore orders the write before the read.
  private var data = Data()
  private let ended = DispatchSemaphore(value: 0)

  init(_ handle: FileHandle) {
    Thread.detachNewThread { [self] in
      data = handle.readDataToEndOfFile()
      ended.signal()
    }
  }

  var text: String {
    ended.wait()
    ended.signal()
    return String(decoding: data, as: UTF8.self)
  }
}

/// A folder that goes with the test.
final class ScratchFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "lodging-tests-" + String(UInt64.random(in: 0 ... .max), radix: 36)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    // What cannot be removed lies in the system's temporary folder and harms nobody.
    try? FileManager.default.removeItem(atPath: path)
  }

  func file(_ name: String) -> String { path + "/" + name }
}

/// A file of `samples/`.
func sample(_ name: String) -> String {
  var folder = URL(fileURLWithPath: #filePath)
  for _ in 0..<4 { folder.deleteLastPathComponent() }
  return folder.appendingPathComponent("samples/" + name).path
}
