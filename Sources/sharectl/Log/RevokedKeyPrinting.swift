import Encodings
import SharingModel
import SharingService

extension RevokedKeyReport {
    var json: JSON {
        func counts(_ types: [String: Int64]) -> JSON {
            .object(JSONObject(types.sorted { $0.key < $1.key }.map { ($0.key, JSON.integer($0.value)) }))
        }
        return .object([
            "kid": .text(kid), "agency": .string(agency.text), "since": .text(since),
            "noLongerPermit": counts(noLonger), "stillCount": counts(stillCount), "decisions": .integer(decisions),
        ])
    }

    /// A line for the key, and one for each kind of event.
    var lines: [String] {
        func list(_ types: [String: Int64]) -> String {
            types.isEmpty
                ? "none" : types.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        }
        return [
            "revoked      \(kid) of \(agency.text), not to be trusted since \(since)",
            "             no longer permit: \(list(noLonger)); keep counting: \(list(stillCount)); decisions resting on the "
                + "former: \(decisions)",
        ]
    }
}
