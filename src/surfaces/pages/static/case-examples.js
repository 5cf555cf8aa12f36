// Ready operations for those who protect and bring home: in plain words, with variables filled in from who is asking.
import { language } from './words.js';

const either = (en, th) => (language === 'th' ? th : en);

/** The country an embassy stands for, as its id begins: an example's first guess, to be changed. */
const countryOf = ({ partner: { id } }) => (/^[a-z]{2}-/.test(id) ? id.slice(0, 2).toUpperCase() : 'KR');
const helping = ['CONSULAR_ASSISTANCE', 'VICTIM_PROTECTION', 'REPATRIATION'];
const missing = helping.slice(0, 2);
const matched = ['MissingPerson', 'Victim', 'Identity', 'Screening'];
const channelFor = (kind, { grants }) => grants.find(({ access, kinds }) => access.includes('SUBMIT') && (kinds.includes('*') || kinds.includes(kind)))?.channel;

/** Desks that have cases, by what the demonstration calls them; else the one of the token, or the first. */
const ofCases = ['protection', 'nrm', 'consular'];

export const caseExamples = [
  {
    id: 'find-missing',
    title: ['Find our missing national', 'ตามหาคนชาติของเราที่สูญหาย'],
    query: `# ${either('By name and by passport, in all that is released to you. Ask for CONSULAR_ASSISTANCE.', 'ค้นด้วยชื่อและหนังสือเดินทาง ในข้อมูลทั้งหมดที่เปิดเผยแก่ท่าน ใช้วัตถุประสงค์ CONSULAR_ASSISTANCE')}
query FindMissing($name: String!, $nationality: String!, $passport: String!) {
  victimsByName: victims(filter: { names: { name: $name, nationality: $nationality } }) {
    nodes { id originator pseudonym nationality nrmStage names { full } nrmDesks { partner desk } withheld }
  }
  victimsByPassport: victims(filter: { documents: { number: { eq: $passport } } }) {
    nodes { id originator pseudonym nationality nrmStage names { full } nrmDesks { partner desk } withheld }
  }
  identitiesByName: identities(filter: { names: { name: $name, nationality: $nationality } }) {
    nodes { id originator identityStatus nationalities names { full } withheld }
  }
  reportedByUs: missingPersons(filter: { documents: { number: { eq: $passport } } }) {
    nodes { id originator missingStatus names { full } }
  }
}
`,
    purposes: missing,
    variables: (me) => ({ name: 'Synthetic Bada', nationality: countryOf(me), passport: 'SYNV00002' }),
  },
  {
    id: 'report-missing',
    title: ['Report one missing', 'แจ้งผู้สูญหาย'],
    query: `# ${either('Change the values below first. You are told when a record released to you matches.', 'แก้ไขค่าด้านล่างก่อนส่ง ระบบจะแจ้งท่านเมื่อพบข้อมูลที่ตรงกัน')}
mutation ReportMissing($input: MissingPersonInput!) {
  submitMissingPerson(input: $input) {
    id
    missingStatus
    names { full }
    nationality
    channels
    etag
  }
}
`,
    purposes: missing,
    variables: (me) => ({
      input: {
        missingStatus: 'MISSING',
        names: [{ full: either('Synthetic Person (invented)', 'บุคคลสมมติ') }],
        birthDate: '2001',
        nationality: countryOf(me),
        documents: [{ type: 'PASSPORT', number: 'SYN0099', issuer: countryOf(me) }],
        lastContact: { at: new Date().toISOString(), how: either('A message to the family (invented)', 'ข้อความถึงครอบครัว (ข้อมูลสมมติ)') },
        classification: 'RESTRICTED',
        channels: [channelFor('MissingPerson', me)].filter((channel) => channel !== undefined),
      },
    }),
  },
  {
    id: 'found-missing',
    title: ['Was one of those we look for found?', 'พบผู้ที่เราตามหาแล้วหรือยัง'],
    query: `# ${either('MATCH: id is your report, match.record is who may be the person. Keep the cursor; ask for CONSULAR_ASSISTANCE.', 'MATCH: id คือเรื่องที่ท่านแจ้ง match.record คือผู้ที่อาจเป็นบุคคลนั้น เก็บ cursor ไว้ ใช้วัตถุประสงค์ CONSULAR_ASSISTANCE')}
query FoundMissing($cursor: String, $kinds: [String!]) {
  changes(cursor: $cursor, kinds: $kinds, first: 200) {
    events {
      event
      id
      kind
      match {
        score
        name
        rules
        record {
          id
          originator
          ... on Victim { pseudonym nrmStage nrmDesks { partner desk } }
          ... on Identity { identityStatus }
          ... on Screening { at outcome }
          withheld
        }
      }
    }
    cursor
    more
  }
}
`,
    purposes: missing,
    kinds: matched,
    variables: (_me, { cursor } = {}) => ({ cursor: cursor ?? null, kinds: matched }),
  },
  {
    id: 'our-nationals',
    title: ['Our nationals in shelters', 'คนชาติของเราในสถานคุ้มครอง'],
    query: `# ${either('Those whose records are released to you, by the stage they stand in.', 'เฉพาะผู้ที่ข้อมูลเปิดเผยแก่ท่าน แยกตามขั้นตอน')}
query OurNationals($nationality: String!, $stages: [NrmStage!]!) {
  victims(filter: { nationality: { eq: $nationality }, nrmStage: { in: $stages } }, first: 100) {
    nodes {
      id
      originator
      pseudonym
      nrmStage
      nrmSince
      interpreterLanguage
      shelter { name since }
      repatriation { state }
      withheld
    }
  }
}
`,
    purposes: helping,
    variables: (me) => ({ nationality: countryOf(me), stages: ['TEMPORARY_SHELTER', 'FORMAL_IDENTIFICATION', 'REFLECTION', 'PROTECTION'] }),
  },
  {
    id: 'cases-due',
    title: ['Cases due this week', 'เรื่องที่ครบกำหนดในสัปดาห์นี้'],
    query: `# ${either('Of a desk of yours, or partner/desk. A clock that ran out warns; it moves nobody.', 'ของหน่วยท่าน หรือ หน่วยงาน/หน่วยประสานงาน กรอบเวลาที่พ้นกำหนดเป็นเพียงการเตือน')}
query CasesDue($desk: String!, $within: String!) {
  caseload(desk: $desk, dueWithin: $within, first: 100) {
    items {
      stage
      since
      due
      clock
      escalatedTo
      record {
        id
        originator
        ... on Victim { pseudonym nationality interpreterLanguage }
        withheld
      }
    }
    nextCursor
  }
}
`,
    purposes: helping,
    variables: ({ desk, desks }) => ({ desk: desk ?? desks.find((id) => ofCases.includes(id)) ?? desks[0], within: 'P7D' }),
  },
];
