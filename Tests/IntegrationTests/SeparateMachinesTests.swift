import Foundation
import LodgingTesting
import TestThreads
import Testing

@Suite("Nodes on separate machines", .onOwnThread, .serialized)
struct SeparateMachinesTests {
  @Test("Who takes over from a killed validator begins with its snapshot, has the id index, and decides nothing twice")
  func sharedSnapshots() throws {
    let register = try ClusterRegister(partitions: 2)
    let (cluster, scratch) = (register.cluster, register.scratch)
    let snapshots = scratch.file("snapshots")
    func start(_ name: String) throws -> RunningNode {
      try cluster.node(
        "validator", data: scratch.file(name), keys: register.seed, "--snapshots-folder", snapshots, "--snapshots-entries", "4",
        "--snapshots-age-seconds", "0")
    }
    let first = try start("first")
    try register.waitUntilDeciding(first)
    try register.openEstablishments()
    for start in [0, 100] { #expect(try register.importGuests(start..<start + 20, to: "HN-0001").allSatisfy { $0 != "rejected" }) }
    #expect(try register.importGuests(200..<220, to: "HN-0002").count == 20)
    #expect(Waiting.wait { Set(files(of: snapshots).compactMap(\.first)) == ["0", "1"] }, "\(files(of: snapshots))")
    let entries = try first.metric("lodging_log_end_offset", ["topic": "stay-ledger"])

    // The second machine's id index has all partitions although the first decides some of them still.
    let second = try start("second")
    #expect(try Waiting.wait { try second.http.ask("GET", "/metrics").text.contains("lodging_id_index_lag_records 0\n") })
    _ = first.end(SIGKILL)
    try register.waitUntilDeciding(second)
    #expect(try second.metric("lodging_validator_restores_total", ["from": "snapshot"]) >= 2)
    #expect(try second.metric("lodging_validator_restores_total", ["from": "genesis"]) == 0)
    let read = try second.metric("lodging_validator_restored_records_total")
    #expect(read < entries / 2, "\(read) of \(entries)")
    // Its own folder has the index and no snapshot.
    #expect(files(of: scratch.file("second/snapshots")).allSatisfy { $0.hasPrefix("ids.sqlite") })

    #expect(try register.importGuests(200..<220, to: "HN-0002").allSatisfy { $0 == "duplicate" })
    #expect(try register.importGuests(300..<320, to: "HN-0001").count == 20)
    let audit = try register.audit()
    #expect(audit["ok"] as? Bool == true && audit["lost"] as? Int == 0 && audit["doubled"] as? Int == 0, "\(audit)")
    #expect(audit["events"] as? Int == audit["decided"] as? Int)
    #expect(try second.metric("lodging_kafka_brokers_up", ["connection": "looker"]) >= 1)
    #expect(second.end().status == 0)
  }

  @Test("Without a folder for snapshots that others reach, a validator of a cluster says once what that means")
  func ownSnapshots() throws {
    let register = try ClusterRegister(partitions: 2)
    let node = try register.cluster.node("validator", data: register.scratch.file("v"), keys: register.seed, "--validator-threads", "2")
    try register.waitUntilDeciding(node)
    let log = node.end().errors
    #expect(log.components(separatedBy: "snapshots.folder").count == 2, "\(log)")
  }

  @Test("Nodes that look at one key ring follow it within moments; one that others may read is refused, and so is none")
  func oneKeyRing() throws {
    let register = try ClusterRegister(partitions: 2)
    let (cluster, scratch) = (register.cluster, register.scratch)
    let secret = scratch.file("mount")
    try FileManager.default.createDirectory(atPath: secret, withIntermediateDirectories: true)
    try FileManager.default.moveItem(atPath: register.seed + "/keys.json", toPath: secret + "/keys.json")
    let environment = cluster.environment.merging(["LODGING_KEYS_FILE": secret + "/keys.json"]) { $1 }
    func run(_ arguments: String...) throws -> LodgingProcess.Outcome {
      try LodgingProcess.run(arguments + ["--data", register.seed] + cluster.options, environment: environment)
    }
    let missing = try cluster.run("establishments", "list", data: register.seed)
    #expect(missing.status == 2 && missing.errors.contains("keys.file"), "\(missing.errors)")

    let nodes = try ["a", "b"].map { name in
      let data = scratch.file(name)
      try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
      return try RunningNode(["--role", "validator"] + cluster.options, data: data, environment: environment)
    }
    try register.waitUntilDeciding(nodes[0], nodes[1])
    #expect(try run("establishments", "load", sample("establishments.csv")).status == 1)
    // Whoever decides needs the new key at once; nobody copies it anywhere.
    let rotated = try run("keys", "rotate", "--chain", "--json")
    #expect(rotated.status == 0 && rotated.rows.first?["rekeyed"] as? Int == 2, "\(rotated.errors)")
    let imported = try run("import", sample("citizens.csv"), "--establishment", "HN-0001", "--json")
    #expect(imported.status <= 1 && imported.rows.contains { $0["receipt"] is String }, "\(imported.errors)")
    #expect(try run("audit").status == 0)
    for name in ["a", "b", "seed"] { #expect(!files(of: scratch.file(name)).contains("keys.json")) }
    for node in nodes { #expect(node.end().status == 0) }

    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: secret + "/keys.json")
    let open = try run("establishments", "list")
    #expect(open.status == 2 && open.errors.contains(secret), "\(open.errors)")
  }

  @Test("A register with keys and snapshots elsewhere is backed up whole, and restored with the keys that lie there")
  func elsewhere() throws {
    let scratch = try ScratchFolder()
    let (data, keys, snapshots) = (scratch.file("data"), scratch.file("secret.json"), scratch.file("snapshots"))
    let environment = ["LODGING_KEYS_FILE": keys, "LODGING_SNAPSHOTS_FOLDER": snapshots]
    func run(_ arguments: String..., data: String) throws -> LodgingProcess.Outcome {
      try LodgingProcess.run(arguments + ["--data", data], environment: environment)
    }
    #expect(try run("establishments", "load", sample("establishments.csv"), data: data).status == 1)
    #expect(try run("import", sample("citizens.csv"), "--establishment", "HN-0001", data: data).status <= 1)
    #expect(FileManager.default.fileExists(atPath: keys) && !files(of: data).contains("keys.json"))
    // A file by that name is a snapshot for a backup; whether it is whole is asked when it is loaded.
    let name = "0_1_0_\(String(repeating: "0", count: 32)).snapshot"
    try Data([1]).write(to: URL(fileURLWithPath: snapshots + "/" + name))
    let backup = scratch.file("backup")
    let made = try run("backup", backup, "--with-keys", data: data)
    #expect(made.status == 0, "\(made.errors)")
    #expect(Set(files(of: backup)).isSuperset(of: ["log.sqlite", "register.sqlite", "keys.json", "snapshots"]))
    #expect(Set(files(of: backup + "/snapshots")).isSuperset(of: ["ids.sqlite", name]))

    let restored = scratch.file("restored")
    let outcome = try run("restore", backup, "--json", data: restored)
    #expect(outcome.status == 0 && (outcome.rows.first?["audit"] as? [String: Any])?["ok"] as? Bool == true, "\(outcome.errors)")
    #expect(!files(of: restored).contains("keys.json"))
    let refused = try run("restore", backup, "--keys", keys, data: scratch.file("other"))
    #expect(refused.status == 2 && refused.errors.contains("keys.file"), "\(refused.errors)")
  }

  @Test("The password of the login comes from the environment in every command, and is shown by none")
  func password() throws {
    let register = try ClusterRegister(partitions: 2)
    let settings = register.scratch.file("login.properties")
    // librdkafka refuses a login without a password at once, and tries brokers with one.
    let text = "security.protocol=sasl_ssl\nsasl.mechanism=PLAIN\nsasl.username=acme\nsocket.connection.setup.timeout.ms=1000\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: settings))
    let commands = [
      ["audit"], ["keys", "list"], ["topics", "check"], ["establishments", "list"], ["quarantine", "list"], ["rebuild"],
      ["import", sample("qr.txt"), "--establishment", "HN-0001"], ["residents", "load", sample("residents.csv")],
    ]
    var outcomes: [(words: String, hasPassword: Bool, errors: String)] = []
    for command in commands {
      for password in ["", "hunter2"] where password.isEmpty || command.count == 1 {
        let environment = ["LODGING_KAFKA_SETTINGS": settings, "LODGING_KAFKA_SASL_PASSWORD": password]
        let arguments = command + ["--data", register.seed, "--log", "kafka://127.0.0.1:9", "--allow-create-time"]
        let outcome = try LodgingProcess.run(arguments, environment: environment)
        #expect(outcome.status == 2)
        outcomes.append((command.joined(separator: " "), !password.isEmpty, outcome.errors))
      }
    }
    for (words, hasPassword, errors) in outcomes {
      #expect(errors.contains("sasl.password must be set") == !hasPassword, "\(words): \(errors)")
      #expect(!errors.contains("hunter2"), "\(words)")
    }
  }

  private func files(of folder: String) -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }
}
