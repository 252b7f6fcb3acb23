import Foundation

/// A mock cluster as a process of its own, with the register's topics; it ends at the latest when the test lets go of it.
final class RunningCluster {
  private let process: Process
  private let instructions = Pipe()
  private let answers: LineReader
  private let scratch: ScratchFolder

  /// `host:port` of its brokers.
  let servers: String
  /// What the programs find in their environment: settings that make a test quick.
  let environment: [String: String]

  /// The shortest session that the mock cluster lets a member join with.
  static let sessionMilliseconds = 4500

  /// Why there is no cluster.
  struct NoStart: Error {}

  /// Starts a cluster of one broker with events and ledger of so many partitions, and the other topics of a register.
  init(partitions: Int, chains: [String] = []) throws {
    scratch = try ScratchFolder()
    let single = [
      "occupancy", "alerts", "alert-actions", "notices", "residents", "access", "keys", "outages", "checkpoints", "disclosures",
    ]
    let topics =
      ["stay-events", "stay-ledger"].map { ($0, partitions) } + single.map { ($0, 1) }
      + chains.flatMap { [("stay-ingress.\($0)", partitions), ("stay-refusals.\($0)", 1)] }
    process = Process()
    process.executableURL = LodgingProcess.program("kafka-mock")
    process.arguments = topics.flatMap { ["--topic", "lodging.\($0.0).v1:\($0.1)"] } + ["--control"]
    process.standardInput = instructions
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    answers = LineReader(output.fileHandleForReading)
    guard let line = answers.next(), line.hasPrefix("bootstrap=") else { throw NoStart() }
    servers = String(line.dropFirst("bootstrap=".count))
    let settings = scratch.file("client.properties")
    let text = """
      session.timeout.ms=\(Self.sessionMilliseconds)
      heartbeat.interval.ms=500
      fetch.wait.max.ms=20
      reconnect.backoff.ms=50
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: settings))
    environment = ["LODGING_KAFKA_SETTINGS": settings]
  }

  deinit { end() }

  /// Ends all of it, as if every broker lost its power.
  func end() { kill(process.processIdentifier, SIGKILL) }

  /// The options that name it.
  var options: [String] { ["--log", "kafka://\(servers)", "--allow-create-time"] }

  /// Runs a command on it to the end.
  func run(_ arguments: String..., data: String) throws -> LodgingProcess.Outcome { try run(arguments, data: data) }

  /// Runs a command on it to the end.
  func run(_ arguments: [String], data: String) throws -> LodgingProcess.Outcome {
    try LodgingProcess.run(arguments + ["--data", data] + options, environment: environment)
  }

  /// Starts a node on it in a folder that has the register's keys.
  func node(
    _ role: String, data: String, keys: String, _ arguments: String..., program: String = "lodging"
  ) throws -> RunningNode {
    try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
    if !FileManager.default.fileExists(atPath: data + "/keys.json") {
      try FileManager.default.copyItem(atPath: keys + "/keys.json", toPath: data + "/keys.json")
    }
    return try RunningNode(["--role", role] + arguments + options, data: data, environment: environment, program: program)
  }

  /// Lets the broker go, or come back.
  func setBroker(up: Bool) throws {
    try instructions.fileHandleForWriting.write(contentsOf: Data("broker 1 \(up ? "up" : "down")\n".utf8))
    guard answers.next() == "ok" else { throw NoStart() }
  }

  /// Has kcat, a producer that shares no code with this package, send one record.
  func produce(_ value: [UInt8], key: String, to topic: String, _ arguments: String...) throws {
    try produce(value, key: key, to: topic, arguments)
  }

  /// Has kcat send one record.
  func produce(_ value: [UInt8], key: String, to topic: String, _ arguments: [String]) throws {
    let file = scratch.file("record")
    try Data(value).write(to: URL(fileURLWithPath: file))
    _ = try kcat(["-P", "-t", "lodging.\(topic).v1", "-k", key] + arguments + [file])
  }

  /// Has kcat send a record for each line.
  func produce(lines: String, to topic: String, _ arguments: [String]) throws {
    let file = scratch.file("lines")
    try Data(lines.utf8).write(to: URL(fileURLWithPath: file))
    _ = try kcat(["-P", "-t", "lodging.\(topic).v1"] + arguments, input: file)
  }

  /// The first record of a partition, fetched by kcat.
  func fetchFirst(of topic: String, partition: Int) throws -> [UInt8] {
    Array(try kcat(["-C", "-t", "lodging.\(topic).v1", "-p", "\(partition)", "-o", "beginning", "-c", "1", "-f", "%s"]))
  }

  /// Waits until a topic has so many records, and returns them as JSON objects.
  func consume(_ topic: String, count: Int) throws -> [[String: Any]] {
    let text = try kcat(["-C", "-t", "lodging.\(topic).v1", "-o", "beginning", "-c", "\(count)"])
    return String(decoding: text, as: UTF8.self).split(separator: "\n").compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
  }

  /// A record as kcat shows it.
  struct Record {
    var key: String
    var headers: String
    /// Nil for a tombstone.
    var value: [UInt8]?
  }

  /// All records of a topic of one partition, in their order.
  func records(of topic: String) throws -> [Record] {
    var rest = try kcat(["-C", "-t", "lodging.\(topic).v1", "-o", "beginning", "-e", "-f", "%k\\n%h\\n%S\\n%s"])[...]
    var records: [Record] = []
    func line() -> String {
      let line = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest.dropFirst(line.count + 1)
      return String(decoding: line, as: UTF8.self)
    }
    while !rest.isEmpty {
      let (key, headers, size) = (line(), line(), Int(line()) ?? -1)
      records.append(Record(key: key, headers: headers, value: size < 0 ? nil : Array(rest.prefix(size))))
      rest = rest.dropFirst(max(0, size))
    }
    return records
  }

  private func kcat(_ arguments: [String], input: String? = nil) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["timeout", "120", "kcat", "-q", "-b", servers] + arguments
    process.standardInput = try input.map { try FileHandle(forReadingFrom: URL(fileURLWithPath: $0)) } ?? FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw NoStart() }
    return data
  }
}
