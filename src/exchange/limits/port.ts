/** What limits need of the database: the one place where all nodes count. */
export interface TakeRequest {
  readonly name: string;
  readonly measure: string;
  /** Seconds. */
  readonly period: number;
  readonly limit: number;
  readonly want: number;
  /** Counted also beyond the limit: it has happened. */
  readonly anyway: boolean;
}

export interface Taken {
  /** At most what was wanted. */
  readonly granted: number;
  /** Of all nodes, this included. */
  readonly used: number;
  /** Until the database's clock begins the next period. */
  readonly resetSeconds: number;
}

export interface LimitPort {
  take(request: TakeRequest): Promise<Taken>;
  /**
   * Places that this node holds for requests under way; they are its own for half a minute, and are asked for again before.
   * @param want how many it would like to hold in all
   * @returns how many it may
   */
  places(name: string, want: number, limit: number): Promise<number>;
}
