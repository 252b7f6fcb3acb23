import CZip

/// An open zip archive of which parts can be read one after the other.
///
/// It owns libzip's handle.
final class ZipArchive {
  private let handle: OpaquePointer
  private let source: ZipSource
  /// How many bytes may still be unpacked.
  fileprivate var unzippedBytesLeft: Int

  /// How often libzip may read the tail of the file while it looks for the directory.
  private static let tailReadsMax = 4

  /// Opens an archive.
  ///
  /// - Throws: `ImportError.truncated`, `.malformed(.archive)`, `.tooLarge(.archiveDirectory)`, and what the source throws.
  init(_ bytes: any ByteSource, limits: ImportLimits) throws(ImportError) {
    try ZipDirectory.check(bytes, limits: limits)
    source = ZipSource(bytes)
    unzippedBytesLeft = limits.unzippedBytesMax
    source.bound(reads: Self.tailReadsMax * (limits.archiveDirectoryBytesMax + 128 << 10))
    guard let sourceHandle = source.makeHandle() else { throw .malformed(.archive, line: nil) }
    guard let handle = zip_open_from_source(sourceHandle, ZIP_RDONLY, nil) else {
      zip_source_free(sourceHandle)
      throw source.failure ?? .malformed(.archive, line: nil)
    }
    self.handle = handle
    source.bound(reads: nil)
  }

  deinit { zip_discard(handle) }

  /// Opens a part by its name, upper and lower case being equal; nil where there is none.
  ///
  /// - Throws: `ImportError.encrypted`; `.malformed(.archive)` for a method of compression that workbooks do not use, since some of those
  ///   ask for
  ///   gigabytes of memory.
  func part(_ name: String) throws(ImportError) -> ZipPart? {
    let index = zip_name_locate(handle, name, zip_flags_t(ZIP_FL_NOCASE))
    guard index >= 0 else { return nil }
    var status = zip_stat_t()
    zip_stat_init(&status)
    guard zip_stat_index(handle, zip_uint64_t(index), 0, &status) == 0 else { throw .malformed(.archive, line: nil) }
    guard status.encryption_method == ZIP_EM_NONE else { throw .encrypted }
    guard Int32(status.comp_method) == ZIP_CM_STORE || Int32(status.comp_method) == ZIP_CM_DEFLATE else {
      throw .malformed(.archive, line: nil)
    }
    guard let file = zip_fopen_index(handle, zip_uint64_t(index), 0) else { throw source.failure ?? .malformed(.archive, line: nil) }
    return ZipPart(file, archive: self)
  }

  /// What to say about a read that failed.
  fileprivate var readFailure: ImportError { source.failure ?? .malformed(.archive, line: nil) }
}

/// An open part of an archive, unpacked as it is read.
///
/// It owns libzip's handle and keeps the archive open.
final class ZipPart {
  private let handle: OpaquePointer
  private let archive: ZipArchive

  fileprivate init(_ handle: OpaquePointer, archive: ZipArchive) {
    self.handle = handle
    self.archive = archive
  }

  deinit { zip_fclose(handle) }

  /// Reads and unpacks the next bytes.
  ///
  /// - Parameter bytes: Where they go; its length is the most that is read.
  /// - Returns: How many were read; 0 at the end, after the checksum was found right.
  /// - Throws: `ImportError.tooLarge(.unzipped)`, `.malformed(.archive)` for damaged data and a wrong checksum.
  func read(into bytes: inout [UInt8]) throws(ImportError) -> Int {
    let count = bytes.withUnsafeMutableBytes { buffer in
      buffer.baseAddress.map { zip_fread(handle, $0, zip_uint64_t(buffer.count)) } ?? 0
    }
    guard count >= 0 else { throw archive.readFailure }
    guard count <= archive.unzippedBytesLeft else { throw .tooLarge(.unzipped, row: nil) }
    archive.unzippedBytesLeft -= Int(count)
    return Int(count)
  }
}
