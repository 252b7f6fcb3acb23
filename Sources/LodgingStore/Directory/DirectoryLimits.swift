/// Sizes that the resident directory holds itself to.
package enum DirectoryLimits {
  /// The most rows of one table.
  package static let rowsMax = 1 << 30
  /// Bytes that share one checksum.
  package static let blockBytes = 1 << 20
  /// The header's bytes; everything after it begins at a multiple of this.
  package static let pageBytes = 4096
  /// Files up to this size are verified whole when they are opened; larger ones when they are written and on demand.
  package static let verifiedOnOpenBytesMax = 64 << 20
  /// The most rows of a delta, the small file over the base that makes small loads quick.
  ///
  /// A base of fewer rows is rewritten each time.
  package static let deltaRowsMax = 1 << 20
  /// Of 100 home slots so many are filled.
  package static let loadPercent: UInt64 = 80
}
