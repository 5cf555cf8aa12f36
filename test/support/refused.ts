/** What a call was refused with. */
import { Refusal } from '../../src/errors.ts';

export interface Refused {
  readonly code: string;
  /** All that the caller may read of it. */
  readonly public: unknown;
}

/** @throws when the call is not refused, or fails in another way */
export async function refused(work: Promise<unknown>): Promise<Refused> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, public: error.public };
    throw error;
  }
  throw new Error('it was not refused');
}

export const codeOf = async (work: Promise<unknown>): Promise<string> => (await refused(work)).code;
