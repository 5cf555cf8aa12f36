/** Sums over legs of requests: how many stand where, and how long it took until they were done. Pure. */

/** A leg, as far as it is summed. */
export interface SummedLeg {
  readonly request: string;
  /** On which side the asker of the sums stands. */
  readonly side: 'ASKER' | 'ASKED';
  readonly asks: string;
  /** Whose desk was asked. */
  readonly partner: string;
  readonly state: string;
  readonly overdue: boolean;
  /** Seconds from its sending to the move that says that it is done; undefined: it is not. */
  readonly took: number | undefined;
}

export interface RequestSum {
  readonly request?: string;
  readonly side: SummedLeg['side'];
  readonly asks: string;
  readonly partner: string;
  readonly legs: number;
  readonly states: readonly { readonly state: string; readonly legs: number }[];
  readonly overdue: number;
  readonly done: number;
  /** Seconds; undefined: none is done. */
  readonly toDone?: { readonly least: number; readonly median: number; readonly most: number };
}

function spread(times: readonly number[]): RequestSum['toDone'] {
  const sorted = times.toSorted((a, b) => a - b);
  const [least, most] = [sorted[0], sorted.at(-1)];
  const middle = sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1);
  return least === undefined || most === undefined ? undefined : { least, median: Math.round(middle.reduce((sum, one) => sum + one, 0) / middle.length), most };
}

function sumOf(legs: readonly SummedLeg[], { request, side, asks, partner }: SummedLeg, each: boolean): RequestSum {
  const toDone = spread(legs.flatMap(({ took }) => took ?? []));
  const states = [...Map.groupBy(legs, ({ state }) => state)].map(([state, of]) => ({ state, legs: of.length }));
  return {
    ...(each && { request }), side, asks, partner, legs: legs.length, states: states.sort((a, b) => (a.state < b.state ? -1 : 1)),
    overdue: legs.filter(({ overdue }) => overdue).length, done: legs.filter(({ took }) => took !== undefined).length, ...(toDone !== undefined && { toDone }),
  };
}

/** Each organisation that was asked, by side and kind. @param each by request, too */
export function sumsOf(legs: readonly SummedLeg[], each: boolean): RequestSum[] {
  const groups = Map.groupBy(legs, ({ request, side, asks, partner }) => [side, asks, partner, ...(each ? [request] : [])].join(' '));
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, of]) => (of[0] === undefined ? [] : [sumOf(of, of[0], each)]));
}
