/**
 * Statements that go when they are done with. Those that the driver makes (postgres 3.4.9) write two functions into properties of their own,
 * `this.resolve = (x) => ...`, and V8 (Node 24) puts a function that is written so straight among the old objects. There it holds the statement, what was asked and what
 * came back, and all that waits for it, until the whole memory is looked at: which was soon then, and again and again. These are the driver's in all else.
 */
import type { Sql } from 'postgres';

interface Settling {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** What the driver keeps in a statement. */
interface Inner {
  readonly handler: unknown;
  readonly canceller: unknown;
}

/** Where a template stands, for the stack of an error: found once, as the driver does. */
const places = new WeakMap<TemplateStringsArray, Error>();

function placeOf(strings: TemplateStringsArray): Error {
  const known = places.get(strings);
  if (known !== undefined) return known;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 6;
  const place = new Error('asked here');
  Error.stackTraceLimit = stackTraceLimit;
  places.set(strings, place);
  return place;
}

/** A class whose instances have the driver's ways, but settle by functions of the class, which hold nobody. They are constructed as promises. */
function settlingApart(driver: object): new () => unknown {
  class Apart {
    declare readonly strings: TemplateStringsArray;
    declare readonly settling: Settling;
    declare active: boolean;

    resolve(value: unknown): void {
      this.active = false;
      this.settling.resolve(value);
    }

    reject(reason: unknown): void {
      this.active = false;
      this.settling.reject(reason);
    }

    get origin(): string {
      return placeOf(this.strings).stack ?? '';
    }
  }
  Object.setPrototypeOf(Apart.prototype, driver);
  return Apart;
}

/** By prototype of the driver's. */
const classes = new WeakMap<object, new () => unknown>();

function classOf(statement: object): new () => unknown {
  const driver = Object.getPrototypeOf(statement) as object;
  const known = classes.get(driver) ?? settlingApart(driver);
  classes.set(driver, known);
  return known;
}

/**
 * The client, with templates that make such statements; whatever else it is asked for is the driver's.
 * @param sql the driver's own client
 */
export function shortLived(sql: Sql): Sql {
  // Not sent: nobody waits for it.
  const sample = sql`` as unknown as Inner;
  const { handler, canceller } = sample;
  const apart = classOf(sample);

  function made(strings: TemplateStringsArray, args: readonly unknown[]): unknown {
    placeOf(strings);
    let settling: Settling | undefined;
    const promise = Reflect.construct(Promise, [(resolve: Settling['resolve'], reject: Settling['reject']) => { settling = { resolve, reject }; }], apart) as object;
    return Object.assign(promise, {
      settling, tagged: true, strings, args, handler, canceller, options: {}, state: null, statement: null, active: false, cancelled: null, executed: false, signature: '',
    });
  }

  const templates = (first: unknown, ...args: readonly unknown[]): unknown =>
    (Array.isArray(first) && 'raw' in first ? made(first as unknown as TemplateStringsArray, args) : Reflect.apply(sql as never, undefined, [first, ...args]));
  return Object.assign(templates, sql) as unknown as Sql;
}
