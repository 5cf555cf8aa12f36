/** A kind that refers to others, that is only in tests. */
export const notes = `
"A note about other records (บันทึก)."
type Note implements Record @record(plural: "notes", path: "notes") {
  "What it says (ข้อความ)."
  text: String @classified(as: RESTRICTED) @input @normalise(by: TEXT)
  "What nobody abroad is told (ลับ)."
  hidden: String @classified(as: SECRET, caveats: [SOURCE]) @input @normalise(by: TEXT)
  "What it is about (เรื่อง)."
  about: ID @reference(to: ["Place", "Indicator"]) @classified(as: RESTRICTED) @input @searchable
  "Where else (ที่อื่น)."
  places: [ID!] @reference(to: ["Place"]) @classified(as: RESTRICTED) @input @searchable
  "Its end (ปลายทาง)."
  end: NoteEnd @classified(as: CONFIDENTIAL, caveats: [OPERATIONAL]) @input
}
"An end."
type NoteEnd {
  "The indicator."
  indicator: ID @reference(to: ["Indicator"]) @searchable
  "Its label."
  label: String @normalise(by: TEXT)
}
`;
