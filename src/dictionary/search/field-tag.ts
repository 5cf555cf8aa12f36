/** What the search keys of a field begin with. */
import { hash } from 'node:crypto';

/** Four bytes that stand for a field. @param name with its kind: `Indicator.value` */
export const fieldTag = (name: string): Buffer => hash('sha256', name, 'buffer').subarray(0, 4);
