import Encodings
import EventStore
import SharingClient

/// Something that was released to this reader: the author's own signature and the items permitted.
struct Delivery {
    let id: UniqueID
    let index: Int64
    let record: SignedRecord
    /// SHA-256 of what was released, computed here: what a receipt names.
    let digest: String

    /// Item codes and values.
    var items: [JSONObject.Member] { record.data["content"]?.object?.members ?? [] }
}

extension Session {
    /// What the site releases of a disclosure.
    /// - Throws: `ClientError.notProven` where the site's own digest is another than that of what it sent; `Failure` where nothing came of it so
    ///   far, with what it waits for.
    func deliveries(of id: UniqueID) async throws -> (deliveries: [Delivery], answer: JSON) {
        let answer = try await content(of: id)
        let deliveries = try answer.rows("deliveries").map { row in
            guard let event = row["event"]?.string.flatMap(UniqueID.init), let jws = row["jws"]?.string,
                let index = row["index"]?.integer
            else {
                throw ClientError.unexpectedAnswer(status: 200, reason: "a delivery lacks `event`, `index` or `jws`")
            }
            let record = try SignedRecord(jws: jws, disclosures: row["disclosures"], expecting: event)
            let digest = digestText(of: record.compact)
            guard row["digest"]?.string == digest else {
                throw ClientError.notProven(reason: "the digest of what was released is not the one the site names")
            }
            return Delivery(id: event, index: index, record: record, digest: digest)
        }
        return (deliveries, answer)
    }

    private func content(of id: UniqueID) async throws -> JSON {
        do throws(ClientError) {
            return try await client.get("/v1/disclosures/\(id)/content")
        } catch {
            guard case .problem(let problem) = error, problem.code == "not-found", let failure = await missing(id)
            else { throw error }
            throw failure
        }
    }

    /// Why there is no content; nil where this reader knows of no such disclosure either.
    private func missing(_ id: UniqueID) async -> Failure? {
        guard let known = try? await client.get("/v1/disclosures/\(id)") else { return nil }
        switch known["outcome"]?.string {
        case "permitted", "partly-permitted":
            return Failure(
                .no,
                "it was permitted, and nothing has been delivered yet: that is for the holder (`sharectl disclose deliver --request \(id)`)"
            )
        case "referred":
            return Failure(
                .no,
                "nothing has been delivered: a person at the holder has to decide first; `sharectl disclose explain \(id)`"
            )
        case "refused":
            return Failure(.no, "nothing was delivered: it was refused; `sharectl disclose explain \(id)` says why")
        default: return Failure(.no, "it has not been decided yet, as far as is known here")
        }
    }
}
