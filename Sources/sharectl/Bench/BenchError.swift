/// Why a measurement could not be taken.
enum BenchError: Error, Hashable, CustomStringConvertible {
    case notPlaintext
    case unreachable(host: String, port: Int)
    case connectionLost
    case unreadableAnswer
    case setUpRefused(status: Int, code: String)
    /// A measurement asked what the site does not answer.
    case questionRefused(status: Int, code: String)
    /// The file of requests made beforehand cannot be written or read.
    case spoolNotWritable
    case daemonNotFound
    case daemonNotReady(log: String)
    /// One site does not follow the other.
    case notFollowed
    case notWritable(path: String)

    var description: String {
        switch self {
        case .notPlaintext: "the measurement speaks plain HTTP only; give a URL such as http://127.0.0.1:8420"
        case .unreachable(let host, let port):
            "nobody answers at \(host) port \(port); start the daemon there, or leave `--server` out to have one started"
        case .connectionLost: "the daemon closed a connection in the middle of the measurement; see its log"
        case .unreadableAnswer: "the daemon's answer is not HTTP/1.1 with a length; is something else listening there?"
        case .setUpRefused(let status, let code):
            "the site refused an event that sets up the measurement: status \(status), code `\(code)`"
        case .questionRefused(let status, let code):
            "the site refused a question of the measurement: status \(status), code `\(code)`; was it filled by `bench fill` with as many events?"
        case .spoolNotWritable:
            "the requests of the measurement could not be kept in the temporary folder; make room there, or set TMPDIR"
        case .daemonNotFound:
            "no `sharingd` beside sharectl, nor on the PATH; build it with `make release`, or give a running one with `--server`"
        case .notFollowed: "one site did not follow the other in time, so nothing was measured"
        case .notWritable(let path): "cannot write in \(path); set TMPDIR to a folder with room"
        case .daemonNotReady(let log): "the daemon did not become ready; its last words: \(log)"
        }
    }
}
