import EventStore
import SharingModel
import SharingService
import Timestamping

extension DaemonConfiguration {
    private static let timestampKeys: Set<String> = ["url", "ca", "every", "required", "overdueAfter"]

    /// Reads `timestamps: {url, ca, every, required, overdueAfter}`; the last three have defaults.
    /// - Throws: `ConfigurationError.badTimestamps`, also where the trusted certificates cannot be read.
    static func stamping(_ value: Any?) throws(ConfigurationError) -> Stamping? {
        guard let value else { return nil }
        guard let members = value as? [String: Any], timestampKeys.isSuperset(of: members.keys) else {
            throw .badTimestamps("`timestamps` has the keys `url`, `ca`, `every`, `required` and `overdueAfter`")
        }
        guard let url = members["url"] as? String, TimestampAuthority.isURL(url) else {
            throw .badTimestamps("`timestamps.url` is the authority's, for example http://timestamp.example/tsa")
        }
        guard let path = members["ca"] as? String else {
            throw .badTimestamps(
                "`timestamps.ca` is a PEM file with the root that the authority's certificate leads to")
        }
        let trusted: TrustedAuthorities
        do throws(TimestampError) {
            trusted = try TrustedAuthorities(file: path)
        } catch {
            throw .badTimestamps("`timestamps.ca`: cannot use \(path): \(error)")
        }
        let required = members["required"] ?? false
        guard let isRequired = required as? Bool else { throw .badTimestamps("`timestamps.required` is true or false") }
        return Stamping(
            url: url, trusted: trusted, everySeconds: try span(members, "every", 600),
            policy: TimestampPolicy(
                isRequired: isRequired, overdueAfterSeconds: try span(members, "overdueAfter", 3_600)))
    }

    private static func span(
        _ members: [String: Any], _ name: String, _ standardSeconds: Int64
    ) throws(ConfigurationError) -> Int64 {
        guard let value = members[name] else { return standardSeconds }
        guard let span = (value as? String).flatMap({ Span($0) }) else {
            throw .badTimestamps(
                "`timestamps.\(name)` is a number of seconds, minutes, hours or days, such as 10m or 1h")
        }
        return span.seconds
    }
}
