/// Where synthetic residents were registered at birth: the first three digits of a personal number.
///
/// The 63 province codes from before July 2025 hold for ever; the weights are rough shares of the population in a thousand.
enum BirthPlaces {
  /// Code and weight.
  static let all: [(code: UInt64, weight: Int)] = [
    (1, 84), (2, 9), (4, 6), (6, 4), (8, 8), (10, 8), (11, 6), (12, 5), (14, 13), (15, 9), (17, 9), (19, 13), (20, 8), (22, 14), (24, 19),
    (25, 15), (26, 12), (27, 14), (30, 20), (31, 21), (33, 13), (34, 19), (35, 9), (36, 18), (37, 10), (38, 38), (40, 35), (42, 13),
    (44, 9),
    (45, 7), (46, 12), (48, 12), (49, 16), (51, 13), (52, 15), (54, 9), (56, 13), (58, 6), (60, 13), (62, 6), (64, 16), (66, 19), (67, 7),
    (68, 13), (70, 10), (72, 12), (74, 25), (75, 32), (77, 12), (79, 90), (80, 18), (82, 18), (83, 13), (84, 10), (86, 11), (87, 17),
    (89, 20),
    (91, 18), (92, 13), (93, 8), (94, 12), (95, 9), (96, 12),
  ]
}
