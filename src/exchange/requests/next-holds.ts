/** A hold follows the money: drafts of holds for where it went, as far as the asker sees it go, each for the desk of the bank that keeps the account. */
import { isObject } from '../../dictionary/json.ts';
import type { RequestKind } from '../../dictionary/requests.ts';
import type { Body, Json } from '../../dictionary/types.ts';
import { demandJson } from '../../dictionary/validate.ts';
import { type FieldFault, invalidFields, Refusal } from '../../errors.ts';
import { type Arrived, arrivedAt, keeperOf } from '../../rules/next-holds.ts';
import type { Released } from '../../rules/release.ts';
import { act, type Writer } from '../act.ts';
import type { Asker, HoldProposals, NotHeld, TrailQuery } from '../api.ts';
import type { Deps } from '../deps.ts';
import { transfersFrom } from '../money.ts';
import { insertTogether } from '../together.ts';
import { draftsAbout, sameDraft } from './drafted.ts';
import { partKind } from './parts.ts';

/** Accounts that one request names. */
const mostAccounts = 50;

interface Asked {
  readonly trail: TrailQuery;
  readonly whole: boolean;
  readonly channel: string;
  /** What all drafts say alike. */
  readonly request: Body;
}

const texts = ['account', 'number', 'cryptoAddress', 'scheme', 'bic', 'code', 'since'] as const;
const given = (value: unknown): boolean => value !== undefined && value !== null;

/** The kind of request that holds accounts, and where its body has them: `accounts`, `number`. */
function holding({ dictionary }: Pick<Deps, 'dictionary'>): { readonly kind: RequestKind; readonly list: string; readonly number: string } {
  for (const kind of dictionary.requests.values()) {
    const [list, number] = kind.against.find(({ as }) => as === 'ACCOUNT')?.values.split('.') ?? [];
    if (list !== undefined && number !== undefined) return { kind, list, number };
  }
  throw new Error('the dictionary has no request that holds accounts');
}

/** Members of the drafts that the way of the money says, or that are each draft's own. */
const ours = ({ dictionary }: Pick<Deps, 'dictionary'>): readonly string[] => ['asks', 'desks', 'draft', 'about', 'questions', 'overrides', 'externalRef', 'channels', ...[...dictionary.requests.values()].map(({ body }) => body)];

/** @throws Refusal INVALID naming the member */
function askedOf(deps: Pick<Deps, 'dictionary'>, body: unknown): Asked {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Refusal('INVALID', 'it is no object');
  demandJson(body);
  const { whole, channel, request, hops, ...rest } = body as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(rest).filter((name) => !(texts as readonly string[]).includes(name));
  const faults: FieldFault[] = [
    ...unknown.map((field) => ({ field, message: 'is not known here' })),
    ...texts.filter((name) => given(rest[name]) && typeof rest[name] !== 'string').map((field) => ({ field, message: 'is no text' })),
    ...(given(whole) && typeof whole !== 'boolean' ? [{ field: 'whole', message: 'true or false' }] : []),
    ...(given(hops) && typeof hops !== 'number' ? [{ field: 'hops', message: 'a whole number' }] : []),
    ...(typeof channel === 'string' && channel !== '' ? [] : [{ field: 'channel', message: 'the channel that the requests go through' }]),
    ...(isObject(request as Json) ? ours(deps).filter((name) => given((request as Body)[name])).map((name) => ({ field: `request.${name}`, message: 'is not given here: the way of the money says it' })) : [{ field: 'request', message: 'what all of the requests say: classification, authority, ground' }]),
  ];
  if (faults.length > 0) throw invalidFields(faults);
  const trail = Object.fromEntries(texts.flatMap((name) => (given(rest[name]) ? [[name, rest[name]]] : []))) as Omit<TrailQuery, 'hops'>;
  return { trail: { ...trail, ...(typeof hops === 'number' && { hops }) }, whole: whole === true, channel: String(channel), request: request as Body };
}

interface Sorted {
  /** By desk: `partner desk`. */
  readonly holds: ReadonlyMap<string, readonly Arrived[]>;
  readonly left: readonly NotHeld[];
}

