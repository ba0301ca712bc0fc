import Encodings
import SharingClient
import SharingFHIR
import SharingModel

/// Posts what was read from a message.
struct FHIRPosting {
    /// What the site answered.
    struct Posted: Sendable {
        let consents: [PostedReceipt]
        let referral: PostedReceipt
    }

    let session: Session
    let message: FHIRImport

    /// Consents first, because the decision on the referral may rest on them.
    ///
    /// Reading the same message again gives other bytes (each disclosure has a fresh salt), so the site would not take it for the same event.
    /// That it was imported is asked for beforehand, so that its consents are not recorded twice.
    func post() async throws -> Posted {
        guard try session.agency() == message.from else {
            throw Failure.usage(
                "the sender of this message is \(message.from); act as it with `--as \(message.from)` and its key")
        }
        if let id = message.messageID, try await isRecorded(id) { throw Self.alreadyImported(id) }
        var consents: [PostedReceipt] = []
        for draft in consentDrafts {
            let receipt = try await session.post(draft)
            consents.append(receipt)
        }
        let referral = try await postReferral()
        return Posted(consents: consents, referral: referral)
    }

    private var consentDrafts: [EventDraft] {
        message.consents.compactMap { reading in
            guard case .given(let consent) = reading else { return nil }
            return EventDraft(
                .consentGiven, subject: message.person, data: consent.data, time: message.occurred ?? .now)
        }
    }

    private func postReferral() async throws -> PostedReceipt {
        let draft = EventDraft(
            .referralSubmitted, subject: message.person, data: message.referralData, content: message.content,
            id: message.messageID ?? .random(), time: message.occurred ?? .now)
        do {
            return try await session.post(draft)
        } catch {
            guard (error as? ClientError)?.problem?.code == "id-in-use" else { throw error }
            throw Self.alreadyImported(draft.id)
        }
    }

    private func isRecorded(_ id: UniqueID) async throws -> Bool {
        do throws(ClientError) {
            _ = try await session.client.get("/v1/events/\(id)")
            return true
        } catch {
            guard error.problem?.status == 404 else { throw error }
            return false
        }
    }

    private static func alreadyImported(_ id: UniqueID) -> Failure {
        Failure(
            .no,
            "this message was imported already, nothing was sent again; see `sharectl referral show \(id)`, or send a new message with a new id"
        )
    }
}

extension ClientError {
    /// What the site said was wrong; nil where it was not the site that said so.
    fileprivate var problem: Problem? { if case .problem(let problem) = self { problem } else { nil } }
}
