import Foundation

/// The contents of `keys.json`. All keys are base64; times are milliseconds since the epoch.
///
/// A field is never renamed: a ring outlives many versions of the program.
struct KeyRingFile: Codable, Equatable {
  /// The layout that this code writes.
  static let formatNewest = 1

  var format = KeyRingFile.formatNewest
  var ledgerID: String
  var chainKeys: [ChainKeyEntry]
  var directoryKey: Data
  var idKey: Data
  var receiptKey: Data
  var months: [MonthEntry] = []

  struct ChainKeyEntry: Codable, Equatable {
    var id: UInt32
    var key: Data
  }

  struct MonthEntry: Codable, Equatable {
    var month: String
    var publicKey: Data
    var privateKey: Data?
    var fingerprintKey: Data?
    var digestKey: Data?
    var sealUntil: Int64
    var acceptUntil: Int64
    var destroyed: Int64?
  }
}
