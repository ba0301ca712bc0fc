package import Encodings
package import EventStore
package import SharingModel

/// An event whose signature holds under an enrolled key and whose members are right. Whether it may be recorded is the registrar's to say.
///
/// By reference, as it passes through many hands on its way to the registrar.
package final class ReceivedEvent: Sendable {
    let verified: VerifiedEvent
    let event: SharingEvent
    /// The site made it itself, just now; nothing that was posted is ever this.
    let isOwn: Bool

    init(verified: VerifiedEvent, event: SharingEvent, isOwn: Bool = false) {
        self.verified = verified
        self.event = event
        self.isOwn = isOwn
    }

    /// Whether keys are known after it that were not before.
    package var enrolsKeys: Bool {
        switch event.data {
        case .agencyRegistered, .keyEnrolled: true
        default: false
        }
    }
}

/// Takes in events and tokens: parses them strictly, finds the key, verifies the signature, reads the members. Pure apart from the key
/// directory, so many run in parallel.
package struct FrontDesk: Sendable {
    let origin: String
    let directory: KeyDirectory

    /// - Parameter bytes: `JWS` or `JWS~disclosure~…~`.
    package func receive(_ bytes: [UInt8]) throws(Rejection) -> ReceivedEvent {
        let parsed: UnverifiedEvent
        do throws(EventParseError) {
            parsed = try UnverifiedEvent(parsing: bytes)
        } catch {
            throw Rejection(error)
        }
        guard let key = directory.current[parsed.header.kid] else { throw .unknownKey }
        let verified: VerifiedEvent
        do throws(SignatureError) {
            verified = try parsed.verified(by: key.publicKey)
        } catch {
            throw Rejection(.unauthenticated, error.code, error.description)
        }
        return ReceivedEvent(verified: verified, event: try Self.read(verified))
    }

    /// Reads the members of a verified event.
    static func read(_ verified: VerifiedEvent) throws(Rejection) -> SharingEvent {
        do throws(InvalidEvent) {
            return try SharingEvent.decode(
                payload: verified.payload, resolved: verified.resolved.json, sdPointers: verified.resolved.sdPointers)
        } catch {
            throw Rejection(error.violations)
        }
    }

    /// Who reads, by the token's signature. A reader's key is valid at this moment, not at some position of the past.
    package func authenticate(_ token: [UInt8], now: Instant) throws(Rejection) -> Reader {
        let parsed: UnverifiedToken
        do throws(EventParseError) {
            parsed = try UnverifiedToken(parsing: token)
        } catch {
            throw Rejection(.unauthenticated, error.code, error.description)
        }
        guard let key = directory.current[parsed.kid] else { throw .unknownKey }
        let bearer: BearerToken
        do throws(SignatureError) {
            bearer = try parsed.verified(by: key.publicKey)
        } catch {
            throw Rejection(.unauthenticated, error.code, error.description)
        }
        do throws(TokenError) {
            try bearer.check(audience: origin, now: now)
        } catch {
            throw Rejection(.unauthenticated, error.code, error.description)
        }
        if let end = key.end { throw Rejection(end.reason) }
        guard bearer.issuer == key.agency.text else {
            throw Rejection(.forbidden, "token-issuer", "the token's `iss` is not the agency of its key")
        }
        return Reader(
            agency: key.agency, roles: key.roles, tokenID: bearer.tokenID,
            kid: parsed.kid,
            actor: Self.actor(bearer, of: key.agency, kid: parsed.kid))
    }
}

extension Rejection {
    /// The codes are the strongroom's; what they mean for the sender is decided here.
    init(_ error: EventParseError) {
        let kind: Kind =
            switch error {
            case .tooLarge, .tooManyDisclosures: .tooLarge
            case .disclosureMissing, .disclosureExtra, .disclosureRepeated, .disclosureMalformed, .disclosureCollides,
                .disclosureMisplaced, .concealedTooDeep, .digestsMalformed, .digestRepeated,
                .digestAlgorithmUnsupported:
                .invalid
            case .kidMissing, .kidMalformed: .unauthenticated
            default: .malformed
            }
        self.init(kind, error.code, error.description)
    }

    init(_ end: EnrolledKey.End) {
        switch end {
        case .revoked:
            self.init(.forbidden, "key-revoked", "this key has been revoked; use another key of your agency")
        case .enrolledUnderRevokedKey:
            self.init(
                .forbidden, "key-revoked",
                "the key that enrolled this one was revoked and not to be trusted at the time; have a new key enrolled")
        case .agencyEnded:
            self.init(.forbidden, "agency-ended", "the agency has ended here; its keys no longer serve")
        }
    }

    static let sourceNotOfKey = Rejection(
        .forbidden, "source-not-of-key", "the event's `source` is not the agency that this key is enrolled for")

    package static var unknownKey: Rejection {
        Rejection(
            .unauthenticated, "unknown-key",
            "no key with this `kid` is enrolled here; have the operator enrol it (`agency.registered` or `key.enrolled`)"
        )
    }
}

extension FrontDesk {
    /// Who reads, by the token's claim `actor`. A token that names nobody is read as its key: an agency's system.
    private static func actor(_ bearer: BearerToken, of agency: AgencyID, kid: Thumbprint) -> Actor {
        guard let actor = try? bearer.actor.map({ try Actor(json: $0) }) else {
            return Actor(id: kid.description, role: .system, employer: agency)
        }
        return Actor(id: actor.id, role: actor.role, employer: agency)
    }
}

extension RoleCode {
    /// A program that reads, rather than a person.
    static var system: RoleCode { RoleCode(unchecked: "system") }
}

/// Who reads, and in which roles.
package struct Reader: Sendable, Hashable {
    package let agency: AgencyID
    package let roles: Set<KeyRole>
    /// `jti` of the token, for the audit log.
    package let tokenID: String?
    /// The key that signed the token, for what stays open longer than one answer takes.
    package let kid: Thumbprint?
    /// The person or program at the agency.
    package let actor: Actor

    package init(
        agency: AgencyID, roles: Set<KeyRole>, tokenID: String? = nil, kid: Thumbprint? = nil, actor: Actor? = nil
    ) {
        self.agency = agency
        self.roles = roles
        self.tokenID = tokenID
        self.kid = kid
        self.actor = actor ?? Actor(id: "system", role: .system, employer: agency)
    }
}
