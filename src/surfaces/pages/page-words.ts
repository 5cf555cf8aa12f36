/** What the pages say, in both languages. */
import type { Language } from '../language.ts';

const en = {
  skip: 'Skip to the content', elsewhere: 'Elsewhere', other: 'ภาษาไทย', reference: 'REST reference',
  headline: 'Shared intelligence, each seeing what an agreement lets it see',
  whatItIs: 'Prasan is an exchange in which police, embassies, regulators, financial-intelligence units, banks, telecom operators and social services share what they know about scam compounds and the trafficking behind them.',
  demoNote: 'This is a demonstration on your own machine: the institutions are real, their taking part and every record are invented.',
  doorGraphiql: 'Try it in GraphiQL', doorGraphiqlText: 'Look up an address, report one, see what changed, see who read your records.',
  doorDocs: 'REST reference', doorDocsText: 'Every call, every field, every refusal.',
  doorContract: 'OpenAPI contract', doorContractText: 'For generators of clients: openapi.yaml.',
  howHeading: 'How it works',
  how: [
    'A record is one partner’s claim. It is shared into a channel, under a clause of an agreement, for named purposes.',
    'You see a field only when one clause that brought you the record covers its level and its caveats. The names of the others are listed as withheld, so that you know whom to ask.',
    'When an agreement ends or is suspended, the access it gave ends with the next request.',
    'Every reading is in a ledger before the answer leaves; the originator can see who read its records.',
  ],
  programHeading: 'From a program', programText: 'Send a bearer token of your organisation’s issuer, and the purpose you ask for.',
  demoToken: 'A token for the demonstration:',
  access: 'Who asks', partner: 'Partner', purpose: 'Purpose', clearance: 'Clearance',
  session: 'Who is signed in', signIn: 'Sign in with a passkey', signOut: 'Sign out', administer: 'Staff of your organisation',
  examples: 'Ready examples', loading: 'Loading…', signInFirst: 'Sign in above to begin.', noScript: 'This page needs JavaScript. The REST reference does not.',
};

export type PageWords = typeof en;

const th: PageWords = {
  skip: 'ข้ามไปยังเนื้อหา', elsewhere: 'ส่วนอื่น', other: 'English', reference: 'คู่มือ REST',
  headline: 'แลกเปลี่ยนข่าวกรอง โดยแต่ละฝ่ายเห็นเท่าที่ความตกลงอนุญาต',
  whatItIs: 'ประสาน คือระบบแลกเปลี่ยนข้อมูลที่ตำรวจ สถานทูต หน่วยงานกำกับดูแล หน่วยข่าวกรองทางการเงิน ธนาคาร ผู้ให้บริการโทรคมนาคม และหน่วยงานสังคมสงเคราะห์ ใช้แบ่งปันข้อมูลเกี่ยวกับฐานปฏิบัติการหลอกลวงและการค้ามนุษย์ที่อยู่เบื้องหลัง',
  demoNote: 'นี่คือระบบสาธิตบนเครื่องของท่าน ชื่อหน่วยงานเป็นของจริง แต่การเข้าร่วมและข้อมูลทั้งหมดสมมติขึ้น',
  doorGraphiql: 'ทดลองใช้ใน GraphiQL', doorGraphiqlText: 'ค้นหาที่อยู่ รายงานที่อยู่ต้องสงสัย ดูสิ่งที่เปลี่ยนแปลง และดูว่าใครอ่านข้อมูลของท่าน',
  doorDocs: 'คู่มือ REST', doorDocsText: 'ทุกคำสั่ง ทุกช่องข้อมูล ทุกเหตุที่ปฏิเสธ',
  doorContract: 'สัญญา OpenAPI', doorContractText: 'สำหรับสร้างโปรแกรมลูกข่าย: openapi.yaml',
  howHeading: 'หลักการทำงาน',
  how: [
    'หนึ่งระเบียนคือข้อมูลที่หน่วยงานหนึ่งยืนยัน แบ่งปันเข้ากลุ่มทำงานตามข้อบทของความตกลง เพื่อวัตถุประสงค์ที่ระบุ',
    'ท่านเห็นช่องข้อมูลเมื่อข้อบทเดียวที่นำระเบียนนั้นมาถึงท่านครอบคลุมทั้งชั้นความลับและเงื่อนไขของช่องนั้น ช่องอื่นจะแสดงเฉพาะชื่อว่าไม่เปิดเผย เพื่อให้ทราบว่าควรสอบถามใคร',
    'เมื่อความตกลงสิ้นสุดหรือถูกระงับ สิทธิที่ได้จากความตกลงนั้นสิ้นสุดทันทีในคำขอถัดไป',
    'การอ่านทุกครั้งถูกบันทึกก่อนส่งคำตอบ และเจ้าของข้อมูลตรวจดูได้ว่าใครอ่าน',
  ],
  programHeading: 'เรียกใช้จากโปรแกรม', programText: 'ส่งโทเค็นจากผู้ออกโทเค็นของหน่วยงานท่าน พร้อมวัตถุประสงค์ที่ขอ',
  demoToken: 'โทเค็นสำหรับการสาธิต:',
  access: 'ผู้สอบถาม', partner: 'หน่วยงาน', purpose: 'วัตถุประสงค์', clearance: 'ชั้นความลับ',
  session: 'ผู้ที่เข้าสู่ระบบ', signIn: 'เข้าสู่ระบบด้วยพาสคีย์', signOut: 'ออกจากระบบ', administer: 'เจ้าหน้าที่ของหน่วยงานท่าน',
  examples: 'ตัวอย่างพร้อมใช้', loading: 'กำลังเปิด…', signInFirst: 'เข้าสู่ระบบด้านบนเพื่อเริ่มใช้งาน', noScript: 'หน้านี้ต้องใช้ JavaScript ส่วนคู่มือ REST ไม่ต้องใช้',
};

export const pageWords = (language: Language): PageWords => (language === 'th' ? th : en);
