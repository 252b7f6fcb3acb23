public import LodgingDomain

/// Where a stay stands in the register, closed stays included; the raw value is stored.
public enum RecordedPresence: UInt8, CaseIterable, Sendable {
  /// Checked in, and the planned departure lies ahead.
  case present = 1
  /// The planned departure has passed and nobody said that the guest left.
  case overdue = 2
  /// The guest is taken to have left; corrections are still taken.
  case presumedLeft = 3
  /// The guest left.
  case departed = 4
  /// The stay never was.
  case cancelled = 5
  /// Presumed left for so long that no correction is taken any more.
  case expired = 6

  /// Where a stay stands after a change; `presence` is that of its last form.
  public init(after change: StayChange, presence: Presence) {
    switch change {
    case .departed: self = .departed
    case .cancelled: self = .cancelled
    case .expired: self = .expired
    case .opened, .amended, .changed, .presenceChanged:
      self =
        switch presence {
        case .present: .present
        case .overdue: .overdue
        case .presumedLeft: .presumedLeft
        }
    }
  }

  /// The name in files and interfaces.
  public var name: String {
    switch self {
    case .present, .overdue, .presumedLeft: presence?.name ?? ""
    case .departed: "departed"
    case .cancelled: "cancelled"
    case .expired: "expired"
    }
  }

  /// The presence of an open stay; nil for a closed one.
  public var presence: Presence? {
    switch self {
    case .present: .present
    case .overdue: .overdue
    case .presumedLeft: .presumedLeft
    case .departed, .cancelled, .expired: nil
    }
  }
}
