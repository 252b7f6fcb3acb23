import Testing

struct LengthRulesTests {
  private func lines(_ count: Int) -> String { String(repeating: "  a()\n", count: count) }

  @Test("A function of 70 lines is taken and one of 71 refused, whatever it is")
  func functions() {
    for head in ["func a()", "init(b: Int)", "init?<T>(c: T)", "deinit", "subscript(d: Int) -> Int", "var e: Int", "static func + (f: G)"] {
      let taken = RepositoryFile(path: "A.swift", text: "\(head) {\n\(lines(68))}\n")
      let refused = RepositoryFile(path: "A.swift", text: "struct S {\n\(head) {\n\(lines(69))}\n}\n")
      #expect(LengthRules.functionViolations(in: taken).isEmpty, "\(head)")
      #expect(LengthRules.functionViolations(in: refused).map(\.line) == [2], "\(head)")
    }
  }

  @Test("Lengths run from the keyword to the closing brace, past braces in defaults, strings and comments")
  func measuring() {
    let source = """
      protocol P {
        func required(a: Int) -> Int
        var b: Int { get }
        init(c: Int)
      }
      struct S {
        let closure = { 1 }
        var stored = [1].map { $0 }
        func d(
          e: () -> Void = {}
        ) throws -> String where T: P {
          // }
          func inner() { }
          return "}"
        }
        var computed: Int { 1 }
      }
      """
    #expect(
      SwiftFunctions.lengths(in: source) == [
        SwiftFunctions.Length(name: "b", line: 3, lines: 1), SwiftFunctions.Length(name: "d", line: 9, lines: 7),
        SwiftFunctions.Length(name: "inner", line: 13, lines: 1), SwiftFunctions.Length(name: "computed", line: 16, lines: 1),
      ])
  }

  @Test("Generated files may be of any length")
  func generated() {
    let file = RepositoryFile(path: "A.pb.swift", text: "func a() {\n\(lines(600))}\n")
    #expect(LengthRules.functionViolations(in: file).isEmpty)
    #expect(LengthRules.fileViolations([file]).isEmpty)
  }

  @Test("A file of 500 lines is taken and one of 501 refused; a listed one may not grow, and leaves the list once it is short")
  func files() {
    func file(_ count: Int) -> RepositoryFile { RepositoryFile(path: "A.swift", text: lines(count)) }
    #expect(LengthRules.fileViolations([file(500)]).isEmpty)
    #expect(LengthRules.fileViolations([file(501)]).count == 1)
    #expect(LengthRules.fileViolations([file(600)], longFiles: ["A.swift": 600]).isEmpty)
    #expect(LengthRules.fileViolations([file(601)], longFiles: ["A.swift": 600]).count == 1)
    #expect(LengthRules.fileViolations([file(500)], longFiles: ["A.swift": 600]).count == 1)
    #expect(LengthRules.fileViolations([], longFiles: ["A.swift": 600]).count == 1)
  }
}
