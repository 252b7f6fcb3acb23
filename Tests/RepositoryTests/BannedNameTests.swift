import Testing

struct BannedNameTests {
  private func lines(_ path: String, _ text: String) -> [Int?] {
    BannedName.violations(in: RepositoryFile(path: path, text: text)).map(\.line)
  }

  @Test(
    "Each banned name is found where it is banned, with its replacement",
    arguments: [
      ("Sources/LodgingDomain/A.swift", "let a = Date()"), ("Sources/LodgingDomain/A.swift", "let a = UUID()"),
      ("Sources/LodgingDomain/A.swift", "let a = Int.random(in: 0..<1)"), ("Sources/LodgingDomain/A.swift", "print(1)"),
      ("Sources/LodgingDomain/A.swift", "let t = ContinuousClock.now"), ("Sources/LodgingStore/A.swift", "  print(1)"),
      ("Sources/lodging/A.swift", "let a = try! b()"), ("Sources/LodgingWire/A.swift", "let a = b as! C"),
      ("Sources/KafkaClient/A.swift", "guard a else { fatalError() }"),
      ("Tests/AnyTests/A.swift", "try await Task.sleep(for: .seconds(1))"),
      ("Tests/AnyTests/A.swift", "Thread.sleep(forTimeInterval: 1)"), ("Tests/AnyTests/A.swift", "usleep(5)"),
      ("Tests/AnyTests/A.swift", "sleep(1)"), ("Sources/LodgingDomain/A.swift", "let a = \"\\(Date())\""),
    ])
  func found(path: String, text: String) {
    let violations = BannedName.violations(in: RepositoryFile(path: path, text: "\n" + text))
    #expect(violations.map(\.line) == [2])
    #expect(violations.first?.message.contains("banned here: ") == true)
  }

  @Test(
    "What is allowed, commented or quoted is left alone",
    arguments: [
      ("Sources/LodgingStore/A.swift", "let a = Date()"), ("Sources/lodging/A.swift", "print(1)"),
      ("Sources/LodgingDomain/A.swift", "// Date() is banned"), ("Sources/LodgingDomain/A.swift", "let a = \"Date()\""),
      ("Sources/LodgingDomain/A.swift", "blueprint(1)"), ("Sources/LodgingDomain/A.swift", "pen.print(1)"),
      ("Sources/LodgingDomain/A.swift", "let a = birthDate()"), ("Sources/LodgingStore/A.swift", "let a = try? b()"),
      ("Tests/AnyTests/A.swift", "let a = try! b()"), ("Sources/LodgingWire/A.pb.swift", "fatalError()"),
    ])
  func leftAlone(path: String, text: String) {
    #expect(lines(path, text).isEmpty)
  }

  @Test("An allowance covers its file alone, and is refused where nothing needs it")
  func allowances() {
    let rules = [BannedName("fatalError(", in: ["Sources/"], instead: "throw", allowed: ["Sources/a/A.swift": "a reason"])]
    let used = RepositoryFile(path: "Sources/a/A.swift", text: "fatalError()")
    let other = RepositoryFile(path: "Sources/a/B.swift", text: "fatalError()")
    #expect(BannedName.violations(in: used, rules: rules).isEmpty)
    #expect(BannedName.violations(in: other, rules: rules).count == 1)
    #expect(BannedName.staleAllowances(files: [used], rules: rules).isEmpty)
    #expect(BannedName.staleAllowances(files: [RepositoryFile(path: used.path, text: "// fatalError()")], rules: rules).count == 1)
    #expect(BannedName.staleAllowances(files: [other], rules: rules).count == 1)
  }

  @Test("Marks of unfinished work are found in comments, and not inside longer words")
  func unfinishedMarks() {
    for mark in UnfinishedMarks.marks {
      #expect(UnfinishedMarks.violations(in: RepositoryFile(path: "A.swift", text: "a\n// \(mark): later")).map(\.line) == [2])
      #expect(UnfinishedMarks.violations(in: RepositoryFile(path: "A.swift", text: "let a\(mark)b = \(mark.lowercased())")).isEmpty)
    }
  }
}
