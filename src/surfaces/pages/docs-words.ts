/** The words of the reference page itself, English and Thai. What is described stands in the dictionary's own words. */
import type { Language } from '../language.ts';

const en = {
  title: 'REST reference',
  skip: 'Skip to the content',
  other: 'ภาษาไทย',
  contents: 'Contents',
  documents: 'The same as a document, for generators:',
  access: 'Access',
  accessText:
    'Send a bearer token in Authorization, and where it carries several purposes the one you ask for in Exchange-Purpose. Every answer holds only what was released to you: what is withheld is named in withheld, what is invisible is as if it were not there. Each reading is in the ledger, where the originator can see it.',
  operations: 'Operations',
  parameters: 'Parameters',
  body: 'Body',
  answers: 'Answers',
  example: 'Example',
  schemas: 'Schemas',
  problems: 'Problems',
  problemsText: 'Every refusal is an application/problem+json (RFC 9457). Switch on code, never on text.',
  sources: 'Sources',
  sourcesText: 'Country, autonomous system and network name of an address come from tables that are kept offline:',
  name: 'Name',
  where: 'In',
  type: 'Type',
  meaning: 'Meaning',
  required: 'required',
  status: 'Status',
  code: 'Code',
  licence: 'Licence',
  date: 'Date',
};

const th: typeof en = {
  title: 'คู่มืออ้างอิง REST',
  skip: 'ข้ามไปยังเนื้อหา',
  other: 'English',
  contents: 'สารบัญ',
  documents: 'เอกสารเดียวกันสำหรับเครื่องมือสร้างโค้ด:',
  access: 'การเข้าถึง',
  accessText:
    'ส่งโทเค็นในส่วนหัว Authorization และหากโทเค็นมีหลายวัตถุประสงค์ ให้ระบุข้อที่ใช้ใน Exchange-Purpose คำตอบทุกครั้งมีเฉพาะสิ่งที่เปิดเผยให้ท่าน ฟิลด์ที่สงวนไว้มีชื่ออยู่ใน withheld สิ่งที่ท่านมองไม่เห็นเสมือนไม่มีอยู่ การอ่านทุกครั้งถูกบันทึกไว้ในบัญชี ซึ่งเจ้าของข้อมูลตรวจดูได้',
  operations: 'รายการคำสั่ง',
  parameters: 'พารามิเตอร์',
  body: 'เนื้อหาคำขอ',
  answers: 'คำตอบ',
  example: 'ตัวอย่าง',
  schemas: 'โครงสร้างข้อมูล',
  problems: 'ข้อผิดพลาด',
  problemsText: 'การปฏิเสธทุกครั้งเป็น application/problem+json (RFC 9457) ให้โปรแกรมตรวจที่ code ไม่ใช่ข้อความ',
  sources: 'แหล่งข้อมูล',
  sourcesText: 'ประเทศ หมายเลขเครือข่าย และชื่อเครือข่ายของที่อยู่ไอพี มาจากตารางที่เก็บไว้ภายในระบบ:',
  name: 'ชื่อ',
  where: 'ตำแหน่ง',
  type: 'ชนิด',
  meaning: 'ความหมาย',
  required: 'จำเป็น',
  status: 'สถานะ',
  code: 'รหัส',
  licence: 'สัญญาอนุญาต',
  date: 'วันที่',
};

export type Words = typeof en;
export const wordsIn = (language: Language): Words => (language === 'th' ? th : en);
