/** Submitting one record, with those it holds. */
import type { Body, Kind } from '../dictionary/types.ts';
import { demandJson, validSubmission } from '../dictionary/validate.ts';
import { Refusal } from '../errors.ts';
<<<<<<< HEAD
import { holdable, mayShare, type ShareBasis, withinClearance, withinPurposes } from '../rules/act.ts';
import { stateOf } from '../rules/condition.ts';
import type { Limits } from '../rules/record.ts';
import type { Reader } from './answer.ts';
=======
>>>>>>> 4fdcb41 (Record kinds Transfer and Complaint; a complaint brings its accounts, indicators and transfers in one call and one transaction; a ground of suspicion may be a field of its own)
import { act, type Writer } from './act.ts';
import type { Asker, Idempotency, Submitted, SubmitOptions } from './api.ts';
import type { Deps } from './deps.ts';
import { gone } from './erasure/gone.ts';
import { kindNamed } from './find.ts';
import { insertTogether } from './together.ts';

<<<<<<< HEAD
export const groundOf = (content: Body): string | undefined => {
  const basis = content['legalBasis'];
  const ground = typeof basis === 'object' && basis !== null && !Array.isArray(basis) ? (basis as Body)['ground'] : undefined;
  return typeof ground === 'string' && ground.trim() !== '' ? ground : undefined;
};

/** The type of a field that names a desk: a sign that nobody is to review would help nobody. */
const deskType = 'VictimReview';

/** Whether a body names desks: then it is looked at by itself, whatever others are like it. */
export const namesDesks = (kind: Kind, content: Body): boolean => kind.fields.some(({ name, type }) => type.name === deskType && name in content);

/** @throws Refusal INVALID for a desk that no partner declared: who takes part, and with which desks, every partner may know */
function demandDesks({ registry }: Reader, { kind, content }: Composed): void {
  const faults = kind.fields.flatMap(({ name, type }) => {
    const given = type.name === deskType ? content[name] : undefined;
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return [];
    const { partner, desk } = given as Body;
    const desks = registry.partners.get(String(partner))?.desks.map(({ id }) => id);
    if (desks === undefined) return [{ field: `${name}.partner`, message: 'there is no such partner' }];
    return desks.includes(String(desk)) ? [] : [{ field: `${name}.desk`, message: desks.length === 0 ? 'that partner has declared no desk' : `one of ${desks.join(', ')}` }];
  });
  if (faults.length > 0) throw new Refusal('INVALID', { errors: faults });
}

/** What a writer may put in, where: the level it may hold, what it can read back, each channel's clause. */
export function mayPut(deps: Pick<Deps, 'maximum'>, reader: Reader, composed: Composed, channels: readonly string[], now: number): ShareBasis[] {
  const { registry, viewer } = reader;
  const { kind, classification, markings, content } = composed;
  withinPurposes(viewer, kind);
  holdable(registry, viewer, deps.maximum, classification, markings);
  withinClearance(viewer, classification);
  withinSight(viewer, composed);
  demandDesks(reader, composed);
  const sharing = { kind, classification, sensitive: content['sensitive'] === true, state: stateOf(kind, markings, content), ground: groundOf(content) };
  return channels.map((channel) => mayShare(registry, viewer, sharing, channel, now));
}

/** A value on a list of known-good ones is refused unless confirmed. @throws Refusal KNOWN_GOOD */
export function notKnownGood(deps: Pick<Deps, 'warn'>, { content }: Composed, confirmed: boolean): void {
  if (confirmed || typeof content['type'] !== 'string' || typeof content['value'] !== 'string') return;
  const hit = deps.warn(content['type'], content['value']);
  if (hit === undefined) return;
  throw new Refusal('KNOWN_GOOD', { errors: [{ field: 'value', message: `it is on the list of known-good values "${hit.list}": confirm to submit it all the same` }] });
}

export const channelsOf = (body: Body): string[] => [...new Set(Array.isArray(body['channels']) ? (body['channels'] as string[]) : [])].sort();

