/** What is generated is the same each time, so that red means a change. Another: `SEED=7 npm test -- test/dictionary/normalise/properties.test.ts`. */
const seed = Number(process.env['SEED'] ?? 20_261_127);

/** Of a property that is tried so many times. */
export const runs = (numRuns: number): { readonly numRuns: number; readonly seed: number } => ({ numRuns, seed });
