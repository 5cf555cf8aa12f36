/**
 * A submission with all records that it holds inline: composed, admitted, and written in one transaction, in as few statements as one record takes for each
 * kind. Either all of them stand, or none.
 */
import { isObject } from '../dictionary/json.ts';
import { takeApart, withLocals } from '../dictionary/inline.ts';
import { checkSubmission, mostFaults } from '../dictionary/validate.ts';
import type { Body, Json, Kind } from '../dictionary/types.ts';
import { type FieldFault, Refusal } from '../errors.ts';
import { type ShareBasis, withinPurposes } from '../rules/act.ts';
import { demandToCome } from '../rules/erasure.ts';
import type { Stored } from '../rules/record.ts';
import type { Writer } from './act.ts';
import { type Composed, compose, refOf } from './compose.ts';
import { type Consented, consented, noteOverride } from './consent.ts';
import type { Deps } from './deps.ts';
import { fillsFrom, type Named, namedAs, namedRecords, withFills } from './fill.ts';
import { kindNamed } from './find.ts';
import { inPlace, under } from './in-place.ts';
import { faultsBeside } from './normalise.ts';
import { demandCaseDesks } from './case-desks.ts';
import { newId } from './imports/new-id.ts';
import { newRecords } from './imports/new-records.ts';
import { demandKnown, referred, resolve } from './references.ts';
import { type Extracted, extractOf } from './testimony.ts';
import { channelsOf, groundOf, mayPut, notKnownGood } from './may-put.ts';

/** Records that one call may make. */
const mostRecords = 300;

/** One record of the call. */
interface Part {
  /** `accounts.1`; empty for the record that holds the others. */
  readonly at: string;
  readonly id: string;
  readonly composed: Composed;
  readonly channels: readonly string[];
  readonly ref: { readonly ref: Buffer; readonly external: boolean } | undefined;
  /** Of an extract: what it may be shared with. */
  readonly extracted?: Extracted['consent'];
}

/**
 * Runs over all parts before it refuses, so that every fault is told at once; of one field the first.
 * @param known what was found wrong before
 */
function each<T>(parts: readonly T[], work: (part: T) => void, known: readonly FieldFault[] = []): void {
  const refusals = known.length === 0 ? [] : [new Refusal('INVALID', { errors: known })];
  for (const part of parts) {
    try {
      work(part);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusals.push(error);
    }
  }
  const [first] = refusals;
  if (first === undefined) return;
  const faults = refusals.filter(({ code }) => code === first.code).flatMap(({ public: { errors = [] } }) => errors);
  const errors = [...new Map(faults.toReversed().map((fault) => [fault.field, fault])).values()].reverse().slice(0, mostFaults);
  throw new Refusal(first.code, { ...first.public, ...(first.public.errors && { errors }) });
}

/** What an inline record says nothing of, it has from the record that holds it: channels, classification, the ground of suspicion. */
function inheriting(body: Body, from: Body, ground: string | undefined): Body {
  const basis = isObject(body['legalBasis']) ? body['legalBasis'] : {};
  const grounded = ground === undefined || (basis['ground'] !== undefined && basis['ground'] !== null) ? {} : { legalBasis: { ...basis, ground } };
  const taken = Object.fromEntries(['channels', 'classification'].flatMap((name): [string, Json][] => (body[name] === undefined && from[name] !== undefined ? [[name, from[name] ?? null]] : [])));
  return { ...taken, ...body, ...grounded };
}

interface Sent {
  readonly at: string;
  readonly kind: Kind;
  readonly id: string;
  readonly body: Body;
}

/** The bodies of the call, each with its id, names resolved and inheritance done; and what is wrong with ids and names. */
function sentIn(deps: Deps, kind: Kind, given: Body): { readonly sent: readonly Sent[]; readonly faults: readonly FieldFault[] } {
  const { body: outer, inlines, faults } = takeApart(kind, given);
  if (inlines.length > mostRecords) throw new Refusal('TOO_LARGE', `at most ${mostRecords} records in one call`);
  const made = inlines.map((inline, n) => ({ ...inline, n, id: deps.newId?.() ?? newId() }));
  const ids = new Map(made.flatMap(({ n, local, id }): [string, string][] => [[`#${n}`, id], ...(local === undefined ? [] : [[local, id] as [string, string]])]));
  const ground = groundOf(kind, given);
  const sent = [
    { at: '', kind, id: deps.newId?.() ?? newId(), body: outer },
    ...made.map(({ at, kind: name, id, body }) => ({ at, kind: kindNamed(deps, name), id, body: inheriting(body, outer, ground) })),
  ];
  const errors: FieldFault[] = [...faults];
  const resolved = sent.map((one) => {
    const { body, unknown } = withLocals(one.kind, one.body, ids);
    errors.push(...unknown.map((field) => ({ field: under(one.at, field), message: 'no record of this call has this `local` name' })));
    return { ...one, body };
  });
  return { sent: resolved, faults: errors };
}

