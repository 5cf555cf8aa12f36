/**
 * Gathers what concurrent requests ask for within one turn of the event loop into one load.
 * @param load answers a batch by id; what it leaves out does not exist
 * @returns asks for some keys; resolves with the answers of the whole batch, or rejects when the load did
 */
export function gather<K, V>(load: (batch: ReadonlyMap<string, K>) => Promise<ReadonlyMap<string, V>>): (wanted: ReadonlyMap<string, K>) => Promise<ReadonlyMap<string, V>> {
  let open: { readonly batch: Map<string, K>; readonly answer: Promise<ReadonlyMap<string, V>> } | undefined;
  return (wanted) => {
    if (open === undefined) {
      const batch = new Map<string, K>();
      const turn = new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      open = {
        batch,
        answer: turn.then(() => {
          open = undefined; // what comes from now on goes into the next batch
          return load(batch);
        }),
      };
    }
    for (const [id, key] of wanted) open.batch.set(id, key);
    return open.answer;
  };
}

/**
 * Rows of callers that come while an earlier lot is being stored go together in the next: a durable write costs much the same for one caller as for ten.
 * @param store stores a lot
 * @returns stores one caller's rows; resolves with the answer about the whole lot, or rejects when the lot failed
 */
export function inCompany<R, A>(store: (rows: readonly R[]) => Promise<A>): (rows: readonly R[]) => Promise<A> {
  let waiting: { readonly rows: readonly R[]; readonly resolve: (answer: A) => void; readonly reject: (error: unknown) => void }[] = [];
  let busy = false;
  async function run(): Promise<void> {
    busy = true;
    while (waiting.length > 0) {
      const lot = waiting;
      waiting = [];
      try {
        const answer = await store(lot.flatMap(({ rows }) => rows));
        for (const { resolve } of lot) resolve(answer);
      } catch (error) {
        for (const { reject } of lot) reject(error);
      }
    }
    busy = false;
  }
  return async (rows) =>
    new Promise<A>((resolve, reject) => {
      waiting.push({ rows, resolve, reject });
      if (!busy) void run();
    });
}

/** Cuts a list into pieces of at most `size`. */
export function pieces<T>(list: readonly T[], size: number): T[][] {
  const cut: T[][] = [];
  for (let i = 0; i < list.length; i += size) cut.push(list.slice(i, i + size));
  return cut;
}
