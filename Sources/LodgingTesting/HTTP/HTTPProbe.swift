import Foundation

/// Speaks HTTP/1.1 to a port of this machine as plainly as a test wants it: bytes in, bytes out, one connection a request.
public struct HTTPProbe: Sendable {
  /// The port.
  public var port: Int

  /// Makes a probe for a port.
  public init(port: Int) { self.port = port }

  /// A reply.
  public struct Reply: Sendable {
    /// The status.
    public var status: Int
    /// The header fields by their names in lower case.
    public var headers: [String: String]
    /// The body.
    public var body: [UInt8]

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as a JSON object; empty where it is none.
    public var object: [String: Any] {
      ((try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any]) ?? [:]
    }
  }

  /// What went wrong with a connection.
  public struct Failure: Error {
    /// What.
    public var what: String
  }

  /// Asks for a path and returns the reply; the waiting is done by a thread of its own.
  public func get(_ path: String, headers: [String: String] = [:]) async throws -> Reply {
    try await send("GET", path, headers: headers)
  }

  /// Sends a request without a body.
  public func send(_ method: String, _ path: String, headers: [String: String] = [:]) async throws -> Reply {
    try await onThread { try ask(method, path, headers: headers) }
  }

  /// Sends these bytes and returns the reply to them.
  public func send(raw: String) async throws -> Reply {
    try await onThread { try exchange(raw) }
  }

  /// The same as ``send(_:_:headers:)``, on the caller's thread.
  public func ask(_ method: String, _ path: String, headers: [String: String] = [:]) throws -> Reply {
    let fields = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }.joined()
    return try exchange("\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\(fields)\r\n")
  }

  private func onThread(_ body: @escaping @Sendable () throws -> Reply) async throws -> Reply {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
  }

  private func exchange(_ request: String) throws -> Reply {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(what: "no socket") }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(truncatingIfNeeded: port)).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected else { throw Failure(what: "connect: \(String(cString: strerror(errno)))") }
    var rest = Array(request.utf8)[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard sent > 0 else { break }
      rest = rest.dropFirst(sent)
    }
    return try read(descriptor, hasBody: !request.hasPrefix("HEAD "))
  }

  /// Reads one reply: to the length that it names, or to the connection's end.
  private func read(_ descriptor: Int32, hasBody: Bool) throws -> Reply {
    var bytes: [UInt8] = []
    var head: Range<Int>?
    var length: Int?
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      if head == nil, let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
        head = end
        length = hasBody ? Self.headers(bytes[..<end.lowerBound])["content-length"].flatMap { Int($0) } : 0
      }
      if let head, let length, bytes.count >= head.upperBound + length { break }
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    guard let head else { throw Failure(what: "no reply: \(String(decoding: bytes, as: UTF8.self))") }
    let lines = String(decoding: bytes[..<head.lowerBound], as: UTF8.self).split(separator: "\r\n")
    guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      throw Failure(what: "no status line")
    }
    return Reply(status: status, headers: Self.headers(bytes[..<head.lowerBound]), body: Array(bytes[head.upperBound...]))
  }

  private static func headers(_ bytes: some Collection<UInt8>) -> [String: String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").dropFirst().reduce(into: [:]) { fields, line in
      guard let colon = line.firstIndex(of: ":") else { return }
      fields[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
  }
}
