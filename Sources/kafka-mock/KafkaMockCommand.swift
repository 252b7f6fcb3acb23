internal import ArgumentParser
internal import Foundation
internal import KafkaMock

@main
struct KafkaMockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kafka-mock",
    abstract: "Runs librdkafka's mock Kafka cluster on the loopback interface until SIGTERM or SIGINT.",
    discussion: """
      The first line on stdout is 'bootstrap=host:port,…'. The cluster is for tests and for trying things out: it keeps at most 5 MiB a \
      partition and drops the oldest silently, keeps nothing on disk, has no log-append time (programs of this project take it only with \
      --allow-create-time) and answers no administrative request, so topics are named here.

      With --control, each line on stdin makes something go wrong or mend, and is answered by one line on stdout, 'ok' or 'error: …': \
      \(MockInstruction.forms.joined(separator: "; ")). API keys and error codes are the protocol's numbers; code 0 is a good answer. The \
      end of stdin changes nothing.
      """)

  @Option(name: .customLong("topic"), help: ArgumentHelp("A topic to make; may be repeated.", valueName: "name:partitions"))
  var topics: [MockTopic] = []

  @Option(help: "The number of brokers.")
  var brokers = 1

  @Flag(help: "Takes instructions from stdin.")
  var control = false

  func validate() throws {
    guard (1...100).contains(brokers) else { throw ValidationError("--brokers takes 1 to 100.") }
    guard Set(topics.map(\.name)).count == topics.count else { throw ValidationError("A topic is named twice.") }
  }

  func run() throws {
    let signals = EndingSignals()
    let cluster = try KafkaMockCluster(brokers: brokers)
    for topic in topics { try cluster.makeTopic(topic.name, partitions: topic.partitions) }
    try FileHandle.standardOutput.write(contentsOf: Data("bootstrap=\(cluster.bootstrapServers)\n".utf8))
    if control { Thread.detachNewThread { Self.obey(cluster) } }
    signals.wait()
    withExtendedLifetime(cluster) {}
  }

  /// Carries out instructions until there are no more.
  private static func obey(_ cluster: KafkaMockCluster) {
    while let line = readLine() {
      let answer: String
      do throws(KafkaMockError) {
        try MockInstruction(line).carryOut(on: cluster)
        answer = "ok"
      } catch {
        answer = "error: \(error)"
      }
      // Nobody is left to be told where this fails.
      try? FileHandle.standardOutput.write(contentsOf: Data("\(answer)\n".utf8))
    }
  }
}

/// A topic as the command line names it.
struct MockTopic: ExpressibleByArgument {
  /// The topic's name on the cluster.
  let name: String
  /// How many partitions it has.
  let partitions: Int

  /// Reads `NAME:PARTITIONS`; nil where there is no name or no number from 1 to 10,000.
  init?(argument: String) {
    guard let colon = argument.lastIndex(of: ":"), colon > argument.startIndex,
      let partitions = Int(argument[argument.index(after: colon)...]), (1...10_000).contains(partitions)
    else { return nil }
    name = String(argument[..<colon])
    self.partitions = partitions
  }
}
