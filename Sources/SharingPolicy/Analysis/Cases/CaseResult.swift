package import SharingModel

/// What became of a case.
package struct CaseResult: Sendable {
    /// Something that is not as it was expected.
    package struct Mismatch: Sendable, Hashable {
        /// `outcome`, `items.health.summary`, `nearest.code`, `asker.identity`.
        package let what: String
        package let expected: String
        package let found: String
    }

    package let policyCase: PolicyCase
    package let mismatches: [Mismatch]
    /// A file that it names is of no use; then nothing was decided.
    package let problem: DocumentProblem?

    package var isAsExpected: Bool { mismatches.isEmpty && problem == nil }
}

extension CaseDocument {
    /// Decides every case, by the rules that the daemon applies.
    package func run(_ library: inout CaseLibrary) -> [CaseResult] {
        cases.map { policyCase in
            do throws(CaseLibraryProblem) {
                let scene = try CaseScene(policyCase, &library)
                let decision = Judge.decide(scene.question, scene.facts)
                let comparison = CaseComparison(policyCase: policyCase, scene: scene, decision: decision)
                return CaseResult(policyCase: policyCase, mismatches: comparison.mismatches(), problem: nil)
            } catch {
                return CaseResult(
                    policyCase: policyCase, mismatches: [],
                    problem: problem(with: error.reference, code: error.code, message: error.message))
            }
        }
    }
}
