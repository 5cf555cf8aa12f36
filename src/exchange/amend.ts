/** Changing one's own record: merge patch, withdrawal. What the writer cannot see is carried over. */
import type { Level } from '../dictionary/compartment.ts';
import { namedIn } from '../dictionary/parts.ts';
import type { Body, Json, Kind, Staged } from '../dictionary/types.ts';
import { validPatch } from '../dictionary/validate.ts';
import { maskedNotFound, Refusal } from '../errors.ts';
import { stateOf } from '../rules/condition.ts';
import { demandRetention } from '../rules/erasure.ts';
import { layoutOf } from '../rules/layout.ts';
import type { Override } from '../rules/consent.ts';
import { type SealedPart, Stored } from '../rules/record.ts';
import type { Released } from '../rules/release.ts';
import { mechanismOf, stepped } from '../rules/stages.ts';
import { act, openInside, type Writer } from './act.ts';
import { demandCaseDesks } from './case-desks.ts';
import { carried } from './carried.ts';
import type { Asker, WriteOptions } from './api.ts';
import { compose, type Composed, givenMarkings, markingsJson, refOf, sealParts } from './compose.ts';
import { noteOverride, reconsented, type Shareable } from './consent.ts';
import type { Deps } from './deps.ts';
import { filledOne } from './fill.ts';
import { submittedQuestions, tellsWho } from './matching.ts';
import type { Amendment, RecordState } from './ports.ts';
import { lockOwn } from './lock-own.ts';
import { mayPut, notKnownGood } from './may-put.ts';
import { patched } from './patch.ts';
import { demandReferred, refuseOtherEnds, withoutReferences, withUnseenReferences } from './references.ts';
import { carriesCorrection } from './requests/carries-correction.ts';
import { demandDraft, sendDraft } from './requests/send.ts';
import { extractsOf, isSource, scopeIn } from './testimony.ts';
import { keysOf } from './tokens.ts';

/** @throws Refusal PRECONDITION_REQUIRED (RFC 6585), STALE (RFC 9110 section 13.1.1) */
export function demandMatch(ifMatch: string | undefined, etag: string): void {
  if (ifMatch === undefined) throw new Refusal('PRECONDITION_REQUIRED');
  const given = ifMatch.split(',').map((tag) => tag.trim());
  if (!given.includes('*') && !given.includes(etag)) throw new Refusal('STALE');
}

function refuseUnseen(kind: Kind, patch: Body, unseen: ReadonlySet<string>): void {
  const message = 'is withheld from this request: ask with the clearance and caveats it needs';
  const faults = namedIn(kind, patch).filter((name) => unseen.has(name)).map((field) => ({ field, message }));
  // A marking given for a field that the writer does not see could lower the one that hides it.
  const marked = Array.isArray(patch['markings']) ? (patch['markings'] as readonly { field: string }[]) : [];
  for (const [i, { field }] of marked.entries()) if (unseen.has(field)) faults.push({ field: `markings.${i}.field`, message });
  if (faults.length > 0) throw new Refusal('FORBIDDEN', { errors: faults });
}

/** @throws Refusal INVALID for a value that only a new record begins with */
function refuseReturn(kind: Kind, patch: Body, seen: Body): void {
  const faults = kind.fields.flatMap(({ name, initial }) => {
    const value = patch[name];
    const back = typeof value === 'string' && initial?.includes(value) === true && seen[name] !== value;
    return back ? [{ field: name, message: `only a new record is ${value}: nothing goes back to it` }] : [];
  });
  if (faults.length > 0) throw new Refusal('INVALID', { errors: faults });
}

/** What only a decision changes, and what it keeps. @throws Refusal INVALID for a value that takes a decision */
function refuseUndecided(kind: Kind, patch: Body, seen: Body): void {
  const faults = kind.fields.flatMap(({ name, initial, decided }) => {
    const now = seen[name];
    const moves = decided !== undefined && typeof now === 'string' && initial?.includes(now) === true && name in patch && patch[name] !== now;
    return moves ? [{ field: name, message: `leaves ${now} by a decision alone: POST /v1/${kind.path}/{id}/decisions, or decide${kind.name}` }] : [];
  });
  if (faults.length > 0) throw new Refusal('INVALID', { errors: faults });
}

