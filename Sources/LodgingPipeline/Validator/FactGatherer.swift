import LodgingDomain
import LodgingWire

/// Looks up everything that deciding a step's events takes, in one batch, before any of them is decided.
///
/// It owns the only opened identities of the process; they end with the step.
struct FactGatherer {
  private let keys: any KeyRing
  private let directory: any ResidentDirectory
  private let plainIsAllowed: Bool
  private var opener = IdentityOpener()
  private var digests = ContentDigest()
  private var fingerprints: DirectoryFingerprints

  private var questions: [ResidentQuestion] = []
  private var askers: [Int] = []
  private var numbers: [PersonalNumber?] = []
  private var answers: [ResidentAnswer] = []

  init(keys: any KeyRing, directory: any ResidentDirectory, plainIsAllowed: Bool) {
    self.keys = keys
    self.directory = directory
    self.plainIsAllowed = plainIsAllowed
    fingerprints = DirectoryFingerprints(key: keys.directoryKey)
  }
}
