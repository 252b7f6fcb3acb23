import Foundation
import Testing

@testable import LodgingService

@Suite("A key ring that is older than the ledger")
struct StaleKeyRingTests {
  @Test("A copy from before a rotation makes no chain key, which would have the number of the one that is in use")
  func rotation() throws {
    let bench = try RegisterBench()
    let keys = URL(fileURLWithPath: bench.folder.keys)
    let old: Data
    do {
      let register = try bench.open()
      old = try Data(contentsOf: keys)
      let first = try KeyDesk(register).rotateChain()
      #expect(first.chainKey == 2 && first.rekeyed == first.partitions)
    }
    let new = try Data(contentsOf: keys)
    try bench.replaceKeys(by: old)
    let refusal = ServiceError.chainKeyMissing(path: bench.folder.keys, id: 2)
    #expect(throws: refusal) { try KeyDesk(try bench.open()).rotateChain() }
    #expect(try Data(contentsOf: keys) == old)
    try bench.replaceKeys(by: new)
    let second = try KeyDesk(try bench.open()).rotateChain()
    #expect(second.chainKey == 3 && second.rekeyed == second.partitions)
  }
}

extension RegisterBench {
  /// Puts another file in the key ring's place, as an operator copies one.
  fileprivate func replaceKeys(by bytes: Data) throws {
    let keys = URL(fileURLWithPath: folder.keys)
    try bytes.write(to: keys)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keys.path)
  }
}
