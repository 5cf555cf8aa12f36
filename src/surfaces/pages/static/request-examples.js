// Ready operations for those who ask and answer: in plain words, with variables filled in from who is asking.
import { language } from './words.js';

const either = (en, th) => (language === 'th' ? th : en);

/** The channel of the demonstration in which those are asked; else one in which a clause lets you ask it. Whoever has none is told so by the exchange. */
const channelOf = (asks, { grants }, usual = 'aoc-1441') => {
  const open = grants.filter(({ requests }) => requests.includes(asks));
  return (open.find(({ channel }) => channel === usual) ?? open[0])?.channel ?? usual;
};
const may = (asks) => ({ requests }) => requests.includes(asks);
const desk = ({ desksOf }, partner) => ({ partner, desk: desksOf[partner]?.[0] ?? 'duty' });

/** Whom the demonstration asks: an operator at home, the police from abroad; never oneself. */
const addressKeeper = (me, channel) => (channel === 'aoc-1441' && me.partner.id !== 'th-demo-isp' ? 'th-demo-isp' : 'th-ccib');
const recordKeeper = ({ partner }, channel) => (channel.endsWith('-victims') ? ['th-msdhs', 'th-shelter'] : ['th-ccib', 'kr-embassy']).find((id) => id !== partner.id);

/** What of a record may be asked for: its originator's own numbers are opened to nobody. */
export const openable = ({ withheld }) => withheld.filter((name) => !['externalRef', 'caseRefs'].includes(name));

/** By what it is asked: at home by a statute, from abroad by a treaty. */
const authority = ({ partner: { id } }, section) => (id.startsWith('th-') ? { type: 'STATUTE', number: section } : { type: 'TREATY', number: 'article 5 (invented)' });

const ask = (body, me) => ({
  input: { precedence: 'IMMEDIATE', classification: 'UNCLASSIFIED', channels: [channelOf(body.asks, me)], legalBasis: { ground: 'Synthetic: named by a complainant' }, ...body },
});

