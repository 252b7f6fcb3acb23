import Foundation
import TestThreads
import Testing

@Suite("What commands say beside their results", .onProcessThread)
struct ProgressTests {
  @Test("Where nobody watches, progress is a line now and then and one at the end")
  func lines() throws {
    let scratch = try ScratchFolder()
    let arguments = ["residents", "generate", "--rows", "60000", "--out", scratch.file("residents.csv")]
    let quiet = try LodgingProcess.run(arguments).errors.split(separator: "\n")
    let busy = try LodgingProcess.run(arguments, environment: ["LODGING_PROGRESS_SECONDS": "0"]).errors.split(separator: "\n")
    #expect(quiet.last?.hasPrefix("residents: 100 %") == true && busy.last?.hasPrefix("residents: 100 %") == true)
    #expect(busy.count > 3 && quiet.count < busy.count)
  }

  @Test("Readers are told what is not in the answer where nobody decides")
  func freshness() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.file("data")
    _ = try LodgingProcess.run("establishments", "load", sample("establishments.csv"), "--data", folder)
    let row = try #require(try LodgingProcess.run("occupancy", "VN", "--json", "--data", folder).rows.first)
    #expect(row["waiting"] as? Int == 0 && row["lag_seconds"] as? Int != nil)
    let later = try LodgingProcess.run("occupancy", "VN", "--at", "2099-01-01T00:00:00+07:00", "--json", "--data", folder)
    #expect((later.rows.first?["note"] as? String)?.contains("has not reached") == true)
  }
}
