import Encodings

/// Members of `given`; what a case says replaces, member by member, what it is like.
struct GivenPart: Record {
    var baseline: String?
    var agreements: [AgreementPart]?
    var agencies: [AgencyID: CaseAgency]?
    var clock: DateOrTime?
    var born: Birth?
    var consents: [CaseConsent]?
    var refusals: [CaseRefusal]?
    var referrals: [CaseReferral]?
    var replicas: [Replica]?
    var objections: [CaseObjection]?
    var courtOrders: [CaseCourtOrder]?
    var shields: [CaseShield]?
    var deaths: [CaseDeath]?
    var capacity: [CaseCapacity]?
    var representatives: [CaseRepresentative]?
    var bestInterests: [CaseBestInterests]?
    var received: [CaseReceived]?

    init() {}

    init(reading members: inout MemberReader) {
        baseline = members.optional("baseline", .label)
        agreements = members.optional("agreements", .list(.agreementPart, 0...64))
        agencies = members.optional(
            "agencies", .map(.agency, make: { try? AgencyID($0) }, Field<CaseAgency>.record()))
        clock = members.optional("clock", .dateOrTime)
        born = members.optional("born", .birth)
        consents = members.optional("consents", .list(.record(), 0...64))
        refusals = members.optional("refusals", .list(.record(), 0...64))
        referrals = members.optional("referrals", .list(.record(), 0...64))
        replicas = members.optional("replicas", .list(.record(), 0...64))
        objections = members.optional("objections", .list(.record(), 0...64))
        courtOrders = members.optional("courtOrders", .list(.record(), 0...64))
        shields = members.optional("shields", .list(.record(), 0...64))
        deaths = members.optional("deaths", .list(.record(), 0...64))
        capacity = members.optional("capacity", .list(.record(), 0...64))
        representatives = members.optional("representatives", .list(.record(), 0...64))
        bestInterests = members.optional("bestInterests", .list(.record(), 0...64))
        received = members.optional("received", .list(.record(), 0...64))
    }

    func over(_ other: GivenPart) -> GivenPart {
        var merged = self
        merged.baseline = baseline ?? other.baseline
        merged.agreements = agreements ?? other.agreements
        merged.agencies = agencies.map { (other.agencies ?? [:]).merging($0) { $1 } } ?? other.agencies
        merged.clock = clock ?? other.clock
        merged.born = born ?? other.born
        merged.consents = consents ?? other.consents
        merged.refusals = refusals ?? other.refusals
        merged.referrals = referrals ?? other.referrals
        merged.replicas = replicas ?? other.replicas
        merged.objections = objections ?? other.objections
        merged.courtOrders = courtOrders ?? other.courtOrders
        merged.shields = shields ?? other.shields
        merged.deaths = deaths ?? other.deaths
        merged.capacity = capacity ?? other.capacity
        merged.representatives = representatives ?? other.representatives
        merged.bestInterests = bestInterests ?? other.bestInterests
        merged.received = received ?? other.received
        return merged
    }
}

/// Members of `when`.
struct WhenPart: Record {
    var act: CaseQuestion.Act?
    var from: AgencyID?
    var to: AgencyID?
    var purpose: PurposeCode?
    var items: [ItemCode]?
    var role: RoleCode?
    var keyRevoked: Bool?
    var breakGlass: BreakGlass?
    var publicTask: Bool?
    var informed: Bool?
    var noneKnown: [ItemCode]?
    var resolutions: [CaseResolution]?
    var records = HolderRecords()

    init() {}

    init(reading members: inout MemberReader) {
        act = members.optional("act", .oneOf())
        from = members.optional("from", .agency)
        to = members.optional("to", .agency)
        purpose = members.optional("purpose", .purpose)
        items = members.optional("items", .list(.item, Limits.items))
        role = members.optional("role", .role)
        keyRevoked = members.optional("keyRevoked", .flag)
        breakGlass = members.optional("breakGlass", .record())
        publicTask = members.optional("publicTask", .flag)
        informed = members.optional("informed", .flag)
        noneKnown = members.optional("noneKnown", .list(.item, 0...256))
        resolutions = members.optional("resolutions", .list(.record(), 0...64))
        records = HolderRecords(amongst: &members)
    }

    func over(_ other: WhenPart) -> WhenPart {
        var merged = self
        merged.act = act ?? other.act
        merged.from = from ?? other.from
        merged.to = to ?? other.to
        merged.purpose = purpose ?? other.purpose
        merged.items = items ?? other.items
        merged.role = role ?? other.role
        merged.keyRevoked = keyRevoked ?? other.keyRevoked
        merged.breakGlass = breakGlass ?? other.breakGlass
        merged.publicTask = publicTask ?? other.publicTask
        merged.informed = informed ?? other.informed
        merged.noneKnown = noneKnown ?? other.noneKnown
        merged.resolutions = resolutions ?? other.resolutions
        merged.records = HolderRecords(
            withoutConsent: records.withoutConsent ?? other.records.withoutConsent,
            publicInterest: records.publicInterest ?? other.records.publicInterest,
            oneOff: records.oneOff ?? other.records.oneOff)
        return merged
    }
}
