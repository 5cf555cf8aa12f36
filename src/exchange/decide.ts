/**
 * Deciding what an undetermined person is: suspect, victim, both or neither. The decision is kept in the record, each part under its own
 * classification; with it ends what clauses gave only while nobody had decided. Who was found to be a victim is referred to the protection desks of the
 * agreements that carried the record.
 */
import { says } from '../dictionary/says.ts';
import type { Body, Decided, Field, Json, Kind } from '../dictionary/types.ts';
import { type FieldFault, maskedNotFound, Refusal } from '../errors.ts';
import { channelsLeft } from '../rules/act.ts';
import { stateOf } from '../rules/condition.ts';
import type { Released } from '../rules/release.ts';
import { act, type Writer } from './act.ts';
import { amendment, put } from './amend.ts';
import { lockOwn } from './lock-own.ts';
import type { Asker } from './api.ts';
import type { Deps } from './deps.ts';
import { kindNamed } from './find.ts';

export const outcomes = ['SUSPECT', 'VICTIM', 'BOTH', 'NEITHER'] as const;
type Outcome = (typeof outcomes)[number];

interface Decision {
  readonly outcome: Outcome;
  readonly desk: string;
  readonly basis: string;
  readonly nonPunishment: string | undefined;
}

const isVictim = ({ outcome }: Pick<Decision, 'outcome'>): boolean => outcome === 'VICTIM' || outcome === 'BOTH';

const longest = 5000;
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && says(value) && [...value].length <= longest ? value.trim().normalize('NFC') : undefined);

/** @throws Refusal INVALID naming every fault */
function decisionIn(given: unknown, desks: readonly string[], seat: string | undefined): Decision {
  const body = typeof given === 'object' && given !== null && !Array.isArray(given) ? (given as Readonly<Record<string, unknown>>) : {};
  const faults: FieldFault[] = Object.keys(body).filter((name) => !['outcome', 'desk', 'basis', 'nonPunishment'].includes(name)).map((field) => ({ field, message: 'there is no such member' }));
  const outcome = outcomes.find((one) => one === body['outcome']);
  const desk = desks.find((one) => one === body['desk']);
  const basis = textOf(body['basis']);
  const nonPunishment = textOf(body['nonPunishment']);
  const ofVictim = outcome === 'VICTIM' || outcome === 'BOTH';
  if (outcome === undefined) faults.push({ field: 'outcome', message: `one of ${outcomes.join(', ')}` });
  if (desk === undefined) faults.push({ field: 'desk', message: desks.length === 0 ? 'your organisation has declared no desk' : `the desk that decided: one of ${desks.join(', ')}` });
  else if (seat !== undefined && desk !== seat) faults.push({ field: 'desk', message: `is not the desk that the token names: ${seat}` });
  if (basis === undefined) faults.push({ field: 'basis', message: `on what basis: a text of at most ${longest} characters` });
  if (ofVictim && nonPunishment === undefined) faults.push({ field: 'nonPunishment', message: `is needed when the outcome is ${outcome}: a text of at most ${longest} characters` });
  if (!ofVictim && body['nonPunishment'] !== undefined && body['nonPunishment'] !== null) faults.push({ field: 'nonPunishment', message: 'is assessed when the outcome is VICTIM or BOTH' });
  if (faults.length > 0 || outcome === undefined || desk === undefined || basis === undefined) throw new Refusal('INVALID', { errors: faults });
  return { outcome, desk, basis, nonPunishment };
}

const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

/** What the decision adds: of the person as a victim only where the writer may see what was said of that before. */
function addsOf({ viewer, tx }: Writer, { into, victim }: Decided, status: string, { outcome, desk, basis, nonPunishment }: Decision, seen: Body): Body {
  const at = new Date(tx.now).toISOString();
  const ofVictim = isVictim({ outcome });
  const withheld = list(seen['withheld']).includes(victim);
  const said = { at, desk, victim: ofVictim, ...(nonPunishment !== undefined && { nonPunishment }) };
  return {
    [into]: [...list(seen[into]), { at, desk, by: viewer.subject, status, basis }],
    ...((ofVictim || !withheld) && { [victim]: [...list(seen[victim]), said] }),
  };
}

/** A suspect who is charged already stays charged; whoever was not, is no more than a suspect by this. */
function statusAfter({ name, initial = [], decided }: Field & { readonly decided: Decided }, outcome: Outcome, seen: Body): string {
  const now = seen[name];
  const offends = outcome === 'SUSPECT' || outcome === 'BOTH';
  return offends && typeof now === 'string' && !initial.includes(now) && now !== decided.other ? now : offends ? decided.offender : decided.other;
}

const isDecided = (field: Field): field is Field & { readonly decided: Decided } => field.decided !== undefined;

/** @throws Refusal NOT_FOUND for a kind that nothing is decided of */
function decidedField(kind: Kind): Field & { readonly decided: Decided } {
  const field = kind.fields.find(isDecided);
  if (field === undefined) throw maskedNotFound();
  return field;
}

/**
 * @throws Refusal NOT_FOUND, FORBIDDEN for what is not the decider's to see or change, INVALID, CONFLICT for a record that is withdrawn
 */
export async function decide(deps: Deps, asker: Asker, kindName: string, id: string, given: unknown): Promise<Released> {
  const kind = kindNamed(deps, kindName);
  const field = decidedField(kind);
  return act(deps, asker, 'records:write', 'decide', async (writer) => {
    const decision = decisionIn(given, writer.registry.partners.get(writer.viewer.partner)?.desks.map((desk) => desk.id) ?? [], writer.viewer.desk);
    const before = await lockOwn(writer, kind.name, id);
    const [seen] = await writer.release([before], writer.tx.now);
    if (seen === undefined) throw maskedNotFound();
    const { meta } = before;
    if (meta.status !== 'ACTIVE') throw new Refusal('CONFLICT', 'the record is withdrawn: nothing is decided of it any more');
    const status = statusAfter(field, decision.outcome, seen.body);
    const after = stateOf(kind, meta.markings, { ...seen.body, [field.name]: status });
    const channels = channelsLeft(writer.registry, kind, { before: meta.audience.state, after }, meta.audience.channels, writer.tx.now);
    const change = await amendment(deps, writer, before, seen, { [field.name]: status }, false, { adds: addsOf(writer, field.decided, status, decision, seen.body), channels });
    if (change !== undefined) await put(deps, writer, change);
    if (isVictim(decision)) await writer.tx.firewall.refer(id, decision.desk);
    const record = await writer.view(id);
    return { value: record, released: [record] };
  });
}
