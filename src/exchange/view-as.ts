/**
 * What a partner would get of one's own records, by the same release. It is the asker who reads: the partner is told nothing, and no disclosure to it
 * is recorded.
 */
import { validate as isUuid } from 'uuid';
import { type Level, levelName, levelOf, levels, type PurposeName, purposeNames } from '../dictionary/compartment.ts';
import type { Body, Dictionary } from '../dictionary/types.ts';
import { maskedNotFound, Refusal } from '../errors.ts';
import { type PartnerEyes, partnerEyes } from '../rules/declassify.ts';
import { chainOf, coveredBy, type Grant } from '../rules/grant.ts';
import { idsFor } from '../rules/reference.ts';
import { plan } from '../rules/plan.ts';
import type { Audience, Stored } from '../rules/record.ts';
import { locksDisagree, releaseAs } from '../rules/release.ts';
import { answer, openPlanned, type Reader } from './answer.ts';
import type { Asker, Page, ViewAsQuery, ViewedAs } from './api.ts';
import { openCursor, sealCursor } from './cursor.ts';
import type { Deps } from './deps.ts';
import { kindNamed, pageSize } from './find.ts';

interface Asked {
  readonly partner: string;
  readonly purpose: PurposeName;
  readonly clearance: Level;
}

/** @throws Refusal INVALID naming the word that is none */
function askedOf({ partner, purpose, clearance }: ViewAsQuery): Asked {
  const word = purposeNames.find((name) => name === purpose);
  if (word === undefined) throw new Refusal('INVALID', { errors: [{ field: 'purpose', message: `must be one of ${purposeNames.join(', ')}` }] });
  const level = clearance === undefined ? 4 : levelOf(clearance);
  if (level === undefined) throw new Refusal('INVALID', { errors: [{ field: 'clearance', message: `must be one of ${levels.join(', ')}` }] });
  return { partner, purpose: word, clearance: level };
}

/** What a record exists by must come through such channels too, or a link would tell of others. */
function grantsThrough(deps: Deps, { registry }: Reader, eyes: PartnerEyes, { meta }: Stored, now: number): Grant[] {
  const through = (audience: Audience): Grant[] => deps.registry.grants(registry, audience, eyes, now).filter(({ channel }) => channel === undefined || eyes.sees(channel));
  return (meta.audience.ends ?? []).every((end) => through(end).length > 0) ? through(meta.audience) : [];
}

/**
 * Fields by whose values clauses and consent give such a record, and that no grant of the asker's own covers: what the partner gets would tell of them.
 * That a raised condition has none of its values is said by `markings`, not by the value.
 */
function decidingUnseen({ registry, grants }: Reader, dictionary: Dictionary, audience: Audience, markings: ReadonlyMap<string, Level>, now: number): string[] {
  const kind = dictionary.kinds.get(audience.kind);
  const conditional = audience.channels.flatMap((id) => chainOf(registry, registry.channels.get(id)?.agreement ?? '')).flatMap(({ clauses }) => clauses.flatMap(({ when }) => Object.keys(when?.[audience.kind] ?? {})));
  const own = grants(audience, now);
  return (kind?.fields ?? []).flatMap(({ name, level, caveats }) => {
    const needs = Math.max(level, audience.level, markings.get(name) ?? 0) as Level;
    return (name === kind?.consent || conditional.includes(name)) && !coveredBy(own, needs, caveats) ? [name] : [];
  });
}

/** @throws Refusal FORBIDDEN where what the partner gets depends on what is withheld from the asker */
function demandDeciding(deps: Deps, reader: Reader, eyes: PartnerEyes, rows: readonly Stored[], now: number): void {
  const message = 'is withheld from this request, and decides about what the partner gets: ask with the clearance and caveats it needs';
  const fields = rows.filter(({ meta }) => meta.audience.channels.some((id) => eyes.sees(id))).flatMap(({ meta: { audience, markings } }) => [
    ...decidingUnseen(reader, deps.dictionary, audience, markings, now), ...(audience.ends ?? []).flatMap((end) => decidingUnseen(reader, deps.dictionary, end, new Map(), now)),
  ]);
  if (fields.length > 0) throw new Refusal('FORBIDDEN', { errors: [...new Set(fields)].map((field) => ({ field, message })) });
}

/** Kinds by id of the records referred to that both see. */
async function targetsOf(deps: Deps, reader: Reader, eyes: PartnerEyes, ids: readonly string[], now: number): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await deps.read.byIds(reader.stamp, [...new Set(ids)]);
  return new Map(rows.filter((stored) => grantsThrough(deps, reader, eyes, stored, now).length > 0).map(({ meta }) => [meta.id, meta.kind.name]));
}

