import Encodings

extension Agreement {
    /// The same agreement without its dates: in force at any time at which somebody supposes that it is.
    package var withoutDates: Agreement {
        Agreement(
            id: id, version: version, title: title, nation: nation, parties: parties,
            inForce: InForce(from: .time(Instant(milliseconds: 0)), until: nil, review: nil), dpia: dpia,
            contacts: contacts, flows: flows)
    }
}
