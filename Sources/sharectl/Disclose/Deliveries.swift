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
    /// - Throws: `ClientError.notProven` where the site's own digest is another than that of what it sent.
    func deliveries(of id: UniqueID) async throws -> (deliveries: [Delivery], answer: JSON) {
        let answer = try await client.get("/v1/disclosures/\(id)/content")
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
}
