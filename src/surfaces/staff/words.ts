/** What the pages of staff say, in both languages. */
import type { Language } from '../language.ts';

const en = {
  skip: 'Skip to the content', other: 'ภาษาไทย', noScript: 'This page needs JavaScript: passkeys are asked for by it.', elsewhere: 'Elsewhere',
  signIn: 'Sign in', signInText: 'Your device asks for your finger, face or PIN. There is no password, and no name to type.', usePasskey: 'Sign in with a passkey',
  lost: 'I lost my device: use a recovery code', waiting: 'Waiting for your device…', refused: 'That did not work. Try again, or ask the administrator of your organisation.',
  limited: 'Too many tries. Wait a while.', unsupported: 'This browser knows no passkeys.',
  join: 'Join', joinText: 'You were invited to the exchange. Make a passkey on this device: from then on you sign in with it.', makePasskey: 'Make a passkey',
  noLink: 'This page needs the whole link that you were sent.', as: 'You are', of: 'of', codes: 'Your recovery codes',
  codesText: 'Keep them apart from this device: on paper, in a safe. Each works once, when the device is lost. They are not shown again.', goOn: 'I have kept them: go on',
  recover: 'Recover', recoverText: 'A recovery code ends your sessions and lets you make a new passkey. The one before stops working.', code: 'Recovery code', useCode: 'Use this code',
  staff: 'Staff', name: 'Name', email: 'Mail address (optional)', desk: 'Desk', none: 'None', clearance: 'Clearance', caveats: 'Caveats', purposes: 'Purposes', scopes: 'Scopes', administrator: 'Administers staff',
  status: 'Status', INVITED: 'Invited', ACTIVE: 'In force', SUSPENDED: 'Suspended', reason: 'Reason', suspend: 'Suspend', resume: 'Put back in force', renew: 'Recover: new invitation',
  knowing: 'I know that nobody may be left to administer our staff', invite: 'Invite somebody', inviteText: 'Nobody gets more than your organisation has in the registry.', sendInvitation: 'Make the invitation',
  link: 'Give this link to the person, by a way that you trust. It works once, for three days, and is not shown again:', back: 'Back to the list', history: 'What was done', when: 'When', what: 'What', whom: 'Whom', by: 'By',
  passkey: 'Passkey', showPasskey: 'Show the passkey', confirm: 'To invite somebody, to recover somebody or to put somebody back in force, show your passkey again: it was not shown in the last five minutes.',
  actions: 'Actions', you: 'you', signOut: 'Sign out', notYours: 'Only those who administer the staff of their organisation see this page.', wrong: 'This was not done:', signedOut: 'You are signed out.',
  acts: { INVITED: 'invited', JOINED: 'joined', RENEWED: 'made a new passkey', CODE_USED: 'used a recovery code', SUSPENDED: 'suspended', RESUMED: 'put back in force', RECOVERED: 'invited anew; all before ended' } as Readonly<Record<string, string>>,
};

export type StaffWords = typeof en;

