/// How full a unit is: sums over its establishments, so that a unit's figures are the sum of its children's.
public struct Occupancy: Hashable, Sendable {
  /// Guests who checked in and whose planned departure lies ahead.
  public var present = 0
  /// Guests whose planned departure has passed.
  public var overdue = 0
  /// Open stays whose guest is taken to have left.
  public var presumedLeft = 0
  /// Guests who are citizens.
  public var citizens = 0
  /// Guests who are foreigners.
  public var foreigners = 0
  /// Guests under eighteen.
  public var minors = 0
  /// Rooms in which there is a guest; guests without a room label are not counted here.
  public var roomsInUse = 0
  /// Rooms that open establishments have.
  public var rooms = 0
  /// Beds that open establishments have.
  public var beds = 0
  /// Open establishments.
  public var establishments = 0

  /// Guests: present and overdue; equals citizens and foreigners.
  public var guests: Int { present + overdue }

  /// Nobody anywhere.
  public init() {}

  /// Counts one establishment.
  public init(of establishment: EstablishmentState) {
    var labels: Set<String> = []
    for (_, stay) in establishment.stays {
      switch stay.presence {
      case .present: present += 1
      case .overdue: overdue += 1
      case .presumedLeft:
        presumedLeft += 1
        continue
      }
      if stay.guestKind == .citizen { citizens += 1 } else { foreigners += 1 }
      if stay.isMinor { minors += 1 }
      if !stay.room.isEmpty { labels.insert(stay.room) }
    }
    roomsInUse = labels.count
    if establishment.status == .open {
      establishments = 1
      rooms = Int(establishment.details.rooms)
      beds = Int(establishment.details.beds)
    }
  }

  /// Adds figure by figure.
  public static func + (left: Occupancy, right: Occupancy) -> Occupancy { left.combined(with: right, +) }

  /// Subtracts figure by figure; the difference of two counts may be negative.
  public static func - (left: Occupancy, right: Occupancy) -> Occupancy { left.combined(with: right, -) }

  private func combined(with other: Occupancy, _ operation: (Int, Int) -> Int) -> Occupancy {
    var result = Occupancy()
    result.present = operation(present, other.present)
    result.overdue = operation(overdue, other.overdue)
    result.presumedLeft = operation(presumedLeft, other.presumedLeft)
    result.citizens = operation(citizens, other.citizens)
    result.foreigners = operation(foreigners, other.foreigners)
    result.minors = operation(minors, other.minors)
    result.roomsInUse = operation(roomsInUse, other.roomsInUse)
    result.rooms = operation(rooms, other.rooms)
    result.beds = operation(beds, other.beds)
    result.establishments = operation(establishments, other.establishments)
    return result
  }
}
