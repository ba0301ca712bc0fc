/// One thing that the doctor says about a site. Texts name files, keys' owners and agreements, never a person.
package struct DoctorFinding: Sendable, Hashable {
    /// How much it matters.
    package enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
        case ok
        /// The site works, and somebody should see to it.
        case warning
        /// Something is wrong, or will be soon.
        case trouble

        package static func < (left: Severity, right: Severity) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    /// Name of the check that says so.
    package let check: String
    package let severity: Severity
    /// What was seen.
    package let what: String
    /// What to do about it; nil where nothing is to be done.
    package let remedy: String?

    package init(check: String, _ severity: Severity, _ what: String, remedy: String? = nil) {
        self.check = check
        self.severity = severity
        self.what = what
        self.remedy = remedy
    }
}

/// One thing that the doctor looks at. A check only reads; it keeps to what a glance can tell, and leaves the whole of the log to
/// `sharectl log verify`.
package protocol DoctorCheck: Sendable {
    /// What its findings are filed under: one word, lower case, for ever the same.
    var name: String { get }

    /// - Returns: at least one finding; where all is well, one that says so.
    /// - Throws: what kept it from looking; the doctor reports that.
    func examine(_ site: ExaminedSite) throws -> [DoctorFinding]
}

extension DoctorCheck {
    func well(_ what: String) -> DoctorFinding { DoctorFinding(check: name, .ok, what) }

    func warning(_ what: String, do remedy: String) -> DoctorFinding {
        DoctorFinding(check: name, .warning, what, remedy: remedy)
    }

    func trouble(_ what: String, do remedy: String) -> DoctorFinding {
        DoctorFinding(check: name, .trouble, what, remedy: remedy)
    }
}
