/**
 * Release: the one step that turns a stored record into what a viewer may have. It copies what is covered into a new object; nothing else leaves.
 *
 * Row visibility is decided here again, from the registry, and a disagreement with the database throws.
 */
import { hash } from 'node:crypto';
import { type Level, levelName, levels } from '../dictionary/compartment.ts';
import { nestInto } from '../dictionary/parts.ts';
import { keepingOnly } from '../dictionary/references.ts';
import type { Body, Field, Json, Kind } from '../dictionary/types.ts';
import { addresseesFor } from './addressees.ts';
import { ledgerDelay } from './declassify.ts';
import { coveredBy, givesField, type Grant } from './grant.ts';
import { Stored, type StoredMeta } from './record.ts';

declare const released: unique symbol;

/** What a viewer may have of one record. Only `release` makes one; surfaces send nothing else. */
export class Released {
  declare readonly [released]: true;
  readonly id: string;
  readonly kind: string;
  readonly originator: string;
  /** The names of the fields that were released and hold a value, for the ledger. */
  readonly fields: readonly string[];
  /** For how long its originator does not see this reading in the ledger (`ledgerDelay`). */
  readonly delay: string | undefined;
  /** What is sent. Frozen. */
  readonly body: Body;
  #json: string | undefined;
  #etag: string | undefined;

  private constructor(body: Body, fields: readonly string[], delay: string | undefined) {
    this.delay = delay;
    this.id = String(body['id']);
    this.kind = String(body['kind']);
    this.originator = String(body['originator']);
    this.fields = fields;
    this.body = Object.freeze(body);
  }

  /** For `release` alone. */
  static of(body: Body, fields: readonly string[], delay?: string): Released {
    return new Released(body, fields, delay);
  }