const notHeld = ({ transfer, number, bic, code }: Arrived, why: NotHeld['why'], detail?: string): NotHeld =>
  ({ transfer, why, ...(number !== undefined && { number }), ...((bic ?? code) !== undefined && { institution: bic ?? code }), ...(detail !== undefined && { detail }) });

function sort({ registry }: Writer, arrived: readonly Arrived[]): Sorted {
  const holds = new Map<string, Arrived[]>();
  const left: NotHeld[] = [];
  for (const one of arrived) {
    const keeper = keeperOf(registry.partners.values(), one);
    if (one.number === undefined) left.push(notHeld(one, 'NO_NUMBER'));
    else if (keeper === undefined) left.push(notHeld(one, 'NO_DESK'));
    else holds.set(`${keeper.partner} ${keeper.desk}`, [...(holds.get(`${keeper.partner} ${keeper.desk}`) ?? []), one]);
  }
  return { holds, left };
}

/** The record that a hold on a place is about. */
const placeOf = ({ account, transfer }: Arrived): string => account ?? transfer;

function draftOf(deps: Deps, { channel, request, whole }: Asked, to: string, arrived: readonly Arrived[]): Body {
  const { kind, list, number } = holding(deps);
  const [partner = '', desk = ''] = to.split(' ');
  const accounts = arrived.map((one): Json => ({
    institution: one.bic ?? one.code ?? '', [number]: one.number ?? '', ...(one.scheme !== undefined && { scheme: one.scheme }), ...(one.proxyType !== undefined && { proxyType: one.proxyType }),
    ...(!whole && one.amount !== undefined && { amount: one.amount }),
  }));
  const about = arrived.map(placeOf);
  return { ...request, asks: kind.name, desks: [{ partner, desk }], draft: true, channels: [channel], about, [kind.body]: { [list]: accounts } };
}

/** Whether what is wrong is the desk, and nothing that the asker said of all drafts. */
const ofDesk = (error: unknown): error is Refusal => error instanceof Refusal && error.code === 'INVALID' && error.public.errors?.every(({ field }) => field.startsWith('desks')) === true;

/** @param before drafts about the same places */
async function propose(deps: Deps, writer: Writer, asked: Asked, arrived: readonly Arrived[], before: readonly Released[]): Promise<{ readonly drafts: readonly Released[]; readonly left: readonly NotHeld[] }> {
  const sorted = sort(writer, arrived);
  const left = [...sorted.left];
  const ids: string[] = [];
  const kind = partKind(deps, 'REQUEST');
  for (const [to, all] of sorted.holds) {
    for (let at = 0; at < all.length; at += mostAccounts) {
      const some = all.slice(at, at + mostAccounts);
      try {
        const draft = draftOf(deps, asked, to, some);
        ids.push(sameDraft(deps, before, draft, writer.viewer.partner)?.id ?? (await insertTogether(deps, writer, kind, draft, false)).id);
      } catch (error) {
        // Nothing of a draft is written before all of it was looked at.
        if (!ofDesk(error)) throw error;
        left.push(...some.map((one) => notHeld(one, 'NOT_ASKABLE', error.public.errors?.[0]?.message)));
      }
    }
  }
  return { drafts: ids.length === 0 ? [] : await writer.release(await writer.tx.byIds(ids), writer.tx.now), left };
}

/**
 * Drafts, which somebody looks at and sends: of each desk one, with the accounts that its bank keeps and no other's. Asked again for the same, those that
 * are not sent yet.
 * @throws Refusal INVALID, NOT_FOUND; as `submit` does for what all drafts say
 */
export async function proposeHolds(deps: Deps, asker: Asker, body: unknown): Promise<HoldProposals> {
  const asked = askedOf(deps, body);
  const { hops, cut } = await transfersFrom(deps, asker, asked.trail);
  const arrived = arrivedAt(hops.flatMap(({ transfers }) => transfers));
  const before = await draftsAbout(deps, asker, holding(deps).kind.name, [...new Set(arrived.map(placeOf))]);
  return act<HoldProposals>(deps, asker, 'records:write', 'proposeHolds', async (writer) => {
    const { drafts, left } = await propose(deps, writer, asked, arrived, before);
    return { value: { requests: drafts, left, cut }, released: drafts };
  });
}
