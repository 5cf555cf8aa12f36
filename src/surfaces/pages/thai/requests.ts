/** The contract's sentences about requests, in Thai; as in `calls.ts`. */
export const requests: Readonly<Record<string, string>> = {
  'Who is named in `desks` has it, and nobody else: of `desks`, each sees itself.': 'ผู้ที่ระบุใน `desks` เท่านั้นที่เห็น และแต่ละหน่วยงานเห็นเฉพาะตนเองใน `desks`',
  'It is sent when it is made, unless it says `draft`; a draft is amended, and sent by `draft: false`.': 'ส่งทันทีเมื่อสร้าง เว้นแต่ระบุ `draft` ร่างแก้ไขได้ และส่งด้วย `draft: false`',
  'What was sent is not amended: take it back, and ask anew.': 'ส่งแล้วแก้ไขไม่ได้ ให้ถอนแล้วขอใหม่',
  'The exchange keeps it; who asks and who was asked see it, and it is there only where the request is.': 'ระบบเป็นผู้บันทึก ผู้ขอและผู้รับคำขอเห็น และมีอยู่เท่าที่เห็นคำขอนั้น',
  'The two sides have it, and nobody else; it is theirs who made it, and is not amended.': 'เห็นเฉพาะสองฝ่าย เป็นของผู้ที่ทำ และแก้ไขไม่ได้',
  'Which moves are open is the request\'s machine\'s to say: `docs/requests.md`.': 'ขั้นตอนใดทำได้เป็นไปตามแผนภาพสถานะของคำขอ: `docs/requests.md`',
  'What waits for a desk of yours, by due date': 'คำขอที่รอโต๊ะประสานงานของท่าน เรียงตามกำหนด',
  'Requests of others to it, its own that wait for its decision, and those that another desk of yours let lie and that are told to it; as they are released to you.':
    'คำขอของหน่วยงานอื่นถึงโต๊ะนี้ คำขอของโต๊ะนี้เองที่รอการตัดสินใจ และคำขอที่อีกโต๊ะหนึ่งของท่านปล่อยไว้จึงรายงานมายังโต๊ะนี้ ตามที่เปิดเผยให้ท่าน',
  'A desk of yours; left out: the one that your token names.': 'โต๊ะประสานงานของท่าน ไม่ระบุคือโต๊ะที่โทเค็นระบุ',
  'With `ILLEGAL_MOVE`: how the request stands.': 'เมื่อเป็น `ILLEGAL_MOVE`: สถานะของคำขอ',
  'The moves of the request that are open to you.': 'ขั้นตอนที่ท่านทำได้',
  'The moves that are open to the other side.': 'ขั้นตอนที่อีกฝ่ายทำได้',
  'Only what is overdue.': 'เฉพาะที่เกินกำหนด',
  'Only what presses so much.': 'เฉพาะความเร่งด่วนนี้',
  'Only this kind of request.': 'เฉพาะคำขอชนิดนี้',
  'What is not written here cannot be done.': 'สิ่งที่ไม่ได้เขียนไว้ที่นี่ทำไม่ได้',
};
