/** What makes a machine, and a kind of request, sound. Pure; each rule a function from data to what is wrong. */
import { isDuration } from '../duration.ts';
import type { Machine, RequestKind, RequestState } from '../requests.ts';

/** States that the moves lead to from a draft. */
function reached({ moves }: Machine): Set<RequestState> {
  const found = new Set<RequestState>(['DRAFT']);
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const { from, to } of moves) if (to !== undefined && from.some((state) => found.has(state))) found.add(to);
  }
  return found;
}

const spokenOf = ({ moves, ends }: Machine): Set<RequestState> => new Set([...ends, ...moves.flatMap(({ from, to }) => (to === undefined ? from : [...from, to]))]);

export function machineFaults(machine: Machine): string[] {
  const { moves, ends } = machine;
  const there = reached(machine);
  const sends = moves.filter(({ move }) => move === 'SEND');
  const twice = moves.filter((one, i) => moves.some((other, j) => j < i && other.move === one.move && other.by === one.by && other.from.some((state) => one.from.includes(state))));
  const stuck = [...there].filter((state) => !ends.includes(state) && !moves.some(({ from, to, by }) => from.includes(state) && to !== undefined && to !== state && by !== 'CLOCK'));
  return [
    ...(moves.some(({ move, to }) => move === machine.done && to !== undefined) ? [] : [`no move ${machine.done} leads anywhere, and it is what says that all is done`]),
    ...(sends.length === 1 && sends[0]?.to === 'SENT' && sends[0].from.join() === 'DRAFT' && sends[0].by === 'ASKER' ? [] : ['it has one move SEND, from DRAFT to SENT, by ASKER']),
    ...[...spokenOf(machine)].filter((state) => !there.has(state)).map((state) => `nothing leads to ${state}`),
    ...stuck.map((state) => `nobody leads on from ${state}, which is no end`),
    ...twice.map(({ move, by }) => `${move} by ${by} stands there twice`),
    ...moves.filter(({ from, to, by }) => from.includes('DRAFT') && (by !== 'ASKER' || to === undefined)).map(({ move }) => `${move} from DRAFT: a draft is its writer's alone, who sends it or takes it back`),
    ...moves.filter(({ by, to }) => by === 'CLOCK' && (to === undefined || !ends.includes(to))).map(({ move }) => `${move} by CLOCK leads to an end, or nobody would know what comes next`),
  ];
}

export function clockFaults({ clocks, machine }: RequestKind): string[] {
  const there = reached(machine);
  const waits = [...there].filter((state) => state !== 'DRAFT' && !machine.ends.includes(state));
  const expiring = machine.moves.filter(({ by }) => by === 'CLOCK').flatMap(({ from }) => from);
  return [
    ...waits.filter((state) => !clocks.some((clock) => clock.in.includes(state))).map((state) => `no clock runs in ${state}: whoever waits there would wait for ever`),
    ...clocks.flatMap((clock, i) => [
      ...Object.entries(clock.within).filter(([, text]) => !isDuration(text)).map(([name, text]) => `clock ${clock.clock}, ${name}: "${text}" is no ISO 8601 duration`),
      ...clock.in.filter((state) => !there.has(state) || state === 'DRAFT').map((state) => `clock ${clock.clock}: the machine ${machine.name} never stands in ${state} once it is sent`),
      ...(clock.then === 'EXPIRE' ? clock.in.filter((state) => !expiring.includes(state)).map((state) => `clock ${clock.clock}: no move by CLOCK leads from ${state}`) : []),
      ...[clock.on, clock.endedBy, clock.made].flatMap((name) => (name !== undefined && !machine.moves.some(({ move }) => move === name) ? [`clock ${clock.clock}: the machine ${machine.name} has no move ${name}`] : [])),
      ...(clock.until && clock.then !== 'EXPIRE' ? [`clock ${clock.clock}: \`until\` is an end, and this one is none`] : []),
      ...(clocks.some((other, j) => j < i && other.clock === clock.clock && other.on === clock.on) ? [`clock ${clock.clock} begins twice in the same way`] : []),
    ]),
  ];
}

/** A move that is made while a clock runs would never be made, if no kind had such a clock. @param kinds all of them */
export const unheardOf = (machine: Machine, kinds: readonly RequestKind[]): string[] =>
  machine.moves.flatMap(({ move, while: running }) => (running === undefined || kinds.some((kind) => kind.machine === machine && kind.clocks.some(({ clock }) => clock === running)) ? [] : [`${move} is made while the clock ${running} runs, which no kind has`]));

/** What may do harm by mistake ends by itself, is looked at again, and is undone when it ends. @param members of the body; undefined: another fault says so */
export function againstFaults({ against, clocks, machine }: RequestKind, members: ReadonlySet<string> | undefined): string[] {
  if (against.length === 0) return [];
  const done = machine.moves.flatMap(({ move, to }) => (move === machine.done && to !== undefined ? [to] : []));
  const inForce = clocks.filter(({ in: states }) => done.some((state) => states.includes(state)));
  const over = machine.moves.flatMap(({ by, from, to }) => (by === 'CLOCK' && to !== undefined && done.some((state) => from.includes(state)) ? [to] : []));
  const paths = against.flatMap(({ values, institution }) => (institution === undefined ? [values] : [values, institution]));
  return [
    ...paths.filter((path) => members?.has(path) === false).map((path) => `against: the body has no member "${path}"`),
    ...(inForce.some(({ then }) => then === 'EXPIRE') ? [] : ['against: once it is done no clock lets it expire, and it would be in force for ever']),
    ...(inForce.some(({ then }) => then === 'TELL') ? [] : ['against: once it is done no clock tells that it is to be looked at again']),
    ...(clocks.some(({ in: states, endedBy }) => endedBy !== undefined && over.some((state) => states.includes(state))) ? [] : ['against: when it has expired no clock waits until it is undone']),
  ];
}

/** What says that something is asked, whom it is asked of, and until when, stands where it is said to. @param members of the body; undefined: another fault says so */
export function askedFaults({ body, says, keptAt, latest, effect }: RequestKind, members: ReadonlySet<string> | undefined, fields: ReadonlySet<string>): string[] {
  const there = (path: string): boolean => members?.has(path) !== false;
  const said = (path: string): boolean => fields.has(path) || (path.startsWith(`${body}.`) && there(path.slice(body.length + 1)));
  return [
    ...(effect === 'LIFTS' && keptAt === undefined ? ['effect: it lifts what holds the accounts that it names, and names none: `keptAt` says where'] : []),
    ...says.filter((path) => !said(path)).map((path) => `says: neither the request nor its body has "${path}"`),
    ...(keptAt === undefined || there(keptAt) ? [] : [`keptAt: the body has no member "${keptAt}"`]),
    ...latest.flatMap(({ value, within }) => [...(there(value) ? [] : [`latest: the body has no member "${value}"`]), ...(isDuration(within) ? [] : [`latest: "${within}" is no ISO 8601 duration`])]),
  ];
}

export function kindFaults({ authorities }: RequestKind): string[] {
  const countries = authorities.map(({ country }) => country);
  return [
    ...countries.filter((country) => country !== '*' && !/^[A-Z]{2}$/.test(country)).map((country) => `authority: "${country}" is no country (ISO 3166-1 alpha-2), UN or *`),
    ...countries.filter((country, i) => countries.indexOf(country) !== i).map((country) => `authority: ${country} stands there twice`),
    ...(authorities.length === 0 ? ['names for no country what authority it needs: { country: "*", types: [] } says that it needs none'] : []),
  ];
}
