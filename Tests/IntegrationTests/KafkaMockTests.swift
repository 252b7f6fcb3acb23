import Foundation
import KafkaClient
import TestThreads
import Testing

@Suite(.onOwnThread)
struct KafkaMockTests {
  @Test("kafka-mock prints where it listens, has the topics it was told, and ends with SIGTERM", arguments: [1, 3])
  func runs(brokers: Int) throws {
    let process = Process()
    process.executableURL = LodgingProcess.program("kafka-mock")
    process.arguments = ["--topic", "some.topic:5", "--topic", "other:1", "--brokers", "\(brokers)"]
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    defer { kill(process.processIdentifier, SIGKILL) }

    let line = try #require(firstLine(of: output.fileHandleForReading))
    let servers = try #require(line.wholeMatch(of: /bootstrap=([^ ]+)/)?.1)
    #expect(servers.split(separator: ",").count == brokers)
    let connection = try KafkaConnection(.reader(bootstrapServers: String(servers))) { _ in }
    for (topic, partitions) in [("some.topic", 5), ("other", 1)] {
      #expect(try KafkaTopic(topic, connection).partitionCount(timeout: .seconds(60)) == partitions)
    }

    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 0)
  }

  @Test("kafka-mock obeys the lines that it is sent, answers each with one line, and goes on when there are no more")
  func control() throws {
    let process = Process()
    process.executableURL = LodgingProcess.program("kafka-mock")
    process.arguments = ["--topic", "some.topic:2", "--brokers", "2", "--control"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    defer { kill(process.processIdentifier, SIGKILL) }

    let line = try #require(firstLine(of: output.fileHandleForReading))
    let servers = try #require(line.wholeMatch(of: /bootstrap=([^ ]+)/)?.1)
    let exchanges = [("leader some.topic 1 2", "ok"), ("broker 7 down", "error: "), ("explode", "error: "), ("broker 2 up", "ok")]
    for (instruction, answer) in exchanges {
      try input.fileHandleForWriting.write(contentsOf: Data("\(instruction)\n".utf8))
      #expect(firstLine(of: output.fileHandleForReading)?.hasPrefix(answer) == true, "\(instruction)")
    }
    try input.fileHandleForWriting.close()
    let connection = try KafkaConnection(.reader(bootstrapServers: String(servers))) { _ in }
    #expect(try KafkaTopic("some.topic", connection).partitionCount(timeout: .seconds(60)) == 2)
  }

  @Test(
    "kafka-mock refuses what it does not understand",
    arguments: [
      ["--topic", "a"], ["--topic", ":3"], ["--topic", "a:0"], ["--topic", "a:1", "--topic", "a:2"], ["--brokers", "0"], ["more"],
    ])
  func usage(arguments: [String]) throws {
    let process = Process()
    process.executableURL = LodgingProcess.program("kafka-mock")
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 64)
  }

  /// Reads until the end of a line, nil where the output ends before.
  private func firstLine(of handle: FileHandle) -> String? {
    var bytes = Data()
    while true {
      if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) { return String(decoding: bytes[..<end], as: UTF8.self) }
      let more = handle.availableData
      guard !more.isEmpty else { return nil }
      bytes += more
    }
  }
}