/** What earlier decisions left in what the writer sees: no patch touches it. */
const keptDecisions = (kind: Kind, seen: Body): Body =>
  Object.fromEntries(kind.fields.flatMap(({ decided }) => (decided === undefined ? [] : [decided.into, decided.victim])).flatMap((name) => (seen[name] === undefined ? [] : [[name, seen[name]]])));

const same = (a: Json | undefined, b: Json | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

const only = (body: Body, keep: (name: string) => boolean): Body => Object.fromEntries(Object.entries(body).filter(([name]) => keep(name)));

/** All content as it will stand: what the writer sees, as composed; what it does not see, as it was, also where the exchange would derive it anew. */
const whole = (composed: Composed, stored: Body, unseen: ReadonlySet<string>): Composed =>
  ({ ...composed, content: { ...only(composed.content, (name) => !unseen.has(name)), ...only(stored, (name) => unseen.has(name)) } });

interface Reseal {
  readonly sealed: ReadonlyMap<string, SealedPart>;
  readonly open: Body;
  /** Compartments whose content or presence changed. */
  readonly touched: readonly string[];
}

/** Places the whole content; a compartment whose plaintext is as it was keeps its ciphertext and version. */
async function reseal(deps: Deps, before: Stored, inside: ReadonlyMap<string, Body>, next: Omit<Composed, 'nested'>): Promise<Reseal> {
  const { open, sealed } = layoutOf(next.kind, next.classification, next.markings, next.content);
  const kept = new Map<string, SealedPart>();
  const toSeal: { compartment: string; fields: Body; version: number }[] = [];
  const touched: string[] = [];
  for (const [compartment, fields] of sealed) {
    const part = before.meta.sealedParts.get(compartment);
    const old = inside.get(compartment);
    if (part !== undefined && old !== undefined && same(sortedBody(old), sortedBody(fields))) kept.set(compartment, part);
    else {
      toSeal.push({ compartment, fields, version: (part?.version ?? 0) + 1 });
      touched.push(compartment);
    }
  }
  for (const compartment of before.meta.sealedParts.keys()) if (!sealed.has(compartment)) touched.push(compartment);
  const made = await sealParts(deps.vault, before.meta.id, before.meta.originator, toSeal, false);
  return { sealed: new Map([...kept, ...made]), open, touched };
}

const sortedBody = (body: Body): Json => Object.fromEntries(Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1)));
const openNames = ['U', 'R'] as const;

/** Earlier states under the new levels: what was open then and is sealed now is sealed there too. */
async function resealPast(deps: Deps, writer: Writer, before: Stored, next: Composed): Promise<NonNullable<Amendment['past']>> {
  const present = { revision: before.meta.changes.length, stored: before };
  return Promise.all([...(await writer.tx.past(before.meta.id)), present].map(async ({ revision, stored }) => {
    const inside = await openInside(deps, stored);
    const content = Object.assign({}, Stored.bodyOf(stored), ...inside.values()) as Body;
    const classification = Math.max(stored.meta.classification, next.classification) as Level;
    const markings = new Map(stored.meta.markings);
    for (const [field, level] of next.markings) markings.set(field, Math.max(level, markings.get(field) ?? 0) as Level);
    const { open, sealed } = await reseal(deps, stored, inside, { kind: next.kind, classification, markings, content: { ...content, ...(markings.size > 0 && { markings: markingsJson(markings) }) } });
    return { revision, body: open, sealed };
  }));
}

/** Fields whose content changed, or whose own level was marked anew: a marking is a change of the field it marks, for those who see that. */
function changedNames(before: { content: Body; markings: ReadonlyMap<string, Level> }, after: { content: Body; markings: ReadonlyMap<string, Level> }): string[] {
  const names = new Set([...Object.keys(before.content), ...Object.keys(after.content), ...before.markings.keys(), ...after.markings.keys()]);
  names.delete('markings');
  return [...names].filter((name) => !same(before.content[name], after.content[name]) || before.markings.get(name) !== after.markings.get(name));
}

/** An amendment, with the override of consent that it rests on. */
export interface Amended extends Amendment {
  readonly override: Override | undefined;
  /** The record as it will stand, as far as the writer sees it. */
  readonly standing: Shareable;
}

