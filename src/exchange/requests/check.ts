/** What a request must be before it is kept: of a kind that there is, by an authority, with its own body, to desks that may be asked. */
import type { RequestKind } from '../../dictionary/requests.ts';
import type { Body } from '../../dictionary/types.ts';
import { isObject } from '../../dictionary/json.ts';
import { type FieldFault, Refusal } from '../../errors.ts';
import { memberOf } from '../../rules/act.ts';
import { basesOf, speaksTo } from '../../rules/grant.ts';
import { demandAuthority, demandBody, demandLatest, demandSaid, demandUntil, type DeskOf } from '../../rules/request.ts';
import { nobodysSeat } from '../../rules/viewer.ts';
import type { Reader } from '../answer.ts';
import type { Composed } from '../compose.ts';
import type { Deps } from '../deps.ts';

/** @throws Refusal INVALID for a kind that is none */
export function requestKind({ dictionary }: Pick<Deps, 'dictionary'>, asks: unknown): RequestKind {
  const kind = dictionary.requests.get(String(asks));
  if (kind === undefined) throw new Refusal('INVALID', { errors: [{ field: 'asks', message: `one of ${[...dictionary.requests.keys()].join(', ')}` }] });
  return kind;
}

/** Whether it goes through an embassy's desk where a clause says so of arrests with return. */
export function isDiplomatic({ dictionary }: Pick<Deps, 'dictionary'>, { kind, content }: Composed): boolean {
  const asked = kind.course === 'REQUEST' ? dictionary.requests.get(String(content['asks'])) : undefined;
  if (asked?.embassy !== true) return false;
  const [body, type] = [content[asked.body], kind.field.get(asked.body)?.type];
  return type?.members?.has('withReturn') === true ? isObject(body) && body['withReturn'] === true : true;
}

/** Desks that nobody has, or that are the asker's own. Who takes part, and with which desks, every partner may know. */
function unknownDesks({ registry, viewer }: Reader, to: readonly DeskOf[]): FieldFault[] {
  return to.flatMap(({ partner, desk }, i): FieldFault[] => {
    const named = registry.partners.get(partner);
    if (partner === viewer.partner) return [{ field: `desks.${i}.partner`, message: 'is your own organisation: hand over within it' }];
    if (named === undefined) return [{ field: `desks.${i}.partner`, message: 'there is no such partner' }];
    if (!named.desks.some(({ id }) => id === desk)) return [{ field: `desks.${i}.desk`, message: named.desks.length === 0 ? 'that partner has declared no desk' : `one of ${named.desks.map(({ id }) => id).join(', ')}` }];
    return to.findIndex((other) => other.partner === partner && other.desk === desk) === i ? [] : [{ field: `desks.${i}`, message: 'is named twice' }];
  });
}

/** The desk that passes it on must be the one that a clause in force names for this channel. */
function wrongVia({ registry, viewer }: Reader, { content: { via } }: Composed, { machine, name }: RequestKind, channel: string): FieldFault[] {
  const given = registry.channels.get(channel);
  if (!isObject(via) || given === undefined) return [];
  if (!machine.moves.some(({ move }) => move === 'ROUTE')) return [{ field: 'via', message: `${name} is nobody's to pass on: it is for who asks alone` }];
  const routings = basesOf(registry, given).filter((basis) => speaksTo(basis, viewer.partner)).flatMap(({ clause: { routing } }) => (routing === undefined ? [] : [routing]));
  if (routings.some(({ partner, desk }) => partner === via['partner'] && desk === via['desk'])) return [];
  const named = [...new Set(routings.map(({ partner, desk }) => `${desk} of ${partner}`))];
  return [{ field: 'via', message: named.length === 0 ? `no clause routes anything in ${channel} through an embassy` : `the desk that a clause names: ${named.join(', ')}` }];
}

/** What a leg tells of its request. */
const openly = ['asks', 'precedence', 'desks', 'via', 'until', 'fromDesk'];

/** @throws Refusal INVALID naming what is wrong; NOT_FOUND for a channel that is not the asker's; FORBIDDEN to who sits at a desk that there is not */
export function demandRequest(deps: Pick<Deps, 'dictionary'>, reader: Reader, composed: Composed, channels: readonly string[], now: number): void {
  const { content } = composed;
  if (reader.viewer.seat === nobodysSeat) throw new Refusal('FORBIDDEN', 'your token names a desk that your organisation does not have: whatever it asked would be nobody\'s');
  const kind = requestKind(deps, content['asks']);
  const own = reader.registry.partners.get(reader.viewer.partner);
  const members = composed.kind.field.get(kind.body)?.type.schema['required'] as readonly string[] | undefined;
  demandBody(deps.dictionary.requests, kind, content, (members ?? []).length > 0);
  demandAuthority(kind, own?.country ?? '', content['authority'] as Body | undefined);
  demandUntil(kind, content['until'], content['precedence'], now);
  demandLatest(kind, content, now);
  demandSaid(kind, content);
  const [channel] = channels;
  const to = content['desks'] as unknown as readonly DeskOf[];
  const faults: FieldFault[] = [
    ...(to.length === 0 ? [{ field: 'desks', message: 'names at least one desk' }] : []), ...unknownDesks(reader, to),
    ...(channel === undefined || channels.length > 1 ? [{ field: 'channels', message: 'a request goes through one channel' }] : []),
    ...(content['fromDesk'] !== undefined && own?.desks.some(({ id }) => id === content['fromDesk']) !== true ? [{ field: 'fromDesk', message: `one of ${own?.desks.map(({ id }) => id).join(', ') ?? ''}` }] : []),
  ];
  faults.push(...openly.filter((name) => (composed.markings.get(name) ?? 0) > composed.classification).map((name) => ({ field: `markings.${name}`, message: 'stands in the leg too, as openly as that there is one: raise `classification`' })));
  // Before whatever the clauses say: who is no member learns nothing of them, nor of who is one.
  if (faults.length === 0 && channel !== undefined) memberOf(reader.registry, reader.viewer, channel);
  if (faults.length === 0 && channel !== undefined) faults.push(...wrongVia(reader, composed, kind, channel));
  if (faults.length > 0) throw new Refusal('INVALID', { errors: faults });
}
