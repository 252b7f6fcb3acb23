import LodgingDomain
import LodgingPipeline
import LodgingWire

/// Stays that outlive their month.
extension Judge {
  /// Whether a stay was sealed anew when it had to be, to the right month, and as the guest who was told last.
  mutating func judge(_ reseal: LedgerLine.Reseal, now: Int64, _ partition: Int, _ model: inout RegisterModel) throws {
    let place = "partition \(partition), stay \(reseal.stay.low)"
    let time = Instant(milliseconds: now)
    let key = RegisterModel.Key(establishment: reseal.establishment, id: reseal.stay)
    guard let stay = model.stays[key], stay.isOpen(at: now) else { throw fail("\(place): sealed anew though it is not open") }
    guard model.ring.standing(of: stay.month, at: time) == .expired else { throw fail("\(place): sealed anew too early, or again") }
    guard reseal.sealed.month == KeyMonth(at: time) else { throw fail("\(place): sealed anew to another month than the one that it is") }
    guard let keys = model.ring.keys(of: reseal.sealed.month) else { throw fail("\(place): sealed anew to a month without a key") }
    let opener = IdentityOpener(envelopesMax: 2)
    guard let guest = opener.open(reseal.sealed, establishment: reseal.establishment, event: reseal.stay, keys: keys) else {
      throw fail("\(place): what was sealed anew does not open")
    }
    guard guest == stay.identity else { throw fail("\(place): another guest was sealed anew than was told last") }
    guard reseal.hasDigest else { throw fail("\(place): the check-in's digest got lost although all keys are there") }
    model.reseal(key, to: reseal.sealed.month)
    coverage.note(.resealed)
  }

  /// Whether every open stay was sealed anew in the end whose month has accepted nothing for an hour.
  func judgeEnd(_ model: RegisterModel, now: Int64, _ partition: Int) throws {
    let before = Instant(milliseconds: now - RegisterModel.hour)
    for (key, stay) in model.stays where stay.isOpen(at: now) && model.ring.standing(of: stay.month, at: before) == .expired {
      throw fail("partition \(partition), stay \(key.id.low): nobody sealed it anew")
    }
  }
}
