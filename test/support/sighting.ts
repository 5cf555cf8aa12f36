/** A kind with parts, that is only in tests. */
export const sightings = `
"Somebody seen somewhere (การพบเห็น)."
type Sighting implements Record @record(plural: "sightings", path: "sightings") {
  "Where (ที่)."
  place: String @classified(as: RESTRICTED) @input(required: true) @normalise(by: TEXT) @searchable @constraint(minLength: 1, maxLength: 200)
  "Contact (การติดต่อ)."
  contact: SightingContact @classified(as: RESTRICTED, caveats: [PERSONAL]) @input
  "Papers (เอกสาร)."
  papers: [SightingPaper!] @classified(as: CONFIDENTIAL, caveats: [PERSONAL]) @input
}
"A contact."
type SightingContact {
  "How."
  how: String @constraint(maxLength: 100)
  "When."
  at: DateTime @normalise(by: INSTANT)
  "The number."
  phone: String @classified(as: CONFIDENTIAL, caveats: [PERSONAL]) @searchable @normalise(by: TEXT) @constraint(maxLength: 100)
  "The home."
  home: SightingHome @classified(as: SECRET, caveats: [PERSONAL])
}
"A home."
type SightingHome {
  "Its street."
  street: String
  "Its door."
  door: String @classified(as: SECRET, caveats: [PERSONAL, SOURCE])
}
"A paper."
type SightingPaper {
  "What it is."
  sort: String
  "Its number."
  number: String @searchable @normalise(by: TEXT)
}
`;