export const requestExamples = [
  {
    id: 'ask-address',
    title: ['Ask who had an address', 'ขอข้อมูลผู้ใช้ที่อยู่เครือข่าย'],
    query: `# ${either('Goes to the desk that is named, and to nobody else in the channel. Its clock starts at once.', 'ส่งถึงโต๊ะที่ระบุเท่านั้น ผู้อื่นในกลุ่มงานไม่เห็น กรอบเวลาเริ่มทันที')}
mutation AskAboutAddress($input: RequestInput!) {
  submitRequest(input: $input) {
    id
    asks
    precedence
    desks { partner desk }
    questions
  }
}
`,
    needs: may('SUBSCRIBER_DATA'),
    variables: (me) => ask({
      asks: 'SUBSCRIBER_DATA', desks: [desk(me, addressKeeper(me, channelOf('SUBSCRIBER_DATA', me)))], questions: ['Who had it?', 'Since when?'],
      authority: authority(me, 'section 18'), subscriberData: { value: '203.0.113.7', port: 51234, at: '2026-01-31T08:00:00Z' },
    }, me),
  },
  {
    id: 'hold-account',
    title: ['Hold this account', 'ขอระงับบัญชี'],
    query: `# ${either('The bank acts at once and holds for 72 hours. Leave amount out to hold the whole account.', 'ธนาคารดำเนินการทันทีและระงับ 72 ชั่วโมง ไม่ระบุ amount คือระงับทั้งบัญชี')}
mutation HoldAccount($input: RequestInput!) {
  submitRequest(input: $input) {
    id
    asks
    desks { partner desk }
    accountHold { accounts { institution number amount { amount currency } } }
  }
}
`,
    needs: may('ACCOUNT_HOLD'),
    variables: (me) => ask({
      asks: 'ACCOUNT_HOLD', precedence: 'FLASH', desks: [{ partner: 'th-demo-bank', desk: 'fraud' }], authority: { type: 'STATUTE', number: 'section 7' },
      accountHold: { accounts: [{ institution: 'SYN', number: '1234567890', amount: { amount: '25000', currency: 'THB' } }] },
    }, me),
  },
  {
    id: 'who-waits',
    title: ['Who is waiting for us', 'ใครกำลังรอเรา'],
    query: `# ${either('What waits for a desk of yours, by due date. Without desk: the one that your token names.', 'คำขอที่รอโต๊ะของท่าน เรียงตามกำหนด ไม่ระบุ desk คือโต๊ะที่โทเค็นระบุ')}
query WhoWaits($desk: String, $overdue: Boolean) {
  inbox(desk: $desk, overdue: $overdue, first: 100) {
    items {
      side
      due
      overdue
      escalated
      contact { partner desk contact }
      request { id originator asks precedence subject questions }
      leg { id state steps { step at to } }
    }
    nextCursor
  }
}
`,
    variables: ({ desk, desks }) => ({ desk: desk ?? desks[0], overdue: false }),
  },
  {
    id: 'follow-with-holds',
    title: ['Propose holds along the money', 'ร่างคำขอระงับตามเส้นทางเงิน'],
    query: `# ${either('Follows the money that you see, and drafts a hold for each bank where it went. Nothing is sent: look at the drafts, and send each.', 'ติดตามเงินที่ท่านเห็น และร่างคำขอระงับถึงธนาคารปลายทางแต่ละแห่ง ยังไม่ส่ง ตรวจร่างแล้วจึงส่งทีละรายการ')}
mutation ProposeHolds($number: String!, $bank: String, $channel: String!, $request: RequestPatch!) {
  proposeHolds(number: $number, code: $bank, hops: 3, channel: $channel, request: $request) {
    requests {
      id
      etag
      draft
      desks { partner desk }
      accountHold { accounts { institution number amount { amount currency } } }
    }
    left { why institution number detail }
    cut
  }
}
`,
    needs: may('ACCOUNT_HOLD'),
    variables: (me) => ({
      number: '2022222222', bank: 'SYN', channel: channelOf('ACCOUNT_HOLD', me),
      request: { classification: 'UNCLASSIFIED', precedence: 'FLASH', authority: { type: 'STATUTE', number: 'section 7' }, legalBasis: { ground: 'Synthetic: named by a complainant' } },
    }),
  },
  {
    id: 'ask-withheld',
    title: ['Ask for what is withheld', 'ขอให้เปิดเผยช่องที่ไม่เปิดเผย'],
    query: `# ${either('Goes to the originator of a record: of the last one shown with something withheld, else put its id and names from its withheld list into the variables. What is opened is open to you alone, for this purpose, until then.', 'ส่งถึงหน่วยงานเจ้าของระเบียน คือระเบียนล่าสุดที่แสดงและมีช่องที่ไม่เปิดเผย หากไม่มีให้ใส่เลขระเบียนและชื่อช่องจาก withheld ในตัวแปร ช่องที่เปิดเผยเห็นเฉพาะหน่วยงานของท่าน ตามวัตถุประสงค์นี้ จนถึงเวลาที่กำหนด')}
mutation AskForWithheld($input: RequestInput!) {
  submitRequest(input: $input) {
    id
    desks { partner desk }
    disclosure { record fields until purpose }
  }
}
`,
    needs: may('DISCLOSURE'),
    variables: (me, { closed } = {}) => {
      const channel = closed?.channels?.find((one) => me.grants.some((grant) => grant.channel === one && may('DISCLOSURE')(grant))) ?? channelOf('DISCLOSURE', me, 'embassies-ip');
      return {
        input: {
          asks: 'DISCLOSURE', classification: 'UNCLASSIFIED', channels: [channel], desks: [desk(me, closed?.originator ?? recordKeeper(me, channel))], legalBasis: { ground: 'Synthetic: named by a complainant' },
          disclosure: { record: closed?.id ?? '01920000-0000-7000-8000-000000000001', fields: [closed === undefined ? 'subscriber' : openable(closed)[0]], until: new Date(Date.now() + 30 * 86_400_000).toISOString(), purpose: me.purpose },
        },
      };
    },
  },
  {
    id: 'how-long',
    title: ['How long until it was done', 'ใช้เวลาเท่าใดจนดำเนินการเสร็จ'],
    query: `# ${either('Of your requests of the last 30 days, and of what your desks were asked: time to block, time to hold, in seconds.', 'คำขอของท่านใน 30 วันล่าสุด และคำขอที่ถึงโต๊ะของท่าน ระยะเวลาจนปิดกั้นหรือระงับ เป็นวินาที')}
query HowLong($asks: RequestKind) {
  requestSums(asks: $asks) {
    executors { side asks partner legs done overdue states { state legs } toDone { least median most } }
    cut
  }
}
`,
    variables: () => ({ asks: null }),
  },
];
