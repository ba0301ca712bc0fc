import Encodings
import SharingModel
import SharingPolicy

/// What the projections say about one person, as the judge wants it: the part of ``Facts`` that is the same for every question about them.
final class PersonFile {
    var birth: BirthOnRecord?
    var consents: [ConsentOnRecord] = []
    var refusals: [RefusalOnRecord] = []
    var openReferrals: [ReferralOnRecord] = []
    var objections: [ObjectionOnRecord] = []
    var courtOrders: [CourtOrderOnRecord] = []
    var shields: [ShieldOnRecord] = []
    var deaths: [DeathOnRecord] = []
    var capacity: [CapacityOnRecord] = []
    var representatives: [RepresentativeOnRecord] = []
    var bestInterests: [BestInterestsOnRecord] = []
    /// What each agency received under `onward: none`.
    var received: [AgencyID: [ReceivedOnRecord]] = [:]
    /// Every reference of the person; more than one where an IG lead merged two.
    let references: [SubjectReference]

    init(references: [SubjectReference]) { self.references = references }

    /// How many facts it holds.
    var count: Int {
        consents.count + refusals.count + openReferrals.count + objections.count + courtOrders.count + shields.count
            + deaths.count + capacity.count + representatives.count + bestInterests.count
            + received.values.reduce(0) { $0 + $1.count }
    }
}

/// The registrar's memory of persons and agencies: what it read from the projections for one decision and may use for the next.
///
/// It is right only as long as it is told of every event that is applied, and of every batch that is taken back: a decision must know
/// all that stands before it in the log, down to the withdrawal that came a moment ago. So an event about a person, other than a request for a
/// disclosure with its answer, takes that person's file away, and an event about keys, agencies or who is one person with whom takes all of them. A person with more than one reference is never kept.
///
/// It belongs to the one registrar, on whose thread alone it is used.
package final class PersonFiles {
    /// Files kept since the last change of generation, and those of the generation before.
    private var young: [SubjectReference: PersonFile] = [:]
    private var old: [SubjectReference: PersonFile] = [:]
    /// Facts in the young files, each file counted as one more.
    private var weight = 0
    private let capacity: Int
    private var parties: [AgencyID: Question.Party] = [:]
    /// The request that came last and is not decided yet.
    private var asked: UniqueID?

    /// - Parameter capacity: facts of a generation. There are two of them.
    package init(capacity: Int = ServiceLimits.factsInMemory) { self.capacity = capacity }

    subscript(subject: SubjectReference) -> PersonFile? {
        if let file = young[subject] { return file }
        guard let file = old.removeValue(forKey: subject) else { return nil }
        keep(file, of: subject)
        return file
    }

    /// Keeps a file that was just read.
    func keep(_ file: PersonFile, of subject: SubjectReference) {
        guard file.references == [subject] else { return }
        if weight >= capacity {
            old = young
            young = [:]
            weight = 0
        }
        young[subject] = file
        weight += file.count + 1
    }

    func party(_ agency: AgencyID, _ read: () throws -> Question.Party) rethrows -> Question.Party {
        if let known = parties[agency] { return known }
        let party = try read()
        parties[agency] = party
        return party
    }

    /// Follows an event that was applied.
    /// - Parameter changesKeys: it changed the key book.
    func follow(_ event: RecordedEvent, changesKeys: Bool) {
        if changesKeys { return forget() }
        switch event.event.data {
        case .subjectMerged, .subjectSevered: forget()
        // A question says nothing of the person, nor does the answer to one while it releases nothing.
        case .disclosureRequested: asked = event.id
        case .disclosureDecided(let data) where data.request == asked && event.releases.isEmpty: asked = nil
        default:
            // What refers to another event is about the same person: `Admission.checkSamePerson`.
            guard let subject = event.subject else { return }
            if let file = young.removeValue(forKey: subject) { weight -= file.count + 1 }
            old[subject] = nil
        }
    }

    /// Forgets everything: what was applied was taken back, or may mean something else now.
    package func forget() {
        young = [:]
        old = [:]
        weight = 0
        parties = [:]
        asked = nil
    }
}
