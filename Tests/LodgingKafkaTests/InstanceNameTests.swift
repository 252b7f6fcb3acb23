import LodgingKafka
import Testing

@Suite("Names under which a process's members keep their partitions over a restart")
struct InstanceNameTests {
  @Test("Members of a group are numbered, each group by itself, and a name that was let go is the next one's")
  func numbers() {
    let names = InstanceNames("node-1")
    let first = names.take(in: "validator")
    var second: InstanceName? = names.take(in: "validator")
    let ingress = names.take(in: "ingress.acme")
    #expect([first.text, second?.text, ingress.text] == ["node-1.0", "node-1.1", "node-1.0"])
    second = nil
    let third = names.take(in: "validator")
    let fourth = names.take(in: "validator")
    #expect([third.text, fourth.text] == ["node-1.1", "node-1.2"])
  }

  @Test("A process that joins as often as before has the names of before")
  func restart() {
    func start() -> [String] {
      let names = InstanceNames("node-1")
      let members = (0..<3).map { _ in names.take(in: "validator") }
      return members.map(\.text)
    }
    #expect(start() == start())
  }
}
