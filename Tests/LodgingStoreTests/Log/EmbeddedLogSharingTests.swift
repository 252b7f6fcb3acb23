import Dispatch
import Foundation
import LodgingPipeline
import LodgingTesting
import Testing

@testable import LodgingStore

/// Two objects on one folder are to each other what two processes are: they share the files and nothing else.
@Suite("Several processes on one embedded log")
struct EmbeddedLogSharingTests {
  let folder: LogFolder
  let one: EmbeddedLog
  let other: EmbeddedLog
  let place = TopicPartition(.events, 0)

  init() throws {
    folder = try LogFolder()
    one = try folder.open()
    other = try folder.open()
  }

  @Test("They append in turns without a hole or a repeated offset, each to an end that the other moved")
  func interleaving() throws {
    let logs = [one, other]
    DispatchQueue.concurrentPerform(iterations: 2) { index in
      for round in 0..<100 {
        #expect(throws: Never.self) { try logs[index].append(["\(index) \(round)", "\(index) \(round)+"], to: place) }
      }
    }
    let texts = try one.texts(place)
    #expect(texts.count == 400)
    for index in 0..<2 {
      #expect(texts.filter { $0.hasPrefix("\(index) ") } == (0..<100).flatMap { ["\(index) \($0)", "\(index) \($0)+"] })
    }
  }

  @Test("A commit of one ends the wait of the other")
  func waiting() throws {
    let deadline = ContinuousClock.now + .seconds(120)
    DispatchQueue.concurrentPerform(iterations: 2) { index in
      #expect(throws: Never.self) {
        if index == 0 { return try #expect(one.append(["a"], to: place) == [0]) }
        while try other.bounds(of: place).end == 0, ContinuousClock.now < deadline {
          try other.waitForRecords(after: [place: 0], timeout: .seconds(120))
        }
      }
    }
    #expect(try other.texts(place) == ["a"])
  }

  @Test("One holds the group's lock at a time, and the other takes over when it is given back")
  func lock() throws {
    let first = try one.join(group: "validator", topic: .events)
    let second = try other.join(group: "validator", topic: .events)
    #expect(try first.poll(timeout: .zero) == .assigned([0, 1, 2, 3]))
    #expect(try second.poll(timeout: .milliseconds(30)) == nil)
    #expect(FileManager.default.fileExists(atPath: "\(folder.path)/validator.lock"))
    first.leave()
    #expect(try second.poll(timeout: .seconds(60)) == .assigned([0, 1, 2, 3]))
    #expect(try first.poll(timeout: .seconds(60)) == nil)
  }

  @Test("A member whose lock file was deleted owns nothing any more and hears of it")
  func deletedLock() throws {
    let first = try one.join(group: "validator", topic: .events)
    #expect(try first.poll(timeout: .zero) == .assigned([0, 1, 2, 3]))
    try FileManager.default.removeItem(atPath: "\(folder.path)/validator.lock")
    #expect(try !first.confirmOwnership(of: 0, position: 0))
    let second = try other.join(group: "validator", topic: .events)
    #expect(try second.poll(timeout: .zero) == .assigned([0, 1, 2, 3]))
    #expect(try first.poll(timeout: .seconds(60)) == .revoked([0, 1, 2, 3]))
    #expect(try first.poll(timeout: .zero) == nil)
    #expect(try second.confirmOwnership(of: 3, position: 0))
  }

  @Test("A lock file that cannot be made is an error that may pass, and a group's name stays inside the folder")
  func impossibleLock() throws {
    #expect(throws: LogError.self) { try one.join(group: "../validator", topic: .events) }
    #expect(throws: LogError.self) { try one.join(group: "", topic: .events) }
    let member = try one.join(group: "validator", topic: .events)
    try FileManager.default.createDirectory(atPath: "\(folder.path)/validator.lock", withIntermediateDirectories: false)
    #expect(throws: LogError.self) { try member.poll(timeout: .zero) }
  }
}
