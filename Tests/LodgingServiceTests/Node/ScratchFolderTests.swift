import Foundation
import LodgingService
import Testing

@Suite("Folders for a while")
struct ScratchFolderTests {
  @Test("An old folder whose process was killed is removed by the next one of its purpose; one in use, and one of today, are not")
  func removesLeftOnes() throws {
    let purpose = "probe\(UInt32.random(in: 0 ... .max))"
    let used = try ScratchFolder(purpose)
    let parent = FileManager.default.temporaryDirectory
    let left = parent.appendingPathComponent("lodging-\(purpose)-killed")
    let young = parent.appendingPathComponent("lodging-\(purpose)-youngs")
    for folder in [left, young] {
      try FileManager.default.createDirectory(at: folder.appendingPathComponent("inside"), withIntermediateDirectories: true)
    }
    for path in [left.path, used.path] {
      try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -7200)], ofItemAtPath: path)
    }
    let next = try ScratchFolder(purpose)
    #expect([left.path, young.path, used.path, next.path].map(FileManager.default.fileExists) == [false, true, true, true])
    for folder in [used, next] { folder.remove() }
    try FileManager.default.removeItem(at: young)
    #expect(!FileManager.default.fileExists(atPath: next.path))
  }
}
