/**
 * Every refusal the exchange can give, in one closed table. Callers switch on `code`, never on text.
 * Titles are what users read (English and Thai); `status` is the HTTP status of RFC 9457 problems.
 */
const table = {
  INVALID: [400, 'The request is not valid', 'คำขอไม่ถูกต้อง'],
  BAD_CURSOR: [400, 'The cursor is not valid here', 'เคอร์เซอร์ใช้ที่นี่ไม่ได้'],
  CURSOR_SCOPE_CHANGED: [409, 'What you may see has changed since this cursor was made', 'สิทธิของท่านเปลี่ยนไปตั้งแต่ออกเคอร์เซอร์นี้'],
  CURSOR_EPOCH: [410, 'The exchange was restored since this cursor was made: resynchronise from an empty cursor', 'ระบบถูกกู้คืนหลังออกเคอร์เซอร์นี้ โปรดซิงค์ใหม่จากเคอร์เซอร์ว่าง'],
  UNAUTHENTICATED: [401, 'A valid token is needed', 'ต้องใช้โทเค็นที่ถูกต้อง'],
  FORBIDDEN: [403, 'This is not yours to do', 'ท่านไม่มีสิทธิทำรายการนี้'],
  INSUFFICIENT_SCOPE: [403, 'The token does not carry the scope this needs', 'โทเค็นไม่มีขอบเขตสิทธิที่ต้องใช้'],
  PURPOSE_REQUIRED: [400, 'Name one purpose of your token in the Exchange-Purpose header', 'โปรดระบุวัตถุประสงค์หนึ่งข้อใน Exchange-Purpose'],
  PURPOSE_NOT_ALLOWED: [403, 'This purpose is not allowed to you', 'ไม่อนุญาตให้ใช้วัตถุประสงค์นี้'],
  USE_DIPLOMATIC_CHANNEL: [403, 'This must go through the diplomatic channel', 'ต้องดำเนินการผ่านช่องทางการทูต'],
  NOT_FOUND: [404, 'There is nothing here for you', 'ไม่พบข้อมูลสำหรับท่าน'],
  ERASED: [410, 'This record was erased', 'ระเบียนนี้ถูกลบถาวรแล้ว'],
  METHOD_NOT_ALLOWED: [405, 'This method is not allowed here', 'ไม่อนุญาตให้ใช้เมธอดนี้'],
  NOT_ACCEPTABLE: [406, 'None of the accepted media types can be served', 'ไม่มีรูปแบบข้อมูลที่ท่านรับได้'],
  CONFLICT: [409, 'This conflicts with what you already hold', 'ขัดกับข้อมูลที่ท่านมีอยู่'],
  ILLEGAL_MOVE: [409, 'The request does not stand where this move is made', 'คำขอไม่ได้อยู่ในสถานะที่จะดำเนินการนี้ได้'],
  HELD: [409, 'The record is under a legal hold and is not erased', 'ระเบียนนี้ถูกสั่งให้คงไว้ตามกฎหมาย จึงลบไม่ได้'],
  IDEMPOTENCY_CONFLICT: [409, 'This Idempotency-Key was used with another body, or its first use is still running', 'Idempotency-Key นี้ถูกใช้กับเนื้อหาอื่น หรือคำขอแรกยังไม่เสร็จ'],
  STALE: [412, 'The record changed since you read it', 'ระเบียนเปลี่ยนไปหลังจากท่านอ่าน'],
  PRECONDITION_REQUIRED: [428, 'Send If-Match with the ETag you read', 'โปรดส่ง If-Match พร้อม ETag ที่อ่านได้'],
  REQUEST_TIMEOUT: [408, 'The request did not arrive, or was not answered, in time', 'คำขอมาไม่ครบหรือตอบไม่ทันเวลา'],
  TOO_LARGE: [413, 'The request is too large', 'คำขอใหญ่เกินไป'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'This media type is not understood here', 'ไม่รองรับรูปแบบข้อมูลนี้'],
  TOO_COMPLEX: [400, 'The query is too deep, too wide or too costly', 'คำสั่งสืบค้นซับซ้อนเกินไป'],
  KNOWN_GOOD: [422, 'The value is on a warning list of known-good values: confirm to submit it', 'ค่านี้อยู่ในรายการค่าที่รู้ว่าปลอดภัย โปรดยืนยันหากต้องการส่ง'],
  GROUND_REQUIRED: [422, 'The agreement demands a ground of suspicion', 'ข้อตกลงกำหนดให้ระบุเหตุอันควรสงสัย'],
  CONSENT_REQUIRED: [422, 'The person concerned has not consented to this', 'บุคคลเจ้าของข้อมูลมิได้ให้ความยินยอมในเรื่องนี้'],
  RATE_LIMITED: [429, 'More was asked than the limits of your organisation or client allow: wait', 'คำขอเกินขีดจำกัดของหน่วยงานหรือระบบของท่าน โปรดรอ'],
  REGISTRY_MOVED: [503, 'The registry changed while this was answered: try again', 'ทะเบียนเปลี่ยนขณะตอบ โปรดลองใหม่'],
  KEY_UNAVAILABLE: [503, 'A key needed to answer is not available now', 'กุญแจที่ต้องใช้ยังไม่พร้อม'],
  UNAVAILABLE: [503, 'The exchange cannot answer now: try again', 'ระบบยังไม่พร้อม โปรดลองใหม่'],
  INTERNAL: [500, 'Something went wrong on our side', 'เกิดข้อผิดพลาดในระบบ'],
} as const satisfies Record<string, readonly [number, string, string]>;

