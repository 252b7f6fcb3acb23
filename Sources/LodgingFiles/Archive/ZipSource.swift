import CZip
import Foundation

/// What libzip reads an archive through.
///
/// libzip holds one reference to it until it frees its source.
final class ZipSource {
  private let source: any ByteSource
  private var position = 0
  private var readsLeft: Int?
  private var error = zip_error_t()
  /// What went wrong below libzip, or by its asking for too much.
  private(set) var failure: ImportError?

  init(_ source: any ByteSource) {
    self.source = source
    zip_error_init(&error)
  }

  deinit { zip_error_fini(&error) }

  /// Bounds what may be read from here on, in bytes; nil lifts the bound.
  func bound(reads: Int?) { readsLeft = reads }

  /// The source in libzip's form; nil where there is no memory.
  func makeHandle() -> OpaquePointer? {
    let context = Unmanaged.passRetained(self)
    guard let handle = zip_source_function_create(Self.callback, context.toOpaque(), nil) else {
      context.release()
      return nil
    }
    return handle
  }

  /// The commands that are answered, as bits.
  private static let supported: Int64 = [
    ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK,
    ZIP_SOURCE_TELL,
    ZIP_SOURCE_SUPPORTS,
  ].reduce(0) { $0 | Int64(1) << Int64($1.rawValue) }

  private static let callback: zip_source_callback = { context, data, length, command in
    guard let context else { return -1 }
    let unmanaged = Unmanaged<ZipSource>.fromOpaque(context)
    guard command != ZIP_SOURCE_FREE else {
      unmanaged.release()
      return 0
    }
    return unmanaged.takeUnretainedValue().answer(command, data, length)
  }

  private func answer(_ command: zip_source_cmd_t, _ data: UnsafeMutableRawPointer?, _ length: zip_uint64_t) -> zip_int64_t {
    switch command {
    case ZIP_SOURCE_OPEN:
      position = 0
      return 0
    case ZIP_SOURCE_READ:
      return read(UnsafeMutableRawBufferPointer(start: data, count: data == nil ? 0 : Int(clamping: length)))
    case ZIP_SOURCE_CLOSE:
      return 0
    case ZIP_SOURCE_STAT:
      guard let data, length >= MemoryLayout<zip_stat_t>.size else { return fail(ZIP_ER_INVAL) }
      let status = data.assumingMemoryBound(to: zip_stat_t.self)
      zip_stat_init(status)
      status.pointee.size = zip_uint64_t(source.byteCount)
      status.pointee.valid = zip_uint64_t(ZIP_STAT_SIZE)
      return zip_int64_t(MemoryLayout<zip_stat_t>.size)
    case ZIP_SOURCE_ERROR:
      return zip_error_to_data(&error, data, length)
    case ZIP_SOURCE_SEEK:
      guard let data else { return fail(ZIP_ER_INVAL) }
      let place = zip_source_seek_compute_offset(zip_uint64_t(position), zip_uint64_t(source.byteCount), data, length, &error)
      guard place >= 0 else { return -1 }
      position = Int(place)
      return 0
    case ZIP_SOURCE_TELL:
      return zip_int64_t(position)
    case ZIP_SOURCE_SUPPORTS:
      return Self.supported
    default:
      return fail(ZIP_ER_OPNOTSUPP)
    }
  }

  private func read(_ buffer: UnsafeMutableRawBufferPointer) -> zip_int64_t {
    do throws(ImportError) {
      let count = try source.read(at: position, into: buffer)
      position += count
      if let left = readsLeft {
        guard count <= left else { throw .tooLarge(.archiveDirectory, row: nil) }
        readsLeft = left - count
      }
      return zip_int64_t(count)
    } catch {
      failure = error
      return fail(ZIP_ER_READ)
    }
  }

  private func fail(_ code: Int32) -> zip_int64_t {
    zip_error_set(&error, code, 0)
    return -1
  }
}
