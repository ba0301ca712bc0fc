import Encodings
import EventStore
import Foundation
import SharingModel
import SharingService

/// A site of the measurement's own: founded in a temporary folder, served by a `sharingd` of the same build on a free port, gone afterwards.
final class BenchSite {
    static let origin = "bench.example"
    /// The agency that posts, and the one that its consents name.
    private static let agencies: [(agency: String, kind: AgencyKind)] = [
        ("ods:BENCH", .nhs), ("gss:E08000099", .council),
    ]

    let address: BenchAddress
    let agency: AgencyID
    let agencyKey: SigningKey
    private let folder: String
    private let daemon: Process
    private let signals: [any DispatchSourceSignal]

    /// How long the daemon may take to become ready, and to end, in seconds.
    private static let patienceSeconds = 20

    /// Founds the site, starts its daemon and enrols the agencies.
    /// - Parameters:
    ///   - executable: `sharingd`; found by `BenchSite.daemonPath()` where nil.
    ///   - baseline: the YAML text to adopt; nil adopts none.
    init(executable: String?, baseline: String?) throws {
        guard let executable = executable ?? Self.daemonPath() else { throw BenchError.daemonNotFound }
        let folder = NSTemporaryDirectory() + "/sharectl-bench-" + UniqueID.random().description
        self.folder = folder
        let data = DataFolder(path: folder + "/site")
        _ = try Founding.found(in: data, origin: Self.origin, name: "Measurement", now: SystemClock().now)
        agency = try AgencyID(Self.agencies[0].agency)
        agencyKey = .generate()
        let log = folder + "/sharingd.log"
        let daemon = try Self.start(executable, data: data, log: log)
        self.daemon = daemon
        signals = Self.endWithUs(daemon, folder)
        do {
            address = BenchAddress(host: "127.0.0.1", port: try Self.port(of: daemon, log: log))
            try setUp(data, baseline: baseline)
        } catch {
            Self.end(daemon, signals, folder)
            throw error
        }
    }

    /// The daemon's resident memory, in bytes: now, and the most it ever was. Nil where the system does not say (it is in Linux's `/proc`).
    var memory: (residentBytes: Int64, peakBytes: Int64)? {
        guard let text = try? String(contentsOfFile: "/proc/\(daemon.processIdentifier)/status", encoding: .utf8) else {
            return nil
        }
        func kibibytes(_ name: String) -> Int64? {
            let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int64($0) }
        }
        guard let resident = kibibytes("VmRSS"), let peak = kibibytes("VmHWM") else { return nil }
        return (resident << 10, peak << 10)
    }

    /// Ends the daemon and removes the folder.
    func end() { Self.end(daemon, signals, folder) }

    private static func end(_ daemon: Process, _ signals: [any DispatchSourceSignal], _ folder: String) {
        for signal in signals { signal.cancel() }
        if daemon.isRunning {
            daemon.terminate()
            daemon.waitUntilExit()
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    // MARK: - Starting

    /// `sharingd` beside this executable, else on the PATH.
    static func daemonPath() -> String? {
        let beside = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent().path
        let folders =
            [beside].compactMap(\.self)
            + (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return folders.map { $0 + "/sharingd" }.first(where: FileManager.default.isExecutableFile)
    }

    private static func start(_ executable: String, data: DataFolder, log: String) throws -> Process {
        let daemon = Process()
        daemon.executableURL = URL(fileURLWithPath: executable)
        daemon.arguments = ["--data", data.path, "--listen", "127.0.0.1:0"]
        guard FileManager.default.createFile(atPath: log, contents: nil), let output = FileHandle(forWritingAtPath: log)
        else { throw BenchError.daemonNotReady(log: "its log could not be written") }
        daemon.standardError = output
        daemon.standardOutput = output
        try daemon.run()
        return daemon
    }

    /// A child of Foundation's has a process group of its own, so that an interrupt at the terminal does not reach it.
    private static func endWithUs(_ daemon: Process, _ folder: String) -> [any DispatchSourceSignal] {
        let pid = daemon.processIdentifier
        return [SIGINT, SIGTERM].map { number -> any DispatchSourceSignal in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                kill(pid, SIGKILL)
                try? FileManager.default.removeItem(atPath: folder)
                exit(128 + number)
            }
            source.resume()
            return source
        }
    }

    /// Waits until the daemon says where it listens; it chooses the port itself.
    private static func port(of daemon: Process, log: String) throws(BenchError) -> Int {
        var text = ""
        for _ in 0..<(patienceSeconds * 20) {
            text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            for line in text.split(separator: "\n") {
                guard let json = try? JSON.parse(String(line)), json["message"]?.string == "listening",
                    let port = json["address"]?.string?.split(separator: ":").last.flatMap({ Int($0) })
                else { continue }
                return port
            }
            guard daemon.isRunning else { break }
            usleep(50_000)
        }
        throw .daemonNotReady(log: text.split(separator: "\n").suffix(3).joined(separator: " | "))
    }

    // MARK: - Setting up

    private func setUp(_ data: DataFolder, baseline: String?) throws {
        guard let operatorKey = try SiteKeys.load(from: data).operator else { throw SiteError.operatorKeyMissing }
        let connection = try BenchConnection(to: address)
        for (agency, kind) in Self.agencies {
            let key = agency == self.agency.text ? agencyKey : .generate()
            try post(
                .agencyRegistered,
                .object([
                    "agency": .string(agency), "name": "Measurement", "kind": .string(kind.rawValue),
                    "publicAuthority": true,
                    "keys": [.object(["jwk": key.publicKey.jwk, "roles": ["agency"]])],
                ]), operatorKey, over: connection)
        }
        guard let baseline else { return }
        try post(.baselineAdopted, .object(["document": .string(baseline)]), operatorKey, over: connection)
    }

    private func post(
        _ type: EventType, _ data: JSON, _ key: SigningKey, over connection: BenchConnection
    ) throws {
        let event = try EventSigner.sign(
            payload: .object([
                "specversion": "1.0", "id": .string(UniqueID.random().description),
                "source": .string(try AgencyID.site(origin: Self.origin).text), "site": .string(Self.origin),
                "type": .string(type.rawValue), "time": .string(SystemClock().now.description),
                "datacontenttype": "application/json", "data": data,
            ]), key: key)
        let answer = try connection.exchange(
            address.request("POST", "/v1/events", type: "application/jose", body: event))
        guard answer.status == 201 else {
            let code = (try? JSON.parse(answer.body))?["code"]?.string ?? "none"
            throw BenchError.setUpRefused(status: answer.status, code: code)
        }
    }
}
