import Foundation
import LodgingTesting
import TestThreads

/// A node as a process of its own; it is killed at the latest when the test lets go of it.
final class RunningNode {
  private let process: Process
  private let errors: OutputReader

  /// The first line on stdout.
  let firstLine: String
  /// Its HTTP interface.
  let http: HTTPProbe

  /// Why a node did not begin.
  struct NoStart: Error {
    var errors: String
  }

  /// Starts a node and waits until it serves HTTP.
  init(_ arguments: [String], data: String, environment: [String: String] = [:], program: String = "lodging") throws {
    let (process, output, pipe) = try LodgingProcess.start(["run", "--data", data] + arguments, environment: environment, program: program)
    let errors = OutputReader(pipe)
    let line = LineReader(output).next() ?? ""
    guard let port = line.split(separator: ":").last.flatMap({ Int($0.prefix { $0.isNumber }) }) else {
      process.waitUntilExit()
      throw NoStart(errors: errors.text)
    }
    self.process = process
    self.errors = errors
    firstLine = line
    http = HTTPProbe(port: port)
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  /// The object that a path answers with.
  func object(_ path: String) throws -> [String: Any] { try http.ask("GET", path).object }

  /// Why a wait ended.
  struct InVain: Error {
    var report: String
    var errors: String
  }

  /// Asks for readiness until `body` is content with the answer; throws the last answer and the node's log where it never is.
  func waitUntil(_ body: (_ isReady: Bool, [String: Any]) -> Bool) throws {
    var last: [String: Any] = [:]
    let isSo = try Waiting.wait {
      let reply = try http.ask("GET", "/health/ready")
      last = reply.object
      return body(reply.status == 200, last)
    }
    guard !isSo else { return }
    throw InVain(report: "\(last)", errors: end(SIGKILL).errors)
  }

  /// How many partitions this node decides now.
  func deciding() throws -> Int { (try object("/health/ready")["deciding"] as? [String: Any])?["deciding"] as? Int ?? 0 }

  /// Stops the process where it stands, or lets it go on.
  func pause(_ isPaused: Bool) { kill(process.processIdentifier, isPaused ? SIGSTOP : SIGCONT) }

  /// Waits until work may come.
  func waitUntilReady() throws { try waitUntil { isReady, _ in isReady } }

  /// Waits until this node decides all partitions.
  func waitUntilDeciding() throws {
    try waitUntil { _, report in ((report["deciding"] as? [String: Any])?["deciding"] as? Int ?? 0) > 0 }
  }

  /// Asks the process to end with a signal, and waits for it.
  func end(_ signal: Int32 = SIGTERM) -> (status: Int32, reason: Process.TerminationReason, errors: String) {
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return (process.terminationStatus, process.terminationReason, errors.text)
  }
}

/// Takes a pipe apart into lines.
final class LineReader {
  private let handle: FileHandle
  private var rest = Data()

  init(_ handle: FileHandle) { self.handle = handle }

  /// The next line without its end; nil at the end of the pipe.
  func next() -> String? {
    while true {
      if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        defer { rest = Data(rest[rest.index(after: end)...]) }
        return String(decoding: rest[..<end], as: UTF8.self)
      }
      let data = handle.availableData
      guard !data.isEmpty else { return nil }
      rest.append(data)
    }
  }
}