  /** The body as JSON text, made once. */
  get json(): string {
    return (this.#json ??= JSON.stringify(this.body));
  }

  /** Strong entity tag (RFC 9110 section 8.8.3) of the released body, quotes included. */
  get etag(): string {
    return (this.#etag ??= `"${hash('sha256', this.json, 'base64url').slice(0, 27)}"`);
  }

  get revision(): number {
    return Number(this.body['revision']);
  }

  /** Names of the fields that are withheld from this viewer. */
  get withheld(): readonly string[] {
    return (this.body['withheld'] as readonly string[] | undefined) ?? [];
  }

  toJSON(): Body {
    return this.body;
  }
}

/** Which fields of a record a set of grants covers. */
export interface Lens {
  readonly visible: ReadonlySet<string>;
  readonly withheld: readonly string[];
}

/** A field's effective level: the highest of its default, the record's classification, and its marking. */
export const effectiveLevel = (field: Field, classification: Level, marking: Level | undefined): Level =>
  Math.max(field.level, classification, marking ?? 0) as Level;

function lensFor(kind: Kind, classification: Level, markings: ReadonlyMap<string, Level>, grants: readonly Grant[]): Lens {
  const visible = new Set<string>();
  const withheld: string[] = [];
  for (const field of kind.pieces) {
    const level = effectiveLevel(field, classification, markings.get(field.name));
    if (givesField(grants, field, level)) visible.add(field.name);
    else withheld.push(field.name);
  }
  return { visible, withheld: Object.freeze(withheld) };
}

const lenses = new WeakMap<readonly Grant[], Map<string, Lens>>();

/** The lens of these grants on a record; remembered for unmarked records, whose lens follows from kind and classification alone. */
export function lensOf(kind: Kind, classification: Level, markings: ReadonlyMap<string, Level>, grants: readonly Grant[]): Lens {
  if (markings.size > 0) return lensFor(kind, classification, markings, grants);
  let known = lenses.get(grants);
  if (known === undefined) lenses.set(grants, (known = new Map<string, Lens>()));
  const key = `${kind.name}:${classification}`;
  let lens = known.get(key);
  if (lens === undefined) known.set(key, (lens = lensFor(kind, classification, markings, grants)));
  return lens;
}

/** The viewer's side of a release. */
export interface Sight {
  /** Grants in force that brought this record, capped by the viewer. */
  readonly grants: readonly Grant[];
  /** Whether the viewer is a member of a channel: a roster is visible to its members only. */
  memberOf(channel: string): boolean;
  /** The viewer's partner: of those that a request names, it sees itself. Left out: it sees none. */
  readonly partner?: string;
  /** The viewer's desk, and those that escalate to it: of the desks that a request names it sees those alone. Undefined: all of its partner's. */
  readonly desks?: readonly string[];
  /** Whether the viewer sees a record of that id, of one of these kinds. Left out: it sees none. */
  sees?(id: string, kinds: readonly string[]): boolean;
}

const instant = (ms: number): string => new Date(ms).toISOString();

/** Whether each state was one that this viewer may see: before a lowering it may have stood above it. The present level holds for earlier states too. */
function statesSeen({ meta: { changes, classification } }: Stored, grants: readonly Grant[]): boolean[] {
  let level = classification;
  const seen = changes.map(() => true);
  for (let i = changes.length - 1; i >= 0; i -= 1) {
    seen[i] = coveredBy(grants, Math.max(level, classification) as Level, 0);
    level = changes[i]?.was ?? level;
  }
  return seen;
}

/** What counts as change for this viewer: its revision number and when the last one was. What came before the first state it may see is no change to it. */
function historyFor(stored: Stored, lens: Lens, views: readonly (readonly Grant[])[]): { revision: number; updatedAt: number } {
  const { changes, createdAt } = stored.meta;
  const seen = changes.some(({ was }) => was !== undefined) ? views.map((grants) => statesSeen(stored, grants)) : [];
  let revision = 0;
  let updatedAt = createdAt;
  let touched = false;
  for (const [i, change] of changes.entries()) {
    touched ||= revision === 0 || change.fields.some((name) => lens.visible.has(name));
    if (!touched || seen.some((states) => states[i] === false)) continue;
    revision += 1;
    updatedAt = change.at;
    touched = false;
  }
  return { revision, updatedAt };
}

/**
 * The agreement and clause by which this viewer has the record, with the ground that the originator named; the originator's own staff see what
 * was written. Naming another basis would tell of agreements and channels that are not the viewer's.
 */
function basisFor(written: Json | undefined, { grants }: Sight): Json | undefined {
  const through = grants.find(({ channel }) => channel !== undefined);
  if (through === undefined || grants.some(({ channel }) => channel === undefined)) return written;
  const ground = typeof written === 'object' && written !== null && !Array.isArray(written) ? (written as Body)['ground'] : undefined;
  return { agreement: through.agreement ?? null, clause: through.clause ?? null, ...(ground === undefined ? {} : { ground }) };
}

/** What the exchange itself says in the envelope. Undefined: a field of the body; null: nothing to say. */
function envelopeValue(name: string, stored: Stored, lens: Lens, sight: Sight, history: { revision: number; updatedAt: number }): Json | undefined {
  const { meta } = stored;
  switch (name) {
    case 'id': return meta.id;
    case 'kind': return meta.kind.name;
    case 'originator': return meta.originator;
    case 'channels': return meta.audience.channels.filter((channel) => sight.memberOf(channel));
    case 'classification': return levelName(meta.classification);
    case 'status': return meta.status;
    case 'revision': return history.revision;
    case 'createdAt': return instant(meta.createdAt);
    case 'updatedAt': return instant(history.updatedAt);
    case 'withheld': return lens.withheld;
    case 'markings': {
      const shown = [...meta.markings].filter(([field]) => lens.visible.has(field));
      return shown.length === 0 ? null : shown.map(([field, level]) => ({ field, level: levels[level] }));
    }
    default: return undefined;
  }
}

/** That the database showed what no grant brings this viewer: no refusal but a fault, told to nobody outside. */
export const locksDisagree = ({ kind, id }: Pick<StoredMeta, 'kind' | 'id'>): Error => new Error(`locks disagree: ${kind.name} ${id} was shown without a grant`);

/**
 * @param opened the plaintext of the compartments that `plan` named, by compartment name
 * @throws Error when no grant brought the row: the database showed what this viewer may not have
 */
export function release(stored: Stored, sight: Sight, opened: ReadonlyMap<string, Body>): Released {
  const { meta } = stored;
  if (sight.grants.length === 0) throw locksDisagree(meta);
  return copied(stored, sight, opened, lensOf(meta.kind, meta.classification, meta.markings, sight.grants), [sight.grants], ledgerDelay(sight.grants));
}

/** What another would get of a record, shown to an officer of its originator. */
export interface ReleasedAs {
  readonly record: Released;
  /** Names of fields that the other would get and the officer is not cleared for. */
  readonly beyond: readonly string[];
}

/**
 * What another would get, as far as an officer of the originator may see it. Of a field that the officer may not see, what is told follows from the
 * kind and the classification alone: a marking of such a field is not the officer's to know either.
 * @param theirs the other's side
 * @param own grants by which the officer has the record
 */
export function releaseAs(stored: Stored, theirs: Sight, own: readonly Grant[], opened: ReadonlyMap<string, Body>): ReleasedAs {
  const { kind, classification, markings } = stored.meta;
  if (theirs.grants.length === 0 || own.length === 0) throw locksDisagree(stored.meta);
  const [lens, unmarked, mine] = [lensOf(kind, classification, markings, theirs.grants), lensOf(kind, classification, new Map(), theirs.grants), lensOf(kind, classification, markings, own)];
  const visible = new Set<string>();
  const withheld: string[] = [];
  const beyond: string[] = [];
  for (const { name } of kind.pieces) {
    const gets = (mine.visible.has(name) ? lens : unmarked).visible.has(name);
    if (!gets) withheld.push(name);
    else if (mine.visible.has(name)) visible.add(name);
    else beyond.push(name);
  }
  return { record: copied(stored, theirs, opened, { visible, withheld }, [theirs.grants, own]), beyond };
}

/** Copies what a lens shows into a new object. @param views whose sight of earlier states counts: all of them */
function copied(stored: Stored, sight: Sight, opened: ReadonlyMap<string, Body>, lens: Lens, views: readonly (readonly Grant[])[], delay?: string): Released {
  const { meta } = stored;
  const history = historyFor(stored, lens, views);
  const open = Stored.bodyOf(stored);
  const sources = opened.size === 0 ? [open] : [open, ...opened.values()];
  const refers = meta.kind.references.length > 0;
  const body: Record<string, Json> = {};
  const fields: string[] = [];
  for (const { name, path } of meta.kind.pieces) {
    if (!lens.visible.has(name)) continue;
    const own = envelopeValue(name, stored, lens, sight, history);
    const kept = own === undefined ? sources.find((source) => Object.hasOwn(source, name))?.[name] : own;
    const based = name === 'legalBasis' ? basisFor(kept, sight) : kept;
    if (based === undefined || based === null) continue;
    const whole = meta.kind.course === 'REQUEST' && name === 'desks' ? addresseesFor(based, sources.find((source) => Object.hasOwn(source, 'via'))?.['via'], meta, sight) : based;
    const value = refers ? keepingOnly(meta.kind, name, whole, (id, kinds) => sight.sees?.(id, kinds) === true) : whole;
    if (value === undefined) continue;
    nestInto(body, path, value);
    fields.push(name);
  }
  return Released.of(body, fields, delay);
}
