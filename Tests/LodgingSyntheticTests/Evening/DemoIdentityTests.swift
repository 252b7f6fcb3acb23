import LodgingDomain
import Testing

@testable import LodgingSynthetic

/// Holds the identities of the evening against the residents, by the domain's own comparisons.
@Suite("Demo identities")
struct DemoIdentityTests {
  /// Residents by their number.
  private static let residents: [String: SyntheticResident] = {
    let people = SyntheticWorld.country.people
    return Dictionary(uniqueKeysWithValues: (0..<people.count).map { (people.person(at: $0).number, people.person(at: $0)) })
  }()

  /// Check-ins of citizens who showed a card.
  private var cards: [(item: DemoItem, identity: GuestIdentity)] {
    SyntheticWorld.items.compactMap { item in
      guard case .event(let event, let identity?) = item.content, case .checkIn(let details) = event.body,
        details.nationality.isVietnamese, identity.documentKind.carriesPersonalNumber
      else { return nil }
      return (item, identity)
    }
  }

  @Test("personal numbers are valid but where they are malformed or missing, and in the register but where they are unknown")
  func numbers() {
    for (item, identity) in cards {
      let isMalformed = !item.deviations.isDisjoint(with: DeviationSet(.numberMalformed, .numberMissing))
      #expect(((try? PersonalNumber(identity.documentNumber)) == nil) == isMalformed)
      let isUnknown = isMalformed || item.deviations.contains(.unknownNumber)
      #expect((Self.residents[identity.documentNumber] == nil) == isUnknown)
    }
  }

  @Test("names, birth dates, sex and status differ from the register exactly where they should")
  func findings() throws {
    let compared = DeviationSet(
      .wordsSwapped, .wordMissing, .letterChanged, .otherName, .birthSwapped, .birthDiffers, .sexDiffers, .deceased, .documentRevoked,
      .documentLost)
    for (item, identity) in cards {
      guard let resident = Self.residents[identity.documentNumber], let date = identity.birthDate,
        let name = try? GuestName(identity.fullName), !item.deviations.contains(.birthInFuture)
      else { continue }
      var found: CodeSet = []
      switch name.compare(with: try GuestName(resident.fullName)) {
      case .exact: break
      case .accentsDiffer: #expect(item.deviations.contains(.accentsDropped))
      case .orderDiffers: found.insert(.directoryNameOrder)
      case .wordMissing: found.insert(.directoryNameWordMissing)
      case .differs: found.insert(.directoryNameDiffers)
      }
      switch date.compare(with: resident.birthDate) {
      case .same, .partialMatch: break
      case .swapped: found.insert(.directoryBirthDateSwapped)
      case .differs: found.insert(.directoryBirthDateDiffers)
      }
      if identity.sex != resident.sex { found.insert(.directorySexDiffers) }
      if let flag = resident.status.flag { found.insert(flag) }
      #expect(found == item.deviations.intersection(compared).codes)
    }
  }

  @Test("fields are missing exactly where they should")
  func missing() {
    for item in SyntheticWorld.items {
      guard case .event(let event, let identity?) = item.content, let details = event.stayDetails else { continue }
      let deviations = item.deviations
      #expect(identity.fullName.isEmpty == deviations.contains(.nameMissing))
      #expect((identity.birthDate == nil) == deviations.contains(.birthMissing))
      let hasNoPaper = !deviations.isDisjoint(with: DeviationSet(.documentNone, .documentReasonMissing))
      #expect((identity.documentKind == .noDocument) == hasNoPaper)
      #expect((identity.noDocumentReason != nil) == deviations.contains(.documentNone))
      #expect(identity.documentNumber.isEmpty == (hasNoPaper || deviations.contains(.numberMissing)))
      let isReasonMissing = details.reason == 20 && identity.reasonText.isEmpty
      #expect(isReasonMissing == deviations.contains(.reasonTextMissing))
    }
  }

  @Test("a document is past its last day exactly where it should be")
  func expired() {
    for item in SyntheticWorld.items {
      guard case .event(let event, let identity?) = item.content, let details = event.stayDetails,
        item.deviations.isDisjoint(with: .rejecting)
      else { continue }
      let day = LocalZone.vietnam.date(at: details.arrivalRead(received: event.received))
      #expect((identity.documentExpiry.map { $0 < day } ?? false) == item.deviations.contains(.documentExpired))
    }
  }

  @Test("zones are whole but where a check digit is wrong, and say what was typed")
  func zones() throws {
    var read = 0
    for item in SyntheticWorld.items {
      guard case .event(_, let identity?) = item.content, !identity.machineReadableZone.isEmpty else { continue }
      let zone = try MachineReadableZone(parsing: identity.machineReadableZone, reference: EveningClock.day)
      #expect(zone.isValid == !item.deviations.contains(.checkDigitWrong))
      #expect(zone.documentNumber == identity.documentNumber)
      read += 1
    }
    #expect(read > 100)
  }
}