export type Code = keyof typeof table;
export const codes: readonly Code[] = Object.freeze(Object.keys(table) as Code[]);

/** What is wrong with one field: `field` is a JSON pointer-like path in the caller's own input (`indicators.value`, `classification`). */
export interface FieldFault {
  readonly field: string;
  readonly message: string;
  /** In Thai, where a page for persons shows it. */
  readonly th?: string;
}

export interface Detail {
  /** One sentence for the caller. Never text of another partner, never a stored value. */
  readonly detail?: string;
  readonly errors?: readonly FieldFault[];
  /** Extra public members of the problem (for example `desk`). */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Response headers that belong to the refusal (`WWW-Authenticate`, `Retry-After`). */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal that the caller may read. Everything else that is thrown becomes `INTERNAL` with constant text. */
export class Refusal extends Error {
  readonly code: Code;
  readonly public: Detail;

  constructor(code: Code, detail: Detail | string = {}, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.name = 'Refusal';
    this.code = code;
    this.public = typeof detail === 'string' ? { detail } : detail;
  }

  get status(): number {
    return table[this.code][0];
  }

  title(language: 'en' | 'th' = 'en'): string {
    return language === 'th' ? table[this.code][2] : table[this.code][1];
  }
}

/** A field that is not right, and what would be. */
export const invalid = (field: string, message: string): Refusal => new Refusal('INVALID', { errors: [{ field, message }] });
/** Several of them, told at once. */
/** Faults in one line. */
export const inWords = (errors: readonly Pick<FieldFault, 'field' | 'message'>[]): string => errors.map(({ field, message }) => `${field}: ${message}`).join('; ');

export const invalidFields = (errors: readonly FieldFault[]): Refusal => new Refusal('INVALID', { errors });

/** HTTP status of a code. */
export const statusOf = (code: Code): number => table[code][0];
export const titleOf = (code: Code, language: 'en' | 'th' = 'en'): string => table[code][language === 'th' ? 2 : 1];

/** JWS algorithms of DPoP proofs that the exchange verifies. */
export const proofAlgorithms = ['ES256', 'EdDSA', 'ES384', 'PS256'] as const;

const bearer = 'Bearer realm="prasan"';
const dpop = `DPoP realm="prasan", algs="${proofAlgorithms.join(' ')}"`;

/** What `WWW-Authenticate` says (RFC 6750 section 3, RFC 9449 section 7.1): who sent no token learns how to, and no error code. */
export const challenges = {
  none: { 'WWW-Authenticate': `${bearer}, ${dpop}` },
  badBearer: { 'WWW-Authenticate': `${bearer}, error="invalid_token"` },
  badDpop: { 'WWW-Authenticate': `${dpop}, error="invalid_token"` },
  badProof: { 'WWW-Authenticate': `${dpop}, error="invalid_dpop_proof"` },
} as const;

/** A token that whoever steals it could use, for what is given to bound ones alone. */
export const unboundToken = (): Refusal => new Refusal('UNAUTHENTICATED', {
  headers: challenges.badDpop,
  detail: 'This token needs to be bound to a key of yours (DPoP, RFC 9449): its clearance, its scopes or its client demand it. Get one that is bound, or one with less.',
});

/**
 * The refusal for what is absent and for what is invisible: the same, on purpose (the one law).
 * @param errors where one request names several things: which field it is about, in words that fit both
 */
export const maskedNotFound = (errors?: readonly FieldFault[]): Refusal => new Refusal('NOT_FOUND', errors === undefined ? {} : { errors });
