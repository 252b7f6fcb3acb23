import Foundation
import TestThreads
import Testing

@Suite("Registering establishments as a process", .onProcessThread)
struct EstablishmentsTests {
  @Test("Rows that cannot be used say which fields, why, and what the value probably should be")
  func badRows() throws {
    let scratch = try ScratchFolder()
    let file = scratch.file("establishments.csv")
    let rows = [
      "id,name,kind,commune,remote,rooms,beds,status", "A-1,Inn,Hotel,00070,FALSE,1,2,Open", "A-2,Inn,castle,99999,maybe,-1,x,shut",
      "A-3,Inn,hotel,00001,false,1,2,open", "A-4,Inn,hotel",
    ]
    try rows.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
    let outcome = try LodgingProcess.run("establishments", "load", file, "--json", "--data", scratch.file("data"))
    #expect(outcome.status == 1)
    #expect(outcome.rows.map { $0["outcome"] as? String } == ["opened", "rejected", "rejected", "rejected"])
    #expect(outcome.rows.first?["commune"] as? String == "00070" && outcome.rows.first?["kind"] as? String == "hotel")
    let fields = outcome.rows.map { ($0["fields"] as? [[String: Any]] ?? []) }
    #expect(fields[1].map { $0["field"] as? String } == ["kind", "commune", "remote", "rooms", "beds", "status"])
    #expect(fields[1].allSatisfy { ($0["text"] as? String)?.isEmpty == false && ($0["text_vi"] as? String)?.isEmpty == false })
    #expect(fields[2].first?["repair"] as? String != nil, "a former commune has a successor")
    #expect(fields[3].map { $0["field"] as? String } == ["row"])
  }

  @Test("A commune that does not exist is refused by the validator too")
  func unknownCommune() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.file("data")
    let arguments = ["establishments", "open", "A-1", "--name", "Inn", "--kind", "hotel", "--data", folder]
    let refused = try LodgingProcess.run(arguments + ["--commune", "99999"])
    #expect(refused.status == 1)
    #expect(refused.errors.contains("field.invalid (commune)"))
    #expect(try LodgingProcess.run(arguments + ["--commune", "00070"]).status == 0)
  }

  @Test(
    "Results that nobody can take end the command with exit code 2 and words, help too",
    arguments: [["catalogue"], ["--help"], ["residents", "load", "--help"]])
  func fullOutput(_ arguments: [String]) throws {
    let outcome = try LodgingProcess.run(arguments, writingTo: "/dev/full")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("standard output"))
  }
}
