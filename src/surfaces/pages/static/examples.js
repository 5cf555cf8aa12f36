// Ready operations, in plain words. Variables are filled in from who is asking: channels it may submit to, a value the records hold.
import { caseExamples } from './case-examples.js';
import { requestExamples } from './request-examples.js';
import { language, purposeName, words } from './words.js';

const either = (en, th) => (language === 'th' ? th : en);

const fields = `id
        originator
        channels
        type
        value
        role
        observedAt
        country
        networkName
        description
        location { lat lon radiusMetres }
        subscriber { name }
        rationale
        withheld`;

const gives = (wanted, kind) => ({ access, kinds }) => access.includes(wanted) && (kinds.includes('*') || kinds.includes(kind));
const submitChannel = ({ grants }) => grants.find(gives('SUBMIT', 'Indicator'))?.channel;

const all = [
  {
    id: 'lookup',
    title: ['Look up an address', 'ค้นหาที่อยู่'],
    query: `# ${either('What do our partners know of this?', 'ภาคีทราบอะไรเกี่ยวกับค่านี้')}
query LookUp($values: [LookupInput!]!) {
  lookup(values: $values) {
    asked
    value
    readings
    claims {
      ... on Indicator {
        ${fields}
      }
    }
    nothing { message desk { partner desk contact } }
    error { code message }
  }
}
`,
    variables: (_me, { lookup }) => ({ values: [{ value: lookup ?? 'pay-verify[.]example' }] }),
  },
  {
    id: 'numbers',
    title: ['Look up accounts and documents', 'ค้นหาเลขที่บัญชีและเลขเอกสาร'],
    query: `# ${either('Many at once. Claims are records of the number itself; mentions are others in which it stands, and no claim against anybody.', 'ค้นหาหลายค่าพร้อมกัน claims คือรายการที่ระบุถึงค่านั้นเอง mentions คือรายการอื่นที่มีค่านั้นอยู่ มิใช่ข้อกล่าวหาต่อผู้ใด')}
query LookUpNumbers($values: [LookupInput!]!) {
  lookup(values: $values) {
    asked
    type
    value
    claims { __typename id originator ... on Account { scheme institution { code } holderName muleTier holdState } withheld }
    mentions { fields record { __typename id originator withheld } }
    nothing { message desk { partner desk contact } }
    error { code message }
  }
}
`,
    variables: () => ({ values: [{ type: 'ACCOUNT', value: '202-2-22222-2' }, { type: 'DOCUMENT', value: 'SYNM 00001' }, { type: 'REFERENCE', value: 'DEMO-ACCOUNT-first' }] }),
  },
  {
    id: 'person',
    title: ['Find a person by name', 'ค้นหาบุคคลด้วยชื่อ'],
    query: `# ${either('In any script, in any order, with or without titles; the best answers first. Leave out what you do not know.', 'พิมพ์ด้วยอักษรใดก็ได้ สลับชื่อกับนามสกุลได้ มีคำนำหน้าหรือไม่ก็ได้ ผลที่ตรงที่สุดอยู่บนสุด ข้อมูลที่ไม่ทราบให้เว้นไว้')}
query FindPerson($name: String!, $birthDate: String, $nationality: String) {
  identities(filter: { names: { name: $name, birthDate: $birthDate, nationality: $nationality } }, first: 20) {
    edges { match { score name rules } node { id originator identityStatus names { full } birthDate nationalities withheld } }
  }
  missingPersons(filter: { names: { name: $name, birthDate: $birthDate, nationality: $nationality } }, first: 20) {
    edges { match { score name rules } node { id originator missingStatus names { full } birthDate nationality withheld } }
  }
  accounts(filter: { holderName: { name: $name } }, first: 20) {
    edges { match { score name rules } node { id originator holderName institution { code } withheld } }
  }
}
`,
    variables: () => ({ name: 'นายสมชาย ใจดี', birthDate: null, nationality: null }),
  },
  {
    id: 'money',
    title: ['Follow the money', 'ติดตามเส้นทางเงิน'],
    query: `# ${either('From an account number on, hop by hop, over the transfers released to you.', 'จากเลขที่บัญชีไปทีละทอด เฉพาะรายการโอนที่เปิดเผยแก่ท่าน')}
query FollowTheMoney($number: String!, $bank: String) {
  transfersFrom(number: $number, code: $bank, hops: 6) {
    hops {
      hop
      transfers { originator at amount currency from { number } to { number cryptoAddress } withheld }
      cut
    }
  }
}
`,
    needs: gives('READ', 'Transfer'),
    variables: () => ({ number: '2022222222', bank: 'SYN' }),
  },
  {
    id: 'report',
    title: ['Report a suspect address', 'รายงานที่อยู่ต้องสงสัย'],
    query: `# ${either('Change the values below first.', 'แก้ไขค่าด้านล่างก่อนส่ง')}
mutation Report($input: IndicatorInput!) {
  submitIndicator(input: $input) {
    id
    value
    classification
    channels
    country
    networkName
    etag
  }
}
`,
    needs: gives('SUBMIT', 'Indicator'),
    variables: (me) => ({
      input: {
        value: 'hxxps://pay-verify[.]example/login',
        role: 'PHISHING',
        observedAt: new Date().toISOString(),
        description: either('A forged bank login (an invented example)', 'หน้าเข้าสู่ระบบธนาคารปลอม (ข้อมูลสมมติ)'),
        classification: 'UNCLASSIFIED',
        legalBasis: { ground: either('Reported by a customer of the bank (invented)', 'ลูกค้าของธนาคารแจ้ง (ข้อมูลสมมติ)') },
        channels: [submitChannel(me)].filter((channel) => channel !== undefined),
      },
    }),
  },
  {
    id: 'changes',
    title: ['What changed today', 'วันนี้มีอะไรเปลี่ยนแปลง'],
    query: `# ${either('From the cursor on; null: from the start.', 'ตั้งแต่ cursor ถ้าเป็น null คือตั้งแต่ต้น')}
query Changes($cursor: String) {
  changes(cursor: $cursor, first: 50) {
    events {
      event
      id
      kind
      record {
        originator
        updatedAt
        ... on Indicator { type value role }
        withheld
      }
    }
    cursor
    more
  }
}
`,
    variables: (_me, { cursor }) => ({ cursor: cursor ?? null }),
  },
  {
    id: 'statistics',
    title: ['Count what the committee exchanged', 'นับจำนวนข้อมูลที่แลกเปลี่ยนในคณะกรรมการ'],
    query: `# ${either('For members of a joint committee, and others to whom a clause gives COUNT. Ask with the purpose STATISTICS. Small cells are not shown.', 'สำหรับสมาชิกคณะกรรมการร่วมและผู้ที่ข้อตกลงให้นับจำนวน ใช้วัตถุประสงค์ STATISTICS ไม่แสดงช่องที่มีจำนวนน้อย')}
query Count($table: ID!, $period: String) {
  statisticTables { id title { en th } dimensions period latest }
  statistics(table: $table, period: $period) {
    of
    dimensions
    cells { values count }
  }
}
`,
    purposes: ['STATISTICS'],
    variables: ({ partner }) => ({ table: partner.id === 'unodc' ? 'unodc-screenings' : 'border-screenings', period: null }),
  },
  {
    id: 'ledger',
    title: ['Who has read our records', 'ใครอ่านข้อมูลของเรา'],
    query: `# ${either('Readings of our records by others.', 'การอ่านข้อมูลของเราโดยหน่วยงานอื่น')}
query WhoRead($from: DateTime) {
  ledger(from: $from, first: 50) {
    items { at partner purpose operation records fields }
    nextCursor
  }
}
`,
    variables: () => ({ from: new Date(Date.now() - 86_400_000).toISOString() }),
  },
];

/** Why an operation would bring nothing to who asks, in a sentence; nothing where that is not known. */
export const hint = ({ purposes, needs }, me) => {
  if (purposes !== undefined && !purposes.includes(me.purpose)) return words.askedFor(purposes.map(purposeName).join(', '));
  return needs === undefined || me.grants.some(needs) ? '' : words.noGrant;
};

export const examples = [...all, ...caseExamples, ...requestExamples].map(({ title, ...rest }) => ({ ...rest, title: either(...title) }));