/** Makes the amendment, and enters into the ledger that it goes beyond consent, where it does. */
export async function put(deps: Deps, writer: Writer, { override, standing: _standing, ...change }: Amended): Promise<void> {
  await writer.tx.amend(change);
  await withdrawExtracts(deps, writer, change.before, change.fields);
  noteOverride(writer, { kind: change.before.meta.kind, classification: change.state.classification, markings: givenMarkings(change.state.body) }, change.state.id, override);
}

/** What the exchange keeps of a case's stage. */
function stepOf({ registry, viewer, tx }: Writer, staged: Staged, { stored, content, patch, unseen }: { stored: Body; content: Body; patch: Body; unseen: ReadonlySet<string> }): Body {
  demandCaseDesks(registry, { staged }, patch);
  return stepped(stored, content, patch[staged.transition], { staged, mechanism: mechanismOf(registry, viewer.partner), now: tx.now }, unseen);
}

/**
 * What a merge patch makes of a record.
 * @param confirmed a value on a list of known-good ones is taken all the same
 * @param decision what a decision adds to the record, and the channels that it may stay in
 * @returns undefined when it changes nothing
 */
export async function amendment(
  deps: Deps, writer: Writer, before: Stored, seen: Released, patch: Body, confirmed = false, decision?: { readonly adds: Body; readonly channels: readonly string[] },
): Promise<Amended | undefined> {
  const { meta } = before;
  const { kind } = meta;
  const unseen = new Set(seen.withheld);
  if (kind.extract !== undefined) throw new Refusal('CONFLICT', 'it is made of what was consented to, and not amended: withdraw it, and make it anew');
  refuseUnseen(kind, { ...patch, ...decision?.adds }, unseen);
  refuseReturn(kind, patch, seen.body);
  refuseOtherEnds(kind, patch, seen.body);
  if (decision === undefined) refuseUndecided(kind, patch, seen.body);
  const visible = { ...patched(kind, seen.body, patch, unseen), ...keptDecisions(kind, seen.body), ...decision?.adds };
  const hiddenMarkings = new Map([...meta.markings].filter(([field]) => unseen.has(field)));
  const given = compose(deps, kind, visible, hiddenMarkings);
  const composed = kind.fills.some(({ piece }) => piece in patch) ? await filledOne(writer, given) : given;
  if ('value' in patch) notKnownGood(deps, composed, confirmed);
  const consent = reconsented(deps, writer, before, seen, composed);
  const channels = consent.channels.filter((channel) => decision?.channels.includes(channel) ?? true);
  mayPut(deps, writer, { ...composed, content: only(composed.content, (name) => !unseen.has(name)) }, channels, writer.tx.now);
  if (kind.references.some(({ path: [field = ''] }) => field in patch)) await demandReferred(writer, composed);
  const inside = await openInside(deps, before);
  const stored = Object.assign({}, Stored.bodyOf(before), ...inside.values()) as Body;
  demandRetention(writer.viewer, stored, composed.content, writer.tx.now);
  const carriedOver = whole(composed, stored, unseen);
  const referring = kind.references.length === 0 ? carriedOver : { ...carriedOver, content: withUnseenReferences(kind, carriedOver.content, stored, seen.body, patch) };
  const next = kind.staged === undefined ? referring : { ...referring, content: { ...referring.content, ...stepOf(writer, kind.staged, { stored, content: referring.content, patch, unseen }) } };
  const counted = { before: { content: withoutReferences(kind, stored), markings: meta.markings }, after: { ...next, content: withoutReferences(kind, next.content) } };
  const fields = [...changedNames(counted.before, counted.after), ...(meta.classification === next.classification ? [] : ['classification'])];
  const quiet = fields.length === 0;
  if (quiet && changedNames({ content: stored, markings: meta.markings }, next).length === 0) return undefined;
  const levels = meta.classification !== next.classification || !same(markingsJson(meta.markings), markingsJson(next.markings));
  const resealed = await reseal(deps, before, inside, next);
  const rekeyed = levels ? [...new Set([...openNames, ...meta.sealedParts.keys(), ...resealed.sealed.keys()])] : [...openNames, ...resealed.touched];
  const keys = keysOf(deps.vault, kind, next.classification, next.markings, next.content).filter(({ compartment }) => rekeyed.includes(compartment));
  const state: RecordState = {
    id: meta.id, kind: kind.name, originator: meta.originator, classification: next.classification, channels, limits: consent.limits,
    state: stateOf(kind, next.markings, next.content), status: meta.status, body: resealed.open, sealed: resealed.sealed,
  };
  const ref = refOf(deps.vault, next, writer.viewer);
  const hasHand = tellsWho(kind).some((name) => fields.includes(name)) || carriesCorrection(deps, kind, next.content);
  return {
    before, state, fields, quiet, rekeyed, keys, questions: submittedQuestions(deps.vault, kind, writer.viewer, next.content), ...(hasHand && { hand: { desk: writer.viewer.desk, subject: writer.viewer.subject } }),
    addShares: [], endShares: [...consent.ended, ...consent.channels.filter((channel) => !channels.includes(channel))], override: consent.override,
    standing: { kind, classification: state.classification, state: state.state, limits: state.limits, body: composed.nested, withheld: seen.withheld },
    ...(levels && { past: await resealPast(deps, writer, before, next) }),
    ...(ref !== undefined && { refs: await freeRefs(writer, next, ref, meta.id) }),
  };
}