function compositions(deps: Deps, { sent, faults }: ReturnType<typeof sentIn>, confirmed: boolean, now: number): Omit<Part, 'ref'>[] {
  const parts: Omit<Part, 'ref'>[] = [];
  each(sent, ({ at, kind, id, body }) => {
    inPlace(at, () => {
      const checked = checkSubmission(kind, body);
      if (!checked.ok) throw new Refusal('INVALID', { errors: [...checked.faults, ...faultsBeside(kind, body, checked.faults)] });
      const composed = compose(deps, kind, checked.body);
      demandToCome(composed.content, now);
      parts.push({ at, id, composed, channels: channelsOf(checked.body) });
    });
  }, faults);
  // What only wants confirming hides nothing that is wrong.
  each(parts, ({ at, composed }) => inPlace(at, () => notKnownGood(deps, composed, confirmed)));
  return parts;
}

/** What is made of another record is made here: of itself the call says only of which. */
async function withExtracts(deps: Deps, writer: Writer, parts: readonly Omit<Part, 'ref'>[]): Promise<Omit<Part, 'ref'>[]> {
  const made: Omit<Part, 'ref'>[] = [];
  for (const part of parts) {
    const { composed: { kind, nested } } = part;
    const extracted = kind.extract === undefined ? undefined : await extractOf(deps, writer, kind, kind.extract, nested);
    made.push(extracted === undefined ? part : { ...part, composed: compose(deps, kind, extracted.body), extracted: extracted.consent });
  }
  return made;
}

/** Ends and the like are filled from the records of the call and from those the writer sees. */
async function filledParts(deps: Deps, writer: Writer, parts: readonly Omit<Part, 'ref'>[]): Promise<Part[]> {
  const here = new Map<string, Named>(parts.map(({ id, composed }) => [id, namedAs(composed)]));
  const elsewhere = await namedRecords(writer, parts.flatMap(({ composed: { kind, nested } }) => fillsFrom(kind, nested)).filter((id) => !here.has(id)));
  const named = new Map([...elsewhere, ...here]);
  return parts.map((part) => {
    const composed = inPlace(part.at, () => withFills(part.composed, named));
    return { ...part, composed, ref: refOf(deps.vault, composed, writer.viewer) };
  });
}

/** A claim that says at least one value of its own: "a bank account" alone is no claim that two records could share. */
const claims = ({ composed: { kind, content }, ref }: Part): boolean =>
  ref?.external === true || kind.identity.some((name) => kind.field.get(name)?.type.shape === 'scalar' && typeof content[name] === 'string');

/** Which of the own numbers and claims are held already, by id of the part: in the database, or by an earlier part of the call. */
async function heldAlready(writer: Writer, parts: readonly Part[]): Promise<ReadonlyMap<string, string>> {
  const held = new Map<string, string>();
  const seen = new Map<string, string>();
  const groups = Map.groupBy(parts.filter((part) => part.ref !== undefined && claims(part)), ({ composed: { kind, classification } }) => `${kind.name} ${classification}`);
  for (const group of groups.values()) {
    const [{ composed: { kind, classification } } = group[0] as Part] = group;
    const taken = await writer.tx.refs(kind.name, classification, group.flatMap(({ ref }) => (ref === undefined ? [] : [ref.ref])));
    for (const { id, ref } of group) {
      const name = ref?.ref.toString('hex') ?? '';
      const key = `${kind.name} ${classification} ${name}`;
      const there = taken.get(name) ?? seen.get(key);
      if (there === undefined) seen.set(key, id);
      else held.set(id, there);
    }
  }
  return held;
}

