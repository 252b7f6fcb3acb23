import Glibc

/// Measures and prints what one record costs, and refuses a figure of work that was not done.
struct Measurement {
  /// Records of one pass.
  let records: Int
  /// What is measured must have this in its name; everything has the empty text.
  let filter: String
  private let passes = 7

  /// Runs `pass` several times and prints the fastest and the median pass in nanoseconds a record.
  ///
  /// The time is the thread's own on a processor, so that other programs on the machine count as little as may be.
  ///
  /// - Parameters:
  ///   - name: What is measured.
  ///   - pass: Handles every record once and returns how many it handled rightly.
  /// - Throws: `Miscount` where a pass did less than its work, and what `pass` throws.
  func run(_ name: String, _ pass: () throws -> Int) throws {
    guard filter.isEmpty || name.contains(filter) else { return }
    var times: [Double] = []
    for _ in 0..<passes {
      let start = Self.threadTime()
      let counted = try pass()
      let elapsed = Self.threadTime() - start
      guard counted == records else { throw Miscount(name: name, expected: records, counted: counted) }
      times.append(elapsed)
    }
    times.sort()
    let fastest = Int((times[0] / Double(records)).rounded())
    let median = Int((times[times.count / 2] / Double(records)).rounded())
    let label = name + String(repeating: " ", count: max(1, 58 - name.count))
    print("\(label) fastest \(fastest) ns, median \(median) ns")
  }

  /// The processor time of this thread in nanoseconds.
  private static func threadTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
  }
}

/// A pass that handled fewer or more records than there are.
struct Miscount: Error {
  let name: String
  let expected: Int
  let counted: Int
}

/// Records in one piece of memory, as a log hands them over.
struct Records {
  private(set) var bytes: [UInt8] = []
  private(set) var places: [Range<Int>] = []

  /// The mean size of a record in bytes.
  var meanSize: Int { places.isEmpty ? 0 : bytes.count / places.count }

  /// Adds the record that `write` appends.
  mutating func add(_ write: (inout [UInt8]) throws -> Void) rethrows {
    let start = bytes.count
    try write(&bytes)
    places.append(start..<bytes.count)
  }

  /// Counts the records for which `body` is true.
  func count(where body: (UnsafeRawBufferPointer) throws -> Bool) rethrows -> Int {
    try bytes.withUnsafeBytes { all in
      var counted = 0
      for place in places where try body(UnsafeRawBufferPointer(rebasing: all[place])) { counted += 1 }
      return counted
    }
  }

  /// What `body` makes of each record.
  func map<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> [Result] {
    try bytes.withUnsafeBytes { all in try places.map { try body(UnsafeRawBufferPointer(rebasing: all[$0])) } }
  }
}