/** @throws Refusal CONFLICT when another of the writer's records has this number */
async function freeRefs(writer: Writer, { kind, classification }: Composed, own: { ref: Buffer; external: boolean }, id: string): Promise<Buffer[]> {
  const taken = (await writer.tx.refs(kind.name, classification, [own.ref])).get(own.ref.toString('hex'));
  if (taken === undefined || taken === id) return [own.ref];
  if (!own.external) return [];
  throw new Refusal('CONFLICT', { errors: [{ field: 'externalRef', message: 'you already hold a record with this number' }], extra: { record: taken } });
}

export async function amend(deps: Deps, asker: Asker, kindName: string, id: string, given: unknown, ifMatch: string | undefined, { confirmKnownGood = false }: WriteOptions = {}): Promise<Released> {
  return act(deps, asker, 'records:write', 'amend', async (writer) => {
    const before = await lockOwn(writer, kindName, id);
    const [seen] = await writer.release([before], writer.tx.now);
    if (seen === undefined) throw maskedNotFound();
    demandMatch(ifMatch, seen.etag);
    if (before.meta.status !== 'ACTIVE') throw new Refusal('CONFLICT', 'the record is withdrawn: it is not amended any more');
    demandDraft(deps, before.meta.kind, seen);
    const change = await amendment(deps, writer, before, seen, validPatch(before.meta.kind, given), confirmKnownGood);
    if (change !== undefined) await put(deps, writer, change);
    const record = await writer.view(id);
    if (before.meta.kind.course === 'REQUEST' && record.body['draft'] !== true) await sendDraft(deps, writer, id);
    return { value: record, released: [record] };
  });
}

/** An extract does not outlive what it is made of: whatever touches the consent, the level or a case ends it, and it is made anew from what stands then. */
async function withdrawExtracts(deps: Deps, writer: Writer, before: Stored, fields: readonly string[]): Promise<void> {
  if (!isSource(deps, before.meta.kind)) return;
  const scope = scopeIn(before.meta.kind, Object.assign({}, Stored.bodyOf(before), ...(await openInside(deps, before)).values()) as Body);
  for (const extract of await extractsOf(deps, writer, before.meta, fields, scope)) await writer.tx.amend(withdrawal(extract));
}

/** The state of a record that is taken out of every channel for good. */
export function withdrawal(before: Stored): Amendment {
  const { meta } = before;
  return { before, state: carried(before, { channels: [], status: 'WITHDRAWN' }), fields: ['status'], rekeyed: [], keys: [], addShares: [], endShares: meta.audience.channels, refs: [] };
}

export async function withdraw(deps: Deps, asker: Asker, kind: string | undefined, id: string): Promise<Released> {
  return act(deps, asker, 'records:write', 'withdraw', async (writer) => {
    const before = await lockOwn(writer, kind, id);
    if (before.meta.kind.course !== undefined) for (const seen of await writer.release([before], writer.tx.now)) demandDraft(deps, before.meta.kind, seen);
    if (before.meta.status === 'ACTIVE') {
      await writer.tx.amend(withdrawal(before));
      await withdrawExtracts(deps, writer, before, ['status']);
    }
    const record = await writer.view(id);
    return { value: record, released: [record] };
  });
}