/** References to what is held already lead there. */
function leading(composed: Composed, to: ReadonlyMap<string, string>): Composed {
  const moved = (value: Json): Json => {
    if (typeof value === 'string') return to.get(value) ?? value;
    if (Array.isArray(value)) return (value as readonly Json[]).map(moved);
    return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, moved(inner)])) : value;
  };
  const pieces = new Set(composed.kind.references.map(({ piece }) => piece));
  const change = (body: Body): Body => Object.fromEntries(Object.entries(body).map(([name, value]) => [name, pieces.has(name) ? moved(value) : value]));
  return to.size === 0 ? composed : { ...composed, content: change(composed.content), nested: change(composed.nested) };
}

export interface Written {
  /** Of the record that holds the others. */
  readonly id: string;
  /** All that was made, as its writer sees it. */
  readonly rows: readonly Stored[];
}

/**
 * Writes a record with those it holds.
 * @throws Refusal as `submit` does, each fault under its place
 */
export async function insertTogether(deps: Deps, writer: Writer, kind: Kind, given: Body, confirmed: boolean): Promise<Written> {
  // Before anything is looked up: who asks for a purpose that the kind is not for learns of none of its records, not of its own either.
  withinPurposes(writer.viewer, kind);
  const composed = await filledParts(deps, writer, await withExtracts(deps, writer, compositions(deps, sentIn(deps, kind, given), confirmed, writer.tx.now)));
  const [root] = composed;
  // Whether a number of its own is taken is found out by writing it, where nothing else hangs on that: whoever took it is looked for at the second try.
  const untried = composed.length === 1 && root?.ref?.external === true && !writer.again;
  const held = untried ? new Map<string, string>() : await heldAlready(writer, composed);
  const taken = root === undefined ? undefined : held.get(root.id);
  if (root?.ref?.external === true && taken !== undefined) {
    throw new Refusal('CONFLICT', { errors: [{ field: 'externalRef', message: 'you already hold a record with this number: amend that one' }], extra: { record: taken } });
  }
  // What leads to a record that is held names that one; so may a claim's own identity, and then it is the claim that is held.
  const moved = composed.map((part) => {
    const led = leading(part.composed, held);
    return { ...part, composed: led, ref: led === part.composed ? part.ref : refOf(deps.vault, led, writer.viewer) };
  });
  const again = held.size === 0 ? held : await heldAlready(writer, moved);
  const fresh = moved.filter(({ id, at }) => at === '' || !again.has(id)).map((part) => ({ ...part, composed: leading(part.composed, again) }));
  return write(deps, writer, fresh, again);
}

async function write(deps: Deps, writer: Writer, parts: readonly Part[], held: ReadonlyMap<string, string>): Promise<Written> {
  const { now } = writer.tx;
  const admitted: (Part & { readonly shares: readonly ShareBasis[]; readonly consent: Consented })[] = [];
  each(parts, (part) => {
    inPlace(part.at, () => {
      demandCaseDesks(writer.registry, part.composed.kind, part.composed.content);
      const shares = mayPut(deps, writer, part.composed, part.channels, now);
      admitted.push({ ...part, shares, consent: part.extracted?.(part.composed, part.channels) ?? consented(deps, writer, part.composed, part.channels) });
    });
  });
  const made = new Map(parts.map(({ id, composed: { kind } }) => [id, kind.name]));
  const elsewhere = await resolve(writer, parts.flatMap(({ composed }) => referred(composed)).filter(({ id }) => !made.has(id)));
  const kinds = new Map([...elsewhere, ...made]);
  each(parts, ({ at, composed }) => inPlace(at, () => demandKnown(referred(composed), kinds)));
  // A record that may share its claim carries none: `claims` says which do.
  const fresh = admitted.map((part) => {
    const { id, composed, channels, ref, shares, consent: { limits, override } } = part;
    return { row: { composed, channels, ref: held.has(id) || !claims(part) ? undefined : ref?.ref }, id, shares, limits, override };
  });
  const { records, durable } = await newRecords(deps, writer.viewer, fresh);
  // Before anything is sent: then it leaves with the commit.
  await durable;
  const rows = await writer.tx.put(records);
  for (const { row, id, override } of fresh) noteOverride(writer, row.composed, id, override);
  return { id: parts[0]?.id ?? '', rows };
}
