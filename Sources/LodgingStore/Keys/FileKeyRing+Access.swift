package import LodgingWire

extension FileKeyRing {
  /// Makes the hashes of access keys.
  ///
  /// Its key follows from that of events' ids, which every copy of the ring has from its first day and which is never rotated.
  package var accessHasher: AccessHasher { AccessHasher(ringKey: eventIDKey) }
}
