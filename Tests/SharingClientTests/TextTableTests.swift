import SharingClient
import Testing

@Suite struct TextTableTests {
    private func table(_ headings: [String], _ rows: [[String]]) -> TextTable {
        var table = TextTable(headings)
        for row in rows { table.add(row) }
        return table
    }

    @Test func columnsAreAlignedAndLinesHaveNoTail() {
        let table = table(["agency", "kind"], [["ods:RBS25", "nhs"], ["gss:E08000012", ""]])
        #expect(table.aligned() == "AGENCY         KIND\nods:RBS25      nhs\ngss:E08000012\n")
        var names = TextTable(["openedBy", "id"])
        names.add(["x", "y"])
        #expect(names.aligned() == "OPENED BY  ID\nx          y\n")
        #expect(names.csv.hasPrefix("openedBy,id"), "programs go by the names as they are")
    }

    @Test(arguments: [20, 30, 40, 79])
    func aNarrowTerminalCutsTheWidestColumnFirst(_ width: Int) {
        let long = String(repeating: "a", count: 60)
        let text = table(["id", "text"], [["12345678", long]]).aligned(width: width)
        for line in text.split(separator: "\n") { #expect(line.count <= width) }
        #expect(text.contains("12345678"))
        #expect(text.contains("…") == (width < 70))
    }

    @Test func whatNamesARowIsNeverCutAndWordsAreCutBeforeCodes() {
        let id = "c2631f8a-8f0e-4b52-9a57-000000000001"
        let text = table(["id", "title", "agency"], [[id, "a title of many words", "gss:E08000012"]]).aligned(width: 65)
        #expect(text.contains(id))
        #expect(text.contains("gss:E08000012"))
        #expect(text.contains("a title of …"))
    }

    @Test func recordedTextCannotSteerTheTerminal() {
        let text = table(["title"], [["ok\u{1B}[2J\r\nforged"]]).aligned()
        #expect(!text.contains("\u{1B}"))
        #expect(text.split(separator: "\n").count == 2)
    }

    @Test func csvQuotesWhatNeedsIt() {
        let table = table(["a", "b"], [["one, two", "say \"no\""], ["line\nbreak", "plain"]])
        #expect(table.csv == "a,b\r\n\"one, two\",\"say \"\"no\"\"\"\r\n\"line\nbreak\",plain\r\n")
    }

    @Test(arguments: ["=1+1", "+44", "-2", "@SUM(A1)"])
    func aSpreadsheetTakesNoCellForAFormula(_ cell: String) {
        #expect(table(["a"], [[cell]]).csv == "a\r\n'\(cell)\r\n")
    }

    @Test func surplusCellsAreDroppedAndMissingOnesEmpty() {
        #expect(table(["a", "b"], [["1"], ["1", "2", "3"]]).rows == [["1", ""], ["1", "2"]])
    }
}