/** A record ready to be written. */
export async function newRecord(deps: Deps, partner: string, composed: Composed, channels: readonly string[], shares: readonly ShareBasis[], refs: readonly Buffer[], limits: Limits | undefined): Promise<NewRecord> {
  const { kind, classification, markings, content } = composed;
  const id = deps.newId?.() ?? uuidv7();
  const { open, toSeal } = place(composed);
  const sealed = await sealParts(deps.vault, id, partner, toSeal.map((part) => ({ ...part, version: 1 })), true);
  return {
    state: { id, kind: kind.name, originator: partner, classification, channels, limits, state: stateOf(kind, markings, content), status: 'ACTIVE', body: open, sealed },
    keys: keysOf(deps.vault, kind, classification, markings, content),
    shares,
    refs,
    fields: Object.keys(content),
  };
}

async function insert(deps: Deps, writer: Writer, kind: Kind, body: Body, confirmed: boolean): Promise<string> {
  const composed = compose(deps, kind, body);
  notKnownGood(deps, composed, confirmed);
  const channels = channelsOf(body);
  const shares = mayPut(deps, writer, composed, channels, writer.tx.now);
  await demandReferred(writer, composed);
  const own = refOf(deps.vault, composed, writer.viewer.partner);
  const taken = own === undefined ? undefined : (await writer.tx.refs(kind.name, composed.classification, [own.ref])).get(own.ref.toString('hex'));
  if (own?.external === true && taken !== undefined) {
    throw new Refusal('CONFLICT', { errors: [{ field: 'externalRef', message: 'you already hold a record with this number: amend that one' }], extra: { record: taken } });
  }
  const { limits, override } = consented(deps, writer, composed, channels);
  const record = await newRecord(deps, writer.viewer.partner, composed, channels, shares, own === undefined || taken !== undefined ? [] : [own.ref], limits);
  await writer.tx.insert([record]);
  noteOverride(writer, composed, record.state.id, override);
  return record.state.id;
=======
/** @returns the ids of what was made, that of the record itself first */
async function insert(deps: Deps, writer: Writer, kind: Kind, given: unknown, confirmed: boolean): Promise<readonly string[]> {
  const body = typeof given === 'object' && given !== null && !Array.isArray(given) ? (given as Body) : validSubmission(kind, given);
  // What cannot be kept or has no end is told before anything is taken apart.
  demandJson(body);
  return insertTogether(deps, writer, kind, body, confirmed);
>>>>>>> 4fdcb41 (Record kinds Transfer and Complaint; a complaint brings its accounts, indicators and transfers in one call and one transaction; a ground of suspicion may be a field of its own)
}

/** @returns the id that an earlier use of the key made; undefined: the key is new. @throws Refusal IDEMPOTENCY_CONFLICT */
async function replayed(deps: Deps, { tx, viewer }: Writer, { key, body }: Idempotency): Promise<string | undefined> {
  if (!(await tx.tryLock(`idempotency ${viewer.partner} ${viewer.client} ${viewer.subject} ${key}`))) throw new Refusal('IDEMPOTENCY_CONFLICT');
  const known = await tx.idempotent(viewer, key);
  if (known === undefined) return undefined;
  if (!deps.vault.sameBody(body, known.bodyHash)) throw new Refusal('IDEMPOTENCY_CONFLICT');
  return known.record;
}

export async function submit(deps: Deps, asker: Asker, kindName: string, given: unknown, { idempotency, confirmKnownGood = false }: SubmitOptions = {}): Promise<Submitted> {
  const kind = kindNamed(deps, kindName);
  return act<Submitted>(deps, asker, 'records:write', 'submit', async (writer) => {
    const earlier = idempotency === undefined ? undefined : await replayed(deps, writer, idempotency);
    if (earlier !== undefined) {
      const [record] = await writer.release(await writer.tx.byIds([earlier]), writer.tx.now);
      if (record === undefined) throw await gone(writer, kind.name, earlier);
      return { value: { record, created: false }, released: [record] };
    }
    const ids = await insert(deps, writer, kind, given, confirmKnownGood);
    const [id = ''] = ids;
    if (idempotency !== undefined) await writer.tx.remember(writer.viewer, idempotency.key, deps.vault.digestBody(idempotency.body), id);
    const released = await writer.release(await writer.tx.byIds(ids), writer.tx.now);
    const record = released.find((one) => one.id === id);
    if (record === undefined) throw new Error('a written record is not visible to its writer');
    return { value: { record, created: true }, released };
  });
}
