/** What merge patches make of a record. Pure. */
import t from 'tap';
import { loadDictionary } from '../../src/dictionary/load.ts';
import type { Body } from '../../src/dictionary/types.ts';
import { Refusal } from '../../src/errors.ts';
import { patched } from '../../src/exchange/patch.ts';

const kind = loadDictionary().kinds.get('MissingPerson');
if (kind === undefined) throw new Error('no MissingPerson');
const person: Body = { classification: 'RESTRICTED', missingStatus: 'MISSING', names: [{ full: 'Synthetic Person' }] };
const after = (seen: Body, patch: Body): Body => patched(kind, { ...person, ...seen }, patch, new Set());

t.test('an object in which a patch leaves nothing goes with it', async (t) => {
  const lastContact = { phone: '+6620000000', address: { full: 'Synthetic Street' } };
  t.strictSame(after({ lastContact }, { lastContact: { phone: null } }), { ...person, lastContact: { address: { full: 'Synthetic Street' } } });
  t.strictSame(after({ lastContact }, { lastContact: { address: { full: null } } }), { ...person, lastContact: { phone: lastContact.phone } });
  t.strictSame(after({ lastContact }, { lastContact: { phone: null, address: { full: null } } }), person);
  t.strictSame(after({}, { lastContact: { phone: null } }), person, 'nor is one made of removals');
  t.strictSame(after({}, { names: [{ full: 'Synthetic Person', script: null }] }), person, 'in a list a null is none');
});

t.test('one in which nothing is said is refused, unless it stood so', async (t) => {
  const refusal = (patch: Body): unknown => { try { return after({}, patch); } catch (error) { return error instanceof Refusal ? error.public.errors?.map(({ field }) => field) : error; } };
  t.strictSame(refusal({ lastContact: {}, documents: [{ type: null }], evaluation: {} }), ['lastContact', 'documents.0', 'evaluation']);
  t.strictSame(after({ lastContact: {} }, { lastContact: {} }), { ...person, lastContact: {} }, 'sent back');
  t.strictSame(after({ lastContact: {} }, { missingStatus: 'SAFE' }), { ...person, lastContact: {}, missingStatus: 'SAFE' }, 'left alone');
});
