import Encodings
import EventStore
import SharingService

/// Asks as an agency, over one connection, with a token that is renewed in time.
struct ReadAsker {
    let address: BenchAddress
    let connection: BenchConnection
    let key: SigningKey
    let agency: String
    let origin: String
    private var token = ""
    private var made: Stopwatch?

    /// A token is good for 300 s; this is when the next one is made.
    private static let tokenSeconds = 200.0

    init(address: BenchAddress, connection: BenchConnection, key: SigningKey, agency: String, origin: String) {
        self.address = address
        self.connection = connection
        self.key = key
        self.agency = agency
        self.origin = origin
    }

    /// The answer to a question, and how long it took from the first byte written to the last byte read, in nanoseconds.
    /// - Throws: `BenchError.questionRefused` for anything but an answer.
    mutating func ask(_ method: String, _ path: String, _ body: JSON? = nil) throws -> (answer: [UInt8], took: UInt64) {
        if made.map({ $0.seconds > Self.tokenSeconds }) ?? true {
            token = try BearerToken.sign(
                issuer: agency, audience: origin, tokenID: UniqueID.random().description, issued: SystemClock().now,
                key: key)
            made = Stopwatch()
        }
        let request = address.request(
            method, path, type: body == nil ? nil : "application/json", token: token, body: body?.bytes ?? [])
        let clock = ContinuousClock.now
        let answer = try connection.exchange(request)
        let took = (ContinuousClock.now - clock).components
        guard answer.status == 200 else {
            let code = (try? JSON.parse(answer.body))?["code"]?.string ?? "none"
            throw BenchError.questionRefused(status: answer.status, code: code)
        }
        return (answer.body, UInt64(took.seconds) * 1_000_000_000 + UInt64(took.attoseconds / 1_000_000_000))
    }
}
