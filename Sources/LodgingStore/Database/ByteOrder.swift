import Glibc

extension UnsafeRawBufferPointer {
  /// How these bytes are to others in SQLite's own order, which is that of their values: below 0, 0 for equal bytes, above 0.
  func order(to other: UnsafeRawBufferPointer) -> Int {
    let common = Swift.min(count, other.count)
    if common > 0, let mine = baseAddress, let theirs = other.baseAddress {
      let order = memcmp(mine, theirs, common)
      if order != 0 { return Int(order) }
    }
    return count - other.count
  }
}
