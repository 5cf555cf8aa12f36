/** The kinds of requests and their machines, drawn from the data: the second half of `docs/requests.md`. */
import { precedences, type Machine, type MoveRule, type RequestClock, type RequestKind, type RequestKinds } from '../requests.ts';

/** What stands between these is made by `npm run contract`. */
export const drawnFrom = '<!-- drawn from schema/requests/*.graphql by `npm run contract`: do not edit below -->';

const who: Readonly<Record<MoveRule['by'], string>> = { ASKER: 'asker', ASKED: 'asked', EITHER: 'either', CLOCK: 'clock' };

/** As Mermaid draws it. Moves that stay in a state are listed below the drawing: as arrows they would hide the others. */
function drawing({ moves, ends }: Machine): string {
  const arrows = new Map<string, string[]>();
  for (const { move, from, to, by } of moves) {
    for (const state of to === undefined || to === 'DRAFT' ? [] : from) {
      if (state === to) continue;
      const arrow = `${state} --> ${to}`;
      arrows.set(arrow, [...(arrows.get(arrow) ?? []), `${move} (${who[by]})`]);
    }
  }
  const lines = [...arrows].map(([arrow, labels]) => `  ${arrow}: ${labels.join(', ')}`);
  return ['```mermaid', 'stateDiagram-v2', '  [*] --> DRAFT', ...lines, ...ends.map((state) => `  ${state} --> [*]`), '```'].join('\n');
}

const remark = ({ move, to, needs, once, while: running, after }: MoveRule, { done }: Machine): string => [...(move === done && to !== undefined ? ['says that it is done'] : []), ...needs.map((name) => `needs \`${name}\``), ...(once ? ['once'] : []), ...(running === undefined ? [] : [`while the clock ${running} runs`]), ...(after === undefined ? [] : [`after ${after}`])].join(', ');

function machineText(machine: Machine, kinds: readonly RequestKind[]): string {
  const rows = machine.moves.map((rule) => `| ${rule.move} | ${who[rule.by]} | ${rule.from.join(', ')} | ${rule.to ?? 'stays'} | ${remark(rule, machine)} |`);
  const users = kinds.filter((kind) => kind.machine === machine).map(({ name }) => name).sort().join(', ');
  return [`### The machine ${machine.name}`, `Of ${users}.`, drawing(machine), ['| move | by | from | to | |', '|---|---|---|---|---|', ...rows].join('\n')].join('\n\n');
}

function durations({ within }: Pick<RequestClock, 'within'>): string {
  const all = precedences.map((name) => within[name]);
  return new Set(all).size === 1 ? String(all[0]) : all.join(' / ');
}

const whose: Readonly<Record<RequestClock['waitsFor'], string>> = { ASKER: 'asker', ASKED: 'asked', EITHER: 'both' };

function clockRow({ clock, in: states, on, after, made, endedBy, until, within, then, waitsFor }: RequestClock): string {
  const runs = [states.join(', '), ...(after === undefined ? [] : [`after ${after.join(', ')}`]), ...(made === undefined ? [] : [`where ${made} was made`]), ...(on === undefined ? [] : [`from ${on} on`]), ...(endedBy === undefined ? [] : [`until ${endedBy}`])].join('; ');
  return `| ${clock} | ${runs} | ${durations({ within })}${until ? ', or `until`' : ''} | ${whose[waitsFor]} | ${then} |`;
}

function kindText(kind: RequestKind): string {
  const { name, description, machine, clocks, authorities, embassy, against, body, file, says, keptAt, latest, effect } = kind;
  const rights = authorities.map(({ country, types, law, lawThai }) =>
    `- ${country === '*' ? 'elsewhere' : country}: ${types.length === 0 ? 'none' : types.join(' or ')}${law === undefined ? '' : ` (${law}${lawThai === undefined ? '' : `; ${lawThai}`})`}`);
  const remarks = [...(embassy ? ['Goes through an embassy\'s desk where the clause says so.'] : []), ...(against.length === 0 ? [] : [`Held against the warning lists: ${against.map(({ values, as }) => `\`${body}.${values}\` (${as})`).join(', ')}.`]),
    ...(says.length === 0 ? [] : [`One of ${says.map((path) => `\`${path}\``).join(', ')} says what is asked.`]), ...(keptAt === undefined ? [] : [`It goes to the desks that keep the accounts of \`${body}.${keptAt}\`, as far as the registry says whose those are.`]),
    ...(effect === 'LIFTS' ? [`${machine.done} lifts what the same desk holds of these accounts.`] : []),
    ...latest.map(({ value, within }) => `\`${body}.${value}\` is to come, at most ${within} ahead.`)];
  return [
    `### ${name}`, [description, `Machine ${machine.name}; its body is \`${body}\`; written in [${file}](../${file}).`, ...remarks].join(' '),
    `Authority it names, by country of who asks:\n\n${rights.join('\n')}`,
    ['| clock | runs in | within | waits for | then |', '|---|---|---|---|---|', ...clocks.map(clockRow)].join('\n'),
  ].join('\n\n');
}

/** @returns Markdown, from the marker on */
export function requestsDoc(requests: RequestKinds): string {
  const kinds = [...requests.values()];
  const machines = [...new Set(kinds.map(({ machine }) => machine))].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    drawnFrom, '## Machines', ...machines.map((machine) => machineText(machine, kinds)), '## Kinds',
    'Where a clock has four times, they are for ROUTINE / PRIORITY / IMMEDIATE / FLASH. `TELL`: shown as overdue; `ESCALATE`: shown to the desk that is escalated to, too; `EXPIRE`: the request expires. "or `until`": who asks may name an earlier end.',
    ...kinds.sort((a, b) => (a.name < b.name ? -1 : 1)).map(kindText),
  ].join('\n\n') + '\n';
}
