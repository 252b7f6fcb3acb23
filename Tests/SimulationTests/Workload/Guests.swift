import LodgingDomain
import LodgingTesting

/// Guests of the simulation: a handful of synthetic people, so that the same document turns up in several stays.
struct Guests {
  struct Guest {
    var identity: GuestIdentity
    var kind: GuestKind
    var nationality: Nationality
    var isMinor = false
    var problems: CodeSet = []
    var isDeadly = false
  }

  /// The personal number that takes validators down.
  static let deadlyNumber = "001090999999"

  /// The personal numbers of everybody who has one.
  static let numbers: [PersonalNumber] = (0..<serials).flatMap { serial in
    [firstYear + serial, wrongYear, minorYear].compactMap { PersonalNumber(prefix: 1, sex: .male, birthYear: $0, serial: serial) }
  }

  private static let serials = 30
  private static let firstYear = 1960
  private static let wrongYear = 1980
  private static let minorYear = 2015

  /// Draws a guest; one in twelve has something wrong.
  static func draw(_ random: inout SeededGenerator, deadly: Bool) -> Guest? {
    if deadly { return citizen(serial: 999_999, year: 1990) }
    let serial = random.below(serials)
    switch random.below(24) {
    case 0: return with(citizen(serial: serial, year: wrongYear), problem: .fieldMissing) { $0.fullName = "" }
    case 1: return with(citizen(serial: serial, year: wrongYear), problem: .documentNumberMalformed) { $0.documentNumber = "12" }
    case 2, 3, 4: return foreigner(serial: serial)
    case 5, 6: return citizen(serial: serial, year: minorYear)
    case 7: return withoutPaper(serial: serial)
    default: return citizen(serial: serial, year: firstYear + serial)
    }
  }

  private static func citizen(serial: Int, year: Int) -> Guest? {
    guard let number = PersonalNumber(prefix: 1, sex: .male, birthYear: year, serial: serial),
      let birth = try? PartialDate(year: year, month: 1, day: 2)
    else { return nil }
    let identity = GuestIdentity(
      fullName: "NGUYỄN MẪU \(serial)", birthDate: birth, sex: .male, documentKind: .chipCard, documentNumber: number.digits)
    return Guest(
      identity: identity, kind: .citizen, nationality: .vietnam, isMinor: year == minorYear, isDeadly: number.digits == deadlyNumber)
  }

  private static func foreigner(serial: Int) -> Guest? {
    guard let birth = try? PartialDate(year: 1970 + serial, month: 5, day: 6) else { return nil }
    let identity = GuestIdentity(
      fullName: "ERIKA MUSTER", birthDate: birth, sex: .female, documentKind: .passport, documentNumber: "C0\(1_000_000 + serial)")
    return Guest(identity: identity, kind: .foreigner, nationality: .germany)
  }

  private static func withoutPaper(serial: Int) -> Guest? {
    guard var guest = citizen(serial: serial, year: 1975) else { return nil }
    guest.identity.documentKind = .noDocument
    guest.identity.documentNumber = ""
    guest.identity.noDocumentReason = .lost
    return guest
  }

  private static func with(_ guest: Guest?, problem: Code, _ change: (inout GuestIdentity) -> Void) -> Guest? {
    guard var guest else { return nil }
    change(&guest.identity)
    guest.problems.insert(problem)
    return guest
  }
}
