import Foundation
import LodgingTesting
import TestThreads
import Testing

@Suite("Questions that commands ask on a cluster", .onOwnThread, .serialized)
struct ClusterQuestionTests {
  @Test("A folder with nothing but keys answers all that was decided, and one that cannot be written to says what it lacks")
  func fresh() throws {
    let register = try ClusterRegister(partitions: 2)
    let (cluster, scratch) = (register.cluster, register.scratch)
    let validator = try cluster.node("validator", data: scratch.file("v"), keys: register.seed)
    try register.waitUntilDeciding(validator)
    try register.openEstablishments()
    #expect(try register.importGuests(0..<5, to: "HN-0001").count == 5)
    try cluster.produce([1, 2, 3], key: "HN-0001", to: "stay-events", "-p", "\(register.partition(of: "HN-0001"))")
    // Its verdict comes behind the garbage, so that is decided too.
    #expect(try register.importGuests(10..<12, to: "HN-0001").count == 2)

    func ask(_ words: [String], folder: String) throws -> LodgingProcess.Outcome {
      let data = scratch.file(folder)
      if !FileManager.default.fileExists(atPath: data) {
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: register.seed + "/keys.json", toPath: data + "/keys.json")
      }
      return try cluster.run(words + ["--json"], data: data)
    }
    let seed = try cluster.run("stays", "--establishment", "HN-0001", "--json", data: register.seed).rows
    let questions: [(words: [String], rows: Int)] = [
      (["quarantine", "list"], 1), (["stays", "--establishment", "HN-0001"], seed.count), (["establishments", "show", "HN-0001"], 1),
      (["stays", "--establishment", "HN-0001", "--purpose", "a test"], seed.count),
    ]
    for (number, question) in questions.enumerated() {
      let answer = try ask(question.words, folder: "fresh-\(number)")
      #expect(answer.status == 0 && answer.rows.count == question.rows, "\(question.words): \(answer.output)\(answer.errors)")
    }
    let occupancy = try #require(try ask(["occupancy", "e:HN-0001"], folder: "fresh-occupancy").rows.first)
    #expect(occupancy["guests"] as? Int == seed.count && occupancy["unfolded"] as? Int == 0, "\(occupancy)")

    // Where another process folds into the folder, or holds its lock, what is there answers and says how far it is.
    let held = scratch.file("held")
    _ = try ask(["alerts"], folder: "held")
    #expect(try register.importGuests(20..<22, to: "HN-0001").count == 2)
    let lock = open(held + "/projections.lock", O_RDWR)
    #expect(lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0)
    defer { close(lock) }
    let behind = try ask(["stays", "--establishment", "HN-0001"], folder: "held")
    #expect(behind.rows.count == seed.count && behind.errors.contains("not folded into the register"), "\(behind.output)\(behind.errors)")
    #expect(validator.end().status == 0)
  }
}