/** Each of the rows, all the asker's own, as the partner would get it. */
async function viewed(deps: Deps, reader: Reader, eyes: PartnerEyes, rows: readonly Stored[], now: number): Promise<ViewedAs[]> {
  demandDeciding(deps, reader, eyes, rows, now);
  const own = (stored: Stored): readonly Grant[] => {
    const grants = reader.grants(stored.meta.audience, now);
    if (grants.length === 0) throw locksDisagree(stored.meta);
    return grants;
  };
  const theirs = new Map(rows.map((stored) => [stored, own(stored).length === 0 ? [] : grantsThrough(deps, reader, eyes, stored, now)]));
  const shown = rows.filter((stored) => (theirs.get(stored)?.length ?? 0) > 0);
  // What one of the two may not have is not even opened.
  const opened = await openPlanned(deps, shown, (stored) => {
    const mine = new Set(plan(stored, own(stored)).map(({ compartment }) => compartment));
    return plan(stored, theirs.get(stored) ?? []).filter(({ compartment }) => mine.has(compartment));
  });
  const bodies = (stored: Stored): ReadonlyMap<string, Body> => opened.get(stored) ?? new Map<string, Body>();
  const referred = shown.flatMap((stored) => idsFor(stored, theirs.get(stored) ?? [], bodies(stored)));
  const targets = await targetsOf(deps, reader, eyes, referred, now);
  const sight = { memberOf: eyes.sees, sees: (target: string, to: readonly string[]) => to.includes(targets.get(target) ?? '') };
  return rows.map((stored) => {
    const { id, kind } = stored.meta;
    const grants = theirs.get(stored) ?? [];
    if (grants.length === 0) return { id, kind: kind.name, visible: false, beyondYourClearance: [] };
    const { record, beyond } = releaseAs(stored, { ...sight, grants }, own(stored), bodies(stored));
    return { id, kind: kind.name, visible: true, record, beyondYourClearance: beyond };
  });
}

const released = (views: readonly ViewedAs[]) => views.flatMap(({ record }) => (record === undefined ? [] : [record]));
const askedText = (deps: Deps, what: string, { partner, purpose, clearance }: Asked): string[] => [deps.vault.blindForLedger(`${what} ${partner} ${purpose} ${levelName(clearance)}`)];
/** Unknown, or in no channel with the asker: a roster is known to its members only. */
const noSuchPartner = (): Refusal => maskedNotFound([{ field: 'partner', message: 'you share no channel with such a partner' }]);

/** One record of one's own. @param kind undefined: whatever kind it is */
export async function viewAs(deps: Deps, asker: Asker, kind: string | undefined, id: string, query: ViewAsQuery): Promise<ViewedAs> {
  const asked = askedOf(query);
  return answer<ViewedAs>(deps, asker, 'records:read', 'view-as', async (reader) => {
    const eyes = partnerEyes(reader.registry, reader.viewer, asked);
    const { rows, ...moment } = isUuid(id) && eyes !== undefined ? await deps.read.byIds(reader.stamp, [id]) : { rows: [], ...(await deps.read.moment()) };
    const mine = rows.filter(({ meta }) => meta.originator === reader.viewer.partner && (kind === undefined || meta.kind.name === kind));
    const [view] = eyes === undefined ? [] : await viewed(deps, reader, eyes, mine, moment.now);
    return {
      moment,
      released: view === undefined ? [] : released([view]),
      asked: askedText(deps, id, asked),
      finish() {
        if (eyes === undefined) throw noSuchPartner();
        if (view === undefined) throw maskedNotFound();
        return view;
      },
    };
  });
}

/** A page of one's own records of a kind, newest first. */
export async function viewAsPage(deps: Deps, asker: Asker, kindName: string, query: ViewAsQuery & { readonly first?: number | undefined; readonly after?: string | undefined }): Promise<Page<ViewedAs>> {
  const kind = kindNamed(deps, kindName);
  const asked = askedOf(query);
  const first = pageSize(query.first, 50, 500);
  const bound = ['view-as', kind.name, asked];
  return answer<Page<ViewedAs>>(deps, asker, 'records:read', 'view-as', async (reader) => {
    const eyes = partnerEyes(reader.registry, reader.viewer, asked);
    const before = query.after === undefined ? undefined : openCursor(deps.vault, reader.viewer, bound, query.after, Date.now()).id;
    const listing = { kind: kind.name, conditions: [], before, limit: first + 1, own: true };
    const { rows, ...moment } = eyes === undefined ? { rows: [], ...(await deps.read.moment()) } : await deps.read.list(reader.stamp, listing);
    const page = rows.slice(0, first);
    const items = eyes === undefined ? [] : await viewed(deps, reader, eyes, page, moment.now);
    const last = rows.length > first ? page.at(-1) : undefined;
    const next = last === undefined ? {} : { nextCursor: sealCursor(deps.vault, reader.viewer, bound, last.meta.id, moment.now) };
    return {
      moment,
      released: released(items),
      asked: askedText(deps, kind.name, asked),
      finish() {
        if (eyes === undefined) throw noSuchPartner();
        return { items, ...next };
      },
    };
  });
}