const th: StaffWords = {
  skip: 'ข้ามไปยังเนื้อหา', other: 'English', noScript: 'หน้านี้ต้องใช้ JavaScript เพื่อเรียกใช้พาสคีย์', elsewhere: 'ส่วนอื่น',
  signIn: 'เข้าสู่ระบบ', signInText: 'อุปกรณ์ของท่านจะขอลายนิ้วมือ ใบหน้า หรือรหัส PIN ไม่มีรหัสผ่าน และไม่ต้องพิมพ์ชื่อ', usePasskey: 'เข้าสู่ระบบด้วยพาสคีย์',
  lost: 'อุปกรณ์หาย: ใช้รหัสกู้คืน', waiting: 'กำลังรออุปกรณ์ของท่าน…', refused: 'ไม่สำเร็จ โปรดลองใหม่ หรือติดต่อผู้ดูแลของหน่วยงานท่าน',
  limited: 'ลองหลายครั้งเกินไป โปรดรอสักครู่', unsupported: 'เบราว์เซอร์นี้ไม่รองรับพาสคีย์',
  join: 'เข้าร่วม', joinText: 'ท่านได้รับเชิญเข้าสู่ระบบแลกเปลี่ยน โปรดสร้างพาสคีย์บนอุปกรณ์นี้ แล้วใช้พาสคีย์นั้นเข้าสู่ระบบต่อไป', makePasskey: 'สร้างพาสคีย์',
  noLink: 'หน้านี้ต้องเปิดจากลิงก์เต็มที่ท่านได้รับ', as: 'ท่านคือ', of: 'สังกัด', codes: 'รหัสกู้คืนของท่าน',
  codesText: 'โปรดเก็บแยกจากอุปกรณ์นี้ เช่น เขียนใส่กระดาษเก็บในตู้นิรภัย แต่ละรหัสใช้ได้ครั้งเดียวเมื่ออุปกรณ์หาย และจะไม่แสดงอีก', goOn: 'เก็บแล้ว ไปต่อ',
  recover: 'กู้คืน', recoverText: 'รหัสกู้คืนจะยุติการเข้าสู่ระบบเดิมทั้งหมด และให้ท่านสร้างพาสคีย์ใหม่ พาสคีย์เดิมจะใช้ไม่ได้อีก', code: 'รหัสกู้คืน', useCode: 'ใช้รหัสนี้',
  staff: 'เจ้าหน้าที่', name: 'ชื่อ', email: 'อีเมล (ไม่บังคับ)', desk: 'โต๊ะงาน', none: 'ไม่มี', clearance: 'ชั้นความลับ', caveats: 'เงื่อนไข', purposes: 'วัตถุประสงค์', scopes: 'ขอบเขตสิทธิ', administrator: 'ดูแลเจ้าหน้าที่',
  status: 'สถานะ', INVITED: 'ได้รับเชิญ', ACTIVE: 'มีผล', SUSPENDED: 'ถูกระงับ', reason: 'เหตุผล', suspend: 'ระงับ', resume: 'ให้มีผลอีกครั้ง', renew: 'กู้คืน: ออกคำเชิญใหม่',
  knowing: 'ข้าพเจ้าทราบว่าอาจไม่เหลือผู้ดูแลเจ้าหน้าที่ของหน่วยงาน', invite: 'เชิญเจ้าหน้าที่', inviteText: 'ไม่มีผู้ใดได้สิทธิเกินกว่าที่หน่วยงานของท่านมีในทะเบียน', sendInvitation: 'ออกคำเชิญ',
  link: 'โปรดมอบลิงก์นี้ให้ผู้ได้รับเชิญด้วยช่องทางที่ท่านไว้ใจ ใช้ได้ครั้งเดียวภายในสามวัน และจะไม่แสดงอีก:', back: 'กลับไปยังรายชื่อ', history: 'สิ่งที่ดำเนินการแล้ว', when: 'เมื่อ', what: 'การดำเนินการ', whom: 'ผู้ใด', by: 'โดย',
  passkey: 'พาสคีย์', showPasskey: 'แสดงพาสคีย์', confirm: 'การเชิญ การกู้คืน และการให้เจ้าหน้าที่มีผลอีกครั้ง ต้องแสดงพาสคีย์ของท่านอีกครั้ง เนื่องจากไม่ได้แสดงในห้านาทีที่ผ่านมา',
  actions: 'ดำเนินการ', you: 'ท่าน', signOut: 'ออกจากระบบ', notYours: 'เฉพาะผู้ดูแลเจ้าหน้าที่ของหน่วยงานเท่านั้นที่เห็นหน้านี้', wrong: 'ยังไม่ได้ดำเนินการ:', signedOut: 'ท่านออกจากระบบแล้ว',
  acts: { INVITED: 'ได้รับเชิญ', JOINED: 'เข้าร่วม', RENEWED: 'สร้างพาสคีย์ใหม่', CODE_USED: 'ใช้รหัสกู้คืน', SUSPENDED: 'ถูกระงับ', RESUMED: 'ให้มีผลอีกครั้ง', RECOVERED: 'ได้รับคำเชิญใหม่ ของเดิมสิ้นสุดทั้งหมด' },
};

export const staffWords = (language: Language): StaffWords => (language === 'th' ? th : en);
