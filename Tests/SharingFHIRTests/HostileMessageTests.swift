import Encodings
import SharingFHIR
import SharingModel
import Testing

@Suite("Any part of a message gone wrong")
struct HostileMessageTests {
    /// Nothing that FHIR or this importer would ever write; it stands for a person's name, number or story.
    static let personal = "personal value 17"

    static let replacements: [JSON?] = [
        nil, .null, .string(personal), .integer(17), .bool(true), [], .object(JSONObject()),
        [.string(personal)], .object(["reference": .string(personal), personal: .string(personal)]),
    ]

    /// Everything the importer says to the user about a message.
    static func lines(of message: JSON) -> [String] {
        do throws(FHIRRefusal) {
            let result = try FHIRImport.read(message)
            let reasons = result.consents.flatMap { consent -> [String] in
                if case .notOne(let reasons) = consent { reasons } else { [] }
            }
            return result.leftOut.map(\.description) + result.understood.map(\.description) + reasons
        } catch {
            return [error.description]
        }
    }

    @Test("is answered, and never repeated in an error or an account", arguments: replacements.indices)
    func everyPlace(_ index: Int) {
        for pointer in Messages.shipped.pointers {
            let lines = Self.lines(of: Messages.shipped.setting(pointer, to: Self.replacements[index]))
            #expect(!lines.isEmpty)
            #expect(!lines.contains { $0.contains(Self.personal) }, "told after a change at \(pointer)")
        }
    }

    @Test("nothing the shipped sample says about people is told")
    func nothingPersonal() {
        let lines = Self.lines(of: Messages.shipped)
        let people = ["Patient", "Practitioner", "Condition", "Observation", "MedicationStatement", "Goal", "Flag"]
        let values = people.flatMap { Messages.shipped.at(Messages.pointer(to: $0))?.leaves ?? [] }
            // Words of FHIR's own, web addresses and the names of types are not about anybody.
            .filter {
                $0.count > 3 && !$0.hasPrefix("http") && !people.contains($0)
                    && !["active", "home", "phone"].contains($0)
            }
        #expect(values.count > 30)
        for value in values { #expect(!lines.contains { $0.contains(value) }, "\(value) is told") }
    }
}
