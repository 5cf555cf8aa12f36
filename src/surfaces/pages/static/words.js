// What the GraphiQL page says, in both languages.
export const language = document.documentElement.lang === 'th' ? 'th' : 'en';

const purposes = {
  PREVENTION: ['Prevention', 'การป้องกัน'], INVESTIGATION: ['Investigation', 'การสืบสวนสอบสวน'], PROSECUTION: ['Prosecution', 'การดำเนินคดี'],
  EXTRADITION: ['Extradition', 'การส่งผู้ร้ายข้ามแดน'], FINANCIAL_INTELLIGENCE: ['Financial intelligence', 'ข่าวกรองทางการเงิน'],
  ASSET_RECOVERY: ['Asset recovery', 'การติดตามทรัพย์สินคืน'], VICTIM_PROTECTION: ['Victim protection', 'การคุ้มครองผู้เสียหาย'],
  REPATRIATION: ['Repatriation', 'การส่งกลับประเทศ'], CONSULAR_ASSISTANCE: ['Consular assistance', 'การช่วยเหลือทางกงสุล'],
  CYBER_DEFENCE: ['Cyber defence', 'การป้องกันทางไซเบอร์'], OFFICER_SAFETY: ['Officer safety', 'ความปลอดภัยของเจ้าหน้าที่'],
  STATISTICS: ['Statistics', 'สถิติ'], KNOWLEDGE: ['Knowledge', 'องค์ความรู้'],
};
const levels = {
  UNCLASSIFIED: ['Unclassified', 'ไม่มีชั้นความลับ'], RESTRICTED: ['Restricted', 'ปกปิด'], CONFIDENTIAL: ['Confidential', 'ลับ'],
  SECRET: ['Secret', 'ลับมาก'], TOP_SECRET: ['Top secret', 'ลับที่สุด'],
};
const caveats = {
  PERSONAL: ['personal', 'ข้อมูลบุคคล'], VICTIM: ['victim', 'ผู้เสียหาย'], HEALTH: ['health', 'สุขภาพ'], SOURCE: ['source', 'แหล่งข่าว'],
  OPERATIONAL: ['operational', 'ยุทธการ'], FINANCIAL: ['financial', 'การเงิน'], CONSULAR: ['consular', 'กงสุล'],
};
const column = language === 'th' ? 1 : 0;
const named = (table) => (name) => table[name]?.[column] ?? name;

export const purposeName = named(purposes);
export const levelName = named(levels);
export const caveatName = named(caveats);
export const levelNames = Object.keys(levels);
export const textIn = (text) => text[language];

const say = {
  partner: ['Partner', 'หน่วยงาน'],
  purpose: ['Purpose', 'วัตถุประสงค์'],
  clearance: ['Clearance', 'ชั้นความลับ'],
  caveats: ['Need-to-know', 'เงื่อนไขการเข้าถึง'],
  none: ['none', 'ไม่มี'],
  released: [(n) => (n === 1 ? '1 record released to you.' : `${n} records released to you.`), (n) => `เปิดเผยแก่ท่าน ${n} ระเบียน`],
  withheld: [(fields, whom) => `Withheld: ${fields}.${whom === '' ? '' : ` Ask ${whom}.`}`, (fields, whom) => `ไม่เปิดเผย: ${fields}${whom === '' ? '' : ` โปรดสอบถาม ${whom}`}`],
  allShown: ['Nothing in them is withheld.', 'ไม่มีช่องที่ปิดไว้'],
  nothing: ['Nothing that is released to you answers this.', 'ไม่พบข้อมูลที่เปิดเผยแก่ท่าน'],
  done: ['Done, and kept.', 'บันทึกแล้ว'],
  askedFor: [(names) => `This is asked for: ${names}. Choose that purpose above.`, (names) => `ใช้กับวัตถุประสงค์: ${names} โปรดเลือกวัตถุประสงค์ด้านบน`],
  noGrant: ['No agreement gives you this for the purpose chosen above.', 'ไม่มีความตกลงใดให้สิทธินี้แก่ท่านตามวัตถุประสงค์ที่เลือกด้านบน'],
  refused: [(title, detail) => `Refused: ${title}${detail}`, (title, detail) => `ปฏิเสธ: ${title}${detail}`],
  signedOut: ['Sign in to ask. Nothing is kept in this browser but the sign-in itself.', 'โปรดเข้าสู่ระบบก่อนสอบถาม เบราว์เซอร์นี้ไม่เก็บข้อมูลอื่นใดนอกจากการเข้าสู่ระบบ'],
  orSignIn: ['Whoever was invited signs in; others choose below who they are in this demonstration.', 'ผู้ที่ได้รับเชิญเข้าสู่ระบบได้ ผู้อื่นเลือกด้านล่างว่าจะเป็นใครในระบบสาธิตนี้'],
  signedIn: [(name, partner) => `${name}, for ${partner}`, (name, partner) => `${name} ในนาม ${partner}`],
  nowSignedOut: ['You are signed out, here and on every server.', 'ท่านออกจากระบบแล้ว ทั้งที่นี่และทุกเครื่องของระบบ'],
  ended: ['Your session was ended: it ran out, you signed out elsewhere, or you were suspended. Sign in to go on.', 'การเข้าสู่ระบบของท่านสิ้นสุดแล้ว เนื่องจากหมดเวลา ออกจากระบบที่อื่น หรือถูกระงับ โปรดเข้าสู่ระบบอีกครั้งเพื่อใช้งานต่อ'],
  noIssuer: ['Nobody signs in here: this exchange has no token issuer of its own in force. Ask from a program, with a token of your organisation.', 'เข้าสู่ระบบที่นี่ไม่ได้ เพราะระบบนี้ไม่มีผู้ออกโทเค็นของตนเอง โปรดใช้โปรแกรมพร้อมโทเค็นของหน่วยงานท่าน'],
  elsewhere: [(address) => `Sign in at ${address}: this page was opened under another address.`, (address) => `โปรดเข้าสู่ระบบที่ ${address} เพราะหน้านี้เปิดด้วยที่อยู่อื่น`],
  cannotReach: ['The exchange cannot be reached.', 'ติดต่อระบบไม่ได้'],
};
export const words = Object.fromEntries(Object.entries(say).map(([name, pair]) => [name, pair[column]]));
