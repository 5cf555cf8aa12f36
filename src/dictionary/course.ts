/** What partners do with records of a kind: parts of requests are made and moved, not written and changed. */
import type { Kind } from './types.ts';

type Part = Pick<Kind, 'course'>;

/** Whether partners submit such records: a request's legs are made by sending it, what is attached comes with its bytes. */
export const isSubmitted = ({ course }: Part): boolean => course !== 'LEG' && course !== 'ATTACHMENT';

/** Whether files of them are imported: requests are made and moved one by one. */
export const isImported = ({ course }: Part): boolean => course === undefined;

/** Whether a record of theirs is changed, taken back or shared after it was made: what was done with a request stays as it was done. */
export const isAmended = ({ course }: Part): boolean => course === undefined || course === 'REQUEST';
