import LodgingPipeline
import LodgingStore

extension NoticeBook {
  /// Makes a book of a register's notices, of which nothing is known yet.
  convenience init(of keys: FileKeyRing) { self.init(hasher: keys.noticeHasher, keys: keys) }
}
