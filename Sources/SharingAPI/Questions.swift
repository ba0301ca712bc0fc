import Encodings
import Hummingbird
import SharingModel
import SharingService

/// Bodies of questions: small JSON objects whose members are all known. What they hold may be personal, so errors name members only.
enum Questions {
    static func identifier(_ call: Call) async throws -> PersonIdentifier {
        var members = try await object(call, allowed: ["identifier"])
        return try person(&members, "identifier")
    }

    static func decision(_ call: Call) async throws -> AskedDecision {
        var members = try await object(
            call, allowed: ["subject", "from", "to", "purpose", "items", "actor", "referral"])
        let subject = try person(&members, "subject")
        let from = try read(members, "from", "an agency, such as ods:RBS25") { $0.string.flatMap { try? AgencyID($0) } }
        let to = try read(members, "to", "an agency, such as ods:RBS25") { $0.string.flatMap { try? AgencyID($0) } }
        let purpose = try read(members, "purpose", "a purpose's code") { $0.string.flatMap(PurposeCode.init) }
        let items = try read(members, "items", "1 to 256 item codes") { value -> [ItemCode]? in
            guard let array = value.array, (1...256).contains(array.count) else { return nil }
            let codes = array.compactMap { $0.string.flatMap(ItemCode.init) }
            return codes.count == array.count ? codes : nil
        }
        let actor = try read(members, "actor", "an object with `id` and `role`") { value -> Actor? in
            guard let id = value["id"]?.string, let role = value["role"]?.string.flatMap(RoleCode.init) else {
                return nil
            }
            return Actor(id: id, role: role)
        }
        let referral = try members["referral"].map { _ in
            try read(members, "referral", "the id of a referral") { $0.string.flatMap { UniqueID($0) } }
        }
        return AskedDecision(
            subject: subject, from: from, to: to, purpose: purpose, items: items, actor: actor, referral: referral)
    }

    private static func object(_ call: Call, allowed: Set<String>) async throws -> JSONObject {
        try await members(call, allowed: allowed, limit: APILimits.questionBytes)
    }

    /// The body as JSON.
    /// - Parameter limit: in bytes.
    static func json(_ call: Call, limit: Int) async throws -> JSON {
        guard call.mediaType == "application/json" else {
            throw Rejection(.unsupportedMedia, "media-type", "send the question as application/json")
        }
        let bytes = try await call.body(limit: limit)
        do throws(JSONError) {
            return try JSON.parse(bytes)
        } catch {
            throw Rejection(.malformed, "json-malformed", "the body is not JSON: \(error)")
        }
    }

    /// The members of a body that is a JSON object.
    static func members(_ call: Call, allowed: Set<String>, limit: Int) async throws -> JSONObject {
        guard let object = try await json(call, limit: limit).object else {
            throw Rejection(.malformed, "json-not-an-object", "the body must be a JSON object")
        }
        let unknown = object.names.filter { !allowed.contains($0) }
        guard unknown.isEmpty else {
            throw Rejection.badQuestion(
                "", "unknown-member", "members that this call knows: " + allowed.sorted().joined(separator: ", "))
        }
        return object
    }

    private static func person(_ members: inout JSONObject, _ name: String) throws -> PersonIdentifier {
        let text = try read(members, name, "a person's identifier, such as an NHS number with nhs: before it", \.string)
        do throws(IdentifierError) {
            return try PersonIdentifier(text)
        } catch {
            throw Rejection.badQuestion("/\(name)", "bad-identifier", error.description)
        }
    }

    static func read<Value>(
        _ members: JSONObject, _ name: String, _ form: String, _ parse: (JSON) -> Value?
    ) throws(Rejection) -> Value {
        guard let member = members[name] else {
            throw .badQuestion("/\(name)", "missing-member", "`\(name)` is missing: \(form)")
        }
        guard let value = parse(member) else {
            throw .badQuestion("/\(name)", "bad-format", "`\(name)` must be \(form)")
        }
        return value
    }
}
