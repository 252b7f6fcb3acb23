package import LodgingWire

extension FileKeyRing {
  /// Makes the hashes of notices.
  ///
  /// Its key follows from that of events' ids, as that of access keys does (``accessHasher``).
  package var noticeHasher: NoticeHasher { NoticeHasher(ringKey: eventIDKey) }
}
