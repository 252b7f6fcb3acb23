/// A point on the earth's surface as a unit vector.
///
/// Sine and arc sine are series of plain arithmetic, because the standard library has none and results must not depend on a machine's
/// mathematics library. Their error is below 10^-14, which is less than a micrometre on the ground.
struct SpherePoint: Sendable {
  private let x: Double
  private let y: Double
  private let z: Double

  /// The mean radius of the earth in kilometres (IUGG).
  private static let earthRadius = 6371.0088

  /// Makes a point from degrees north, -90 to 90, and degrees east, -180 to 180.
  init(latitude: Double, longitude: Double) {
    let (phi, lambda) = (latitude * .pi / 180, longitude * .pi / 180)
    x = Self.cosine(phi) * Self.cosine(lambda)
    y = Self.cosine(phi) * Self.sine(lambda)
    z = Self.sine(phi)
  }

  /// The great-circle distance in kilometres.
  func distance(to other: SpherePoint) -> Double {
    let (dx, dy, dz) = (x - other.x, y - other.y, z - other.z)
    let halfChord = (dx * dx + dy * dy + dz * dz).squareRoot() / 2
    return 2 * Self.arcSine(min(1, halfChord)) * Self.earthRadius
  }

  /// The sine of an angle between -pi and pi.
  static func sine(_ angle: Double) -> Double {
    // Reflected into -pi/2...pi/2, where the Taylor series needs few terms.
    let reduced = angle > .pi / 2 ? .pi - angle : angle < -.pi / 2 ? -.pi - angle : angle
    var term = reduced
    var sum = reduced
    for step in 1...12 {
      term *= -reduced * reduced / Double(2 * step * (2 * step + 1))
      sum += term
    }
    return sum
  }

  /// The cosine of an angle between -pi and pi.
  static func cosine(_ angle: Double) -> Double {
    sine(.pi / 2 - abs(angle))
  }

  /// The arc sine of a value between 0 and 1.
  static func arcSine(_ value: Double) -> Double {
    guard value <= 0.5 else { return .pi / 2 - 2 * arcSine(((1 - value) / 2).squareRoot()) }
    var term = value
    var sum = value
    for step in 1...26 {
      term *= value * value * Double(2 * step - 1) / Double(2 * step)
      sum += term / Double(2 * step + 1)
    }
    return sum
  }
}
